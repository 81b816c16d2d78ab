//! Check of answers against the OpenAPI document, with as much of JSON Schema as it uses.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::client::Answer;

/// The document as it is served.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../src/admin/openapi.json")).unwrap());

/// Panics unless the document has this route and says that it may be answered like this.
pub(crate) fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap();
    let Some(operation) = operation(method, path) else {
        // No such route: the answer is an error all the same.
        assert!(
            matches!(answer.status, 404 | 405 | 401 | 403 | 503),
            "{method} {path}: {answer:?}"
        );
        return valid(&DOCUMENT["components"]["schemas"]["Error"], &answer.json(), path);
    };
    let responses = &operation["responses"];
    let status = answer.status.to_string();
    let response = responses.get(&status).unwrap_or_else(|| &responses["default"]);
    let Some(content) = response.get("content") else {
        assert_eq!(answer.text, "", "{method} {path}");
        return;
    };
    let given = answer.header("content-type").unwrap();
    let essence = given.split(';').next().unwrap();
    let schema = &content[essence]["schema"];
    assert!(schema.is_object(), "{method} {path}: {status} is not to be {essence}");
    if essence == "application/json" {
        valid(schema, &answer.json(), &format!("{method} {path}: {status}"));
    }
}

/// Panics unless the data of an event is as the document says.
pub(crate) fn check_event(name: &str, data: &Value) {
    let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    let schema = format!("Event{}", words.collect::<String>());
    valid(&DOCUMENT["components"]["schemas"][&schema], data, &schema);
}

/// What the document says of a method of a path.
pub(crate) fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object()?;
    // Paths without parameters first.
    let exact = paths.get(path);
    let matching = paths.iter().filter(|(pattern, _)| matches(pattern, path));
    let found = exact.or_else(|| matching.max_by_key(|(pattern, _)| pattern.len()).map(|it| it.1));
    found?.get(method.to_ascii_lowercase())
}

/// Whether a path is one of a pattern, whose `{subject}` may hold slashes.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), parts.next()) {
            (None, None) => return true,
            (Some("{subject}"), Some(part)) => return !part.is_empty(),
            (Some(pattern), Some(part)) if pattern.starts_with('{') && !part.is_empty() => {}
            (Some(pattern), Some(part)) if pattern == part => {}
            _ => return false,
        }
    }
}

fn valid(schema: &Value, value: &Value, at: &str) {
    if let Err(error) = validate(schema, value, at) {
        panic!("{error}");
    }
}

/// Says what of `value` is not as `schema` has it. What the schema does not name is wrong, too.
pub(crate) fn validate(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(reference) = schema.get("$ref") {
        let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
        let schema = DOCUMENT.pointer(pointer);
        return validate(schema.ok_or_else(|| format!("{at}: no {reference}"))?, value, at);
    }
    if schema.as_object().is_some_and(Map::is_empty) {
        return Ok(());
    }
    if let Some(any) = schema.get("anyOf") {
        let any = any.as_array().unwrap();
        let errors: Vec<_> =
            any.iter().filter_map(|each| validate(each, value, at).err()).collect();
        return if errors.len() < any.len() { Ok(()) } else { Err(errors.join("\n")) };
    }
    let one = schema["type"].as_str().into_iter();
    let several = schema["type"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let types: Vec<_> = one.chain(several).collect();
    if !types.iter().any(|each| is_of_type(each, value)) {
        return Err(format!("{at}: {value} is not of type {types:?}"));
    }
    if let Some(wanted) = schema.get("const")
        && wanted != value
    {
        return Err(format!("{at}: {value} is not {wanted}"));
    }
    if let Some(all) = schema.get("enum")
        && !all.as_array().unwrap().contains(value)
    {
        return Err(format!("{at}: {value} is not one of {all}"));
    }
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(n, item)| validate(&schema["items"], item, &format!("{at}[{n}]"))),
        Value::Object(fields) => validate_fields(schema, fields, at),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn validate_fields(schema: &Value, fields: &Map<String, Value>, at: &str) -> Result<(), String> {
    if schema["additionalProperties"] == Value::Bool(true) {
        return Ok(());
    }
    let others = &schema["additionalProperties"];
    if others.is_object() {
        return fields
            .iter()
            .try_for_each(|(name, value)| validate(others, value, &format!("{at}.{name}")));
    }
    for name in schema["required"].as_array().unwrap() {
        if !fields.contains_key(name.as_str().unwrap()) {
            return Err(format!("{at}: there is no {name} in {fields:?}"));
        }
    }
    fields.iter().try_for_each(|(name, value)| {
        let schema = schema["properties"].get(name);
        let schema = schema.ok_or_else(|| format!("{at}: {name} is not in the document"))?;
        validate(schema, value, &format!("{at}.{name}"))
    })
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        other => panic!("type {other}"),
    }
}
