//! The table `imports`. Every change of state names the states that it may come from, so that two at once cannot both win.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::imports;
use crate::db::{DbError, Tx};
use crate::imports::model::{Counts, Import, Kind, Preset, Setup, State};
use crate::imports::policy::{BeginImport, DoImport, RunImport};
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{ImportId, PersonId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: ImportId,
    kind: String,
    preset: String,
    state: String,
    file_name: String,
    file_sha256: Vec<u8>,
    file_bytes: i64,
    mapping: serde_json::Value,
    rows_total: i64,
    rows_done: i64,
    rows_ready: i64,
    rows_duplicate: i64,
    rows_rejected: i64,
    records_made: i64,
    failure: Option<String>,
    created_by: PersonId,
    created_at: jiff_diesel::Timestamp,
    finished_at: Option<jiff_diesel::Timestamp>,
}

impl Row {
    fn into_import(self) -> Result<Import, DbError> {
        let odd = |what: &str| DbError::Query(diesel::result::Error::DeserializationError(what.to_owned().into()));
        Ok(Import {
            id: self.id,
            kind: if self.kind == Kind::People.as_str() { Kind::People } else { Kind::Duties },
            preset: if self.preset == Preset::Lfb.as_str() { Preset::Lfb } else { Preset::Csv },
            state: State::of(&self.state).ok_or_else(|| odd("an import is in a state that is not known"))?,
            file_name: self.file_name,
            file_sha256: self.file_sha256,
            file_bytes: self.file_bytes,
            setup: serde_json::from_value(self.mapping)
                .map_err(|error| DbError::Query(diesel::result::Error::DeserializationError(error.into())))?,
            rows_total: self.rows_total,
            rows_done: self.rows_done,
            counts: Counts {
                rows: self.rows_ready.saturating_add(self.rows_duplicate).saturating_add(self.rows_rejected),
                ready: self.rows_ready,
                duplicate: self.rows_duplicate,
                rejected: self.rows_rejected,
                records: self.records_made,
            },
            failure: self.failure,
            created_by: self.created_by,
            created_at: self.created_at.to_jiff(),
            finished_at: self.finished_at.map(|at| at.to_jiff()),
        })
    }
}

fn json(setup: &Setup) -> Result<serde_json::Value, DbError> {
    serde_json::to_value(setup).map_err(|error| DbError::Query(diesel::result::Error::SerializationError(error.into())))
}

/// A new import, its file being in place.
#[derive(Debug)]
pub(in crate::imports) struct NewImport<'a> {
    pub(in crate::imports) id: ImportId,
    pub(in crate::imports) preset: Preset,
    pub(in crate::imports) file_name: &'a str,
    pub(in crate::imports) file_sha256: &'a [u8],
    pub(in crate::imports) file_bytes: i64,
    pub(in crate::imports) setup: &'a Setup,
    pub(in crate::imports) rows_total: i64,
}

pub(in crate::imports) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, BeginImport>,
    import: &NewImport<'_>,
    by: PersonId,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(imports::table)
        .values((
            imports::organisation_id.eq(tx.caller().organisation()),
            imports::id.eq(import.id),
            imports::kind.eq(may.scope().as_str()),
            imports::preset.eq(import.preset.as_str()),
            imports::state.eq(State::Uploaded.as_str()),
            imports::file_name.eq(import.file_name),
            imports::file_sha256.eq(import.file_sha256),
            imports::file_bytes.eq(import.file_bytes),
            imports::mapping.eq(json(import.setup)?),
            imports::rows_total.eq(import.rows_total),
            imports::created_by.eq(by),
            imports::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// One import, if the caller may see it.
pub(in crate::imports) fn import(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<Import>, DbError> {
    let organisation = tx.caller().organisation();
    imports::table
        .find((organisation, id))
        .select(Row::as_select())
        .first(tx.conn())
        .optional()?
        .map(Row::into_import)
        .transpose()
}

/// The imports that the caller may see, newest first, those after `after`.
pub(in crate::imports) fn imports(tx: &mut Tx<'_>, after: Option<Cursor>, limit: i64) -> Result<Vec<Import>, DbError> {
    let mut query = imports::table
        .filter(imports::organisation_id.eq(tx.caller().organisation()))
        .order((imports::created_at.desc(), imports::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .into_boxed();
    if let Some(Cursor { at, id }) = after {
        let at = at.to_diesel();
        query =
            query.filter(imports::created_at.lt(at).or(imports::created_at.eq(at).and(imports::id.lt(ImportId(id)))));
    }
    query.load(tx.conn())?.into_iter().map(Row::into_import).collect()
}

/// Changes what is known of how to read the file; only while nothing runs and nothing is in.
pub(in crate::imports) fn map<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RunImport>,
    setup: &Setup,
) -> Result<bool, DbError> {
    let changed = diesel::update(imports::table.find((tx.caller().organisation(), may.scope())))
        .filter(
            imports::state.eq_any([State::Uploaded, State::Checked, State::Failed, State::Refused].map(State::as_str)),
        )
        .set(imports::mapping.eq(json(setup)?))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Enters the check; `false` when something else is going on.
pub(in crate::imports) fn begin_check<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, RunImport>) -> Result<bool, DbError> {
    let changed = diesel::update(imports::table.find((tx.caller().organisation(), may.scope())))
        .filter(
            imports::state.eq_any([State::Uploaded, State::Checked, State::Failed, State::Refused].map(State::as_str)),
        )
        .set((
            imports::state.eq(State::Checking.as_str()),
            imports::rows_done.eq(0),
            imports::rows_ready.eq(0),
            imports::rows_duplicate.eq(0),
            imports::rows_rejected.eq(0),
            imports::records_made.eq(0),
            imports::failure.eq(None::<String>),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Enters the commit; `false` when it has not been checked, or something else is going on.
pub(in crate::imports) fn begin_commit<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, RunImport>) -> Result<bool, DbError> {
    let changed = diesel::update(imports::table.find((tx.caller().organisation(), may.scope())))
        .filter(imports::state.eq(State::Checked.as_str()))
        .set((imports::state.eq(State::Committing.as_str()), imports::rows_done.eq(0)))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Throws it away, also while a job is at it; `false` when it is in, or thrown away already.
pub(in crate::imports) fn set_discarded<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RunImport>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = diesel::update(imports::table.find((tx.caller().organisation(), may.scope())))
        .filter(imports::state.ne_all([State::Committed, State::Discarded].map(State::as_str)))
        .set((imports::state.eq(State::Discarded.as_str()), imports::finished_at.eq(Some(now.to_diesel()))))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Says how far a job is; `false` when it is no longer wanted.
pub(in crate::imports) fn progress<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DoImport>,
    while_in: State,
    rows_done: i64,
) -> Result<bool, DbError> {
    let changed = diesel::update(imports::table.find((tx.caller().organisation(), may.scope())))
        .filter(imports::state.eq(while_in.as_str()))
        .set(imports::rows_done.eq(rows_done))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Leaves the check with its result; `false` when it is no longer wanted.
pub(in crate::imports) fn end_check<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DoImport>,
    counts: Counts,
) -> Result<bool, DbError> {
    end(tx, may, State::Checking, State::Checked, counts, None)
}

/// Leaves the commit with its result, in the transaction that holds the rows; `false` when it is no longer wanted.
pub(in crate::imports) fn end_commit<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DoImport>,
    counts: Counts,
    now: Timestamp,
) -> Result<bool, DbError> {
    end(tx, may, State::Committing, State::Committed, counts, Some(now))
}

fn end<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DoImport>,
    from: State,
    to: State,
    counts: Counts,
    finished: Option<Timestamp>,
) -> Result<bool, DbError> {
    let changed = diesel::update(imports::table.find((tx.caller().organisation(), may.scope())))
        .filter(imports::state.eq(from.as_str()))
        .set((
            imports::state.eq(to.as_str()),
            imports::rows_total.eq(counts.rows),
            imports::rows_done.eq(counts.rows),
            imports::rows_ready.eq(counts.ready),
            imports::rows_duplicate.eq(counts.duplicate),
            imports::rows_rejected.eq(counts.rejected),
            imports::records_made.eq(counts.records),
            imports::finished_at.eq(finished.map(|at| at.to_diesel())),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Ends in [`State::Failed`] or [`State::Refused`], with the reason.
pub(in crate::imports) fn end_without<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DoImport>,
    state: State,
    failure: &str,
) -> Result<(), DbError> {
    diesel::update(imports::table.find((tx.caller().organisation(), may.scope())))
        .filter(imports::state.eq_any([State::Checking, State::Committing].map(State::as_str)))
        .set((imports::state.eq(state.as_str()), imports::failure.eq(failure)))
        .execute(tx.conn())?;
    Ok(())
}

diesel::define_sql_function! {
    /// Takes an advisory lock until the transaction ends; false when somebody else has it.
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
}

/// Keeps every other worker from doing the same import until the transaction ends; `false` when one is at it.
pub(in crate::imports) fn lock<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, DoImport>) -> Result<bool, DbError> {
    let (_high, low) = may.scope().0.as_u64_pair();
    let key = i64::from_be_bytes(low.to_be_bytes());
    Ok(diesel::select(pg_try_advisory_xact_lock(key)).get_result(tx.conn())?)
}
