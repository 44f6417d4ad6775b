//! Recording certificates of others, changing and ending them, and saying what one person needs.

use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::{self, Change, Entry, Field};
use crate::authz::{self, Caller};
use crate::competence::error::CompetenceError;
use crate::competence::job;
use crate::competence::model::{Certificate, CertificateDraft, Ended, Kind, Member};
use crate::competence::policy::{ChangeCertificate, ReadOf, WriteOf};
use crate::competence::rules::{self, TypedCertificate, TypedEnd};
use crate::competence::standing_rules::{Best, State};
use crate::competence::store;
use crate::db::{Db, Tx};
use crate::kernel::ids::{CertificateId, CompetenceKindId, PersonId};
use crate::kernel::{civil, form_key};

const KIND: Field = Field::shown("kind");
const AWARDED: Field = Field::shown("awarded_on");
const EXPIRES: Field = Field::shown("expires_on");
const REFERENCE: Field = Field::sensitive("reference");
const BY: Field = Field::shown("awarded_by");
const NEEDED: Field = Field::shown("needed");

/// The id for a new certificate that a form chose, so that sending it twice makes one; a new one when it is none of
/// ours or too old.
pub fn chosen_id(text: &str, now: Timestamp) -> CertificateId {
    form_key::chosen(text, now).map_or_else(|| CertificateId::new(now), CertificateId)
}

fn changes(before: Option<&CertificateDraft>, after: &CertificateDraft) -> Vec<Option<Change>> {
    let last = |draft: &CertificateDraft| draft.expires_on.map(|day| day.to_string());
    vec![
        AWARDED.change(before.map(|draft| draft.awarded_on.to_string()), after.awarded_on.to_string()),
        EXPIRES.change(before.and_then(last), last(after)),
        REFERENCE.change(before.and_then(|draft| draft.reference.clone()), after.reference.clone()),
        BY.change(before.and_then(|draft| draft.awarded_by.clone()), after.awarded_by.clone()),
    ]
}

/// The kind that was chosen, when it is asked for.
fn asked_for(tx: &mut Tx<'_>, text: &str) -> Result<Kind, CompetenceError> {
    let id = Uuid::try_parse(text.trim()).ok().map(CompetenceKindId);
    let found = match id {
        Some(id) => store::kind(tx, id)?.filter(|kind| !kind.retired),
        None => None,
    };
    found.ok_or_else(|| CompetenceError::field("kind", "Choose a kind of competence"))
}

/// Somebody whose certificates the caller may record, and the kinds that there are.
///
/// # Errors
/// [`CompetenceError::Authz`].
pub async fn to_record(db: &Db, caller: &Caller, person: PersonId) -> Result<(Member, Vec<Kind>), CompetenceError> {
    db.read(caller, move |tx| {
        let may = authz::may::<WriteOf>(tx, person)?;
        let kinds = store::kinds(tx)?.into_iter().filter(|kind| !kind.retired).collect();
        Ok((may.facts().clone(), kinds))
    })
    .await
}

/// Records a certificate of somebody. `false` when this id was recorded already, of the same person.
///
/// # Errors
/// [`CompetenceError::Invalid`]; [`CompetenceError::Changed`] for an id that is somebody else's.
pub async fn record(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    id: CertificateId,
    typed: TypedCertificate,
    now: Timestamp,
) -> Result<bool, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WriteOf>(tx, person)?;
        let kind = asked_for(tx, &typed.kind);
        let months = kind.as_ref().ok().and_then(|kind| kind.draft.validity_months);
        // Everything that is wrong is said at once, the kind first.
        let draft = rules::check_certificate(&typed, months, civil::local(now).date());
        let (kind, draft) = match (kind, draft) {
            (Ok(kind), Ok(draft)) => (kind, draft),
            (Ok(_kind), Err(errors)) => return Err(errors.into()),
            (Err(error), Ok(_draft)) => return Err(error),
            (Err(CompetenceError::Invalid(mut all)), Err(errors)) => {
                errors.as_slice().iter().for_each(|error| all.add(error.field.clone(), error.message.clone()));
                return Err(all.into());
            }
            (Err(error), Err(_errors)) => return Err(error),
        };
        if !store::insert(tx, &may, id, kind.id, &draft, now)? {
            return if store::is_recorded(tx, &may, id)? { Ok(false) } else { Err(CompetenceError::Changed) };
        }
        let mut changed = vec![KIND.change(None::<&str>, kind.draft.name)];
        changed.extend(changes(None, &draft));
        let entry = Entry::new("certificate.record").on("certificate", id).about(person).changed(changed);
        audit::record(tx, now, entry)?;
        job::look_daily(tx, now)?;
        Ok(true)
    })
    .await
}

/// A certificate with its kind and whose it is, for whoever may change it.
///
/// # Errors
/// [`CompetenceError::Authz`].
pub async fn certificate(
    db: &Db,
    caller: &Caller,
    id: CertificateId,
) -> Result<(Certificate, Member, Option<Kind>), CompetenceError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ChangeCertificate>(tx, id)?;
        let (certificate, member) = may.facts().clone();
        let kind = store::kind(tx, certificate.kind)?;
        Ok((certificate, member, kind))
    })
    .await
}

/// Changes a certificate. `false` when it says that already.
///
/// # Errors
/// [`CompetenceError::Invalid`]; [`CompetenceError::Changed`]; [`CompetenceError::Ended`].
pub async fn change(
    db: &Db,
    caller: &Caller,
    id: CertificateId,
    typed: TypedCertificate,
    now: Timestamp,
) -> Result<bool, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ChangeCertificate>(tx, id)?;
        let (before, member) = may.facts().clone();
        if before.ended.is_some() {
            return Err(CompetenceError::Ended);
        }
        let revision = typed.revision.parse().unwrap_or(0);
        if before.revision != revision {
            return Err(CompetenceError::Changed);
        }
        let months = store::kind(tx, before.kind)?.and_then(|kind| kind.draft.validity_months);
        let draft = rules::check_certificate(&typed, months, civil::local(now).date())?;
        if draft == before.draft {
            return Ok(false);
        }
        if !store::change(tx, &may, revision, &draft, now)? {
            return Err(CompetenceError::Changed);
        }
        let changed = changes(Some(&before.draft), &draft);
        let entry = Entry::new("certificate.change").on("certificate", id).about(member.id).changed(changed);
        audit::record(tx, now, entry)?;
        job::look_daily(tx, now)?;
        Ok(true)
    })
    .await
}

/// Somebody of whom a certificate was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedOf {
    /// Whose it was.
    pub person: PersonId,
    /// How they stand with that kind now: an earlier one may still count.
    pub state: State,
}

/// Ends a certificate: it counts no more, from now on, and stays on record with the reason.
///
/// # Errors
/// As [`change`].
pub async fn end(
    db: &Db,
    caller: &Caller,
    id: CertificateId,
    typed: TypedEnd,
    now: Timestamp,
) -> Result<EndedOf, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ChangeCertificate>(tx, id)?;
        let (before, member) = may.facts().clone();
        if before.ended.is_some() {
            return Err(CompetenceError::Ended);
        }
        let today = civil::local(now).date();
        let ended: Ended = rules::check_end(&typed, before.draft.awarded_on, today)?;
        let revision = typed.revision.parse().unwrap_or(0);
        if before.revision != revision || !store::end(tx, &may, revision, &ended, now)? {
            return Err(CompetenceError::Changed);
        }
        let entry = Entry::new("certificate.end").on("certificate", id).about(member.id);
        audit::record(tx, now, entry.noting("on", ended.on.to_string()).noting("reason", ended.reason))?;
        let read = authz::may::<ReadOf>(tx, member.id)?;
        let all = store::certificates_of(tx, &read)?;
        let grace = store::kind(tx, before.kind)?.map_or(0, |kind| kind.draft.grace_days);
        let best = Best::of(all.iter().filter(|one| one.kind == before.kind));
        Ok(EndedOf { person: member.id, state: State::of(best, grace, today) })
    })
    .await
}

/// Says that one person needs a kind or does not, other than people like them; `None` takes that back.
///
/// # Errors
/// [`CompetenceError::Invalid`] for a kind that is not asked for.
pub async fn except(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    kind: String,
    said: Option<(bool, String)>,
    now: Timestamp,
) -> Result<(), CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WriteOf>(tx, person)?;
        let kind = asked_for(tx, &kind)?;
        let entry = match said {
            Some((needed, reason)) => {
                store::except(tx, &may, kind.id, needed, &reason, now)?;
                Entry::new("certificate.except").changed([NEEDED.change(None::<bool>, needed)]).noting("reason", reason)
            }
            None if store::unexcept(tx, &may, kind.id)? => Entry::new("certificate.unexcept"),
            None => return Ok(()),
        };
        audit::record(tx, now, entry.on("competence", kind.id).about(person))?;
        Ok(())
    })
    .await
}
