//! The ZIP inside a package, as strictly as this format reads and writes it. Knows nothing of signatures and
//! manifests.

mod directory;
mod headers;
mod inflate;
mod names;
mod rules;
mod table;
mod write;

pub use directory::Entry;
pub use names::{check_name, folded, printable};
pub use rules::{ArchiveRule, NameRule};
pub use table::{EntryRecord, EntryTable, Method};

pub(crate) use directory::read_directory;
pub(crate) use inflate::{Copied, copy_entry, read_entry, read_prefix, read_recorded};
pub(crate) use table::index;
pub(crate) use write::ArchiveWriter;
