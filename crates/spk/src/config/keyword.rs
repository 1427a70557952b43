//! The keywords of a settings schema: which there are and what shape each has. Knows nothing of values.

/// What a keyword's value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Schema,
    Schemas,
    SchemaMap,
    Number,
    Count,
    Text,
    Markdown,
    Flag,
    Names,
    Texts,
    NamesMap,
    Types,
    Choices,
    Any,
    /// Known in other dialects or dangerous here: refused, with what to use instead.
    Refused(&'static str),
}

/// The form of a keyword; `None` for one that nobody here knows.
pub(super) fn form_of(keyword: &str) -> Option<Form> {
    use Form::*;
    Some(match keyword {
        "not"
        | "if"
        | "then"
        | "else"
        | "items"
        | "contains"
        | "additionalProperties"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Schema,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Schemas,
        "properties" | "patternProperties" | "$defs" | "dependentSchemas" => SchemaMap,
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "order" => Number,
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => Count,
        "title"
        | "description"
        | "pattern"
        | "format"
        | "$ref"
        | "section"
        | "unit"
        | "widget"
        | "deprecationMessage"
        | "patternErrorMessage"
        | "editPresentation"
        | "$schema" => Text,
        "markdownDescription" | "markdownDeprecationMessage" | "$comment" => Markdown,
        "uniqueItems" | "requiresRestart" | "deprecated" | "readOnly" | "writeOnly" => Flag,
        "required" => Names,
        "enumDescriptions" | "markdownEnumDescriptions" | "enumItemLabels" => Texts,
        "dependentRequired" => NamesMap,
        "type" => Types,
        "enum" => Choices,
        "const" | "default" | "examples" | "scope" | "tags" | "keywords" | "ignoreSync"
        | "suggestSortText" | "defaultSnippets" | "errorMessage" | "doNotSuggest" | "restricted"
        | "policy" | "included" => Any,
        "$id" | "$anchor" | "$dynamicAnchor" | "$dynamicRef" | "$recursiveRef" | "$recursiveAnchor"
        | "$vocabulary" => Refused("refer with `$ref` into `#/$defs` only"),
        "definitions" => Refused("use `$defs`"),
        "dependencies" => Refused("use `dependentRequired` or `dependentSchemas`"),
        "additionalItems" => Refused("use `items` and `prefixItems`"),
        "contentEncoding" | "contentMediaType" | "contentSchema" => Refused("use `format` or `pattern`"),
        _ => return None,
    })
}

/// For "did you mean".
pub(super) const COMMON: [&str; 48] = [
    "type",
    "title",
    "description",
    "markdownDescription",
    "default",
    "enum",
    "const",
    "required",
    "properties",
    "additionalProperties",
    "patternProperties",
    "items",
    "prefixItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "pattern",
    "format",
    "uniqueItems",
    "if",
    "then",
    "else",
    "not",
    "allOf",
    "anyOf",
    "oneOf",
    "dependentRequired",
    "dependentSchemas",
    "$ref",
    "$defs",
    "order",
    "section",
    "unit",
    "widget",
    "requiresRestart",
    "enumDescriptions",
    "enumItemLabels",
    "deprecationMessage",
    "patternErrorMessage",
    "contains",
];

/// The types of JSON Schema.
pub(super) const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// Formats that mean something here, and the type that each is for.
pub(super) fn type_of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "account" | "department" => "integer",
        "password" | "uri" | "email" | "date" | "time" | "multiline" => "string",
        "date-time"
        | "duration"
        | "hostname"
        | "idn-hostname"
        | "idn-email"
        | "ipv4"
        | "ipv6"
        | "iri"
        | "iri-reference"
        | "json-pointer"
        | "regex"
        | "relative-json-pointer"
        | "uri-reference"
        | "uri-template"
        | "uuid"
        | "color"
        | "color-hex" => "string",
        _ => return None,
    })
}

/// Pairs whose first must not exceed the second.
pub(super) const BOUNDS: [(&str, &str); 7] = [
    ("minimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
    ("minimum", "exclusiveMaximum"),
];
