//! What stands behind the socket: the center; in tests of the socket itself, something that can be told to misbehave.

use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use spk::PluginId;
use tokio::sync::broadcast;

use crate::center::Center;
use crate::error::Result;
use crate::events::Listener;
use crate::logs::Line;
use crate::request::{Request, Token};

/// Answers requests; checks sessions and roles by itself.
pub trait Respond: Send + Sync + 'static {
    /// A line of a plugin's log.
    type Line: Serialize + Clone + Send + 'static;

    /// Answers a request of whoever holds this token.
    fn handle(
        self: &Arc<Self>,
        token: Option<&Token>,
        request: Request,
    ) -> impl Future<Output = Result<Value>> + Send;

    /// Events from now on.
    ///
    /// # Errors
    /// `not_signed_in`, `not_a_superadmin`.
    fn events(&self, token: Option<&Token>) -> Result<Listener>;

    /// A plugin's log lines from now on.
    ///
    /// # Errors
    /// As [`Respond::events`].
    fn follow_log(&self, token: Option<&Token>, plugin: &PluginId)
    -> Result<broadcast::Receiver<Self::Line>>;
}

impl Respond for Center {
    type Line = Line;

    async fn handle(self: &Arc<Self>, token: Option<&Token>, request: Request) -> Result<Value> {
        Self::handle(self, token, request).await
    }

    fn events(&self, token: Option<&Token>) -> Result<Listener> {
        Self::events(self, token)
    }

    fn follow_log(&self, token: Option<&Token>, plugin: &PluginId) -> Result<broadcast::Receiver<Line>> {
        Self::follow_log(self, token, plugin)
    }
}
