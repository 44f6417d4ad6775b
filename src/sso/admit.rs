//! Who is it, and are they let in? Decided here, purely; done here, in one transaction.
//!
//! Somebody at a provider is somebody here by issuer and subject alone. A new link needs a reason: they did it signed
//! in, an administrator allowed it for them, or the provider may link people on record, and then only by an address
//! that the provider says it verified, and nobody who may do more than keep their own records.

use jiff::Timestamp;

use super::error::Refusal;
use super::model::{Claims, Joining, LinkWay, Provider, Settings};
use super::{SsoError, link_store, mapping, store};
use crate::audit::{self, Entry};
use crate::crypto::Keyring;
use crate::db::Tx;
use crate::identity::factor_door::Vouched;
use crate::identity::people::Details;
use crate::identity::sessions::Origin;
use crate::identity::vouched::{self, Known, Source};
use crate::kernel::ids::{PersonId, RoleId, UnitId, VoucherId};
use crate::organisation::units;

/// What is known when it is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// Who is linked to the subject.
    pub(super) linked: Option<Known>,
    /// Who, signed in here, asks to be linked.
    pub(super) asks: Option<PersonId>,
    /// Who has the address on record, and whether an administrator allowed that they be linked.
    pub(super) by_email: Option<(Known, bool)>,
    /// Whether the provider verified the address.
    pub(super) email_verified: bool,
    /// Whom the provider may let in.
    pub(super) joining: Joining,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// They are linked already.
    Enter(PersonId),
    /// Link them first.
    Link(PersonId, LinkWay),
    /// Make a record for them, with the address if it was verified.
    Add,
}

/// The decision.
pub(super) fn decide(facts: &Facts) -> Result<Decision, Refusal> {
    if let Some(known) = &facts.linked {
        if facts.asks.is_some_and(|asks| asks != known.id) {
            return Err(Refusal::LinkedToAnother);
        }
        return if known.left || known.locked { Err(Refusal::Closed) } else { Ok(Decision::Enter(known.id)) };
    }
    if let Some(person) = facts.asks {
        return Ok(Decision::Link(person, LinkWay::Themself));
    }
    match &facts.by_email {
        Some((known, permitted)) => {
            if !facts.email_verified || known.left || known.locked {
                Err(Refusal::NotInvited)
            } else if *permitted {
                Ok(Decision::Link(known.id, LinkWay::Permit))
            } else if facts.joining != Joining::Invited && !known.privileged {
                Ok(Decision::Link(known.id, LinkWay::Known))
            } else {
                Err(Refusal::NotInvited)
            }
        }
        None if facts.joining == Joining::Anybody => Ok(Decision::Add),
        None => Err(Refusal::NotInvited),
    }
}

/// Somebody who came back from a provider.
pub(super) struct Arrival<'a> {
    /// The provider.
    pub(super) provider: &'a Provider,
    /// What it proved.
    pub(super) claims: &'a Claims,
    /// Who, signed in here, asks to be linked.
    pub(super) asks: Option<PersonId>,
    /// From where.
    pub(super) from: &'a Origin,
    /// Now.
    pub(super) now: Timestamp,
}

/// How it ended.
pub(super) enum Outcome {
    /// They are let in, as far as what they have shown goes.
    In(Vouched),
    /// They are linked, and stay signed in as they were.
    Linked(PersonId),
    /// They are not let in.
    Refused(Refusal),
}

impl Arrival<'_> {
    fn name(&self) -> (&str, &str) {
        (self.provider.settings.issuer.as_str(), self.claims.subject.as_str())
    }

    /// Lets them in, or not, inside the transaction of the worker `sso`.
    pub(super) fn admit(&self, tx: &mut Tx<'_>, keys: &Keyring) -> Result<Outcome, SsoError> {
        let (facts, way_before) = self.facts(tx)?;
        let decision = match decide(&facts) {
            Ok(decision) => decision,
            Err(refusal) => {
                self.record_refusal(tx, refusal, &facts)?;
                return Ok(Outcome::Refused(refusal));
            }
        };
        let (person, way) = match decision {
            Decision::Enter(person) => (person, None),
            Decision::Link(person, way) => (person, Some(way)),
            Decision::Add => (self.add(tx, keys)?, Some(LinkWay::New)),
        };
        if let Some(way) = way {
            self.link(tx, keys, person, way)?;
        }
        link_store::link_used(tx, self.name(), self.claims.groups.as_deref(), self.now)?;
        store::worked(tx, self.provider, self.now)?;
        let joined = way == Some(LinkWay::New) || way_before.as_deref() == Some(LinkWay::New.as_str());
        self.give_roles(tx, person, joined)?;
        if facts.asks.is_some() {
            return Ok(Outcome::Linked(person));
        }
        let voucher = VoucherId::new(self.now);
        link_store::vouch(tx, voucher, self.provider.id, self.name(), self.claims.sid.as_deref(), self.now)?;
        Ok(Outcome::In(Vouched {
            person,
            voucher,
            second_factor: is_second_factor(&self.provider.settings, &self.claims.contexts),
        }))
    }

    fn facts(&self, tx: &mut Tx<'_>) -> Result<(Facts, Option<String>), SsoError> {
        let (issuer, subject) = self.name();
        let (linked, way) = match link_store::linked(tx, issuer, subject)? {
            Some((person, way)) => (vouched::person(tx, person)?, Some(way)),
            None => (None, None),
        };
        let by_email = match &self.claims.email {
            Some(email) if linked.is_none() => vouched::by_email(tx, email)?,
            _ => None,
        };
        let by_email = match by_email {
            Some(known) => {
                let permitted = store::permit(tx, known.id, self.provider.id, self.now)?.is_some();
                Some((known, permitted))
            }
            None => None,
        };
        let facts = Facts {
            linked,
            asks: self.asks,
            by_email,
            email_verified: self.claims.email_verified,
            joining: self.provider.settings.joining,
        };
        Ok((facts, way))
    }

    fn link(&self, tx: &mut Tx<'_>, keys: &Keyring, person: PersonId, way: LinkWay) -> Result<(), SsoError> {
        link_store::unlink(tx, person, self.provider.id)?;
        link_store::link(tx, person, self.provider.id, self.name(), way, self.now)?;
        store::permit_delete(tx, person, self.provider.id)?;
        if way != LinkWay::New {
            let email = vouched::person(tx, person)?.and_then(|known| known.email);
            vouched::open_account(tx, keys, person, email.as_deref(), self.now)?;
        }
        let entry = Entry::new("sso.link").on("person", person).about(person).from(self.from.address);
        let entry = entry.noting("provider", self.provider.settings.label.as_str()).noting("way", way.as_str());
        audit::record(tx, self.now, entry)?;
        Ok(())
    }

    fn add(&self, tx: &mut Tx<'_>, keys: &Keyring) -> Result<PersonId, SsoError> {
        let claims = self.claims;
        let name = |name: &Option<String>, otherwise: &str| {
            let name = name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(otherwise);
            name.chars().take(100).collect::<String>()
        };
        let unit = self.provider.settings.default_unit.ok_or(SsoError::UnitNeeded)?;
        let unit = units::tree_in(tx)?.get(unit).filter(|unit| !unit.closed).map(|unit| unit.id);
        let details = Details {
            given_name: name(&claims.given_name, "Unnamed"),
            family_name: name(&claims.family_name, "Newcomer"),
            employee_number: None,
            // An address that the provider did not verify may be somebody else's.
            email: claims.email.clone().filter(|_email| claims.email_verified),
            phone: None,
            unit: unit.ok_or(SsoError::UnitNeeded)?,
        };
        Ok(vouched::join(tx, keys, &details, self.now)?)
    }

    /// Roles by rule. Where the provider did not say which groups, nothing is taken away.
    fn give_roles(&self, tx: &mut Tx<'_>, person: PersonId, joined: bool) -> Result<(), SsoError> {
        let default = self.provider.settings.default_role.filter(|_role| joined);
        let rules = store::rules(tx)?;
        let groups = self.claims.groups.as_deref();
        let mut wanted = mapping::wanted(&rules, groups.unwrap_or_default(), person);
        wanted.extend(default.map(|role| (role, None)));
        let wanted = usable(tx, wanted)?;
        vouched::apply_roles(tx, person, &wanted, Source::Sso, groups.is_some(), self.now)?;
        Ok(())
    }

    fn record_refusal(&self, tx: &mut Tx<'_>, refusal: Refusal, facts: &Facts) -> Result<(), SsoError> {
        let mut entry = Entry::new("session.refused").on("session", "").from(self.from.address);
        let meant = facts.linked.as_ref().or(facts.by_email.as_ref().map(|(known, _permitted)| known));
        if let Some(known) = meant {
            entry = entry.about(known.id);
        }
        let entry = entry.noting("provider", self.provider.settings.label.as_str());
        audit::record(tx, self.now, entry.noting("reason", refusal.as_str()))?;
        Ok(())
    }
}

/// Whether the provider vouches for a second factor, and the organisation takes its word for it.
fn is_second_factor(settings: &Settings, contexts: &[String]) -> bool {
    let trusted: Vec<&str> = settings.trusted_contexts.split_whitespace().collect();
    settings.provider_factor && contexts.iter().any(|context| trusted.contains(&context.as_str()))
}

/// Those of `wanted` that can be given: the role is there, and its unit is open, where it is one for units.
pub(super) fn usable(
    tx: &mut Tx<'_>,
    wanted: Vec<(RoleId, Option<UnitId>)>,
) -> Result<Vec<(RoleId, Option<UnitId>)>, SsoError> {
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let (roles, units) = (vouched::roles(tx)?, units::tree_in(tx)?);
    let fits = |(role, unit): &(RoleId, Option<UnitId>)| {
        roles.iter().any(|known| known.id == *role && known.for_unit == unit.is_some())
            && unit.is_none_or(|unit| units.get(unit).is_some_and(|unit| !unit.closed))
    };
    Ok(wanted.into_iter().filter(fits).collect())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn somebody(id: u128) -> Known {
        Known {
            id: PersonId(Uuid::from_u128(id)),
            name: "Jo Marsh".to_owned(),
            email: Some("jo@example.org".to_owned()),
            left: false,
            locked: false,
            privileged: false,
        }
    }

    fn facts(joining: Joining) -> Facts {
        Facts { linked: None, asks: None, by_email: None, email_verified: true, joining }
    }

    fn id(id: u128) -> PersonId {
        PersonId(Uuid::from_u128(id))
    }

    #[test]
    fn a_providers_second_factor_counts_only_where_the_rule_for_it_says_so_and_by_the_words_named() {
        let settings = |provider_factor, trusted: &str| Settings {
            provider_factor,
            trusted_contexts: trusted.to_owned(),
            ..Settings::default()
        };
        let said = |contexts: &[&str]| contexts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert!(is_second_factor(&settings(true, "mfa hwk"), &said(&["pwd", "mfa"])));
        assert!(!is_second_factor(&settings(false, "mfa hwk"), &said(&["pwd", "mfa"])));
        assert!(!is_second_factor(&settings(true, "mfa hwk"), &said(&["pwd", "MFA", "mfahwk"])));
        assert!(!is_second_factor(&settings(true, ""), &said(&["", "mfa"])));
        assert!(!is_second_factor(&settings(true, "mfa"), &[]));
    }

    #[test]
    fn somebody_linked_enters_whatever_their_address_says_now() {
        for joining in Joining::ALL {
            let facts = Facts { linked: Some(somebody(1)), by_email: Some((somebody(2), true)), ..facts(joining) };
            assert_eq!(decide(&facts), Ok(Decision::Enter(id(1))));
        }
    }

    #[test]
    fn somebody_who_left_or_is_locked_stays_out_though_linked() {
        for (left, locked) in [(true, false), (false, true)] {
            let linked = Some(Known { left, locked, ..somebody(1) });
            assert_eq!(decide(&Facts { linked, ..facts(Joining::Anybody) }), Err(Refusal::Closed));
        }
    }

    #[test]
    fn an_address_that_is_not_verified_opens_nothing() {
        for joining in Joining::ALL {
            for permitted in [true, false] {
                let by_email = Some((somebody(1), permitted));
                let facts = Facts { by_email, email_verified: false, ..facts(joining) };
                assert_eq!(decide(&facts), Err(Refusal::NotInvited), "{joining:?} {permitted}");
            }
        }
    }

    #[test]
    fn a_verified_address_links_only_with_a_permit_or_where_people_on_record_may_be_linked() {
        let with = |joining, permitted| decide(&Facts { by_email: Some((somebody(1), permitted)), ..facts(joining) });
        assert_eq!(with(Joining::Invited, false), Err(Refusal::NotInvited));
        assert_eq!(with(Joining::Invited, true), Ok(Decision::Link(id(1), LinkWay::Permit)));
        assert_eq!(with(Joining::Known, false), Ok(Decision::Link(id(1), LinkWay::Known)));
        assert_eq!(with(Joining::Anybody, false), Ok(Decision::Link(id(1), LinkWay::Known)));
    }

    #[test]
    fn whoever_may_do_more_is_linked_only_with_a_permit() {
        let manager = Known { privileged: true, ..somebody(1) };
        for joining in Joining::ALL {
            let without = Facts { by_email: Some((manager.clone(), false)), ..facts(joining) };
            assert_eq!(decide(&without), Err(Refusal::NotInvited), "{joining:?}");
            let with = Facts { by_email: Some((manager.clone(), true)), ..facts(joining) };
            assert_eq!(decide(&with), Ok(Decision::Link(id(1), LinkWay::Permit)), "{joining:?}");
        }
    }

    #[test]
    fn new_people_are_added_only_where_anybody_may_come() {
        assert_eq!(decide(&facts(Joining::Invited)), Err(Refusal::NotInvited));
        assert_eq!(decide(&facts(Joining::Known)), Err(Refusal::NotInvited));
        assert_eq!(decide(&facts(Joining::Anybody)), Ok(Decision::Add));
        let gone = Known { left: true, ..somebody(1) };
        let facts = Facts { by_email: Some((gone, true)), ..facts(Joining::Anybody) };
        assert_eq!(decide(&facts), Err(Refusal::NotInvited), "whoever left is not new");
    }

    #[test]
    fn somebody_signed_in_links_themself_but_not_what_is_linked_to_another() {
        let asks = Some(id(1));
        let fresh = Facts { asks, email_verified: false, ..facts(Joining::Invited) };
        assert_eq!(decide(&fresh), Ok(Decision::Link(id(1), LinkWay::Themself)));
        let anothers = Facts { asks, linked: Some(somebody(2)), ..facts(Joining::Invited) };
        assert_eq!(decide(&anothers), Err(Refusal::LinkedToAnother));
        let own = Facts { asks, linked: Some(somebody(1)), ..facts(Joining::Invited) };
        assert_eq!(decide(&own), Ok(Decision::Enter(id(1))));
    }
}
