//! A test message to whoever asks for it, sent while they wait: the server's own answer is what they want to see.

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
use crate::mail::{Accepted, Words};
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
    Refused(String),
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
        reference: reference(id),
    };
    let outcome = match desk.letter("test", &words, &recipient, &id.to_string(), now) {
        Err((_ended, why)) => Err(why),
        Ok(letter) => {
            // The conversation may take a minute: on a thread that may wait, and in no transaction.
            let sent = tokio::task::spawn_blocking(move || mailer.send(&letter, &mut || true)).await;
            match sent {
                Ok(sent) => sent.map_err(|error| error.to_string()),
                Err(_panicked) => Err("the conversation with the server broke off".to_owned()),
            }
        }
    };
    match &outcome {
        Ok(_accepted) => desk.health.is_well(now),
        Err(why) => desk.health.is_in_trouble(why, now),
    }
    let entry = Entry::new("mail.test").on("message", id).noting("taken", outcome.is_ok());
    db.write(caller, move |tx| Ok::<_, NoticeError>(audit::record(tx, now, entry)?)).await?;
    Ok(match outcome {
        Ok(Accepted { answer, protection }) => Tested::Taken { recipient, answer, protection },
        Err(why) => Tested::Refused(why),
    })
}
