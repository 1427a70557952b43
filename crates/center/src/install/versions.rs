//! Earlier versions of an installed plugin: which are kept, and going back to one on purpose.

use rusqlite::Connection;
use spk::{Digest, PluginId};

use super::{Installer, Progress, Source};
use crate::actor::Actor;
use crate::error::{Code, Error, Result};
use crate::packages;
use crate::snapshot::stored;
use crate::supervisor::Context;
use crate::switch;
use crate::views::{PlanView, VersionView};

/// The installed version and those before it whose packages are kept, the latest accepted first.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `database`.
pub fn list(context: &Context, actor: &Actor, plugin: &PluginId) -> Result<Vec<VersionView>> {
    actor.must_manage()?;
    let snapshot = context.store.snapshot();
    let installed = switch::installed(&snapshot, plugin)?.digest;
    let kept = packages::kept(&context.store, context.clock.now())?;
    let versions = context.store.read(|db| versions(db, plugin))?.into_iter();
    let is_kept =
        |digest| kept.iter().any(|(kept, _)| *kept == digest) && context.home.package(&digest).is_file();
    let versions = versions.filter(|version| is_kept(version.digest));
    let view = |version: Version| VersionView {
        installed: version.digest == installed,
        digest: version.digest.to_string(),
        version: version.version,
        release: version.release,
        accepted_at: version.accepted_at,
    };
    Ok(versions.map(view).collect())
}

struct Version {
    digest: Digest,
    version: String,
    release: u64,
    accepted_at: i64,
}

fn versions(db: &Connection, plugin: &PluginId) -> Result<Vec<Version>> {
    let mut query = db.prepare_cached(
        "SELECT digest, version, release, added_at FROM packages WHERE plugin = ?1 ORDER BY added_at DESC, release DESC",
    )?;
    let mut rows = query.query([plugin.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Version {
            digest: stored(&row.get::<_, String>(0)?)?,
            version: row.get(1)?,
            release: row.get(2)?,
            accepted_at: row.get(3)?,
        });
    }
    Ok(found)
}

impl Installer {
    /// Plans an earlier version of an installed plugin, from its stored package.
    ///
    /// # Errors
    /// `not_a_superadmin`; `not_found` if the version is not kept; `already_installed`; those of [`Installer::plan`].
    pub fn go_back(
        &self,
        actor: &Actor,
        (plugin, digest): (&PluginId, Digest),
        locale: &str,
    ) -> Result<PlanView> {
        let versions = list(&self.context, actor, plugin)?;
        let version = versions.into_iter().find(|version| version.digest == digest.to_string());
        let missing = || {
            Error::new(Code::NotFound, format!("no such version of `{plugin}` is kept"))
                .hint("Look at `sprocket versions list`.")
        };
        let version = version.ok_or_else(missing)?;
        let path = self.context.home.package(&digest);
        let name = format!("{plugin}.v{}.spk", version.version);
        let source = Source { path: &path, name, back_to: Some(digest) };
        self.plan_as(actor, source, locale, &Progress::silent())
    }
}
