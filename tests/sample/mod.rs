//! A center as it looks after a month: thirty plugins of five publishers (and one that was uninstalled), two hundred people of two companies, and what three
//! super administrators did with them. Everything is asked of a real center; only its clock is told what day it is.

mod catalogue;
mod center;
mod people;

use std::fs;
use std::path::Path;

use ::center::clock::{Clock, SystemClock, UnixMs};
use ::center::request::{Request, SessionKind};
use ::center::snapshot::Subject;
use jiff::Timestamp;
use serde_json::json;
use spk::License;

use self::catalogue::{KINDS, Kind, Needs, PUBLISHERS};
use self::center::{Sample, id, password};
pub use self::people::PASSWORD;
use self::people::everybody;
use crate::fixtures::{Package, Publisher};

/// The first super administrator; everybody has the same [`PASSWORD`].
pub const ROOT: &str = "lina";
/// A plugin whose publisher lost trust.
#[allow(dead_code, reason = "only a test at the window asks for it by name")]
pub const WITHDRAWN: &str = "com.widget.webchat";
/// The plugin whose license ended while it ran.
pub const EXPIRED: &str = "com.northdesk.recording";
/// The plugin that failed too often.
pub const CRASHED: &str = "org.harbor.archive";
/// The plugin of which a newer version asks for more, and waits.
pub const UPDATE: &str = "com.example.surveys";
/// The plugin that was upgraded.
pub const UPGRADED: &str = "com.northdesk.tickets";

const DAY: UnixMs = 86_400_000;
const MINUTE: UnixMs = 60_000;

/// What the acts of the month share.
struct Month {
    sample: Sample,
    publishers: Vec<Publisher>,
    now: UnixMs,
}

/// Makes the center in an empty home, and lets go of it.
pub async fn make(home: &Path) {
    let now = SystemClock.now();
    let at = now - 30 * DAY;
    let sample = Sample::begin(home, at, (ROOT, "Li Na 李娜")).await;
    let publishers = PUBLISHERS.iter().map(|(label, ..)| Publisher::new(label)).collect();
    let mut month = Month { sample, publishers, now };
    month.people().await;
    month.plugins().await;
    month.rights().await;
    month.changes().await;
    month.troubles().await;
    month.last_days().await;
    fs::remove_dir_all(month.sample.outbox()).expect("its own folder");
    month.sample.end().await;
}

impl Month {
    /// So many days ago, and so many minutes into that day's work.
    fn ago(&self, days: i64, minutes: i64) {
        self.sample.it_is(self.now - days * DAY - 6 * 60 * MINUTE + minutes * MINUTE);
    }

    fn pack(&self, kind: &Kind, version: &str, release: u64) -> std::path::PathBuf {
        self.signed(kind.package(version, release), &self.publishers[kind.publisher])
    }

    /// Packed a month ago, which every center of these days may believe.
    fn signed(&self, package: Package, publisher: &Publisher) -> std::path::PathBuf {
        let created = Timestamp::from_second((self.now - 30 * DAY) / 1000).expect("our times");
        package.created(created).pack(publisher, &self.sample.outbox())
    }

    async fn people(&mut self) {
        self.ago(30, 5);
        let more = [("wangfang", "Wang Fang 王芳"), ("zhaolei", "Zhao Lei 赵磊")];
        for (login, name) in more {
            let role = ::center::actor::Role::Superadmin;
            let create = Request::AccountCreate { login: login.into(), name: name.into(), role };
            let created: ::center::views::AccountCreatedView = self.sample.get(create).await;
            self.sample.first_sign_in(login, &created.one_time_password).await;
            self.sample.becomes(ROOT).await;
        }
        self.ago(30, 20);
        let once = self.sample.import(&everybody()).await;
        for (number, (login, password)) in once.iter().take(12).enumerate() {
            self.ago(29, 7 * i64::try_from(number).expect("few"));
            self.sample.first_sign_in(login, password).await;
        }
        self.sample.becomes("wangfang").await;
    }

    async fn plugins(&mut self) {
        for (publisher, (label, namespace, checked)) in self.publishers.iter().zip(PUBLISHERS) {
            self.ago(28, 10);
            let (key, label) = (publisher.key.public(), label.into());
            let namespaces = vec![namespace.into()];
            self.sample
                .does(Request::PublisherTrust { key, label, namespaces, checked: checked.into() })
                .await;
        }
        for (number, kind) in (0_i64..).zip(KINDS) {
            self.ago(28 - number / 4, 30 + 9 * (number % 4));
            let file = self.pack(kind, "1.0.0", 1);
            self.sample.install(&file, None).await;
            match kind.needs {
                Needs::Secret if kind.id == "org.harbor.voice" => continue,
                Needs::Secret => {
                    let values = json!({ "client": "acme-7741", "secret": { "$set": format!("s3cret of {}", kind.id) } });
                    self.sample.save(kind.id, values).await;
                }
                Needs::License => self.license(kind, if kind.id == EXPIRED { 4 } else { -200 }).await,
                _ => {}
            }
            // Some were installed and never turned on.
            if number % 9 != 5 {
                self.sample.switch(kind.id, true).await;
            }
        }
    }

    /// A license that ended so many days ago.
    async fn license(&self, kind: &Kind, ended: i64) {
        let key = &self.publishers[kind.publisher].key;
        let second = |at: UnixMs| Timestamp::from_second(at / 1000).expect("our times");
        let issued = second(self.now - 28 * DAY);
        let mut license =
            License::new(key, (id(kind.id), "Acme Service".into()), format!("S-{}", kind.en.0), issued);
        license.not_after = Some(second(self.now - ended * DAY));
        let path = self.sample.outbox().join(format!("{}.license", kind.id));
        fs::write(&path, license.sign(key).expect("within its rules")).expect("a file");
        self.sample.does(Request::LicenseImport { path, plugin: None, locale: "en".into() }).await;
    }

    async fn rights(&mut self) {
        let places = [
            ("Acme Service", true),
            ("Acme Service/Support", true),
            ("华北客服中心/客服部", true),
            ("Acme Service/IT/Support", false),
            ("华北客服中心/技术部/支持", false),
            ("Acme Service/Sales", true),
            ("华北客服中心", true),
        ];
        for (number, kind) in (0_i64..).zip(KINDS).filter(|(number, _)| number % 6 != 4) {
            self.ago(19 - number / 8, 15 * (number % 8));
            let (path, below) = places[usize::try_from(number).expect("few") % places.len()];
            let subject = if number % 10 == 0 {
                Subject::Everyone
            } else {
                Subject::Department { id: self.sample.department(path).await, below }
            };
            self.sample.grant(kind.id, "use", subject).await;
            if kind.manages {
                let login =
                    ["anna.adler", "ben.brooks", "clara.carter"][usize::try_from(number).expect("few") % 3];
                let subject = Subject::Account { id: self.sample.account(login).await };
                self.sample.grant(kind.id, "manage", subject).await;
            }
        }
    }

    async fn changes(&mut self) {
        self.ago(14, 0);
        self.sample.becomes("zhaolei").await;
        self.ago(13, 40);
        self.upgrade(UPGRADED, "1.1.0").await;
        self.ago(11, 40);
        self.upgrade("com.example.faq", "1.0.1").await;
        self.ago(10, 12);
        self.sample.save("com.example.faq", json!({ "retries": 5, "language": "zh-CN" })).await;
        self.ago(9, 50);
        let department = self.sample.department("Acme Service/Warehouse").await;
        let parent = Some(self.sample.department("Acme Service/Sales").await);
        self.sample.does(Request::DepartmentMove { department, parent }).await;
        self.ago(8, 3);
        let account = self.sample.account("emma.evans").await;
        self.sample.does(Request::AccountEnable { account, enabled: false, revision: None }).await;
        self.ago(8, 9);
        let account = self.sample.account("grace.garcia").await;
        let name = "Grace Lindqvist".into();
        self.sample.does(Request::AccountRename { account, name, revision: None }).await;
        self.ago(7, 10);
        let orders = "cn.yunqiao.orders";
        self.sample.switch(orders, false).await;
        self.sample.does(Request::PluginUninstall { plugin: id(orders), purge: false }).await;
        self.upgrade("cn.yunqiao.express", "2.0.0").await;
        self.ago(7, 31);
        let account = self.sample.account("henry.hughes").await;
        self.sample.does(Request::AccountDelete { account, revision: None }).await;
    }

    async fn upgrade(&self, plugin: &str, version: &str) {
        let kind = KINDS.iter().find(|kind| kind.id == plugin).expect("one of them");
        self.sample.install(&self.pack(kind, version, 2), None).await;
    }

    async fn troubles(&mut self) {
        self.ago(7, 50);
        for _ in 0..3 {
            self.sample.wait_state(CRASHED, "running").await;
            let args = json!({ "deed": "segfault" });
            let call = Request::PluginCall { plugin: id(CRASHED), call: "do".into(), args };
            self.sample.ask(call).await.expect_err("it has ended");
            self.sample
                .until("it to be restarted or stopped", async || {
                    let list: Vec<::center::views::PluginView> =
                        self.sample.get(Request::PluginList { locale: "en".into() }).await;
                    let one = list.into_iter().find(|one| one.id.as_ref() == CRASHED).expect("installed");
                    ["running", "stopped_after_errors"]
                        .contains(&json!(one.observed)["state"].as_str().unwrap_or_default())
                })
                .await;
        }
        self.sample.wait_state(CRASHED, "stopped_after_errors").await;
        self.ago(5, 20);
        self.sample.becomes(ROOT).await;
        let key = self.publishers[3].key.public();
        let reason = "Their signing key was stolen, says their letter of this morning".into();
        self.sample.does(Request::PublisherWithdraw { key, reason }).await;
    }

    async fn last_days(&mut self) {
        self.ago(3, 10);
        self.sample.wait_state(EXPIRED, "license_expired").await;
        self.ago(2, 5);
        let kind = KINDS.iter().find(|kind| kind.id == UPDATE).expect("one of them");
        let wants_more =
            json!({ "memory": "128 MiB", "storage": "16 MiB", "http": ["surveys.example.com:443"] });
        let newer = kind.package("1.2.0", 4).with("capabilities", wants_more);
        let newer = self.signed(newer, &self.publishers[kind.publisher]);
        self.arrives(&newer, "waiting").await;
        let stranger = Publisher::new("Ostrich Labs");
        let unknown = Package::rogue("io.ostrich.notes").with("name", json!("Notes"));
        let unknown = self.signed(unknown, &stranger);
        self.arrives(&unknown, "waiting").await;
        self.ago(1, 30);
        let ben = Request::SignIn {
            login: "ben.brooks".into(),
            password: password("not it"),
            kind: SessionKind::Window,
        };
        self.sample.ask(ben).await.expect_err("a wrong password");
        self.sample.becomes("ben.brooks").await;
        let switch = Request::PluginSwitch { plugin: id("com.example.faq"), on: false, revision: None };
        self.sample.ask(switch).await.expect_err("not theirs to do");
    }

    /// Puts a file into the plugin folder and waits for what becomes of it.
    async fn arrives(&self, file: &Path, state: &str) {
        let name = file.file_name().expect("a file");
        let status: ::center::views::StatusView = self.sample.get(Request::Status).await;
        fs::copy(file, Path::new(&status.folder_path).join(name)).expect("the plugin folder");
        let name = name.to_string_lossy().into_owned();
        self.sample
            .until(&format!("`{name}` to be {state}"), async || {
                let files: Vec<::center::views::FolderFileView> =
                    self.sample.get(Request::FolderList { locale: "en".into() }).await;
                files.iter().any(|one| one.file == name && one.state == state)
            })
            .await;
    }
}
