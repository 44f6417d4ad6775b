//! Crews: the list with its form, one assignment, its removal.

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

use super::Nothing;
use super::crew_pages::{CrewPage, CrewsPage, RemovePage};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::imports::crews::{self, After, Typed};
use crate::imports::directory::call_sign_key;
use crate::imports::error::ImportError;
use crate::kernel::ids::CrewAssignmentId;
use crate::views::FormErrors;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    call_sign: String,
    after: String,
}

/// What a form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    call_sign: String,
    person: String,
    job_role: String,
    from: String,
    to: String,
}

impl Form {
    fn typed(self) -> Typed {
        let Self { call_sign, person, job_role, from, to } = self;
        Typed { call_sign, person, job_role, from, to }
    }
}

/// Where a page of the list ends, as a word in an address.
fn encode((call_sign, from, id): &After) -> String {
    BASE64URL_NOPAD.encode(format!("{from}/{id}/{call_sign}").as_bytes())
}

fn decode(word: &str) -> Option<After> {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(word.as_bytes()).ok()?).ok()?;
    let mut parts = text.splitn(3, '/');
    let (from, id) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((parts.next()?.to_owned(), from, id))
}

async fn page(ask: &Ask, place: &Place, typed: &Typed, errors: FormErrors) -> Result<CrewsPage, Failure> {
    let call_sign = call_sign_key(&place.call_sign);
    let wanted = (!call_sign.is_empty()).then(|| call_sign.clone());
    let (found, next) = crews::list(&ask.site().db, ask.caller(), wanted, decode(&place.after)).await?;
    let next = next.map(|next| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("call_sign", &call_sign)
            .append_pair("after", &encode(&next))
            .finish();
        format!("/crews?{query}")
    });
    Ok(CrewsPage::new(&call_sign, &found, next, typed, errors))
}

/// Lists crews.
pub(super) async fn list(ask: Ask, place: Query<Place>) -> Result<HttpResponse, Failure> {
    let typed = Typed { call_sign: call_sign_key(&place.call_sign), ..Typed::default() };
    let page = page(&ask, &place, &typed, FormErrors::new()).await?;
    ask.page(&page)
}

/// Puts somebody on a call sign.
pub(super) async fn add(ask: Ask, Posted(form): Posted<Form>) -> Result<HttpResponse, Failure> {
    let typed = form.typed();
    match crews::add(&ask.site().db, ask.caller(), typed.clone(), ask.clock().now()).await {
        Ok(call_sign) => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("call_sign", &call_sign).finish();
            let text = format!("Assigned to {call_sign}.");
            Ok(ask.redirect_with(&format!("/crews?{query}"), FlashKind::Success, &text))
        }
        Err(error) => {
            let errors = beside_its_field(error)?;
            let page = page(&ask, &Place::default(), &typed, errors).await?;
            ask.page_again(&page)
        }
    }
}

/// Shows an assignment.
pub(super) async fn form(ask: Ask, id: Path<CrewAssignmentId>) -> Result<HttpResponse, Failure> {
    let one = crews::one(&ask.site().db, ask.caller(), *id).await?;
    let typed = Typed {
        job_role: one.job_role.clone().unwrap_or_default(),
        from: one.from.to_string(),
        to: one.to.map(|day| day.to_string()).unwrap_or_default(),
        ..Typed::default()
    };
    ask.page(&CrewPage::new(&one, &typed, FormErrors::new()))
}

/// Changes it.
pub(super) async fn change(
    ask: Ask,
    id: Path<CrewAssignmentId>,
    Posted(form): Posted<Form>,
) -> Result<HttpResponse, Failure> {
    let typed = form.typed();
    match crews::change(&ask.site().db, ask.caller(), *id, typed.clone(), ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/crews", FlashKind::Success, "The assignment was saved.")),
        Err(error) => {
            let errors = beside_its_field(error)?;
            let one = crews::one(&ask.site().db, ask.caller(), *id).await?;
            ask.page_again(&CrewPage::new(&one, &typed, errors))
        }
    }
}

/// Asks whether it shall be removed.
pub(super) async fn remove_form(ask: Ask, id: Path<CrewAssignmentId>) -> Result<HttpResponse, Failure> {
    let one = crews::one(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&RemovePage::new(&one))
}

/// Removes it.
pub(super) async fn remove(
    ask: Ask,
    id: Path<CrewAssignmentId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    crews::remove(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    Ok(ask.redirect_with("/crews", FlashKind::Success, "The assignment was removed."))
}

/// The error as a message for a form; what is no fault of the person's goes on as it is.
fn beside_its_field(error: ImportError) -> Result<FormErrors, Failure> {
    match error {
        ImportError::Crew(field, text) => {
            let mut errors = FormErrors::new();
            errors.add(field, text);
            Ok(errors)
        }
        error => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_in_the_list_survives_the_address_bar() {
        let place = ("H/271 X".to_owned(), jiff::civil::date(2026, 11, 22), CrewAssignmentId::NIL);
        assert_eq!(decode(&encode(&place)), Some(place));
        assert_eq!(decode("nonsense"), None);
    }
}
