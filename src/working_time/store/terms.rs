//! Who belongs to which contract group, and whom one finds to say so of.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{people, working_terms};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ContractGroupId, PersonId, UnitId};
use crate::working_time::policy::ManageGroups;
use crate::working_time::record::{Belonging, Member};

type MemberRow = (PersonId, String, String, Option<String>, UnitId, Option<jiff_diesel::Timestamp>);

fn member_row((id, given, family, number, unit, left): MemberRow) -> Member {
    Member { id, name: format!("{given} {family}"), number, unit, left: left.is_some() }
}

type MemberColumns =
    (people::id, people::given_name, people::family_name, people::employee_number, people::unit_id, people::left_at);

const MEMBER: MemberColumns =
    (people::id, people::given_name, people::family_name, people::employee_number, people::unit_id, people::left_at);

/// Somebody, as far as the caller sees people.
pub(in crate::working_time) fn member(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Member>, DbError> {
    let this = people::table.find((tx.caller().organisation(), id)).select(MEMBER);
    Ok(this.first::<MemberRow>(tx.conn()).optional()?.map(member_row))
}

/// Whoever has this employee number.
pub(in crate::working_time) fn person_by_number<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    number: &str,
) -> Result<Option<Member>, DbError> {
    let this = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::employee_number.eq(number).and(people::left_at.is_null()))
        .select(MEMBER);
    Ok(this.first::<MemberRow>(tx.conn()).optional()?.map(member_row))
}

/// The first people whose latest terms name the group, by name.
pub(in crate::working_time) fn members_of<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageGroups>,
    limit: i64,
) -> Result<Vec<Member>, DbError> {
    let Some(id) = may.scope() else { return Ok(Vec::new()) };
    let named = working_terms::table
        .filter(working_terms::organisation_id.eq(tx.caller().organisation()).and(working_terms::group_id.eq(id)))
        .select(working_terms::person_id);
    let rows: Vec<MemberRow> = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::left_at.is_null().and(people::id.eq_any(named)))
        .order((people::family_name, people::given_name, people::id))
        .limit(limit)
        .select(MEMBER)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(member_row).collect())
}

/// Who has one of these units as their home and has not left.
pub(in crate::working_time) fn people_of<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    units: &[UnitId],
) -> Result<Vec<PersonId>, DbError> {
    Ok(people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::unit_id.eq_any(units).and(people::left_at.is_null()))
        .select(people::id)
        .order(people::id)
        .load(tx.conn())?)
}

/// To which groups somebody belongs, the latest line first.
pub(in crate::working_time) fn belongings<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    person: PersonId,
) -> Result<Vec<Belonging>, DbError> {
    type Row = (jiff_diesel::Date, ContractGroupId, jiff_diesel::Date, Option<jiff_diesel::Date>);
    let rows: Vec<Row> = working_terms::table
        .filter(working_terms::organisation_id.eq(tx.caller().organisation()))
        .filter(working_terms::person_id.eq(person))
        .order(working_terms::from_on.desc())
        .select((
            working_terms::from_on,
            working_terms::group_id,
            working_terms::employed_on,
            working_terms::young_until,
        ))
        .load(tx.conn())?;
    let line = |(from_on, group, employed_on, young_until): Row| Belonging {
        from_on: from_on.to_jiff(),
        group,
        employed_on: employed_on.to_jiff(),
        young_until: young_until.map(jiff_diesel::Date::to_jiff),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Says to which group people belong from a day on. What was said of that day is replaced. With `keep`, whoever has terms
/// already keeps their first day of employment and the day until which they are young.
pub(in crate::working_time) fn assign<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    people: &[PersonId],
    line: &Belonging,
    keep: bool,
    now: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let mine = working_terms::table
        .filter(working_terms::organisation_id.eq(organisation).and(working_terms::person_id.eq_any(people)));
    let had: Vec<(PersonId, jiff_diesel::Date, jiff_diesel::Date, Option<jiff_diesel::Date>)> = mine
        .select((
            working_terms::person_id,
            working_terms::from_on,
            working_terms::employed_on,
            working_terms::young_until,
        ))
        .order((working_terms::person_id, working_terms::from_on))
        .load(tx.conn())?;
    // Of several lines the latest one stays in the map.
    let had: BTreeMap<PersonId, _> =
        had.into_iter().map(|(id, _from, employed, young)| (id, (employed, young))).collect();
    let on = working_terms::table
        .filter(working_terms::organisation_id.eq(organisation).and(working_terms::person_id.eq_any(people)))
        .filter(working_terms::from_on.eq(line.from_on.to_diesel()));
    diesel::delete(on).execute(tx.conn())?;
    let said = (line.employed_on.to_diesel(), line.young_until.map(ToDiesel::to_diesel));
    let values: Vec<_> = people
        .iter()
        .map(|person| {
            let (employed, young) = had.get(person).copied().filter(|_had| keep).unwrap_or(said);
            (
                working_terms::organisation_id.eq(organisation),
                working_terms::person_id.eq(*person),
                working_terms::from_on.eq(line.from_on.to_diesel()),
                // The home unit of the person, which the database fills in.
                working_terms::unit_id.eq(UnitId::NIL),
                working_terms::group_id.eq(line.group),
                working_terms::employed_on.eq(employed),
                working_terms::young_until.eq(young),
                working_terms::set_by.eq(by),
                working_terms::set_at.eq(now.to_diesel()),
            )
        })
        .collect();
    // A statement takes 65,535 values.
    for batch in values.chunks(5_000) {
        diesel::insert_into(working_terms::table).values(batch.to_vec()).execute(tx.conn())?;
    }
    Ok(())
}

/// Takes back what was said of somebody from a day on.
pub(in crate::working_time) fn unassign<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    person: PersonId,
    from_on: Date,
) -> Result<bool, DbError> {
    let this = working_terms::table.find((tx.caller().organisation(), person, from_on.to_diesel()));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}
