//! What Northmoor's people learned: the CPD of somebody who keeps a registration as a paramedic, an entry that a colleague
//! shared, and a word that each of them asked of another.

use std::sync::Arc;

use anyhow::Context;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::people::Crew;
use crate::authz::Caller;
use crate::cpd::model::{Draft, Kind, Profile, Standards};
use crate::cpd::service;
use crate::http::Site;
use crate::identity::sessions;
use crate::kernel::bytes::ByteSize;
use crate::kernel::civil;
use crate::kernel::ids::{CpdEntryId, OrganisationId};

/// An activity: days ago, type, title, provider, minutes, standards, what was learned, what they think of it, whom it helped.
type Row = (i32, Kind, &'static str, &'static str, i32, &'static [u8], &'static str, &'static str, &'static str);

/// Of the first of the crews, the latest first.
const OWN: &[Row] = &[
    (
        6,
        Kind::WorkBased,
        "Debrief: two casualties on the A38",
        "Harbour, Red Watch",
        45,
        &[3, 4],
        "How early a second crew has to be asked for when both casualties are trapped.",
        "We called for them after the primary survey. Next time I will ask on the way, from what the caller says.",
        "A second crew six minutes earlier, for whoever is trapped on the other side.",
    ),
    (
        38,
        Kind::SelfDirected,
        "Paper: tourniquets applied before arrival",
        "Journal of paramedic practice",
        90,
        &[2, 3],
        "When a tourniquet that bystanders put on is left alone, and when it is converted.",
        "I had always looked first at where it sits. The time at which it went on comes before that.",
        "",
    ),
    (
        95,
        Kind::Formal,
        "Paediatric life support, update",
        "Northmoor training centre",
        420,
        &[2, 4],
        "The changed order of airway steps for infants.",
        "Under stress I fell back to the old order twice. I now have it on a card in the bag.",
        "Fewer seconds without oxygen for a child.",
    ),
    (
        170,
        Kind::Professional,
        "Mentored a trainee through three night shifts",
        "Harbour, Red Watch",
        1_980,
        &[2, 3],
        "To let somebody finish their own survey before I add anything.",
        "",
        "",
    ),
    (
        240,
        Kind::WorkBased,
        "Drill: ship fire with casualty handling",
        "Harbour port authority",
        240,
        &[3, 4],
        "How a stretcher goes down a companionway with four people.",
        "We had never agreed who leads on the stairs. Now the one at the head does.",
        "A casualty off a vessel in half the time of the first try.",
    ),
];

/// Of a colleague at the same station.
const SHARED: Row = (
    12,
    Kind::Formal,
    "Safe working near water, refresher",
    "Northmoor training centre",
    180,
    &[3, 4],
    "Reading the flow below the weir.",
    "I would have stood a step too near. The throw line reaches further than I thought.",
    "",
);

const HISTORY: &str = "I have worked for Northmoor Fire and Rescue Service since 2019, as a firefighter at Harbour and on its \
co-responding scheme. Before that I was a paramedic with an ambulance service for seven years, and I keep my registration.\n\
I work in a watch of nine. On co-responding calls I am usually the first clinician at the scene.";

const STATEMENT: &str = "My plan for these two years was to be surer with children and with more than one casualty.\n\
The update in paediatric life support showed me that I fell back to an old order of steps; the card that I made of it is \
now in both bags of the station. The debrief after the A38 changed when we ask for a second crew.";

/// Writes it, each entry as the person whose it is.
pub(super) async fn write(site: &Site, organisation: OrganisationId, crews: &[Crew]) -> anyhow::Result<()> {
    let now = site.clock.now();
    let of_station = crews.first().map(|manager| manager.unit);
    let mut station = crews.iter().filter(|crew| Some(crew.unit) == of_station);
    let (Some(manager), Some(member), Some(colleague)) = (station.next(), station.next(), station.next()) else {
        return Ok(());
    };
    let caller = |crew: &Crew| Caller::Person(Arc::new(sessions::unknown(organisation, crew.person, None, None)));
    let (by_manager, by_member, by_colleague) = (caller(manager), caller(member), caller(colleague));
    let mut own = Vec::new();
    for row in OWN {
        own.push(add(site, &by_member, row, now).await?);
    }
    let refused = "the development of the demonstration was refused";
    if let [debrief, paper, course, ..] = own.as_slice() {
        let ask = |entry: CpdEntryId, whom: &Crew, words: &str| {
            service::ask(&site.db, &by_member, entry, whom.employee_number.clone(), Some(words.to_owned()), now)
        };
        ask(*course, manager, "You assessed us on the last day.").await.context(refused)?;
        confirm(site, &by_manager, now).await?;
        ask(*debrief, manager, "You led it.").await.context(refused)?;
        service::set_shared(&site.db, &by_member, *debrief, true, now).await.context(refused)?;
        let notes = b"What I took from the paper:\n- the time at which it went on comes first\n- never convert alone\n";
        let limit = ByteSize(site.config.cpd.person_bytes());
        service::attach(&site.db, &by_member, *paper, "Notes.txt", notes.to_vec(), limit, now)
            .await
            .context(refused)?;
    }
    let profile = Profile {
        profession: Some("Paramedic".to_owned()),
        registration: Some("PA00000".to_owned()),
        history: Some(HISTORY.to_owned()),
        statement: Some(STATEMENT.to_owned()),
        ..Profile::default()
    };
    service::save(&site.db, &by_member, profile, now).await.context(refused)?;
    let picked = own.iter().take(3).copied().collect();
    service::pick(&site.db, &by_member, own.clone(), picked, now).await.context(refused)?;
    let shared = add(site, &by_colleague, &SHARED, now).await?;
    service::set_shared(&site.db, &by_colleague, shared, true, now).await.context(refused)?;
    let words = Some("We were a pair at the weir.".to_owned());
    service::ask(&site.db, &by_colleague, shared, member.employee_number.clone(), words, now).await.context(refused)?;
    Ok(())
}

async fn add(site: &Site, caller: &Caller, row: &Row, now: Timestamp) -> anyhow::Result<CpdEntryId> {
    let id = CpdEntryId::new(now);
    let draft = draft(row, civil::local(now).date())?;
    service::add(&site.db, caller, id, draft, now).await.context("an entry of the demonstration was refused")?;
    Ok(id)
}

/// Confirms what waits, as it is.
async fn confirm(site: &Site, verifier: &Caller, now: Timestamp) -> anyhow::Result<()> {
    let refused = "a confirmation of the demonstration was refused";
    for request in service::inbox(&site.db, verifier, None, 20).await.context(refused)?.open {
        service::answer(&site.db, verifier, request.id, Some(1), None, now).await.context(refused)?;
    }
    Ok(())
}

fn draft(row: &Row, today: Date) -> anyhow::Result<Draft> {
    let (ago, kind, title, provider, minutes, standards, outcome, reflection, benefit) = *row;
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(Draft {
        kind,
        title: title.to_owned(),
        provider: said(provider),
        started_on: today.checked_sub(ago.days())?,
        ended_on: None,
        minutes: Some(minutes),
        outcome: said(outcome),
        reflection: said(reflection),
        practice: None,
        benefit: said(benefit),
        standards: standards.iter().copied().fold(Standards::default(), Standards::with),
        duty: None,
    })
}
