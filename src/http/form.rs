//! The body of a posted form, with its token checked. JSON has [`super::json`].

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::{Failure, Problem, Site, csrf};

/// A form that was posted from a page of ours: its token has been checked.
///
/// Every field of `T` should take any text and convert later, so that what was typed can be shown again.
#[derive(Debug)]
pub struct Posted<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Posted<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Bytes::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            if !is_type(&request, "application/x-www-form-urlencoded") {
                return Err(
                    Problem::UnsupportedMedia("Send the form as application/x-www-form-urlencoded.".into()).into()
                );
            }
            let body = body.await.map_err(|error| too_large_or_bad(&error))?;
            let site = request.app_data::<Data<Site>>().ok_or(Problem::Internal)?;
            let mut token = None;
            for (name, value) in form_urlencoded::parse(&body) {
                if name == csrf::FIELD {
                    token = Some(value.into_owned());
                }
            }
            if !token.is_some_and(|token| csrf::matches(&site.keys, &request, &token)) {
                return Err(Problem::StaleForm.into());
            }
            serde_html_form::from_bytes(&body)
                .map(Self)
                .map_err(|error| Problem::BadRequest(format!("The form could not be read: {error}.")).into())
        })
    }
}

pub(super) fn is_type(request: &HttpRequest, wanted: &str) -> bool {
    request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case(wanted))
}

pub(super) fn too_large_or_bad(error: &actix_web::Error) -> Failure {
    if error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::TooLarge("The body is larger than this server accepts (server.body_kib).".into()).into()
    } else {
        Problem::BadRequest("The body ended too soon. Send it again.".into()).into()
    }
}
