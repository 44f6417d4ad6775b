//! TRiM at one station of the demonstration: offers of the manager, one that waits for its answer, one that was asked for
//! and taken over, one that nobody has taken.

use std::sync::Arc;

use anyhow::Context;
use jiff::ToSpan;

use super::people::Crew;
use crate::authz::Caller;
use crate::http::Site;
use crate::identity::sessions;
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, TrimOfferId};
use crate::trim::model::Answer;
use crate::trim::service;

/// Writes it, each part as the person who does it.
pub(super) async fn write(site: &Site, organisation: OrganisationId, crews: &[Crew]) -> anyhow::Result<()> {
    let now = site.clock.now();
    let refused = "TRiM of the demonstration was refused";
    let caller = |crew: &Crew| Caller::Person(Arc::new(sessions::unknown(organisation, crew.person, None, None)));
    let Some(manager) = crews.first() else { return Ok(()) };
    let station: Vec<&Crew> = crews.iter().skip(1).filter(|crew| crew.unit == manager.unit).collect();
    let event = civil::local(now).date().checked_sub(5.days())?.to_string();
    for crew in &station {
        service::give(&site.db, &caller(manager), crew.employee_number.clone(), event.clone(), now)
            .await
            .context(refused)?;
    }
    // The first leaves it open; the next two accept, and one of them is taken over; of the others, one declines.
    for (crew, answer) in station.iter().skip(1).zip([Answer::Accepted, Answer::Accepted, Answer::Declined]) {
        let own = caller(crew);
        for offered in service::home(&site.db, &own).await.context(refused)?.offers {
            service::answer(&site.db, &own, offered.offer.id, answer, now).await.context(refused)?;
        }
    }
    if let Some(elsewhere) = crews.get(2) {
        service::ask(&site.db, &caller(elsewhere), TrimOfferId::new(now), String::new(), now).await.context(refused)?;
    }
    // The last but one of the crews practises.
    let Some(practitioner) = crews.iter().rev().nth(1).map(caller) else { return Ok(()) };
    let load = service::caseload(&site.db, &practitioner, now).await.context(refused)?;
    if let Some(line) = load.free.first() {
        service::claim(&site.db, &practitioner, line.case.id, now).await.context(refused)?;
    }
    Ok(())
}
