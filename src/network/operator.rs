//! What the machine's operator does when the rules have shut everybody out who could change them.

use jiff::Timestamp;

use super::model::title;
use super::policy::Lift;
use super::{NetworkError, store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, SystemName};
use crate::db::Db;
use crate::kernel::ids::OrganisationId;

/// A rule, as the operator lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLine {
    /// Whom it is for, in words.
    pub place: String,
    /// `allow` or `deny`.
    pub verdict: &'static str,
    /// The network.
    pub network: String,
    /// Whether it counts.
    pub on: bool,
    /// What whoever made it wrote down.
    pub note: String,
}

const fn door(organisation: OrganisationId) -> Caller {
    Caller::system(SystemName::Operator, organisation)
}

/// The rules of an organisation. Blocks.
///
/// # Errors
/// [`NetworkError::Db`].
pub fn rules(db: &Db, organisation: OrganisationId) -> Result<Vec<RuleLine>, NetworkError> {
    db.read_blocking(&door(organisation), |tx| {
        authz::require::<Lift>(tx, ())?;
        let roles = store::role_names(tx)?;
        let line = |rule: super::model::Rule| RuleLine {
            place: title(rule.place, &roles),
            verdict: rule.rule.verdict.as_str(),
            network: rule.rule.network.to_string(),
            on: rule.off_since.is_none(),
            note: rule.note,
        };
        Ok(store::rules(tx)?.into_iter().map(line).collect())
    })
}

/// Switches off every rule of an organisation; they are kept. Returns how many were on. Blocks.
///
/// # Errors
/// [`NetworkError::Db`], [`NetworkError::Audit`].
pub fn lift_lockout(db: &Db, organisation: OrganisationId, now: Timestamp) -> Result<usize, NetworkError> {
    db.write_blocking(&door(organisation), |tx| {
        let may = authz::may::<Lift>(tx, ())?;
        store::lock(tx)?;
        let off = store::switch_all_off(tx, &may, now)?;
        let count = u64::try_from(off).unwrap_or(u64::MAX);
        audit::record(tx, now, Entry::new("network.lift-lockout").on("network", "").noting("rules", count))?;
        Ok(off)
    })
}
