//! What rows refer to, loaded once per run.

use diesel::prelude::*;

use crate::authz::Granted;
use crate::db::schema::{crew_assignments, duty_kinds, people, units};
use crate::db::{DbError, Tx};
use crate::imports::directory::{CrewSpan, Directory, KnownKind, KnownPerson};
use crate::imports::policy::DoImport;
use crate::kernel::ids::{DutyKindId, PersonId, UnitId};

/// Everybody and everything of the organisation, those who left and what was closed or retired included: what is
/// imported is the past.
pub(in crate::imports) fn load<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, DoImport>) -> Result<Directory, DbError> {
    let mut directory = Directory::default();
    load_people(tx, &mut directory)?;
    load_units(tx, &mut directory)?;
    load_kinds(tx, &mut directory)?;
    load_crews(tx, &mut directory)?;
    Ok(directory)
}

fn load_people(tx: &mut Tx<'_>, directory: &mut Directory) -> Result<(), DbError> {
    type Row = (PersonId, UnitId, String, String, Option<String>, Option<String>, Option<jiff_diesel::Timestamp>);
    let rows: Vec<Row> = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .select((
            people::id,
            people::unit_id,
            people::given_name,
            people::family_name,
            people::employee_number,
            people::email,
            people::left_at,
        ))
        .load(tx.conn())?;
    for (id, unit, given_name, family_name, employee_number, email, left_at) in rows {
        let left_at = left_at.map(|at| at.to_jiff());
        directory.add_person(KnownPerson { id, unit, given_name, family_name, employee_number, email, left_at });
    }
    Ok(())
}

fn load_units(tx: &mut Tx<'_>, directory: &mut Directory) -> Result<(), DbError> {
    type Row = (UnitId, Option<String>, String, Option<jiff_diesel::Timestamp>);
    let rows: Vec<Row> = units::table
        .filter(units::organisation_id.eq(tx.caller().organisation()))
        .order((units::closed_at.is_not_null(), units::id))
        .select((units::id, units::code, units::name, units::closed_at))
        .load(tx.conn())?;
    for (id, code, name, closed_at) in rows {
        directory.add_unit(id, code.as_deref(), &name, closed_at.is_none());
    }
    Ok(())
}

fn load_kinds(tx: &mut Tx<'_>, directory: &mut Directory) -> Result<(), DbError> {
    type Row = (DutyKindId, Option<DutyKindId>, i16, String, String);
    let rows: Vec<Row> = duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(tx.caller().organisation()))
        .order((duty_kinds::retired_at.is_not_null(), duty_kinds::level, duty_kinds::position, duty_kinds::id))
        .select((duty_kinds::id, duty_kinds::parent_id, duty_kinds::level, duty_kinds::code, duty_kinds::name))
        .load(tx.conn())?;
    for (id, parent, level, code, name) in rows {
        directory.add_kind(KnownKind { id, parent, level, code, name });
    }
    Ok(())
}

fn load_crews(tx: &mut Tx<'_>, directory: &mut Directory) -> Result<(), DbError> {
    type Row = (String, PersonId, Option<String>, jiff_diesel::Date, Option<jiff_diesel::Date>);
    let rows: Vec<Row> = crew_assignments::table
        .filter(crew_assignments::organisation_id.eq(tx.caller().organisation()))
        .order((crew_assignments::call_sign, crew_assignments::from_date, crew_assignments::id))
        .select((
            crew_assignments::call_sign,
            crew_assignments::person_id,
            crew_assignments::job_role,
            crew_assignments::from_date,
            crew_assignments::to_date,
        ))
        .load(tx.conn())?;
    for (call_sign, person, job_role, from, to) in rows {
        let span = CrewSpan { person, job_role, from: from.to_jiff(), to: to.map(|day| day.to_jiff()) };
        directory.add_crew(&call_sign, span);
    }
    Ok(())
}

/// Types of work in use, by code and name.
pub(in crate::imports) fn types(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, DbError> {
    Ok(duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(tx.caller().organisation()))
        .filter(duty_kinds::level.eq(1).and(duty_kinds::retired_at.is_null()))
        .order((duty_kinds::position, duty_kinds::code))
        .select((duty_kinds::code, duty_kinds::name))
        .load(tx.conn())?)
}
