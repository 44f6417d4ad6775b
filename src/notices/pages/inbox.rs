//! The list behind the bell: what somebody was told, and what of it they have read.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::kernel::ids::NoticeId;
use crate::notices::NoticeKind;
use crate::notices::inbox::{self, Inbox, Told};
use crate::views::{PageContext, format};

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    after: Option<NoticeId>,
}

#[derive(Debug, Serialize)]
struct Row {
    href: String,
    words: &'static str,
    kind: &'static str,
    when: String,
    machine: String,
    day: Option<String>,
    unread: bool,
}

impl Row {
    fn of(told: &Told) -> Self {
        let words = told.kind.and_then(|kind| kind.row().in_app);
        Self {
            href: format!("/notifications/{}", told.id),
            words: words.unwrap_or("Something that this version of Watchroom does not know."),
            kind: told.kind.map_or("Of another version", NoticeKind::label),
            when: format::short_time(told.at),
            machine: format::machine_time(told.at),
            day: told.day.map(format::long_date),
            unread: !told.read,
        }
    }
}

#[derive(Debug, Serialize)]
struct Next {
    href: String,
}

#[derive(Debug, Serialize)]
pub(super) struct InboxPage {
    summary: String,
    unread: bool,
    rows: Vec<Row>,
    next: Option<Next>,
}

impl InboxPage {
    fn new(inbox: &Inbox) -> Self {
        Self {
            summary: match inbox.unread {
                0 => "You have read everything.".to_owned(),
                unread => format!("{}.", format::count(unread, "notification is unread", "notifications are unread")),
            },
            unread: inbox.unread > 0,
            rows: inbox.told.iter().map(Row::of).collect(),
            next: inbox.next.map(|after| Next { href: format!("/notifications?after={after}") }),
        }
    }
}

impl PageContext for InboxPage {
    const TEMPLATE: &'static str = "notifications/list";

    fn title(&self) -> Cow<'_, str> {
        "Notifications".into()
    }

    fn sample() -> Self {
        let told = |kind, read| Told {
            id: NoticeId::NIL,
            kind,
            about: None,
            day: Some(jiff::civil::date(2026, 12, 24)),
            at: jiff::Timestamp::UNIX_EPOCH,
            read,
        };
        let told = vec![
            told(Some(NoticeKind::CertificateEnding), false),
            told(Some(NoticeKind::HoursApproved), true),
            told(None, true),
        ];
        Self::new(&Inbox { told, unread: 1, next: Some(NoticeId::NIL) })
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(&Inbox::default())]
    }
}

/// Shows them, the latest first.
pub(super) async fn show(ask: Ask, asked: Query<Asked>) -> Result<HttpResponse, Failure> {
    let inbox = inbox::list(&ask.site().db, ask.caller(), asked.after).await?;
    ask.note_unread(inbox.unread);
    ask.page(&InboxPage::new(&inbox))
}

/// Marks one as read and leads to what it is about.
pub(super) async fn open(
    ask: Ask,
    id: Path<NoticeId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let told = read(&ask, *id).await?;
    Ok(ask.redirect(&told.path()))
}

/// Marks one as read.
pub(super) async fn mark(
    ask: Ask,
    id: Path<NoticeId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    read(&ask, *id).await?;
    Ok(ask.redirect_with("/notifications", FlashKind::Success, "Marked as read."))
}

async fn read(ask: &Ask, id: NoticeId) -> Result<Told, Failure> {
    let told = inbox::read_one(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    forget(ask);
    told.ok_or_else(|| Problem::NotFound.into())
}

/// Marks all as read.
pub(super) async fn mark_all(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    inbox::read_all(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    forget(&ask);
    Ok(ask.redirect_with("/notifications", FlashKind::Success, "All notifications are marked as read."))
}

/// The bell has to count anew.
fn forget(ask: &Ask) {
    if let Some(person) = ask.caller().person_id() {
        ask.site().bell.forget(person);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::InboxPage>();
    }
}
