//! What the database's functions for oversight answer. They ask for `security.read` themselves, once more.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::model::{Detail, Line, List, Overview, Refusals, Share, Times};
use super::policy::{ReadOverview, ReadRefusals};
use crate::authz::Granted;
use crate::db::{DbError, Tx};
use crate::kernel::cursor::{Cursor, page_of};
use crate::limits::Meter;

type Moment = jiff_diesel::Timestamp;

#[derive(QueryableByName)]
struct Figures {
    #[diesel(sql_type = BigInt)]
    accounts: i64,
    #[diesel(sql_type = BigInt)]
    usable: i64,
    #[diesel(sql_type = BigInt)]
    factors: i64,
    #[diesel(sql_type = BigInt)]
    privileged: i64,
    #[diesel(sql_type = BigInt)]
    privileged_factors: i64,
    #[diesel(sql_type = BigInt)]
    dormant: i64,
    #[diesel(sql_type = BigInt)]
    leavers: i64,
    #[diesel(sql_type = BigInt)]
    tokens: i64,
}

const FIGURES: &str = "select count(*) as accounts, count(*) filter (where usable) as usable, \
     count(*) filter (where usable and factor) as factors, \
     count(*) filter (where usable and privileged) as privileged, \
     count(*) filter (where usable and privileged and factor) as privileged_factors, \
     count(*) filter (where coalesce(last_sign_in_at, opened_at) < $1) as dormant, \
     (select count(*) from app_open_leavers($2)) as leavers, \
     (select count(*) from app_ending_tokens($2, $3)) as tokens \
     from app_open_accounts()";

#[derive(QueryableByName)]
struct ByRole {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = BigInt)]
    people: i64,
    #[diesel(sql_type = BigInt)]
    factors: i64,
}

/// All figures.
pub(super) fn overview<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadOverview>,
    times: Times,
) -> Result<Overview, DbError> {
    let figures: Figures = diesel::sql_query(FIGURES)
        .bind::<Timestamptz, _>(times.dormant_before.to_diesel())
        .bind::<Timestamptz, _>(times.now.to_diesel())
        .bind::<Timestamptz, _>(times.ending_by.to_diesel())
        .get_result(tx.conn())?;
    let roles: Vec<ByRole> =
        diesel::sql_query("select role, people, factors from app_factors_by_role()").load(tx.conn())?;
    let share = |part, whole| Share { part, whole };
    Ok(Overview {
        factors: share(figures.factors, figures.usable),
        privileged: share(figures.privileged_factors, figures.privileged),
        by_role: roles.into_iter().map(|row| (row.role, share(row.factors, row.people))).collect(),
        dormant: share(figures.dormant, figures.accounts),
        leavers: figures.leavers,
        tokens: figures.tokens,
    })
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Timestamptz)]
    at: Moment,
    #[diesel(sql_type = Bool)]
    yes: bool,
    #[diesel(sql_type = BigInt)]
    sessions: i64,
    #[diesel(sql_type = BigInt)]
    roles: i64,
    #[diesel(sql_type = BigInt)]
    tokens: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    used: Option<Moment>,
}

/// The rows of each list, with the same columns and of the same parameters: dormant before, now, ending by.
const fn rows_of(list: List) -> &'static str {
    match list {
        List::NoFactor => {
            "select person_id as id, name, unit as place, opened_at as at, privileged as yes, 0::bigint as sessions, \
             0::bigint as roles, 0::bigint as tokens, last_sign_in_at as used from app_open_accounts() where usable and not factor"
        }
        List::Dormant => {
            "select person_id as id, name, unit as place, coalesce(last_sign_in_at, opened_at) as at, \
             last_sign_in_at is not null as yes, 0::bigint as sessions, 0::bigint as roles, 0::bigint as tokens, \
             last_sign_in_at as used from app_open_accounts() \
             where coalesce(last_sign_in_at, opened_at) < $1"
        }
        List::Leavers => {
            "select person_id as id, name, unit as place, left_at as at, account as yes, sessions, roles, tokens, \
             null::timestamptz as used from app_open_leavers($2)"
        }
        List::Tokens => {
            "select token_id as id, name, person as place, expires_at as at, kind = 'service' as yes, \
             0::bigint as sessions, 0::bigint as roles, 0::bigint as tokens, last_used_at as used \
             from app_ending_tokens($2, $3)"
        }
    }
}

/// The next lines of a list, oldest first, after `after`; and where it goes on, when it does.
pub(super) fn lines<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadOverview>,
    list: List,
    times: Times,
    after: Option<Cursor>,
    limit: u16,
) -> Result<(Vec<Line>, Option<Cursor>), DbError> {
    let (after_at, after_id) = after.map_or((None, Uuid::nil()), |Cursor { at, id }| (Some(at.to_diesel()), id));
    let query = format!(
        "select * from ({}) of_list where $4 is null or (at, id) > ($4, $5) order by at, id limit $6",
        rows_of(list)
    );
    let rows: Vec<Row> = diesel::sql_query(query)
        .bind::<Timestamptz, _>(times.dormant_before.to_diesel())
        .bind::<Timestamptz, _>(times.now.to_diesel())
        .bind::<Timestamptz, _>(times.ending_by.to_diesel())
        .bind::<Nullable<Timestamptz>, _>(after_at)
        .bind::<SqlUuid, _>(after_id)
        .bind::<BigInt, _>(i64::from(limit) + 1)
        .load(tx.conn())?;
    let lines: Vec<Line> = rows.into_iter().map(|row| line(list, row)).collect();
    Ok(page_of(lines, limit.into(), |last| Cursor { at: last.at, id: last.id }))
}

fn line(list: List, row: Row) -> Line {
    let used: Option<Timestamp> = row.used.map(Moment::to_jiff);
    let detail = match list {
        List::NoFactor => Detail::Privileged(row.yes),
        List::Dormant => Detail::Used(row.yes),
        List::Leavers => {
            Detail::Open { account: row.yes, sessions: row.sessions, roles: row.roles, tokens: row.tokens }
        }
        List::Tokens => Detail::Token { service: row.yes, last_used_at: used },
    };
    Line { id: row.id, name: row.name, place: row.place, at: row.at.to_jiff(), detail }
}

#[derive(QueryableByName)]
struct RefusalRow {
    #[diesel(sql_type = Text)]
    meter: String,
    #[diesel(sql_type = BigInt)]
    hour_refused: i64,
    #[diesel(sql_type = BigInt)]
    day_refused: i64,
    #[diesel(sql_type = BigInt)]
    month_refused: i64,
}

/// What each meter refused, in the meters' order; nought where it never did.
pub(super) fn refusals<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadRefusals>,
    now: Timestamp,
) -> Result<Vec<Refusals>, DbError> {
    let rows: Vec<RefusalRow> =
        diesel::sql_query("select meter, hour_refused, day_refused, month_refused from app_refusals($1)")
            .bind::<Timestamptz, _>(now.to_diesel())
            .load(tx.conn())?;
    let of = |meter: Meter| {
        let row = rows.iter().find(|row| row.meter == meter.as_str());
        let (hour, day, month) = row.map_or((0, 0, 0), |row| (row.hour_refused, row.day_refused, row.month_refused));
        Refusals { meter, hour, day, month }
    };
    Ok(Meter::ALL.map(of).to_vec())
}
