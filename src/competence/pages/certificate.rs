//! Changing a certificate, and ending it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Serialize;

use super::record::CertificateFields;
use super::words::{Line, id, state_day};
use crate::competence::error::CompetenceError;
use crate::competence::model::{Certificate, Kind, Member};
use crate::competence::rules::{TypedCertificate, TypedEnd};
use crate::competence::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::CertificateId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

type Found = (Certificate, Member, Option<Kind>);

fn kind_name(kind: Option<&Kind>) -> String {
    kind.map_or_else(|| "Certificate".to_owned(), |kind| kind.draft.name.clone())
}

fn way(who: &str, href: &str) -> Vec<Crumb> {
    vec![Crumb::new("Team competences", "/team/competences"), Crumb::new(who.to_owned(), href.to_owned())]
}

fn lines(certificate: &Certificate) -> Vec<Line> {
    let draft = &certificate.draft;
    let last = draft.expires_on.map_or_else(|| "does not run out".to_owned(), format::short_date);
    let mut lines =
        vec![Line::new("Found competent on", format::short_date(draft.awarded_on)), Line::new("Last day", last)];
    lines.extend(draft.awarded_by.clone().map(|by| Line::new("Given by", by)));
    lines.extend(draft.reference.clone().map(|number| Line::new("Number", number)));
    lines
}

#[derive(Debug, Clone, Serialize)]
struct EditPage {
    #[serde(skip)]
    heading: String,
    action: String,
    href: String,
    who: String,
    revision: String,
    fields: CertificateFields,
    /// What it says by now, when it is not what the form was opened on.
    meanwhile: Option<Vec<Line>>,
    #[serde(skip)]
    errors: FormErrors,
}

impl EditPage {
    fn new((certificate, member, kind): &Found, typed: &TypedCertificate, changed: bool, errors: FormErrors) -> Self {
        Self {
            heading: format!("Change a certificate: {}", kind_name(kind.as_ref())),
            action: format!("/certificates/{}/edit", certificate.id),
            href: format!("/team/competences/{}", member.id),
            who: member.name.clone(),
            // After a conflict it holds the new revision, so that sending it again is a decision.
            revision: if changed { certificate.revision.to_string() } else { typed.revision.clone() },
            fields: CertificateFields::new(typed, &errors),
            meanwhile: changed.then(|| lines(certificate)),
            errors,
        }
    }
}

impl PageContext for EditPage {
    const TEMPLATE: &'static str = "competences/edit";
    const SECTION: &'static str = "team-competences";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        way(&self.who, &self.href)
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let errors = FormErrors::new();
        Self {
            heading: "Change a certificate: Driving".to_owned(),
            action: "/certificates/1/edit".to_owned(),
            href: "/team/competences/1".to_owned(),
            who: "Jo Marsh".to_owned(),
            revision: "1".to_owned(),
            fields: CertificateFields::new(&TypedCertificate::default(), &errors),
            meanwhile: None,
            errors,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::edits()
    }
}

fn typed_of(certificate: &Certificate) -> TypedCertificate {
    let draft = &certificate.draft;
    TypedCertificate {
        key: String::new(),
        revision: certificate.revision.to_string(),
        kind: certificate.kind.to_string(),
        awarded_on: draft.awarded_on.to_string(),
        expires_on: draft.expires_on.map(|day| day.to_string()).unwrap_or_default(),
        reference: draft.reference.clone().unwrap_or_default(),
        awarded_by: draft.awarded_by.clone().unwrap_or_default(),
    }
}

async fn found(ask: &Ask, path: &str) -> Result<Found, Failure> {
    let id = id(path, CertificateId)?;
    let found = service::certificate(&ask.site().db, ask.caller(), id).await?;
    // What was ended stays as it is: its page is gone.
    if found.0.ended.is_some() { Err(CompetenceError::Ended.into()) } else { Ok(found) }
}

/// Shows the form with what the certificate says.
pub(super) async fn edit(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let found = found(&ask, &path).await?;
    ask.page(&EditPage::new(&found, &typed_of(&found.0), false, FormErrors::new()))
}

/// Changes it, or shows what was typed again with what is wrong.
pub(super) async fn change(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedCertificate>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, CertificateId)?;
    let outcome = service::change(&ask.site().db, ask.caller(), id, typed.clone(), ask.clock().now()).await;
    let (status, changed, errors) = match outcome {
        Ok(did) => {
            let to = format!("/team/competences/{}", found(&ask, &path).await?.1.id);
            return Ok(if did {
                ask.redirect_with(&to, FlashKind::Success, "Certificate changed.")
            } else {
                ask.redirect_with(&to, FlashKind::Notice, "Nothing was changed: it says that already.")
            });
        }
        Err(CompetenceError::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, false, errors),
        Err(CompetenceError::Changed) => (StatusCode::CONFLICT, true, FormErrors::new()),
        Err(error) => return Err(error.into()),
    };
    let found = found(&ask, &path).await?;
    ask.page_with(status, &EditPage::new(&found, &typed, changed, errors))
}

#[derive(Debug, Clone, Serialize)]
struct EndPage {
    #[serde(skip)]
    heading: String,
    action: String,
    href: String,
    who: String,
    revision: i32,
    lines: Vec<Line>,
    on: Field,
    reason: Field,
    changed: bool,
    #[serde(skip)]
    errors: FormErrors,
}

impl EndPage {
    fn new((certificate, member, kind): &Found, typed: &TypedEnd, changed: bool, errors: FormErrors) -> Self {
        Self {
            heading: format!("End this certificate: {}?", kind_name(kind.as_ref())),
            action: format!("/certificates/{}/end", certificate.id),
            href: format!("/team/competences/{}", member.id),
            who: member.name.clone(),
            revision: certificate.revision,
            lines: lines(certificate),
            on: Field::new("on", "From which day does it count no more?").value(&typed.on).errors(&errors),
            reason: Field::new("reason", "Why?")
                .hint("They read it. Like: failed the reassessment; recorded for the wrong person")
                .value(&typed.reason)
                .errors(&errors),
            changed,
            errors,
        }
    }
}

impl PageContext for EndPage {
    const TEMPLATE: &'static str = "competences/end";
    const SECTION: &'static str = "team-competences";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        way(&self.who, &self.href)
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            heading: "End this certificate: Driving?".to_owned(),
            action: "/certificates/1/end".to_owned(),
            href: "/team/competences/1".to_owned(),
            who: "Jo Marsh".to_owned(),
            revision: 1,
            lines: vec![Line::new("Last day", "1 Jan 2027")],
            on: Field::new("on", "From which day does it count no more?"),
            reason: Field::new("reason", "Why?"),
            changed: false,
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::ends()
    }
}

/// Asks whether to end it.
pub(super) async fn end_form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let found = found(&ask, &path).await?;
    let today = civil::local(ask.clock().now()).date();
    let typed = TypedEnd { on: today.to_string(), ..TypedEnd::default() };
    ask.page(&EndPage::new(&found, &typed, false, FormErrors::new()))
}

/// Ends it, or asks again.
pub(super) async fn end(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedEnd>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, CertificateId)?;
    let outcome = service::end(&ask.site().db, ask.caller(), id, typed.clone(), ask.clock().now()).await;
    let (status, changed, errors) = match outcome {
        Ok(ended) => {
            let to = format!("/team/competences/{}", ended.person);
            // Taken away, a competence must not live on in the certificate before.
            return Ok(match state_day(ended.state).filter(|_day| ended.state.counts()) {
                Some(day) => {
                    let text = format!(
                        "Certificate ended. Another of the same kind still counts ({day}): end that too if they are no \
                         longer competent."
                    );
                    ask.redirect_with(&to, FlashKind::Notice, &text)
                }
                None => ask.redirect_with(&to, FlashKind::Success, "Certificate ended."),
            });
        }
        Err(CompetenceError::Invalid(errors)) => (StatusCode::UNPROCESSABLE_ENTITY, false, errors),
        Err(CompetenceError::Changed) => (StatusCode::CONFLICT, true, FormErrors::new()),
        Err(error) => return Err(error.into()),
    };
    let found = found(&ask, &path).await?;
    ask.page_with(status, &EndPage::new(&found, &typed, changed, errors))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::words::samples;
    use super::*;
    use crate::competence::model::Effect;

    fn found() -> Found {
        let kind = samples::kind(1, "Driving", Effect::None);
        (samples::certificate(8, Some(date(2027, 1, 1)), false), samples::member(), Some(kind))
    }

    fn wrong(fields: &[&str]) -> FormErrors {
        let mut errors = FormErrors::new();
        fields.iter().for_each(|field| errors.add(*field, "Correct it"));
        errors
    }

    pub(super) fn edits() -> Vec<EditPage> {
        let (found, typed) = (found(), typed_of(&found().0));
        let wrong = wrong(&["awarded_on", "expires_on", "reference", "awarded_by"]);
        let page = |changed, errors| EditPage::new(&found, &typed, changed, errors);
        vec![page(false, FormErrors::new()), page(false, wrong), page(true, FormErrors::new())]
    }

    pub(super) fn ends() -> Vec<EndPage> {
        let page = |changed, errors| EndPage::new(&found(), &TypedEnd::default(), changed, errors);
        vec![page(false, wrong(&["on", "reason"])), page(true, FormErrors::new())]
    }

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<EditPage>();
    }

    #[test]
    fn the_question_stands() {
        crate::views::testing::check::<EndPage>();
    }
}
