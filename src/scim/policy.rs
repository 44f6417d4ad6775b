//! Who may let a directory in.

use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};

/// What it takes to look after provisioning.
pub(super) const CONFIGURE: &str = permission::SCIM_CONFIGURE;

fn held(allowed: bool) -> Verdict {
    if allowed { Verdict::Allow } else { Verdict::Deny }
}

/// Sees the tokens, and revokes them.
pub(super) struct Configure;

impl Permission for Configure {
    const NAME: &'static str = "scim.configure";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        held(caller.holds_for_all(CONFIGURE))
    }
}

/// Makes a token. Whoever holds one makes people and, by rules, gives them roles: so it takes the right to give roles.
pub(super) struct MakeToken;

impl Permission for MakeToken {
    const NAME: &'static str = "scim.token.make";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        held(caller.holds_for_all(CONFIGURE) && caller.holds_for_all(permission::ROLE_GRANT))
    }
}
