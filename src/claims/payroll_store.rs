//! The table `payroll_runs`, and the claims that a run takes.

use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::model::PayrollRun;
use super::payroll::PaidRow;
use super::policy::RunPayroll;
use super::rules::Kind;
use crate::authz::Granted;
use crate::db::schema::{claims, payroll_runs};
use crate::db::{DbError, Tx};
use crate::kernel::cursor::{Cursor, page_of};
use crate::kernel::ids::{ClaimId, PayrollRunId, PersonId, UnitId};

type Moment = jiff_diesel::Timestamp;
type Loaded = (PayrollRunId, Moment, String, i32);

fn of((id, created_at, created_by, claims): Loaded) -> PayrollRun {
    PayrollRun { id, created_at: created_at.to_jiff(), created_by, claims }
}

diesel::define_sql_function! {
    /// Whether the hours of somebody's day are approved, or nobody has to.
    fn app_hours_approved(person: SqlUuid, day: SqlDate) -> diesel::sql_types::Bool;
}

/// How many approved claims no run has taken: those that the next one takes, and those whose hours were reopened since.
pub(super) fn to_take<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, RunPayroll>) -> Result<(i64, i64), DbError> {
    let free = claims::table
        .filter(claims::organisation_id.eq(tx.caller().organisation()))
        .filter(claims::state.eq("approved").and(claims::payroll_run_id.is_null()));
    let all: i64 = free.count().get_result(tx.conn())?;
    let ready: i64 = free.filter(app_hours_approved(claims::person_id, claims::day)).count().get_result(tx.conn())?;
    Ok((ready, all - ready))
}

/// Makes a run and has it take every approved claim that none has taken and whose hours are approved; how many.
pub(super) fn make<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, RunPayroll>,
    id: PayrollRunId,
    now: Timestamp,
) -> Result<usize, DbError> {
    use payroll_runs as r;
    let organisation = tx.caller().organisation();
    diesel::insert_into(r::table)
        .values((
            r::organisation_id.eq(organisation),
            r::id.eq(id),
            r::created_by.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)),
            // The database puts the name here.
            r::created_by_name.eq(""),
            r::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    let free = claims::table
        .filter(claims::organisation_id.eq(organisation))
        .filter(claims::state.eq("approved").and(claims::payroll_run_id.is_null()))
        .filter(app_hours_approved(claims::person_id, claims::day));
    let taken = diesel::update(free).set(claims::payroll_run_id.eq(id)).execute(tx.conn())?;
    diesel::update(r::table.find((organisation, id)))
        .set(r::claims.eq(i32::try_from(taken).unwrap_or(i32::MAX)))
        .execute(tx.conn())?;
    Ok(taken)
}

/// A run, if there is one with this id.
pub(super) fn run<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, RunPayroll>,
    id: PayrollRunId,
) -> Result<Option<PayrollRun>, DbError> {
    use payroll_runs as r;
    let found: Option<Loaded> = r::table
        .find((tx.caller().organisation(), id))
        .select((r::id, r::created_at, r::created_by_name, r::claims))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(of))
}

/// A page of runs, the newest first.
pub(super) fn runs<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, RunPayroll>,
    after: Option<Cursor>,
    limit: u16,
) -> Result<(Vec<PayrollRun>, Option<Cursor>), DbError> {
    use payroll_runs as r;
    let query = r::table
        .filter(r::organisation_id.eq(tx.caller().organisation()))
        .select((r::id, r::created_at, r::created_by_name, r::claims))
        .order((r::created_at.desc(), r::id.desc()))
        .limit(i64::from(limit) + 1)
        .into_boxed();
    let query = match after {
        Some(Cursor { at, id }) => {
            let (at, id) = (at.to_diesel(), PayrollRunId(id));
            query.filter(r::created_at.le(at).and(r::created_at.lt(at).or(r::id.lt(id))))
        }
        None => query,
    };
    let rows: Vec<Loaded> = query.load(tx.conn())?;
    let runs: Vec<PayrollRun> = rows.into_iter().map(of).collect();
    Ok(page_of(runs, limit.into(), |last| Cursor { at: last.created_at, id: last.id.0 }))
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: ClaimId,
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
    day: jiff_diesel::Date,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    claimed: i32,
    #[diesel(sql_type = Integer)]
    approved: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    decided_at: Option<Moment>,
    #[diesel(sql_type = Nullable<Text>)]
    decided_by: Option<String>,
}

/// The claims that a run took, by name. Names and payroll numbers are there as far as the caller may read them.
pub(super) fn taken<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, RunPayroll>,
    run: PayrollRunId,
) -> Result<Vec<PaidRow>, DbError> {
    let rows: Vec<Row> = diesel::sql_query(
        "select c.id, p.family_name as family, p.given_name as given, p.employee_number as number, \
                h.payroll_number as payroll, c.unit_id, c.day, c.kind, c.amount as claimed, \
                c.decided_amount as approved, c.decided_at, c.decided_by_name as decided_by \
           from claims c \
           left join people p on p.organisation_id = c.organisation_id and p.id = c.person_id \
           left join hr_payroll h on h.organisation_id = c.organisation_id and h.person_id = c.person_id \
          where c.organisation_id = $1 and c.payroll_run_id = $2 \
          order by p.family_name, p.given_name, c.person_id, c.day, c.id",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .bind::<SqlUuid, _>(run)
    .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|row| PaidRow {
            claim: row.id,
            family: row.family,
            given: row.given,
            number: row.number,
            payroll: row.payroll,
            unit: row.unit_id,
            day: row.day.to_jiff(),
            kind: Kind::parse(&row.kind).unwrap_or(Kind::Overtime),
            claimed: row.claimed,
            approved: row.approved,
            decided_at: row.decided_at.map(jiff_diesel::Timestamp::to_jiff),
            decided_by: row.decided_by,
        })
        .collect())
}
