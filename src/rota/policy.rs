//! Who may do what with the rota. The row-level policies say the same in SQL.

use super::model::{Assignment, Member, Pattern};
use super::store;
use crate::authz::{Caller, Permission, SystemName, TeamAct, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyPatternId, PersonId, RotaAssignmentId, UnitId};

/// One's own rota: confirming duties, availability, the feed.
#[derive(Debug)]
pub struct KeepOwn;

impl Permission for KeepOwn {
    const NAME: &'static str = "rota.keep";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        let keeps = caller.reach(permission::ROTA_KEEP).is_some_and(|reach| reach.own);
        if keeps && caller.is(member.id) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Reading somebody's expected duties and availability.
#[derive(Debug)]
pub struct ReadOf;

impl Permission for ReadOf {
    const NAME: &'static str = "rota.read";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        if caller.reaches(permission::ROTA_READ, member.id, member.unit) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Comparing how long people stayed beyond what was expected: background work alone.
#[derive(Debug)]
pub struct Compare;

impl Permission for Compare {
    const NAME: &'static str = "rota.compare";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let is_it = matches!(caller, Caller::System { name: SystemName::Signals, .. });
        if is_it { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Seeing the rota of a team.
#[derive(Debug)]
pub struct ReadTeam;

impl TeamAct for ReadTeam {
    const NAME: &'static str = "rota.list";
    const REACHED_BY: &'static [&'static str] = &[permission::ROTA_READ];
}

/// Seeing how many riders a unit has, without names: one's own unit, and those whose rota one reads.
#[derive(Debug)]
pub struct ReadCover;

impl Permission for ReadCover {
    const NAME: &'static str = "rota.cover";
    type Scope = UnitId;
    /// The unit, and the caller's own.
    type Facts = (UnitId, Option<UnitId>);

    fn facts(tx: &mut Tx<'_>, unit: UnitId) -> Result<Option<(UnitId, Option<UnitId>)>, DbError> {
        Ok(Some((unit, store::own_unit(tx)?)))
    }

    fn decide(caller: &Caller, (unit, own): &(UnitId, Option<UnitId>)) -> Verdict {
        let home = *own == Some(*unit) && caller.reach(permission::ROTA_READ).is_some_and(|reach| reach.own);
        let reached = ReadTeam::reached(caller).is_some_and(|team| team.has(*unit));
        if home || reached { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Seeing who is assigned to what.
#[derive(Debug)]
pub struct AssignTeam;

impl TeamAct for AssignTeam {
    const NAME: &'static str = "rota.assign";
    const REACHED_BY: &'static [&'static str] = &[permission::ROTA_ASSIGN];
}

/// Whom somebody assigns: a person, or all of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// One person.
    Person(PersonId),
    /// Everybody of a unit.
    Unit(UnitId),
}

/// Assigning a person or a unit to a pattern, and setting a contract.
#[derive(Debug)]
pub struct Assign;

impl Permission for Assign {
    const NAME: &'static str = "rota.assign";
    type Scope = Whom;
    /// The unit, and the person when it is one.
    type Facts = (UnitId, Option<Member>);

    fn facts(tx: &mut Tx<'_>, whom: Whom) -> Result<Option<Self::Facts>, DbError> {
        match whom {
            Whom::Unit(unit) => Ok(Some((unit, None))),
            Whom::Person(person) => Ok(store::member(tx, person)?.map(|member| (member.unit, Some(member)))),
        }
    }

    fn decide(caller: &Caller, (unit, member): &Self::Facts) -> Verdict {
        let gone = member.as_ref().is_some_and(|member| member.left);
        let reached = AssignTeam::reached(caller).is_some_and(|team| team.has(*unit));
        if reached && !gone { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Ending an assignment.
#[derive(Debug)]
pub struct EndAssignment;

impl Permission for EndAssignment {
    const NAME: &'static str = "rota.end";
    type Scope = RotaAssignmentId;
    type Facts = Assignment;

    fn facts(tx: &mut Tx<'_>, id: RotaAssignmentId) -> Result<Option<Assignment>, DbError> {
        store::assignment(tx, id)
    }

    fn decide(caller: &Caller, assignment: &Assignment) -> Verdict {
        let reached = AssignTeam::reached(caller).is_some_and(|team| team.has(assignment.unit));
        if reached { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Editing patterns and what units need. `None` is all of them.
#[derive(Debug)]
pub struct Configure;

impl Permission for Configure {
    const NAME: &'static str = "rota.configure";
    type Scope = Option<DutyPatternId>;
    type Facts = Option<Pattern>;

    fn facts(tx: &mut Tx<'_>, id: Option<DutyPatternId>) -> Result<Option<Option<Pattern>>, DbError> {
        match id {
            None => Ok(Some(None)),
            Some(id) => Ok(store::pattern(tx, id)?.map(Some)),
        }
    }

    fn decide(caller: &Caller, _pattern: &Option<Pattern>) -> Verdict {
        if caller.holds_for_all(permission::ROTA_CONFIGURE) { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::OrganisationId;

    fn id<T>(make: fn(uuid::Uuid) -> T, number: u128) -> T {
        make(uuid::Uuid::from_u128(number))
    }

    fn caller(number: u128, reach: &Reach) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, id(PersonId, number));
        for code in [permission::ROTA_KEEP, permission::ROTA_READ, permission::ROTA_ASSIGN] {
            person.permissions.insert(code.to_owned(), reach.clone());
        }
        Caller::Person(Arc::new(person))
    }

    #[test]
    fn people_keep_their_own_and_managers_read_and_assign_that_of_their_units() {
        let member = Member { id: id(PersonId, 1), name: "Jo Marsh".to_owned(), unit: id(UnitId, 7), left: false };
        let jo = caller(1, &Reach { own: true, ..Reach::default() });
        let unit = |number| Reach { units: vec![id(UnitId, number)], ..Reach::default() };
        let (manager, other) = (caller(2, &unit(7)), caller(3, &unit(8)));
        let all = [&jo, &manager, &other];
        let (allow, deny, hide) = (Verdict::Allow, Verdict::Deny, Verdict::Hide);
        assert_eq!(all.map(|who| KeepOwn::decide(who, &member)), [allow, deny, deny]);
        assert_eq!(all.map(|who| ReadOf::decide(who, &member)), [allow, allow, hide]);
        let facts = (member.unit, Some(member.clone()));
        assert_eq!(all.map(|who| Assign::decide(who, &facts)), [hide, allow, hide]);
        let gone = (member.unit, Some(Member { left: true, ..member.clone() }));
        assert_eq!(Assign::decide(&manager, &gone), hide);
        let home = (member.unit, Some(member.unit));
        assert_eq!(all.map(|who| ReadCover::decide(who, &home)), [allow, allow, hide]);
        assert_eq!(ReadCover::decide(&jo, &(id(UnitId, 8), Some(member.unit))), hide);
    }
}
