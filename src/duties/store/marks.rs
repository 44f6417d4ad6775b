//! What stands beside duties: whether their hours are approved, what came late, what changed after submission.
//!
//! The tables of timesheets belong to another slice; what a duty's page says of them is joined here. Row-level security
//! shows the reader the sheets that they may see, and no mark of others.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::super::model::{DutyView, LockedSheet, Marks, SheetState, Since};
use crate::db::schema::timesheets;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, PersonId, TimesheetId, UnitId};

#[derive(QueryableByName)]
struct MarkRow {
    #[diesel(sql_type = SqlUuid)]
    id: DutyId,
    #[diesel(sql_type = Bool)]
    late: bool,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    submitted: Option<i32>,
    #[diesel(sql_type = Integer)]
    revision: i32,
}

/// The marks of duties that the reader sees.
pub(in crate::duties) fn marks(tx: &mut Tx<'_>, duties: &[&DutyView]) -> Result<BTreeMap<DutyId, Marks>, DbError> {
    let ids: Vec<DutyId> = duties.iter().map(|duty| duty.id).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<MarkRow> = diesel::sql_query(
        "select d.id, d.revision, t.state, (t.submitted_lines ->> d.id::text)::integer as submitted, \
                coalesce(d.source <> 'import' and d.created_at > d.ended_at + make_interval(hours => 24 * r.late_days), \
                         false) as late \
           from duties d \
           left join lateral app_timesheet_period(d.started_on) r on true \
           left join lateral (select s.state, s.submitted_lines from timesheets s \
                               where s.organisation_id = d.organisation_id and s.person_id = d.person_id \
                                 and s.period_from <= d.started_on and s.period_to >= d.started_on \
                               order by s.period_from desc limit 1) t on true \
          where d.organisation_id = $1 and d.id = any($2)",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .bind::<Array<SqlUuid>, _>(ids)
    .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.id, of(&row))).collect())
}

fn of(row: &MarkRow) -> Marks {
    let sheet = row.state.as_deref().map(|state| match state {
        "submitted" => SheetState::Submitted,
        "approved" => SheetState::Approved,
        _ => SheetState::Open,
    });
    let since = match (sheet, row.submitted) {
        (Some(SheetState::Submitted | SheetState::Approved), None) => Since::Added,
        (Some(SheetState::Submitted | SheetState::Approved), Some(then)) if then != row.revision => Since::Changed,
        _ => Since::Nothing,
    };
    Marks { late: row.late, sheet, since }
}

#[derive(QueryableByName)]
struct PlaceRow {
    #[diesel(sql_type = SqlDate)]
    period_from: jiff_diesel::Date,
    #[diesel(sql_type = SqlDate)]
    period_to: jiff_diesel::Date,
}

/// The first approved period that one of these days of the caller's own lies in.
pub(in crate::duties) fn locked(
    tx: &mut Tx<'_>,
    person: PersonId,
    days: &[Date],
) -> Result<Option<(Date, Date)>, DbError> {
    let people = vec![person; days.len()];
    let days: Vec<jiff_diesel::Date> = days.iter().map(|day| day.to_diesel()).collect();
    let rows: Vec<PlaceRow> =
        diesel::sql_query("select period_from, period_to from app_locked_places($1, $2) order by place limit 1")
            .bind::<Array<SqlUuid>, _>(people)
            .bind::<Array<SqlDate>, _>(days)
            .load(tx.conn())?;
    Ok(rows.into_iter().next().map(|row| (row.period_from.to_jiff(), row.period_to.to_jiff())))
}

/// Which sheet is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::duties) enum Which {
    /// The one of this person's that holds a day.
    Of(PersonId, Date),
    /// The one with this id.
    Is(TimesheetId),
}

/// An approved sheet that the caller may see.
pub(in crate::duties) fn locked_sheet(tx: &mut Tx<'_>, which: Which) -> Result<Option<LockedSheet>, DbError> {
    use timesheets as t;
    let approved = t::table
        .filter(t::organisation_id.eq(tx.caller().organisation()).and(t::state.eq("approved")))
        .select((t::id, t::person_id, t::unit_id, t::period_from, t::period_to))
        .into_boxed();
    let this = match which {
        Which::Of(person, day) => {
            let day = day.to_diesel();
            approved.filter(t::person_id.eq(person)).filter(t::period_from.le(day)).filter(t::period_to.ge(day))
        }
        Which::Is(id) => approved.filter(t::id.eq(id)),
    };
    type Row = (TimesheetId, PersonId, UnitId, jiff_diesel::Date, jiff_diesel::Date);
    let found: Option<Row> = this.first(tx.conn()).optional()?;
    Ok(found.map(|(id, person, unit, from, to)| LockedSheet {
        id,
        person,
        unit,
        from: from.to_jiff(),
        to: to.to_jiff(),
    }))
}
