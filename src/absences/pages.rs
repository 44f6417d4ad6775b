//! The pages of absences: one's own, a person's, and who of a team is away.

mod change;
mod list;
mod record;
mod team;
mod withdraw;

use actix_web::web;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::Days;
use crate::authz::Scope;
use crate::authz::permission::{ABSENCE_READ, ABSENCE_RECORD};
use crate::http::{Access, Failure, Problem, Route};
use crate::views::format;

const READS: Access = Access::Needs(ABSENCE_READ);
const RECORDS: Access = Access::Needs(ABSENCE_RECORD);
const TEAM: Access = Access::NeedsAt(Scope::Unit, &[ABSENCE_READ]);

/// The routes of the pages.
pub static ROUTES: &[Route] = &[
    Route::get("absence.own", "/absences", READS, || web::get().to(list::own)),
    Route::get("absence.form", "/absences/new", RECORDS, || web::get().to(record::own_form)),
    Route::post("absence.record", "/absences/new", RECORDS, || web::post().to(record::own_submit)),
    Route::get("absence.change-form", "/absences/{id}/edit", RECORDS, || web::get().to(change::form)),
    Route::post("absence.change", "/absences/{id}/edit", RECORDS, || web::post().to(change::submit)),
    Route::get("absence.withdraw-form", "/absences/{id}/withdraw", RECORDS, || web::get().to(withdraw::form)),
    Route::post("absence.withdraw", "/absences/{id}/withdraw", RECORDS, || web::post().to(withdraw::submit)),
    Route::get("absence.list", "/team/absences", TEAM, || web::get().to(team::show)),
    Route::get("absence.read", "/team/absences/{id}", READS, || web::get().to(list::show)),
    Route::get("absence.person-form", "/team/absences/{id}/new", RECORDS, || web::get().to(record::form)),
    Route::post("absence.person-record", "/team/absences/{id}/new", RECORDS, || web::post().to(record::submit)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

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

/// The id in an address; what is none leads nowhere.
fn id<T>(text: &str, of: fn(Uuid) -> T) -> Result<T, Failure> {
    Uuid::try_parse(text).map(of).map_err(|_not_an_id| Problem::NotFound.into())
}

/// Days as people read them.
fn in_words(days: Days) -> String {
    if days.first == days.last {
        format::short_date(days.first)
    } else {
        format!("{} to {}", format::short_date(days.first), format::short_date(days.last))
    }
}

/// How many they are.
fn length(days: Days) -> String {
    format::count(i64::from((days.last - days.first).get_days()) + 1, "day", "days")
}
