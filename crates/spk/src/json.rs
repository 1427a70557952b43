//! Strict JSON: no duplicate keys, no nesting beyond a bound, UTF-8 only. Knows nothing of what the values mean.

use std::{cell::RefCell, fmt};

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The deepest nesting that can be asked for; the parser's own recursion guard lies above it.
pub const DEEPEST: usize = 120;

/// Why bytes are not acceptable JSON. Lines and columns count from one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not UTF-8.
    #[error("the text is not UTF-8 at byte {at}")]
    NotUtf8 {
        /// Offset of the first bad byte.
        at: usize,
    },
    /// The bytes are not JSON.
    #[error("not JSON at line {line}, column {column}: {detail}")]
    Syntax {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// What the parser expected.
        detail: String,
    },
    /// One object names a key twice.
    #[error("the key `{}` occurs twice, the second time at line {line}", crate::printable(.key.as_bytes()))]
    DuplicateKey {
        /// JSON pointer of the repeated member.
        path: String,
        /// The key.
        key: String,
        /// The line of the second occurrence.
        line: usize,
    },
    /// Nested deeper than allowed.
    #[error("nested deeper than {limit} levels at line {line}")]
    TooDeep {
        /// The allowed depth.
        limit: usize,
        /// The line.
        line: usize,
    },
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 { .. } => "json_not_utf8",
            Self::Syntax { .. } => "json_syntax",
            Self::DuplicateKey { .. } => "json_duplicate_key",
            Self::TooDeep { .. } => "json_too_deep",
        }
    }
}

/// Parses one JSON value that fills `bytes`. Arrays and objects may nest `max_depth` levels (at most
/// [`DEEPEST`]); a scalar alone has depth 0.
///
/// # Errors
/// The first thing that is wrong, see [`Error`].
pub fn parse_strict(bytes: &[u8], max_depth: usize) -> Result<Value, Error> {
    let text = std::str::from_utf8(bytes).map_err(|e| Error::NotUtf8 { at: e.valid_up_to() })?;
    let watch = Watch { limit: max_depth.min(DEEPEST), path: RefCell::default(), fault: RefCell::default() };
    let mut parser = serde_json::Deserializer::from_str(text);
    let value = Node { watch: &watch, depth: 0 }.deserialize(&mut parser);
    value.and_then(|value| parser.end().map(|()| value)).map_err(|e| watch.explain(&e))
}

enum Fault {
    Duplicate { path: String, key: String },
    Depth,
}

/// What the nodes of one parse share: where they are, and which of our rules was broken.
struct Watch {
    limit: usize,
    path: RefCell<Vec<String>>,
    fault: RefCell<Option<Fault>>,
}

impl Watch {
    fn explain(&self, error: &serde_json::Error) -> Error {
        let line = error.line();
        match self.fault.take() {
            Some(Fault::Duplicate { path, key }) => Error::DuplicateKey { path, key, line },
            Some(Fault::Depth) => Error::TooDeep { limit: self.limit, line },
            None => Error::Syntax { line, column: error.column(), detail: without_position(error) },
        }
    }

    fn pointer_to(&self, key: &str) -> String {
        let escape = |part: &str| format!("/{}", part.replace('~', "~0").replace('/', "~1"));
        self.path.borrow().iter().map(|part| escape(part)).chain([escape(key)]).collect()
    }
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

struct Node<'a> {
    watch: &'a Watch,
    depth: usize,
}

impl Node<'_> {
    fn deeper<E: de::Error>(&self) -> Result<usize, E> {
        if self.depth < self.watch.limit {
            return Ok(self.depth + 1);
        }
        *self.watch.fault.borrow_mut() = Some(Fault::Depth);
        Err(E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let depth = self.deeper()?;
        let mut items = Vec::new();
        loop {
            self.watch.path.borrow_mut().push(items.len().to_string());
            let item = seq.next_element_seed(Node { watch: self.watch, depth })?;
            self.watch.path.borrow_mut().pop();
            match item {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let depth = self.deeper()?;
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if members.contains_key(&key) {
                let path = self.watch.pointer_to(&key);
                *self.watch.fault.borrow_mut() = Some(Fault::Duplicate { path, key });
                return Err(de::Error::custom("duplicate key"));
            }
            self.watch.path.borrow_mut().push(key.clone());
            let value = map.next_value_seed(Node { watch: self.watch, depth })?;
            self.watch.path.borrow_mut().pop();
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_json_reads_as_serde_json_reads_it() {
        let text = r#" {"a":[1,-2,3.5,true,null,"x\u00e9"],"b":{"__proto__":{}},"c":18446744073709551615} "#;
        assert_eq!(parse_strict(text.as_bytes(), 8).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn a_repeated_key_is_refused_with_its_path() {
        let bytes = br#"{"a":[{"b/c":1},{"b/c":1,"b\/c":2}]}"#;
        let error = parse_strict(bytes, 8).unwrap_err();
        assert_eq!(error, Error::DuplicateKey { path: "/a/1/b~1c".into(), key: "b/c".into(), line: 1 });
    }

    #[test]
    fn depth_is_bounded_whatever_is_asked_for() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(parse_strict(&nested(32), 32).is_ok());
        assert_eq!(parse_strict(&nested(33), 32), Err(Error::TooDeep { limit: 32, line: 1 }));
        let error = parse_strict(&nested(10_000), usize::MAX).unwrap_err();
        assert_eq!(error, Error::TooDeep { limit: DEEPEST, line: 1 });
    }

    #[test]
    fn what_is_not_json_says_where() {
        let error = parse_strict(b"{\n  \"a\": x }", 8).unwrap_err();
        assert!(matches!(error, Error::Syntax { line: 2, .. }), "{error:?}");
        assert_eq!(parse_strict(b"\"a\xff\"", 8), Err(Error::NotUtf8 { at: 2 }));
        for bad in ["", "{} {}", "1e999", "[1,]", "NaN", "\u{feff}{}"] {
            assert_eq!(parse_strict(bad.as_bytes(), 8).unwrap_err().code(), "json_syntax", "{bad:?}");
        }
    }
}
