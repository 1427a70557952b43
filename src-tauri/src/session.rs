//! The one session of this application: its token, which never leaves the shell, and whether it is locked.

use std::sync::{Mutex, MutexGuard, PoisonError};

use center::error::{Code, Error};
use center::request::Token;
use center::views::SignedInView;

use crate::own::Session;

/// What a locked window may still ask: to be unlocked, or to be left.
const WHILE_LOCKED: &[&str] = &["session_get", "unlock", "sign_out", "preferences_get", "window_hide"];

/// Who is signed in.
#[derive(Default)]
pub struct Keeper(Mutex<Option<Kept>>);

#[derive(Clone)]
struct Kept {
    token: Token,
    view: Session,
}

impl Keeper {
    /// Refuses everything but the way out of it while locked.
    pub fn admit(&self, command: &str) -> Result<(), Error> {
        if self.is_locked() && !WHILE_LOCKED.contains(&command) {
            return Err(Error::new(Code::Locked, "the window is locked"));
        }
        Ok(())
    }

    /// The token, for the center alone.
    pub fn token(&self) -> Option<Token> {
        self.kept().as_ref().map(|kept| kept.token.clone())
    }

    /// What the window may know of it.
    pub fn view(&self) -> Option<Session> {
        self.kept().as_ref().map(|kept| kept.view.clone())
    }

    /// Whether somebody is signed in and locked.
    pub fn is_locked(&self) -> bool {
        self.kept().as_ref().is_some_and(|kept| kept.view.locked)
    }

    /// The token of a session that may be told things now.
    pub fn open_token(&self) -> Option<Token> {
        self.kept().as_ref().filter(|kept| !kept.view.locked).map(|kept| kept.token.clone())
    }

    /// A new session in place of the old, whose token is returned to be ended.
    pub fn replace(&self, new: SignedInView) -> Option<Token> {
        let kept = Kept { view: Session::of(&new), token: new.token };
        self.kept().replace(kept).map(|old| old.token)
    }

    /// Forgets the session of this token, if it is still the one.
    pub fn forget(&self, token: &Token) {
        self.kept().take_if(|kept| kept.token == *token);
    }

    /// Changes what is known of the session of this token, if it is still the one.
    pub fn update(&self, token: &Token, change: impl FnOnce(&mut Session)) {
        if let Some(kept) = self.kept().as_mut().filter(|kept| kept.token == *token) {
            change(&mut kept.view);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody is signed in at this window.
pub fn nobody() -> Error {
    Error::new(Code::NotSignedIn, "nobody is signed in")
}

#[cfg(test)]
mod tests {
    use center::actor::{AccountId, Role};

    use super::*;

    fn signed_in(token: &str) -> SignedInView {
        let (account, login) = (AccountId(1), "root".to_owned());
        SignedInView {
            account,
            login,
            role: Role::Superadmin,
            must_change: false,
            token: Token(token.into()),
        }
    }

    #[test]
    fn a_locked_window_is_admitted_only_to_its_way_out() {
        let keeper = Keeper::default();
        assert_eq!(keeper.replace(signed_in("a")), None);
        assert!(keeper.admit("plugin_list").is_ok());
        keeper.update(&Token("a".into()), |session| session.locked = true);
        let all = [crate::names::CENTER, crate::names::SHELL].concat();
        let admitted: Vec<_> = all.into_iter().filter(|name| keeper.admit(name).is_ok()).collect();
        assert_eq!(admitted, ["sign_out", "session_get", "unlock", "preferences_get", "window_hide"]);
        assert_eq!(keeper.admit("plugin_list").unwrap_err().code, Code::Locked);
        assert_eq!(keeper.open_token(), None);
    }

    #[test]
    fn an_old_token_neither_ends_nor_changes_the_new_session() {
        let keeper = Keeper::default();
        keeper.replace(signed_in("a"));
        assert_eq!(keeper.replace(signed_in("b")), Some(Token("a".into())));
        keeper.forget(&Token("a".into()));
        keeper.update(&Token("a".into()), |session| session.locked = true);
        assert_eq!(keeper.open_token(), Some(Token("b".into())));
        keeper.forget(&Token("b".into()));
        assert_eq!(keeper.view(), None);
    }
}
