//! The way out by e-mail: a message, the port that takes it, and the adapter that speaks SMTP.
//!
//! Owns how a message is written (`templates/mail/`) and handed to a mail server; knows no slice, no table and no
//! person. What is sent, to whom and how often is the business of `notices`. Never called inside a transaction.

mod letter;
mod smtp;
mod templates;

use std::fmt;

pub use letter::{Letter, sender_domain};
pub use smtp::Smtp;
pub use templates::{Templates, Words, Written};

/// What came of handing a message over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What the server answered, on one line.
    pub answer: String,
    /// How the conversation was protected, in words.
    pub protection: &'static str,
}

/// How far a conversation came before it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Looking the server up and reaching it.
    Connecting,
    /// TLS: the server offers none, or its certificate is not good.
    Protecting,
    /// The login.
    LoggingIn,
    /// Naming the sender.
    Sender,
    /// Naming the recipient, and asking to hand the message over.
    Recipient,
    /// Handing it over: the server may have it.
    HandingOver,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connecting => "reaching the server",
            Self::Protecting => "agreeing on TLS",
            Self::LoggingIn => "logging in",
            Self::Sender => "naming the sender",
            Self::Recipient => "naming the recipient",
            Self::HandingOver => "handing the message over",
        })
    }
}

/// What a failure means for the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The server is away, or cannot be talked to as configured: no message would get through.
    ServerTrouble,
    /// The server said "later" (4xx): greylisting, a full queue.
    Later,
    /// The server will not take this message, ever (5xx).
    Never,
    /// The message was handed over, and the answer got lost.
    Unknown,
    /// We ourselves broke off before anything was handed over.
    BrokenOff,
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {answer}")]
pub struct MailError {
    /// Where it failed.
    pub step: Step,
    /// What it means.
    pub verdict: Verdict,
    /// What the server or the network said, on one line.
    pub answer: String,
}

/// Something that takes messages. The real one is [`Smtp`].
pub trait Mailer: Send + Sync + 'static {
    /// Hands `letter` over. Calls `point_of_no_return` right before the message itself is sent: when it answers
    /// `false` nothing is. Blocks, for as long as the adapter's own limit says.
    ///
    /// # Errors
    /// [`MailError`] says how far it came and what that means.
    fn send(&self, letter: &Letter, point_of_no_return: &mut dyn FnMut() -> bool) -> Result<Accepted, MailError>;
}

/// Longest answer of a server that we keep, in characters.
const LONGEST_ANSWER: usize = 400;

/// What a server said, fit for a page and a log: one line, nothing that moves a cursor, not too long.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|letter| !letter.is_control()).take(LONGEST_ANSWER).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_line_without_control_characters() {
        assert_eq!(one_line("250-first\r\n250 second\u{1b}[31m\0"), "250-first 250 second[31m");
        assert_eq!(one_line(&"x".repeat(5_000)).len(), LONGEST_ANSWER);
    }
}
