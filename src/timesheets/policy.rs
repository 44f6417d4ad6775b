//! Who may do what with timesheets. The row-level policies say the same in SQL.

use super::model::{Right, Sheet, StandIn};
use super::{delegation_store, store};
use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DelegationId, PersonId, TimesheetId};

/// Keeping one's own timesheets: seeing, submitting, taking back.
#[derive(Debug)]
pub struct SubmitHours;

impl Permission for SubmitHours {
    const NAME: &'static str = "timesheet.submit";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        if caller.is(*person) && submits(caller) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// A sheet, and by which delegations the caller stands in for somebody who approves it.
#[derive(Debug, Clone)]
pub struct SheetFacts {
    /// The sheet.
    pub sheet: Sheet,
    /// What the caller stands in for today, for the sheet's unit; never for the sheet's own person.
    stands_in: Vec<StandIn>,
}

impl SheetFacts {
    fn load(tx: &mut Tx<'_>, id: TimesheetId, hold: bool) -> Result<Option<Self>, DbError> {
        let Some(sheet) = (if hold { store::held_sheet(tx, id)? } else { store::sheet(tx, id)? }) else {
            return Ok(None);
        };
        let all = delegation_store::stands_in(tx)?;
        let stands_in = all.into_iter().filter(|one| one.unit == sheet.unit && one.away != sheet.person).collect();
        Ok(Some(Self { sheet, stands_in }))
    }

    /// By which right the caller decides on the sheet.
    pub fn right(&self, caller: &Caller) -> Option<Right> {
        right_on(caller, &self.sheet, &self.stands_in)
    }

    /// In whose stead the caller decides, if it is not by a role of their own.
    pub fn in_stead_of(&self, caller: &Caller) -> Option<PersonId> {
        let Some(Right::InStead(delegation)) = self.right(caller) else { return None };
        self.stands_in.iter().find(|one| one.delegation == delegation).map(|one| one.away)
    }

    fn sees(&self, caller: &Caller) -> bool {
        let (person, unit) = (self.sheet.person, self.sheet.unit);
        (caller.is(person) && submits(caller))
            || caller.reaches(permission::TIMESHEET_READ, person, unit)
            || caller.reaches(permission::TIMESHEET_APPROVE, person, unit)
            // Whoever stands in sees what the database shows them: what waits, and what they decided.
            || !self.stands_in.is_empty()
    }
}

/// By which right `caller` decides on a sheet, whatever it has come to; nobody decides on their own, and nobody in
/// somebody's stead on that person's.
pub fn right_on(caller: &Caller, sheet: &Sheet, stands_in: &[StandIn]) -> Option<Right> {
    if caller.person_id() == Some(sheet.person) {
        return None;
    }
    if caller.reaches(permission::TIMESHEET_APPROVE, sheet.person, sheet.unit) {
        return Some(Right::Own);
    }
    let stand_in = stands_in.iter().find(|one| one.unit == sheet.unit && one.away != sheet.person);
    stand_in.map(|one| Right::InStead(one.delegation))
}

/// Opening a timesheet.
#[derive(Debug)]
pub struct ReadSheet;

impl Permission for ReadSheet {
    const NAME: &'static str = "timesheet.read";
    type Scope = TimesheetId;
    type Facts = SheetFacts;

    fn facts(tx: &mut Tx<'_>, id: TimesheetId) -> Result<Option<SheetFacts>, DbError> {
        SheetFacts::load(tx, id, false)
    }

    fn decide(caller: &Caller, facts: &SheetFacts) -> Verdict {
        if facts.sees(caller) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Taking a sheet of one's own back before anybody decided.
#[derive(Debug)]
pub struct WithdrawSheet;

impl Permission for WithdrawSheet {
    const NAME: &'static str = "timesheet.withdraw";
    type Scope = TimesheetId;
    type Facts = SheetFacts;

    fn facts(tx: &mut Tx<'_>, id: TimesheetId) -> Result<Option<SheetFacts>, DbError> {
        SheetFacts::load(tx, id, false)
    }

    fn decide(caller: &Caller, facts: &SheetFacts) -> Verdict {
        match (caller.is(facts.sheet.person) && submits(caller), facts.sees(caller)) {
            (true, _) => Verdict::Allow,
            (false, true) => Verdict::Deny,
            (false, false) => Verdict::Hide,
        }
    }
}

/// Approving or returning a sheet; it is held until the transaction ends, so that its hours stay as they are looked at.
#[derive(Debug)]
pub struct DecideSheet;

impl Permission for DecideSheet {
    const NAME: &'static str = "timesheet.approve";
    type Scope = TimesheetId;
    type Facts = SheetFacts;

    fn facts(tx: &mut Tx<'_>, id: TimesheetId) -> Result<Option<SheetFacts>, DbError> {
        SheetFacts::load(tx, id, true)
    }

    fn decide(caller: &Caller, facts: &SheetFacts) -> Verdict {
        match (facts.right(caller), facts.sees(caller)) {
            (Some(_right), _) => Verdict::Allow,
            (None, true) => Verdict::Deny,
            (None, false) => Verdict::Hide,
        }
    }
}

/// Reopening an approved sheet: by a role of one's own alone, since whoever stands in has no business with what is over.
#[derive(Debug)]
pub struct ReopenSheet;

impl Permission for ReopenSheet {
    const NAME: &'static str = "timesheet.reopen";
    type Scope = TimesheetId;
    type Facts = SheetFacts;

    fn facts(tx: &mut Tx<'_>, id: TimesheetId) -> Result<Option<SheetFacts>, DbError> {
        SheetFacts::load(tx, id, false)
    }

    fn decide(caller: &Caller, facts: &SheetFacts) -> Verdict {
        match (facts.right(caller), facts.sees(caller)) {
            (Some(Right::Own), _) => Verdict::Allow,
            (_, true) => Verdict::Deny,
            (_, false) => Verdict::Hide,
        }
    }
}

/// Listing the sheets of others that the caller may see. Everybody may ask: whoever approves for nobody gets none.
#[derive(Debug)]
pub struct ReadDesk;

/// What somebody has to do with the hours of others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskFacts {
    /// They approve hours by a role of their own.
    pub approves: bool,
    /// They read hours of others.
    pub reads: bool,
    /// For what they stand in today.
    pub stands_in: Vec<StandIn>,
}

impl Permission for ReadDesk {
    const NAME: &'static str = "timesheet.list";
    type Scope = ();
    type Facts = DeskFacts;

    fn facts(tx: &mut Tx<'_>, (): ()) -> Result<Option<DeskFacts>, DbError> {
        let stands_in = delegation_store::stands_in(tx)?;
        let caller = tx.caller();
        Ok(Some(DeskFacts {
            approves: approves(caller),
            reads: caller.reach(permission::TIMESHEET_READ).is_some(),
            stands_in,
        }))
    }

    fn decide(caller: &Caller, _facts: &DeskFacts) -> Verdict {
        if caller.person().is_some() { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Naming somebody who decides in one's stead, and seeing whom one named.
#[derive(Debug)]
pub struct Delegate;

impl Permission for Delegate {
    const NAME: &'static str = "delegation.make";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        // A program that acts for somebody hands nobody's rights on.
        if approves(caller) && caller.token().is_none() { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Ending that somebody decides in one's stead.
#[derive(Debug)]
pub struct EndDelegation;

impl Permission for EndDelegation {
    const NAME: &'static str = "delegation.end";
    type Scope = DelegationId;
    type Facts = super::delegations::Delegation;

    fn facts(tx: &mut Tx<'_>, id: DelegationId) -> Result<Option<Self::Facts>, DbError> {
        delegation_store::delegation(tx, id)
    }

    fn decide(caller: &Caller, delegation: &Self::Facts) -> Verdict {
        // Whoever was named sees it, and does not end it.
        if caller.is(delegation.away) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Saying from when on hours are submitted, and how.
#[derive(Debug)]
pub struct ConfigureHours;

impl Permission for ConfigureHours {
    const NAME: &'static str = "timesheet.configure";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::ORGANISATION_CONFIGURE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Downloading approved hours for payroll.
#[derive(Debug)]
pub struct ExportHours;

impl Permission for ExportHours {
    const NAME: &'static str = "payroll.export-hours";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let may = caller.holds_for_all(permission::PAYROLL_EXPORT) && caller.holds_for_all(permission::TIMESHEET_READ);
        if may { Verdict::Allow } else { Verdict::Deny }
    }
}

fn submits(caller: &Caller) -> bool {
    caller.reach(permission::TIMESHEET_SUBMIT).is_some_and(|reach| reach.own)
}

fn approves(caller: &Caller) -> bool {
    caller.reach(permission::TIMESHEET_APPROVE).is_some_and(|reach| reach.organisation || !reach.units.is_empty())
}
