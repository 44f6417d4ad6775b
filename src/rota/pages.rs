//! The pages of the rota: calendars, availability and cover, the feed, and for those who plan: assignments and patterns.

mod adjust;
mod assign;
mod availability;
mod calendar;
mod contract;
mod cover;
mod feed;
mod gaps;
mod needs;
mod pattern;
mod patterns;
mod team;

use actix_web::web;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::authz::Scope;
use crate::authz::permission::{ROTA_ASSIGN, ROTA_CONFIGURE, ROTA_KEEP, ROTA_READ};
use crate::http::{Access, Failure, Problem, Route};
use crate::kernel::civil;
use crate::views::format;

const KEEPS: Access = Access::Needs(ROTA_KEEP);
const READS: Access = Access::Needs(ROTA_READ);
const TEAM: Access = Access::NeedsAt(Scope::Unit, &[ROTA_READ]);
const ASSIGNS: Access = Access::Needs(ROTA_ASSIGN);
const CONFIGURES: Access = Access::Needs(ROTA_CONFIGURE);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("calendar.own", "/calendar", KEEPS, || web::get().to(calendar::show)),
    Route::post("calendar.confirm", "/calendar/confirm", KEEPS, || web::post().to(calendar::confirm)),
    Route::get("calendar.adjust-form", "/calendar/adjust/{slot}/{day}", KEEPS, || web::get().to(adjust::form)),
    Route::post("calendar.adjust", "/calendar/adjust/{slot}/{day}", KEEPS, || web::post().to(adjust::submit)),
    Route::get("calendar.team", "/team/calendar", TEAM, || web::get().to(team::show)),
    Route::get("feed.show", "/calendar/feed", KEEPS, || web::get().to(feed::show)),
    Route::post("feed.make", "/calendar/feed", KEEPS, || web::post().to(feed::make)),
    Route::post("feed.revoke", "/calendar/feed/revoke", KEEPS, || web::post().to(feed::revoke)),
    Route::get("feed.read", "/feeds/{link}", Access::Public, || web::get().to(feed::answer)),
    Route::get("availability.show", "/availability", KEEPS, || web::get().to(availability::show)),
    Route::post("availability.set", "/availability", KEEPS, || web::post().to(availability::submit)),
    Route::get("cover.show", "/cover", READS, || web::get().to(cover::show)),
    Route::get("cover.gaps", "/cover/gaps", TEAM, || web::get().to(gaps::show)),
    Route::get("rota.list", "/rota", ASSIGNS, || web::get().to(assign::list)),
    Route::get("rota.unit-form", "/rota/units/{id}", ASSIGNS, || web::get().to(assign::unit_form)),
    Route::post("rota.unit-assign", "/rota/units/{id}", ASSIGNS, || web::post().to(assign::unit_submit)),
    Route::get("rota.person-form", "/rota/people/{id}", ASSIGNS, || web::get().to(assign::person_form)),
    Route::post("rota.person-assign", "/rota/people/{id}", ASSIGNS, || web::post().to(assign::person_submit)),
    Route::get("rota.contract-form", "/rota/people/{id}/on-call", ASSIGNS, || web::get().to(contract::form)),
    Route::post("rota.contract", "/rota/people/{id}/on-call", ASSIGNS, || web::post().to(contract::submit)),
    Route::get("rota.end-form", "/rota/assignments/{id}/end", ASSIGNS, || web::get().to(assign::end_form)),
    Route::post("rota.end", "/rota/assignments/{id}/end", ASSIGNS, || web::post().to(assign::end_submit)),
    Route::get("pattern.list", "/duty-patterns", CONFIGURES, || web::get().to(patterns::show)),
    Route::post("pattern.add", "/duty-patterns", CONFIGURES, || web::post().to(patterns::add)),
    Route::post("pattern.suggest", "/duty-patterns/shipped", CONFIGURES, || web::post().to(patterns::suggest)),
    Route::get("pattern.read", "/duty-patterns/{id}", CONFIGURES, || web::get().to(pattern::show)),
    Route::post("pattern.slot", "/duty-patterns/{id}", CONFIGURES, || web::post().to(pattern::add_slot)),
    Route::post("pattern.unslot", "/duty-patterns/{id}/{slot}/remove", CONFIGURES, || {
        web::post().to(pattern::remove_slot)
    }),
    Route::post("pattern.retire", "/duty-patterns/{id}/retire", CONFIGURES, || web::post().to(pattern::retire)),
    Route::get("cover.needs", "/cover-needs", CONFIGURES, || web::get().to(needs::show)),
    Route::post("cover.need", "/cover-needs", CONFIGURES, || web::post().to(needs::submit)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

#[derive(Debug, Clone, Serialize)]
struct PageLink {
    href: String,
    text: Option<String>,
}

impl PageLink {
    fn new(href: String, text: &str) -> Self {
        Self { href, text: Some(text.to_owned()) }
    }
}

#[derive(Debug, Clone, Serialize)]
struct Text {
    text: String,
}

/// One line of a summary list.
#[derive(Debug, Clone, Serialize)]
struct Line {
    key: Text,
    value: Text,
}

impl Line {
    fn new(key: &str, value: impl Into<String>) -> Self {
        Self { key: Text { text: key.to_owned() }, value: Text { text: value.into() } }
    }
}

/// A word with a colour. The colour says nothing that the word does not.
#[derive(Debug, Clone, Serialize)]
struct Tag {
    text: String,
    colour: &'static str,
}

impl Tag {
    fn new(text: impl Into<String>, colour: &'static str) -> Self {
        Self { text: text.into(), colour }
    }
}

/// The id in an address; what is none leads nowhere.
fn id<T>(text: &str, of: fn(Uuid) -> T) -> Result<T, Failure> {
    Uuid::try_parse(text).map(of).map_err(|_not_an_id| Problem::NotFound.into())
}

/// The day in an address or a query; what is none is `otherwise`.
fn day(text: &str, otherwise: Date) -> Date {
    text.trim().parse().ok().filter(|day: &Date| (1970..=2200).contains(&day.year())).unwrap_or(otherwise)
}

/// The day in an address that names an expected duty; what is none leads nowhere.
fn named_day(text: &str) -> Result<Date, Failure> {
    let found = text.parse().ok().filter(|day: &Date| (1970..=2200).contains(&day.year()));
    found.ok_or_else(|| Problem::NotFound.into())
}

/// `18:00 to 09:00`, with the day of the end where it is not that of the beginning.
fn times(from: Timestamp, to: Timestamp) -> String {
    let (start, end) = (civil::local(from), civil::local(to));
    let next = if start.date() == end.date() { "" } else { " (next day)" };
    format!("{} to {}{next}", format::clock(from), format::clock(to))
}

/// `Mon 23 Nov 18:00 to Tue 24 Nov 09:00`.
fn long_times(from: Timestamp, to: Timestamp) -> String {
    let moment = |at: Timestamp| civil::local(at).strftime("%a %-d %b %H:%M").to_string();
    format!("{} to {}", moment(from), moment(to))
}
