//! What the center itself puts into the folder and takes out of it.

use super::*;
use crate::store::System;

fn installed_by_command(world: &World, package: &Package) {
    fs::write(world.elsewhere("given.spk"), &package.bytes).unwrap();
    world.desk.install_from(&world.elsewhere("given.spk")).unwrap();
}

#[tokio::test]
async fn what_is_installed_by_command_lies_in_the_folder_and_is_not_taken_for_new() {
    let world = World::watched().await;
    let (old, new) = (package("a.one", 1), package("a.one", 2));
    installed_by_command(&world, &old);
    assert_eq!(fs::read(world.path("a.one.v1.0.0.spk")).unwrap(), old.bytes);
    installed_by_command(&world, &new);
    assert_eq!(world.names(), ["a.one.v2.0.0.spk"]);
    world.rescan().await;
    world.desk.uninstall(&new.plugin);
    assert!(world.names().is_empty() && world.list().is_empty());
    world.let_grace_pass().await;
    let asked = world.desk.calls().into_iter().filter(|call| !call.contains("bystander")).collect::<Vec<_>>();
    assert!(asked.is_empty(), "{asked:?}");
}

/// The rows and files as a crash in the middle of an act leaves them.
fn crashed(world: &World, verdict: &str) {
    let rows = world.store.note(System("test"), |tx| {
        let verdict = format!(r#"{{"state":"{verdict}"}}"#);
        tx.execute("UPDATE folder_files SET verdict = ?1", [verdict])?;
        Ok(())
    });
    rows.unwrap();
}

#[tokio::test]
async fn a_crash_before_the_rename_is_repaired_at_start() {
    let mut world = World::watched().await;
    let package = package("a.one", 1);
    installed_by_command(&world, &package);
    world.stop().await;
    crashed(&world, "placing");
    fs::rename(world.path("a.one.v1.0.0.spk"), world.path(".a.one.v1.0.0.spk.part")).unwrap();
    world.start().await;
    world.until_installed(&package).await;
    assert_eq!(fs::read(world.path("a.one.v1.0.0.spk")).unwrap(), package.bytes);
    assert_eq!(names_in(&world.home.plugins()), [".sprocket-folder", "a.one.v1.0.0.spk"]);
    assert_eq!((world.desk.arrivals(), world.desk.removals()), (0, 0));
}

#[tokio::test]
async fn a_crash_after_the_rename_is_repaired_at_start() {
    let mut world = World::watched().await;
    let package = package("a.one", 1);
    installed_by_command(&world, &package);
    world.stop().await;
    crashed(&world, "placing");
    world.start().await;
    world.until_installed(&package).await;
    assert_eq!((world.desk.arrivals(), world.desk.removals()), (0, 0));
}

#[tokio::test]
async fn a_crash_before_a_files_new_name_leaves_one_file() {
    let mut world = World::watched().await;
    let package = package("a.one", 1);
    installed_by_command(&world, &package);
    world.stop().await;
    crashed(&world, "placing");
    fs::rename(world.path("a.one.v1.0.0.spk"), world.path("downloaded.spk")).unwrap();
    world.start().await;
    world.until_installed(&package).await;
    assert_eq!(world.names(), ["a.one.v1.0.0.spk"]);
}

#[tokio::test]
async fn a_file_that_is_renamed_while_it_is_installed_stays_one_file() {
    let mut world = World::watched().await;
    let package = package("a.one", 1);
    world.desk.rename_while_installing("renamed.spk");
    world.write("given.spk", &package.bytes);
    world.until_installed(&package).await;
    world.stop().await;
    assert_eq!(world.names(), ["a.one.v1.0.0.spk"]);
}

#[tokio::test]
async fn a_second_file_of_an_installed_package_is_left_where_it_is() {
    let mut world = World::watched().await;
    let package = package("a.one", 1);
    installed_by_command(&world, &package);
    world.write("copy.spk", &package.bytes);
    world.until("both are known", |world| world.state("copy.spk") == "installed").await;
    world.remove("a.one.v1.0.0.spk");
    world.stop().await;
    world.mirror.put_back(&package.plugin, package.digest).unwrap();
    assert_eq!(world.names(), ["a.one.v1.0.0.spk", "copy.spk"]);
}

#[tokio::test]
async fn a_crash_while_removing_is_finished_at_start() {
    let mut world = World::watched().await;
    let package = package("a.one", 1);
    installed_by_command(&world, &package);
    world.stop().await;
    world.desk.forget(&package.plugin);
    crashed(&world, "removing");
    world.start().await;
    assert!(world.names().is_empty() && world.list().is_empty());
    assert_eq!(world.desk.removals(), 0, "the center's own removing uninstalls nothing");
}

#[tokio::test]
async fn a_file_that_took_the_place_of_one_being_removed_is_left_alone() {
    let mut world = World::watched().await;
    installed_by_command(&world, &package("a.one", 1));
    world.stop().await;
    crashed(&world, "removing");
    let other = package("a.two", 1);
    world.write("a.one.v1.0.0.spk", &other.bytes);
    world.start().await;
    world.until_installed(&other).await;
}

#[tokio::test]
async fn what_is_installed_while_the_folder_is_away_is_placed_when_it_is_back() {
    let world = World::watched().await;
    let (old, new) = (package("a.one", 1), package("a.one", 2));
    installed_by_command(&world, &old);
    fs::rename(world.home.plugins(), world.elsewhere("plugins")).unwrap();
    world.until("it is gone", |world| matches!(world.status(), Status::Unavailable(_))).await;
    installed_by_command(&world, &new);
    assert!(!world.home.plugins().exists());
    fs::rename(world.elsewhere("plugins"), world.home.plugins()).unwrap();
    world.until_installed(&new).await;
    assert_eq!(world.names(), ["a.one.v2.0.0.spk"]);
    assert_eq!((world.desk.arrivals(), world.desk.removals()), (0, 0));
}

#[tokio::test]
async fn a_file_that_cannot_be_placed_is_placed_at_the_next_start() {
    let mut world = World::watched().await;
    let package = package("a.one", 1);
    let part = world.path(".a.one.v1.0.0.spk.part");
    fs::create_dir(&part).unwrap();
    world.stop().await;
    fs::write(world.elsewhere("given.spk"), &package.bytes).unwrap();
    let placed = world.desk.install_from(&world.elsewhere("given.spk"));
    assert!(placed.is_err(), "a folder under the name of its part is in the way");
    fs::remove_dir(&part).unwrap();
    world.start().await;
    world.until_installed(&package).await;
}

#[tokio::test]
async fn what_lies_under_the_name_of_a_placed_file_gets_a_name_beside_it() {
    let world = World::watched().await;
    fs::create_dir(world.path("a.one.v1.0.0.spk")).unwrap();
    world.write("a.two.v1.0.0.spk", b"somebody's notes");
    world.until("both are refused", |world| world.list().len() == 2).await;
    let (one, two) = (package("a.one", 1), package("a.two", 1));
    world.write("given.spk", &one.bytes);
    world.until("it is placed under its own name", |world| world.path("a.one.v1.0.0.spk").is_file()).await;
    installed_by_command(&world, &two);
    assert_eq!(fs::read(world.path("a.two.v1.0.0.spk")).unwrap(), two.bytes);
    assert_eq!(fs::read(world.path("a.two.v1.0.0 (2).spk")).unwrap(), b"somebody's notes");
    assert!(world.path("a.one.v1.0.0 (2).spk").is_dir());
    let refused = ["a.one.v1.0.0 (2).spk", "a.two.v1.0.0 (2).spk"];
    world
        .until("both keep their verdict", |world| refused.iter().all(|name| world.state(name) == "refused"))
        .await;
    world.until_installed(&one).await;
    world.until_installed(&two).await;
    assert_eq!(world.names().len(), 4);
}
