//! The SQL of the sequencer: the tail of the log, marks and checkpoints.

use diesel::OptionalExtension as _;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Bytea, Integer, Nullable, Text, Timestamptz};
use jiff::Timestamp;
use jiff_diesel::ToDiesel as _;

use super::place::{Place, Xid, Xid8};
use crate::crypto::Hash;
use crate::db::{DbError, Tx};

/// Any number that nothing else of ours locks.
const LOCK: i64 = 0x61_75_64_69_74;

/// An entry as the sequencer sees it.
#[derive(Debug, diesel::QueryableByName)]
pub(super) struct TailRow {
    #[diesel(embed)]
    pub(super) place: Place,
    #[diesel(sql_type = Timestamptz)]
    pub(super) at: jiff_diesel::Timestamp,
    #[diesel(sql_type = Bytea)]
    pub(super) commitment: Vec<u8>,
}

/// The last entry of a full tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) size: u64,
    pub(super) last: Place,
}

/// A tree head as the database keeps it.
#[derive(Debug, Clone)]
pub(super) struct StoredCheckpoint {
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) note: String,
    pub(super) last: Place,
}

#[derive(diesel::QueryableByName)]
pub(super) struct MarkRow {
    #[diesel(sql_type = BigInt)]
    size: i64,
    #[diesel(embed)]
    last: Place,
}

#[derive(diesel::QueryableByName)]
pub(super) struct CheckpointRow {
    #[diesel(embed)]
    mark: MarkRow,
    #[diesel(sql_type = Bytea)]
    root: Vec<u8>,
    #[diesel(sql_type = Text)]
    note: String,
}

impl From<MarkRow> for Mark {
    fn from(row: MarkRow) -> Self {
        Self { size: size_of(row.size), last: row.last }
    }
}

impl From<CheckpointRow> for StoredCheckpoint {
    fn from(row: CheckpointRow) -> Self {
        Self {
            size: size_of(row.mark.size),
            // A root of another length fits no tree, and is found as such.
            root: Hash::from_slice(&row.root).unwrap_or(Hash([0; 32])),
            note: row.note,
            last: row.mark.last,
        }
    }
}

/// Sizes are bigint in the database and never negative.
pub(super) fn size_of(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}

pub(super) fn column_of(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// The next entries after `after`, at most `limit`, of transactions that are over.
pub(super) fn tail(tx: &mut Tx<'_>, after: Place, limit: i32) -> Result<Vec<TailRow>, DbError> {
    let rows = diesel::sql_query("select xid, id, at, commitment from app_audit_tail($1, $2, $3)")
        .bind::<Xid8, _>(after.xid)
        .bind::<BigInt, _>(after.id)
        .bind::<Integer, _>(limit)
        .load(tx.conn())?;
    Ok(rows)
}

/// When the first entry after `after` was made, even if its transaction is not over for everybody yet.
pub(super) fn waiting_since(tx: &mut Tx<'_>, after: Place) -> Result<Option<Timestamp>, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        at: Option<jiff_diesel::Timestamp>,
    }
    let row: Row = diesel::sql_query("select app_audit_waiting($1, $2) as at")
        .bind::<Xid8, _>(after.xid)
        .bind::<BigInt, _>(after.id)
        .get_result(tx.conn())?;
    Ok(row.at.map(|at| at.to_jiff()))
}

/// Whether the log holds the entry at `place`.
pub(super) fn holds(tx: &mut Tx<'_>, place: Place) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        held: bool,
    }
    let row: Row = diesel::sql_query("select app_audit_holds($1, $2) as held")
        .bind::<Xid8, _>(place.xid)
        .bind::<BigInt, _>(place.id)
        .get_result(tx.conn())?;
    Ok(row.held)
}

/// The number that the next transaction will get, at least.
pub(super) fn next_xid(tx: &mut Tx<'_>) -> Result<Xid, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Xid8)]
        next: Xid,
    }
    let row: Row = diesel::sql_query("select pg_snapshot_xmax(pg_current_snapshot()) as next").get_result(tx.conn())?;
    Ok(row.next)
}

/// The newest size of at most `size` whose last entry the database knows.
pub(super) fn mark_at_or_below(tx: &mut Tx<'_>, size: u64) -> Result<Option<Mark>, DbError> {
    let row: Option<MarkRow> = diesel::sql_query(
        "select size, last_xid as xid, last_id as id from (
             (select size, last_xid, last_id from audit_marks where size <= $1 order by size desc limit 1)
             union all
             (select size, last_xid, last_id from audit_checkpoints where size <= $1 order by size desc limit 1)
         ) known order by size desc limit 1",
    )
    .bind::<BigInt, _>(column_of(size))
    .get_result(tx.conn())
    .optional()?;
    Ok(row.map(Mark::from))
}

/// The size at the newest mark; 0 before the first.
pub(super) fn newest_mark(tx: &mut Tx<'_>) -> Result<u64, DbError> {
    use crate::db::schema::audit_marks::dsl;
    let newest = dsl::audit_marks.select(diesel::dsl::max(dsl::size)).first::<Option<i64>>(tx.conn())?;
    Ok(newest.map_or(0, size_of))
}

/// The newest checkpoint.
pub(super) fn newest_checkpoint(tx: &mut Tx<'_>) -> Result<Option<StoredCheckpoint>, DbError> {
    let newest: Option<StoredCheckpoint> = diesel::sql_query(
        "select size, last_xid as xid, last_id as id, root, note from audit_checkpoints order by size desc limit 1",
    )
    .get_result::<CheckpointRow>(tx.conn())
    .optional()?
    .map(StoredCheckpoint::from);
    Ok(newest)
}

/// The newest checkpoint's note, and when it was signed.
pub(super) fn newest_signed(tx: &mut Tx<'_>) -> Result<Option<(String, Timestamp)>, DbError> {
    use crate::db::schema::audit_checkpoints::dsl;
    let newest: Option<(String, jiff_diesel::Timestamp)> =
        dsl::audit_checkpoints.order(dsl::size.desc()).select((dsl::note, dsl::at)).first(tx.conn()).optional()?;
    Ok(newest.map(|(note, at)| (note, at.to_jiff())))
}

/// The index of an entry's leaf and its transaction; `None` when it is too far from any mark to be in the tree.
pub(super) fn leaf_of(tx: &mut Tx<'_>, id: i64) -> Result<Option<(u64, Xid)>, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        leaf: i64,
        #[diesel(sql_type = Xid8)]
        xid: Xid,
    }
    let row: Option<Row> = diesel::sql_query("select leaf, xid from app_audit_leaf($1)")
        .bind::<BigInt, _>(id)
        .get_result(tx.conn())
        .optional()?;
    Ok(row.map(|row| (size_of(row.leaf), row.xid)))
}

/// Takes the sequencer's lock until the end of the transaction; `false` when another one has it.
pub(super) fn lock(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        locked: bool,
    }
    let row: Row = diesel::sql_query("select pg_try_advisory_xact_lock($1) as locked")
        .bind::<BigInt, _>(LOCK)
        .get_result(tx.conn())?;
    Ok(row.locked)
}

/// Adds marks; those that are there already stay.
pub(super) fn add_marks(tx: &mut Tx<'_>, marks: &[Mark]) -> Result<(), DbError> {
    let sizes: Vec<i64> = marks.iter().map(|mark| column_of(mark.size)).collect();
    let xids: Vec<Xid> = marks.iter().map(|mark| mark.last.xid).collect();
    let ids: Vec<i64> = marks.iter().map(|mark| mark.last.id).collect();
    diesel::sql_query(
        "insert into audit_marks (size, last_xid, last_id)
         select * from unnest($1, $2, $3) on conflict (size) do nothing",
    )
    .bind::<Array<BigInt>, _>(sizes)
    .bind::<Array<Xid8>, _>(xids)
    .bind::<Array<BigInt>, _>(ids)
    .execute(tx.conn())?;
    Ok(())
}

/// Adds a checkpoint.
pub(super) fn add_checkpoint(tx: &mut Tx<'_>, checkpoint: &StoredCheckpoint, at: Timestamp) -> Result<(), DbError> {
    diesel::sql_query(
        "insert into audit_checkpoints (size, root, note, last_xid, last_id, at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<BigInt, _>(column_of(checkpoint.size))
    .bind::<Bytea, _>(checkpoint.root.0.as_slice())
    .bind::<Text, _>(&checkpoint.note)
    .bind::<Xid8, _>(checkpoint.last.xid)
    .bind::<BigInt, _>(checkpoint.last.id)
    .bind::<Timestamptz, _>(at.to_diesel())
    .execute(tx.conn())?;
    Ok(())
}
