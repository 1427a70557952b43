//! The encryption of a backup with a passphrase, and how much work a guess of it takes. Knows no archive.
//!
//! Left to itself, `age` measures the computer at that moment for both: on a busy one it would ask for too little work,
//! and refuse to open what an idle or faster one made.

use std::io::{self, Read, Write};
use std::iter;

use age::scrypt::{Identity, Recipient};
use age::secrecy::SecretString;
use age::stream::StreamWriter;
use age::{DecryptError, Decryptor, Encryptor};

/// The logarithm of the work that opening a new backup takes: about a second, and 256 MiB.
const WORK: u8 = 18;
/// The same, of the hardest one that is opened: four times as much.
const MOST_WORK: u8 = 20;

/// Encrypts what is written through it.
///
/// # Errors
/// The output's.
pub fn sealing<W: Write>(out: W, passphrase: &SecretString) -> io::Result<StreamWriter<W>> {
    let mut recipient = Recipient::new(passphrase.clone());
    recipient.set_work_factor(WORK);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as _));
    encryptor.expect("one passphrase is enough").wrap_output(out)
}

/// Decrypts what is read through it.
///
/// # Errors
/// What `age` says of the file's beginning and of the passphrase.
pub fn opening<R: Read>(file: R, passphrase: &SecretString) -> Result<impl Read + use<R>, DecryptError> {
    let mut identity = Identity::new(passphrase.clone());
    identity.set_max_work_factor(MOST_WORK);
    Decryptor::new(file)?.decrypt(iter::once(&identity as _))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_takes_the_same_work_on_every_computer_and_what_would_take_far_more_is_not_opened() {
        let passphrase = "a winter".to_owned().into();
        let mut out = sealing(Vec::new(), &passphrase).unwrap();
        out.write_all(b"in Harbin").unwrap();
        let made = out.finish().unwrap();
        let begins = String::from_utf8_lossy(&made).into_owned();
        let stanza = begins.lines().nth(1).unwrap_or_default();
        assert!(stanza.starts_with("-> scrypt ") && stanza.ends_with(" 18"), "{stanza}");
        assert_eq!(io::read_to_string(opening(&made[..], &passphrase).unwrap()).unwrap(), "in Harbin");
        let at = made.windows(4).position(|four| four == b" 18\n").unwrap();
        let harder = [&made[..at], b" 21\n", &made[at + 4..]].concat();
        let refused = opening(&harder[..], &passphrase).map(|_| ());
        assert!(matches!(refused, Err(DecryptError::ExcessiveWork { .. })), "{refused:?}");
    }
}
