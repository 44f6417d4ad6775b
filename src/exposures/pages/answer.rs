//! Answering what a duty proposes with one press.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::words::uuid;
use crate::exposures::error::ExposureError;
use crate::exposures::model::Kind;
use crate::exposures::service;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::kernel::ids::DutyId;

const LIST: &str = "/exposures";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    duty: String,
    kind: String,
}

impl Answer {
    fn read(&self) -> Result<(DutyId, Kind), Failure> {
        let damaged = || Problem::BadRequest("The form is damaged. Open My exposures again.".to_owned());
        uuid(&self.duty).map(DutyId).zip(Kind::parse(&self.kind)).ok_or_else(|| damaged().into())
    }
}

/// Confirms it as it is proposed.
pub(super) async fn confirm(ask: Ask, Posted(answer): Posted<Answer>) -> Result<HttpResponse, Failure> {
    let (duty, kind) = answer.read()?;
    match service::confirm(&ask.site().db, ask.caller(), duty, kind, ask.clock().now()).await {
        Ok(_id) => Ok(ask.redirect_with(LIST, FlashKind::Success, "Confirmed. It counts from now on.")),
        Err(error) => answered(&ask, error),
    }
}

/// Says that one was not exposed.
pub(super) async fn deny(ask: Ask, Posted(answer): Posted<Answer>) -> Result<HttpResponse, Failure> {
    let (duty, kind) = answer.read()?;
    match service::deny(&ask.site().db, ask.caller(), duty, kind, ask.clock().now()).await {
        Ok(_id) => {
            Ok(ask.redirect_with(LIST, FlashKind::Success, "Noted that you were not exposed. It counts nowhere."))
        }
        Err(error) => answered(&ask, error),
    }
}

/// Pressing twice is no mistake of anybody's.
fn answered(ask: &Ask, error: ExposureError) -> Result<HttpResponse, Failure> {
    match error {
        ExposureError::Answered => {
            Ok(ask.redirect_with(LIST, FlashKind::Notice, "Nothing was changed: it was answered already."))
        }
        error => Err(error.into()),
    }
}
