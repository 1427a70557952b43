//! What the kernel refuses to a plugin, by the exact number of its error.

use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt;

use plugin_rpc::{Act, Granted, raw};
use serde_json::json;

use crate::harness::{Center, Setup};

fn rogue() -> Center {
    Center::running(&Setup::of("rogue"), &json!({}))
}

#[test]
fn every_measure_is_enforced_on_this_kernel() {
    let (_center, sandbox) = Center::greeted(&Setup::of("clock"));
    let names: Vec<&str> = sandbox.iter().map(|measure| measure.name.as_str()).collect();
    let expected = [
        "capabilities",
        "no_new_privileges",
        "memory",
        "limits",
        "files",
        "network",
        "signals",
        "system_calls",
    ];
    assert_eq!(names, expected);
    for measure in sandbox {
        assert!(measure.enforced, "{}: {:?}", measure.name, measure.note);
    }
}

#[test]
fn files_outside_are_out_of_reach() {
    let mut center = rogue();
    let other = tempfile::tempdir().unwrap();
    let secret = other.path().join("secret");
    std::fs::write(&secret, "of another plugin").unwrap();
    let (folder, secret_path) = (other.path().to_str().unwrap(), secret.to_str().unwrap());
    let beside = other.path().join("new");
    for (deed, path, errno) in [
        ("read", "/etc/passwd", libc::EACCES),
        ("read", "/proc/self/environ", libc::EACCES),
        ("read", secret_path, libc::EACCES),
        ("write", secret_path, libc::EACCES),
        ("write", beside.to_str().unwrap(), libc::EACCES),
        ("write", "/usr/lib/rogue", libc::EACCES),
        ("list", folder, libc::EACCES),
        ("list", "/", libc::EACCES),
        ("delete", secret_path, libc::EACCES),
        ("rename-out", beside.to_str().unwrap(), libc::EACCES),
        ("link", secret_path, libc::EXDEV),
        ("chmod", secret_path, libc::EPERM),
        ("watch", "", libc::EPERM),
    ] {
        assert_eq!(center.attempt(deed, path), json!(errno), "{deed} {path}");
    }
    assert_eq!(std::fs::read_to_string(secret).unwrap(), "of another plugin");
    assert!(!beside.exists());
}

#[test]
fn the_private_folder_and_granted_paths_are_within_reach() {
    let (read, write) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(read.path().join("file"), "x").unwrap();
    let mut setup = Setup::of("rogue");
    setup.granted = vec![
        Granted { path: read.path().to_owned(), write: false },
        Granted { path: write.path().to_owned(), write: true },
    ];
    let mut center = Center::running(&setup, &json!({}));
    let at = |folder: &tempfile::TempDir| folder.path().join("file").to_str().unwrap().to_owned();
    assert_eq!(center.attempt("read", &at(&read)), json!("succeeded"));
    assert_eq!(center.attempt("write", &at(&read)), json!(libc::EACCES));
    assert_eq!(center.attempt("write", &at(&write)), json!("succeeded"));
    assert_eq!(
        center.attempt("write", "relative"),
        json!("succeeded"),
        "the private folder is the current one"
    );
    assert!(center.private.path().join("relative").exists());
}

#[test]
fn no_socket_leads_out() {
    let mut center = rogue();
    let folder = tempfile::tempdir().unwrap();
    let bus = folder.path().join("bus");
    let _listener = UnixListener::bind(&bus).unwrap();
    for deed in ["tcp", "listen", "udp", "unix", "abstract", "datagrams", "inet", "netlink", "unix-socket"] {
        assert_eq!(center.attempt(deed, bus.to_str().unwrap()), json!(libc::EPERM), "{deed}");
    }
    assert_eq!(center.attempt("socketpair", ""), json!("succeeded"));
}

#[test]
fn no_process_is_made_or_touched() {
    let mut center = rogue();
    for (deed, errno) in [
        ("fork", libc::EPERM),
        ("vfork", libc::EPERM),
        ("clone3", libc::ENOSYS),
        ("spawn", libc::EPERM),
        ("exec", libc::EPERM),
        ("ptrace", libc::EPERM),
        ("traceme", libc::EPERM),
        ("kill-parent", libc::EPERM),
        ("kill-group", libc::EPERM),
        ("read-parent", libc::EPERM),
        ("aim-signal", libc::EPERM),
        ("pin-parent", libc::EPERM),
        ("pdeathsig", libc::EPERM),
        ("dumpable", libc::EPERM),
    ] {
        assert_eq!(center.attempt(deed, ""), json!(errno), "{deed}");
    }
    assert_eq!(center.attempt("thread", ""), json!("succeeded"), "threads stay possible");
}

#[test]
fn the_kernels_own_doors_are_shut() {
    let mut center = rogue();
    for (deed, errno) in [
        ("keyctl", libc::EPERM),
        ("io-uring", libc::EPERM),
        ("mount", libc::EPERM),
        ("unshare", libc::EPERM),
        ("memfd-exec", libc::EPERM),
        ("memfd", libc::EPERM),
        ("memfd-sealed", libc::EPERM),
        ("share-anonymous", libc::EPERM),
        ("bpf", libc::EPERM),
        ("userfaultfd", libc::EPERM),
        ("share-memory", libc::EPERM),
        ("raise-limit", libc::EPERM),
        ("unknown-call", libc::ENOSYS),
    ] {
        assert_eq!(center.attempt(deed, ""), json!(errno), "{deed}");
    }
}

#[test]
fn a_foreign_abi_ends_the_process() {
    let mut center = rogue();
    center.begin("do", &json!({ "deed": "x32" }));
    assert_eq!(center.wait_for_end().signal(), Some(libc::SIGSYS));
}

#[test]
fn constructors_are_confined_already() {
    let folder = tempfile::tempdir().unwrap();
    let canary = folder.path().join("canary");
    let mut setup = Setup::of("rogue");
    setup.env.push(("ROGUE_CANARY", canary.to_str().unwrap().to_owned()));
    let mut center = Center::loaded(&setup);
    center.act(Act::Start { config: raw(&json!({})) }).unwrap();
    assert!(!canary.exists(), "the sandbox stands before the library is loaded");
}

#[test]
fn a_file_can_not_outgrow_the_storage_limit() {
    let mut center = rogue();
    assert_eq!(center.attempt("fill", "big"), json!(libc::EFBIG));
    assert_eq!(std::fs::metadata(center.private.path().join("big")).unwrap().len(), 1 << 20);
}

#[test]
fn every_thread_is_confined() {
    let center = rogue();
    let tasks = std::fs::read_dir(format!("/proc/{}/task", center.child.id())).unwrap();
    let states: Vec<String> =
        tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("status")).unwrap()).collect();
    assert_eq!(states.len(), 5, "the main thread, one for probes, one more for calls than run at once");
    for state in states {
        for line in
            ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000"]
        {
            assert!(state.contains(line), "{line} is not in\n{state}");
        }
    }
}

#[test]
fn limits_are_lowered_for_good() {
    let center = rogue();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", center.child.id())).unwrap();
    for (name, amount) in [
        ("Max data size", 320 << 20),
        ("Max open files", 256),
        ("Max core file size", 0),
        ("Max file size", 1 << 20),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let amounts: Vec<&str> = line[name.len()..].split_whitespace().take(2).collect();
        assert_eq!(amounts, [amount.to_string(), amount.to_string()], "{name}");
    }
}
