//! A ZIP writer that can lie in every field.

/// One entry, honest until a test changes it.
#[derive(Clone)]
pub struct RawEntry {
    pub local: Header,
    pub central: Header,
    pub data: Vec<u8>,
    /// Bytes between this entry and the next header.
    pub gap: Vec<u8>,
    pub made_by: u16,
    pub disk: u16,
    pub internal: u16,
    pub external: u32,
    pub comment: Vec<u8>,
    /// The local header's place, if it is not where it is.
    pub offset: Option<u32>,
}

#[derive(Clone)]
pub struct Header {
    pub magic: u32,
    pub needed: u16,
    pub flags: u16,
    pub method: u16,
    pub time: u16,
    pub date: u16,
    pub crc: u32,
    pub packed: u32,
    pub unpacked: u32,
    pub name: Vec<u8>,
    pub extra: Vec<u8>,
}

impl Header {
    fn new(magic: u32, name: &[u8], data: &[u8]) -> Self {
        let size = u32::try_from(data.len()).unwrap();
        Self {
            magic,
            needed: 20,
            flags: 1 << 11,
            method: 0,
            time: 0,
            date: 33,
            crc: crc(data),
            packed: size,
            unpacked: size,
            name: name.to_vec(),
            extra: Vec::new(),
        }
    }

    fn common(&self, out: &mut Vec<u8>) {
        for field in [self.needed, self.flags, self.method, self.time, self.date] {
            out.extend(field.to_le_bytes());
        }
        for field in [self.crc, self.packed, self.unpacked] {
            out.extend(field.to_le_bytes());
        }
        for length in [self.name.len(), self.extra.len()] {
            out.extend(u16::try_from(length).unwrap().to_le_bytes());
        }
    }
}

pub fn crc(data: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(data);
    crc.sum()
}

pub fn deflated(data: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

impl RawEntry {
    pub fn stored(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        let (name, data) = (name.as_ref(), data.as_ref());
        Self {
            local: Header::new(0x0403_4b50, name, data),
            central: Header::new(0x0201_4b50, name, data),
            data: data.to_vec(),
            gap: Vec::new(),
            made_by: 3 << 8 | 20,
            disk: 0,
            internal: 0,
            external: 0o100_644 << 16,
            comment: Vec::new(),
            offset: None,
        }
    }

    pub fn deflated(name: &str, data: &[u8]) -> Self {
        let packed = deflated(data);
        let size = u32::try_from(packed.len()).unwrap();
        let entry = Self { data: packed, ..Self::stored(name, data) };
        entry.both(|h| (h.method, h.packed) = (8, size))
    }

    /// Changes both headers alike.
    pub fn both(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.local);
        change(&mut self.central);
        self
    }

    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// The end record, honest until a test changes it.
#[derive(Clone, Default)]
pub struct RawZip {
    pub prefix: Vec<u8>,
    pub entries: Vec<RawEntry>,
    /// Bytes between directory and end record.
    pub before_end: Vec<u8>,
    pub comment: Vec<u8>,
    pub count: Option<u16>,
    pub count_here: Option<u16>,
    pub disk: u16,
    pub directory_offset: Option<u32>,
    pub directory_size: Option<u32>,
}

impl RawZip {
    pub fn of(entries: Vec<RawEntry>) -> Self {
        Self { entries, ..Self::default() }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let mut directory = Vec::new();
        for entry in &self.entries {
            let at = entry.offset.unwrap_or(u32::try_from(out.len()).unwrap());
            out.extend(entry.local.magic.to_le_bytes());
            entry.local.common(&mut out);
            out.extend(&entry.local.name);
            out.extend(&entry.local.extra);
            out.extend(&entry.data);
            out.extend(&entry.gap);
            central(entry, at, &mut directory);
        }
        let place = u32::try_from(out.len()).unwrap();
        out.extend(&directory);
        out.extend(&self.before_end);
        self.end(place, u32::try_from(directory.len()).unwrap(), &mut out);
        out
    }

    fn end(&self, place: u32, size: u32, out: &mut Vec<u8>) {
        let honest = u16::try_from(self.entries.len()).unwrap_or(u16::MAX);
        let count = self.count.unwrap_or(honest);
        out.extend(0x0605_4b50_u32.to_le_bytes());
        for field in [self.disk, 0, self.count_here.unwrap_or(count), count] {
            out.extend(field.to_le_bytes());
        }
        out.extend(self.directory_size.unwrap_or(size).to_le_bytes());
        out.extend(self.directory_offset.unwrap_or(place).to_le_bytes());
        out.extend(u16::try_from(self.comment.len()).unwrap().to_le_bytes());
        out.extend(&self.comment);
    }
}

fn central(entry: &RawEntry, at: u32, out: &mut Vec<u8>) {
    out.extend(entry.central.magic.to_le_bytes());
    out.extend(entry.made_by.to_le_bytes());
    entry.central.common(out);
    out.extend(u16::try_from(entry.comment.len()).unwrap().to_le_bytes());
    out.extend(entry.disk.to_le_bytes());
    out.extend(entry.internal.to_le_bytes());
    out.extend(entry.external.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend(&entry.central.name);
    out.extend(&entry.central.extra);
    out.extend(&entry.comment);
}
