//! `sprocket config`: a plugin's settings. Secrets come from standard input or a file, never from an argument.

use std::fs;

use center::request::Request;
use center::views::{FieldView, SettingsView};
use serde_json::{Map, Value, json};
use spk::PluginId;

use crate::console::Console;
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
    /// New values; JSON where the field is no text
    #[arg(value_name = "KEY=VALUE", required_unless_present_any = ["secret_stdin", "secret_file"])]
    values: Vec<String>,
    /// Take this secret from standard input
    #[arg(long, value_name = "KEY")]
    secret_stdin: Option<String>,
    /// Take a secret from a file; may be given several times
    #[arg(long, value_name = "KEY=PATH")]
    secret_file: Vec<String>,
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
        }
    }
}

impl Set {
    async fn run(self, console: &Console) -> Outcome {
        let settings = read(console, self.plugin.clone()).await?;
        let mut values = plain_values(&settings.fields, &self.values)?;
        if let Some(key) = self.secret_stdin {
            values.insert(key, json!({ "$set": input::all()? }));
        }
        for pair in &self.secret_file {
            let (key, path) = split(pair)?;
            let text = fs::read_to_string(path);
            let text = text.map_err(|cause| Failure::io(format_args!("cannot read `{path}`"), &cause))?;
            values.insert(key.into(), json!({ "$set": input::without_line_end(text) }));
        }
        save(console, self.plugin, values, &self.save).await
    }
}

impl Unset {
    async fn run(self, console: &Console) -> Outcome {
        let settings = read(console, self.plugin.clone()).await?;
        let strange = strange_keys(&settings, &self.keys);
        console.screen.tell(|page| {
            for key in &strange {
                page.line(format!("`{key}` is not among the settings; `sprocket config get` lists them."));
            }
        })?;
        let cleared = |key: String| {
            let value =
                if is_secret(&settings.fields, &key) { json!({ "$clear": true }) } else { Value::Null };
            (key, value)
        };
        let values = self.keys.into_iter().map(cleared).collect();
        save(console, self.plugin, values, &self.save).await
    }
}

/// The keys of no field and of no kept value: mistyped, or free keys, which only the plugin's own rules know.
fn strange_keys(settings: &SettingsView, keys: &[String]) -> Vec<String> {
    let leads_to = |field: &FieldView, key: &str| {
        let below = field.pointer.strip_prefix(&pointer(key));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_known = |key: &String| {
        settings.unused.get(key).is_some() || settings.fields.iter().any(|field| leads_to(field, key))
    };
    keys.iter().filter(|key| !is_known(key)).cloned().collect()
}

async fn read(console: &Console, plugin: PluginId) -> Outcome<SettingsView> {
    console.ask(Request::ConfigGet { plugin, locale: words::locale() }).await
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
    pairs.iter().map(|pair| plain_value(fields, pair)).collect()
}

fn plain_value(fields: &[FieldView], pair: &str) -> Outcome<(String, Value)> {
    let (key, text) = split(pair)?;
    if is_secret(fields, key) {
        let hint = format!("Use `--secret-stdin {key}` or `--secret-file {key}=PATH`.");
        return Err(Failure::usage(
            format!("`{key}` is a secret, which others could read in an argument"),
            hint,
        ));
    }
    Ok((key.into(), typed(field(fields, key), text)))
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
    let pointer = pointer(key);
    fields.iter().find(|field| field.pointer == pointer)
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
    fn a_secret_is_refused_as_an_argument_and_not_repeated() {
        let failure = plain_value(&[field("secret", "password")], "secret=hunter2").unwrap_err();
        let error = failure.view();
        assert_eq!(error.code, "usage");
        assert!(error.hint.contains("--secret-stdin secret"));
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
