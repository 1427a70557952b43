//! Files that go, or get other names and other bytes.

use super::*;
use crate::actor::{AccountId, Actor, Role, Session};
use crate::error::Code;
use crate::folder::Removals;

async fn with_installed(ids: &[&str]) -> World {
    let world = World::watched().await;
    for id in ids {
        let package = package(id, 1);
        world.write(&format!("{id}.spk"), &package.bytes);
        world.until_installed(&package).await;
    }
    world
}

#[tokio::test]
async fn a_removed_file_uninstalls_its_plugin() {
    let world = with_installed(&["a.one", "a.two"]).await;
    world.remove("a.one.v1.0.0.spk");
    world.until("it is uninstalled", |world| !world.is_installed("a.one")).await;
    assert!(world.is_installed("a.two"));
    world.until("its row is gone", |world| world.list().len() == 1).await;
    let again = package("a.one", 1);
    world.write("a.one.spk", &again.bytes);
    world.until_installed(&again).await;
}

#[tokio::test]
async fn deleting_and_writing_anew_is_an_upgrade() {
    let world = with_installed(&["a.one"]).await;
    let new = package("a.one", 2);
    world.remove("a.one.v1.0.0.spk");
    world.write("new.spk", &new.bytes);
    world.until_installed(&new).await;
    world.let_grace_pass().await;
    assert_eq!(world.desk.calls().iter().filter(|call| *call == "removed a.one").count(), 0);
    assert_eq!(world.names(), [new.canonical()]);
}

#[tokio::test]
async fn a_slow_copy_after_a_delete_is_an_upgrade_too() {
    let world = with_installed(&["a.one"]).await;
    let new = package("a.one", 2);
    world.remove("a.one.v1.0.0.spk");
    world.write("new.spk", &new.bytes[..new.bytes.len() - 1]);
    world.let_grace_pass().await;
    assert!(world.is_installed("a.one"), "its successor is still arriving");
    world.write("new.spk", &new.bytes);
    world.until_installed(&new).await;
    assert!(!world.desk.calls().contains(&"removed a.one".to_owned()));
}

#[tokio::test]
async fn a_plugin_runs_on_while_its_successor_waits_for_approval() {
    let world = with_installed(&["a.one"]).await;
    world.desk.ask_from(2);
    let new = package("a.one", 2);
    world.remove("a.one.v1.0.0.spk");
    world.write("new.spk", &new.bytes);
    world.until("it waits", |world| world.state("new.spk") == "waiting").await;
    world.let_grace_pass().await;
    assert!(world.is_installed("a.one"));
    world.remove("new.spk");
    world.until("with neither file it is uninstalled", |world| !world.is_installed("a.one")).await;
}

#[tokio::test]
async fn a_new_release_replaces_the_older_file() {
    let world = with_installed(&["a.one"]).await;
    let new = package("a.one", 2);
    world.write("new.spk", &new.bytes);
    world.until_installed(&new).await;
    assert_eq!(world.names(), ["a.one.v2.0.0.spk"]);
    world.let_grace_pass().await;
    assert!(!world.desk.calls().contains(&"removed a.one".to_owned()));
}

#[tokio::test]
async fn a_file_overwritten_with_a_new_release_is_an_upgrade() {
    let world = with_installed(&["a.one"]).await;
    let new = package("a.one", 2);
    world.write("a.one.v1.0.0.spk", &new.bytes);
    world.until_installed(&new).await;
    assert_eq!(world.names(), ["a.one.v2.0.0.spk"]);
}

#[tokio::test]
async fn a_file_overwritten_with_rubbish_leaves_its_plugin_alone() {
    let world = with_installed(&["a.one"]).await;
    world.write("a.one.v1.0.0.spk", b"rubbish");
    world.until("it is refused", |world| world.state("a.one.v1.0.0.spk") == "refused").await;
    world.let_grace_pass().await;
    assert!(world.is_installed("a.one"));
    world.remove("a.one.v1.0.0.spk");
    world.until("removing it uninstalls", |world| !world.is_installed("a.one")).await;
}

#[tokio::test]
async fn a_rename_changes_nothing() {
    let world = with_installed(&["a.one"]).await;
    let asked = world.desk.arrivals();
    fs::rename(world.path("a.one.v1.0.0.spk"), world.path("mine.spk")).unwrap();
    world.until("the new name is known", |world| world.state("mine.spk") == "installed").await;
    assert_eq!(world.desk.arrivals(), asked, "it was not even read anew");
    world.let_grace_pass().await;
    assert!(world.is_installed("a.one"));
    assert_eq!(world.names(), ["mine.spk"]);
    world.remove("mine.spk");
    world.until("it is uninstalled", |world| !world.is_installed("a.one")).await;
}

#[tokio::test]
async fn one_package_under_two_names_is_one_plugin() {
    let world = with_installed(&["a.one"]).await;
    world.write("copy.spk", &package("a.one", 1).bytes);
    world.until("the copy is known", |world| world.state("copy.spk") == "installed").await;
    world.remove("a.one.v1.0.0.spk");
    world.let_grace_pass().await;
    assert!(world.is_installed("a.one"), "the copy still holds it");
    world.remove("copy.spk");
    world.until("it is uninstalled", |world| !world.is_installed("a.one")).await;
}

#[tokio::test]
async fn removing_an_old_release_of_an_upgraded_plugin_uninstalls_nothing() {
    let world = with_installed(&["a.one"]).await;
    world.write("new.spk", &package("a.one", 2).bytes);
    world.until_installed(&package("a.one", 2)).await;
    world.write("old.spk", &package("a.one", 1).bytes);
    world.until("the old one is refused", |world| world.cause("old.spk") == "downgrade").await;
    world.remove("old.spk");
    world.let_grace_pass().await;
    assert!(world.is_installed("a.one"));
}

fn superadmin() -> Actor {
    Actor::Person(Session { account: AccountId(1), login: "kim".into(), role: Role::Superadmin })
}

async fn with_most_removed() -> World {
    let world = with_installed(&["a.one", "a.two", "a.three", "a.four"]).await;
    for name in ["a.one", "a.two", "a.three"] {
        world.remove(&format!("{name}.v1.0.0.spk"));
    }
    world.until("it is asked", |world| world.attention().iter().any(|row| row.kind == "many_removed")).await;
    world
}

#[tokio::test]
async fn most_plugins_gone_at_once_is_a_question_and_not_an_order() {
    let mut world = with_most_removed().await;
    assert_eq!(world.desk.removals(), 0);
    world.stop().await;
    world.start().await;
    let asked = world.attention().remove(0);
    assert_eq!(asked.cause.details["plugins"], serde_json::json!(["a.one", "a.three", "a.two"]));
    for nobody in [Actor::Folder, Actor::Nobody] {
        assert!(world.followed().answer_removals(&nobody, Removals::Uninstall).await.is_err());
    }
    assert_eq!(world.desk.removals(), 0, "also not after a restart, nor for just anybody");
    world.followed().answer_removals(&superadmin(), Removals::Uninstall).await.unwrap();
    assert_eq!(world.desk.removals(), 3);
    assert!(world.is_installed("a.four") && world.attention().is_empty());
    let audited = world.store.read(|db| crate::audit::last(db, 1)).unwrap().remove(0);
    assert_eq!((audited.action.as_str(), audited.account), ("folder_removals_confirmed", Some(AccountId(1))));
    let again = world.followed().answer_removals(&superadmin(), Removals::Uninstall).await;
    assert_eq!(again.unwrap_err().code, Code::NotFound);
}

#[tokio::test]
async fn removed_files_can_be_put_back() {
    let world = with_most_removed().await;
    world.followed().answer_removals(&superadmin(), Removals::PutBack).await.unwrap();
    assert_eq!(world.names().len(), 4);
    world.rescan().await;
    assert_eq!(world.desk.removals(), 0);
    assert!(world.attention().is_empty());
    assert_eq!(fs::read(world.path("a.one.v1.0.0.spk")).unwrap(), package("a.one", 1).bytes);
}

#[tokio::test]
async fn half_of_the_plugins_may_go_without_a_question() {
    let world = with_installed(&["a.one", "a.two", "a.three", "a.four"]).await;
    world.remove("a.one.v1.0.0.spk");
    world.remove("a.two.v1.0.0.spk");
    world.until("both are gone", |world| !world.is_installed("a.one") && !world.is_installed("a.two")).await;
    assert!(world.attention().is_empty());
}
