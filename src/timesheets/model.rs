//! What a timesheet is, and what it holds.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::rules::period::Period;
use crate::duties::model::KindPath;
use crate::kernel::ids::{DelegationId, DutyId, PersonId, TimesheetId, UnitId};

/// How far a timesheet has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It waits for a decision.
    Submitted,
    /// Its person took it back before anybody decided.
    Withdrawn,
    /// A manager sent it back, with a reason.
    Returned,
    /// It is approved, and its duties are locked.
    Approved,
    /// It was approved and is open again, with a reason.
    Reopened,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Submitted, Self::Approved, Self::Returned, Self::Reopened, Self::Withdrawn];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Withdrawn => "withdrawn",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Reopened => "reopened",
        }
    }

    /// Reads [`State::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// As its person and whoever decides read it, with the colour of its tag.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Submitted => ("Waits for approval", "govuk-tag--blue"),
            Self::Withdrawn => ("Taken back", "govuk-tag--grey"),
            Self::Returned => ("Returned", "govuk-tag--orange"),
            Self::Approved => ("Approved", "govuk-tag--green"),
            Self::Reopened => ("Reopened", "govuk-tag--orange"),
        }
    }

    /// Whether its person may submit it now: whatever is neither waiting nor approved.
    pub const fn can_be_submitted(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Returned | Self::Reopened)
    }
}

/// The duties that a sheet held when it was submitted, each at its revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot(pub BTreeMap<DutyId, i32>);

/// Somebody's hours of one period, from when they were first submitted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Which one.
    pub id: TimesheetId,
    /// Whose.
    pub person: PersonId,
    /// Their home unit when it was submitted.
    pub unit: UnitId,
    /// Of which days.
    pub period: Period,
    /// How far it has come.
    pub state: State,
    /// Grows with each move.
    pub revision: i32,
    /// Why it was returned or reopened.
    pub reason: Option<String>,
    /// When the last move was made.
    pub moved_at: Timestamp,
    /// By whom.
    pub moved_by: PersonId,
    /// When it was submitted last.
    pub submitted_at: Timestamp,
    /// What it came to then.
    pub submitted: Amount,
    /// Which duties it held then.
    pub snapshot: Snapshot,
    /// What was approved, if it is.
    pub approved: Option<Amount>,
}

/// Hours and duties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Minutes worked.
    pub minutes: i32,
    /// How many duties.
    pub duties: i32,
}

/// One duty as a timesheet shows it: hours, and no detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which one.
    pub duty: DutyId,
    /// For which unit.
    pub unit: UnitId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Breaks in minutes.
    pub break_minutes: i32,
    /// End minus start minus breaks, in minutes.
    pub worked_minutes: i32,
    /// What it was.
    pub kind: KindPath,
    /// Where it came from: `manual`, `import` or `api`.
    pub source: String,
    /// Which revision this is.
    pub revision: i32,
    /// When it was logged.
    pub created_at: Timestamp,
    /// What it adds to the sum of its person, in minutes: what was worked, without what a duty that began before it
    /// counts already.
    pub counted_minutes: i32,
}

/// A move of a timesheet, as its history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What it became; `corrected` for one that stayed approved.
    pub state: String,
    /// Why, if somebody said.
    pub reason: Option<String>,
    /// What it held then.
    pub held: Amount,
    /// When.
    pub at: Timestamp,
    /// By whom, as they were called then.
    pub by: String,
    /// In whose stead.
    pub in_stead_of: Option<String>,
}

/// By which right somebody decides on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// A role of their own.
    Own,
    /// That of somebody who named them.
    InStead(DelegationId),
}

/// A unit for which the caller stands in for somebody today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandIn {
    /// The unit.
    pub unit: UnitId,
    /// By which delegation.
    pub delegation: DelegationId,
    /// For whom.
    pub away: PersonId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_the_database_and_only_open_ones_are_submitted() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("open"), None);
        let open: Vec<State> = State::ALL.into_iter().filter(|state| state.can_be_submitted()).collect();
        assert_eq!(open, [State::Returned, State::Reopened, State::Withdrawn]);
    }
}
