//! What the kernel must refuse. Each attempt says `"succeeded"` or the number of the error.

use std::ffi::{CString, c_char, c_void};
use std::fs::{File, OpenOptions};
use std::io::{Error, Result};
use std::mem::{size_of, zeroed};
use std::os::fd::AsRawFd;

use serde_json::{Value, json};

/// Tries something forbidden. `None` if there is no such deed here.
pub fn attempt(deed: &str, path: &str, port: u16) -> Option<Value> {
    let result = match deed {
        "read" => File::open(path).map(drop),
        "write" => OpenOptions::new().append(true).create(true).open(path).map(drop),
        "fill" => std::fs::write(path, vec![1; 2 << 20]),
        "hoard" => (0..1024).try_for_each(|number| std::fs::write(format!("{path}-{number}"), [1; 4096])),
        "list" => std::fs::read_dir(path).map(drop),
        "delete" => std::fs::remove_file(path),
        "rename-out" => std::fs::write("here", "x").and_then(|()| std::fs::rename("here", path)),
        "link" => std::fs::hard_link(path, "stolen"),
        "tcp" => std::net::TcpStream::connect(("127.0.0.1", port)).map(drop),
        "listen" => std::net::TcpListener::bind("127.0.0.1:0").map(drop),
        "udp" => std::net::UdpSocket::bind("127.0.0.1:0").map(drop),
        "unix" => std::os::unix::net::UnixStream::connect(path).map(drop),
        "spawn" => std::process::Command::new("/bin/true").status().map(drop),
        "descriptors" => return Some(json!(open_descriptors())),
        "thread" => std::thread::Builder::new().spawn(|| ()).map(|thread| drop(thread.join())),
        "socketpair" => std::os::unix::net::UnixStream::pair().map(drop),
        other => return by_system_call(other, path).map(say),
    };
    Some(say(result))
}

fn say(result: Result<()>) -> Value {
    match result {
        Ok(()) => json!("succeeded"),
        Err(error) => json!({ "errno": error.raw_os_error() }),
    }
}

fn by_system_call(deed: &str, path: &str) -> Option<Result<()>> {
    let path = CString::new(path).ok()?;
    let null = std::ptr::null::<c_void>();
    // SAFETY: each call gets arguments of the kinds that it takes; none of them gives memory away.
    let result = unsafe {
        match deed {
            "abstract" => connect_abstract(),
            "datagrams" => {
                let mut pair = [0; 2];
                libc::socketpair(libc::AF_UNIX, libc::SOCK_DGRAM, 0, pair.as_mut_ptr()).into()
            }
            "inet" => libc::socket(libc::AF_INET, libc::SOCK_DGRAM, 0).into(),
            "netlink" => libc::socket(libc::AF_NETLINK, libc::SOCK_RAW, 0).into(),
            "unix-socket" => libc::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0).into(),
            "fork" => leave_if_child(libc::syscall(libc::SYS_fork)),
            "vfork" => libc::syscall(libc::SYS_clone, libc::CLONE_VFORK | libc::SIGCHLD, 0, 0, 0, 0),
            "clone3" => libc::syscall(libc::SYS_clone3, null, 0),
            "exec" => {
                libc::execv(c"/bin/true".as_ptr(), [c"true".as_ptr(), std::ptr::null()].as_ptr()).into()
            }
            "ptrace" => libc::ptrace(libc::PTRACE_ATTACH, libc::getppid(), 0, 0),
            "traceme" => libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0),
            "kill-parent" => libc::kill(libc::getppid(), 0).into(),
            "kill-group" => libc::kill(0, 0).into(),
            "read-parent" => read_parent(),
            "keyctl" => libc::syscall(libc::SYS_keyctl, 0, -3, 0),
            "io-uring" => libc::syscall(libc::SYS_io_uring_setup, 4, null),
            "mount" => libc::mount(c"none".as_ptr(), c"/mnt".as_ptr(), c"tmpfs".as_ptr(), 0, null).into(),
            "unshare" => libc::unshare(libc::CLONE_NEWUSER).into(),
            "memfd-exec" => libc::memfd_create(c"x".as_ptr(), libc::MFD_EXEC).into(),
            "memfd" => libc::memfd_create(c"x".as_ptr(), 0).into(),
            "share-anonymous" => share_anonymous(),
            "memfd-sealed" => libc::memfd_create(c"x".as_ptr(), libc::MFD_NOEXEC_SEAL).into(),
            "bpf" => libc::syscall(libc::SYS_bpf, 0, null, 0),
            "userfaultfd" => libc::syscall(libc::SYS_userfaultfd, 0),
            "pdeathsig" => libc::prctl(libc::PR_SET_PDEATHSIG, 0).into(),
            "dumpable" => libc::prctl(libc::PR_SET_DUMPABLE, 1).into(),
            "chmod" => libc::chmod(path.as_ptr(), 0o777).into(),
            "watch" => libc::inotify_init1(0).into(),
            "share-memory" => libc::shmget(libc::IPC_PRIVATE, 4096, 0o600).into(),
            "aim-signal" => libc::fcntl(3, libc::F_SETOWN, libc::getppid()).into(),
            "pin-parent" => {
                let processors: libc::cpu_set_t = zeroed();
                libc::sched_setaffinity(libc::getppid(), size_of::<libc::cpu_set_t>(), &processors).into()
            }
            "reserve" => reserve(),
            "raise-limit" => raise_limit(),
            "unknown-call" => libc::syscall(500),
            "x32" => libc::syscall(0x4000_0000 + libc::SYS_getpid),
            _ => return None,
        }
    };
    Some(if result < 0 { Err(Error::last_os_error()) } else { Ok(()) })
}

/// Memory that stays when no process maps it any more counts for nobody.
unsafe fn share_anonymous() -> libc::c_long {
    let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
    // SAFETY: a new mapping at a place of the kernel's choice disturbs no other.
    let mapped = unsafe { libc::mmap(std::ptr::null_mut(), 4096, access, flags, -1, 0) };
    if mapped == libc::MAP_FAILED { -1 } else { 0 }
}

fn open_descriptors() -> Vec<i32> {
    // SAFETY: asking for the flags of a descriptor changes nothing.
    (0..1024).filter(|number| unsafe { libc::fcntl(*number, libc::F_GETFD) } >= 0).collect()
}

/// A child that should not exist ends, so that the test sees one process.
unsafe fn leave_if_child(result: libc::c_long) -> libc::c_long {
    if result == 0 {
        // SAFETY: it has no preconditions.
        unsafe { libc::_exit(0) }
    }
    result
}

unsafe fn connect_abstract() -> libc::c_long {
    // SAFETY: an address of zeros is a valid address.
    let mut address: libc::sockaddr_un = unsafe { zeroed() };
    address.sun_family = libc::AF_UNIX as u16;
    address.sun_path[1] = b'x' as c_char;
    let size = size_of::<libc::sockaddr_un>() as libc::socklen_t;
    // SAFETY: the address outlives the call.
    unsafe {
        let socket = libc::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0);
        if socket < 0 { -1 } else { libc::connect(socket, (&raw const address).cast(), size).into() }
    }
}

unsafe fn read_parent() -> libc::c_long {
    let mut byte = 0_u8;
    let here = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    let there = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    // SAFETY: both descriptions live for the call.
    unsafe { libc::process_vm_readv(libc::getppid(), &here, 1, &there, 1, 0) as libc::c_long }
}

/// Sixteen gigabytes of the disk behind an empty file.
unsafe fn reserve() -> libc::c_long {
    let Ok(file) = File::create("reserved") else { return -1 };
    // SAFETY: the descriptor is open; numbers are all that the call takes.
    unsafe { libc::fallocate(file.as_raw_fd(), libc::FALLOC_FL_KEEP_SIZE, 0, 16 << 30).into() }
}

unsafe fn raise_limit() -> libc::c_long {
    let limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: the limit lives for the call.
    unsafe { libc::setrlimit(libc::RLIMIT_DATA, &limit).into() }
}
