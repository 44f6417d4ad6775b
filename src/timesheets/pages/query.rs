//! What stands in addresses: days, ids, and where a list goes on.

use jiff::civil::Date;

use crate::http::{Failure, Problem};
use crate::kernel::cursor::Cursor;

/// `path` with the pairs that have a value as its query.
pub(super) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_name, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The day on which a period begins, as it stands in an address; what is none begins no period.
///
/// # Errors
/// [`Problem::NotFound`].
pub(super) fn first_day(text: &str) -> Result<Date, Failure> {
    Date::strptime("%Y-%m-%d", text).map_err(|_no_day| Problem::NotFound.into())
}

/// A day in a filter; nothing, and what is none, is none.
pub(super) fn day(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text.trim()).ok()
}

/// An id in a query; nothing, and what is none, is none.
pub(super) fn uuid(text: &str) -> Option<uuid::Uuid> {
    uuid::Uuid::try_parse(text.trim()).ok()
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
