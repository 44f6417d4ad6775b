//! What members do with their own exposures.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::audit::{self, Change, Entry, Field};
use crate::authz::{self, Caller, Granted};
use crate::db::{Db, Tx};
use crate::exposures::error::ExposureError;
use crate::exposures::model::{Draft, Exposure, History, Kind, Proposal};
use crate::exposures::policy::{KeepExposures, OpenExposure};
use crate::exposures::rules::{self, Typed};
use crate::exposures::store;
use crate::kernel::ids::{DutyId, ExposureId, PersonId};
use crate::kernel::{civil, form_key};

const KIND: Field = Field::shown("kind");
/// What an exposure was to, and whether it still counts, is the member's own: the trail says that they wrote, not what.
const SAID: Field = Field::sensitive("said");

/// How far back duties propose something by themselves; older ones do on their own page.
const BACK: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How many proposals stand on the page at once.
const AT_ONCE: i64 = 20;

/// The id for a new exposure that a form chose, so that sending it twice makes one; a new one when it is none of ours.
pub fn chosen_id(text: &str, now: Timestamp) -> ExposureId {
    form_key::chosen(text, now).map_or_else(|| ExposureId::new(now), ExposureId)
}

fn me(caller: &Caller) -> PersonId {
    caller.person_id().unwrap_or(PersonId::NIL)
}

/// One's own page.
#[derive(Debug, Clone)]
pub struct Home {
    /// What duties propose and was not answered, the latest first; at most [`AT_ONCE`].
    pub proposals: Vec<Proposal>,
    /// Everything that was said.
    pub all: Vec<History>,
}

/// Opens one's own record.
///
/// # Errors
/// [`ExposureError::Authz`] when the caller keeps none.
pub async fn home(db: &Db, caller: &Caller, now: Timestamp) -> Result<Home, ExposureError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepExposures>(tx, me)?;
        let since = now.checked_sub(BACK).unwrap_or(now);
        Ok(Home { proposals: store::proposals(tx, &may, since, None, AT_ONCE)?, all: store::of_own(tx, &may)? })
    })
    .await
}

/// How many proposals wait for the caller, counted up to twenty.
///
/// # Errors
/// [`ExposureError::Authz`] when the caller keeps no record.
pub async fn proposals_waiting(db: &Db, caller: &Caller, now: Timestamp) -> Result<usize, ExposureError> {
    db.read(caller, move |tx| {
        authz::require::<KeepExposures>(tx, me(tx.caller()))?;
        Ok(waiting_in(tx, now)?.unwrap_or(0))
    })
    .await
}

/// The same within a transaction; `None` for whoever keeps no record.
///
/// # Errors
/// [`ExposureError::Db`].
pub fn waiting_in(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<usize>, ExposureError> {
    let me = me(tx.caller());
    let Some(may) = authz::if_may::<KeepExposures>(tx, me)? else { return Ok(None) };
    Ok(Some(store::proposals(tx, &may, now.checked_sub(BACK).unwrap_or(now), None, AT_ONCE)?.len()))
}

/// The same of one duty: what it proposes, and what was said of it.
///
/// # Errors
/// [`ExposureError::Authz`] when the caller keeps no record.
pub async fn of_duty(db: &Db, caller: &Caller, duty: DutyId) -> Result<Home, ExposureError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepExposures>(tx, me)?;
        let proposals = store::proposals(tx, &may, Timestamp::UNIX_EPOCH, Some(duty), AT_ONCE)?;
        let mut all = store::of_own(tx, &may)?;
        all.retain(|history| history.exposure.duty == Some(duty));
        Ok(Home { proposals, all })
    })
    .await
}

/// What a duty proposes of a kind, to fill a form with.
///
/// # Errors
/// [`ExposureError::Authz`] when the caller keeps no record.
pub async fn prefill(db: &Db, caller: &Caller, duty: DutyId, kind: Kind) -> Result<Option<Proposal>, ExposureError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepExposures>(tx, me)?;
        Ok(store::proposal(tx, &may, duty, kind)?)
    })
    .await
}

/// Confirms what a duty proposes, as it is proposed.
///
/// # Errors
/// [`ExposureError::Answered`] when it is not proposed, or not any more.
pub async fn confirm(
    db: &Db,
    caller: &Caller,
    duty: DutyId,
    kind: Kind,
    now: Timestamp,
) -> Result<ExposureId, ExposureError> {
    answer(db, caller, duty, kind, true, now).await
}

/// Says that one was not exposed to what a duty proposes: it is not proposed again, and counts nowhere.
///
/// # Errors
/// As [`confirm`].
pub async fn deny(
    db: &Db,
    caller: &Caller,
    duty: DutyId,
    kind: Kind,
    now: Timestamp,
) -> Result<ExposureId, ExposureError> {
    answer(db, caller, duty, kind, false, now).await
}

async fn answer(
    db: &Db,
    caller: &Caller,
    duty: DutyId,
    kind: Kind,
    confirmed: bool,
    now: Timestamp,
) -> Result<ExposureId, ExposureError> {
    let me = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepExposures>(tx, me)?;
        let proposal = store::proposal(tx, &may, duty, kind)?.ok_or(ExposureError::Answered)?;
        let draft = rules::of_proposal(&proposal);
        let exposure = Exposure { id: ExposureId::new(now), person: me, duty: Some(duty), kind, version: 1 };
        if !write(tx, &may, &exposure, confirmed, &draft, now)? {
            return Err(ExposureError::Answered);
        }
        Ok(exposure.id)
    })
    .await
}

/// Writes an exposure down, with its entry in the trail.
fn write<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepExposures>,
    exposure: &Exposure,
    confirmed: bool,
    draft: &Draft,
    now: Timestamp,
) -> Result<bool, ExposureError> {
    if !store::insert(tx, may, exposure, confirmed, draft, now)? {
        return Ok(false);
    }
    let deed = if confirmed { "exposure.confirm" } else { "exposure.deny" };
    let entry = Entry::new(deed).on("exposure", exposure.id).about(exposure.person);
    // That an event was traumatic is not for the trail either.
    let kind = (exposure.kind != Kind::Traumatic).then(|| KIND.change(None::<&str>, exposure.kind.as_str())).flatten();
    audit::record(tx, now, entry.changed([kind]))?;
    Ok(true)
}

/// Records an exposure, of a duty or free. `false` when this id was recorded already by the same person.
///
/// # Errors
/// [`ExposureError::Invalid`]; [`ExposureError::Answered`] when the duty has one of the kind already.
pub async fn record(
    db: &Db,
    caller: &Caller,
    id: ExposureId,
    typed: Typed,
    now: Timestamp,
) -> Result<bool, ExposureError> {
    let me = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepExposures>(tx, me)?;
        let kind = Kind::parse(&typed.kind);
        let draft = match (kind, rules::check(&typed, civil::local(now).date())) {
            (Some(_kind), draft) => draft?,
            (None, checked) => {
                let mut errors = crate::views::FormErrors::new();
                errors.add("kind", "Choose what you were exposed to");
                if let Err(more) = checked {
                    more.as_slice().iter().for_each(|error| errors.add(error.field.clone(), error.message.clone()));
                }
                return Err(errors.into());
            }
        };
        let duty = Uuid::try_parse(typed.duty.trim()).ok().map(DutyId);
        let kind = kind.unwrap_or(Kind::Traumatic);
        let exposure = Exposure { id, person: me, duty, kind, version: 1 };
        match write(tx, &may, &exposure, true, &draft, now) {
            Ok(true) => Ok(true),
            Ok(false) if store::is_own(tx, &may, id)? => Ok(false),
            Ok(false) => Err(ExposureError::Answered),
            Err(ExposureError::Db(error)) if error.check_violation().is_some() => {
                Err(ExposureError::field("duty", "This duty is not yours. Record the exposure without it"))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Opens one exposure of one's own, with everything that was said of it.
///
/// # Errors
/// [`ExposureError::Authz`] when it is not theirs.
pub async fn open(db: &Db, caller: &Caller, id: ExposureId) -> Result<History, ExposureError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        authz::require::<OpenExposure>(tx, id)?;
        one(tx, me, id)
    })
    .await
}

fn one(tx: &mut Tx<'_>, me: PersonId, id: ExposureId) -> Result<History, ExposureError> {
    let may = authz::may::<KeepExposures>(tx, me)?;
    let found = store::of_own(tx, &may)?.into_iter().find(|history| history.exposure.id == id);
    Ok(found.ok_or(authz::AuthzError::Hidden)?)
}

/// Corrects an exposure: what it said before stays on record. `false` when it says that already.
///
/// # Errors
/// [`ExposureError::Invalid`]; [`ExposureError::Changed`].
pub async fn correct(
    db: &Db,
    caller: &Caller,
    id: ExposureId,
    typed: Typed,
    now: Timestamp,
) -> Result<bool, ExposureError> {
    let me = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<OpenExposure>(tx, id)?;
        let before = one(tx, me, id)?.now;
        let draft = rules::check(&typed, civil::local(now).date());
        let reason = rules::check_reason(&typed.reason);
        let (draft, reason) = match (draft, reason) {
            (Ok(draft), Ok(reason)) => (draft, reason),
            (Ok(_), Err(errors)) | (Err(errors), Ok(_)) => return Err(errors.into()),
            (Err(mut all), Err(errors)) => {
                errors.as_slice().iter().for_each(|error| all.add(error.field.clone(), error.message.clone()));
                return Err(all.into());
            }
        };
        let confirmed = typed.stands != "no";
        let version = typed.version.parse().unwrap_or(0);
        if before.number != version {
            return Err(ExposureError::Changed);
        }
        if before.draft == draft && before.confirmed == confirmed {
            return Ok(false);
        }
        if !store::correct(tx, &may, version, confirmed, &draft, &reason, now)? {
            return Err(ExposureError::Changed);
        }
        let changed: Option<Change> = SAID.change("before", "after");
        audit::record(tx, now, Entry::new("exposure.correct").on("exposure", id).about(me).changed([changed]))?;
        Ok(true)
    })
    .await
}

/// Everything that one was ever exposed to, for a file that leaves; that it left is on record.
///
/// # Errors
/// [`ExposureError::Authz`].
pub async fn begin_export(
    db: &Db,
    caller: &Caller,
    format: &'static str,
    now: Timestamp,
) -> Result<(String, Vec<History>), ExposureError> {
    let me = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepExposures>(tx, me)?;
        let all = store::of_own(tx, &may)?;
        let name = store::subject(tx, me)?.map(|subject| subject.name).unwrap_or_default();
        audit::record(tx, now, Entry::new("exposure.export").on("person", me).about(me).noting("format", format))?;
        Ok((name, all))
    })
    .await
}
