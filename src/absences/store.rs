//! The table of absences.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::model::{Absence, Away, Days, Kind, Member};
use super::policy::{ChangeAbsence, ReadOf, ReadTeam, RecordOf, WithdrawAbsence};
use crate::authz::{Granted, Team};
use crate::db::schema::{absences, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{AbsenceId, PersonId, UnitId};

type Columns = (
    (absences::id, absences::person_id, absences::unit_id),
    (absences::kind, absences::first_on, absences::last_on),
    (absences::recorded_by, absences::created_at, absences::changed_at, absences::withdrawn_at),
);

const COLUMNS: Columns = (
    (absences::id, absences::person_id, absences::unit_id),
    (absences::kind, absences::first_on, absences::last_on),
    (absences::recorded_by, absences::created_at, absences::changed_at, absences::withdrawn_at),
);

type Loaded = (
    (AbsenceId, PersonId, UnitId),
    (String, jiff_diesel::Date, jiff_diesel::Date),
    (PersonId, jiff_diesel::Timestamp, Option<jiff_diesel::Timestamp>, Option<jiff_diesel::Timestamp>),
);

fn row(((id, person, unit), days, (recorded_by, created_at, changed_at, withdrawn_at)): Loaded) -> Absence {
    Absence {
        id,
        person,
        unit,
        days: of(days),
        recorded_by,
        created_at: created_at.to_jiff(),
        changed_at: changed_at.map(jiff_diesel::Timestamp::to_jiff),
        withdrawn_at: withdrawn_at.map(jiff_diesel::Timestamp::to_jiff),
    }
}

/// The table lets in no other kind, so that none is lost here.
fn of((kind, first, last): (String, jiff_diesel::Date, jiff_diesel::Date)) -> Days {
    Days { kind: Kind::parse(&kind).unwrap_or(Kind::Other), first: first.to_jiff(), last: last.to_jiff() }
}

/// Somebody, as far as the caller may know them: facts for a permission.
pub(super) fn member(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Member>, DbError> {
    type Row = (String, String, UnitId, Option<jiff_diesel::Timestamp>);
    let this = people::table.find((tx.caller().organisation(), id));
    let found: Option<Row> = this
        .select((people::given_name, people::family_name, people::unit_id, people::left_at))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(given, family, unit, left_at)| Member {
        id,
        name: format!("{given} {family}"),
        unit,
        left: left_at.is_some(),
    }))
}

/// An absence that the caller's row-level policies show: facts for a permission.
pub(super) fn absence(tx: &mut Tx<'_>, id: AbsenceId) -> Result<Option<Absence>, DbError> {
    let this = absences::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(row))
}

/// Days on which somebody is away between two days, both included and the rest not cut off, earliest first: for other
/// slices. Withdrawn ones are none of them. Of somebody whose absences the caller may not read there are none: row-level
/// security decides.
///
/// # Errors
/// Whatever the database says.
pub fn days_of(tx: &mut Tx<'_>, person: PersonId, first: Date, last: Date) -> Result<Vec<Days>, DbError> {
    let rows: Vec<(String, jiff_diesel::Date, jiff_diesel::Date)> = absences::table
        .filter(absences::organisation_id.eq(tx.caller().organisation()).and(absences::person_id.eq(person)))
        .filter(absences::withdrawn_at.is_null())
        .filter(absences::first_on.le(last.to_diesel()).and(absences::last_on.ge(first.to_diesel())))
        .select((absences::kind, absences::first_on, absences::last_on))
        .order(absences::first_on)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(of).collect())
}

/// The same of several people at once, each with whose they are.
///
/// # Errors
/// Whatever the database says.
pub fn days_of_people(
    tx: &mut Tx<'_>,
    persons: &[PersonId],
    first: Date,
    last: Date,
) -> Result<Vec<(PersonId, Days)>, DbError> {
    let rows: Vec<(PersonId, (String, jiff_diesel::Date, jiff_diesel::Date))> = absences::table
        .filter(absences::organisation_id.eq(tx.caller().organisation()).and(absences::person_id.eq_any(persons)))
        .filter(absences::withdrawn_at.is_null())
        .filter(absences::first_on.le(last.to_diesel()).and(absences::last_on.ge(first.to_diesel())))
        .select((absences::person_id, (absences::kind, absences::first_on, absences::last_on)))
        .order(absences::first_on)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(person, days)| (person, of(days))).collect())
}

/// The days of everybody that touch the time from one day to another, by person and as far as row-level security shows them.
///
/// # Errors
/// Whatever the database says.
pub fn days_of_everybody(tx: &mut Tx<'_>, first: Date, last: Date) -> Result<BTreeMap<PersonId, Vec<Days>>, DbError> {
    let rows: Vec<(PersonId, String, jiff_diesel::Date, jiff_diesel::Date)> = absences::table
        .filter(absences::organisation_id.eq(tx.caller().organisation()).and(absences::withdrawn_at.is_null()))
        .filter(absences::first_on.le(last.to_diesel()).and(absences::last_on.ge(first.to_diesel())))
        .select((absences::person_id, absences::kind, absences::first_on, absences::last_on))
        .load(tx.conn())?;
    let mut found: BTreeMap<PersonId, Vec<Days>> = BTreeMap::new();
    for (person, kind, first, last) in rows {
        found.entry(person).or_default().push(of((kind, first, last)));
    }
    Ok(found)
}

#[derive(QueryableByName)]
struct AwayRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = SqlDate)]
    first_on: jiff_diesel::Date,
    #[diesel(sql_type = SqlDate)]
    last_on: jiff_diesel::Date,
}

/// Which colleagues of the caller's own unit are away between two days, at most two months apart, and not why.
///
/// # Errors
/// Whatever the database says.
pub fn away(tx: &mut Tx<'_>, first: Date, last: Date) -> Result<Vec<Away>, DbError> {
    let rows: Vec<AwayRow> = diesel::sql_query("select * from app_away($1, $2)")
        .bind::<SqlDate, _>(first.to_diesel())
        .bind::<SqlDate, _>(last.to_diesel())
        .load(tx.conn())?;
    let away = |row: AwayRow| Away {
        person: row.person_id,
        name: row.name,
        first: row.first_on.to_jiff(),
        last: row.last_on.to_jiff(),
    };
    Ok(rows.into_iter().map(away).collect())
}

/// The latest absences of somebody, withdrawn ones too.
pub(super) fn all_of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadOf>, limit: u16) -> Result<Vec<Absence>, DbError> {
    let rows: Vec<Loaded> = absences::table
        .filter(absences::organisation_id.eq(tx.caller().organisation()).and(absences::person_id.eq(may.scope())))
        .select(COLUMNS)
        .order((absences::first_on.desc(), absences::id.desc()))
        .limit(limit.into())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// Who of the units that the caller reads is away between two days, by day and name.
pub(super) fn of_team<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadTeam>,
    first: Date,
    last: Date,
    limit: u16,
) -> Result<Vec<(Absence, String)>, DbError> {
    let mut query = absences::table
        .inner_join(
            people::table
                .on(people::organisation_id.eq(absences::organisation_id).and(people::id.eq(absences::person_id))),
        )
        .filter(absences::organisation_id.eq(tx.caller().organisation()).and(absences::withdrawn_at.is_null()))
        .filter(absences::first_on.le(last.to_diesel()).and(absences::last_on.ge(first.to_diesel())))
        .select((COLUMNS, (people::given_name, people::family_name)))
        .order((absences::first_on, people::family_name, people::given_name, absences::id))
        .limit(limit.into())
        .into_boxed();
    if let Some(Team::Units(units)) = may.facts() {
        query = query.filter(absences::unit_id.eq_any(units));
    }
    let rows: Vec<(Loaded, (String, String))> = query.load(tx.conn())?;
    Ok(rows.into_iter().map(|(loaded, (given, family))| (row(loaded), format!("{given} {family}"))).collect())
}

/// People of the units that the caller reads whose name begins with `text`, by name; of nobody's without a text.
pub(super) fn find<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadTeam>,
    text: &str,
    limit: u16,
) -> Result<Vec<Member>, DbError> {
    let begins = format!("{}%", text.replace(['%', '_', '\\'], ""));
    let mut query = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()).and(people::left_at.is_null()))
        .filter(people::family_name.ilike(begins.clone()).or(people::given_name.ilike(begins)))
        .select((people::id, people::given_name, people::family_name, people::unit_id))
        .order((people::family_name, people::given_name, people::id))
        .limit(limit.into())
        .into_boxed();
    if let Some(Team::Units(units)) = may.facts() {
        query = query.filter(people::unit_id.eq_any(units));
    }
    let rows: Vec<(PersonId, String, String, UnitId)> = query.load(tx.conn())?;
    let member = |(id, given, family, unit): (PersonId, String, String, UnitId)| Member {
        id,
        name: format!("{given} {family}"),
        unit,
        left: false,
    };
    Ok(rows.into_iter().map(member).collect())
}

/// Records an absence; `false` when there is one with this id already. Days that are taken are a check that fails,
/// `absences_apart`.
pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RecordOf>,
    id: AbsenceId,
    days: Days,
    now: Timestamp,
) -> Result<bool, DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let inserted = diesel::insert_into(absences::table)
        .values((
            absences::organisation_id.eq(tx.caller().organisation()),
            absences::id.eq(id),
            absences::person_id.eq(may.scope()),
            absences::unit_id.eq(may.facts().unit),
            absences::kind.eq(days.kind.as_str()),
            absences::first_on.eq(days.first.to_diesel()),
            absences::last_on.eq(days.last.to_diesel()),
            absences::recorded_by.eq(by),
            absences::created_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(inserted == 1)
}

/// Withdraws it; `false` when it was withdrawn meanwhile.
pub(super) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WithdrawAbsence>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let this = absences::table.find((tx.caller().organisation(), may.scope())).filter(absences::withdrawn_at.is_null());
    let changed = diesel::update(this)
        .set((absences::withdrawn_at.eq(Some(now.to_diesel())), absences::withdrawn_by.eq(Some(by))))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Gives it other days or another kind; `false` when it was withdrawn meanwhile. Days that are taken are a check that
/// fails, `absences_apart`.
pub(super) fn change<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ChangeAbsence>,
    days: Days,
    now: Timestamp,
) -> Result<bool, DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let this = absences::table.find((tx.caller().organisation(), may.scope())).filter(absences::withdrawn_at.is_null());
    let changed = diesel::update(this)
        .set((
            absences::kind.eq(days.kind.as_str()),
            absences::first_on.eq(days.first.to_diesel()),
            absences::last_on.eq(days.last.to_diesel()),
            absences::changed_at.eq(Some(now.to_diesel())),
            absences::changed_by.eq(Some(by)),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}
