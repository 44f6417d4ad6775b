//! The table `crew_assignments`: who rides on which call sign, from which day to which.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{crew_assignments, people};
use crate::db::{DbError, Tx};
use crate::imports::policy::ManageCrews;
use crate::kernel::ids::{CrewAssignmentId, PersonId};

/// An assignment with its person's name.
#[derive(Debug, Clone)]
pub(in crate::imports) struct Assignment {
    pub(in crate::imports) id: CrewAssignmentId,
    pub(in crate::imports) call_sign: String,
    pub(in crate::imports) person: PersonId,
    pub(in crate::imports) name: String,
    pub(in crate::imports) employee_number: Option<String>,
    pub(in crate::imports) job_role: Option<String>,
    pub(in crate::imports) from: Date,
    pub(in crate::imports) to: Option<Date>,
}

type Row = (
    CrewAssignmentId,
    String,
    PersonId,
    String,
    String,
    Option<String>,
    Option<String>,
    jiff_diesel::Date,
    Option<jiff_diesel::Date>,
);

fn shaped((id, call_sign, person, given, family, employee_number, job_role, from, to): Row) -> Assignment {
    let (from, to) = (from.to_jiff(), to.map(|day| day.to_jiff()));
    Assignment { id, call_sign, person, name: format!("{given} {family}"), employee_number, job_role, from, to }
}

macro_rules! select_rows {
    ($tx:expr) => {
        crew_assignments::table
            .inner_join(
                people::table.on(people::organisation_id
                    .eq(crew_assignments::organisation_id)
                    .and(people::id.eq(crew_assignments::person_id))),
            )
            .filter(crew_assignments::organisation_id.eq($tx.caller().organisation()))
            .order((crew_assignments::call_sign, crew_assignments::from_date, crew_assignments::id))
            .select((
                crew_assignments::id,
                crew_assignments::call_sign,
                crew_assignments::person_id,
                people::given_name,
                people::family_name,
                people::employee_number,
                crew_assignments::job_role,
                crew_assignments::from_date,
                crew_assignments::to_date,
            ))
    };
}

/// Assignments by call sign and first day, those after `after`: of one call sign, or of all.
pub(in crate::imports) fn assignments<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCrews>,
    call_sign: Option<&str>,
    after: Option<&(String, Date, CrewAssignmentId)>,
    limit: i64,
) -> Result<Vec<Assignment>, DbError> {
    let mut query = select_rows!(tx).limit(limit).into_boxed();
    if let Some(call_sign) = call_sign {
        query = query.filter(crew_assignments::call_sign.eq(call_sign.to_owned()));
    }
    if let Some((sign, day, id)) = after {
        let (sign, day) = (sign.clone(), day.to_diesel());
        query = query.filter(
            crew_assignments::call_sign.gt(sign.clone()).or(crew_assignments::call_sign.eq(sign).and(
                crew_assignments::from_date
                    .gt(day)
                    .or(crew_assignments::from_date.eq(day).and(crew_assignments::id.gt(*id))),
            )),
        );
    }
    let rows: Vec<Row> = query.load(tx.conn())?;
    Ok(rows.into_iter().map(shaped).collect())
}

/// One assignment.
pub(in crate::imports) fn assignment<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCrews>,
    id: CrewAssignmentId,
) -> Result<Option<Assignment>, DbError> {
    let row: Option<Row> = select_rows!(tx).filter(crew_assignments::id.eq(id)).first(tx.conn()).optional()?;
    Ok(row.map(shaped))
}

/// The assignments that a person has on a call sign, for the check against overlaps.
pub(in crate::imports) fn spans_of<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCrews>,
    call_sign: &str,
    person: PersonId,
) -> Result<Vec<(CrewAssignmentId, Date, Option<Date>)>, DbError> {
    let rows: Vec<(CrewAssignmentId, jiff_diesel::Date, Option<jiff_diesel::Date>)> = crew_assignments::table
        .filter(crew_assignments::organisation_id.eq(tx.caller().organisation()))
        .filter(crew_assignments::call_sign.eq(call_sign).and(crew_assignments::person_id.eq(person)))
        .select((crew_assignments::id, crew_assignments::from_date, crew_assignments::to_date))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, from, to)| (id, from.to_jiff(), to.map(|day| day.to_jiff()))).collect())
}

/// Somebody who works here and can be put on a call sign.
pub(in crate::imports) fn person_by<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCrews>,
    number_or_email: &str,
) -> Result<Option<PersonId>, DbError> {
    diesel::define_sql_function! {
        /// In lower case.
        fn lower(text: diesel::sql_types::Nullable<diesel::sql_types::Text>) -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
    }
    let lowered = number_or_email.to_lowercase();
    Ok(people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::left_at.is_null())
        .filter(people::employee_number.eq(number_or_email).or(lower(people::email).eq(lowered)))
        .select(people::id)
        .first(tx.conn())
        .optional()?)
}

pub(in crate::imports) fn assignment_insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCrews>,
    call_sign: &str,
    person: PersonId,
    job_role: Option<&str>,
    (from, to): (Date, Option<Date>),
    now: Timestamp,
) -> Result<CrewAssignmentId, DbError> {
    let id = CrewAssignmentId::new(now);
    diesel::insert_into(crew_assignments::table)
        .values((
            crew_assignments::organisation_id.eq(tx.caller().organisation()),
            crew_assignments::id.eq(id),
            crew_assignments::call_sign.eq(call_sign),
            crew_assignments::person_id.eq(person),
            crew_assignments::job_role.eq(job_role),
            crew_assignments::from_date.eq(from.to_diesel()),
            crew_assignments::to_date.eq(to.map(|day| day.to_diesel())),
            crew_assignments::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// Changes role and days.
pub(in crate::imports) fn assignment_update<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCrews>,
    id: CrewAssignmentId,
    job_role: Option<&str>,
    (from, to): (Date, Option<Date>),
) -> Result<(), DbError> {
    diesel::update(crew_assignments::table.find((tx.caller().organisation(), id)))
        .set((
            crew_assignments::job_role.eq(job_role),
            crew_assignments::from_date.eq(from.to_diesel()),
            crew_assignments::to_date.eq(to.map(|day| day.to_diesel())),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(in crate::imports) fn assignment_delete<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageCrews>,
    id: CrewAssignmentId,
) -> Result<(), DbError> {
    diesel::delete(crew_assignments::table.find((tx.caller().organisation(), id))).execute(tx.conn())?;
    Ok(())
}
