//! The main job in the real window, as a superadmin and an account do it, once in English and light, once in Chinese and
//! dark. Only clicks, keys and a native drop act. Ends with 0 only if every step held.
//! Takes the package to install as its argument, and the folder for the pictures.

mod guide;
#[path = "../desktop/harness/mod.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod harness;
mod words;

use std::path::PathBuf;

use center::views::StateView;
use fantoccini::key::Key;
use guide::{Guide, Manner};
use harness::page::By;
use harness::window::Scheme;

const BOT: &str = "com.example.chatbot";
const LI: &str = "Li Na";
const LI_PASSWORD: &str = "violet kettle 417";
const WANG: &str = "Wang Fang";
const WANG_PASSWORD: &str = "copper lantern 268";
const SECRET: &str = "s3cret-of-the-contract";

const MANNERS: [Manner; 2] = [
    Manner { locale: "en", system: "en_US", scheme: Scheme::Light, name: "en-light" },
    Manner { locale: "zh-CN", system: "zh_CN", scheme: Scheme::Dark, name: "zh-CN-dark" },
];

#[tokio::main]
async fn main() {
    let mut given = std::env::args_os().skip(1).map(PathBuf::from);
    let (package, pictures) =
        given.next().zip(given.next()).expect("the package and the folder for pictures");
    for manner in &MANNERS {
        println!("\nThe main job in the window, {}:", manner.name);
        let home = tempfile::tempdir().expect("a folder for the home");
        let mut guide = Guide::begin(manner, home.path(), &pictures).await;
        first_start(&mut guide, manner).await;
        install(&mut guide, &package).await;
        set_up(&mut guide).await;
        hand_out(&mut guide).await;
        use_it(&mut guide).await;
        take_back(&mut guide).await;
        guide.end(LI).await;
    }
    println!("\nEvery step held. Pictures: {}", pictures.display());
}

async fn first_start(guide: &mut Guide, manner: &Manner) {
    guide.sees("session.first.language.title").await;
    let chosen = By::Css(if manner.locale == "en" { "input[value=en]" } else { "input[value=zh-CN]" });
    guide.window.click(chosen).await;
    guide.tell("language", "The first start asks for the language").await;
    guide.click("button", "common.next").await;
    guide.sees("session.first.way.where").await;
    guide.tell("new-center", "It says where everything is kept").await;
    guide.click("button", "common.next").await;
    guide.type_into("session.name", LI).await;
    guide.type_into("session.login", "lina").await;
    guide.type_into("session.newPassword", LI_PASSWORD).await;
    guide.type_into("session.repeatPassword", LI_PASSWORD).await;
    guide.tell("first-account", "The first super administrator is described").await;
    guide.click("button", "session.first.account.create").await;
    let code = guide.window.text(By::TestId("recovery-code")).await;
    assert!(code.len() >= 16, "a recovery code is shown: {code}");
    guide.tell("recovery-code", "The recovery code is shown, once").await;
    guide.click("button", "session.first.recovery.kept").await;
    guide.sees("session.first.folder.what").await;
    guide.tell("plugin-folder", "The plugin folder is shown").await;
    guide.click("button", "session.first.folder.done").await;
    guide.sees("plugins.empty.text").await;
    guide.tell("empty-list", "The list is empty, and says what to do").await;
}

async fn install(guide: &mut Guide, package: &std::path::Path) {
    let (width, height) = guide.window.screen.size();
    let mut drag = guide.window.drag(&[package.to_owned()]);
    drag.hover(width / 2, height / 2);
    guide.sees("review.over.one").await;
    guide.tell("over", "A package is dragged over the window from another program").await;
    drag.release();
    guide.window.find(By::TestId("check-code")).await;
    guide.sees("review.who.first").await;
    guide.tell("review", "It was checked; its publisher is not known; the check code is shown").await;
    guide.click_marked("review-install").await;
    guide.sees("review.who.choose").await;
    guide.tell("review-asks", "Nothing is installed without an answer").await;
    guide.window.click(By::Css("input[type=radio][value=wide]")).await;
    guide.click_marked("review-install").await;
    guide.sees("plugin.setup.before").await;
    let li = guide.observer("lina", LI_PASSWORD).await;
    let plugins = li.plugins().await;
    assert_eq!(plugins.len(), 1, "one plugin is installed");
    assert!(!plugins[0].wanted && plugins[0].trusted, "it is off, and its publisher trusted");
    guide.tell("installed", "Trusted and installed; its page says what is left to do").await;
}

async fn set_up(guide: &mut Guide) {
    guide.click_marked(&format!("switch-{BOT}")).await;
    let name = guide.window.text(By::Css("h1")).await;
    guide.window.sees(&guide.say_with("plugins.switch.cannotOn", &[("name", &name)])).await;
    guide.tell("refused-switch", "The switch is refused, with all reasons").await;
    guide.click("link", "plugins.state.fill").await;
    guide.sees("plugin.settings.saveAndTurnOn").await;
    let fields = field_names(guide).await;
    guide.type_into_named(&fields.0, "acme-7741").await;
    guide.type_into_named(&fields.1, SECRET).await;
    guide.nothing_is_left_to_fill_in().await;
    guide.tell("settings", "The generated form is filled in").await;
    guide.click("button", "plugin.settings.saveAndTurnOn").await;
    guide.window.find(By::Css("[data-testid=state][data-state=running]")).await;
    let li = guide.observer("lina", LI_PASSWORD).await;
    assert_eq!(li.plugins().await[0].observed, StateView::Running);
    let heard = guide.window.heard().await;
    assert!(!heard.iter().any(|text| text.contains(SECRET)), "the window was told the secret");
    guide.tell("running", "Saved and turned on: it runs").await;
}

/// The titles of the two fields to fill in, as the package says them in this language.
async fn field_names(guide: &Guide) -> (String, String) {
    let li = guide.observer("lina", LI_PASSWORD).await;
    let locale = guide.window.run("return document.documentElement.lang", vec![]).await;
    let request = center::request::Request::ConfigGet {
        plugin: BOT.parse().expect("an id"),
        locale: locale.as_str().expect("a language").into(),
    };
    let settings: center::views::SettingsView = li.get(request).await;
    let title = |pointer: &str| {
        let field = settings.fields.iter().find(|field| field.pointer == pointer);
        field.expect("the chatbot has it").title.clone()
    };
    (title("/clientId"), title("/secret"))
}

async fn hand_out(guide: &mut Guide) {
    guide.click("link", "frame.nav.people").await;
    guide.click("button", "people.add").await;
    guide.type_into("people.name", WANG).await;
    guide.type_into("people.login", "wang").await;
    guide.tell("add-account", "An account is added").await;
    guide.click("button", "people.create").await;
    let once = guide.window.text(By::TestId("one-time-password")).await;
    guide.tell("one-time-password", "Its one-time password is shown, once").await;
    guide.click("button", "people.oneTime.done").await;
    guide.sees("people.enabled").await;
    guide.tell("people", "It is in the list of people").await;

    guide.click("link", "frame.nav.plugins").await;
    guide.window.click(By::Css(&format!("a[href*='{BOT}']"))).await;
    guide.click("tab", "plugin.tab.access").await;
    guide.sees("access.nobody").await;
    guide.window.click(By::Css("[data-permission=use] button")).await;
    guide.click_named("checkbox", WANG).await;
    guide.window.sees("0 → 1").await;
    guide.tell("grant", "Before it is granted: who gains it").await;
    guide.click("button", "access.confirm.people").await;
    let undo = guide.say("common.undo");
    let undo = undo.split("{{").next().expect("what stands before the seconds");
    guide.window.find(By::Role("button", undo)).await;
    guide.tell("granted", "Granted, and it could be undone").await;

    guide.click("link", "frame.nav.mine").await;
    call(guide, "learn", r#"{"question": "When are you open?", "answer": "From nine to five."}"#).await;
    guide.sees("mine.answer").await;
    guide.tell("taught", "The super administrator teaches it an answer").await;
    guide.sign_in_as(LI, "wang", &once).await;
    guide.type_into("session.oneTimePassword", &once).await;
    guide.type_into("session.newPassword", WANG_PASSWORD).await;
    guide.type_into("session.repeatPassword", WANG_PASSWORD).await;
    guide.tell("own-password", "The account signs in, and has to choose a password of its own").await;
    guide.click("button", "session.changePassword").await;
}

async fn call(guide: &Guide, command: &str, arguments: &str) {
    let mark = format!("[data-testid=command-{command}]");
    guide.window.click(By::Css(&format!("{mark} button[aria-expanded]"))).await;
    guide.window.click(By::Css(&format!("{mark} textarea"))).await;
    guide.window.type_text(arguments).await;
    guide.window.press(&[Key::Control.into(), Key::Enter.into()]).await;
}

async fn use_it(guide: &mut Guide) {
    guide.window.find(By::TestId("command-ask")).await;
    assert!(guide.window.look(By::TestId("command-learn")).await.is_none(), "teaching was not granted");
    assert!(guide.window.look(By::Role("link", &guide.say("frame.nav.people"))).await.is_none());
    call(guide, "ask", r#"{"question": "When are you open"}"#).await;
    guide.window.sees("From nine to five.").await;
    guide.tell("called", "The granted account calls it, and is answered").await;
    guide.sign_in_as(WANG, "lina", LI_PASSWORD).await;
}

async fn take_back(guide: &mut Guide) {
    guide.window.click(By::TestId(&format!("switch-{BOT}"))).await;
    guide.window.find(By::Css("[data-testid=state][data-state=off]")).await;
    guide.tell("off", "Off").await;
    guide.window.click(By::Css(&format!("a[href*='{BOT}']"))).await;
    let name = guide.window.text(By::Css("h1")).await;
    let more = guide.say_with("plugin.more", &[("name", &name)]);
    guide.click_named("button", &more).await;
    guide.click("menuitem", "plugin.uninstall.open").await;
    guide.sees("plugin.uninstall.keepWhat").await;
    guide.tell("uninstall", "Uninstalling says who loses it, and keeps data unless told otherwise").await;
    guide.click("button", "plugin.uninstall.act").await;
    guide.sees("plugins.empty.text").await;
    let li = guide.observer("lina", LI_PASSWORD).await;
    assert!(li.plugins().await.is_empty(), "nothing is installed");
    guide.tell("uninstalled", "Uninstalled").await;
    guide.click("link", "frame.nav.activity").await;
    guide.window.find(By::Css("table, [role=table]")).await;
    guide.tell("activity", "The activity tells who did what").await;
    guide.click("link", "frame.nav.settings").await;
    guide.brings_into_view("[data-testid=kept]").await;
    guide.tell("kept-data", "What it left is kept, until it is deleted").await;
}
