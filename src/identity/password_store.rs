//! Passwords and the links by which they are chosen.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::password_links::Holder;
use super::password_rules::{Personal, SHORTEST};
use super::policy::LinkPassword;
use crate::authz::Granted;
use crate::db::schema::{accounts, organisations, password_links, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

pub(super) fn has_account<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, LinkPassword>) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let this = accounts::table.find((tx.caller().organisation(), may.scope())).filter(accounts::disabled_at.is_null());
    Ok(select(exists(this)).get_result(tx.conn())?)
}

pub(super) fn link_insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, LinkPassword>,
    digest: &[u8; 32],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(password_links::table)
        .values((
            password_links::organisation_id.eq(tx.caller().organisation()),
            password_links::token_hash.eq(digest.as_slice()),
            password_links::person_id.eq(may.scope()),
            password_links::created_by.eq(tx.caller().person_id()),
            password_links::created_at.eq(now.to_diesel()),
            password_links::expires_at.eq(expires_at.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes every link of somebody's, used or not: the audit trail keeps that there were any.
pub(super) fn links_withdraw(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let theirs = password_links::table
        .filter(password_links::organisation_id.eq(organisation).and(password_links::person_id.eq(person)));
    diesel::delete(theirs).execute(tx.conn())?;
    Ok(())
}

/// Whose link it is: unused, not too old, of somebody who works here and whose account is on.
pub(super) fn link_holder(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<Option<Holder>, DbError> {
    let organisation = tx.caller().organisation();
    let found: Option<(PersonId, String, String, String, String)> = password_links::table
        .inner_join(
            accounts::table
                .on(accounts::organisation_id.eq(organisation).and(accounts::person_id.eq(password_links::person_id))),
        )
        .inner_join(
            people::table.on(people::organisation_id.eq(organisation).and(people::id.eq(password_links::person_id))),
        )
        .filter(password_links::organisation_id.eq(organisation).and(password_links::token_hash.eq(digest.as_slice())))
        .filter(password_links::used_at.is_null().and(password_links::expires_at.gt(now.to_diesel())))
        .inner_join(organisations::table.on(organisations::organisation_id.eq(password_links::organisation_id)))
        .filter(accounts::disabled_at.is_null().and(people::left_at.is_null()))
        .select((
            password_links::person_id,
            accounts::email,
            people::given_name,
            people::family_name,
            organisations::name,
        ))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(person, email, given_name, family_name, organisation)| {
        let personal = Personal::of([email.as_str(), &given_name, &family_name, &organisation]);
        Holder { person, email, personal, shortest: SHORTEST }
    }))
}

/// Marks the link as used; `false` when somebody was faster.
pub(super) fn link_use(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<bool, DbError> {
    let this = password_links::table
        .find((tx.caller().organisation(), digest.as_slice()))
        .filter(password_links::used_at.is_null());
    let used = diesel::update(this).set(password_links::used_at.eq(now.to_diesel())).execute(tx.conn())?;
    Ok(used == 1)
}

/// Sets somebody's password. `tx` is the door's, after a link has proved who they are.
pub(super) fn set(tx: &mut Tx<'_>, person: PersonId, hash: &str, now: Timestamp) -> Result<(), DbError> {
    diesel::update(accounts::table.find((tx.caller().organisation(), person)))
        .set((accounts::password_hash.eq(hash), accounts::password_changed_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}

/// The caller's own address and hash.
pub(super) fn own(tx: &mut Tx<'_>) -> Result<Option<(String, Option<String>)>, DbError> {
    let Some(person) = tx.caller().person_id() else { return Ok(None) };
    let this = accounts::table.find((tx.caller().organisation(), person));
    Ok(this.select((accounts::email, accounts::password_hash)).first(tx.conn()).optional()?)
}

/// Replaces the caller's own hash if it is still `before`.
pub(super) fn replace_own(tx: &mut Tx<'_>, before: Option<&str>, hash: &str, now: Timestamp) -> Result<bool, DbError> {
    let Some(person) = tx.caller().person_id() else { return Ok(false) };
    let this = accounts::table
        .find((tx.caller().organisation(), person))
        .filter(accounts::password_hash.is_not_distinct_from(before));
    let replaced = diesel::update(this)
        .set((accounts::password_hash.eq(hash), accounts::password_changed_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(replaced == 1)
}
