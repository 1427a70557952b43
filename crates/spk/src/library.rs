//! Whether a library's first bytes fit a target. Loads nothing.

use object::{
    Endianness,
    elf::{self, FileHeader64},
    read::elf::FileHeader,
};

use crate::Error;

/// How many bytes of the library are looked at.
pub(crate) const HEADER: usize = 64;

/// The ELF machine numbers of the processors that targets name.
const MACHINES: [(&str, elf::Machine); 5] = [
    ("x86_64", elf::EM_X86_64),
    ("aarch64", elf::EM_AARCH64),
    ("riscv64gc", elf::EM_RISCV),
    ("powerpc64le", elf::EM_PPC64),
    ("loongarch64", elf::EM_LOONGARCH),
];

/// Checks that `head`, the first 64 bytes of the entry `path`, begins a shared library for `target`.
pub(crate) fn check_header(head: &[u8], path: &str, target: &str) -> Result<(), Error> {
    let not_elf = || Error::LibraryNotElf { path: path.to_owned() };
    let wrong = || Error::LibraryWrongArchitecture { path: path.to_owned(), target: target.to_owned() };
    if !head.starts_with(&elf::ELFMAG) {
        return Err(not_elf());
    }
    // A 32-bit library is a library, only not for one of these targets.
    let header = FileHeader64::<Endianness>::parse(head).map_err(|_| wrong())?;
    let endian = header.endian().map_err(|_| not_elf())?;
    if header.e_type(endian) != elf::ET_DYN {
        return Err(not_elf());
    }
    let machine = MACHINES.iter().find(|(name, _)| target.split('-').next() == Some(name));
    match machine {
        Some((_, machine)) if header.e_machine(endian) == *machine && endian == Endianness::Little => Ok(()),
        _ => Err(wrong()),
    }
}
