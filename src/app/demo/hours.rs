//! What the people of one station submitted in the last weeks, so that their manager, HR and payroll find something to do:
//! two weeks that are approved, one that waits, with one sheet returned and one missing; a correction and two claims.

use anyhow::Context;
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::people::Crew;
use crate::authz::Caller;
use crate::claims::service as claims;
use crate::duties::corrections;
use crate::duties::model::DutyRow;
use crate::duties::rules::Draft;
use crate::http::Site;
use crate::identity::sessions;
use crate::kernel::civil;
use crate::kernel::ids::{DutyId, OrganisationId, TimesheetId};
use crate::timesheets::decisions::{self, Decision};
use crate::timesheets::desk;
use crate::timesheets::own;
use crate::timesheets::rules::period::PeriodKind;
use crate::timesheets::settings;

/// Since when hours are submitted (days before today).
const DAYS: i32 = 21;

/// The demonstration logs eight weeks in one go: none of it is to look as if it came late.
const LATE_DAYS: i32 = 60;

/// The minutes of a shift; a call is shorter.
const SHIFT: i32 = 8 * 60;

/// Submits and decides for the station of the first of `crews`, who manages it.
pub(super) async fn submit_all(
    site: &Site,
    organisation: OrganisationId,
    administrator: &Caller,
    crews: &[Crew],
) -> anyhow::Result<()> {
    let now = site.clock.now();
    let begun = now.checked_sub(SignedDuration::from_hours(24 * i64::from(DAYS)))?;
    let wanted = settings::Wanted { period: PeriodKind::Week, late_days: LATE_DAYS, due_days: 3 };
    settings::change(&site.db, administrator, wanted, begun).await.context("how hours are submitted was refused")?;
    let as_one =
        |crew: &Crew| Caller::Person(std::sync::Arc::new(sessions::unknown(organisation, crew.person, None, None)));
    let Some((first, others)) = crews.split_first() else { return Ok(()) };
    let manager = as_one(first);
    let members: Vec<Caller> = others.iter().filter(|crew| crew.unit == first.unit).map(as_one).collect();
    let monday = civil::monday(civil::local(now).date());
    let week = |ago: i32| monday.checked_sub((7 * ago).days());
    for from in [week(3)?, week(2)?] {
        for member in &members {
            let (sheet, _duties) = submit(site, member, from).await?;
            decide(site, &manager, sheet, Decision::Approve).await?;
        }
    }
    // The first one, whom the demonstration offers to sign in as, has last week still to submit.
    for (number, member) in members.iter().enumerate().skip(1) {
        let (sheet, duties) = submit(site, member, week(1)?).await?;
        match (number, duties.first()) {
            (1, _) => {
                let reason = "The call on Thursday night is missing. Add it, or tell me that it was not yours.";
                decide(site, &manager, sheet, Decision::Return(reason.to_owned())).await?;
            }
            (2, Some(duty)) => claim(site, member, *duty, ("overtime", "45"), "Relieved late").await?,
            _ => {}
        }
    }
    if let Some(member) = members.get(3) {
        let approved = own::open(&site.db, member, week(2)?, civil::local(now).date()).await?;
        let shift = approved.lines.iter().find(|line| line.worked_minutes >= SHIFT);
        if let Some(shift) = shift {
            correct(site, member, shift.duty).await?;
            claim(site, member, shift.duty, ("mileage", "14.5"), "In my own car to cover Millbrook").await?;
        }
    }
    Ok(())
}

/// Submits somebody's week that begins on `from`: the sheet, and its duties.
async fn submit(site: &Site, member: &Caller, from: Date) -> anyhow::Result<(TimesheetId, Vec<DutyId>)> {
    let now = site.clock.now();
    own::submit(&site.db, member, from, false, now).await.context("a week of the demonstration was refused")?;
    let opened = own::open(&site.db, member, from, civil::local(now).date()).await?;
    let sheet = opened.sheet.context("what was submitted is not there")?;
    Ok((sheet.id, opened.lines.iter().map(|line| line.duty).collect()))
}

async fn decide(site: &Site, manager: &Caller, sheet: TimesheetId, decision: Decision) -> anyhow::Result<()> {
    let now = site.clock.now();
    let shown = desk::open(&site.db, manager, sheet, now).await?.row.mark;
    decisions::decide(&site.db, manager, sheet, shown, decision, now).await.context("a decision was refused")
}

async fn claim(
    site: &Site,
    member: &Caller,
    duty: DutyId,
    (kind, amount): (&str, &str),
    note: &str,
) -> anyhow::Result<()> {
    let typed = claims::Typed { kind: kind.to_owned(), amount: amount.to_owned(), note: note.to_owned() };
    claims::make(&site.db, member, duty, typed, site.clock.now()).await.context("a claim was refused")?;
    Ok(())
}

/// Proposes that a duty ended half an hour earlier.
async fn correct(site: &Site, member: &Caller, duty: DutyId) -> anyhow::Result<()> {
    let row = corrections::to_propose(&site.db, member, duty).await?.row.context("the duty is not there")?;
    let (revision, mut draft) = (row.revision, as_draft(row));
    draft.ended_at = draft.ended_at.checked_sub(SignedDuration::from_mins(30))?;
    let reason = "Relieved half an hour early; I had written the end of the shift".to_owned();
    corrections::propose_change(&site.db, member, (duty, revision), draft, reason, site.clock.now())
        .await
        .context("a correction was refused")?;
    Ok(())
}

/// A duty as it would be typed again.
fn as_draft(row: DutyRow) -> Draft {
    Draft {
        started_at: row.started_at,
        ended_at: row.ended_at,
        break_minutes: row.break_minutes,
        kind: row.kind.deepest(),
        unit: row.unit,
        mileage_tenths: row.details.mileage_tenths,
        incident_number: row.details.incident_number,
        job_role: row.details.job_role,
        call_sign: row.details.call_sign,
        shared_note: None,
        private_note: None,
        both_right: true,
        despite_breach: true,
    }
}
