//! Who may do what with TRiM. The row-level policies say the same in SQL.

use super::model::{Case, Offer};
use super::store;
use crate::authz::{Caller, Permission, Scope, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, TrimCaseId, TrimOfferId};

fn answers(caller: &Caller) -> bool {
    caller.reach(permission::TRIM_ANSWER).is_some_and(|reach| reach.own)
}

fn practises(caller: &Caller) -> bool {
    caller.holds_for_all(permission::TRIM_PRACTISE)
}

/// Reading the offers that were made to oneself, and asking for TRiM.
#[derive(Debug)]
pub struct UseTrim;

impl Permission for UseTrim {
    const NAME: &'static str = "trim.own";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        if caller.is(*person) && answers(caller) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Answering an offer that was made to oneself.
#[derive(Debug)]
pub struct AnswerOffer;

impl Permission for AnswerOffer {
    const NAME: &'static str = "trim.answer";
    type Scope = TrimOfferId;
    type Facts = Offer;

    fn facts(tx: &mut Tx<'_>, id: TrimOfferId) -> Result<Option<Offer>, DbError> {
        store::offer(tx, id)
    }

    fn decide(caller: &Caller, offer: &Offer) -> Verdict {
        if caller.is(offer.person) && answers(caller) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Offering TRiM to people of one's units; of whom, the database decides.
#[derive(Debug)]
pub struct OfferTrim;

impl Permission for OfferTrim {
    const NAME: &'static str = "trim.offer";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_at(permission::TRIM_OFFER, Scope::Unit) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Seeing how many offers were made.
#[derive(Debug)]
pub struct CountOffers;

impl Permission for CountOffers {
    const NAME: &'static str = "trim.count";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_at(permission::TRIM_COUNT, Scope::Unit) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Seeing the caseload.
#[derive(Debug)]
pub struct Practise;

impl Permission for Practise {
    const NAME: &'static str = "trim.practise";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if practises(caller) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Opening a case that nobody has taken, or that one has taken oneself; never one's own.
#[derive(Debug)]
pub struct OpenCase;

impl Permission for OpenCase {
    const NAME: &'static str = "trim.open";
    type Scope = TrimCaseId;
    type Facts = Case;

    fn facts(tx: &mut Tx<'_>, id: TrimCaseId) -> Result<Option<Case>, DbError> {
        store::case(tx, id)
    }

    fn decide(caller: &Caller, case: &Case) -> Verdict {
        let free_or_theirs = case.practitioner.is_none_or(|practitioner| caller.is(practitioner));
        if practises(caller) && !caller.is(case.person) && free_or_theirs { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Working on a case that one has taken.
#[derive(Debug)]
pub struct HoldCase;

impl Permission for HoldCase {
    const NAME: &'static str = "trim.hold";
    type Scope = TrimCaseId;
    type Facts = Case;

    fn facts(tx: &mut Tx<'_>, id: TrimCaseId) -> Result<Option<Case>, DbError> {
        store::case(tx, id)
    }

    fn decide(caller: &Caller, case: &Case) -> Verdict {
        match (OpenCase::decide(caller, case), case.practitioner) {
            (Verdict::Allow, Some(_theirs)) => Verdict::Allow,
            (Verdict::Allow, None) => Verdict::Deny,
            (other, _) => other,
        }
    }
}

/// Editing after which work TRiM is offered; the first criteria are written when an organisation is founded.
#[derive(Debug)]
pub struct ManageCriteria;

impl Permission for ManageCriteria {
    const NAME: &'static str = "trim.manage";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let founds = matches!(caller, Caller::System { name: SystemName::SetUp, .. });
        if founds || caller.holds_for_all(permission::TRIM_MANAGE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// The background work: making offers, telling what is due.
#[derive(Debug)]
pub struct LookAfter;

impl Permission for LookAfter {
    const NAME: &'static str = "trim.look";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let is_it = matches!(caller, Caller::System { name: SystemName::Trim, .. });
        if is_it { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::OrganisationId;
    use crate::trim::rules::samples;

    fn person(number: u128) -> PersonId {
        PersonId(uuid::Uuid::from_u128(number))
    }

    fn caller(number: u128, permissions: &[(&str, Reach)]) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, person(number));
        person.permissions.extend(permissions.iter().map(|(code, reach)| ((*code).to_owned(), reach.clone())));
        Caller::Person(Arc::new(person))
    }

    #[test]
    fn a_practitioner_takes_nobodys_case_but_a_free_one_and_never_their_own() {
        let all = Reach { organisation: true, ..Reach::default() };
        let practises = |number| caller(number, &[(permission::TRIM_PRACTISE, all.clone())]);
        let (free, theirs) = (samples::case(), Case { practitioner: Some(person(7)), ..samples::case() });
        let (allow, deny, hide) = (Verdict::Allow, Verdict::Deny, Verdict::Hide);
        let (one, other, the_member, nobody) = (practises(7), practises(8), practises(3), caller(9, &[]));
        let who = [&one, &other, &the_member, &nobody];
        assert_eq!(who.map(|who| OpenCase::decide(who, &free)), [allow, allow, hide, hide]);
        assert_eq!(who.map(|who| OpenCase::decide(who, &theirs)), [allow, hide, hide, hide]);
        assert_eq!(who.map(|who| HoldCase::decide(who, &free)), [deny, deny, hide, hide]);
        assert_eq!(who.map(|who| HoldCase::decide(who, &theirs)), [allow, hide, hide, hide]);
    }

    #[test]
    fn only_the_member_answers() {
        let offer = Offer {
            id: TrimOfferId::NIL,
            person: person(3),
            event_at: samples::case().event_at,
            origin: crate::trim::model::Origin::Manager,
            criterion: None,
            offered_at: samples::case().accepted_at,
            answer: None,
        };
        let own = Reach { own: true, ..Reach::default() };
        let all = Reach { organisation: true, ..Reach::default() };
        let member = caller(3, &[(permission::TRIM_ANSWER, own.clone())]);
        let manager = caller(4, &[(permission::TRIM_ANSWER, own), (permission::TRIM_OFFER, all)]);
        assert_eq!(AnswerOffer::decide(&member, &offer), Verdict::Allow);
        assert_eq!(AnswerOffer::decide(&manager, &offer), Verdict::Hide);
        assert_eq!(AnswerOffer::decide(&caller(3, &[]), &offer), Verdict::Hide);
    }
}
