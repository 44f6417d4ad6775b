//! Who plans that somebody moves or leaves. The row-level policies say the same in SQL.

use super::moves::{MoveKind, Planned};
use super::policy::PersonFacts;
use super::{moves_store, people_store};
use crate::authz::{Caller, Permission, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{MoveId, PersonId};

fn is_self(caller: &Caller, person: &PersonFacts) -> bool {
    caller.person_id() == Some(person.id)
}

fn sees(caller: &Caller, person: &PersonFacts) -> bool {
    is_self(caller, person) || caller.reaches(permission::PEOPLE_READ, person.id, person.unit)
}

fn when(allowed: bool, caller: &Caller, person: &PersonFacts) -> Verdict {
    match (allowed, sees(caller, person)) {
        (true, _) => Verdict::Allow,
        (false, true) => Verdict::Deny,
        (false, false) => Verdict::Hide,
    }
}

macro_rules! acts_on_a_person {
    ($($(#[$doc:meta])* $act:ident = $name:literal: |$caller:ident, $person:ident| $rule:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $act;

        impl Permission for $act {
            const NAME: &'static str = $name;
            type Scope = PersonId;
            type Facts = PersonFacts;

            fn facts(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<PersonFacts>, DbError> {
                people_store::facts(tx, id)
            }

            fn decide($caller: &Caller, $person: &PersonFacts) -> Verdict {
                when($rule, $caller, $person)
            }
        }
    )*};
}

acts_on_a_person! {
    /// Plans that somebody moves to another unit: who changes their home unit may. Nobody plans their own.
    PlanTransfer = "move.transfer": |caller, person| {
        !person.left && !is_self(caller, person) && caller.reaches(permission::PEOPLE_EDIT, person.id, person.unit)
    };
    /// Plans that somebody leaves: who records leavings may. Nobody plans their own.
    PlanLeaving = "move.leaving": |caller, person| {
        !person.left && !is_self(caller, person) && caller.holds_for_all(permission::PEOPLE_LEAVE)
    };
    /// Reads what is planned for somebody: who sees them.
    ReadMoves = "move.read": |caller, person| sees(caller, person);
}

/// Cancels what is planned, and notes what came back: who may plan it.
pub(super) struct SettleMove;

impl Permission for SettleMove {
    const NAME: &'static str = "move.settle";
    type Scope = MoveId;
    type Facts = (Planned, PersonFacts);

    fn facts(tx: &mut Tx<'_>, id: MoveId) -> Result<Option<(Planned, PersonFacts)>, DbError> {
        let Some(planned) = moves_store::planned(tx, id)? else { return Ok(None) };
        let person = people_store::facts(tx, planned.person)?;
        Ok(person.map(|person| (planned, person)))
    }

    fn decide(caller: &Caller, (planned, person): &(Planned, PersonFacts)) -> Verdict {
        let plans = match planned.kind {
            MoveKind::Transfer => caller.reaches(permission::PEOPLE_EDIT, person.id, person.unit),
            MoveKind::Leaving => caller.holds_for_all(permission::PEOPLE_LEAVE),
        };
        when(plans && !is_self(caller, person), caller, person)
    }
}

/// Lists what is planned: row-level security shows that of people whom the caller sees.
pub(super) struct ListMoves;

impl Permission for ListMoves {
    const NAME: &'static str = "move.list";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds(permission::PEOPLE_READ) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Does what was planned, when its day comes.
pub(super) struct DoMove;

impl Permission for DoMove {
    const NAME: &'static str = "move.do";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let is_it = matches!(caller, Caller::System { name: SystemName::Moves, .. });
        if is_it { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::{OrganisationId, UnitId};

    #[test]
    fn nobody_plans_their_own_and_each_kind_takes_its_own_right() {
        let id = |number| PersonId(uuid::Uuid::from_u128(number));
        let caller = |number, permissions: &[(&str, Reach)]| {
            let mut person = Person::unloaded(OrganisationId::NIL, id(number));
            person.permissions.extend(permissions.iter().map(|(code, reach)| ((*code).to_owned(), reach.clone())));
            Caller::Person(Arc::new(person))
        };
        let all = Reach { organisation: true, ..Reach::default() };
        let here = Reach { units: vec![UnitId::NIL], ..Reach::default() };
        let both = [(permission::PEOPLE_EDIT, all.clone()), (permission::PEOPLE_LEAVE, all)];
        let edits = [(permission::PEOPLE_EDIT, here.clone()), (permission::PEOPLE_READ, here)];
        let facts = PersonFacts { id: id(1), unit: UnitId::NIL, left: false, privileged: false };
        let who = [caller(1, &both), caller(2, &both), caller(3, &edits), caller(4, &[])];
        let (allow, deny, hide) = (Verdict::Allow, Verdict::Deny, Verdict::Hide);
        assert_eq!(who.each_ref().map(|who| PlanTransfer::decide(who, &facts)), [deny, allow, allow, hide]);
        assert_eq!(who.each_ref().map(|who| PlanLeaving::decide(who, &facts)), [deny, allow, deny, hide]);
        let gone = PersonFacts { left: true, ..facts };
        assert_ne!(PlanTransfer::decide(&who[1], &gone), allow);
    }
}
