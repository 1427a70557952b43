//! A disk on which a package does not fit: told with what it needs and what is free, in the person's language; nothing is
//! changed, also where the room goes only between the review and the answer.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::fs::statvfs;

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::page::By;
use crate::refusals::everything;

/// Set where the home is on a small disk of its own.
const INSIDE: &str = "SPROCKET_TEST_ON_A_SMALL_DISK";
const MIB: u64 = 1024 * 1024;
/// Enough for a center that is looked at; too little for the package.
const DISK: u64 = 16 * MIB;
const FILLING: usize = 9 * 1024 * 1024;
const DIALOG: &str = "[data-testid=review-refused]";

/// Runs this test again where file systems may be mounted, which nobody outside of it sees.
fn runs_again_inside(test: &str) {
    let this = std::env::current_exe().expect("this program has a path");
    let mut again = Command::new("unshare");
    again.args(["--map-root-user", "--mount"]).arg(this).args(["--exact", test, "--nocapture"]);
    let run = again.env(INSIDE, "yes").output().expect("`scripts/setup` checks for it");
    let said = [run.stdout, run.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

fn mount_small_disk(at: &Path) {
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={DISK}"), "tmpfs"]).arg(at).status();
    assert!(mounted.expect("it is part of every system").success());
}

fn free(home: &Path) -> u64 {
    let disk = statvfs(home).expect("it is mounted");
    disk.f_bavail * disk.f_frsize
}

/// Bytes that mean nothing, and that nothing makes smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut noise = vec![0; length];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    noise
}

/// As the window writes an amount below 10 MB, without what the language puts around it.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10 + MIB / 2) / MIB;
    if tenths < 100 && !tenths.is_multiple_of(10) {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        ((bytes + MIB / 2) / MIB).to_string()
    }
}

/// The sentence with both figures stands there, in bytes: what is needed, and what the disk said to be free.
async fn is_told(hands: &Hands, (needs, free): (u64, u64)) {
    hands.window.find(By::Css(&format!("{DIALOG} [data-code=disk_full]"))).await;
    let said = hands.shown(DIALOG).await;
    let needs = format!("{} MB", megabytes(needs));
    assert!(hands.reads(&said, "errors.disk_full_known.message", &[("needs", &needs)]), "{needs}: {said}");
    // Other files of the home may have grown a little since.
    let told = (free - MIB / 2..free + MIB / 2).step_by(10_000).any(|free| {
        let free = format!("{} MB", megabytes(free));
        hands.reads(&said, "errors.disk_full_known.message", &[("needs", &needs), ("free", &free)])
    });
    assert!(told, "{free} bytes are free: {said}");
    assert!(said.contains(&hands.say("errors.disk_full_known.hint")), "{said}");
    assert!(said.contains(&hands.say("common.nothingChanged")), "{said}");
    hands.click_on("button", "common.close").await;
    hands.window.until("the dialog to close", async || hands.shown(DIALOG).await.is_empty()).await;
}

async fn a_full_disk_is_told(language: Language) {
    let (home, outbox) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let home = home.path();
    mount_small_disk(home);
    let hands = Hands::begin(home, language).await;
    let root = hands::root(home).await;
    let publisher = Publisher::new("Example Ltd");
    hands::trust(&root, &publisher, "com.example.*").await;
    let large = Package::rogue("com.example.large").file("web/noise.bin", &noise(FILLING));
    let large = large.pack(&publisher, outbox.path());
    let size = fs::metadata(&large).expect("as it was made").len();
    let before = everything(&root, home).await;
    let room = free(home);
    hands.drop(&large);
    // The private copy, the file in the plugin folder, and the database.
    is_told(&hands, (2 * size + MIB, room)).await;
    assert_eq!(everything(&root, home).await, before, "a refused file changed something");

    let small = Package::rogue("com.example.small").file("web/noise.bin", &noise(FILLING / 4));
    let small = small.pack(&publisher, outbox.path());
    let size = fs::metadata(&small).expect("as it was made").len();
    hands.drop(&small);
    hands.window.find(By::TestId("review-install")).await;
    // Somebody else takes the room while the person reads.
    let rest = noise(usize::try_from(free(home) - size).expect("a small disk"));
    let thief = home.join("backups/other.bin");
    fs::write(&thief, rest).expect("it fits");
    let room = free(home);
    hands.click(By::TestId("review-install")).await;
    is_told(&hands, (size + MIB, room)).await;
    fs::remove_file(&thief).expect("it is there");
    assert_eq!(everything(&root, home).await, before, "a refused install changed something");

    hands.drop(&small);
    hands.click(By::TestId("review-install")).await;
    hands.window.find(By::Css("[data-testid=state]")).await;
    assert_eq!(root.plugins().await.len(), 1, "with room it is installed");
    hands.end().await;
}

#[tokio::test]
async fn a_full_disk_is_told_with_its_figures_in_english_and_changes_nothing() {
    match std::env::var_os(INSIDE) {
        Some(_) => a_full_disk_is_told(ENGLISH).await,
        None => runs_again_inside(
            "full_disk::a_full_disk_is_told_with_its_figures_in_english_and_changes_nothing",
        ),
    }
}

#[tokio::test]
async fn a_full_disk_is_told_with_its_figures_in_chinese_and_changes_nothing() {
    match std::env::var_os(INSIDE) {
        Some(_) => a_full_disk_is_told(CHINESE).await,
        None => runs_again_inside(
            "full_disk::a_full_disk_is_told_with_its_figures_in_chinese_and_changes_nothing",
        ),
    }
}
