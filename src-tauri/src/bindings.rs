//! The shell's own commands, and what they take and give, as TypeScript. Written by `scripts/types`; tests hold the file
//! against the Rust types, and the access list against the names.

use ts_rs::{Config, TS};

use crate::{drafts, own, preferences};

/// The whole file.
#[must_use]
pub fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut file = String::from(
        "/** Written by `scripts/types` from the shell's Rust types. */\n\
         import type { Channel } from \"@tauri-apps/api/core\";\n\
         import type {\n  AccountId,\n  Answers,\n  AppliedView,\n  AuditFilter,\n  AuditFormat,\n  BackupView,\n  HandOverView,\n  JsonValue,\n  Line,\n  Password,\n  PlanView,\n  PluginId,\n  ProgressView,\n  RestoredView,\n  Role,\n} from \"./center\";\n\n",
    );
    for declaration in [
        <preferences::Locale as TS>::decl(&config),
        <preferences::Theme as TS>::decl(&config),
        <preferences::Preferences as TS>::decl(&config),
        <drafts::Entered as TS>::decl(&config),
        <drafts::Draft as TS>::decl(&config),
        <drafts::KeptDraft as TS>::decl(&config),
        <own::Session as TS>::decl(&config),
        <own::Initialised as TS>::decl(&config),
        <own::BackupFile as TS>::decl(&config),
        <own::PathKind as TS>::decl(&config),
        <own::PathLook as TS>::decl(&config),
        <own::SamplePackage as TS>::decl(&config),
        <own::Own as TS>::decl(&config),
    ] {
        file.push_str(&format!("export {declaration}\n\n"));
    }
    file.push_str("/** What each of the shell's own commands answers. */\nexport interface ShellResults {\n");
    for (name, answer) in ANSWERS {
        file.push_str(&format!("  {name}: {answer};\n"));
    }
    file.push_str("}\n");
    file
}

/// In the words of TypeScript, since some are the center's.
const ANSWERS: &[(&str, &str)] = &[
    ("session_get", "Session | null"),
    ("lock", "null"),
    ("unlock", "Session"),
    ("package_plan", "PlanView"),
    ("package_apply", "AppliedView"),
    ("operation_cancel", "null"),
    ("log_follow", "null"),
    ("log_unfollow", "null"),
    ("files_choose", "Array<string>"),
    ("audit_export", "string | null"),
    ("backup_save", "BackupView | null"),
    ("backup_choose", "BackupFile | null"),
    ("backup_restore", "RestoredView"),
    ("table_choose", "string | null"),
    ("passwords_save", "string | null"),
    ("files_take", "Array<string>"),
    ("path_look", "PathLook"),
    ("folder_open", "null"),
    ("sample_packages", "Array<SamplePackage>"),
    ("draft_list", "Array<KeptDraft>"),
    ("draft_keep", "null"),
    ("draft_drop", "null"),
    ("autostart_get", "boolean | null"),
    ("autostart_set", "null"),
    ("preferences_get", "Preferences"),
    ("preferences_set", "null"),
    ("quit", "null"),
    ("window_hide", "null"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::names;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/api/generated/shell.ts");
    const CAPABILITY: &str = include_str!("../capabilities/main.json");
    /// What only another process asks for, over the control socket, or the shell once a person chose a place.
    const NOT_OF_THE_WINDOW: [&str; 5] =
        ["account_recover", "backup_make", "doctor", "events", "window_raise"];

    /// The names in the list of answers that the generated text ends with.
    fn answered(typescript: &str, list: &str) -> BTreeSet<String> {
        let (_, list) = typescript.split_once(&format!("export interface {list} {{\n")).unwrap();
        let names = list.lines().take_while(|line| *line != "}");
        names.map(|line| line.trim().split(':').next().unwrap().to_owned()).collect()
    }

    fn named(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_shells_types_are_written_down() {
        if std::env::var_os("SPROCKET_WRITE_TYPES").is_some() {
            std::fs::write(FILE, typescript()).unwrap();
        }
        let file = std::fs::read_to_string(FILE).unwrap();
        assert!(file == typescript(), "`{FILE}` is out of date; run `scripts/types`");
    }

    #[test]
    fn every_request_of_the_center_is_a_command_of_the_window() {
        let mut requests = answered(&center::bindings::typescript(), "Results");
        for name in NOT_OF_THE_WINDOW {
            assert!(requests.remove(name), "`{name}` is a request");
        }
        let shell = named(names::SHELL);
        let all: BTreeSet<_> = named(names::CENTER).union(&shell).cloned().collect();
        assert_eq!(requests.difference(&all).collect::<Vec<_>>(), [""; 0], "no command of the window");
        let unknown: Vec<_> = named(names::CENTER).difference(&requests).cloned().collect();
        assert_eq!(unknown, [""; 0], "no request of the center");
    }

    #[test]
    fn every_command_of_the_shell_has_its_answer() {
        assert_eq!(answered(&typescript(), "ShellResults"), named(names::SHELL));
        let requests = <own::Own as TS>::decl(&Config::new());
        for name in names::SHELL {
            assert!(requests.contains(&format!("\"command\": \"{name}\"")), "`{name}` is no command");
        }
        assert_eq!(requests.matches("\"command\": ").count(), names::SHELL.len());
    }

    #[test]
    fn the_windows_access_list_has_every_command_and_nothing_of_the_platform_but_listening() {
        let capability: Value = serde_json::from_str(CAPABILITY).unwrap();
        let listed = capability["permissions"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        let all = [names::CENTER, names::SHELL].concat();
        let commands = all.iter().map(|name| format!("allow-{}", name.replace('_', "-")));
        let listen = ["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned);
        let wanted: Vec<_> = listen.into_iter().chain(commands).collect();
        assert_eq!(listed.collect::<Vec<_>>(), wanted);
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
    }
}
