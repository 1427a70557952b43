//! The sandbox through the whole product: a running plugin tries what is forbidden, and the kernel refuses it.

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixListener;
use std::path::Path;

use rustix::io::Errno;
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::Package;
use crate::world::{World, is_alive};

fn attempt(world: &World, plugin: &PluginId, deed: &str, path: &Path, port: u16) -> Value {
    let args = json!({ "deed": deed, "path": path, "port": port });
    world.call(&world.root, plugin, "do", args).unwrap_or_else(|e| panic!("{deed}: {e:?}"))
}

/// The kernel refuses it, with one of these errors.
#[track_caller]
fn refused(world: &World, plugin: &PluginId, deed: &str, path: &Path, port: u16) {
    let outcome = attempt(world, plugin, deed, path, port);
    let denied =
        [Errno::PERM, Errno::ACCESS, Errno::NOSYS].map(|errno| json!({ "errno": errno.raw_os_error() }));
    assert!(denied.contains(&outcome), "{deed} {}: {outcome}", path.display());
}

fn rogue(world: &World) -> PluginId {
    world.install_running(&Package::rogue("com.example.rogue"))
}

#[test]
fn a_plugin_reads_and_writes_nothing_outside_its_own_folder() {
    let world = World::new();
    let (rogue, other) = (rogue(&world), world.install_running(&Package::rogue("com.example.other")));
    let stored = json!({ "key": "mine", "value": 1 });
    world.call(&world.root, &other, "remember", stored).unwrap();
    let home = world.home();
    let secret = home.private_folder(&other).join("secret");
    fs::write(&secret, "the other's").unwrap();
    for path in [Path::new("/etc/passwd"), &secret, &home.database(), &home.store(&other)] {
        refused(&world, &rogue, "read", path, 0);
        refused(&world, &rogue, "write", path, 0);
        // The kernel calls a link into another part of the tree one into another device.
        let link = attempt(&world, &rogue, "link", path, 0);
        let codes =
            [Errno::XDEV, Errno::ACCESS, Errno::PERM].map(|errno| json!({ "errno": errno.raw_os_error() }));
        assert!(codes.contains(&link), "link {}: {link}", path.display());
    }
    for folder in [home.root(), &home.keys(), &home.stores(), Path::new("/"), Path::new("/tmp")] {
        refused(&world, &rogue, "list", folder, 0);
    }
    let outside = world.folder().join("outside");
    refused(&world, &rogue, "write", &outside, 0);
    refused(&world, &rogue, "rename-out", &outside, 0);
    refused(&world, &rogue, "delete", &secret, 0);
    refused(&world, &rogue, "chmod", &secret, 0);
    assert!(!outside.exists() && !home.private_folder(&rogue).join("stolen").exists());
    assert_eq!(fs::read_to_string(&secret).unwrap(), "the other's");

    let own = home.private_folder(&rogue).join("own");
    assert_eq!(attempt(&world, &rogue, "write", &own, 0), "succeeded", "its own folder is its own");
    assert_eq!(attempt(&world, &rogue, "read", &own, 0), "succeeded");
}

#[test]
fn a_plugin_reaches_no_network_and_no_socket() {
    let world = World::new();
    let rogue = rogue(&world);
    let (tcp, udp) = (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    let bus = world.folder().join("bus");
    let _bus = UnixListener::bind(&bus).unwrap();
    let nowhere = Path::new("");
    refused(&world, &rogue, "tcp", nowhere, tcp.local_addr().unwrap().port());
    refused(&world, &rogue, "udp", nowhere, udp.local_addr().unwrap().port());
    refused(&world, &rogue, "listen", nowhere, 0);
    refused(&world, &rogue, "unix", &bus, 0);
    refused(&world, &rogue, "unix", &world.home().control_socket(), 0);
    for deed in ["abstract", "datagrams"] {
        refused(&world, &rogue, deed, nowhere, 0);
    }
    tcp.set_nonblocking(true).unwrap();
    assert!(tcp.accept().is_err(), "nobody came");
}

#[test]
fn a_plugin_makes_no_process_and_touches_none() {
    let world = World::new();
    let rogue = rogue(&world);
    let deeds = [
        "spawn",
        "fork",
        "vfork",
        "clone3",
        "exec",
        "ptrace",
        "kill-parent",
        "kill-group",
        "read-parent",
        "pdeathsig",
        "dumpable",
    ];
    for deed in deeds {
        refused(&world, &rogue, deed, Path::new(""), 0);
    }
    assert!(is_alive(world.pid()) && world.answers(&rogue));
    assert_eq!(
        attempt(&world, &rogue, "thread", Path::new(""), 0),
        "succeeded",
        "threads are its own affair"
    );
}

#[test]
fn a_plugin_finds_no_way_around_its_sandbox() {
    let world = World::new();
    let rogue = rogue(&world);
    let deeds = [
        "keyctl",
        "io-uring",
        "mount",
        "unshare",
        "memfd-exec",
        "memfd",
        "memfd-sealed",
        "share-anonymous",
        "bpf",
        "userfaultfd",
        "watch",
        "share-memory",
        "raise-limit",
        "unknown-call",
        "reserve",
    ];
    for deed in deeds {
        refused(&world, &rogue, deed, Path::new(""), 0);
    }
}

#[test]
fn what_the_sandbox_holds_is_shown_measure_by_measure() {
    let world = World::new();
    let rogue = rogue(&world);
    let sandbox = world.show(&rogue).sandbox;
    for name in ["files", "network", "signals", "system_calls", "memory", "no_new_privileges"] {
        let measure = sandbox.iter().find(|measure| measure.name == name);
        let measure = measure.unwrap_or_else(|| panic!("`{name}` is not among {sandbox:?}"));
        assert!(measure.enforced || measure.note.is_some(), "what is not enforced says why: {measure:?}");
    }
    let enforced = |name: &str| sandbox.iter().any(|measure| measure.name == name && measure.enforced);
    assert!(enforced("system_calls") && enforced("files"), "this computer can: {sandbox:?}");
}
