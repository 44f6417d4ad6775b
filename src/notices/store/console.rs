//! What an administrator sees of the outbox, and mends.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{accounts, mail_outbox};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{MessageId, PersonId};
use crate::notices::model::{Figures, MessageState, MessageView, NoticeKind};
use crate::notices::policy::{MendOutbox, ReadOutbox};

type Moment = jiff_diesel::Timestamp;

/// The address that the caller signs in with.
pub(in crate::notices) fn own_address<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, MendOutbox>,
) -> Result<Option<String>, DbError> {
    let Some(person) = tx.caller().person_id() else { return Ok(None) };
    let this = accounts::table.find((tx.caller().organisation(), person));
    Ok(this.select(accounts::email).first(tx.conn()).optional()?)
}

/// Which messages a list shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::notices) enum Which {
    Dead,
    Waiting,
    Finished,
}

#[derive(Queryable)]
struct Row {
    id: MessageId,
    kind: String,
    recipient: Option<String>,
    state: String,
    attempts: i32,
    created_at: Moment,
    next_try_at: Moment,
    finished_at: Option<Moment>,
    answer: Option<String>,
}

pub(in crate::notices) fn list<'tx>(
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

pub(in crate::notices) fn figures<'tx>(
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

/// A message that was looked after.
#[derive(Debug, Clone, Copy)]
pub(in crate::notices) struct Mended {
    /// Whose it is; `None` for somebody without an account.
    pub(in crate::notices) person: Option<PersonId>,
}

/// Makes a message that was given up wait again, as if it had just been written; whose it is.
pub(in crate::notices) fn revive<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, MendOutbox>,
    id: MessageId,
    now: Timestamp,
) -> Result<Option<Mended>, DbError> {
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
        .optional()?
        .map(|person| Mended { person }))
}

/// The same for all that were given up, the oldest first and so many at most.
pub(in crate::notices) fn revive_all<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, MendOutbox>,
    at_most: i64,
    now: Timestamp,
) -> Result<Vec<(MessageId, Mended)>, DbError> {
    let dead: Vec<MessageId> = mail_outbox::table
        .filter(mail_outbox::organisation_id.eq(tx.caller().organisation()).and(mail_outbox::state.eq("dead")))
        .select(mail_outbox::id)
        .order(mail_outbox::id)
        .limit(at_most)
        .load(tx.conn())?;
    let mut revived = Vec::new();
    for id in dead {
        // Somebody else may have mended one meanwhile.
        if let Some(mended) = revive(tx, may, id, now)? {
            revived.push((id, mended));
        }
    }
    Ok(revived)
}

/// Lets a message be that was given up; whose it is.
pub(in crate::notices) fn discard_dead<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, MendOutbox>,
    id: MessageId,
    now: Timestamp,
) -> Result<Option<Mended>, DbError> {
    let this = mail_outbox::table.find((tx.caller().organisation(), id)).filter(mail_outbox::state.eq("dead"));
    Ok(diesel::update(this)
        .set((mail_outbox::state.eq("discarded"), mail_outbox::finished_at.eq(now.to_diesel())))
        .returning(mail_outbox::person_id)
        .get_result(tx.conn())
        .optional()?
        .map(|person| Mended { person }))
}
