//! Invitations: who is invited, inviting one or everybody, and taking an invitation back.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path};
use serde::Serialize;

use super::password_link::show_link;
use super::{Nothing, forgotten, welcome};
use crate::authz::permission::INVITE_SEND;
use crate::http::{Access, Ask, Failure, FlashKind, Posted, Route};
use crate::identity::invitations::{self, OpenInvitation, Overview, PAGE};
use crate::identity::mailed_links::Purpose;
use crate::identity::{IdentityError, people};
use crate::kernel::ids::PersonId;
use crate::notices::Desk;
use crate::views::{Crumb, PageContext, format};

const INVITES: Access = Access::Needs(INVITE_SEND);

/// The routes of invitations, forgotten passwords and the welcome.
pub static ROUTES: &[Route] = &[
    Route::get("invitation.list", "/invitations", INVITES, || web::get().to(list)),
    Route::post("invitation.send-all", "/invitations/all", INVITES, || web::post().to(send_all)),
    Route::post("invitation.send", "/people/{id}/invite", INVITES, || web::post().to(send)),
    Route::post("invitation.revoke", "/people/{id}/invitation/revoke", INVITES, || web::post().to(revoke)),
    Route::get("password.forgotten-form", "/forgotten-password", Access::Public, || web::get().to(forgotten::form)),
    Route::post("password.forgotten", "/forgotten-password", Access::Public, || web::post().to(forgotten::submit)),
    Route::get("password.forgotten-asked", "/forgotten-password/asked", Access::Public, || {
        web::get().to(forgotten::asked)
    }),
    Route::get("account.welcome", "/welcome", Access::Signed, || web::get().to(welcome::show)),
    Route::post("account.welcomed", "/welcome", Access::Signed, || web::post().to(welcome::read)),
];

#[derive(Debug, Serialize)]
struct Row {
    href: String,
    name: String,
    email: String,
    made: String,
    until: String,
    state: &'static str,
    colour: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct InvitationsPage {
    by_mail: bool,
    days: i64,
    rows: Vec<Row>,
    more: bool,
    others: Option<String>,
}

impl InvitationsPage {
    fn new(overview: Overview, by_mail: bool, now: jiff::Timestamp) -> Self {
        let row = |open: OpenInvitation| {
            let (state, colour) = match (open.until <= now, open.message.as_deref()) {
                (true, _) => ("Too old", "govuk-tag--grey"),
                (false, None) => ("Handed over", "govuk-tag--blue"),
                (false, Some("sent")) => ("Sent", "govuk-tag--green"),
                (false, Some("dead")) => ("Not delivered", "govuk-tag--red"),
                (false, Some("discarded")) => ("Not sent", "govuk-tag--grey"),
                (false, Some(_)) => ("Being sent", "govuk-tag--yellow"),
            };
            Row {
                href: format!("/people/{}", open.person),
                name: open.name,
                email: open.email,
                made: format::short_time(open.made_at),
                until: format::short_time(open.until),
                state,
                colour,
            }
        };
        let more = i64::try_from(overview.open.len()).unwrap_or(PAGE) >= PAGE;
        Self {
            by_mail,
            days: Purpose::Invitation.lifetime().as_hours() / 24,
            rows: overview.open.into_iter().map(row).collect(),
            more,
            others: (overview.others > 0).then(|| format::count(overview.others, "person", "people")),
        }
    }
}

impl PageContext for InvitationsPage {
    const TEMPLATE: &'static str = "people/invitations";
    const SECTION: &'static str = "people";

    fn title(&self) -> Cow<'_, str> {
        "Invitations".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("People", "/people")]
    }

    fn sample() -> Self {
        let open = |message: Option<&str>, until| OpenInvitation {
            person: PersonId::NIL,
            name: "Jo Marsh".to_owned(),
            email: "jo.marsh@example.org".to_owned(),
            made_at: jiff::Timestamp::UNIX_EPOCH,
            until,
            message: message.map(str::to_owned),
        };
        let now = jiff::Timestamp::UNIX_EPOCH;
        let later = now + Purpose::Invitation.lifetime();
        let all = [None, Some("sent"), Some("dead"), Some("discarded"), Some("waiting")];
        let mut rows: Vec<OpenInvitation> = all.into_iter().map(|message| open(message, later)).collect();
        rows.push(open(Some("sent"), now));
        Self::new(Overview { open: rows, others: 12 }, true, now)
    }

    fn samples() -> Vec<Self> {
        let empty = || Overview { open: vec![], others: 3 };
        let now = jiff::Timestamp::UNIX_EPOCH;
        vec![Self::sample(), Self::new(empty(), false, now), Self::new(Overview { others: 0, ..empty() }, true, now)]
    }
}

/// Shows who is invited.
pub(super) async fn list(ask: Ask, desk: Data<Desk>) -> Result<HttpResponse, Failure> {
    let overview = invitations::overview(&ask.site().db, ask.caller()).await?;
    ask.page(&InvitationsPage::new(overview, desk.mailer.is_some(), ask.clock().now()))
}

/// Invites everybody who can be.
pub(super) async fn send_all(
    ask: Ask,
    desk: Data<Desk>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    if desk.mailer.is_none() {
        let text = "No mail server is configured, so invitations are handed over one by one.";
        return Ok(ask.redirect_with("/invitations", FlashKind::Notice, text));
    }
    let count = invitations::invite_everybody(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.site().queue.wake();
    let people = format::count(count, "person is", "people are");
    let text = format!("{people} being invited. You can leave this page; it shows each invitation as it is written.");
    Ok(ask.redirect_with("/invitations", FlashKind::Success, &text))
}

/// Invites somebody: by e-mail, or with a link to hand over where there is none.
pub(super) async fn send(
    ask: Ask,
    desk: Data<Desk>,
    id: Path<PersonId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (site, now) = (ask.site(), ask.clock().now());
    let record = format!("/people/{id}");
    match invitations::invite(&site.db, &site.keys, ask.caller(), *id, desk.mailer.is_some(), now).await {
        Ok(invited) => match invited.link {
            Some(link) => {
                let view = people::read(&site.db, ask.caller(), *id, now).await?;
                show_link(&ask, *id, view.record.name(), &link, Purpose::Invitation.lifetime())
            }
            None => {
                site.queue.wake();
                let text = format!("An invitation is on its way to {}.", invited.email);
                Ok(ask.redirect_with(&record, FlashKind::Success, &text))
            }
        },
        Err(error @ (IdentityError::InvitedLately | IdentityError::HasPassword | IdentityError::NoEmail)) => {
            Ok(ask.redirect_with(&record, FlashKind::Notice, &error.advice()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes an invitation back.
pub(super) async fn revoke(
    ask: Ask,
    id: Path<PersonId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    match invitations::revoke(&ask.site().db, ask.caller(), *id, ask.clock().now()).await {
        Ok(()) => {
            let text = "The invitation is taken back: its link no longer works.";
            Ok(ask.redirect_with("/invitations", FlashKind::Success, text))
        }
        Err(IdentityError::LinkInvalid) => {
            let text = "There is no invitation any more: it was used, or taken back before.";
            Ok(ask.redirect_with("/invitations", FlashKind::Notice, text))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::InvitationsPage>();
    }
}
