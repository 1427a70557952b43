//! The table `folder_files`: what is known of each file in the plugin folder. Looks at no file by itself except for
//! its metadata.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};
use spk::{Digest, PluginId};

use crate::attention::{self, Concern};
use crate::clock::UnixMs;
use crate::error::{ErrorView, Result};
use crate::snapshot::stored;

/// What tells that a file's bytes may have changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// In bytes.
    pub size: u64,
    /// In nanoseconds.
    pub mtime: i64,
    /// In nanoseconds.
    pub ctime: i64,
    /// The file's number in its file system.
    pub inode: u64,
}

impl Stamp {
    pub(crate) fn of(file: &Metadata) -> Self {
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Self {
            size: file.size(),
            mtime: nanoseconds(file.mtime(), file.mtime_nsec()),
            ctime: nanoseconds(file.ctime(), file.ctime_nsec()),
            inode: file.ino(),
        }
    }

    /// The same file with the same bytes, perhaps under another name or with other rights.
    pub(crate) fn same_bytes(&self, other: &Self) -> bool {
        (self.size, self.mtime, self.inode) == (other.size, other.mtime, other.inode)
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// The center is about to put it there.
    Placing,
    /// The center is about to take it away.
    Removing,
    /// More of it has to come.
    Arriving,
    /// It holds an installed package.
    Installed,
    /// A person has to approve it. `held`: the installed package that was here under this name before.
    Waiting { cause: ErrorView, held: Option<Digest> },
    /// It is not accepted. `held`: as for `Waiting`.
    Refused { cause: ErrorView, held: Option<Digest> },
    /// A higher release of the same plugin came with it.
    Superseded,
}

impl Verdict {
    /// Whether the file is looked at again only when its bytes change.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self, Self::Installed | Self::Waiting { .. } | Self::Refused { .. } | Self::Superseded)
    }

    pub(crate) fn state(&self) -> &'static str {
        match self {
            Self::Placing => "placing",
            Self::Removing => "removing",
            Self::Arriving => "arriving",
            Self::Installed => "installed",
            Self::Waiting { .. } => "waiting",
            Self::Refused { .. } => "refused",
            Self::Superseded => "superseded",
        }
    }

    pub(crate) fn cause(&self) -> Option<&ErrorView> {
        match self {
            Self::Waiting { cause, .. } | Self::Refused { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Its name in the folder.
    pub name: String,
    /// As it was when the verdict was reached.
    pub stamp: Stamp,
    /// The package in it, once known.
    pub digest: Option<Digest>,
    /// The plugin in it, once known.
    pub plugin: Option<PluginId>,
    /// What became of it.
    pub verdict: Verdict,
}

impl Row {
    /// The installed package whose removal this file's disappearance would be.
    pub(crate) fn stands_for(&self) -> Option<Digest> {
        match &self.verdict {
            Verdict::Installed => self.digest,
            Verdict::Waiting { held, .. } | Verdict::Refused { held, .. } => *held,
            _ => None,
        }
    }
}

/// Every row, by name.
pub(crate) fn load(db: &Connection) -> Result<Vec<Row>> {
    let mut query = db.prepare_cached(
        "SELECT path, size, mtime, ctime, inode, digest, plugin, verdict FROM folder_files ORDER BY path",
    )?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let inode = row.get::<_, i64>(4)?.cast_unsigned();
        let (size, mtime, ctime) = (row.get::<_, i64>(1)?.cast_unsigned(), row.get(2)?, row.get(3)?);
        let digest: Option<String> = row.get(5)?;
        let plugin: Option<String> = row.get(6)?;
        found.push(Row {
            name: row.get(0)?,
            stamp: Stamp { size, mtime, ctime, inode },
            digest: digest.as_deref().map(stored).transpose()?,
            plugin: plugin.as_deref().map(stored).transpose()?,
            verdict: serde_json::from_str(&row.get::<_, String>(7)?)?,
        });
    }
    Ok(found)
}

/// Keeps a row, and what it means for people on the list of what needs them. Returns whether that list changed.
pub(crate) fn keep(tx: &Transaction<'_>, row: &Row, at: UnixMs) -> Result<bool> {
    tx.execute(
        "INSERT OR REPLACE INTO folder_files (path, size, mtime, ctime, inode, digest, plugin, verdict)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            row.name,
            row.stamp.size.cast_signed(),
            row.stamp.mtime,
            row.stamp.ctime,
            row.stamp.inode.cast_signed(),
            row.digest.map(|digest| digest.to_string()),
            row.plugin.as_ref().map(PluginId::as_str),
            serde_json::to_string(&row.verdict)?
        ],
    )?;
    let concern = |kind| Concern { kind, subject: &row.name, at };
    match &row.verdict {
        Verdict::Waiting { cause, .. } => {
            Ok(attention::raise(tx, concern(attention::APPROVAL_WAITING), cause.clone())?
                | attention::clear(tx, attention::PACKAGE_REFUSED, &row.name)?)
        }
        Verdict::Refused { cause, .. } => {
            Ok(attention::raise(tx, concern(attention::PACKAGE_REFUSED), cause.clone())?
                | attention::clear(tx, attention::APPROVAL_WAITING, &row.name)?)
        }
        _ => clear_attention(tx, &row.name),
    }
}

/// Forgets a file. Returns whether the list of what needs people changed.
pub(crate) fn forget(tx: &Transaction<'_>, name: &str) -> Result<bool> {
    tx.execute("DELETE FROM folder_files WHERE path = ?1", [name])?;
    clear_attention(tx, name)
}

fn clear_attention(tx: &Transaction<'_>, name: &str) -> Result<bool> {
    let waiting = attention::clear(tx, attention::APPROVAL_WAITING, name)?;
    Ok(attention::clear(tx, attention::PACKAGE_REFUSED, name)? | waiting)
}
