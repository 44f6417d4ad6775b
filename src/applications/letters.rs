//! Letters to applicants. The organisation's words stand on the applicant's own page, behind reference and code; the
//! e-mail says only that there is news, with the reference and where to look: as all e-mails here, it carries no content.
//!
//! An applicant is no person of the organisation, so these do not go through the outbox of notices. A letter is marked as
//! leaving right before its bytes are handed over; a worker that is killed there sends it again under the same
//! Message-ID.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::ApplicationError;
use super::model::{Application, LetterKind};
use super::policy::Outside;
use super::{rules, store};
use crate::authz::{self, Caller, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob};
use crate::kernel::clock::Clock;
use crate::kernel::ids::ApplicationLetterId;
use crate::mail::{Letter, Verdict, Words};
use crate::notices::Desk;
use crate::views::format;

/// The job that sends the e-mail about one letter.
pub const KIND: &str = "application.letter";

/// The template of the e-mail.
const TEMPLATE: &str = "application-news";

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    letter: ApplicationLetterId,
}

/// A letter to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewLetter<'a> {
    /// What about.
    pub kind: LetterKind,
    /// What the post is called.
    pub vacancy: &'a str,
    /// Whether an e-mail says that there is one.
    pub by_mail: bool,
}

/// Writes a letter in the deed's own transaction.
///
/// # Errors
/// [`DbError`]; the deed must then fail too.
pub fn write_in(
    tx: &mut Tx<'_>,
    application: &Application,
    letter: &NewLetter<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    let body = store::words_of(tx, letter.kind)?.unwrap_or_else(|| letter.kind.usual().to_owned());
    let organisation = store::organisation_name(tx)?;
    let body = rules::fill(&body, &application.name(), letter.vacancy, &application.stage, &organisation);
    let id = ApplicationLetterId::new(now);
    let of = (application.id, application.unit);
    store::add_letter(tx, id, of, (letter.kind, &body, letter.by_mail), now)?;
    if letter.by_mail {
        let payload = serde_json::json!(Order { letter: id });
        jobs::enqueue(tx, now, &NewJob { organisation: tx.caller().organisation(), kind: KIND, payload })?;
    }
    Ok(())
}

/// What the job works with. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The mail server and what goes with it.
    pub desk: Arc<Desk>,
}

impl Sender {
    /// As a handler of the job queue.
    pub fn handler(self) -> (&'static str, Handler) {
        (KIND, Arc::new(move |job: &Job, _stopping| self.send(job)))
    }

    fn send(&self, job: &Job) -> Result<(), JobError> {
        let order: Order = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::Never(format!("the payload cannot be read: {error}")))?;
        let caller = Caller::system(SystemName::Applications, job.organisation);
        let found = self
            .db
            .write_blocking(&caller, |tx| {
                let may = authz::may::<Outside>(tx, ())?;
                Ok::<_, ApplicationError>(store::to_send(tx, &may, order.letter)?)
            })
            .map_err(again)?;
        let Some(found) = found else { return Ok(()) };
        let Some(mailer) = &self.desk.mailer else { return self.settle(&caller, order.letter, "page-only") };
        let words = Words {
            organisation: found.organisation,
            link: format!("{}/apply/status/{}", self.desk.public_url, job.organisation.0.simple()),
            at: format::long_time(found.written_at),
            until: None,
            reference: rules::grouped(&found.reference, 4),
        };
        let settings = &self.desk.settings;
        let from = settings.from.as_deref().unwrap_or_default();
        let id = order.letter.to_string();
        let written =
            self.desk.templates.write(TEMPLATE, &words).map_err(|error| JobError::Never(error.to_string()))?;
        let letter = Letter::new(from, settings.reply_to.as_deref(), &found.recipient, &id, written, found.written_at);
        let Ok(letter) = letter else { return self.settle(&caller, order.letter, "failed") };
        match mailer.send(&letter, &mut || self.settle(&caller, order.letter, "leaving").is_ok()) {
            Ok(_accepted) => self.settle(&caller, order.letter, "sent"),
            Err(error) if error.verdict == Verdict::Never => self.settle(&caller, order.letter, "failed"),
            Err(error) => Err(JobError::Again(error.to_string())),
        }
    }

    fn settle(&self, caller: &Caller, letter: ApplicationLetterId, state: &str) -> Result<(), JobError> {
        let at = (state != "leaving").then(|| self.clock.now());
        self.db
            .write_blocking(caller, |tx| {
                let may = authz::may::<Outside>(tx, ())?;
                Ok::<_, ApplicationError>(store::settle(tx, &may, letter, state, at)?)
            })
            .map_err(again)
    }
}

pub(super) fn again(error: ApplicationError) -> JobError {
    match error {
        ApplicationError::Db(error) => JobError::Db(error),
        other => JobError::Again(other.to_string()),
    }
}
