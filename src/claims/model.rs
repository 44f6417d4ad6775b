//! What a claim is, and what HR sees beside it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::rules::Kind;
use crate::kernel::ids::{ClaimId, DutyId, PayrollRunId, PersonId, UnitId};

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Waiting,
    /// HR approved it, in whole or in part.
    Approved,
    /// HR refused it.
    Refused,
    /// Its person took it back, or the duty is gone.
    Withdrawn,
}

impl State {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`State::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Approved, Self::Refused, Self::Withdrawn].into_iter().find(|state| state.as_str() == text)
    }

    /// As people read it, with the colour of its tag.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiting => ("Waits for HR", "govuk-tag--blue"),
            Self::Approved => ("Approved", "govuk-tag--green"),
            Self::Refused => ("Refused", "govuk-tag--red"),
            Self::Withdrawn => ("Taken back", "govuk-tag--grey"),
        }
    }
}

/// What somebody claims for a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which one.
    pub id: ClaimId,
    /// Whose.
    pub person: PersonId,
    /// Their home unit when it was made.
    pub unit: UnitId,
    /// For which duty.
    pub duty: DutyId,
    /// The day on which the duty started.
    pub day: Date,
    /// What is claimed.
    pub kind: Kind,
    /// How much: minutes, one payment, or tenths of a mile.
    pub amount: i32,
    /// What the duty itself said then: minutes worked, or tenths of a mile.
    pub basis: i32,
    /// The duty's revision then.
    pub duty_revision: i32,
    /// What its person says of it.
    pub note: Option<String>,
    /// What became of it.
    pub state: State,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was decided or taken back.
    pub decided_at: Option<Timestamp>,
    /// By whom, as they were called then.
    pub decided_by: Option<String>,
    /// How much HR approved of it.
    pub decided_amount: Option<i32>,
    /// What HR says of it.
    pub answer: Option<String>,
    /// The file that took it to payroll.
    pub run: Option<PayrollRunId>,
}

/// What there is to know of a claim's duty and hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimFacts {
    /// When the duty began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Minutes worked, as the duty says now.
    pub worked_minutes: i32,
    /// The duty's revision now.
    pub revision: i32,
    /// The duty was deleted.
    pub gone: bool,
    /// The hours of its day are approved, or nobody has to.
    pub hours_approved: bool,
}

/// A claim with what it takes to decide on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The claim.
    pub claim: Claim,
    /// Of its duty and hours; `None` when the reader may not know.
    pub facts: Option<ClaimFacts>,
    /// Whose it is.
    pub who: String,
    /// Their employee number.
    pub number: Option<String>,
}

/// The duty that claims are made for, as its owner sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimedDuty {
    /// Which one.
    pub id: DutyId,
    /// Whose.
    pub person: PersonId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Minutes worked.
    pub worked_minutes: i32,
    /// Tenths of a mile.
    pub mileage_tenths: Option<i32>,
}

/// A file of approved claims that was made for payroll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayrollRun {
    /// Which one.
    pub id: PayrollRunId,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom, as they were called then.
    pub created_by: String,
    /// How many claims it holds.
    pub claims: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_the_database() {
        for state in [State::Waiting, State::Approved, State::Refused, State::Withdrawn] {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("paid"), None);
    }
}
