//! What the bar at the top offers whom. It only leads the way; each page asks for itself.

use crate::authz::{Caller, permission};
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
        // A member holds duty.read too, for their own: a team is what reaches further.
        .filter(|(section, ..)| *section != "team" || Team::of(caller).is_some())
        .map(|(section, text, href, _needed)| NavItem::new(*section, *text, *href))
        .collect()
}

/// Where somebody lands after signing in: the first thing that they may open.
pub fn home(caller: &Caller) -> String {
    of(caller).into_iter().next().map_or_else(|| "/account".to_owned(), |item| item.href)
}
