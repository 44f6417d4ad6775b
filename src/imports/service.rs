//! What can be done with an import: bring a file, say which column is what, check, commit, discard.

use std::path::Path;

use jiff::Timestamp;

use super::error::ImportError;
use super::fields::{DUTY, Mapping, PERSON};
use super::files::{self, Folder};
use super::jobs::{CHECK, COMMIT, Payload};
use super::model::{Import, Kind, Preset, Report, SecondFile, Setup};
use super::policy::{BeginImport, RunImport};
use super::presets::{Known, recognise};
use super::store::{self, NewImport};
use super::tally::first_cells;
use crate::audit::{self, Entry};
use crate::authz::{Caller, Granted, may, permission, require};
use crate::db::{Db, Tx};
use crate::http::upload::Upload;
use crate::jobs::{NewJob, enqueue};
use crate::kernel::cursor::{Cursor, page_of};
use crate::kernel::ids::{ImportId, PersonId};

/// Imports of one page of the list.
pub const PAGE: usize = 25;

/// Rows that the mapping step shows.
const PREVIEW_ROWS: usize = 5;

/// Takes uploads that stand in `folder` and makes an import of them. Two files may come in either order.
///
/// # Errors
/// [`ImportError::File`] when they cannot be used; the caller removes the folder then. [`ImportError::Authz`].
pub async fn begin(
    db: &Db,
    caller: &Caller,
    state: &Path,
    id: ImportId,
    (kind, preset): (Kind, Preset),
    uploads: Vec<Upload>,
    now: Timestamp,
) -> Result<ImportId, ImportError> {
    let folder = Folder::of(state, id);
    let looked = tokio::task::spawn_blocking(move || look(&folder, kind, preset, &uploads)).await;
    let (first, setup) = looked.map_err(|error| ImportError::Io(std::io::Error::other(error)))??;
    db.write(caller, move |tx| {
        let may = may::<BeginImport>(tx, kind)?;
        let by = person(tx)?;
        let new = NewImport {
            id,
            preset,
            file_name: &first.file_name,
            file_sha256: &first.sha256,
            file_bytes: i64::try_from(first.bytes).unwrap_or(i64::MAX),
            setup: &setup,
            rows_total: i64::try_from(setup.survey.rows).unwrap_or(i64::MAX),
        };
        store::insert(tx, &may, &new, by, now)?;
        let entry = Entry::new("import.begin")
            .on("import", id)
            .noting("becomes", kind.as_str())
            .noting("file_sha256", data_encoding::HEXLOWER.encode(&first.sha256))
            .noting("file_bytes", first.bytes);
        audit::record(tx, now, entry)?;
        if preset == Preset::Lfb {
            // Its columns are known: nobody has to say what they are.
            let may = crate::authz::may::<RunImport>(tx, id)?;
            start_check(tx, &may, now)?;
        }
        Ok(id)
    })
    .await
}

/// Surveys the uploads, tells which is which, and guesses the mapping.
fn look(folder: &Folder, kind: Kind, preset: Preset, uploads: &[Upload]) -> Result<(Upload, Setup), ImportError> {
    let file = |text: &str| ImportError::File(text.to_owned());
    let mut seen = Vec::new();
    for upload in uploads {
        let survey = files::survey(&upload.path)?;
        let header = files::open(&upload.path, survey.shape)?.header().to_vec();
        seen.push((upload.clone(), survey, header));
    }
    if preset == Preset::Lfb {
        let is = |known, seen: &(Upload, _, Vec<String>)| recognise(&seen.2) == Some(known);
        if !seen.iter().any(|seen| is(Known::Mobilisations, seen)) {
            return Err(file(
                "None of the files has the columns of the mobilisation records (ResourceMobilisationId, Resource_Code and so on). Choose the mobilisation file; the incident file alone is not enough.",
            ));
        }
        if let Some(odd) = seen.iter().find(|seen| recognise(&seen.2).is_none()) {
            return Err(ImportError::File(format!(
                "{} has the columns of neither the mobilisation nor the incident records. Leave it out, or choose the right file.",
                odd.0.file_name
            )));
        }
        if let [one, other] = seen.as_slice()
            && recognise(&one.2) == recognise(&other.2)
        {
            return Err(file("Both files are mobilisation records. Import one after the other."));
        }
        let first_is_incidents = seen.first().is_some_and(|seen| is(Known::Incidents, seen));
        if first_is_incidents {
            folder.exchange()?;
            seen.reverse();
        }
    } else if uploads.len() > 1 {
        return Err(file("Choose one file: a second one belongs only to mobilisation records."));
    }
    let mut seen = seen.into_iter();
    let (first, survey, header) = seen.next().ok_or_else(|| file("Choose a file."))?;
    if survey.rows == 0 {
        return Err(file("The file has a header row and nothing below it. Choose a file with rows."));
    }
    let definitions = if kind == Kind::People { PERSON } else { DUTY };
    let second = seen.next().map(|(upload, survey, _header)| SecondFile {
        file_name: upload.file_name,
        sha256: data_encoding::HEXLOWER.encode(&upload.sha256),
        survey,
    });
    let mapping = if preset == Preset::Lfb { Mapping::default() } else { Mapping::guess(definitions, &header) };
    Ok((first, Setup { survey, header, mapping, second }))
}

/// One import.
///
/// # Errors
/// [`ImportError::Authz`] when there is none that the caller may see.
pub async fn import(db: &Db, caller: &Caller, id: ImportId) -> Result<Import, ImportError> {
    db.read(caller, move |tx| Ok(may::<RunImport>(tx, id)?.facts().clone())).await
}

/// The caller's imports, newest first, and where the next page begins.
///
/// # Errors
/// [`ImportError::Db`].
pub async fn imports(
    db: &Db,
    caller: &Caller,
    after: Option<Cursor>,
) -> Result<(Vec<Import>, Option<Cursor>), ImportError> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
    let found = db.read(caller, move |tx| store::imports(tx, after, limit).map_err(ImportError::from)).await?;
    Ok(page_of(found, PAGE, |last| Cursor { at: last.created_at, id: last.id.0 }))
}

/// The result of the check, if there is one.
///
/// # Errors
/// [`ImportError::Io`], [`ImportError::Report`].
pub async fn report(state: &Path, id: ImportId) -> Result<Option<Report>, ImportError> {
    let folder = Folder::of(state, id);
    blocking(move || folder.read_report()).await
}

/// The first rows of the file, as they stand.
///
/// # Errors
/// [`ImportError::File`], [`ImportError::Io`].
pub async fn preview(state: &Path, import: &Import) -> Result<Vec<Vec<String>>, ImportError> {
    let (path, shape) = (Folder::of(state, import.id).first(), import.setup.shape());
    blocking(move || {
        let mut reader = files::open(&path, shape)?;
        let mut record = reader.record();
        let mut rows = Vec::new();
        while rows.len() < PREVIEW_ROWS && reader.read(&mut record)? {
            rows.push(first_cells(&record));
        }
        Ok(rows)
    })
    .await
}

/// The file of rejected rows. Taking it is written down.
///
/// # Errors
/// [`ImportError::WrongState`] when there is none; [`ImportError::Authz`].
pub async fn rejected(
    db: &Db,
    caller: &Caller,
    state: &Path,
    id: ImportId,
    now: Timestamp,
) -> Result<std::fs::File, ImportError> {
    let rows = import(db, caller, id).await?.counts.rejected;
    let path = Folder::of(state, id).rejected();
    let absent = || ImportError::WrongState("There is no file of rejected rows. Check the rows first.");
    let file = blocking(move || std::fs::File::open(path).map_err(|_absent| absent())).await?;
    db.write(caller, move |tx| {
        require::<RunImport>(tx, id)?;
        audit::record(tx, now, Entry::new("import.export").on("import", id).noting("rows_rejected", rows))?;
        Ok::<_, ImportError>(())
    })
    .await?;
    Ok(file)
}

/// Says which column is what, and begins the check.
///
/// # Errors
/// [`ImportError::WrongState`] while something else is going on, or when it is over; [`ImportError::Authz`].
pub async fn map_and_check(
    db: &Db,
    caller: &Caller,
    id: ImportId,
    mapping: Mapping,
    now: Timestamp,
) -> Result<(), ImportError> {
    db.write(caller, move |tx| {
        let may = may::<RunImport>(tx, id)?;
        let setup = Setup { mapping, ..may.facts().setup.clone() };
        if !store::map(tx, &may, &setup)? {
            return Err(ImportError::WrongState(
                "The columns can be changed only while nothing runs and nothing is imported. Go back to the import.",
            ));
        }
        start_check(tx, &may, now)
    })
    .await
}

/// Begins the check, again if need be.
///
/// # Errors
/// As [`map_and_check`].
pub async fn check(db: &Db, caller: &Caller, id: ImportId, now: Timestamp) -> Result<(), ImportError> {
    db.write(caller, move |tx| {
        let may = may::<RunImport>(tx, id)?;
        start_check(tx, &may, now)
    })
    .await
}

fn start_check<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, RunImport>, now: Timestamp) -> Result<(), ImportError> {
    if !store::begin_check(tx, may)? {
        return Err(ImportError::WrongState(
            "The import is running or over, so it cannot be checked now. Go back to the import.",
        ));
    }
    put_in_queue(tx, CHECK, may.scope(), now)
}

/// Begins the commit of what the check found ready.
///
/// # Errors
/// [`ImportError::WrongState`] when it has not been checked; [`ImportError::Authz`].
pub async fn commit(db: &Db, caller: &Caller, id: ImportId, now: Timestamp) -> Result<(), ImportError> {
    db.write(caller, move |tx| {
        let may = may::<RunImport>(tx, id)?;
        if may.facts().counts.ready == 0 {
            return Err(ImportError::WrongState("No row is ready, so there is nothing to import."));
        }
        if !store::begin_commit(tx, &may)? {
            return Err(ImportError::WrongState(
                "The import has not been checked, or is running or over. Go back to the import.",
            ));
        }
        put_in_queue(tx, COMMIT, id, now)
    })
    .await
}

/// Throws an import away, also while it runs: then nothing of it is imported. Its files are removed.
///
/// # Errors
/// [`ImportError::WrongState`] when it is in already; [`ImportError::Authz`].
pub async fn discard(db: &Db, caller: &Caller, state: &Path, id: ImportId, now: Timestamp) -> Result<(), ImportError> {
    db.write(caller, move |tx| {
        let may = may::<RunImport>(tx, id)?;
        if !store::set_discarded(tx, &may, now)? {
            return Err(ImportError::WrongState("The rows are imported, or the import is thrown away already."));
        }
        audit::record(tx, now, Entry::new("import.discard").on("import", id))?;
        Ok::<_, ImportError>(())
    })
    .await?;
    let folder = Folder::of(state, id);
    blocking(move || Ok(folder.remove()?)).await
}

fn put_in_queue(tx: &mut Tx<'_>, kind: &'static str, import: ImportId, now: Timestamp) -> Result<(), ImportError> {
    let may_grant = tx.caller().holds_for_all(permission::ROLE_GRANT);
    let payload = serde_json::to_value(Payload { import, person: person(tx)?, may_grant })?;
    enqueue(tx, now, &NewJob { organisation: tx.caller().organisation(), kind, payload })?;
    Ok(())
}

fn person(tx: &Tx<'_>) -> Result<PersonId, ImportError> {
    let denied = crate::authz::AuthzError::Denied("import.run");
    tx.caller().person_id().ok_or(ImportError::Authz(denied))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImportError> + Send + 'static,
) -> Result<T, ImportError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ImportError::Io(std::io::Error::other(error)))?
}

/// Makes the folder for uploads of a new import.
///
/// # Errors
/// [`ImportError::Io`].
pub async fn make_folder(state: &Path, id: ImportId) -> Result<std::path::PathBuf, ImportError> {
    let folder = Folder::of(state, id);
    blocking(move || {
        folder.create()?;
        Ok(folder.path().to_owned())
    })
    .await
}

/// Removes the folder of an import that came to nothing.
pub async fn drop_folder(state: &Path, id: ImportId) {
    let folder = Folder::of(state, id);
    if let Err(error) = blocking(move || Ok(folder.remove()?)).await {
        tracing::warn!(%error, import = %id, "the files of a refused upload could not be removed");
    }
}

/// Types of work in use, by code and name, for the mapping step.
///
/// # Errors
/// [`ImportError::Db`].
pub async fn types(db: &Db, caller: &Caller) -> Result<Vec<(String, String)>, ImportError> {
    db.read(caller, |tx| Ok(store::types(tx)?)).await
}
