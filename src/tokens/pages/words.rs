//! Tokens in words, as all pages have them.

use jiff::Timestamp;
use serde::Serialize;

use crate::crypto::TokenKind;
use crate::tokens::model::{Standing, Token};
use crate::views::format;

/// A tag: its word, and its colour when that says something.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Tag {
    text: &'static str,
    classes: Option<&'static str>,
}

impl Tag {
    /// One that says that something is past.
    pub(super) fn grey(text: &'static str) -> Self {
        Self { text, classes: Some("govuk-tag--grey") }
    }
}

pub(super) fn standing(token: &Token, now: Timestamp) -> Tag {
    match token.standing(now) {
        Standing::Good => Tag { text: "Good", classes: Some("govuk-tag--green") },
        Standing::Ending => Tag { text: "Ends soon", classes: Some("govuk-tag--yellow") },
        Standing::Expired => Tag::grey("Expired"),
        Standing::Revoked => Tag { text: "Revoked", classes: Some("govuk-tag--red") },
    }
}

pub(super) fn kind(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Personal => "Personal",
        TokenKind::Service => "Service",
    }
}

pub(super) fn last_used(token: &Token) -> String {
    match (token.last_used_at, &token.last_used_from) {
        (None, _) => "Never".to_owned(),
        (Some(at), None) => format::short_time(at),
        (Some(at), Some(from)) => format!("{}, from {from}", format::short_time(at)),
    }
}

/// What a token begins and ends with: `wrp_…q7xm`.
pub(super) fn short(token: &Token) -> String {
    format!("{}\u{2026}{}", token.kind.prefix(), token.hint)
}

/// One row of a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    href: String,
    name: String,
    short: String,
    kind: &'static str,
    whose: String,
    scopes: String,
    ends: String,
    used: String,
    standing: Tag,
}

pub(super) fn row(token: &Token, now: Timestamp) -> Row {
    let scopes = i64::try_from(token.scopes.len()).unwrap_or(i64::MAX);
    Row {
        href: format!("/tokens/{}", token.id),
        name: token.name.clone(),
        short: short(token),
        kind: kind(token.kind),
        whose: token.person_name.clone().unwrap_or_else(|| "Somebody you may not see".to_owned()),
        scopes: format::count(scopes, "permission", "permissions"),
        ends: format::short_time(token.expires_at),
        used: last_used(token),
        standing: standing(token, now),
    }
}
