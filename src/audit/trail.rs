//! Reading the trail, whole or as the security log: search, one entry, and its place in the tree.
//!
//! To read it is a deed too: a search, an opened entry and an export are each an entry of it.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::deeds::Kind;
use super::entry::Entry;
use super::error::AuditError;
use super::log::Log;
use super::policy::{ExportLog, ReadLog};
use super::proof::{self, Proof};
use super::record::record;
use super::trail_store::{self, TrailRow};
use crate::authz::{self, Caller};
use crate::crypto::checkpoint::LogVerifier;
use crate::crypto::tiles::TileStore;
use crate::db::{Db, Tx};
use crate::kernel::civil::start_of_day;
use crate::kernel::cursor::page_of;
use crate::kernel::ids::PersonId;

/// Entries on one page.
pub(super) const PAGE: usize = 50;

/// Which entries somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Search {
    /// In which log.
    pub(super) log: Log,
    /// From the beginning of this day in the UK.
    pub(super) from: Option<Date>,
    /// To the end of this day in the UK.
    pub(super) to: Option<Date>,
    pub(super) action: Option<String>,
    /// Of which kind, in the security log.
    pub(super) kind: Option<Kind>,
    /// Who did it.
    pub(super) actor: Option<PersonId>,
    /// Whose record it was.
    pub(super) subject: Option<PersonId>,
    /// On which record.
    pub(super) object: Option<String>,
}

impl Search {
    /// The instants between which to look: from the first, up to but without the second.
    pub(super) fn period(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let end = self.to.and_then(|last| last.tomorrow().ok());
        (self.from.map(start_of_day), end.map(start_of_day))
    }

    /// As facts of the entry that says that somebody looked.
    fn noted(&self, mut entry: Entry) -> Entry {
        let texts = [
            ("from", self.from.map(|date| date.to_string())),
            ("to", self.to.map(|date| date.to_string())),
            ("action", self.action.clone()),
            ("kind", self.kind.map(|kind| kind.slug().to_owned())),
            ("by", self.actor.map(|person| person.to_string())),
            ("object", self.object.clone()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                entry = entry.noting(name, text);
            }
        }
        match self.subject {
            Some(person) => entry.about(person),
            None => entry,
        }
    }
}

/// Where a page begins: after this entry, going back in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct After {
    pub(super) at: Timestamp,
    pub(super) id: i64,
}

/// A page of the trail.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) rows: Vec<TrailRow>,
    /// Where the next page begins, if there is one.
    pub(super) next: Option<After>,
    /// Names of the people in it.
    pub(super) names: Vec<(Uuid, String)>,
    /// The actions that the whole trail knows.
    pub(super) actions: Vec<String>,
}

/// Looks for entries, the newest first. The first page of a search is an entry itself.
pub(super) async fn search(
    db: &Db,
    caller: &Caller,
    search: Search,
    after: Option<After>,
    now: Timestamp,
) -> Result<Found, AuditError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadLog>(tx, search.log)?;
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
        let rows = trail_store::search(tx, &may, &search, after, limit)?;
        let (rows, next) = page_of(rows, PAGE, |last| After { at: last.at.to_jiff(), id: last.id });
        let names = trail_store::names(tx, &may, people(&rows))?;
        let actions = if search.log == Log::Trail { trail_store::actions(tx, &may)? } else { Vec::new() };
        if after.is_none() {
            record(tx, now, search.noted(Entry::new(search.log.search())))?;
        }
        Ok(Found { rows, next, names, actions })
    })
    .await
}

/// One entry with everything that is known of it.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) row: TrailRow,
    pub(super) names: Vec<(Uuid, String)>,
    pub(super) proof: Proof,
}

/// Opens one entry and proves its place in the tree; `None` when there is none for this caller.
pub(super) async fn open(
    db: &Db,
    caller: &Caller,
    log: Log,
    id: i64,
    store: TileStore,
    verifier: LogVerifier,
    now: Timestamp,
) -> Result<Option<Opened>, AuditError> {
    let read = db
        .write(caller, move |tx| -> Result<_, AuditError> {
            let may = authz::may::<ReadLog>(tx, log)?;
            let Some(row) = trail_store::one(tx, &may, id)? else { return Ok(None) };
            let names = trail_store::names(tx, &may, people(std::slice::from_ref(&row)))?;
            let entry = Entry::new(log.open()).on("audit", id);
            record(tx, now, row.subject_id.map_or(entry.clone(), |person| entry.about(PersonId(person))))?;
            Ok(Some((row, names)))
        })
        .await?;
    let Some((row, names)) = read else { return Ok(None) };
    let commitment = row.commitment.clone();
    let proof = if row.fits() { proof::prove(db, id, commitment, store, verifier).await? } else { Proof::Changed };
    Ok(Some(Opened { row, names, proof }))
}

/// Finds the person that a filter names: by id, by whole name or by employee number.
///
/// `Err` says what to do when nobody, or more than one, bears that name.
pub(super) async fn person_named(
    db: &Db,
    caller: &Caller,
    log: Log,
    text: String,
) -> Result<Result<PersonId, &'static str>, AuditError> {
    if let Ok(id) = text.parse() {
        return Ok(Ok(PersonId(id)));
    }
    let found = db
        .read(caller, move |tx| -> Result<_, AuditError> {
            let may = authz::may::<ReadLog>(tx, log)?;
            Ok(trail_store::people_named(tx, &may, &text)?)
        })
        .await?;
    Ok(match found.as_slice() {
        [] if log == Log::Security => Err("Enter the whole name or employee number of somebody in the security log"),
        [] => Err("Enter a person's whole name or employee number; nobody has this one"),
        [one] => Ok(PersonId(*one)),
        _ => Err("More than one person has this name: enter the employee number"),
    })
}

/// Writes down that a log is being exported.
pub(super) fn note_export(tx: &mut Tx<'_>, search: &Search, now: Timestamp) -> Result<(), AuditError> {
    authz::may::<ExportLog>(tx, search.log).map(|_may| ())?;
    record(tx, now, search.noted(Entry::new(search.log.export())))
}

pub(super) fn people(rows: &[TrailRow]) -> Vec<Uuid> {
    let mut people: Vec<Uuid> = rows.iter().flat_map(|row| [row.actor_id, row.subject_id]).flatten().collect();
    people.sort_unstable();
    people.dedup();
    people
}
