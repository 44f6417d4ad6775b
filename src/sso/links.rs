//! With which providers somebody is linked: seen and cut by themself and by those who manage people; and the permit by
//! which an administrator lets somebody be linked at their next sign-in.

use jiff::{SignedDuration, Timestamp};

use super::model::Link;
use super::policy::{Permit, SeeLinks};
use super::{SsoError, link_store, store};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Permission as _, Verdict};
use crate::db::Db;
use crate::identity::doors::{self, Offer};
use crate::identity::vouched;
use crate::kernel::ids::{PersonId, SsoProviderId};

/// How long a permit waits for the sign-in.
const PERMIT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Somebody's links.
#[derive(Debug, Clone)]
pub struct LinksOf {
    /// Whose.
    pub name: String,
    /// What they are linked with.
    pub links: Vec<Link>,
    /// With what they could be: each provider that is switched on, and until when a permit waits.
    pub others: Vec<(Offer, Option<Timestamp>)>,
    /// Whether the caller may hand out permits.
    pub may_permit: bool,
}

/// Somebody's links. Reading another person's leaves an entry.
///
/// # Errors
/// [`SsoError::Authz`].
pub async fn read(db: &Db, caller: &Caller, id: PersonId, now: Timestamp) -> Result<LinksOf, SsoError> {
    db.write(caller, move |tx| {
        let may = authz::may::<SeeLinks>(tx, id)?;
        let may_permit = Permit::decide(tx.caller(), may.facts()) == Verdict::Allow;
        let name = vouched::person(tx, id)?.map(|known| known.name).unwrap_or_default();
        let offers = doors::of_organisation(tx)?;
        let mut links = link_store::links_of(tx, id)?;
        for link in &mut links {
            let offer = offers.iter().find(|offer| offer.provider == link.provider);
            link.label =
                offer.map_or_else(|| "A provider that is switched off".to_owned(), |offer| offer.label.clone());
        }
        let mut others = Vec::new();
        for offer in offers {
            if links.iter().all(|link| link.provider != offer.provider) {
                let until = if may_permit { store::permit(tx, id, offer.provider, now)? } else { None };
                others.push((offer, until));
            }
        }
        if tx.caller().person_id() != Some(id) {
            audit::record(tx, now, Entry::new("sso.link-read").on("person", id).about(id))?;
        }
        Ok(LinksOf { name, links, others, may_permit })
    })
    .await
}

/// Lets somebody be linked with a provider by the verified address that is on record, once, within 14 days.
///
/// # Errors
/// [`SsoError::Authz`], also when the provider is switched off.
pub async fn permit(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    provider: SsoProviderId,
    now: Timestamp,
) -> Result<(), SsoError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Permit>(tx, person)?;
        let by = tx.caller().person_id().ok_or(AuthzError::Hidden)?;
        let offers = doors::of_organisation(tx)?;
        let offer = offers.into_iter().find(|offer| offer.provider == provider).ok_or(AuthzError::Hidden)?;
        store::permit_replace(tx, &may, provider, by, now, now + PERMIT)?;
        let entry = Entry::new("sso.permit").on("person", person).about(person);
        audit::record(tx, now, entry.noting("provider", offer.label))?;
        Ok(())
    })
    .await
}

/// Takes a permit back.
///
/// # Errors
/// [`SsoError::Authz`].
pub async fn withdraw(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    provider: SsoProviderId,
    now: Timestamp,
) -> Result<(), SsoError> {
    db.write(caller, move |tx| {
        authz::require::<Permit>(tx, person)?;
        store::permit_delete(tx, person, provider)?;
        audit::record(tx, now, Entry::new("sso.permit-withdraw").on("person", person).about(person))?;
        Ok(())
    })
    .await
}

/// Cuts somebody's link: the provider no longer lets them in as this person.
///
/// # Errors
/// [`SsoError::Authz`], also when there is no such link.
pub async fn cut(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    provider: SsoProviderId,
    now: Timestamp,
) -> Result<(), SsoError> {
    db.write(caller, move |tx| {
        authz::require::<SeeLinks>(tx, person)?;
        if !link_store::unlink(tx, person, provider)? {
            return Err(AuthzError::Hidden.into());
        }
        let entry = Entry::new("sso.unlink").on("person", person).about(person);
        audit::record(tx, now, entry.noting("provider", provider.0))?;
        Ok(())
    })
    .await
}
