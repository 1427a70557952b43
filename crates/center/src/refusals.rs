//! Which refused requests are put on record: what a signed-in person may not do at all, and what a rule forbade to change.
//! Knows names of requests and of what they are about, never their values.

use spk::PluginId;

use crate::accounts::departments;
use crate::actor::{AccountId, Actor, DepartmentId};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::request::Request;
use crate::snapshot::Snapshot;
use crate::store::Store;
use crate::suggest;
use crate::trust;

/// The same refusal of the same person, or of nobody for the same account, within this time is one row with a count, in milliseconds.
pub(crate) const TOGETHER: UnixMs = 60 * 1_000;

/// A request as a row of the audit trail would name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    request: &'static str,
    target: Target,
    changes: bool,
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    None,
    Account(AccountId),
    Department(DepartmentId),
    Key(spk::PublicKey),
    Plugin(PluginId),
    /// A file's name, a login that is to be.
    Named(String),
}

impl Attempt {
    /// Names a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let target = target(request);
        Self { request: request.into(), target, changes: changes(request) }
    }

    /// Adds the ids of installed plugins that were probably meant; only for superadmins, who may see all of them.
    #[must_use]
    pub fn suggest(&self, snapshot: &Snapshot, actor: &Actor, cause: Error) -> Error {
        match &self.target {
            Target::Plugin(plugin)
                if cause.code == Code::NotFound
                    && actor.must_manage().is_ok()
                    && !snapshot.plugins.contains_key(plugin) =>
            {
                suggest::among(cause, plugin.as_ref(), snapshot.plugins.keys().map(AsRef::as_ref))
            }
            _ => cause,
        }
    }

    /// Puts a refusal on record, if it is one and somebody is behind it.
    ///
    /// # Errors
    /// `database`.
    pub fn refused(&self, store: &Store, actor: &Actor, cause: &Error) -> Result<()> {
        let is_failure = matches!(
            cause.code,
            Code::Internal
                | Code::Database
                | Code::HomeUnavailable
                | Code::CenterNotRunning
                | Code::Cancelled
        );
        let counts = self.changes || cause.code == Code::NotASuperadmin;
        if is_failure || !counts || !matches!(actor, Actor::Person(_)) {
            return Ok(());
        }
        let (target, name) = self.target.words(store)?;
        let details = serde_json::json!({ "request": self.request, "code": cause.code.as_str() });
        let entry = Entry::new(actor, "refused", target).details(details);
        store.record(&name.into_iter().fold(entry, Entry::named), TOGETHER)
    }
}

impl Target {
    /// As a row names it, and what people call it.
    fn words(&self, store: &Store) -> Result<(String, Option<String>)> {
        let snapshot = store.snapshot();
        Ok(match self {
            Self::None => (String::new(), None),
            Self::Plugin(plugin) => (plugin.to_string(), None),
            Self::Named(name) => (name.clone(), None),
            Self::Account(id) => {
                (id.0.to_string(), snapshot.accounts.get(id).map(|facts| facts.login.clone()))
            }
            Self::Department(id) => {
                let path = departments::path(&snapshot, *id).join("/");
                (id.0.to_string(), Some(path).filter(|path| !path.is_empty()))
            }
            Self::Key(key) => (key.to_string(), trust::label(store, key)?),
        })
    }
}

fn target(request: &Request) -> Target {
    use Request::{
        AccountCreate, AccountDelete, AccountDepartments, AccountEnable, AccountImport, AccountImportPlan,
        AccountPlugins, AccountRename, AccountReset, AccountRole, CapabilitiesApprove, ConfigCheck,
        ConfigGet, ConfigHistory, ConfigSet, ConfigTest, DepartmentCreate, DepartmentDelete, DepartmentMove,
        DepartmentRename, GrantAdd, GrantList, GrantPreview, GrantRemove, KeptPurge, LicenseImport,
        LicenseRemove, LogFollow, LogTail, PackagePlan, PackagePutBack, PluginCall, PluginShow, PluginSwitch,
        PluginSwitchTogether, PluginUninstall, PublisherLook, PublisherTrust, PublisherWithdraw, SessionEnd,
        SessionList, UninstallPreview, VersionList, VersionPlan, Why,
    };
    match request {
        SessionList { account: Some(account) } | SessionEnd { account: Some(account), .. } => {
            Target::Account(*account)
        }
        AccountDelete { account, .. }
        | AccountEnable { account, .. }
        | AccountRole { account, .. }
        | AccountRename { account, .. }
        | AccountReset { account }
        | AccountPlugins { account, .. }
        | AccountDepartments { account, .. } => Target::Account(*account),
        DepartmentRename { department, .. }
        | DepartmentMove { department, .. }
        | DepartmentDelete { department } => Target::Department(*department),
        PublisherLook { key } | PublisherTrust { key, .. } | PublisherWithdraw { key, .. } => {
            Target::Key(*key)
        }
        PluginShow { plugin, .. }
        | PluginSwitch { plugin, .. }
        | PluginSwitchTogether { plugin, .. }
        | PluginUninstall { plugin, .. }
        | CapabilitiesApprove { plugin }
        | PackagePutBack { plugin, .. }
        | UninstallPreview { plugin, .. }
        | VersionList { plugin }
        | VersionPlan { plugin, .. }
        | KeptPurge { plugin }
        | ConfigGet { plugin, .. }
        | ConfigCheck { plugin, .. }
        | ConfigHistory { plugin, .. }
        | ConfigTest { plugin, .. }
        | ConfigSet { plugin, .. }
        | GrantList { plugin, .. }
        | GrantAdd { plugin, .. }
        | GrantRemove { plugin, .. }
        | GrantPreview { plugin, .. }
        | Why { plugin, .. }
        | LogTail { plugin, .. }
        | LogFollow { plugin }
        | PluginCall { plugin, .. } => Target::Plugin(plugin.clone()),
        PackagePlan { path, .. }
        | LicenseImport { path, .. }
        | AccountImport { path, .. }
        | AccountImportPlan { path, .. } => {
            Target::Named(path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        }
        AccountCreate { login, .. } => Target::Named(login.clone()),
        LicenseRemove { license } => Target::Named(license.clone()),
        DepartmentCreate { name, .. } => Target::Named(name.clone()),
        _ => Target::None,
    }
}

/// Whether a request would change something: then a rule's no is worth a row.
fn changes(request: &Request) -> bool {
    use Request::{
        AccountImportPlan, AccountList, AccountPlugins, AccountRecover, AttentionList, AuditList,
        AuditVerify, ConfigCheck, ConfigGet, ConfigHistory, ConfigTest, DepartmentList, Doctor, Events,
        FolderList, FolderRescan, GrantList, GrantPreview, Init, KeptList, LicenseCode, LicenseList,
        LogFollow, LogTail, Me, PackageArrange, PeoplePreview, PlanDiscard, PluginCall, PluginList,
        PluginMine, PluginShow, PublisherList, PublisherLook, RecipientShow, SecretsKey, SessionList, SignIn,
        SignOut, Status, UninstallPreview, VersionList, Why, WindowRaise,
    };
    !matches!(
        request,
        AccountImportPlan { .. }
            | AccountList
            | AccountPlugins { .. }
            | AccountRecover { .. }
            | AttentionList
            | AuditList { .. }
            | AuditVerify { .. }
            | ConfigCheck { .. }
            | ConfigGet { .. }
            | ConfigHistory { .. }
            | ConfigTest { .. }
            | DepartmentList
            | Doctor { .. }
            | Events
            | FolderList { .. }
            | FolderRescan
            | GrantList { .. }
            | GrantPreview { .. }
            | Init { .. }
            | KeptList { .. }
            | LicenseCode
            | LicenseList { .. }
            | LogFollow { .. }
            | LogTail { .. }
            | Me
            | PackageArrange { .. }
            | PeoplePreview { .. }
            | PlanDiscard { .. }
            | PluginCall { .. }
            | PluginList { .. }
            | PluginMine { .. }
            | PluginShow { .. }
            | PublisherList
            | PublisherLook { .. }
            | RecipientShow
            | SecretsKey
            | SessionList { .. }
            | SignIn { .. }
            | SignOut
            | Status
            | UninstallPreview { .. }
            | VersionList { .. }
            | WindowRaise { .. }
            | Why { .. }
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::actor::Role;
    use crate::audit::{Row, last};
    use crate::test_world::World;

    fn refused(world: &World, actor: &Actor, request: &Request, code: Code) {
        Attempt::of(request).refused(&world.store, actor, &Error::new(code, "no")).unwrap();
    }

    fn rows(world: &World) -> Vec<Row> {
        world.store.read(|db| last(db, 100)).unwrap()
    }

    fn disable(account: AccountId) -> Request {
        Request::AccountEnable { account, enabled: false, revision: None }
    }

    #[test]
    fn a_refusal_names_who_wanted_what_of_whom_and_why_not() {
        let world = World::new();
        let boss = world.person("boss", Role::Superadmin);
        refused(&world, &Actor::Person(boss.clone()), &disable(boss.account()), Code::LastSuperadmin);
        let row = rows(&world).remove(0);
        assert_eq!((row.actor.as_str(), row.account), ("person", Some(boss.account())));
        assert_eq!((row.action.as_str(), row.target), ("refused", boss.account().0.to_string()));
        assert_eq!(row.target_name.as_deref(), Some("boss"));
        assert_eq!(row.details, json!({ "request": "account_enable", "code": "last_superadmin" }));
        assert_eq!(row.times, 1);
    }

    #[test]
    fn the_same_refusal_within_a_minute_is_one_row_with_a_count() {
        let world = World::new();
        let [anna, ben] = ["anna", "ben"].map(|login| Actor::Person(world.person(login, Role::Account)));
        let other = disable(AccountId(2));
        for _ in 0..5 {
            refused(&world, &anna, &disable(AccountId(1)), Code::NotASuperadmin);
            refused(&world, &anna, &Request::AccountList, Code::NotASuperadmin);
        }
        refused(&world, &ben, &disable(AccountId(1)), Code::NotASuperadmin);
        refused(&world, &anna, &other, Code::NotASuperadmin);
        refused(&world, &anna, &disable(AccountId(1)), Code::NotFound);
        let times: Vec<_> = rows(&world).iter().map(|row| row.times).collect();
        assert_eq!(times, [5, 5, 1, 1, 1]);
        let later = "UPDATE audit SET at = at - 60000";
        world.store.note(crate::store::System("test"), |tx| Ok(tx.execute(later, [])?)).unwrap();
        refused(&world, &ben, &disable(AccountId(1)), Code::NotASuperadmin);
        assert_eq!(rows(&world).len(), 6, "a minute later it is another row");
    }

    #[test]
    fn the_trail_with_counts_and_names_holds_together() {
        let world = World::new();
        let anna = Actor::Person(world.person("anna", Role::Account));
        for _ in 0..3 {
            refused(&world, &anna, &disable(AccountId(1)), Code::NotASuperadmin);
        }
        let verdict = world.store.read(|db| crate::audit::verify(db, &[])).unwrap();
        assert_eq!((verdict.rows, verdict.broken), (1, None));
    }

    #[test]
    fn a_look_that_finds_nothing_and_a_failure_of_the_center_are_no_refusals() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let plugin: PluginId = "com.example.a".parse().unwrap();
        let show = Request::PluginShow { plugin: plugin.clone(), locale: "en".into() };
        refused(&world, &boss, &show, Code::NotFound);
        let switch = Request::PluginSwitch { plugin, on: true, revision: None };
        refused(&world, &boss, &switch, Code::Database);
        refused(&world, &Actor::Nobody, &switch, Code::NotSignedIn);
        assert_eq!(rows(&world), []);
        refused(&world, &boss, &switch, Code::NotFound);
        assert_eq!(rows(&world)[0].target, "com.example.a");
    }

    #[test]
    fn a_mistyped_plugin_is_answered_with_the_one_that_was_meant_but_only_to_superadmins() {
        let world = World::new();
        let manifest = json!({ "id": "com.example.chatbot", "name": "B", "version": "1.0.0", "publisher": "P", "library": {} });
        world.install(&manifest);
        let snapshot = world.store.snapshot();
        let call = |plugin: &str| {
            let plugin = plugin.parse().unwrap();
            Attempt::of(&Request::PluginCall { plugin, call: "ask".into(), args: json!(1) })
        };
        let missing = || Error::new(Code::NotFound, "no");
        let boss = world.superadmin("boss");
        let answered = call("com.example.chatbto").suggest(&snapshot, &boss, missing());
        assert_eq!(answered.details["suggestions"], json!(["com.example.chatbot"]));
        let there = call("com.example.chatbot").suggest(&snapshot, &boss, missing());
        assert!(there.details.is_null(), "it is there; something else is not");
        let anna = Actor::Person(world.person("anna", Role::Account));
        let hidden = call("com.example.chatbto").suggest(&snapshot, &anna, missing());
        assert!(hidden.details.is_null());
    }

    #[test]
    fn a_request_is_called_what_it_is_called_on_the_wire() {
        for request in [Request::Status, disable(AccountId(1)), Request::PluginMine { locale: "en".into() }] {
            let wire = serde_json::to_value(&request).unwrap()["command"].clone();
            assert_eq!(wire, json!(<&'static str>::from(&request)));
        }
    }
}
