//! Who may look at the security overview, and who may take it away.

use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $name:literal, $permission:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $act;

        impl Permission for $act {
            const NAME: &'static str = $name;
            type Scope = ();
            type Facts = ();

            fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
                Ok(Some(()))
            }

            fn decide(caller: &Caller, (): &()) -> Verdict {
                if caller.holds_for_all($permission) { Verdict::Allow } else { Verdict::Deny }
            }
        }
    )*};
}

acts! {
    /// Sees the overview and the lists behind it.
    ReadOverview = "security.read", permission::SECURITY_READ;
    /// Downloads them. The lists themselves are read under [`ReadOverview`], so this needs both.
    ExportOverview = "security.export", permission::SECURITY_EXPORT;
    /// Sees how often the rate limits refused somebody.
    ReadRefusals = "limit.read", permission::LIMIT_READ;
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::{OrganisationId, PersonId};

    #[test]
    fn it_takes_the_permission_for_the_whole_organisation() {
        let holder = |code: &str, organisation| {
            let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
            person.permissions.insert(code.to_owned(), Reach { organisation, own: true, ..Reach::default() });
            Caller::Person(Arc::new(person))
        };
        for (code, all, read, export) in [
            (permission::SECURITY_READ, true, Verdict::Allow, Verdict::Deny),
            (permission::SECURITY_EXPORT, true, Verdict::Deny, Verdict::Allow),
            (permission::SECURITY_READ, false, Verdict::Deny, Verdict::Deny),
            (permission::AUDIT_READ, true, Verdict::Deny, Verdict::Deny),
        ] {
            let caller = holder(code, all);
            assert_eq!((ReadOverview::decide(&caller, &()), ExportOverview::decide(&caller, &())), (read, export));
        }
        for (code, all, verdict) in [
            (permission::LIMIT_READ, true, Verdict::Allow),
            (permission::LIMIT_READ, false, Verdict::Deny),
            (permission::SECURITY_READ, true, Verdict::Deny),
        ] {
            assert_eq!(ReadRefusals::decide(&holder(code, all), &()), verdict);
        }
        let nobody = Caller::Anonymous { address: None };
        assert_eq!(ReadOverview::decide(&nobody, &()), Verdict::Deny);
    }
}
