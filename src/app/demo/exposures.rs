//! What the member of the demonstration was exposed to: some of it confirmed with one press, one completed, one corrected,
//! one of long ago, and the rest still proposed.

use std::sync::Arc;

use anyhow::Context;
use jiff::ToSpan;

use super::people::Crew;
use crate::authz::Caller;
use crate::exposures::rules::Typed;
use crate::exposures::service;
use crate::http::Site;
use crate::identity::sessions;
use crate::kernel::civil;
use crate::kernel::ids::{ExposureId, OrganisationId};

/// Writes them, as the member.
pub(super) async fn write(site: &Site, organisation: OrganisationId, crews: &[Crew]) -> anyhow::Result<()> {
    let now = site.clock.now();
    let Some(member) = crews.get(1) else { return Ok(()) };
    let caller = Caller::Person(Arc::new(sessions::unknown(organisation, member.person, None, None)));
    let refused = "an exposure of the demonstration was refused";
    let proposals = service::home(&site.db, &caller, now).await.context(refused)?.proposals;
    for (number, proposal) in proposals.iter().skip(2).take(6).enumerate() {
        let (duty, kind) = (proposal.duty, proposal.kind);
        if number == 3 {
            service::deny(&site.db, &caller, duty, kind, now).await.context(refused)?;
        } else {
            service::confirm(&site.db, &caller, duty, kind, now).await.context(refused)?;
        }
    }
    let today = civil::local(now).date();
    let of = |ago: i32, kind: &str, agents: &str, ba: &str| -> anyhow::Result<Typed> {
        Ok(Typed {
            kind: kind.to_owned(),
            happened_on: today.checked_sub(ago.days())?.to_string(),
            agents: agents.to_owned(),
            ba_minutes: ba.to_owned(),
            ..Typed::default()
        })
    };
    let cellar = Typed {
        incident: "045512".to_owned(),
        route: vec!["inhaled".to_owned(), "skin".to_owned()],
        minutes: "40".to_owned(),
        position: "In the cellar, team of two".to_owned(),
        ppe: vec!["fire-kit".to_owned(), "ba".to_owned(), "hood".to_owned()],
        decontaminated: "scene".to_owned(),
        laundered: "sent".to_owned(),
        how: "A ceiling of old boards came down while we were under it.".to_owned(),
        symptoms: "Dry cough for two days".to_owned(),
        advice: "Seen by occupational health; to come back if it lasts".to_owned(),
        ..of(33, "hazardous", "Asbestos", "25")?
    };
    let id = ExposureId::new(now);
    service::record(&site.db, &caller, id, cellar.clone(), now).await.context(refused)?;
    let corrected = Typed {
        version: "1".to_owned(),
        stands: "yes".to_owned(),
        ba_minutes: "31".to_owned(),
        reason: "Two wears, not one".to_owned(),
        ..cellar
    };
    service::correct(&site.db, &caller, id, corrected, now).await.context(refused)?;
    for typed in [of(410, "contaminant", "Smoke, Diesel", "54")?, of(790, "biological", "Blood", "")?] {
        service::record(&site.db, &caller, ExposureId::new(now), typed, now).await.context(refused)?;
    }
    Ok(())
}
