//! Whose vault it is: nobody's but the person's own. The row-level policies say the same in SQL.

use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// Making, opening and changing a vault of one's own.
#[derive(Debug)]
pub struct KeepVault;

impl Permission for KeepVault {
    const NAME: &'static str = "vault.keep";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        let own = caller.reach(permission::WELLBEING_KEEP).is_some_and(|reach| reach.own);
        // A program that acts for somebody has no session in which a vault could be unlocked.
        if own && caller.is(*person) && caller.token().is_none() { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::authz::{ActingToken, Person, Reach};
    use crate::kernel::ids::{OrganisationId, TokenId};

    #[test]
    fn a_vault_is_its_persons_alone() {
        let (me, other) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let caller = |reach: Reach, token: Option<ActingToken>| {
            let mut person = Person::unloaded(OrganisationId::NIL, me);
            person.permissions.insert(permission::WELLBEING_KEEP.to_owned(), reach);
            person.token = token;
            Caller::Person(Arc::new(person))
        };
        let own = Reach { own: true, ..Reach::default() };
        let all = Reach { organisation: true, ..Reach::default() };
        let token = ActingToken { id: TokenId::NIL, text: [0; 32], service: false, scopes: BTreeSet::new() };
        assert_eq!(KeepVault::decide(&caller(own.clone(), None), &me), Verdict::Allow);
        assert_eq!(KeepVault::decide(&caller(own.clone(), None), &other), Verdict::Deny);
        assert_eq!(KeepVault::decide(&caller(all, None), &other), Verdict::Deny);
        assert_eq!(KeepVault::decide(&caller(own, Some(token)), &me), Verdict::Deny);
    }
}
