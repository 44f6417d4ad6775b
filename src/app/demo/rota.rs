//! What is expected at Northmoor: one station works 2-2-4, five of its people give on-call cover as well, one is booked off
//! this evening, one is ill and one on leave.

use std::sync::Arc;

use anyhow::Context;
use jiff::{SignedDuration, ToSpan};

use super::people::Crew;
use crate::absences::rules::TypedAbsence;
use crate::absences::service as absences;
use crate::authz::Caller;
use crate::http::Site;
use crate::identity::sessions;
use crate::kernel::civil;
use crate::kernel::ids::{AbsenceId, OrganisationId};
use crate::rota::cover_rules::{BLOCK_S, TypedStretch, block_of};
use crate::rota::policy::Whom;
use crate::rota::presets;
use crate::rota::service::{self, TypedAssign, TypedContract, TypedNeed};

/// Hours of cover a week of those of the station who give it, in the order of its people, the manager first.
const COVER: &[Option<&str>] = &[None, Some("90"), Some("120"), Some("90"), Some("120"), Some("60")];

/// Writes the patterns and what units need as the administrator, assignments and contracts as the station's manager, the
/// rest as whose it is.
pub(super) async fn write(
    site: &Site,
    organisation: OrganisationId,
    administrator: &Caller,
    crews: &[Crew],
) -> anyhow::Result<()> {
    let (db, now) = (&site.db, site.clock.now());
    let Some(unit) = crews.first().map(|manager| manager.unit) else { return Ok(()) };
    let station: Vec<&Crew> = crews.iter().filter(|crew| crew.unit == unit).collect();
    let [manager, member, ill, away, ..] = station.as_slice() else { return Ok(()) };
    let caller = |crew: &Crew| Caller::Person(Arc::new(sessions::unknown(organisation, crew.person, None, None)));
    let by_manager = caller(manager);
    let today = civil::local(now).date();

    let mut first = None;
    for preset in presets::ALL {
        let pattern = service::suggest(db, administrator, preset, now).await.context("a pattern was refused")?;
        first = first.or(Some(pattern));
    }
    let pattern = first.context("there is no pattern")?;
    // A cycle began two days ago, so that the member's last days are over and their night is this evening.
    let assign = TypedAssign {
        pattern: pattern.to_string(),
        from_on: today.checked_sub(10.days())?.to_string(),
        cycle_day: "1".to_owned(),
        ..TypedAssign::default()
    };
    service::assign(db, &by_manager, Whom::Unit(unit), assign, now).await.context("the station was not assigned")?;
    let need = TypedNeed { unit: unit.to_string(), full: "4".to_owned(), least: "3".to_owned() };
    service::set_need(db, administrator, need, now).await?;
    for (crew, hours) in station.iter().zip(COVER) {
        let Some(hours) = hours else { continue };
        let from_on = today.checked_sub(60.days())?.to_string();
        let typed = TypedContract { hours: (*hours).to_owned(), from_on };
        service::set_contract(db, &by_manager, crew.person, typed, now).await.context("a contract was refused")?;
    }
    let begins = block_of(now) + SignedDuration::from_secs(BLOCK_S * 8);
    let (from, to) = (civil::local(begins), civil::local(begins + SignedDuration::from_hours(3)));
    let stretch = TypedStretch {
        state: "training".to_owned(),
        from_date: from.date().to_string(),
        from_time: from.strftime("%H:%M").to_string(),
        to_date: to.date().to_string(),
        to_time: to.strftime("%H:%M").to_string(),
        confirm: "yes".to_owned(),
    };
    service::set(db, &caller(member), stretch, now).await.context("the member was not booked off")?;
    for (crew, kind, first, last) in [(ill, "sick", -1_i32, 2_i32), (away, "annual-leave", 3, 13)] {
        let typed = TypedAbsence {
            key: String::new(),
            kind: kind.to_owned(),
            first_on: today.checked_add(first.days())?.to_string(),
            last_on: today.checked_add(last.days())?.to_string(),
        };
        let id = AbsenceId::new(now);
        absences::record(db, &caller(crew), crew.person, id, typed, now).await.context("an absence was refused")?;
    }
    Ok(())
}
