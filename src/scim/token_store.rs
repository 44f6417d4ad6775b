//! The table of tokens.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;

use super::policy::{Configure, MakeToken};
use super::tokens::{Admitted, NewToken, TokenView};
use crate::authz::Granted;
use crate::db::schema::{scim_groups, scim_tokens, scim_users};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, RoleId, ScimTokenId, UnitId};

type Moment = jiff_diesel::Timestamp;

pub(super) fn admit(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<Option<Admitted>, DbError> {
    let organisation = tx.caller().organisation();
    type Row = (ScimTokenId, UnitId, Option<RoleId>, Option<Moment>, Option<Moment>);
    let found: Option<Row> = scim_tokens::table
        .filter(scim_tokens::organisation_id.eq(organisation).and(scim_tokens::token_hash.eq(digest.as_slice())))
        .filter(scim_tokens::revoked_at.is_null())
        .select((
            scim_tokens::id,
            scim_tokens::default_unit_id,
            scim_tokens::default_role_id,
            scim_tokens::expires_at,
            scim_tokens::last_used_at,
        ))
        .first(tx.conn())
        .optional()?;
    let Some((id, default_unit, default_role, expires_at, last_used_at)) = found else { return Ok(None) };
    if expires_at.is_some_and(|end| end.to_jiff() <= now) {
        return Ok(None);
    }
    let minute = SignedDuration::from_mins(1);
    if last_used_at.is_none_or(|at| now.duration_since(at.to_jiff()) >= minute) {
        let this = scim_tokens::table.find((organisation, id));
        diesel::update(this).set(scim_tokens::last_used_at.eq(Some(now.to_diesel()))).execute(tx.conn())?;
    }
    Ok(Some(Admitted { id, default_unit, default_role }))
}

pub(super) fn all<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, Configure>) -> Result<Vec<TokenView>, DbError> {
    type Row = (ScimTokenId, String, UnitId, Moment, Option<Moment>, Option<Moment>, Option<Moment>);
    let rows: Vec<Row> = scim_tokens::table
        .filter(scim_tokens::organisation_id.eq(tx.caller().organisation()))
        .select((
            scim_tokens::id,
            scim_tokens::name,
            scim_tokens::default_unit_id,
            scim_tokens::created_at,
            scim_tokens::expires_at,
            scim_tokens::last_used_at,
            scim_tokens::revoked_at,
        ))
        .order((scim_tokens::created_at.desc(), scim_tokens::id))
        .limit(100)
        .load(tx.conn())?;
    let at = |at: Option<Moment>| at.map(|at| at.to_jiff());
    let view = |(id, name, unit, created, expires, used, revoked): Row| TokenView {
        id,
        name,
        unit,
        created_at: created.to_jiff(),
        expires_at: at(expires),
        last_used_at: at(used),
        revoked_at: at(revoked),
    };
    Ok(rows.into_iter().map(view).collect())
}

pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, MakeToken>,
    id: ScimTokenId,
    digest: &[u8; 32],
    wanted: &NewToken,
    by: PersonId,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(scim_tokens::table)
        .values((
            scim_tokens::organisation_id.eq(tx.caller().organisation()),
            scim_tokens::id.eq(id),
            scim_tokens::token_hash.eq(digest.as_slice()),
            scim_tokens::name.eq(&wanted.name),
            scim_tokens::default_unit_id.eq(wanted.unit),
            scim_tokens::default_role_id.eq(wanted.role),
            scim_tokens::created_by.eq(by),
            scim_tokens::created_at.eq(now.to_diesel()),
            scim_tokens::expires_at.eq(wanted.expires_at(now).map(ToDiesel::to_diesel)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Whether there was such a token, not revoked yet.
pub(super) fn revoke<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    id: ScimTokenId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = scim_tokens::table.find((tx.caller().organisation(), id)).filter(scim_tokens::revoked_at.is_null());
    Ok(diesel::update(this).set(scim_tokens::revoked_at.eq(Some(now.to_diesel()))).execute(tx.conn())? == 1)
}

/// How many people and groups directories keep.
pub(super) fn counts(tx: &mut Tx<'_>) -> Result<(i64, i64), DbError> {
    let organisation = tx.caller().organisation();
    let people = scim_users::table
        .filter(scim_users::organisation_id.eq(organisation).and(scim_users::deleted_at.is_null()))
        .count()
        .get_result(tx.conn())?;
    let groups =
        scim_groups::table.filter(scim_groups::organisation_id.eq(organisation)).count().get_result(tx.conn())?;
    Ok((people, groups))
}
