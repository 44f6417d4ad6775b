//! Who wants to join Northmoor, what its people changed of their own details, and who moves or leaves soon.

use std::sync::Arc;

use anyhow::Context;
use jiff::ToSpan;

use super::people::Crew;
use crate::applications::model::Application;
use crate::applications::rules::{TypedApplication, TypedVacancy, USUAL_CRITERIA, USUAL_STAGES};
use crate::applications::service::{self as applications, Decision, Incoming, Scored};
use crate::authz::Caller;
use crate::details::model::Part;
use crate::details::rules::Typed;
use crate::details::service as details;
use crate::http::Site;
use crate::identity::moves::{self, MoveKind, TypedMove};
use crate::identity::people::{self, Search};
use crate::identity::sessions;
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, PersonId, UnitId};

/// Given name, family name, why they apply, whether they drive, and at which stage they stand.
const APPLICANTS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "Kit",
        "Vane",
        "I live four minutes from the station and work shifts that leave my evenings free.",
        "Yes",
        "Interview",
    ),
    ("Robin", "Ashworth", "My mother was an on-call firefighter. I know what it asks of a family.", "Yes", "Sift"),
    ("Sasha", "Moreau", "I teach first aid and want to use it.", "No", "Received"),
    ("Drew", "Pickering", "The town needs people in the daytime, and I work from home.", "Yes", "Received"),
    ("Lee", "Hargreaves", "I want to be of use.", "No", "Received"),
    ("Ash", "Tomlinson", "Ten years as a coastguard volunteer.", "Yes", "Offer"),
];

const ABOUT: &str = "On-call firefighters at Harbour live or work within five minutes of the station and turn out from there. \
You are paid for your hours on call and for each turn-out.\n\nYou need no experience: we train you over two years, on evenings and \
weekends. You have to be 18 and pass a medical and a test of fitness.";

/// Writes it, each deed as who may do it.
pub(super) async fn write(
    site: &Site,
    organisation: OrganisationId,
    administrator: &Caller,
    crews: &[Crew],
) -> anyhow::Result<()> {
    let Some(unit) = crews.first().map(|manager| manager.unit) else { return Ok(()) };
    let as_one = |person: PersonId| Caller::Person(Arc::new(sessions::unknown(organisation, person, None, None)));
    let search = Search { text: "hr@northmoor.example".to_owned(), ..Search::default() };
    let found = people::list(&site.db, administrator, search).await?;
    let hr = as_one(found.people.first().context("the demonstration has no HR")?.id);
    vacancy(site, organisation, &hr, unit).await?;
    let station: Vec<&Crew> = crews.iter().filter(|crew| crew.unit == unit).collect();
    if let [_manager, member, colleague, .., last] = station.as_slice() {
        own_details(site, &as_one(member.person), &as_one(colleague.person), &hr).await?;
        planned(site, &hr, last.person, crews).await?;
    }
    Ok(())
}

async fn vacancy(site: &Site, organisation: OrganisationId, hr: &Caller, unit: UnitId) -> anyhow::Result<()> {
    let (db, now) = (&site.db, site.clock.now());
    let refused = "a vacancy of the demonstration was refused";
    let closes_on = civil::local(now).date().checked_add(21.days())?.to_string();
    let typed = TypedVacancy {
        unit: unit.to_string(),
        title: "Firefighter, on-call, Harbour".to_owned(),
        about: ABOUT.to_owned(),
        closes_on,
        keep_months: "6".to_owned(),
        questions: "Why do you want to join? | long\nDo you hold a driving licence? | yes or no\n\
                    When could you be on call? | choice: Days, Nights, Both | optional"
            .to_owned(),
        stages: USUAL_STAGES.to_owned(),
        criteria: USUAL_CRITERIA.to_owned(),
        revision: String::new(),
    };
    let vacancy = applications::add(db, hr, typed, now).await.context(refused)?;
    applications::set_open(db, hr, vacancy, true, now).await.context(refused)?;
    for (given, family, why, drives, _stage) in APPLICANTS {
        let typed = TypedApplication {
            given_name: (*given).to_owned(),
            family_name: (*family).to_owned(),
            email: format!("{given}.{family}@example.org").to_lowercase(),
            phone: "01632 960123".to_owned(),
            answers: vec![(*why).to_owned(), (*drives).to_owned(), "Both".to_owned()],
        };
        let cv = format!("{given} {family}\n\n{why}\n").into_bytes();
        let files = vec![Incoming { field: "cv".to_owned(), name: "cv.txt".to_owned(), content: cv }];
        applications::receive(db, organisation, vacancy, typed, files, false, now).await.context(refused)?;
    }
    for one in applications::queue(db, hr, vacancy, now).await.context(refused)?.applications {
        handle(site, hr, &one).await?;
    }
    Ok(())
}

/// Moves, scores and decides, as far as the applicant has come.
async fn handle(site: &Site, hr: &Caller, one: &Application) -> anyhow::Result<()> {
    let (db, now) = (&site.db, site.clock.now());
    let refused = "an application of the demonstration was refused";
    let stage = APPLICANTS.iter().find(|row| row.1 == one.who.family_name).map_or("Received", |row| row.4);
    if stage != one.stage {
        let wanted = (one.revision, stage.to_owned());
        applications::move_to(db, hr, one.id, wanted, None, now).await.context(refused)?;
    }
    let revision = one.revision + i32::from(stage != one.stage);
    if stage == "Interview" {
        let marks = ["4", "5", "3"].map(str::to_owned).into();
        let scored = Scored { marks, note: "Calm, and knows the town.".to_owned() };
        applications::score(db, hr, one.id, scored, now).await.context(refused)?;
    }
    let decided = match one.who.family_name.as_str() {
        "Tomlinson" => Some((true, "Best marks of all, passed the medical.")),
        "Hargreaves" => Some((false, "Lives eleven minutes away.")),
        _ => None,
    };
    if let Some((successful, reason)) = decided {
        let decision = Decision { revision, successful, reason: reason.to_owned(), by_mail: false };
        applications::decide(db, hr, one.id, decision, now).await.context(refused)?;
    }
    Ok(())
}

async fn own_details(site: &Site, member: &Caller, colleague: &Caller, hr: &Caller) -> anyhow::Result<()> {
    let (db, now) = (&site.db, site.clock.now());
    let refused = "a change of details of the demonstration was refused";
    let contact = Typed {
        name: "Erin Marsh".to_owned(),
        relation: "sister".to_owned(),
        phone: "01632 960477".to_owned(),
        ..Typed::default()
    };
    details::propose(db, member, Part::Contact, contact, now).await.context(refused)?;
    for (change, _name) in details::waiting(db, hr).await.context(refused)? {
        details::decide(db, hr, change.id, true, String::new(), now).await.context(refused)?;
    }
    let phone = Typed { phone: "01632 960888".to_owned(), ..Typed::default() };
    details::propose(db, member, Part::Phone, phone, now).await.context(refused)?;
    let address =
        Typed { lines: "14 Quay Street\nNorthmoor".to_owned(), postcode: "NM1 4QY".to_owned(), ..Typed::default() };
    details::propose(db, colleague, Part::Address, address, now).await.context(refused)?;
    Ok(())
}

/// One of the station goes to another in ten days; somebody of another station leaves at the end of next month.
async fn planned(site: &Site, hr: &Caller, person: PersonId, crews: &[Crew]) -> anyhow::Result<()> {
    let (db, now) = (&site.db, site.clock.now());
    let today = civil::local(now).date();
    let refused = "a planned move of the demonstration was refused";
    let home = crews.iter().find(|crew| crew.person == person).map(|crew| crew.unit);
    let Some(other) = crews.iter().find(|crew| Some(crew.unit) != home) else { return Ok(()) };
    let typed = TypedMove {
        day: today.checked_add(10.days())?.to_string(),
        unit: other.unit.to_string(),
        note: "Asked for in the spring; the watch there is one short.".to_owned(),
        things: String::new(),
    };
    moves::plan(db, hr, person, MoveKind::Transfer, typed, now).await.context(refused)?;
    let typed = TypedMove {
        day: today.checked_add(40.days())?.to_string(),
        things: "Pager\nLocker key\nTurnout kit".to_owned(),
        ..TypedMove::default()
    };
    moves::plan(db, hr, other.person, MoveKind::Leaving, typed, now).await.context(refused)?;
    Ok(())
}
