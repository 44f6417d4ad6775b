//! Signals of the member of the demonstration: two switched on, one of which their work raises, and their manager is told.

use std::sync::Arc;

use anyhow::Context;

use super::people::Crew;
use crate::authz::Caller;
use crate::http::Site;
use crate::identity::sessions;
use crate::kernel::ids::OrganisationId;
use crate::signals::model::Kind;
use crate::signals::service;

/// Switches them on, chooses who is told of the first, and takes the first look.
pub(super) async fn write(site: &Site, organisation: OrganisationId, crews: &[Crew]) -> anyhow::Result<()> {
    let now = site.clock.now();
    let (Some(manager), Some(member)) = (crews.first(), crews.get(1)) else { return Ok(()) };
    let caller = Caller::Person(Arc::new(sessions::unknown(organisation, member.person, None, None)));
    let refused = "a signal of the demonstration was refused";
    for kind in [Kind::ShortRest, Kind::NoLeave] {
        service::switch(&site.db, &caller, kind, true, now).await.context(refused)?;
    }
    service::tell(&site.db, &caller, Kind::ShortRest, Some(manager.person), now).await.context(refused)?;
    service::look_at_everybody(&site.db, organisation, now).context("the signals could not be looked at")?;
    Ok(())
}
