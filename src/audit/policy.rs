//! Who reads the trail: those with `audit.read` for the whole organisation, and nobody else.

use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};

/// Reading, searching and exporting the organisation's audit trail.
pub(super) struct ReadTrail;

impl Permission for ReadTrail {
    const NAME: &'static str = permission::AUDIT_READ;
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        // For a unit only, the trail cannot be read: entries belong to the organisation.
        if caller.holds_for_all(permission::AUDIT_READ) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Downloading it: for those who read it, and may take it away too.
pub(super) struct ExportTrail;

impl Permission for ExportTrail {
    const NAME: &'static str = permission::AUDIT_EXPORT;
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::AUDIT_EXPORT) { ReadTrail::decide(caller, &()) } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach, SystemName};
    use crate::kernel::ids::{OrganisationId, PersonId, UnitId};

    fn person(permission: &str, reach: Reach) -> Caller {
        Caller::Person(Arc::new(Person {
            id: PersonId::NIL,
            organisation: OrganisationId::NIL,
            organisation_name: String::new(),
            brand_colour: None,
            name: String::new(),
            unit: UnitId::NIL,
            roles: Vec::new(),
            permissions: BTreeMap::from([(permission.to_owned(), reach)]),
            access_version: 1,
            session: None,
            token: None,
            address: None,
        }))
    }

    #[test]
    fn only_the_permission_for_the_whole_organisation_opens_the_trail() {
        let all = || Reach { organisation: true, ..Reach::default() };
        let unit = || Reach { units: vec![UnitId::NIL], own: true, ..Reach::default() };
        let decide = |caller: &Caller| ReadTrail::decide(caller, &());
        assert_eq!(decide(&person(permission::AUDIT_READ, all())), Verdict::Allow);
        assert_eq!(decide(&person(permission::AUDIT_READ, unit())), Verdict::Deny);
        for other in permission::ALL.iter().filter(|code| **code != permission::AUDIT_READ) {
            assert_eq!(decide(&person(other, all())), Verdict::Deny, "{other}");
        }
        assert_eq!(decide(&Caller::Anonymous { address: None }), Verdict::Deny);
        for system in [SystemName::Operator, SystemName::AuditSequencer, SystemName::Jobs] {
            assert_eq!(decide(&Caller::system(system, OrganisationId::NIL)), Verdict::Deny);
        }
    }
}
