//! What Northmoor wants its people to be able to do, and how those of one station stand with it: most are in date, some run
//! out soon, somebody is off the run.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use jiff::ToSpan;

use super::people::Crew;
use crate::authz::{Caller, Scope, permission};
use crate::competence::rules::TypedCertificate;
use crate::competence::service;
use crate::competence::suggested::Trade;
use crate::http::Site;
use crate::identity::{grants, role_design, sessions};
use crate::kernel::civil;
use crate::kernel::ids::{CertificateId, CompetenceKindId, OrganisationId, PersonId, UnitId};

/// What everybody of the station needs, and for each of its people, in their order, in how many days theirs runs out;
/// `None`: they never had it. The first person is the manager, the second whom the demonstration calls the member.
const NEEDED: &[(&str, &[Option<i32>])] = &[
    ("Breathing apparatus", &[Some(410), Some(260), Some(520), Some(75), Some(301), Some(188), Some(-12)]),
    ("Casualty care", &[Some(700), Some(25), Some(340), Some(880), None, Some(610), Some(505)]),
    ("Water rescue, responder", &[Some(640), Some(233), Some(910), Some(-40), Some(402), Some(6), Some(770)]),
    ("Road traffic collision, extrication", &[Some(120), Some(580), None, Some(222), Some(365), Some(410), Some(299)]),
    ("Manual handling", &[Some(900), Some(31), Some(64), Some(512), Some(1_000), Some(733), Some(845)]),
];

/// Writes the kinds as the administrator, and the certificates as who may record them: nobody records their own.
pub(super) async fn write(
    site: &Site,
    organisation: OrganisationId,
    administrator: &Caller,
    crews: &[Crew],
) -> anyhow::Result<()> {
    let now = site.clock.now();
    let Some(unit) = crews.first().map(|manager| manager.unit) else { return Ok(()) };
    let station: Vec<&Crew> = crews.iter().filter(|crew| crew.unit == unit).collect();
    let kinds = needed(site, administrator, unit).await?;
    let [manager, .., trainer, _last] = station.as_slice() else { return Ok(()) };
    appoint_trainer(site, administrator, trainer.person, unit).await?;
    let caller = |crew: &Crew| Caller::Person(Arc::new(sessions::unknown(organisation, crew.person, None, None)));
    let (by_manager, by_trainer) = (caller(manager), caller(trainer));
    let today = civil::local(now).date();
    for (name, days) in NEEDED {
        let kind = kinds.get(*name).context("a kind of the demonstration is missing")?;
        for (crew, days) in station.iter().zip(days.iter().copied()) {
            let Some(days) = days else { continue };
            let typed = TypedCertificate {
                kind: kind.to_string(),
                awarded_on: today.checked_sub((1_100 - days).days())?.to_string(),
                expires_on: today.checked_add(days.days())?.to_string(),
                awarded_by: "Northmoor training centre".to_owned(),
                ..TypedCertificate::default()
            };
            let by = if crew.person == manager.person { &by_trainer } else { &by_manager };
            service::record(&site.db, by, crew.person, CertificateId::new(now), typed, now)
                .await
                .context("a certificate of the demonstration was refused")?;
        }
    }
    Ok(())
}

/// Adds the usual kinds, says which of them the station needs; those, by name.
async fn needed(
    site: &Site,
    administrator: &Caller,
    unit: UnitId,
) -> anyhow::Result<BTreeMap<String, CompetenceKindId>> {
    let now = site.clock.now();
    service::suggest(&site.db, administrator, Trade::Fire, now).await.context("the usual kinds were refused")?;
    let mut kinds = BTreeMap::new();
    for listed in service::list(&site.db, administrator).await? {
        let (id, name) = (listed.kind.id, listed.kind.draft.name);
        if NEEDED.iter().any(|(needed, _days)| *needed == name) {
            service::add_need(&site.db, administrator, id, Some(unit), None, now).await?;
            kinds.insert(name, id);
        }
    }
    Ok(kinds)
}

/// A role of the service's own: who records certificates of a station beside its manager.
async fn appoint_trainer(site: &Site, administrator: &Caller, person: PersonId, unit: UnitId) -> anyhow::Result<()> {
    let now = site.clock.now();
    let mut draft = role_design::Draft {
        name: "Watch trainer".to_owned(),
        summary: "Records certificates of a station's people".to_owned(),
        ..role_design::Draft::default()
    };
    for permission in [permission::PEOPLE_READ, permission::CERTIFICATE_READ, permission::CERTIFICATE_WRITE] {
        anyhow::ensure!(draft.give(permission, Scope::Unit), "{permission} is not given for a unit");
    }
    let role = role_design::build(&site.db, administrator, draft, now).await?;
    grants::grant(&site.db, administrator, person, role, Some(unit), now).await?;
    Ok(())
}
