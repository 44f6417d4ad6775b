//! What the bar at the top offers whom. It only leads the way; each page asks for itself.

use crate::authz::{Caller, permission};
use crate::competence::policy::Team as Competences;
use crate::duties::policy::Team;
use crate::views::NavItem;

/// Section, text, address, and the permissions of which one is needed.
type Entry = (&'static str, &'static str, &'static str, &'static [&'static str]);

const ENTRIES: &[Entry] = &[
    ("duties", "My duties", "/duties", &[permission::DUTY_LOG]),
    ("timesheets", "Timesheets", "/timesheets", &[permission::TIMESHEET_SUBMIT]),
    ("team", "Team hours", "/team", &[permission::DUTY_READ, permission::HOURS_READ]),
    ("approvals", "Approvals", "/approvals", &[permission::TIMESHEET_APPROVE, permission::TIMESHEET_READ]),
    ("claims", "Claims", "/claims", &[permission::CLAIM_DECIDE, permission::PAYROLL_EXPORT]),
    ("cpd", "My CPD", "/cpd", &[permission::CPD_KEEP]),
    ("cpd", "CPD to confirm", "/cpd/requests", &[permission::CPD_VERIFY]),
    ("competences", "My competences", "/competences", &[permission::CERTIFICATE_READ]),
    ("team-competences", "Team competences", "/team/competences", &[permission::CERTIFICATE_READ]),
    ("skills", "Skills", "/people/skills", &[permission::CERTIFICATE_READ]),
    ("own-details", "My details", "/account/details", &[permission::DETAIL_PROPOSE]),
    ("details", "Details to approve", "/details", &[permission::DETAIL_APPROVE]),
    ("vacancies", "Vacancies", "/vacancies", &[permission::APPLICATION_HANDLE]),
    ("people", "People", "/people", &[permission::PEOPLE_READ]),
    ("audit", "Audit", "/audit", &[permission::AUDIT_READ]),
    ("security", "Security", "/security", &[permission::SECURITY_READ]),
    ("reports", "Reports", "/reports", &[permission::REPORT_RUN]),
    ("plugins", "Plugins", "/plugins", &[permission::PLUGIN_MANAGE]),
    ("imports", "Imports", "/imports", &[permission::IMPORT_RUN, permission::IMPORT_PEOPLE]),
    ("tokens", "Tokens", "/tokens", &[permission::TOKEN_READ]),
    ("organisation", "Organisation", "/organisation", &[permission::ORGANISATION_CONFIGURE]),
];

/// The entries for `caller`, in their order.
pub fn of(caller: &Caller) -> Vec<NavItem> {
    ENTRIES
        .iter()
        .filter(|(_section, _text, _href, needed)| needed.iter().any(|permission| caller.holds(permission)))
        .filter(|(_section, _text, href, _needed)| leads_somewhere(caller, href))
        .map(|(section, text, href, _needed)| NavItem::new(*section, *text, *href))
        .collect()
}

/// A member holds `duty.read` and `certificate.read` too, for their own: a team is what reaches further. Who keeps a
/// record has what they are asked to confirm beside it.
fn leads_somewhere(caller: &Caller, href: &str) -> bool {
    match href {
        "/team" => Team::of(caller).is_some(),
        "/team/competences" | "/people/skills" => Competences::reads(caller).is_some(),
        "/competences" => caller.reach(permission::CERTIFICATE_READ).is_some_and(|reach| reach.own),
        "/cpd/requests" => !caller.holds(permission::CPD_KEEP),
        _ => true,
    }
}

/// Where somebody lands after signing in: the first thing that they may open.
pub fn home(caller: &Caller) -> String {
    of(caller).into_iter().next().map_or_else(|| "/account".to_owned(), |item| item.href)
}
