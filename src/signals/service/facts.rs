//! What the rules are given of one person. Background work reads it, whoever asks, so that the member's page and the
//! morning's look see the same.

use jiff::Timestamp;

use crate::authz::{self, Caller, SystemName};
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::rota;
use crate::signals::error::SignalError;
use crate::signals::model::Rule;
use crate::signals::policy::LookAfter;
use crate::signals::rules::{Facts, first_of};
use crate::signals::store;
use crate::working_time::strain::{self, Strain};

/// Days before the window in which the engine's days' work is told: a rest that ended in it began before.
const BEFORE: i16 = 3;

/// The longest window of these rules, in days.
pub(super) fn longest(rules: &[(Rule, bool)]) -> i16 {
    rules.iter().map(|(rule, _tuned)| rule.window()).max().unwrap_or(1)
}

fn strained(tx: &mut Tx<'_>, person: PersonId, days: i16, now: Timestamp) -> Result<Option<Strain>, SignalError> {
    let today = civil::local(now).date();
    Ok(strain::of(tx, person, first_of(today, days.saturating_add(BEFORE)), now)?)
}

fn rest(
    tx: &mut Tx<'_>,
    person: PersonId,
    strain: Option<Strain>,
    days: i16,
    now: Timestamp,
) -> Result<Facts, SignalError> {
    let may = authz::may::<LookAfter>(tx, ())?;
    let today = civil::local(now).date();
    let first = first_of(today, days);
    let overruns = rota::service::overruns(tx, Some(person), (first_of(first, 2), today))?.remove(&person);
    Ok(Facts {
        today,
        strain,
        traumatic: store::traumatic(tx, &may, person, civil::start_of_day(first))?,
        overruns,
        comparison: store::comparison(tx, &may)?,
    })
}

/// Everything of one person, for a page.
pub(super) async fn of(
    db: &Db,
    organisation: OrganisationId,
    person: PersonId,
    days: i16,
    now: Timestamp,
) -> Result<Facts, SignalError> {
    let hours = Caller::system(SystemName::WorkingTime, organisation);
    let strain = db.read(&hours, move |tx| strained(tx, person, days, now)).await?;
    let work = Caller::system(SystemName::Signals, organisation);
    db.read(&work, move |tx| rest(tx, person, strain, days, now)).await
}

/// The same, for background work.
pub(super) fn of_blocking(
    db: &Db,
    organisation: OrganisationId,
    person: PersonId,
    days: i16,
    now: Timestamp,
) -> Result<Facts, SignalError> {
    let hours = Caller::system(SystemName::WorkingTime, organisation);
    let strain = db.read_blocking(&hours, |tx| strained(tx, person, days, now))?;
    let work = Caller::system(SystemName::Signals, organisation);
    db.read_blocking(&work, |tx| rest(tx, person, strain, days, now))
}
