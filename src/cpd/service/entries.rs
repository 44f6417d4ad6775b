//! Entries: listing, opening, adding, changing, sharing, deleting.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::requests::waiting;
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, permission};
use crate::cpd::changes;
use crate::cpd::error::CpdError;
use crate::cpd::model::{Answer, Draft, EntryRow, Evidence, Filter, Page, Request};
use crate::cpd::policy::{EditEntry, KeepRecord, ReadEntry, ReadShared, Sight};
use crate::cpd::review_rules::{self, Review};
use crate::cpd::rules::Faults;
use crate::cpd::{standards, store};
use crate::db::{Db, Tx};
use crate::duties::{self, DutyError};
use crate::kernel::ids::{CpdEntryId, DutyId, PersonId};
use crate::kernel::{civil, form_key};
use crate::views::format;

/// How far back duties are offered to link an entry to (days).
const OFFERED_DAYS: i64 = 120;

/// The id for a new entry that a form chose, so that sending it twice makes one entry; a new one when it is none of
/// ours or too old.
pub fn chosen_id(text: &str, now: Timestamp) -> CpdEntryId {
    form_key::chosen(text, now).map_or_else(|| CpdEntryId::new(now), CpdEntryId)
}

/// What stands beside an entry in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Files of evidence.
    pub files: usize,
    /// Somebody confirmed it as it is.
    pub confirmed: bool,
    /// Somebody confirmed what it said before it was changed.
    pub confirmed_before: bool,
    /// Somebody is asked and has not answered.
    pub asked: bool,
}

/// The page of one's own record.
#[derive(Debug, Clone)]
pub struct Listed {
    /// A page of entries, each with its marks.
    pub page: Page<(EntryRow, Marks)>,
    /// The record as an audit would see it.
    pub review: Review,
    /// Whether the regulator's standards are held against it.
    pub registrant: bool,
    /// How many requests of others wait for the caller.
    pub waiting: usize,
}

/// Lists the caller's own entries.
///
/// # Errors
/// [`CpdError::Authz`] when the caller keeps no record.
pub async fn list(
    db: &Db,
    caller: &Caller,
    filter: Filter,
    after: Option<(Date, Uuid)>,
    limit: u16,
    today: Date,
) -> Result<Listed, CpdError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecord>(tx, me)?;
        let page = store::page(tx, &may, &filter, after, limit)?;
        let ids: Vec<CpdEntryId> = page.rows.iter().map(|row| row.id).collect();
        let files = store::evidence_of(tx, &may, &ids)?;
        let requests = store::requests_of(tx, &ids)?;
        let from = standards::window_begins(today);
        let (seen, before) = (store::seen(tx, &may, from)?, store::last_before(tx, &may, from)?);
        let registrant = store::profile(tx, &may)?.registrant;
        let waiting = waiting(tx)?;
        let marked = |row: EntryRow| {
            let marks = marks_of(&row, &files, &requests);
            (row, marks)
        };
        let page = Page { rows: page.rows.into_iter().map(marked).collect(), next: page.next };
        Ok(Listed { page, review: review_rules::review(&seen, before, today), registrant, waiting })
    })
    .await
}

pub(super) fn marks_of(row: &EntryRow, files: &[Evidence], requests: &[Request]) -> Marks {
    let own = requests.iter().filter(|request| request.entry == row.id);
    let confirmed = own.clone().any(|request| request.confirms(row.revision));
    Marks {
        files: files.iter().filter(|file| file.entry == row.id).count(),
        confirmed,
        confirmed_before: !confirmed && own.clone().any(|request| request.state == Answer::Confirmed),
        asked: own.clone().any(|request| request.state == Answer::Asked),
    }
}

/// An entry as its page shows it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The entry.
    pub row: EntryRow,
    /// How the caller comes to read it.
    pub sight: Sight,
    /// Its files.
    pub files: Vec<Evidence>,
    /// Who was asked about it, the latest first.
    pub requests: Vec<Request>,
    /// Names of whom it concerns, as far as the caller may know them.
    pub names: BTreeMap<PersonId, String>,
}

impl Opened {
    /// What stands beside it.
    pub fn marks(&self) -> Marks {
        marks_of(&self.row, &self.files, &self.requests)
    }

    /// What somebody is called, as far as the caller may know.
    pub fn name(&self, person: PersonId) -> &str {
        self.names.get(&person).map_or("Somebody", String::as_str)
    }
}

/// Opens an entry. Opening somebody else's is written to the audit trail in the same transaction.
///
/// # Errors
/// [`CpdError::Authz`] when there is none that the caller may see.
pub async fn open(db: &Db, caller: &Caller, id: CpdEntryId, now: Timestamp) -> Result<Opened, CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadEntry>(tx, id)?;
        let row = may.facts().row.clone();
        let sight = may.facts().sight(tx.caller()).ok_or(AuthzError::Hidden)?;
        let files = store::evidence(tx, &may)?;
        let mut requests = store::requests_of(tx, &[id])?;
        let me = tx.caller().person_id();
        requests.retain(|request| concerns(request, sight, me));
        if sight != Sight::Own {
            let caller = tx.caller();
            let by = [permission::CPD_READ, permission::CPD_VERIFY];
            let entry = Entry::new("cpd.read").on("cpd", id).about(row.person).allowed_by(caller, &by);
            audit::record(tx, now, entry)?;
        }
        let people: Vec<PersonId> = requests
            .iter()
            .map(|request| request.verifier)
            .chain((sight != Sight::Own).then_some(row.person))
            .collect();
        let names = store::names(tx, &people)?.into_iter().collect();
        Ok(Opened { row, sight, files, requests, names })
    })
    .await
}

/// Whether what became of a request is the business of who reads its entry: of its member all, of a manager that it was
/// confirmed, of whoever is asked what they are asked.
fn concerns(request: &Request, sight: Sight, me: Option<PersonId>) -> bool {
    match sight {
        Sight::Own => true,
        Sight::Shared => request.state == Answer::Confirmed,
        Sight::Asked => Some(request.verifier) == me && request.state == Answer::Asked,
    }
}

/// A list of what people shared.
#[derive(Debug, Clone)]
pub struct Shared {
    /// A page of entries, the latest first.
    pub page: Page<EntryRow>,
    /// Whose they are.
    pub names: BTreeMap<PersonId, String>,
    /// All units, to name theirs.
    pub units: crate::organisation::UnitTree,
}

/// Lists what people of the caller's units shared: one audit entry.
///
/// # Errors
/// [`CpdError::Authz`] when the caller reads nobody's.
pub async fn shared(
    db: &Db,
    caller: &Caller,
    after: Option<(Date, Uuid)>,
    limit: u16,
    now: Timestamp,
) -> Result<Shared, CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadShared>(tx, ())?;
        let page = store::shared_page(tx, &may, after, limit)?;
        let people: Vec<PersonId> = page.rows.iter().map(|row| row.person).collect();
        let names = store::names(tx, &people)?.into_iter().collect();
        let units = crate::organisation::units::tree_in(tx)?;
        let caller = tx.caller();
        audit::record(tx, now, Entry::new("cpd.list").allowed_by(caller, &[permission::CPD_READ]))?;
        Ok(Shared { page, names, units })
    })
    .await
}

/// An entry for its form.
///
/// # Errors
/// [`CpdError::Authz`] when it is not the caller's to change.
pub async fn to_edit(db: &Db, caller: &Caller, id: CpdEntryId) -> Result<EntryRow, CpdError> {
    db.read(caller, move |tx| Ok(authz::may::<EditEntry>(tx, id)?.facts().row.clone())).await
}

/// Adds an entry to the caller's record. `false` when this id was added already, by the same caller.
///
/// # Errors
/// [`CpdError::Invalid`] for a duty that is not theirs; [`CpdError::Changed`] for an id that is somebody else's.
pub async fn add(db: &Db, caller: &Caller, id: CpdEntryId, draft: Draft, now: Timestamp) -> Result<bool, CpdError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecord>(tx, me)?;
        check_duty(tx, draft.duty, None)?;
        if !store::insert(tx, &may, id, &draft, now)? {
            return if store::is_own(tx, id)? { Ok(false) } else { Err(CpdError::Changed) };
        }
        let entry = Entry::new("cpd.add").on("cpd", id).about(me).changed(changes::for_audit(None, &draft));
        audit::record(tx, now, entry)?;
        Ok(true)
    })
    .await
}

/// Changes an entry that is at `revision`. `false` when the draft says what the entry says already. What somebody
/// confirmed is confirmed for what it said then, and no longer.
///
/// # Errors
/// [`CpdError::Changed`] when it is at another revision by now; otherwise as [`add`].
pub async fn edit(
    db: &Db,
    caller: &Caller,
    id: CpdEntryId,
    revision: i32,
    draft: Draft,
    now: Timestamp,
) -> Result<bool, CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EditEntry>(tx, id)?;
        let before = may.facts().row.clone();
        if before.revision != revision {
            return Err(CpdError::Changed);
        }
        if before.draft == draft {
            return Ok(false);
        }
        check_duty(tx, draft.duty, before.draft.duty)?;
        if !store::update(tx, &may, revision, &draft, now)? {
            return Err(CpdError::Changed);
        }
        let changed = changes::for_audit(Some(&before.draft), &draft);
        audit::record(tx, now, Entry::new("cpd.edit").on("cpd", id).about(before.person).changed(changed))?;
        Ok(true)
    })
    .await
}

/// A duty that is linked has to be one of the caller's that was not deleted; the one that was linked before may stay.
fn check_duty(tx: &mut Tx<'_>, duty: Option<DutyId>, before: Option<DutyId>) -> Result<(), CpdError> {
    let Some(duty) = duty.filter(|duty| Some(*duty) != before) else { return Ok(()) };
    if store::duty_is_own(tx, duty)? {
        Ok(())
    } else {
        Err(Faults::one("duty", "Choose one of your own duties, or none").into())
    }
}

/// Lets the managers of the caller's unit read an entry, or no longer. `false` when it is so already.
///
/// # Errors
/// [`CpdError::Authz`] when it is not the caller's.
pub async fn set_shared(
    db: &Db,
    caller: &Caller,
    id: CpdEntryId,
    shared: bool,
    now: Timestamp,
) -> Result<bool, CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EditEntry>(tx, id)?;
        let row = may.facts().row.clone();
        if row.shared == shared {
            return Ok(false);
        }
        store::set_shared(tx, &may, shared)?;
        let entry = if shared { Entry::new("cpd.share") } else { Entry::new("cpd.unshare") };
        audit::record(tx, now, entry.on("cpd", id).about(row.person))?;
        Ok(true)
    })
    .await
}

/// Deletes an entry that is at `revision`, with its evidence and what was asked about it: for good.
///
/// # Errors
/// [`CpdError::Changed`] when it is at another revision by now.
pub async fn delete(db: &Db, caller: &Caller, id: CpdEntryId, revision: i32, now: Timestamp) -> Result<(), CpdError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EditEntry>(tx, id)?;
        let row = may.facts().row.clone();
        if !store::delete(tx, &may, revision)? {
            return Err(CpdError::Changed);
        }
        let entry = Entry::new("cpd.delete").on("cpd", id).about(row.person).noting("kind", row.draft.kind.as_str());
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// The caller's latest duties, to link an entry to one: none for whoever keeps no duties.
///
/// # Errors
/// [`CpdError::Duty`].
pub async fn duties_to_offer(db: &Db, caller: &Caller, now: Timestamp) -> Result<Vec<(DutyId, String)>, CpdError> {
    if !caller.reach(permission::DUTY_READ).is_some_and(|reach| reach.own) {
        return Ok(Vec::new());
    }
    let from = civil::local(now).date().checked_sub(OFFERED_DAYS.days()).ok();
    let filter = duties::model::Filter { from, ..duties::model::Filter::default() };
    let page = duties::service::page_own(db, caller, filter, None, 60).await?;
    let (kinds, _units) = duties::service::words(db, caller).await?;
    let label = |duty: &duties::model::DutyView| {
        format!("{}, {}", format::short_time(duty.started_at), kinds.name(duty.kind.deepest()))
    };
    Ok(page.rows.iter().map(|duty| (duty.id, label(duty))).collect())
}

/// What a duty of the caller's was; `None` when it was deleted, or is no longer theirs to read.
///
/// # Errors
/// [`CpdError::Duty`].
pub async fn duty_label(db: &Db, caller: &Caller, duty: DutyId, now: Timestamp) -> Result<Option<String>, CpdError> {
    match duties::service::open(db, caller, duty, now).await {
        Ok(opened) => {
            let name = opened.kinds.name(opened.duty.kind.deepest());
            Ok(Some(format!("{name}, {}", format::span(opened.duty.started_at, opened.duty.ended_at))))
        }
        Err(DutyError::Authz(AuthzError::Hidden | AuthzError::Denied(_))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
