//! Who may do what with working time. The row-level policies say the same in SQL.

use super::record::{Group, Member};
use super::store;
use crate::authz::{Caller, Permission, SystemName, TeamAct, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ContractGroupId, PersonId};

/// Editing contract groups, saying who belongs to which, and what kinds of work are. `None` is all of them.
#[derive(Debug)]
pub struct ManageGroups;

impl Permission for ManageGroups {
    const NAME: &'static str = "worktime.manage";
    type Scope = Option<ContractGroupId>;
    type Facts = Option<Group>;

    fn facts(tx: &mut Tx<'_>, id: Option<ContractGroupId>) -> Result<Option<Option<Group>>, DbError> {
        match id {
            None => Ok(Some(None)),
            Some(id) => Ok(store::group(tx, id)?.map(Some)),
        }
    }

    fn decide(caller: &Caller, _group: &Option<Group>) -> Verdict {
        if caller.holds_for_all(permission::WORKTIME_MANAGE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Knowing the work of a person, or of everybody, to work out figures from it: background work, and whoever's it is.
#[derive(Debug)]
pub struct KnowWork;

impl Permission for KnowWork {
    const NAME: &'static str = "worktime.know";
    type Scope = Option<PersonId>;
    type Facts = Option<PersonId>;

    fn facts(_tx: &mut Tx<'_>, person: Option<PersonId>) -> Result<Option<Option<PersonId>>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &Option<PersonId>) -> Verdict {
        let is_the_work = matches!(caller, Caller::System { name: SystemName::WorkingTime, .. });
        if is_the_work || person.is_some_and(|person| caller.is(person)) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Reading the working time of a person: one's own, or that of somebody whom one reaches.
#[derive(Debug)]
pub struct ReadOf;

impl Permission for ReadOf {
    const NAME: &'static str = "worktime.read";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        if caller.reaches(permission::WORKTIME_READ, member.id, member.unit) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Declaring an opt-out or another employment of one's own.
#[derive(Debug)]
pub struct DeclareOwn;

impl Permission for DeclareOwn {
    const NAME: &'static str = "worktime.declare";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        let own = caller.reach(permission::WORKTIME_DECLARE).is_some_and(|reach| reach.own);
        if own && caller.is(*person) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Seeing the working time of a team.
#[derive(Debug)]
pub struct ReadTeam;

impl TeamAct for ReadTeam {
    const NAME: &'static str = "worktime.list";
    const REACHED_BY: &'static [&'static str] = &[permission::WORKTIME_READ];
}

/// Downloading the working time of a team.
#[derive(Debug)]
pub struct ExportTeam;

impl TeamAct for ExportTeam {
    const NAME: &'static str = "worktime.export";
    const REACHED_BY: &'static [&'static str] = &[permission::WORKTIME_EXPORT];
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach, Team};
    use crate::kernel::ids::{OrganisationId, UnitId};

    fn id<T>(make: fn(uuid::Uuid) -> T, number: u128) -> T {
        make(uuid::Uuid::from_u128(number))
    }

    fn caller(number: u128, permissions: &[(&str, Reach)]) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, id(PersonId, number));
        person.permissions.extend(permissions.iter().map(|(code, reach)| ((*code).to_owned(), reach.clone())));
        Caller::Person(Arc::new(person))
    }

    #[test]
    fn only_the_person_and_the_work_know_and_only_the_person_declares() {
        let own = Reach { own: true, ..Reach::default() };
        let all = Reach { organisation: true, ..Reach::default() };
        let jo = caller(1, &[(permission::WORKTIME_DECLARE, own.clone()), (permission::WORKTIME_READ, own)]);
        let hr = caller(2, &[(permission::WORKTIME_READ, all)]);
        let work = Caller::system(SystemName::WorkingTime, OrganisationId::NIL);
        let other = Caller::system(SystemName::Hours, OrganisationId::NIL);
        let (me, allow, deny) = (id(PersonId, 1), Verdict::Allow, Verdict::Deny);
        let all = [&jo, &hr, &work, &other];
        assert_eq!(all.map(|who| KnowWork::decide(who, &Some(me))), [allow, deny, allow, deny]);
        assert_eq!(all.map(|who| KnowWork::decide(who, &None)), [deny, deny, allow, deny]);
        assert_eq!(all.map(|who| DeclareOwn::decide(who, &me)), [allow, deny, deny, deny]);
        let member = Member { id: me, name: String::new(), number: None, unit: id(UnitId, 7), left: false };
        assert_eq!(all.map(|who| ReadOf::decide(who, &member)), [allow, allow, Verdict::Hide, Verdict::Hide]);
        assert_eq!(all.map(|who| ManageGroups::decide(who, &None)), [deny; 4]);
        assert!(ReadTeam::reached(&jo).is_none() && ReadTeam::reached(&hr) == Some(Team::All));
    }
}
