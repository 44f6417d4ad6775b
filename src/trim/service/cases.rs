//! What practitioners do. The trail names the case and never whom it is about: who reads the trail would learn who accepted.

use jiff::Timestamp;

use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::{Db, Tx};
use crate::kernel::ids::{PersonId, TrimCaseId, TrimMeetingId};
use crate::organisation::units;
use crate::trim::error::TrimError;
use crate::trim::model::{Case, Meeting, Reachable};
use crate::trim::policy::{HoldCase, OpenCase, Practise};
use crate::trim::rules::{self, Standing, TypedMeeting};
use crate::trim::score::Score;
use crate::trim::service::scores;
use crate::trim::store;
use crate::vault::Vaults;

/// A case in the list.
#[derive(Debug, Clone)]
pub struct CaseLine {
    /// The case.
    pub case: Case,
    /// Whom it is about.
    pub person: Option<Reachable>,
    /// How it stands.
    pub standing: Standing,
}

/// The caseload.
#[derive(Debug, Clone, Default)]
pub struct Caseload {
    /// Accepted, and taken by nobody.
    pub free: Vec<CaseLine>,
    /// One's own, still open.
    pub mine: Vec<CaseLine>,
    /// One's own that are closed, the latest first; at most fifty.
    pub closed: Vec<CaseLine>,
}

/// Opens the caseload: free cases and one's own, none that is about oneself.
///
/// # Errors
/// [`TrimError::Authz`] for who does not practise.
pub async fn caseload(db: &Db, caller: &Caller, now: Timestamp) -> Result<Caseload, TrimError> {
    db.read(caller, move |tx| caseload_in(tx, now)).await
}

/// The same within a transaction.
pub(in crate::trim) fn caseload_in(tx: &mut Tx<'_>, now: Timestamp) -> Result<Caseload, TrimError> {
    authz::require::<Practise>(tx, ())?;
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let mut all = store::cases(tx)?;
    all.retain(|case| case.person != me);
    let ids: Vec<_> = all.iter().map(|case| case.id).collect();
    let meetings = store::meetings(tx, &ids)?;
    let people = store::people(tx, &all.iter().map(|case| case.person).collect::<Vec<_>>())?;
    let mut load = Caseload::default();
    for case in all {
        let of_case: Vec<Meeting> = meetings.iter().filter(|meeting| meeting.case == case.id).cloned().collect();
        let standing = rules::standing(&case, &of_case, now);
        let person = people.iter().find(|one| one.id == case.person).cloned();
        let part = match (case.ended.is_some(), case.practitioner.is_some()) {
            (true, _) => &mut load.closed,
            (false, true) => &mut load.mine,
            (false, false) => &mut load.free,
        };
        part.push(CaseLine { case, person, standing });
    }
    load.closed.sort_by_key(|line| std::cmp::Reverse(line.case.ended.map(|(at, _how)| at)));
    load.closed.truncate(50);
    Ok(load)
}

/// A case with everything that its page shows.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The case.
    pub case: Case,
    /// Whom it is about.
    pub person: Option<Reachable>,
    /// Their unit, by its names.
    pub unit: String,
    /// What took place.
    pub meetings: Vec<Meeting>,
    /// How it stands.
    pub standing: Standing,
    /// Whom it could be handed to.
    pub successors: Vec<(PersonId, String)>,
}

/// Opens a case.
///
/// # Errors
/// [`TrimError::Authz`] when it is somebody else's, about oneself, or withdrawn.
pub async fn open(db: &Db, caller: &Caller, id: TrimCaseId, now: Timestamp) -> Result<Opened, TrimError> {
    db.read(caller, move |tx| {
        let may = authz::may::<OpenCase>(tx, id)?;
        let case = may.facts().clone();
        opened(tx, case, now)
    })
    .await
}

fn opened(tx: &mut Tx<'_>, case: Case, now: Timestamp) -> Result<Opened, TrimError> {
    let practise = authz::may::<Practise>(tx, ())?;
    let meetings = store::meetings(tx, &[case.id])?;
    let person = store::people(tx, &[case.person])?.pop();
    let tree = units::tree_in(tx)?;
    let mut successors = store::practitioners(tx, &practise)?;
    successors.retain(|(id, _name)| *id != case.person);
    Ok(Opened {
        unit: person.as_ref().map(|person| tree.path(person.unit)).unwrap_or_default(),
        standing: rules::standing(&case, &meetings, now),
        person,
        meetings,
        successors,
        case,
    })
}

fn note(tx: &mut Tx<'_>, deed: &'static str, case: TrimCaseId, now: Timestamp) -> Result<(), TrimError> {
    audit::record(tx, now, Entry::new(deed).on("TRiM case", case))?;
    Ok(())
}

/// Takes a free case over.
///
/// # Errors
/// [`TrimError::Changed`] when somebody was quicker; [`TrimError::Authz`] for one's own.
pub async fn claim(db: &Db, caller: &Caller, id: TrimCaseId, now: Timestamp) -> Result<(), TrimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<OpenCase>(tx, id)?;
        if !store::claim(tx, &may, now)? {
            return Err(TrimError::Changed);
        }
        note(tx, "trim.claim", id, now)
    })
    .await
}

/// Gives a case of one's own to somebody else who practises, or back to all of them (`None`).
///
/// # Errors
/// [`TrimError::Invalid`] when it is about whom it is given to, or they do not practise.
pub async fn hand_over(
    db: &Db,
    caller: &Caller,
    id: TrimCaseId,
    to: Option<PersonId>,
    now: Timestamp,
) -> Result<(), TrimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HoldCase>(tx, id)?;
        if !store::hand_over(tx, &may, to, now)? {
            return Err(TrimError::field("to", "Choose somebody who practises and whom the case is not about"));
        }
        note(tx, "trim.hand-over", id, now)
    })
    .await
}

/// Records that the next meeting took place, with the score if there is one: sealed to the vault of the caller and to the
/// member's, if they have one.
///
/// # Errors
/// [`TrimError::TooEarly`]; [`TrimError::Invalid`], also for a score of somebody who has no vault to seal it to.
pub async fn meet(
    db: &Db,
    vaults: &Vaults,
    caller: &Caller,
    id: TrimCaseId,
    typed: TypedMeeting,
    now: Timestamp,
) -> Result<(), TrimError> {
    let vaults = vaults.clone();
    db.write(caller, move |tx| {
        let may = authz::may::<HoldCase>(tx, id)?;
        let meetings = store::meetings(tx, &[id])?;
        let meeting = rules::check_meeting(&typed, may.facts(), &meetings, now)?;
        let score = Score::check(&typed.item)?;
        let held = TrimMeetingId::new(now);
        store::meet(tx, &may, held, &meeting, now)?;
        if let Some(score) = score {
            scores::seal(tx, &vaults, &may, held, &score, now)?;
        }
        note(tx, "trim.meet", id, now)
    })
    .await
}

/// Closes a case of one's own.
///
/// # Errors
/// [`TrimError::Changed`] when it ended meanwhile.
pub async fn close(db: &Db, caller: &Caller, id: TrimCaseId, now: Timestamp) -> Result<(), TrimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HoldCase>(tx, id)?;
        if !store::close(tx, &may, now)? {
            return Err(TrimError::Changed);
        }
        note(tx, "trim.close", id, now)
    })
    .await
}
