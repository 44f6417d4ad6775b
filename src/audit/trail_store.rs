//! The SQL of reading the trail. Every query runs along an index that begins with the organisation.

use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Text, Uuid as SqlUuid};
use jiff_diesel::ToDiesel as _;
use uuid::Uuid;

use super::body::Body;
use super::deeds::deeds_of;
use super::log::Log;
use super::policy::ReadLog;
use super::trail::{After, Search};
use crate::authz::Granted;
use crate::db::schema::audit_entries::{self, dsl};
use crate::db::{DbError, Tx};

/// An entry as it is kept, without its place.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit_entries, check_for_backend(Pg))]
pub(super) struct TrailRow {
    pub(super) id: i64,
    pub(super) organisation_id: Uuid,
    pub(super) at: jiff_diesel::Timestamp,
    pub(super) actor_kind: String,
    pub(super) actor_id: Option<Uuid>,
    pub(super) actor_label: String,
    pub(super) masked_address: Option<String>,
    pub(super) action: String,
    pub(super) object_kind: String,
    pub(super) object_id: Option<String>,
    pub(super) subject_id: Option<Uuid>,
    pub(super) detail: serde_json::Value,
    pub(super) salt: Option<Vec<u8>>,
    pub(super) commitment: Vec<u8>,
}

impl TrailRow {
    /// Whether the row says what it was committed with.
    pub(super) fn fits(&self) -> bool {
        let body = Body {
            at: self.at.to_jiff(),
            organisation: self.organisation_id,
            actor_kind: &self.actor_kind,
            actor_id: self.actor_id,
            actor_label: &self.actor_label,
            masked_address: self.masked_address.as_deref(),
            action: &self.action,
            object_kind: &self.object_kind,
            object_id: self.object_id.as_deref(),
            subject_id: self.subject_id,
            detail: &self.detail,
        };
        self.salt.as_ref().is_some_and(|salt| body.commitment(salt).as_slice() == self.commitment)
    }
}

type Query<'a> = diesel::helper_types::IntoBoxed<'a, dsl::audit_entries, Pg>;

fn filtered<'a>(organisation: Uuid, log: Log, search: &'a Search, after: Option<After>) -> Query<'a> {
    // The policy says the same of the organisation; said here too, the planner sees it first.
    let mut query = dsl::audit_entries.filter(dsl::organisation_id.eq(organisation)).into_boxed();
    if log == Log::Security {
        // Who may read both logs still finds in this one only what is of it. In these words, for they are the index's.
        query = query.filter(sql::<Bool>("action = any (app_security_deeds())"));
    }
    if let Some(kind) = search.kind {
        query = query.filter(dsl::action.eq_any(deeds_of(kind)));
    }
    let (from, until) = search.period();
    if let Some(from) = from {
        query = query.filter(dsl::at.ge(from.to_diesel()));
    }
    if let Some(until) = until {
        query = query.filter(dsl::at.lt(until.to_diesel()));
    }
    if let Some(action) = &search.action {
        query = query.filter(dsl::action.eq(action));
    }
    if let Some(actor) = search.actor {
        query = query.filter(dsl::actor_id.eq(actor.0));
    }
    if let Some(subject) = search.subject {
        query = query.filter(dsl::subject_id.eq(subject.0));
    }
    if let Some(object) = &search.object {
        query = query.filter(dsl::object_id.eq(object));
    }
    if let Some(after) = after {
        // "Not after" lets the index begin there; the second line drops those already shown.
        let at = after.at.to_diesel();
        query = query.filter(dsl::at.le(at)).filter(dsl::at.lt(at).or(dsl::id.lt(after.id)));
    }
    query
}

/// Entries that match, the newest first.
pub(super) fn search(
    tx: &mut Tx<'_>,
    may: &Granted<'_, ReadLog>,
    search: &Search,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<TrailRow>, DbError> {
    let organisation = tx.caller().organisation().0;
    let rows = filtered(organisation, may.scope(), search, after)
        .order((dsl::at.desc(), dsl::id.desc()))
        .limit(limit)
        .select(TrailRow::as_select())
        .load(tx.conn())?;
    Ok(rows)
}

/// How many entries match.
pub(super) fn count(tx: &mut Tx<'_>, may: &Granted<'_, ReadLog>, search: &Search) -> Result<i64, DbError> {
    let organisation = tx.caller().organisation().0;
    let entries = filtered(organisation, may.scope(), search, None);
    Ok(entries.select(diesel::dsl::count_star()).first(tx.conn())?)
}

/// One entry.
pub(super) fn one(tx: &mut Tx<'_>, may: &Granted<'_, ReadLog>, id: i64) -> Result<Option<TrailRow>, DbError> {
    let search = Search::default();
    let query = filtered(tx.caller().organisation().0, may.scope(), &search, None).filter(dsl::id.eq(id));
    Ok(query.select(TrailRow::as_select()).first(tx.conn()).optional()?)
}

/// Opens a cursor over all entries that match, the newest first; [`fetch`] reads from it within the transaction.
pub(super) fn declare(tx: &mut Tx<'_>, may: &Granted<'_, ReadLog>, search: &Search) -> Result<(), DbError> {
    let organisation = tx.caller().organisation().0;
    let query = filtered(organisation, may.scope(), search, None)
        .order((dsl::at.desc(), dsl::id.desc()))
        .select(TrailRow::as_select());
    Declare(query).execute(tx.conn())?;
    Ok(())
}

/// The next rows of the cursor; empty at its end.
pub(super) fn fetch(tx: &mut Tx<'_>) -> Result<Vec<TrailRow>, DbError> {
    let rows = Fetch(2_000).load::<TrailRow>(tx.conn())?;
    Ok(rows)
}

/// `declare .. cursor for` in front of a query that diesel checked.
struct Declare<Q>(Q);

impl<Q: diesel::query_builder::QueryFragment<Pg>> diesel::query_builder::QueryFragment<Pg> for Declare<Q> {
    fn walk_ast<'b>(&'b self, mut out: diesel::query_builder::AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("declare trail no scroll cursor for ");
        self.0.walk_ast(out.reborrow())
    }
}

impl<Q> diesel::query_builder::QueryId for Declare<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> RunQueryDsl<PgConnection> for Declare<Q> {}

/// `fetch forward n` from that cursor, with the columns of [`TrailRow`].
struct Fetch(u16);

impl diesel::query_builder::QueryFragment<Pg> for Fetch {
    fn walk_ast<'b>(&'b self, mut out: diesel::query_builder::AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(&format!("fetch forward {} from trail", self.0));
        Ok(())
    }
}

impl diesel::query_builder::QueryId for Fetch {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl diesel::query_builder::Query for Fetch {
    type SqlType = <diesel::dsl::AsSelect<TrailRow, Pg> as Expression>::SqlType;
}

impl RunQueryDsl<PgConnection> for Fetch {}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Names for ids of people in the trail.
pub(super) fn names(
    tx: &mut Tx<'_>,
    _may: &Granted<'_, ReadLog>,
    people: Vec<Uuid>,
) -> Result<Vec<(Uuid, String)>, DbError> {
    let rows: Vec<Name> = diesel::sql_query("select id, name from app_audit_names($1)")
        .bind::<Array<SqlUuid>, _>(people)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The people with exactly this name or number, at most two.
pub(super) fn people_named(tx: &mut Tx<'_>, _may: &Granted<'_, ReadLog>, text: &str) -> Result<Vec<Uuid>, DbError> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let rows: Vec<Id> =
        diesel::sql_query("select id from app_audit_people($1) as found(id)").bind::<Text, _>(text).load(tx.conn())?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The actions that occur in the trail.
pub(super) fn actions(tx: &mut Tx<'_>, _may: &Granted<'_, ReadLog>) -> Result<Vec<String>, DbError> {
    #[derive(QueryableByName)]
    struct Action {
        #[diesel(sql_type = Text)]
        action: String,
    }
    let rows: Vec<Action> = diesel::sql_query("select action from app_audit_actions() as known(action) limit $1")
        .bind::<Integer, _>(500)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| row.action).collect())
}
