//! What the fields of a manifest mean together, and together with the package's files and the host.

use super::{Address, Context, Defect, LicenseMode, Manifest, Place, Warning, icon, path, shape::shorten};
use crate::{
    PluginId, Texts, check_name,
    config::{ConfigSchema, Field, Kind},
    locales::key_of,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// What the checks of meaning found; begins with what the checks of shape found.
pub(super) struct Findings {
    pub defects: Vec<Defect>,
    pub warnings: Vec<Warning>,
}

/// What is declared and would not work.
const STRICT: [&str; 3] = ["bad_default", "weak_pattern", "unknown_text"];

impl Findings {
    /// Checks a draft whose unreadable fields stand empty: what is empty is passed over here.
    pub(super) fn check(&mut self, draft: &Manifest, context: &Context) {
        self.engines(draft, context);
        self.files(draft, context);
        self.links(draft);
        self.relations(draft);
        self.services(draft);
        self.unique(draft);
        self.permissions(draft);
        self.license(draft);
        self.settings(draft);
        self.texts(draft, context);
    }

    /// Turns those warnings into defects that a publisher has to mend before shipping.
    pub(super) fn be_strict(&mut self) {
        let (defects, warnings) = self.warnings.drain(..).partition(|warning| STRICT.contains(&warning.code));
        let defects: Vec<Defect> = defects;
        self.defects.extend(defects);
        self.warnings = warnings;
    }

    fn refuse(&mut self, at: &str, code: &'static str, message: String) -> &mut Defect {
        self.defects.push(Defect::new(at, code, message));
        self.defects.last_mut().expect("one was just pushed")
    }

    fn engines(&mut self, draft: &Manifest, context: &Context) {
        let (range, version) = (&draft.engines.sprocket, &context.host.sprocket_version);
        if !range.matches(version) {
            let message = format!("the plugin needs Sprocket `{range}`, this is {version}");
            self.refuse("$.engines.sprocket", "engine_unsatisfied", message).hint =
                "ask the publisher for a package for this version of Sprocket".to_owned();
        }
    }

    fn files(&mut self, draft: &Manifest, context: &Context) {
        for (target, file) in &draft.library {
            self.file(&path::child("$.library", target), file, context);
        }
        for (i, page) in draft.pages.iter().enumerate() {
            let at = path::child(&path::item("$.pages", i), "path");
            self.file(&at, &page.path, context);
            if !page.path.is_empty() && !page.path.starts_with("web/") {
                let message = format!("`{}` is not below `web/`", shorten(&page.path));
                self.refuse(&at, "page_outside_web", message).hint =
                    "only files below `web/` are served".to_owned();
            }
        }
        if let Some(file) = &draft.icon {
            self.icon(file, context);
        }
    }

    fn icon(&mut self, file: &str, context: &Context) {
        self.file("$.icon", file, context);
        if let (Some(bytes), true) = (context.icon, check_name(file).is_ok()) {
            self.defects.extend(icon::check(file, bytes));
        }
    }

    fn file(&mut self, at: &str, file: &str, context: &Context) {
        let shown = shorten(file);
        if file.is_empty() {
        } else if check_name(file).is_err() {
            self.refuse(at, "bad_file_name", format!("`{shown}` is not a path inside the package")).hint =
                "write it relative, with `/`, without `.` and `..`".to_owned();
        } else if (context.entries)(file).is_none() {
            self.refuse(at, "missing_file", format!("the package has no file `{shown}`"));
        }
    }

    fn links(&mut self, draft: &Manifest) {
        for (name, link) in draft.links.iter().filter(|(_, link)| !is_safe_link(link)) {
            let message = format!("`{}` is neither an `https:` nor a `mailto:` address", shorten(link));
            self.refuse(&path::child("$.links", name), "bad_link", message);
        }
    }

    fn relations(&mut self, draft: &Manifest) {
        if draft.parent.as_ref().is_some_and(|parent| parent.id == draft.id) {
            self.refuse("$.parent.id", "self_parent", "the plugin is its own parent".to_owned());
        }
        let both =
            [("dependencies", &draft.dependencies), ("optionalDependencies", &draft.optional_dependencies)];
        for (key, dependencies) in both {
            if dependencies.contains_key(&draft.id) {
                let at = path::child(&path::child("$", key), draft.id.as_str());
                self.refuse(&at, "self_dependency", "the plugin depends on itself".to_owned());
            }
        }
        let twice = |id: &&PluginId| draft.dependencies.contains_key(*id);
        for id in draft.optional_dependencies.keys().filter(twice) {
            let at = path::child("$.optionalDependencies", id.as_str());
            self.refuse(&at, "dependency_twice", format!("`{id}` is both a dependency and an optional one"));
        }
    }

    fn services(&mut self, draft: &Manifest) {
        let provided: BTreeSet<&str> = draft.services.provides.iter().map(|s| s.name.as_str()).collect();
        for (i, used) in
            draft.services.uses.iter().enumerate().filter(|(_, s)| provided.contains(s.name.as_str()))
        {
            let at = path::child(&path::item("$.services.uses", i), "name");
            let message = format!("the plugin provides the service `{}` itself", used.name);
            self.refuse(&at, "own_service", message);
        }
    }

    fn unique(&mut self, draft: &Manifest) {
        self.no_twins("$.permissions", "id", draft.permissions.iter().map(|p| p.id.as_str()));
        self.no_twins("$.commands", "id", draft.commands.iter().map(|c| c.id.as_str()));
        self.no_twins("$.pages", "id", draft.pages.iter().map(|p| p.id.as_str()));
        self.no_twins("$.sections", "id", draft.sections.iter().map(|s| s.id.as_str()));
        self.no_twins("$.services.provides", "name", draft.services.provides.iter().map(|s| s.name.as_str()));
        self.no_twins("$.services.uses", "name", draft.services.uses.iter().map(|s| s.name.as_str()));
    }

    fn no_twins<'a>(&mut self, list: &str, key: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for (i, name) in names.enumerate() {
            if !name.is_empty() && !seen.insert(name) {
                let at = path::child(&path::item(list, i), key);
                self.refuse(&at, "duplicate_name", format!("`{}` is declared twice", shorten(name)));
            }
        }
    }

    fn permissions(&mut self, draft: &Manifest) {
        let declared: Vec<&str> = draft.permissions.iter().map(|p| p.id.as_str()).collect();
        let commands = draft.commands.iter().map(|c| c.permission.as_str()).enumerate();
        let pages = draft.pages.iter().map(|p| p.permission.as_str()).enumerate();
        let services = draft.services.provides.iter().map(|s| s.permission.as_str()).enumerate();
        let all = commands.map(|(i, name)| (path::item("$.commands", i), name));
        let all = all.chain(pages.map(|(i, name)| (path::item("$.pages", i), name)));
        for (at, name) in all.chain(services.map(|(i, name)| (path::item("$.services.provides", i), name))) {
            if !name.is_empty() && !declared.contains(&name) {
                let message = format!("the permission `{}` is not declared", shorten(name));
                let near = super::nearest(name, declared.iter().copied());
                self.refuse(&path::child(&at, "permission"), "undeclared_permission", message).hint = near
                    .map_or(format!("declared are {}", declared.join(", ")), |n| {
                        format!("did you mean `{n}`?")
                    });
            }
        }
    }

    fn license(&mut self, draft: &Manifest) {
        if draft.license.mode != LicenseMode::Host && !draft.license.keys.is_empty() {
            let message = "keys have a meaning with the mode `host` only".to_owned();
            self.refuse("$.license.keys", "license_keys_unused", message);
        }
    }

    fn settings(&mut self, draft: &Manifest) {
        let schema = match ConfigSchema::compile(&draft.config) {
            Ok((schema, warnings)) => {
                self.warnings.extend(warnings);
                Some(schema)
            }
            Err(defects) => {
                self.defects.extend(defects);
                None
            }
        };
        if let Some(schema) = &schema {
            schema.fields().iter().for_each(|field| self.section(draft, schema, field));
        }
        self.capabilities(draft, schema.as_ref());
    }

    fn section(&mut self, draft: &Manifest, schema: &ConfigSchema, field: &Field) {
        let Some(section) = &field.section else { return };
        let declared = || draft.sections.iter().chain(schema.sections()).map(|s| s.id.as_str());
        if !declared().any(|id| id == section) {
            let message = format!("the section `{}` is not declared", shorten(section));
            let near = super::nearest(section, declared()).map(|id| format!("did you mean `{id}`?"));
            let at = path::child(&field.path, "section");
            self.refuse(&at, "undeclared_section", message).hint = near.unwrap_or_default();
        }
    }

    fn capabilities(&mut self, draft: &Manifest, schema: Option<&ConfigSchema>) {
        let capabilities = &draft.capabilities;
        for (i, entry) in capabilities.http.iter().enumerate() {
            let at = path::item("$.capabilities.http", i);
            match entry.parse() {
                Ok(Address::Host { .. }) => {}
                Ok(Address::Setting(name)) => self.address_setting(&at, &name, schema),
                Err((code, message)) => {
                    self.refuse(&at, code, message).hint =
                        "write `host:port` or `${config.<field>}`".to_owned();
                }
            }
        }
        for (list, entries) in [("read", &capabilities.read), ("write", &capabilities.write)] {
            for (i, entry) in entries.iter().enumerate() {
                let at = path::item(&path::child("$.capabilities", list), i);
                match entry.parse() {
                    Ok(Place::Path(_)) => {}
                    Ok(Place::Setting(name)) => self.place_setting(&at, &name, schema),
                    Err((code, message)) => {
                        self.refuse(&at, code, message);
                    }
                }
            }
        }
    }

    fn address_setting(&mut self, at: &str, name: &str, schema: Option<&ConfigSchema>) {
        let Some(field) = self.setting(at, name, schema) else { return };
        if field.kind != Kind::Uri {
            self.refuse(
                at,
                "setting_not_uri",
                format!("the setting `{}` has not the format `uri`", shorten(name)),
            );
        } else if !field.required && field.default.is_none() {
            let message = format!("the setting `{}` is neither required nor has it a default", shorten(name));
            self.refuse(at, "setting_optional", message);
        }
    }

    fn place_setting(&mut self, at: &str, name: &str, schema: Option<&ConfigSchema>) {
        let Some(field) = self.setting(at, name, schema) else { return };
        if field.kind != Kind::Text {
            self.refuse(
                at,
                "setting_not_path",
                format!("the setting `{}` is not a plain text", shorten(name)),
            );
        }
    }

    /// The setting that a capability names; without a usable schema there is nothing to say about it.
    fn setting<'s>(&mut self, at: &str, name: &str, schema: Option<&'s ConfigSchema>) -> Option<&'s Field> {
        let found = schema?.field_named(name);
        if found.is_none() {
            let near = super::nearest(name, schema?.fields().iter().map(|f| f.key.as_str()));
            let hint = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
            self.refuse(at, "unknown_setting", format!("there is no setting `{}`", shorten(name))).hint =
                hint;
        }
        found
    }

    fn texts(&mut self, draft: &Manifest, context: &Context) {
        let texts = match Texts::read(context.locales) {
            Ok(texts) => texts,
            Err(defects) => return self.defects.extend(defects),
        };
        let Ok(document) = serde_json::to_value(draft) else { return };
        let mut keys = Vec::new();
        collect_keys(&document, "$", &mut keys);
        for (at, key) in keys.into_iter().filter(|(_, key)| !texts.falls_back(key)) {
            let message = format!("the text `{}` is not in `locales/en.json`", shorten(&key));
            self.warnings
                .push(Defect::new(at, "unknown_text", message).hint("other languages fall back to English"));
        }
    }
}

fn collect_keys(value: &Value, at: &str, keys: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => keys.extend(key_of(text).map(|key| (at.to_owned(), key.to_owned()))),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| collect_keys(item, &path::item(at, i), keys));
        }
        Value::Object(map) => {
            let texts = map.iter().filter(|(key, _)| !VALUES.contains(&key.as_str()));
            texts.for_each(|(key, item)| collect_keys(item, &path::child(at, key), keys));
        }
        _ => {}
    }
}

/// Keywords of settings whose strings are values, not texts.
const VALUES: [&str; 5] = ["default", "enum", "const", "examples", "pattern"];

fn is_safe_link(link: &str) -> bool {
    if link.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\')) {
        return false;
    }
    let lower = link.to_ascii_lowercase();
    let web = lower.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let mail = lower.strip_prefix("mailto:").and_then(|rest| rest.split('?').next());
    let host = web.is_some_and(|authority| !authority.is_empty() && !authority.contains('@'));
    host || mail.is_some_and(|address| {
        address.split('@').count() == 2 && !address.starts_with('@') && !address.ends_with('@')
    })
}
