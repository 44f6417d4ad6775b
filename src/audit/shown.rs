//! An entry's fields and facts in words, as its page, the list and the file have them.

use serde_json::Value as Json;

/// Characters of a value that a list shows; the entry's own page shows all.
const BRIEF: usize = 60;

/// A field's change in words; of a field whose value is not kept, that it changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct Change {
    pub(super) field: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) left_out: bool,
}

impl Change {
    /// From a field of `changed` and what the entry says of it.
    fn of(field: &str, values: &Json) -> Self {
        let value = |name: &str| values.get(name).map(text).unwrap_or_default();
        Self {
            field: sentence(field),
            before: value("before"),
            after: value("after"),
            left_out: values.get("left_out").is_some(),
        }
    }

    /// With values no longer than a line of a list bears.
    pub(super) fn briefly(self) -> Self {
        Self { before: brief(&self.before), after: brief(&self.after), ..self }
    }

    /// In one line.
    pub(super) fn line(&self) -> String {
        if self.left_out {
            return format!("{}: changed", self.field);
        }
        format!("{}: {} → {}", self.field, self.before, self.after)
    }
}

/// What changed, by field.
pub(super) fn changes(detail: &Json) -> Vec<Change> {
    pairs(detail, "changed").map(|(field, values)| Change::of(field, values)).collect()
}

/// What else was noted: names and values.
pub(super) fn facts(detail: &Json) -> Vec<(String, String)> {
    pairs(detail, "facts").map(|(name, value)| (sentence(name), text(value))).collect()
}

fn pairs<'a>(detail: &'a Json, part: &str) -> impl Iterator<Item = (&'a String, &'a Json)> {
    detail.get(part).and_then(Json::as_object).into_iter().flatten()
}

/// A name in the log as the beginning of a sentence.
fn sentence(name: &str) -> String {
    let mut text = name.replace('_', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn text(value: &Json) -> String {
    match value {
        Json::Null => "nothing".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Json::Object(_) => value.to_string(),
    }
}

fn brief(text: &str) -> String {
    let mut kept: String = text.chars().take(BRIEF).collect();
    if kept.len() < text.len() {
        kept.push('\u{2026}');
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        assert_eq!(text(&json!(["a", 1, true, null])), "a, 1, yes, nothing");
        assert_eq!(sentence("call_sign"), "Call sign");
        let detail = json!({
            "changed": {"role": {"before": null, "after": "hr"}, "secret": {"left_out": true}},
            "facts": {"reason": "acting up"}
        });
        let lines: Vec<String> = changes(&detail).iter().map(Change::line).collect();
        assert_eq!(lines, ["Role: nothing → hr", "Secret: changed"]);
        assert_eq!(facts(&detail), [("Reason".to_owned(), "acting up".to_owned())]);
        assert_eq!((changes(&json!({})), facts(&json!({"facts": 7}))), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_list_is_brief_and_cuts_no_letter_in_two() {
        assert_eq!(brief(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(brief(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }
}
