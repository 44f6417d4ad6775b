//! The built-in roles: what each may do, and how far it reaches. Every organisation gets them when it is founded.

use crate::authz::{Scope, permission as p};

/// A role as the program ships it.
#[derive(Debug)]
pub struct BuiltInRole {
    /// Its code: stable.
    pub code: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub summary: &'static str,
    /// Whether it is given for a unit.
    pub for_unit: bool,
    /// What it may do.
    pub permissions: &'static [(&'static str, Scope)],
}

/// Logs their own duties.
pub const MEMBER: &str = "member";
/// Sees the people of a unit.
pub const MANAGER: &str = "manager";
/// Sees hours and HR fields.
pub const HR: &str = "hr";
/// Sees the audit trail.
pub const AUDITOR: &str = "auditor";
/// Configures, and reads nobody's record.
pub const ADMINISTRATOR: &str = "administrator";

/// Reads for a medical professional what people were exposed to.
pub const EXPOSURE_READER: &str = "exposure-reader";
/// Looks after people who accepted TRiM.
pub const TRIM_PRACTITIONER: &str = "trim-practitioner";

/// All of them.
pub const BUILT_IN: &[BuiltInRole] = &[
    BuiltInRole {
        code: MEMBER,
        name: "Member",
        summary: "Logs and reads their own duties.",
        for_unit: false,
        permissions: &[
            (p::DUTY_READ, Scope::Own),
            (p::DUTY_LOG, Scope::Own),
            (p::DUTY_EDIT, Scope::Own),
            (p::DUTY_DELETE, Scope::Own),
            (p::DUTY_EXPORT, Scope::Own),
            (p::TIMESHEET_SUBMIT, Scope::Own),
            (p::CPD_KEEP, Scope::Own),
            (p::CPD_VERIFY, Scope::Own),
            (p::CERTIFICATE_READ, Scope::Own),
            (p::WORKTIME_READ, Scope::Own),
            (p::WORKTIME_DECLARE, Scope::Own),
            (p::ABSENCE_READ, Scope::Own),
            (p::ABSENCE_RECORD, Scope::Own),
            (p::ROTA_KEEP, Scope::Own),
            (p::ROTA_READ, Scope::Own),
            (p::EXPOSURE_KEEP, Scope::Own),
            (p::TRIM_ANSWER, Scope::Own),
            (p::WELLBEING_KEEP, Scope::Own),
            (p::SIGNAL_KEEP, Scope::Own),
            (p::DETAIL_PROPOSE, Scope::Own),
            (p::REPORT_RUN, Scope::Own),
            (p::TOKEN_OWN, Scope::Own),
        ],
    },
    BuiltInRole {
        code: MANAGER,
        name: "Manager",
        summary: "Sees the people and duties of a unit and all units below, never private notes.",
        for_unit: true,
        permissions: &[
            (p::DUTY_READ, Scope::Below),
            (p::DUTY_NOTE_READ, Scope::Below),
            (p::DUTY_HISTORY_READ, Scope::Below),
            (p::DUTY_EXPORT, Scope::Below),
            (p::TIMESHEET_APPROVE, Scope::Below),
            (p::CPD_VERIFY, Scope::Own),
            (p::CPD_READ, Scope::Below),
            (p::CERTIFICATE_READ, Scope::Below),
            (p::CERTIFICATE_WRITE, Scope::Below),
            (p::CERTIFICATE_EXPORT, Scope::Below),
            (p::WORKTIME_READ, Scope::Below),
            (p::WORKTIME_EXPORT, Scope::Below),
            (p::ABSENCE_READ, Scope::Below),
            (p::ABSENCE_RECORD, Scope::Below),
            (p::ROTA_READ, Scope::Below),
            (p::ROTA_ASSIGN, Scope::Below),
            (p::TRIM_OFFER, Scope::Below),
            (p::TRIM_COUNT, Scope::Below),
            (p::SIGNAL_RECEIVE, Scope::Below),
            (p::CONTACT_READ, Scope::Below),
            (p::PEOPLE_READ, Scope::Below),
            (p::REPORT_RUN, Scope::Below),
        ],
    },
    BuiltInRole {
        code: HR,
        name: "HR",
        summary: "Reads hours and HR fields, keeps people's details; reads no note.",
        for_unit: false,
        permissions: &[
            (p::HOURS_READ, Scope::Organisation),
            (p::DUTY_EXPORT, Scope::Organisation),
            (p::TIMESHEET_READ, Scope::Organisation),
            (p::CLAIM_DECIDE, Scope::Organisation),
            (p::PAYROLL_EXPORT, Scope::Organisation),
            (p::CERTIFICATE_READ, Scope::Organisation),
            (p::CERTIFICATE_EXPORT, Scope::Organisation),
            (p::WORKTIME_READ, Scope::Organisation),
            (p::WORKTIME_EXPORT, Scope::Organisation),
            (p::ABSENCE_READ, Scope::Organisation),
            (p::ABSENCE_RECORD, Scope::Organisation),
            (p::TRIM_COUNT, Scope::Organisation),
            (p::APPLICATION_HANDLE, Scope::Organisation),
            (p::DETAIL_APPROVE, Scope::Organisation),
            (p::CONTACT_READ, Scope::Organisation),
            (p::PEOPLE_READ, Scope::Organisation),
            (p::PEOPLE_ADD, Scope::Organisation),
            (p::PEOPLE_EDIT, Scope::Organisation),
            (p::PEOPLE_LEAVE, Scope::Organisation),
            (p::ACCOUNT_MANAGE, Scope::Organisation),
            (p::PASSWORD_LINK, Scope::Organisation),
            (p::INVITE_SEND, Scope::Organisation),
            (p::ROLE_READ, Scope::Organisation),
            (p::HR_CONTRACT_READ, Scope::Organisation),
            (p::HR_CONTRACT_WRITE, Scope::Organisation),
            (p::HR_PAYROLL_READ, Scope::Organisation),
            (p::HR_PAYROLL_WRITE, Scope::Organisation),
            (p::HR_KIN_READ, Scope::Organisation),
            (p::HR_KIN_WRITE, Scope::Organisation),
            (p::HR_FITNESS_READ, Scope::Organisation),
            (p::HR_FITNESS_WRITE, Scope::Organisation),
            (p::IMPORT_PEOPLE, Scope::Organisation),
            (p::REPORT_RUN, Scope::Organisation),
        ],
    },
    BuiltInRole {
        code: AUDITOR,
        name: "Auditor",
        summary: "Reads the audit trail and the security log, and nobody's record.",
        for_unit: false,
        permissions: &[
            (p::AUDIT_READ, Scope::Organisation),
            (p::AUDIT_EXPORT, Scope::Organisation),
            (p::SECURITY_READ, Scope::Organisation),
            (p::SECURITY_EXPORT, Scope::Organisation),
        ],
    },
    BuiltInRole {
        code: ADMINISTRATOR,
        name: "Administrator",
        summary: "Configures the organisation; reads no duty, no note and no HR field.",
        for_unit: false,
        permissions: &[
            (p::ORGANISATION_CONFIGURE, Scope::Organisation),
            (p::UNIT_MANAGE, Scope::Organisation),
            (p::KIND_MANAGE, Scope::Organisation),
            (p::COMPETENCE_MANAGE, Scope::Organisation),
            (p::WORKTIME_MANAGE, Scope::Organisation),
            (p::ROTA_CONFIGURE, Scope::Organisation),
            (p::EXPOSURE_MANAGE, Scope::Organisation),
            (p::TRIM_MANAGE, Scope::Organisation),
            (p::SIGNAL_MANAGE, Scope::Organisation),
            (p::CREW_MANAGE, Scope::Organisation),
            (p::PEOPLE_READ, Scope::Organisation),
            (p::PEOPLE_ADD, Scope::Organisation),
            (p::PEOPLE_EDIT, Scope::Organisation),
            (p::PEOPLE_LEAVE, Scope::Organisation),
            (p::ACCOUNT_MANAGE, Scope::Organisation),
            (p::PASSWORD_LINK, Scope::Organisation),
            (p::INVITE_SEND, Scope::Organisation),
            (p::ACCESS_EXPLAIN, Scope::Organisation),
            (p::ROLE_READ, Scope::Organisation),
            (p::ROLE_GRANT, Scope::Organisation),
            (p::ROLE_REVOKE, Scope::Organisation),
            (p::ROLE_DESIGN, Scope::Organisation),
            (p::ROLE_APPROVE, Scope::Organisation),
            (p::ROLE_PREVIEW, Scope::Organisation),
            (p::SESSION_READ, Scope::Organisation),
            (p::SESSION_REVOKE, Scope::Organisation),
            (p::FACTOR_RESET, Scope::Organisation),
            (p::SIGNIN_CONFIGURE, Scope::Organisation),
            (p::SSO_CONFIGURE, Scope::Organisation),
            (p::SCIM_CONFIGURE, Scope::Organisation),
            (p::TOKEN_SERVICE, Scope::Organisation),
            (p::TOKEN_READ, Scope::Organisation),
            (p::NETWORK_CONFIGURE, Scope::Organisation),
            (p::LIMIT_READ, Scope::Organisation),
            (p::MAIL_CONFIGURE, Scope::Organisation),
            (p::MAIL_READ, Scope::Organisation),
            (p::IMPORT_RUN, Scope::Organisation),
            (p::IMPORT_PEOPLE, Scope::Organisation),
            (p::PLUGIN_MANAGE, Scope::Organisation),
            (p::SECURITY_READ, Scope::Organisation),
            (p::SECURITY_EXPORT, Scope::Organisation),
            (p::REPORT_RUN, Scope::Own),
        ],
    },
    BuiltInRole {
        code: EXPOSURE_READER,
        name: "Exposure reader",
        summary: "Reads at any hour what people of a unit and all units below were exposed to, for a medical professional.",
        for_unit: true,
        permissions: &[(p::EXPOSURE_READ, Scope::Below), (p::EXPOSURE_HEALTH_READ, Scope::Below)],
    },
    BuiltInRole {
        code: TRIM_PRACTITIONER,
        name: "TRiM practitioner",
        summary: "Looks after people who accepted TRiM.",
        for_unit: false,
        permissions: &[(p::TRIM_PRACTISE, Scope::Organisation), (p::SIGNAL_RECEIVE, Scope::Organisation)],
    },
];
