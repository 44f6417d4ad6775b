//! The tables of people and their accounts, as the console works on them.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::people::{Account, Details, NameCursor, Presence, Record, Search, Way, WhatEnds};
use super::policy::{AddPerson, ChangeSignIn, EditPerson, ListPeople, PersonFacts, ReadPerson, RecordLeaving};
use super::store;
use crate::authz::{Granted, Permission};
use crate::db::schema::{accounts, password_links, people};
use crate::db::{DbError, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, PersonId, UnitId};

diesel::define_sql_function! {
    /// Whether a person may do more than keep their own records.
    fn app_is_privileged(person: SqlUuid) -> diesel::sql_types::Bool;
}

/// What verdicts need; the row is locked against a change meanwhile only as far as the caller may change it.
pub(super) fn facts(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<PersonFacts>, DbError> {
    let this = people::table.find((tx.caller().organisation(), id));
    type Row = (UnitId, Option<jiff_diesel::Timestamp>, bool);
    let found: Option<Row> =
        this.select((people::unit_id, people::left_at, app_is_privileged(people::id))).first(tx.conn()).optional()?;
    Ok(found.map(|(unit, left_at, privileged)| PersonFacts { id, unit, left: left_at.is_some(), privileged }))
}

#[derive(Queryable)]
struct Row {
    id: PersonId,
    given_name: String,
    family_name: String,
    employee_number: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    unit: UnitId,
    left_at: Option<jiff_diesel::Timestamp>,
}

impl From<Row> for Record {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            details: Details {
                given_name: row.given_name,
                family_name: row.family_name,
                employee_number: row.employee_number,
                email: row.email,
                phone: row.phone,
                unit: row.unit,
            },
            left_at: row.left_at.map(|at| at.to_jiff()),
        }
    }
}

type Columns = (
    people::id,
    people::given_name,
    people::family_name,
    people::employee_number,
    people::email,
    people::phone,
    people::unit_id,
    people::left_at,
);

const COLUMNS: Columns = (
    people::id,
    people::given_name,
    people::family_name,
    people::employee_number,
    people::email,
    people::phone,
    people::unit_id,
    people::left_at,
);

fn one(tx: &mut Tx<'_>, id: PersonId) -> Result<Record, DbError> {
    let this = people::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Row>(tx.conn())?.into())
}

pub(super) fn record<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadPerson>) -> Result<Record, DbError> {
    one(tx, may.scope())
}

/// The record before an edit.
pub(super) fn for_edit<'tx, P>(tx: &mut Tx<'tx>, may: &Granted<'tx, P>) -> Result<Record, DbError>
where
    P: Permission<Scope = PersonId>,
{
    one(tx, may.scope())
}

type Matching<'a> = people::BoxedQuery<'a, diesel::pg::Pg>;

fn matching<'a>(organisation: OrganisationId, search: &Search, units: Option<&'a [UnitId]>) -> Matching<'a> {
    let mut query = people::table.filter(people::organisation_id.eq(organisation)).into_boxed();
    match search.presence {
        Presence::Working => query = query.filter(people::left_at.is_null()),
        Presence::Left => query = query.filter(people::left_at.is_not_null()),
        Presence::All => {}
    }
    if let Some(since) = search.left_since {
        query = query.filter(people::left_at.ge(civil::start_of_day(since).to_diesel()));
    }
    if let Some(units) = units {
        query = query.filter(people::unit_id.eq_any(units));
    }
    // Each word has to be somewhere, so that "jo mar" finds Jo Marsh.
    for word in search.text.split_whitespace().take(5) {
        let pattern = format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        query = query.filter(
            people::family_name
                .ilike(pattern.clone())
                .or(people::given_name.ilike(pattern.clone()))
                .or(people::employee_number.ilike(pattern.clone()))
                .or(people::email.ilike(pattern)),
        );
    }
    query
}

pub(super) fn count<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListPeople>,
    search: &Search,
    units: Option<&[UnitId]>,
) -> Result<i64, DbError> {
    Ok(matching(tx.caller().organisation(), search, units).select(count_star()).first(tx.conn())?)
}

/// At most `limit` people from the cursor on, in the order of the way: backwards is reversed.
pub(super) fn list<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListPeople>,
    search: &Search,
    units: Option<&[UnitId]>,
    limit: usize,
) -> Result<Vec<Record>, DbError> {
    let (family, given, id) = (people::family_name, people::given_name, people::id);
    let mut query = matching(tx.caller().organisation(), search, units);
    match &search.from {
        // The first comparison alone lets the index begin in the right place.
        Some((Way::On, NameCursor(f, g, i))) => {
            let same_name = given.gt(g.clone()).or(given.eq(g.clone()).and(id.gt(*i)));
            query = query.filter(family.ge(f.clone())).filter(family.gt(f.clone()).or(same_name));
        }
        Some((Way::Back, NameCursor(f, g, i))) => {
            let same_name = given.lt(g.clone()).or(given.eq(g.clone()).and(id.lt(*i)));
            query = query.filter(family.le(f.clone())).filter(family.lt(f.clone()).or(same_name));
        }
        None => {}
    }
    query = match search.from {
        Some((Way::Back, _)) => query.order((family.desc(), given.desc(), id.desc())),
        Some((Way::On, _)) | None => query.order((family, given, id)),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(query.select(COLUMNS).limit(limit).load::<Row>(tx.conn())?.into_iter().map(Record::from).collect())
}

pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, AddPerson>,
    id: PersonId,
    details: &Details,
    now: Timestamp,
) -> Result<(), DbError> {
    store::person_insert(tx, id, details, now)
}

pub(super) fn update<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, EditPerson>, details: &Details) -> Result<(), DbError> {
    diesel::update(people::table.find((tx.caller().organisation(), may.scope())))
        .set((
            people::given_name.eq(&details.given_name),
            people::family_name.eq(&details.family_name),
            people::employee_number.eq(&details.employee_number),
            people::email.eq(&details.email),
            people::phone.eq(&details.phone),
            people::unit_id.eq(details.unit),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn set_left<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RecordLeaving>,
    left_at: Option<Timestamp>,
) -> Result<(), DbError> {
    // The version grows, so that a session that is in use notices.
    diesel::update(people::table.find((tx.caller().organisation(), may.scope())))
        .set((
            people::left_at.eq(left_at.map(ToDiesel::to_diesel)),
            people::access_version.eq(people::access_version + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Codes of the roles that they have now.
pub(super) fn role_codes<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, RecordLeaving>) -> Result<Vec<String>, DbError> {
    let organisation = tx.caller().organisation();
    store::role_codes_of(tx.conn(), organisation, may.scope())
}

/// The account, and until when a link to choose its password can be used.
pub(super) fn account<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadPerson>,
    now: Timestamp,
) -> Result<Option<Account>, DbError> {
    type Row = (String, bool, Option<jiff_diesel::Timestamp>, Option<jiff_diesel::Timestamp>);
    let organisation = tx.caller().organisation();
    let found: Option<Row> = accounts::table
        .find((organisation, may.scope()))
        .select((
            accounts::email,
            accounts::password_hash.is_not_null(),
            accounts::disabled_at,
            accounts::last_sign_in_at,
        ))
        .first(tx.conn())
        .optional()?;
    let Some((email, has_password, disabled_at, last_sign_in_at)) = found else { return Ok(None) };
    let link_until: Option<jiff_diesel::Timestamp> = password_links::table
        .filter(password_links::organisation_id.eq(organisation).and(password_links::person_id.eq(may.scope())))
        .filter(password_links::used_at.is_null().and(password_links::expires_at.gt(now.to_diesel())))
        .select(password_links::expires_at)
        .order(password_links::expires_at.desc())
        .first(tx.conn())
        .optional()?;
    Ok(Some(Account {
        email,
        has_password,
        disabled: disabled_at.is_some(),
        last_sign_in_at: last_sign_in_at.map(|at| at.to_jiff()),
        link_until: link_until.map(|at| at.to_jiff()),
    }))
}

/// What they sign in with, if they have an account.
pub(super) fn account_email<'tx, P>(tx: &mut Tx<'tx>, may: &Granted<'tx, P>) -> Result<Option<String>, DbError>
where
    P: Permission<Scope = PersonId>,
{
    let this = accounts::table.find((tx.caller().organisation(), may.scope()));
    Ok(this.select(accounts::email).first(tx.conn()).optional()?)
}

pub(super) fn account_rename<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ChangeSignIn>,
    email: &str,
) -> Result<(), DbError> {
    diesel::update(accounts::table.find((tx.caller().organisation(), may.scope())))
        .set(accounts::email.eq(email))
        .execute(tx.conn())?;
    Ok(())
}

/// Switches the account on again, without a password: the old one may be known to somebody by now.
pub(super) fn account_revive<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, RecordLeaving>) -> Result<(), DbError> {
    let none = None::<String>.into_sql::<Nullable<diesel::sql_types::Text>>();
    diesel::update(accounts::table.find((tx.caller().organisation(), may.scope())))
        .set((accounts::disabled_at.eq(None::<jiff_diesel::Timestamp>), accounts::password_hash.eq(none)))
        .execute(tx.conn())?;
    Ok(())
}

#[derive(QueryableByName)]
struct Ends {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    sessions: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    links: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    roles: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    tokens: i64,
}

/// How much of somebody's ends when they leave.
pub(super) fn what_ends<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RecordLeaving>,
    now: Timestamp,
) -> Result<WhatEnds, DbError> {
    let found: Option<Ends> = diesel::sql_query("select sessions, links, roles, tokens from app_what_ends($1, $2)")
        .bind::<SqlUuid, _>(may.scope().0)
        .bind::<Timestamptz, _>(now.to_diesel())
        .get_result(tx.conn())
        .optional()?;
    Ok(found.map_or_else(WhatEnds::default, |ends| WhatEnds {
        sessions: ends.sessions,
        links: ends.links,
        roles: ends.roles,
        tokens: ends.tokens,
    }))
}
