//! The sheets of others: lists by key, what a list comes to, and who has not submitted.

use diesel::dsl::{count_star, sum};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::super::model::{Amount, Sheet, State};
use super::super::policy::{ReadDesk, ReopenSheet};
use super::super::rules::period::Period;
use super::{COLUMNS, Loaded, sheet_of};
use crate::authz::Granted;
use crate::db::schema::{claims, duty_corrections, timesheets};
use crate::db::{DbError, Tx};
use crate::kernel::cursor::{Cursor, page_of};
use crate::kernel::ids::{PersonId, TimesheetId, UnitId};

/// Which sheets a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::timesheets) struct Filter {
    /// How far they have come; those that wait stand the longest waiting first, others the newest first.
    pub(in crate::timesheets) state: State,
    /// Of these home units; `None` for all that the caller may see.
    pub(in crate::timesheets) units: Option<Vec<UnitId>>,
    /// Of the period that begins on this day.
    pub(in crate::timesheets) from: Option<Date>,
}

type Wanted = Box<dyn BoxableExpression<timesheets::table, Pg, SqlType = Bool>>;

/// Never the caller's own: they stand on pages of their own.
fn wanted(tx: &Tx<'_>, filter: &Filter) -> Wanted {
    use timesheets as t;
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let mut all: Wanted = Box::new(
        t::organisation_id
            .eq(tx.caller().organisation())
            .and(t::state.eq(filter.state.as_str()))
            .and(t::person_id.ne(me)),
    );
    if let Some(units) = &filter.units {
        all = Box::new(all.and(t::unit_id.eq_any(units.clone())));
    }
    if let Some(from) = filter.from {
        all = Box::new(all.and(t::period_from.eq(from.to_diesel())));
    }
    all
}

/// One page of a list.
#[derive(Debug, Clone)]
pub(in crate::timesheets) struct Listed {
    /// The sheets.
    pub(in crate::timesheets) sheets: Vec<Sheet>,
    /// Where the list goes on.
    pub(in crate::timesheets) next: Option<Cursor>,
}

/// Sheets of others that the caller may see, after `after`.
pub(in crate::timesheets) fn listed<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadDesk>,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Listed, DbError> {
    use timesheets as t;
    let mut wanted = wanted(tx, filter);
    let oldest_first = filter.state == State::Submitted;
    if let Some(Cursor { at, id }) = after {
        let (at, id) = (at.to_diesel(), TimesheetId(id));
        // The first condition bounds the look at the index, the second decides between equal instants.
        wanted = if oldest_first {
            Box::new(wanted.and(t::submitted_at.ge(at)).and(t::submitted_at.gt(at).or(t::id.gt(id))))
        } else {
            Box::new(wanted.and(t::submitted_at.le(at)).and(t::submitted_at.lt(at).or(t::id.lt(id))))
        };
    }
    let query = t::table.filter(wanted).select(COLUMNS).limit(i64::from(limit) + 1).into_boxed();
    let query = if oldest_first {
        query.order((t::submitted_at.asc(), t::id.asc()))
    } else {
        query.order((t::submitted_at.desc(), t::id.desc()))
    };
    let rows: Vec<Loaded> = query.load(tx.conn())?;
    let sheets: Vec<Sheet> = rows.into_iter().map(sheet_of).collect();
    let (sheets, next) = page_of(sheets, limit.into(), |last| Cursor { at: last.submitted_at, id: last.id.0 });
    Ok(Listed { sheets, next })
}

/// Those of `ids` that wait, that the caller may see and that are not their own, the longest waiting first.
pub(in crate::timesheets) fn waiting<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadDesk>,
    ids: &[TimesheetId],
) -> Result<Vec<Sheet>, DbError> {
    use timesheets as t;
    let filter = Filter { state: State::Submitted, units: None, from: None };
    let rows: Vec<Loaded> = t::table
        .filter(wanted(tx, &filter))
        .filter(t::id.eq_any(ids.to_vec()))
        .select(COLUMNS)
        .order((t::submitted_at.asc(), t::id.asc()))
        .limit(200)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(sheet_of).collect())
}

/// Of the sheets of a filter, when the one that waits longest was submitted.
pub(in crate::timesheets) fn oldest<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadDesk>,
    filter: &Filter,
) -> Result<Option<jiff::Timestamp>, DbError> {
    let found: Option<jiff_diesel::Timestamp> = timesheets::table
        .filter(wanted(tx, filter))
        .select(diesel::dsl::min(timesheets::submitted_at))
        .first(tx.conn())?;
    Ok(found.map(jiff_diesel::Timestamp::to_jiff))
}

/// How many corrections of others wait that the caller may decide on.
pub(in crate::timesheets) fn corrections_waiting<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadDesk>,
) -> Result<i64, DbError> {
    use duty_corrections as c;
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    Ok(c::table
        .filter(c::organisation_id.eq(tx.caller().organisation()))
        .filter(c::state.eq("proposed").and(c::person_id.ne(me)))
        .select(count_star())
        .first(tx.conn())?)
}

/// How many claims for duties of a sheet payroll has taken already.
pub(in crate::timesheets) fn paid_claims<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReopenSheet>,
) -> Result<i64, DbError> {
    use claims as c;
    let sheet = &may.facts().sheet;
    Ok(c::table
        .filter(c::organisation_id.eq(tx.caller().organisation()).and(c::person_id.eq(sheet.person)))
        .filter(c::day.between(sheet.period.from.to_diesel(), sheet.period.to.to_diesel()))
        .filter(c::payroll_run_id.is_not_null())
        .select(count_star())
        .first(tx.conn())?)
}

/// What a whole list comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::timesheets) struct Totals {
    /// How many sheets.
    pub(in crate::timesheets) sheets: i64,
    /// What they came to when they were submitted, in minutes.
    pub(in crate::timesheets) minutes: i64,
}

/// What the sheets of a filter come to.
pub(in crate::timesheets) fn totals<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadDesk>,
    filter: &Filter,
) -> Result<Totals, DbError> {
    let (sheets, minutes): (i64, Option<i64>) = timesheets::table
        .filter(wanted(tx, filter))
        .select((count_star(), sum(timesheets::submitted_minutes)))
        .first(tx.conn())?;
    Ok(Totals { sheets, minutes: minutes.unwrap_or(0) })
}

/// How many people of `units` have not submitted a period; counted up to 200.
pub(in crate::timesheets) fn missing_count<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadDesk>,
    period: Period,
    units: &[UnitId],
) -> Result<i64, DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        people: i64,
    }
    let row: Row = diesel::sql_query("select count(*) as people from app_timesheets_missing($1, $2, $3, null, 200)")
        .bind::<SqlDate, _>(period.from.to_diesel())
        .bind::<SqlDate, _>(period.to.to_diesel())
        .bind::<Array<SqlUuid>, _>(units)
        .get_result(tx.conn())?;
    Ok(row.people)
}

/// Somebody who has not submitted a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::timesheets) struct Missing {
    pub(in crate::timesheets) person: PersonId,
    pub(in crate::timesheets) name: String,
    pub(in crate::timesheets) number: Option<String>,
    pub(in crate::timesheets) unit: UnitId,
    /// Of a sheet that was taken back, returned or reopened.
    pub(in crate::timesheets) state: Option<State>,
    pub(in crate::timesheets) sheet: Option<TimesheetId>,
    /// What they have logged so far.
    pub(in crate::timesheets) logged: Amount,
}

#[derive(QueryableByName)]
struct MissingRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    employee_number: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    timesheet_id: Option<TimesheetId>,
    #[diesel(sql_type = Integer)]
    minutes: i32,
    #[diesel(sql_type = Integer)]
    duties: i32,
}

/// People of `units` who have not submitted a period, by name, after the person `after`; and whether there are more.
pub(in crate::timesheets) fn missing<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadDesk>,
    period: Period,
    units: &[UnitId],
    after: Option<PersonId>,
    limit: u16,
) -> Result<(Vec<Missing>, bool), DbError> {
    let rows: Vec<MissingRow> = diesel::sql_query(
        "select person_id, name, employee_number, unit_id, state, timesheet_id, minutes, duties \
           from app_timesheets_missing($1, $2, $3, $4, $5)",
    )
    .bind::<SqlDate, _>(period.from.to_diesel())
    .bind::<SqlDate, _>(period.to.to_diesel())
    .bind::<Array<SqlUuid>, _>(units)
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<Integer, _>(i32::from(limit) + 1)
    .load(tx.conn())?;
    let more = rows.len() > usize::from(limit);
    let of = |row: MissingRow| Missing {
        person: row.person_id,
        name: row.name,
        number: row.employee_number,
        unit: row.unit_id,
        state: row.state.as_deref().and_then(State::parse),
        sheet: row.timesheet_id,
        logged: Amount { minutes: row.minutes, duties: row.duties },
    };
    Ok((rows.into_iter().take(limit.into()).map(of).collect(), more))
}
