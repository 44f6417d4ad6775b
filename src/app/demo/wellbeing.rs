//! What the member of the demonstration wrote of their wellbeing, and whom they shared one note with. It is sealed as
//! everything else is: to read it, one signs in as the member and types the passphrase of the demonstration.

use std::sync::Arc;

use anyhow::Context;
use jiff::{SignedDuration, ToSpan};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::WELLBEING_PASSPHRASE;
use super::people::Crew;
use crate::app::wiring::Parts;
use crate::authz::{Caller, Scope, permission};
use crate::identity::{grants, role_design, sessions};
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, PersonId, WellbeingRecordId};
use crate::vault;
use crate::wellbeing::model::{Content, Note, Record};
use crate::wellbeing::service;
use crate::wellbeing::who5::Answers;

/// Days ago, mood, fatigue, what was written; the last one is shared.
const NOTES: &[(i32, u8, u8, &str)] = &[
    (41, 4, 2, "Good set. Slept well on the rest days, ran twice."),
    (30, 3, 3, "Busy nights. Nothing bad, only many of them."),
    (23, 3, 4, "Third night without real sleep. Short with everybody at breakfast and did not like it."),
    (
        16,
        1,
        5,
        "The house fire. I keep hearing the neighbour. We did what could be done and I know that, and it does not help yet.\n\n\
         Talked to Sam on the way back. That was good.",
    ),
    (
        12,
        2,
        4,
        "Still wake at four. Went to the hot debrief, said little. Told them at home, which was harder than I thought.",
    ),
    (5, 3, 3, "Two whole nights of sleep. Walked along the harbour."),
];

/// Days ago, and the five answers.
const SCORES: &[(i32, [u8; 5])] = &[(40, [4, 3, 4, 3, 4]), (14, [1, 1, 2, 1, 2]), (3, [3, 2, 3, 2, 3])];

/// Sets up the two vaults, writes the notes and shares one of them.
pub(super) async fn write(
    parts: &Parts,
    organisation: OrganisationId,
    administrator: &Caller,
    crews: &[Crew],
) -> anyhow::Result<()> {
    let (site, vaults) = (&parts.site, &parts.vaults);
    let now = site.clock.now();
    let (Some(member), Some(practitioner)) = (crews.get(1), crews.last()) else { return Ok(()) };
    appoint(parts, administrator, practitioner.person).await?;
    let caller = |crew: &Crew| Caller::Person(Arc::new(sessions::unknown(organisation, crew.person, None, None)));
    let passphrase = || Zeroizing::new(WELLBEING_PASSPHRASE.to_owned());
    let (member, reads) = (caller(member), caller(practitioner));
    vault::service::set_up(&site.db, vaults, &reads, passphrase(), now)
        .await
        .context("the practitioner's vault was refused")?;
    let fresh = vault::service::set_up(&site.db, vaults, &member, passphrase(), now)
        .await
        .context("the member's vault was refused")?;
    let today = civil::local(now).date();
    let day = |ago: i32| today.checked_sub(ago.days());
    let written = |ago: i32| now - SignedDuration::from_hours(24 * i64::from(ago));
    let mut shared = None;
    for (ago, mood, fatigue, text) in NOTES {
        let note = Note { text: (*text).to_owned(), mood: Some(*mood), fatigue: Some(*fatigue), duty: None };
        let record = Record { day: day(*ago)?, written_at: written(*ago), content: Content::Note(note) };
        let id = WellbeingRecordId(Uuid::new_v4());
        service::add(&site.db, vaults, &member, id, record, now).await?;
        if *mood == 2 {
            shared = Some(id);
        }
    }
    for (ago, points) in SCORES {
        let content = Content::Who5 { answers: Answers::try_from(*points)? };
        let record = Record { day: day(*ago)?, written_at: written(*ago), content };
        service::add(&site.db, vaults, &member, WellbeingRecordId(Uuid::new_v4()), record, now).await?;
    }
    if let Some(id) = shared {
        service::share(&site.db, vaults, &member, fresh.key, id, practitioner.person, now)
            .await
            .context("a note of the demonstration was not shared")?;
    }
    Ok(())
}

/// Lets somebody receive notes.
async fn appoint(parts: &Parts, administrator: &Caller, person: PersonId) -> anyhow::Result<()> {
    let (site, now) = (&parts.site, parts.site.clock.now());
    let mut draft = role_design::Draft {
        name: "Occupational health".to_owned(),
        summary: "Reads wellbeing notes that people share with them by name".to_owned(),
        ..role_design::Draft::default()
    };
    for permission in [permission::WELLBEING_KEEP, permission::WELLBEING_RECEIVE] {
        anyhow::ensure!(draft.give(permission, Scope::Own), "{permission} is not given for one's own");
    }
    let role = role_design::build(&site.db, administrator, draft, now).await?;
    grants::grant(&site.db, administrator, person, role, None, now).await?;
    Ok(())
}
