//! A plugin's settings schema among the people and texts that it is shown with. Pure: what is stored is handed in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use serde_json::{Map, Value, json};
use spk::config::{Effective, Field, Finding, Findings, Kind, SecretAct, SecretChange, Subject};
use spk::{ConfigSchema, Digest, PluginId, SecretString, Texts};

use super::{Unreadable, merge};
use crate::actor::{AccountId, DepartmentId};
use crate::error::{Code, Error, Result};
use crate::secrets::{Place, Secrets, stored};
use crate::snapshot::Snapshot;
use crate::views::{FieldView, FindingView, SectionView};

/// So many compiled schemas are kept.
const KEPT: usize = 256;
/// Compiled schemas by package: compiling costs more than any use of it, and a package never changes.
static COMPILED: Mutex<BTreeMap<Digest, ConfigSchema>> = Mutex::new(BTreeMap::new());

/// The settings of one package.
pub(super) struct Form<'a> {
    pub(super) plugin: &'a PluginId,
    pub(super) digest: Digest,
    pub(super) schema: ConfigSchema,
    pub(super) snapshot: &'a Snapshot,
    pub(super) texts: &'a Texts,
}

/// Stored secrets, opened.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// By pointer.
    pub(super) texts: BTreeMap<String, SecretString>,
    /// Those that could not be opened; they count as empty.
    pub(super) unreadable: Unreadable,
    /// Those that are stored and whose key is not at hand now; they count as filled in.
    pub(super) out_of_reach: BTreeSet<String>,
    /// Why the key is not at hand.
    pub(super) trouble: Option<Error>,
}

/// What would be saved, and what is found in it.
pub(super) struct Draft {
    pub(super) difference: Value,
    pub(super) findings: Findings,
}

impl Secrets {
    /// Opens a plugin's secrets at these pointers.
    pub(super) fn open_all<'p>(
        &self,
        db: &Connection,
        plugin: &PluginId,
        pointers: impl Iterator<Item = &'p str>,
    ) -> Result<Opened> {
        let mut opened = Opened { trouble: self.trouble(db)?, ..Opened::default() };
        if opened.trouble.is_some() {
            let held = stored(db, plugin)?;
            opened.out_of_reach = pointers.filter(|at| held.contains(*at)).map(str::to_owned).collect();
            return Ok(opened);
        }
        for field in pointers {
            match self.open(db, Place { plugin, field }) {
                Ok(Some(secret)) => drop(opened.texts.insert(field.to_owned(), secret)),
                Ok(None) => {}
                Err(error) if error.code == Code::SecretsUnreadable => {
                    opened.unreadable.insert(field.to_owned());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(opened)
    }
}

impl<'a> Form<'a> {
    /// The form of an installed plugin.
    pub(super) fn of(snapshot: &'a Snapshot, plugin: &'a PluginId) -> Result<Self> {
        let missing = || Error::new(Code::NotFound, format!("the plugin `{plugin}` is not installed"));
        let facts = snapshot.plugins.get(plugin).ok_or_else(missing)?;
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let schema = match compiled.get(&facts.digest) {
            Some(schema) => schema.clone(),
            None => compile(&facts.package.manifest)?,
        };
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        compiled.insert(facts.digest, schema.clone());
        Ok(Self { plugin, digest: facts.digest, schema, snapshot, texts: &facts.package.texts })
    }

    /// Parts what came over the wire into plain values and changes of secrets; `null` clears a secret.
    #[allow(clippy::type_complexity, reason = "the inner error is the caller's to phrase")]
    pub(super) fn split(&self, values: &Value) -> Result<Result<(Value, Vec<SecretChange>), Vec<Finding>>> {
        if !values.is_object() {
            let error = Error::new(Code::InvalidInput, "settings are an object of values by key");
            return Err(error.details(json!({ "field": "values" })));
        }
        let cleared = self.schema.secrets().filter(|at| values.pointer(at).is_some_and(Value::is_null));
        let cleared: Vec<_> = cleared.map(str::to_owned).collect();
        if cleared.is_empty() {
            return Ok(self.schema.split_secrets(values));
        }
        let mut values = values.clone();
        for at in &cleared {
            merge::set(&mut values, at, json!({ "$clear": true }));
        }
        Ok(self.schema.split_secrets(&values))
    }

    /// What is in force.
    pub(super) fn effective(&self, difference: &Value, opened: &Opened) -> Effective {
        self.schema.effective(difference, &opened.texts, &|subject, id| self.exists(subject, id))
    }

    pub(super) fn findings(&self, difference: &Value, opened: &Opened) -> Findings {
        let mut findings = self.schema.findings(&self.effective(difference, opened));
        let known = |finding: &Finding| !opened.out_of_reach.contains(&finding.pointer);
        findings.missing.retain(known);
        findings.invalid.retain(known);
        findings
    }

    /// Lays `plain` and the changed secrets over what is stored.
    pub(super) fn draft(&self, before: &Value, plain: &Value, secrets: (Opened, &[SecretChange])) -> Draft {
        let (mut opened, changes) = secrets;
        for change in changes {
            opened.out_of_reach.remove(&change.pointer);
            match &change.act {
                SecretAct::Set(secret) => drop(opened.texts.insert(change.pointer.clone(), secret.clone())),
                SecretAct::Clear => drop(opened.texts.remove(&change.pointer)),
            }
        }
        let is_group = |at: &str| self.schema.field(at).is_some_and(|field| field.kind == Kind::Group);
        let merged = merge::patched(before, plain, &is_group);
        let findings = self.findings(&merged, &opened);
        Draft { difference: self.schema.difference(&merged), findings }
    }

    fn exists(&self, subject: Subject, id: i64) -> bool {
        match subject {
            Subject::Account => self.snapshot.accounts.contains_key(&AccountId(id)),
            Subject::Department => self.snapshot.departments.contains_key(&DepartmentId(id)),
        }
    }

    /// Every field with its value; `held`: the secrets that are stored. No secret was put into the values shown here.
    pub(super) fn fields(&self, difference: &Value, held: &BTreeSet<String>, locale: &str) -> Vec<FieldView> {
        let shown = self.effective(difference, &Opened::default());
        let fields = self.schema.fields().iter().filter(|field| field.kind != Kind::Group);
        let view = |field: &Field| FieldView {
            pointer: field.pointer.clone(),
            title: self.texts.resolve(&field.title, locale),
            kind: word(field.kind),
            required: field.required,
            value: match shown.expose().pointer(&field.pointer) {
                Some(value) if !field.secret => value.clone(),
                _ => Value::Null,
            },
            is_default: difference.pointer(&field.pointer).is_none() && !held.contains(&field.pointer),
            stored: field.secret.then(|| held.contains(&field.pointer)),
        };
        fields.map(view).collect()
    }

    /// What is in force, nested; no secret was put in.
    pub(super) fn values(&self, difference: &Value) -> Value {
        self.effective(difference, &Opened::default()).expose().clone()
    }

    /// The named groups of fields, in order.
    pub(super) fn sections(&self, locale: &str) -> Vec<SectionView> {
        let sections = self.schema.localised_sections(self.texts, locale).into_iter();
        sections.map(|section| SectionView { id: section.id, title: section.title }).collect()
    }

    /// Findings for people.
    pub(super) fn views(&self, findings: &[Finding], locale: &str) -> Vec<FindingView> {
        let view = |finding: Finding| FindingView {
            message: finding.message(),
            pointer: finding.pointer,
            title: finding.title,
            code: finding.code.into(),
            params: Value::Object(finding.params),
        };
        findings.iter().map(|finding| view(finding.clone().localised(self.texts, locale))).collect()
    }

    /// The plain fields that are sent and differ from what is stored, with both values; `null` stands for the default.
    pub(super) fn conflicts(&self, difference: &Value, plain: &Value) -> Vec<Value> {
        let fields = self.schema.fields().iter().filter(|field| !field.secret && field.kind != Kind::Group);
        let both = fields.filter_map(|field| {
            let yours = plain.pointer(&field.pointer)?;
            let theirs = difference.pointer(&field.pointer).unwrap_or(&Value::Null);
            (theirs != yours).then(|| json!({ "pointer": field.pointer, "theirs": theirs, "yours": yours }))
        });
        both.collect()
    }
}

/// The compiled settings of a manifest that was accepted.
pub(super) fn compile(manifest: &spk::Manifest) -> Result<ConfigSchema> {
    let broken = |defects: Vec<spk::Defect>| {
        let count = defects.len();
        Error::internal(format_args!("the settings of `{}` have {count} defects now", manifest.id))
    };
    manifest.settings().map_err(broken)
}

fn word(kind: Kind) -> String {
    match serde_json::to_value(kind) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// What a [`Map`] of changes looks like where nothing is saved.
pub(super) fn nothing() -> Value {
    Value::Object(Map::new())
}
