//! What is shown only after something happened: an approval that waits, a license in use, what an uninstalled plugin left,
//! and the center that came back with a backup.

use std::fs;

use center::request::Request;
use center::views::{BackupView, LicenseView};
use serde_json::{Value, json};
use spk::PluginId;

use super::Round;
use crate::fixtures::{Package, Publisher};
use crate::hands::{self, Language};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::window::{Scheme, Window};
use crate::{licenses, restore};

const ASKING: &str = "com.example.asking";
const PAID: &str = "com.example.paid";
const LEAVING: &str = "com.example.leaving";

/// A package that asks for more than every plugin may.
fn asking(version: &str, release: u64, memory: &str) -> Package {
    Package::rogue(ASKING).version(version, release).with("capabilities", json!({ "memory": memory }))
}

/// With a password, which is set.
async fn install_with_secret(root: &Observer, id: &str, publisher: &Publisher) -> PluginId {
    let secret = json!({ "secret": { "type": "string", "format": "password", "title": "Secret" } });
    let package = Package::rogue(id).config(&["secret"], secret);
    let outbox = root.status().await.home + "/outbox";
    let plugin = hands::install(root, &package.pack(publisher, outbox.as_ref())).await;
    let values = json!({ "secret": { "$set": "grey heron 88" } });
    let set = Request::ConfigSet { plugin: plugin.clone(), values, revision: None, turn_off: false };
    let _: Value = root.get(set).await;
    plugin
}

impl Round {
    /// All of it that the center of this round can come to.
    pub(super) async fn what_waits(&mut self) {
        let root = hands::root(self.hands.window.home()).await;
        let publisher = Publisher::new("North Desk");
        hands::trust(&root, &publisher, "com.example.*").await;
        self.an_approval(&root, &publisher).await;
        self.a_license(&root, &publisher).await;
        self.kept_data(&root, &publisher).await;
    }

    /// First of what a plugin from the folder asks for, then of what its next version asks for beyond that.
    async fn an_approval(&mut self, root: &Observer, publisher: &Publisher) {
        let (folder, outbox) = (root.status().await.folder_path, self.hands.window.home().join("outbox"));
        let place = |package: &Package, name: &str| {
            fs::copy(package.pack(publisher, &outbox), format!("{folder}/{name}"))
                .expect("the folder is there");
        };
        self.go("plugins").await;
        place(&asking("1.0.0", 1, "512 MiB"), "asking.spk");
        self.hands.click(By::Css(&format!("a[href*='{ASKING}']"))).await;
        self.hands.sees("plugin.setup.approve").await;
        self.check("an approval is missing").await;
        self.dialog(("button", "plugin.setup.approveOpen"), "what a plugin asks for").await;
        self.hands.click_on("button", "plugin.setup.approveOpen").await;
        self.hands.click_on("button", "plugin.approve.act").await;
        self.hands.window.sees(&self.hands.say_with("plugin.approve.done", &[("name", ASKING)])).await;
        place(&asking("1.1.0", 2, "768 MiB"), "more.spk");
        self.hands.click_on("button", "plugin.state.reviewUpdate").await;
        self.hands.window.find(By::TestId("review-install")).await;
        self.dialog_that_is_open("what an upgrade asks for beyond").await;
        self.check("an upgrade waits").await;
    }

    async fn a_license(&mut self, root: &Observer, publisher: &Publisher) {
        let home = self.hands.window.home().to_owned();
        let package = Package::rogue(PAID).with("license", json!({ "mode": "host" }));
        let plugin = hands::install(root, &package.pack(publisher, &home.join("outbox"))).await;
        let path = licenses::license(publisher, &plugin, ("in-use", 20 * 86_400), &home);
        let import = Request::LicenseImport { path, plugin: None, locale: self.hands.tag().into() };
        let _: LicenseView = root.get(import).await;
        self.go("licenses").await;
        let remove = self.hands.say_with("licenses.removeNamed", &[("name", PAID)]);
        self.hands.click(By::Role("button", &remove)).await;
        self.dialog_that_is_open("removing a license").await;
    }

    async fn kept_data(&mut self, root: &Observer, publisher: &Publisher) {
        let plugin = install_with_secret(root, LEAVING, publisher).await;
        let _: Value = root.get(Request::PluginUninstall { plugin, purge: false }).await;
        self.go("settings").await;
        let delete = self.hands.say_with("plugin.kept.deleteNamed", &[("name", LEAVING)]);
        self.hands.click(By::Role("button", &delete)).await;
        self.dialog_that_is_open("deleting what was kept").await;
    }

    /// Goes on in another window, where a first start begins with a backup of this center; something of its owner's lies
    /// in the folder, and a password is not in the file.
    pub(super) async fn over_again(self, language: Language, scheme: Scheme) -> Self {
        let root = hands::root(self.hands.window.home()).await;
        let publisher = Publisher::new("South Desk");
        hands::trust(&root, &publisher, "com.example.*").await;
        install_with_secret(&root, "com.example.secretive", &publisher).await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("plain.backup");
        let _: BackupView = root.get(Request::BackupMake { path: path.clone(), passphrase: None }).await;
        self.hands.end().await;
        let home = folder.path().join("home");
        let hands = restore::at_the_choice(Window::over(&home).scheme(scheme), language).await;
        fs::write(home.join("letter.txt"), "mine").expect("the home is there");
        let mut round = Self { hands, found: self.found };
        restore::choose(&round.hands, &path, "plain.backup").await;
        round.hands.sees("session.first.restore.plain").await;
        round.check("first start, a backup is chosen").await;
        round.hands.click_on("button", "session.first.restore.act").await;
        for part in ["enter", "aside", "signIn"] {
            round.hands.sees(&format!("session.first.restored.{part}")).await;
        }
        round.check("first start, restored").await;
        round.hands.click_on("button", "session.signIn").await;
        round.hands.sees("session.login").await;
        round
    }
}
