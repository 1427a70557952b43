//! The words for people: states, reasons, capabilities, times. Pure; a program reads the views themselves.

use center::audit::BreakCause;
use center::clock::UnixMs;
use center::views::{
    Blocker, ConflictView, DependencyView, DependentView, LicenseVerdict, LicenseView, NamedView, PluginView,
    ProvidedServiceView, ServiceState, StateView, UsedServiceView,
};
use serde_json::Value;

/// What a plugin is doing.
pub fn state(state: &StateView) -> String {
    match state {
        StateView::Off => "Off".into(),
        StateView::SetUpFirst => "Set up first".into(),
        StateView::NotTrusted { at: None, .. } => "Publisher not trusted".into(),
        StateView::NotTrusted { at: Some(at), .. } => {
            format!("Publisher not trusted: withdrawn ({})", time(*at))
        }
        StateView::LicenseNeeded => "License needed".into(),
        StateView::LicenseExpired { at } => format!("Stopped: license expired ({})", time(*at)),
        StateView::WaitingForKeyring { lost: false } => "Waiting for the keyring".into(),
        StateView::WaitingForKeyring { lost: true } => {
            "Waiting: the keyring lost the key of its passwords".into()
        }
        StateView::PasswordsUnreadable => "Waiting: the key opens none of the stored passwords".into(),
        StateView::WaitingForDependency { awaited, .. } => {
            let names: Vec<_> = awaited.iter().map(|one| one.name.as_str()).collect();
            format!("Waiting for {}", names.join(", "))
        }
        StateView::Starting => "Starting…".into(),
        StateView::Running => "Running".into(),
        StateView::Stopping => "Turning off…".into(),
        StateView::Restarting { attempt, of, in_ms, cause, .. } => {
            format!("Restarting: try {attempt} of {of} in {} s ({cause})", in_ms.div_ceil(1000))
        }
        StateView::StoppedAfterErrors { failures, cause, .. } => {
            format!("Stopped after errors: {failures} times; last: {cause}")
        }
        StateView::PackageMissing => "Package file missing".into(),
    }
}

/// The switch.
pub fn switch(on: bool) -> String {
    if on { "On" } else { "Off" }.into()
}

/// Who can use a plugin, super administrators not counted.
pub fn people(plugin: &PluginView) -> String {
    match (plugin.everyone, plugin.people) {
        (true, people) => format!("Everyone ({people})"),
        (false, 0) => "Nobody yet".into(),
        (false, people) => people.to_string(),
    }
}

/// Why a plugin cannot be switched on.
pub fn blocker(blocker: &Blocker) -> String {
    match blocker {
        Blocker::SettingMissing { pointer, title } => {
            format!("the required setting {title} (`{pointer}`) is empty")
        }
        Blocker::SettingInvalid { pointer, title, code } => {
            format!("the setting {title} (`{pointer}`) breaks its rule `{code}`")
        }
        Blocker::DependencyMissing { plugin, requirement } => {
            format!("it needs `{plugin}` {requirement}, which is not installed")
        }
        Blocker::DependencyOtherVersion { plugin, requirement, installed } => {
            format!("it needs `{plugin}` {requirement}; installed is {installed}")
        }
        Blocker::DependencyBlocked { plugin, reasons } => {
            let reasons: Vec<_> = reasons.iter().map(self::blocker).collect();
            format!("it needs `{plugin}`, which cannot be turned on either: {}", reasons.join("; "))
        }
        Blocker::DependencyOff { plugin } => format!("it needs `{plugin}`, which is off"),
        Blocker::CapabilitiesNotApproved => "what it may do is not approved".into(),
        Blocker::PublisherNotTrusted => "its publisher is not trusted".into(),
        Blocker::LicenseNeeded { verdict: None } => "it needs a license".into(),
        Blocker::LicenseNeeded { verdict: found } => {
            format!("it needs another license: {}", verdict(found.as_ref()))
        }
        Blocker::PackageMissing => "its package is missing or was changed".into(),
    }
}

/// What a license is worth.
pub fn verdict(found: Option<&LicenseVerdict>) -> String {
    match found {
        Some(LicenseVerdict::Valid) => "valid".into(),
        Some(LicenseVerdict::SeatsFull { seats, used }) => format!("valid, {used} of {seats} seats taken"),
        Some(LicenseVerdict::NotYetValid { from }) => format!("not valid before {}", time(*from)),
        Some(LicenseVerdict::Expired { at }) => format!("expired on {}", time(*at)),
        Some(LicenseVerdict::OtherInstallation { code }) => format!("for another installation ({code})"),
        Some(LicenseVerdict::OtherPlugin { plugin }) => format!("for another plugin (`{plugin}`)"),
        Some(LicenseVerdict::UnknownIssuer { .. }) => "signed by someone who may not issue it".into(),
        Some(LicenseVerdict::Tampered) => "changed after it was signed".into(),
        None => "plugin not installed".into(),
    }
}

/// When a license ends.
pub fn license_end(view: &LicenseView) -> String {
    let end = view.terms.as_ref().and_then(|terms| terms.not_after);
    end.map_or_else(|| "no end".into(), |at| format!("until {}", time(at)))
}

/// Why a package cannot be installed as things are.
pub fn conflict(conflict: &ConflictView) -> String {
    let named = |plugin: &NamedView| format!("{} (`{}`)", plugin.name, plugin.id);
    match conflict {
        ConflictView::Missing { plugin, needs, requirement } => {
            format!("{} needs {} {requirement}, which is not installed", named(plugin), named(needs))
        }
        ConflictView::OtherVersion { plugin, needs, requirement, version, offered } => {
            let there = if *offered { "the file has" } else { "installed is" };
            format!("{} needs {} {requirement}; {there} {version}", named(plugin), named(needs))
        }
        ConflictView::HeldBack { plugin, needs, requirement, because } => {
            let why: Vec<_> = because.iter().map(self::conflict).collect();
            let (plugin, needs, why) = (named(plugin), named(needs), why.join(" and "));
            format!("{plugin} needs {needs} {requirement}, which cannot be installed because {why}")
        }
        ConflictView::Breaks { plugin, version, dependent, requirement } => {
            let (plugin, dependent) = (named(plugin), named(dependent));
            format!("{dependent}, which is on, needs {plugin} {requirement}; this is {version}")
        }
        ConflictView::Cycle { plugins } => {
            let names: Vec<_> = plugins.iter().chain(plugins.first()).map(named).collect();
            format!("the plugins need each other in a circle: {}", names.join(" needs "))
        }
        ConflictView::Superseded { plugin, by } => {
            format!("another file has {} in the higher version {by}", named(plugin))
        }
    }
}

/// A plugin that another one needs, for people.
pub fn dependency(dependency: &DependencyView) -> String {
    let state = match (&dependency.installed, dependency.fits, dependency.on) {
        (None, _, _) => "not installed".into(),
        (Some(version), false, _) => format!("{version} is installed, which does not do"),
        (Some(version), true, on) => format!("{version}, {}", if on { "on" } else { "off" }),
    };
    let kind = match (dependency.parent, dependency.optional) {
        (true, _) => ", its parent",
        (_, true) => ", optional",
        _ => "",
    };
    format!("{} {} ({}{kind}): {state}", dependency.name, dependency.requirement, dependency.id)
}

/// A service that a plugin provides, for people.
pub fn provided(service: &ProvidedServiceView) -> String {
    let users: Vec<_> = service.used_by.iter().map(|user| user.id.as_str()).collect();
    let users = if users.is_empty() { String::new() } else { format!(", used by {}", users.join(", ")) };
    let ProvidedServiceView { name, version, permission, state, .. } = service;
    format!("{name} {version} (permission {permission}{users}): {}", service_state(*state))
}

/// A service that a plugin uses, for people.
pub fn used(service: &UsedServiceView) -> String {
    let UsedServiceView { name, requirement, provider, version, state } = service;
    let by = provider.as_ref().map(|by| format!(" ({} {})", by.id, version.as_deref().unwrap_or_default()));
    format!("{name} {requirement}{}: {}", by.unwrap_or_default(), service_state(*state))
}

fn service_state(state: ServiceState) -> &'static str {
    match state {
        ServiceState::Available => "available",
        ServiceState::Missing => "not available now, no plugin provides it",
        ServiceState::OtherVersion => "not available now, that version does not do",
        ServiceState::NotRunning => "not available now, its plugin does not run",
    }
}

/// A plugin that needs another one, for people.
pub fn dependent(dependent: &DependentView) -> String {
    let kind = match (dependent.child, dependent.optional) {
        (true, _) => ", a sub-plugin",
        (_, true) => ", optional",
        _ => "",
    };
    let state = if dependent.on { "on" } else { "off" };
    format!("{} ({}{kind}) needs {}: {state}", dependent.name, dependent.id, dependent.requirement)
}

/// One entry of the lists that errors carry: a blocker, a conflict, a plugin, a finding, a defect, or a plain word.
pub fn reason(item: &Value) -> String {
    if let Ok(known) = serde_json::from_value::<Blocker>(item.clone()) {
        return blocker(&known);
    }
    if let Ok(known) = serde_json::from_value::<ConflictView>(item.clone()) {
        return conflict(&known);
    }
    if let Ok(NamedView { id, name }) = serde_json::from_value(item.clone()) {
        return format!("{name} (`{id}`)");
    }
    if let (Some(place), Some(theirs), Some(yours)) =
        (item["pointer"].as_str(), item.get("theirs"), item.get("yours"))
    {
        let shown = |value: &Value| if value.is_null() { "the default".into() } else { plain(value) };
        return format!(
            "{}: is {} now, you send {}",
            place.trim_start_matches('/'),
            shown(theirs),
            shown(yours)
        );
    }
    let text = |key: &str| item[key].as_str();
    let hint = text("hint").map(|hint| format!(" ({hint})")).unwrap_or_default();
    match (text("path").or(text("pointer")), text("message"), item.as_str()) {
        (Some(place), Some(message), _) => format!("{place}: {message}{hint}"),
        (_, Some(message), _) => format!("{message}{hint}"),
        (_, _, Some(word)) => word.into(),
        _ => item.to_string(),
    }
}

/// What a package asks for, a line each; nothing for what it does not ask. With or without the services it uses.
pub fn capabilities(asked_for: &Value) -> Vec<String> {
    let own = asked_for.get("capabilities").unwrap_or(asked_for).as_object();
    let uses = asked_for.get("capabilities").and_then(|_| asked_for.as_object()?.get_key_value("uses"));
    let entries = own.into_iter().flatten().chain(uses);
    entries.filter_map(|(name, value)| Some(format!("{}: {}", capability(name), asked(value)?))).collect()
}

fn capability(name: &str) -> &str {
    match name {
        "http" => "Internet",
        "read" => "Read files",
        "write" => "Write files",
        "memory" => "Memory",
        "storage" => "Storage",
        "uses" => "Services of other plugins",
        other => other,
    }
}

fn asked(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => Some(plain(other)),
    }
}

/// A value as a person would write it.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What is wrong with a row of the audit trail.
pub fn broken(cause: BreakCause) -> &'static str {
    match cause {
        BreakCause::Missing => "it is gone",
        BreakCause::Unlinked => "it does not follow the row before",
        BreakCause::Changed => "it is not what was recorded",
        BreakCause::Cut => "it and all after it were cut off",
        BreakCause::Rewritten => "it is another than when the end of the trail was last kept",
    }
}

/// A moment, in UTC to the second.
pub fn time(at: UnixMs) -> String {
    let moment = jiff::Timestamp::from_second(at.div_euclid(1000));
    moment.map_or_else(|_| at.to_string(), |moment| moment.to_string())
}

/// Bytes, in the unit that reads best.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KiB", "MiB", "GiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let power = (bytes.ilog2() / 10).min(3);
    let tenths = (bytes * 10) >> (10 * power);
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[power as usize - 1])
}

/// The person's language as a tag, from the environment; English where it is not said.
pub fn locale() -> String {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    said.map_or_else(|| "en".into(), |said| language_tag(&said))
}

fn language_tag(posix: &str) -> String {
    let tag = posix.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    if matches!(tag.as_str(), "" | "C" | "POSIX") { "en".into() } else { tag }
}

/// What a package says of its inside to those who cannot read it.
pub fn encrypted_for(count: usize) -> String {
    let keys = if count == 1 { "1 key".into() } else { format!("{count} keys") };
    format!("Its content is encrypted for {keys}: only the centers that hold one can check and run it.")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_locale_of_the_environment_becomes_a_language_tag() {
        for (posix, tag) in
            [("zh_CN.UTF-8", "zh-CN"), ("C", "en"), ("C.UTF-8", "en"), ("de_DE@euro", "de-DE"), ("fr", "fr")]
        {
            assert_eq!(language_tag(posix), tag);
        }
    }

    #[test]
    fn sizes_and_times_read_as_people_write_them() {
        assert_eq!(
            [size(999), size(1536), size(5 << 20), size(3 << 30)],
            ["999 bytes", "1.5 KiB", "5.0 MiB", "3.0 GiB"]
        );
        assert_eq!(time(1_700_000_000_999), "2023-11-14T22:13:20Z");
    }

    #[test]
    fn only_what_a_package_asks_for_is_listed() {
        let asked = json!({ "http": ["a.example:443", "b.example:80"], "read": [], "memory": "64 MiB", "storage": null });
        assert_eq!(capabilities(&asked), ["Internet: a.example:443, b.example:80", "Memory: 64 MiB"]);
        let approved = json!({ "capabilities": asked, "uses": ["directory.lookup"] });
        assert_eq!(capabilities(&approved)[2], "Services of other plugins: directory.lookup");
        assert_eq!(capabilities(&json!({ "capabilities": {}, "uses": [] })), [""; 0]);
    }

    #[test]
    fn each_kind_of_reason_names_its_place() {
        let missing = json!({ "reason": "setting_missing", "pointer": "/secret", "title": "Secret" });
        assert_eq!(reason(&missing), "the required setting Secret (`/secret`) is empty");
        assert_eq!(reason(&json!({ "path": "$.id", "message": "no id" })), "$.id: no id");
        assert_eq!(reason(&json!("/a")), "/a");
        let plugin = json!({ "id": "com.example.a", "name": "A" });
        assert_eq!(reason(&plugin), "A (`com.example.a`)");
        let circle =
            json!({ "conflict": "cycle", "plugins": [plugin, { "id": "com.example.b", "name": "B" }] });
        let told = "the plugins need each other in a circle: A (`com.example.a`) needs B (`com.example.b`) needs A (`com.example.a`)";
        assert_eq!(reason(&circle), told);
        let blocked = json!({ "reason": "dependency_blocked", "plugin": "com.example.b", "reasons": [{ "reason": "license_needed" }] });
        assert!(reason(&blocked).ends_with("cannot be turned on either: it needs a license"));
    }
}
