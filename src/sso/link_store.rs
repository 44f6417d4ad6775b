//! The tables of who is linked to whom, of the sessions that providers began, and of their logout tokens.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;

use super::model::{Link, LinkWay};
use super::tokens::Logout;
use crate::db::schema::{sso_links, sso_logouts, sso_sessions};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, SsoProviderId, VoucherId};

type Moment = jiff_diesel::Timestamp;

/// Who is linked to a provider's subject, and how they came to be.
pub(super) fn linked(tx: &mut Tx<'_>, issuer: &str, subject: &str) -> Result<Option<(PersonId, String)>, DbError> {
    let this = sso_links::table.find((tx.caller().organisation(), issuer, subject));
    Ok(this.select((sso_links::person_id, sso_links::way)).first(tx.conn()).optional()?)
}

/// Links somebody, in place of a link that they had with the same provider.
pub(super) fn link(
    tx: &mut Tx<'_>,
    person: PersonId,
    provider: SsoProviderId,
    (issuer, subject): (&str, &str),
    way: LinkWay,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(sso_links::table)
        .values((
            sso_links::organisation_id.eq(tx.caller().organisation()),
            sso_links::issuer.eq(issuer),
            sso_links::subject.eq(subject),
            sso_links::person_id.eq(person),
            sso_links::provider_id.eq(provider),
            sso_links::way.eq(way.as_str()),
            sso_links::linked_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Notes a sign-in by a link, with the groups that the provider named.
pub(super) fn link_used(
    tx: &mut Tx<'_>,
    (issuer, subject): (&str, &str),
    groups: Option<&[String]>,
    now: Timestamp,
) -> Result<(), DbError> {
    let this = sso_links::table.find((tx.caller().organisation(), issuer, subject));
    diesel::update(this).set(sso_links::last_sign_in_at.eq(Some(now.to_diesel()))).execute(tx.conn())?;
    if let Some(groups) = groups {
        diesel::update(this).set(sso_links::groups.eq(serde_json::json!(groups))).execute(tx.conn())?;
    }
    Ok(())
}

pub(super) fn links_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Link>, DbError> {
    type Row = (SsoProviderId, String, Moment, Option<Moment>);
    let rows: Vec<Row> = sso_links::table
        .filter(sso_links::organisation_id.eq(tx.caller().organisation()).and(sso_links::person_id.eq(person)))
        .select((sso_links::provider_id, sso_links::way, sso_links::linked_at, sso_links::last_sign_in_at))
        .order(sso_links::linked_at)
        .load(tx.conn())?;
    let link = |(provider, way, linked_at, last): Row| Link {
        provider,
        label: String::new(),
        way,
        linked_at: linked_at.to_jiff(),
        last_sign_in_at: last.map(|at| at.to_jiff()),
    };
    Ok(rows.into_iter().map(link).collect())
}

/// Cuts somebody's link with a provider; whether there was one.
pub(super) fn unlink(tx: &mut Tx<'_>, person: PersonId, provider: SsoProviderId) -> Result<bool, DbError> {
    let this = sso_links::table
        .filter(sso_links::organisation_id.eq(tx.caller().organisation()))
        .filter(sso_links::person_id.eq(person).and(sso_links::provider_id.eq(provider)));
    Ok(diesel::delete(this).execute(tx.conn())? > 0)
}

/// How many people are linked with a provider.
pub(super) fn link_count(tx: &mut Tx<'_>, provider: SsoProviderId) -> Result<i64, DbError> {
    Ok(sso_links::table
        .filter(sso_links::organisation_id.eq(tx.caller().organisation()))
        .filter(sso_links::provider_id.eq(provider))
        .count()
        .get_result(tx.conn())?)
}

/// Who was in which groups when they last signed in; of the 5,000 who did latest.
pub(super) fn groups_seen(tx: &mut Tx<'_>) -> Result<Vec<(PersonId, serde_json::Value)>, DbError> {
    Ok(sso_links::table
        .filter(sso_links::organisation_id.eq(tx.caller().organisation()))
        .select((sso_links::person_id, sso_links::groups))
        .order(sso_links::last_sign_in_at.desc().nulls_last())
        .limit(5_000)
        .load(tx.conn())?)
}

/// Sessions last 30 days at most, whatever the operator says; what began before ended long ago.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(31 * 24);

/// Notes a provider's word for somebody, so that the provider can take it back.
pub(super) fn vouch(
    tx: &mut Tx<'_>,
    voucher: VoucherId,
    provider: SsoProviderId,
    (issuer, subject): (&str, &str),
    sid: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    let old = sso_sessions::table
        .filter(sso_sessions::organisation_id.eq(tx.caller().organisation()))
        .filter(sso_sessions::began_at.lt((now - FORGOTTEN).to_diesel()));
    diesel::delete(old).execute(tx.conn())?;
    diesel::insert_into(sso_sessions::table)
        .values((
            sso_sessions::organisation_id.eq(tx.caller().organisation()),
            sso_sessions::voucher.eq(voucher),
            sso_sessions::provider_id.eq(provider),
            sso_sessions::issuer.eq(issuer),
            sso_sessions::subject.eq(subject),
            sso_sessions::sid.eq(sid),
            sso_sessions::began_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What began with the words that a logout token takes back, with their subjects: those of the provider's session if it
/// names one, else all that the subject began there.
pub(super) fn vouchers_meant(
    tx: &mut Tx<'_>,
    issuer: &str,
    logout: &Logout,
) -> Result<Vec<(VoucherId, String)>, DbError> {
    let mut these = sso_sessions::table
        .filter(sso_sessions::organisation_id.eq(tx.caller().organisation()))
        .filter(sso_sessions::issuer.eq(issuer))
        .select((sso_sessions::voucher, sso_sessions::subject))
        .into_boxed();
    if let Some(subject) = &logout.subject {
        these = these.filter(sso_sessions::subject.eq(subject));
    }
    if let Some(sid) = &logout.sid {
        these = these.filter(sso_sessions::sid.eq(sid));
    }
    Ok(these.load(tx.conn())?)
}

/// Remembers a logout token until `until`; `false` when it was seen before.
pub(super) fn logout_first(
    tx: &mut Tx<'_>,
    issuer: &str,
    jti: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, DbError> {
    let organisation = tx.caller().organisation();
    let old = sso_logouts::table
        .filter(sso_logouts::organisation_id.eq(organisation).and(sso_logouts::expires_at.lt(now.to_diesel())));
    diesel::delete(old).execute(tx.conn())?;
    let added = diesel::insert_into(sso_logouts::table)
        .values((
            sso_logouts::organisation_id.eq(organisation),
            sso_logouts::issuer.eq(issuer),
            sso_logouts::jti.eq(jti),
            sso_logouts::expires_at.eq(until.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}
