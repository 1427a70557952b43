//! Bundles the pages, and puts every command under the access list, also for the window's own origin.

#[path = "src/names.rs"]
mod names;

fn main() {
    println!("cargo:rerun-if-changed=src/names.rs");
    let all: Vec<&'static str> = [names::CENTER, names::SHELL].concat();
    let commands = tauri_build::AppManifest::new().commands(Vec::leak(all));
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes).expect("ui/dist, the icons and tauri.conf.json are there");
}
