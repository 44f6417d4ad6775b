//! Letters to applicants. The organisation's words stand on the applicant's own page, behind reference and code; the
//! e-mail says only that there is news, with the reference and where to look: as all e-mails here, it carries no content.
//!
//! An applicant is no person of the organisation: the outbox holds which letter, and the sender asks here for the address
//! right before the e-mail leaves.

use jiff::Timestamp;
use uuid::Uuid;

use super::model::{Application, LetterKind};
use super::{rules, store};
use crate::db::{DbError, Tx};
use crate::kernel::ids::ApplicationLetterId;
use crate::notices::desk::Outsider;
use crate::notices::{self, NoticeKind};

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
        notices::mail_outside(tx, now, NoticeKind::ApplicationNews, id.0)?;
    }
    Ok(())
}

/// Where the e-mail about a letter goes, and what it names: for the work that sends. The address leaves the application at
/// that moment only, so it stands in no row of the outbox.
///
/// # Errors
/// [`DbError`].
pub fn outsider(tx: &mut Tx<'_>, kind: NoticeKind, about: Uuid) -> Result<Option<Outsider>, DbError> {
    if kind != NoticeKind::ApplicationNews {
        return Ok(None);
    }
    let path = format!("/apply/status/{}", tx.caller().organisation().0.simple());
    let found = store::applicant_of(tx, ApplicationLetterId(about))?;
    Ok(found.map(|(recipient, reference, written_at)| Outsider {
        recipient,
        reference: rules::grouped(&reference, 4),
        path,
        written_at,
    }))
}
