//! What is under way for the page and can be cancelled, by the name that the page gave it. Knows no package.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use center::error::{Code, Error, Result};
use center::install::Progress;

/// So many at once; a page that asks for more is told so.
const MOST: usize = 64;
/// The longest name of an operation, in bytes.
const LONGEST_NAME: usize = 128;

type Named = HashMap<String, Progress>;

/// Everything under way.
#[derive(Clone, Default)]
pub struct Operations(Arc<Mutex<Named>>);

/// One operation; over when this is dropped.
pub struct UnderWay {
    all: Operations,
    name: String,
    progress: Progress,
}

impl Operations {
    /// Names an operation that begins.
    ///
    /// # Errors
    /// `invalid_input` for a name that is in use, or empty, or too long; `busy`.
    pub fn begin(&self, name: String, progress: Progress) -> Result<UnderWay> {
        let mut named = self.named();
        if name.is_empty() || name.len() > LONGEST_NAME || named.contains_key(&name) {
            return Err(Error::new(Code::InvalidInput, "`operation` is no new name"));
        }
        if named.len() >= MOST {
            return Err(Error::new(Code::Busy, format!("{MOST} operations are under way")));
        }
        named.insert(name.clone(), progress.clone());
        Ok(UnderWay { all: self.clone(), name, progress })
    }

    /// Asks an operation to end without an effect; one that is over is left alone.
    pub fn cancel(&self, name: &str) {
        if let Some(progress) = self.named().get(name) {
            let _ = progress.cancel();
        }
    }

    fn named(&self) -> MutexGuard<'_, Named> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UnderWay {
    /// Where it tells how far it is, and learns that it is to end.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.all.named().remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_operation_until_that_is_over() {
        let all = Operations::default();
        let first = all.begin("a".into(), Progress::silent()).unwrap();
        let refused = |name: &str| all.begin(name.into(), Progress::silent()).map(|_| ()).unwrap_err().code;
        assert_eq!([refused("a"), refused(""), refused(&"x".repeat(129))], [Code::InvalidInput; 3]);
        all.cancel("unknown");
        drop(first);
        assert!(all.begin("a".into(), Progress::silent()).is_ok());
        let many: Vec<_> = (0..MOST).map(|n| all.begin(n.to_string(), Progress::silent()).unwrap()).collect();
        assert_eq!(refused("b"), Code::Busy);
        drop(many);
        assert!(all.begin("b".into(), Progress::silent()).is_ok());
    }
}
