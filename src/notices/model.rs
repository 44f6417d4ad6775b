//! A message to be sent, and one as pages show it.

use jiff::Timestamp;
use uuid::Uuid;

pub use super::kinds::NoticeKind;
use crate::kernel::ids::{MessageId, PersonId};

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
    /// To which address; `None` for somebody without an account, whose address is not for those who look after e-mail.
    pub recipient: Option<String>,
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
    /// When the oldest of those was written that were tried and could not be given to the server.
    pub oldest_tried: Option<Timestamp>,
    /// When one was last sent.
    pub last_sent: Option<Timestamp>,
}

/// What a person may name when they ask about a message: its id's random end.
pub fn reference(id: MessageId) -> String {
    let text = id.0.simple().to_string().to_uppercase();
    text.chars().skip(20).collect()
}
