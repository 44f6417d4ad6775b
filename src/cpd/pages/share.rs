//! Who reads an entry: oneself, or the managers of one's unit as well.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::query::entry_id;
use crate::cpd::model::EntryRow;
use crate::cpd::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ShareForm {
    readers: String,
}

#[derive(Debug, Clone, Serialize)]
struct SharePage {
    href: String,
    entry: String,
    readers: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl SharePage {
    fn new(row: &EntryRow, errors: FormErrors) -> Self {
        let choices = [
            Choice::new("me", "Only you").hint("And whoever you ask to confirm it, until they answer"),
            Choice::new("managers", "You and the managers of your unit")
                .hint("They read the entry and its evidence, and cannot change it. When you move, the managers of your new unit do"),
        ];
        Self {
            href: format!("/cpd/{}", row.id),
            entry: row.draft.title.clone(),
            readers: Field::new("readers", "Who reads it?")
                .choices(choices)
                .choose([if row.shared { "managers" } else { "me" }])
                .errors(&errors),
            errors,
        }
    }
}

impl PageContext for SharePage {
    const TEMPLATE: &'static str = "cpd/share";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "Who reads this entry?".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My CPD", "/cpd"), Crumb::new("Entry", self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            href: "/cpd/1".to_owned(),
            entry: "Trauma update".to_owned(),
            readers: Field::new("readers", "Who reads it?").choices([Choice::new("me", "Only you")]),
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows who reads it.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let row = service::to_edit(&ask.site().db, ask.caller(), entry_id(&path)?).await?;
    ask.page(&SharePage::new(&row, FormErrors::new()))
}

/// Changes who reads it.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<ShareForm>,
) -> Result<HttpResponse, Failure> {
    let id = entry_id(&path)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    let shared = match form.readers.as_str() {
        "me" => false,
        "managers" => true,
        _ => {
            let row = service::to_edit(db, caller, id).await?;
            let mut errors = FormErrors::new();
            errors.add("readers", "Choose who reads it");
            return ask.page_again(&SharePage::new(&row, errors));
        }
    };
    let to = format!("/cpd/{id}");
    let text = match (service::set_shared(db, caller, id, shared, ask.clock().now()).await?, shared) {
        (true, true) => "Shared with the managers of your unit.",
        (true, false) => "No longer shared.",
        (false, _) => return Ok(ask.redirect_with(&to, FlashKind::Notice, "Nothing was changed: it is so already.")),
    };
    Ok(ask.redirect_with(&to, FlashKind::Success, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpd::paper::samples;

    pub(super) fn samples() -> Vec<SharePage> {
        let mut errors = FormErrors::new();
        errors.add("readers", "Choose who reads it");
        let shared = EntryRow { shared: true, ..samples::row() };
        vec![SharePage::new(&samples::row(), FormErrors::new()), SharePage::new(&shared, errors)]
    }

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<SharePage>();
    }
}
