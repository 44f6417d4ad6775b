//! Who may do what with a duty. The row-level policies say the same in SQL.

use super::corrections::Correction;
use super::model::{DutyRow, LockedSheet, Sight};
use super::store;
use crate::authz::{Caller, Permission, TeamAct, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CorrectionId, DutyId, PersonId, TimesheetId, UnitId};

/// Logging a duty of one's own.
#[derive(Debug)]
pub struct LogDuty;

impl Permission for LogDuty {
    const NAME: &'static str = "duty.log";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        if caller.person_id() == Some(*person) && holds_own(caller, permission::DUTY_LOG) {
            Verdict::Allow
        } else {
            Verdict::Deny
        }
    }
}

/// Opening a duty.
#[derive(Debug)]
pub struct ReadDuty;

impl Permission for ReadDuty {
    const NAME: &'static str = "duty.read";
    type Scope = DutyId;
    type Facts = DutyRow;

    fn facts(tx: &mut Tx<'_>, id: DutyId) -> Result<Option<DutyRow>, DbError> {
        store::duty(tx, id)
    }

    fn decide(caller: &Caller, duty: &DutyRow) -> Verdict {
        match Sight::of(caller, duty.person, duty.unit) {
            Some(_) => Verdict::Allow,
            None => Verdict::Hide,
        }
    }
}

/// Changing a duty.
#[derive(Debug)]
pub struct EditDuty;

impl Permission for EditDuty {
    const NAME: &'static str = "duty.edit";
    type Scope = DutyId;
    type Facts = DutyRow;

    fn facts(tx: &mut Tx<'_>, id: DutyId) -> Result<Option<DutyRow>, DbError> {
        store::duty(tx, id)
    }

    fn decide(caller: &Caller, duty: &DutyRow) -> Verdict {
        change(caller, duty, permission::DUTY_EDIT)
    }
}

/// Deleting a duty.
#[derive(Debug)]
pub struct DeleteDuty;

impl Permission for DeleteDuty {
    const NAME: &'static str = "duty.delete";
    type Scope = DutyId;
    type Facts = DutyRow;

    fn facts(tx: &mut Tx<'_>, id: DutyId) -> Result<Option<DutyRow>, DbError> {
        store::duty(tx, id)
    }

    fn decide(caller: &Caller, duty: &DutyRow) -> Verdict {
        change(caller, duty, permission::DUTY_DELETE)
    }
}

/// Proposing to correct or remove a duty of one's own whose hours are approved.
#[derive(Debug)]
pub struct ProposeCorrection;

impl Permission for ProposeCorrection {
    const NAME: &'static str = "correction.propose";
    type Scope = DutyId;
    type Facts = DutyRow;

    fn facts(tx: &mut Tx<'_>, id: DutyId) -> Result<Option<DutyRow>, DbError> {
        store::duty(tx, id)
    }

    fn decide(caller: &Caller, duty: &DutyRow) -> Verdict {
        change(caller, duty, permission::TIMESHEET_SUBMIT)
    }
}

/// Proposing to add a duty to an approved timesheet of one's own.
#[derive(Debug)]
pub struct ProposeAddition;

impl Permission for ProposeAddition {
    const NAME: &'static str = "correction.propose-addition";
    type Scope = TimesheetId;
    type Facts = LockedSheet;

    fn facts(tx: &mut Tx<'_>, id: TimesheetId) -> Result<Option<LockedSheet>, DbError> {
        store::locked_sheet(tx, store::Which::Is(id))
    }

    fn decide(caller: &Caller, sheet: &LockedSheet) -> Verdict {
        let own = caller.is(sheet.person) && holds_own(caller, permission::TIMESHEET_SUBMIT);
        if own { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Listing corrections: those that wait for the caller, and their own.
#[derive(Debug)]
pub struct ListCorrections;

impl Permission for ListCorrections {
    const NAME: &'static str = "correction.list";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let concerned = holds_own(caller, permission::TIMESHEET_SUBMIT) || caller.holds(permission::TIMESHEET_APPROVE);
        if concerned { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Opening a correction.
#[derive(Debug)]
pub struct ReadCorrection;

impl Permission for ReadCorrection {
    const NAME: &'static str = "correction.read";
    type Scope = CorrectionId;
    type Facts = Correction;

    fn facts(tx: &mut Tx<'_>, id: CorrectionId) -> Result<Option<Correction>, DbError> {
        store::corrections::correction(tx, id)
    }

    fn decide(caller: &Caller, correction: &Correction) -> Verdict {
        if proposes(caller, correction) || approves(caller, correction) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Taking a proposal of one's own back.
#[derive(Debug)]
pub struct WithdrawCorrection;

impl Permission for WithdrawCorrection {
    const NAME: &'static str = "correction.withdraw";
    type Scope = CorrectionId;
    type Facts = Correction;

    fn facts(tx: &mut Tx<'_>, id: CorrectionId) -> Result<Option<Correction>, DbError> {
        store::corrections::correction(tx, id)
    }

    fn decide(caller: &Caller, correction: &Correction) -> Verdict {
        match (proposes(caller, correction), approves(caller, correction)) {
            (true, _) => Verdict::Allow,
            (false, true) => Verdict::Deny,
            (false, false) => Verdict::Hide,
        }
    }
}

/// Accepting or refusing a correction.
#[derive(Debug)]
pub struct DecideCorrection;

impl Permission for DecideCorrection {
    const NAME: &'static str = "correction.decide";
    type Scope = CorrectionId;
    type Facts = Correction;

    fn facts(tx: &mut Tx<'_>, id: CorrectionId) -> Result<Option<Correction>, DbError> {
        store::corrections::correction(tx, id)
    }

    fn decide(caller: &Caller, correction: &Correction) -> Verdict {
        let own = caller.person_id() == Some(correction.person);
        match (approves(caller, correction) && !own, proposes(caller, correction) || approves(caller, correction)) {
            (true, _) => Verdict::Allow,
            (false, true) => Verdict::Deny,
            (false, false) => Verdict::Hide,
        }
    }
}

/// Listing somebody's duties: one's own, or those of a person whom one may see.
#[derive(Debug)]
pub struct ReadDutiesOf;

/// Whose duties are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The person.
    pub person: PersonId,
    /// Their home unit; `None` for oneself, whom nobody has to look up.
    pub unit: Option<UnitId>,
    /// Their name, when it is somebody else.
    pub name: Option<String>,
}

impl Permission for ReadDutiesOf {
    const NAME: &'static str = "duty.list";
    type Scope = PersonId;
    type Facts = Whose;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Whose>, DbError> {
        if tx.caller().person_id() == Some(person) {
            return Ok(Some(Whose { person, unit: None, name: None }));
        }
        store::person(tx, person)
    }

    fn decide(caller: &Caller, whose: &Whose) -> Verdict {
        let reached = match whose.unit {
            None => caller.person().is_some_and(|me| Sight::of(caller, me.id, me.unit).is_some()),
            Some(unit) => Sight::of(caller, whose.person, unit).is_some(),
        };
        if reached { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Downloading one's own duties.
#[derive(Debug)]
pub struct ExportOwn;

impl Permission for ExportOwn {
    const NAME: &'static str = "duty.export";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        let reach = caller.reach(permission::DUTY_EXPORT).filter(|_reach| caller.person_id() == Some(*person));
        if reach.is_some_and(|reach| reach.own || reach.organisation) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Downloading the duties of a team.
#[derive(Debug)]
pub struct ExportTeam;

impl TeamAct for ExportTeam {
    const NAME: &'static str = "team.export";
    const REACHED_BY: &'static [&'static str] = &[permission::DUTY_EXPORT];
}

/// Seeing the hours of a team.
#[derive(Debug)]
pub struct ReadTeam;

impl TeamAct for ReadTeam {
    const NAME: &'static str = "team.read";
    const REACHED_BY: &'static [&'static str] = &[permission::DUTY_READ, permission::HOURS_READ];
}

fn proposes(caller: &Caller, correction: &Correction) -> bool {
    caller.is(correction.person) && holds_own(caller, permission::TIMESHEET_SUBMIT)
}

fn approves(caller: &Caller, correction: &Correction) -> bool {
    caller.reaches(permission::TIMESHEET_APPROVE, correction.person, correction.unit)
}

fn holds_own(caller: &Caller, permission: &str) -> bool {
    caller.reach(permission).is_some_and(|reach| reach.own)
}

/// Only the owner changes a duty, and only one that they can read; whoever else sees it may know that it exists.
fn change(caller: &Caller, duty: &DutyRow, permission: &str) -> Verdict {
    match Sight::of(caller, duty.person, duty.unit) {
        Some(Sight::Own) if holds_own(caller, permission) => Verdict::Allow,
        Some(_) => Verdict::Deny,
        None => Verdict::Hide,
    }
}
