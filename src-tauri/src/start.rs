//! How a start begins: by raising the window that runs already, or by opening the home. Knows no window.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use center::center::{Center, Options};
use center::control::{Client, Server};
use center::error::{Code, Error, ErrorView};
use center::paths::Home;
use center::request::Request;
use center::secrets::Keyring;

/// How often a command that holds the home for a moment, or a center that is just starting, is waited for.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// What a start came to.
pub enum Start {
    /// Another process has the window; it was raised and has the files.
    HandedOver,
    /// This process has the home.
    Opened { center: Arc<Center>, server: Server<Center> },
}

/// Whether a center runs on this home.
///
/// # Errors
/// What reaching it fails with.
pub async fn runs(home: &Home) -> Result<bool, ErrorView> {
    Ok(Client::connect(home).await?.is_some())
}

/// Raises the window that runs on this home; false if none does.
///
/// # Errors
/// `no_window` if the home's center runs without one; what reaching it fails with.
pub async fn raise(home: &Home, files: &[PathBuf]) -> Result<bool, ErrorView> {
    let Some(running) = Client::connect(home).await? else { return Ok(false) };
    match running.ask(None, Request::WindowRaise { files: files.to_vec() }).await {
        Ok(_) => Ok(true),
        // It ended while it was asked: then the home is free, or soon will be.
        Err(refused) if refused.code == Code::CenterNotRunning.as_str() => Ok(false),
        Err(refused) => Err(refused),
    }
}

/// Opens the home and its control socket, or raises whoever was faster.
///
/// # Errors
/// As [`raise`]; `center_running` if somebody holds the home for over 5 s; what the home cannot be opened for.
pub async fn begin(
    home: &Home,
    files: &[PathBuf],
    host_program: Option<PathBuf>,
) -> Result<Start, ErrorView> {
    for attempt in 1.. {
        match Center::open(home.clone(), options(host_program.clone())).await {
            Ok(center) => {
                let (center, server) = serve(center, home).await?;
                return Ok(Start::Opened { center, server });
            }
            Err(error) if error.code != Code::CenterRunning || attempt == TRIES => return Err(error.into()),
            Err(_) if raise(home, files).await? => return Ok(Start::HandedOver),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
    unreachable!("the last attempt returns")
}

/// Opens the home anew, whose lock this process holds, and its control socket.
///
/// # Errors
/// What the home cannot be opened for.
pub async fn again(
    home: &Home,
    lock: File,
    host_program: Option<PathBuf>,
) -> Result<(Arc<Center>, Server<Center>), Error> {
    let options = Options { lock: Some(lock), ..options(host_program) };
    serve(Center::open(home.clone(), options).await?, home).await
}

async fn serve(center: Arc<Center>, home: &Home) -> Result<(Arc<Center>, Server<Center>), Error> {
    match Server::bind(Arc::clone(&center), home) {
        Ok(server) => Ok((center, server)),
        Err(refused) => {
            center.shutdown().await;
            Err(refused)
        }
    }
}

/// A center that serves this window and may use the session's keyring.
fn options(host_program: Option<PathBuf>) -> Options {
    Options { serve: true, window: true, host_program, keyring: Keyring::OfSession, ..Options::default() }
}
