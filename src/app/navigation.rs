//! What the bar at the top offers whom: areas, and below the bar the entries of the area that one is in. It only leads
//! the way; each page asks for itself.

use crate::absences::policy::ReadTeam as Absences;
use crate::authz::{Caller, TeamAct, permission};
use crate::competence::policy::ReadTeam as Competences;
use crate::duties::policy::ReadTeam as Hours;
use crate::rota::policy::ReadTeam as Rota;
use crate::views::NavItem;
use crate::working_time::policy::ReadTeam as WorkingTime;

/// Section, text, address, and the permissions of which one is needed; with none it is for everybody who is signed in.
type Entry = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Each area of the bar with its entries.
const AREAS: &[(&str, &[Entry])] = &[
    ("Home", &[("home", "Home", "/", &[])]),
    (
        "My hours",
        &[
            ("duties", "My duties", "/duties", &[permission::DUTY_LOG]),
            ("timesheets", "Timesheets", "/timesheets", &[permission::TIMESHEET_SUBMIT]),
            ("working-time", "My working time", "/working-time", &[permission::WORKTIME_READ]),
            ("calendar", "My calendar", "/calendar", &[permission::ROTA_KEEP]),
            ("absences", "My absences", "/absences", &[permission::ABSENCE_READ]),
        ],
    ),
    (
        "Development",
        &[
            ("cpd", "My CPD", "/cpd", &[permission::CPD_KEEP]),
            ("cpd", "CPD to confirm", "/cpd/requests", &[permission::CPD_VERIFY]),
            ("competences", "My competences", "/competences", &[permission::CERTIFICATE_READ]),
        ],
    ),
    (
        "Wellbeing",
        &[
            ("wellbeing", "My wellbeing", "/wellbeing", &[permission::WELLBEING_KEEP]),
            ("signals", "My signals", "/signals", &[permission::SIGNAL_KEEP, permission::SIGNAL_RECEIVE]),
            ("exposures", "My exposures", "/exposures", &[permission::EXPOSURE_KEEP]),
            ("trim", "TRiM", "/trim", &[permission::TRIM_ANSWER]),
            ("caseload", "TRiM caseload", "/trim/caseload", &[permission::TRIM_PRACTISE]),
            ("exposure-records", "Exposure records", "/exposure-records", &[permission::EXPOSURE_READ]),
        ],
    ),
    (
        "Team",
        &[
            ("team", "Team hours", "/team", &[permission::DUTY_READ, permission::HOURS_READ]),
            ("approvals", "Approvals", "/approvals", &[permission::TIMESHEET_APPROVE, permission::TIMESHEET_READ]),
            ("team-working-time", "Team working time", "/team/working-time", &[permission::WORKTIME_READ]),
            ("team-calendar", "Team calendar", "/team/calendar", &[permission::ROTA_READ]),
            ("rota", "Rota", "/rota", &[permission::ROTA_ASSIGN]),
            ("team-trim", "TRiM offers", "/team/trim", &[permission::TRIM_COUNT]),
            ("team-absences", "Who is away", "/team/absences", &[permission::ABSENCE_READ]),
            ("team-competences", "Team competences", "/team/competences", &[permission::CERTIFICATE_READ]),
        ],
    ),
    (
        "People",
        &[
            ("people", "People", "/people", &[permission::PEOPLE_READ]),
            ("skills", "Skills", "/people/skills", &[permission::CERTIFICATE_READ]),
            ("vacancies", "Vacancies", "/vacancies", &[permission::APPLICATION_HANDLE]),
            ("details", "Details to approve", "/details", &[permission::DETAIL_APPROVE]),
            ("claims", "Claims", "/claims", &[permission::CLAIM_DECIDE, permission::PAYROLL_EXPORT]),
        ],
    ),
    ("Reports", &[("reports", "Reports", "/reports", &[permission::REPORT_RUN])]),
    (
        "Assurance",
        &[
            ("audit", "Audit", "/audit", &[permission::AUDIT_READ]),
            ("security", "Security", "/security", &[permission::SECURITY_READ]),
        ],
    ),
    (
        "Console",
        &[
            ("organisation", "Organisation", "/organisation", &[permission::ORGANISATION_CONFIGURE]),
            ("plugins", "Plugins", "/plugins", &[permission::PLUGIN_MANAGE]),
            ("imports", "Imports", "/imports", &[permission::IMPORT_RUN, permission::IMPORT_PEOPLE]),
            ("tokens", "Tokens", "/tokens", &[permission::TOKEN_READ]),
        ],
    ),
];

/// The entries for `caller`, in their order.
pub fn of(caller: &Caller) -> Vec<NavItem> {
    AREAS
        .iter()
        .flat_map(|(area, entries)| entries.iter().map(move |entry| (*area, entry)))
        .filter(|(_area, (_section, _text, _href, needed))| {
            needed.is_empty() || needed.iter().any(|permission| caller.holds(permission))
        })
        .filter(|(_area, (_section, _text, href, _needed))| leads_somewhere(caller, href))
        .map(|(area, (section, text, href, _needed))| NavItem::new(area, *section, *text, *href))
        .collect()
}

/// A member holds `duty.read` and `certificate.read` too, for their own: a team is what reaches further. Who keeps a
/// record has what they are asked to confirm beside it.
fn leads_somewhere(caller: &Caller, href: &str) -> bool {
    match href {
        "/team" => Hours::reached(caller).is_some(),
        "/team/calendar" => Rota::reached(caller).is_some(),
        "/absences" => caller.reach(permission::ABSENCE_READ).is_some_and(|reach| reach.own),
        "/team/absences" => Absences::reached(caller).is_some(),
        "/team/working-time" => WorkingTime::reached(caller).is_some(),
        "/working-time" => caller.reach(permission::WORKTIME_READ).is_some_and(|reach| reach.own),
        "/team/competences" | "/people/skills" => Competences::reached(caller).is_some(),
        "/competences" => caller.reach(permission::CERTIFICATE_READ).is_some_and(|reach| reach.own),
        "/cpd/requests" => !caller.holds(permission::CPD_KEEP),
        _ => true,
    }
}
