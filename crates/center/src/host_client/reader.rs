//! Listens to one host: hands answers to those who wait, log lines to the log, and what the plugin asks to those who answer.

use std::future::Future;
use std::sync::Arc;

use plugin_rpc::{
    Ask, Fault, FrameError, FromHost, Level, MAX_IN_FLIGHT, Outcome, body_length, decode, fault,
};
use serde_json::value::RawValue;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::unix::pipe::Receiver;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::{Errand, HostClient, Trouble};
use crate::logs::visible;
use crate::mask::Mask;

/// Enough for nearly every frame in one read.
const BUFFER: usize = 16 << 10;
/// The bytes of a frame's length.
const PREFIX: usize = 4;
/// A frame buffer larger than this is given back after use.
const KEEP: usize = 64 << 10;

/// Calls of services that one plugin may have under way.
const SERVICES_AT_ONCE: usize = 16;
/// The most bytes of a fault's code and of its message.
const MAX_CODE: usize = 64;
const MAX_MESSAGE: usize = 2 << 10;

/// What a plugin's messages go to. One per plugin; the plugin's name comes from here, never from a frame.
pub trait Listener: Send + Sync + 'static {
    /// A log line.
    fn log(&self, level: Level, target: String, message: String, fields: Box<RawValue>);
    /// Something the plugin wants; answered in order, but for calls of services, which may run beside all else.
    /// `call`: that on whose behalf it asks, if the plugin works on it now.
    fn ask(&self, call: Option<(u64, Errand)>, ask: Ask) -> impl Future<Output = Outcome> + Send;
}

/// Reads until the host closes its end or sends something that no host sends.
pub async fn read(from: Receiver, client: HostClient, listener: Arc<impl Listener>) {
    let (asks, inbox) = mpsc::channel(MAX_IN_FLIGHT);
    let answering = tokio::spawn(answer(inbox, client.clone(), Arc::clone(&listener)));
    let ended = listen(from, &client, &*listener, &asks).await;
    client.close();
    if !matches!(ended, FrameError::Closed) {
        client.report(Trouble::Misbehaved(ended.to_string()));
    }
    drop(asks);
    // What was begun is ended, so that nothing is carried out after this returns.
    let _ = answering.await;
}

async fn listen(
    from: Receiver,
    client: &HostClient,
    listener: &impl Listener,
    asks: &mpsc::Sender<(u64, Option<u64>, Ask)>,
) -> FrameError {
    let mut from = BufReader::with_capacity(BUFFER, from);
    let mut body = Vec::new();
    loop {
        match next(&mut from, &mut body).await {
            Ok(FromHost::Done { id, outcome }) => {
                if !client.0.pending.answer(id, outcome.map_err(|fault| readable(client.mask(), &fault))) {
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

/// A plugin's words end up in lists, logs and the audit trail: short, with no secret and nothing that moves a cursor.
fn readable(mask: &Mask, fault: &Fault) -> Fault {
    let readable = |text: &str, most| visible(&mask.hide(text), most);
    Fault { code: readable(&fault.code, MAX_CODE), message: readable(&fault.message, MAX_MESSAGE) }
}

async fn next(from: &mut BufReader<Receiver>, body: &mut Vec<u8>) -> Result<FromHost, FrameError> {
    let received = from.fill_buf().await?;
    if let Some(message) = whole(received)? {
        let (end, message) = (PREFIX + message.len(), decode(message));
        from.consume(end);
        return message;
    }
    let mut prefix = [0; PREFIX];
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

/// The body of the first frame, if it was received whole.
fn whole(received: &[u8]) -> Result<Option<&[u8]>, FrameError> {
    let Some((prefix, rest)) = received.split_first_chunk() else { return Ok(None) };
    Ok(rest.get(..body_length(*prefix)?))
}

async fn answer(
    mut inbox: mpsc::Receiver<(u64, Option<u64>, Ask)>,
    client: HostClient,
    listener: Arc<impl Listener>,
) {
    // Those that are under way end with this.
    let mut services = JoinSet::new();
    while let Some((id, call, ask)) = inbox.recv().await {
        if client.is_closed() {
            return;
        }
        while services.try_join_next().is_some() {}
        let call = call.and_then(|call| Some((call, client.errand(call)?)));
        let outcome = match ask {
            Ask::CallService { .. } if services.len() < SERVICES_AT_ONCE => {
                let (client, listener) = (client.clone(), Arc::clone(&listener));
                services.spawn(async move { client.answer(id, listener.ask(call, ask).await).await });
                continue;
            }
            Ask::CallService { .. } => Err(Fault::new(
                fault::TOO_MANY_CALLS,
                format!("the plugin waits for {SERVICES_AT_ONCE} services already"),
            )),
            _ => listener.ask(call, ask).await,
        };
        client.answer(id, outcome).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use plugin_rpc::raw;
    use tokio::io::AsyncWriteExt;
    use tokio::net::unix::pipe::pipe;
    use tokio::sync::Semaphore;

    use super::*;

    struct Slow {
        carried_out: AtomicUsize,
        leave: Semaphore,
    }

    impl Listener for Slow {
        fn log(&self, _: Level, _: String, _: String, _: Box<RawValue>) {}
        async fn ask(&self, _: Option<(u64, Errand)>, _: Ask) -> Outcome {
            self.carried_out.fetch_add(1, Ordering::SeqCst);
            self.leave.acquire().await.unwrap().forget();
            Ok(raw(&()))
        }
    }

    #[tokio::test]
    async fn what_a_plugin_asked_is_not_carried_out_after_its_end() {
        let ((mut there, from), (writer, _unread)) = (pipe().unwrap(), pipe().unwrap());
        let client = HostClient::new(writer, mpsc::unbounded_channel().0, Arc::default());
        let slow = Arc::new(Slow { carried_out: AtomicUsize::new(0), leave: Semaphore::new(0) });
        let listening = tokio::spawn(read(from, client.clone(), Arc::clone(&slow)));
        for id in 0..200 {
            let ask = Ask::StorageDelete { key: "k".into() };
            there
                .write_all(&plugin_rpc::encode(&FromHost::Ask { id, call: None, ask }).unwrap())
                .await
                .unwrap();
        }
        drop(there);
        while slow.carried_out.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        client.close();
        slow.leave.add_permits(200);
        listening.await.unwrap();
        assert_eq!(slow.carried_out.load(Ordering::SeqCst), 1, "only what was begun is ended");
    }
}
