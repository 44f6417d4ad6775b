//! What is planned, and what somebody may plan: pure rules from what was typed.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::kernel::civil;
use crate::kernel::ids::{MoveId, PersonId, UnitId};
use crate::views::FormErrors;

/// How far ahead something is planned (years).
const YEARS: i32 = 2;

/// Things that may be asked back.
const THINGS: usize = 30;

/// What is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveKind {
    /// To another unit.
    Transfer,
    /// Out of the organisation.
    Leaving,
}

impl MoveKind {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Leaving => "leaving",
        }
    }

    /// The moment at which it happens: a transfer when its first day begins, a leaving when the last day is over.
    pub fn due(self, day: Date) -> Timestamp {
        match self {
            Self::Transfer => civil::start_of_day(day),
            Self::Leaving => civil::start_of_day(day.tomorrow().unwrap_or(day)),
        }
    }
}

/// Something to be handed back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// What.
    pub what: String,
    /// Whether it came back.
    pub back: bool,
}

/// A transfer or a leaving that was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Which one.
    pub id: MoveId,
    /// Of whom.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
    /// What is planned.
    pub kind: MoveKind,
    /// Where to.
    pub to: Option<UnitId>,
    /// The first day there, or the last day here.
    pub day: Date,
    /// When it happens.
    pub due_at: Timestamp,
    /// What was noted.
    pub note: Option<String>,
    /// What is to be handed back.
    pub things: Vec<Thing>,
    /// `planned`, `done`, `cancelled` or `failed`.
    pub state: String,
    /// Why it did not happen.
    pub outcome: Option<String>,
}

impl Planned {
    /// Whether it is still to come.
    pub fn is_planned(&self) -> bool {
        self.state == "planned"
    }
}

/// A plan as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedMove {
    /// The day.
    pub day: String,
    /// The unit.
    pub unit: String,
    /// A note.
    pub note: String,
    /// What is to be handed back, a thing on each line.
    pub things: String,
}

/// A plan that holds water.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub(in crate::identity) kind: MoveKind,
    pub(in crate::identity) to: Option<UnitId>,
    pub(in crate::identity) day: Date,
    pub(in crate::identity) note: Option<String>,
    pub(in crate::identity) things: Vec<Thing>,
}

/// Checks a plan on the day `today`.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check(kind: MoveKind, typed: &TypedMove, home: UnitId, today: Date) -> Result<Draft, FormErrors> {
    let mut errors = FormErrors::new();
    let day = typed.day.trim().parse::<Date>().ok();
    let latest = today.checked_add(YEARS.years()).unwrap_or(Date::MAX);
    match (day, kind) {
        (None, _) => errors.add("day", "Enter the day"),
        (Some(day), MoveKind::Transfer) if day <= today => {
            errors.add("day", "The first day must be tomorrow or later. A move at once is made under Edit");
        }
        (Some(day), MoveKind::Leaving) if day < today => {
            errors.add("day", "The last day must be today or later. Record at once that somebody has left");
        }
        (Some(day), _) if day > latest => errors.add("day", format!("Plan at most {YEARS} years ahead")),
        (Some(_day), _) => {}
    }
    let to = typed.unit.trim().parse::<UnitId>().ok();
    if kind == MoveKind::Transfer {
        match to {
            None => errors.add("unit", "Choose the unit that they move to"),
            Some(to) if to == home => errors.add("unit", "This is their unit already"),
            Some(_other) => {}
        }
    }
    let note = typed.note.trim();
    if note.chars().count() > 500 {
        errors.add("note", "Use at most 500 characters");
    }
    let lines = typed.things.lines().map(str::trim).filter(|line| !line.is_empty());
    let things: Vec<Thing> = lines.map(|what| Thing { what: what.to_owned(), back: false }).collect();
    if things.len() > THINGS || things.iter().any(|thing| thing.what.chars().count() > 120) {
        errors.add("things", format!("Give at most {THINGS} lines of at most 120 characters"));
    }
    match day {
        Some(day) if errors.is_empty() => Ok(Draft {
            kind,
            to: to.filter(|_unit| kind == MoveKind::Transfer),
            day,
            note: (!note.is_empty()).then(|| note.to_owned()),
            things,
        }),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 24);

    fn typed(day: &str) -> TypedMove {
        TypedMove { day: day.to_owned(), unit: UnitId(uuid::Uuid::from_u128(2)).to_string(), ..TypedMove::default() }
    }

    #[test]
    fn a_transfer_begins_tomorrow_at_the_earliest_and_a_leaving_may_end_today() {
        let on = |kind, day| check(kind, &typed(day), UnitId::NIL, TODAY).is_ok();
        let days = ["2026-11-23", "2026-11-24", "2026-11-25", "2028-11-24", "2028-11-25", "soon"];
        assert_eq!(days.map(|day| on(MoveKind::Transfer, day)), [false, false, true, true, false, false]);
        assert_eq!(days.map(|day| on(MoveKind::Leaving, day)), [false, true, true, true, false, false]);
        let here = UnitId(uuid::Uuid::from_u128(2));
        assert!(check(MoveKind::Transfer, &typed("2026-12-01"), here, TODAY).is_err(), "their own unit");
    }

    #[test]
    fn it_happens_at_midnight_in_the_united_kingdom() {
        for (kind, day, due) in [
            (MoveKind::Transfer, date(2026, 12, 1), "2026-12-01T00:00:00Z"),
            (MoveKind::Transfer, date(2027, 7, 1), "2027-06-30T23:00:00Z"),
            (MoveKind::Leaving, date(2026, 12, 1), "2026-12-02T00:00:00Z"),
            // The last day has 25 hours.
            (MoveKind::Leaving, date(2026, 10, 25), "2026-10-26T00:00:00Z"),
            // The last day is the first of summer time.
            (MoveKind::Leaving, date(2027, 3, 28), "2027-03-28T23:00:00Z"),
        ] {
            assert_eq!(kind.due(day).to_string(), due);
        }
    }

    #[test]
    fn what_is_to_come_back_is_a_line_each() {
        let typed = TypedMove {
            things: "Pager

 Locker key 
"
            .to_owned(),
            ..typed("2026-12-01")
        };
        let draft = check(MoveKind::Leaving, &typed, UnitId::NIL, TODAY).expect("a plan");
        assert_eq!(draft.things.iter().map(|thing| thing.what.as_str()).collect::<Vec<_>>(), ["Pager", "Locker key"]);
        assert!(draft.to.is_none() && draft.things.iter().all(|thing| !thing.back));
    }
}
