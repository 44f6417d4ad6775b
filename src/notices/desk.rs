//! What sending needs of the program, wired once: the mail server, the templates, the address that links begin with;
//! and what is known of how it goes.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use uuid::Uuid;

use super::model::NoticeKind;
use crate::config::MailSettings;
use crate::crypto::Keyring;
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;
use crate::mail::{Mailer, Templates};

/// A link that is somebody's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLink {
    /// Its path, with the secret in it.
    pub path: String,
    /// Until when it works.
    pub until: Timestamp,
}

/// Finds the link of a message; `None` when it is used, withdrawn or too old, and so the message not wanted any more.
/// What a link is, is another slice's business; the wiring hands it in.
pub type FindLink = fn(&mut Tx<'_>, &Keyring, NoticeKind, Uuid, Timestamp) -> Result<Option<OwnLink>, DbError>;

/// Somebody without an account to whom a message goes, found right before it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outsider {
    /// Their address.
    pub recipient: String,
    /// What they name when they ask.
    pub reference: String,
    /// The path that the message leads to.
    pub path: String,
    /// When what it is about was written.
    pub written_at: Timestamp,
}

/// Finds to whom a message goes that names nobody; `None` when what it is about is gone. Whose letter it is, is another
/// slice's business; the wiring hands it in. It is asked by the work that sends, as [`crate::authz::SystemName::Mail`].
pub type FindOutsider = fn(&mut Tx<'_>, NoticeKind, Uuid) -> Result<Option<Outsider>, DbError>;

/// Finds until when somebody is expected on duty at a moment, by their roster; `None` when they are not. Whoever keeps
/// rosters knows; the wiring hands it in. It is asked by the work that sends, as [`crate::authz::SystemName::Mail`].
pub type FindExpectedDuty = fn(&mut Tx<'_>, PersonId, Timestamp) -> Result<Option<Timestamp>, DbError>;

/// What sending needs. Shared by the job and the page.
pub struct Desk {
    /// The mail server; `None` when none is configured.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// The words of messages.
    pub templates: Templates,
    /// The configuration as it was at start.
    pub settings: MailSettings,
    /// The address that links begin with, without a slash at the end.
    pub public_url: String,
    /// Finds people's own links.
    pub find_link: FindLink,
    /// Finds people without an account.
    pub find_outsider: FindOutsider,
    /// Finds duties that are expected.
    pub expected_duty: FindExpectedDuty,
    /// How it goes.
    pub health: MailHealth,
}

/// Whether messages get out, as far as this process knows.
#[derive(Debug, Default)]
pub struct MailHealth(Mutex<State>);

#[derive(Debug, Default, Clone)]
struct State {
    taken_at: Option<Timestamp>,
    trouble: Option<Trouble>,
}

/// That the mail server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// What the server or the network said last.
    pub answer: String,
}

impl MailHealth {
    /// The server has taken a message, or put one off: it can be talked to. Trouble is over.
    pub fn is_well(&self, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(trouble) = state.trouble.take() {
            tracing::info!(since = %trouble.since, "the mail server can be used again");
        }
        state.taken_at = Some(now);
        metrics::gauge!("watchroom_mail_up").set(1.0);
    }

    /// It could not be talked to.
    pub fn is_in_trouble(&self, answer: &str, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = state.trouble.as_ref().map_or(now, |trouble| trouble.since);
        if state.trouble.is_none() {
            tracing::warn!(answer, "the mail server cannot be used; messages wait");
        }
        state.trouble = Some(Trouble { since, answer: answer.to_owned() });
        metrics::gauge!("watchroom_mail_up").set(0.0);
    }

    /// What is wrong, if something is.
    pub fn trouble(&self) -> Option<Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).trouble.clone()
    }
}

impl Desk {
    /// In one word, for the readiness page: nothing depends on it.
    pub fn state(&self) -> &'static str {
        match (&self.mailer, self.health.trouble()) {
            (None, _) => "off",
            (Some(_), None) => "ok",
            (Some(_), Some(_)) => "messages wait",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_keeps_its_beginning_and_ends_by_itself() {
        let health = MailHealth::default();
        let at = |second| Timestamp::from_second(second).expect("a time");
        health.is_in_trouble("refused", at(1));
        health.is_in_trouble("timed out", at(2));
        assert_eq!(health.trouble(), Some(Trouble { since: at(1), answer: "timed out".to_owned() }));
        health.is_well(at(3));
        assert_eq!(health.trouble(), None);
    }
}
