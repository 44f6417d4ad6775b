//! The built-in roles: what each may do, and how far it reaches. Every organisation gets them when it is founded.

use crate::authz::permission as p;

/// How far a role's permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The holder's own records.
    Own,
    /// Those of the unit that the role was given for, and of all units below.
    Unit,
    /// All of the organisation.
    Organisation,
}

impl Scope {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Unit => "unit",
            Self::Organisation => "organisation",
        }
    }
}

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
            (p::DUTY_NOTE_READ, Scope::Own),
            (p::REPORT_RUN, Scope::Own),
        ],
    },
    BuiltInRole {
        code: MANAGER,
        name: "Manager",
        summary: "Sees the people and duties of a unit and all units below, never private notes.",
        for_unit: true,
        permissions: &[
            (p::DUTY_READ, Scope::Unit),
            (p::DUTY_NOTE_READ, Scope::Unit),
            (p::PEOPLE_READ, Scope::Unit),
            (p::REPORT_RUN, Scope::Unit),
        ],
    },
    BuiltInRole {
        code: HR,
        name: "HR",
        summary: "Reads hours and HR fields, keeps people's details; reads no note.",
        for_unit: false,
        permissions: &[
            (p::HOURS_READ, Scope::Organisation),
            (p::HR_READ, Scope::Organisation),
            (p::HR_WRITE, Scope::Organisation),
            (p::PEOPLE_READ, Scope::Organisation),
            (p::PEOPLE_MANAGE, Scope::Organisation),
            (p::IMPORT_PEOPLE, Scope::Organisation),
            (p::REPORT_RUN, Scope::Organisation),
        ],
    },
    BuiltInRole {
        code: AUDITOR,
        name: "Auditor",
        summary: "Reads the audit trail and nothing else.",
        for_unit: false,
        permissions: &[(p::AUDIT_READ, Scope::Organisation)],
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
            (p::PEOPLE_READ, Scope::Organisation),
            (p::PEOPLE_MANAGE, Scope::Organisation),
            (p::ROLE_GRANT, Scope::Organisation),
            (p::CREW_MANAGE, Scope::Organisation),
            (p::IMPORT_RUN, Scope::Organisation),
            (p::IMPORT_PEOPLE, Scope::Organisation),
            (p::PLUGIN_MANAGE, Scope::Organisation),
            (p::REPORT_RUN, Scope::Own),
        ],
    },
];
