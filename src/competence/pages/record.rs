//! Recording a certificate of somebody.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::words::{id, validity};
use crate::competence::error::CompetenceError;
use crate::competence::model::{Kind, Member};
use crate::competence::rules::TypedCertificate;
use crate::competence::service;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::{CertificateId, PersonId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

/// The fields that a new certificate and a changed one have in common.
#[derive(Debug, Clone, Serialize)]
pub(super) struct CertificateFields {
    awarded_on: Field,
    expires_on: Field,
    reference: Field,
    awarded_by: Field,
}

impl CertificateFields {
    pub(super) fn new(typed: &TypedCertificate, errors: &FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(errors);
        Self {
            awarded_on: field("awarded_on", "Found competent on", &typed.awarded_on),
            expires_on: field("expires_on", "Last day (optional)", &typed.expires_on)
                .hint("As it stands on the certificate. Empty: reckoned from the months of its kind"),
            reference: field("reference", "Number (optional)", &typed.reference),
            awarded_by: field("awarded_by", "Given by (optional)", &typed.awarded_by)
                .hint("Who assessed it or ran the course"),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct RecordPage {
    href: String,
    who: String,
    key: String,
    kind: Option<Field>,
    fields: CertificateFields,
    #[serde(skip)]
    errors: FormErrors,
}

impl RecordPage {
    fn new(member: &Member, kinds: &[Kind], typed: &TypedCertificate, key: String, errors: FormErrors) -> Self {
        let choices = kinds.iter().map(|kind| {
            Choice::new(kind.id.to_string(), format!("{} ({})", kind.draft.name, validity(&kind.draft).to_lowercase()))
        });
        let kind = (!kinds.is_empty())
            .then(|| Field::new("kind", "Kind of competence").one_of(choices).choose([&typed.kind]).errors(&errors));
        Self {
            href: format!("/team/competences/{}", member.id),
            who: member.name.clone(),
            key,
            kind,
            fields: CertificateFields::new(typed, &errors),
            errors,
        }
    }
}

impl PageContext for RecordPage {
    const TEMPLATE: &'static str = "competences/record";
    const SECTION: &'static str = "team-competences";

    fn title(&self) -> Cow<'_, str> {
        "Record a certificate".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Team competences", "/team/competences"), Crumb::new(self.who.clone(), self.href.clone())]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let errors = FormErrors::new();
        Self {
            href: "/team/competences/1".to_owned(),
            who: "Jo Marsh".to_owned(),
            key: "key".to_owned(),
            kind: None,
            fields: CertificateFields::new(&TypedCertificate::default(), &errors),
            errors,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows the empty form.
pub(super) async fn form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let now = ask.clock().now();
    let (member, kinds) = service::to_record(&ask.site().db, ask.caller(), person).await?;
    let typed = TypedCertificate { awarded_on: civil::local(now).date().to_string(), ..TypedCertificate::default() };
    ask.page(&RecordPage::new(&member, &kinds, &typed, CertificateId::new(now).to_string(), FormErrors::new()))
}

/// Records what was typed, or shows it again with what is wrong.
pub(super) async fn submit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedCertificate>,
) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let key = service::chosen_id(&typed.key, now);
    match service::record(db, caller, person, key, typed.clone(), now).await {
        Ok(_new_or_sent_twice) => {
            let to = format!("/team/competences/{person}");
            Ok(ask.redirect_with(&to, FlashKind::Success, "Certificate recorded."))
        }
        Err(CompetenceError::Invalid(errors)) => {
            let (member, kinds) = service::to_record(db, caller, person).await?;
            ask.page_again(&RecordPage::new(&member, &kinds, &typed, key.to_string(), errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::samples::{kind, member};
    use super::*;
    use crate::competence::model::Effect;

    pub(super) fn samples() -> Vec<RecordPage> {
        let kinds = [kind(1, "Breathing apparatus", Effect::OffTheRun), kind(2, "Driving", Effect::None)];
        let mut errors = FormErrors::new();
        for field in ["kind", "awarded_on", "expires_on", "reference", "awarded_by"] {
            errors.add(field, "Correct it");
        }
        let page = |kinds: &[Kind], errors| {
            RecordPage::new(&member(), kinds, &TypedCertificate::default(), "key".to_owned(), errors)
        };
        vec![page(&kinds, FormErrors::new()), page(&kinds, errors), page(&[], FormErrors::new())]
    }

    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<RecordPage>();
    }
}
