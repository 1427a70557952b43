//! No screen has a fault that a checker of accessibility finds, contrast among them; in light and in dark.

mod waiting;
mod walk;

use std::fs;
use std::path::Path;

use center::actor::DepartmentId;
use center::request::Request;
use center::snapshot::Subject;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::page::By;
use crate::harness::window::{Scheme, Window};
use crate::{PASSWORD, create_account};

const BOT: &str = "com.example.chatbot";
/// Each fault as its rule, how bad it is, and the places where it was found.
const CHECK: &str = "const done = arguments[arguments.length - 1];
    const place = (node) => `${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`;
    const fault = ({ id, impact, nodes }) => `${id} (${impact}): ${nodes.slice(0, 3).map(place).join(' | ')}`;
    axe.run(document, { resultTypes: ['violations'] })
        .then(({ violations }) => done(violations.map(fault)), (error) => done([String(error)]));";
/// This rule takes the items below an item of a tree for the item's own text, which its name would have to hold.
const MISTAKEN: &str = "label-content-name-mismatch (serious): ";

/// What was found on the screens so far.
struct Round {
    hands: Hands,
    found: Vec<String>,
}

impl Round {
    /// Checks what is shown now.
    async fn check(&mut self, screen: &str) {
        let window = &self.hands.window;
        if window.run("return typeof axe", vec![]).await == json!("undefined") {
            let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
            let axe = fs::read_to_string(&axe).expect("`npm ci` installs it");
            // As a global, without asking the page's policy for a script element.
            window.run(&format!("{axe}; window.axe = axe;"), vec![]).await;
        }
        window.stands_still().await;
        let faults = window.client.execute_async(CHECK, vec![]).await.expect("the page lives");
        let faults = faults.as_array().expect("a list").iter().map(|fault| fault.as_str().expect("text"));
        let real = faults.filter(|fault| !is_mistaken(fault));
        self.found.extend(real.map(|fault| format!("{screen}: {fault}")));
    }

    async fn go(&self, key: &str) {
        self.hands.click_on("link", &format!("frame.nav.{key}")).await;
        self.hands.window.find(By::Css("h1")).await;
    }
}

/// Whether a fault is nothing but items of trees with items below them.
fn is_mistaken(fault: &str) -> bool {
    let is_item = |place: &str| {
        let target = place.split(": Fix").next().unwrap_or_default();
        target.rsplit(" > ").next().is_some_and(|last| last.starts_with("li[aria-label="))
    };
    fault.strip_prefix(MISTAKEN).is_some_and(|places| places.split(" | ").all(is_item))
}

/// What opens over a screen: menus and dialogs, each closed again by Escape.
impl Round {
    /// Checks what a click opens.
    async fn check_opened(
        &mut self,
        (role, key, values): (&str, &str, &[(&str, &str)]),
        opens: &str,
        screen: &str,
    ) {
        let name = self.hands.say_with(key, values);
        self.hands.click(By::Role(role, &name)).await;
        self.hands.window.find(By::Css(opens)).await;
        self.check(screen).await;
    }

    async fn close(&self, opened: &str) {
        self.hands.window.press_key(Key::Escape).await;
        let gone = async || self.hands.window.look(By::Css(opened)).await.is_none();
        self.hands.window.until(&format!("`{opened}` to close"), gone).await;
    }

    async fn menus_and_dialogs(&mut self) {
        const MENU: &str = "[role=menu]";
        const DIALOG: &str = "[role=dialog]";
        self.go("plugins").await;
        self.check_opened(
            ("button", "plugins.row.menu", &[("name", "com.example.running")]),
            MENU,
            "menu of a plugin",
        )
        .await;
        self.close(MENU).await;
        self.hands.click(By::Role("button", "lina")).await;
        self.hands.window.find(By::Css(MENU)).await;
        self.check("menu of the account").await;
        self.check_opened(("menuitem", "session.changePassword", &[]), DIALOG, "new password").await;
        self.close(DIALOG).await;
        self.hands.click(By::Role("button", "lina")).await;
        self.check_opened(("menuitem", "session.quit", &[]), DIALOG, "quit").await;
        self.close(DIALOG).await;
        self.go("people").await;
        self.check_opened(("button", "people.add", &[]), DIALOG, "a new account").await;
        self.close(DIALOG).await;
        self.go("publishers").await;
        self.check_opened(("button", "publishers.add", &[]), DIALOG, "a publisher to trust").await;
        self.close(DIALOG).await;
        self.go("plugins").await;
        self.hands.click(By::Css("a[href*='com.example.running']")).await;
        self.hands.window.find(By::Css("[role=tab]")).await;
        self.check_opened(
            ("button", "plugin.more", &[("name", "com.example.running")]),
            MENU,
            "menu of a plugin's page",
        )
        .await;
        self.check_opened(("menuitem", "plugin.uninstall.open", &[]), DIALOG, "uninstall").await;
        self.close(DIALOG).await;
    }
}

/// The first start by hand, as far as the list without plugins.
async fn first_start(round: &mut Round) {
    let hands = &round.hands;
    hands.sees("session.first.language.title").await;
    round.check("first start, language").await;
    round.hands.click_on("button", "common.next").await;
    round.hands.sees("session.first.way.where").await;
    round.check("first start, new center").await;
    round.hands.click_on("radio", "session.first.way.backup").await;
    round.hands.click_on("button", "common.next").await;
    round.hands.sees("session.first.restore.what").await;
    round.check("first start, a backup").await;
    round.hands.click_on("button", "common.back").await;
    round.hands.click_on("radio", "session.first.way.new").await;
    round.hands.click_on("button", "common.next").await;
    let hands = &round.hands;
    hands.type_into(&hands.say("session.name"), "lina").await;
    hands.type_into(&hands.say("session.login"), "root").await;
    hands.type_secret_into(&hands.say("session.newPassword"), PASSWORD).await;
    hands.type_into(&hands.say("session.repeatPassword"), PASSWORD).await;
    round.check("first start, account").await;
    round.hands.click_on("button", "session.first.account.create").await;
    round.hands.window.find(By::TestId("recovery-code")).await;
    round.check("first start, recovery code").await;
    round.hands.click_on("button", "session.first.recovery.kept").await;
    round.hands.sees("session.first.folder.what").await;
    round.check("first start, folder").await;
    round.hands.click_on("button", "session.first.folder.done").await;
    round.hands.sees("plugins.empty.text").await;
    round.check("list, empty").await;
}

/// People, departments, a plugin to set up that is granted, one that runs, and files that wait or were refused.
async fn fill(home: &Path) {
    create_account(home, "wang").await;
    let root = hands::root(home).await;
    let outbox = home.join("outbox");
    let support: Value = root.get(Request::DepartmentCreate { name: "Support".into(), parent: None }).await;
    let parent: Option<DepartmentId> = serde_json::from_value(support["id"].clone()).expect("an id");
    let _: Value = root.get(Request::DepartmentCreate { name: "E-mail".into(), parent }).await;
    let publisher = Publisher::new("Example Ltd");
    hands::trust(&root, &publisher, "com.example.*").await;
    hands::install(&root, &Package::example("chatbot").pack(&publisher, &outbox)).await;
    let running =
        hands::install(&root, &Package::rogue("com.example.running").pack(&publisher, &outbox)).await;
    let _: Value = root.get(Request::PluginSwitch { plugin: running, on: true, revision: None }).await;
    let (plugin, permission) = (BOT.parse().expect("as it is written"), "use".to_owned());
    let add = Request::GrantAdd {
        plugin,
        permission,
        subject: Subject::Everyone,
        locale: "en".into(),
        revision: None,
    };
    let _: Value = root.get(add).await;
    let folder = root.status().await.folder_path;
    let stranger = Package::rogue("org.elsewhere.new").pack(&Publisher::new("Stranger"), &outbox);
    fs::copy(stranger, Path::new(&folder).join("new.spk")).expect("the folder is there");
    fs::write(Path::new(&folder).join("broken.spk"), "no package").expect("the folder is there");
}

async fn list_and_review(round: &mut Round) {
    let hands = &round.hands;
    hands.window.find(By::TestId("plugin-com.example.running")).await;
    hands.window.find(By::Css("[data-testid='file-broken.spk'][data-state=refused]")).await;
    hands.window.find(By::Css("[data-testid='file-new.spk'][data-state=waiting]")).await;
    round.check("list").await;
    let hands = &round.hands;
    hands.click(By::Css("[data-testid='file-new.spk'] button")).await;
    hands.window.find(By::TestId("review-install")).await;
    round.check("review of an unknown publisher").await;
    let hands = &round.hands;
    hands.click(By::TestId("review-install")).await;
    hands.sees("review.who.choose").await;
    round.check("review without an answer").await;
    round.hands.click_on("button", "common.cancel").await;
    round.hands.click(By::Css("[data-testid='file-broken.spk'] button")).await;
    round.hands.window.find(By::TestId("review-refused")).await;
    round.check("a refused file").await;
    round.hands.click_on("button", "common.close").await;
}

async fn plugin_page(round: &mut Round) {
    round.hands.click(By::Css(&format!("a[href*='{BOT}']"))).await;
    round.hands.sees("plugin.setup.before").await;
    round.check("plugin, overview").await;
    round.hands.click(By::TestId(&format!("switch-{BOT}"))).await;
    round.hands.window.find(By::Css("[role=dialog]")).await;
    round.check("refused switch").await;
    round.hands.click_on("button", "plugins.switch.close").await;
    for tab in ["settings", "access", "versions", "logs"] {
        let name = round.hands.say(&format!("plugin.tab.{tab}"));
        round.hands.click(By::Role("tab", &name)).await;
        round.hands.window.find(By::Css("[role=tabpanel]:not([hidden])")).await;
        round.hands.sees_nothing_being_read().await;
        round.check(&format!("plugin, {tab}")).await;
    }
}

async fn other_screens(round: &mut Round) {
    round.go("people").await;
    round.hands.window.sees("wang").await;
    round.check("people, accounts").await;
    round.hands.click_on("tab", "people.organisation").await;
    round.hands.window.sees("E-mail").await;
    round.check("people, organisation").await;
    for screen in ["publishers", "licenses", "activity", "settings", "mine"] {
        round.go(screen).await;
        round.hands.sees_nothing_being_read().await;
        round.check(screen).await;
    }
    round.hands.sign_out("lina").await;
    round.hands.sees("session.signIn").await;
    round.check("sign in").await;
}

async fn no_screen_has_a_fault(language: Language, scheme: Scheme) {
    let home = tempfile::tempdir().expect("a folder for the home");
    let hands = Hands::open(Window::over(home.path()).scheme(scheme), language).await;
    let mut round = Round { hands, found: Vec::new() };
    first_start(&mut round).await;
    fill(home.path()).await;
    list_and_review(&mut round).await;
    plugin_page(&mut round).await;
    round.menus_and_dialogs().await;
    round.dialogs().await;
    round.what_waits().await;
    other_screens(&mut round).await;
    let round = round.over_again(language, scheme).await;
    assert!(round.found.is_empty(), "{} faults:\n{}", round.found.len(), round.found.join("\n"));
    round.hands.end().await;
}

#[tokio::test]
async fn no_screen_has_a_fault_of_accessibility_in_light_and_english() {
    no_screen_has_a_fault(ENGLISH, Scheme::Light).await;
}

#[tokio::test]
async fn no_screen_has_a_fault_of_accessibility_in_dark_and_english() {
    no_screen_has_a_fault(ENGLISH, Scheme::Dark).await;
}

#[tokio::test]
async fn no_screen_has_a_fault_of_accessibility_in_light_and_chinese() {
    no_screen_has_a_fault(CHINESE, Scheme::Light).await;
}

#[tokio::test]
async fn no_screen_has_a_fault_of_accessibility_in_dark_and_chinese() {
    no_screen_has_a_fault(CHINESE, Scheme::Dark).await;
}
