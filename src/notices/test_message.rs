//! A test message to whoever asks for it, sent while they wait; what came of it, they want to know at once.

use std::sync::Arc;

use jiff::Timestamp;

use super::desk::Desk;
use super::error::NoticeError;
use super::model::reference;
use super::policy::MendOutbox;
use super::store;
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::Db;
use crate::kernel::ids::MessageId;
use crate::mail::{Accepted, Letter, MailError, Mailer, Step, Verdict, Words};
use crate::views::format;

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tested {
    /// The server took the message.
    Taken {
        /// For this address.
        recipient: String,
        /// With these words.
        answer: String,
        /// The conversation was protected so.
        protection: &'static str,
    },
    /// It did not.
    Refused {
        /// For this address.
        recipient: String,
        /// How far the conversation came; `None` when it never began.
        step: Option<Step>,
        /// What that means.
        verdict: Verdict,
        /// What the server or the network said, or what we say ourselves.
        answer: String,
    },
    /// The caller has no address.
    NoAddress,
}

/// Sends a test message to the caller's own address.
///
/// # Errors
/// [`NoticeError::Off`] when no server is configured; [`NoticeError::Authz`].
pub async fn send(db: &Db, desk: &Arc<Desk>, caller: &Caller, now: Timestamp) -> Result<Tested, NoticeError> {
    let Some(mailer) = desk.mailer.clone() else { return Err(NoticeError::Off) };
    let found = db
        .read(caller, |tx| {
            let may = authz::may::<MendOutbox>(tx, ())?;
            Ok::<_, NoticeError>((store::own_address(tx, &may)?, store::organisation_name(tx)?))
        })
        .await?;
    let (Some(recipient), organisation) = found else { return Ok(Tested::NoAddress) };
    let id = MessageId::new(now);
    let words = Words {
        organisation,
        link: format!("{}/mail", desk.public_url),
        at: format::long_time(now),
        until: None,
        count: None,
        reference: reference(id),
    };
    let outcome = match desk.letter("test", &words, &recipient, &id.to_string(), now) {
        Err((_ended, why)) => Err((None, Verdict::BrokenOff, why)),
        Ok(letter) => converse(mailer, letter).await,
    };
    match &outcome {
        Ok(_accepted) => desk.health.is_well(now),
        Err((Some(step), _verdict, answer)) => desk.health.is_in_trouble(&format!("{step}: {answer}"), now),
        Err((None, _verdict, answer)) => desk.health.is_in_trouble(answer, now),
    }
    let entry = Entry::new("mail.test").on("message", id).noting("taken", outcome.is_ok());
    db.write(caller, move |tx| Ok::<_, NoticeError>(audit::record(tx, now, entry)?)).await?;
    Ok(match outcome {
        Ok(Accepted { answer, protection }) => Tested::Taken { recipient, answer, protection },
        Err((step, verdict, answer)) => Tested::Refused { recipient, step, verdict, answer },
    })
}

/// How far it came, what that means and what was said, when the message was not taken.
type Failed = (Option<Step>, Verdict, String);

/// Hands the message over, which may take a minute: on a thread that may wait, and in no transaction.
async fn converse(mailer: Arc<dyn Mailer>, letter: Letter) -> Result<Accepted, Failed> {
    match tokio::task::spawn_blocking(move || mailer.send(&letter, &mut || true)).await {
        Ok(sent) => sent.map_err(|MailError { step, verdict, answer }| (Some(step), verdict, answer)),
        Err(_panicked) => Err((None, Verdict::Unknown, "the conversation with the server broke off".to_owned())),
    }
}
