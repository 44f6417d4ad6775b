//! What a deed is called in plain words. The trail keeps its code, which never changes; people read this.
//!
//! A test finds every deed that the program records and asks for its words.

/// Codes and their words, by code.
const DEEDS: &[(&str, &str)] = &[
    ("access.explain", "Asked who can see a record"),
    ("account.list", "Listed the accounts"),
    ("account.open", "Opened an account"),
    ("account.unlock", "Let an account sign in again"),
    ("account.welcomed", "Read the welcome"),
    ("audit.export", "Exported the audit trail"),
    ("audit.open", "Read an audit entry"),
    ("audit.search", "Searched the audit trail"),
    ("crew.assign", "Assigned to a crew"),
    ("crew.change", "Changed a crew"),
    ("crew.export", "Exported the crews"),
    ("crew.remove", "Removed from a crew"),
    ("duty.delete", "Deleted a duty"),
    ("duty.edit", "Changed a duty"),
    ("duty.export", "Exported duties"),
    ("duty.list", "Read a person's duties"),
    ("duty.log", "Logged a duty"),
    ("duty.read", "Read a duty"),
    ("factor.enrol", "Set up a second factor"),
    ("factor.read", "Read which second factors a person has"),
    ("factor.recovery-codes", "Made new recovery codes"),
    ("factor.remove", "Removed a second factor"),
    ("factor.reset", "Took a person's second factors away"),
    ("factor.reset-ask", "Asked for a reset of second factors"),
    ("factor.reset-refuse", "Refused a reset of second factors"),
    ("hr.read", "Read HR fields"),
    ("hr.write", "Changed HR fields"),
    ("import.begin", "Uploaded a file to import"),
    ("import.commit", "Imported a file"),
    ("import.discard", "Threw an import away"),
    ("import.export", "Downloaded rejected rows"),
    ("import.refuse", "Refused an import"),
    ("invitation.revoke", "Took an invitation back"),
    ("invitation.send", "Invited a person"),
    ("invitation.send-all", "Invited everybody without a password"),
    ("kind.add", "Added a kind of work"),
    ("kind.delete", "Deleted a kind of work"),
    ("kind.rename", "Renamed a kind of work"),
    ("kind.reorder", "Moved a kind of work"),
    ("kind.restore", "Offered a kind of work again"),
    ("kind.retire", "Retired a kind of work"),
    ("mail.discard", "Let a message that failed be"),
    ("mail.retry", "Had a message sent again"),
    ("mail.test", "Sent a test message"),
    ("network.add", "Added a rule on networks"),
    ("network.export", "Exported the rules on networks"),
    ("network.lift-lockout", "Switched off all rules on networks"),
    ("network.refused", "Shut a person out by their network"),
    ("network.remove", "Removed a rule on networks"),
    ("network.switch-off", "Switched off a rule on networks"),
    ("network.switch-on", "Switched on a rule on networks"),
    ("notice.choose", "Chose which notices to get"),
    ("organisation.configure", "Changed the organisation's settings"),
    ("organisation.found", "Set up the organisation"),
    ("password.change", "Changed their password"),
    ("password.choose", "Chose a password by link"),
    ("password.forgotten", "Asked for a link for a forgotten password"),
    ("password.import", "Brought a password along from another system"),
    ("password.link", "Made a password link"),
    ("password.refused", "Was refused a change of password"),
    ("person.add", "Added a person"),
    ("person.edit", "Changed a person's details"),
    ("person.leave", "Recorded that a person left"),
    ("person.read", "Read a person's record"),
    ("person.reinstate", "Recorded that a person came back"),
    ("plugin.disable", "Disabled a plugin"),
    ("plugin.enable", "Enabled a plugin"),
    ("plugin.grant", "Changed what a plugin may read"),
    ("plugin.remove", "Removed a plugin"),
    ("plugin.run", "Ran a plugin"),
    ("plugin.settings", "Changed a plugin's settings"),
    ("plugin.upload", "Uploaded a plugin"),
    ("report.export", "Downloaded a report"),
    ("role.approve", "Approved a role"),
    ("role.change", "Changed what a role may do"),
    ("role.design", "Built a role"),
    ("role.grant", "Gave a role"),
    ("role.keep", "Kept a role that a rule would have taken away"),
    ("role.preview", "Looked at the console as a role"),
    ("role.preview-end", "Ended looking as a role"),
    ("role.read", "Read a person's roles"),
    ("role.refuse", "Refused a role"),
    ("role.request", "Asked for a role"),
    ("role.retire", "Retired a role"),
    ("role.revoke", "Took a role away"),
    ("role.withdraw", "Took a request for a role back"),
    ("role.withhold", "Withheld a role that takes a second person"),
    ("scim.token-make", "Made a directory's token"),
    ("scim.token-revoke", "Revoked a directory's token"),
    ("scim.user-change", "Changed a person by the directory"),
    ("scim.user-create", "Added a person by the directory"),
    ("scim.user-delete", "Closed a person's account by the directory"),
    ("security.export", "Downloaded the security overview"),
    ("security.list", "Read a list of the security overview"),
    ("session.begin", "Let a person sign in"),
    ("session.end", "Signed out"),
    ("session.end-all", "Signed out everywhere"),
    ("session.factor-refused", "Refused a second factor"),
    ("session.half", "Took a password, with the factor to come"),
    ("session.read", "Read where a person is signed in"),
    ("session.refused", "Refused a sign-in"),
    ("session.revoke", "Signed a person out everywhere"),
    ("session.step-up", "Confirmed who they are"),
    ("session.step-up-refused", "Could not confirm who they are"),
    ("setup.link", "Made a set-up link"),
    ("sign-in.configure", "Changed who may sign in with a password"),
    ("signin.configure", "Changed the rules of signing in"),
    ("sso.add", "Added a provider"),
    ("sso.change", "Changed a provider"),
    ("sso.link", "Linked a person with a provider"),
    ("sso.link-read", "Read with which providers a person is linked"),
    ("sso.permit", "Let a person be linked with a provider"),
    ("sso.permit-withdraw", "Withdrew leave to be linked with a provider"),
    ("sso.remove", "Removed a provider"),
    ("sso.rule-add", "Added a rule for groups"),
    ("sso.rule-remove", "Removed a rule for groups"),
    ("sso.switch", "Switched a provider on or off"),
    ("sso.unlink", "Cut a person's link with a provider"),
    ("team.export", "Exported a team's duties"),
    ("team.read", "Read a team's hours"),
    ("token.export", "Downloaded a token's uses"),
    ("token.export-list", "Downloaded the list of tokens"),
    ("token.make", "Made a token"),
    ("token.read", "Read a token and its uses"),
    ("token.revoke", "Revoked a token"),
    ("token.rotate", "Gave a token a new text"),
    ("unit.add", "Added a unit"),
    ("unit.close", "Closed a unit"),
    ("unit.move", "Moved a unit"),
    ("unit.rename", "Changed a unit"),
    ("unit.reopen", "Reopened a unit"),
];

/// The words for a deed; its code, when the trail holds one that this version does not know.
pub(super) fn deed(code: &str) -> &str {
    DEEDS.iter().find(|(known, _words)| *known == code).map_or(code, |(_code, words)| words)
}

/// Every deed that has words, by its code.
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    DEEDS.iter().map(|(code, _words)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_stand_in_order_each_once_and_no_two_deeds_read_alike() {
        assert!(DEEDS.is_sorted_by(|a, b| a.0 < b.0));
        let mut words: Vec<&str> = DEEDS.iter().map(|(_code, words)| *words).collect();
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
        codes.retain(|code| deed(code) == code);
        assert_eq!(codes, Vec::<String>::new(), "say in DEEDS what these are called");
    }

    #[test]
    fn what_is_not_known_reads_as_its_code() {
        assert_eq!(deed("duty.edit"), "Changed a duty");
        assert_eq!(deed("kettle.boil"), "kettle.boil");
    }
}
