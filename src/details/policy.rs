//! Who may do what with people's own details. The row-level policies say the same in SQL.

use super::model::{Change, Member, Part, State};
use super::store;
use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DetailChangeId, PersonId};

fn own(caller: &Caller, person: PersonId) -> bool {
    caller.is(person) && caller.reach(permission::DETAIL_PROPOSE).is_some_and(|reach| reach.own)
}

/// Reading one's own details and proposing changes of them.
#[derive(Debug)]
pub struct KeepDetails;

impl Permission for KeepDetails {
    const NAME: &'static str = "detail.propose";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        if own(caller, member.id) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Taking back a change that one proposed.
#[derive(Debug)]
pub struct WithdrawChange;

impl Permission for WithdrawChange {
    const NAME: &'static str = "detail.withdraw";
    type Scope = DetailChangeId;
    type Facts = Change;

    fn facts(tx: &mut Tx<'_>, id: DetailChangeId) -> Result<Option<Change>, DbError> {
        store::change(tx, id)
    }

    fn decide(caller: &Caller, change: &Change) -> Verdict {
        if own(caller, change.person) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Listing changes that wait.
#[derive(Debug)]
pub struct ListChanges;

impl Permission for ListChanges {
    const NAME: &'static str = "detail.list";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::DETAIL_APPROVE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Reading a change that somebody proposed.
#[derive(Debug)]
pub struct ReadChange;

impl Permission for ReadChange {
    const NAME: &'static str = "detail.read";
    type Scope = DetailChangeId;
    type Facts = Change;

    fn facts(tx: &mut Tx<'_>, id: DetailChangeId) -> Result<Option<Change>, DbError> {
        store::change(tx, id)
    }

    fn decide(caller: &Caller, _change: &Change) -> Verdict {
        if caller.holds_for_all(permission::DETAIL_APPROVE) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Approving a change or returning it: never one's own. What stands in the person's record takes the right to edit that.
#[derive(Debug)]
pub struct DecideChange;

impl Permission for DecideChange {
    const NAME: &'static str = "detail.decide";
    type Scope = DetailChangeId;
    type Facts = Change;

    fn facts(tx: &mut Tx<'_>, id: DetailChangeId) -> Result<Option<Change>, DbError> {
        store::change(tx, id)
    }

    fn decide(caller: &Caller, change: &Change) -> Verdict {
        if !caller.holds_for_all(permission::DETAIL_APPROVE) {
            return Verdict::Hide;
        }
        let of_record = matches!(change.part, Part::Name | Part::Phone);
        let edits = !of_record || caller.holds_for_all(permission::PEOPLE_EDIT);
        if edits && caller.person_id() != Some(change.person) && change.state == State::Proposed {
            Verdict::Allow
        } else {
            Verdict::Deny
        }
    }
}

/// Reading whom to call when something happens to somebody; with the right to approve, where they live as well.
#[derive(Debug)]
pub struct ReadContact;

impl Permission for ReadContact {
    const NAME: &'static str = "contact.read";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        let reads = caller.person_id() == Some(member.id)
            || caller.reaches(permission::CONTACT_READ, member.id, member.unit)
            || caller.holds_for_all(permission::DETAIL_APPROVE);
        if reads { Verdict::Allow } else { Verdict::Hide }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::{OrganisationId, UnitId};

    fn caller(number: u128, permissions: &[(&str, Reach)]) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, PersonId(uuid::Uuid::from_u128(number)));
        person.permissions.extend(permissions.iter().map(|(code, reach)| ((*code).to_owned(), reach.clone())));
        Caller::Person(Arc::new(person))
    }

    fn change(part: Part, state: State) -> Change {
        Change {
            id: DetailChangeId::NIL,
            person: PersonId(uuid::Uuid::from_u128(1)),
            part,
            was: None,
            becomes: None,
            state,
            proposed_at: jiff::Timestamp::UNIX_EPOCH,
            decided_at: None,
            answer: None,
        }
    }

    #[test]
    fn nobody_decides_on_their_own_and_the_record_takes_its_own_right() {
        let all = Reach { organisation: true, ..Reach::default() };
        let approve = (permission::DETAIL_APPROVE, all.clone());
        let both = [approve.clone(), (permission::PEOPLE_EDIT, all)];
        let (own, hr, bare, nobody) = (caller(1, &both), caller(2, &both), caller(3, &[approve]), caller(4, &[]));
        let (allow, deny, hide) = (Verdict::Allow, Verdict::Deny, Verdict::Hide);
        let all = [&own, &hr, &bare, &nobody];
        let of = |change: Change| all.map(|who| DecideChange::decide(who, &change));
        assert_eq!(of(change(Part::Address, State::Proposed)), [deny, allow, allow, hide]);
        assert_eq!(of(change(Part::Phone, State::Proposed)), [deny, allow, deny, hide]);
        assert_eq!(of(change(Part::Address, State::Approved)), [deny, deny, deny, hide]);
    }

    #[test]
    fn a_contact_is_for_its_person_and_those_who_look_after_the_unit() {
        let unit = |number| Reach { units: vec![UnitId(uuid::Uuid::from_u128(number))], ..Reach::default() };
        let member = Member {
            id: PersonId(uuid::Uuid::from_u128(1)),
            name: "Jo Marsh".to_owned(),
            unit: UnitId(uuid::Uuid::from_u128(7)),
        };
        let here = caller(2, &[(permission::CONTACT_READ, unit(7))]);
        let there = caller(3, &[(permission::CONTACT_READ, unit(8))]);
        let all = [&caller(1, &[]), &here, &there];
        assert_eq!(all.map(|who| ReadContact::decide(who, &member)), [Verdict::Allow, Verdict::Allow, Verdict::Hide]);
    }
}
