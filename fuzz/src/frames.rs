//! What must hold of any bytes that come through a plugin's pipe, in either direction.

use plugin_rpc::{FrameError, FrameReader, FromHost, MAX_FRAME, ToHost, decode, encode, read_frame};
use serde::{Serialize, de::DeserializeOwned};

/// Reads the bytes as a stream of frames, in both of the ways that there are, as both sides.
pub fn run(data: &[u8]) {
    stream::<FromHost>(data);
    stream::<ToHost>(data);
}

fn stream<M: DeserializeOwned + Serialize>(data: &[u8]) {
    let (mut whole, mut piece) = (data, data);
    let mut reader = FrameReader::default();
    loop {
        let one = read_frame::<M>(&mut whole);
        let other = reader.read::<M>(&mut piece);
        match (one, other) {
            (Ok(one), Ok(other)) => {
                let frame = again(&one);
                assert_eq!(frame, again(&other), "two readers read two things");
            }
            (Err(one), Err(other)) => {
                assert_eq!(one.code(), other.code(), "two readers fail in two ways");
                assert!(!one.to_string().is_empty());
                return;
            }
            (one, other) => panic!("one reader took it: {:?} {:?}", one.err(), other.err()),
        }
    }
}

/// What was read can be said again, and means the same then.
fn again<M: DeserializeOwned + Serialize>(message: &M) -> Option<Vec<u8>> {
    match encode(message) {
        Ok(frame) => {
            let back: M = decode(&frame[4..]).expect("what was written is read");
            assert_eq!(encode(&back).expect("as before"), frame);
            Some(frame)
        }
        // Numbers and escapes may be longer in the one spelling that is written.
        Err(FrameError::TooLarge(length)) => {
            assert!(length > MAX_FRAME);
            None
        }
        Err(error) => panic!("what was read can't be written: {error}"),
    }
}

/// One of each message, some wrong, and several in a row.
pub fn seeds() -> Vec<crate::Seed> {
    let framed = |body: &str| {
        let length = u32::try_from(body.len()).expect("short");
        [&length.to_le_bytes()[..], body.as_bytes()].concat()
    };
    let bodies = [
        ("welcome", r#"{"welcome":{"protocol":1,"sandbox":[{"name":"files","enforced":true,"detail":""}]}}"#),
        ("done", r#"{"done":{"id":1,"outcome":{"ok":{"a":[1,2.5,null]}}}}"#),
        ("fault", r#"{"done":{"id":2,"outcome":{"err":{"code":"x","message":"y"}}}}"#),
        ("log", r#"{"log":{"level":"info","target":"a","message":"b\u001b[31m","fields":{"n":1}}}"#),
        ("ask", r#"{"ask":{"id":3,"call":1,"ask":{"get":{"key":"k"}}}}"#),
        ("call", r#"{"call":{"id":4,"command":"ask","args":{"q":"?"}}}"#),
        ("health", r#"{"health":{"id":5}}"#),
        ("twice", r#"{"health":{"id":5,"id":6}}"#),
        ("other", r#"{"unknown":1}"#),
        ("no_json", "\u{0}\u{1}"),
        ("nothing", ""),
    ];
    let mut seeds: Vec<crate::Seed> =
        bodies.iter().map(|(name, body)| ((*name).to_owned(), framed(body))).collect();
    let row = [framed(bodies[1].1), framed(bodies[3].1), framed(bodies[4].1)].concat();
    seeds.push(("cut".into(), row[..row.len() - 5].to_vec()));
    seeds.push(("row".into(), row));
    seeds.push(("huge".into(), u32::MAX.to_le_bytes().to_vec()));
    seeds.push((
        "deep".into(),
        framed(&format!(
            r#"{{"call":{{"id":1,"command":"x","args":{}1{}}}}}"#,
            "[".repeat(70),
            "]".repeat(70)
        )),
    ));
    seeds
}
