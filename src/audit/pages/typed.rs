//! The filters of a log as they stand in the address or came with the export's form.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rows::name_of;
use crate::audit::deeds::{Kind, words};
use crate::audit::log::Log;
use crate::audit::trail::{After, Search};
use crate::views::{FormErrors, format};

/// What somebody typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// Of which log; the route says, never the address.
    #[serde(skip)]
    pub(super) log: Log,
    pub(super) from: String,
    pub(super) to: String,
    /// Of the whole trail alone.
    pub(super) action: String,
    /// Of the security log alone.
    pub(super) kind: String,
    pub(super) person: String,
    /// `did`, or `about` for whose record it was.
    pub(super) part: String,
    pub(super) object: String,
    /// Where the page begins.
    pub(super) after: String,
}

/// A filter in use, with the address of the page without it.
#[derive(Debug, Serialize)]
pub(super) struct Chip {
    text: String,
    href: String,
}

impl Typed {
    /// From an address; what is not understood there is left out.
    pub(super) fn from_query(log: Log, query: &str) -> Self {
        let typed: Self = serde_html_form::from_str(query).unwrap_or_default();
        typed.of(log)
    }

    /// What was typed for this log, without filters that it does not have.
    pub(super) fn of(mut self, log: Log) -> Self {
        match log {
            Log::Trail => self.kind.clear(),
            Log::Security => self.action.clear(),
        }
        Self { log, ..self }
    }

    pub(super) fn means_subject(&self) -> bool {
        self.part == "about"
    }

    /// All but the person, whom only the database knows.
    pub(super) fn understood(&self) -> (Search, FormErrors) {
        let mut errors = FormErrors::new();
        let mut date = |field: &str, text: &str| -> Option<Date> {
            let text = text.trim();
            if text.is_empty() {
                return None;
            }
            let date = text.parse().ok();
            if date.is_none() {
                errors.add(field, "Enter a date, such as 22 11 2026");
            }
            date
        };
        let (from, to) = (date("from", &self.from), date("to", &self.to));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            errors.add("to", "Enter a last day that is not before the first");
        }
        let kind = Kind::parse(&self.kind);
        if kind.is_none() && !self.kind.is_empty() {
            errors.add("kind", "Choose a kind of the list");
        }
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (action, object) = (text(&self.action), text(&self.object));
        let search = Search { log: self.log, from, to, action, kind, object, ..Search::default() };
        (search, errors)
    }

    pub(super) fn after(&self) -> Option<After> {
        let (micros, id) = self.after.split_once('.')?;
        let at = Timestamp::from_microsecond(micros.parse().ok()?).ok()?;
        Some(After { at, id: id.parse().ok()? })
    }

    pub(super) fn filtered(&self) -> bool {
        let all = [&self.from, &self.to, &self.action, &self.kind, &self.person, &self.object];
        all.iter().any(|text| !text.trim().is_empty())
    }

    /// The address of the log's first page with these filters and a change to them.
    pub(super) fn href(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = Self { after: String::new(), ..self.clone() };
        change(&mut other);
        let parts = [
            ("from", &other.from),
            ("to", &other.to),
            ("action", &other.action),
            ("kind", &other.kind),
            ("person", &other.person),
            ("part", &other.part),
            ("object", &other.object),
            ("after", &other.after),
        ];
        let pairs = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let home = self.log.home();
        if query.is_empty() { home.to_owned() } else { format!("{home}?{query}") }
    }

    /// The filters in use; a link names the person by id, and the chip reads better with the name.
    pub(super) fn chips(&self, names: &[(Uuid, String)]) -> Vec<Chip> {
        let mut chips = Vec::new();
        let mut chip = |set: &str, text: String, href: String| {
            if !set.trim().is_empty() {
                chips.push(Chip { text, href });
            }
        };
        let day = |text: &str| text.parse::<Date>().map_or_else(|_not_a_date| text.to_owned(), format::short_date);
        let kind = Kind::parse(&self.kind).map_or_else(|| self.kind.clone(), |kind| kind.title().to_owned());
        chip(&self.from, format!("From {}", day(&self.from)), self.href(|typed| typed.from.clear()));
        chip(&self.to, format!("To {}", day(&self.to)), self.href(|typed| typed.to.clear()));
        chip(&self.action, words(&self.action).to_owned(), self.href(|typed| typed.action.clear()));
        chip(&self.kind, kind, self.href(|typed| typed.kind.clear()));
        let person = if self.means_subject() { "About" } else { "By" };
        let named = name_of(self.person.parse().ok(), names).unwrap_or_else(|| self.person.clone());
        chip(&self.person, format!("{person} {named}"), self.href(|typed| typed.person.clear()));
        chip(&self.object, format!("Record {}", self.object), self.href(|typed| typed.object.clear()));
        chips
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(query: &str) -> Typed {
        Typed::from_query(Log::Trail, query)
    }

    #[test]
    fn a_filter_survives_paging_and_its_chip_takes_it_away() {
        let typed = trail("action=duty.edit&from=2026-11-01&after=17.4");
        assert_eq!(typed.after(), Some(After { at: Timestamp::from_microsecond(17).expect("time"), id: 4 }));
        let (search, errors) = typed.understood();
        assert!(errors.is_empty());
        assert_eq!((search.action.as_deref(), search.from), (Some("duty.edit"), Some(jiff::civil::date(2026, 11, 1))));
        let hrefs: Vec<String> = typed.chips(&[]).into_iter().map(|chip| chip.href).collect();
        assert_eq!(hrefs, ["/audit?action=duty.edit", "/audit?from=2026-11-01"]);
    }

    #[test]
    fn each_log_has_filters_and_an_address_of_its_own() {
        let typed = Typed::from_query(Log::Security, "action=duty.edit&kind=tokens&log=trail");
        let (search, errors) = typed.understood();
        assert!(errors.is_empty());
        assert_eq!((search.log, search.kind, search.action), (Log::Security, Some(Kind::Tokens), None));
        assert_eq!(typed.href(|_| {}), "/security/log?kind=tokens");
        assert_eq!(typed.chips(&[])[0].text, "Tokens");
        assert_eq!(trail("kind=tokens").understood().0, Search::default());
        let (_, errors) = Typed::from_query(Log::Security, "kind=duties").understood();
        assert!(errors.get("kind").is_some());
    }

    #[test]
    fn a_date_that_is_none_and_a_period_that_runs_backwards_are_said() {
        let (_, errors) = trail("from=soon").understood();
        assert!(errors.get("from").is_some());
        let (_, errors) = trail("from=2026-11-02&to=2026-11-01").understood();
        assert!(errors.get("to").is_some());
    }

    #[test]
    fn the_last_day_of_a_period_counts_to_its_end_in_the_uk() {
        let (search, _) = trail("from=2026-07-01&to=2026-07-01").understood();
        let (from, until) = search.period();
        assert_eq!(from.map(|at| at.to_string()).as_deref(), Some("2026-06-30T23:00:00Z"));
        assert_eq!(until.map(|at| at.to_string()).as_deref(), Some("2026-07-01T23:00:00Z"));
    }
}
