//! Listens to one host: hands answers to those who wait, log lines to the log, and what the plugin asks to those who answer.

use std::future::Future;
use std::sync::Arc;

use plugin_rpc::{Ask, FrameError, FromHost, Level, MAX_IN_FLIGHT, Outcome, body_length, decode};
use serde_json::value::RawValue;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::mpsc;

use super::{HostClient, Trouble};

/// Enough for nearly every frame in one read.
const BUFFER: usize = 16 << 10;
/// A frame buffer larger than this is given back after use.
const KEEP: usize = 64 << 10;

/// What a plugin's messages go to. One per plugin; the plugin's name comes from here, never from a frame.
pub trait Listener: Send + Sync + 'static {
    /// A log line.
    fn log(&self, level: Level, target: String, message: String, fields: Box<RawValue>);
    /// Something the plugin wants; answered in order.
    fn ask(&self, call: Option<u64>, ask: Ask) -> impl Future<Output = Outcome> + Send;
}

/// Reads until the host closes its end or sends something that no host sends.
pub async fn read(from: OwnedReadHalf, client: HostClient, listener: Arc<impl Listener>) {
    let (asks, inbox) = mpsc::channel(MAX_IN_FLIGHT);
    let answering = tokio::spawn(answer(inbox, client.clone(), Arc::clone(&listener)));
    let ended = listen(from, &client, &*listener, &asks).await;
    client.0.pending.close();
    if !matches!(ended, FrameError::Closed) {
        client.report(Trouble::Misbehaved(ended.to_string()));
    }
    answering.abort();
}

async fn listen(
    from: OwnedReadHalf,
    client: &HostClient,
    listener: &impl Listener,
    asks: &mpsc::Sender<(u64, Option<u64>, Ask)>,
) -> FrameError {
    let mut from = BufReader::with_capacity(BUFFER, from);
    let mut body = Vec::new();
    loop {
        match next(&mut from, &mut body).await {
            Ok(FromHost::Done { id, outcome }) => {
                if !client.0.pending.answer(id, outcome) {
                    return FrameError::Malformed(format!("an answer to {id}, which nobody asked"));
                }
            }
            Ok(FromHost::Log { level, target, message, fields }) => {
                listener.log(level, target, message, fields);
            }
            // Full: not reading is what slows the plugin down.
            Ok(FromHost::Ask { id, call, ask }) => {
                if asks.send((id, call, ask)).await.is_err() {
                    return FrameError::Closed;
                }
            }
            Ok(FromHost::Welcome { .. }) => return FrameError::Malformed("a second welcome".into()),
            Err(ended) => return ended,
        }
    }
}

async fn next(from: &mut BufReader<OwnedReadHalf>, body: &mut Vec<u8>) -> Result<FromHost, FrameError> {
    let mut prefix = [0; 4];
    from.read_exact(&mut prefix).await?;
    body.clear();
    if body.capacity() > KEEP {
        body.shrink_to(KEEP);
    }
    let length = body_length(prefix)? as u64;
    let read = (&mut *from).take(length).read_to_end(body).await?;
    if (read as u64) < length {
        return Err(FrameError::Closed);
    }
    decode(body)
}

async fn answer(
    mut inbox: mpsc::Receiver<(u64, Option<u64>, Ask)>,
    client: HostClient,
    listener: Arc<impl Listener>,
) {
    while let Some((id, call, ask)) = inbox.recv().await {
        let outcome = listener.ask(call, ask).await;
        client.answer(id, outcome).await;
    }
}
