//! What the Health and Care Professions Council (HCPC) asks of its registrants: dated data, each figure with its source
//! and with whether it was read in the council's own text.
//!
//! A change of the rules is a further set with its first day; nothing is overwritten.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// A figure, where it is from, and whether that is the regulator's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The figure.
    pub value: T,
    /// Where it was read.
    pub source: &'static str,
    /// Whether it was read in a primary text. If not, the console says so.
    pub confirmed: bool,
}

const fn from_source<T>(value: T, source: &'static str) -> Sourced<T> {
    Sourced { value, source, confirmed: true }
}

const fn unconfirmed<T>(value: T, source: &'static str) -> Sourced<T> {
    Sourced { value, source, confirmed: false }
}

/// One set of rules.
#[derive(Debug)]
pub struct Rules {
    /// Their first day. The first set stands for all days before as well.
    pub from: Date,
    /// The five standards, the first first.
    pub standards: [Sourced<&'static str>; 5],
    /// How far back an audit looks, in months.
    pub window_months: Sourced<i32>,
    /// Of how many types the activities must at least be.
    pub least_kinds: Sourced<usize>,
    /// A time without any entry that is longer than this is worth a word, in months.
    pub gap_months: Sourced<i32>,
    /// How many words the summary of practice history should have at most.
    pub history_words: Sourced<usize>,
    /// How many words the statement should have at most.
    pub statement_words: Sourced<usize>,
    /// Hours that have to be reached: none.
    pub hours: Sourced<Option<i32>>,
    /// Who is picked for an audit, in a sentence.
    pub audit: Sourced<&'static str>,
}

const STANDARDS: &str = "hcpcdefencebarristers.co.uk; 999cpd.com";
const AUDITS: &str = "999cpd.com; snapmedic.app";
const BOOKLET: &str = "the contents of an HCPC booklet (anyflip.com), not its text";

/// The first set.
static FIRST: Rules = Rules {
    from: date(2026, 11, 1),
    standards: [
        from_source("Keep a continuous, up-to-date and accurate record of CPD activities", STANDARDS),
        from_source(
            "Show that the activities are a mixture of learning relevant to current or future practice",
            STANDARDS,
        ),
        from_source("Seek to improve the quality of practice and of how the service is delivered", STANDARDS),
        from_source("Seek to benefit the service user", STANDARDS),
        from_source("Upon request, present a written profile, of one's own work, supported by evidence", STANDARDS),
    ],
    window_months: from_source(24, AUDITS),
    least_kinds: from_source(2, AUDITS),
    gap_months: unconfirmed(3, "our reading of \u{201c}continuous\u{201d}; the HCPC names no figure"),
    history_words: unconfirmed(500, BOOKLET),
    statement_words: unconfirmed(1_500, BOOKLET),
    hours: unconfirmed(None, "nothing that we read names any"),
    audit: from_source(
        "2.5 % of each profession at random at each renewal, of those on the register for two years or longer",
        "thebiomedicalscientist.net",
    ),
};

/// The sets that came after it, the oldest first.
static LATER: &[Rules] = &[];

/// The rules of a day. Days before the first set have that one.
pub fn of(day: Date) -> &'static Rules {
    LATER.iter().rev().find(|rules| rules.from <= day).unwrap_or(&FIRST)
}

/// When a profession renews its registration.
#[derive(Debug)]
pub struct Renewal {
    /// As people write it; compared without regard to case.
    pub profession: &'static str,
    /// A last day of a period.
    pub ends: Date,
    /// How many years a period has.
    pub years: i16,
    /// Where the day is from.
    pub source: &'static str,
}

/// The professions of which we know it. Every later period is reckoned from the one that was read, so none is
/// confirmed.
pub static RENEWALS: &[Renewal] =
    &[Renewal { profession: "Paramedic", ends: date(2025, 8, 31), years: 2, source: AUDITS }];

/// The last day of the period of registration that `day` lies in, for a profession whose periods we know.
pub fn renews_by(profession: &str, day: Date) -> Option<Date> {
    let renewal = RENEWALS.iter().find(|renewal| renewal.profession.eq_ignore_ascii_case(profession.trim()))?;
    let mut ends = renewal.ends;
    while ends < day {
        ends = ends.checked_add(renewal.years.years()).ok()?;
    }
    Some(ends)
}

/// The first day of the period that an audit on `day` looks at.
pub fn window_begins(day: Date) -> Date {
    day.checked_sub(of(day).window_months.value.months()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_rules_and_later_sets_come_in_order() {
        assert_eq!(of(date(1990, 1, 1)).standards.len(), 5);
        assert!(LATER.is_sorted_by(|a, b| a.from < b.from) && LATER.iter().all(|rules| rules.from > FIRST.from));
        let rules = of(date(2026, 11, 22));
        assert_eq!((rules.window_months.value, rules.least_kinds.value), (24, 2));
    }

    #[test]
    fn what_was_not_read_in_a_primary_text_says_so() {
        let rules = of(date(2026, 11, 22));
        assert!(!rules.history_words.confirmed && !rules.statement_words.confirmed && !rules.hours.confirmed);
        assert!(rules.hours.value.is_none(), "nobody has to reach a number of hours");
        assert!(rules.standards.iter().all(|standard| standard.confirmed));
    }

    #[test]
    fn a_window_is_two_years() {
        assert_eq!(window_begins(date(2026, 11, 22)), date(2024, 11, 22));
        assert_eq!(window_begins(date(2028, 2, 29)), date(2026, 2, 28));
    }

    #[test]
    fn paramedics_renew_every_other_august() {
        assert_eq!(renews_by("paramedic ", date(2026, 11, 22)), Some(date(2027, 8, 31)));
        assert_eq!(renews_by("Paramedic", date(2027, 8, 31)), Some(date(2027, 8, 31)));
        assert_eq!(renews_by("Paramedic", date(2027, 9, 1)), Some(date(2029, 8, 31)));
        assert_eq!(renews_by("Firefighter", date(2026, 11, 22)), None);
    }
}
