//! The form that takes a file.

use std::borrow::Cow;

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use serde::Serialize;

use crate::authz::Caller;
use crate::http::upload::{self, UploadForm};
use crate::http::{Ask, Failure};
use crate::imports::error::ImportError;
use crate::imports::model::{Kind, Preset};
use crate::imports::{files, service};
use crate::kernel::bytes::ByteSize;
use crate::kernel::ids::ImportId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct UploadPage {
    what: Field,
    file: Field,
    second: Option<Field>,
    #[serde(skip)]
    errors: FormErrors,
}

impl UploadPage {
    fn new(offered: &[Kind], limit: ByteSize, chosen: &str, errors: FormErrors) -> Self {
        let duties = offered.contains(&Kind::Duties);
        let mut choices = Vec::new();
        if duties {
            choices
                .push(Choice::new("duties", "Duties").hint("A CSV file of any system. You say which column is what."));
            choices.push(Choice::new("lfb", "Mobilisation records of the London Fire Brigade").hint(
                "Each mobilisation becomes a duty of the crew of its call sign. The incident records say what it was.",
            ));
        }
        if offered.contains(&Kind::People) {
            choices.push(
                Choice::new("people", "People")
                    .hint("A CSV file with a name, a unit, and an employee number or an e-mail address."),
            );
        }
        let second = duties.then(|| {
            Field::new(files::SECOND, "Incident records (only for mobilisation records, and optional)")
                .hint("Without them, the duties have no category.")
                .errors(&errors)
        });
        Self {
            what: Field::new("what", "What is in the file?").choices(choices).choose([chosen]).errors(&errors),
            file: Field::new(files::FIRST, "File").hint(format!("A CSV file of at most {limit}.")).errors(&errors),
            second,
            errors,
        }
    }
}

impl PageContext for UploadPage {
    const TEMPLATE: &'static str = "imports/upload";
    const SECTION: &'static str = "imports";

    fn title(&self) -> Cow<'_, str> {
        "Import a file".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Imports", "/imports")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&[Kind::Duties, Kind::People], ByteSize::mib(1024), "duties", FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        errors.add("what", "Choose what is in the file");
        errors.add("file", "Choose a file");
        vec![Self::sample(), Self::new(&[Kind::People], ByteSize::mib(1), "", errors)]
    }
}

fn offered(caller: &Caller) -> Vec<Kind> {
    [Kind::Duties, Kind::People].into_iter().filter(|kind| caller.holds_for_all(kind.permission())).collect()
}

fn limit(ask: &Ask) -> ByteSize {
    ByteSize(ask.site().config.imports.upload_bytes())
}

/// Shows the form.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    ask.page(&UploadPage::new(&offered(ask.caller()), limit(&ask), "", FormErrors::new()))
}

/// Takes the file and leads to its import.
pub(super) async fn submit(ask: Ask, form: Multipart) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let state = &site.config.state.dir;
    let id = ImportId::new(ask.clock().now());
    let directory = service::make_folder(state, id).await?;
    let received = upload::receive(&ask, form, &directory, limit(&ask)).await;
    let begun = match received {
        Err(failure) => Err(failure),
        Ok(received) => begin(&ask, id, received).await,
    };
    if !matches!(begun, Ok(Begun::Import)) {
        service::drop_folder(state, id).await;
    }
    match begun? {
        Begun::Import => Ok(ask.redirect(&format!("/imports/{id}"))),
        Begun::Again(what, errors) => {
            ask.page_again(&UploadPage::new(&offered(ask.caller()), limit(&ask), &what, errors))
        }
    }
}

enum Begun {
    /// There is an import.
    Import,
    /// The form has to be shown again, with this choice.
    Again(String, FormErrors),
}

async fn begin(ask: &Ask, id: ImportId, received: UploadForm) -> Result<Begun, Failure> {
    let what = received.field("what").unwrap_or_default().to_owned();
    let mut errors = FormErrors::new();
    let kind = match what.as_str() {
        "duties" => Some((Kind::Duties, Preset::Csv)),
        "lfb" => Some((Kind::Duties, Preset::Lfb)),
        "people" => Some((Kind::People, Preset::Csv)),
        _ => None,
    };
    if kind.is_none() {
        errors.add("what", "Choose what is in the file");
    }
    if received.file(files::FIRST).is_none() {
        errors.add(files::FIRST, "Choose a file");
    }
    let (Some(kind), true) = (kind, errors.is_empty()) else { return Ok(Begun::Again(what, errors)) };
    let site = ask.site();
    let uploads = received.files;
    match service::begin(&site.db, ask.caller(), &site.config.state.dir, id, kind, uploads, ask.clock().now()).await {
        Ok(_id) => {
            site.queue.wake();
            Ok(Begun::Import)
        }
        Err(ImportError::File(text)) => {
            errors.add(files::FIRST, text);
            Ok(Begun::Again(what, errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_form_stands() {
        crate::views::testing::check::<super::UploadPage>();
    }
}
