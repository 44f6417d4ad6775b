//! Forms that are shown again with everything that was typed, and what is wrong beside each field.
//!
//! A [`Field`] serialises to the options of the form components: `{{ui "input" form.email type="email"}}`,
//! `{{ui "select" form.unit}}`, `{{ui "radios" form.kind}}`. Extra options go beside it in the template.

use serde::Serialize;

/// One thing wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The id of the field (for a date, of its first wrong part: `start-day`).
    pub field: String,
    /// What to do about it, as a sentence without a full stop: "Enter the time at which the duty ended".
    pub message: String,
}

/// Everything wrong with a form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FormErrors(Vec<FieldError>);

impl FormErrors {
    /// No errors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that `field` is wrong; the first message for a field stays.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if self.get(&field).is_none() {
            self.0.push(FieldError { field, message: message.into() });
        }
    }

    /// The message for `field`.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What [`super::PageContext::errors`] gives back.
    pub fn as_slice(&self) -> &[FieldError] {
        &self.0
    }
}

/// A piece of text as the components want it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    text: String,
    classes: Option<&'static str>,
}

impl Text {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), classes: None }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Fieldset {
    legend: Text,
}

/// One entry of a select, of radios or of checkboxes. What it does not have is not written: a select of all kinds of
/// work has a hundred entries, and the templates copy them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    value: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Text>,
    #[serde(skip_serializing_if = "is_false")]
    selected: bool,
    #[serde(skip_serializing_if = "is_false")]
    checked: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Choice {
    /// An entry that sends `value` and reads `text`.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), hint: None, selected: false, checked: false }
    }

    /// Explains the entry.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(Text::new(hint));
        self
    }
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    id: String,
    id_prefix: String,
    name: String,
    label: Text,
    fieldset: Fieldset,
    hint: Option<Text>,
    value: Option<String>,
    items: Vec<Choice>,
    error_message: Option<Text>,
}

impl Field {
    /// A field whose name and id are `name`, called `label`.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        let name = name.into();
        let label = label.into();
        Self {
            id: name.clone(),
            id_prefix: name.clone(),
            name,
            fieldset: Fieldset { legend: Text::new(label.clone()) },
            label: Text::new(label),
            hint: None,
            value: None,
            items: Vec::new(),
            error_message: None,
        }
    }

    /// Gives it an id that is not its name, where two forms on a page share a name.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self.id_prefix.clone_from(&self.id);
        self
    }

    /// Explains what to write, or where to find it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(Text::new(hint));
        self
    }

    /// What was typed, or what is offered.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// The entries of a select, of radios or of checkboxes. Call it before [`Field::choose`].
    pub fn choices(mut self, items: impl IntoIterator<Item = Choice>) -> Self {
        self.items = items.into_iter().collect();
        self
    }

    /// [`Field::choices`] for a select of which one has to be chosen: none of them stands there by itself.
    pub fn one_of(self, items: impl IntoIterator<Item = Choice>) -> Self {
        self.choices(std::iter::once(Choice::new("", "Choose one")).chain(items))
    }

    /// Marks the entries with one of these values.
    pub fn choose<T: AsRef<str>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        for value in values {
            for item in self.items.iter_mut().filter(|item| item.value == value.as_ref()) {
                item.selected = true;
                item.checked = true;
            }
        }
        self
    }

    /// Shows the message that `errors` has for this field's id.
    pub fn errors(mut self, errors: &FormErrors) -> Self {
        self.error_message = errors.get(&self.id).map(Text::new);
        self
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct DatePart {
    id: String,
    name: &'static str,
    label: &'static str,
    value: String,
    error: bool,
}

/// A date that people remember, in three boxes: `<name>-day`, `<name>-month`, `<name>-year`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DateField {
    id: String,
    name_prefix: String,
    fieldset: Fieldset,
    hint: Option<Text>,
    items: [DatePart; 3],
    error_message: Option<Text>,
}

impl DateField {
    /// A date called `label`, with what was typed into its boxes: day, month, year.
    pub fn new(name: impl Into<String>, label: impl Into<String>, typed: [&str; 3]) -> Self {
        let name = name.into();
        let [day, month, year] = typed;
        let part = |part: &'static str, label: &'static str, value: &str| DatePart {
            id: format!("{name}-{part}"),
            name: part,
            label,
            value: value.to_owned(),
            error: false,
        };
        Self {
            id: name.clone(),
            items: [part("day", "Day", day), part("month", "Month", month), part("year", "Year", year)],
            name_prefix: name,
            fieldset: Fieldset { legend: Text::new(label) },
            hint: None,
            error_message: None,
        }
    }

    /// Explains what to write: "For example, 27 3 2026".
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(Text::new(hint));
        self
    }

    /// Shows the first message that `errors` has for one of the boxes (`start-month`), which is marked.
    pub fn errors(mut self, errors: &FormErrors) -> Self {
        for part in &mut self.items {
            if let Some(message) = errors.get(&part.id) {
                part.error = true;
                self.error_message.get_or_insert_with(|| Text::new(message));
            }
        }
        self
    }
}
