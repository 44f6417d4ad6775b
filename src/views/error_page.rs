//! The page that every failed request ends on. It needs no database and no session.

use std::borrow::Cow;

use serde::Serialize;

use super::page::PageContext;

/// What went wrong, and what the person can do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorPage {
    /// The HTTP status.
    pub status: u16,
    heading: &'static str,
    /// What happened, in the words of the slice that refused; `None` for our own words.
    pub detail: Option<String>,
    /// What to do; left out where `detail` says it already.
    advice: Option<&'static str>,
    /// A way on: text and address.
    pub link_text: &'static str,
    /// Where the way on leads.
    pub link_href: &'static str,
}

impl ErrorPage {
    /// The page for `status`; one that has no page of its own reads as 500. `detail` is one or two plain sentences.
    pub fn new(status: u16, detail: Option<String>) -> Self {
        let (heading, advice) = words(status);
        // There a slice says what is wrong with its own thing, and not what to do about it.
        let advised = detail.is_none() || matches!(status, 400 | 409 | 413 | 415);
        let advice = advised.then_some(advice);
        let (link_text, link_href) =
            if status == 401 { ("Sign in", "/sign-in") } else { ("Go to the start page", "/") };
        Self { status, heading, detail, advice, link_text, link_href }
    }

    /// The same with a heading of its own, where one status stands for different things.
    pub fn headed(mut self, heading: &'static str) -> Self {
        self.heading = heading;
        self
    }
}

fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => (
            "This request cannot be read",
            "Go back and try again. If you followed a link, it may have been cut short.",
        ),
        401 => ("Sign in first", "You have been signed out, or you have not signed in yet."),
        403 => (
            "You may not do this",
            "Your role does not include it. Ask your manager or your Watchroom administrator if you need it.",
        ),
        404 => {
            ("Page not found", "Check the address. The record may have been deleted, or it may not be yours to see.")
        }
        405 => ("This page cannot be used that way", "Go back and use the buttons and links on the page."),
        408 => ("This came in too slowly", "Send it again, over a better connection if you can."),
        409 => (
            "Somebody else was faster",
            "What you were working on has changed. Go back, reload the page and look at it before you try again.",
        ),
        413 => ("This is too large", "Send a smaller file, or split it into parts."),
        415 => (
            "This kind of file is not accepted",
            "Save it in one of the formats that the form names, and send it again.",
        ),
        429 => ("Too many attempts", "Wait a few minutes, then try again."),
        431 => ("The headers are too large", "Clear this site's cookies, or shorten the address."),
        503 => (
            "Watchroom is not available just now",
            "It is starting, or being looked after. Try again in a few minutes. Nothing that was saved is lost.",
        ),
        _ => (
            "Something went wrong",
            "It is our fault, not yours. Try again. If it happens again, give your administrator the reference below.",
        ),
    }
}

impl PageContext for ErrorPage {
    const TEMPLATE: &'static str = "error";

    fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.heading)
    }

    fn sample() -> Self {
        Self::new(404, Some("There is no duty with this reference.".to_owned()))
    }

    fn samples() -> Vec<Self> {
        let all = [400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503];
        std::iter::once(Self::sample()).chain(all.map(|status| Self::new(status, None))).collect()
    }
}
