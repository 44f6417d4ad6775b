//! Who reads the trail: those with `audit.read` for the whole organisation. Who reads the security log: those with
//! `security.read`. Nobody else reads either, and the one right does not bring the other.

use super::log::Log;
use crate::authz::{Caller, Permission, Verdict};
use crate::db::{DbError, Tx};

/// Reading and searching one of the two logs. The proof says which, and the store shows no more than that.
pub(super) struct ReadLog;

impl Permission for ReadLog {
    const NAME: &'static str = "log.read";
    type Scope = Log;
    type Facts = Log;

    fn facts(_tx: &mut Tx<'_>, log: Log) -> Result<Option<Log>, DbError> {
        Ok(Some(log))
    }

    fn decide(caller: &Caller, log: &Log) -> Verdict {
        // For a unit only, neither can be read: entries belong to the organisation.
        if caller.holds_for_all(log.reading()) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Downloading one of them: for those who read it, and may take it away too.
pub(super) struct ExportLog;

impl Permission for ExportLog {
    const NAME: &'static str = "log.export";
    type Scope = Log;
    type Facts = Log;

    fn facts(_tx: &mut Tx<'_>, log: Log) -> Result<Option<Log>, DbError> {
        Ok(Some(log))
    }

    fn decide(caller: &Caller, log: &Log) -> Verdict {
        if caller.holds_for_all(log.exporting()) { ReadLog::decide(caller, log) } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach, SystemName, permission};
    use crate::kernel::ids::{OrganisationId, PersonId, UnitId};

    fn person(permission: &str, reach: Reach) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
        person.permissions = BTreeMap::from([(permission.to_owned(), reach)]);
        Caller::Person(Arc::new(person))
    }

    #[test]
    fn only_its_own_permission_for_the_whole_organisation_opens_a_log() {
        let all = || Reach { organisation: true, ..Reach::default() };
        let unit = || Reach { units: vec![UnitId::NIL], own: true, ..Reach::default() };
        for (log, right) in [(Log::Trail, permission::AUDIT_READ), (Log::Security, permission::SECURITY_READ)] {
            let decide = |caller: &Caller| ReadLog::decide(caller, &log);
            assert_eq!(decide(&person(right, all())), Verdict::Allow);
            assert_eq!(decide(&person(right, unit())), Verdict::Deny);
            for other in permission::ALL.iter().filter(|code| **code != right) {
                assert_eq!(decide(&person(other, all())), Verdict::Deny, "{other}");
            }
            assert_eq!(decide(&Caller::Anonymous { address: None }), Verdict::Deny);
            for system in [SystemName::Operator, SystemName::AuditSequencer, SystemName::Jobs] {
                assert_eq!(decide(&Caller::system(system, OrganisationId::NIL)), Verdict::Deny);
            }
        }
    }

    #[test]
    fn taking_a_log_away_takes_both_of_its_permissions() {
        let holder = |codes: &[&str]| {
            let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
            let all = || Reach { organisation: true, ..Reach::default() };
            person.permissions = codes.iter().map(|code| ((*code).to_owned(), all())).collect();
            Caller::Person(Arc::new(person))
        };
        let (reads, exports) = (permission::SECURITY_READ, permission::SECURITY_EXPORT);
        for (codes, verdict) in [
            (&[reads][..], Verdict::Deny),
            (&[exports], Verdict::Deny),
            (&[permission::AUDIT_READ, exports], Verdict::Deny),
            (&[reads, permission::AUDIT_EXPORT], Verdict::Deny),
            (&[reads, exports], Verdict::Allow),
        ] {
            assert_eq!(ExportLog::decide(&holder(codes), &Log::Security), verdict, "{codes:?}");
        }
    }
}
