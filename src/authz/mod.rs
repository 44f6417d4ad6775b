//! Who asks, and the proof that they may.
//!
//! A request becomes a [`Caller`] once. A slice writes one [`Permission`] type for each act; [`may`] loads the facts
//! inside the transaction, asks the permission, and hands out a [`Granted`] that the store functions demand. This
//! module knows no slice: what a verdict needs to know is the slice's business.

mod caller;
mod granted;

pub use caller::{Caller, Person, Reach, SystemName};
pub use granted::{AuthzError, Granted, Permission, Verdict, may};

/// Codes of the permission catalogue, as they stand in the table `permissions` (a test compares the two).
pub mod permission {
    /// Read duties, without their private notes.
    pub const DUTY_READ: &str = "duty.read";
    /// Log, change and delete duties.
    pub const DUTY_LOG: &str = "duty.log";
    /// Read the shared notes of duties.
    pub const DUTY_NOTE_READ: &str = "duty.note.read";
    /// Read when people worked and on what, without any note.
    pub const HOURS_READ: &str = "hours.read";
    /// Edit the types and categories of work.
    pub const KIND_MANAGE: &str = "kind.manage";
    /// See people, their unit and how to reach them.
    pub const PEOPLE_READ: &str = "people.read";
    /// Add people, change their details, record that they left.
    pub const PEOPLE_MANAGE: &str = "people.manage";
    /// Read HR fields.
    pub const HR_READ: &str = "hr.read";
    /// Change HR fields.
    pub const HR_WRITE: &str = "hr.write";
    /// Give roles and take them away.
    pub const ROLE_GRANT: &str = "role.grant";
    /// Change the organisation's name, colours and settings.
    pub const ORGANISATION_CONFIGURE: &str = "organisation.configure";
    /// Edit the tree of units.
    pub const UNIT_MANAGE: &str = "unit.manage";
    /// Assign people to call signs.
    pub const CREW_MANAGE: &str = "crew.manage";
    /// Import duties.
    pub const IMPORT_RUN: &str = "import.run";
    /// Import people.
    pub const IMPORT_PEOPLE: &str = "import.people";
    /// Run report plugins.
    pub const REPORT_RUN: &str = "report.run";
    /// Install, configure, enable and remove plugins.
    pub const PLUGIN_MANAGE: &str = "plugin.manage";
    /// Read the audit trail.
    pub const AUDIT_READ: &str = "audit.read";

    /// All of them.
    pub const ALL: &[&str] = &[
        DUTY_READ,
        DUTY_LOG,
        DUTY_NOTE_READ,
        HOURS_READ,
        KIND_MANAGE,
        PEOPLE_READ,
        PEOPLE_MANAGE,
        HR_READ,
        HR_WRITE,
        ROLE_GRANT,
        ORGANISATION_CONFIGURE,
        UNIT_MANAGE,
        CREW_MANAGE,
        IMPORT_RUN,
        IMPORT_PEOPLE,
        REPORT_RUN,
        PLUGIN_MANAGE,
        AUDIT_READ,
    ];
}
