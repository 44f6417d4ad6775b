//! Approved hours as payroll wants them.

use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff_diesel::ToDiesel;

use super::super::export::ApprovedRow;
use super::super::policy::ExportHours;
use super::super::rules::period::Period;
use super::Moment;
use crate::authz::Granted;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{TimesheetId, UnitId};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    family: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    given: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    payroll: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = SqlDate)]
    period_from: jiff_diesel::Date,
    #[diesel(sql_type = SqlDate)]
    period_to: jiff_diesel::Date,
    #[diesel(sql_type = Integer)]
    minutes: i32,
    #[diesel(sql_type = Integer)]
    duties: i32,
    #[diesel(sql_type = Timestamptz)]
    moved_at: Moment,
    #[diesel(sql_type = Nullable<Text>)]
    by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    in_stead_of: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    sheet_id: TimesheetId,
    #[diesel(sql_type = Integer)]
    revision: i32,
}

/// The approved sheets of periods that begin within these days, by name. Names and payroll numbers are there as far as
/// the caller may read them.
pub(in crate::timesheets) fn approved<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ExportHours>,
    days: Period,
) -> Result<Vec<ApprovedRow>, DbError> {
    let rows: Vec<Row> = diesel::sql_query(
        "select p.family_name as family, p.given_name as given, p.employee_number as number, \
                h.payroll_number as payroll, t.unit_id, t.period_from, t.period_to, t.approved_minutes as minutes, \
                t.approved_duties as duties, t.moved_at, e.moved_by_name as by, e.in_stead_of_name as in_stead_of, \
                t.id as sheet_id, t.revision \
           from timesheets t \
           left join people p on p.organisation_id = t.organisation_id and p.id = t.person_id \
           left join hr_payroll h on h.organisation_id = t.organisation_id and h.person_id = t.person_id \
           left join lateral (select e.moved_by_name, e.in_stead_of_name from timesheet_events e \
                               where e.organisation_id = t.organisation_id and e.timesheet_id = t.id \
                                 and e.state = 'approved' order by e.revision desc limit 1) e on true \
          where t.organisation_id = $1 and t.state = 'approved' and t.period_from between $2 and $3 \
          order by t.period_from, p.family_name, p.given_name, t.person_id",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .bind::<SqlDate, _>(days.from.to_diesel())
    .bind::<SqlDate, _>(days.to.to_diesel())
    .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|row| ApprovedRow {
            family: row.family,
            given: row.given,
            number: row.number,
            payroll: row.payroll,
            unit: row.unit_id,
            period: Period { from: row.period_from.to_jiff(), to: row.period_to.to_jiff() },
            minutes: row.minutes,
            duties: row.duties,
            approved_at: row.moved_at.to_jiff(),
            by: row.by,
            in_stead_of: row.in_stead_of,
            sheet: row.sheet_id,
            revision: row.revision,
        })
        .collect())
}
