//! ZIP's three records as bytes, field by field. Judges nothing.

use super::Method;

pub(crate) const LOCAL_SIZE: u64 = 30;
pub(crate) const CENTRAL_SIZE: u64 = 46;
pub(crate) const END_SIZE: u64 = 22;
pub(crate) const UTF8_FLAG: u16 = 1 << 11;

const LOCAL_MAGIC: u32 = 0x0403_4b50;
const CENTRAL_MAGIC: u32 = 0x0201_4b50;
const END_MAGIC: u32 = 0x0605_4b50;
/// Made by Unix, with version 2.0 of the format; the same version is needed to read.
const MADE_BY: u16 = 3 << 8 | 20;
const NEEDED: u16 = 20;
/// The first of January 1980, midnight: the earliest that ZIP can say.
const DATE: u16 = 1 << 5 | 1;

/// The fields that both headers of an entry carry, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Common {
    pub needed: u16,
    pub flags: u16,
    pub method: u16,
    pub time: u16,
    pub date: u16,
    pub crc: u32,
    pub packed: u32,
    pub unpacked: u32,
    pub name_length: u16,
    pub extra_length: u16,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Central {
    pub made_by: u16,
    pub common: Common,
    pub comment_length: u16,
    pub disk: u16,
    pub internal: u16,
    pub external: u32,
    pub offset: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub disk: u16,
    pub directory_disk: u16,
    pub entries_here: u16,
    pub entries: u16,
    pub directory_size: u32,
    pub directory_offset: u32,
    pub comment_length: u16,
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u16(&mut self) -> Option<u16> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u16::from_le_bytes(*head))
    }

    fn u32(&mut self) -> Option<u32> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*head))
    }

    fn magic(&mut self, magic: u32) -> Option<()> {
        (self.u32()? == magic).then_some(())
    }
}

impl Common {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            needed: fields.u16()?,
            flags: fields.u16()?,
            method: fields.u16()?,
            time: fields.u16()?,
            date: fields.u16()?,
            crc: fields.u32()?,
            packed: fields.u32()?,
            unpacked: fields.u32()?,
            name_length: fields.u16()?,
            extra_length: fields.u16()?,
        })
    }

    /// The fields of an entry as this format writes it.
    pub(crate) fn ours(method: Method, name: &str) -> Self {
        Self {
            needed: NEEDED,
            flags: UTF8_FLAG,
            method: method.number(),
            time: 0,
            date: DATE,
            crc: 0,
            packed: 0,
            unpacked: 0,
            name_length: u16::try_from(name.len()).expect("names are checked to be short"),
            extra_length: 0,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for field in [self.needed, self.flags, self.method, self.time, self.date] {
            out.extend(field.to_le_bytes());
        }
        for field in [self.crc, self.packed, self.unpacked] {
            out.extend(field.to_le_bytes());
        }
        out.extend(self.name_length.to_le_bytes());
        out.extend(self.extra_length.to_le_bytes());
    }

    pub(crate) fn to_local(self, name: &str) -> Vec<u8> {
        let mut out = LOCAL_MAGIC.to_le_bytes().to_vec();
        self.write(&mut out);
        out.extend(name.as_bytes());
        out
    }
}

/// Reads a local header; `None` if its magic is missing.
pub(crate) fn read_local(bytes: &[u8]) -> Option<Common> {
    let mut fields = Fields(bytes);
    fields.magic(LOCAL_MAGIC)?;
    Common::read(&mut fields)
}

impl Central {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        fields.magic(CENTRAL_MAGIC)?;
        Some(Self {
            made_by: fields.u16()?,
            common: Common::read(&mut fields)?,
            comment_length: fields.u16()?,
            disk: fields.u16()?,
            internal: fields.u16()?,
            external: fields.u32()?,
            offset: fields.u32()?,
        })
    }

    /// The central header of an entry that we wrote at `offset`.
    pub(crate) fn ours(common: Common, offset: u32, executable: bool) -> Self {
        let mode: u32 = if executable { 0o100_755 } else { 0o100_644 };
        let external = mode << 16;
        Self { made_by: MADE_BY, common, comment_length: 0, disk: 0, internal: 0, external, offset }
    }

    pub(crate) fn to_bytes(self, name: &str) -> Vec<u8> {
        let mut out = CENTRAL_MAGIC.to_le_bytes().to_vec();
        out.extend(self.made_by.to_le_bytes());
        self.common.write(&mut out);
        for field in [self.comment_length, self.disk, self.internal] {
            out.extend(field.to_le_bytes());
        }
        out.extend(self.external.to_le_bytes());
        out.extend(self.offset.to_le_bytes());
        out.extend(name.as_bytes());
        out
    }
}

impl End {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        fields.magic(END_MAGIC)?;
        Some(Self {
            disk: fields.u16()?,
            directory_disk: fields.u16()?,
            entries_here: fields.u16()?,
            entries: fields.u16()?,
            directory_size: fields.u32()?,
            directory_offset: fields.u32()?,
            comment_length: fields.u16()?,
        })
    }

    pub(crate) fn ours(entries: u16, directory_offset: u32, directory_size: u32) -> Self {
        let (disk, directory_disk, comment_length) = (0, 0, 0);
        Self {
            disk,
            directory_disk,
            entries_here: entries,
            entries,
            directory_size,
            directory_offset,
            comment_length,
        }
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut out = END_MAGIC.to_le_bytes().to_vec();
        for field in [self.disk, self.directory_disk, self.entries_here, self.entries] {
            out.extend(field.to_le_bytes());
        }
        out.extend(self.directory_size.to_le_bytes());
        out.extend(self.directory_offset.to_le_bytes());
        out.extend(self.comment_length.to_le_bytes());
        out
    }
}
