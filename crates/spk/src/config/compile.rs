//! Compiling settings: all checks of the schema in their order, then fields, then what can be judged only on fields.

use super::{
    ConfigSchema, FIELDS_MAX, Inner,
    check::Check,
    engine,
    normalise::{Normal, normalise},
    tree::{Grow, Node},
};
use crate::manifest::{Defect, Warning, path};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, sync::Arc};

impl ConfigSchema {
    /// Compiles the `config` of a manifest; `Value::Null` means no settings.
    ///
    /// # Errors
    /// All defects at once, with JSON paths that begin with `$.config`.
    pub fn compile(config: &Value) -> Result<(Self, Vec<Warning>), Vec<Defect>> {
        let mut defects = Vec::new();
        let Normal { schema, sections, origins } = normalise(config, &mut defects);
        let mut check = Check::new(&schema, &origins);
        check.run();
        defects.append(&mut check.defects);
        let (mut warnings, weak) = (check.warnings, check.weak);
        if !defects.is_empty() {
            return Err(defects);
        }
        let compiled = engine::compile(&schema, &weak);
        let validator = compiled.ok_or_else(|| vec![not_a_schema()])?;
        let (fields, secrets) = (Vec::new(), Vec::new());
        let mut grow =
            Grow { root: &schema, origins: &origins, weak: &weak, fields, secrets, defaults: Vec::new() };
        let mut tree = grow.root();
        check_count(&grow, &mut defects);
        check_secrets(&grow, &mut defects);
        let bad = bad_defaults(&grow, &weak, &mut warnings);
        let mut fields = grow.fields;
        fields.iter_mut().filter(|field| bad.contains(&field.pointer)).for_each(|field| field.default = None);
        drop_defaults(&mut tree, &bad);
        tree.fill(None);
        check_filled(&tree, &fields, &mut defects);
        if !defects.is_empty() {
            return Err(defects);
        }
        let inner = Inner { schema, sections, fields, tree, validator: Arc::new(validator) };
        Ok((Self(Arc::new(inner)).with_sections(&[]), warnings))
    }
}

fn not_a_schema() -> Defect {
    Defect::new("$.config", "not_a_schema", "the settings are not a valid JSON Schema 2020-12")
}

fn check_count(grow: &Grow, defects: &mut Vec<Defect>) {
    if grow.fields.len() > FIELDS_MAX {
        let message = format!("{} fields, at most {FIELDS_MAX} are allowed", grow.fields.len());
        defects.push(Defect::new("$.config", "too_many_fields", message));
    }
}

/// A password is of type string everywhere it is spoken about, and nothing tells its value.
fn check_secrets(grow: &Grow, defects: &mut Vec<Defect>) {
    for (schema, at) in grow.secrets.iter().flat_map(|(_, facets)| facets) {
        if schema.get("type").is_some_and(|kind| kind != "string") {
            let message = "a password is of the type `string` alone";
            defects.push(Defect::new(path::child(at, "type"), "password_type", message));
        }
        for key in
            ["default", "enum", "const", "examples"].into_iter().filter(|key| schema.get(key).is_some())
        {
            let message = format!("a password cannot have `{key}`: the package would tell it");
            defects.push(Defect::new(path::child(at, key), "password_value", message));
        }
    }
    for (pointer, facets) in &grow.secrets {
        if facets.iter().all(|(schema, _)| schema.get("type").is_none()) {
            let at = facets.first().map_or("$.config", |(_, at)| at);
            defects.push(
                Defect::new(at, "password_type", format!("the password `{pointer}` has no type"))
                    .hint("add `\"type\": \"string\"`"),
            );
        }
    }
}

/// An object's default must not hold a password either.
fn check_filled(tree: &Node, fields: &[super::Field], defects: &mut Vec<Defect>) {
    for field in fields.iter().filter(|field| field.secret) {
        if holds(tree, &field.pointer) {
            let message = "the default of an object holds a password: the package would tell it";
            defects.push(Defect::new(&field.path, "password_value", message));
        }
    }
}

/// Whether any default above a pointer has a value for it, applied or not.
fn holds(tree: &Node, pointer: &str) -> bool {
    let mut found = false;
    tree.each(&mut |node| {
        let below = pointer.strip_prefix(&node.pointer).filter(|rest| rest.starts_with('/'));
        found |= below
            .is_some_and(|rest| node.default.as_ref().is_some_and(|value| value.pointer(rest).is_some()));
    });
    found
}

/// The pointers of defaults that their own schema refuses, each with a warning.
fn bad_defaults(grow: &Grow, weak: &BTreeSet<String>, warnings: &mut Vec<Warning>) -> BTreeSet<String> {
    let mut properties = Map::new();
    let mut values = Map::new();
    for (i, (pointer, _, schemas)) in grow.defaults.iter().enumerate() {
        let field = grow.fields.iter().find(|field| field.pointer == *pointer);
        let default = field.and_then(|field| field.default.clone());
        properties.insert(i.to_string(), json!({"allOf": schemas}));
        values.insert(i.to_string(), default.unwrap_or_default());
    }
    let shared = grow.root.get("$defs").cloned().unwrap_or_else(|| json!({}));
    let Some(validator) = engine::compile(&json!({"$defs": shared, "properties": properties}), weak) else {
        return BTreeSet::new();
    };
    // Whether, not why: errors would copy the value once for each alternative that refuses it.
    let refused = |(key, value): (String, Value)| {
        let index = key.parse().ok();
        index.filter(|_| !validator.is_valid(&Value::Object(Map::from_iter([(key, value)]))))
    };
    let bad: BTreeSet<usize> = values.into_iter().filter_map(refused).collect();
    for (_, at, _) in bad.iter().filter_map(|i| grow.defaults.get(*i)) {
        let message = "the default breaks its own rule and is not applied";
        warnings.push(Defect::new(at, "bad_default", message).hint("change the default or the rule"));
    }
    bad.iter().filter_map(|i| grow.defaults.get(*i)).map(|(pointer, ..)| pointer.clone()).collect()
}

fn drop_defaults(node: &mut Node, bad: &BTreeSet<String>) {
    if bad.contains(&node.pointer) {
        node.default = None;
        node.atomic = node.children.is_empty();
    }
    node.children.iter_mut().for_each(|child| drop_defaults(child, bad));
}
