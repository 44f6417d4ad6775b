//! Requests to confirm an entry, and the names that go with them.

use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::authz::Granted;
use crate::cpd::model::{Answer, Request};
use crate::cpd::policy::{AnswerRequest, EditEntry, KeepRecord, ReadRequests};
use crate::db::schema::cpd_requests;
use crate::db::{DbError, Tx};
use crate::kernel::cursor::{Cursor, page_of};
use crate::kernel::ids::{CpdEntryId, CpdRequestId, PersonId};

type Columns = (
    (cpd_requests::id, cpd_requests::entry_id, cpd_requests::person_id, cpd_requests::verifier_id),
    (cpd_requests::title, cpd_requests::message, cpd_requests::state, cpd_requests::revision, cpd_requests::answer),
    (cpd_requests::asked_at, cpd_requests::answered_at),
);

const COLUMNS: Columns = (
    (cpd_requests::id, cpd_requests::entry_id, cpd_requests::person_id, cpd_requests::verifier_id),
    (cpd_requests::title, cpd_requests::message, cpd_requests::state, cpd_requests::revision, cpd_requests::answer),
    (cpd_requests::asked_at, cpd_requests::answered_at),
);

type Loaded = (
    (CpdRequestId, CpdEntryId, PersonId, PersonId),
    (String, Option<String>, String, Option<i32>, Option<String>),
    (jiff_diesel::Timestamp, Option<jiff_diesel::Timestamp>),
);

fn row(loaded: Loaded) -> Request {
    let ((id, entry, person, verifier), (title, message, state, revision, answer), (asked_at, answered_at)) = loaded;
    Request {
        id,
        entry,
        person,
        verifier,
        title,
        message,
        state: Answer::parse(&state),
        revision,
        answer,
        asked_at: asked_at.to_jiff(),
        answered_at: answered_at.map(jiff_diesel::Timestamp::to_jiff),
    }
}

/// A request that the caller's row-level policies show: facts for a permission.
pub(in crate::cpd) fn request(tx: &mut Tx<'_>, id: CpdRequestId) -> Result<Option<Request>, DbError> {
    let this = cpd_requests::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(row))
}

/// The requests of entries that the caller reads, the latest of each first.
pub(in crate::cpd) fn requests_of(tx: &mut Tx<'_>, entries: &[CpdEntryId]) -> Result<Vec<Request>, DbError> {
    let rows: Vec<Loaded> = cpd_requests::table
        .filter(cpd_requests::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_requests::entry_id.eq_any(entries))
        .select(COLUMNS)
        .order((cpd_requests::entry_id, cpd_requests::asked_at.desc(), cpd_requests::id.desc()))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// What the caller is asked and has not answered, the oldest first.
pub(in crate::cpd) fn open_requests<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadRequests>,
) -> Result<Vec<Request>, DbError> {
    let rows: Vec<Loaded> = cpd_requests::table
        .filter(cpd_requests::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_requests::verifier_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)))
        .filter(cpd_requests::state.eq("asked"))
        .select(COLUMNS)
        .order((cpd_requests::asked_at, cpd_requests::id))
        .limit(200)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// A page of what the caller has answered, the latest request first.
pub(in crate::cpd) fn answered_page<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadRequests>,
    after: Option<Cursor>,
    limit: u16,
) -> Result<(Vec<Request>, Option<Cursor>), DbError> {
    let mut query = cpd_requests::table
        .filter(cpd_requests::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_requests::verifier_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)))
        .filter(cpd_requests::state.eq_any(["confirmed", "declined"]))
        .select(COLUMNS)
        .order((cpd_requests::asked_at.desc(), cpd_requests::id.desc()))
        .limit(i64::from(limit) + 1)
        .into_boxed();
    if let Some(Cursor { at, id }) = after {
        let at = at.to_diesel();
        query = query
            .filter(cpd_requests::asked_at.le(at))
            .filter(cpd_requests::asked_at.lt(at).or(cpd_requests::id.lt(CpdRequestId(id))));
    }
    let rows: Vec<Loaded> = query.load(tx.conn())?;
    let rows: Vec<Request> = rows.into_iter().map(row).collect();
    Ok(page_of(rows, limit.into(), |last| Cursor { at: last.asked_at, id: last.id.0 }))
}

/// How many requests the caller has made since then.
pub(in crate::cpd) fn asked_since<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    since: Timestamp,
) -> Result<i64, DbError> {
    use diesel::dsl::count_star;
    let own = cpd_requests::table
        .filter(cpd_requests::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_requests::person_id.eq(may.scope()).and(cpd_requests::asked_at.gt(since.to_diesel())));
    Ok(own.select(count_star()).first(tx.conn())?)
}

/// Asks somebody to confirm an entry; `false` when somebody is asked already.
pub(in crate::cpd) fn ask<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditEntry>,
    id: CpdRequestId,
    verifier: PersonId,
    message: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let entry = &may.facts().row;
    let asked = diesel::insert_into(cpd_requests::table)
        .values((
            cpd_requests::organisation_id.eq(tx.caller().organisation()),
            cpd_requests::id.eq(id),
            cpd_requests::entry_id.eq(entry.id),
            cpd_requests::person_id.eq(entry.person),
            cpd_requests::verifier_id.eq(verifier),
            cpd_requests::title.eq(&entry.draft.title),
            cpd_requests::message.eq(message),
            cpd_requests::state.eq(Answer::Asked.as_str()),
            cpd_requests::asked_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(asked == 1)
}

/// Takes the open request of an entry back; whom it went to, if there was one.
pub(in crate::cpd) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditEntry>,
    now: Timestamp,
) -> Result<Option<PersonId>, DbError> {
    let open = cpd_requests::table
        .filter(cpd_requests::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_requests::entry_id.eq(may.scope()).and(cpd_requests::state.eq("asked")));
    Ok(diesel::update(open)
        .set((cpd_requests::state.eq(Answer::Withdrawn.as_str()), cpd_requests::answered_at.eq(now.to_diesel())))
        .returning(cpd_requests::verifier_id)
        .get_result(tx.conn())
        .optional()?)
}

/// Writes an answer down; `false` when there is one already. `revision` is what of the entry was confirmed.
pub(in crate::cpd) fn answer<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, AnswerRequest>,
    revision: Option<i32>,
    words: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let state = if revision.is_some() { Answer::Confirmed } else { Answer::Declined };
    let this =
        cpd_requests::table.find((tx.caller().organisation(), may.scope())).filter(cpd_requests::state.eq("asked"));
    let answered = diesel::update(this)
        .set((
            cpd_requests::state.eq(state.as_str()),
            cpd_requests::revision.eq(revision),
            cpd_requests::answer.eq(words),
            cpd_requests::answered_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(answered == 1)
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = SqlUuid)]
    id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Who bears exactly this work address or number and may confirm entries; `None` when that is nobody, or not one.
pub(in crate::cpd) fn find_verifier<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, EditEntry>,
    wanted: &str,
) -> Result<Option<(PersonId, String)>, DbError> {
    let found: Vec<Named> = diesel::sql_query("select person_id as id, name from app_cpd_verifier($1)")
        .bind::<Text, _>(wanted)
        .load(tx.conn())?;
    let mut found = found.into_iter();
    Ok(match (found.next(), found.next()) {
        (Some(one), None) => Some((one.id, one.name)),
        _ => None,
    })
}

/// Names of people, as far as a request or an entry lets the caller know them.
pub(in crate::cpd) fn names(tx: &mut Tx<'_>, wanted: &[PersonId]) -> Result<Vec<(PersonId, String)>, DbError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Uuid> = wanted.iter().map(|id| id.0).collect();
    let found: Vec<Named> = diesel::sql_query("select id, name from app_cpd_names($1)")
        .bind::<Array<SqlUuid>, _>(wanted)
        .load(tx.conn())?;
    Ok(found.into_iter().map(|named| (named.id, named.name)).collect())
}

#[derive(QueryableByName)]
struct Address {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    email: String,
}

/// The other one of a request of the caller's, and the address of their account.
pub(in crate::cpd) fn counterpart(tx: &mut Tx<'_>, id: CpdRequestId) -> Result<Option<(PersonId, String)>, DbError> {
    let found: Vec<Address> = diesel::sql_query("select person_id, email from app_cpd_counterpart($1)")
        .bind::<SqlUuid, _>(id.0)
        .load(tx.conn())?;
    Ok(found.into_iter().next().map(|found| (found.person_id, found.email)))
}
