//! Makes a center as it looks after a month, in a home that is its first argument.

#[path = "../e2e/fixtures.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod fixtures;
#[path = "mod.rs"]
mod sample;

use std::path::PathBuf;

#[tokio::main]
async fn main() {
    let home = std::env::args_os().nth(1).map(PathBuf::from).expect("the home's path");
    assert!(!home.join("center.db").exists(), "`{}` is lived in already", home.display());
    sample::make(&home).await;
    println!("{} has 30 plugins and 200 accounts.", home.display());
    println!("Everybody's password is `{}`; a super administrator is `{}`.", sample::PASSWORD, sample::ROOT);
}
