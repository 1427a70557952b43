//! Which use case answers which request. Whoever gets here was admitted already; what takes more than a line is told in
//! a file of its domain.

mod backup;
mod licenses;
mod packages;
mod people;
mod plugins;
mod secrets;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::Center;
use crate::accounts::import::{self, Import as Table};
use crate::accounts::session_list::{self, Whose};
use crate::accounts::{self, Whom, departments};
use crate::actor::Actor;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::events::Event;
use crate::install::{Progress, kept, versions};
use crate::license::{self, Import};
use crate::permissions::{self, Granting};
use crate::reach::{self, GrantChange};
use crate::request::{Request, Token, TrustAnswer};
use crate::secrets::Rekey;
use crate::settings::{self, Save};
use crate::switch::Wish;
use crate::{attention, audit, encryption, folder, plugins as lists, settings_test, trust};

/// Who asks, and when.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub actor: &'a Actor,
    pub token: Option<&'a Token>,
    pub now: UnixMs,
}

impl Center {
    pub(super) async fn answer(self: &Arc<Self>, asking: Asking<'_>, request: Request) -> Result<Value> {
        let (context, store) = (&*self.context, &*self.context.store);
        let Asking { actor, token, now } = asking;
        match request {
            Request::Status => json(self.status().await?),
            Request::Init { login, name, password, kind } => self.init(now, (&login, &name, &password), kind),
            Request::SignIn { login, password, kind } => self.sign_in(now, (&login, &password), kind),
            Request::SignOut => done(accounts::sign_out(store, actor, token)?),
            Request::Me => json(accounts::me(store, actor)?),
            Request::PluginMine { locale } => self.mine(actor, &locale),
            Request::SessionList { account } => {
                json(session_list::list(store, actor, Whose { account, token })?)
            }
            Request::SessionEnd { account, session } => self.people_told(session_list::end(
                store,
                actor,
                Whose { account, token },
                session.as_deref(),
            )?),
            Request::PasswordChange { old, new } => {
                done(accounts::change_password(store, token, &old, &new, now)?)
            }

            Request::AccountList => json(accounts::list(store, actor)?),
            Request::AccountCreate { login, name, role } => {
                self.account_create(asking, (&login, &name), role)
            }
            Request::AccountImportPlan { path, departments } => {
                json(import::plan(store, actor, Table { path: &path, departments })?)
            }
            Request::AccountImport { path, departments, plan } => {
                let table = Table { path: &path, departments };
                self.people_told(import::apply(store, actor, (table, &plan), now)?)
            }
            Request::AccountEnable { account, enabled, revision } => {
                self.people_told(accounts::enable(store, actor, Whom { account, revision }, enabled)?)
            }
            Request::AccountRole { account, role, revision } => {
                self.people_told(accounts::set_role(store, actor, Whom { account, revision }, role)?)
            }
            Request::AccountRename { account, name, revision } => {
                self.people_told(accounts::rename(store, actor, Whom { account, revision }, &name)?)
            }
            Request::AccountReset { account } => self.people_told(accounts::reset(store, actor, account)?),
            Request::AccountDepartments { account, departments, revision } => {
                let whom = Whom { account, revision };
                self.people_told(accounts::set_departments(store, actor, whom, &departments)?)
            }
            Request::AccountPlugins { account, locale } => self.account_plugins(actor, account, &locale),
            Request::AccountRecover { login, code, new } => self.account_recover(now, &login, (&code, &new)),
            Request::RecoveryCodeMake { password } => {
                self.people_told(accounts::make_code(store, actor, &password, now)?)
            }
            Request::DepartmentList => json(departments::list(store, actor)?),
            Request::DepartmentCreate { name, parent } => {
                self.people_told(departments::create(store, actor, &name, parent)?)
            }
            Request::DepartmentRename { department, name } => {
                self.people_told(departments::rename(store, actor, department, &name)?)
            }
            Request::DepartmentMove { department, parent } => {
                self.people_told(departments::relocate(store, actor, department, parent)?)
            }
            Request::AccountDelete { account, revision } => {
                self.account_delete(asking, Whom { account, revision })
            }
            Request::DepartmentDelete { department } => self.department_delete(asking, department),
            Request::PeoplePreview { change, locale } => {
                json(reach::of_people(store, actor, &change, &locale)?)
            }

            Request::PublisherList => json(trust::list(store, actor)?),
            Request::PublisherLook { key } => json(trust::look(actor, &key)?),
            Request::RecipientShow => json(encryption::recipient(&context.home, store, actor)?),
            Request::PublisherTrust { key, label, namespaces, checked } => {
                self.publisher_trust(asking, &key, TrustAnswer { label, namespaces, checked }).await
            }
            Request::PublisherWithdraw { key, reason } => self.publisher_withdraw(asking, &key, &reason),

            Request::PluginList { locale } => json(lists::list(context, &self.supervisors, &locale)?),
            Request::PluginShow { plugin, locale } => {
                json(lists::show(context, &self.supervisors, &plugin, &locale)?)
            }
            Request::PackagePlan { path, locale } => {
                json(self.plan(actor.clone(), path, locale, Progress::silent()).await?)
            }
            Request::PackageApply { plan, answers } => {
                json(self.apply(actor, &plan, &answers, &Progress::silent()).await?)
            }
            Request::PackageArrange { plans, locale } => {
                json(self.installer.arrange(actor, &plans, &locale)?)
            }
            Request::PlanDiscard { plan } => done(self.installer.discard(actor, &plan)?),
            Request::FolderList { locale } => json(folder::list(store, &locale)?),
            Request::FolderRescan => self.folder_rescan().await,
            Request::FolderRemovals { answer } => self.folder_removals(actor, answer).await,
            Request::FolderRenew => self.folder_renew(actor).await,
            Request::PluginSwitch { plugin, on, revision } => {
                self.plugin_switch(actor, &plugin, Wish { on, revision, together: &[] }).await
            }
            Request::PluginSwitchTogether { plugin, on, others, revision } => {
                self.plugin_switch(actor, &plugin, Wish { on, revision, together: &others }).await
            }
            Request::CapabilitiesApprove { plugin } => {
                self.installer.approve_capabilities(actor, &plugin)?;
                self.told(Event::PluginChanged { plugin }, ())
            }
            Request::PackagePutBack { plugin, locale } => {
                json(self.put_back(actor.clone(), plugin, locale, Progress::silent()).await?)
            }
            Request::VersionList { plugin } => json(versions::list(context, actor, &plugin)?),
            Request::VersionPlan { plugin, digest, locale } => {
                json(self.go_back(actor.clone(), plugin, (digest, locale)).await?)
            }
            Request::UninstallPreview { plugin, locale } => {
                json(kept::preview(context, actor, &plugin, locale.as_deref().unwrap_or("en"))?)
            }
            Request::KeptList { locale } => json(kept::list(context, actor, &locale)?),
            Request::KeptPurge { plugin } => done(self.installer.purge(actor, &plugin).await?),
            Request::PluginUninstall { plugin, purge } => {
                done(self.installer.uninstall(actor, &plugin, purge).await?)
            }

            Request::ConfigGet { plugin, locale } => {
                json(settings::view(store, &context.secrets, actor, &plugin, &locale)?)
            }
            Request::ConfigCheck { plugin, values, locale } => {
                json(settings::check(store, &context.secrets, actor, &plugin, (&values, &locale))?)
            }
            Request::ConfigTest { plugin, values, locale } => {
                let wish = (&plugin, &values);
                json(settings_test::test(&self.context, &self.supervisors, actor, wish, &locale).await?)
            }
            Request::ConfigHistory { plugin, locale } => {
                json(settings::history(store, actor, &plugin, &locale)?)
            }
            Request::ConfigSet { plugin, values, revision, turn_off } => {
                self.config_set(actor, plugin, &Save { values: &values, revision, turn_off, now })
            }

            Request::GrantList { plugin, locale } => json(permissions::list(store, actor, &plugin, &locale)?),
            Request::GrantAdd { plugin, permission, subject, locale, revision } => {
                let new = Granting { plugin: &plugin, permission: &permission, subject, revision };
                permissions::grant((store, &context.licenses), actor, new, now)?;
                self.grants_told(plugin, &locale)
            }
            Request::GrantRemove { plugin, permission, subject, locale, revision } => {
                let old = Granting { plugin: &plugin, permission: &permission, subject, revision };
                permissions::revoke(store, actor, old)?;
                self.grants_told(plugin, &locale)
            }
            Request::GrantPreview { plugin, permission, add, remove } => {
                let change =
                    GrantChange { plugin: &plugin, permission: &permission, add: &add, remove: &remove };
                json(reach::of_grants((store, &context.licenses), actor, change, now)?)
            }
            Request::Why { plugin, permission, account } => self.why(&plugin, &permission, account),

            Request::LicenseList { locale } => {
                json(license::list((store, &context.licenses), actor, &locale)?)
            }
            Request::LicenseImport { path, plugin, locale } => {
                self.license_import(actor, Import { path: &path, plugin: plugin.as_ref() }, &locale)
            }
            Request::LicenseRemove { license } => self.license_remove(actor, &license),
            Request::LicenseCode => json(context.licenses.installation().to_string()),

            Request::PluginCall { plugin, call, args } => {
                self.plugin_call(actor, &plugin, (&call, &args)).await
            }
            Request::LogTail { plugin, lines } => {
                lists::must_be_known(store, &plugin)?;
                json(context.logs.tail(&plugin, lines).await?)
            }
            Request::AttentionList => json(store.read(attention::list)?),
            Request::AttentionDismiss { id } => {
                self.told(Event::AttentionChanged, attention::dismiss(store, actor, id, now)?)
            }
            Request::AuditList { last, filter } => json(store.read(|db| audit::search(db, last, &filter))?),
            Request::AuditVerify { against } => json(audit::check(store, against)?),
            Request::BackupMake { path, passphrase } => self.backup_make(actor, path, passphrase).await,
            Request::Doctor { deep } => self.examine(deep).await,
            Request::SecretsKey => json(context.secrets.show(store, actor)?),
            Request::SecretsRekey { to, give_up } => self.secrets_rekey(actor, Rekey { to, give_up }).await,
            Request::WindowRaise { files } => self.window_raise(files),
            Request::Events | Request::LogFollow { .. } => {
                Err(Error::new(Code::InvalidInput, "this is a stream, not a request"))
            }
        }
    }

    fn told(&self, event: Event, view: impl Serialize) -> Result<Value> {
        self.context.bus.publish(self.context.clock.now(), event);
        json(view)
    }
}

fn json(view: impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(view)?)
}

fn done((): ()) -> Result<Value> {
    Ok(Value::Null)
}
