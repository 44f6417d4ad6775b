//! The page "E-mail": the settings that count, how it goes, what was given up; and the test message.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

use super::{Nothing, tested};
use crate::authz::permission::MAIL_CONFIGURE;
use crate::config::{MailSettings, MailTls};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::MessageId;
use crate::notices::Desk;
use crate::notices::desk::Trouble;
use crate::notices::model::{Figures, MessageState, MessageView, NoticeKind, reference};
use crate::notices::outbox::{self, Mend, Overview};
use crate::notices::reasons;
use crate::notices::test_message;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Serialize)]
struct Settings {
    server: String,
    tls: &'static str,
    login: String,
    authorities: String,
    from: String,
    reply_to: String,
}

impl Settings {
    fn of(settings: &MailSettings, server: &str) -> Self {
        Self {
            server: format!("{server}, port {}", settings.effective_port()),
            tls: match settings.tls {
                MailTls::Starttls => "TLS, begun with STARTTLS and insisted on",
                MailTls::Implicit => "TLS from the first byte",
                MailTls::None => "None: the server is this machine",
            },
            login: settings.username.clone().unwrap_or_else(|| "None".to_owned()),
            authorities: settings.ca_file.as_ref().map_or_else(
                || "Those of the system".to_owned(),
                |path| format!("Those of the system, and {}", path.display()),
            ),
            from: settings.from.clone().unwrap_or_default(),
            reply_to: settings.reply_to.clone().unwrap_or_else(|| "The sender".to_owned()),
        }
    }
}

#[derive(Debug, Serialize)]
struct Row {
    href: String,
    kind: &'static str,
    recipient: String,
    reference: String,
    written: String,
    /// When it is tried next, or when it was finished.
    when: String,
    when_label: &'static str,
    state: &'static str,
    colour: &'static str,
    attempts: i32,
    /// The same as the answer in plain words, where we know them.
    reason: Option<&'static str>,
    answer: String,
}

impl Row {
    fn of(message: MessageView) -> Self {
        let (state, colour) = match message.state {
            MessageState::Waiting if message.attempts == 0 => ("Waiting", "govuk-tag--blue"),
            MessageState::Waiting => ("Put off", "govuk-tag--yellow"),
            MessageState::Sending => ("On its way", "govuk-tag--blue"),
            MessageState::Sent => ("Sent", "govuk-tag--green"),
            MessageState::Dead => ("Given up", "govuk-tag--red"),
            MessageState::Discarded => ("Discarded", "govuk-tag--grey"),
        };
        Self {
            href: format!("/mail/{}", message.id),
            kind: message.kind.map_or("Of an older version", NoticeKind::label),
            recipient: message.recipient.unwrap_or_else(|| "an applicant".to_owned()),
            reference: reference(message.id),
            written: format::short_time(message.created_at),
            when_label: if message.finished_at.is_some() { "Finished" } else { "Next try" },
            when: format::short_time(message.finished_at.unwrap_or(message.next_try_at)),
            state,
            colour,
            attempts: message.attempts,
            reason: message.answer.as_deref().and_then(reasons::plain),
            answer: message.answer.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct MailPage {
    settings: Option<Settings>,
    may_mend: bool,
    /// One line, when messages do not get out.
    trouble: Option<String>,
    sent: i64,
    waiting: i64,
    put_off: i64,
    dead_count: i64,
    /// Whether there is more than one to send again.
    several: bool,
    last_sent: String,
    oldest: Option<String>,
    dead: Vec<Row>,
    queue: Vec<Row>,
    finished: Vec<Row>,
    keep_days: u32,
    give_up_hours: u32,
}

impl MailPage {
    fn new(settings: &MailSettings, trouble: Option<Trouble>, overview: Overview, may_mend: bool) -> Self {
        let Overview { figures, dead, waiting, finished } = overview;
        let rows = |messages: Vec<MessageView>| messages.into_iter().map(Row::of).collect();
        let trouble = trouble.map(|trouble| {
            format!("Messages have not got out since {}: {}", format::long_time(trouble.since), trouble.answer)
        });
        Self {
            settings: settings.server.as_ref().map(|server| Settings::of(settings, server)),
            may_mend,
            trouble,
            sent: figures.sent,
            waiting: figures.waiting,
            put_off: figures.put_off,
            dead_count: figures.dead,
            several: figures.dead > 1,
            last_sent: figures.last_sent.map_or_else(|| "Never".to_owned(), format::long_time),
            oldest: figures.oldest_waiting.map(format::long_time),
            dead: rows(dead),
            queue: rows(waiting),
            finished: rows(finished),
            keep_days: settings.keep_days,
            give_up_hours: settings.give_up_hours,
        }
    }
}

impl PageContext for MailPage {
    const TEMPLATE: &'static str = "mail/console";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "E-mail".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation")]
    }

    fn sample() -> Self {
        let settings = MailSettings {
            server: Some("smtp.example.org".to_owned()),
            from: Some("Watchroom <watchroom@example.org>".to_owned()),
            username: Some("watchroom".to_owned()),
            ..MailSettings::default()
        };
        let message = |state, attempts, answer: &str| MessageView {
            id: MessageId::NIL,
            kind: Some(NoticeKind::Invitation),
            recipient: (attempts < 4).then(|| "jo.marsh@example.org".to_owned()),
            state,
            attempts,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            next_try_at: jiff::Timestamp::UNIX_EPOCH,
            finished_at: None,
            answer: Some(answer.to_owned()),
        };
        let trouble = Trouble {
            since: jiff::Timestamp::UNIX_EPOCH,
            answer: "logging in: permanent error (535): 5.7.8 Authentication credentials invalid".to_owned(),
        };
        let overview = Overview {
            figures: Figures {
                sent: 3,
                waiting: 2,
                put_off: 1,
                dead: 1,
                oldest_waiting: Some(jiff::Timestamp::UNIX_EPOCH),
                oldest_tried: Some(jiff::Timestamp::UNIX_EPOCH),
                last_sent: Some(jiff::Timestamp::UNIX_EPOCH),
            },
            dead: vec![message(
                MessageState::Dead,
                1,
                "naming the recipient: permanent error (550): no such user here",
            )],
            waiting: vec![message(MessageState::Waiting, 0, ""), message(MessageState::Waiting, 4, "451 later")],
            finished: vec![
                message(MessageState::Sent, 1, "250 queued"),
                message(MessageState::Discarded, 0, "withdrawn"),
            ],
        };
        Self::new(&settings, Some(trouble), overview, true)
    }

    fn samples() -> Vec<Self> {
        let empty = || Overview { figures: Figures::default(), dead: vec![], waiting: vec![], finished: vec![] };
        let on = MailSettings { server: Some("localhost".to_owned()), tls: MailTls::None, ..MailSettings::default() };
        vec![
            Self::sample(),
            Self::new(&MailSettings::default(), None, empty(), false),
            Self::new(&on, None, empty(), true),
        ]
    }
}

/// Shows how it goes.
pub(super) async fn show(ask: Ask, desk: Data<Desk>) -> Result<HttpResponse, Failure> {
    let overview = outbox::overview(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let may_mend = ask.caller().holds_for_all(MAIL_CONFIGURE);
    ask.page(&MailPage::new(&desk.settings, desk.health.trouble(), overview, may_mend))
}

/// Sends a test message to the caller and says what came of it.
pub(super) async fn test(
    ask: Ask,
    desk: Data<Desk>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let tested = test_message::send(&ask.site().db, &desk.into_inner(), ask.caller(), ask.clock().now()).await?;
    let said = tested::words(&tested);
    Ok(ask.redirect_saying("/mail", said.kind, &said.text, said.source.as_deref()))
}

/// Sends a message after all that was given up.
pub(super) async fn retry(
    ask: Ask,
    id: Path<MessageId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    outbox::mend(&ask.site().db, ask.caller(), *id, Mend::Again, ask.clock().now()).await?;
    forget_alarm(&ask);
    ask.site().queue.wake();
    Ok(ask.redirect_with("/mail", FlashKind::Success, "The message is being sent again."))
}

/// Sends all messages again that were given up.
pub(super) async fn retry_all(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let revived = outbox::mend_all(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.site().queue.wake();
    forget_alarm(&ask);
    let count = format::count(i64::try_from(revived).unwrap_or(i64::MAX), "message is", "messages are");
    Ok(ask.redirect_with("/mail", FlashKind::Success, &format!("{count} being sent again.")))
}

/// What stands above the pages is looked up anew, for whoever has just mended it.
fn forget_alarm(ask: &Ask) {
    if let Some(person) = ask.caller().person_id() {
        ask.site().bell.forget(person);
    }
}

/// Lets a message be that was given up.
pub(super) async fn discard(
    ask: Ask,
    id: Path<MessageId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    outbox::mend(&ask.site().db, ask.caller(), *id, Mend::Discard, ask.clock().now()).await?;
    forget_alarm(&ask);
    Ok(ask.redirect_with("/mail", FlashKind::Success, "The message is discarded."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::MailPage>();
    }
}
