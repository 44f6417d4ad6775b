//! The morning's look: which signals are raised, and whom to tell. Nobody is told twice of the same one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::facts;
use crate::authz::{self, Caller, Granted, SystemName};
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::notices::{self, NewNotice, NoticeKind};
use crate::rota;
use crate::signals::error::SignalError;
use crate::signals::model::{Choice, Comparison, Kind, Rule};
use crate::signals::policy::LookAfter;
use crate::signals::rules::{self, Facts, State, first_of, tenth};
use crate::signals::store;

/// Looks at everybody who switched a signal on. One whose record makes no sense does not keep the others from it.
///
/// # Errors
/// [`SignalError::Db`].
pub fn look_at_everybody(db: &Db, organisation: OrganisationId, now: Timestamp) -> Result<(), SignalError> {
    let work = Caller::system(SystemName::Signals, organisation);
    let (rules, choices) =
        db.read_blocking(&work, |tx| Ok::<_, SignalError>((store::rules(tx)?, store::choices(tx)?)))?;
    if choices.iter().any(|choice| choice.kind == Kind::Overruns) {
        compare(db, &work, &rules, now)?;
    }
    let people: BTreeSet<PersonId> = choices.iter().map(|choice| choice.person).collect();
    for person in people {
        match facts::of_blocking(db, organisation, person, facts::longest(&rules), now) {
            Ok(facts) => {
                let theirs: Vec<Choice> = choices.iter().filter(|one| one.person == person).copied().collect();
                db.write_blocking(&work, |tx| settle(tx, &rules, &theirs, &facts, now))?;
            }
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

/// Raises what is raised, ends what is not, and tells who has not been told.
fn settle(
    tx: &mut Tx<'_>,
    rules: &[(Rule, bool)],
    choices: &[Choice],
    facts: &Facts,
    now: Timestamp,
) -> Result<(), SignalError> {
    let may = authz::may::<LookAfter>(tx, ())?;
    for choice in choices {
        let this = (choice.person, choice.kind);
        // Switched off since they were read: what is raised hangs on the choice.
        if !store::choices(tx)?.iter().any(|one| (one.person, one.kind) == this) {
            continue;
        }
        let rule = rules.iter().map(|(rule, _tuned)| rule).find(|rule| rule.kind == choice.kind && rule.offered);
        let finding = rule.map(|rule| rules::look(rule, facts)).filter(|finding| finding.state == State::Raised);
        match finding {
            Some(finding) => {
                store::raise(tx, &may, this, &finding.reason, now)?;
                if !choice.sleeps(facts.today) {
                    tell(tx, &may, this, now)?;
                }
            }
            None => {
                store::close(tx, &may, this)?;
                store::unhear(tx, &may, this)?;
            }
        }
    }
    Ok(())
}

/// Tells the member and whom they chose, each once for what is raised.
fn tell<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, LookAfter>,
    this: (PersonId, Kind),
    now: Timestamp,
) -> Result<(), SignalError> {
    let raising = store::raisings(tx)?.into_iter().find(|one| (one.person, one.kind) == this);
    let telling = store::tellings(tx)?.into_iter().find(|one| (one.person, one.kind) == this);
    let telling = telling.filter(|one| one.told_at.is_none());
    let people: Vec<PersonId> = std::iter::once(this.0).chain(telling.map(|one| one.recipient)).collect();
    let addresses = store::addresses(tx, may, &people)?;
    if raising.is_some_and(|one| one.noticed_at.is_none()) {
        post(tx, this.0, &addresses, now)?;
        store::note_noticed(tx, may, this, now)?;
    }
    if let Some(telling) = telling
        && store::may_be_told(tx, may, telling.recipient, telling.person)?
    {
        post(tx, telling.recipient, &addresses, now)?;
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
