//! The tables of providers, rules and permits.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;

use super::model::{Joining, Provider, Rule, Settings};
use super::policy::{Configure, EditRules, Permit};
use crate::authz::Granted;
use crate::db::schema::{sso_permits, sso_providers, sso_rules};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, RoleId, SsoProviderId, SsoRuleId, UnitId};

type Moment = jiff_diesel::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sso_providers)]
struct Row {
    id: SsoProviderId,
    label: String,
    issuer: String,
    client_id: String,
    client_secret: Option<Vec<u8>>,
    scopes: String,
    group_claim: String,
    joining: String,
    default_unit_id: Option<UnitId>,
    default_role_id: Option<RoleId>,
    second_factor: String,
    trusted_contexts: String,
    enabled: bool,
    listed: bool,
    worked_at: Option<Moment>,
    failed_at: Option<Moment>,
    failure: Option<String>,
}

impl From<Row> for Provider {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            settings: Settings {
                label: row.label,
                issuer: row.issuer,
                client_id: row.client_id,
                scopes: row.scopes,
                group_claim: row.group_claim,
                // The table's check allows no other word; the narrowest is what a strange one would have to mean.
                joining: Joining::parse(&row.joining).unwrap_or(Joining::Invited),
                default_unit: row.default_unit_id,
                default_role: row.default_role_id,
                provider_factor: row.second_factor == "provider",
                trusted_contexts: row.trusted_contexts,
                listed: row.listed,
            },
            sealed_secret: row.client_secret,
            enabled: row.enabled,
            worked_at: row.worked_at.map(|at| at.to_jiff()),
            failed: row.failed_at.map(|at| at.to_jiff()).zip(row.failure),
        }
    }
}

pub(super) fn providers(tx: &mut Tx<'_>) -> Result<Vec<Provider>, DbError> {
    let rows: Vec<Row> = sso_providers::table
        .filter(sso_providers::organisation_id.eq(tx.caller().organisation()))
        .select(Row::as_select())
        .order((sso_providers::label, sso_providers::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(Provider::from).collect())
}

pub(super) fn provider(tx: &mut Tx<'_>, id: SsoProviderId) -> Result<Option<Provider>, DbError> {
    let this = sso_providers::table.find((tx.caller().organisation(), id));
    Ok(this.select(Row::as_select()).first(tx.conn()).optional()?.map(Provider::from))
}

pub(super) fn provider_insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    id: SsoProviderId,
    settings: &Settings,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(sso_providers::table)
        .values((
            sso_providers::organisation_id.eq(tx.caller().organisation()),
            sso_providers::id.eq(id),
            columns(settings),
            sso_providers::enabled.eq(false),
            sso_providers::created_at.eq(now.to_diesel()),
            sso_providers::changed_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn provider_update<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    id: SsoProviderId,
    settings: &Settings,
    now: Timestamp,
) -> Result<(), DbError> {
    let this = sso_providers::table.find((tx.caller().organisation(), id));
    diesel::update(this).set((columns(settings), sso_providers::changed_at.eq(now.to_diesel()))).execute(tx.conn())?;
    Ok(())
}

type Columns<'a> = (
    diesel::dsl::Eq<sso_providers::label, &'a str>,
    diesel::dsl::Eq<sso_providers::issuer, &'a str>,
    diesel::dsl::Eq<sso_providers::client_id, &'a str>,
    diesel::dsl::Eq<sso_providers::scopes, &'a str>,
    diesel::dsl::Eq<sso_providers::group_claim, &'a str>,
    diesel::dsl::Eq<sso_providers::joining, &'a str>,
    diesel::dsl::Eq<sso_providers::default_unit_id, Option<UnitId>>,
    diesel::dsl::Eq<sso_providers::default_role_id, Option<RoleId>>,
    diesel::dsl::Eq<sso_providers::second_factor, &'a str>,
    diesel::dsl::Eq<sso_providers::trusted_contexts, &'a str>,
    diesel::dsl::Eq<sso_providers::listed, bool>,
);

fn columns(settings: &Settings) -> Columns<'_> {
    (
        sso_providers::label.eq(settings.label.as_str()),
        sso_providers::issuer.eq(settings.issuer.as_str()),
        sso_providers::client_id.eq(settings.client_id.as_str()),
        sso_providers::scopes.eq(settings.scopes.as_str()),
        sso_providers::group_claim.eq(settings.group_claim.as_str()),
        sso_providers::joining.eq(settings.joining.as_str()),
        sso_providers::default_unit_id.eq(settings.default_unit),
        sso_providers::default_role_id.eq(settings.default_role),
        sso_providers::second_factor.eq(if settings.provider_factor { "provider" } else { "ours" }),
        sso_providers::trusted_contexts.eq(settings.trusted_contexts.as_str()),
        sso_providers::listed.eq(settings.listed),
    )
}

pub(super) fn secret_set<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    id: SsoProviderId,
    sealed: Option<&[u8]>,
) -> Result<(), DbError> {
    let this = sso_providers::table.find((tx.caller().organisation(), id));
    diesel::update(this).set(sso_providers::client_secret.eq(sealed)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn enabled_set<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    id: SsoProviderId,
    enabled: bool,
) -> Result<(), DbError> {
    let this = sso_providers::table.find((tx.caller().organisation(), id));
    diesel::update(this).set(sso_providers::enabled.eq(enabled)).execute(tx.conn())?;
    Ok(())
}

pub(super) fn provider_delete<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Configure>,
    id: SsoProviderId,
) -> Result<(), DbError> {
    diesel::delete(sso_providers::table.find((tx.caller().organisation(), id))).execute(tx.conn())?;
    Ok(())
}

/// Notes that a sign-in worked, at most once a minute.
pub(super) fn worked(tx: &mut Tx<'_>, provider: &Provider, now: Timestamp) -> Result<(), DbError> {
    let lately = provider.worked_at.is_some_and(|at| now.duration_since(at) < SignedDuration::from_mins(1));
    if lately && provider.failed.is_none() {
        return Ok(());
    }
    let this = sso_providers::table.find((tx.caller().organisation(), provider.id));
    diesel::update(this)
        .set((
            sso_providers::worked_at.eq(Some(now.to_diesel())),
            sso_providers::failed_at.eq(None::<Moment>),
            sso_providers::failure.eq(None::<String>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Notes why a sign-in failed on the provider's side, at most once a minute, so that nobody can make us write at will.
pub(super) fn failed(tx: &mut Tx<'_>, provider: &Provider, why: &str, now: Timestamp) -> Result<(), DbError> {
    let minute = SignedDuration::from_mins(1);
    if provider.failed.as_ref().is_some_and(|(at, known)| known == why && now.duration_since(*at) < minute) {
        return Ok(());
    }
    let this = sso_providers::table.find((tx.caller().organisation(), provider.id));
    diesel::update(this)
        .set((sso_providers::failed_at.eq(Some(now.to_diesel())), sso_providers::failure.eq(Some(why))))
        .execute(tx.conn())?;
    Ok(())
}

type RuleRow = (SsoRuleId, String, RoleId, Option<UnitId>, PersonId);

pub(super) fn rules(tx: &mut Tx<'_>) -> Result<Vec<Rule>, DbError> {
    let rows: Vec<RuleRow> = sso_rules::table
        .filter(sso_rules::organisation_id.eq(tx.caller().organisation()))
        .select((sso_rules::id, sso_rules::group_value, sso_rules::role_id, sso_rules::unit_id, sso_rules::created_by))
        .order((sso_rules::group_value, sso_rules::id))
        .load(tx.conn())?;
    let rule = |(id, group, role, unit, created_by)| Rule { id, group, role, unit, created_by };
    Ok(rows.into_iter().map(rule).collect())
}

pub(super) fn rule_insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, EditRules>,
    rule: &Rule,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(sso_rules::table)
        .values((
            sso_rules::organisation_id.eq(tx.caller().organisation()),
            sso_rules::id.eq(rule.id),
            sso_rules::group_value.eq(&rule.group),
            sso_rules::role_id.eq(rule.role),
            sso_rules::unit_id.eq(rule.unit),
            sso_rules::created_by.eq(rule.created_by),
            sso_rules::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn rule_delete<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, EditRules>, id: SsoRuleId) -> Result<(), DbError> {
    diesel::delete(sso_rules::table.find((tx.caller().organisation(), id))).execute(tx.conn())?;
    Ok(())
}

/// Until when somebody may be linked with a provider by their address.
pub(super) fn permit(
    tx: &mut Tx<'_>,
    person: PersonId,
    provider: SsoProviderId,
    now: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    let this = sso_permits::table.find((tx.caller().organisation(), person, provider));
    let until: Option<Moment> = this
        .filter(sso_permits::expires_at.gt(now.to_diesel()))
        .select(sso_permits::expires_at)
        .first(tx.conn())
        .optional()?;
    Ok(until.map(|until| until.to_jiff()))
}

pub(super) fn permit_replace<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, Permit>,
    provider: SsoProviderId,
    by: PersonId,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), DbError> {
    let person = may.scope();
    permit_delete(tx, person, provider)?;
    diesel::insert_into(sso_permits::table)
        .values((
            sso_permits::organisation_id.eq(tx.caller().organisation()),
            sso_permits::person_id.eq(person),
            sso_permits::provider_id.eq(provider),
            sso_permits::created_by.eq(by),
            sso_permits::created_at.eq(now.to_diesel()),
            sso_permits::expires_at.eq(until.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn permit_delete(tx: &mut Tx<'_>, person: PersonId, provider: SsoProviderId) -> Result<(), DbError> {
    let this = sso_permits::table.find((tx.caller().organisation(), person, provider));
    diesel::delete(this).execute(tx.conn())?;
    Ok(())
}
