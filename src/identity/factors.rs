//! Second factors: authenticator apps, passkeys, recovery codes; what somebody has, and what they may do with it.
//!
//! Owns `totp_secrets`, `passkeys`, `passkey_ceremonies`, `recovery_codes`, `factor_resets`. Signing in with them is
//! `factor_door`'s, proving again who one is `step_up`'s.

pub mod passkeys;
pub mod recovery;
pub mod resets;
pub(super) mod store;
pub mod totp;
pub(super) mod vault_signatures;

use jiff::Timestamp;

use super::password_rules::{SHORTEST, SHORTEST_WITH_FACTOR};
use super::{IdentityError, known_device_store, session_store, sessions, sign_in_rules, sign_in_rules_store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName};
use crate::crypto::Keyring;
use crate::db::{Db, DbError, Tx};
use crate::http::SessionCookie;
use crate::kernel::ids::{PasskeyId, PersonId};
use crate::notices::{self, NewNotice, NoticeKind};

/// What somebody has beside a password.
#[derive(Debug, Clone, Default)]
pub struct Factors {
    /// Their authenticator app.
    pub totp: Option<TotpView>,
    /// Their passkeys, oldest first.
    pub passkeys: Vec<PasskeyView>,
    /// Recovery codes that have not been used.
    pub codes_left: usize,
}

/// An authenticator app.
#[derive(Debug, Clone, Copy)]
pub struct TotpView {
    /// When it was set up.
    pub confirmed_at: Timestamp,
    /// When a code of it was last taken.
    pub last_used_at: Option<Timestamp>,
}

/// A passkey.
#[derive(Debug, Clone)]
pub struct PasskeyView {
    /// Which.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Under which name of ours it works.
    pub rp_id: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last opened something.
    pub last_used_at: Option<Timestamp>,
}

impl Factors {
    /// Whether there is a second factor. Recovery codes alone are none.
    pub fn any(&self) -> bool {
        self.totp.is_some() || !self.passkeys.is_empty()
    }

    fn count(&self) -> usize {
        self.passkeys.len() + usize::from(self.totp.is_some())
    }
}

/// What the caller has, and from when on their roles ask for a factor.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn own(db: &Db, caller: &Caller) -> Result<(Factors, Option<Timestamp>), IdentityError> {
    db.read(caller, |tx| {
        let person = tx.caller().person_id().ok_or(DbError::SignedOut)?;
        Ok((store::factors_of(tx, person)?, sign_in_rules::of(tx, person)?.factor_due))
    })
    .await
}

/// How long somebody's password has to be (characters): shorter beside a second factor, where the organisation says so.
pub(super) fn shortest_password(tx: &mut Tx<'_>, person: PersonId) -> Result<usize, DbError> {
    let shorter = sign_in_rules_store::of_organisation(tx)?.short_with_factor && store::factors_of(tx, person)?.any();
    Ok(if shorter { SHORTEST_WITH_FACTOR } else { SHORTEST })
}

/// What follows whenever the caller has enrolled a factor: recovery codes with the first one. Part of the
/// transaction that enrols.
pub(super) fn after_enrolment(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    person: PersonId,
    kind: &'static str,
    now: Timestamp,
) -> Result<Option<Vec<String>>, IdentityError> {
    audit::record(tx, now, Entry::new("factor.enrol").on("factor", kind).about(person))?;
    tell(tx, person, now)?;
    if store::codes_left(tx, person)? > 0 {
        return Ok(None);
    }
    recovery::renew(tx, keys, person, now).map(Some)
}

/// The session's new token after a change of factors; a confined session becomes a whole one.
///
/// # Errors
/// [`IdentityError::Db`], also when the session has ended meanwhile.
pub async fn proven(
    db: &Db,
    caller: &Caller,
    cookie: &SessionCookie,
    proof: sessions::Proof,
    now: Timestamp,
) -> Result<SessionCookie, IdentityError> {
    let cookie = cookie.clone();
    let door = Caller::system(SystemName::SignIn, caller.organisation());
    db.write(&door, move |tx| Ok(sessions::prove(tx, &cookie, proof, true, now)?.ok_or(DbError::SignedOut)?)).await
}

/// Writes to somebody whose factors changed, if they have an address.
fn tell(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<(), IdentityError> {
    if let Some(recipient) = known_device_store::address(tx, person)? {
        notices::post(tx, now, &NewNotice { kind: NoticeKind::FactorChanged, person, recipient, about: None })?;
    }
    Ok(())
}

/// Refuses to take away the last factor of somebody whose roles ask for one.
fn check_not_last(tx: &mut Tx<'_>, person: PersonId) -> Result<(), IdentityError> {
    let asked_for = sign_in_rules::of(tx, person)?.factor_due.is_some();
    if asked_for && store::factors_of(tx, person)?.count() <= 1 {
        return Err(IdentityError::LastFactor);
    }
    Ok(())
}

/// Takes away the recovery codes of somebody who has no factor left that they could stand in for.
fn drop_idle_codes(tx: &mut Tx<'_>, person: PersonId) -> Result<(), IdentityError> {
    if !store::factors_of(tx, person)?.any() {
        store::codes_delete(tx, person)?;
    }
    Ok(())
}

/// Takes away every factor of somebody's and ends their sessions; how many sessions that were.
pub(super) fn take_all(tx: &mut Tx<'_>, person: PersonId) -> Result<usize, DbError> {
    store::totp_delete(tx, person)?;
    store::passkeys_delete(tx, person)?;
    store::codes_delete(tx, person)?;
    session_store::delete_of(tx, person)
}
