//! The table `claims`, and what the database says of the duties behind them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::model::{Claim, ClaimFacts, ClaimedDuty, State};
use super::policy::{DecideClaim, ListClaims, ListOwn, MakeClaim, ReopenClaim, WithdrawClaim};
use super::rules::{Kind, NewClaim};
use crate::authz::Granted;
use crate::db::schema::{claims, duties};
use crate::db::{DbError, Tx};
use crate::kernel::cursor::{Cursor, page_of};
use crate::kernel::ids::{ClaimId, DutyId, PayrollRunId, PersonId, UnitId};

type Moment = jiff_diesel::Timestamp;

pub(super) type Columns = (
    (claims::id, claims::person_id, claims::unit_id, claims::duty_id, claims::day),
    (claims::kind, claims::amount, claims::basis, claims::duty_revision, claims::note),
    (claims::state, claims::made_at, claims::decided_at, claims::decided_by_name, claims::decided_amount),
    (claims::answer, claims::payroll_run_id),
);

pub(super) const COLUMNS: Columns = (
    (claims::id, claims::person_id, claims::unit_id, claims::duty_id, claims::day),
    (claims::kind, claims::amount, claims::basis, claims::duty_revision, claims::note),
    (claims::state, claims::made_at, claims::decided_at, claims::decided_by_name, claims::decided_amount),
    (claims::answer, claims::payroll_run_id),
);

pub(super) type Loaded = (
    (ClaimId, PersonId, UnitId, DutyId, jiff_diesel::Date),
    (String, i32, i32, i32, Option<String>),
    (String, Moment, Option<Moment>, Option<String>, Option<i32>),
    (Option<String>, Option<PayrollRunId>),
);

pub(super) fn of(loaded: Loaded) -> Claim {
    let ((id, person, unit, duty, day), what, (state, made_at, decided_at, decided_by, decided_amount), rest) = loaded;
    let (kind, amount, basis, duty_revision, note) = what;
    let (answer, run) = rest;
    Claim {
        id,
        person,
        unit,
        duty,
        day: day.to_jiff(),
        // The columns' checks know the same words.
        kind: Kind::parse(&kind).unwrap_or(Kind::Overtime),
        amount,
        basis,
        duty_revision,
        note,
        state: State::parse(&state).unwrap_or(State::Withdrawn),
        made_at: made_at.to_jiff(),
        decided_at: decided_at.map(jiff_diesel::Timestamp::to_jiff),
        decided_by,
        decided_amount,
        answer,
        run,
    }
}

/// A duty that the caller's row-level policies show: facts for a permission.
pub(super) fn duty(tx: &mut Tx<'_>, id: DutyId) -> Result<Option<ClaimedDuty>, DbError> {
    type Row = (DutyId, PersonId, Moment, Moment, i32, Option<i32>);
    let found: Option<Row> = duties::table
        .find((tx.caller().organisation(), id))
        .filter(duties::deleted_at.is_null())
        .select((
            duties::id,
            duties::person_id,
            duties::started_at,
            duties::ended_at,
            duties::worked_minutes,
            duties::mileage_tenths,
        ))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(id, person, start, end, worked_minutes, mileage_tenths)| ClaimedDuty {
        id,
        person,
        started_at: start.to_jiff(),
        ended_at: end.to_jiff(),
        worked_minutes,
        mileage_tenths,
    }))
}

/// A claim that the caller's row-level policies show: facts for a permission.
pub(super) fn claim(tx: &mut Tx<'_>, id: ClaimId) -> Result<Option<Claim>, DbError> {
    let this = claims::table.find((tx.caller().organisation(), id));
    let found: Option<Loaded> = this.select(COLUMNS).first(tx.conn()).optional()?;
    Ok(found.map(of))
}

/// The claims for a duty of the caller's, in the order in which they were made.
pub(super) fn of_duty<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, MakeClaim>) -> Result<Vec<Claim>, DbError> {
    let rows: Vec<Loaded> = claims::table
        .filter(claims::organisation_id.eq(tx.caller().organisation()).and(claims::duty_id.eq(may.scope())))
        .select(COLUMNS)
        .order((claims::made_at, claims::id))
        .limit(100)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(of).collect())
}

/// How many of the caller's own claims were decided since then.
pub(super) fn own_decided<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ListOwn>,
    since: Timestamp,
) -> Result<i64, DbError> {
    use claims as c;
    let own = c::table
        .filter(c::organisation_id.eq(tx.caller().organisation()).and(c::person_id.eq(may.scope())))
        .filter(c::state.eq_any([State::Approved.as_str(), State::Refused.as_str()]))
        .filter(c::decided_at.ge(since.to_diesel()));
    Ok(own.count().get_result(tx.conn())?)
}

/// How many claims of others wait whose hours are approved, and when the one that waits longest was made.
pub(super) fn ready<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListClaims>,
) -> Result<(i64, Option<Timestamp>), DbError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        claims: i64,
        #[diesel(sql_type = Nullable<Timestamptz>)]
        oldest: Option<Moment>,
    }
    let row: Row = diesel::sql_query(
        "select count(*) as claims, min(c.made_at) as oldest from claims c \
          where c.organisation_id = $1 and c.state = 'waiting' and app_hours_approved(c.person_id, c.day)",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .get_result(tx.conn())?;
    Ok((row.claims, row.oldest.map(jiff_diesel::Timestamp::to_jiff)))
}

/// The caller's own claims, the last made first, and where they go on; only those decided since then, if it is said.
pub(super) fn own<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ListOwn>,
    decided_since: Option<Timestamp>,
    after: Option<Cursor>,
    limit: u16,
) -> Result<(Vec<Claim>, Option<Cursor>), DbError> {
    use claims as c;
    let query = c::table
        .filter(c::organisation_id.eq(tx.caller().organisation()).and(c::person_id.eq(may.scope())))
        .select(COLUMNS)
        .order((c::made_at.desc(), c::id.desc()))
        .limit(i64::from(limit) + 1)
        .into_boxed();
    let query = match decided_since {
        Some(since) => query
            .filter(c::state.eq_any([State::Approved.as_str(), State::Refused.as_str()]))
            .filter(c::decided_at.ge(since.to_diesel())),
        None => query,
    };
    let query = match after {
        Some(Cursor { at, id }) => {
            let (at, id) = (at.to_diesel(), ClaimId(id));
            query.filter(c::made_at.le(at).and(c::made_at.lt(at).or(c::id.lt(id))))
        }
        None => query,
    };
    let rows: Vec<Loaded> = query.load(tx.conn())?;
    let listed: Vec<Claim> = rows.into_iter().map(of).collect();
    Ok(page_of(listed, limit.into(), |last| Cursor { at: last.made_at, id: last.id.0 }))
}

/// Writes a claim.
pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, MakeClaim>,
    id: ClaimId,
    new: &NewClaim,
    now: Timestamp,
) -> Result<(), DbError> {
    use claims as c;
    diesel::insert_into(c::table)
        .values((
            (
                c::organisation_id.eq(tx.caller().organisation()),
                c::id.eq(id),
                c::person_id.eq(may.facts().person),
                // The database puts the home unit, the day and what the duty says here.
                c::unit_id.eq(UnitId::NIL),
                c::duty_id.eq(may.scope()),
                c::day.eq(crate::kernel::civil::local(may.facts().started_at).date().to_diesel()),
            ),
            (
                c::kind.eq(new.kind.as_str()),
                c::amount.eq(new.amount),
                c::note.eq(new.note.as_deref()),
                c::state.eq(State::Waiting.as_str()),
                c::made_at.eq(now.to_diesel()),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes a claim back; `false` when it does not wait any more.
pub(super) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WithdrawClaim>,
    now: Timestamp,
) -> Result<bool, DbError> {
    use claims as c;
    let this = c::table.find((tx.caller().organisation(), may.scope())).filter(c::state.eq(State::Waiting.as_str()));
    let withdrawn = diesel::update(this)
        .set((c::state.eq(State::Withdrawn.as_str()), c::decided_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(withdrawn == 1)
}

/// Approves an amount of a claim, or refuses it; `false` when it does not wait any more.
pub(super) fn decide<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DecideClaim>,
    (amount, answer): (Option<i32>, Option<&str>),
    now: Timestamp,
) -> Result<bool, DbError> {
    use claims as c;
    let state = if amount.is_some() { State::Approved } else { State::Refused };
    let this = c::table.find((tx.caller().organisation(), may.scope())).filter(c::state.eq(State::Waiting.as_str()));
    let decided = diesel::update(this)
        .set((
            c::state.eq(state.as_str()),
            c::decided_at.eq(now.to_diesel()),
            c::decided_by.eq(tx.caller().person_id()),
            c::decided_amount.eq(amount),
            c::answer.eq(answer),
        ))
        .execute(tx.conn())?;
    Ok(decided == 1)
}

/// Makes an approved claim wait again that payroll has not taken; `false` when it is not so any more.
pub(super) fn reopen<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReopenClaim>, reason: &str) -> Result<bool, DbError> {
    use claims as c;
    let this = c::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(c::state.eq(State::Approved.as_str()).and(c::payroll_run_id.is_null()));
    let reopened = diesel::update(this)
        .set((
            c::state.eq(State::Waiting.as_str()),
            c::decided_at.eq(None::<jiff_diesel::Timestamp>),
            c::decided_by.eq(tx.caller().person_id()),
            c::decided_amount.eq(None::<i32>),
            c::answer.eq(Some(reason)),
        ))
        .execute(tx.conn())?;
    Ok(reopened == 1)
}

/// Which claims a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that wait, and whose hours are approved: the longest waiting first.
    Ready,
    /// Those that wait for the hours to be approved: the longest waiting first.
    Early,
    /// Those that were decided: the last decided first.
    Decided,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: ClaimId,
}

/// One page of claims of everybody, and where the list goes on.
pub(super) fn page<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ListClaims>,
    which: Which,
    after: Option<Cursor>,
    limit: u16,
) -> Result<(Vec<Claim>, Option<Cursor>), DbError> {
    let listed = match which {
        Which::Ready => waiting(tx, may, true, after, limit)?,
        Which::Early => waiting(tx, may, false, after, limit)?,
        Which::Decided => decided(tx, may, after, limit)?,
    };
    let decided = |claim: &Claim| claim.decided_at.filter(|_at| which == Which::Decided);
    Ok(page_of(listed, limit.into(), |last| Cursor { at: decided(last).unwrap_or(last.made_at), id: last.id.0 }))
}

/// Claims that wait: the database asks of each whether its hours are approved, so their ids are found first.
fn waiting<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListClaims>,
    ready: bool,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Vec<Claim>, DbError> {
    let organisation = tx.caller().organisation();
    let ids: Vec<IdRow> = diesel::sql_query(
        "select c.id from claims c \
          where c.organisation_id = $1 and c.state = 'waiting' and app_hours_approved(c.person_id, c.day) = $2 \
            and ($3::timestamptz is null or (c.made_at, c.id) > ($3, $4)) \
          order by c.made_at, c.id limit $5",
    )
    .bind::<SqlUuid, _>(organisation)
    .bind::<Bool, _>(ready)
    .bind::<Nullable<Timestamptz>, _>(after.map(|after| after.at.to_diesel()))
    .bind::<Nullable<SqlUuid>, _>(after.map(|after| after.id))
    .bind::<Integer, _>(i32::from(limit) + 1)
    .load(tx.conn())?;
    let ids: Vec<ClaimId> = ids.into_iter().map(|row| row.id).collect();
    let rows: Vec<Loaded> = claims::table
        .filter(claims::organisation_id.eq(organisation).and(claims::id.eq_any(ids)))
        .select(COLUMNS)
        .order((claims::made_at, claims::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(of).collect())
}

fn decided<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListClaims>,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Vec<Claim>, DbError> {
    use claims as c;
    let states = [State::Approved.as_str(), State::Refused.as_str()];
    let query = c::table
        .filter(c::organisation_id.eq(tx.caller().organisation()).and(c::state.eq_any(states)))
        .select(COLUMNS)
        .order((c::decided_at.desc(), c::id.desc()))
        .limit(i64::from(limit) + 1)
        .into_boxed();
    let query = match after {
        Some(Cursor { at, id }) => {
            let (at, id) = (at.to_diesel(), ClaimId(id));
            let decided_at = c::decided_at.assume_not_null();
            query.filter(decided_at.le(at).and(decided_at.lt(at).or(c::id.lt(id))))
        }
        None => query,
    };
    let rows: Vec<Loaded> = query.load(tx.conn())?;
    Ok(rows.into_iter().map(of).collect())
}

#[derive(QueryableByName)]
struct FactsRow {
    #[diesel(sql_type = SqlUuid)]
    claim_id: ClaimId,
    #[diesel(sql_type = Timestamptz)]
    started_at: Moment,
    #[diesel(sql_type = Timestamptz)]
    ended_at: Moment,
    #[diesel(sql_type = Integer)]
    worked_minutes: i32,
    #[diesel(sql_type = Integer)]
    revision: i32,
    #[diesel(sql_type = Bool)]
    gone: bool,
    #[diesel(sql_type = Bool)]
    approved: bool,
}

/// What there is to know of the duties and hours behind claims that the caller may see.
pub(super) fn facts(tx: &mut Tx<'_>, ids: &[ClaimId]) -> Result<BTreeMap<ClaimId, ClaimFacts>, DbError> {
    let rows: Vec<FactsRow> = diesel::sql_query(
        "select claim_id, started_at, ended_at, worked_minutes, revision, gone, approved from app_claim_facts($1)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .load(tx.conn())?;
    let facts = |row: FactsRow| {
        let facts = ClaimFacts {
            started_at: row.started_at.to_jiff(),
            ended_at: row.ended_at.to_jiff(),
            worked_minutes: row.worked_minutes,
            revision: row.revision,
            gone: row.gone,
            hours_approved: row.approved,
        };
        (row.claim_id, facts)
    };
    Ok(rows.into_iter().map(facts).collect())
}
