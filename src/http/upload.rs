//! Files that people upload: streamed to disk, counted and hashed on the way, never held in memory.

use std::path::Path;

use actix_multipart::Multipart;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::{Ask, Failure, Problem, csrf};
use crate::kernel::bytes::ByteSize;

/// Text fields may have this many bytes.
const FIELD_LIMIT: usize = 16 * 1024;

/// One file as it arrived.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The name of the form field.
    pub field: String,
    /// What the sender calls it: for showing, never for opening.
    pub file_name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
    /// Where it is: `<directory>/<field>`.
    pub path: std::path::PathBuf,
}

/// A multipart form: its files and its text fields.
#[derive(Debug, Default)]
pub struct UploadForm {
    /// The files, in the order in which they came; a file field that was left empty is not here.
    pub files: Vec<Upload>,
    /// The text fields, without the token.
    pub fields: Vec<(String, String)>,
}

impl UploadForm {
    /// The value of a text field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _value)| field == name).map(|(_field, value)| value.as_str())
    }

    /// The file of a field.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        self.files.iter().find(|file| file.field == name)
    }
}

/// Receives a multipart form into `directory`, which must exist. The token has to be the first field; nothing is
/// kept of a form without it. On an error the directory may hold the beginning of a file: the caller removes it.
///
/// # Errors
/// [`Problem::StaleForm`] without a valid token; [`Problem::TooLarge`] over `limit` for one file;
/// [`Problem::BadRequest`] for a form that ends too soon or names a field twice; [`Problem::Internal`] when the disk refuses.
pub async fn receive(ask: &Ask, mut form: Multipart, directory: &Path, limit: ByteSize) -> Result<UploadForm, Failure> {
    let mut received = UploadForm::default();
    let mut checked = false;
    while let Some(mut part) = form.try_next().await.map_err(|error| cut_short(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.content_disposition().and_then(|found| found.get_filename()).map(str::to_owned);
        if !checked {
            let token = if name == csrf::FIELD && file_name.is_none() { text(&mut part).await? } else { String::new() };
            if !csrf::matches(&ask.site().keys, ask.request(), &token) {
                return Err(Problem::StaleForm.into());
            }
            checked = true;
            continue;
        }
        match file_name {
            None => {
                let value = text(&mut part).await?;
                received.fields.push((name, value));
            }
            Some(file_name) if plain(&name) && received.file(&name).is_none() => {
                let file = save(&mut part, name.clone(), file_name, &directory.join(&name), limit).await?;
                if file.bytes > 0 || !file.file_name.is_empty() {
                    received.files.push(file);
                }
            }
            Some(_) => return Err(Problem::BadRequest("Each file needs a field of its own.".into()).into()),
        }
    }
    if checked { Ok(received) } else { Err(Problem::StaleForm.into()) }
}

/// The field's name becomes a file's name, so it may only be a word.
fn plain(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

async fn text(part: &mut actix_multipart::Field) -> Result<String, Failure> {
    let mut value = Vec::new();
    while let Some(chunk) = part.try_next().await.map_err(|error| cut_short(&error))? {
        if value.len() + chunk.len() > FIELD_LIMIT {
            return Err(Problem::TooLarge(format!("A text field may have {FIELD_LIMIT} bytes.")).into());
        }
        value.extend_from_slice(&chunk);
    }
    String::from_utf8(value).map_err(|_not_utf8| Problem::BadRequest("A text field is not UTF-8.".into()).into())
}

async fn save(
    part: &mut actix_multipart::Field,
    field: String,
    file_name: String,
    path: &Path,
    limit: ByteSize,
) -> Result<Upload, Failure> {
    let mut file = tokio::fs::File::create(path).await.map_err(|error| disk(&error))?;
    let (mut bytes, mut digest) = (0_u64, Sha256::new());
    while let Some(chunk) = part.try_next().await.map_err(|error| cut_short(&error))? {
        bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if bytes > limit.0 {
            return Err(Problem::TooLarge(format!("The file is larger than {limit}.")).into());
        }
        digest.update(&chunk);
        file.write_all(&chunk).await.map_err(|error| disk(&error))?;
    }
    file.sync_all().await.map_err(|error| disk(&error))?;
    Ok(Upload { field, file_name, bytes, sha256: digest.finalize().into(), path: path.to_owned() })
}

fn cut_short(error: &actix_multipart::MultipartError) -> Failure {
    Problem::BadRequest(format!("The upload ended too soon or is malformed ({error}). Send it again.")).into()
}

fn disk(error: &std::io::Error) -> Failure {
    tracing::error!(%error, "an upload could not be written");
    Problem::Internal.into()
}
