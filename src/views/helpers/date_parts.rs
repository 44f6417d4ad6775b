//! The boxes of a date: what each one is called, how wide it is, and whether it is the one in error.

use handlebars::JsonRender;
use serde_json::{Map, Value, json};

use super::values::truthy;

const PARTS: [(&str, u8); 3] = [("day", 2), ("month", 2), ("year", 4)];

/// The options of the `input` component for each box of the `date-input` whose options are the first parameter.
///
/// The boxes are its `items`, or `day`, `month` and `year`, or the usual three.
pub(super) fn date_parts(params: &[Option<&Value>], _: Map<String, Value>) -> Option<Value> {
    let date = params.first().copied().flatten()?;
    let own = PARTS.map(|(name, width)| match date.get(name) {
        Some(given) => given.clone(),
        None => json!({"name": name, "classes": format!("govuk-input--width-{width}")}),
    });
    let items = match date.get("items").and_then(Value::as_array) {
        Some(items) if !items.is_empty() => items.clone(),
        _ => own.to_vec(),
    };
    // One box in error speaks for the date; with none, a message marks them all.
    let any_error = items.iter().any(is_wrong);
    let item = |(index, item): (usize, &Value)| input(date, &own, index, item, any_error);
    Some(items.iter().filter(|item| truthy(Some(item))).enumerate().map(item).collect())
}

fn is_wrong(item: &Value) -> bool {
    truthy(item.get("error")) || classes(item).contains("govuk-input--error")
}

fn classes(item: &Value) -> &str {
    item.get("classes").and_then(Value::as_str).unwrap_or_default()
}

fn input(date: &Value, own: &[Value; 3], index: usize, item: &Value, any_error: bool) -> Value {
    let given_name = item.get("name").and_then(Value::as_str);
    // An item is the day if it stands for it, or bears its name.
    let part = PARTS.iter().zip(own).enumerate().find(|(place, ((part, _), own))| match given_name {
        Some(name) => name == *part || own.get("name").and_then(Value::as_str) == Some(name),
        None => *place == index && *own == item,
    });
    let (usual_name, width, usual_value) = match part {
        Some((_, ((name, width), own))) => (*name, *width, own.get("value")),
        None => ("", 2, None),
    };
    let name = given_name.unwrap_or(usual_name);
    let prefix = date.get("namePrefix").and_then(Value::as_str).filter(|prefix| !prefix.is_empty());
    let full_name = prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}-{name}"));
    let typed = date.get("values").and_then(|values| values.get(&full_name));
    let value = item.get("value").or(usual_value).or(typed);

    let given = classes(item);
    let spared = item.get("error") == Some(&Value::Bool(false));
    let message = truthy(date.get("errorMessage"));
    let mut all = vec!["govuk-date-input__input".to_owned()];
    if !given.contains("govuk-input--error") && (is_wrong(item) || (message && !spared && !any_error)) {
        all.push("govuk-input--error".to_owned());
    }
    if !given.contains("govuk-input--width-") {
        all.push(format!("govuk-input--width-{width}"));
    }
    all.extend((!given.is_empty()).then(|| given.to_owned()));

    let id = date.get("id").map(Value::render).unwrap_or_default();
    let text = |key: &str| item.get(key).filter(|value| truthy(Some(value))).map(Value::render);
    let mut options = json!({
        "label": {"text": text("label").unwrap_or_else(|| capitalised(name)), "classes": "govuk-date-input__label"},
        "id": text("id").unwrap_or_else(|| format!("{id}-{name}")),
        "classes": all.join(" "),
        "name": full_name,
        "inputmode": text("inputmode").unwrap_or_else(|| "numeric".to_owned()),
    });
    if let Value::Object(options) = &mut options {
        options.extend(value.map(|value| ("value".to_owned(), value.clone())));
        for key in ["autocomplete", "pattern", "attributes"] {
            options.extend(item.get(key).map(|value| (key.to_owned(), value.clone())));
        }
    }
    options
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
