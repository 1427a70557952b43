//! How a command reaches its center: the one that runs, else the home opened by this process.

use std::sync::Arc;
use std::time::Duration;

use center::center::{Center, Options};
use center::control::{Client, Stream};
use center::error::{Code, Error, ErrorView};
use center::paths::Home;
use center::request::{Request, Token};
use center::secrets::Keyring;
use serde_json::Value;

use crate::failure::{Failure, Outcome};

/// How often another command that holds the home for a moment is waited for.
pub(crate) const TRIES: u32 = 100;
pub(crate) const PAUSE: Duration = Duration::from_millis(50);

/// The way to a center.
pub enum Connection {
    /// Another process runs it.
    Running(Client),
    /// This process opened the home; no plugin runs in it.
    Own(Arc<Center>),
}

impl Connection {
    /// Reaches the running center, else opens the home. Waits up to 5 s for a command that has it open.
    pub async fn open(home: &Home) -> Outcome<Self> {
        for _ in 1..TRIES {
            match Self::try_open(home).await {
                Err(error) if error.code == Code::CenterRunning => tokio::time::sleep(PAUSE).await,
                reached => return Ok(reached?),
            }
        }
        Ok(Self::try_open(home).await?)
    }

    async fn try_open(home: &Home) -> Result<Self, Error> {
        if let Some(client) = Client::connect(home).await? {
            return Ok(Self::Running(client));
        }
        let options = Options { serve: false, keyring: Keyring::OfSession, ..Options::default() };
        Center::open(home.clone(), options).await.map(Self::Own)
    }

    /// Asks.
    pub async fn ask(&self, token: Option<&Token>, request: Request) -> Outcome<Value> {
        let answer = match self {
            Self::Running(client) => client.ask(token, request).await,
            Self::Own(center) => center.handle(token, request).await.map_err(ErrorView::from),
        };
        Ok(answer?)
    }

    /// Asks for what keeps coming; only a running center has that.
    pub async fn stream(&self, token: Option<&Token>, request: Request) -> Outcome<Stream> {
        match self {
            Self::Running(client) => Ok(client.stream(token, request).await?),
            Self::Own(_) => Err(not_running()),
        }
    }

    /// Refuses what this process cannot do in place of a running center.
    pub fn must_be_running(&self) -> Outcome {
        match self {
            Self::Running(_) => Ok(()),
            Self::Own(_) => Err(not_running()),
        }
    }

    /// Closes what this process opened.
    pub async fn close(self) {
        if let Self::Own(center) = self {
            center.shutdown().await;
        }
    }
}

fn not_running() -> Failure {
    Error::new(Code::CenterNotRunning, "no center runs on this home").into()
}
