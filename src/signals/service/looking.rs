//! The morning's look: which signals are raised, and whom to tell. Nobody is told twice of the same one.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::facts;
use crate::authz::{self, Caller, Granted, SystemName};
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::notices::{self, NewNotice, NoticeKind};
use crate::rota;
use crate::signals::error::SignalError;
use crate::signals::model::{Comparison, Kind, Rule};
use crate::signals::policy::LookAfter;
use crate::signals::rules::{self, Facts, State, first_of, tenth};
use crate::signals::store;

/// Looks at everybody who switched a signal on. One whose record makes no sense does not keep the others from it.
///
/// # Errors
/// [`SignalError::Db`].
pub fn look_at_everybody(db: &Db, organisation: OrganisationId, now: Timestamp) -> Result<(), SignalError> {
    let work = Caller::system(SystemName::Signals, organisation);
    let (rules, people, compared) = db.read_blocking(&work, |tx| {
        Ok::<_, SignalError>((store::rules(tx)?, store::people(tx)?, store::is_used(tx, Kind::Overruns)?))
    })?;
    if compared {
        compare(db, &work, &rules, now)?;
    }
    for person in people {
        match facts::of_blocking(db, organisation, person, facts::longest(&rules), now) {
            Ok(facts) => db.write_blocking(&work, |tx| settle(tx, &rules, person, &facts, now))?,
            Err(SignalError::Db(error)) => return Err(SignalError::Db(error)),
            // Not whose: that somebody has signals is nobody's business.
            Err(error) => tracing::warn!(%error, "the signals of one person could not be looked at"),
        }
    }
    Ok(())
}

/// Keeps from how many minutes on somebody is among those with the most overruns.
fn compare(db: &Db, work: &Caller, rules: &[(Rule, bool)], now: Timestamp) -> Result<(), SignalError> {
    let Some((rule, _tuned)) = rules.iter().find(|(rule, _tuned)| rule.kind == Kind::Overruns) else { return Ok(()) };
    let today = civil::local(now).date();
    let first = first_of(today, rule.window());
    db.write_blocking(work, |tx| {
        let may = authz::may::<LookAfter>(tx, ())?;
        let all = rota::service::overruns(tx, None, (first_of(first, 2), today))?;
        let sum = |one: &Vec<rota::rules::Overrun>| -> i64 {
            let within = one.iter().filter(|one| civil::local(one.expected).date() >= first);
            within.map(|one| one.minutes).sum()
        };
        let minutes: Vec<i64> = all.values().map(sum).collect();
        let people = minutes.len();
        let minutes = tenth(minutes, rule.threshold).map(|minutes| i32::try_from(minutes).unwrap_or(i32::MAX));
        Ok(store::set_comparison(tx, &may, Comparison { day: today, minutes }, people)?)
    })
}

/// Raises what is raised of somebody, ends what is not, and tells who has not been told. What is switched on is read here:
/// it may have changed since the look began, and what is raised hangs on it.
fn settle(
    tx: &mut Tx<'_>,
    rules: &[(Rule, bool)],
    person: PersonId,
    facts: &Facts,
    now: Timestamp,
) -> Result<(), SignalError> {
    let may = authz::may::<LookAfter>(tx, ())?;
    let (choices, raisings) = (store::choices(tx, person)?, store::raisings(tx, person)?);
    let tellings = store::tellings(tx, person)?;
    for choice in choices {
        let this = (person, choice.kind);
        let raising = raisings.iter().find(|one| one.kind == choice.kind);
        let telling = tellings.iter().find(|one| one.kind == choice.kind);
        let rule = rules.iter().map(|(rule, _tuned)| rule).find(|rule| rule.kind == choice.kind && rule.offered);
        let finding = rule.map(|rule| rules::look(rule, facts)).filter(|finding| finding.state == State::Raised);
        match finding {
            Some(finding) => {
                store::raise(tx, &may, this, &finding.reason, now)?;
                if !choice.sleeps(facts.today) {
                    let noticed = raising.is_some_and(|one| one.noticed_at.is_some());
                    let waits = telling.filter(|one| one.told_at.is_none()).map(|one| one.recipient);
                    tell(tx, &may, this, noticed, waits, now)?;
                }
            }
            None if raising.is_some() || telling.is_some_and(|one| one.told_at.is_some()) => {
                store::close(tx, &may, this)?;
                store::unhear(tx, &may, this)?;
            }
            None => {}
        }
    }
    Ok(())
}

/// Tells the member who has not `noticed` what is raised, and whom of theirs it `waits` for.
fn tell<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, LookAfter>,
    this: (PersonId, Kind),
    noticed: bool,
    waits: Option<PersonId>,
    now: Timestamp,
) -> Result<(), SignalError> {
    if noticed && waits.is_none() {
        return Ok(());
    }
    let people: Vec<PersonId> = std::iter::once(this.0).chain(waits).collect();
    let addresses = store::addresses(tx, may, &people)?;
    if !noticed {
        post(tx, this.0, &addresses, now)?;
        store::note_noticed(tx, may, this, now)?;
    }
    if let Some(recipient) = waits
        && store::may_be_told(tx, may, recipient, this.0)?
    {
        post(tx, recipient, &addresses, now)?;
        store::note_told(tx, may, this, now)?;
    }
    Ok(())
}

/// Says that there is something. Whoever has no account finds it when they have one.
fn post(
    tx: &mut Tx<'_>,
    person: PersonId,
    addresses: &BTreeMap<PersonId, String>,
    now: Timestamp,
) -> Result<(), SignalError> {
    if let Some(recipient) = addresses.get(&person) {
        let notice = NewNotice { kind: NoticeKind::ToLookAt, person, recipient: recipient.clone(), about: None };
        notices::post(tx, now, &notice)?;
    }
    Ok(())
}
