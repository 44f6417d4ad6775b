//! What came of a test message, in words: what happened, what to do, and below it the server's own answer.

use crate::http::FlashKind;
use crate::mail::{Step, Verdict};
use crate::notices::test_message::Tested;

/// The message after the redirect.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) kind: FlashKind,
    /// What happened, and what to do.
    pub(super) text: String,
    /// Whose words these are, and the words.
    pub(super) source: Option<String>,
}

pub(super) fn words(tested: &Tested) -> Said {
    match tested {
        Tested::Taken { recipient, answer, protection } => Said {
            kind: FlashKind::Success,
            text: format!(
                "The mail server took the test message for {recipient}. Look into that mailbox. If nothing has come \
                 within a few minutes, look among unwanted mail too."
            ),
            source: Some(format!("The mail server\u{2019}s answer ({protection}): {answer}")),
        },
        Tested::Refused { recipient, step, verdict, answer } => Said {
            kind: FlashKind::Notice,
            text: what_to_do(*step, *verdict, recipient),
            source: Some(match step {
                Some(step) => format!("While {step}: {answer}"),
                None => format!("The reason: {answer}"),
            }),
        },
        Tested::NoAddress => Said {
            kind: FlashKind::Notice,
            text: "No test message was sent, because your account has no e-mail address.".to_owned(),
            source: None,
        },
    }
}

/// The settings that are named stand in `config.toml`; the page says so below them.
fn what_to_do(step: Option<Step>, verdict: Verdict, recipient: &str) -> String {
    let Some(step) = step else {
        return "No test message was sent: it could not be put together, or the program broke off. Check mail.from \
                and mail.reply_to, then send another."
            .to_owned();
    };
    match (step, verdict) {
        (_, Verdict::BrokenOff) => "The test message was not sent. Send another.".to_owned(),
        (_, Verdict::Later) => "The mail server does not take the test message now, and asks to try again later. \
                                Wait some minutes, then send another."
            .to_owned(),
        (Step::Connecting, _) => "The mail server could not be reached. Check mail.server and mail.port, that it \
                                  runs, and that no firewall stands between."
            .to_owned(),
        (Step::Protecting, _) => "The mail server was reached, but no protected connection came about. Check \
                                  mail.tls, and mail.ca_file if its certificate is not from a public authority."
            .to_owned(),
        (Step::LoggingIn, _) => {
            "The mail server did not accept the login. Check mail.username and mail.password_file.".to_owned()
        }
        (Step::Sender, _) => "The mail server does not take messages from this sender. Check mail.from, and whether \
                              the server lets this machine send."
            .to_owned(),
        (Step::Recipient, Verdict::Never) => format!(
            "The mail server does not take messages for {recipient}. Check that address, and whether the server lets \
             this machine send to it."
        ),
        (Step::Recipient, Verdict::ServerTrouble | Verdict::Unknown) => {
            "The connection ended before the mail server had the test message. Send another; if that ends the same \
             way, whoever runs that server can say why."
                .to_owned()
        }
        (Step::HandingOver, Verdict::Unknown) => {
            "The connection ended before the mail server said whether it took the test message. Look into your mailbox \
             before you send another."
                .to_owned()
        }
        (Step::HandingOver, Verdict::Never | Verdict::ServerTrouble) => {
            "The mail server refused the test message itself. Whoever runs that server can say why.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(step: Option<Step>, verdict: Verdict) -> Said {
        let (recipient, answer) = ("jo@example.org".to_owned(), "550 5.7.1 no".to_owned());
        words(&Tested::Refused { recipient, step, verdict, answer })
    }

    #[test]
    fn each_failure_has_advice_of_its_own_before_the_servers_words() {
        let all = [
            (Step::Connecting, Verdict::ServerTrouble, "mail.server"),
            (Step::Protecting, Verdict::ServerTrouble, "mail.tls"),
            (Step::LoggingIn, Verdict::ServerTrouble, "mail.username"),
            (Step::Sender, Verdict::ServerTrouble, "mail.from"),
            (Step::Recipient, Verdict::Never, "jo@example.org"),
            (Step::Recipient, Verdict::Later, "later"),
            (Step::Recipient, Verdict::ServerTrouble, "Send another"),
            (Step::HandingOver, Verdict::Never, "refused"),
            (Step::HandingOver, Verdict::Unknown, "Look into your mailbox"),
        ];
        for (step, verdict, advice) in all {
            let said = refused(Some(step), verdict);
            assert_eq!(said.kind, FlashKind::Notice);
            assert!(said.text.contains(advice) && !said.text.contains("550"), "{}", said.text);
            assert_eq!(said.source, Some(format!("While {step}: 550 5.7.1 no")));
        }
        assert!(refused(None, Verdict::BrokenOff).text.contains("mail.from"));
    }

    #[test]
    fn the_servers_yes_stands_below_ours() {
        let (recipient, answer) = ("jo@example.org".to_owned(), "250 queued".to_owned());
        let said = words(&Tested::Taken { recipient, answer, protection: "TLS after STARTTLS" });
        assert!(said.text.starts_with("The mail server took the test message for jo@example.org. "), "{}", said.text);
        assert_eq!(said.source.as_deref(), Some("The mail server\u{2019}s answer (TLS after STARTTLS): 250 queued"));
    }
}
