//! What keeps coming: events, log lines, a program's output. Collected as it comes, so that a test can look at all of it.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use center::control::Client;
use center::paths::Home;
use center::request::{Request, Token};
use serde_json::Value;

use crate::wait;
use crate::world::SOON;

/// What keeps coming, collected by a thread of its own.
pub struct Feed(Arc<Mutex<Vec<Value>>>);

impl Feed {
    /// Returns when the center has agreed to send.
    pub fn open(home: Home, token: Token, request: Request) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (agreed, agreement) = mpsc::channel();
        let into = Arc::clone(&seen);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let client = Client::connect(&home).await.expect("reachable").expect("a center runs");
                let mut stream = client.stream(Some(&token), request).await.expect("agreed");
                agreed.send(()).expect("somebody waits");
                while let Ok(Some(value)) = stream.next().await {
                    into.lock().unwrap_or_else(PoisonError::into_inner).push(value);
                }
            });
        });
        agreement.recv_timeout(SOON).expect("the center agrees to send");
        Self(seen)
    }

    /// A program's output, one JSON document in each line.
    pub fn of_json_lines(output: impl Read + Send + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
                into.lock().unwrap_or_else(PoisonError::into_inner).push(value);
            }
        });
        Self(seen)
    }

    /// Everything so far.
    pub fn seen(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for one that fits.
    #[track_caller]
    pub fn wait_for(&self, what: &str, within: Duration, fits: impl Fn(&Value) -> bool) -> Value {
        wait::until(what, within, || self.seen().into_iter().find(|value| fits(value)))
    }
}
