//! `sprocket pack`: a folder becomes one signed file.

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::json;
use spk::{PackInput, Packed, SigningKey};

use super::signing::{KeyArgs, Readers};
use crate::facts;
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;
use crate::words;

/// Pack a plugin's folder into a signed package, `<id>.v<version>.spk`
#[derive(Debug, clap::Args)]
pub struct Pack {
    /// The folder with plugin.json at its root
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The folder that the package is written to
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    out: PathBuf,
    /// The private key's file, as `sprocket keygen` made it
    #[arg(long, value_name = "FILE", required_unless_present = "unsigned")]
    key: Option<PathBuf>,
    /// Read the key's passphrase from the first line of standard input
    #[arg(long, requires = "key")]
    passphrase_stdin: bool,
    #[command(flatten)]
    readers: Readers,
    /// Leave it unsigned, for `sprocket sign` elsewhere
    #[arg(long, conflicts_with_all = ["key", "encrypt_to"])]
    unsigned: bool,
    /// The release: each package of a plugin needs a higher one; by default the time of packing in seconds
    #[arg(long, value_name = "NUMBER")]
    release: Option<u64>,
    /// Until when it may be installed, such as 2030-12-31T00:00:00Z
    #[arg(long, value_name = "TIME")]
    expires: Option<Timestamp>,
}

impl Pack {
    pub fn run(self, screen: Screen) -> Outcome {
        if self.folder.is_file() {
            let message = format!("`{}` is not a folder", self.folder.display());
            return Err(Failure::usage(message, "Give the folder that holds plugin.json."));
        }
        let key = self.load_key()?;
        let host = facts::host();
        let packed = spk::pack(&PackInput {
            folder: &self.folder,
            output: &self.out,
            release: self.release,
            created: None,
            expires: self.expires,
            key: key.as_ref(),
            recipients: &self.readers.encrypt_to,
            host: &host,
        })
        .map_err(to_publisher)?;
        show(screen, &packed)
    }

    fn load_key(&self) -> Outcome<Option<SigningKey>> {
        let Some(key) = self.key.clone() else { return Ok(None) };
        KeyArgs { key, passphrase_stdin: self.passphrase_stdin }.load().map(Some)
    }
}

/// Who packs is the publisher: what is wrong with the folder is theirs to correct.
pub fn to_publisher(error: spk::Error) -> Failure {
    let failure = Failure::from(error);
    match failure.view().code.as_str() {
        "manifest_invalid" => failure.hint("Correct plugin.json, then pack again."),
        "publisher_key_mismatch" => {
            failure.hint("Put the public key into plugin.json as `publisherKey`, then pack again.")
        }
        "manifest_missing" => failure.hint("Give the folder that holds plugin.json."),
        _ => failure,
    }
}

/// Shows what was made.
pub fn show(screen: Screen, packed: &Packed) -> Outcome {
    let statement = &packed.statement;
    let view = json!({
        "file": packed.path, "digest": packed.digest, "statement": statement, "left_out": packed.left_out,
    });
    screen.show(&view, |page| {
        page.line(packed.path.display().to_string());
        page.pairs([
            ("Plugin", format!("{} {}, release {}", statement.id, statement.version, statement.release)),
            ("Digest", packed.digest.to_string()),
            ("Content", words::size(statement.payload.size)),
            (
                "Readable by",
                if statement.plaintext.is_some() { "those it is encrypted for" } else { "everybody" }.into(),
            ),
            ("Signed by", statement.publisher.key.map_or_else(|| "nobody yet".into(), |key| key.to_string())),
        ]);
        for path in &packed.left_out {
            page.line(format!("left out, because hidden: {path}"));
        }
    })
}
