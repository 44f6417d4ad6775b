//! The kinds of notices: one table, one row a kind. A new kind is a row here and, if
//! it goes out by e-mail, a folder below `templates/mail/`.

use jiff::SignedDuration;
use uuid::Uuid;

/// Whether somebody may switch a kind off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It goes out always: it protects the account, keeps somebody from being paid, or is what a colleague asks.
    Always,
    /// It may be switched off; how it is offered, as a condition: "When hours of mine were approved".
    Offered(&'static str),
    /// It follows from what was chosen of other kinds: the weekly summary.
    Follows,
    /// It goes to people without an account, who choose nothing here.
    Outside,
}

/// Where the link of a message leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// To a page that is the same for everybody.
    Page(&'static str),
    /// To a link that is the person's own, which [`super::desk::FindLink`] makes, or [`super::desk::FindOutsider`].
    OwnLink,
}

/// What a kind of notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name in the database, and that of its template.
    pub code: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// One person gets at most one such message in this time.
    pub at_most_every: SignedDuration,
    /// Whether it may be switched off.
    pub choice: Choice,
    /// Where its link leads.
    pub landing: Landing,
    /// What the list in the app says: that there is something, never what. `None` for what is sent by e-mail alone.
    pub in_app: Option<&'static str>,
    /// Where the entry in the app leads when it is about one thing, with `{about}` for the thing's id.
    pub thing: Option<&'static str>,
    /// Whether it is about a day, and so may stand in a calendar.
    pub has_date: bool,
    /// Whether it goes out by e-mail. Whoever looks after the mail sees which messages went to whom: what they must not
    /// learn stays in the app.
    pub by_mail: bool,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

const fn row(code: &'static str, label: &'static str, seconds: i64, choice: Choice, landing: Landing) -> Kind {
    let at_most_every = SignedDuration::from_secs(seconds);
    Kind { code, label, at_most_every, choice, landing, in_app: None, thing: None, has_date: false, by_mail: true }
}

impl Kind {
    /// It stands in the app too, in these words.
    const fn says(self, words: &'static str) -> Self {
        Self { in_app: Some(words), ..self }
    }

    /// In the app it leads to one thing.
    const fn leads_to(self, path: &'static str) -> Self {
        Self { thing: Some(path), ..self }
    }

    /// It stands in the app alone, and no message goes out.
    const fn unmailed(self) -> Self {
        Self { by_mail: false, ..self }
    }

    /// It is about a day.
    const fn dated(self) -> Self {
        Self { has_date: true, ..self }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident: $row:expr;)*) => {
        /// What a notice is about. Each that goes out by e-mail has its template below `templates/mail/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum NoticeKind {$(
            $(#[$doc])*
            $name,
        )*}

        impl NoticeKind {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// Its row.
            pub const fn row(self) -> Kind {
                match self {
                    $(Self::$name => $row,)*
                }
            }
        }
    };
}

use Choice::{Always, Follows, Offered, Outside};
use Landing::{OwnLink, Page};

// A row: code, label, seconds between two, whether it may be switched off, where its link leads.
kinds! {
    /// An account has been opened: choose a password.
    Invitation: row("invitation", "Invitation", 15 * MINUTE, Always, OwnLink);
    /// Somebody forgot their password.
    PasswordReset: row("password-reset", "Forgotten password", 15 * MINUTE, Always, OwnLink);
    // Each change of a password or a factor is one that its owner must hear of: no pause.
    /// The password was changed.
    PasswordChanged: row("password-changed", "Password changed", 0, Always, Page("/forgotten-password"))
        .says("Your password was changed. If that was not you, choose a new one now.");
    /// A second factor was added or taken away.
    FactorChanged: row("factor-changed", "Second factor changed", 0, Always, Page("/account"))
        .says("A second factor of your account was added or taken away.");
    /// A sign-in from a browser or a network that was not known.
    NewDevice: row("new-device", "New sign-in", MINUTE,
            Offered("When I sign in from a browser or a network that I have not used before"), Page("/account/sessions"))
        .says("Somebody signed in to your account from a browser or a network that was not known.");
    // It is sent in the morning; more often than that it is somebody's second delegation.
    /// Hours or corrections wait for somebody's decision.
    HoursWaiting: row("hours-waiting", "Hours wait for approval", 12 * HOUR,
            Offered("In the morning, when hours or corrections wait for my decision"), Page("/approvals"))
        .says("Hours or corrections wait for your decision.");
    // Whoever looks once sees all that was approved or decided meanwhile.
    /// Submitted hours were approved.
    HoursApproved: row("hours-approved", "Hours approved", 30 * MINUTE,
            Offered("When my hours were approved"), Page("/timesheets"))
        .says("Hours that you submitted were approved.");
    // The page that it leads to shows all of them; and a job that is done again, because the process was killed right
    // after it, sends nothing twice.
    /// Submitted hours were returned, or approved ones reopened: they are to be looked at.
    HoursReturned: row("hours-returned", "Hours returned", 10 * MINUTE, Always, Page("/timesheets"))
        .says("Hours of yours came back to you: look at them and submit them again.");
    /// A correction or a claim was decided.
    HoursDecided: row("hours-decided", "Correction or claim decided", 30 * MINUTE,
            Offered("When a correction or a claim of mine was decided"), Page("/timesheets"))
        .says("A correction or a claim of yours was decided.");
    /// The approval of a claim was undone: payroll does not take it.
    ClaimReopened: row("claim-reopened", "Claim reopened", 10 * MINUTE, Always, Page("/claims/mine"))
        .says("The approval of a claim of yours was undone: look at why.");
    /// Somebody asks for an entry of their CPD to be confirmed.
    CpdAsked: row("cpd-asked", "CPD to confirm", 10 * MINUTE, Always, Page("/cpd/requests"))
        .says("Somebody asks you to confirm an entry of their CPD.").leads_to("/cpd/requests/{about}");
    /// Whoever was asked to confirm an entry has answered.
    CpdAnswered: row("cpd-answered", "CPD answered", 10 * MINUTE, Always, Page("/cpd"))
        .says("Whoever you asked to confirm an entry of your CPD has answered.");
    // Written by a look that is taken once a day, an hour earlier or later when the clocks change.
    /// One's own certificates run out soon.
    CertificateEnding: row("certificate-ending", "Certificate running out", 20 * HOUR,
            Offered("When a certificate of mine runs out in 90, 30 or 7 days"), Page("/competences"))
        .says("A certificate of yours runs out soon.").dated();
    /// Certificates of people that one looks after run out soon.
    TeamCertificateEnding: row("team-certificate-ending", "Team certificates running out", 20 * HOUR,
            Offered("When certificates of people whose certificates I record run out in 90, 30 or 7 days"),
            Page("/team/competences"))
        .says("Certificates of people whose certificates you record run out soon.");
    // The page that it leads to shows all that waits.
    /// There is something to look at after a job; it does not say what.
    AfterJob: row("after-job", "After a job", 12 * HOUR,
            Offered("After a job, when there is an exposure to confirm or an offer for me"), Page("/after-job"))
        .says("There is something for you to look at after a job.");
    /// For who practises TRiM: something is due.
    TrimDue: row("trim-due", "TRiM due", 20 * HOUR,
            Offered("When something is due in my work as a TRiM practitioner"), Page("/trim/caseload"))
        .says("Something is due in your work as a TRiM practitioner.");
    // Nobody but the two of them may know of it, so the outbox does not either.
    /// Somebody shared a wellbeing note or result with the person.
    WellbeingShared: row("wellbeing-shared", "Shared with you", 10 * MINUTE,
            Offered("When somebody shares a wellbeing note or result with me"), Page("/wellbeing/received"))
        .says("Somebody shared something with you under Wellbeing.").unmailed();
    // The page that it leads to shows all that came; a vacancy may have hundreds.
    /// An application arrived for a vacancy that somebody handles.
    ApplicationArrived: row("application-arrived", "Application arrived", 12 * HOUR,
            Offered("When an application arrives for a vacancy that I handle"), Page("/vacancies"))
        .says("An application arrived for a vacancy that you handle.").leads_to("/vacancies/{about}");
    /// A change of somebody's details waits for a decision.
    DetailWaiting: row("detail-waiting", "Details wait for approval", 12 * HOUR,
            Offered("When a change of somebody's details waits for my decision"), Page("/details"))
        .says("A change of somebody's details waits for your decision.").leads_to("/details/{about}");
    /// A change of one's own details was approved or returned.
    DetailDecided: row("detail-decided", "Details decided", 10 * MINUTE,
            Offered("When a change of my details was approved or returned"), Page("/account/details"))
        .says("A change of your details was approved or returned.");
    // Each letter has one e-mail.
    /// There is a letter on an applicant's own page.
    ApplicationNews: row("application-news", "News for an applicant", 0, Outside, OwnLink);
    // The same for a signal of one's own and for one that somebody has told: who looks into the outbox learns neither.
    /// There is something to look at among signals; it does not say what, nor whose.
    ToLookAt: row("to-look-at", "Something to look at", 20 * HOUR,
            Offered("When a signal that I switched on is raised, or somebody has me told of one of theirs"),
            Page("/signals"))
        .says("There is something for you to look at.");
    // At most one a morning, which its own table holds it to.
    /// How many notices of a week were not read, for whoever wants a summary.
    WeeklyDigest: row("weekly-digest", "Weekly summary", HOUR, Follows, Page("/notifications"));
}

impl NoticeKind {
    /// Its name in the database, and its template's.
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// The kind with this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        self.row().label
    }

    /// One person gets at most one such message in this time.
    pub const fn at_most_every(self) -> SignedDuration {
        self.row().at_most_every
    }

    /// Whether somebody may switch it off.
    pub const fn is_optional(self) -> bool {
        self.offer().is_some()
    }

    /// How it is offered to who may switch it off; `None` for what goes out always.
    pub const fn offer(self) -> Option<&'static str> {
        match self.row().choice {
            Choice::Always | Choice::Follows | Choice::Outside => None,
            Choice::Offered(words) => Some(words),
        }
    }

    /// Whether its message waits until quiet hours and duties are over. What goes out always is not held back either.
    pub const fn may_wait(self) -> bool {
        matches!(self.row().choice, Choice::Offered(_) | Choice::Follows)
    }

    /// Whether it comes always to whoever has an account.
    pub const fn is_for_everybody(self) -> bool {
        matches!(self.row().choice, Choice::Always)
    }

    /// Where the entry in the app leads.
    pub fn place(self, about: Option<Uuid>) -> Option<String> {
        match (self.row().thing, about) {
            (Some(path), Some(about)) => Some(path.replace("{about}", &about.to_string())),
            _ => self.landing().map(str::to_owned),
        }
    }

    /// Where its link leads, when that is the same for everybody; `None` when the link is the person's own.
    pub const fn landing(self) -> Option<&'static str> {
        match self.row().landing {
            Landing::Page(path) => Some(path),
            Landing::OwnLink => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_code_and_has_a_template() {
        let templates = crate::mail::Templates::new().expect("they parse");
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::of(kind.code()), Some(kind));
            let words = crate::mail::Words {
                organisation: "x".to_owned(),
                link: "https://y".to_owned(),
                at: "then".to_owned(),
                until: Some("later".to_owned()),
                count: Some("3 notices".to_owned()),
                reference: "0".to_owned(),
            };
            assert_eq!(templates.write(kind.code(), &words).is_ok(), kind.row().by_mail, "{kind:?}");
        }
    }

    #[test]
    fn what_protects_an_account_cannot_be_switched_off() {
        use NoticeKind::{FactorChanged, Invitation, PasswordChanged, PasswordReset};
        for kind in [Invitation, PasswordReset, PasswordChanged, FactorChanged] {
            assert!(!kind.is_optional(), "{kind:?}");
        }
    }

    #[test]
    fn what_goes_out_always_waits_for_nothing() {
        assert!(!NoticeKind::PasswordChanged.may_wait() && !NoticeKind::HoursReturned.may_wait());
        assert!(NoticeKind::HoursApproved.may_wait() && NoticeKind::WeeklyDigest.may_wait());
    }

    #[test]
    fn an_entry_leads_to_its_thing_where_there_is_one() {
        let about = Some(Uuid::nil());
        let place = |kind: NoticeKind, about| kind.place(about);
        let request = format!("/cpd/requests/{}", Uuid::nil());
        assert_eq!(place(NoticeKind::CpdAsked, about), Some(request));
        assert_eq!(place(NoticeKind::CpdAsked, None).as_deref(), Some("/cpd/requests"));
        assert_eq!(place(NoticeKind::HoursApproved, about).as_deref(), Some("/timesheets"));
    }

    #[test]
    fn a_row_is_short_enough_for_its_columns_and_leads_somewhere() {
        for kind in NoticeKind::ALL {
            let row = kind.row();
            assert!((1..=40).contains(&row.code.len()), "{kind:?}");
            assert!(row.in_app.is_none() || kind.landing().is_some(), "{kind:?}: the list in the app needs a page");
            assert!(row.by_mail || row.in_app.is_some(), "{kind:?}: nobody would hear of it");
            assert!(!row.has_date || row.in_app.is_some(), "{kind:?}: a date belongs to an entry in the app");
        }
    }
}
