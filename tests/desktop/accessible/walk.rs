//! Every dialog that a person can open over a screen, each looked at and closed again by Escape.

use std::fs;

use serde_json::json;

use super::{BOT, Round};
use crate::fixtures::{Package, Publisher};
use crate::harness::page::By;

const DIALOG: &str = "[role=dialog]";

impl Round {
    /// Opens the dialog by its button, or by another thing, and looks at it once it has read what it shows.
    pub(super) async fn dialog(&mut self, (role, key): (&str, &str), screen: &str) {
        self.hands.click_on(role, key).await;
        self.dialog_that_is_open(screen).await;
    }

    pub(super) async fn dialog_that_is_open(&mut self, screen: &str) {
        self.hands.window.find(By::Css(DIALOG)).await;
        self.hands.sees_nothing_being_read().await;
        self.check(screen).await;
        self.close(DIALOG).await;
    }

    /// Each entry of a menu that opens a dialog.
    async fn entries_of(&mut self, menu: &str, keys: &[&str]) {
        for key in keys {
            self.hands.click(By::Role("button", menu)).await;
            self.dialog(("menuitem", key), key).await;
        }
    }

    /// All of them, on the screens of a superadmin who may do everything.
    pub(super) async fn dialogs(&mut self) {
        self.dialogs_of_people().await;
        self.dialogs_of_departments().await;
        self.dialogs_of_other_screens().await;
        self.dialogs_of_a_plugin().await;
        self.dialogs_of_a_drop().await;
        self.addresses_without_a_link().await;
    }

    async fn dialogs_of_people(&mut self) {
        self.go("people").await;
        self.hands.window.sees("wang").await;
        let acts = ["rename", "role", "departments", "reset", "sessions", "disable", "delete"];
        let keys = acts.map(|act| format!("people.act.{act}"));
        let menu = self.hands.say_with("people.actsOf", &[("name", "wang")]);
        self.entries_of(&menu, &keys.each_ref().map(String::as_str)).await;
        self.dialog(("button", "people.import.open"), "importing accounts").await;
        let table = self.hands.window.home().join("people.csv");
        fs::write(&table, "login,name,departments\nzhang,Zhang Wei,Nowhere\nli,,\nhe,He Jun,\n")
            .expect("a folder");
        self.hands.click_on("button", "people.import.open").await;
        let choose = async || self.hands.click_on("button", "people.import.choose").await;
        self.hands.choose(&table, choose).await;
        self.hands.window.sees("He Jun").await;
        self.dialog_that_is_open("preview of an import").await;
        self.entries_of("lina", &["session.sessions", "session.recovery.open"]).await;
    }

    async fn dialogs_of_departments(&mut self) {
        self.go("people").await;
        self.hands.click_on("tab", "people.organisation").await;
        self.hands.click(By::Role("treeitem", "Support")).await;
        for act in ["addBelow", "act.rename", "act.move", "act.delete"] {
            let key = format!("people.department.{act}");
            self.dialog(("button", &key), &key).await;
        }
    }

    async fn dialogs_of_other_screens(&mut self) {
        self.go("publishers").await;
        let menu = self.hands.say_with("publishers.actsOf", &[("label", "Example Ltd")]);
        self.entries_of(&menu, &["publishers.details", "publishers.withdraw"]).await;
        self.dialog(("button", "publishers.recipient.act"), "who publishers encrypt for").await;
        self.go("activity").await;
        self.dialog(("button", "activity.verify.act"), "verifying the trail").await;
        self.go("settings").await;
        self.dialog(("button", "preferences.backup.act"), "a backup").await;
    }

    async fn dialogs_of_a_plugin(&mut self) {
        self.go("plugins").await;
        self.hands.click(By::Css(&format!("a[href*='{BOT}']"))).await;
        self.hands.click_on("tab", "plugin.tab.access").await;
        for key in ["access.addPerson", "access.addDepartment"] {
            self.dialog(("button", key), key).await;
        }
        self.hands.click(By::Css("[data-testid=grant] button")).await;
        self.dialog_that_is_open("taking a permission back").await;
    }

    /// Several files, and a folder; each has a review of its own.
    async fn dialogs_of_a_drop(&mut self) {
        self.go("plugins").await;
        let folder = self.hands.window.home().join("dropped");
        let publisher = Publisher::new("Example Ltd");
        let files = ["one", "two"]
            .map(|name| Package::rogue(&format!("com.example.{name}")).pack(&publisher, &folder));
        self.hands.window.drop_files(&files);
        self.hands.window.find(By::TestId("batch-install")).await;
        self.dialog_that_is_open("several files").await;
        self.hands.drop(&folder);
        self.hands.window.find(By::TestId("review-folder")).await;
        self.dialog_that_is_open("a folder").await;
    }

    async fn addresses_without_a_link(&mut self) {
        self.hands.window.run("location.hash = arguments[0]", vec![json!("#/no/such/screen")]).await;
        self.hands.sees("frame.notFound.title").await;
        self.check("an address that leads nowhere").await;
        self.hands.click_on("link", "frame.notFound.start").await;
        self.go("people").await;
        let menu = self.hands.say_with("people.actsOf", &[("name", "wang")]);
        self.hands.click(By::Role("button", &menu)).await;
        self.hands.click_on("menuitem", "mine.seeAs.act").await;
        self.hands.window.sees(&self.hands.say_with("mine.seeAs.title", &[("name", "wang")])).await;
        self.hands.sees_nothing_being_read().await;
        self.check("seen as another").await;
        self.hands.window.run("location.hash = arguments[0]", vec![json!("#/people/99/plugins")]).await;
        self.hands.sees("mine.seeAs.goneWhat").await;
        self.check("seen as somebody who is gone").await;
    }
}
