//! What the pages share: lengths of time and standings in words, links, ids in addresses.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::{Failure, Problem};
use crate::views::format;
use crate::working_time::seconds::Seconds;
use crate::working_time::service::Concern;

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

#[derive(Debug, Clone, Serialize)]
pub(super) struct PageLink {
    pub(super) href: String,
    pub(super) text: Option<String>,
}

impl PageLink {
    pub(super) fn new(href: String, text: &str) -> Self {
        Self { href, text: Some(text.to_owned()) }
    }
}

#[derive(Debug, Clone, Serialize)]
struct Text {
    text: String,
}

/// One line of a summary list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    key: Text,
    value: Text,
}

impl Line {
    pub(super) fn new(key: &str, value: impl Into<String>) -> Self {
        Self { key: Text { text: key.to_owned() }, value: Text { text: value.into() } }
    }
}

/// A word with a colour. The colour says nothing that the word does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Tag {
    pub(super) text: String,
    pub(super) colour: &'static str,
}

pub(super) fn tag(text: impl Into<String>, colour: &'static str) -> Tag {
    Tag { text: text.into(), colour }
}

/// How somebody stands, in a few words.
pub(super) fn concern_tag(concern: Concern) -> Tag {
    match concern {
        Concern::Over => tag("Over the limit", "govuk-tag--red"),
        Concern::Near => tag("Near the limit", "govuk-tag--yellow"),
        Concern::RestOverdue => tag("Rest overdue", "govuk-tag--red"),
        Concern::RestOwed => tag("Rest owed", "govuk-tag--yellow"),
        Concern::OptedOut => tag("Opted out", "govuk-tag--blue"),
        Concern::Clear => tag("Clear", "govuk-tag--green"),
        Concern::Unknown => tag("No figure", "govuk-tag--grey"),
    }
}

/// `7 h 30 min`; below zero with a minus sign.
pub(super) fn length(seconds: i64) -> String {
    Seconds::new(seconds).to_string()
}

/// The same to the minute, rounded down: for what is read and not added up.
pub(super) fn about(seconds: i64) -> String {
    length(seconds.div_euclid(60).saturating_mul(60))
}

/// `49.41`: hundredths of an hour as hours.
pub(super) fn hours(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "\u{2212}" } else { "" };
    let whole = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}

/// `26 weeks`, or the days where it is no whole number of weeks.
pub(super) fn weeks(days: i64) -> String {
    if days % 7 == 0 { format::count(days / 7, "week", "weeks") } else { format::count(days, "day", "days") }
}

/// An id in an address; nothing, and what is none, is none.
pub(super) fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.trim()).ok()
}

/// The id of what a page is about; what is no id is nothing that there is.
pub(super) fn id<T>(text: &str, of: fn(Uuid) -> T) -> Result<T, Failure> {
    uuid(text).map(of).ok_or_else(|| Problem::NotFound.into())
}

/// `path` with the pairs that have a value as its query.
pub(super) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_name, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_people_say_them() {
        assert_eq!((hours(4_941).as_str(), hours(-25).as_str(), hours(5).as_str()), ("49.41", "\u{2212}0.25", "0.05"));
        assert_eq!((about(3_659).as_str(), about(59).as_str()), ("1 h", "0 h"));
        assert_eq!((weeks(182).as_str(), weeks(6).as_str()), ("26 weeks", "6 days"));
    }
}
