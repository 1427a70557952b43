//! Frames: a little-endian `u32` length, then that many bytes of JSON. Trusts nothing of what it reads.

use std::io::{ErrorKind, Read, Write};
use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{MAX_DEPTH, MAX_FRAME};

const PREFIX: usize = 4;
/// What is read at a time, so that a length alone reserves no memory.
const STEP: usize = 64 << 10;
/// What a [`FrameReader`] keeps.
const SMALL: usize = 4 << 10;

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The body is longer than [`MAX_FRAME`].
    #[error("a frame of {0} bytes is over the limit of {MAX_FRAME}")]
    TooLarge(usize),
    /// The JSON nests deeper than [`MAX_DEPTH`].
    #[error("a frame nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// The body is not a message of this protocol.
    #[error("a frame is malformed: {0}")]
    Malformed(String),
    /// The other side is gone, perhaps in the middle of a frame.
    #[error("the other side closed the connection")]
    Closed,
    /// The connection failed otherwise.
    #[error("the connection failed: {0}")]
    Io(#[source] std::io::Error),
}

impl FrameError {
    /// A stable word for records and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "too_large",
            Self::TooDeep => "too_deep",
            Self::Malformed(_) => "malformed",
            Self::Closed => "closed",
            Self::Io(_) => "io",
        }
    }
}

impl From<std::io::Error> for FrameError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => Self::Closed,
            _ => Self::Io(error),
        }
    }
}

/// The whole frame of a message, prefix included.
///
/// # Errors
/// `TooLarge` or `TooDeep` where [`decode`] on the other side would refuse it; `Malformed` if it has no JSON form.
pub fn encode(message: &impl Serialize) -> Result<Vec<u8>, FrameError> {
    let mut frame = Vec::with_capacity(256);
    frame.extend_from_slice(&[0; PREFIX]);
    serde_json::to_writer(&mut frame, message).map_err(|error| FrameError::Malformed(error.to_string()))?;
    let length = check_length(frame.len() - PREFIX)?;
    check_depth(&frame[PREFIX..])?;
    frame[..PREFIX].copy_from_slice(&length.to_le_bytes());
    Ok(frame)
}

/// The length of the body that follows a prefix.
///
/// # Errors
/// `TooLarge`.
pub fn body_length(prefix: [u8; PREFIX]) -> Result<usize, FrameError> {
    check_length(u32::from_le_bytes(prefix) as usize).map(|length| length as usize)
}

/// The message in a frame's body (the frame without its prefix).
///
/// # Errors
/// `TooLarge`, `TooDeep`, or `Malformed`.
pub fn decode<M: DeserializeOwned>(body: &[u8]) -> Result<M, FrameError> {
    check_length(body.len())?;
    check_depth(body)?;
    serde_json::from_slice(body).map_err(|error| FrameError::Malformed(error.to_string()))
}

/// Reads one frame, blocking.
///
/// # Errors
/// As [`decode`]; `Closed` at the end of the stream.
pub fn read_frame<M: DeserializeOwned>(from: &mut impl Read) -> Result<M, FrameError> {
    let mut prefix = [0; PREFIX];
    from.read_exact(&mut prefix)?;
    let length = body_length(prefix)?;
    let mut body = Vec::with_capacity(length.min(STEP));
    while body.len() < length {
        let start = body.len();
        body.resize(length.min(start + STEP), 0);
        from.read_exact(&mut body[start..])?;
    }
    decode(&body)
}

/// Writes one frame, in a single write where the stream takes it whole.
///
/// # Errors
/// As [`encode`]; `Closed` if nobody reads any more.
pub fn write_frame(to: &mut impl Write, message: &impl Serialize) -> Result<(), FrameError> {
    Ok(to.write_all(&encode(message)?)?)
}

/// Reads frames with one system call each while they are small, keeping what arrived too early.
/// It belongs to one stream and holds no more than its largest unfinished frame.
#[derive(Debug, Default)]
pub struct FrameReader {
    /// `start..end` was received and not yet taken.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl FrameReader {
    /// Whether a whole frame was received already, so that [`FrameReader::read`] will not wait.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !matches!(self.body(), Ok(None))
    }

    /// Reads one frame, blocking.
    ///
    /// # Errors
    /// As [`read_frame`].
    pub fn read<M: DeserializeOwned>(&mut self, from: &mut impl Read) -> Result<M, FrameError> {
        loop {
            if let Some(body) = self.body()? {
                let message = decode(&self.buffer[body.clone()]);
                self.take(body.end);
                return message;
            }
            self.fill(from)?;
        }
    }

    /// Where the next frame's body is, if it is there whole.
    fn body(&self) -> Result<Option<Range<usize>>, FrameError> {
        let Some(prefix) = self.buffer[self.start..self.end].first_chunk() else { return Ok(None) };
        let start = self.start + PREFIX;
        let end = start + body_length(*prefix)?;
        Ok((end <= self.end).then_some(start..end))
    }

    /// How many bytes the next frame has, as far as is known.
    fn wanted(&self) -> Result<usize, FrameError> {
        match self.buffer[self.start..self.end].first_chunk() {
            Some(prefix) => Ok(PREFIX + body_length(*prefix)?),
            None => Ok(PREFIX),
        }
    }

    fn fill(&mut self, from: &mut impl Read) -> Result<(), FrameError> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let size = self.wanted()?.min(self.end + STEP).max(SMALL);
        self.buffer.resize(size, 0);
        match from.read(&mut self.buffer[self.end..]) {
            Ok(0) => return Err(FrameError::Closed),
            Ok(received) => self.end += received,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Forgets what was read, and the room that a large frame needed.
    fn take(&mut self, end: usize) {
        self.start = end;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            self.buffer.truncate(SMALL);
            self.buffer.shrink_to(SMALL);
        }
    }
}

fn check_length(length: usize) -> Result<u32, FrameError> {
    match u32::try_from(length) {
        Ok(fits) if length <= MAX_FRAME => Ok(fits),
        _ => Err(FrameError::TooLarge(length)),
    }
}

/// Counts brackets outside strings, so that no parser ever recurses on hostile input.
fn check_depth(json: &[u8]) -> Result<(), FrameError> {
    // Each level takes two brackets; what opens more than it closes is no JSON.
    if json.len() <= 2 * MAX_DEPTH {
        return Ok(());
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(FrameError::TooDeep);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ToHost;

    #[test]
    fn a_frame_survives_the_way_there() {
        let mut wire = Vec::new();
        write_frame(&mut wire, &ToHost::Health { id: 7 }).unwrap();
        assert_eq!(wire, b"\x13\0\0\0{\"health\":{\"id\":7}}");
        assert!(matches!(read_frame(&mut &wire[..]), Ok(ToHost::Health { id: 7 })));
    }

    #[test]
    fn a_length_over_the_limit_is_refused_before_any_byte_of_the_body() {
        let mut wire = &u32::try_from(MAX_FRAME + 1).unwrap().to_le_bytes()[..];
        assert_eq!(read_frame::<ToHost>(&mut wire).unwrap_err().code(), "too_large");
        assert!(matches!(body_length([0, 0, 0x40, 0]), Ok(MAX_FRAME)));
    }

    #[test]
    fn a_frame_that_would_be_refused_is_never_sent() {
        let long = "x".repeat(MAX_FRAME);
        assert_eq!(encode(&long).unwrap_err().code(), "too_large");
    }

    #[test]
    fn nesting_is_counted_outside_strings_only() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(check_depth(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(check_depth(nested(MAX_DEPTH + 1).as_bytes()).unwrap_err().code(), "too_deep");
        assert!(check_depth(format!("\"\\\"{}\"", "[".repeat(1_000)).as_bytes()).is_ok());
    }

    #[test]
    fn the_end_of_the_stream_is_closed_also_in_the_middle_of_a_frame() {
        for wire in [&b""[..], b"\x05\0", b"\x05\0\0\0{}"] {
            assert_eq!(read_frame::<ToHost>(&mut &*wire).unwrap_err().code(), "closed");
        }
    }

    #[test]
    fn a_body_that_is_no_message_is_malformed() {
        for body in
            ["", "null", "{\"health\":{}}", "{\"dance\":{}}", "{\"health\":{\"id\":1}} x", "\"\u{1}\""]
        {
            assert_eq!(decode::<ToHost>(body.as_bytes()).unwrap_err().code(), "malformed", "{body}");
        }
        assert_eq!(
            decode::<ToHost>(b"{\"call\":{\"id\":1,\"command\":\"\xff\",\"args\":0}}").unwrap_err().code(),
            "malformed"
        );
    }

    #[test]
    fn a_reader_takes_frames_apart_however_they_arrive() {
        let text = |length: usize| "x".repeat(length);
        let wire: Vec<u8> =
            [1, 5_000, 3, 200_000, 2].iter().flat_map(|n| encode(&text(*n)).unwrap()).collect();
        for chunk in [1_000_000, 4_096, 7] {
            let mut stream = Chunks { rest: &wire, chunk };
            let mut reader = FrameReader::default();
            for length in [1, 5_000, 3, 200_000, 2] {
                assert_eq!(reader.read::<String>(&mut stream).unwrap(), text(length));
            }
            assert!(!reader.is_ready());
            assert!(reader.buffer.capacity() <= 2 * SMALL, "the room of a large frame is given back");
            assert_eq!(reader.read::<String>(&mut stream).unwrap_err().code(), "closed");
        }
    }

    struct Chunks<'a> {
        rest: &'a [u8],
        chunk: usize,
    }

    impl Read for Chunks<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let length = self.chunk.min(into.len()).min(self.rest.len());
            self.rest.read(&mut into[..length])
        }
    }

    proptest! {
        #[test]
        fn no_bytes_can_make_the_reader_panic(wire in proptest::collection::vec(any::<u8>(), 0..512)) {
            let _ = read_frame::<ToHost>(&mut &wire[..]);
            let _ = FrameReader::default().read::<ToHost>(&mut &wire[..]);
            let _ = decode::<crate::FromHost>(&wire);
        }
    }
}
