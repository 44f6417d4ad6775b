//! The tables `notices` and `notice_digests`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date as SqlDate, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::inbox::{Note, Told};
use super::kinds::NoticeKind;
use super::policy::SendMessages;
use crate::authz::Granted;
use crate::db::schema::{notice_digests, notices};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{NoticeId, PersonId};

type Moment = jiff_diesel::Timestamp;

pub(super) fn notify(tx: &mut Tx<'_>, id: NoticeId, note: &Note, now: Timestamp) -> Result<(), DbError> {
    let row = note.kind.row();
    diesel::sql_query("select app_notify($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind::<SqlUuid, _>(id.0)
        .bind::<SqlUuid, _>(note.person.0)
        .bind::<Text, _>(row.code)
        .bind::<Nullable<SqlUuid>, _>(note.about)
        .bind::<Nullable<SqlDate>, _>(note.day.filter(|_day| row.has_date).map(ToDiesel::to_diesel))
        .bind::<Bool, _>(note.kind.is_optional())
        .bind::<Bool, _>(row.in_app.is_some())
        .bind::<BigInt, _>(row.at_most_every.as_secs())
        .bind::<Timestamptz, _>(now.to_diesel())
        .execute(tx.conn())?;
    Ok(())
}

#[derive(Queryable)]
struct Row {
    id: NoticeId,
    kind: String,
    about: Option<Uuid>,
    day: Option<jiff_diesel::Date>,
    at: Moment,
    read_at: Option<Moment>,
}

impl Row {
    fn told(self) -> Told {
        Told {
            id: self.id,
            kind: NoticeKind::of(&self.kind),
            about: self.about,
            day: self.day.map(jiff_diesel::Date::to_jiff),
            at: self.at.to_jiff(),
            read: self.read_at.is_some(),
        }
    }
}

type Columns = (notices::id, notices::kind, notices::about_id, notices::on_day, notices::created_at, notices::read_at);

const COLUMNS: Columns =
    (notices::id, notices::kind, notices::about_id, notices::on_day, notices::created_at, notices::read_at);

pub(super) fn list(
    tx: &mut Tx<'_>,
    person: PersonId,
    after: Option<NoticeId>,
    at_most: usize,
) -> Result<Vec<Told>, DbError> {
    let mut query = notices::table
        .filter(notices::organisation_id.eq(tx.caller().organisation()).and(notices::person_id.eq(person)))
        .filter(notices::in_app)
        .select(COLUMNS)
        .order((notices::created_at.desc(), notices::id.desc()))
        .limit(i64::try_from(at_most).unwrap_or(i64::MAX))
        .into_boxed();
    if let Some(after) = after {
        let last: Option<Moment> = notices::table
            .find((tx.caller().organisation(), after))
            .select(notices::created_at)
            .first(tx.conn())
            .optional()?;
        let Some(last) = last else { return Ok(Vec::new()) };
        query = query.filter(notices::created_at.lt(last).or(notices::created_at.eq(last).and(notices::id.lt(after))));
    }
    let rows: Vec<Row> = query.load(tx.conn())?;
    Ok(rows.into_iter().map(Row::told).collect())
}

pub(super) fn one(tx: &mut Tx<'_>, person: PersonId, id: NoticeId) -> Result<Option<Told>, DbError> {
    let row: Option<Row> = notices::table
        .find((tx.caller().organisation(), id))
        .filter(notices::person_id.eq(person).and(notices::in_app))
        .select(COLUMNS)
        .first(tx.conn())
        .optional()?;
    Ok(row.map(Row::told))
}

pub(super) fn unread(tx: &mut Tx<'_>, person: PersonId) -> Result<i64, DbError> {
    Ok(notices::table
        .filter(notices::organisation_id.eq(tx.caller().organisation()).and(notices::person_id.eq(person)))
        .filter(notices::in_app.and(notices::read_at.is_null()))
        .count()
        .get_result(tx.conn())?)
}

/// Marks one as read, or all of them; how many were not.
pub(super) fn mark(tx: &mut Tx<'_>, person: PersonId, one: Option<NoticeId>, now: Timestamp) -> Result<usize, DbError> {
    let own = notices::table
        .filter(notices::organisation_id.eq(tx.caller().organisation()).and(notices::person_id.eq(person)))
        .filter(notices::in_app.and(notices::read_at.is_null()));
    let read = notices::read_at.eq(now.to_diesel());
    Ok(match one {
        Some(id) => diesel::update(own.filter(notices::id.eq(id))).set(read).execute(tx.conn())?,
        None => diesel::update(own).set(read).execute(tx.conn())?,
    })
}

/// Notices about one of these days, of these kinds, each thing once.
pub(super) fn dated(
    tx: &mut Tx<'_>,
    person: PersonId,
    kinds: &[&'static str],
    (from, to): (Date, Date),
) -> Result<Vec<Told>, DbError> {
    let rows: Vec<Row> = notices::table
        .filter(notices::organisation_id.eq(tx.caller().organisation()).and(notices::person_id.eq(person)))
        .filter(notices::kind.eq_any(kinds).and(notices::on_day.between(from.to_diesel(), to.to_diesel())))
        .distinct_on((notices::on_day, notices::kind, notices::about_id))
        .order((notices::on_day, notices::kind, notices::about_id, notices::created_at, notices::id))
        .select(COLUMNS)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(Row::told).collect())
}

/// Somebody for whom notices wait for a summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) person: PersonId,
    pub(super) email: String,
    /// Monday is 1.
    pub(super) day: i16,
    /// The morning of their last summary.
    pub(super) last: Option<Date>,
    /// When the oldest of those that wait was written.
    pub(super) oldest: Timestamp,
}

#[derive(QueryableByName)]
struct WaitingRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = SmallInt)]
    digest_day: i16,
    #[diesel(sql_type = Nullable<SqlDate>)]
    last_due: Option<jiff_diesel::Date>,
    #[diesel(sql_type = Timestamptz)]
    oldest: Moment,
}

pub(super) fn waiting<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, SendMessages>) -> Result<Vec<Waiting>, DbError> {
    let rows: Vec<WaitingRow> =
        diesel::sql_query("select person_id, email, digest_day, last_due, oldest from app_digests_waiting()")
            .load(tx.conn())?;
    let waiting = |row: WaitingRow| Waiting {
        person: row.person_id,
        email: row.email,
        day: row.digest_day,
        last: row.last_due.map(jiff_diesel::Date::to_jiff),
        oldest: row.oldest.to_jiff(),
    };
    Ok(rows.into_iter().map(waiting).collect())
}

/// Holds another morning of the same organisation back until the transaction ends.
pub(super) fn lock<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, SendMessages>) -> Result<(), DbError> {
    diesel::sql_query(
        "select pg_advisory_xact_lock(hashtextextended('digests ' || current_setting('app.organisation', true), 0))",
    )
    .execute(tx.conn())?;
    Ok(())
}

/// Counts what waits for somebody's summary into `digest`: no other counts it again. How many.
pub(super) fn count_into<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    person: PersonId,
    digest: Uuid,
) -> Result<usize, DbError> {
    let waiting = notices::table
        .filter(notices::organisation_id.eq(tx.caller().organisation()).and(notices::person_id.eq(person)))
        .filter(notices::in_digest.and(notices::digest_id.is_null()).and(notices::read_at.is_null()));
    Ok(diesel::update(waiting).set(notices::digest_id.eq(digest)).execute(tx.conn())?)
}

pub(super) fn insert_digest<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    id: Uuid,
    (person, due): (PersonId, Date),
    count: usize,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(notice_digests::table)
        .values((
            notice_digests::organisation_id.eq(tx.caller().organisation()),
            notice_digests::id.eq(id),
            notice_digests::person_id.eq(person),
            notice_digests::due_on.eq(due.to_diesel()),
            notice_digests::notices.eq(i32::try_from(count).unwrap_or(i32::MAX)),
            notice_digests::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// How many notices a summary counts.
pub(super) fn counted<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    digest: Uuid,
) -> Result<Option<i32>, DbError> {
    let this = notice_digests::table.find((tx.caller().organisation(), digest));
    Ok(this.select(notice_digests::notices).first(tx.conn()).optional()?)
}

/// Removes what was written before `before`, unless the day that it is about is still to come (`today` is not over).
pub(super) fn purge<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    before: Timestamp,
    today: Date,
) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let old = notices::table
        .filter(notices::organisation_id.eq(organisation).and(notices::created_at.lt(before.to_diesel())))
        .filter(notices::on_day.is_null().or(notices::on_day.lt(today.to_diesel())));
    let removed = diesel::delete(old).execute(tx.conn())?;
    let sums = notice_digests::table
        .filter(notice_digests::organisation_id.eq(organisation))
        .filter(notice_digests::created_at.lt(before.to_diesel()));
    diesel::delete(sums).execute(tx.conn())?;
    Ok(removed)
}

/// Whether there is any notice.
pub(super) fn holds_any(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    use diesel::dsl::{exists, select};
    let any = notices::table.filter(notices::organisation_id.eq(tx.caller().organisation()));
    Ok(select(exists(any)).get_result(tx.conn())?)
}
