//! What of their caseload a practitioner's home page shows.

use jiff::Timestamp;

use super::error::TrimError;
use super::policy::Practise;
use super::rules::Standing;
use super::service;
use crate::authz;
use crate::db::Tx;

/// What is due among the cases that a practitioner sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    /// Assessments.
    pub assess: usize,
    /// Of those, in cases that nobody has taken.
    pub assess_free: usize,
    /// Follow-ups.
    pub follow_up: usize,
}

/// What is due at `now`; `None` for whoever does not practise.
///
/// # Errors
/// [`TrimError`].
pub fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Due>, TrimError> {
    if authz::if_may::<Practise>(tx, ())?.is_none() {
        return Ok(None);
    }
    let load = service::caseload_in(tx, now)?;
    let mut due = Due::default();
    for line in load.mine.iter().chain(&load.free) {
        match line.standing {
            Standing::Assess(_) => {
                due.assess += 1;
                due.assess_free += usize::from(line.case.practitioner.is_none());
            }
            Standing::FollowUp(_) => due.follow_up += 1,
            Standing::Waits(_) | Standing::FollowUpAt(_) | Standing::Done | Standing::Ended => {}
        }
    }
    Ok(Some(due))
}
