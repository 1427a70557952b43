//! Real, signed packages of the sizes that the goals name, around the real library of the `clock` example.

use std::fs;
use std::ops::ControlFlow::Continue;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use spk::{EntryRecord, PackInput, SigningKey, TrustNone};
use tempfile::TempDir;

use crate::Places;

/// Where every package here has its library.
pub const LIBRARY: &str = "lib/x86_64-unknown-linux-gnu/libclock.so";

/// One kind of package.
pub struct Made {
    /// For the table.
    pub name: &'static str,
    /// The goal for install → running over its floor.
    pub goal: f64,
    /// Where it lies.
    pub path: PathBuf,
    /// Where its library lies, so that a floor can inflate it without checking anything.
    pub packed: EntryRecord,
    library: Vec<u8>,
    web: Vec<u8>,
}

/// All of them.
pub struct All {
    /// 1 MiB.
    pub small: Made,
    /// 50 MiB, of which 45 are library.
    pub library: Made,
    /// 50 MiB, mostly web files.
    pub web: Made,
    key: SigningKey,
    folder: TempDir,
}

/// Makes them once.
pub fn make(places: &Places) -> Result<All> {
    let folder = tempfile::tempdir_in(&places.results)?;
    let key = SigningKey::generate()?;
    let clock = places.binaries.join("libclock.so");
    let clock = fs::read(&clock).with_context(|| format!("`{}` is not built", clock.display()))?;
    let kind = |name, goal, library: usize, web: usize| -> Result<Made> {
        let mut bytes = clock.clone();
        // What follows the sections of a library is never mapped, so it stays a library.
        bytes.extend(noise(library.saturating_sub(clock.len())));
        let (library, web) = (bytes, noise(web));
        let path = pack(folder.path(), &key, (&library, &web), "1.0.0")?;
        let (path, packed) = named(&path, name)?;
        Ok(Made { name, goal, path, packed, library, web })
    };
    let small = kind("1 MiB", 1.5, 700 << 10, 300 << 10)?;
    let library = kind("50 MiB, library", 1.3, 45 << 20, 5 << 20)?;
    let web = kind("50 MiB, web files", 1.3, 1 << 20, 49 << 20)?;
    Ok(All { small, library, web, key, folder })
}

impl All {
    /// The small one again as a later version, in a folder of its own.
    pub fn later(&self, version: u32) -> Result<PathBuf> {
        let small = &self.small;
        pack(self.folder.path(), &self.key, (&small.library, &small.web), &format!("1.{version}.0"))
    }

    /// A package of another library of this build, without web files.
    pub fn of_library(&self, library: &Path, manifest: &Value) -> Result<PathBuf> {
        let library = fs::read(library).with_context(|| format!("`{}` is not built", library.display()))?;
        pack_as(self.folder.path(), &self.key, (&library, &[]), (manifest, Some(1)))
    }
}

/// Gives the package a name of its own, and finds its library.
fn named(path: &Path, name: &str) -> Result<(PathBuf, EntryRecord)> {
    let to = path.with_file_name(format!("{}.spk", name.replace([' ', ','], "-")));
    fs::rename(path, &to)?;
    let library = library_of(&to)?;
    Ok((to, library))
}

/// Where a package has its library.
pub fn library_of(path: &Path) -> Result<EntryRecord> {
    let host = center::install::host_facts(jiff::Timestamp::now().as_millisecond())?;
    let package = spk::open(fs::File::open(path)?)?.verify(&TrustNone, &host, &mut |_| Continue(()))?;
    let entries = package.index(&mut |_| Continue(()))?;
    entries.get(LIBRARY).cloned().context("the package has no library")
}

fn pack(folder: &Path, key: &SigningKey, (library, web): (&[u8], &[u8]), version: &str) -> Result<PathBuf> {
    let manifest = json!({
        "id": "com.example.clock", "name": "Clock", "version": version, "publisher": "Example Ltd",
        "library": { "x86_64-unknown-linux-gnu": LIBRARY },
        "commands": [{ "id": "now", "permission": "use" }]
    });
    let release =
        version.split('.').nth(1).and_then(|minor| minor.parse::<u64>().ok()).map(|minor| minor + 1);
    pack_as(folder, key, (library, web), (&manifest, release))
}

fn pack_as(
    folder: &Path,
    key: &SigningKey,
    (library, web): (&[u8], &[u8]),
    (manifest, release): (&Value, Option<u64>),
) -> Result<PathBuf> {
    let root = tempfile::tempdir_in(folder)?;
    fs::create_dir_all(root.path().join("lib/x86_64-unknown-linux-gnu"))?;
    fs::create_dir_all(root.path().join("web"))?;
    fs::write(root.path().join(LIBRARY), library)?;
    for (index, file) in web.chunks(512 << 10).enumerate() {
        fs::write(root.path().join(format!("web/{index}.bin")), file)?;
    }
    fs::write(root.path().join("plugin.json"), manifest.to_string())?;
    let host = center::install::host_facts(jiff::Timestamp::now().as_millisecond())?;
    let (created, expires) = (None, None);
    let input = PackInput {
        folder: root.path(),
        output: folder,
        release,
        created,
        expires,
        key: Some(key),
        recipients: &[],
        host: &host,
    };
    Ok(spk::pack(&input)?.path)
}

/// Bytes that shrink by about a tenth, as packed media and code do; the same each time.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().update(b"noise").finalize_xof().fill(&mut bytes);
    bytes.iter_mut().step_by(10).for_each(|byte| *byte = 0);
    bytes
}
