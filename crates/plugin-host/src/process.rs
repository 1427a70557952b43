//! This process among others: its descriptors, its parent, its end.

use std::io;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

use rustix::fs::{Mode, OFlags};
use rustix::process::{DumpableBehavior, Signal};

/// Where the socket lives after the move. Everything above is closed.
const SOCKET: RawFd = 3;

/// Takes the socket away from descriptor 0, where a library might read, and closes whatever was inherited.
pub fn claim_socket() -> io::Result<UnixStream> {
    let stdin = io::stdin();
    let null = rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
    let moved = rustix::io::fcntl_dupfd_cloexec(&stdin, SOCKET)?;
    rustix::stdio::dup2_stdin(&null)?;
    drop(null);
    let socket = UnixStream::from(place(moved)?);
    close_from(SOCKET + 1)?;
    socket.local_addr()?;
    Ok(socket)
}

/// Has the kernel end this process with the thread that started it, and keeps its memory from dumps and debuggers.
pub fn bind_to_parent() -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// The process that started this one, or 0 if it is outside of what can be seen.
pub fn parent() -> u32 {
    rustix::process::getppid().map_or(0, |pid| pid.as_raw_pid().unsigned_abs())
}

/// Ends the process at once: no handler of the library runs.
pub fn end(code: i32) -> ! {
    // SAFETY: `_exit` has no preconditions.
    unsafe { libc::_exit(code) }
}

/// One heap for all threads: a plugin's few threads need no more, and each further one costs memory.
pub fn keep_heap_small() {
    // SAFETY: `mallopt` only sets parameters of the allocator, and no other thread exists yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Gives back the pages of this program that only its start needed. What is needed again is mapped anew, from the pages
/// of the file that all hosts share.
pub fn give_back_code() {
    unsafe extern "C" fn of_program(
        program: *mut libc::dl_phdr_info,
        _size: libc::size_t,
        _: *mut libc::c_void,
    ) -> libc::c_int {
        // SAFETY: the loader passes a whole description, the program's own first.
        let (base, parts) = unsafe {
            let program = &*program;
            (program.dlpi_addr, std::slice::from_raw_parts(program.dlpi_phdr, program.dlpi_phnum.into()))
        };
        for part in parts.iter().filter(|part| part.p_type == libc::PT_LOAD && part.p_flags & libc::PF_W == 0)
        {
            let page = rustix::param::page_size() as u64;
            let start = (base + part.p_vaddr) / page * page;
            let end = base + part.p_vaddr + part.p_memsz;
            // SAFETY: this part of the file is mapped privately and never written, so dropped pages come back as they were.
            unsafe { libc::madvise(start as *mut libc::c_void, (end - start) as usize, libc::MADV_DONTNEED) };
        }
        1
    }
    // SAFETY: the callback keeps nothing, and needs no data.
    unsafe { libc::dl_iterate_phdr(Some(of_program), std::ptr::null_mut()) };
}

fn place(moved: OwnedFd) -> io::Result<OwnedFd> {
    use std::os::fd::AsRawFd;
    if moved.as_raw_fd() == SOCKET {
        return Ok(moved);
    }
    // SAFETY: this early, whatever `SOCKET` is was inherited and belongs to nobody here.
    let mut target = unsafe { OwnedFd::from_raw_fd(SOCKET) };
    rustix::io::dup3(moved.as_fd(), &mut target, rustix::io::DupFlags::CLOEXEC)?;
    Ok(target)
}

fn close_from(first: RawFd) -> io::Result<()> {
    // SAFETY: this early, no descriptor from `first` on belongs to any value here.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, 0) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
