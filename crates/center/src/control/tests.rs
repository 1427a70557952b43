//! The socket with real connections: good clients, bad clients, and both at once.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use plugin_rpc::MAX_FRAME;
use serde_json::{Value, json};
use spk::PluginId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::{Notify, broadcast, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;
use crate::error::{Code, Error, Result};
use crate::events::{Bus, Event, Listener};
use crate::paths::Home;

const BOUND: Duration = Duration::from_secs(10);

/// Answers by the login that is asked for: echoes, fails, panics, waits, or is too large.
struct Behind {
    bus: Bus,
    lines: broadcast::Sender<String>,
    asked: AtomicUsize,
    waited: AtomicUsize,
    go: Notify,
    signed_in: AtomicUsize,
}

impl Behind {
    fn new() -> Arc<Self> {
        let lines = broadcast::channel(16).0;
        let (asked, waited, signed_in) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(1));
        Arc::new(Self { bus: Bus::default(), lines, asked, waited, go: Notify::new(), signed_in })
    }

    fn must_be_signed_in(&self) -> Result<()> {
        match self.signed_in.load(Ordering::SeqCst) {
            0 => Err(Error::new(Code::NotSignedIn, "nobody is signed in")),
            _ => Ok(()),
        }
    }
}

impl Respond for Behind {
    type Line = String;

    async fn handle(self: &Arc<Self>, token: Option<&Token>, request: Request) -> Result<Value> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let Request::SignIn { login, .. } = request else { return Ok(json!(token)) };
        match login.as_str() {
            "panic" => panic!("a request that goes wrong"),
            "wait" => {
                self.go.notified().await;
                self.waited.fetch_add(1, Ordering::SeqCst);
            }
            "large" => return Ok("x".repeat(MAX_FRAME).into()),
            "deep" => return Ok((0..100).fold(Value::Null, |inner, _| json!([inner]))),
            "refuse" => return Err(Error::new(Code::Throttled, "too many").details(json!({ "wait": 5 }))),
            _ => {}
        }
        Ok(json!(login))
    }

    fn events(&self, _: Option<&Token>) -> Result<Listener> {
        self.must_be_signed_in().map(|()| self.bus.subscribe())
    }

    fn follow_log(&self, _: Option<&Token>, _: &PluginId) -> Result<broadcast::Receiver<String>> {
        self.must_be_signed_in().map(|()| self.lines.subscribe())
    }
}

/// A served socket in a home of its own.
struct World {
    folder: tempfile::TempDir,
    home: Home,
    behind: Arc<Behind>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
}

impl World {
    fn new() -> Self {
        Self::with("home", |_| {})
    }

    fn with(name: &str, change: impl FnOnce(&mut Server<Behind>)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join(name));
        home.create().unwrap();
        let behind = Behind::new();
        let mut server = Server::bind(Arc::clone(&behind), &home).unwrap();
        change(&mut server);
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server.run(async { drop(stopped.await) }));
        Self { folder, home, behind, stop: Some(stop), served }
    }

    async fn client(&self) -> Client {
        Client::connect(&self.home).await.unwrap().expect("it is served")
    }

    async fn raw(&self) -> UnixStream {
        UnixStream::connect(self.home.control_socket()).await.unwrap()
    }

    async fn answers(&self) {
        assert_eq!(self.client().await.ask(None, sign_in("echo")).await, Ok(json!("echo")));
    }

    async fn end(mut self) {
        drop(self.stop.take());
        within("the server's end", self.served).await.unwrap();
        assert!(!self.home.control_socket().exists(), "the socket is removed");
        drop(self.folder);
    }
}

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(BOUND, future).await.unwrap_or_else(|_| panic!("{what} took longer than {BOUND:?}"))
}

async fn reaches(count: &AtomicUsize, goal: usize) {
    let reached = async {
        while count.load(Ordering::SeqCst) < goal {
            tokio::task::yield_now().await;
        }
    };
    within("a count", reached).await;
}

fn sign_in(login: &str) -> Request {
    Request::SignIn {
        login: login.into(),
        password: crate::request::Password("secret".into()),
        kind: crate::request::SessionKind::CommandLine,
    }
}

/// What the server says before it closes.
async fn last_words(stream: &mut UnixStream) -> Option<ErrorView> {
    match within("an answer", frames::read::<Answer>(stream)).await {
        Ok(Answer::Error(error)) => Some(error),
        Ok(Answer::Ok(value)) => panic!("answered {value}"),
        Err(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_was_taken_away_is_made_anew() {
    let world = World::new();
    let socket = world.home.control_socket();
    fs::remove_file(&socket).unwrap();
    let back = async {
        while !socket.exists() {
            tokio::task::yield_now().await;
        }
    };
    within("the socket's return", back).await;
    world.answers().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_with_its_token_or_its_error() {
    let world = World::new();
    let client = world.client().await;
    let token = Token("t".into());
    assert_eq!(client.ask(Some(&token), Request::Status).await, Ok(json!("t")));
    assert_eq!(client.ask(None, Request::Status).await, Ok(Value::Null));
    let refusal = client.ask(None, sign_in("refuse")).await.unwrap_err();
    assert_eq!((refusal.code.as_str(), &refusal.details), ("throttled", &json!({ "wait": 5 })));
    assert!(!refusal.hint.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_is_its_owners_alone_and_an_old_one_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path());
    home.create().unwrap();
    drop(std::os::unix::net::UnixListener::bind(home.control_socket()).unwrap());
    assert!(Client::connect(&home).await.unwrap().is_none(), "nobody listens on an old socket");
    let server = Server::bind(Behind::new(), &home).unwrap();
    let metadata = fs::metadata(home.control_socket()).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    drop(server);
    assert!(Client::connect(&home).await.unwrap().is_none());
    fs::write(home.control_socket(), "something else").unwrap();
    assert_eq!(Server::bind(Behind::new(), &home).err().unwrap().code, Code::HomeUnavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_user_is_turned_away_before_anything_is_read() {
    let world = World::with("home", |server| server.owner += 1);
    let refusal = world.client().await.ask(None, Request::Status).await.unwrap_err();
    assert_eq!(refusal.code, "not_permitted");
    assert_eq!(world.behind.asked.load(Ordering::SeqCst), 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_with_a_long_path_has_a_socket_too() {
    let world = World::with(&"long/".repeat(40), |_| {});
    assert!(world.home.control_socket().as_os_str().len() > 200);
    world.answers().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_refused_and_disturbs_nobody() {
    let world = World::new();
    let frame = |body: &[u8]| [&u32::try_from(body.len()).unwrap().to_le_bytes(), body].concat();
    let too_long = u32::try_from(MAX_FRAME + 1).unwrap().to_le_bytes().to_vec();
    let deep = "[".repeat(1000) + &"]".repeat(1000);
    for bytes in [
        frame(b"not json"),
        frame(b"{}"),
        frame(br#"{"token":null,"request":{"command":"dance"}}"#),
        frame(br#"{"token":null,"request":{"command":"status"},"more":1}"#),
        frame(deep.as_bytes()),
        too_long,
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
    ] {
        let mut stream = world.raw().await;
        stream.write_all(&bytes).await.unwrap();
        let words = last_words(&mut stream).await.expect("a reason is given");
        assert_eq!(words.code, "invalid_input", "{}", String::from_utf8_lossy(&bytes));
    }
    assert_eq!(world.behind.asked.load(Ordering::SeqCst), 0);
    world.answers().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_frame_is_dropped_when_its_client_dies_and_refused_when_it_stalls() {
    let world = World::with("home", |server| server.patience = Duration::from_millis(200));
    for half in [&b""[..], b"\x05\0", b"\x05\0\0\0{\"a"] {
        let mut dying = world.raw().await;
        dying.write_all(half).await.unwrap();
        drop(dying);
        let mut stalling = world.raw().await;
        stalling.write_all(half).await.unwrap();
        assert_eq!(last_words(&mut stalling).await.unwrap().code, "timed_out");
    }
    world.answers().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_dies_while_it_is_answered_leaves_its_request_to_finish() {
    let world = World::new();
    let mut dying = world.raw().await;
    frames::write(&mut dying, &Asked { token: None, request: sign_in("wait") }).await.unwrap();
    reaches(&world.behind.asked, 1).await;
    drop(dying);
    world.answers().await;
    world.behind.go.notify_one();
    reaches(&world.behind.waited, 1).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_sent_and_a_request_that_panics_are_told_apart() {
    let world = World::new();
    let client = world.client().await;
    for (login, code) in
        [("large", "invalid_input"), ("deep", "invalid_input"), ("panic", "center_not_running")]
    {
        assert_eq!(client.ask(None, sign_in(login)).await.unwrap_err().code, code, "{login}");
    }
    world.answers().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_are_answered_at_once_and_one_too_many_is_told_so() {
    let world = World::new();
    let mut waiting = Vec::new();
    for _ in 0..MAX_CLIENTS {
        let mut stream = world.raw().await;
        frames::write(&mut stream, &Asked { token: None, request: sign_in("wait") }).await.unwrap();
        waiting.push(stream);
    }
    reaches(&world.behind.asked, MAX_CLIENTS).await;
    let refusal = world.client().await.ask(None, Request::Status).await.unwrap_err();
    assert_eq!(refusal.code, "busy");
    world.behind.go.notify_waiters();
    for mut stream in waiting {
        let answer = within("an answer", frames::read::<Answer>(&mut stream)).await.unwrap();
        assert!(matches!(answer, Answer::Ok(Value::String(login)) if login == "wait"));
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_carries_events_and_lines_until_the_center_ends() {
    let world = World::new();
    let client = world.client().await;
    let mut events = client.stream(None, Request::Events).await.unwrap();
    let plugin: PluginId = "com.example.clock".parse().unwrap();
    let mut lines = client.stream(None, Request::LogFollow { plugin: plugin.clone() }).await.unwrap();
    world.behind.bus.publish(7, Event::PluginStarted { plugin });
    world.behind.lines.send("a line".into()).unwrap();
    let event = within("an event", events.next()).await.unwrap().unwrap();
    assert_eq!(event, json!({ "at": 7, "kind": "plugin_started", "plugin": "com.example.clock" }));
    assert_eq!(within("a line", lines.next()).await, Ok(Some(json!("a line"))));
    world.end().await;
    assert_eq!(within("the end", events.next()).await, Ok(None));
    assert_eq!(within("the end", lines.next()).await, Ok(None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_client_and_with_its_session() {
    let world = World::new();
    let client = world.client().await;
    drop(client.stream(None, Request::Events).await.unwrap());
    let mut events = client.stream(None, Request::Events).await.unwrap();
    world.behind.signed_in.store(0, Ordering::SeqCst);
    let refusal = within("the end of the session", async {
        loop {
            world.behind.bus.publish(0, Event::PeopleChanged);
            if let Err(refusal) = events.next().await {
                return refusal;
            }
        }
    });
    assert_eq!(refusal.await.code, "not_signed_in");
    assert_eq!(client.stream(None, Request::Events).await.unwrap_err().code, "not_signed_in");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_at_the_end_is_still_answered() {
    let world = World::new();
    let mut stream = world.raw().await;
    frames::write(&mut stream, &Asked { token: None, request: sign_in("wait") }).await.unwrap();
    reaches(&world.behind.asked, 1).await;
    let behind = Arc::clone(&world.behind);
    let end = tokio::spawn(world.end());
    behind.go.notify_one();
    let mut rest = Vec::new();
    within("an answer", stream.read_to_end(&mut rest)).await.unwrap();
    assert!(rest.ends_with(br#"{"ok":"wait"}"#));
    end.await.unwrap();
}
