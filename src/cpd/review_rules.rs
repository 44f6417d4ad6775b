//! What an audit would say of somebody's record: sums by type and warnings, over the period that an audit looks at.
//! Pure; the figures are those of [`super::standards`].

use jiff::ToSpan;
use jiff::civil::Date;

use super::model::{Kind, Standards};
use super::standards::{self, Rules};
use crate::views::format;

/// What of an entry counts here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What type of activity it was.
    pub kind: Kind,
    /// Its first day.
    pub started_on: Date,
    /// Its last day.
    pub happened_on: Date,
    /// How long it took, if that was said.
    pub minutes: Option<i32>,
    /// Which standards it is said to meet.
    pub standards: Standards,
    /// Whether something stands under "reflection".
    pub reflected: bool,
}

/// Something that an assessor would ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// There is no entry at all.
    Empty,
    /// All are of one type.
    OneKind(Kind),
    /// Nothing between these days.
    Gap(Date, Date),
    /// None is said to benefit the service user.
    NobodyServed,
    /// So many say nothing of what the person thinks.
    WithoutReflection(usize),
}

impl Warning {
    /// What it says to the person, and what to do about it.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => "There is no entry in the period that an audit looks at.".to_owned(),
            Self::OneKind(kind) => format!(
                "Every entry is of one type, {}. The HCPC asks for a mixture: add activities of another type.",
                kind.title().to_lowercase()
            ),
            Self::Gap(from, to) => format!(
                "There is nothing between {} and {}. The record should be continuous: add what you did then, or be \
                 ready to say why there is nothing.",
                format::short_date(*from),
                format::short_date(*to)
            ),
            Self::NobodyServed => {
                "No entry says that it meets standard 4, benefit to the service user. Open those that \
                                   did, say how, and tick the standard."
                    .to_owned()
            }
            Self::WithoutReflection(1) => "One entry has no reflection.".to_owned(),
            Self::WithoutReflection(count) => {
                let count = i64::try_from(*count).unwrap_or(i64::MAX);
                format!("{} have no reflection.", format::count(count, "entry", "entries"))
            }
        }
    }
}

/// What entries of one type add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindSum {
    /// The type.
    pub kind: Kind,
    /// How many entries.
    pub entries: i64,
    /// Their minutes, as far as those were said.
    pub minutes: i64,
}

/// A record as an audit would see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The first day that counts.
    pub from: Date,
    /// The last day that counts.
    pub to: Date,
    /// By type, in the regulator's order; every type is there.
    pub sums: Vec<KindSum>,
    /// How many entries meet each standard, the first first.
    pub standards: [i64; 5],
    /// What to look after.
    pub warnings: Vec<Warning>,
}

/// Reviews the entries of a period, in any order. `before` is the last day of the last entry before the period, if
/// there is one: whoever began to keep a record within it has no gap before that.
pub fn review(entries: &[Seen], before: Option<Date>, today: Date) -> Review {
    let rules = standards::of(today);
    let from = standards::window_begins(today);
    let within: Vec<Seen> =
        entries.iter().copied().filter(|seen| seen.happened_on >= from && seen.happened_on <= today).collect();
    let sums = Kind::ALL.map(|kind| {
        let of_kind = within.iter().filter(|seen| seen.kind == kind);
        KindSum {
            kind,
            entries: i64::try_from(of_kind.clone().count()).unwrap_or(i64::MAX),
            minutes: of_kind.filter_map(|seen| seen.minutes).map(i64::from).sum(),
        }
    });
    let met = |number: u8| within.iter().filter(|seen| seen.standards.has(number)).count();
    let standards = [1, 2, 3, 4, 5].map(|number| i64::try_from(met(number)).unwrap_or(i64::MAX));
    Review { from, to: today, sums: sums.into(), standards, warnings: warnings(&within, before, today, rules) }
}

fn warnings(within: &[Seen], before: Option<Date>, today: Date, rules: &Rules) -> Vec<Warning> {
    let Some(first) = within.first() else { return vec![Warning::Empty] };
    let mut warnings = Vec::new();
    let kinds = Kind::ALL.into_iter().filter(|kind| within.iter().any(|seen| seen.kind == *kind)).count();
    if kinds < rules.least_kinds.value {
        warnings.push(Warning::OneKind(first.kind));
    }
    if !within.iter().any(|seen| seen.standards.has(4)) {
        warnings.push(Warning::NobodyServed);
    }
    warnings.extend(gaps(within, before, today, rules.gap_months.value).map(|(from, to)| Warning::Gap(from, to)));
    let silent = within.iter().filter(|seen| !seen.reflected).count();
    if silent > 0 {
        warnings.push(Warning::WithoutReflection(silent));
    }
    warnings
}

/// Times longer than `months` in which nothing went on, the latest first; today ends the last one.
fn gaps(within: &[Seen], before: Option<Date>, today: Date, months: i32) -> impl Iterator<Item = (Date, Date)> {
    let mut spans: Vec<(Date, Date)> = within.iter().map(|seen| (seen.started_on, seen.happened_on)).collect();
    spans.sort_unstable();
    let mut last = before.or(spans.first().map(|(_start, end)| *end));
    let mut found = Vec::new();
    for (start, end) in spans.into_iter().chain([(today, today)]) {
        if let Some(quiet) = last
            && quiet.checked_add(months.months()).is_ok_and(|until| until < start)
        {
            found.push((quiet, start));
        }
        last = last.max(Some(end));
    }
    found.into_iter().rev()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    fn seen(kind: Kind, day: Date) -> Seen {
        let standards = Standards::default().with(4);
        Seen { kind, started_on: day, happened_on: day, minutes: Some(60), standards, reflected: true }
    }

    fn months(kinds: &[Kind], every: i32) -> Vec<Seen> {
        let days = (0..24 / every).filter_map(|n| TODAY.checked_sub((n * every).months()).ok());
        days.zip(kinds.iter().cycle()).map(|(day, kind)| seen(*kind, day)).collect()
    }

    #[test]
    fn a_varied_and_steady_record_has_no_warning() {
        let review = review(&months(&[Kind::Formal, Kind::WorkBased], 3), None, TODAY);
        assert_eq!(review.warnings, []);
        assert_eq!((review.from, review.to), (date(2024, 11, 22), TODAY));
        let count = |kind| review.sums.iter().find(|sum| sum.kind == kind).map(|sum| (sum.entries, sum.minutes));
        assert_eq!((count(Kind::Formal), count(Kind::Other)), (Some((4, 240)), Some((0, 0))));
        assert_eq!(review.standards, [0, 0, 0, 8, 0]);
    }

    #[test]
    fn nothing_is_one_warning_and_not_four() {
        assert_eq!(review(&[], None, TODAY).warnings, [Warning::Empty]);
        let old = seen(Kind::Formal, date(2024, 11, 21));
        assert_eq!(review(&[old], None, TODAY).warnings, [Warning::Empty], "two years ago and a day");
        assert_ne!(review(&[seen(Kind::Formal, date(2024, 11, 22))], None, TODAY).warnings, [Warning::Empty]);
    }

    #[test]
    fn one_type_alone_is_no_mixture() {
        let review = review(&months(&[Kind::SelfDirected], 2), None, TODAY);
        assert_eq!(review.warnings, [Warning::OneKind(Kind::SelfDirected)]);
        assert!(review.warnings[0].text().contains("self-directed"));
    }

    #[test]
    fn a_quarter_of_a_year_without_anything_is_a_gap_and_a_day_less_is_none() {
        let pair = |day| [seen(Kind::Formal, day), seen(Kind::WorkBased, TODAY)];
        assert_eq!(review(&pair(date(2026, 8, 22)), None, TODAY).warnings, []);
        let gap = Warning::Gap(date(2026, 8, 21), TODAY);
        assert_eq!(review(&pair(date(2026, 8, 21)), None, TODAY).warnings, [gap]);
        // Up to today, and from what was before the period.
        let lone = [seen(Kind::Formal, date(2025, 1, 10)), seen(Kind::Other, date(2025, 1, 12))];
        assert_eq!(
            review(&lone, Some(date(2024, 9, 1)), TODAY).warnings,
            [Warning::Gap(date(2025, 1, 12), TODAY), Warning::Gap(date(2024, 9, 1), date(2025, 1, 10))]
        );
        assert_eq!(
            review(&lone, None, TODAY).warnings,
            [Warning::Gap(date(2025, 1, 12), TODAY)],
            "a record that began"
        );
    }

    #[test]
    fn what_goes_on_for_long_is_no_gap() {
        let degree = Seen { started_on: date(2025, 1, 1), ..seen(Kind::Formal, date(2026, 9, 30)) };
        let inside = seen(Kind::WorkBased, date(2025, 3, 1));
        assert_eq!(review(&[inside, degree], None, TODAY).warnings, []);
    }

    #[test]
    fn what_serves_nobody_and_what_says_nothing_is_said() {
        let mute = |day| Seen { standards: Standards::default().with(2), reflected: false, ..seen(Kind::Other, day) };
        let entries = [mute(TODAY), mute(date(2026, 10, 1)), seen(Kind::Formal, date(2026, 9, 1))];
        assert_eq!(review(&entries, None, TODAY).warnings, [Warning::WithoutReflection(2)]);
        assert_eq!(
            review(&entries[..2], None, TODAY).warnings,
            [Warning::OneKind(Kind::Other), Warning::NobodyServed, Warning::WithoutReflection(2)]
        );
        assert_eq!(Warning::WithoutReflection(2).text(), "2 entries have no reflection.");
    }
}
