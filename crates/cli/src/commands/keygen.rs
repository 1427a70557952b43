//! `sprocket keygen`: a publisher's new key.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;
use spk::SigningKey;

use super::signing::{key_json, show_key};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::screen::Screen;

/// Make a publisher's key: FILE (private) and FILE.pub (to hand out)
#[derive(Debug, clap::Args)]
pub struct Keygen {
    /// Where to write the private key; never overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Protect the key by a passphrase that you type
    #[arg(long, conflicts_with = "passphrase_stdin")]
    passphrase: bool,
    /// Protect the key by the passphrase on the first line of standard input
    #[arg(long)]
    passphrase_stdin: bool,
}

impl Keygen {
    pub fn run(self, screen: Screen) -> Outcome {
        let public_file = public_file(&self.file);
        must_be_new(&public_file)?;
        let words = self.words()?;
        let key = SigningKey::generate()?;
        key.save(&self.file, words.as_deref())?;
        write_new(&public_file, &key.public().to_pem())?;
        let public = key.public();
        let mut view = key_json(&public);
        view["private_file"] = json!(self.file);
        view["public_file"] = json!(public_file);
        screen.show(&view, |page| {
            page.line(format!("Private key: {} (keep it to yourself)", self.file.display()));
            page.line(format!("Public key:  {}", public_file.display()));
            show_key(page, &public);
            page.line("Tell those who install your plugins the check code by another way than the packages.");
        })
    }

    fn words(&self) -> Outcome<Option<String>> {
        if !self.passphrase && !self.passphrase_stdin {
            return Ok(None);
        }
        Ok(Some(input::new_password("Passphrase for the key", self.passphrase_stdin)?.0))
    }
}

fn public_file(private: &Path) -> PathBuf {
    let mut name = private.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn must_be_new(path: &Path) -> Outcome {
    if !path.exists() {
        return Ok(());
    }
    let message = format!("`{}` exists already", path.display());
    Err(Failure::new("already_exists", message, "Choose another name: a key is never overwritten."))
}

fn write_new(path: &Path, text: &str) -> Outcome {
    let written = OpenOptions::new().write(true).create_new(true).open(path);
    let written = written.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|cause| Failure::io(format_args!("cannot write `{}`", path.display()), &cause))
}
