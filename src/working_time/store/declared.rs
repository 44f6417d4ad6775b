//! What people declare of themselves: opt-outs and other employments.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{opt_outs, other_employments};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{OptOutId, OtherEmploymentId, PersonId, UnitId};
use crate::working_time::policy::DeclareOwn;
use crate::working_time::record::{JobDraft, JobKind, OptOutRow, OtherJob, Week};

/// Somebody's opt-outs, the latest first. Row-level security says whose the caller reads.
pub(in crate::working_time) fn opt_outs_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<OptOutRow>, DbError> {
    type Row = (OptOutId, jiff_diesel::Date, i16, Option<jiff_diesel::Date>, Option<jiff_diesel::Date>);
    let rows: Vec<Row> = opt_outs::table
        .filter(opt_outs::organisation_id.eq(tx.caller().organisation()).and(opt_outs::person_id.eq(person)))
        .order((opt_outs::from_on.desc(), opt_outs::id.desc()))
        .select((opt_outs::id, opt_outs::from_on, opt_outs::notice_days, opt_outs::notice_given_on, opt_outs::last_on))
        .load(tx.conn())?;
    let row = |(id, from_on, notice_days, given, last): Row| OptOutRow {
        id,
        from_on: from_on.to_jiff(),
        notice_days,
        notice_given_on: given.map(jiff_diesel::Date::to_jiff),
        last_on: last.map(jiff_diesel::Date::to_jiff),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Adds an opt-out; its notice is that of the contract group, which the database fills in.
pub(in crate::working_time) fn add_opt_out<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DeclareOwn>,
    id: OptOutId,
    from_on: Date,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(opt_outs::table)
        .values((
            opt_outs::organisation_id.eq(tx.caller().organisation()),
            opt_outs::id.eq(id),
            opt_outs::person_id.eq(may.scope()),
            opt_outs::unit_id.eq(UnitId::NIL),
            opt_outs::from_on.eq(from_on.to_diesel()),
            opt_outs::notice_days.eq(7),
            opt_outs::declared_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Gives notice; `false` when it was given already.
pub(in crate::working_time) fn end_opt_out<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DeclareOwn>,
    id: OptOutId,
    given_on: Date,
    last_on: Date,
) -> Result<bool, DbError> {
    let this = opt_outs::table.find((tx.caller().organisation(), id));
    let this = this.filter(opt_outs::person_id.eq(may.scope()).and(opt_outs::last_on.is_null()));
    let ended = diesel::update(this)
        .set((opt_outs::notice_given_on.eq(given_on.to_diesel()), opt_outs::last_on.eq(last_on.to_diesel())))
        .execute(tx.conn())?;
    Ok(ended == 1)
}

/// Somebody's other jobs that were not taken back, the latest first.
pub(in crate::working_time) fn jobs_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<OtherJob>, DbError> {
    type Row = (
        OtherEmploymentId,
        String,
        Option<String>,
        bool,
        serde_json::Value,
        jiff_diesel::Date,
        Option<jiff_diesel::Date>,
    );
    let rows: Vec<Row> = other_employments::table
        .filter(other_employments::organisation_id.eq(tx.caller().organisation()))
        .filter(other_employments::person_id.eq(person).and(other_employments::removed_at.is_null()))
        .order((other_employments::from_on.desc(), other_employments::id.desc()))
        .select((
            other_employments::id,
            other_employments::kind,
            other_employments::employer,
            other_employments::drives,
            other_employments::week,
            other_employments::from_on,
            other_employments::to_on,
        ))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(id, kind, employer, drives, week, from_on, to_on)| OtherJob {
            id,
            draft: job(&kind, employer, drives, week, (from_on.to_jiff(), to_on.map(jiff_diesel::Date::to_jiff))),
        })
        .collect())
}

/// A job as it stands in the database.
pub(super) fn job(
    kind: &str,
    employer: Option<String>,
    drives: bool,
    week: serde_json::Value,
    (from_on, to_on): (Date, Option<Date>),
) -> JobDraft {
    JobDraft {
        kind: JobKind::parse(kind).unwrap_or(JobKind::Secondary),
        employer,
        drives,
        // The database holds weeks of seven days; one that is none has no hours.
        week: serde_json::from_value::<Week>(week).unwrap_or_default(),
        from_on,
        to_on,
    }
}

/// Adds another job.
pub(in crate::working_time) fn add_job<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DeclareOwn>,
    id: OtherEmploymentId,
    draft: &JobDraft,
    now: Timestamp,
) -> Result<(), DbError> {
    let week = serde_json::to_value(draft.week).unwrap_or_default();
    diesel::insert_into(other_employments::table)
        .values((
            other_employments::organisation_id.eq(tx.caller().organisation()),
            other_employments::id.eq(id),
            other_employments::person_id.eq(may.scope()),
            other_employments::unit_id.eq(UnitId::NIL),
            other_employments::kind.eq(draft.kind.as_str()),
            other_employments::employer.eq(draft.employer.as_deref()),
            other_employments::drives.eq(draft.drives),
            other_employments::week.eq(week),
            other_employments::from_on.eq(draft.from_on.to_diesel()),
            other_employments::to_on.eq(draft.to_on.map(ToDiesel::to_diesel)),
            other_employments::declared_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Says when a job ends; `false` when it is none of the caller's.
pub(in crate::working_time) fn end_job<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DeclareOwn>,
    id: OtherEmploymentId,
    to_on: Date,
) -> Result<bool, DbError> {
    let this = other_employments::table.find((tx.caller().organisation(), id));
    let this = this.filter(other_employments::person_id.eq(may.scope()).and(other_employments::removed_at.is_null()));
    Ok(diesel::update(this).set(other_employments::to_on.eq(to_on.to_diesel())).execute(tx.conn())? == 1)
}

/// Takes a job back that was declared by mistake; `false` when it is none of the caller's.
pub(in crate::working_time) fn remove_job<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DeclareOwn>,
    id: OtherEmploymentId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = other_employments::table.find((tx.caller().organisation(), id));
    let this = this.filter(other_employments::person_id.eq(may.scope()).and(other_employments::removed_at.is_null()));
    Ok(diesel::update(this).set(other_employments::removed_at.eq(now.to_diesel())).execute(tx.conn())? == 1)
}
