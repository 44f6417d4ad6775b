//! Who works which pattern.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::{Granted, Team};
use crate::db::schema::{people, rota_assignments as a};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyPatternId, PersonId, RotaAssignmentId, UnitId};
use crate::rota::model::{Assignment, Member};
use crate::rota::policy::{Assign, AssignTeam, EndAssignment};

type Columns = (a::id, a::pattern_id, a::person_id, a::unit_id, a::anchor_on, a::from_on, a::until_on);
const COLUMNS: Columns = (a::id, a::pattern_id, a::person_id, a::unit_id, a::anchor_on, a::from_on, a::until_on);
type Row = (
    RotaAssignmentId,
    DutyPatternId,
    Option<PersonId>,
    UnitId,
    jiff_diesel::Date,
    jiff_diesel::Date,
    Option<jiff_diesel::Date>,
);

fn of((id, pattern, person, unit, anchor, from, until): Row) -> Assignment {
    Assignment {
        id,
        pattern,
        person,
        unit,
        anchor: anchor.to_jiff(),
        from: from.to_jiff(),
        until: until.map(jiff_diesel::Date::to_jiff),
    }
}

/// One assignment that the caller sees: facts for a permission.
pub(in crate::rota) fn assignment(tx: &mut Tx<'_>, id: RotaAssignmentId) -> Result<Option<Assignment>, DbError> {
    let this = a::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Row>(tx.conn()).optional()?.map(of))
}

/// The assignments of these people and of these units that count on a day from `first` to `last`, as far as row-level
/// security shows them.
pub(in crate::rota) fn assignments_for(
    tx: &mut Tx<'_>,
    persons: &[PersonId],
    units: &[UnitId],
    first: Date,
    last: Date,
) -> Result<Vec<Assignment>, DbError> {
    let rows: Vec<Row> = a::table
        .filter(a::organisation_id.eq(tx.caller().organisation()))
        .filter(a::from_on.le(last.to_diesel()).and(a::until_on.is_null().or(a::until_on.ge(first.to_diesel()))))
        .filter(a::person_id.eq_any(persons).or(a::person_id.is_null().and(a::unit_id.eq_any(units))))
        .select(COLUMNS)
        .order(a::id)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(of).collect())
}

/// The assignments of the caller's units that count today or later, units first, with the name of the person.
pub(in crate::rota) fn assigned_now<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, AssignTeam>,
    today: Date,
    limit: u16,
) -> Result<Vec<(Assignment, Option<String>)>, DbError> {
    let person = people::organisation_id.eq(a::organisation_id).and(people::id.nullable().eq(a::person_id));
    let mut query = a::table
        .left_join(people::table.on(person))
        .filter(a::organisation_id.eq(tx.caller().organisation()))
        .filter(a::until_on.is_null().or(a::until_on.ge(today.to_diesel())))
        .select((COLUMNS, (people::given_name, people::family_name).nullable()))
        .order((a::unit_id, a::person_id.asc().nulls_first(), a::from_on, a::id))
        .limit(limit.into())
        .into_boxed();
    if let Some(Team::Units(units)) = may.facts() {
        query = query.filter(a::unit_id.eq_any(units));
    }
    let rows: Vec<(Row, Option<(String, String)>)> = query.load(tx.conn())?;
    let named = |(row, name): (Row, Option<(String, String)>)| {
        (of(row), name.map(|(given, family)| format!("{given} {family}")))
    };
    Ok(rows.into_iter().map(named).collect())
}

/// People of the units that the caller assigns whose name begins with `text`, by name.
pub(in crate::rota) fn find<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, AssignTeam>,
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

/// Assigns a person or a unit.
pub(in crate::rota) fn assign<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, Assign>,
    assignment: &Assignment,
    now: Timestamp,
) -> Result<(), DbError> {
    let (unit, member) = may.facts();
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    diesel::insert_into(a::table)
        .values((
            a::organisation_id.eq(tx.caller().organisation()),
            a::id.eq(assignment.id),
            a::pattern_id.eq(assignment.pattern),
            a::person_id.eq(member.as_ref().map(|member| member.id)),
            a::unit_id.eq(unit),
            a::anchor_on.eq(assignment.anchor.to_diesel()),
            a::from_on.eq(assignment.from.to_diesel()),
            a::until_on.eq(assignment.until.map(ToDiesel::to_diesel)),
            a::created_by.eq(by),
            a::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Lets an assignment end on `last`; the day before its first one takes it back.
pub(in crate::rota) fn end<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EndAssignment>,
    last: Date,
) -> Result<bool, DbError> {
    let this = a::table.find((tx.caller().organisation(), may.scope()));
    Ok(diesel::update(this).set(a::until_on.eq(Some(last.to_diesel()))).execute(tx.conn())? == 1)
}
