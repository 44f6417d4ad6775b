//! The kinds of notices, and a message as pages show it.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::kernel::ids::{MessageId, PersonId};

/// What a message is about. Each has its template below `templates/mail/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// An account has been opened: choose a password.
    Invitation,
    /// Somebody forgot their password.
    PasswordReset,
    /// The password was changed.
    PasswordChanged,
    /// A second factor was added or taken away.
    FactorChanged,
    /// A sign-in from a browser or a network that was not known.
    NewDevice,
    /// Hours or corrections wait for somebody's decision.
    HoursWaiting,
    /// Submitted hours were approved.
    HoursApproved,
    /// Submitted hours were returned, or approved ones reopened: they are to be looked at.
    HoursReturned,
    /// A correction or a claim was decided.
    HoursDecided,
    /// Somebody asks for an entry of their CPD to be confirmed.
    CpdAsked,
    /// Whoever was asked to confirm an entry has answered.
    CpdAnswered,
    /// One's own certificates run out soon.
    CertificateEnding,
    /// Certificates of people that one looks after run out soon.
    TeamCertificateEnding,
    /// There is something to look at after a job; it does not say what.
    AfterJob,
    /// For who practises TRiM: something is due.
    TrimDue,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Invitation,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::FactorChanged,
        Self::NewDevice,
        Self::HoursWaiting,
        Self::HoursApproved,
        Self::HoursReturned,
        Self::HoursDecided,
        Self::CpdAsked,
        Self::CpdAnswered,
        Self::CertificateEnding,
        Self::TeamCertificateEnding,
        Self::AfterJob,
        Self::TrimDue,
    ];

    /// Its name in the database, and its template's.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::FactorChanged => "factor-changed",
            Self::NewDevice => "new-device",
            Self::HoursWaiting => "hours-waiting",
            Self::HoursApproved => "hours-approved",
            Self::HoursReturned => "hours-returned",
            Self::HoursDecided => "hours-decided",
            Self::CpdAsked => "cpd-asked",
            Self::CpdAnswered => "cpd-answered",
            Self::CertificateEnding => "certificate-ending",
            Self::TeamCertificateEnding => "team-certificate-ending",
            Self::AfterJob => "after-job",
            Self::TrimDue => "trim-due",
        }
    }

    /// The kind with this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invitation => "Invitation",
            Self::PasswordReset => "Forgotten password",
            Self::PasswordChanged => "Password changed",
            Self::FactorChanged => "Second factor changed",
            Self::NewDevice => "New sign-in",
            Self::HoursWaiting => "Hours wait for approval",
            Self::HoursApproved => "Hours approved",
            Self::HoursReturned => "Hours returned",
            Self::HoursDecided => "Correction or claim decided",
            Self::CpdAsked => "CPD to confirm",
            Self::CpdAnswered => "CPD answered",
            Self::CertificateEnding => "Certificate running out",
            Self::TeamCertificateEnding => "Team certificates running out",
            Self::AfterJob => "After a job",
            Self::TrimDue => "TRiM due",
        }
    }

    /// One person gets at most one such message in this time.
    pub const fn at_most_every(self) -> SignedDuration {
        match self {
            Self::Invitation | Self::PasswordReset => SignedDuration::from_mins(15),
            // Each change is one that its owner must hear of.
            Self::PasswordChanged | Self::FactorChanged => SignedDuration::ZERO,
            Self::NewDevice => SignedDuration::from_mins(1),
            // It is sent in the morning; more often than that it is somebody's second delegation.
            Self::HoursWaiting => SignedDuration::from_hours(12),
            // Whoever looks once sees all that was approved or decided meanwhile.
            Self::HoursApproved | Self::HoursDecided => SignedDuration::from_mins(30),
            // The page that it leads to shows all of them; and a job that is done again, because the process was killed
            // right after it, sends nothing twice.
            Self::HoursReturned | Self::CpdAsked | Self::CpdAnswered => SignedDuration::from_mins(10),
            // Written by a look that is taken once a day, an hour earlier or later when the clocks change.
            Self::CertificateEnding | Self::TeamCertificateEnding => SignedDuration::from_hours(20),
            // The page that it leads to shows all that waits.
            Self::AfterJob => SignedDuration::from_hours(12),
            Self::TrimDue => SignedDuration::from_hours(20),
        }
    }

    /// Whether somebody may switch it off. What protects the account goes out always, and so do what keeps somebody from
    /// being paid and what a colleague asks.
    pub const fn is_optional(self) -> bool {
        self.offer().is_some()
    }

    /// How it is offered to who may switch it off; `None` for what goes out always.
    pub const fn offer(self) -> Option<&'static str> {
        match self {
            Self::NewDevice => Some("When I sign in from a browser or a network that I have not used before"),
            Self::HoursWaiting => Some("In the morning, when hours or corrections wait for my decision"),
            Self::HoursApproved => Some("When my hours were approved"),
            Self::HoursDecided => Some("When a correction or a claim of mine was decided"),
            Self::Invitation
            | Self::PasswordReset
            | Self::PasswordChanged
            | Self::FactorChanged
            | Self::HoursReturned
            | Self::CpdAsked
            | Self::CpdAnswered => None,
            Self::CertificateEnding => Some("When a certificate of mine runs out in 90, 30 or 7 days"),
            Self::TeamCertificateEnding => {
                Some("When certificates of people whose certificates I record run out in 90, 30 or 7 days")
            }
            Self::AfterJob => Some("After a job, when there is an exposure to confirm or an offer for me"),
            Self::TrimDue => Some("When something is due in my work as a TRiM practitioner"),
        }
    }

    /// Where its link leads, when that is the same for everybody; `None` when the link is the person's own.
    pub const fn landing(self) -> Option<&'static str> {
        match self {
            Self::Invitation | Self::PasswordReset => None,
            Self::PasswordChanged => Some("/forgotten-password"),
            Self::FactorChanged => Some("/account"),
            Self::NewDevice => Some("/account/sessions"),
            Self::HoursWaiting => Some("/approvals"),
            Self::HoursApproved | Self::HoursReturned | Self::HoursDecided => Some("/timesheets"),
            Self::CpdAsked => Some("/cpd/requests"),
            Self::CpdAnswered => Some("/cpd"),
            Self::CertificateEnding => Some("/competences"),
            Self::TeamCertificateEnding => Some("/team/competences"),
            Self::AfterJob => Some("/after-job"),
            Self::TrimDue => Some("/trim/caseload"),
        }
    }
}

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// What about.
    pub kind: NoticeKind,
    /// To whom.
    pub person: PersonId,
    /// To which address.
    pub recipient: String,
    /// Which link it carries, for kinds whose link is the person's own.
    pub about: Option<Uuid>,
}

/// What became of the wish to send something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It is in the outbox.
    Queued(MessageId),
    /// They got one a short while ago, or too many in an hour: nothing is sent.
    Limited,
    /// They do not want this kind.
    Unwanted,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// It waits for its next try.
    Waiting,
    /// A worker is at it.
    Sending,
    /// The server has taken it.
    Sent,
    /// Given up.
    Dead,
    /// No longer wanted.
    Discarded,
}

impl MessageState {
    /// From the database's word.
    pub fn of(word: &str) -> Self {
        match word {
            "claimed" | "handing-over" => Self::Sending,
            "sent" => Self::Sent,
            "dead" => Self::Dead,
            "discarded" => Self::Discarded,
            _ => Self::Waiting,
        }
    }
}

/// A message in a list.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// Which.
    pub id: MessageId,
    /// What about; `None` for a kind of an older version.
    pub kind: Option<NoticeKind>,
    /// To which address.
    pub recipient: String,
    /// What became of it.
    pub state: MessageState,
    /// Conversations begun.
    pub attempts: i32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next, if it waits.
    pub next_try_at: Timestamp,
    /// When it was sent, given up or discarded.
    pub finished_at: Option<Timestamp>,
    /// What the server said last, or why it was given up.
    pub answer: Option<String>,
}

/// The outbox in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Sent within the last hour.
    pub sent: i64,
    /// Waiting now.
    pub waiting: i64,
    /// Of those, how many the server has put off or could not be given to.
    pub put_off: i64,
    /// Given up and not looked after yet.
    pub dead: i64,
    /// When the oldest of those that wait was written.
    pub oldest_waiting: Option<Timestamp>,
    /// When one was last sent.
    pub last_sent: Option<Timestamp>,
}

/// What a person may name when they ask about a message: its id's random end.
pub fn reference(id: MessageId) -> String {
    let text = id.0.simple().to_string().to_uppercase();
    text.chars().skip(20).collect()
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
                reference: "0".to_owned(),
            };
            assert!(templates.write(kind.code(), &words).is_ok(), "{kind:?}");
        }
    }

    #[test]
    fn what_protects_an_account_cannot_be_switched_off() {
        let optional: Vec<NoticeKind> = NoticeKind::ALL.into_iter().filter(|kind| kind.is_optional()).collect();
        use NoticeKind::{
            AfterJob, CertificateEnding, HoursApproved, HoursDecided, HoursWaiting, NewDevice, TeamCertificateEnding,
            TrimDue,
        };
        let wanted = [
            NewDevice,
            HoursWaiting,
            HoursApproved,
            HoursDecided,
            CertificateEnding,
            TeamCertificateEnding,
            AfterJob,
            TrimDue,
        ];
        assert_eq!(optional, wanted);
    }
}
