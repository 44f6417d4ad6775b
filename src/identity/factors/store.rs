//! The tables of second factors.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::passkeys::{Kept, Purpose};
use super::{Factors, PasskeyView, TotpView};
use crate::db::schema::{passkey_ceremonies, passkeys, recovery_codes, totp_secrets};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PasskeyId, PersonId};

/// What somebody has.
pub(in crate::identity) fn factors_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Factors, DbError> {
    type Totp = (Option<jiff_diesel::Timestamp>, Option<jiff_diesel::Timestamp>);
    type Row = (PasskeyId, String, String, jiff_diesel::Timestamp, Option<jiff_diesel::Timestamp>);
    let organisation = tx.caller().organisation();
    let totp: Option<Totp> = totp_secrets::table
        .find((organisation, person))
        .filter(totp_secrets::sealed.is_not_null())
        .select((totp_secrets::confirmed_at, totp_secrets::last_used_at))
        .first(tx.conn())
        .optional()?;
    let rows: Vec<Row> = passkeys::table
        .filter(passkeys::organisation_id.eq(organisation).and(passkeys::person_id.eq(person)))
        .select((passkeys::id, passkeys::name, passkeys::rp_id, passkeys::created_at, passkeys::last_used_at))
        .order((passkeys::created_at, passkeys::id))
        .load(tx.conn())?;
    let passkeys = rows.into_iter().map(|(id, name, rp_id, created_at, last_used_at)| PasskeyView {
        id,
        name,
        rp_id,
        created_at: created_at.to_jiff(),
        last_used_at: last_used_at.map(|time| time.to_jiff()),
    });
    Ok(Factors {
        totp: totp.and_then(|(confirmed_at, last_used_at)| {
            Some(TotpView {
                confirmed_at: confirmed_at?.to_jiff(),
                last_used_at: last_used_at.map(|time| time.to_jiff()),
            })
        }),
        passkeys: passkeys.collect(),
        codes_left: codes_left(tx, person)?,
    })
}

/// Keeps a secret that is shown and not in use yet.
pub(super) fn totp_pend(tx: &mut Tx<'_>, person: PersonId, sealed: &[u8], now: Timestamp) -> Result<(), DbError> {
    let pending = (totp_secrets::pending.eq(sealed), totp_secrets::pending_at.eq(now.to_diesel()));
    diesel::insert_into(totp_secrets::table)
        .values((
            totp_secrets::organisation_id.eq(tx.caller().organisation()),
            totp_secrets::person_id.eq(person),
            pending,
        ))
        .on_conflict((totp_secrets::organisation_id, totp_secrets::person_id))
        .do_update()
        .set(pending)
        .execute(tx.conn())?;
    Ok(())
}

/// The secret that is shown, if it was made after `since`.
pub(super) fn totp_pending(tx: &mut Tx<'_>, person: PersonId, since: Timestamp) -> Result<Option<Vec<u8>>, DbError> {
    let found: Option<Option<Vec<u8>>> = totp_secrets::table
        .find((tx.caller().organisation(), person))
        .filter(totp_secrets::pending_at.gt(since.to_diesel()))
        .select(totp_secrets::pending)
        .first(tx.conn())
        .optional()?;
    Ok(found.flatten())
}

/// Puts the secret that was shown into use; its code of `step` has been taken. `false` when there is none.
pub(super) fn totp_confirm(tx: &mut Tx<'_>, person: PersonId, step: i64, now: Timestamp) -> Result<bool, DbError> {
    let this =
        totp_secrets::table.find((tx.caller().organisation(), person)).filter(totp_secrets::pending.is_not_null());
    let changed = diesel::update(this)
        .set((
            totp_secrets::sealed.eq(totp_secrets::pending),
            totp_secrets::pending.eq(None::<Vec<u8>>),
            totp_secrets::pending_at.eq(None::<jiff_diesel::Timestamp>),
            totp_secrets::confirmed_at.eq(now.to_diesel()),
            totp_secrets::last_step.eq(step),
            totp_secrets::last_used_at.eq(None::<jiff_diesel::Timestamp>),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// The secret in use.
pub(super) fn totp_sealed(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Vec<u8>>, DbError> {
    let found: Option<Option<Vec<u8>>> = totp_secrets::table
        .find((tx.caller().organisation(), person))
        .select(totp_secrets::sealed)
        .first(tx.conn())
        .optional()?;
    Ok(found.flatten())
}

/// Takes the code of `step`; `false` when it, or a later one, was taken before.
pub(super) fn totp_take_step(tx: &mut Tx<'_>, person: PersonId, step: i64, now: Timestamp) -> Result<bool, DbError> {
    let this = totp_secrets::table.find((tx.caller().organisation(), person)).filter(totp_secrets::last_step.lt(step));
    let taken = diesel::update(this)
        .set((totp_secrets::last_step.eq(step), totp_secrets::last_used_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(taken == 1)
}

pub(super) fn totp_delete(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    diesel::delete(totp_secrets::table.find((tx.caller().organisation(), person))).execute(tx.conn())?;
    Ok(())
}

/// A passkey that is about to be kept.
pub(super) struct NewPasskey<'a> {
    pub(super) id: PasskeyId,
    pub(super) person: PersonId,
    pub(super) credential_id: &'a [u8],
    pub(super) credential: &'a str,
    pub(super) rp_id: &'a str,
    pub(super) name: &'a str,
}

pub(super) fn passkey_insert(tx: &mut Tx<'_>, new: &NewPasskey<'_>, now: Timestamp) -> Result<(), DbError> {
    diesel::insert_into(passkeys::table)
        .values((
            passkeys::organisation_id.eq(tx.caller().organisation()),
            passkeys::id.eq(new.id),
            passkeys::person_id.eq(new.person),
            passkeys::credential_id.eq(new.credential_id),
            passkeys::credential.eq(new.credential),
            passkeys::rp_id.eq(new.rp_id),
            passkeys::name.eq(new.name),
            passkeys::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Somebody's passkeys that work under `rp_id`.
pub(super) fn passkeys_kept(tx: &mut Tx<'_>, person: PersonId, rp_id: &str) -> Result<Vec<Kept>, DbError> {
    let rows: Vec<(PasskeyId, PersonId, String)> = passkeys::table
        .filter(passkeys::organisation_id.eq(tx.caller().organisation()).and(passkeys::person_id.eq(person)))
        .filter(passkeys::rp_id.eq(rp_id))
        .select((passkeys::id, passkeys::person_id, passkeys::credential))
        .order((passkeys::created_at, passkeys::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, person, credential)| Kept { id, person, credential }).collect())
}

/// The passkey with a credential's id.
pub(super) fn passkey_by_credential(tx: &mut Tx<'_>, credential_id: &[u8]) -> Result<Option<Kept>, DbError> {
    let found: Option<(PasskeyId, PersonId, String)> = passkeys::table
        .filter(passkeys::organisation_id.eq(tx.caller().organisation()))
        .filter(passkeys::credential_id.eq(credential_id))
        .select((passkeys::id, passkeys::person_id, passkeys::credential))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(id, person, credential)| Kept { id, person, credential }))
}

/// Notes that a passkey opened something, and what its authenticator said of itself.
pub(super) fn passkey_used(tx: &mut Tx<'_>, id: PasskeyId, credential: &str, now: Timestamp) -> Result<(), DbError> {
    diesel::update(passkeys::table.find((tx.caller().organisation(), id)))
        .set((passkeys::credential.eq(credential), passkeys::last_used_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}

/// Notes what an authenticator said of itself, and not when: for what is nobody's business but its person's.
pub(super) fn passkey_counted(tx: &mut Tx<'_>, id: PasskeyId, credential: &str) -> Result<(), DbError> {
    diesel::update(passkeys::table.find((tx.caller().organisation(), id)))
        .set(passkeys::credential.eq(credential))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes one passkey of somebody's; its name, if there was one.
pub(super) fn passkey_delete(tx: &mut Tx<'_>, person: PersonId, id: PasskeyId) -> Result<Option<String>, DbError> {
    let this = passkeys::table.find((tx.caller().organisation(), id)).filter(passkeys::person_id.eq(person));
    Ok(diesel::delete(this).returning(passkeys::name).get_result(tx.conn()).optional()?)
}

pub(super) fn passkeys_delete(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let theirs = passkeys::table.filter(passkeys::organisation_id.eq(organisation).and(passkeys::person_id.eq(person)));
    diesel::delete(theirs).execute(tx.conn())?;
    Ok(())
}

/// Keeps a challenge until it is answered; those that nobody answered in time go.
pub(super) fn ceremony_insert(
    tx: &mut Tx<'_>,
    digest: &[u8; 32],
    person: PersonId,
    purpose: Purpose,
    state: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let over = passkey_ceremonies::table
        .filter(passkey_ceremonies::organisation_id.eq(organisation))
        .filter(passkey_ceremonies::expires_at.le(now.to_diesel()));
    diesel::delete(over).execute(tx.conn())?;
    diesel::insert_into(passkey_ceremonies::table)
        .values((
            passkey_ceremonies::organisation_id.eq(organisation),
            passkey_ceremonies::token_hash.eq(digest.as_slice()),
            passkey_ceremonies::person_id.eq(person),
            passkey_ceremonies::purpose.eq(purpose.as_str()),
            passkey_ceremonies::state.eq(state),
            passkey_ceremonies::created_at.eq(now.to_diesel()),
            passkey_ceremonies::expires_at.eq(expires_at.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes a challenge: its state, if it waits for this purpose and person and is not over.
pub(super) fn ceremony_take(
    tx: &mut Tx<'_>,
    digest: &[u8; 32],
    person: PersonId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<String>, DbError> {
    let this = passkey_ceremonies::table
        .find((tx.caller().organisation(), digest.as_slice()))
        .filter(passkey_ceremonies::person_id.eq(person).and(passkey_ceremonies::purpose.eq(purpose.as_str())))
        .filter(passkey_ceremonies::expires_at.gt(now.to_diesel()));
    Ok(diesel::delete(this).returning(passkey_ceremonies::state).get_result(tx.conn()).optional()?)
}

pub(super) fn codes_left(tx: &mut Tx<'_>, person: PersonId) -> Result<usize, DbError> {
    let left: i64 = recovery_codes::table
        .filter(recovery_codes::organisation_id.eq(tx.caller().organisation()))
        .filter(recovery_codes::person_id.eq(person).and(recovery_codes::used_at.is_null()))
        .count()
        .get_result(tx.conn())?;
    Ok(usize::try_from(left).unwrap_or(0))
}

pub(super) fn code_insert(tx: &mut Tx<'_>, person: PersonId, hash: &[u8; 32], now: Timestamp) -> Result<(), DbError> {
    diesel::insert_into(recovery_codes::table)
        .values((
            recovery_codes::organisation_id.eq(tx.caller().organisation()),
            recovery_codes::person_id.eq(person),
            recovery_codes::code_hash.eq(hash.as_slice()),
            recovery_codes::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Uses a code; `false` when there is no such code, or it was used.
pub(super) fn code_use(tx: &mut Tx<'_>, person: PersonId, hash: &[u8; 32], now: Timestamp) -> Result<bool, DbError> {
    let this = recovery_codes::table
        .find((tx.caller().organisation(), person, hash.as_slice()))
        .filter(recovery_codes::used_at.is_null());
    let used = diesel::update(this).set(recovery_codes::used_at.eq(now.to_diesel())).execute(tx.conn())?;
    Ok(used == 1)
}

pub(super) fn codes_delete(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    let theirs = recovery_codes::table
        .filter(recovery_codes::organisation_id.eq(tx.caller().organisation()))
        .filter(recovery_codes::person_id.eq(person));
    diesel::delete(theirs).execute(tx.conn())?;
    Ok(())
}
