//! Deciding on the hours of others: approving, returning, reopening.
//!
//! Whoever decides sends back the mark of what they were shown. The sheet is held while it is decided, and whoever writes
//! a duty of its period holds it too: so what is approved is what was seen, to the last duty.

use jiff::Timestamp;

use super::desk::{DeskRow, PER_PAGE, READS, held, in_stead, with_what_it_takes};
use super::error::TimesheetError;
use super::model::{Sheet, State};
use super::own::with_hours;
use super::policy::{DecideSheet, ReadDesk, ReopenSheet};
use super::rules::mark;
use super::{settings_store, store};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller};
use crate::db::{Db, Tx};
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::duties::{Named, names};
use crate::kernel::civil;
use crate::kernel::ids::TimesheetId;
use crate::notices::{self, NoticeKind};

/// What is decided of a sheet that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is approved, and its duties are locked.
    Approve,
    /// It goes back, for this reason.
    Return(String),
}

/// Decides on a sheet that waits, as `shown` stands for it.
///
/// # Errors
/// [`TimesheetError::Moved`] when it does not wait any more; [`TimesheetError::HoursChanged`] when it is not what was shown;
/// [`TimesheetError::Authz`].
pub async fn decide(
    db: &Db,
    caller: &Caller,
    id: TimesheetId,
    shown: String,
    decision: Decision,
    now: Timestamp,
) -> Result<(), TimesheetError> {
    db.write(caller, move |tx| decide_in(tx, id, &shown, &decision, now)).await
}

fn decide_in(
    tx: &mut Tx<'_>,
    id: TimesheetId,
    shown: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), TimesheetError> {
    let may = match authz::may::<DecideSheet>(tx, id) {
        // The database lets nobody hold a sheet that does not wait: whoever may see it learns that it has moved on.
        Err(AuthzError::Hidden) if store::sheet(tx, id)?.is_some_and(|sheet| sheet.state != State::Submitted) => {
            return Err(TimesheetError::Moved);
        }
        other => other?,
    };
    let sheet = may.facts().sheet.clone();
    let caller = tx.caller();
    let right = may.facts().right(caller).ok_or(AuthzError::Hidden)?;
    if sheet.state != State::Submitted {
        return Err(TimesheetError::Moved);
    }
    let lines = store::lines_of(tx, &[id])?.remove(&id).unwrap_or_default();
    // What goes back may have changed: it is looked at again anyway.
    if *decision == Decision::Approve && mark(&sheet, &lines) != shown {
        return Err(TimesheetError::HoursChanged);
    }
    let (deed, state, reason, notice) = match decision {
        Decision::Approve => ("timesheet.approve", State::Approved, None, NoticeKind::HoursApproved),
        Decision::Return(reason) => {
            ("timesheet.return", State::Returned, Some(reason.as_str()), NoticeKind::HoursReturned)
        }
    };
    if !store::decide(tx, &may, right, (state, reason), now)? {
        return Err(TimesheetError::Moved);
    }
    let entry = in_stead(Entry::new(deed).on("timesheet", id).about(sheet.person), may.facts().in_stead_of(caller));
    let entry = with_hours(entry, &sheet, held(&lines)).allowed_by(caller, &READS);
    let entry = match reason {
        Some(reason) => entry.noting("reason", reason),
        None => entry,
    };
    audit::record(tx, now, entry)?;
    notices::hours::tell(tx, sheet.person, notice, now)?;
    Ok(())
}

/// Sheets that are to be approved together: those of `ids` that wait and that the caller decides on, as they are now.
///
/// # Errors
/// [`TimesheetError::Db`].
pub async fn to_confirm(
    db: &Db,
    caller: &Caller,
    ids: Vec<TimesheetId>,
    now: Timestamp,
) -> Result<(Vec<DeskRow>, Units), TimesheetError> {
    let today = civil::local(now).date();
    db.read(caller, move |tx| {
        let may = authz::may::<ReadDesk>(tx, ())?;
        let stands_in = may.facts().stands_in.clone();
        let calendar = settings_store::calendar(tx)?;
        let sheets = store::waiting(tx, &may, &ids)?;
        let mut rows = with_what_it_takes(tx, sheets, &stands_in, &calendar, today)?;
        rows.retain(|row| row.right.is_some());
        Ok((rows, words_in(tx)?.1))
    })
    .await
}

/// What became of approving several at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approved {
    /// How many were approved.
    pub approved: i64,
    /// How many were left, because they had changed or moved on meanwhile.
    pub left: i64,
}

/// Approves several sheets, each as its mark stands for it. One that changed or moved on meanwhile is left as it is; all
/// others are approved, in one transaction.
///
/// # Errors
/// [`TimesheetError::Authz`] for one that the caller does not decide on: then none is approved.
pub async fn approve_many(
    db: &Db,
    caller: &Caller,
    mut shown: Vec<(TimesheetId, String)>,
    now: Timestamp,
) -> Result<Approved, TimesheetError> {
    // In one order for everybody, so that two who approve at once do not wait for each other.
    shown.sort_unstable();
    shown.dedup_by(|one, other| one.0 == other.0);
    shown.truncate(PER_PAGE.into());
    db.write(caller, move |tx| {
        let mut done = Approved::default();
        for (id, mark) in &shown {
            match decide_in(tx, *id, mark, &Decision::Approve, now) {
                Ok(()) => done.approved += 1,
                // Taken back meanwhile, it is hidden from whoever stands in.
                Err(
                    TimesheetError::Moved | TimesheetError::HoursChanged | TimesheetError::Authz(AuthzError::Hidden),
                ) => done.left += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    })
    .await
}

/// What the page before reopening shows: the sheet and whose it is, and how many claims of its duties payroll has taken.
///
/// # Errors
/// [`TimesheetError::Authz`]; [`TimesheetError::Moved`] when it is not approved.
pub async fn to_reopen(db: &Db, caller: &Caller, id: TimesheetId) -> Result<(Sheet, Named, i64), TimesheetError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReopenSheet>(tx, id)?;
        let sheet = may.facts().sheet.clone();
        if sheet.state != State::Approved {
            return Err(TimesheetError::Moved);
        }
        let names = names(tx, vec![sheet.person])?;
        let paid = store::paid_claims(tx, &may)?;
        let who = names.of(sheet.person);
        Ok((sheet, who, paid))
    })
    .await
}

/// Reopens an approved sheet: its duties can be changed again until it is submitted and approved anew.
///
/// # Errors
/// [`TimesheetError::Moved`] when it is not approved any more; [`TimesheetError::Authz`].
pub async fn reopen(
    db: &Db,
    caller: &Caller,
    id: TimesheetId,
    reason: String,
    now: Timestamp,
) -> Result<(), TimesheetError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReopenSheet>(tx, id)?;
        let sheet = may.facts().sheet.clone();
        if sheet.state != State::Approved || !store::reopen(tx, &may, &reason, now)? {
            return Err(TimesheetError::Moved);
        }
        let caller = tx.caller();
        let entry = Entry::new("timesheet.reopen").on("timesheet", id).about(sheet.person).noting("reason", reason);
        let entry = with_hours(entry, &sheet, sheet.approved.unwrap_or_default()).allowed_by(caller, &READS);
        audit::record(tx, now, entry)?;
        notices::hours::tell(tx, sheet.person, NoticeKind::HoursReturned, now)?;
        Ok(())
    })
    .await
}
