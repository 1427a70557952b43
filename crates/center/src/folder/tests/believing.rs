//! Whose folder it is, and what changed while nobody looked.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[tokio::test]
async fn the_first_start_makes_a_private_folder_with_the_centers_mark() {
    let world = World::watched().await;
    let mode = fs::metadata(world.home.plugins()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let marker = fs::read_to_string(world.path(".sprocket-folder")).unwrap();
    assert_eq!(marker.split(' ').next(), Some(CENTER), "{marker}");
    assert_eq!(world.status(), Status::Watching);
}

/// Takes the folder away, does something in its place, and brings it back.
async fn away_and_back(instead: impl Fn(&World)) {
    let world = World::watched().await;
    let (one, two) = (package("a.one", 1), package("a.two", 1));
    world.write("a.one.spk", &one.bytes);
    world.until_installed(&one).await;
    let asked = world.desk.arrivals();
    fs::rename(world.home.plugins(), world.elsewhere("plugins")).unwrap();
    instead(&world);
    world.until("it is not believed", |world| matches!(world.status(), Status::Unavailable(_))).await;
    assert!(world.attention().iter().any(|row| row.kind == "folder_unavailable"));
    world.rescan().await;
    assert_eq!((world.desk.arrivals(), world.desk.removals()), (asked, 0));
    if world.home.plugins().exists() {
        fs::rename(world.home.plugins(), world.elsewhere("other")).unwrap();
    }
    fs::rename(world.elsewhere("plugins"), world.home.plugins()).unwrap();
    world.until("it is back", |world| world.status() == Status::Watching).await;
    world.let_grace_pass().await;
    assert!(world.is_installed("a.one"));
    assert!(world.attention().is_empty());
    world.write("a.two.spk", &two.bytes);
    world.until_installed(&two).await;
    assert_eq!(world.desk.calls().iter().filter(|call| *call == "removed a.one").count(), 0);
}

#[tokio::test]
async fn a_missing_folder_uninstalls_nothing_and_comes_back_by_itself() {
    away_and_back(|_| ()).await;
}

#[tokio::test]
async fn an_empty_folder_without_the_mark_uninstalls_nothing() {
    away_and_back(|world| fs::create_dir(world.home.plugins()).unwrap()).await;
}

#[tokio::test]
async fn another_centers_folder_is_not_believed() {
    away_and_back(|world| {
        fs::create_dir(world.home.plugins()).unwrap();
        world.write(".sprocket-folder", b"center-2\n");
        world.write("theirs.spk", &package("b.theirs", 1).bytes);
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_was_ours_before_is_not_believed() {
    away_and_back(|world| {
        fs::create_dir(world.home.plugins()).unwrap();
        world.write(".sprocket-folder", format!("{CENTER} 0123456789abcdef\n").as_bytes());
    })
    .await;
}

#[tokio::test]
async fn a_file_in_the_folders_place_is_not_believed() {
    away_and_back(|world| fs::write(world.home.plugins(), "no folder").unwrap()).await;
}

#[tokio::test]
async fn a_folder_that_was_lost_before_the_start_is_not_made_anew() {
    let mut world = World::watched().await;
    let one = package("a.one", 1);
    world.write("a.one.spk", &one.bytes);
    world.until_installed(&one).await;
    world.stop().await;
    fs::rename(world.home.plugins(), world.elsewhere("plugins")).unwrap();
    world.start().await;
    assert_eq!(world.status(), Status::Unavailable("the folder is missing".into()));
    assert!(!world.home.plugins().exists());
    assert!(world.is_installed("a.one"));
}

#[tokio::test]
async fn a_folder_that_others_may_write_is_made_private_again() {
    let world = World::watched().await;
    fs::set_permissions(world.home.plugins(), fs::Permissions::from_mode(0o777)).unwrap();
    let mode = |world: &World| fs::metadata(world.home.plugins()).unwrap().permissions().mode() & 0o777;
    world.until("it is private", |world| mode(world) == 0o700).await;
}

#[tokio::test]
async fn what_changed_while_the_center_was_off_is_found_at_start() {
    let mut world = World::watched().await;
    for id in ["a.stays", "a.upgraded", "a.removed", "a.renamed"] {
        world.write("x.spk", &package(id, 1).bytes);
        world.until_installed(&package(id, 1)).await;
    }
    world.stop().await;
    world.write("new.spk", &package("a.new", 1).bytes);
    world.write("a.upgraded.v1.0.0.spk", &package("a.upgraded", 2).bytes);
    world.remove("a.removed.v1.0.0.spk");
    fs::rename(world.path("a.renamed.v1.0.0.spk"), world.path("other.spk")).unwrap();
    let before = world.desk.calls().len();
    world.start().await;
    world.until_installed(&package("a.new", 1)).await;
    world.until_installed(&package("a.upgraded", 2)).await;
    world.until("the removed one is gone", |world| !world.is_installed("a.removed")).await;
    assert!(world.is_installed("a.stays") && world.is_installed("a.renamed"));
    let mut calls = world.desk.calls()[before..].to_vec();
    calls.sort();
    assert_eq!(calls, ["arrived a.upgraded.v1.0.0.spk", "arrived new.spk", "removed a.removed"]);

    let (files, asked) = (world.states(), world.desk.calls().len());
    world.stop().await;
    world.start().await;
    world.rescan().await;
    assert_eq!(
        (world.states(), world.desk.calls().len()),
        (files, asked),
        "a second start finds nothing to do"
    );
}
