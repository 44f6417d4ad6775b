//! Who may do what with plugins. The row-level policies of the three tables say the same in SQL.

use super::store;
use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, RunId};

/// Install, grant, configure, enable, disable and remove plugins, and read how they ran.
#[derive(Debug)]
pub(super) struct ManagePlugins;

impl Permission for ManagePlugins {
    const NAME: &'static str = "plugin.manage";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::PLUGIN_MANAGE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Run a report, with one's own eyes.
#[derive(Debug)]
pub(super) struct RunReports;

impl Permission for RunReports {
    const NAME: &'static str = "report.run";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds(permission::REPORT_RUN) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Read how a run went: its figures and its log, never its document.
#[derive(Debug)]
pub(super) struct ReadRun;

impl Permission for ReadRun {
    const NAME: &'static str = "plugin-run.read";
    type Scope = RunId;
    type Facts = PersonId;

    fn facts(tx: &mut Tx<'_>, run: RunId) -> Result<Option<PersonId>, DbError> {
        store::owner_of_run(tx, run)
    }

    fn decide(caller: &Caller, owner: &PersonId) -> Verdict {
        if caller.person_id() == Some(*owner) || caller.holds_for_all(permission::PLUGIN_MANAGE) {
            Verdict::Allow
        } else {
            Verdict::Hide
        }
    }
}

/// Open a report or make one's own run go on: for the person with whose eyes it is made, and nobody else.
#[derive(Debug)]
pub(super) struct OwnRun;

impl Permission for OwnRun {
    const NAME: &'static str = "plugin-document.read";
    type Scope = RunId;
    type Facts = PersonId;

    fn facts(tx: &mut Tx<'_>, run: RunId) -> Result<Option<PersonId>, DbError> {
        store::owner_of_run(tx, run)
    }

    fn decide(caller: &Caller, owner: &PersonId) -> Verdict {
        if caller.person_id() == Some(*owner) { Verdict::Allow } else { Verdict::Hide }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::OrganisationId;

    fn caller(permission: Option<&str>) -> Caller {
        let organisation = Reach { organisation: true, ..Reach::default() };
        let held = permission.map(|permission| (permission.to_owned(), organisation));
        let person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
        Caller::Person(Arc::new(Person { permissions: held.into_iter().collect::<BTreeMap<_, _>>(), ..person }))
    }

    #[test]
    fn nobody_but_its_owner_opens_a_document() {
        let owner = PersonId(uuid::Uuid::from_u128(1));
        for caller in [caller(Some(permission::PLUGIN_MANAGE)), caller(None), Caller::Anonymous { address: None }] {
            assert_eq!(OwnRun::decide(&caller, &owner), Verdict::Hide);
        }
        assert_eq!(OwnRun::decide(&caller(None), &PersonId::NIL), Verdict::Allow);
    }

    #[test]
    fn an_administrator_reads_how_a_run_went_and_a_colleague_does_not() {
        let owner = PersonId(uuid::Uuid::from_u128(1));
        assert_eq!(ReadRun::decide(&caller(Some(permission::PLUGIN_MANAGE)), &owner), Verdict::Allow);
        assert_eq!(ReadRun::decide(&caller(Some(permission::REPORT_RUN)), &owner), Verdict::Hide);
        assert_eq!(ReadRun::decide(&caller(None), &PersonId::NIL), Verdict::Allow);
    }

    #[test]
    fn running_reports_does_not_mean_managing_plugins() {
        assert_eq!(ManagePlugins::decide(&caller(Some(permission::REPORT_RUN)), &()), Verdict::Deny);
        assert_eq!(ManagePlugins::decide(&caller(Some(permission::PLUGIN_MANAGE)), &()), Verdict::Allow);
        assert_eq!(RunReports::decide(&caller(Some(permission::AUDIT_READ)), &()), Verdict::Deny);
    }
}
