//! Thirty-one plugins of five publishers, with names and descriptions in two languages.

use serde_json::{Value, json};

use crate::fixtures::Package;

/// Who signs: the label, the namespace, how the check code was compared.
pub const PUBLISHERS: [(&str, &str, &str); 5] = [
    ("Example Ltd", "com.example.*", "Compared by phone with Ms Baker, +49 40 5550 100"),
    ("North Desk", "com.northdesk.*", "The code is printed in the contract of 3 March"),
    ("云桥科技", "cn.yunqiao.*", "与合同附件二核对一致"),
    ("Widget Co", "com.widget.*", "Compared with the code on their website"),
    ("Harbor Systems", "org.harbor.*", "Read out by Mr Osei in a video call"),
];

/// What a plugin asks for beyond running.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// A client id and a password before it can be turned on.
    Secret,
    /// A license of its publisher.
    License,
    /// The plugin of this id.
    Other(&'static str),
    /// To be a part of the plugin of this id.
    Parent(&'static str),
}

/// One plugin.
pub struct Kind {
    /// Index into [`PUBLISHERS`].
    pub publisher: usize,
    pub id: &'static str,
    pub en: (&'static str, &'static str),
    pub zh: (&'static str, &'static str),
    pub needs: Needs,
    /// The second permission, besides `use`.
    pub manages: bool,
}

macro_rules! kinds {
    ($($publisher:literal $id:literal [$needs:expr, $manages:literal] $en:literal $said:literal $zh:literal $shuo:literal;)*) => {
        /// All of them, those that others need first.
        pub const KINDS: &[Kind] = &[$(Kind {
            publisher: $publisher, id: $id, en: ($en, $said), zh: ($zh, $shuo), needs: $needs, manages: $manages,
        },)*];
    };
}

use Needs::{License, Nothing, Other, Parent, Secret};

kinds! {
    0 "com.example.directory" [Nothing, true] "Directory" "Who works where, for other plugins too." "通讯录" "查询人员与部门，供其他插件使用。";
    0 "com.example.faq" [Secret, true] "FAQ bot" "Answers frequent questions by itself." "智能机器人" "自动回答常见问题。";
    0 "com.example.knowledge" [Nothing, true] "Knowledge base" "Articles for support, with versions." "知识库" "客服文章与版本管理。";
    0 "com.example.translate" [Secret, false] "Translator" "Translates messages as they come in." "实时翻译" "自动翻译收到的消息。";
    0 "com.example.surveys" [Nothing, true] "Surveys" "Asks customers afterwards, and counts." "满意度调查" "会话结束后邀请客户评价。";
    0 "com.example.holidays" [Nothing, false] "Holiday calendar" "Days off in twelve countries." "节假日历" "十二个国家的节假日。";
    0 "com.example.reports" [Other("com.example.directory"), false] "Reports" "Weekly figures for each department." "统计报表" "各部门每周数据。";
    0 "com.example.glossary" [Nothing, false] "Glossary" "What our words mean." "术语表" "统一用语说明。";
    1 "com.northdesk.tickets" [Nothing, true] "Ticketing" "Cases from the first word to the last." "工单" "从受理到关闭的全流程。";
    1 "com.northdesk.tickets.email" [Parent("com.northdesk.tickets"), false] "E-mail tickets" "Makes cases of e-mails." "邮件工单" "将邮件转为工单。";
    1 "com.northdesk.tickets.chat" [Parent("com.northdesk.tickets"), false] "Chat tickets" "Makes cases of chats." "在线工单" "将在线会话转为工单。";
    1 "com.northdesk.sla" [Other("com.northdesk.tickets"), true] "Service levels" "Warns before a promise is broken." "服务时限" "超时前提醒。";
    1 "com.northdesk.callback" [Nothing, false] "Call back" "Keeps a list of whom to call." "回呼清单" "登记需要回电的客户。";
    1 "com.northdesk.recording" [License, true] "Call recording" "Records calls, with consent." "通话录音" "在客户同意后录音。";
    1 "com.northdesk.routing" [Nothing, true] "Call routing" "Who gets the next call." "话务分配" "决定下一通来电由谁接听。";
    2 "cn.yunqiao.sms" [Secret, true] "SMS gateway" "Sends and receives text messages." "短信网关" "收发短信。";
    2 "cn.yunqiao.wechat" [Secret, true] "WeChat" "Messages of the company's account." "微信客服" "企业公众号消息。";
    2 "cn.yunqiao.invoice" [License, true] "Invoices" "Writes invoices and files them." "电子发票" "开具并归档发票。";
    2 "cn.yunqiao.express" [Nothing, false] "Parcel tracking" "Where a parcel is now." "快递查询" "查询快递位置。";
    2 "cn.yunqiao.orders" [Other("cn.yunqiao.express"), true] "Orders" "What a customer has ordered." "订单查询" "查询客户订单。";
    2 "cn.yunqiao.quality" [Nothing, true] "Quality check" "Samples conversations for review." "质检" "抽查会话质量。";
    3 "com.widget.webchat" [Nothing, true] "Web chat" "A chat window for web sites." "网页聊天" "网站在线聊天窗口。";
    3 "com.widget.cobrowse" [Nothing, false] "Co-browsing" "Looks at a page together." "协同浏览" "与客户一起浏览网页。";
    3 "com.widget.polls" [Nothing, false] "Polls" "One question, many answers." "投票" "一问多答。";
    4 "org.harbor.calendar" [Nothing, false] "Appointments" "Who meets whom, and when." "预约" "安排会面时间。";
    4 "org.harbor.shifts" [Other("com.example.directory"), true] "Shift plan" "Who works when." "排班" "安排班次。";
    4 "org.harbor.voice" [Secret, true] "Voice menu" "Press one for English." "语音导航" "来电语音菜单。";
    4 "org.harbor.archive" [Nothing, true] "Archive" "Keeps what the law says to keep." "归档" "按法规保存资料。";
    4 "org.harbor.export" [Nothing, false] "Data export" "Tables for other programs." "数据导出" "导出供其他程序使用的表格。";
    4 "org.harbor.weather" [Nothing, false] "Weather" "For those who deliver." "天气" "供配送人员参考。";
    4 "org.harbor.clock" [Nothing, false] "World clock" "What time it is elsewhere." "世界时钟" "各地时间。";
}

impl Kind {
    /// As its publisher packs it, in this version.
    pub fn package(&self, version: &str, release: u64) -> Package {
        let texts = |(name, description): (&str, &str), use_it: &str, manage: &str| {
            json!({ "name": name, "description": description, "use": use_it, "manage": manage }).to_string()
        };
        let package = Package::rogue(self.id)
            .version(version, release)
            .with("name", json!("%name%"))
            .with("description", json!("%description%"))
            .with("publisher", json!(PUBLISHERS[self.publisher].0))
            .with("permissions", self.permissions())
            .with("capabilities", json!({ "memory": "64 MiB", "storage": "16 MiB" }))
            .file("locales/en.json", texts(self.en, "Use it", "Manage it").as_bytes())
            .file("locales/zh-CN.json", texts(self.zh, "使用", "管理").as_bytes());
        match self.needs {
            Nothing => package,
            Secret => package.config(&["client", "secret"], connection()),
            License => package.with("license", json!({ "mode": "host" })),
            Other(id) => package.with("dependencies", json!({ id: "^1" })),
            Parent(id) => package.with("parent", json!({ "id": id, "version": "^1" })),
        }
    }

    fn permissions(&self) -> Value {
        let use_it = json!({ "id": "use", "title": "%use%" });
        let manage = json!({ "id": "manage", "title": "%manage%" });
        if self.manages { json!([use_it, manage]) } else { json!([use_it]) }
    }
}

fn connection() -> Value {
    json!({
        "client": { "type": "string", "title": "Client ID" },
        "secret": { "type": "string", "format": "password", "title": "Secret" },
        "language": { "enum": ["en", "zh-CN"], "default": "en", "title": "Language" },
        "retries": { "type": "integer", "minimum": 0, "maximum": 10, "default": 3, "title": "Retries" },
    })
}
