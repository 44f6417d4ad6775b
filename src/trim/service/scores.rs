//! Scores: sealed when a meeting is recorded, opened with the key that their reader unlocked. The appliance cannot open
//! them by itself, and whoever takes a case over cannot open what their predecessor scored.

use jiff::Timestamp;

use crate::authz::{Caller, Granted};
use crate::crypto::personal::{Bound, PrivateKey};
use crate::db::{Db, Tx};
use crate::kernel::ids::{OrganisationId, PersonId, TrimCaseId, TrimMeetingId, TrimScoreId};
use crate::trim::error::TrimError;
use crate::trim::model::MeetingKind;
use crate::trim::policy::HoldCase;
use crate::trim::score::Score;
use crate::trim::store;
use crate::vault::Vaults;
use crate::vault::service as vault;

/// What boxes of scores are for.
const PURPOSE: &str = "TRiM score";

const fn bound(organisation: OrganisationId, reader: PersonId, id: TrimScoreId) -> Bound {
    Bound { purpose: PURPOSE, organisation, person: reader, record: id.0 }
}

/// Seals a score to who made it, and to the member if they have a vault.
pub(super) fn seal<'tx>(
    tx: &mut Tx<'tx>,
    vaults: &Vaults,
    may: &Granted<'tx, HoldCase>,
    meeting: TrimMeetingId,
    score: &Score,
    now: Timestamp,
) -> Result<(), TrimError> {
    let (organisation, me) = (tx.caller().organisation(), tx.caller().person_id().unwrap_or(PersonId::NIL));
    let Some(own) = vault::public_key(tx, vaults)? else {
        return Err(TrimError::field("item-1", "Make your vault first, under Wellbeing: without it, no score is kept"));
    };
    let member = may.facts().person;
    let theirs = match store::member_key(tx, may)? {
        Some(key) => Some(vault::public_key_of(vaults, organisation, member, &key.public_key, &key.proof)?),
        None => None,
    };
    let plain = serde_json::json!(score).to_string();
    for (reader, key) in [Some((me, own)), theirs.map(|key| (member, key))].into_iter().flatten() {
        let id = TrimScoreId::new(now);
        let sealed = key.seal_padded(&bound(organisation, reader, id), plain.as_bytes())?;
        store::write_score(tx, may, id, meeting, reader, &sealed)?;
    }
    Ok(())
}

/// A score that was opened.
#[derive(Debug, Clone)]
pub struct Scored {
    /// Of which case.
    pub case: TrimCaseId,
    /// With whom the meeting was; `None` for oneself.
    pub name: Option<String>,
    /// Which meeting.
    pub kind: MeetingKind,
    /// When it was.
    pub held_at: Timestamp,
    /// What was scored; `None` for a box that does not open.
    pub score: Option<Score>,
}

/// The scores that are sealed to the caller, opened with their key; the latest first.
///
/// # Errors
/// [`TrimError::Db`].
pub async fn scores(db: &Db, caller: &Caller, key: PrivateKey) -> Result<Vec<Scored>, TrimError> {
    let (organisation, me) = (caller.organisation(), caller.person_id().unwrap_or(PersonId::NIL));
    db.read(caller, move |tx| {
        let boxes = store::scores(tx, me)?;
        let people = store::people(tx, &boxes.iter().map(|one| one.person).collect::<Vec<_>>())?;
        let opened = |one: store::Sealed| {
            let plain = key.open_padded(&bound(organisation, me, one.id), &one.sealed);
            let name = || people.iter().find(|person| person.id == one.person).map(|person| person.name.clone());
            Some(Scored {
                case: one.case,
                name: if one.person == me { None } else { Some(name().unwrap_or_else(|| "Somebody".to_owned())) },
                kind: MeetingKind::parse(&one.kind)?,
                held_at: one.held_at,
                score: plain.and_then(|plain| serde_json::from_slice(&plain).ok()),
            })
        };
        Ok(boxes.into_iter().filter_map(opened).collect())
    })
    .await
}
