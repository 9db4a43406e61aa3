//! The JSON Schema (2020-12) of an experiment file, with which editors complete keys and mark mistakes. It is made from the
//! declarations by which `logitbench check` checks. It accepts every good file, with `[[dataset]]`, `[[model]]`, `[[solver]]` and
//! `[[claim]]` or with `[dataset]`, ..., and refuses the mistakes that a schema can express; `logitbench check` finds the rest.

use serde_json::{Map, Value, json};

use super::{TABLES, document, keys};
use crate::claim::KINDS;
use crate::data::embedded::{self, REST};
use crate::data::file::PACKED;
use crate::data::format::Format;
use crate::data::formats::FORMATS;
use crate::model::penalty::{FORMS, Form, Strength};
use crate::parameter::{Interval, Parameter, Setting, ValueKind};
use crate::solver::catalogue::{METHODS, Method};

/// Whether a list of values spans a grid, one table per value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    Grid,
    Refused,
}

/// The schema.
pub fn json_schema() -> Value {
    let top = table(&[keys::TOP], &[], Lists::Refused);
    let mut properties = top["properties"].as_object().cloned().unwrap_or_default();
    let mut definitions = Map::new();
    for name in TABLES {
        let (definition, several) = of_table(name);
        definitions.insert((*name).to_owned(), definition);
        let once = json!({ "$ref": format!("#/$defs/{name}") });
        let one_or_more = json!({ "anyOf": [{ "type": "array", "items": once, "minItems": 1 }, once] });
        properties.insert((*name).to_owned(), if several { one_or_more } else { once });
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "logitbench experiment",
        "description": "The file that `logitbench experiment FILE` runs. `logitbench list` prints every name; \
                        `logitbench check FILE` finds the mistakes that a schema cannot.",
        "type": "object",
        "properties": properties,
        "required": ["dataset", "solver"],
        "additionalProperties": false,
        "$defs": definitions,
    })
}

/// The schema of a table, and whether a file may have several of it.
fn of_table(name: &str) -> (Value, bool) {
    let one = |parameters: &[Parameter]| table(&[parameters], &[], Lists::Refused);
    match name {
        "dataset" => {
            let mut kinds = vec![embedded()];
            kinds.extend(FORMATS.iter().map(|format| file(format, FORMATS)));
            kinds.push(simulated());
            (json!({ "oneOf": kinds }), true)
        }
        "split" => {
            let needs = json!({ "first_random_state": ["generator"], "random_state": ["generator"], "most_repeats": ["repeats"] });
            (with(one(keys::SPLIT), json!({ "dependentRequired": needs })), false)
        }
        "model" => (model(), true),
        "solver" => (json!({ "oneOf": METHODS.iter().copied().map(solver).collect::<Vec<_>>() }), true),
        "stop" => (one(keys::STOP), false),
        "verdict" => (one(keys::VERDICT), false),
        "trace" => (one(keys::TRACE), false),
        "rope" => (one(&keys::rope()), false),
        "claim" => (claim(), true),
        _ => (Value::Bool(true), false),
    }
}

fn solver(method: &Method) -> Value {
    let solver = table(&[keys::SOLVER, keys::STOP, method.parameters], &["method"], Lists::Grid);
    let solver = with(json!({ "title": method.name, "description": method.about }), solver);
    solver.replaced("method", json!({ "description": keys::SOLVER[0].about, "const": method.name }))
}

fn embedded() -> Value {
    let names: Vec<&str> = embedded::ALL.iter().map(|embedded| embedded.name).collect();
    let mut classes: Vec<&str> = embedded::ALL.iter().flat_map(|embedded| embedded.classes).copied().collect();
    classes.push(REST);
    table(&[keys::EMBEDDED], &["name"], Lists::Grid)
        .merged("name", Lists::Grid.of(json!({ "enum": names })))
        .merged("classes", json!({ "items": { "enum": classes }, "minItems": 2, "maxItems": 2, "uniqueItems": true }))
}

/// A data set from a file in `format`. The first of `formats` reads every file that no other format claims.
fn file(format: &Format, formats: &[Format]) -> Value {
    let schema = table(&[keys::FILE, format.keys], &["file"], Lists::Grid);
    let one_of = |keys: &[&str]| any(keys.iter().map(|key| json!({ "required": [key] })).collect());
    let mut rules: Vec<Value> = format.required.iter().map(|keys| one_of(keys)).collect();
    if format.key("successes").is_some() {
        let both = |first: &str, second: &str| json!({ "not": { "required": [first, second] } });
        rules.push(json!({ "if": one_of(&["failures", "trials"]), "then": one_of(&["successes"]) }));
        rules.push(json!({ "if": one_of(&["successes"]), "then": one_of(&["failures", "trials"]) }));
        rules.push(both("failures", "trials"));
        rules.extend(["target", "positive", "negative", "weights"].map(|key| both("successes", key)));
    }
    let schema = if rules.is_empty() { schema } else { with(schema, json!({ "allOf": rules })) };
    let schema = with(json!({ "title": format.name, "description": format.about }), schema);
    let claimed = |format: &Format| json!({ "pattern": pattern(format) });
    let others: Vec<Value> = formats[1..].iter().map(claimed).collect();
    let name = match format.name == formats[0].name {
        true if others.is_empty() => return schema,
        true => json!({ "not": { "anyOf": others } }),
        false => claimed(format),
    };
    let one = Lists::Grid.of(with(kind(ValueKind::Text), json!({ "allOf": [name] })));
    let by_name = json!({ "if": { "required": ["format"] }, "else": { "properties": { "file": one } } });
    with(schema, by_name).merged("format", Lists::Grid.of(json!({ "const": format.name })))
}

/// A pattern of the file names that a format claims: see [`Format::claims`].
fn pattern(format: &Format) -> String {
    let either = |letter: char| match letter {
        '.' => "\\.".to_owned(),
        letter => format!("[{}{letter}]", letter.to_uppercase()),
    };
    let ends = |ends: &[&str]| -> String {
        ends.iter().map(|end| end.chars().map(either).collect()).collect::<Vec<String>>().join("|")
    };
    format!("[^/]\\.({})(\\.({}))?$", ends(format.extensions), ends(PACKED))
}

fn simulated() -> Value {
    let one_of_both = json!({ "not": { "required": ["correlation", "condition_number"] } });
    with(table(&[keys::SIMULATED], &["simulate", "rows", "features"], Lists::Grid), one_of_both)
}

/// A schema that accepts what one of these accepts.
fn any(mut schemas: Vec<Value>) -> Value {
    if schemas.len() == 1 { schemas.remove(0) } else { json!({ "anyOf": schemas }) }
}

fn model() -> Value {
    let has = |penalty| json!({ "properties": { "penalty": { "const": penalty } }, "required": ["penalty"] });
    let strength = json!({ "required": ["strength"] });
    let needs_strength = |form: &&&Form| matches!(form.strength, Strength::Needed { .. });
    let with_strength: Vec<Value> = FORMS.iter().filter(needs_strength).map(|form| has(form.name)).collect();
    let without: Vec<Value> = FORMS.iter().filter(|form| !needs_strength(form)).map(|form| has(form.name)).collect();
    let rules = json!({
        "dependentRequired": { "strength": ["penalty"] },
        "allOf": [
            { "if": any(with_strength), "then": strength },
            { "if": any(without), "then": { "not": strength } },
        ],
    });
    with(table(&[keys::MODEL], &[], Lists::Grid), rules)
}

fn claim() -> Value {
    let of_key = |parameter: &Parameter| key(parameter, Lists::Refused);
    json!({ "anyOf": KINDS.iter().map(|kind| kind.json_schema(of_key)).collect::<Vec<_>>() })
}

/// A table with these keys and no others.
fn table(parameters: &[&[Parameter]], required: &[&str], lists: Lists) -> Value {
    let all = parameters.iter().flat_map(|list| list.iter());
    let properties: Map<String, Value> =
        all.map(|parameter| (parameter.name.to_owned(), key(parameter, lists))).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The schema of a key: description, default, and allowed values.
fn key(parameter: &Parameter, lists: Lists) -> Value {
    let mut schema = Map::new();
    schema.insert("description".to_owned(), parameter.about.into());
    if let Some(default) = parameter.default {
        schema.insert("default".to_owned(), json!(Setting::from(default)));
    }
    let of_kind = if parameter.kind.is_list() { Lists::Refused } else { lists }.of(kind(parameter.kind));
    with(Value::Object(schema), of_kind)
}

impl Lists {
    /// A value, or a list of such values.
    fn of(self, value: Value) -> Value {
        match self {
            Lists::Grid => {
                json!({ "anyOf": [value, { "type": "array", "items": value, "minItems": 1, "uniqueItems": true }] })
            }
            Lists::Refused => value,
        }
    }
}

fn kind(kind: ValueKind) -> Value {
    let whole = |low: u64, high: u64| {
        let whole = json!({ "type": "integer", "minimum": low });
        if high < u64::MAX { with(whole, json!({ "maximum": high })) } else { whole }
    };
    let text = || {
        json!({
            "type": "string",
            "maxLength": document::MOST_CHARACTERS,
            "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
        })
    };
    let texts = || json!({ "type": "array", "items": text(), "maxItems": document::MOST_TEXTS });
    match kind {
        ValueKind::Flag => json!({ "type": "boolean" }),
        ValueKind::Whole(low, high) => whole(low, high),
        ValueKind::WholeOr(low, high, word) => json!({ "anyOf": [whole(low, high), { "const": word }] }),
        ValueKind::Number(interval) => number(interval),
        ValueKind::NumberOr(interval, names) => json!({ "anyOf": [number(interval), { "enum": names }] }),
        ValueKind::NumbersOr(interval, names) => {
            let table = json!({
                "type": "object",
                "additionalProperties": number(interval),
                "propertyNames": text(),
                "minProperties": 1,
                "maxProperties": document::MOST_TEXTS,
            });
            json!({ "anyOf": [table, { "enum": names }] })
        }
        ValueKind::Text => text(),
        ValueKind::Choice(names) => json!({ "enum": names }),
        ValueKind::Texts => texts(),
        ValueKind::TextOrTexts => json!({ "anyOf": [text(), texts()] }),
        ValueKind::Choices(names) => json!({ "type": "array", "items": { "enum": names } }),
        ValueKind::Names(names) => {
            let properties: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), text())).collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
        }
    }
}

fn number(interval: Interval) -> Value {
    let mut number = json!({ "type": "number" });
    if interval.low.is_finite() {
        let name = if interval.low_included { "minimum" } else { "exclusiveMinimum" };
        number = with(number, json!({ name: interval.low }));
    }
    if interval.high.is_finite() {
        let name = if interval.high_included { "maximum" } else { "exclusiveMaximum" };
        number = with(number, json!({ name: interval.high }));
    }
    number
}

/// The members of both objects; where both have a member, the second's.
fn with(mut first: Value, second: Value) -> Value {
    if let (Value::Object(first), Value::Object(second)) = (&mut first, second) {
        first.extend(second);
    }
    first
}

/// Changes to the schema of one key of a table.
trait Key {
    fn replaced(self, name: &str, schema: Value) -> Value;
    fn merged(self, name: &str, schema: Value) -> Value;
}

impl Key for Value {
    fn replaced(mut self, name: &str, schema: Value) -> Value {
        self["properties"][name] = schema;
        self
    }

    fn merged(self, name: &str, schema: Value) -> Value {
        let before = self["properties"][name].clone();
        self.replaced(name, with(before, schema))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::csv_file;

    #[test]
    fn a_second_format_takes_the_files_that_it_claims_and_its_own_keys() {
        const SPARSE: Format =
            Format { name: "sparse", extensions: &["svm"], keys: &[], required: &[], ..csv_file::FORMAT };
        let formats = [csv_file::FORMAT, SPARSE];
        let schemas: Vec<Value> = formats.iter().map(|format| file(format, &formats)).collect();
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("schema.json", json!({ "oneOf": schemas })).unwrap();
        let mut compiled = boon::Schemas::new();
        let schema = compiler.compile("schema.json", &mut compiled).unwrap();
        for (name, sparse) in
            [("a.svm", true), ("b/A.Svm.GZ", true), ("a.csv", false), ("asvm", false), (".svm", false)]
        {
            assert_eq!(SPARSE.claims(std::path::Path::new(name)), sparse);
            let plain = json!({ "file": name });
            let with_target = json!({ "file": [name], "target": "y" });
            assert_eq!(compiled.validate(&plain, schema).is_ok(), sparse, "{name}");
            assert_eq!(compiled.validate(&with_target, schema).is_ok(), !sparse, "{name} with a target");
        }
    }
}
