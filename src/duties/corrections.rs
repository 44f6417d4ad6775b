//! Corrections: what a member proposes for a duty whose hours are approved, and what became of it.
//!
//! A proposal keeps what the duty said and what it should say. Whoever approves the person's hours accepts or refuses it;
//! what is accepted the database writes itself, from the proposal, and counts the approved hours anew. Nobody decides on
//! their own, and whoever only stands in for somebody decides on none: a correction opens more of a duty than its hours.

mod model;

use jiff::Timestamp;

use super::changes;
use super::error::DutyError;
use super::model::{DutyRow, LockedSheet, Page};
use super::policy::{
    DecideCorrection, ListCorrections, ProposeAddition, ProposeCorrection, ReadCorrection, WithdrawCorrection,
};
use super::rules::{At, Draft, Faults};
use super::service::{Offered, check_facts, offered_in};
use super::store::corrections::{self as store, Whose};
use super::store::{self as duties, Which, names};
use super::words::{Kinds, Units};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, permission};
use crate::db::{Db, DbError, Tx};
use crate::kernel::civil;
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::{CorrectionId, DutyId, PersonId, TimesheetId};
use crate::notices::{self, NoticeKind};

pub use model::{Act, Correction, State};

/// What lets somebody decide on corrections.
const DECIDES: [&str; 1] = [permission::TIMESHEET_APPROVE];

/// Corrections on one page.
pub(super) const PER_PAGE: u16 = 50;

/// What the form for a correction shows.
#[derive(Debug, Clone)]
pub struct ToPropose {
    /// The duty as it stands; none of one to be added.
    pub row: Option<DutyRow>,
    /// The approved days that it has to stay in.
    pub days: (jiff::civil::Date, jiff::civil::Date),
    /// What the form offers.
    pub offered: Offered,
}

/// What the form for correcting or removing a duty shows.
///
/// # Errors
/// [`DutyError::NotLocked`] when its hours are not approved; [`DutyError::Authz`] when it is not the caller's.
pub async fn to_propose(db: &Db, caller: &Caller, duty: DutyId) -> Result<ToPropose, DutyError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ProposeCorrection>(tx, duty)?;
        let row = may.facts().clone();
        let sheet = sheet_of(tx, &row)?;
        Ok(ToPropose { offered: offered_in(tx, row.person)?, days: (sheet.from, sheet.to), row: Some(row) })
    })
    .await
}

/// What the form for adding a duty to an approved timesheet shows.
///
/// # Errors
/// [`DutyError::Authz`] when there is no such approved timesheet of the caller's.
pub async fn to_add(db: &Db, caller: &Caller, sheet: TimesheetId) -> Result<ToPropose, DutyError> {
    db.read(caller, move |tx| {
        let sheet = *authz::may::<ProposeAddition>(tx, sheet)?.facts();
        Ok(ToPropose { offered: offered_in(tx, sheet.person)?, days: (sheet.from, sheet.to), row: None })
    })
    .await
}

/// The approved sheet that a duty lies in.
fn sheet_of(tx: &mut Tx<'_>, row: &DutyRow) -> Result<LockedSheet, DutyError> {
    let day = civil::local(row.started_at).date();
    duties::locked_sheet(tx, Which::Of(row.person, day))?.ok_or(DutyError::NotLocked)
}

/// Proposes that a duty at `revision` says what the draft says. `None` when it says so already.
///
/// # Errors
/// [`DutyError::Changed`] when it is at another revision; [`DutyError::Invalid`], also for days outside the approved ones;
/// [`DutyError::Proposed`], [`DutyError::NotLocked`], [`DutyError::Authz`].
pub async fn propose_change(
    db: &Db,
    caller: &Caller,
    (duty, revision): (DutyId, i32),
    draft: Draft,
    reason: String,
    now: Timestamp,
) -> Result<Option<CorrectionId>, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ProposeCorrection>(tx, duty)?;
        let row = may.facts().clone();
        if row.revision != revision {
            return Err(DutyError::Changed);
        }
        let sheet = sheet_of(tx, &row)?;
        stays_within(&draft, &sheet)?;
        let facts = duties::log_facts(tx, duty, row.person, &draft)?;
        let kind = check_facts(tx, &draft, facts, Some(&row))?;
        let becomes = changes::becoming(&row, &draft, &kind);
        if becomes.is_empty() {
            return Ok(None);
        }
        let id = CorrectionId::new(now);
        let proposal = (Act::Change, becomes, reason.as_str());
        proposed(store::propose(tx, &may, id, &sheet, proposal, now))?;
        note_proposal(tx, (id, duty, row.person), (Act::Change, &reason), now)?;
        Ok(Some(id))
    })
    .await
}

/// Proposes that a duty at `revision` was none.
///
/// # Errors
/// As [`propose_change`].
pub async fn propose_removal(
    db: &Db,
    caller: &Caller,
    (duty, revision): (DutyId, i32),
    reason: String,
    now: Timestamp,
) -> Result<CorrectionId, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ProposeCorrection>(tx, duty)?;
        let row = may.facts().clone();
        if row.revision != revision {
            return Err(DutyError::Changed);
        }
        let sheet = sheet_of(tx, &row)?;
        let id = CorrectionId::new(now);
        let proposal = (Act::Remove, serde_json::Map::new(), reason.as_str());
        proposed(store::propose(tx, &may, id, &sheet, proposal, now))?;
        note_proposal(tx, (id, duty, row.person), (Act::Remove, &reason), now)?;
        Ok(id)
    })
    .await
}

/// Proposes a duty that is missing from an approved timesheet.
///
/// # Errors
/// [`DutyError::Invalid`], also for days outside the approved ones; [`DutyError::Authz`] when there is no such approved
/// timesheet of the caller's.
pub async fn propose_addition(
    db: &Db,
    caller: &Caller,
    sheet: TimesheetId,
    draft: Draft,
    reason: String,
    now: Timestamp,
) -> Result<CorrectionId, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ProposeAddition>(tx, sheet)?;
        let person = may.facts().person;
        stays_within(&draft, may.facts())?;
        let (id, duty) = (CorrectionId::new(now), DutyId::new(now));
        let facts = duties::log_facts(tx, duty, person, &draft)?;
        let kind = check_facts(tx, &draft, facts, None)?;
        let becomes = changes::of_draft(&draft, &kind);
        proposed(store::propose_addition(tx, &may, (id, duty), (becomes, &reason), now))?;
        note_proposal(tx, (id, duty, person), (Act::Add, &reason), now)?;
        Ok(id)
    })
    .await
}

fn stays_within(draft: &Draft, sheet: &LockedSheet) -> Result<(), Faults> {
    if (sheet.from..=sheet.to).contains(&draft.started_on()) {
        return Ok(());
    }
    let days = (crate::views::format::short_date(sheet.from), crate::views::format::short_date(sheet.to));
    let text = format!("A correction stays within its period: the start must be from {} to {}", days.0, days.1);
    Err(Faults::one(At::Date, text))
}

fn proposed(written: Result<(), DbError>) -> Result<(), DutyError> {
    written.map_err(|error| match error.unique_violation() {
        Some("duty_corrections_open") => DutyError::Proposed,
        _ => error.into(),
    })
}

fn note_proposal(
    tx: &mut Tx<'_>,
    (id, duty, person): (CorrectionId, DutyId, PersonId),
    (act, reason): (Act, &str),
    now: Timestamp,
) -> Result<(), DutyError> {
    let entry = Entry::new("correction.propose")
        .on("correction", id)
        .about(person)
        .noting("duty", duty.0)
        .noting("act", act.as_str())
        .noting("reason", reason);
    audit::record(tx, now, entry)?;
    notices::hours::those_who_decide(tx, now)?;
    Ok(())
}

/// A correction in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The correction.
    pub correction: Correction,
    /// Whose it is.
    pub who: String,
}

/// What the list shows.
#[derive(Debug, Clone)]
pub struct Corrections {
    /// Those of others that wait for the caller, the longest waiting first.
    pub waiting: Vec<Listed>,
    /// Where they go on.
    pub next: Option<Cursor>,
    /// The caller's own, the newest first: the last fifty.
    pub own: Vec<Correction>,
    /// Whether the caller decides on anybody's.
    pub decides: bool,
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
}

/// Lists corrections: those that wait for the caller, and the caller's own; of these only what was decided since
/// `decided_since`, if it is said.
///
/// # Errors
/// [`DutyError::Authz`] when the caller neither proposes nor decides.
pub async fn list(
    db: &Db,
    caller: &Caller,
    after: Option<Cursor>,
    decided_since: Option<Timestamp>,
) -> Result<Corrections, DutyError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ListCorrections>(tx, ())?;
        let waiting = store::page(tx, &may, Whose::OthersWaiting, after, PER_PAGE)?;
        let own = store::page(tx, &may, decided_since.map_or(Whose::Own, Whose::OwnDecided), None, PER_PAGE)?.rows;
        let names = names(tx, waiting.rows.iter().map(|one| one.person).collect())?;
        let (kinds, units) = (duties::kinds(tx)?, duties::units(tx)?);
        let Page { rows, next } = waiting;
        let waiting = rows.into_iter().map(|correction| Listed { who: names.of(correction.person).name, correction });
        let decides = tx.caller().holds(permission::TIMESHEET_APPROVE);
        Ok(Corrections { waiting: waiting.collect(), next, own, decides, kinds, units })
    })
    .await
}

/// What the page of a correction shows.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The correction.
    pub correction: Correction,
    /// Whose it is, where that is not the reader.
    pub who: Option<String>,
    /// Whether the caller may decide on it now.
    pub decides: bool,
    /// Whether it is the caller's to take back.
    pub own: bool,
    /// The words for kinds.
    pub kinds: Kinds,
    /// The words for units.
    pub units: Units,
}

/// Opens a correction. Opening somebody else's is written to the audit trail.
///
/// # Errors
/// [`DutyError::Authz`] when there is none that the caller may see.
pub async fn open(db: &Db, caller: &Caller, id: CorrectionId, now: Timestamp) -> Result<Opened, DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadCorrection>(tx, id)?;
        let correction = may.facts().clone();
        let caller = tx.caller();
        let own = caller.is(correction.person);
        let mut who = None;
        if !own {
            let entry = Entry::new("correction.read").on("correction", id).about(correction.person);
            audit::record(tx, now, entry.allowed_by(caller, &DECIDES))?;
            who = Some(names(tx, vec![correction.person])?.of(correction.person).name);
        }
        let waits = correction.state == State::Proposed;
        Ok(Opened {
            decides: waits && authz::require::<DecideCorrection>(tx, id).is_ok(),
            own: waits && authz::require::<WithdrawCorrection>(tx, id).is_ok(),
            kinds: duties::kinds(tx)?,
            units: duties::units(tx)?,
            correction,
            who,
        })
    })
    .await
}

/// Takes a proposal of the caller's back.
///
/// # Errors
/// [`DutyError::Decided`] when it does not wait any more; [`DutyError::Authz`].
pub async fn withdraw(db: &Db, caller: &Caller, id: CorrectionId, now: Timestamp) -> Result<(), DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WithdrawCorrection>(tx, id)?;
        let person = may.facts().person;
        if !store::withdraw(tx, &may, now)? {
            return Err(DutyError::Decided);
        }
        audit::record(tx, now, Entry::new("correction.withdraw").on("correction", id).about(person))?;
        Ok(())
    })
    .await
}

/// What is decided of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is written, with what is to be said of it.
    Accept(Option<String>),
    /// It is not, for this reason.
    Refuse(String),
}

/// Decides on a proposal; what is accepted is written in the same transaction.
///
/// # Errors
/// [`DutyError::Decided`] when it does not wait any more; [`DutyError::Overtaken`] when the duty is no longer what it was
/// made on: then it can only be refused; [`DutyError::Authz`].
pub async fn decide(
    db: &Db,
    caller: &Caller,
    id: CorrectionId,
    decision: Decision,
    now: Timestamp,
) -> Result<(), DutyError> {
    db.write(caller, move |tx| {
        let may = authz::may::<DecideCorrection>(tx, id)?;
        let correction = may.facts().clone();
        let (deed, state, answer) = match &decision {
            Decision::Accept(answer) => ("correction.accept", State::Accepted, answer.as_deref()),
            Decision::Refuse(answer) => ("correction.refuse", State::Refused, Some(answer.as_str())),
        };
        if !store::decide(tx, &may, (state, answer), now)? {
            return Err(DutyError::Decided);
        }
        if state == State::Accepted && !store::apply(tx, &may)? {
            return Err(DutyError::Overtaken);
        }
        let caller = tx.caller();
        let entry = Entry::new(deed)
            .on("correction", id)
            .about(correction.person)
            .noting("duty", correction.duty.0)
            .noting("act", correction.act.as_str())
            .allowed_by(caller, &DECIDES);
        let entry = match answer {
            Some(answer) => entry.noting("answer", answer),
            None => entry,
        };
        audit::record(tx, now, entry)?;
        notices::hours::tell(tx, correction.person, NoticeKind::HoursDecided, now)?;
        Ok(())
    })
    .await
}
