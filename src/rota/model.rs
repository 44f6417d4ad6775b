//! What patterns, assignments, expected duties and availability are.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::kernel::ids::{DutyId, DutyPatternId, PatternSlotId, PersonId, RotaAssignmentId, UnavailableId, UnitId};

/// What sort of duty a pattern expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// At work.
    Shift,
    /// On call.
    Standby,
}

impl Form {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Shift, Self::Standby];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Standby => "standby",
        }
    }

    /// Reads what [`Form::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shift => "Shift",
            Self::Standby => "On-call cover",
        }
    }
}

/// A pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Which one.
    pub id: DutyPatternId,
    /// What it is called.
    pub name: String,
    /// After how many days it comes again.
    pub cycle_days: i32,
    /// Whether it is no longer offered.
    pub retired: bool,
}

/// One duty of a pattern, on the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Which one.
    pub id: PatternSlotId,
    /// Of which pattern.
    pub pattern: DutyPatternId,
    /// The day of the cycle on which it begins, from 0.
    pub day: i32,
    /// When it begins.
    pub starts: Time,
    /// When it ends; not after the beginning means the day after.
    pub ends: Time,
    /// What sort of duty.
    pub form: Form,
    /// Its breaks, in minutes.
    pub break_minutes: i32,
}

/// That a person or a unit works a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// Which one.
    pub id: RotaAssignmentId,
    /// The pattern.
    pub pattern: DutyPatternId,
    /// Who; `None`: everybody of the unit who has no assignment of their own.
    pub person: Option<PersonId>,
    /// The unit.
    pub unit: UnitId,
    /// A day that is the first of the cycle.
    pub anchor: Date,
    /// The first day that counts.
    pub from: Date,
    /// The last one.
    pub until: Option<Date>,
}

impl Assignment {
    /// Whether it counts on `day`.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A duty that somebody is expected to work. `slot` and `day` name it for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Which slot of a pattern.
    pub slot: PatternSlotId,
    /// The day on which it begins.
    pub day: Date,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What sort of duty.
    pub form: Form,
    /// Its breaks, in minutes.
    pub break_minutes: i32,
}

/// A duty that was logged, as far as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Which one.
    pub id: DutyId,
    /// Whose.
    pub person: PersonId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// What kind of work.
    pub kind: String,
}

/// Why somebody is not available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// At their other work.
    AtWork,
    /// Ill: sensitive.
    Sick,
    /// On a course or drill.
    Training,
    /// Their own affair.
    Personal,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::AtWork, Self::Sick, Self::Training, Self::Personal];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtWork => "at-work",
            Self::Sick => "sick",
            Self::Training => "training",
            Self::Personal => "personal",
        }
    }

    /// Reads what [`Reason::as_str`] says.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::AtWork => "At work",
            Self::Sick => "Sick",
            Self::Training => "Training",
            Self::Personal => "Personal",
        }
    }
}

/// A stretch in which somebody is not available.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Off {
    /// Which one.
    pub id: UnavailableId,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// What cover somebody agreed to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contract {
    /// Whose.
    pub person: PersonId,
    /// Their home unit.
    pub unit: UnitId,
    /// Minutes a week.
    pub cover_minutes: i32,
    /// The first day.
    pub from: Date,
}

/// How many riders a unit needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// With so many the crew is full.
    pub full: i32,
    /// With fewer it is off the run.
    pub least: i32,
}

impl Default for Need {
    /// A pump with a crew of four at the least and five in full.
    fn default() -> Self {
        Self { full: 5, least: 4 }
    }
}

/// One rider of a unit, without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ride {
    /// Which rider, by a number that means nothing else.
    pub rider: i64,
    /// Whether it is a stretch off; otherwise one under contract.
    pub off: bool,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
}

/// Somebody, as far as the caller may know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
    /// Whether they have left.
    pub left: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_database() {
        assert!(Form::ALL.into_iter().all(|form| Form::parse(form.as_str()) == Some(form)));
        assert!(Reason::ALL.into_iter().all(|reason| Reason::parse(reason.as_str()) == Some(reason)));
        assert_eq!((Form::parse("off"), Reason::parse("ill")), (None, None));
    }
}
