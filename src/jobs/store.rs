//! The table `jobs`.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;

use super::{GivenUp, Job, Lane, NewJob};
use crate::db::schema::jobs;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{JobId, OrganisationId};

/// How long a worker may be silent before its job is given to another.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);

pub(super) fn insert(tx: &mut Tx<'_>, now: Timestamp, run_at: Timestamp, job: &NewJob) -> Result<JobId, DbError> {
    let id = JobId::new(now);
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::organisation_id.eq(job.organisation),
            jobs::kind.eq(job.kind),
            jobs::payload.eq(&job.payload),
            jobs::run_at.eq(run_at.to_diesel()),
            jobs::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// Whether a job of this kind waits that nobody has taken yet.
pub(super) fn waits(tx: &mut Tx<'_>, organisation: OrganisationId, kind: &str) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let waiting = jobs::table
        .filter(jobs::dead_at.is_null().and(jobs::leased_until.is_null()))
        .filter(jobs::organisation_id.eq(organisation).and(jobs::kind.eq(kind)));
    Ok(select(exists(waiting)).get_result(tx.conn())?)
}

/// The jobs of the caller's organisation that were given up, the last first.
pub(super) fn given_up(tx: &mut Tx<'_>) -> Result<Vec<GivenUp>, DbError> {
    let rows: Vec<(String, i32, Option<jiff_diesel::Timestamp>)> = jobs::table
        .filter(jobs::organisation_id.eq(tx.caller().organisation()).and(jobs::dead_at.is_not_null()))
        .order((jobs::dead_at.desc(), jobs::id.desc()))
        .select((jobs::kind, jobs::attempts, jobs::dead_at))
        .limit(200)
        .load(tx.conn())?;
    let of = |(kind, attempts, at): (String, i32, Option<jiff_diesel::Timestamp>)| GivenUp {
        kind,
        attempts,
        at: at.map_or(Timestamp::UNIX_EPOCH, jiff_diesel::Timestamp::to_jiff),
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Takes the job of this lane that has been due longest, if any, under a lease.
pub(super) fn take(tx: &mut Tx<'_>, lane: &Lane, now: Timestamp) -> Result<Option<Job>, DbError> {
    type Row = (JobId, OrganisationId, String, serde_json::Value, i32);
    let of_lane: Box<dyn BoxableExpression<jobs::table, Pg, SqlType = Bool>> = match lane {
        Lane::Only(kinds) => Box::new(jobs::kind.eq_any(*kinds)),
        Lane::AllBut(kinds) => Box::new(jobs::kind.ne_all(*kinds)),
    };
    let due: Option<Row> = jobs::table
        .filter(jobs::dead_at.is_null())
        .filter(of_lane)
        .filter(jobs::run_at.le(now.to_diesel()))
        .filter(jobs::leased_until.is_null().or(jobs::leased_until.lt(now.to_diesel())))
        .order((jobs::run_at, jobs::id))
        .select((jobs::id, jobs::organisation_id, jobs::kind, jobs::payload, jobs::attempts))
        .for_update()
        .skip_locked()
        .first(tx.conn())
        .optional()?;
    let Some((id, organisation, kind, payload, attempts)) = due else { return Ok(None) };
    diesel::update(jobs::table.find(id))
        .set((jobs::leased_until.eq((now + LEASE).to_diesel()), jobs::attempts.eq(attempts + 1)))
        .execute(tx.conn())?;
    Ok(Some(Job { id, organisation, kind, payload, attempts: attempts + 1 }))
}

pub(super) fn extend(tx: &mut Tx<'_>, id: JobId, now: Timestamp) -> Result<(), DbError> {
    diesel::update(jobs::table.find(id)).set(jobs::leased_until.eq((now + LEASE).to_diesel())).execute(tx.conn())?;
    Ok(())
}

pub(super) fn remove(tx: &mut Tx<'_>, id: JobId) -> Result<(), DbError> {
    diesel::delete(jobs::table.find(id)).execute(tx.conn())?;
    Ok(())
}

/// Puts a failed job back for `again_at`, or lays it aside for good.
pub(super) fn put_back(
    tx: &mut Tx<'_>,
    id: JobId,
    error: &str,
    again_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), DbError> {
    let error: String = error.chars().take(1000).collect();
    let run_at = again_at.unwrap_or(now);
    let dead_at = if again_at.is_none() { Some(now.to_diesel()) } else { None };
    diesel::update(jobs::table.find(id))
        .set((
            jobs::leased_until.eq(None::<jiff_diesel::Timestamp>),
            jobs::last_error.eq(error),
            jobs::run_at.eq(run_at.to_diesel()),
            jobs::dead_at.eq(dead_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}
