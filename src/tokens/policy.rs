//! Who may do what with tokens. No token may do any of it: a token that leaks must not beget others.

use super::model::Token;
use super::store;
use crate::authz::{Caller, Permission, Verdict, permission};
use crate::crypto::TokenKind;
use crate::db::{DbError, Tx};
use crate::kernel::ids::TokenId;

fn is_token(caller: &Caller) -> bool {
    caller.token().is_some()
}

fn owns(caller: &Caller, token: &Token) -> bool {
    caller.person_id() == Some(token.person)
}

fn sees(caller: &Caller, token: &Token) -> bool {
    owns(caller, token) || caller.holds_for_all(permission::TOKEN_READ)
}

/// Whether `caller` may make tokens of this kind.
pub(super) fn makes(caller: &Caller, kind: TokenKind) -> bool {
    match kind {
        TokenKind::Personal => caller.reach(permission::TOKEN_OWN).is_some_and(|reach| reach.own),
        TokenKind::Service => caller.holds_for_all(permission::TOKEN_SERVICE),
    }
}

/// Whether `caller` may revoke `token`.
pub(super) fn revokes(caller: &Caller, token: &Token) -> bool {
    owns(caller, token) || caller.holds_for_all(permission::TOKEN_SERVICE)
}

/// Making a token, of one's own.
pub(super) struct MakeToken;

impl Permission for MakeToken {
    const NAME: &'static str = "token.make";
    type Scope = TokenKind;
    type Facts = TokenKind;

    fn facts(_tx: &mut Tx<'_>, kind: TokenKind) -> Result<Option<TokenKind>, DbError> {
        Ok(Some(kind))
    }

    fn decide(caller: &Caller, kind: &TokenKind) -> Verdict {
        if !is_token(caller) && makes(caller, *kind) { Verdict::Allow } else { Verdict::Deny }
    }
}

macro_rules! acts_on_a_token {
    ($($(#[$doc:meta])* $act:ident = $name:literal: |$caller:ident, $token:ident| $rule:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $act;

        impl Permission for $act {
            const NAME: &'static str = $name;
            type Scope = TokenId;
            type Facts = Token;

            fn facts(tx: &mut Tx<'_>, id: TokenId) -> Result<Option<Token>, DbError> {
                store::token(tx, id)
            }

            fn decide($caller: &Caller, $token: &Token) -> Verdict {
                match ($rule, sees($caller, $token)) {
                    (true, true) if !is_token($caller) => Verdict::Allow,
                    (_, true) => Verdict::Deny,
                    (_, false) => Verdict::Hide,
                }
            }
        }
    )*};
}

acts_on_a_token! {
    /// Looking at a token and its uses.
    ReadToken = "token.read": |_caller, _token| true;
    /// Giving a token another text: whoever does sees it, so only its person does.
    RotateToken = "token.rotate": |caller, token| owns(caller, token);
    /// Revokeing a token.
    RevokeToken = "token.revoke": |caller, token| revokes(caller, token);
}

/// Listing all tokens of the organisation.
pub(super) struct ListTokens;

impl Permission for ListTokens {
    const NAME: &'static str = "token.list";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let may = !is_token(caller) && caller.holds_for_all(permission::TOKEN_READ);
        if may { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::model::samples::token;
    use super::*;
    use crate::authz::{ActingToken, Person, Reach};
    use crate::kernel::ids::{OrganisationId, PersonId};

    fn somebody(id: PersonId, permissions: &[&str]) -> Person {
        let mut person = Person::unloaded(OrganisationId::NIL, id);
        let all = Reach { own: true, organisation: true, ..Reach::default() };
        person.permissions = permissions.iter().map(|code| ((*code).to_owned(), all.clone())).collect();
        person
    }

    #[test]
    fn who_may_what() {
        let one = token();
        let other = PersonId(uuid::Uuid::from_u128(9));
        let mut printed = Vec::new();
        let mut print = |who: &str, caller: &Caller| {
            printed.push(format!(
                "{who}: read {:?}, rotate {:?}, revoke {:?}, list {:?}, make {:?} {:?}",
                ReadToken::decide(caller, &one),
                RotateToken::decide(caller, &one),
                RevokeToken::decide(caller, &one),
                ListTokens::decide(caller, &()),
                MakeToken::decide(caller, &TokenKind::Personal),
                MakeToken::decide(caller, &TokenKind::Service),
            ));
        };
        let person = |person: Person| Caller::Person(Arc::new(person));
        print("owner", &person(somebody(one.person, &["token.own"])));
        print("colleague", &person(somebody(other, &["token.own"])));
        print("reader", &person(somebody(other, &["token.read"])));
        print("administrator", &person(somebody(other, &["token.read", "token.service"])));
        let mut acting = somebody(one.person, &["token.own", "token.read", "token.service"]);
        acting.token = Some(ActingToken { id: one.id, text: [0; 32], service: false, scopes: Default::default() });
        print("the owner's token", &person(acting));
        print("anonymous", &Caller::Anonymous { address: None });
        assert_eq!(
            printed,
            [
                "owner: read Allow, rotate Allow, revoke Allow, list Deny, make Allow Deny",
                "colleague: read Hide, rotate Hide, revoke Hide, list Deny, make Allow Deny",
                "reader: read Allow, rotate Deny, revoke Deny, list Allow, make Deny Deny",
                "administrator: read Allow, rotate Deny, revoke Allow, list Allow, make Deny Allow",
                "the owner's token: read Deny, rotate Deny, revoke Deny, list Deny, make Deny Deny",
                "anonymous: read Hide, rotate Hide, revoke Hide, list Deny, make Deny Deny",
            ]
        );
    }
}
