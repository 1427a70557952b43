//! Bundles the pages, and puts every command under the access list, also for the window's own origin.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["center_status"]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes).expect("ui/dist, the icons and tauri.conf.json are there");
}
