//! Sharing a record with one person, and taking it back.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::shared::{Nothing, both, crumb, record_id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::PersonId;
use crate::vault::Vaults;
use crate::vault::pages::{Door, opened};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};
use crate::wellbeing::error::WellbeingError;
use crate::wellbeing::model::Receiver;
use crate::wellbeing::service;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    whom: String,
}

#[derive(Debug, Clone, Serialize)]
struct SharePage {
    href: String,
    day: String,
    whom: Option<Field>,
    #[serde(skip)]
    errors: FormErrors,
}

impl SharePage {
    fn new(href: String, day: String, receivers: &[Receiver], chosen: &str, errors: FormErrors) -> Self {
        let whom = (!receivers.is_empty()).then(|| {
            let choices = receivers.iter().map(|one| Choice::new(one.person.to_string(), one.name.clone()));
            Field::new("whom", "With whom?")
                .hint(
                    "People of your service who receive such notes, such as TRiM practitioners and occupational health",
                )
                .choices(choices)
                .choose([chosen])
                .errors(&errors)
        });
        Self { href, day, whom, errors }
    }
}

impl PageContext for SharePage {
    const TEMPLATE: &'static str = "wellbeing/share";
    const SECTION: &'static str = "wellbeing";

    fn title(&self) -> Cow<'_, str> {
        "Share this with somebody".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![crumb()]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new("/wellbeing/notes/1".to_owned(), "22 Nov 2026".to_owned(), &[], "", FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let one = |number| Receiver {
            person: PersonId(Uuid::from_u128(number)),
            name: format!("Sam Price {number}"),
            public_key: Vec::new(),
            proof: Vec::new(),
        };
        let mut errors = FormErrors::new();
        errors.add("whom", "Choose somebody");
        let page = Self::new("/wellbeing/notes/1".to_owned(), "22 Nov 2026".to_owned(), &[one(1), one(2)], "", errors);
        vec![Self::sample(), page]
    }
}

/// Asks with whom.
pub(super) async fn form(ask: Ask, path: Path<String>, vaults: Data<Vaults>) -> Result<HttpResponse, Failure> {
    let id = record_id(&path)?;
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let (db, caller) = (&ask.site().db, ask.caller());
    let one = service::open(db, caller, key, id).await?;
    let receivers = service::receivers(db, caller).await?;
    let (href, day) = (format!("/wellbeing/notes/{id}"), format::long_date(one.record.day));
    ask.page(&SharePage::new(href, day, &receivers, "", FormErrors::new()))
}

/// Shares it.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    vaults: Data<Vaults>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let id = record_id(&path)?;
    let key = match opened(&ask, &vaults).await? {
        Door::Open(key) => key,
        Door::Shut(elsewhere) => return Ok(elsewhere),
    };
    let (db, caller) = (&ask.site().db, ask.caller());
    let href = format!("/wellbeing/notes/{id}");
    let message = match Uuid::try_parse(&typed.whom).ok().map(PersonId) {
        None => "Choose with whom you want to share it",
        Some(whom) => match service::share(db, &vaults, caller, key.clone(), id, whom, ask.clock().now()).await {
            Ok(receiver) => {
                let text = format!("Shared with {}. You see here when they open it.", receiver.name);
                return Ok(ask.redirect_with(&href, FlashKind::Success, &text));
            }
            Err(WellbeingError::NoReceiver) => "Choose somebody from the list: this person receives no notes",
            Err(WellbeingError::SharedAlready) => "You share it with this person already",
            Err(error) => return Err(error.into()),
        },
    };
    let mut errors = FormErrors::new();
    errors.add("whom", message);
    let one = service::open(db, caller, key, id).await?;
    let receivers = service::receivers(db, caller).await?;
    ask.page_again(&SharePage::new(href, format::long_date(one.record.day), &receivers, &typed.whom, errors))
}

/// Takes it back.
pub(super) async fn withdraw(
    ask: Ask,
    path: Path<(String, String)>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (record, share) = both(&path)?;
    let gone = service::withdraw(&ask.site().db, ask.caller(), record, share).await?;
    let text = if gone { "No longer shared. Their copy is removed." } else { "It was not shared any more." };
    Ok(ask.redirect_with(&format!("/wellbeing/notes/{record}"), FlashKind::Success, text))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_with_and_without_anybody_to_share_with() {
        crate::views::testing::check::<super::SharePage>();
    }
}
