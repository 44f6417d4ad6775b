//! The tokens of calendar feeds: their hashes.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::calendar_feeds as f;
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;
use crate::rota::policy::KeepOwn;

/// When one's feed was made, if there is one.
pub(in crate::rota) fn feed<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepOwn>) -> Result<Option<Timestamp>, DbError> {
    let this = f::table.find((tx.caller().organisation(), may.scope())).select(f::created_at);
    let found: Option<jiff_diesel::Timestamp> = this.first(tx.conn()).optional()?;
    Ok(found.map(jiff_diesel::Timestamp::to_jiff))
}

/// Whose feed has this token, and when it was made: for the caller that answers feeds.
pub(in crate::rota) fn feed_of(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<(PersonId, Timestamp)>, DbError> {
    let found: Option<(PersonId, jiff_diesel::Timestamp)> = f::table
        .filter(f::organisation_id.eq(tx.caller().organisation()).and(f::token_hash.eq(hash.as_slice())))
        .select((f::person_id, f::created_at))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(person, made)| (person, made.to_jiff())))
}

/// Gives one's feed another token: the one before no longer works.
pub(in crate::rota) fn set_feed<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepOwn>,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), DbError> {
    let values = (f::token_hash.eq(hash.as_slice()), f::created_at.eq(now.to_diesel()));
    diesel::insert_into(f::table)
        .values((f::organisation_id.eq(tx.caller().organisation()), f::person_id.eq(may.scope()), values))
        .on_conflict((f::organisation_id, f::person_id))
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(())
}

/// Takes one's feed away; `false` when there is none.
pub(in crate::rota) fn revoke_feed<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepOwn>) -> Result<bool, DbError> {
    let this = f::table.find((tx.caller().organisation(), may.scope()));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}
