//! Those rows of `password_links` whose link goes out by e-mail.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::forgotten::Account;
use super::mailed_links::Purpose;
use crate::db::schema::{accounts, password_links, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{LinkId, PersonId};

/// Until when a link can be used; `None` when it was used, withdrawn or is too old.
pub(super) fn usable_until(
    tx: &mut Tx<'_>,
    id: LinkId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    let organisation = tx.caller().organisation();
    let until: Option<jiff_diesel::Timestamp> = password_links::table
        .filter(password_links::organisation_id.eq(organisation).and(password_links::id.eq(id)))
        .filter(password_links::purpose.eq(purpose.as_str()).and(password_links::used_at.is_null()))
        .filter(password_links::expires_at.gt(now.to_diesel()))
        .select(password_links::expires_at)
        .first(tx.conn())
        .optional()?;
    Ok(until.map(jiff_diesel::Timestamp::to_jiff))
}

/// The account with this address, of somebody who works here, that is on.
pub(super) fn account_of(tx: &mut Tx<'_>, email: &str) -> Result<Option<Account>, DbError> {
    let organisation = tx.caller().organisation();
    let found: Option<(PersonId, String)> = accounts::table
        .inner_join(people::table.on(people::organisation_id.eq(organisation).and(people::id.eq(accounts::person_id))))
        .filter(accounts::organisation_id.eq(organisation).and(accounts::email.eq(email)))
        .filter(accounts::disabled_at.is_null().and(people::left_at.is_null()))
        .select((accounts::person_id, accounts::email))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(person, email)| Account { person, email }))
}

pub(super) fn insert_reset(
    tx: &mut Tx<'_>,
    person: PersonId,
    id: LinkId,
    digest: &[u8; 32],
    now: Timestamp,
    until: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(password_links::table)
        .values((
            password_links::organisation_id.eq(tx.caller().organisation()),
            password_links::token_hash.eq(digest.as_slice()),
            password_links::id.eq(id),
            password_links::purpose.eq(Purpose::Reset.as_str()),
            password_links::person_id.eq(person),
            password_links::created_at.eq(now.to_diesel()),
            password_links::expires_at.eq(until.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes somebody's links for a forgotten password that were not used.
pub(super) fn withdraw_resets(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    let theirs = password_links::table
        .filter(password_links::organisation_id.eq(tx.caller().organisation()))
        .filter(password_links::person_id.eq(person).and(password_links::purpose.eq(Purpose::Reset.as_str())))
        .filter(password_links::used_at.is_null());
    diesel::delete(theirs).execute(tx.conn())?;
    Ok(())
}

/// Removes every link of somebody's that was not used: they have just chosen a password by another. `tx` is the door's.
pub(super) fn withdraw_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    let theirs = password_links::table
        .filter(password_links::organisation_id.eq(tx.caller().organisation()))
        .filter(password_links::person_id.eq(person).and(password_links::used_at.is_null()));
    diesel::delete(theirs).execute(tx.conn())?;
    Ok(())
}

/// Whether somebody has chosen a password before. `tx` is the door's.
pub(super) fn has_password(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let theirs =
        accounts::table.find((tx.caller().organisation(), person)).filter(accounts::password_hash.is_not_null());
    Ok(select(exists(theirs)).get_result(tx.conn())?)
}
