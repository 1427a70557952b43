//! `sprocket config`: a plugin's settings. Secrets come from standard input or a file, never from an argument.

use std::fs;

use center::request::Request;
use center::views::{FieldChangeView, FieldView, SettingsChangeView, SettingsView, TestedView};
use serde_json::{Map, Value, json};
use spk::PluginId;

use crate::console::{Console, suggested};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::screen::Page;
use crate::words;

/// Show or change a plugin's settings
#[derive(Debug, clap::Subcommand)]
pub enum Config {
    /// Show the settings, and what is missing
    Get(Get),
    /// Change settings: KEY=VALUE, several at once
    Set(Set),
    /// Set settings back to their defaults, secrets to nothing
    Unset(Unset),
    /// Have the plugin try its settings, with these changes; saves nothing
    Test(Test),
    /// Show who changed what
    History(Get),
    /// Set the settings back to how a change left them; secrets stay as they are
    Restore(Restore),
}

#[derive(Debug, clap::Args)]
pub struct Get {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
}

#[derive(Debug, clap::Args)]
pub struct Set {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    #[command(flatten)]
    typed: Typed,
    #[command(flatten)]
    save: Save,
}

#[derive(Debug, clap::Args)]
struct Typed {
    /// New values; JSON where the field is no text
    #[arg(value_name = "KEY=VALUE")]
    values: Vec<String>,
    /// Take this secret from standard input
    #[arg(long, value_name = "KEY")]
    secret_stdin: Option<String>,
    /// Take a secret from a file; may be given several times
    #[arg(long, value_name = "KEY=PATH")]
    secret_file: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Test {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    #[command(flatten)]
    typed: Typed,
}

#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// The revision of the change, as `sprocket config history` lists it
    #[arg(value_name = "REVISION")]
    to: i64,
    #[command(flatten)]
    save: Save,
}

#[derive(Debug, clap::Args)]
pub struct Unset {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// The settings
    #[arg(value_name = "KEY", required = true)]
    keys: Vec<String>,
    #[command(flatten)]
    save: Save,
}

#[derive(Debug, clap::Args)]
struct Save {
    /// Agree that the plugin is turned off if a required field becomes empty
    #[arg(long)]
    turn_off: bool,
    /// Save only if the settings still have this revision
    #[arg(long, value_name = "NUMBER")]
    revision: Option<i64>,
}

impl Config {
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::Get(get) => {
                let settings = read(console, get.plugin).await?;
                console.screen.show(&settings, |page| show(page, &settings))
            }
            Self::Set(set) => set.run(console).await,
            Self::Unset(unset) => unset.run(console).await,
            Self::Test(test) => test.run(console).await,
            Self::History(get) => {
                let changes = history(console, get.plugin).await?;
                console.screen.show(&changes, |page| show_history(page, &changes))
            }
            Self::Restore(restore) => restore.run(console).await,
        }
    }
}

impl Set {
    async fn run(self, console: &Console) -> Outcome {
        let settings = read(console, self.plugin.clone()).await?;
        let values = self.typed.values(&settings)?;
        if values.is_empty() {
            return Err(Failure::usage("no setting is given", "Give KEY=VALUE, or a secret."));
        }
        save(console, self.plugin, values, &self.save).await
    }
}

impl Test {
    async fn run(self, console: &Console) -> Outcome {
        let settings = read(console, self.plugin.clone()).await?;
        let values = Value::Object(self.typed.values(&settings)?);
        let request = Request::ConfigTest { plugin: self.plugin, values, locale: words::locale() };
        let tested: TestedView = console.ask(request).await?;
        if let TestedView::Failed { message } = tested {
            let hint = "Nothing was saved. Correct the settings, and try again.";
            return Err(Failure::new("test_failed", message, hint));
        }
        console.screen.show(&tested, |page| match &tested {
            TestedView::Passed { message: Some(message) } => page.line(format!("The test passed: {message}")),
            TestedView::Unsupported => page.line("This plugin has no test of its settings."),
            _ => page.line("The test passed."),
        })
    }
}

impl Restore {
    async fn run(self, console: &Console) -> Outcome {
        let mut changes = history(console, self.plugin.clone()).await?.into_iter();
        let Some(change) = changes.find(|change| change.revision == self.to) else {
            let message = format!("no change of the settings of `{}` has revision {}", self.plugin, self.to);
            return Err(Failure::new("not_found", message, "`sprocket config history` lists them."));
        };
        let values = change.values.as_object().cloned().unwrap_or_default();
        if values.is_empty() {
            let settings = read(console, self.plugin).await?;
            return console.screen.show(&settings, |page| page.line("The settings are like that already."));
        }
        save(console, self.plugin, values, &self.save).await
    }
}

impl Typed {
    fn values(self, settings: &SettingsView) -> Outcome<Map<String, Value>> {
        let mut values = plain_values(&settings.fields, &self.values)?;
        if let Some(key) = self.secret_stdin {
            place(&mut values, &settings.fields, &key, json!({ "$set": input::all()? }));
        }
        for pair in &self.secret_file {
            let (key, path) = split(pair)?;
            let text = fs::read_to_string(path);
            let text = text.map_err(|cause| Failure::io(format_args!("cannot read `{path}`"), &cause))?;
            place(&mut values, &settings.fields, key, json!({ "$set": input::without_line_end(text) }));
        }
        Ok(values)
    }
}

impl Unset {
    async fn run(self, console: &Console) -> Outcome {
        let settings = read(console, self.plugin.clone()).await?;
        if let Some(key) = strange_key(&settings, &self.keys) {
            return Err(not_a_setting(&settings, key));
        }
        let mut values = Map::new();
        for key in &self.keys {
            let cleared =
                if is_secret(&settings.fields, key) { json!({ "$clear": true }) } else { Value::Null };
            place(&mut values, &settings.fields, key, cleared);
        }
        save(console, self.plugin, values, &self.save).await
    }
}

/// The first key of no field, of no saved value and of no kept one: mistyped.
fn strange_key<'a>(settings: &SettingsView, keys: &'a [String]) -> Option<&'a String> {
    let leads_to = |field: &FieldView, key: &str| {
        let below =
            field.pointer.strip_prefix(&pointer(key)).or(field.pointer.strip_prefix(&format!("/{key}")));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_known = |key: &&String| {
        let saved = |values: &Value| values.pointer(&pointer(key)).is_some();
        saved(&settings.values)
            || saved(&settings.unused)
            || settings.fields.iter().any(|field| leads_to(field, key))
    };
    keys.iter().find(|key| !is_known(key))
}

fn not_a_setting(settings: &SettingsView, key: &str) -> Failure {
    let known = settings.fields.iter().map(|field| field.pointer.trim_start_matches('/'));
    let message = format!("`{key}` is not among the settings of `{}`", settings.plugin);
    let missing = Failure::new("not_found", message, "`sprocket config get` lists them.");
    suggested(missing, key, known)
}

async fn read(console: &Console, plugin: PluginId) -> Outcome<SettingsView> {
    console.ask(Request::ConfigGet { plugin, locale: words::locale() }).await
}

async fn history(console: &Console, plugin: PluginId) -> Outcome<Vec<SettingsChangeView>> {
    console.ask(Request::ConfigHistory { plugin, locale: words::locale() }).await
}

fn show_history(page: &mut Page, changes: &[SettingsChangeView]) {
    let rows = changes.iter().flat_map(|change| {
        let who = change.by.name.clone().unwrap_or_else(|| "Sprocket".into());
        let head = [change.revision.to_string(), words::time(change.by.at), who];
        change.fields.iter().map(move |field| {
            let [revision, at, who] = head.clone();
            [revision, at, who, field.pointer.trim_start_matches('/').to_owned(), from_to(field)]
        })
    });
    page.table(["REVISION", "AT", "BY", "SETTING", "CHANGE"], rows.collect(), "Nothing was changed so far.");
}

fn from_to(field: &FieldChangeView) -> String {
    let value = |value: &Value| if value.is_null() { "(default)".into() } else { words::plain(value) };
    if field.secret {
        return "(secret)".into();
    }
    format!("{} → {}", value(&field.before), value(&field.after))
}

async fn save(console: &Console, plugin: PluginId, values: Map<String, Value>, save: &Save) -> Outcome {
    let values = Value::Object(values);
    let request = Request::ConfigSet { plugin, values, revision: save.revision, turn_off: save.turn_off };
    let settings: SettingsView = console.ask(request).await?;
    console.screen.show(&settings, |page| {
        page.line(format!("Saved, revision {}.", settings.revision));
        if settings.turned_off {
            page.line("The plugin was turned off.");
        }
        missing(page, &settings);
    })
}

fn plain_values(fields: &[FieldView], pairs: &[String]) -> Outcome<Map<String, Value>> {
    let mut values = Map::new();
    for pair in pairs {
        let (key, value) = plain_value(fields, pair)?;
        if pairs.iter().filter(|other| split(other).is_ok_and(|(other, _)| other == key)).count() > 1 {
            return Err(Failure::usage(format!("`{key}` is given twice"), "Give each setting once."));
        }
        place(&mut values, fields, &key, value);
    }
    Ok(values)
}

/// Puts a value where its field stands: `connection/url` leads into the group `connection`.
fn place(values: &mut Map<String, Value>, fields: &[FieldView], key: &str, value: Value) {
    let Some(field) = field(fields, key) else {
        values.insert(key.into(), value);
        return;
    };
    let parts = field.pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    let parts: Vec<String> = parts.collect();
    let (last, groups) = parts.split_last().expect("a field has a key");
    let mut into = values;
    for group in groups {
        let inner = into.entry(group).or_insert_with(|| json!({}));
        if !inner.is_object() {
            *inner = json!({});
        }
        into = inner.as_object_mut().expect("it was just made one");
    }
    into.insert(last.clone(), value);
}

fn plain_value(fields: &[FieldView], pair: &str) -> Outcome<(String, Value)> {
    let (key, text) = split(pair)?;
    let value = typed(field(fields, key), text);
    if let Some(key) = secret_within(fields, key, &value) {
        let hint = format!("Use `--secret-stdin {key}` or `--secret-file {key}=PATH`.");
        return Err(Failure::usage(
            format!("`{key}` is a secret, which others could read in an argument"),
            hint,
        ));
    }
    Ok((key.into(), value))
}

/// The key of the first secret that `value` holds, if it is given to the field or group `key`.
fn secret_within(fields: &[FieldView], key: &str, value: &Value) -> Option<String> {
    if is_secret(fields, key) {
        return Some(key.into());
    }
    let group = pointer(key);
    let mut secrets = fields.iter().filter(|field| field.stored.is_some());
    let held = secrets.find(|field| {
        let below = field.pointer.strip_prefix(&group).filter(|below| below.starts_with('/'));
        below.and_then(|below| value.pointer(below)).is_some()
    });
    held.map(|field| field.pointer.trim_start_matches('/').into())
}

/// A text stays as it was typed; anything else is JSON if it can be.
fn typed(field: Option<&FieldView>, text: &str) -> Value {
    const TEXTS: [&str; 6] = ["text", "multiline", "uri", "email", "date", "time"];
    if field.is_some_and(|field| TEXTS.contains(&field.kind.as_str())) {
        return text.into();
    }
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn split(pair: &str) -> Outcome<(&str, &str)> {
    let parts = pair.split_once('=').filter(|(key, _)| !key.is_empty());
    parts.ok_or_else(|| {
        Failure::usage(format!("`{pair}` is no KEY=VALUE"), "Write the setting's key, `=`, its value.")
    })
}

fn field<'a>(fields: &'a [FieldView], key: &str) -> Option<&'a FieldView> {
    let (plain, path) = (pointer(key), format!("/{key}"));
    let at = |pointer: &str| fields.iter().find(|field| field.pointer == pointer);
    at(&plain).or_else(|| at(&path))
}

fn pointer(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn is_secret(fields: &[FieldView], key: &str) -> bool {
    field(fields, key).is_some_and(|field| field.stored.is_some() || field.kind == "password")
}

fn show(page: &mut Page, settings: &SettingsView) {
    page.line(format!("{}, revision {}", settings.plugin, settings.revision));
    let rows = settings.fields.iter().map(row).collect();
    page.table(["SETTING", "TITLE", "KIND", "VALUE", ""], rows, "This plugin has nothing to set.");
    if let Some(unused) = settings.unused.as_object().filter(|unused| !unused.is_empty()) {
        page.line(format!("kept, unused: {}", unused.keys().cloned().collect::<Vec<_>>().join(", ")));
    }
    missing(page, settings);
}

fn row(field: &FieldView) -> [String; 5] {
    let value = match field.stored {
        Some(true) => "(stored)".into(),
        None if !field.value.is_null() => words::plain(&field.value),
        _ => "(empty)".into(),
    };
    let note = match (field.required, field.is_default) {
        (true, _) if value == "(empty)" => "required",
        (_, true) => "default",
        _ => "",
    };
    let key = field.pointer.trim_start_matches('/').to_owned();
    [key, field.title.clone(), field.kind.clone(), value, note.into()]
}

fn missing(page: &mut Page, settings: &SettingsView) {
    for finding in &settings.missing {
        page.line(format!("still empty: {} ({})", finding.title, finding.pointer.trim_start_matches('/')));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str, kind: &str) -> FieldView {
        let secret = kind == "password";
        FieldView {
            pointer: format!("/{key}"),
            title: key.into(),
            kind: kind.into(),
            required: false,
            value: Value::Null,
            is_default: false,
            stored: secret.then_some(false),
        }
    }

    #[test]
    fn a_value_is_read_by_its_fields_kind() {
        let fields =
            [field("id", "text"), field("port", "integer"), field("tags", "list"), field("at", "uri")];
        let pairs = ["id=007", "port=80", "tags=[\"a\"]", "at=http://a/?b=c", "new=true", "odd=plain"]
            .map(String::from);
        let values = plain_values(&fields, &pairs).unwrap();
        let expected = json!({
            "id": "007", "port": 80, "tags": ["a"], "at": "http://a/?b=c", "new": true, "odd": "plain"
        });
        assert_eq!(Value::Object(values), expected);
    }

    #[test]
    fn a_key_as_it_is_listed_leads_into_its_group() {
        let fields = [field("a/url", "text"), field("a/b/port", "integer"), field("x~1y", "text")];
        let pairs = ["a/url=1", "a/b/port=2", "x/y=3"].map(String::from);
        let values = plain_values(&fields, &pairs).unwrap();
        assert_eq!(Value::Object(values), json!({ "a": { "url": "1", "b": { "port": 2 } }, "x/y": "3" }));
        let error = plain_value(&[field("a/secret", "password")], "a/secret=hunter2").unwrap_err();
        assert_eq!(error.view().code, "usage");
        let within = "a={\"secret\":{\"$set\":\"hunter2\"}}";
        let error = plain_value(&[field("a/secret", "password")], within).unwrap_err();
        assert!(error.view().hint.contains("--secret-stdin a/secret"));
        let mut secret = Map::new();
        place(&mut secret, &[field("a/secret", "password")], "a/secret", json!({ "$set": "s" }));
        assert_eq!(Value::Object(secret), json!({ "a": { "secret": { "$set": "s" } } }));
    }

    #[test]
    fn a_setting_that_is_given_twice_is_refused() {
        let twice = ["a=1", "b=2", "a=3"].map(String::from);
        let error = plain_values(&[field("a", "text"), field("b", "text")], &twice).unwrap_err();
        assert_eq!(error.view().message, "`a` is given twice");
    }

    #[test]
    fn a_secret_is_refused_as_an_argument_and_not_repeated() {
        let failure = plain_value(&[field("secret", "password")], "secret=hunter2").unwrap_err();
        let error = failure.view();
        assert_eq!(error.code, "usage");
        assert!(error.hint.contains("--secret-stdin secret"));
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
