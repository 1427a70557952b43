//! The system calls that a plugin has no business with, refused by seccomp on all threads.
//!
//! A list of what is refused, not of what is allowed: libraries differ in what they need. What Landlock does not
//! cover is here (changing modes and owners, processes, keys, other programs' memory), and so are calls newer than
//! the last one reviewed.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter_all_threads, sock_filter,
};

type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// `file_setattr`, the last system call that was known when this list was made.
const LAST_REVIEWED: u32 = 469;
/// From here on, numbers belong to the x32 ABI of x86-64 processors.
const FOREIGN: u32 = 0x4000_0000;

/// Refused with `EPERM`, whatever their arguments.
#[rustfmt::skip]
const REFUSED: &[c_long] = &[
    // New programs. (New processes: see `conditional`.)
    libc::SYS_execve, libc::SYS_execveat,
    // The network, and sockets by name.
    libc::SYS_socket, libc::SYS_connect, libc::SYS_bind, libc::SYS_listen, libc::SYS_accept, libc::SYS_accept4,
    // Other processes: their memory, signals, descriptors, priorities.
    libc::SYS_ptrace, libc::SYS_process_vm_readv, libc::SYS_process_vm_writev, libc::SYS_process_madvise,
    libc::SYS_process_mrelease, libc::SYS_kcmp, libc::SYS_pidfd_open, libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal, libc::SYS_tkill, libc::SYS_setpriority, libc::SYS_ioprio_set,
    libc::SYS_sched_setscheduler, libc::SYS_sched_setattr, libc::SYS_sched_setparam, libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    // Memory and queues that all of a person's processes share.
    libc::SYS_shmget, libc::SYS_shmat, libc::SYS_shmctl, libc::SYS_semget, libc::SYS_semop, libc::SYS_semtimedop,
    libc::SYS_semctl, libc::SYS_msgget, libc::SYS_msgsnd, libc::SYS_msgrcv, libc::SYS_msgctl, libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    // Memory that no limit counts once it is not mapped. (Shared mappings without a file: see `conditional`.)
    libc::SYS_memfd_create,
    // Modes, owners and attributes by path, and watching: Landlock lets them pass everywhere.
    libc::SYS_fchmodat, FCHMODAT2, libc::SYS_fchownat, libc::SYS_setxattr, libc::SYS_lsetxattr,
    libc::SYS_removexattr, libc::SYS_lremovexattr, SETXATTRAT, REMOVEXATTRAT, FILE_SETATTR,
    libc::SYS_inotify_init1, libc::SYS_inotify_add_watch, libc::SYS_fanotify_init, libc::SYS_fanotify_mark,
    // The kernel itself, and ways around this list.
    libc::SYS_keyctl, libc::SYS_add_key, libc::SYS_request_key, libc::SYS_bpf, libc::SYS_perf_event_open,
    libc::SYS_userfaultfd, libc::SYS_io_uring_setup, libc::SYS_io_uring_enter, libc::SYS_io_uring_register,
    libc::SYS_personality, libc::SYS_syslog, libc::SYS_acct, libc::SYS_quotactl, libc::SYS_quotactl_fd,
    libc::SYS_reboot, libc::SYS_kexec_load, libc::SYS_init_module, libc::SYS_finit_module,
    libc::SYS_delete_module, libc::SYS_swapon, libc::SYS_swapoff, libc::SYS_settimeofday,
    libc::SYS_clock_settime, libc::SYS_adjtimex, libc::SYS_clock_adjtime, libc::SYS_sethostname,
    libc::SYS_setdomainname, libc::SYS_vhangup, libc::SYS_lookup_dcookie, libc::SYS_nfsservctl,
    // Mounts, roots and namespaces.
    libc::SYS_mount, libc::SYS_umount2, libc::SYS_pivot_root, libc::SYS_chroot, libc::SYS_unshare, libc::SYS_setns,
    libc::SYS_open_tree, libc::SYS_move_mount, libc::SYS_fsopen, libc::SYS_fsconfig, libc::SYS_fsmount,
    libc::SYS_fspick, libc::SYS_mount_setattr, OPEN_TREE_ATTR, libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
];

/// Answered with `ENOSYS`, so that libraries take another way: the older `clone`, whose flags a filter can see, and plain
/// writes, which the limit of a file's size counts (`fallocate` takes room beyond it at one stroke).
const ABSENT: &[c_long] = &[libc::SYS_clone3, libc::SYS_fallocate];

/// The older names of the same, which newer architectures no longer have.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const REFUSED_OLD: &[c_long] = &[
    libc::SYS_fork, libc::SYS_vfork, libc::SYS_chmod, libc::SYS_chown, libc::SYS_lchown, libc::SYS_utime,
    libc::SYS_utimes, libc::SYS_futimesat, libc::SYS_inotify_init, libc::SYS_uselib, libc::SYS_ustat,
    libc::SYS_sysfs, libc::SYS__sysctl, libc::SYS_iopl, libc::SYS_ioperm, libc::SYS_modify_ldt,
    libc::SYS_kexec_file_load,
];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_OLD: &[c_long] = &[];

// Numbers that `libc` has no names for. From 424 on they are the same everywhere.
const FCHMODAT2: c_long = 452;
const SETXATTRAT: c_long = 463;
const REMOVEXATTRAT: c_long = 466;
const OPEN_TREE_ATTR: c_long = 467;
const FILE_SETATTR: c_long = 469;

const F_SETSIG: u64 = 10;
const F_SETOWN_EX: u64 = 15;
const FIOSETOWN: u64 = 0x8901;
const SIOCSPGRP: u64 = 0x8902;

/// Installs the filters.
pub fn refuse() -> Result<(), String> {
    for program in programs()? {
        apply_filter_all_threads(&program).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn programs() -> Result<[BpfProgram; 3], String> {
    let permission = SeccompAction::Errno(errno(libc::EPERM));
    let absent = SeccompAction::Errno(errno(libc::ENOSYS));
    let by_number = ABSENT.iter().map(|call| (*call, vec![])).collect();
    Ok([numbers(), compile(by_number, absent)?, compile(rules()?, permission)?])
}

fn compile(rules: Rules, matched: SeccompAction) -> Result<BpfProgram, String> {
    let here = std::env::consts::ARCH.try_into().map_err(|_| "no filter for this processor".to_owned())?;
    SeccompFilter::new(rules, SeccompAction::Allow, matched, here)
        .and_then(TryInto::try_into)
        .map_err(|error| error.to_string())
}

fn rules() -> Result<Rules, String> {
    let mut rules: Rules = REFUSED.iter().chain(REFUSED_OLD).map(|call| (*call, vec![])).collect();
    rules.extend(conditional().map_err(|error| error.to_string())?);
    Ok(rules)
}

/// Refused with some arguments only.
fn conditional() -> Result<Rules, seccompiler::Error> {
    use SeccompCmpOp::{MaskedEq, Ne};
    let own = u64::from(std::process::id());
    let thread = libc::CLONE_THREAD as u64;
    // Set in SOCK_DGRAM and SOCK_RAW, not in SOCK_STREAM and SOCK_SEQPACKET.
    let datagram = libc::SOCK_DGRAM as u64;
    let unix = libc::AF_UNIX as u64;
    let (kind_of_memory, shared_memory) =
        ((libc::MAP_TYPE | libc::MAP_ANONYMOUS) as u64, (libc::MAP_SHARED | libc::MAP_ANONYMOUS) as u64);
    Ok(Rules::from([
        (libc::SYS_clone, vec![all([is(0, MaskedEq(thread), 0)?])?]),
        // Datagram sockets could be led to any named socket afterwards.
        (libc::SYS_socketpair, vec![all([is(0, Ne, unix)?])?, all([is(1, MaskedEq(datagram), datagram)?])?]),
        (libc::SYS_mmap, vec![all([is(3, MaskedEq(kind_of_memory), shared_memory)?])?]),
        (
            libc::SYS_prctl,
            any_of(
                0,
                &[libc::PR_SET_PDEATHSIG, libc::PR_SET_DUMPABLE, libc::PR_SET_PTRACER]
                    .map(|option| option as u64),
            )?,
        ),
        (libc::SYS_kill, vec![all([is(0, Ne, own)?])?]),
        (libc::SYS_tgkill, vec![all([is(0, Ne, own)?])?]),
        (libc::SYS_rt_sigqueueinfo, vec![all([is(0, Ne, own)?])?]),
        (libc::SYS_rt_tgsigqueueinfo, vec![all([is(0, Ne, own)?])?]),
        (libc::SYS_prlimit64, vec![all([is(0, Ne, own)?, is(0, Ne, 0)?])?]),
        (libc::SYS_sched_setaffinity, vec![all([is(0, Ne, own)?, is(0, Ne, 0)?])?]),
        // Terminals, and descriptors that send signals to whom one likes.
        (libc::SYS_ioctl, any_of(1, &[libc::TIOCSTI, libc::TIOCLINUX, FIOSETOWN, SIOCSPGRP])?),
        (libc::SYS_fcntl, any_of(1, &[libc::F_SETOWN as u64, F_SETSIG, F_SETOWN_EX])?),
        // By descriptor it is harmless.
        (libc::SYS_utimensat, vec![all([is_address(1, Ne, 0)?])?]),
    ]))
}

fn any_of(argument: u8, values: &[u64]) -> Result<Vec<SeccompRule>, seccompiler::Error> {
    values.iter().map(|value| all([is(argument, SeccompCmpOp::Eq, *value)?])).collect()
}

fn all<const N: usize>(conditions: [SeccompCondition; N]) -> Result<SeccompRule, seccompiler::Error> {
    Ok(SeccompRule::new(conditions.into())?)
}

fn is(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompCondition, seccompiler::Error> {
    Ok(SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)?)
}

fn is_address(
    argument: u8,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, seccompiler::Error> {
    Ok(SeccompCondition::new(argument, SeccompCmpArgLen::Qword, operator, value)?)
}

/// Calls by number alone: those of the x32 ABI end the process, those nobody reviewed are not there.
fn numbers() -> BpfProgram {
    const LOAD_NUMBER: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    const JUMP_AT_LEAST: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
    const JUMP_ABOVE: u16 = (libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K) as u16;
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
    let step = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    vec![
        step(LOAD_NUMBER, 0, 0, 0),
        step(JUMP_AT_LEAST, 0, 1, FOREIGN),
        step(RETURN, 0, 0, libc::SECCOMP_RET_KILL_PROCESS),
        step(JUMP_ABOVE, 0, 1, LAST_REVIEWED),
        step(RETURN, 0, 0, libc::SECCOMP_RET_ERRNO | errno(libc::ENOSYS)),
        step(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

fn errno(number: i32) -> u32 {
    number.unsigned_abs()
}
