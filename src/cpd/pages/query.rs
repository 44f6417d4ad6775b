//! What stands in addresses and what the pages share: ids, where a list goes on, links, lines of a summary.

use actix_web::web::Path;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::authz::Caller;
use crate::authz::permission::{CPD_KEEP, CPD_VERIFY};
use crate::cpd::model::{EntryRow, Evidence, Filter, Kind};
use crate::cpd::paper::days;
use crate::cpd::rules::{Faults, in_hours};
use crate::duties::rules::parse_date;
use crate::http::{Failure, Problem};
use crate::kernel::ids::{CpdEntryId, CpdRequestId};
use crate::views::{FormErrors, format};

/// The tabs of the pages of one's own record.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Tabs {
    at: &'static str,
    keeps: bool,
    verifies: bool,
    waiting: Option<String>,
}

impl Tabs {
    /// For `caller`, of whom so many requests are open.
    pub(super) fn new(at: &'static str, caller: &Caller, waiting: usize) -> Self {
        Self {
            at,
            keeps: caller.holds(CPD_KEEP),
            verifies: caller.holds(CPD_VERIFY),
            waiting: (waiting > 0).then(|| waiting.to_string()),
        }
    }

    /// An example.
    pub(super) fn sample(at: &'static str) -> Self {
        Self { at, keeps: true, verifies: true, waiting: Some("2".to_owned()) }
    }
}

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

/// What an entry is, in lines; its long texts stand below them.
pub(super) fn lines(row: &EntryRow, standards: &[&str; 5]) -> Vec<Line> {
    let draft = &row.draft;
    let mut lines = vec![Line::new("When", days(row)), Line::new("Type of activity", draft.kind.title())];
    lines.extend(draft.provider.clone().map(|provider| Line::new("Provider", provider)));
    lines.extend(draft.minutes.map(|minutes| Line::new("Hours", in_hours(minutes))));
    let met: Vec<String> = (1_u8..)
        .zip(standards)
        .filter(|(number, _text)| draft.standards.has(*number))
        .map(|(number, text)| format!("{number}. {text}"))
        .collect();
    if !met.is_empty() {
        lines.push(Line::new("Standards met", met.join("; ")));
    }
    lines
}

/// What somebody wrote, under its heading.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Written {
    heading: &'static str,
    text: String,
}

/// The long texts of an entry that say something.
pub(super) fn written(row: &EntryRow) -> Vec<Written> {
    let draft = &row.draft;
    let parts = [
        ("What was learned", &draft.outcome),
        ("Reflection", &draft.reflection),
        ("Effect on practice", &draft.practice),
        ("Benefit to service users", &draft.benefit),
    ];
    parts.into_iter().filter_map(|(heading, text)| Some(Written { heading, text: text.clone()? })).collect()
}

/// A file in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FileRow {
    name: String,
    what: String,
    href: String,
    remove_href: String,
}

impl FileRow {
    pub(super) fn new(file: &Evidence) -> Self {
        let size = format::size(u64::try_from(file.bytes).unwrap_or(0));
        let kind = crate::cpd::file_rules::FileKind::name_of(&file.media_type);
        let href = format!("/cpd/{}/evidence/{}", file.entry, file.id);
        Self {
            name: file.file_name.clone(),
            what: format!("{kind}, {size}"),
            remove_href: format!("{href}/remove"),
            href: format!("{href}/download"),
        }
    }

    /// An example.
    pub(super) fn sample() -> Self {
        Self {
            name: "certificate.pdf".to_owned(),
            what: "PDF, 12.4 KiB".to_owned(),
            href: "/cpd/1/evidence/2/download".to_owned(),
            remove_href: "/cpd/1/evidence/2/remove".to_owned(),
        }
    }
}

/// The entry in an address; what is no id is no entry.
pub(super) fn entry_id(text: &str) -> Result<CpdEntryId, Failure> {
    uuid(text).map(CpdEntryId).ok_or_else(|| Problem::NotFound.into())
}

/// The request in an address.
pub(super) fn request_id(path: &Path<String>) -> Result<CpdRequestId, Failure> {
    uuid(path).map(CpdRequestId).ok_or_else(|| Problem::NotFound.into())
}

/// An id in an address; nothing, and what is none, is none.
pub(super) fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.trim()).ok()
}

/// Where a list of entries goes on, as it stands in an address.
pub(super) fn place((day, id): (Date, Uuid)) -> String {
    format!("{day}.{id}")
}

/// Reads what [`place`] wrote; nothing is the beginning.
///
/// # Errors
/// [`Problem::BadRequest`] for anything else.
pub(super) fn after(text: &str) -> Result<Option<(Date, Uuid)>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let found = text.split_once('.').and_then(|(day, id)| Some((day.parse().ok()?, uuid(id)?)));
    let damaged = || Problem::BadRequest("The address of this page is damaged. Open the list again.".to_owned());
    found.map(Some).ok_or_else(|| damaged().into())
}

/// `path` with the pairs that have a value as its query.
pub(super) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_name, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What is wrong, as a form shows it.
pub(super) fn errors_of(faults: &Faults) -> FormErrors {
    let mut errors = FormErrors::new();
    for fault in faults.iter() {
        errors.add(fault.field, fault.message.clone());
    }
    errors
}

/// The query of one's own list: every field any text, to be shown again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: String,
    pub(super) standard: String,
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
        let standard = self.standard.parse().ok().filter(|number| (1..=5).contains(number));
        Filter { from, to, kind: Kind::parse(&self.kind), standard }
    }

    /// The address of the same list with some of its parts replaced; empty ones are left out.
    pub(super) fn address(&self, replace: &[(&str, &str)]) -> String {
        let own = [
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("kind", self.kind.as_str()),
            ("standard", self.standard.as_str()),
        ];
        let mut all: Vec<(&str, &str)> =
            own.into_iter().filter(|(name, _value)| !replace.iter().any(|(other, _)| other == name)).collect();
        all.extend_from_slice(replace);
        address("/cpd", &all)
    }
}

fn day(text: &str, field: &str, errors: &mut FormErrors) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let date = parse_date(text);
    if date.is_none() {
        errors.add(field, "Enter a date like 22/11/2026");
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_list_survives_the_address_bar() {
        let place_of = (jiff::civil::date(2026, 11, 20), Uuid::from_u128(7));
        assert_eq!(after(&place(place_of)).expect("a place"), Some(place_of));
        assert_eq!(after("").expect("the beginning"), None);
        for wrong in ["x", "2026-11-20", "2026-11-20.x", "2026-13-20.00000000-0000-0000-0000-000000000000"] {
            assert!(after(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_filter_says_what_cannot_be_read() {
        let query = ListQuery { from: "soon".to_owned(), standard: "9".to_owned(), ..ListQuery::default() };
        let mut errors = FormErrors::new();
        assert_eq!(query.filter(&mut errors), Filter::default());
        assert!(errors.get("from").is_some());
        let query = ListQuery { kind: "formal".to_owned(), standard: "4".to_owned(), ..ListQuery::default() };
        assert_eq!(query.address(&[("kind", "")]), "/cpd?standard=4");
        assert_eq!(query.filter(&mut FormErrors::new()).standard, Some(4));
    }
}
