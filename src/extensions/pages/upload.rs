//! `/plugins/upload`: a plugin's file comes in. Nothing of it is run.

use std::borrow::Cow;

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use crate::extensions::error::{ExtensionError, sentence};
use crate::extensions::{Runtime, service};
use crate::http::{Ask, Failure, FlashKind, Problem, upload};
use crate::kernel::bytes::ByteSize;
use crate::kernel::ids::PluginId;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext};

/// The name of the form's field.
const FILE: &str = "plugin";

#[derive(Debug, Serialize)]
pub(super) struct UploadPage {
    plugin: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl UploadPage {
    fn new(limit: ByteSize, wrong: Option<&str>) -> Self {
        let mut errors = FormErrors::new();
        if let Some(wrong) = wrong {
            errors.add(FILE, wrong);
        }
        let hint = format!("One .wasm file, at most {limit}. Next you see what it is and what it asks to read.");
        Self { plugin: Field::new(FILE, "Plugin file").hint(hint).errors(&errors), errors }
    }
}

impl PageContext for UploadPage {
    const TEMPLATE: &'static str = "extensions/upload";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        "Upload a plugin".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Plugins", "/plugins")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(ByteSize::mib(8), Some("The file is not WebAssembly."))
    }
}

/// Shows the form.
pub(super) async fn form(ask: Ask, runtime: Data<Runtime>) -> Result<HttpResponse, Failure> {
    ask.page(&UploadPage::new(ByteSize(runtime.upload_bytes()), None))
}

/// Takes the file and leads on to its review.
pub(super) async fn submit(ask: Ask, runtime: Data<Runtime>, body: Multipart) -> Result<HttpResponse, Failure> {
    let limit = ByteSize(runtime.upload_bytes());
    let wrong = match receive(&ask, body, limit).await {
        Ok(None) => "Choose a plugin file.".to_owned(),
        Ok(Some((file, sha256))) => {
            let runtime = runtime.into_inner();
            let site = ask.site();
            match service::upload(&site.db, &runtime, ask.caller(), file, sha256, ask.clock().now()).await {
                Ok(id) => return Ok(ask.redirect(&format!("/plugins/{id}/review"))),
                Err(ExtensionError::Installed(id)) => {
                    let text = "This very file is installed already. Here it is.";
                    return Ok(ask.redirect_with(&format!("/plugins/{id}"), FlashKind::Notice, text));
                }
                Err(error @ (ExtensionError::Load(_) | ExtensionError::Unknown(_))) => sentence(&error.to_string()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(failure) => match failure.problem() {
            Problem::TooLarge(detail) => detail.clone(),
            _ => return Err(failure),
        },
    };
    ask.page_again(&UploadPage::new(limit, Some(&wrong)))
}

/// The file and its digest; `None` when none was chosen.
async fn receive(ask: &Ask, body: Multipart, limit: ByteSize) -> Result<Option<(Vec<u8>, [u8; 32])>, Failure> {
    // A name of its own for as long as the request takes.
    let folder = ask.site().config.state.dir.join("uploads").join(PluginId::new(ask.clock().now()).to_string());
    tokio::fs::create_dir_all(&folder).await.map_err(|error| disk(&error))?;
    let outcome = async {
        let received = upload::receive(ask, body, &folder, limit).await?;
        let Some(file) = received.file(FILE).filter(|file| file.bytes > 0) else { return Ok(None) };
        let bytes = tokio::fs::read(&file.path).await.map_err(|error| disk(&error))?;
        Ok(Some((bytes, file.sha256)))
    }
    .await;
    if let Err(error) = tokio::fs::remove_dir_all(&folder).await {
        tracing::warn!(%error, "an upload's folder could not be removed");
    }
    outcome
}

fn disk(error: &std::io::Error) -> Failure {
    tracing::error!(%error, "an upload could not be kept");
    Problem::Internal.into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::UploadPage>();
    }
}
