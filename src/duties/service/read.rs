//! Reading: one duty, one's own list, and what the forms show.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::corrections::Correction;
use super::super::error::DutyError;
use super::super::model::{DutyRow, DutyView, Filter, Marks, Notes, Page, Revision, Sight, Sum};
use super::super::policy::{DeleteDuty, EditDuty, LogDuty, ReadDutiesOf, ReadDuty};
use super::super::port::Watch;
use super::super::store;
use super::super::words::{Kinds, Units};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, permission};
use crate::db::{Db, DbError, Tx};
use crate::kernel::civil;
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{DutyId, PersonId};

/// What a page needs to show one duty.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What the reader may see of it.
    pub duty: DutyView,
    /// How much that is.
    pub sight: Sight,
    /// The notes that the reader may see.
    pub notes: Notes,
    /// Its changes, newest first.
    pub revisions: Vec<Revision>,
    /// What was proposed to correct in it, newest first.
    pub corrections: Vec<Correction>,
    /// What stands beside it.
    pub marks: Marks,
    /// Whose it is, when it is somebody else's and the reader may see their name.
    pub owner: Option<String>,
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
}

/// Opens a duty. Opening somebody else's is written to the audit trail in the same transaction.
///
/// # Errors
/// [`DutyError::Authz`] when there is none that the caller may see.
pub async fn open(db: &Db, caller: &Caller, id: DutyId, now: Timestamp) -> Result<Opened, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadDuty>(tx, id)?;
        let row = may.facts().clone();
        let sight = Sight::of(tx.caller(), row.person, row.unit).unwrap_or(Sight::Hours);
        let mut owner = None;
        if sight != Sight::Own {
            let caller = tx.caller();
            let by = [permission::DUTY_READ, permission::HOURS_READ];
            let entry = Entry::new("duty.read").on("duty", id).about(row.person).allowed_by(caller, &by);
            audit::record(tx, now, entry)?;
            owner = store::person(tx, row.person)?.and_then(|whose| whose.name);
        }
        let duty = DutyView::for_reader(row, sight);
        let marks = store::marks(tx, &[&duty])?.remove(&id).unwrap_or_default();
        Ok(Opened {
            notes: store::notes(tx, &may)?,
            revisions: store::revisions(tx, &may)?,
            corrections: store::corrections::of_duty(tx, &may)?,
            kinds: store::kinds(tx)?,
            units: store::units(tx)?,
            marks,
            duty,
            sight,
            owner,
        })
    })
    .await
}

/// What a duty was said to break when it was logged all the same, for whoever reads working time.
///
/// # Errors
/// [`DutyError::Db`].
pub async fn broken(db: &Db, caller: &Caller, watch: &Watch, id: DutyId) -> Result<Option<String>, DutyError> {
    let watch = watch.clone();
    db.read(caller, move |tx| Ok(watch.marked(tx, id)?)).await
}

/// What the page of one's own duties shows.
#[derive(Debug, Clone)]
pub struct Listed {
    /// A page of duties.
    pub page: Page<DutyView>,
    /// What stands beside each of them.
    pub marks: BTreeMap<DutyId, Marks>,
    /// What the filtered period adds up to.
    pub sums: Vec<Sum>,
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
}

/// Lists the caller's own duties, and adds up those of `summed`.
///
/// # Errors
/// [`DutyError::Authz`] when the caller keeps no duties.
pub async fn list_own(
    db: &Db,
    caller: &Caller,
    filter: Filter,
    summed: Filter,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Listed, DutyError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<ReadDutiesOf>(tx, me)?;
        let page = store::page(tx, &may, &filter, after, limit)?;
        let page = as_seen(tx, page);
        Ok(Listed {
            marks: store::marks(tx, &page.rows.iter().collect::<Vec<_>>())?,
            page,
            sums: store::sums(tx, &may, &summed)?,
            kinds: store::kinds(tx)?,
            units: store::units(tx)?,
        })
    })
    .await
}

/// Lists the caller's own duties and nothing else: for programs.
///
/// # Errors
/// As [`list_own`].
pub async fn page_own(
    db: &Db,
    caller: &Caller,
    filter: Filter,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page<DutyView>, DutyError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<ReadDutiesOf>(tx, me)?;
        let page = store::page(tx, &may, &filter, after, limit)?;
        Ok(as_seen(tx, page))
    })
    .await
}

/// A page with each row as the transaction's caller sees it. Row-level security returned the rows, so there is always
/// something to see; this decides how much.
pub(in crate::duties) fn as_seen(tx: &Tx<'_>, page: Page<DutyRow>) -> Page<DutyView> {
    let view =
        |row: DutyRow| Sight::of(tx.caller(), row.person, row.unit).map(|sight| DutyView::for_reader(row, sight));
    Page { rows: page.rows.into_iter().filter_map(view).collect(), next: page.next }
}

/// What the form offers.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
    /// The caller's latest duties, newest first.
    pub recent: Vec<DutyRow>,
}

/// What the form for a new duty offers.
///
/// # Errors
/// [`DutyError::Authz`] when the caller may log none.
pub async fn offered(db: &Db, caller: &Caller) -> Result<Offered, DutyError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        authz::require::<LogDuty>(tx, me)?;
        // Whoever may log and not read logs all the same, without their last duties to start from.
        let recent = match authz::may::<ReadDutiesOf>(tx, me) {
            Ok(may) => store::recent(tx, &may, 20)?,
            Err(AuthzError::Denied(_) | AuthzError::Hidden) => Vec::new(),
            Err(AuthzError::Db(error)) => return Err(error.into()),
        };
        Ok(Offered { kinds: store::kinds(tx)?, units: store::units(tx)?, recent })
    })
    .await
}

/// What a form of duties offers somebody who reads their own.
pub(in crate::duties) fn offered_in(tx: &mut Tx<'_>, person: PersonId) -> Result<Offered, DutyError> {
    let recent = match authz::may::<ReadDutiesOf>(tx, person) {
        Ok(own) => store::recent(tx, &own, 20)?,
        // Whoever writes duties and reads none has no earlier ones to start from.
        Err(AuthzError::Hidden | AuthzError::Denied(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(Offered { kinds: store::kinds(tx)?, units: store::units(tx)?, recent })
}

/// Refuses what would change a duty of the caller's whose hours are approved.
pub(in crate::duties) fn refuse_locked(tx: &mut Tx<'_>, row: &DutyRow) -> Result<(), DutyError> {
    let day = civil::local(row.started_at).date();
    match store::locked(tx, row.person, &[day])? {
        Some((from, to)) => Err(DutyError::Locked(from, to)),
        None => Ok(()),
    }
}

/// The private note of a duty of the caller's, and when the duty was: to change it whatever became of the hours.
///
/// # Errors
/// [`DutyError::Authz`] when the caller may not change it.
pub async fn to_note(db: &Db, caller: &Caller, id: DutyId) -> Result<(DutyRow, Notes), DutyError> {
    db.read(caller, move |tx| {
        let may = authz::may::<EditDuty>(tx, id)?;
        Ok((may.facts().clone(), store::notes_to_edit(tx, &may)?))
    })
    .await
}

/// What the form for changing a duty shows: the duty with its notes, and what the form offers.
///
/// # Errors
/// [`DutyError::Locked`] when its hours are approved; [`DutyError::Authz`] when the caller may not change it.
pub async fn to_edit(db: &Db, caller: &Caller, id: DutyId) -> Result<(DutyRow, Notes, Offered), DutyError> {
    db.read(caller, move |tx| {
        let may = authz::may::<EditDuty>(tx, id)?;
        let row = may.facts().clone();
        refuse_locked(tx, &row)?;
        let notes = store::notes_to_edit(tx, &may)?;
        let offered = offered_in(tx, row.person)?;
        Ok((row, notes, offered))
    })
    .await
}

/// What the page before deleting a duty shows: the duty with its notes, and the words for what it was and where.
///
/// # Errors
/// [`DutyError::Locked`] when its hours are approved; [`DutyError::Authz`] when the caller may not delete it.
pub async fn to_delete(db: &Db, caller: &Caller, id: DutyId) -> Result<(DutyRow, Notes, Kinds, Units), DutyError> {
    db.read(caller, move |tx| {
        let row = authz::may::<DeleteDuty>(tx, id)?.facts().clone();
        refuse_locked(tx, &row)?;
        let read = authz::may::<ReadDuty>(tx, id)?;
        Ok((row, store::notes(tx, &read)?, store::kinds(tx)?, store::units(tx)?))
    })
    .await
}

/// What the organisation calls kinds and units, inside a transaction of another slice.
///
/// # Errors
/// [`DbError`].
pub fn words_in(tx: &mut Tx<'_>) -> Result<(Kinds, Units), DbError> {
    Ok((store::kinds(tx)?, store::units(tx)?))
}

/// What the organisation calls kinds and units, for programs.
///
/// # Errors
/// [`DutyError::Db`].
pub async fn words(db: &Db, caller: &Caller) -> Result<(Kinds, Units), DutyError> {
    db.read(caller, |tx| Ok((store::kinds(tx)?, store::units(tx)?))).await
}
