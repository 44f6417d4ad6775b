//! The log of uses.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;

use super::super::model::{Page, Used};
use super::super::policy::ReadToken;
use crate::authz::Granted;
use crate::db::schema::{api_token_uses, api_tokens};
use crate::db::{DbError, Tx};
use crate::http::bearer::Use;
use crate::kernel::cursor::{self, Cursor};
use crate::kernel::ids::TokenId;

/// Rows of one statement: each has eight parameters, and Postgres takes 65,535.
const ROWS: usize = 2_000;

/// How often the last use of a token is noted at most.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// Writes uses of the organisation that the transaction is for.
pub(in crate::tokens) fn write(tx: &mut Tx<'_>, uses: &[Use]) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    for part in uses.chunks(ROWS) {
        let rows: Vec<_> = part
            .iter()
            .map(|one| {
                (
                    api_token_uses::organisation_id.eq(organisation),
                    api_token_uses::token_id.eq(one.token),
                    api_token_uses::at.eq(one.at.to_diesel()),
                    api_token_uses::id.eq(uuid::Uuid::new_v4()),
                    api_token_uses::person_id.eq(one.person),
                    api_token_uses::route.eq(one.route),
                    api_token_uses::status.eq(i16::try_from(one.status).unwrap_or(0)),
                    api_token_uses::masked_address.eq(one.address.map(|address| address.to_string())),
                )
            })
            .collect();
        diesel::insert_into(api_token_uses::table).values(rows).execute(tx.conn())?;
    }
    let mut last: BTreeMap<TokenId, &Use> = BTreeMap::new();
    for one in uses {
        let newest = last.entry(one.token).or_insert(one);
        if newest.at <= one.at {
            *newest = one;
        }
    }
    for (id, one) in last {
        let noted_before = one.at.checked_sub(NOTED_EVERY).unwrap_or(one.at).to_diesel();
        let this = api_tokens::table
            .find((organisation, id))
            .filter(api_tokens::last_used_at.is_null().or(api_tokens::last_used_at.le(noted_before)));
        diesel::update(this)
            .set((
                api_tokens::last_used_at.eq(one.at.to_diesel()),
                api_tokens::last_used_from.eq(one.address.map(|address| address.to_string())),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// The uses of a token, newest first, after `after`.
pub(in crate::tokens) fn page_of<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadToken>,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page<Used, Cursor>, DbError> {
    type Row = (jiff_diesel::Timestamp, uuid::Uuid, String, i16, Option<String>);
    let mut query = api_token_uses::table
        .filter(api_token_uses::organisation_id.eq(tx.caller().organisation()))
        .filter(api_token_uses::token_id.eq(may.scope()))
        .into_boxed();
    if let Some(Cursor { at, id }) = after {
        let at = at.to_diesel();
        // The first condition bounds the look at the index, the rest decides between equal instants.
        query = query.filter(api_token_uses::at.le(at)).filter(api_token_uses::at.lt(at).or(api_token_uses::id.lt(id)));
    }
    let rows: Vec<Row> = query
        .select((
            api_token_uses::at,
            api_token_uses::id,
            api_token_uses::route,
            api_token_uses::status,
            api_token_uses::masked_address,
        ))
        .order((api_token_uses::at.desc(), api_token_uses::id.desc()))
        .limit(i64::from(limit) + 1)
        .load(tx.conn())?;
    let used = |(at, id, route, status, address): Row| Used { at: at.to_jiff(), id, route, status, address };
    let rows: Vec<Used> = rows.into_iter().map(used).collect();
    let (rows, next) = cursor::page_of(rows, limit.into(), |last| Cursor { at: last.at, id: last.id });
    Ok(Page { rows, next })
}

/// Deletes uses from before `before`, a few thousand at a time; how many went.
pub(in crate::tokens) fn delete_before(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let old = api_token_uses::table
        .filter(api_token_uses::organisation_id.eq(organisation).and(api_token_uses::at.lt(before.to_diesel())))
        .select(api_token_uses::id)
        .limit(10_000);
    let ids: Vec<uuid::Uuid> = old.load(tx.conn())?;
    let gone = api_token_uses::table
        .filter(api_token_uses::organisation_id.eq(organisation).and(api_token_uses::at.lt(before.to_diesel())))
        .filter(api_token_uses::id.eq_any(ids));
    Ok(diesel::delete(gone).execute(tx.conn())?)
}

/// Whether the organisation has uses to purge one day, or tokens that make some.
pub(in crate::tokens) fn tokens_used(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let organisation = tx.caller().organisation();
    let uses =
        api_token_uses::table.filter(api_token_uses::organisation_id.eq(organisation)).select(api_token_uses::id);
    let tokens = api_tokens::table
        .filter(api_tokens::organisation_id.eq(organisation))
        .filter(api_tokens::revoked_at.is_null().and(api_tokens::expires_at.gt(now.to_diesel())))
        .select(api_tokens::id);
    Ok(select(exists(uses).or(exists(tokens))).get_result(tx.conn())?)
}
