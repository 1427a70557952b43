//! The window's shell: Tauri around the center. Holds no rules and no SQL.

mod autostart;
pub mod bindings;
mod commands;
mod dispatch;
mod display;
mod drafts;
mod events;
mod failure;
mod files;
mod names;
mod operations;
mod own;
mod preferences;
mod restore;
mod session;
mod shell;
mod start;
mod window;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use center::paths::Home;
use center::process::{EndSignals, forbid_core_dumps};
use tauri::utils::platform::resource_dir;
use tauri::{App, Context, Wry, async_runtime};
use tracing_subscriber::EnvFilter;

pub use failure::Failure;
use shell::{Parts, Shell};
use start::Start;

/// Opens the window over the home's center, or hands `arguments`, which are files, to the one that runs; with `--background`
/// among them it stays hidden until it is raised. Returns after a hand-over; an
/// application that quits ends its process.
///
/// # Errors
/// [`Failure::NoDisplay`] without a reachable screen, [`Failure::Center`] if the home cannot be had,
/// [`Failure::Window`] if the platform refuses the window.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Result<(), Failure> {
    log_to_stderr();
    forbid_core_dumps()?;
    let (hidden, files): (Vec<_>, Vec<_>) = arguments.partition(|argument| argument == autostart::BACKGROUND);
    let hidden = !hidden.is_empty();
    let files = files.into_iter().filter_map(|file| std::path::absolute(file).ok()).collect::<Vec<_>>();
    let home = Home::find()?;
    if hidden && async_runtime::block_on(start::runs(&home))? {
        return Ok(());
    }
    if async_runtime::block_on(start::raise(&home, &files))? {
        return Ok(());
    }
    if !display::is_there() {
        return Err(Failure::NoDisplay);
    }
    let context = tauri::generate_context!();
    let resources = resources(&context);
    let host = resources.as_ref().map(|folder| folder.join("plugin-host")).filter(|host| host.is_file());
    match async_runtime::block_on(start::begin(&home, &files, host.clone()))? {
        Start::HandedOver => Ok(()),
        Start::Opened { center, server } => {
            let samples = sample_folders(resources.as_deref());
            let shell = Arc::new(Shell::new(Parts { center, server, home, files, samples, host }));
            open(shell, context, hidden)
        }
    }
}

fn open(shell: Arc<Shell>, context: Context<Wry>, hidden: bool) -> Result<(), Failure> {
    let dispatched = Arc::clone(&shell);
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(move |invoke| dispatch::dispatch(&dispatched, invoke))
        .setup(move |app| Ok(set_up(app, shell, hidden)?))
        .run(context)?;
    Ok(())
}

fn set_up(app: &App, shell: Arc<Shell>, hidden: bool) -> Result<(), Failure> {
    window::open(app, hidden)?;
    shell.shown_by(app.handle().clone());
    let mut signals = async_runtime::block_on(async { EndSignals::listen() })?;
    let (ending, handle) = (Arc::clone(&shell), app.handle().clone());
    async_runtime::spawn(async move {
        signals.next().await;
        ending.end(&handle).await;
    });
    async_runtime::spawn(events::forward(shell.center().listen(), shell, app.handle().clone()));
    Ok(())
}

/// Where a bundle keeps what comes with it.
fn resources(context: &Context<Wry>) -> Option<PathBuf> {
    resource_dir(context.package_info(), &tauri::Env::default()).ok()
}

fn sample_folders(resources: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<_> = resources.map(|folder| folder.join("samples")).into_iter().collect();
    if cfg!(debug_assertions) {
        folders.extend(std::env::var_os("SPROCKET_SAMPLES").map(PathBuf::from));
        folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples"));
    }
    folders
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("SPROCKET_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Only a test that runs two of these in one process would find it set already.
    let _ = log.with_ansi(io::stderr().is_terminal()).try_init();
}
