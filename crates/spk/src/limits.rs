//! The bounds of what a package may ask of the one who reads it.

/// Caps in bytes and counts. [`Limits::default`] is what the format promises.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The whole file.
    pub file: u64,
    /// All entries unpacked.
    pub unpacked: u64,
    /// Number of entries.
    pub entries: u64,
    /// Unpacked size over packed size, for entries above [`Limits::RATIO_FROM`].
    pub ratio: u64,
}

impl Limits {
    /// The longest envelope.
    pub const ENVELOPE: u64 = 64 * 1024;
    /// The longest central directory.
    pub const DIRECTORY: u64 = 4 * 1024 * 1024;
    /// Entries up to this size may shrink as much as they like.
    pub const RATIO_FROM: u64 = 1024 * 1024;
    /// `plugin.json`.
    pub const MANIFEST: u64 = 256 * 1024;
    /// The icon.
    pub const ICON: u64 = 256 * 1024;
    /// One `locales/<locale>.json`.
    pub const LOCALE: u64 = 256 * 1024;
    /// Number of locales.
    pub const LOCALES: usize = 64;
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 512 << 20, unpacked: 2 << 30, entries: 10_000, ratio: 200 }
    }
}
