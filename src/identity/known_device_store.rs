//! The table `known_devices`.

use diesel::dsl::count_star;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::db::schema::{accounts, known_devices};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// How many somebody has.
pub(super) fn count(tx: &mut Tx<'_>, person: PersonId) -> Result<i64, DbError> {
    let theirs = known_devices::table
        .filter(known_devices::organisation_id.eq(tx.caller().organisation()))
        .filter(known_devices::person_id.eq(person));
    Ok(theirs.select(count_star()).first(tx.conn())?)
}

/// Remembers one; whether it was known.
pub(super) fn seen(tx: &mut Tx<'_>, person: PersonId, key: &[u8; 32], now: Timestamp) -> Result<bool, DbError> {
    let organisation = tx.caller().organisation();
    let this = known_devices::table.find((organisation, person, key.as_slice()));
    let known = diesel::update(this).set(known_devices::last_seen_at.eq(now.to_diesel())).execute(tx.conn())? == 1;
    if !known {
        diesel::insert_into(known_devices::table)
            .values((
                known_devices::organisation_id.eq(organisation),
                known_devices::person_id.eq(person),
                known_devices::device_key.eq(key.as_slice()),
                known_devices::first_seen_at.eq(now.to_diesel()),
                known_devices::last_seen_at.eq(now.to_diesel()),
            ))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
    }
    Ok(known)
}

/// Forgets those that were not used since.
pub(super) fn forget(tx: &mut Tx<'_>, person: PersonId, since: Timestamp) -> Result<(), DbError> {
    let old = known_devices::table
        .filter(known_devices::organisation_id.eq(tx.caller().organisation()))
        .filter(known_devices::person_id.eq(person).and(known_devices::last_seen_at.lt(since.to_diesel())));
    diesel::delete(old).execute(tx.conn())?;
    Ok(())
}

/// What somebody signs in with.
pub(super) fn address(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<String>, DbError> {
    let this = accounts::table.find((tx.caller().organisation(), person));
    Ok(this.select(accounts::email).first(tx.conn()).optional()?)
}
