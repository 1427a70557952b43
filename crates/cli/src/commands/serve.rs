//! `sprocket serve`: the center without a window, until it is told to stop.

use std::future::Future;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::{Duration, Instant};

use center::center::{Center, Options};
use center::control::{Client, Server};
use center::error::Code;
use center::paths::Home;
use center::process::{EndSignals, forbid_core_dumps};
use center::request::Request;
use center::secrets::Keyring;
use serde_json::json;
use tracing_subscriber::EnvFilter;

use crate::connection::{PAUSE, TRIES};
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;

/// Signals to end that come within this time are one.
const SAME_WISH: Duration = Duration::from_millis(500);

/// Run the center: plugins, plugin folder, control socket
#[derive(Debug, clap::Args)]
pub struct Serve {}

impl Serve {
    pub async fn run(self, screen: Screen, home: Home) -> Outcome {
        log_to_stderr();
        forbid_core_dumps()?;
        let mut stop = EndSignals::listen()?;
        let center = open(&home).await?;
        let served = answer(screen, &home, Arc::clone(&center), stop.next()).await;
        tracing::info!("stopping");
        tokio::select! {
            () = center.shutdown() => served,
            () = insisted(&mut stop) => Err(Failure::new("internal", "stopped before every plugin had ended", "")),
        }
    }
}

/// Waits for another wish to end. What a terminal and a wrapper pass on at the same moment is one wish.
async fn insisted(stop: &mut EndSignals) {
    let first = Instant::now();
    loop {
        stop.next().await;
        if first.elapsed() > SAME_WISH {
            return;
        }
    }
}

/// Waits for a command that has the home open for a moment; a center that runs is told at once.
async fn open(home: &Home) -> Outcome<Arc<Center>> {
    for _ in 1..TRIES {
        match Center::open(home.clone(), options()).await {
            Err(error) if error.code == Code::CenterRunning && Client::connect(home).await?.is_none() => {
                tokio::time::sleep(PAUSE).await;
            }
            opened => return Ok(opened?),
        }
    }
    Ok(Center::open(home.clone(), options()).await?)
}

async fn answer(
    screen: Screen,
    home: &Home,
    center: Arc<Center>,
    end: impl Future<Output = ()> + Send,
) -> Outcome {
    let status = center.handle(None, Request::Status).await?;
    let server = Server::bind(center, home)?;
    let view = json!({ "ready": {
        "version": env!("CARGO_PKG_VERSION"), "pid": std::process::id(), "home": home.root(),
        "folder": home.plugins(), "socket": home.control_socket(), "initialised": status["initialised"],
    }});
    screen.show_next(&view, |page| {
        page.line(format!(
            "Sprocket {} runs. Plugin folder: {}. Stop it with Ctrl+C.",
            env!("CARGO_PKG_VERSION"),
            home.plugins().display()
        ));
        if status["initialised"] == false {
            let home = home.root().display();
            page.line(format!("`{home}` has no super administrator yet: run `sprocket init` beside this."));
        }
    })?;
    server.run(end).await;
    Ok(())
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("SPROCKET_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Only a test that runs two centers in one process would find it set already.
    let _ = log.with_ansi(io::stderr().is_terminal()).try_init();
}

fn options() -> Options {
    Options { serve: true, keyring: Keyring::OfSession, ..Options::default() }
}
