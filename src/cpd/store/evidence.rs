//! The list of files; their bytes are the business of [`super::content`].

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::content;
use crate::authz::Granted;
use crate::cpd::file_rules::FileKind;
use crate::cpd::model::Evidence;
use crate::cpd::policy::{EditEntry, KeepRecord, ReadEntry};
use crate::db::schema::cpd_evidence;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CpdEntryId, CpdEvidenceId};

type Columns = (
    cpd_evidence::id,
    cpd_evidence::entry_id,
    cpd_evidence::file_name,
    cpd_evidence::media_type,
    cpd_evidence::bytes,
    cpd_evidence::sha256,
    cpd_evidence::created_at,
);

const COLUMNS: Columns = (
    cpd_evidence::id,
    cpd_evidence::entry_id,
    cpd_evidence::file_name,
    cpd_evidence::media_type,
    cpd_evidence::bytes,
    cpd_evidence::sha256,
    cpd_evidence::created_at,
);

type Loaded = (CpdEvidenceId, CpdEntryId, String, String, i64, Vec<u8>, jiff_diesel::Timestamp);

fn row((id, entry, file_name, media_type, bytes, sha256, created_at): Loaded) -> Evidence {
    Evidence { id, entry, file_name, media_type, bytes, sha256, created_at: created_at.to_jiff() }
}

/// The files of an entry, the first first.
pub(in crate::cpd) fn evidence<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadEntry>) -> Result<Vec<Evidence>, DbError> {
    files(tx, &[may.scope()])
}

/// The files of some of somebody's own entries.
pub(in crate::cpd) fn evidence_of<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KeepRecord>,
    entries: &[CpdEntryId],
) -> Result<Vec<Evidence>, DbError> {
    files(tx, entries)
}

fn files(tx: &mut Tx<'_>, entries: &[CpdEntryId]) -> Result<Vec<Evidence>, DbError> {
    let rows: Vec<Loaded> = cpd_evidence::table
        .filter(cpd_evidence::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_evidence::entry_id.eq_any(entries))
        .select(COLUMNS)
        .order((cpd_evidence::created_at, cpd_evidence::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// One file of an entry with its bytes.
pub(in crate::cpd) fn fetch<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadEntry>,
    id: CpdEvidenceId,
) -> Result<Option<(Evidence, Vec<u8>)>, DbError> {
    let found: Option<Loaded> = cpd_evidence::table
        .find((tx.caller().organisation(), id))
        .filter(cpd_evidence::entry_id.eq(may.scope()))
        .select(COLUMNS)
        .first(tx.conn())
        .optional()?;
    let Some(found) = found.map(row) else { return Ok(None) };
    Ok(content::bytes(tx, id)?.map(|bytes| (found, bytes)))
}

/// Holds other uploads of the same person back until the transaction ends, so that two at once do not both find room.
pub(in crate::cpd) fn lock_files<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, EditEntry>) -> Result<(), DbError> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended('cpd files ' || $1::text, 0))")
        .bind::<SqlUuid, _>(may.facts().row.person.0)
        .execute(tx.conn())?;
    Ok(())
}

/// How many bytes all files of whoever the entry belongs to have.
pub(in crate::cpd) fn held_bytes<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, EditEntry>) -> Result<u64, DbError> {
    // Added up here: Postgres makes a decimal of a sum of whole numbers, and a person has few files.
    let sizes: Vec<i64> = cpd_evidence::table
        .filter(cpd_evidence::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_evidence::person_id.eq(may.facts().row.person))
        .select(cpd_evidence::bytes)
        .load(tx.conn())?;
    Ok(sizes.into_iter().filter_map(|size| u64::try_from(size).ok()).sum())
}

/// A file that came in.
#[derive(Debug)]
pub(in crate::cpd) struct NewFile<'a> {
    pub(in crate::cpd) id: CpdEvidenceId,
    pub(in crate::cpd) name: &'a str,
    pub(in crate::cpd) kind: FileKind,
    pub(in crate::cpd) sha256: &'a [u8],
    pub(in crate::cpd) content: &'a [u8],
}

/// Adds a file to an entry.
pub(in crate::cpd) fn add_evidence<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditEntry>,
    file: &NewFile<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    let person = may.facts().row.person;
    diesel::insert_into(cpd_evidence::table)
        .values((
            cpd_evidence::organisation_id.eq(tx.caller().organisation()),
            cpd_evidence::id.eq(file.id),
            cpd_evidence::entry_id.eq(may.scope()),
            cpd_evidence::person_id.eq(person),
            cpd_evidence::file_name.eq(file.name),
            cpd_evidence::media_type.eq(file.kind.media_type()),
            cpd_evidence::bytes.eq(i64::try_from(file.content.len()).unwrap_or(i64::MAX)),
            cpd_evidence::sha256.eq(file.sha256),
            cpd_evidence::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    content::keep(tx, file.id, person, file.content)
}

/// Removes a file of an entry; its SHA-256, if there was one.
pub(in crate::cpd) fn remove_evidence<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditEntry>,
    id: CpdEvidenceId,
) -> Result<Option<Vec<u8>>, DbError> {
    let this =
        cpd_evidence::table.find((tx.caller().organisation(), id)).filter(cpd_evidence::entry_id.eq(may.scope()));
    Ok(diesel::delete(this).returning(cpd_evidence::sha256).get_result(tx.conn()).optional()?)
}
