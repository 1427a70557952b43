//! Looks at a center from beside the window, over its control socket, as the command line would. A tour may only look;
//! tests also prepare a home with it.

use std::path::Path;

use center::control::Client;
use center::error::ErrorView;
use center::paths::Home;
use center::request::{Password, Request, SessionKind, Token};
use center::views::{PluginView, SignedInView, StatusView};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why something was refused.
pub type Refusal = Box<ErrorView>;

/// The way to the center of one home.
pub struct Observer {
    home: Home,
    token: Option<Token>,
}

impl Observer {
    /// Nobody, at this home.
    pub fn of(home: &Path) -> Self {
        Self { home: Home::at(home), token: None }
    }

    /// Signed in by the command line's way.
    pub async fn sign_in(home: &Path, login: &str, password: &str) -> Self {
        let mut observer = Self::of(home);
        let (login, password) = (login.into(), Password(password.into()));
        let request = Request::SignIn { login, password, kind: SessionKind::CommandLine };
        observer.token = Some(observer.get::<SignedInView>(request).await.token);
        observer
    }

    /// Asks the running center.
    pub async fn ask(&self, request: Request) -> Result<Value, Refusal> {
        let client = Client::connect(&self.home).await.map_err(|error| Box::new(error.into()))?;
        let client = client.expect("a center runs on this home");
        client.ask(self.token.as_ref(), request).await.map_err(Box::new)
    }

    /// Asks for what cannot be refused.
    pub async fn get<T: DeserializeOwned>(&self, request: Request) -> T {
        let answer = self.ask(request).await.unwrap_or_else(|refusal| panic!("{refusal:?}"));
        serde_json::from_value(answer).expect("the view that was asked for")
    }

    /// Whether a center answers at this home.
    pub async fn is_served(&self) -> bool {
        Client::connect(&self.home).await.is_ok_and(|client| client.is_some())
    }

    /// How the center is.
    pub async fn status(&self) -> StatusView {
        self.get(Request::Status).await
    }

    /// The plugins, in English.
    pub async fn plugins(&self) -> Vec<PluginView> {
        self.get(Request::PluginList { locale: "en".into() }).await
    }
}
