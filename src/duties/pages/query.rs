//! What stands in the address of a list: the filter, and where the list goes on.

use actix_web::web::Path;
use jiff::civil::Date;
use serde::Deserialize;

use super::super::model::Filter;
use super::super::rules::parse_date;
use crate::http::{Failure, Problem};
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{DutyId, DutyKindId};
use crate::views::FormErrors;

/// The query of a list of duties: every field any text, to be shown again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: String,
    pub(super) incident: String,
    pub(super) after: String,
}

impl ListQuery {
    /// The filter; what cannot be read is said in `errors` and left out.
    pub(super) fn filter(&self, errors: &mut FormErrors) -> Filter {
        let from = day(&self.from, "from", errors);
        let to = day(&self.to, "to", errors);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            errors.add("to", "The last day must not be before the first");
        }
        Filter { from, to, kind: uuid(&self.kind).map(DutyKindId), incident: text(&self.incident) }
    }

    /// Where the list goes on.
    ///
    /// # Errors
    /// [`Problem::BadRequest`] for a cursor that is none of ours.
    pub(super) fn cursor(&self) -> Result<Option<Cursor>, Failure> {
        cursor(&self.after)
    }

    /// The address of the same list with some of its parts replaced; empty ones are left out.
    pub(super) fn address(&self, path: &str, replace: &[(&str, &str)]) -> String {
        let own = [
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("kind", self.kind.as_str()),
            ("incident", self.incident.as_str()),
        ];
        let mut all: Vec<(&str, &str)> =
            own.into_iter().filter(|(name, _value)| !replace.iter().any(|(other, _)| other == name)).collect();
        all.extend_from_slice(replace);
        address(path, &all)
    }
}

/// `path` with the pairs that have a value as its query.
pub(super) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_name, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The id of the duty in an address; what is no id is no duty.
///
/// # Errors
/// [`Problem::NotFound`].
pub(super) fn duty_id(path: &Path<String>) -> Result<DutyId, Failure> {
    uuid(path).map(DutyId).ok_or_else(|| Problem::NotFound.into())
}

/// Where a list goes on.
///
/// # Errors
/// [`Problem::BadRequest`] for a cursor that is none of ours.
pub(super) fn cursor(text: &str) -> Result<Option<Cursor>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let damaged = || Problem::BadRequest("The address of this page is damaged. Open the list again.".to_owned());
    Cursor::decode(text).map(Some).ok_or_else(|| damaged().into())
}

/// A day in a filter; nothing typed is no bound.
pub(super) fn day(text: &str, field: &str, errors: &mut FormErrors) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let date = parse_date(text);
    if date.is_none() {
        errors.add(field, "Enter a date like 22/11/2026");
    }
    date
}

/// An id in a query; nothing, and what is none, is none.
pub(super) fn uuid(text: &str) -> Option<uuid::Uuid> {
    uuid::Uuid::try_parse(text.trim()).ok()
}

fn text(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(40).collect();
    (!text.is_empty()).then_some(text)
}
