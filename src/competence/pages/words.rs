//! What the pages share: a standing in words, links, ids in addresses.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::competence::model::{Effect, KindDraft};
use crate::competence::standing_rules::State;
use crate::http::{Failure, Problem};
use crate::views::format;

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

fn tag(text: impl Into<String>, colour: &'static str) -> Tag {
    Tag { text: text.into(), colour }
}

/// How somebody stands, in a few words for a cell; `needed` says whether it matters.
pub(super) fn state_tag(state: State, needed: bool) -> Tag {
    let lacking = if needed { "govuk-tag--red" } else { "govuk-tag--grey" };
    match state {
        State::Valid(_) => tag("Valid", "govuk-tag--green"),
        State::Ending(_, left) => tag(format!("Ends in {}", days(left)), "govuk-tag--yellow"),
        State::Grace(_, left) => tag(format!("Grace, {}", days(left)), "govuk-tag--yellow"),
        State::Lapsed(_) => tag("Ran out", lacking),
        State::Withdrawn => tag("Taken away", lacking),
        State::Missing => tag("Missing", lacking),
    }
}

fn days(count: i64) -> String {
    format::count(count, "day", "days")
}

/// The day that a standing turns on: `until 18 Feb 2027`, `last day was 20 Nov 2026`.
pub(super) fn state_day(state: State) -> Option<String> {
    let day = |word: &str, day| Some(format!("{word} {}", format::short_date(day)));
    match state {
        State::Valid(None) => Some("does not run out".to_owned()),
        State::Valid(Some(last)) | State::Ending(last, _) => day("until", last),
        State::Grace(last, _) | State::Lapsed(last) => day("last day was", last),
        State::Withdrawn | State::Missing => None,
    }
}

/// What follows, when something does.
pub(super) fn effect_tag(effect: Effect) -> Option<Tag> {
    match effect {
        Effect::None => None,
        Effect::Restricted => Some(tag(effect.title(), "govuk-tag--yellow")),
        Effect::OffTheRun => Some(tag(effect.title(), "govuk-tag--red")),
    }
}

/// What follows from lacking a kind, in the service's words when it has some.
pub(super) fn effect_words(draft: &KindDraft) -> String {
    match &draft.effect_note {
        Some(note) => format!("{}: {note}", draft.effect.title()),
        None => draft.effect.title().to_owned(),
    }
}

/// How long a kind counts: `24 months`, `does not run out`; with its grace.
pub(super) fn validity(draft: &KindDraft) -> String {
    let months = draft
        .validity_months
        .map_or_else(|| "Does not run out".to_owned(), |months| format::count(months.into(), "month", "months"));
    if draft.grace_days > 0 { format!("{months}, then {} of grace", days(draft.grace_days.into())) } else { months }
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
pub(super) mod samples {
    use jiff::civil::{Date, date};

    use crate::competence::model::{Certificate, CertificateDraft, Effect, Ended, Exception, Kind, KindDraft, Member};
    use crate::competence::service::{KindStanding, Standing};
    use crate::competence::standing_rules::{Best, State, effect_of};
    use crate::kernel::ids::{CertificateId, CompetenceKindId, PersonId, UnitId};

    pub(in crate::competence::pages) const TODAY: Date = date(2026, 11, 23);

    pub(in crate::competence::pages) fn kind(number: u128, name: &str, effect: Effect) -> Kind {
        Kind {
            id: CompetenceKindId(uuid::Uuid::from_u128(number)),
            draft: KindDraft {
                name: name.to_owned(),
                validity_months: Some(24),
                grace_days: 28,
                effect,
                effect_note: Some("No <BA>".to_owned()),
            },
            retired: false,
        }
    }

    pub(in crate::competence::pages) fn member() -> Member {
        Member {
            id: PersonId(uuid::Uuid::from_u128(1)),
            name: "Jo <Marsh>".to_owned(),
            number: Some("N1001".to_owned()),
            unit: UnitId(uuid::Uuid::from_u128(4)),
            left: false,
        }
    }

    pub(in crate::competence::pages) fn certificate(
        number: u128,
        expires_on: Option<Date>,
        ended: bool,
    ) -> Certificate {
        Certificate {
            id: CertificateId(uuid::Uuid::from_u128(number)),
            person: member().id,
            kind: CompetenceKindId(uuid::Uuid::from_u128(1)),
            draft: CertificateDraft {
                awarded_on: date(2024, 12, 1),
                expires_on,
                reference: Some("C-77".to_owned()),
                awarded_by: Some("Training centre".to_owned()),
            },
            ended: ended.then(|| Ended { on: TODAY, reason: "Wrong <person>".to_owned() }),
            recorded_at: "2024-12-01T09:00:00Z".parse().expect("a time"),
            revision: 3,
        }
    }

    pub(in crate::competence::pages) fn standing() -> Standing {
        let of = |kind: Kind, needed, certificates: Vec<Certificate>, exception| {
            let state = State::of(Best::of(&certificates), kind.draft.grace_days, TODAY);
            KindStanding {
                effect: effect_of(needed, state, kind.draft.effect),
                kind,
                needed,
                exception,
                state,
                certificates,
            }
        };
        let ba = kind(1, "Breathing apparatus", Effect::OffTheRun);
        let excepted = Exception {
            kind: ba.id,
            needed: true,
            reason: "Instructor".to_owned(),
            set_at: "2026-11-01T09:00:00Z".parse().expect("a time"),
        };
        let kinds = vec![
            of(ba.clone(), true, vec![certificate(9, None, true)], Some(excepted)),
            of(kind(2, "Driving", Effect::Restricted), true, vec![certificate(8, Some(date(2027, 1, 1)), false)], None),
            of(kind(3, "Water rescue", Effect::None), false, vec![certificate(7, Some(date(2020, 1, 1)), false)], None),
            of(kind(4, "Working at height", Effect::None), true, Vec::new(), None),
        ];
        Standing {
            member: member(),
            unit: "Hillside, Blue watch".to_owned(),
            effect: Effect::OffTheRun,
            kinds,
            may_write: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_standing_is_said_in_words_whatever_its_colour() {
        let day = date(2026, 11, 30);
        for (state, text, when) in [
            (State::Valid(None), "Valid", Some("does not run out")),
            (State::Ending(day, 7), "Ends in 7 days", Some("until 30 Nov 2026")),
            (State::Ending(day, 1), "Ends in 1 day", Some("until 30 Nov 2026")),
            (State::Grace(day, 0), "Grace, 0 days", Some("last day was 30 Nov 2026")),
            (State::Lapsed(day), "Ran out", Some("last day was 30 Nov 2026")),
            (State::Withdrawn, "Taken away", None),
            (State::Missing, "Missing", None),
        ] {
            assert_eq!((state_tag(state, true).text.as_str(), state_day(state).as_deref()), (text, when));
        }
        assert_eq!(state_tag(State::Missing, false).colour, "govuk-tag--grey", "nobody asks for it");
    }
}
