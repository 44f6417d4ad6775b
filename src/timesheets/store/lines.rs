//! The duties that a sheet counts, line by line, and what is usual.

use std::collections::BTreeMap;

use diesel::dsl::{count_star, sum};
use diesel::prelude::*;
use diesel::sql_types::{Array, Date as SqlDate, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::super::model::{Amount, Line};
use super::super::policy::SubmitHours;
use super::super::rules::period::Period;
use super::Moment;
use crate::authz::Granted;
use crate::db::schema::duties;
use crate::db::{DbError, Tx};
use crate::duties::model::KindPath;
use crate::kernel::civil;
use crate::kernel::ids::{DutyId, DutyKindId, TimesheetId, UnitId};

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = SqlUuid)]
    timesheet_id: TimesheetId,
    #[diesel(sql_type = SqlUuid)]
    duty_id: DutyId,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = Timestamptz)]
    started_at: Moment,
    #[diesel(sql_type = Timestamptz)]
    ended_at: Moment,
    #[diesel(sql_type = Integer)]
    break_minutes: i32,
    #[diesel(sql_type = Integer)]
    worked_minutes: i32,
    #[diesel(sql_type = SqlUuid)]
    type_id: DutyKindId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    category_id: Option<DutyKindId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    subcategory_id: Option<DutyKindId>,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Integer)]
    revision: i32,
    #[diesel(sql_type = Timestamptz)]
    created_at: Moment,
    #[diesel(sql_type = Integer)]
    counted_minutes: i32,
}

/// The lines of sheets that the caller may see, each in the order in which the duties began.
pub(in crate::timesheets) fn lines_of(
    tx: &mut Tx<'_>,
    sheets: &[TimesheetId],
) -> Result<BTreeMap<TimesheetId, Vec<Line>>, DbError> {
    let rows: Vec<LineRow> = diesel::sql_query(
        "select timesheet_id, duty_id, unit_id, started_at, ended_at, break_minutes, worked_minutes, type_id, \
                category_id, subcategory_id, source, revision, created_at, counted_minutes from app_timesheet_duties($1)",
    )
    .bind::<Array<SqlUuid>, _>(sheets)
    .load(tx.conn())?;
    let mut by_sheet: BTreeMap<TimesheetId, Vec<Line>> = BTreeMap::new();
    for row in rows {
        by_sheet.entry(row.timesheet_id).or_default().push(Line {
            duty: row.duty_id,
            unit: row.unit_id,
            started_at: row.started_at.to_jiff(),
            ended_at: row.ended_at.to_jiff(),
            break_minutes: row.break_minutes,
            worked_minutes: row.worked_minutes,
            kind: KindPath { type_id: row.type_id, category: row.category_id, subcategory: row.subcategory_id },
            source: row.source,
            revision: row.revision,
            created_at: row.created_at.to_jiff(),
            counted_minutes: row.counted_minutes,
        });
    }
    Ok(by_sheet)
}

/// The instants between which a duty of the period starts.
fn bounds(period: Period) -> (Moment, Moment) {
    let after = period.to.checked_add(1.day()).unwrap_or(period.to);
    (civil::start_of_day(period.from).to_diesel(), civil::start_of_day(after).to_diesel())
}

/// The caller's own duties of a period, submitted or not.
pub(in crate::timesheets) fn own_lines<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SubmitHours>,
    period: Period,
) -> Result<Vec<Line>, DbError> {
    let (start, end) = bounds(period);
    type Row = (
        (DutyId, UnitId, Moment, Moment, i32, i32),
        (DutyKindId, Option<DutyKindId>, Option<DutyKindId>),
        (String, i32, Moment),
    );
    let rows: Vec<Row> = duties::table
        .filter(duties::organisation_id.eq(tx.caller().organisation()).and(duties::person_id.eq(may.scope())))
        .filter(duties::started_at.ge(start).and(duties::started_at.lt(end)))
        .filter(duties::deleted_at.is_null())
        .select((
            (
                duties::id,
                duties::unit_id,
                duties::started_at,
                duties::ended_at,
                duties::break_minutes,
                duties::worked_minutes,
            ),
            (duties::type_id, duties::category_id, duties::subcategory_id),
            (duties::source, duties::revision, duties::created_at),
        ))
        .order((duties::started_at, duties::id))
        .load(tx.conn())?;
    let lost = lost(tx, may, period)?;
    let line =
        |((duty, unit, start, end, break_minutes, worked_minutes), kind, (source, revision, created_at)): Row| {
            let lost = lost.iter().find(|lost| lost.duty_id == duty).map_or(0, |lost| lost.minutes);
            let (type_id, category, subcategory) = kind;
            Line {
                duty,
                unit,
                started_at: start.to_jiff(),
                ended_at: end.to_jiff(),
                break_minutes,
                worked_minutes,
                kind: KindPath { type_id, category, subcategory },
                source,
                revision,
                created_at: created_at.to_jiff(),
                counted_minutes: worked_minutes - lost,
            }
        };
    Ok(rows.into_iter().map(line).collect())
}

/// Minutes of a duty that a sum leaves out, for an earlier duty counts them.
#[derive(QueryableByName)]
struct Lost {
    #[diesel(sql_type = SqlUuid)]
    duty_id: DutyId,
    #[diesel(sql_type = SqlDate)]
    started_on: jiff_diesel::Date,
    #[diesel(sql_type = Integer)]
    minutes: i32,
}

/// Those of the caller's duties of a period; most people have none.
fn lost<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, SubmitHours>, period: Period) -> Result<Vec<Lost>, DbError> {
    let (start, end) = bounds(period);
    let told = diesel::sql_query("select duty_id, started_on, minutes from app_overlaps($1, $2, $3)")
        .bind::<SqlUuid, _>(may.scope())
        .bind::<Timestamptz, _>(start)
        .bind::<Timestamptz, _>(end);
    Ok(told.load(tx.conn())?)
}

/// What the caller worked on each day between these, each minute once, for the sums of many periods at once.
pub(in crate::timesheets) fn own_sums<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, SubmitHours>,
    whole: Period,
) -> Result<Vec<(Date, Amount)>, DbError> {
    let (start, end) = bounds(whole);
    let rows: Vec<(jiff_diesel::Date, Option<i64>, i64)> = duties::table
        .filter(duties::organisation_id.eq(tx.caller().organisation()).and(duties::person_id.eq(may.scope())))
        .filter(duties::started_at.ge(start).and(duties::started_at.lt(end)))
        .filter(duties::deleted_at.is_null())
        .group_by(duties::started_on)
        .select((duties::started_on, sum(duties::worked_minutes), count_star()))
        .load(tx.conn())?;
    let fits = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
    let lost = lost(tx, may, whole)?;
    let amount = |(day, minutes, duties): (jiff_diesel::Date, Option<i64>, i64)| {
        let day = day.to_jiff();
        let lost: i32 = lost.iter().filter(|lost| lost.started_on.to_jiff() == day).map(|lost| lost.minutes).sum();
        (day, Amount { minutes: fits(minutes.unwrap_or(0)) - lost, duties: fits(duties) })
    };
    Ok(rows.into_iter().map(amount).collect())
}

#[derive(QueryableByName)]
struct UsualRow {
    #[diesel(sql_type = SqlUuid)]
    timesheet_id: TimesheetId,
    #[diesel(sql_type = Integer)]
    minutes: i32,
}

/// What each person's last four approved sheets before one of these came to on average, where there are four.
pub(in crate::timesheets) fn usual_of(
    tx: &mut Tx<'_>,
    sheets: &[TimesheetId],
) -> Result<BTreeMap<TimesheetId, i32>, DbError> {
    let rows: Vec<UsualRow> = diesel::sql_query("select timesheet_id, minutes from app_usual_minutes($1)")
        .bind::<Array<SqlUuid>, _>(sheets)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.timesheet_id, row.minutes)).collect())
}
