//! What pages have in common on which an organisation names kinds of work, and says what follows from each: these rules
//! and those of TRiM. Their words, rows and services are each one's own.

use actix_web::HttpResponse;

use crate::http::{Ask, FlashKind};
use crate::kernel::ids::DutyKindId;
use crate::views::{Choice, Field, FormErrors};

/// The field for a kind of work.
pub fn work_field(offered: &[(DutyKindId, String)], typed: &str, errors: &FormErrors) -> Field {
    let work = offered.iter().map(|(id, label)| Choice::new(id.to_string(), label.clone()));
    Field::new("work", "Kind of work")
        .hint("A type or a category stands for all below it")
        .one_of(work)
        .choose([typed])
        .errors(errors)
}

/// Where the button of a row leads that takes it back.
pub fn remove_href(list: &str, id: impl std::fmt::Display) -> String {
    format!("{list}/{id}/remove")
}

/// Back to the list after the usual ones were added; `words` says that so many were.
pub fn usual_added(ask: &Ask, list: &str, added: impl TryInto<i64>, words: impl Fn(i64) -> String) -> HttpResponse {
    match added.try_into().unwrap_or(i64::MAX) {
        0 => ask.redirect_with(list, FlashKind::Notice, "All of them are there already."),
        added => ask.redirect_with(list, FlashKind::Success, &words(added)),
    }
}

/// The errors of a form that is wrong in one place.
pub fn wrong(field: &str, words: &str) -> FormErrors {
    let mut errors = FormErrors::new();
    errors.add(field, words);
    errors
}
