//! What somebody reaches beyond their own records: a team.

use super::{Caller, Permission, Verdict};
use crate::db::{DbError, Tx};
use crate::kernel::ids::UnitId;

/// Of which units somebody reaches the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Team {
    /// Of all.
    All,
    /// Of these, sorted.
    Units(Vec<UnitId>),
}

impl Team {
    /// What any of `permissions` opens to `caller` beyond their own; `None` is nothing.
    pub fn reached(caller: &Caller, permissions: &[&str]) -> Option<Self> {
        let mut units = Vec::new();
        for reach in permissions.iter().filter_map(|permission| caller.reach(permission)) {
            if reach.organisation {
                return Some(Self::All);
            }
            units.extend_from_slice(&reach.units);
        }
        units.sort_unstable();
        units.dedup();
        (!units.is_empty()).then_some(Self::Units(units))
    }

    /// Whether `unit` is among them.
    pub fn has(&self, unit: UnitId) -> bool {
        match self {
            Self::All => true,
            Self::Units(units) => units.binary_search(&unit).is_ok(),
        }
    }
}

/// An act on the records of a team: whoever reaches anybody but themself may do it, and the grant's facts say whom.
pub trait TeamAct {
    /// As [`Permission::NAME`].
    const NAME: &'static str;
    /// The permissions of the catalogue, any of which opens records to it.
    const REACHED_BY: &'static [&'static str];

    /// Whose records `caller` reaches by it; `None` is nobody's but their own.
    fn reached(caller: &Caller) -> Option<Team> {
        Team::reached(caller, Self::REACHED_BY)
    }
}

impl<A: TeamAct> Permission for A {
    const NAME: &'static str = A::NAME;
    type Scope = ();
    /// There is always something to decide on: nobody is told that there were no teams.
    type Facts = Option<Team>;

    fn facts(tx: &mut Tx<'_>, (): ()) -> Result<Option<Option<Team>>, DbError> {
        Ok(Some(A::reached(tx.caller())))
    }

    fn decide(_caller: &Caller, team: &Option<Team>) -> Verdict {
        if team.is_some() { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::authz::{Person, Reach, permission};
    use crate::kernel::ids::{OrganisationId, PersonId};

    struct Read;

    impl TeamAct for Read {
        const NAME: &'static str = "team.read";
        const REACHED_BY: &'static [&'static str] = &[permission::DUTY_READ, permission::HOURS_READ];
    }

    fn unit(number: u128) -> UnitId {
        UnitId(Uuid::from_u128(number))
    }

    fn caller(permissions: &[(&str, Reach)]) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
        person.permissions.extend(permissions.iter().map(|(code, reach)| ((*code).to_owned(), reach.clone())));
        Caller::Person(Arc::new(person))
    }

    #[test]
    fn a_team_is_what_one_reaches_beyond_oneself() {
        let own = Reach { own: true, ..Reach::default() };
        let units = |numbers: &[u128]| Reach {
            units: numbers.iter().map(|number| unit(*number)).collect(),
            own: true,
            ..Reach::default()
        };
        let all = Reach { organisation: true, ..Reach::default() };
        assert_eq!(Read::reached(&caller(&[(permission::DUTY_READ, own.clone())])), None);
        assert_eq!(Read::reached(&caller(&[(permission::CPD_READ, all.clone())])), None);
        let both = [(permission::DUTY_READ, units(&[3, 8])), (permission::HOURS_READ, units(&[3, 5]))];
        let team = Read::reached(&caller(&both)).expect("a team");
        assert_eq!(team, Team::Units(vec![unit(3), unit(5), unit(8)]));
        assert!(team.has(unit(5)) && !team.has(unit(4)));
        let hr = caller(&[(permission::DUTY_READ, own), (permission::HOURS_READ, all)]);
        assert_eq!(Read::reached(&hr), Some(Team::All));
        assert!(Team::All.has(unit(4)));
    }

    #[test]
    fn whoever_reaches_only_themself_is_refused() {
        assert_eq!(<Read as Permission>::decide(&caller(&[]), &None), Verdict::Deny);
        assert_eq!(<Read as Permission>::decide(&caller(&[]), &Some(Team::All)), Verdict::Allow);
    }
}
