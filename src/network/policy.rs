//! Who may say from where people come.

use crate::authz::{Caller, Permission, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};

/// Reads and changes the rules of the organisation.
pub(super) struct Configure;

impl Permission for Configure {
    const NAME: &'static str = "network.configure";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::NETWORK_CONFIGURE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Reads the rules and switches all of them off, on the machine's command line.
pub(super) struct Lift;

impl Permission for Lift {
    const NAME: &'static str = "network.lift-lockout";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        match caller {
            Caller::System { name: SystemName::Operator, .. } => Verdict::Allow,
            _ => Verdict::Deny,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::OrganisationId;

    #[test]
    fn only_the_operator_lifts_a_lock_out_and_nobody_configures_by_being_the_system() {
        let operator = Caller::system(SystemName::Operator, OrganisationId::NIL);
        let worker = Caller::system(SystemName::Network, OrganisationId::NIL);
        assert_eq!(Lift::decide(&operator, &()), Verdict::Allow);
        assert_eq!(Lift::decide(&worker, &()), Verdict::Deny);
        assert_eq!(Lift::decide(&Caller::Anonymous { address: None }, &()), Verdict::Deny);
        assert_eq!(Configure::decide(&operator, &()), Verdict::Deny);
    }
}
