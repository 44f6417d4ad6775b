//! Contract groups of Northmoor, an opt-out, a main job elsewhere that brings somebody near the limit, and a rest that was
//! too short and is owed; then everybody's figures.

use std::sync::Arc;

use anyhow::Context;
use jiff::{SignedDuration, ToSpan};

use super::people::Crew;
use crate::authz::Caller;
use crate::duties::port::Watch;
use crate::duties::rules::Draft;
use crate::duties::service::{self as duties, Source};
use crate::http::Site;
use crate::identity::sessions;
use crate::kernel::civil;
use crate::kernel::ids::{DutyId, OrganisationId, OtherEmploymentId};
use crate::working_time::typed::{TypedGroup, TypedJob, TypedTerms, check_group, check_job};
use crate::working_time::{recompute, service};

/// Days before today on which everybody is said to have begun: the demonstration has eight weeks of duties, and an
/// average over half a year would show none of it.
const EMPLOYED_DAYS: i32 = 56;

/// From which place on the people of the station are on call.
const ON_CALL_FROM: usize = 5;

/// Writes it as those who may.
pub(super) async fn write(
    site: &Site,
    organisation: OrganisationId,
    administrator: &Caller,
    crews: &[Crew],
) -> anyhow::Result<()> {
    let now = site.clock.now();
    let today = civil::local(now).date();
    // Two nights of fifteen hours leave nine hours between them by design: to warn of each would teach nobody anything.
    let wholetime = group(site, administrator, ("Wholetime, 2-2-4", "26", "off"), true).await?;
    let on_call = group(site, administrator, ("On-call", "26", "warn"), false).await?;
    group(site, administrator, ("Support staff", "17", "block"), false).await?;
    let since = today.checked_sub(EMPLOYED_DAYS.days())?.to_string();
    let as_one = |crew: &Crew| Caller::Person(Arc::new(sessions::unknown(organisation, crew.person, None, None)));
    let Some(unit) = crews.first().map(|manager| manager.unit) else { return Ok(()) };
    let station: Vec<&Crew> = crews.iter().filter(|crew| crew.unit == unit).collect();
    for crew in crews {
        let typed = TypedTerms {
            number: crew.employee_number.clone(),
            from_on: since.clone(),
            employed_on: since.clone(),
            ..TypedTerms::default()
        };
        let here = station.iter().position(|one| one.person == crew.person);
        let group = if here.is_some_and(|place| place >= ON_CALL_FROM) { on_call } else { wholetime };
        service::assign_one(&site.db, administrator, group, typed, now).await.context("terms were refused")?;
    }
    if let Some(crew) = station.get(2) {
        service::opt_out(&site.db, &as_one(crew), today, now).await.context("an opt-out was refused")?;
    }
    if let Some(crew) = station.get(3) {
        // Wholetime at Northmoor is about 40 hours a week; weekends elsewhere bring this one near 48.
        let typed = TypedJob {
            kind: "secondary".to_owned(),
            employer: "Swimming pool".to_owned(),
            from_on: since.clone(),
            sat_start: "10:00".to_owned(),
            sat_end: "14:00".to_owned(),
            sun_start: "10:00".to_owned(),
            sun_end: "14:00".to_owned(),
            ..TypedJob::default()
        };
        let draft = check_job(&typed).map_err(|_wrong| anyhow::anyhow!("a job of the demonstration is wrong"))?;
        service::declare_job(&site.db, &as_one(crew), OtherEmploymentId::new(now), draft, now).await?;
    }
    if let Some(crew) = station.get(6) {
        short_rest(site, &as_one(crew)).await?;
    }
    recompute::everybody(&site.db, organisation)?;
    recompute::run(&site.db, organisation, now, 1, &|| false).context("working time could not be worked out")?;
    Ok(())
}

async fn group(
    site: &Site,
    administrator: &Caller,
    (name, weeks, action): (&str, &str, &str),
    for_all: bool,
) -> anyhow::Result<crate::kernel::ids::ContractGroupId> {
    let typed = TypedGroup {
        name: name.to_owned(),
        reference_weeks: weeks.to_owned(),
        period: "rolling".to_owned(),
        civil_protection: if weeks == "26" { "yes" } else { "no" }.to_owned(),
        standby: "turnout-only".to_owned(),
        weekly_rest: "twice-a-fortnight".to_owned(),
        notice_days: "7".to_owned(),
        action: action.to_owned(),
        for_all: if for_all { "yes" } else { "" }.to_owned(),
        ..TypedGroup::default()
    };
    let draft = check_group(&typed).map_err(|_wrong| anyhow::anyhow!("a group of the demonstration is wrong"))?;
    service::add(&site.db, administrator, draft, site.clock.now()).await.context("a contract group was refused")
}

/// After the latest night shift somebody stays for five hours of a course, and is back at 18:00: the rest is too short.
async fn short_rest(site: &Site, member: &Caller) -> anyhow::Result<()> {
    let now = site.clock.now();
    let (kinds, _units) = duties::words(&site.db, member).await?;
    let listed = duties::offered(&site.db, member).await?;
    let shifts = listed.recent.iter().filter(|row| row.worked_minutes >= 14 * 60);
    let Some(night) = shifts.clone().nth(1).or_else(|| shifts.clone().next()) else { return Ok(()) };
    let training = kinds.in_order().into_iter().find(|kind| kind.parent.is_none() && kind.code == "training");
    let kind = training.context("there is no training")?.id;
    let draft = Draft {
        started_at: night.ended_at,
        ended_at: night.ended_at.checked_add(SignedDuration::from_hours(5))?,
        break_minutes: 0,
        kind,
        unit: night.unit,
        mileage_tenths: None,
        incident_number: None,
        job_role: None,
        call_sign: None,
        shared_note: Some("Casualty care course after the night".to_owned()),
        private_note: None,
        both_right: true,
        despite_breach: true,
    };
    if draft.ended_at < now {
        duties::log(
            &site.db,
            &Watch::by(crate::working_time::watch::Limits::shared()),
            member,
            DutyId::new(now),
            draft,
            Source::Manual,
            now,
        )
        .await
        .context("a duty of the demonstration was refused")?;
    }
    Ok(())
}
