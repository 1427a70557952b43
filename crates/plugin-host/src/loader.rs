//! From a sealed file in memory to the table of a plugin. Believes the table's size only after its version.

use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use plugin_rpc::{Fault, fault};
use plugin_sdk::abi::{ABI_VERSION, PluginTable, SYMBOL, size_of_table};
use rustix::fs::{SealFlags, fcntl_get_seals};

/// The most calls at once that a plugin gets.
const MAX_CONCURRENCY: u32 = 16;
/// Where an ELF header names the processor, and which one this is.
const ELF_MACHINE: u64 = 18;
#[cfg(target_arch = "x86_64")]
const THIS_MACHINE: u16 = 62;
#[cfg(target_arch = "aarch64")]
const THIS_MACHINE: u16 = 183;

/// Loads the library, which from here on can do anything that the sandbox allows, and keeps it for good.
pub fn load(library: OwnedFd) -> Result<PluginTable, Fault> {
    let library = File::from(library);
    check_seals(&library)?;
    check_machine(&library)?;
    let path = format!("/proc/self/fd/{}", library.as_raw_fd());
    // SAFETY: running the code of the plugin is this process's purpose; the sandbox around it stands.
    let loaded = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }
        .map_err(|error| Fault::new(fault::LIBRARY_UNLOADABLE, error.to_string()))?;
    let table = find_table(&loaded)?;
    std::mem::forget(loaded);
    Ok(PluginTable { max_concurrency: table.max_concurrency.clamp(1, MAX_CONCURRENCY), ..table })
}

/// The bytes that were verified must be the bytes that run.
fn check_seals(library: &File) -> Result<(), Fault> {
    let needed = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW;
    match fcntl_get_seals(library) {
        Ok(seals) if seals.contains(needed) => Ok(()),
        _ => Err(Fault::new(fault::LIBRARY_UNLOADABLE, "the library is not in sealed memory")),
    }
}

fn check_machine(library: &File) -> Result<(), Fault> {
    let (mut magic, mut machine) = ([0; 4], [0; 2]);
    let read =
        library.read_exact_at(&mut magic, 0).and_then(|()| library.read_exact_at(&mut machine, ELF_MACHINE));
    if read.is_err() || magic != *b"\x7fELF" {
        return Err(Fault::new(fault::LIBRARY_UNLOADABLE, "the file is no ELF library"));
    }
    match u16::from_le_bytes(machine) {
        THIS_MACHINE => Ok(()),
        other => {
            let message = format!("the library is for processor {other}, this one is {THIS_MACHINE}");
            Err(Fault::new(fault::OTHER_ARCHITECTURE, message))
        }
    }
}

fn find_table(library: &Library) -> Result<PluginTable, Fault> {
    // SAFETY: the contract says that this symbol is a table, and only its address is taken here.
    let symbol = unsafe { library.get::<*const u32>(SYMBOL.as_bytes()) };
    let table: *const u32 = match &symbol {
        Ok(symbol) => **symbol,
        Err(_) => {
            return Err(Fault::new(fault::SYMBOL_MISSING, format!("the library exports no `{SYMBOL}`")));
        }
    };
    // SAFETY: in every version, a table begins with these two numbers.
    let (version, size) = unsafe { (table.read(), table.add(1).read()) };
    if version != ABI_VERSION {
        let message =
            format!("the library speaks version {version} of the contract, this host {ABI_VERSION}");
        return Err(Fault::new(fault::ABI_MISMATCH, message));
    }
    if size < size_of_table::<PluginTable>() {
        return Err(Fault::new(
            fault::DESCRIPTOR_INVALID,
            format!("the library's table has only {size} bytes"),
        ));
    }
    // SAFETY: of this version and at least this size, by its own word.
    Ok(unsafe { table.cast::<PluginTable>().read() })
}
