//! A request from a handler's point of view: who asks, and how to answer.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use data_encoding::BASE64URL_NOPAD;

use super::edge::client_address;
use super::session::{SessionCookie, SessionFacts, cookie, removal};
use super::{Failure, Problem, Rung, Site, csrf};
use crate::authz::{Caller, Person};
use crate::crypto::Token;
use crate::kernel::clock::Clock;
use crate::views::{ErrorPage, Flash, Layout, PageContext};

/// The cookie that carries a message over a redirect.
const FLASH_COOKIE: &str = "__Host-flash";

/// How a message after a redirect is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashKind {
    /// It was done.
    Success,
    /// It was not, or there is something to know.
    Notice,
}

/// The id of a request, on every line of the log that belongs to it and on the error page.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Who asks, for what, and how to answer them.
pub struct Ask {
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
}

impl FromRequest for Ask {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Ask {
    /// The request's own view of itself; fails only on a route that was not mounted by `app`.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let site = request.app_data::<Data<Site>>().cloned().ok_or(Problem::Internal)?;
        let caller = request.extensions().get::<Caller>().cloned().unwrap_or(Caller::Anonymous { address: None });
        Ok(Self { site, caller, request: request.clone() })
    }

    /// The wired program.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The wired program, to keep for longer than the handler (a stream's end, say).
    pub fn site_data(&self) -> Data<Site> {
        self.site.clone()
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The person who asks.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] when it is nobody in particular.
    pub fn person(&self) -> Result<&Person, Failure> {
        self.caller.person().ok_or_else(|| Problem::SignedOut.into())
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.site.clock.as_ref()
    }

    /// The request itself, for what has no method here.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The path that was asked for, without its query.
    pub fn path(&self) -> &str {
        self.request.path()
    }

    /// The whole address that it comes from, as far as our proxies are to be believed: to decide, never to keep.
    pub fn address(&self) -> Option<IpAddr> {
        client_address(&self.request, &self.site.config)
    }

    /// The session's cookie, if there is one.
    pub fn session_cookie(&self) -> Option<SessionCookie> {
        SessionCookie::of(&self.request)
    }

    /// What is known of the session; `None` for a caller without one.
    pub fn session(&self) -> Option<SessionFacts> {
        self.request.extensions().get::<SessionFacts>().copied()
    }

    /// Corrects what was noted of unread notices, for a page that has just counted them.
    pub fn note_unread(&self, unread: i64) {
        if let Some(rung) = self.request.extensions_mut().get_mut::<Rung>() {
            rung.unread = unread;
        }
    }

    /// The id of this request.
    pub fn request_id(&self) -> String {
        self.request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
    }

    /// Answers with a page, status 200.
    ///
    /// # Errors
    /// When the template fails, which is a defect of ours.
    pub fn page<C: PageContext>(&self, context: &C) -> Result<HttpResponse, Failure> {
        self.page_with(StatusCode::OK, context)
    }

    /// Answers with a form shown again with its errors, status 422.
    ///
    /// # Errors
    /// As [`Ask::page`].
    pub fn page_again<C: PageContext>(&self, context: &C) -> Result<HttpResponse, Failure> {
        self.page_with(StatusCode::UNPROCESSABLE_ENTITY, context)
    }

    /// Answers with a page.
    ///
    /// # Errors
    /// As [`Ask::page`].
    pub fn page_with<C: PageContext>(&self, status: StatusCode, context: &C) -> Result<HttpResponse, Failure> {
        let mut response = HttpResponse::build(status);
        response.content_type("text/html; charset=utf-8").insert_header((header::CACHE_CONTROL, "no-store"));
        let secret = match csrf::secret_of(&self.request) {
            Some(secret) => secret,
            None => {
                // Somebody new: give their forms something to be bound to.
                let visit = Token::random().map_err(|_no_randomness| Problem::Internal)?.reveal();
                response.cookie(cookie(csrf::VISIT_COOKIE, visit.clone()));
                visit
            }
        };
        let flash = self.flash();
        if flash.is_some() {
            response.cookie(removal(FLASH_COOKIE));
        }
        let html = self.site.views.page(&self.layout(&secret, flash), context)?;
        Ok(response.body(html))
    }

    /// Answers with a redirect to `to`, a path of ours (303).
    pub fn redirect(&self, to: &str) -> HttpResponse {
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, to))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish()
    }

    /// Answers with a redirect to `to`, where `text` is shown once.
    pub fn redirect_with(&self, to: &str, kind: FlashKind, text: &str) -> HttpResponse {
        self.redirect_saying(to, kind, text, None)
    }

    /// Answers with a redirect to `to`, where `text` is shown once, and below it more quietly `source`: what another
    /// program said.
    pub fn redirect_saying(&self, to: &str, kind: FlashKind, text: &str, source: Option<&str>) -> HttpResponse {
        let mark = match kind {
            FlashKind::Success => 's',
            FlashKind::Notice => 'n',
        };
        let lines: Vec<&str> = std::iter::once(text).chain(source).collect();
        let value = BASE64URL_NOPAD.encode(format!("{mark}{}", lines.join("\n")).as_bytes());
        let mut response = self.redirect(to);
        if response.add_cookie(&cookie(FLASH_COOKIE, value)).is_err() {
            tracing::warn!("a message could not be carried over a redirect");
        }
        response
    }

    /// Answers with the page for a problem, its own status.
    ///
    /// # Errors
    /// As [`Ask::page`].
    pub(super) fn problem_page(&self, problem: &Problem) -> Result<HttpResponse, Failure> {
        let context = ErrorPage::new(problem.status().as_u16(), Some(problem.detail()));
        let context =
            if matches!(problem, Problem::WrongNetwork(_)) { context.headed(problem.title()) } else { context };
        self.page_with(problem.status(), &context)
    }

    fn flash(&self) -> Option<Flash> {
        let raw = BASE64URL_NOPAD.decode(self.request.cookie(FLASH_COOKIE)?.value().as_bytes()).ok()?;
        let text = String::from_utf8(raw).ok()?;
        let (mark, text) = text.split_at_checked(1)?;
        let (text, source) = text.split_once('\n').map_or((text, None), |(text, source)| (text, Some(source)));
        let flash = match mark {
            "s" => Flash::success(text),
            "n" => Flash::notice(text),
            _ => return None,
        };
        Some(flash.from_source(source))
    }

    fn layout(&self, csrf_secret: &str, flash: Option<Flash>) -> Layout {
        let mut layout = Layout::anonymous(csrf::token(&self.site.keys, csrf_secret), self.request_id());
        layout.flash.extend(flash);
        if let Some(person) = self.caller.person() {
            if !self.session().is_some_and(|session| session.confined) {
                layout.navigation = (self.site.navigation)(&self.caller);
            }
            if let Some(rung) = self.request.extensions().get::<Rung>() {
                layout.unread = Some(rung.unread);
                layout.alarm.clone_from(&rung.alarm);
            }
            layout.person = Some(person.name.clone());
            layout.organisation = Some(person.organisation_name.clone());
            layout.preview = person.organisation.is_preview().then(|| person.name.clone());
            layout.brand_href = person.brand_colour.as_deref().map(brand_href);
        }
        layout
    }
}

/// `next`, if it is a path of ours; the start page otherwise. A link must not send anybody elsewhere.
pub fn local(next: &str) -> &str {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if ours { next } else { "/" }
}

/// The address of a style sheet that only sets this colour, `#rrggbb`.
fn brand_href(colour: &str) -> String {
    format!("/brand/{}.css", colour.trim_start_matches('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_cannot_lead_elsewhere() {
        for next in ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "", "duties"] {
            assert_eq!(local(next), "/", "{next}");
        }
        assert_eq!(local("/duties?after=x"), "/duties?after=x");
    }
}
