//! Linux: capabilities, no_new_privs, limits, Landlock, seccomp, in this order.

use std::os::fd::OwnedFd;
use std::path::Path;

use caps::CapSet;
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, PathFd, RestrictionStatus,
    Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError, Scope,
};
use plugin_rpc::{Granted, Hello, Measure};
use rustix::fs::FileType;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{Sandbox, calls, measure};

/// The Landlock that these rules were written for; an older kernel keeps what it knows of it.
const LANDLOCK: ABI = ABI::V6;
/// What any native library needs to load and to run.
const READABLE: [&str; 6] =
    ["/usr/lib", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/usr/share/zoneinfo"];
const OPEN_FILES: u64 = 256;

/// Enforces everything that this kernel can.
pub struct Linux;

impl Sandbox for Linux {
    fn confine(hello: &Hello, granted: Vec<OwnedFd>) -> Vec<Measure> {
        let mut measures = vec![
            measure("capabilities", drop_capabilities()),
            measure(
                "no_new_privileges",
                rustix::thread::set_no_new_privs(true).map_err(|error| error.to_string()),
            ),
            measure("memory", limit(Resource::Data, hello.data_limit)),
            measure("limits", limit_rest(hello)),
        ];
        measures.extend(restrict(hello, &granted));
        measures.push(measure("system_calls", calls::refuse()));
        measures
    }
}

fn drop_capabilities() -> Result<(), String> {
    let bounded = caps::clear(None, CapSet::Bounding);
    for set in [CapSet::Ambient, CapSet::Inheritable, CapSet::Effective, CapSet::Permitted] {
        caps::clear(None, set).map_err(|error| error.to_string())?;
    }
    let left = caps::read(None, CapSet::Permitted).map_err(|error| error.to_string())?;
    // The bounding set matters only for gaining capabilities by exec, which seccomp and no_new_privs refuse too;
    // an ordinary account can't lower it.
    if left.is_empty() && (bounded.is_ok() || !rustix::process::geteuid().is_root()) {
        return Ok(());
    }
    Err("not all capabilities could be dropped".to_owned())
}

fn limit_rest(hello: &Hello) -> Result<(), String> {
    // SAFETY: no handler runs; a write beyond the limit shall fail instead of ending the process.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    limit(Resource::Nofile, OPEN_FILES)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, hello.storage_limit)
}

/// Lowers a limit for good, never above what this process inherited.
fn limit(resource: Resource, amount: u64) -> Result<(), String> {
    let amount = getrlimit(resource).maximum.map_or(amount, |inherited| inherited.min(amount));
    let limit = Rlimit { current: Some(amount), maximum: Some(amount) };
    setrlimit(resource, limit).map_err(|error| error.to_string())
}

/// Files, network and signals, by Landlock. Each is there since another version of it.
fn restrict(hello: &Hello, granted: &[OwnedFd]) -> [Measure; 3] {
    let version = landlock(hello, granted);
    let since = |needed: ABI| match &version {
        Ok(version) if *version >= needed => Ok(()),
        Ok(version) => Err(format!("the kernel has Landlock {version}, this needs {needed}")),
        Err(reason) => Err(reason.clone()),
    };
    [measure("files", since(ABI::V3)), measure("network", since(ABI::V4)), measure("signals", since(ABI::V6))]
}

/// Returns the version of Landlock that is in force.
fn landlock(hello: &Hello, granted: &[OwnedFd]) -> Result<ABI, String> {
    match enforce(hello, granted) {
        Ok(RestrictionStatus { landlock: LandlockStatus::Available { effective_abi, .. }, .. }) => {
            Ok(effective_abi)
        }
        Ok(_) => Err("the kernel has no Landlock".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn enforce(hello: &Hello, granted: &[OwnedFd]) -> Result<RestrictionStatus, RulesetError> {
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?;
    for path in READABLE {
        rules = allow(rules, path.as_ref(), reading())?;
    }
    rules = allow(rules, "/dev/null".as_ref(), AccessFs::ReadFile | AccessFs::WriteFile)?;
    rules = allow(rules, &hello.private_dir, writing())?;
    for (Granted { write, .. }, descriptor) in hello.granted.iter().zip(granted) {
        let access = if *write { writing() } else { reading() };
        let access = if is_folder(descriptor) { access } else { access & AccessFs::from_file(LANDLOCK) };
        rules = rules.add_rule(PathBeneath::new(descriptor, access))?;
    }
    rules.restrict_self()
}

/// A path that is not there needs no rule: what comes to be there later stays refused.
fn allow(
    rules: RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    let Ok(opened) = PathFd::new(path) else { return Ok(rules) };
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(LANDLOCK) };
    rules.add_rule(PathBeneath::new(opened, access))
}

fn is_folder(descriptor: &OwnedFd) -> bool {
    rustix::fs::fstat(descriptor)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Directory)
}

fn reading() -> BitFlags<AccessFs> {
    AccessFs::ReadFile | AccessFs::ReadDir
}

/// Everything that concerns plain files, folders and links; no devices, sockets, pipes, and nothing to execute.
fn writing() -> BitFlags<AccessFs> {
    reading()
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::MakeSym
        | AccessFs::Refer
}
