//! What a deed is called in plain words, and whether it is one of the security log. The trail keeps its code, which
//! never changes; people read this.
//!
//! Tests find every deed that the program records and ask for its line here, and hold the security log's deeds against
//! those that the database shows to holders of `security.read`.

use About::{Security, Work};
use Kind::{Accounts, Configuration, Failures, Roles, SignIns, Tokens};

/// A chapter of the security log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Coming in, proving oneself again, and going out.
    SignIns,
    /// Who was turned away.
    Failures,
    /// Accounts and what one signs in with.
    Accounts,
    /// Roles: built, asked for, given, taken.
    Roles,
    /// Tokens of programs and directories.
    Tokens,
    /// What the organisation says of signing in, networks, providers, plugins, units and itself.
    Configuration,
}

impl Kind {
    /// Every kind, in the order of the page.
    pub const ALL: [Self; 6] = [SignIns, Failures, Accounts, Roles, Tokens, Configuration];

    /// As addresses and files have it.
    pub const fn slug(self) -> &'static str {
        match self {
            SignIns => "sign-ins",
            Failures => "failures",
            Accounts => "accounts",
            Roles => "roles",
            Tokens => "tokens",
            Configuration => "configuration",
        }
    }

    /// As people read it.
    pub(super) const fn title(self) -> &'static str {
        match self {
            SignIns => "Sign-ins and sessions",
            Failures => "Failures",
            Accounts => "Accounts and factors",
            Roles => "Roles and grants",
            Tokens => "Tokens",
            Configuration => "Configuration",
        }
    }

    /// Reads [`Kind::slug`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == text)
    }
}

/// Where a deed belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// To people's records and the daily work: for the readers of the whole trail alone. So is all reading, for it says
    /// whose records somebody opened.
    Work,
    /// To the security log as well: it is about access or configuration, and its entries hold nothing of anybody's
    /// record but who they are, what they sign in with, and their roles.
    Security(Kind),
}

/// Codes, their words and where they belong, by code. One that moves into the security log or out of it takes a
/// migration that says the same to the database: `app_security_deeds`.
const DEEDS: &[(&str, &str, About)] = &[
    ("absence.change", "Changed an absence", Work),
    ("absence.list", "Read who of a team is away", Work),
    ("absence.read", "Read a person's absences", Work),
    ("absence.record", "Recorded an absence", Work),
    ("absence.withdraw", "Withdrew an absence", Work),
    ("access.explain", "Asked who can see a record", Work),
    ("account.list", "Listed the accounts", Work),
    ("account.open", "Opened an account", Security(Accounts)),
    ("account.unlock", "Let an account sign in again", Security(Accounts)),
    ("account.welcomed", "Read the welcome", Work),
    ("application.convert", "Made a person of a successful applicant", Work),
    ("application.decide", "Decided on an application", Work),
    ("application.download", "Downloaded a document of an application", Work),
    ("application.list", "Listed the applications for a vacancy", Work),
    ("application.move", "Moved an application to another stage", Work),
    ("application.read", "Read an application", Work),
    ("application.receive", "Received an application", Work),
    ("application.score", "Scored an application", Work),
    ("application.sweep", "Removed applications that are kept no longer", Work),
    ("application.withdraw", "Withdrew an application", Work),
    ("application.words", "Changed the words of letters to applicants", Work),
    ("audit.export", "Exported the audit trail", Work),
    ("audit.open", "Read an audit entry", Work),
    ("audit.search", "Searched the audit trail", Work),
    ("availability.set", "Said when they are available", Work),
    ("certificate.change", "Changed a certificate", Work),
    ("certificate.end", "Ended a certificate", Work),
    ("certificate.except", "Said that a person needs a competence, or does not", Work),
    ("certificate.export", "Downloaded a team's competences", Work),
    ("certificate.list", "Read a team's competences", Work),
    ("certificate.read", "Read a person's competences", Work),
    ("certificate.record", "Recorded a certificate", Work),
    ("certificate.unexcept", "Took back what was said of a person's need", Work),
    ("claim.approve", "Approved a claim", Work),
    ("claim.make", "Made a claim", Work),
    ("claim.read", "Read a claim", Work),
    ("claim.refuse", "Refused a claim", Work),
    ("claim.reopen", "Undid the approval of a claim", Work),
    ("claim.withdraw", "Took a claim back", Work),
    ("competence.add", "Added a kind of competence", Work),
    ("competence.change", "Changed a kind of competence", Work),
    ("competence.delete", "Deleted a kind of competence", Work),
    ("competence.need", "Said who needs a kind of competence", Work),
    ("competence.restore", "Asked for a kind of competence again", Work),
    ("competence.retire", "Retired a kind of competence", Work),
    ("competence.suggest", "Added the usual kinds of competence", Work),
    ("competence.unneed", "Took back who needs a kind of competence", Work),
    ("contact.read", "Read a person's emergency contact", Work),
    ("correction.accept", "Accepted a correction of a duty", Work),
    ("correction.propose", "Proposed a correction of a duty", Work),
    ("correction.read", "Read a proposed correction", Work),
    ("correction.refuse", "Refused a correction of a duty", Work),
    ("correction.withdraw", "Took a correction back", Work),
    ("cover.need", "Said how many riders a unit needs", Work),
    ("cpd.add", "Added a CPD entry", Work),
    ("cpd.ask", "Asked for a CPD entry to be confirmed", Work),
    ("cpd.attach", "Added evidence to a CPD entry", Work),
    ("cpd.confirm", "Confirmed a CPD entry", Work),
    ("cpd.decline", "Declined to confirm a CPD entry", Work),
    ("cpd.delete", "Deleted a CPD entry", Work),
    ("cpd.detach", "Removed evidence from a CPD entry", Work),
    ("cpd.edit", "Changed a CPD entry", Work),
    ("cpd.evidence-read", "Downloaded evidence of a CPD entry", Work),
    ("cpd.export", "Downloaded their CPD profile", Work),
    ("cpd.list", "Listed CPD entries that were shared", Work),
    ("cpd.profile", "Changed their CPD profile", Work),
    ("cpd.read", "Read a CPD entry", Work),
    ("cpd.share", "Shared a CPD entry with their manager", Work),
    ("cpd.unshare", "Stopped sharing a CPD entry", Work),
    ("cpd.withdraw", "Took a request to confirm a CPD entry back", Work),
    ("crew.assign", "Assigned to a crew", Work),
    ("crew.change", "Changed a crew", Work),
    ("crew.export", "Exported the crews", Work),
    ("crew.remove", "Removed from a crew", Work),
    ("delegation.end", "Ended that somebody decides in their stead", Security(Roles)),
    ("delegation.make", "Named somebody to decide in their stead", Security(Roles)),
    ("detail.approve", "Approved a change of a person's details", Work),
    ("detail.propose", "Proposed a change of their details", Work),
    ("detail.read", "Read a change of a person's details", Work),
    ("detail.return", "Returned a change of a person's details", Work),
    ("detail.withdraw", "Took a change of their details back", Work),
    ("duty.delete", "Deleted a duty", Work),
    ("duty.edit", "Changed a duty", Work),
    ("duty.export", "Exported duties", Work),
    ("duty.list", "Read a person's duties", Work),
    ("duty.log", "Logged a duty", Work),
    ("duty.read", "Read a duty", Work),
    ("exposure-rule.add", "Said that a kind of work proposes an exposure", Work),
    ("exposure-rule.remove", "Took back that a kind of work proposes an exposure", Work),
    ("exposure-rule.suggest", "Added the usual proposals of exposures", Work),
    ("exposure.confirm", "Confirmed an exposure", Work),
    ("exposure.correct", "Corrected an exposure", Work),
    ("exposure.deny", "Said that they were not exposed", Work),
    ("exposure.export", "Downloaded exposures", Work),
    ("exposure.read", "Read a person's exposures", Work),
    ("factor.enrol", "Set up a second factor", Security(Accounts)),
    ("factor.read", "Read which second factors a person has", Work),
    ("factor.recovery-codes", "Made new recovery codes", Security(Accounts)),
    ("factor.remove", "Removed a second factor", Security(Accounts)),
    ("factor.reset", "Took a person's second factors away", Security(Accounts)),
    ("factor.reset-ask", "Asked for a reset of second factors", Security(Accounts)),
    ("factor.reset-refuse", "Refused a reset of second factors", Security(Accounts)),
    ("feed.make", "Made an address for their calendar feed", Work),
    ("feed.revoke", "Revoked their calendar feed", Work),
    ("hr.read", "Read HR fields", Work),
    ("hr.write", "Changed HR fields", Work),
    ("import.begin", "Uploaded a file to import", Work),
    ("import.commit", "Imported a file", Work),
    ("import.discard", "Threw an import away", Work),
    ("import.export", "Downloaded rejected rows", Work),
    ("import.refuse", "Refused an import", Work),
    ("invitation.revoke", "Took an invitation back", Security(Accounts)),
    ("invitation.send", "Invited a person", Security(Accounts)),
    ("invitation.send-all", "Invited everybody without a password", Security(Accounts)),
    ("kind.add", "Added a kind of work", Security(Configuration)),
    ("kind.delete", "Deleted a kind of work", Security(Configuration)),
    ("kind.rename", "Renamed a kind of work", Security(Configuration)),
    ("kind.reorder", "Moved a kind of work", Security(Configuration)),
    ("kind.restore", "Offered a kind of work again", Security(Configuration)),
    ("kind.retire", "Retired a kind of work", Security(Configuration)),
    ("mail.discard", "Let a message that failed be", Work),
    ("mail.retry", "Had a message sent again", Work),
    ("mail.test", "Sent a test message", Security(Configuration)),
    ("move.cancel", "Cancelled a planned move", Work),
    ("move.done", "Did a planned move", Work),
    ("move.failed", "Could not do a planned move", Work),
    ("move.plan", "Planned a move", Work),
    ("move.returned", "Noted what was handed back", Work),
    ("network.add", "Added a rule on networks", Security(Configuration)),
    ("network.export", "Exported the rules on networks", Work),
    ("network.lift-lockout", "Switched off all rules on networks", Security(Configuration)),
    ("network.refused", "Shut a person out by their network", Security(Failures)),
    ("network.remove", "Removed a rule on networks", Security(Configuration)),
    ("network.switch-off", "Switched off a rule on networks", Security(Configuration)),
    ("network.switch-on", "Switched on a rule on networks", Security(Configuration)),
    ("notice.choose", "Chose which notices to get", Work),
    ("organisation.configure", "Changed the organisation's settings", Security(Configuration)),
    ("organisation.found", "Set up the organisation", Security(Configuration)),
    ("password.change", "Changed their password", Security(Accounts)),
    ("password.choose", "Chose a password by link", Security(Accounts)),
    ("password.forgotten", "Asked for a link for a forgotten password", Security(Accounts)),
    ("password.import", "Brought a password along from another system", Security(Accounts)),
    ("password.link", "Made a password link", Security(Accounts)),
    ("password.refused", "Was refused a change of password", Security(Failures)),
    ("pattern.add", "Added a duty pattern", Work),
    ("pattern.change", "Changed a duty pattern", Work),
    ("pattern.retire", "Retired a duty pattern", Work),
    ("payroll.export", "Downloaded a payroll run", Work),
    ("payroll.export-hours", "Downloaded approved hours", Work),
    ("payroll.run", "Made a payroll run", Work),
    ("person.add", "Added a person", Work),
    ("person.edit", "Changed a person's details", Work),
    ("person.leave", "Recorded that a person left", Security(Accounts)),
    ("person.read", "Read a person's record", Work),
    ("person.reinstate", "Recorded that a person came back", Security(Accounts)),
    ("plugin.disable", "Disabled a plugin", Security(Configuration)),
    ("plugin.enable", "Enabled a plugin", Security(Configuration)),
    ("plugin.grant", "Changed what a plugin may read", Security(Configuration)),
    ("plugin.remove", "Removed a plugin", Security(Configuration)),
    ("plugin.run", "Ran a plugin", Work),
    ("plugin.settings", "Changed a plugin's settings", Security(Configuration)),
    ("plugin.upload", "Uploaded a plugin", Security(Configuration)),
    ("report.export", "Downloaded a report", Work),
    ("role.approve", "Approved a role", Security(Roles)),
    ("role.change", "Changed what a role may do", Security(Roles)),
    ("role.design", "Built a role", Security(Roles)),
    ("role.grant", "Gave a role", Security(Roles)),
    ("role.keep", "Kept a role that a rule would have taken away", Security(Roles)),
    ("role.preview", "Looked at the console as a role", Work),
    ("role.preview-end", "Ended looking as a role", Work),
    ("role.read", "Read a person's roles", Work),
    ("role.refuse", "Refused a role", Security(Roles)),
    ("role.request", "Asked for a role", Security(Roles)),
    ("role.retire", "Retired a role", Security(Roles)),
    ("role.revoke", "Took a role away", Security(Roles)),
    ("role.withdraw", "Took a request for a role back", Security(Roles)),
    ("role.withhold", "Withheld a role that takes a second person", Security(Roles)),
    ("rota.assign", "Assigned a duty pattern", Work),
    ("rota.contract", "Set an on-call contract", Work),
    ("rota.end", "Ended an assignment to a duty pattern", Work),
    ("rota.list", "Read the week of a unit", Work),
    ("scim.group-change", "Changed a directory's group", Security(Roles)),
    ("scim.group-create", "Added a directory's group", Security(Roles)),
    ("scim.group-delete", "Removed a directory's group", Security(Roles)),
    ("scim.token-make", "Made a directory's token", Security(Tokens)),
    ("scim.token-revoke", "Revoked a directory's token", Security(Tokens)),
    ("scim.user-change", "Changed a person by the directory", Security(Accounts)),
    ("scim.user-create", "Added a person by the directory", Security(Accounts)),
    ("scim.user-delete", "Closed a person's account by the directory", Security(Accounts)),
    ("security.export", "Downloaded the security overview", Work),
    ("security.list", "Read a list of the security overview", Work),
    ("security.log-export", "Downloaded the security log", Work),
    ("security.log-open", "Read an entry of the security log", Work),
    ("security.log-search", "Searched the security log", Work),
    ("session.begin", "Let a person sign in", Security(SignIns)),
    ("session.end", "Signed out", Security(SignIns)),
    ("session.end-all", "Signed out everywhere", Security(SignIns)),
    ("session.factor-refused", "Refused a second factor", Security(Failures)),
    ("session.half", "Took a password, with the factor to come", Security(SignIns)),
    ("session.read", "Read where a person is signed in", Work),
    ("session.refused", "Refused a sign-in", Security(Failures)),
    ("session.revoke", "Signed a person out everywhere", Security(SignIns)),
    ("session.step-up", "Confirmed who they are", Security(SignIns)),
    ("session.step-up-refused", "Could not confirm who they are", Security(Failures)),
    ("session.throttled", "Held back further attempts at an account", Security(Failures)),
    ("setup.link", "Made a set-up link", Security(Configuration)),
    ("sign-in.configure", "Changed who may sign in with a password", Security(Configuration)),
    ("signal.reset", "Set the rule of a signal back to the shipped numbers", Work),
    ("signal.tune", "Tuned the rule of a signal", Work),
    ("signin.configure", "Changed the rules of signing in", Security(Configuration)),
    ("skill.export", "Downloaded a search for skills", Work),
    ("skill.search", "Searched for skills", Work),
    ("sso.add", "Added a provider", Security(Configuration)),
    ("sso.change", "Changed a provider", Security(Configuration)),
    ("sso.link", "Linked a person with a provider", Security(Accounts)),
    ("sso.link-read", "Read with which providers a person is linked", Work),
    ("sso.permit", "Let a person be linked with a provider", Security(Accounts)),
    ("sso.permit-withdraw", "Withdrew leave to be linked with a provider", Security(Accounts)),
    ("sso.remove", "Removed a provider", Security(Configuration)),
    ("sso.rule-add", "Added a rule for groups", Security(Configuration)),
    ("sso.rule-remove", "Removed a rule for groups", Security(Configuration)),
    ("sso.switch", "Switched a provider on or off", Security(Configuration)),
    ("sso.unlink", "Cut a person's link with a provider", Security(Accounts)),
    ("team.export", "Exported a team's duties", Work),
    ("team.read", "Read a team's hours", Work),
    ("timesheet.approve", "Approved hours", Work),
    ("timesheet.configure", "Changed how hours are submitted", Security(Configuration)),
    ("timesheet.list", "Read a list of timesheets", Work),
    ("timesheet.read", "Read a timesheet", Work),
    ("timesheet.reopen", "Reopened hours", Work),
    ("timesheet.return", "Returned hours", Work),
    ("timesheet.submit", "Submitted hours", Work),
    ("timesheet.withdraw", "Took submitted hours back", Work),
    ("token.export", "Downloaded a token's uses", Work),
    ("token.export-list", "Downloaded the list of tokens", Work),
    ("token.make", "Made a token", Security(Tokens)),
    ("token.read", "Read a token and its uses", Work),
    ("token.revoke", "Revoked a token", Security(Tokens)),
    ("token.rotate", "Gave a token a new text", Security(Tokens)),
    ("trim-criterion.add", "Said that TRiM is offered after a kind of work", Work),
    ("trim-criterion.remove", "Took back that TRiM is offered after a kind of work", Work),
    ("trim-criterion.suggest", "Added the usual work after which TRiM is offered", Work),
    ("trim.claim", "Took over a TRiM case", Work),
    ("trim.close", "Closed a TRiM case", Work),
    ("trim.hand-over", "Handed a TRiM case over", Work),
    ("trim.meet", "Recorded that a TRiM meeting took place", Work),
    ("trim.offer", "Offered TRiM to somebody", Work),
    ("trim.own", "Used their own TRiM page", Work),
    ("unit.add", "Added a unit", Security(Configuration)),
    ("unit.close", "Closed a unit", Security(Configuration)),
    ("unit.move", "Moved a unit", Security(Configuration)),
    ("unit.rename", "Changed a unit", Security(Configuration)),
    ("unit.reopen", "Reopened a unit", Security(Configuration)),
    ("vacancy.add", "Added a vacancy", Work),
    ("vacancy.change", "Changed a vacancy", Work),
    ("vacancy.close", "Closed a vacancy", Work),
    ("vacancy.open", "Opened a vacancy", Work),
    ("wellbeing.support", "Changed to whom people can talk about their wellbeing", Work),
    ("worktime.assign", "Said to which contract group people belong", Work),
    ("worktime.declare-employment", "Declared another employment", Work),
    ("worktime.end-employment", "Ended or withdrew another employment", Work),
    ("worktime.export", "Downloaded a team's working time", Work),
    ("worktime.group-add", "Added a contract group", Work),
    ("worktime.group-change", "Changed a contract group", Work),
    ("worktime.group-retire", "Retired a contract group", Work),
    ("worktime.list", "Read a team's working time", Work),
    ("worktime.opt-out", "Agreed not to have the weekly limit", Work),
    ("worktime.opt-out-end", "Gave notice to end an opt-out", Work),
    ("worktime.read", "Read a person's working time", Work),
    ("worktime.recompute", "Had all working time worked out anew", Work),
    ("worktime.sources", "Said what kinds of work are to working time", Work),
];

/// The words for a deed; its code, when the trail holds one that this version does not know.
pub(super) fn words(code: &str) -> &str {
    DEEDS.iter().find(|(known, ..)| *known == code).map_or(code, |(_code, words, _about)| words)
}

/// Every deed that has words, by its code.
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    DEEDS.iter().map(|(code, ..)| *code)
}

/// Whether this version knows the deed.
pub(super) fn is_known(code: &str) -> bool {
    codes().any(|known| known == code)
}

/// The deeds of the security log, each with its chapter.
pub fn security_deeds() -> impl Iterator<Item = (&'static str, Kind)> {
    DEEDS.iter().filter_map(|(code, _words, about)| match about {
        Security(kind) => Some((*code, *kind)),
        Work => None,
    })
}

/// The deeds of one chapter.
pub(super) fn deeds_of(kind: Kind) -> Vec<&'static str> {
    security_deeds().filter(|(_code, of)| *of == kind).map(|(code, _kind)| code).collect()
}

/// The chapter of the security log that a deed stands in, if it does.
pub(super) fn kind_of(code: &str) -> Option<Kind> {
    security_deeds().find(|(known, _kind)| *known == code).map(|(_code, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_stand_in_order_each_once_and_no_two_deeds_read_alike() {
        assert!(DEEDS.is_sorted_by(|a, b| a.0 < b.0));
        let mut words: Vec<&str> = DEEDS.iter().map(|(_code, words, _about)| *words).collect();
        words.sort_unstable();
        assert!(words.is_sorted_by(|a, b| a < b), "{words:?}");
    }

    /// Codes that stand between `Entry::new("` and the next quotation mark, in every file under `folder`.
    fn recorded_under(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                recorded_under(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                let text = text.split("#[cfg(test)]").next().unwrap_or_default();
                let codes = text.split("Entry::new(\"").skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(codes.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_deed_that_is_recorded_has_words() {
        let mut codes = Vec::new();
        recorded_under(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut codes);
        assert!(codes.len() > 40, "only {codes:?}");
        codes.retain(|code| !is_known(code));
        assert_eq!(
            codes,
            Vec::<String>::new(),
            "say in DEEDS what these are called, and whether they are about security"
        );
    }

    #[test]
    fn what_is_not_known_reads_as_its_code() {
        assert_eq!(words("duty.edit"), "Changed a duty");
        assert_eq!(words("kettle.boil"), "kettle.boil");
    }

    #[test]
    fn nothing_of_a_record_and_no_reading_is_in_the_security_log() {
        for (code, _kind) in security_deeds() {
            let (noun, verb) = code.split_once('.').expect("a noun and a verb");
            assert!(!["duty", "hr", "crew", "import", "report", "team", "audit", "access"].contains(&noun), "{code}");
            let last = verb.rsplit('-').next().unwrap_or_default();
            let reads = ["read", "list", "open", "search", "export", "explain"].contains(&last);
            assert!(!reads || code == "account.open", "{code}");
        }
        assert_eq!(kind_of("session.refused"), Some(Failures));
        assert_eq!(kind_of("duty.edit"), None);
    }

    #[test]
    fn every_kind_is_found_by_its_name_and_has_deeds() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.slug()), Some(kind));
            assert!(security_deeds().any(|(_code, of)| of == kind), "{kind:?}");
        }
        assert_eq!(Kind::parse("duties"), None);
    }
}
