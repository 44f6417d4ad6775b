//! A message as it goes to the server: headers, a plain text, the same as HTML, and a name that never changes.

use jiff::Timestamp;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};

use super::templates::Written;

/// Why a message cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The recipient's address is none.
    #[error("the recipient's address is not an e-mail address")]
    Recipient,
    /// The sender's address is none.
    #[error("the sender's address is not an e-mail address")]
    Sender,
    /// The parts do not make a message.
    #[error("the message could not be put together: {0}")]
    Parts(String),
}

/// A message, ready to be handed over: the same bytes and the same Message-ID at each try.
#[derive(Debug, Clone)]
pub struct Letter {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

impl Letter {
    /// Puts a message together.
    ///
    /// `id` is the left part of its Message-ID, the same at every try, so that a receiver who gets it twice can tell.
    ///
    /// # Errors
    /// [`LetterError`] when an address is none.
    pub fn new(
        from: &str,
        reply_to: Option<&str>,
        to: &str,
        id: &str,
        written: Written,
        now: Timestamp,
    ) -> Result<Self, LetterError> {
        let sender: Mailbox = from.parse().map_err(|_not_one| LetterError::Sender)?;
        let recipient: Address = to.parse().map_err(|_not_one| LetterError::Recipient)?;
        let domain = sender.email.domain().to_owned();
        let mut message = Message::builder()
            .message_id(Some(format!("<{id}@{domain}>")))
            .date(now.into())
            .from(sender.clone())
            .to(Mailbox::new(None, recipient.clone()))
            .subject(written.subject)
            .header(AutoSubmitted)
            .header(Suppress);
        if let Some(reply_to) = reply_to {
            message = message.reply_to(reply_to.parse().map_err(|_not_one| LetterError::Sender)?);
        }
        let message = message
            .multipart(
                // A boundary of our own, or the bytes would differ at each try.
                MultiPart::builder()
                    .kind(MultiPartKind::Alternative)
                    .boundary(format!("watchroom-{id}"))
                    .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(written.text))
                    .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(written.html)),
            )
            .map_err(|error| LetterError::Parts(error.to_string()))?;
        Ok(Self { from: sender.email, to: recipient, bytes: message.formatted() })
    }
}

/// The domain of a sender as `mail.from` names it; `None` when it is no address.
pub fn sender_domain(from: &str) -> Option<String> {
    from.parse::<Mailbox>().ok().map(|sender| sender.email.domain().to_owned())
}

/// RFC 3834: a program wrote it, so nobody's automatic answer should come back.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The same for Exchange, which has a header of its own.
#[derive(Clone)]
struct Suppress;

impl Header for Suppress {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "All".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str, subject: &str) -> Result<Letter, LetterError> {
        let written =
            Written { subject: subject.to_owned(), text: "Grüße\n".to_owned(), html: "<p>Grüße</p>\n".to_owned() };
        Letter::new("Watchroom <w@example.org>", Some("desk@example.org"), to, "id-1", written, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_same_message_has_the_same_name_at_each_try() {
        let one = letter("jo@example.org", "Reset").expect("a letter");
        assert_eq!(one.bytes, letter("jo@example.org", "Reset").expect("a letter").bytes);
        let text = String::from_utf8(one.bytes).expect("ASCII");
        for line in [
            "Message-ID: <id-1@example.org>",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000",
            "From: Watchroom <w@example.org>",
            "To: jo@example.org",
            "Reply-To: desk@example.org",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "multipart/alternative",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
        assert!(text.is_ascii());
    }

    #[test]
    fn nothing_in_an_address_or_a_subject_adds_a_header() {
        assert!(matches!(letter("jo@example.org\r\nBcc: all@example.org", "x"), Err(LetterError::Recipient)));
        assert!(matches!(letter("jo", "x"), Err(LetterError::Recipient)));
        let text = String::from_utf8(letter("jo@example.org", "x\r\nBcc: all@example.org").expect("a letter").bytes);
        assert!(!text.expect("ASCII").contains("\r\nBcc:"));
    }
}
