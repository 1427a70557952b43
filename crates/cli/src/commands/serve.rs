//! `sprocket serve`: the center without a window, until it is told to stop.

use std::future::Future;
use std::io::{self, IsTerminal};
use std::sync::Arc;

use center::center::{Center, Options};
use center::control::Server;
use center::paths::Home;
use center::request::Request;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::failure::{Failure, Outcome};
use crate::screen::Screen;

/// Run the center: plugins, plugin folder, control socket
#[derive(Debug, clap::Args)]
pub struct Serve {}

impl Serve {
    pub async fn run(self, screen: Screen, home: Home) -> Outcome {
        log_to_stderr();
        forbid_core_dumps()?;
        let mut stop = Stop::listen()?;
        let center = Center::open(home.clone(), Options { serve: true, ..Options::default() }).await?;
        let served = answer(screen, &home, Arc::clone(&center), stop.next()).await;
        tracing::info!("stopping");
        tokio::select! {
            () = center.shutdown() => served,
            () = stop.next() => Err(Failure::new("internal", "stopped before every plugin had ended", "")),
        }
    }
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

/// What asks this process to end.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn listen() -> Outcome<Self> {
        let listen = |kind| signal(kind).map_err(|cause| Failure::io("cannot wait for signals", &cause));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("SPROCKET_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Only a test that runs two centers in one process would find it set already.
    let _ = log.with_ansi(io::stderr().is_terminal()).try_init();
}

/// A core would hold secrets in clear, of the center and of every plugin that inherits this limit.
fn forbid_core_dumps() -> Outcome {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, none).map_err(|cause| Failure::io("cannot turn core dumps off", &cause.into()))
}
