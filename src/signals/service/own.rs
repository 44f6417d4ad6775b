//! A member's own signals, and what others have them told. Nothing of it is written to the audit trail.

use jiff::Timestamp;
use jiff::civil::Date;

use super::facts;
use crate::authz::{self, Caller, permission};
use crate::db::{Db, DbError, Tx};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::signals::error::SignalError;
use crate::signals::job;
use crate::signals::model::{Choice, Kind, Receiver, Rule, Told};
use crate::signals::policy::{KeepSignals, ReceiveSignals};
use crate::signals::rules::{self, Finding};
use crate::signals::store;

/// One of the member's signals.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Its rule.
    pub rule: Rule,
    /// The member's choice; `None`: it is off.
    pub choice: Option<Choice>,
    /// What it says now; `None` while it is off, or not offered.
    pub finding: Option<Finding>,
    /// Since when it is raised, once the morning's look has found that it is.
    pub raised_at: Option<Timestamp>,
    /// Who is told.
    pub recipient: Option<PersonId>,
    /// When they were told of what is raised.
    pub told_at: Option<Timestamp>,
}

/// All of a member's signals.
#[derive(Debug, Clone)]
pub struct Own {
    /// Of all kinds, in their order; what is not offered is left out unless it is on.
    pub signals: Vec<Signal>,
    /// Whom they can have told.
    pub receivers: Vec<Receiver>,
}

fn me(caller: &Caller) -> PersonId {
    caller.person_id().unwrap_or(PersonId::NIL)
}

/// The caller's signals, those that are on with what they say now.
///
/// # Errors
/// [`SignalError::Authz`]; [`SignalError::Time`] for a record that makes no sense.
pub async fn own(db: &Db, caller: &Caller, now: Timestamp) -> Result<Own, SignalError> {
    let person = me(caller);
    let (rules, mut own) = db
        .read(caller, move |tx| {
            let may = authz::may::<KeepSignals>(tx, person)?;
            let rules = store::rules(tx)?;
            let (choices, tellings, raisings) =
                (store::choices(tx, person)?, store::tellings(tx, person)?, store::raisings(tx, person)?);
            let signal = |rule: Rule| {
                let telling = tellings.iter().find(|one| one.kind == rule.kind);
                Signal {
                    rule,
                    choice: choices.iter().find(|one| one.kind == rule.kind).copied(),
                    finding: None,
                    raised_at: raisings.iter().find(|one| one.kind == rule.kind).map(|one| one.raised_at),
                    recipient: telling.map(|one| one.recipient),
                    told_at: telling.and_then(|one| one.told_at),
                }
            };
            let signals = rules.iter().map(|(rule, _tuned)| signal(*rule));
            let signals = signals.filter(|one| one.rule.offered || one.choice.is_some()).collect();
            Ok::<_, SignalError>((rules, Own { signals, receivers: store::receivers(tx, &may)? }))
        })
        .await?;
    let looked_at = |one: &Signal| one.choice.is_some() && one.rule.offered;
    if own.signals.iter().any(looked_at) {
        let facts = facts::of(db, caller.organisation(), person, facts::longest(&rules), now).await?;
        for signal in own.signals.iter_mut().filter(|one| looked_at(one)) {
            signal.finding = Some(rules::look(&signal.rule, &facts));
        }
    }
    Ok(own)
}

/// Switches a signal on or off. Off, whom was told learns nothing any more, and what they were told is gone.
///
/// # Errors
/// [`SignalError::NotOffered`].
pub async fn switch(db: &Db, caller: &Caller, kind: Kind, on: bool, now: Timestamp) -> Result<(), SignalError> {
    let person = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepSignals>(tx, person)?;
        if !on {
            return Ok(store::switch_off(tx, &may, kind)?);
        }
        if !store::rules(tx)?.iter().any(|(rule, _tuned)| rule.kind == kind && rule.offered) {
            return Err(SignalError::NotOffered);
        }
        store::switch_on(tx, &may, kind, now)?;
        Ok(job::look_daily(tx, now)?)
    })
    .await
}

/// Puts a signal to sleep to the end of a day; `None` wakes it.
///
/// # Errors
/// [`SignalError::Off`].
pub async fn snooze(db: &Db, caller: &Caller, kind: Kind, until: Option<Date>) -> Result<(), SignalError> {
    let person = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepSignals>(tx, person)?;
        if store::snooze(tx, &may, kind, until)? { Ok(()) } else { Err(SignalError::Off) }
    })
    .await
}

/// Has somebody told of a signal, or nobody any more; their name.
///
/// # Errors
/// [`SignalError::Off`]; [`SignalError::Invalid`] for somebody who cannot be told.
pub async fn tell(
    db: &Db,
    caller: &Caller,
    kind: Kind,
    whom: Option<PersonId>,
    now: Timestamp,
) -> Result<Option<String>, SignalError> {
    let person = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepSignals>(tx, person)?;
        if !store::choices(tx, person)?.iter().any(|choice| choice.kind == kind) {
            return Err(SignalError::Off);
        }
        let Some(whom) = whom else {
            store::withdraw(tx, &may, kind)?;
            return Ok(None);
        };
        let found = store::receivers(tx, &may)?.into_iter().find(|receiver| receiver.person == whom);
        let receiver =
            found.ok_or_else(|| SignalError::field("whom", "Choose somebody from the list, or nobody but you"))?;
        // The same person again is no news to them.
        if !store::tellings(tx, person)?.iter().any(|one| one.kind == kind && one.recipient == whom) {
            store::withdraw(tx, &may, kind)?;
            store::tell(tx, &may, kind, whom, now)?;
        }
        Ok(Some(receiver.name))
    })
    .await
}

/// What others have the caller told.
///
/// # Errors
/// [`SignalError::Authz`].
pub async fn told(db: &Db, caller: &Caller) -> Result<Vec<Told>, SignalError> {
    db.read(caller, |tx| {
        let may = authz::may::<ReceiveSignals>(tx, ())?;
        Ok(store::told(tx, &may)?)
    })
    .await
}

/// How many of the caller's signals are raised and do not sleep; `None` for whoever has none.
///
/// # Errors
/// [`DbError`].
pub fn count(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<usize>, DbError> {
    let caller = tx.caller();
    if !caller.reach(permission::SIGNAL_KEEP).is_some_and(|reach| reach.own) {
        return Ok(None);
    }
    let (person, today) = (me(caller), civil::local(now).date());
    let Some(_may) = authz::if_may::<KeepSignals>(tx, person)? else { return Ok(None) };
    let awake: Vec<Kind> = store::choices(tx, person)?
        .into_iter()
        .filter(|choice| !choice.sleeps(today))
        .map(|choice| choice.kind)
        .collect();
    Ok(Some(store::raisings(tx, person)?.iter().filter(|one| awake.contains(&one.kind)).count()))
}
