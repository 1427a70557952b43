//! The center's requests, answers and events as TypeScript, for the window. Written by `scripts/types`; a test holds the
//! file against the Rust types.

use ts_rs::{Config, TS};

use crate::{actor, audit, error, events, folder, logs, request, snapshot, views};

/// The whole file: every type that crosses to the window, and what each request answers.
#[must_use]
pub fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut file = String::from("/** Written by `scripts/types` from the center's Rust types. */\n\n");
    for declaration in declarations(&config) {
        file.push_str(&format!("export {declaration}\n\n"));
    }
    let requests: Vec<_> = answers(&config).into_iter().map(|(name, _)| name).collect();
    for (what, name, words) in [
        ("What a row of the audit trail can say was done.", "auditActions", audit::ACTIONS),
        ("The name of each request.", "requests", &requests),
    ] {
        let words: String = words.iter().map(|word| format!("  \"{word}\",\n")).collect();
        file.push_str(&format!("/** {what} */\nexport const {name} = [\n{words}] as const;\n\n"));
    }
    file.push_str("/** What each request answers. */\nexport interface Results {\n");
    for (name, answer) in answers(&config) {
        file.push_str(&format!("  {name}: {answer};\n"));
    }
    file.push_str("}\n");
    file
}

macro_rules! declarations {
    ($($type:ty),* $(,)?) => {
        fn declarations(config: &Config) -> Vec<String> {
            vec![$(<$type as TS>::decl(config)),*]
        }
    };
}

declarations! {
    serde_json::Value,
    spk::PluginId, spk::PublicKey, actor::AccountId, actor::DepartmentId, actor::Role,
    request::Token, request::Password, request::SessionKind, request::PeopleChange, request::TrustAnswer,
    request::Filled, request::Answers, request::Request,
    snapshot::Subject, snapshot::Grant, folder::Removals, error::ErrorView,
    views::StatusView, views::InitView, views::SignedInView, views::SessionView, views::AccountView, views::AccountCreatedView, views::ImportView, views::ImportRowView,
    views::WrongRowView, views::RowProblem, views::ImportedView, views::HandOverView, views::RecoveredView,
    views::DepartmentView, views::PublisherView, views::WithdrawnView, views::KeyView, views::StateView, views::PluginView,
    views::PluginDetailView, views::ProcessView, views::CommandView, views::MeasureView, views::Blocker,
    views::PlanView, views::ResemblesView, views::PlanKind, views::ProgressView, views::ProgressStage, views::AppliedView, views::SwitchedView, views::FolderFileView,
    views::SettingsView, views::FieldView, views::FindingView, views::CheckView, views::TestedView, views::SettingsChangeView,
    views::FieldChangeView, views::GrantsView,
    views::PermissionView, views::WhyView, views::SourceView, views::Obstacle, views::AttentionView,
    views::TitledView, views::DependencyView, views::DependentView, views::AwaitedView, views::AwaitedBecause, crate::ending::Ending, views::NamedView,
    views::ServicesView, views::ProvidedServiceView, views::UsedServiceView, views::ServiceState,
    views::ConflictView, views::ArrangementView, views::HeldBackView, views::ActView, views::UpdateView, views::PackageView,
    views::SectionView, views::PersonView, views::ReachView, views::ReachChangeView, views::MineView,
    views::LicenseView, views::LicenseTermsView, views::LicenseVerdict, views::PluginLicenseView, views::SeatsView,
    views::SeatsChangeView, views::VendorLicenseView, views::MinePluginView, views::SeenPluginView, views::RecipientView,
    views::UninstallView, views::KeptView, views::BackupView, views::VersionView, views::RestoredView, crate::backup::LeftOut,
    views::ExaminedView, views::Area,
    views::SecretsKeyView, views::RekeyedView, crate::secrets::KeyPlace,
    logs::Line, logs::Source, audit::Row, audit::Filter, audit::Words, audit::Format, audit::Verdict, audit::Break, audit::BreakCause, events::Event, events::Stamped,
}

macro_rules! answers {
    ($($name:ident: $type:ty),* $(,)?) => {
        fn answers(config: &Config) -> Vec<(&'static str, String)> {
            vec![$((stringify!($name), <$type as TS>::name(config))),*]
        }
    };
}

answers! {
    status: views::StatusView,
    init: views::InitView,
    sign_in: views::SignedInView,
    sign_out: (),
    me: views::AccountView,
    plugin_mine: views::MineView,
    session_list: Vec<views::SessionView>,
    session_end: usize,
    password_change: (),
    account_list: Vec<views::AccountView>,
    account_create: views::AccountCreatedView,
    account_import_plan: views::ImportView,
    account_import: views::ImportedView,
    account_enable: (),
    account_role: (),
    account_rename: (),
    account_reset: views::AccountCreatedView,
    account_departments: (),
    account_plugins: Vec<views::SeenPluginView>,
    account_delete: (),
    account_recover: views::RecoveredView,
    recovery_code_make: views::RecoveredView,
    department_list: Vec<views::DepartmentView>,
    department_create: views::DepartmentView,
    department_rename: views::DepartmentView,
    department_move: views::DepartmentView,
    department_delete: (),
    people_preview: Vec<views::ReachChangeView>,
    publisher_list: Vec<views::PublisherView>,
    publisher_trust: views::PublisherView,
    publisher_look: views::KeyView,
    recipient_show: views::RecipientView,
    publisher_withdraw: (),
    plugin_list: Vec<views::PluginView>,
    plugin_show: views::PluginDetailView,
    package_plan: views::PlanView,
    package_apply: views::AppliedView,
    package_arrange: views::ArrangementView,
    plan_discard: (),
    folder_list: Vec<views::FolderFileView>,
    folder_rescan: (),
    folder_removals: (),
    folder_renew: (),
    plugin_switch: views::SwitchedView,
    plugin_switch_together: views::SwitchedView,
    capabilities_approve: (),
    package_put_back: Option<views::PlanView>,
    uninstall_preview: views::UninstallView,
    kept_list: Vec<views::KeptView>,
    kept_purge: (),
    plugin_uninstall: (),
    config_get: views::SettingsView,
    config_check: views::CheckView,
    config_test: views::TestedView,
    config_history: Vec<views::SettingsChangeView>,
    config_set: views::SettingsView,
    grant_list: views::GrantsView,
    grant_add: views::GrantsView,
    grant_remove: views::GrantsView,
    grant_preview: views::ReachView,
    why: views::WhyView,
    license_list: Vec<views::LicenseView>,
    license_import: views::LicenseView,
    license_remove: (),
    license_code: String,
    plugin_call: serde_json::Value,
    log_tail: Vec<logs::Line>,
    attention_list: Vec<views::AttentionView>,
    attention_dismiss: (),
    audit_list: Vec<audit::Row>,
    audit_verify: audit::Verdict,
    backup_make: views::BackupView,
    version_list: Vec<views::VersionView>,
    version_plan: views::PlanView,
    doctor: Vec<views::ExaminedView>,
    secrets_key: views::SecretsKeyView,
    secrets_rekey: views::RekeyedView,
    window_raise: (),
    events: (),
    log_follow: (),
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/api/generated/center.ts");

    #[test]
    fn the_windows_types_are_the_centers() {
        if std::env::var_os("SPROCKET_WRITE_TYPES").is_some() {
            std::fs::write(FILE, typescript()).unwrap();
        }
        let file = std::fs::read_to_string(FILE).unwrap();
        assert!(file == typescript(), "`{FILE}` is out of date; run `scripts/types`");
    }

    #[test]
    fn every_request_has_its_answer() {
        let config = Config::new().with_large_int("number");
        let requests = <request::Request as TS>::decl(&config);
        let named = requests.matches("\"command\": ").count();
        let answered: Vec<_> = answers(&config).into_iter().map(|(name, _)| name).collect();
        assert_eq!(named, answered.len());
        for name in answered {
            assert!(requests.contains(&format!("\"command\": \"{name}\"")), "`{name}` is no request");
        }
    }
}
