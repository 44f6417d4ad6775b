//! Who may look at the outbox, mend it, and send it.

use crate::authz::{Caller, Permission, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};

macro_rules! acts_on_the_outbox {
    ($($(#[$doc:meta])* $act:ident = $name:literal: |$caller:ident| $rule:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $act;

        impl Permission for $act {
            const NAME: &'static str = $name;
            type Scope = ();
            type Facts = ();

            fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
                Ok(Some(()))
            }

            fn decide($caller: &Caller, (): &()) -> Verdict {
                if $rule { Verdict::Allow } else { Verdict::Deny }
            }
        }
    )*};
}

acts_on_the_outbox! {
    /// Sees what was sent and what was not.
    ReadOutbox = "mail.read": |caller| caller.holds_for_all(permission::MAIL_READ);
    /// Sends again what was given up, or discards it; sends a test message.
    MendOutbox = "mail.configure": |caller| caller.holds_for_all(permission::MAIL_CONFIGURE);
    /// Sends.
    SendMessages = "mail.send": |caller| matches!(caller, Caller::System { name: SystemName::Mail, .. });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::OrganisationId;

    #[test]
    fn only_the_worker_sends_and_it_reads_no_page() {
        let worker = Caller::system(SystemName::Mail, OrganisationId::NIL);
        let other = Caller::system(SystemName::Jobs, OrganisationId::NIL);
        let nobody = Caller::Anonymous { address: None };
        assert_eq!(
            [&worker, &other, &nobody].map(|who| SendMessages::decide(who, &())),
            [Verdict::Allow, Verdict::Deny, Verdict::Deny]
        );
        for who in [&worker, &other, &nobody] {
            assert_eq!((ReadOutbox::decide(who, &()), MendOutbox::decide(who, &())), (Verdict::Deny, Verdict::Deny));
        }
    }
}
