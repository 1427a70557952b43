//! Where the command line keeps the token of its session: for this user alone, gone with the login where the system offers that.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use center::paths::{Home, private_folder};
use center::request::Token;
use tempfile::NamedTempFile;

use crate::failure::{Failure, Outcome};

/// The file of one home's token.
#[derive(Debug)]
pub struct TokenFile(PathBuf);

impl TokenFile {
    /// In `$XDG_RUNTIME_DIR/sprocket/`, named after the home; without that folder, among the home's own keys.
    pub fn of(home: &Home) -> Self {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
        Self::within(runtime.as_deref(), home)
    }

    fn within(runtime: Option<&Path>, home: &Home) -> Self {
        let Some(runtime) = runtime else { return Self(home.keys().join("session.token")) };
        let root = home.root().canonicalize().unwrap_or_else(|_| home.root().to_owned());
        let name = spk::Digest::of(root.as_os_str().as_encoded_bytes()).to_string();
        Self(runtime.join("sprocket").join(format!("{}.token", &name[..16])))
    }

    /// The token, if somebody signed in. A file that others can read is not believed.
    pub fn read(&self) -> Option<Token> {
        let mode = fs::symlink_metadata(&self.0).ok().filter(fs::Metadata::is_file)?.permissions().mode();
        if mode & 0o077 != 0 {
            return None;
        }
        let text = fs::read_to_string(&self.0).ok()?;
        Some(Token(text.trim().to_owned())).filter(|token| !token.0.is_empty())
    }

    /// Keeps a new token; whoever reads at the same time sees the old one or the new one.
    pub fn write(&self, token: &Token) -> Outcome {
        let folder = self.0.parent().unwrap_or(Path::new("/"));
        private_folder(folder)?;
        self.replace(folder, token).map_err(|cause| {
            Failure::io(format_args!("cannot keep the session in `{}`", self.0.display()), &cause)
        })
    }

    fn replace(&self, folder: &Path, token: &Token) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(folder)?;
        file.as_file().set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(token.0.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        Ok(())
    }

    /// Forgets it.
    pub fn forget(&self) -> Outcome {
        match fs::remove_file(&self.0) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                Err(Failure::io(format_args!("cannot remove `{}`", self.0.display()), &cause))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_kept_for_its_owner_alone_and_forgotten_on_request() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("home"));
        let runtime = folder.path().join("run");
        for file in [TokenFile::within(Some(&runtime), &home), TokenFile::within(None, &home)] {
            assert_eq!(file.read(), None);
            file.write(&Token("one".into())).unwrap();
            file.write(&Token("two".into())).unwrap();
            assert_eq!(file.read(), Some(Token("two".into())));
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&file.0), mode(file.0.parent().unwrap())), (0o600, 0o700));
            assert_eq!(
                fs::read_dir(file.0.parent().unwrap()).unwrap().count(),
                1,
                "nothing else stays behind"
            );
            file.forget().unwrap();
            file.forget().unwrap();
            assert_eq!(file.read(), None);
        }
    }

    #[test]
    fn a_token_that_others_can_read_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::within(None, &Home::at(folder.path()));
        file.write(&Token("one".into())).unwrap();
        fs::set_permissions(&file.0, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(file.read(), None);
    }

    #[test]
    fn each_home_has_its_own_token() {
        let run = Path::new("/run/user/1000");
        let file = |home: &str| TokenFile::within(Some(run), &Home::at(home)).0;
        assert_ne!(file("/srv/one"), file("/srv/two"));
        assert_eq!(file("/srv/one"), file("/srv/one"));
    }
}
