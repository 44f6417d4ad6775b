//! What a slice says about a deed: [`Entry`], its changed [`Field`]s and its facts.
//!
//! Values are only of kinds that survive the database unchanged, so that an entry read back in ten years gives the
//! same commitment. A field says once, where it is declared, whether its value may stand in the log.

use std::fmt::Display;

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::authz::Caller;
use crate::kernel::address::MaskedAddress;
use crate::kernel::ids::PersonId;

/// Characters of one text value that the log keeps; what is longer ends in an ellipsis.
const LONGEST_TEXT: usize = 2_000;

/// A value in the log: text, whole number, yes or no, a list of texts, or nothing. Never a fraction: those do not
/// survive every database unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value(Json);

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self(Json::Bool(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self(Json::String(keepable(value)))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self(Json::String(value.to_string()))
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self(Json::String(value.to_string()))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self(Json::Null), Into::into)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self(Json::Array(values.into_iter().map(|value| value.into().0).collect()))
    }
}

macro_rules! whole_numbers {
    ($($kind:ty)*) => {$(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self(Json::from(value))
            }
        }
    )*};
}
whole_numbers!(i16 i32 i64 u16 u32 u64);

impl Value {
    /// The text that `value` displays as.
    pub fn text(value: impl Display) -> Self {
        Self::from(value.to_string())
    }
}

/// Postgres keeps no NUL in text; and a log is no place for a megabyte.
fn keepable(text: &str) -> String {
    let mut kept: String = text.chars().take(LONGEST_TEXT).map(|c| if c == '\0' { '\u{FFFD}' } else { c }).collect();
    if kept.len() < text.len() && text.chars().nth(LONGEST_TEXT).is_some() {
        kept.push('\u{2026}');
    }
    kept
}

/// A field of a record, by the name that the log knows it by. Declare each once, as a constant of its slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    name: &'static str,
    shown: bool,
}

impl Field {
    /// A field whose value may stand in the log.
    pub const fn shown(name: &'static str) -> Self {
        Self { name, shown: true }
    }

    /// A field of which the log says that it changed, and never to what: notes, HR fields, secrets.
    pub const fn sensitive(name: &'static str) -> Self {
        Self { name, shown: false }
    }

    /// This field's change from `before` to `after`; `None` when it did not change.
    pub fn change(self, before: impl Into<Value>, after: impl Into<Value>) -> Option<Change> {
        let (before, after) = (before.into(), after.into());
        (before != after).then(|| Change {
            field: self.name,
            values: if self.shown { json!({"before": before.0, "after": after.0}) } else { json!({"left_out": true}) },
        })
    }
}

/// That a field changed, with its values unless they are sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    field: &'static str,
    values: Json,
}

/// One deed, as its slice describes it. Who did it and from where comes from the transaction's caller.
#[derive(Debug, Clone)]
#[must_use = "an entry that is not handed to audit::record was never written"]
pub struct Entry {
    pub(super) action: &'static str,
    pub(super) object_kind: &'static str,
    pub(super) object_id: Option<String>,
    pub(super) subject: Option<PersonId>,
    pub(super) on_behalf_of: Option<PersonId>,
    pub(super) address: Option<MaskedAddress>,
    changed: Map<String, Json>,
    facts: Map<String, Json>,
}

impl Entry {
    /// A deed by its name, `noun.verb`: the same word as its permission and its route.
    pub fn new(action: &'static str) -> Self {
        Self {
            action,
            object_kind: action.split_once('.').map_or(action, |(noun, _)| noun),
            object_id: None,
            subject: None,
            on_behalf_of: None,
            address: None,
            changed: Map::new(),
            facts: Map::new(),
        }
    }

    /// On which record: its kind (`duty`) and its id.
    pub fn on(mut self, kind: &'static str, id: impl Display) -> Self {
        self.object_kind = kind;
        self.object_id = Some(keepable(&id.to_string()));
        self
    }

    /// Whose record it is.
    pub fn about(mut self, person: PersonId) -> Self {
        self.subject = Some(person);
        self
    }

    /// The person for whom background work did it; the log then names both.
    pub fn on_behalf_of(mut self, person: PersonId) -> Self {
        self.on_behalf_of = Some(person);
        self
    }

    /// From where, when the transaction's caller does not know it: a sign-in runs as a system caller.
    pub fn from(mut self, address: Option<MaskedAddress>) -> Self {
        self.address = address;
        self
    }

    /// The fields that changed, from [`Field::change`]; what did not change is not mentioned.
    pub fn changed(mut self, changes: impl IntoIterator<Item = Option<Change>>) -> Self {
        self.changed.extend(changes.into_iter().flatten().map(|change| (change.field.to_owned(), change.values)));
        self
    }

    /// Anything else worth knowing, under a name of its own: rows of an import, the hash of a file, a reason.
    pub fn noting(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into().0);
        self
    }

    /// By which of the caller's roles they were allowed to: those that give one of `permissions`. Their own record needs
    /// no role, and then nothing is noted.
    pub fn allowed_by(self, caller: &Caller, permissions: &[&str]) -> Self {
        let roles = caller.roles_that_give(permissions);
        if roles.is_empty() { self } else { self.noting("allowed_by", roles) }
    }

    /// The part of the entry that is kept as JSON; parts without content are left away.
    pub(super) fn detail(&self) -> Json {
        let mut detail = Map::new();
        for (name, part) in [("changed", &self.changed), ("facts", &self.facts)] {
            if !part.is_empty() {
                detail.insert(name.to_owned(), Json::Object(part.clone()));
            }
        }
        Json::Object(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL_SIGN: Field = Field::shown("call_sign");
    const MILEAGE: Field = Field::shown("mileage");
    const PRIVATE_NOTE: Field = Field::sensitive("private_note");

    #[test]
    fn only_what_changed_is_mentioned() {
        let entry = Entry::new("duty.edit").changed([CALL_SIGN.change("E281", "E281"), MILEAGE.change(3, 4)]);
        assert_eq!(entry.detail(), json!({"changed": {"mileage": {"before": 3, "after": 4}}}));
    }

    #[test]
    fn a_sensitive_value_never_reaches_the_log() {
        let entry = Entry::new("duty.edit").changed([PRIVATE_NOTE.change("I was afraid", "I was not afraid")]);
        assert_eq!(entry.detail(), json!({"changed": {"private_note": {"left_out": true}}}));
        assert!(!format!("{entry:?}").contains("afraid"));
    }

    #[test]
    fn a_new_value_has_nothing_before_it() {
        let change = CALL_SIGN.change(None::<&str>, "E281");
        let detail = Entry::new("duty.log").changed([change]).detail();
        assert_eq!(detail, json!({"changed": {"call_sign": {"before": null, "after": "E281"}}}));
    }

    #[test]
    fn what_postgres_would_refuse_is_replaced_and_what_is_endless_is_cut() {
        assert_eq!(Value::from("a\0b").0, json!("a\u{FFFD}b"));
        let long = Value::from("é".repeat(5_000)).0;
        assert_eq!(long.as_str().map(|text| text.chars().count()), Some(2_001));
        assert_eq!(Value::from("é".repeat(2_000)).0, json!("é".repeat(2_000)));
    }

    #[test]
    fn the_object_is_what_the_action_is_about_unless_said_otherwise() {
        assert_eq!(Entry::new("session.start").object_kind, "session");
        assert_eq!(Entry::new("role.grant").on("person", 7).object_kind, "person");
    }
}
