//! Who decides on hours while somebody is away: named by the one who is away, for two dates, and ended by themself or by
//! the calendar. It gives what the other holds by roles at that moment and nothing that others gave them, so nobody hands
//! on what was handed to them; and nobody comes to decide on their own hours, nor on those of the one who is away.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::error::TimesheetError;
use super::policy::{Delegate, EndDelegation};
use super::rules::LONGEST_DELEGATION_DAYS;
use super::{delegation_store as store, rules};
use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller};
use crate::db::Db;
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::kernel::civil;
use crate::kernel::ids::{DelegationId, PersonId, UnitId};

const DELEGATE: Field = Field::shown("delegate");
const FROM: Field = Field::shown("from_day");
const TO: Field = Field::shown("to_day");
const ENDED: Field = Field::shown("ended");

/// Characters of a reason at most; the database holds the same limit.
const LONGEST_REASON: usize = 200;

/// That somebody decides in somebody's stead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Which one.
    pub id: DelegationId,
    /// Who is away.
    pub away: PersonId,
    /// Who decides.
    pub delegate: PersonId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Why, for the two of them.
    pub reason: Option<String>,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

/// How a delegation stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has not begun.
    Planned,
    /// It counts.
    Running,
    /// Its last day is over.
    Over,
    /// It was ended before its time.
    Ended,
}

impl Delegation {
    /// How it stands on `today`.
    pub fn standing(&self, today: Date) -> Standing {
        match () {
            () if self.ended_at.is_some() => Standing::Ended,
            () if today < self.from => Standing::Planned,
            () if today > self.to => Standing::Over,
            () => Standing::Running,
        }
    }
}

/// A delegation to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelegation {
    /// Who decides.
    pub delegate: PersonId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Why.
    pub reason: Option<String>,
}

/// Somebody who may be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// Their employee number.
    pub number: Option<String>,
    /// Their home unit.
    pub unit: UnitId,
}

/// Checks two days and a reason, each at its field: `from`, `to`, `reason`.
///
/// # Errors
/// Everything that is wrong: field and sentence.
pub fn check(
    delegate: Option<PersonId>,
    (from, to): (Option<Date>, Option<Date>),
    reason: &str,
    today: Date,
) -> Result<NewDelegation, Vec<(&'static str, String)>> {
    let mut wrong: Vec<(&'static str, String)> = Vec::new();
    if delegate.is_none() {
        wrong.push(("delegate", "Choose who decides in your stead".to_owned()));
    }
    match from {
        None => wrong.push(("from", "Enter the first day, like 22/11/2026".to_owned())),
        Some(from) if from < today => wrong.push(("from", "The first day must be today or later".to_owned())),
        Some(_good) => {}
    }
    match (from, to) {
        (_, None) => wrong.push(("to", "Enter the last day, like 29/11/2026".to_owned())),
        (Some(from), Some(to)) if to < from => {
            wrong.push(("to", "The last day must not be before the first".to_owned()));
        }
        (Some(from), Some(to))
            if from.checked_add((LONGEST_DELEGATION_DAYS - 1).days()).is_ok_and(|last| to > last) =>
        {
            wrong.push((
                "to",
                "Three months at most: whoever is away for longer has somebody acting up, by a role for that time"
                    .to_owned(),
            ));
        }
        _ => {}
    }
    let reason = match rules::optional_reason(reason) {
        Ok(Some(reason)) if reason.chars().count() > LONGEST_REASON => {
            wrong.push(("reason", "Shorten it to 200 characters".to_owned()));
            None
        }
        Ok(reason) => reason,
        Err(text) => {
            wrong.push(("reason", text.to_owned()));
            None
        }
    };
    match (delegate, from, to) {
        (Some(delegate), Some(from), Some(to)) if wrong.is_empty() => Ok(NewDelegation { delegate, from, to, reason }),
        _ => Err(wrong),
    }
}

/// What the page of delegations shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Those that the caller made, the last to end first, with the name of who decides.
    pub made: Vec<(Delegation, String)>,
    /// Those that name the caller, with the name of who is away.
    pub held: Vec<(Delegation, String)>,
    /// Whether the caller may make another.
    pub may_make: bool,
}

/// The caller's delegations: whom they named, and who named them. Everybody may ask for theirs.
///
/// # Errors
/// [`TimesheetError::Db`].
pub async fn shown(db: &Db, caller: &Caller) -> Result<Shown, TimesheetError> {
    db.read(caller, |tx| {
        let names = store::names(tx)?;
        let name = |person: PersonId| {
            let known = names.iter().find(|(known, _name)| *known == person);
            known.map_or_else(|| "Somebody".to_owned(), |(_known, name)| name.clone())
        };
        let caller = tx.caller();
        let (made, held) = store::delegations(tx)?.into_iter().partition::<Vec<_>, _>(|one| caller.is(one.away));
        Ok(Shown {
            made: made.into_iter().map(|one| (one.clone(), name(one.delegate))).collect(),
            held: held.into_iter().map(|one| (one.clone(), name(one.away))).collect(),
            may_make: authz::require::<Delegate>(tx, ()).is_ok(),
        })
    })
    .await
}

/// People whom the caller may name, by name or number; and the words for their units.
///
/// # Errors
/// [`TimesheetError::Authz`] when the caller approves nobody's hours.
pub async fn candidates(db: &Db, caller: &Caller, wanted: String) -> Result<(Vec<Candidate>, Units), TimesheetError> {
    db.read(caller, move |tx| {
        let may = authz::may::<Delegate>(tx, ())?;
        let wanted = wanted.trim();
        let found = if wanted.is_empty() { Vec::new() } else { store::candidates(tx, &may, wanted)? };
        Ok((found, words_in(tx)?.1))
    })
    .await
}

/// Names somebody.
///
/// # Errors
/// [`TimesheetError::Field`] for somebody whom the caller may not name; [`TimesheetError::Authz`].
pub async fn make(
    db: &Db,
    caller: &Caller,
    new: NewDelegation,
    now: Timestamp,
) -> Result<DelegationId, TimesheetError> {
    let id = DelegationId::new(now);
    db.write(caller, move |tx| {
        let may = authz::may::<Delegate>(tx, ())?;
        if !store::may_be_named(tx, &may, new.delegate)? {
            return Err(TimesheetError::Field("delegate", "Choose somebody from the list".to_owned()));
        }
        store::insert(tx, &may, id, &new, now)?;
        // Why somebody is away is between the two: it may be an illness.
        let entry = Entry::new("delegation.make").on("delegation", id).about(new.delegate).changed([
            DELEGATE.change(None::<uuid::Uuid>, new.delegate.0),
            FROM.change(None::<&str>, new.from.to_string()),
            TO.change(None::<&str>, new.to.to_string()),
        ]);
        audit::record(tx, now, entry)?;
        Ok(id)
    })
    .await
}

/// What the page before ending one shows: the delegation and the name of who decides.
///
/// # Errors
/// [`TimesheetError::Authz`] when it is not the caller's.
pub async fn to_end(db: &Db, caller: &Caller, id: DelegationId) -> Result<(Delegation, String), TimesheetError> {
    db.read(caller, move |tx| {
        let delegation = authz::may::<EndDelegation>(tx, id)?.facts().clone();
        let names = store::names(tx)?;
        let name = names.into_iter().find(|(known, _name)| *known == delegation.delegate).map(|(_known, name)| name);
        Ok((delegation, name.unwrap_or_else(|| "Somebody".to_owned())))
    })
    .await
}

/// Ends one before its time.
///
/// # Errors
/// [`TimesheetError::Moved`] when it has ended; [`TimesheetError::Authz`] when it is not the caller's.
pub async fn end(db: &Db, caller: &Caller, id: DelegationId, now: Timestamp) -> Result<(), TimesheetError> {
    db.write(caller, move |tx| {
        let may = authz::may::<EndDelegation>(tx, id)?;
        let delegate = may.facts().delegate;
        if may.facts().standing(civil::local(now).date()) == Standing::Over || !store::end(tx, &may, now)? {
            return Err(TimesheetError::Moved);
        }
        let entry = Entry::new("delegation.end").on("delegation", id).about(delegate);
        audit::record(tx, now, entry.changed([ENDED.change(false, true)]))?;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn fields(wrong: &[(&'static str, String)]) -> Vec<&'static str> {
        wrong.iter().map(|(field, _text)| *field).collect()
    }

    #[test]
    fn two_days_and_somebody_are_needed_and_three_months_are_the_most() {
        let (who, today) = (Some(PersonId::NIL), date(2026, 11, 22));
        let days = |from, to| (Some(from), Some(to));
        assert!(check(who, days(today, today), "", today).is_ok());
        assert!(check(who, days(today, date(2027, 2, 21)), "Leave", today).is_ok());
        let wrong = |days| fields(&check(who, days, "", today).expect_err("wrong"));
        assert_eq!(wrong(days(today, date(2027, 2, 22))), ["to"]);
        assert_eq!(wrong(days(date(2026, 11, 21), today)), ["from"]);
        assert_eq!(wrong(days(date(2026, 11, 24), date(2026, 11, 23))), ["to"]);
        assert_eq!(
            fields(&check(None, (None, None), &"x".repeat(201), today).expect_err("wrong")),
            ["delegate", "from", "to", "reason"]
        );
    }

    #[test]
    fn a_delegation_is_planned_runs_and_is_over() {
        let mut one = Delegation {
            id: DelegationId::NIL,
            away: PersonId::NIL,
            delegate: PersonId::NIL,
            from: date(2026, 11, 22),
            to: date(2026, 11, 23),
            reason: None,
            ended_at: None,
        };
        let seen = [21, 22, 23, 24].map(|day| one.standing(date(2026, 11, day)));
        assert_eq!(seen, [Standing::Planned, Standing::Running, Standing::Running, Standing::Over]);
        one.ended_at = Some(Timestamp::UNIX_EPOCH);
        assert_eq!(one.standing(date(2026, 11, 22)), Standing::Ended);
    }
}
