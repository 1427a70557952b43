//! The rules of the archive and of the names in it, as values with codes and sentences.

/// A rule of the container's ZIP that a payload breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveRule {
    /// The payload does not end in an end-of-directory record.
    #[error("it does not end with the record that ends an archive")]
    EndMissing,
    /// An archive comment.
    #[error("it carries a comment")]
    Comment,
    /// More than one disk.
    #[error("it is a part of a split archive")]
    Split,
    /// Zip64 records.
    #[error("it uses Zip64")]
    Zip64,
    /// The directory is not exactly before the end record, or its count is wrong.
    #[error("its directory is not where and what it says")]
    Directory,
    /// Bytes that belong to no entry.
    #[error("it has bytes that belong to no entry")]
    Gap,
    /// Entries share bytes.
    #[error("entries share bytes")]
    Overlap,
    /// A local header unlike its central one.
    #[error("an entry's two headers differ")]
    HeaderMismatch,
    /// Encrypted entry.
    #[error("an entry is encrypted")]
    Encrypted,
    /// Sizes after the data.
    #[error("an entry has a data descriptor")]
    DataDescriptor,
    /// Other flags.
    #[error("an entry has flags other than that for UTF-8 names")]
    Flags,
    /// Neither stored nor deflated.
    #[error("an entry is neither stored nor deflated")]
    Method,
    /// Extra fields.
    #[error("an entry has extra fields")]
    ExtraField,
    /// Entry comment.
    #[error("an entry carries a comment")]
    EntryComment,
    /// Not a regular file of mode 0644 or 0755.
    #[error("an entry is not a regular file of mode 0644 or 0755")]
    Attributes,
    /// Stored with two sizes, and similar lies.
    #[error("an entry's sizes contradict each other")]
    Sizes,
    /// Shrinks more than allowed.
    #[error("an entry shrinks too much to be honest")]
    Ratio,
    /// Over the limit of entries.
    #[error("it has too many entries")]
    TooManyEntries,
    /// Two names that are equal, also but for case or Unicode form.
    #[error("two names are the same to some file systems")]
    DuplicateName,
    /// A name that is a file and a folder.
    #[error("a name is a file and a folder")]
    FileIsFolder,
}

impl ArchiveRule {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EndMissing => "archive_end_missing",
            Self::Comment => "archive_comment",
            Self::Split => "archive_split",
            Self::Zip64 => "archive_zip64",
            Self::Directory => "archive_directory",
            Self::Gap => "archive_gap",
            Self::Overlap => "archive_overlap",
            Self::HeaderMismatch => "archive_header_mismatch",
            Self::Encrypted => "archive_encrypted",
            Self::DataDescriptor => "archive_data_descriptor",
            Self::Flags => "archive_flags",
            Self::Method => "archive_method",
            Self::ExtraField => "archive_extra_field",
            Self::EntryComment => "archive_entry_comment",
            Self::Attributes => "archive_attributes",
            Self::Sizes => "archive_sizes",
            Self::Ratio => "archive_ratio",
            Self::TooManyEntries => "too_many_entries",
            Self::DuplicateName => "duplicate_name",
            Self::FileIsFolder => "file_is_folder",
        }
    }
}

/// A rule that an entry's name breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRule {
    /// Not UTF-8, or not ASCII without saying so.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// Not in Unicode's composed form.
    #[error("it is not in composed form (NFC)")]
    NotNfc,
    /// Begins with a slash.
    #[error("it is not relative")]
    Absolute,
    /// Empty, or with an empty part.
    #[error("it has an empty part")]
    EmptyPart,
    /// `.` or `..`.
    #[error("it has a part that leads elsewhere")]
    DotPart,
    /// A backslash.
    #[error("it has a backslash")]
    Backslash,
    /// A colon (drive letter, stream) or another character that not every system takes.
    #[error("it has one of the characters : < > \" | ? *")]
    Reserved,
    /// A control character.
    #[error("it has a control character")]
    Control,
    /// A character that changes the direction of writing or breaks lines.
    #[error("it has a character that hides or turns text")]
    Bidirectional,
    /// `CON`, `NUL`, `COM1` and the like.
    #[error("it is a device's name on some systems")]
    Device,
    /// A part that ends in a dot or space.
    #[error("a part ends in a dot or space")]
    TrailingDot,
    /// Over 255 bytes in a part or 1,024 in all.
    #[error("it is too long")]
    TooLong,
    /// Over 32 parts.
    #[error("it is too deep")]
    TooDeep,
}

impl NameRule {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::NotNfc => "not_nfc",
            Self::Absolute => "absolute",
            Self::EmptyPart => "empty_part",
            Self::DotPart => "dot_part",
            Self::Backslash => "backslash",
            Self::Reserved => "reserved_character",
            Self::Control => "control_character",
            Self::Bidirectional => "bidirectional_character",
            Self::Device => "device_name",
            Self::TrailingDot => "trailing_dot",
            Self::TooLong => "too_long",
            Self::TooDeep => "too_deep",
        }
    }
}
