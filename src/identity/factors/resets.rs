//! Taking away somebody's second factors: one administrator asks, another approves within a day; or the operator of
//! the machine, who needs nobody.

use jiff::{SignedDuration, Timestamp};

use super::{Factors, store, take_all, tell};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, permission};
use crate::db::{Db, Tx};
use crate::identity::policy::ResetFactors;
use crate::identity::{IdentityError, reset_store};
use crate::kernel::ids::{FactorResetId, PersonId};

/// How long a request waits for a second administrator.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// A request that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Which.
    pub id: FactorResetId,
    /// Whose factors.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// Their name.
    pub asked_by_name: String,
    /// Until when it can be approved.
    pub expires_at: Timestamp,
}

/// What an administrator sees of somebody's factors.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Their name.
    pub name: String,
    /// What they have.
    pub factors: Factors,
    /// A request that waits.
    pub waiting: Option<Waiting>,
}

/// What somebody has, and whether a reset waits. Leaves an entry.
///
/// # Errors
/// [`IdentityError::Authz`], also for oneself.
pub async fn overview(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<Overview, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ResetFactors>(tx, person)?;
        let name = reset_store::name_of(tx, may.scope())?;
        let factors = store::factors_of(tx, may.scope())?;
        let waiting = reset_store::waiting(tx, now)?.into_iter().find(|waiting| waiting.person == person);
        audit::record(tx, now, Entry::new("factor.read").on("person", person).about(person))?;
        Ok(Overview { name, factors, waiting })
    })
    .await
}

/// The requests that wait in the caller's organisation, oldest first.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn waiting(db: &Db, caller: &Caller, now: Timestamp) -> Result<Vec<Waiting>, IdentityError> {
    db.read(caller, move |tx| Ok(reset_store::waiting(tx, now)?)).await
}

/// Asks for somebody's factors to be taken away.
///
/// # Errors
/// [`IdentityError::NoFactor`]; [`IdentityError::ResetWaits`]; [`IdentityError::Authz`], also for oneself.
pub async fn ask(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ResetFactors>(tx, person)?;
        if !store::factors_of(tx, person)?.any() {
            return Err(IdentityError::NoFactor);
        }
        reset_store::close_overdue(tx, person, now)?;
        let id = FactorResetId::new(now);
        reset_store::insert(tx, &may, id, now, now + LIFETIME).map_err(|error| match error.unique_violation() {
            Some("factor_resets_waiting") => IdentityError::ResetWaits,
            _ => error.into(),
        })?;
        audit::record(tx, now, Entry::new("factor.reset-ask").on("factor-reset", id).about(person))?;
        Ok(())
    })
    .await
}

/// Approves a request of another administrator's: every factor goes, every session ends.
///
/// # Errors
/// [`IdentityError::ResetOver`]; [`IdentityError::SamePerson`]; [`IdentityError::Authz`], also for oneself.
pub async fn approve(db: &Db, caller: &Caller, id: FactorResetId, now: Timestamp) -> Result<PersonId, IdentityError> {
    db.write(caller, move |tx| {
        let waiting = find(tx, id, now)?;
        authz::require::<ResetFactors>(tx, waiting.person)?;
        if tx.caller().person_id() == Some(waiting.asked_by) {
            return Err(IdentityError::SamePerson);
        }
        if !reset_store::decide(tx, id, true, now)? {
            return Err(IdentityError::ResetOver);
        }
        let ended = take_all(tx, waiting.person)?;
        let entry = Entry::new("factor.reset")
            .on("factor-reset", id)
            .about(waiting.person)
            .noting("asked_by", waiting.asked_by.0)
            .noting("sessions_ended", u32::try_from(ended).unwrap_or(u32::MAX));
        audit::record(tx, now, entry)?;
        // Whoever does not look after accounts does not see where to write to.
        if tx.caller().holds_for_all(permission::ACCOUNT_MANAGE) {
            tell(tx, waiting.person, now)?;
        }
        Ok(waiting.person)
    })
    .await
}

/// Refuses a request, or withdraws one's own.
///
/// # Errors
/// [`IdentityError::ResetOver`]; [`IdentityError::Authz`].
pub async fn refuse(db: &Db, caller: &Caller, id: FactorResetId, now: Timestamp) -> Result<PersonId, IdentityError> {
    db.write(caller, move |tx| {
        let waiting = find(tx, id, now)?;
        authz::require::<ResetFactors>(tx, waiting.person)?;
        if !reset_store::decide(tx, id, false, now)? {
            return Err(IdentityError::ResetOver);
        }
        audit::record(tx, now, Entry::new("factor.reset-refuse").on("factor-reset", id).about(waiting.person))?;
        Ok(waiting.person)
    })
    .await
}

/// Takes away every factor of somebody's at once: the operator of the machine, when nobody else can. Returns how many
/// sessions ended. The transaction's caller is the operator.
///
/// # Errors
/// [`IdentityError::NoFactor`]; [`IdentityError::Authz`].
pub fn by_operator(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<usize, IdentityError> {
    authz::require::<ResetFactors>(tx, person)?;
    if !store::factors_of(tx, person)?.any() {
        return Err(IdentityError::NoFactor);
    }
    let ended = take_all(tx, person)?;
    let entry = Entry::new("factor.reset")
        .on("person", person)
        .about(person)
        .noting("sessions_ended", u32::try_from(ended).unwrap_or(u32::MAX));
    audit::record(tx, now, entry)?;
    tell(tx, person, now)?;
    Ok(ended)
}

fn find(tx: &mut Tx<'_>, id: FactorResetId, now: Timestamp) -> Result<Waiting, IdentityError> {
    let waiting = reset_store::waiting(tx, now)?.into_iter().find(|waiting| waiting.id == id);
    waiting.ok_or(IdentityError::ResetOver)
}
