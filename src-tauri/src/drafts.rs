//! What a person entered into a plugin's settings and did not save, kept over the end of this process: a file for each
//! account and plugin, for its owner's eyes alone. Never a secret: only what the center names as a plain setting is kept.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use center::actor::AccountId;
use center::clock::UnixMs;
use center::error::{Code, Error, Result};
use center::paths::{Home, private_folder};
use center::request::PluginId;
use center::views::FieldView;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// So long something entered is offered again; 30 days.
const OFFERED_FOR: UnixMs = 30 * 24 * 60 * 60 * 1000;

/// What was entered for one plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// For which plugin.
    #[ts(type = "PluginId")]
    pub plugin: PluginId,
    /// The revision of the settings that the person saw.
    pub revision: i64,
    /// By the pointer of each plain setting that was changed.
    pub changes: BTreeMap<String, Entered>,
    /// What was typed where JSON belongs and is none yet, by pointer.
    pub broken: BTreeMap<String, String>,
    /// A password was typed as well; it is not kept.
    pub secrets: bool,
}

/// One setting, as it was and as it was entered; `null`: not set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Entered {
    /// What the person began from.
    pub from: Value,
    /// What they entered.
    pub to: Value,
}

/// A draft that waits for its person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct KeptDraft {
    /// When it was entered.
    pub at: UnixMs,
    /// What.
    #[serde(flatten)]
    pub draft: Draft,
}

/// The drafts of a home.
pub struct Drafts(PathBuf);

impl Drafts {
    /// Below this home.
    pub fn of(home: &Home) -> Self {
        Self(home.root().join("drafts"))
    }

    fn folder(&self, account: AccountId) -> PathBuf {
        self.0.join(account.0.to_string())
    }

    fn file(&self, account: AccountId, plugin: &PluginId) -> PathBuf {
        self.folder(account).join(format!("{plugin}.json"))
    }

    /// Keeps a draft in place of the account's earlier one for this plugin. `fields` are the plugin's settings.
    ///
    /// # Errors
    /// `invalid_input` if it names anything but plain settings; what the disk refuses, and then the earlier one stays.
    pub fn keep(&self, account: AccountId, kept: &KeptDraft, fields: &[FieldView]) -> Result<()> {
        must_be_plain(&kept.draft, fields)?;
        let folder = self.folder(account);
        private_folder(&self.0)?;
        private_folder(&folder)?;
        let written = write(&self.file(account, &kept.draft.plugin), kept);
        written.map_err(|cause| Error::io("cannot keep what was entered", &cause))
    }

    /// Forgets what this account entered for a plugin; that there is nothing is fine.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn drop(&self, account: AccountId, plugin: &PluginId) -> Result<()> {
        let file = self.file(account, plugin);
        removed(fs::remove_file(part_of(&file)))?;
        removed(fs::remove_file(file))
    }

    /// Forgets everything that this account entered.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn forget(&self, account: AccountId) -> Result<()> {
        removed(fs::remove_dir_all(self.folder(account)))
    }

    /// What waits for this account. What cannot be read any more, or is 30 days old, is forgotten.
    pub fn list(&self, account: AccountId, now: UnixMs) -> Vec<KeptDraft> {
        let Ok(files) = fs::read_dir(self.folder(account)) else { return Vec::new() };
        let mut kept = Vec::new();
        let paths = files.filter_map(|file| Some(file.ok()?.path()));
        for path in paths.filter(|path| path.extension().is_some_and(|end| end == "json")) {
            let read = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<KeptDraft>(&text).ok());
            match read.filter(|read| now - read.at < OFFERED_FOR) {
                Some(draft) => kept.push(draft),
                None => drop(fs::remove_file(path)),
            }
        }
        kept.sort_by_key(|one| one.at);
        kept
    }
}

/// A secret lies at one of the pointers, or below one of them: then nothing of it is kept.
fn must_be_plain(draft: &Draft, fields: &[FieldView]) -> Result<()> {
    let plain = |pointer: &String| {
        let inside = format!("{pointer}/");
        let secret = |field: &&FieldView| field.stored.is_some() && field.pointer.starts_with(&inside);
        fields.iter().any(|field| field.pointer == *pointer && field.stored.is_none())
            && !fields.iter().any(|field| secret(&field))
    };
    if draft.changes.keys().chain(draft.broken.keys()).all(plain) {
        return Ok(());
    }
    Err(Error::new(Code::InvalidInput, "only plain settings of the plugin are kept"))
}

/// Always under the same name, so that what a sudden end leaves is written over by the next.
fn part_of(file: &Path) -> PathBuf {
    file.with_extension("part")
}

fn write(file: &Path, kept: &KeptDraft) -> std::io::Result<()> {
    let path = part_of(file);
    let mut part = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
    part.write_all(&serde_json::to_vec(kept)?)?;
    part.sync_data()?;
    fs::rename(&path, file)
}

fn removed(done: std::io::Result<()>) -> Result<()> {
    match done {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("cannot forget what was entered", &cause))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use serde_json::json;

    use super::*;

    const OWN: AccountId = AccountId(1);

    fn field(pointer: &str, stored: Option<bool>) -> FieldView {
        let (title, kind) = (pointer.to_owned(), "text".to_owned());
        let (pointer, value) = (title.clone(), Value::Null);
        FieldView { pointer, title, kind, required: false, value, is_default: true, stored }
    }

    fn fields() -> Vec<FieldView> {
        vec![
            field("/a", None),
            field("/secret", Some(false)),
            field("/all", None),
            field("/all/key", Some(true)),
        ]
    }

    fn draft(plugin: &str, pointer: &str) -> KeptDraft {
        let changes =
            BTreeMap::from([(pointer.to_owned(), Entered { from: Value::Null, to: json!("typed") })]);
        let plugin = plugin.parse().unwrap();
        let draft = Draft { plugin, revision: 3, changes, broken: BTreeMap::new(), secrets: true };
        KeptDraft { at: 1000, draft }
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let all = walk(folder);
        all.into_iter().filter(|path| path.is_file()).collect()
    }

    fn walk(folder: &Path) -> Vec<PathBuf> {
        let inside = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        inside.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn what_was_entered_is_there_for_the_same_account_alone_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::of(&Home::at(folder.path()));
        let (one, other) = (draft("com.example.a", "/a"), draft("com.example.b", "/a"));
        drafts.keep(OWN, &one, &fields()).unwrap();
        drafts.keep(OWN, &other, &fields()).unwrap();
        let again = Drafts::of(&Home::at(folder.path()));
        assert_eq!(again.list(OWN, 2000), [one.clone(), other.clone()]);
        assert_eq!(again.list(AccountId(2), 2000), []);
        for file in files(folder.path()) {
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        again.drop(OWN, &one.draft.plugin).unwrap();
        again.drop(OWN, &one.draft.plugin).unwrap();
        assert_eq!(again.list(OWN, 2000), [other]);
        again.forget(OWN).unwrap();
        assert_eq!(files(folder.path()), [""; 0].map(PathBuf::from));
    }

    #[test]
    fn a_secret_or_what_may_hold_one_or_is_no_setting_is_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::of(&Home::at(folder.path()));
        for pointer in ["/secret", "/all", "/all/key", "/unknown", ""] {
            let mut draft = draft("com.example.a", pointer);
            let refused = drafts.keep(OWN, &draft, &fields()).unwrap_err();
            assert_eq!(refused.code, Code::InvalidInput, "{pointer}");
            draft.draft.changes.clear();
            draft.draft.broken.insert(pointer.to_owned(), "typed".into());
            assert!(drafts.keep(OWN, &draft, &fields()).is_err(), "{pointer}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_damaged_or_old_is_not_offered_and_does_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::of(&Home::at(folder.path()));
        drafts.keep(OWN, &draft("com.example.a", "/a"), &fields()).unwrap();
        fs::write(drafts.folder(OWN).join("com.example.b.json"), "{").unwrap();
        fs::write(drafts.folder(OWN).join("com.example.a.part"), "{").unwrap();
        assert_eq!(drafts.list(OWN, 1000 + OFFERED_FOR), []);
        drafts.drop(OWN, &"com.example.a".parse().unwrap()).unwrap();
        assert_eq!(files(folder.path()), [""; 0].map(PathBuf::from));
    }
}
