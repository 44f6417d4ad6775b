//! The log as the verifier reads it: rows through a cursor, marks in pages, all in one snapshot.

use std::collections::VecDeque;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::super::body::{Body, leaf};
use super::super::place::Place;
use super::super::sequence_store::{Mark, MarkRow, column_of};
use crate::crypto::Hash;

/// Rows fetched at once.
const PAGE: usize = 2_000;

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(embed)]
    place: Place,
    #[diesel(sql_type = SqlUuid)]
    organisation_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    at: jiff_diesel::Timestamp,
    #[diesel(sql_type = Text)]
    actor_kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    actor_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    actor_label: String,
    #[diesel(sql_type = Nullable<Text>)]
    masked_address: Option<String>,
    #[diesel(sql_type = Text)]
    action: String,
    #[diesel(sql_type = Text)]
    object_kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    object_id: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    subject_id: Option<Uuid>,
    #[diesel(sql_type = Jsonb)]
    detail: serde_json::Value,
    #[diesel(sql_type = Nullable<Bytea>)]
    salt: Option<Vec<u8>>,
    #[diesel(sql_type = Bytea)]
    commitment: Vec<u8>,
}

/// An entry, reduced to what verification compares.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) place: Place,
    pub(super) commitment: Vec<u8>,
    pub(super) leaf: Hash,
    /// Whether the commitment is that of the row's contents.
    pub(super) fits: bool,
    /// Whether the tree of the entries has it already.
    pub(super) fed: bool,
}

impl From<EntryRow> for Row {
    fn from(row: EntryRow) -> Self {
        let body = Body {
            at: row.at.to_jiff(),
            organisation: row.organisation_id,
            actor_kind: &row.actor_kind,
            actor_id: row.actor_id,
            actor_label: &row.actor_label,
            masked_address: row.masked_address.as_deref(),
            action: &row.action,
            object_kind: &row.object_kind,
            object_id: row.object_id.as_deref(),
            subject_id: row.subject_id,
            detail: &row.detail,
        };
        let fits = row.salt.is_some_and(|salt| body.commitment(&salt).as_slice() == row.commitment);
        let leaf = leaf(row.place.xid.0, row.place.id, &row.commitment);
        Self { place: row.place, commitment: row.commitment, leaf, fits, fed: false }
    }
}

/// Makes the transaction's snapshot, and opens the cursor over all entries in it.
pub(super) fn settle(connection: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query(
        "declare entries no scroll cursor for
         select xid, id, organisation_id, at, actor_kind, actor_id, actor_label, masked_address, action, object_kind,
                object_id, subject_id, detail, salt, commitment
           from audit_entries where xid < pg_snapshot_xmax(pg_current_snapshot()) order by xid, id",
    )
    .execute(connection)?;
    Ok(())
}

/// Entries that claim a transaction that has not been: nothing but a forged row does.
pub(super) fn from_the_future(connection: &mut PgConnection) -> QueryResult<Vec<i64>> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let ids: Vec<Id> = diesel::sql_query(
        "select id from audit_entries where xid >= pg_snapshot_xmax(pg_current_snapshot()) order by xid, id limit 100",
    )
    .load(connection)?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

/// The entries in order, with a view of those ahead.
pub(super) struct Rows {
    window: VecDeque<Row>,
    ended: bool,
    read: u64,
}

impl Rows {
    pub(super) const fn new() -> Self {
        Self { window: VecDeque::new(), ended: false, read: 0 }
    }

    /// Makes sure that at least `ahead` rows are in view, unless the log ends before.
    pub(super) fn fill(&mut self, connection: &mut PgConnection, ahead: usize) -> QueryResult<()> {
        while !self.ended && self.window.len() < ahead {
            let page: Vec<EntryRow> =
                diesel::sql_query(format!("fetch forward {PAGE} from entries")).load(connection)?;
            self.ended = page.len() < PAGE;
            self.read = self.read.saturating_add(u64::try_from(page.len()).unwrap_or(0));
            self.window.extend(page.into_iter().map(Row::from));
        }
        Ok(())
    }

    /// The rows in view, the next one first.
    pub(super) fn view(&mut self) -> &mut VecDeque<Row> {
        &mut self.window
    }

    /// Rows read so far.
    pub(super) fn read(&self) -> u64 {
        self.read
    }
}

/// The marks in order; the next one is in view.
pub(super) struct Marks {
    page: VecDeque<Mark>,
    after: u64,
    ended: bool,
}

impl Marks {
    pub(super) const fn new() -> Self {
        Self { page: VecDeque::new(), after: 0, ended: false }
    }

    /// The mark at exactly `size`; marks before it are passed over.
    pub(super) fn at(&mut self, connection: &mut PgConnection, size: u64) -> QueryResult<Option<Mark>> {
        loop {
            while let Some(mark) = self.page.front() {
                if mark.size == size {
                    return Ok(Some(*mark));
                }
                if mark.size > size {
                    return Ok(None);
                }
                self.page.pop_front();
            }
            if self.ended {
                return Ok(None);
            }
            let rows: Vec<MarkRow> = diesel::sql_query(
                "select size, last_xid as xid, last_id as id from audit_marks where size > $1 order by size limit 1000",
            )
            .bind::<BigInt, _>(column_of(self.after.max(size.saturating_sub(1))))
            .load(connection)?;
            self.page.extend(rows.into_iter().map(Mark::from));
            match self.page.back() {
                Some(last) => self.after = last.size,
                None => self.ended = true,
            }
        }
    }
}
