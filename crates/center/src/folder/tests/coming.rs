//! Files that come: whole, in pieces, wrong, several at once.

use std::io::Write;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::*;

#[tokio::test]
async fn a_copied_file_is_installed_at_once_and_gets_its_own_name() {
    let world = World::watched().await;
    let package = package("a.one", 1);
    fs::write(world.elsewhere("download (3).spk"), &package.bytes).unwrap();
    fs::copy(world.elsewhere("download (3).spk"), world.path("download (3).spk")).unwrap();
    let copied = Instant::now();
    world.until_installed(&package).await;
    let took = copied.elapsed();
    println!("end of copy to installed: {took:?}");
    assert!(took < Duration::from_secs(1), "took {took:?}");
    assert_eq!(world.names(), ["a.one.v1.0.0.spk"]);
    assert_eq!(world.desk.calls(), ["arrived download (3).spk"]);
    assert!(world.attention().is_empty());
}

#[tokio::test]
async fn a_file_moved_in_is_installed() {
    let world = World::watched().await;
    let package = package("a.one", 1);
    fs::write(world.elsewhere("a.spk"), &package.bytes).unwrap();
    fs::rename(world.elsewhere("a.spk"), world.path("a.spk")).unwrap();
    world.until_installed(&package).await;
}

#[tokio::test]
async fn a_linked_file_whose_writer_nobody_hears_is_installed() {
    let world = World::watched().await;
    let package = package("a.one", 1);
    fs::write(world.elsewhere("a.spk"), &package.bytes).unwrap();
    fs::hard_link(world.elsewhere("a.spk"), world.path("a.spk")).unwrap();
    world.until_installed(&package).await;
}

#[tokio::test]
async fn a_file_in_pieces_waits_until_it_is_whole() {
    let world = World::watched().await;
    let package = package("a.one", 1);
    let pieces: Vec<&[u8]> = package.bytes.chunks(package.bytes.len().div_ceil(3)).collect();
    for piece in &pieces[..2] {
        let mut file = fs::OpenOptions::new().append(true).create(true).open(world.path("a.spk")).unwrap();
        file.write_all(piece).unwrap();
        drop(file);
        world.until("it is shown as arriving", |world| world.state("a.spk") == "arriving").await;
        world.let_grace_pass().await;
        assert!(!world.is_installed("a.one"));
    }
    let before = world.desk.calls();
    assert!(!before.contains(&"arrived a.spk".to_owned()), "handed over before it was whole: {before:?}");
    fs::OpenOptions::new().append(true).open(world.path("a.spk")).unwrap().write_all(pieces[2]).unwrap();
    world.until_installed(&package).await;
}

#[tokio::test]
async fn a_file_that_stands_still_is_cut_off_until_more_comes() {
    let mut world = World::new();
    world.waits.still = Duration::from_millis(100);
    world.start().await;
    let package = package("a.one", 1);
    let half = package.bytes.len() / 2;
    world.write("a.spk", &package.bytes[..half]);
    world.until("it is cut off", |world| world.cause("a.spk") == "truncated").await;
    assert_eq!(world.desk.arrivals(), 0);
    let needed = world.attention();
    assert_eq!((needed[0].kind.as_str(), needed[0].subject.as_str()), ("package_refused", "a.spk"));
    world.write("a.spk", &package.bytes);
    world.until_installed(&package).await;
    assert!(world.attention().is_empty(), "what is solved needs nobody");
}

#[tokio::test]
async fn what_is_no_package_is_refused_each_for_its_own_reason() {
    let world = World::watched().await;
    let good = package("a.one", 1);
    let mut flipped = good.bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    fs::write(world.elsewhere("outside.spk"), &good.bytes).unwrap();

    fs::create_dir(world.path("folder.spk")).unwrap();
    symlink(world.elsewhere("outside.spk"), world.path("link.spk")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, world.path("fifo.spk"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    let _socket = UnixListener::bind(world.path("socket.spk")).unwrap();
    world.write("archive.zip", b"PK\x03\x04 and so on");
    world.write("unsigned.spk", &packed("a.two", 1, None).bytes);
    world.write("flipped.spk", &flipped);
    world.write("longer.spk", &[good.bytes.as_slice(), b"!"].concat());
    world.write(".hidden.spk", &good.bytes);
    world.write("a.spk.part", &good.bytes);

    let reasons = [
        ("folder.spk", "not_a_file"),
        ("link.spk", "is_a_link"),
        ("fifo.spk", "not_a_file"),
        ("socket.spk", "not_a_file"),
        ("archive.zip", "not_a_package"),
        ("unsigned.spk", "unsigned"),
        ("flipped.spk", "tampered"),
        ("longer.spk", "trailing_bytes"),
    ];
    for (name, reason) in reasons {
        world.until(&format!("{name} is {reason}"), |world| world.cause(name) == reason).await;
    }
    assert_eq!(world.list().len(), reasons.len(), "hidden and partial files are nobody's business");
    assert_eq!(world.attention().len(), reasons.len());
    assert!(!world.is_installed("a.one") && !world.is_installed("a.two"));
    for odd in ["folder.spk", "link.spk", "fifo.spk", "socket.spk"] {
        assert!(!world.desk.calls().contains(&format!("arrived {odd}")), "{odd} must not be opened");
    }
    world.remove("flipped.spk");
    world.until("a removed file needs nobody", |world| world.attention().len() == reasons.len() - 1).await;
}

#[tokio::test]
async fn a_refused_file_is_asked_about_again_only_when_its_bytes_change() {
    let mut world = World::watched().await;
    let package = package("a.one", 1);
    world.write("a.spk", b"SPK1 but no more of it than that, and nothing to wait for");
    world.until("it is refused", |world| world.state("a.spk") == "refused").await;
    let asked = world.desk.arrivals();
    world.rescan().await;
    world.stop().await;
    world.start().await;
    world.let_grace_pass().await;
    let again = world.desk.calls().iter().filter(|call| *call == "arrived a.spk").count();
    assert_eq!(again, asked, "{:?}", world.desk.calls());
    world.write("a.spk", &package.bytes);
    world.until_installed(&package).await;
}

#[tokio::test]
async fn of_several_versions_at_once_the_highest_is_installed() {
    let mut world = World::watched().await;
    world.stop().await;
    let (old, new) = (package("a.one", 1), package("a.one", 2));
    world.write("old.spk", &old.bytes);
    world.write("new.spk", &new.bytes);
    world.start().await;
    world.until_installed(&new).await;
    world.until("the older one is superseded", |world| world.state("old.spk") == "superseded").await;
    assert_eq!(world.desk.calls(), ["arrived new.spk"]);
}

#[tokio::test]
async fn a_bad_highest_version_does_not_stop_a_good_lower_one() {
    let mut world = World::watched().await;
    world.stop().await;
    let (good, mut bad) = (package("a.one", 1), package("a.one", 9));
    *bad.bytes.last_mut().unwrap() ^= 1;
    world.write("good.spk", &good.bytes);
    world.write("bad.spk", &bad.bytes);
    world.start().await;
    world.until_installed(&good).await;
    assert_eq!(world.cause("bad.spk"), "tampered");
}

#[tokio::test]
async fn a_file_that_needs_approval_waits_and_says_so() {
    let world = World::watched().await;
    world.desk.ask_from(1);
    let package = package("a.one", 1);
    world.write("a.spk", &package.bytes);
    world.until("it waits", |world| world.state("a.spk") == "waiting").await;
    let needed = world.attention();
    assert_eq!((needed[0].kind.as_str(), needed[0].subject.as_str()), ("approval_waiting", "a.spk"));
    world.desk.install_from(&world.path("a.spk")).unwrap();
    world.until_installed(&package).await;
    assert_eq!(world.names(), ["a.one.v1.0.0.spk"]);
    assert!(world.attention().is_empty(), "what was approved needs nobody");
}

#[tokio::test]
async fn an_installer_that_is_busy_is_asked_again() {
    let world = World::watched().await;
    world.desk.be_busy(3);
    let package = package("a.one", 1);
    world.write("a.spk", &package.bytes);
    world.until_installed(&package).await;
    assert_eq!(world.desk.arrivals(), 4);
}

#[tokio::test]
async fn many_files_at_once_are_all_installed() {
    let world = World::watched().await;
    let packages: Vec<_> = (0..60).map(|n| package(&format!("many.p{n}"), 1)).collect();
    for (n, package) in packages.iter().enumerate() {
        world.write(&format!("{n}.spk"), &package.bytes);
    }
    for package in &packages {
        world.until_installed(package).await;
    }
    world.rescan().await;
    assert_eq!(world.names().len(), 60);
    assert!(world.states().values().all(|state| state == "installed"));
    assert_eq!(world.desk.removals(), 0);
}

#[tokio::test]
async fn without_events_everything_is_found_by_looking() {
    let mut world = World::new();
    world.waits.listen = false;
    world.start().await;
    assert_eq!(world.status(), Status::Polling);
    let package = package("a.one", 1);
    world.write("a.spk", &package.bytes);
    world.until_installed(&package).await;
    world.remove("a.one.v1.0.0.spk");
    world.until("it is uninstalled", |world| !world.is_installed("a.one")).await;
}
