//! Sending messages: claimed by one job, marked before they leave, ended by what the server said.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::authz::Granted;
use crate::db::schema::mail_outbox;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{JobId, MessageId, PersonId};
use crate::notices::policy::SendMessages;

type Moment = jiff_diesel::Timestamp;

/// The kind of a message that waits, and its person's id if they have an account; the row is locked until the transaction ends.
pub(in crate::notices) fn about_to_leave<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    id: MessageId,
) -> Result<Option<(String, Option<PersonId>)>, DbError> {
    Ok(mail_outbox::table
        .find((tx.caller().organisation(), id))
        .filter(mail_outbox::state.eq("waiting"))
        .select((mail_outbox::kind, mail_outbox::person_id))
        .for_update()
        .first(tx.conn())
        .optional()?)
}

/// Lets a message wait until `until`; that is no try.
pub(in crate::notices) fn put_off<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    id: MessageId,
    until: Timestamp,
) -> Result<(), DbError> {
    diesel::update(mail_outbox::table.find((tx.caller().organisation(), id)))
        .set(mail_outbox::next_try_at.eq(until.to_diesel()))
        .execute(tx.conn())?;
    Ok(())
}

/// A message that a worker has claimed.
#[derive(Debug, Clone)]
pub(in crate::notices) struct Claimed {
    pub(in crate::notices) id: MessageId,
    pub(in crate::notices) kind: String,
    /// To whom; `None` for somebody without an account, found by `about`.
    pub(in crate::notices) person: Option<PersonId>,
    /// Their address, unless they have no account.
    pub(in crate::notices) recipient: Option<String>,
    pub(in crate::notices) about: Option<Uuid>,
    pub(in crate::notices) created_at: Timestamp,
    /// Conversations begun, this one included.
    pub(in crate::notices) attempts: i32,
    /// Hand-overs without an answer so far.
    pub(in crate::notices) unconfirmed: i32,
}

/// What came of claiming a message.
#[derive(Debug)]
pub(in crate::notices) enum Claim {
    /// It is this job's.
    Mine(Claimed),
    /// Somebody else has it, until then.
    Taken(Timestamp),
    /// It is finished, or was never there.
    Finished,
}

/// Claims a message for `job` until `until`, so that no other worker sends it.
///
/// Whoever had it before is dead when it is the same job (its lease ran out, or it would not have been taken again) or
/// when the claim is too old. Did they hand it over and never learn the answer, that is counted.
pub(in crate::notices) fn claim<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    id: MessageId,
    job: JobId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Claim, DbError> {
    type Row = (
        String,
        String,
        Option<PersonId>,
        Option<String>,
        Option<Uuid>,
        Moment,
        i32,
        i32,
        Option<Uuid>,
        Option<Moment>,
    );
    let this = mail_outbox::table.find((tx.caller().organisation(), id));
    let row: Option<Row> = this
        .select((
            mail_outbox::state,
            mail_outbox::kind,
            mail_outbox::person_id,
            mail_outbox::recipient,
            mail_outbox::about_id,
            mail_outbox::created_at,
            mail_outbox::attempts,
            mail_outbox::unconfirmed,
            mail_outbox::claimed_by,
            mail_outbox::claimed_until,
        ))
        .for_update()
        .first(tx.conn())
        .optional()?;
    let Some((state, kind, person, recipient, about, created_at, attempts, unconfirmed, holder, held_until)) = row
    else {
        return Ok(Claim::Finished);
    };
    let unanswered = match state.as_str() {
        "waiting" => 0,
        "claimed" | "handing-over" => {
            let held_until = held_until.map(jiff_diesel::Timestamp::to_jiff);
            if holder != Some(job.0) && held_until.is_some_and(|held_until| held_until > now) {
                return Ok(Claim::Taken(held_until.unwrap_or(until)));
            }
            i32::from(state == "handing-over")
        }
        _ => return Ok(Claim::Finished),
    };
    let claimed = Claimed {
        id,
        kind,
        person,
        recipient,
        about,
        created_at: created_at.to_jiff(),
        attempts: attempts + 1,
        unconfirmed: unconfirmed + unanswered,
    };
    diesel::update(this)
        .set((
            mail_outbox::state.eq("claimed"),
            mail_outbox::attempts.eq(claimed.attempts),
            mail_outbox::unconfirmed.eq(claimed.unconfirmed),
            mail_outbox::claimed_by.eq(job.0),
            mail_outbox::claimed_until.eq(until.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(Claim::Mine(claimed))
}

/// Notes that the message is about to leave; `false` when this job does not have it any more.
pub(in crate::notices) fn handing_over<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    id: MessageId,
    job: JobId,
) -> Result<bool, DbError> {
    let this = mail_outbox::table
        .find((tx.caller().organisation(), id))
        .filter(mail_outbox::state.eq("claimed").and(mail_outbox::claimed_by.eq(job.0)));
    Ok(diesel::update(this).set(mail_outbox::state.eq("handing-over")).execute(tx.conn())? == 1)
}

/// How a try ended.
#[derive(Debug, Clone, Copy)]
pub(in crate::notices) enum Ended {
    /// The server has it.
    Sent,
    /// It is tried again at this time.
    Again(Timestamp),
    /// It is given up.
    Dead,
    /// It is no longer wanted.
    Discarded,
}

/// Writes down how the try of `job` ended.
pub(in crate::notices) fn end<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    claimed: &Claimed,
    job: JobId,
    ended: Ended,
    answer: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let (state, next, finished) = match ended {
        Ended::Sent => ("sent", now, Some(now)),
        Ended::Again(at) => ("waiting", at, None),
        Ended::Dead => ("dead", now, Some(now)),
        Ended::Discarded => ("discarded", now, Some(now)),
    };
    let this = mail_outbox::table
        .find((tx.caller().organisation(), claimed.id))
        .filter(mail_outbox::claimed_by.eq(job.0).and(mail_outbox::finished_at.is_null()));
    diesel::update(this)
        .set((
            mail_outbox::state.eq(state),
            mail_outbox::unconfirmed.eq(claimed.unconfirmed),
            mail_outbox::next_try_at.eq(next.to_diesel()),
            mail_outbox::finished_at.eq(finished.map(ToDiesel::to_diesel)),
            mail_outbox::claimed_by.eq(None::<Uuid>),
            mail_outbox::claimed_until.eq(None::<Moment>),
            mail_outbox::answer.eq(answer.chars().take(500).collect::<String>()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes what was finished before `before`, except what was given up: that waits for an administrator.
pub(in crate::notices) fn purge<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    before: Timestamp,
) -> Result<usize, DbError> {
    let old = mail_outbox::table
        .filter(mail_outbox::organisation_id.eq(tx.caller().organisation()))
        .filter(mail_outbox::finished_at.lt(before.to_diesel()).and(mail_outbox::state.ne("dead")));
    Ok(diesel::delete(old).execute(tx.conn())?)
}

/// Messages that should have been tried before `before`: their jobs were lost.
pub(in crate::notices) fn overdue<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    before: Timestamp,
) -> Result<Vec<MessageId>, DbError> {
    Ok(mail_outbox::table
        .filter(mail_outbox::organisation_id.eq(tx.caller().organisation()))
        .filter(mail_outbox::finished_at.is_null().and(mail_outbox::next_try_at.lt(before.to_diesel())))
        .select(mail_outbox::id)
        .order(mail_outbox::next_try_at)
        .limit(1_000)
        .load(tx.conn())?)
}

/// Whether the outbox has any row.
pub(in crate::notices) fn holds_any(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let any = mail_outbox::table.filter(mail_outbox::organisation_id.eq(tx.caller().organisation()));
    Ok(select(exists(any)).get_result(tx.conn())?)
}
