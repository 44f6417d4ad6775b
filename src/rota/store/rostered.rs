//! What the work that sends messages learns of a roster, through functions of the database that answer it alone.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date as SqlDate, Nullable, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyPatternId, PersonId, RotaAssignmentId, UnitId};
use crate::rota::model::Assignment;

#[derive(QueryableByName)]
struct AssignmentRow {
    #[diesel(sql_type = SqlUuid)]
    id: RotaAssignmentId,
    #[diesel(sql_type = SqlUuid)]
    pattern_id: DutyPatternId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    person_id: Option<PersonId>,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = SqlDate)]
    anchor_on: jiff_diesel::Date,
    #[diesel(sql_type = SqlDate)]
    from_on: jiff_diesel::Date,
    #[diesel(sql_type = Nullable<SqlDate>)]
    until_on: Option<jiff_diesel::Date>,
}

/// The assignments of somebody and of their unit that count on a day from `first` to `last`.
pub(in crate::rota) fn rostered(
    tx: &mut Tx<'_>,
    person: PersonId,
    first: Date,
    last: Date,
) -> Result<Vec<Assignment>, DbError> {
    let rows: Vec<AssignmentRow> = diesel::sql_query("select * from app_rostered($1, $2, $3)")
        .bind::<SqlUuid, _>(person)
        .bind::<SqlDate, _>(first.to_diesel())
        .bind::<SqlDate, _>(last.to_diesel())
        .load(tx.conn())?;
    let of = |row: AssignmentRow| Assignment {
        id: row.id,
        pattern: row.pattern_id,
        person: row.person_id,
        unit: row.unit_id,
        anchor: row.anchor_on.to_jiff(),
        from: row.from_on.to_jiff(),
        until: row.until_on.map(jiff_diesel::Date::to_jiff),
    };
    Ok(rows.into_iter().map(of).collect())
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = SqlDate)]
    day: jiff_diesel::Date,
}

/// On which days from `first` to `last`, a week at most, somebody is away.
pub(in crate::rota) fn days_away(
    tx: &mut Tx<'_>,
    person: PersonId,
    first: Date,
    last: Date,
) -> Result<Vec<Date>, DbError> {
    let rows: Vec<DayRow> = diesel::sql_query("select day from app_days_away($1, $2, $3) day")
        .bind::<SqlUuid, _>(person)
        .bind::<SqlDate, _>(first.to_diesel())
        .bind::<SqlDate, _>(last.to_diesel())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| row.day.to_jiff()).collect())
}

#[derive(QueryableByName)]
struct SecondsRow {
    #[diesel(sql_type = BigInt)]
    seconds: i64,
}

/// Seconds between two instants for which somebody logged duties.
pub(in crate::rota) fn worked_seconds(
    tx: &mut Tx<'_>,
    person: PersonId,
    from: Timestamp,
    to: Timestamp,
) -> Result<i64, DbError> {
    let found: SecondsRow = diesel::sql_query("select app_worked_seconds($1, $2, $3) as seconds")
        .bind::<SqlUuid, _>(person)
        .bind::<Timestamptz, _>(from.to_diesel())
        .bind::<Timestamptz, _>(to.to_diesel())
        .get_result(tx.conn())?;
    Ok(found.seconds)
}
