//! The first start from a backup: chosen, checked beside the home while this center runs, then put in the home's place.
//! This process goes on, with another center, and holds the home all the while. What a backup is, the center knows.

use std::path::PathBuf;
use std::sync::Arc;

use center::backup::{self, Prepared, Restore};
use center::clock::SystemClock;
use center::error::{Code, Error};
use center::request::{Password, Request};
use center::views::{RestoredView, StatusView};
use serde_json::Value;
use tauri::{AppHandle, async_runtime};

use crate::dispatch::{encode_view, read};
use crate::own::BackupFile;
use crate::shell::Shell;
use crate::{events, start};

/// What can be seen of a file without opening it.
///
/// # Errors
/// As [`backup::look`].
pub fn look(path: PathBuf) -> Result<BackupFile, Error> {
    let backup::Look { bytes, encrypted } = backup::look(&path)?;
    Ok(BackupFile { path, bytes, encrypted })
}

/// Refuses once somebody set this center up.
///
/// # Errors
/// `already_initialised`.
pub async fn must_be_new(shell: &Shell) -> Result<(), Error> {
    let status: StatusView = read(shell.center().handle(None, Request::Status).await?)?;
    match status.initialised {
        false => Ok(()),
        true => Err(Error::new(Code::AlreadyInitialised, "this center is set up already")),
    }
}

/// Brings a backup back, all of it or nothing → [`RestoredView`].
///
/// # Errors
/// `already_initialised`, `busy`; as [`backup::prepare`]; `home_unavailable`. Then everything is as it was.
pub async fn restore(
    shell: &Arc<Shell>,
    app: &AppHandle,
    (path, passphrase): (PathBuf, Option<Password>),
) -> Result<Value, Error> {
    let exchange = shell.exchange.try_lock();
    let _alone = exchange.map_err(|_| Error::new(Code::Busy, "a backup is being restored already"))?;
    must_be_new(shell).await?;
    let home = shell.home.clone();
    let prepare = move || {
        let passphrase = passphrase.map(|passphrase| passphrase.0.into());
        let clock = Arc::new(SystemClock);
        backup::prepare(&home, &Restore { path: &path, passphrase, replace: false, clock })
    };
    let prepared = tokio::task::spawn_blocking(prepare).await.map_err(Error::internal)??;
    let restored = exchange_for(shell, prepared).await?;
    async_runtime::spawn(events::forward(shell.center().listen(), Arc::clone(shell), app.clone()));
    encode_view(&restored?)
}

/// The center makes way, and the home is opened anew, whatever came of it. What the person chose for the window went with
/// the old home, and is kept in the new one.
async fn exchange_for(shell: &Arc<Shell>, prepared: Prepared) -> Result<Result<RestoredView, Error>, Error> {
    let chosen = shell.preferences.get();
    shell.serve_no_more().await;
    let (lock, restored) = shell.center().give_way(prepared).await?;
    if let Err(cause) = shell.preferences.set(chosen) {
        tracing::warn!(%cause, "the window's preferences are not kept");
    }
    let (center, server) = start::again(&shell.home, lock, shell.host.clone()).await.map_err(|refused| {
        refused.hint("Quit Sprocket and start it again; if it happens again, look at the log.")
    })?;
    shell.carry(center, server);
    Ok(restored)
}
