//! The table `mail_outbox`.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::model::{Figures, MessageState, MessageView, NewNotice, NoticeKind};
use super::policy::{MendOutbox, ReadOutbox, SendMessages};
use crate::authz::Granted;
use crate::db::schema::{accounts, mail_outbox, organisations};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{JobId, MessageId, PersonId};

type Moment = jiff_diesel::Timestamp;

diesel::define_sql_function! {
    /// How many messages somebody was written since then, of one kind or of all.
    fn app_mail_since(somebody: SqlUuid, wanted_kind: Nullable<Text>, since: Timestamptz) -> BigInt;
}

/// Holds other messages to the same person back until the transaction ends.
pub(super) fn lock_recipient(tx: &mut Tx<'_>, person: PersonId) -> Result<(), DbError> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended('mail ' || $1::text, 0))")
        .bind::<SqlUuid, _>(person.0)
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn posted_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: Option<NoticeKind>,
    since: Timestamp,
) -> Result<i64, DbError> {
    let kind = kind.map(NoticeKind::code);
    Ok(diesel::select(app_mail_since(person.0, kind, since.to_diesel())).get_result(tx.conn())?)
}

pub(super) fn insert(tx: &mut Tx<'_>, id: MessageId, notice: &NewNotice, now: Timestamp) -> Result<(), DbError> {
    diesel::insert_into(mail_outbox::table)
        .values((
            mail_outbox::organisation_id.eq(tx.caller().organisation()),
            mail_outbox::id.eq(id),
            mail_outbox::kind.eq(notice.kind.code()),
            mail_outbox::person_id.eq(notice.person),
            mail_outbox::recipient.eq(&notice.recipient),
            mail_outbox::about_id.eq(notice.about),
            mail_outbox::state.eq("waiting"),
            mail_outbox::next_try_at.eq(now.to_diesel()),
            mail_outbox::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The kind of a message that waits, and its person's id; the row is locked until the transaction ends.
pub(super) fn about_to_leave<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    id: MessageId,
) -> Result<Option<(String, PersonId)>, DbError> {
    Ok(mail_outbox::table
        .find((tx.caller().organisation(), id))
        .filter(mail_outbox::state.eq("waiting"))
        .select((mail_outbox::kind, mail_outbox::person_id))
        .for_update()
        .first(tx.conn())
        .optional()?)
}

/// Lets a message wait until `until`; that is no try.
pub(super) fn put_off<'tx>(
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
pub(super) struct Claimed {
    pub(super) id: MessageId,
    pub(super) kind: String,
    pub(super) person: PersonId,
    pub(super) recipient: String,
    pub(super) about: Option<Uuid>,
    pub(super) created_at: Timestamp,
    /// Conversations begun, this one included.
    pub(super) attempts: i32,
    /// Hand-overs without an answer so far.
    pub(super) unconfirmed: i32,
}

/// What came of claiming a message.
#[derive(Debug)]
pub(super) enum Claim {
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
pub(super) fn claim<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    id: MessageId,
    job: JobId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Claim, DbError> {
    type Row = (String, String, PersonId, String, Option<Uuid>, Moment, i32, i32, Option<Uuid>, Option<Moment>);
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
pub(super) fn handing_over<'tx>(
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
pub(super) enum Ended {
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
pub(super) fn end<'tx>(
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

/// The address that the caller signs in with.
pub(super) fn own_address<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, MendOutbox>) -> Result<Option<String>, DbError> {
    let Some(person) = tx.caller().person_id() else { return Ok(None) };
    let this = accounts::table.find((tx.caller().organisation(), person));
    Ok(this.select(accounts::email).first(tx.conn()).optional()?)
}

/// The name of the transaction's organisation.
pub(super) fn organisation_name(tx: &mut Tx<'_>) -> Result<String, DbError> {
    Ok(organisations::table.find(tx.caller().organisation()).select(organisations::name).first(tx.conn())?)
}

/// Removes what was finished before `before`, except what was given up: that waits for an administrator.
pub(super) fn purge<'tx>(
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
pub(super) fn overdue<'tx>(
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
pub(super) fn holds_any(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let any = mail_outbox::table.filter(mail_outbox::organisation_id.eq(tx.caller().organisation()));
    Ok(select(exists(any)).get_result(tx.conn())?)
}

/// Which messages a list shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    Dead,
    Waiting,
    Finished,
}

#[derive(Queryable)]
struct Row {
    id: MessageId,
    kind: String,
    recipient: String,
    state: String,
    attempts: i32,
    created_at: Moment,
    next_try_at: Moment,
    finished_at: Option<Moment>,
    answer: Option<String>,
}

pub(super) fn list<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadOutbox>,
    which: Which,
    at_most: i64,
) -> Result<Vec<MessageView>, DbError> {
    let query = mail_outbox::table
        .filter(mail_outbox::organisation_id.eq(tx.caller().organisation()))
        .select((
            mail_outbox::id,
            mail_outbox::kind,
            mail_outbox::recipient,
            mail_outbox::state,
            mail_outbox::attempts,
            mail_outbox::created_at,
            mail_outbox::next_try_at,
            mail_outbox::finished_at,
            mail_outbox::answer,
        ))
        .limit(at_most)
        .into_boxed();
    let query = match which {
        Which::Dead => query.filter(mail_outbox::state.eq("dead")).order(mail_outbox::finished_at.desc()),
        Which::Waiting => query.filter(mail_outbox::finished_at.is_null()).order(mail_outbox::created_at.asc()),
        Which::Finished => {
            query.filter(mail_outbox::state.eq_any(["sent", "discarded"])).order(mail_outbox::finished_at.desc())
        }
    };
    let rows: Vec<Row> = query.load(tx.conn())?;
    let view = |row: Row| MessageView {
        id: row.id,
        kind: NoticeKind::of(&row.kind),
        recipient: row.recipient,
        state: MessageState::of(&row.state),
        attempts: row.attempts,
        created_at: row.created_at.to_jiff(),
        next_try_at: row.next_try_at.to_jiff(),
        finished_at: row.finished_at.map(jiff_diesel::Timestamp::to_jiff),
        answer: row.answer,
    };
    Ok(rows.into_iter().map(view).collect())
}

pub(super) fn figures<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadOutbox>,
    since: Timestamp,
) -> Result<Figures, DbError> {
    use diesel::dsl::{count_star, max, min};
    let own = mail_outbox::table.filter(mail_outbox::organisation_id.eq(tx.caller().organisation()));
    let waiting = own.filter(mail_outbox::finished_at.is_null());
    let sent = own.filter(mail_outbox::state.eq("sent"));
    let oldest: Option<Moment> = waiting.select(min(mail_outbox::created_at)).first(tx.conn())?;
    let tried: Option<Moment> = waiting
        .filter(mail_outbox::attempts.gt(0).and(mail_outbox::state.eq("waiting")))
        .select(min(mail_outbox::created_at))
        .first(tx.conn())?;
    let last: Option<Moment> = sent.select(max(mail_outbox::finished_at)).first(tx.conn())?;
    let count = |rows: Result<i64, diesel::result::Error>| rows.map_err(DbError::from);
    Ok(Figures {
        sent: count(sent.filter(mail_outbox::finished_at.gt(since.to_diesel())).select(count_star()).first(tx.conn()))?,
        waiting: count(waiting.select(count_star()).first(tx.conn()))?,
        put_off: count(
            waiting
                .filter(mail_outbox::attempts.gt(0).and(mail_outbox::state.eq("waiting")))
                .select(count_star())
                .first(tx.conn()),
        )?,
        dead: count(own.filter(mail_outbox::state.eq("dead")).select(count_star()).first(tx.conn()))?,
        oldest_waiting: oldest.map(jiff_diesel::Timestamp::to_jiff),
        oldest_tried: tried.map(jiff_diesel::Timestamp::to_jiff),
        last_sent: last.map(jiff_diesel::Timestamp::to_jiff),
    })
}

/// Makes a message that was given up wait again, as if it had just been written; whose it is.
pub(super) fn revive<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, MendOutbox>,
    id: MessageId,
    now: Timestamp,
) -> Result<Option<PersonId>, DbError> {
    let this = mail_outbox::table.find((tx.caller().organisation(), id)).filter(mail_outbox::state.eq("dead"));
    Ok(diesel::update(this)
        .set((
            mail_outbox::state.eq("waiting"),
            mail_outbox::attempts.eq(0),
            mail_outbox::unconfirmed.eq(0),
            mail_outbox::created_at.eq(now.to_diesel()),
            mail_outbox::next_try_at.eq(now.to_diesel()),
            mail_outbox::finished_at.eq(None::<Moment>),
        ))
        .returning(mail_outbox::person_id)
        .get_result(tx.conn())
        .optional()?)
}

/// The same for all that were given up, the oldest first and so many at most.
pub(super) fn revive_all<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, MendOutbox>,
    at_most: i64,
    now: Timestamp,
) -> Result<Vec<(MessageId, PersonId)>, DbError> {
    let dead: Vec<MessageId> = mail_outbox::table
        .filter(mail_outbox::organisation_id.eq(tx.caller().organisation()).and(mail_outbox::state.eq("dead")))
        .select(mail_outbox::id)
        .order(mail_outbox::id)
        .limit(at_most)
        .load(tx.conn())?;
    let mut revived = Vec::new();
    for id in dead {
        // Somebody else may have mended one meanwhile.
        if let Some(person) = revive(tx, may, id, now)? {
            revived.push((id, person));
        }
    }
    Ok(revived)
}

/// Lets a message be that was given up; whose it is.
pub(super) fn discard_dead<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, MendOutbox>,
    id: MessageId,
    now: Timestamp,
) -> Result<Option<PersonId>, DbError> {
    let this = mail_outbox::table.find((tx.caller().organisation(), id)).filter(mail_outbox::state.eq("dead"));
    Ok(diesel::update(this)
        .set((mail_outbox::state.eq("discarded"), mail_outbox::finished_at.eq(now.to_diesel())))
        .returning(mail_outbox::person_id)
        .get_result(tx.conn())
        .optional()?)
}
