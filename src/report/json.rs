//! The report as JSON, laid out for readers: an object or list stands on one line if it fits.

use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use super::Report;

/// The beginning of every report.
pub const BEGINNING: &str = "{\n  \"schema\": \"logitbench/report/";

/// Most characters of a line that holds a whole object or list.
const WIDTH: usize = 140;

/// The report as JSON text with a newline at its end.
pub fn render(report: &Report) -> serde_json::Result<String> {
    of(report)
}

/// Anything as JSON text, laid out in the same way.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn of(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(pretty(&serde_json::to_value(value)?))
}

/// A value as JSON text with a newline at its end.
pub fn pretty(value: &Value) -> String {
    let mut text = String::new();
    layout(value, 0, &mut text);
    text.push('\n');
    text
}

/// The JSON Schema (2020-12) of a report, made from its types.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>().to_value()
}

/// Reads a report.
///
/// # Errors
/// When the text is not JSON, or not a report of this schema.
pub fn parse(text: &str) -> serde_json::Result<Report> {
    serde_json::from_str(text)
}

/// Appends `value`, whose first line begins at the column `indent`.
fn layout(value: &Value, indent: usize, text: &mut String) {
    let flat = value.to_string();
    let numbers_only =
        matches!(value, Value::Array(items) if items.iter().all(|item| item.is_number() || item.is_null()));
    // A list of numbers stays on one line, however long: one number per line would help nobody.
    if numbers_only || indent + flat.len() <= WIDTH {
        text.push_str(&flat);
        return;
    }
    let new_line = |text: &mut String, indent: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', indent));
    };
    match value {
        Value::Object(members) => {
            text.push('{');
            for (place, (name, member)) in members.iter().enumerate() {
                text.push_str(if place > 0 { "," } else { "" });
                new_line(text, indent + 2);
                text.push_str(&Value::String(name.clone()).to_string());
                text.push_str(": ");
                layout(member, indent + 2, text);
            }
            new_line(text, indent);
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                text.push_str(if place > 0 { "," } else { "" });
                new_line(text, indent + 2);
                layout(item, indent + 2, text);
            }
            new_line(text, indent);
            text.push(']');
        }
        _ => text.push_str(&flat),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn layout_loses_nothing() {
        let long = "x".repeat(90);
        let value =
            json!({"a": [1, 2.5, null], "b": {"c": [long, long, {"d": "\"\n"}], "e": {}}, "f": vec![0.125; 99]});
        let mut text = String::new();
        layout(&value, 0, &mut text);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert!(text.lines().any(|line| line == "  \"a\": [1,2.5,null],"));
    }
}
