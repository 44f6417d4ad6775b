//! The public form for a vacancy, and the receipt.

use std::borrow::Cow;

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

use super::words::{paragraphs, public_code};
use crate::applications::error::ApplicationError;
use crate::applications::model::{Question, QuestionKind};
use crate::applications::rules::{self, FILES, TypedApplication, answer_field};
use crate::applications::service::{self, Incoming, Receipt, VacancyPage};
use crate::cpd::file_rules::FileKind;
use crate::http::upload::{self, UploadForm};
use crate::http::{Ask, Failure, Problem};
use crate::kernel::bytes::ByteSize;
use crate::kernel::ids::CpdEvidenceId;
use crate::notices::Desk;
use crate::views::form::FieldError;
use crate::views::{Choice, Field, FormErrors, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Asked {
    field: Field,
    long: bool,
    pick: bool,
}

#[derive(Debug, Clone, Serialize)]
struct ApplyPage {
    organisation: String,
    about: Vec<String>,
    closes: String,
    open: bool,
    given_name: Field,
    family_name: Field,
    email: Field,
    phone: Field,
    questions: Vec<Asked>,
    files: Vec<Field>,
    accept: &'static str,
    keep_months: i16,
    again: bool,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl ApplyPage {
    fn new(page: &VacancyPage, typed: &TypedApplication, limit: ByteSize, errors: FormErrors) -> Self {
        let draft = &page.vacancy.draft;
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let asked = |(place, question): (usize, &Question)| {
            let typed = typed.answers.get(place).map(String::as_str).unwrap_or_default();
            Asked {
                field: question_field(place, question, typed, &errors),
                long: question.kind == QuestionKind::Long,
                pick: matches!(question.kind, QuestionKind::YesNo | QuestionKind::Choice),
            }
        };
        let file = |(name, label): (&str, &str)| {
            Field::new(name, label).hint(format!("{}, {limit} at most", FileKind::IN_WORDS)).errors(&errors)
        };
        Self {
            organisation: page.organisation.clone(),
            about: paragraphs(&draft.about),
            closes: format::long_date(draft.closes_on),
            open: page.open,
            given_name: field("given_name", "Given name", &typed.given_name),
            family_name: field("family_name", "Family name", &typed.family_name),
            email: field("email", "E-mail address", &typed.email).hint("We tell you there when there is news"),
            phone: field("phone", "Telephone number (optional)", &typed.phone),
            questions: draft.questions.iter().enumerate().map(asked).collect(),
            files: FILES.into_iter().map(file).collect(),
            accept: ".pdf,.jpg,.jpeg,.png,.heic,.docx,.pptx,.txt,image/*",
            keep_months: draft.keep_months,
            again: !errors.is_empty(),
            heading: draft.title.clone(),
            errors,
        }
    }
}

fn question_field(place: usize, question: &Question, typed: &str, errors: &FormErrors) -> Field {
    let label = if question.required { question.label.clone() } else { format!("{} (optional)", question.label) };
    let field = Field::new(answer_field(place), label);
    let choices: Vec<Choice> = match question.kind {
        QuestionKind::YesNo => ["Yes", "No"].map(|answer| Choice::new(answer, answer)).into(),
        QuestionKind::Choice => question.choices.iter().map(|answer| Choice::new(answer, answer)).collect(),
        QuestionKind::Line | QuestionKind::Long => return field.value(typed).errors(errors),
    };
    field.choices(choices).choose([typed]).errors(errors)
}

impl PageContext for ApplyPage {
    const TEMPLATE: &'static str = "applications/apply";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let errors = FormErrors::new();
        let field = |name: &str| Field::new(name, "Sample");
        Self {
            organisation: "Northmoor".to_owned(),
            about: vec!["What the post is about.".to_owned()],
            closes: "31 December 2026".to_owned(),
            open: true,
            given_name: field("given_name"),
            family_name: field("family_name"),
            email: field("email"),
            phone: field("phone"),
            questions: Vec::new(),
            files: Vec::new(),
            accept: ".pdf",
            keep_months: 6,
            again: false,
            heading: "Firefighter".to_owned(),
            errors,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

#[derive(Debug, Clone, Serialize)]
struct ReceiptPage {
    organisation: String,
    vacancy: String,
    reference: String,
    code: String,
    status: String,
    by_mail: bool,
}

impl PageContext for ReceiptPage {
    const TEMPLATE: &'static str = "applications/receipt";

    fn title(&self) -> Cow<'_, str> {
        "Application received".into()
    }

    fn sample() -> Self {
        Self {
            organisation: "Northmoor".to_owned(),
            vacancy: "Firefighter".to_owned(),
            reference: "ABCD-EFGH".to_owned(),
            code: "ABCDE-FGHIJ-KLMNO-PQRST".to_owned(),
            status: "/apply/status/1".to_owned(),
            by_mail: true,
        }
    }
}

fn limit(ask: &Ask) -> ByteSize {
    ByteSize(ask.site().config.cpd.evidence_bytes())
}

/// Shows the form; of a vacancy that is closed, that it is.
pub(super) async fn form(ask: Ask, code: Path<String>) -> Result<HttpResponse, Failure> {
    let (organisation, vacancy) = public_code(&code)?;
    let page = service::advertised(&ask.site().db, organisation, vacancy, ask.clock().now()).await?;
    ask.page(&ApplyPage::new(&page, &TypedApplication::default(), limit(&ask), FormErrors::new()))
}

/// Takes the application and shows the receipt, or shows the form again with everything that was typed.
pub(super) async fn submit(
    ask: Ask,
    code: Path<String>,
    desk: Data<Desk>,
    form: Multipart,
) -> Result<HttpResponse, Failure> {
    let (organisation, vacancy) = public_code(&code)?;
    let now = ask.clock().now();
    let page = service::advertised(&ask.site().db, organisation, vacancy, now).await?;
    let folder = crate::cpd::Incoming::make(&ask.site().config.state.dir, CpdEvidenceId::new(now))
        .map_err(|error| disk(&error))?;
    let limit = limit(&ask);
    // A file that is a little too large is refused below, where what was typed is still known.
    let received = upload::receive(&ask, form, folder.path(), ByteSize(limit.0.saturating_mul(3))).await?;
    let typed = typed(&received, page.vacancy.draft.questions.len());
    let errors = match files(&received, limit).await? {
        Err(errors) => errors,
        Ok(files) => {
            let by_mail = desk.mailer.is_some();
            let taken =
                service::receive(&ask.site().db, organisation, vacancy, typed.clone(), files, by_mail, now).await;
            match taken {
                Ok(Receipt { reference, code }) => {
                    ask.site().queue.wake();
                    let status = format!("/apply/status/{}", organisation.0.simple());
                    let vacancy = page.vacancy.draft.title;
                    let organisation = page.organisation;
                    return ask.page(&ReceiptPage { organisation, vacancy, reference, code, status, by_mail });
                }
                Err(ApplicationError::Invalid(errors)) => errors,
                Err(error) => return Err(error.into()),
            }
        }
    };
    ask.page_again(&ApplyPage::new(&page, &typed, limit, errors))
}

fn typed(received: &UploadForm, questions: usize) -> TypedApplication {
    let text = |name: &str| received.field(name).unwrap_or_default().to_owned();
    TypedApplication {
        given_name: text("given_name"),
        family_name: text("family_name"),
        email: text("email"),
        phone: text("phone"),
        answers: (0..questions).map(|place| text(&answer_field(place))).collect(),
    }
}

/// The documents, or what is wrong with their size.
async fn files(received: &UploadForm, limit: ByteSize) -> Result<Result<Vec<Incoming>, FormErrors>, Failure> {
    let (mut files, mut errors) = (Vec::new(), FormErrors::new());
    for (field, _label) in rules::FILES {
        let Some(file) = received.file(field).filter(|file| file.bytes > 0) else { continue };
        if file.bytes > limit.0 {
            errors.add(
                field,
                format!("The file is larger than {limit}. Choose a smaller one, or save it with less detail"),
            );
            continue;
        }
        let content = tokio::fs::read(&file.path).await.map_err(|error| disk(&error))?;
        files.push(Incoming { field: field.to_owned(), name: file.file_name.clone(), content });
    }
    Ok(if errors.is_empty() { Ok(files) } else { Err(errors) })
}

fn disk(error: &std::io::Error) -> Failure {
    tracing::error!(%error, "a document of an application could not be taken in");
    Problem::Internal.into()
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::vacancies::tests::vacancy;
    use super::*;

    pub(super) fn samples() -> Vec<ApplyPage> {
        let page = VacancyPage { vacancy: vacancy(), organisation: "Northmoor & Fell".to_owned(), open: true };
        let closed = VacancyPage { open: false, ..page.clone() };
        let mut errors = FormErrors::new();
        for field in ["given_name", "family_name", "email", "phone", "answer-0", "answer-1", "answer-2", "cv"] {
            errors.add(field, "Correct it");
        }
        let build =
            |page: &VacancyPage, errors| ApplyPage::new(page, &TypedApplication::default(), ByteSize::mib(10), errors);
        vec![build(&page, FormErrors::new()), build(&page, errors), build(&closed, FormErrors::new())]
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<ApplyPage>();
        crate::views::testing::check::<ReceiptPage>();
    }
}
