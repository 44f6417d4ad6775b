//! What a correction is, and what became of it.

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::kernel::ids::{CorrectionId, DutyId, PersonId, TimesheetId, UnitId};

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The duty says something else.
    Change,
    /// There is one more.
    Add,
    /// There was none.
    Remove,
}

impl Act {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Add => "add",
            Self::Remove => "remove",
        }
    }

    /// Reads [`Act::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Change, Self::Add, Self::Remove].into_iter().find(|act| act.as_str() == text)
    }
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits.
    Proposed,
    /// It was accepted, and written.
    Accepted,
    /// It was refused.
    Refused,
    /// Its person took it back.
    Withdrawn,
}

impl State {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`State::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Proposed, Self::Accepted, Self::Refused, Self::Withdrawn];
        all.into_iter().find(|state| state.as_str() == text)
    }

    /// As people read it, with the colour of its tag.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Proposed => ("Waits for a decision", "govuk-tag--blue"),
            Self::Accepted => ("Accepted", "govuk-tag--green"),
            Self::Refused => ("Refused", "govuk-tag--red"),
            Self::Withdrawn => ("Taken back", "govuk-tag--grey"),
        }
    }
}

/// A proposal, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Which one.
    pub id: CorrectionId,
    /// Whose duty it is, and who proposed.
    pub person: PersonId,
    /// The unit for which it is decided: that of the timesheet.
    pub unit: UnitId,
    /// Of which approved timesheet.
    pub sheet: TimesheetId,
    /// Which duty; of one to be added, the id that it gets.
    pub duty: DutyId,
    /// What is proposed.
    pub act: Act,
    /// What the duty said, by field name.
    pub was: Json,
    /// What it should say, by field name.
    pub becomes: Json,
    /// Why.
    pub reason: String,
    /// What became of it.
    pub state: State,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// When it was decided or taken back.
    pub decided_at: Option<Timestamp>,
    /// By whom, as they were called then.
    pub decided_by: Option<String>,
    /// What they said of it.
    pub answer: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_and_states_survive_the_database() {
        for act in [Act::Change, Act::Add, Act::Remove] {
            assert_eq!(Act::parse(act.as_str()), Some(act));
        }
        for state in [State::Proposed, State::Accepted, State::Refused, State::Withdrawn] {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!((Act::parse("x"), State::parse("x")), (None, None));
    }
}
