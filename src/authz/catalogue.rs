//! The catalogue of permissions: code, area, one sentence, the scopes at which each may be given, and what it weighs.
//!
//! The migrations hold the same as rows (`permissions`, `permission_scopes`); a test compares the two, and another
//! tries every one of them against the pages and against the tables. Who holds what is the business of roles.

use super::Scope;

/// What a permission weighs when roles are given: nobody comes to hold both heavy kinds by the word of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Neither of the others.
    Plain,
    /// It opens personal records: duties, hours, notes, HR fields.
    Personal,
    /// It decides what others may do, or how they sign in.
    Administers,
}

/// One permission.
#[derive(Debug, Clone, Copy)]
pub struct CatalogueEntry {
    /// `noun.verb`, stable: roles, tokens and policies name it.
    pub code: &'static str,
    /// The heading that it stands under.
    pub area: &'static str,
    /// What it allows, in a sentence.
    pub summary: &'static str,
    /// At which scopes it may be given, the narrowest first.
    pub scopes: &'static [Scope],
    /// What it weighs.
    pub weight: Weight,
}

impl CatalogueEntry {
    /// The entry of a code, if there is such a permission.
    pub fn of(code: &str) -> Option<&'static Self> {
        CATALOGUE.iter().find(|entry| entry.code == code)
    }
}

macro_rules! scopes {
    (own) => {
        &[Scope::Own]
    };
    (all) => {
        &[Scope::Organisation]
    };
    (units) => {
        &[Scope::Unit, Scope::Below, Scope::Organisation]
    };
    (any) => {
        &[Scope::Own, Scope::Unit, Scope::Below, Scope::Organisation]
    };
}

macro_rules! catalogue {
    ($($area:literal { $($name:ident = $code:literal, $scopes:ident, $weight:ident, $summary:literal;)* })*) => {
        /// The codes, for routes, policies and built-in roles.
        pub mod permission {
            $($(
                #[doc = concat!($summary, ".")]
                pub const $name: &str = $code;
            )*)*

            /// All of them.
            pub const ALL: &[&str] = &[$($($name,)*)*];
        }

        /// All of it, area by area.
        pub static CATALOGUE: &[CatalogueEntry] = &[$($(
            CatalogueEntry {
                code: $code,
                area: $area,
                summary: $summary,
                scopes: scopes!($scopes),
                weight: Weight::$weight,
            },
        )*)*];
    };
}

catalogue! {
    "Duties" {
        DUTY_READ = "duty.read", any, Personal, "Read duties, without their notes";
        DUTY_LOG = "duty.log", own, Plain, "Log duties";
        DUTY_EDIT = "duty.edit", own, Plain, "Change duties that were logged";
        DUTY_DELETE = "duty.delete", own, Plain, "Delete duties that were logged";
        DUTY_NOTE_READ = "duty.note.read", units, Personal, "Read the shared notes of duties";
        DUTY_HISTORY_READ = "duty.history.read", units, Personal, "Read what duties said before they were changed, and why";
        DUTY_EXPORT = "duty.export", any, Personal, "Download duties that one may read as a table";
        HOURS_READ = "hours.read", units, Personal, "Read when people worked and on what, without any note or detail";
    }
    "Hours and pay" {
        TIMESHEET_SUBMIT = "timesheet.submit", own, Plain, "Submit one's hours for approval, propose corrections, claim extras";
        TIMESHEET_READ = "timesheet.read", units, Personal, "Read timesheets: hours by period, and what became of them";
        TIMESHEET_APPROVE = "timesheet.approve", units, Personal, "Approve, return and reopen hours, and decide corrections";
        CLAIM_DECIDE = "claim.decide", all, Personal, "Approve or refuse claims: overtime, disturbance, mileage";
        PAYROLL_EXPORT = "payroll.export", all, Personal, "Download approved hours and claims for payroll";
    }
    "CPD and competence" {
        CPD_KEEP = "cpd.keep", own, Plain, "Keep a CPD record of one's own and make a profile of it";
        CPD_READ = "cpd.read", units, Personal, "Read the CPD entries that people shared with their manager";
        CPD_VERIFY = "cpd.verify", own, Plain, "Confirm CPD entries of others who ask one by name";
        CERTIFICATE_READ = "certificate.read", any, Personal, "Read certificates and competences, and what is missing";
        CERTIFICATE_WRITE = "certificate.write", units, Plain, "Record, change and end certificates of others";
        CERTIFICATE_EXPORT = "certificate.export", units, Personal, "Download competences that one may read as a table";
        COMPETENCE_MANAGE = "competence.manage", all, Plain, "Edit the kinds of competence and who needs them";
    }
    "Working time" {
        WORKTIME_READ = "worktime.read", any, Personal, "Read working time: averages, rests and what is owed";
        WORKTIME_DECLARE = "worktime.declare", own, Plain, "Declare an opt-out and other employments of one's own";
        WORKTIME_EXPORT = "worktime.export", units, Personal, "Download working time that one may read as a table";
        WORKTIME_MANAGE = "worktime.manage", all, Plain, "Edit contract groups, and say who belongs to which";
    }
    "Leave and rota" {
        ABSENCE_READ = "absence.read", any, Personal, "Read leave and sickness with their kind";
        ABSENCE_RECORD = "absence.record", any, Plain, "Record leave and sickness, and withdraw what was recorded";
        ROTA_KEEP = "rota.keep", own, Plain, "Confirm one's expected duties, book one's on-call availability, keep a calendar feed";
        ROTA_READ = "rota.read", any, Personal, "Read expected duties and on-call availability with its reasons";
        ROTA_ASSIGN = "rota.assign", units, Plain, "Assign people and units to duty patterns, and set on-call contracts";
        ROTA_CONFIGURE = "rota.configure", all, Plain, "Edit duty patterns and how many riders units need";
    }
    "Exposures and TRiM" {
        EXPOSURE_KEEP = "exposure.keep", own, Plain, "Keep a record of one's own exposures";
        EXPOSURE_READ = "exposure.read", units, Personal, "Read what people were exposed to, but traumatic events, for a medical professional";
        EXPOSURE_HEALTH_READ = "exposure.health.read", units, Personal, "Read symptoms and health advice of exposures that one reads";
        EXPOSURE_MANAGE = "exposure.manage", all, Plain, "Edit which kinds of work propose an exposure";
        TRIM_ANSWER = "trim.answer", own, Plain, "Be offered TRiM, accept or decline it, and ask for it oneself";
        TRIM_OFFER = "trim.offer", units, Plain, "Offer TRiM to people, and never learn what they answered";
        TRIM_COUNT = "trim.count", units, Plain, "See how many offers of TRiM were made, none under five";
        TRIM_PRACTISE = "trim.practise", all, Personal, "Look after people who accepted TRiM";
        TRIM_MANAGE = "trim.manage", all, Plain, "Edit after which kinds of work TRiM is offered";
    }
    "Wellbeing" {
        WELLBEING_KEEP = "wellbeing.keep", own, Plain, "Keep wellbeing notes of one's own that nobody else can read";
        WELLBEING_RECEIVE = "wellbeing.receive", own, Personal, "Read wellbeing notes that people share with one by name";
    }
    "Signals" {
        SIGNAL_KEEP = "signal.keep", own, Plain, "Have signals of one's own workload that nobody else sees, and choose who is told";
        SIGNAL_RECEIVE = "signal.receive", units, Personal, "Be told of a signal of somebody of one's units who chose one for it";
        SIGNAL_MANAGE = "signal.manage", all, Plain, "Tune the rules of signals, and never learn who uses them";
    }
    "Joining and details" {
        APPLICATION_HANDLE = "application.handle", units, Personal, "Publish vacancies, and read, score and decide on applications for them";
        DETAIL_PROPOSE = "detail.propose", own, Plain, "Propose changes to one's own name, telephone, address and emergency contact";
        DETAIL_APPROVE = "detail.approve", all, Personal, "Read people's addresses, and approve or return changes that they propose";
        CONTACT_READ = "contact.read", units, Personal, "Read whom to call when something happens to somebody";
    }
    "People" {
        PEOPLE_READ = "people.read", units, Plain, "See people, their unit and how to reach them";
        PEOPLE_ADD = "people.add", all, Plain, "Add people";
        PEOPLE_EDIT = "people.edit", units, Plain, "Change people's names, numbers, addresses and home unit";
        PEOPLE_LEAVE = "people.leave", all, Plain, "Record that people left or came back, which closes or opens their account";
        ACCOUNT_MANAGE = "account.manage", all, Plain, "Open accounts, and change what people sign in with";
        PASSWORD_LINK = "password.link", all, Plain, "Hand over links by which people choose a password";
        INVITE_SEND = "invite.send", all, Plain, "Invite people by e-mail";
        ACCESS_EXPLAIN = "access.explain", all, Plain, "See who can open a record of somebody else, and why";
    }
    "HR fields" {
        HR_CONTRACT_READ = "hr.contract.read", all, Personal, "Read contracts, their hours and first days of work";
        HR_CONTRACT_WRITE = "hr.contract.write", all, Plain, "Change contracts, their hours and first days of work";
        HR_PAYROLL_READ = "hr.payroll.read", all, Personal, "Read payroll numbers";
        HR_PAYROLL_WRITE = "hr.payroll.write", all, Plain, "Change payroll numbers";
        HR_KIN_READ = "hr.kin.read", all, Personal, "Read next of kin";
        HR_KIN_WRITE = "hr.kin.write", all, Plain, "Change next of kin";
        HR_FITNESS_READ = "hr.fitness.read", all, Personal, "Read notes on fitness for duty";
        HR_FITNESS_WRITE = "hr.fitness.write", all, Plain, "Change notes on fitness for duty";
    }
    "Roles" {
        ROLE_READ = "role.read", all, Plain, "See which roles people have";
        ROLE_GRANT = "role.grant", all, Administers, "Give roles to people";
        ROLE_REVOKE = "role.revoke", all, Administers, "Take roles away from people";
        ROLE_DESIGN = "role.design", all, Administers, "Build, change and retire roles of the organisation's own";
        ROLE_APPROVE = "role.approve", all, Administers, "Approve or refuse roles that take a second person's word";
        ROLE_PREVIEW = "role.preview", all, Plain, "See the console as a role, on made-up records";
    }
    "Signing in" {
        SESSION_READ = "session.read", all, Plain, "See where people are signed in";
        SESSION_REVOKE = "session.revoke", all, Plain, "Sign people out";
        FACTOR_RESET = "factor.reset", all, Administers, "Reset somebody's second factor, with a second person";
        SIGNIN_CONFIGURE = "signin.configure", all, Administers, "Say how people sign in, and which roles need a second factor";
        SSO_CONFIGURE = "sso.configure", all, Administers, "Connect a provider through which people sign in";
        SCIM_CONFIGURE = "scim.configure", all, Administers, "Connect a directory that adds people and closes their accounts";
    }
    "Tokens and network" {
        TOKEN_OWN = "token.own", own, Plain, "Make tokens by which programs act for oneself";
        TOKEN_SERVICE = "token.service", all, Administers, "Make tokens for programs that act for nobody";
        TOKEN_READ = "token.read", all, Plain, "See all tokens and how they are used";
        NETWORK_CONFIGURE = "network.configure", all, Administers, "Say from which networks people and programs may come";
        LIMIT_READ = "limit.read", all, Plain, "See how often limits were reached";
    }
    "Organisation" {
        ORGANISATION_CONFIGURE = "organisation.configure", all, Administers, "Change the organisation's name, colours and settings";
        UNIT_MANAGE = "unit.manage", all, Plain, "Edit the tree of units";
        KIND_MANAGE = "kind.manage", all, Plain, "Edit the types and categories of work";
        CREW_MANAGE = "crew.manage", all, Plain, "Assign people to call signs";
        MAIL_CONFIGURE = "mail.configure", all, Administers, "Say how e-mail is sent";
        MAIL_READ = "mail.read", all, Plain, "See which e-mails were sent and which failed, without their text";
    }
    "Files and reports" {
        IMPORT_RUN = "import.run", all, Plain, "Import duties";
        IMPORT_PEOPLE = "import.people", all, Plain, "Import people";
        REPORT_RUN = "report.run", any, Plain, "Run reports on the records that one may read";
        PLUGIN_MANAGE = "plugin.manage", all, Administers, "Install, configure, enable and remove plugins";
    }
    "Oversight" {
        AUDIT_READ = "audit.read", all, Plain, "Read the audit trail";
        AUDIT_EXPORT = "audit.export", all, Plain, "Download the audit trail";
        SECURITY_READ = "security.read", all, Plain, "See the security log and the security overview";
        SECURITY_EXPORT = "security.export", all, Plain, "Download the security log and the security overview";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_permission_is_one_plain_sentence_under_a_code_of_its_own() {
        assert!(CATALOGUE.len() >= 40, "{}", CATALOGUE.len());
        let codes: BTreeSet<&str> = CATALOGUE.iter().map(|entry| entry.code).collect();
        assert_eq!(codes.len(), CATALOGUE.len());
        for entry in CATALOGUE {
            assert!(entry.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.'), "{}", entry.code);
            assert!(entry.summary.starts_with(|first: char| first.is_ascii_uppercase()), "{}", entry.code);
            assert!(!entry.summary.ends_with('.') && entry.summary.len() < 90, "{}", entry.code);
            assert!(!entry.scopes.is_empty(), "{}", entry.code);
        }
    }

    #[test]
    fn nothing_that_opens_hr_fields_reaches_by_unit() {
        let hr = CATALOGUE.iter().filter(|entry| entry.area == "HR fields");
        assert!(hr.clone().count() >= 8);
        for entry in hr {
            assert_eq!(entry.scopes, [Scope::Organisation], "{}: a manager's role could have it", entry.code);
        }
    }
}
