//! The table of counts, which all nodes share.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Binary, Text, Timestamptz};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::Meter;
use super::book::{Due, Key};
use crate::db::schema::rate_limits;
use crate::db::{DbError, Tx};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Binary)]
    limit_key: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    free_at_us: i64,
}

fn known((key, free_at): (Vec<u8>, i64)) -> Option<(Key, i64)> {
    Some((key.try_into().ok()?, free_at))
}

/// Adds what one node counted to what all have, in one statement, and returns the sums. `due` is in the keys' order.
pub(super) fn share(tx: &mut Tx<'_>, due: &[Due]) -> Result<Vec<(Key, i64)>, DbError> {
    let column = |of: fn(&Due) -> i64| due.iter().map(of).collect::<Vec<i64>>();
    let rows: Vec<Row> = sql_query("select limit_key, free_at_us from app_share_limits($1, $2, $3, $4, $5)")
        .bind::<Array<Binary>, _>(due.iter().map(|due| due.key.to_vec()).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(column(|due| due.since))
        .bind::<Array<BigInt>, _>(column(|due| due.spent))
        .bind::<Array<BigInt>, _>(column(|due| due.free_at))
        .bind::<Array<BigInt>, _>(column(|due| due.most))
        .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(|row| known((row.limit_key, row.free_at_us))).collect())
}

/// What still limits somebody at `now`, the longest first, at most `limit` keys.
pub(super) fn live(tx: &mut Tx<'_>, now: i64, limit: i64) -> Result<Vec<(Key, i64)>, DbError> {
    let rows: Vec<(Vec<u8>, i64)> = rate_limits::table
        .filter(rate_limits::free_at_us.gt(now))
        .order(rate_limits::free_at_us.desc())
        .limit(limit)
        .select((rate_limits::limit_key, rate_limits::free_at_us))
        .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Removes what was worked off before `then`.
pub(super) fn forget(tx: &mut Tx<'_>, then: i64) -> Result<usize, DbError> {
    Ok(diesel::delete(rate_limits::table.filter(rate_limits::free_at_us.lt(then))).execute(tx.conn())?)
}

/// Adds what one node refused.
pub(super) fn add_refusals(tx: &mut Tx<'_>, counts: &[(Meter, i64)], now: Timestamp) -> Result<(), DbError> {
    let (meters, counts): (Vec<&str>, Vec<i64>) = counts.iter().map(|(meter, count)| (meter.as_str(), *count)).unzip();
    sql_query("select app_count_refusals($1, $2, $3)")
        .bind::<Timestamptz, _>(now.to_diesel())
        .bind::<Array<Text>, _>(meters)
        .bind::<Array<BigInt>, _>(counts)
        .execute(tx.conn())?;
    Ok(())
}
