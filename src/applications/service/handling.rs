//! Reading an application, moving it, scoring it and deciding on it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::applications::error::ApplicationError;
use crate::applications::letters::{self, NewLetter};
use crate::applications::model::{Application, Event, File, Letter, LetterKind, Mark, State, Vacancy};
use crate::applications::policy::{HandleApplication, HandleVacancy};
use crate::applications::rules;
use crate::applications::store;
use crate::audit::{self, Entry, Field};
use crate::authz::{self, AuthzError, Caller, permission};
use crate::db::Db;
use crate::kernel::civil;
use crate::kernel::ids::{ApplicationFileId, ApplicationId, PersonId};
use crate::views::FormErrors;

const STAGE: Field = Field::shown("stage");
const STATE: Field = Field::shown("state");

/// An application with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What was sent.
    pub application: Application,
    /// For which vacancy.
    pub vacancy: Vacancy,
    /// Its documents.
    pub files: Vec<File>,
    /// How it went.
    pub events: Vec<Event>,
    /// What the applicant was told.
    pub letters: Vec<Letter>,
    /// The marks that the caller may see.
    pub marks: Vec<Mark>,
    /// Whether the caller has given theirs.
    pub scored: bool,
    /// What those people are called.
    pub names: BTreeMap<PersonId, String>,
    /// Whether the caller may make a person of the applicant.
    pub may_convert: bool,
}

/// Opens an application: one audit entry.
///
/// # Errors
/// [`ApplicationError::Authz`].
pub async fn open(db: &Db, caller: &Caller, id: ApplicationId, now: Timestamp) -> Result<Opened, ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleApplication>(tx, id)?;
        let application = may.facts().clone();
        let vacancy = authz::may::<HandleVacancy>(tx, application.vacancy)?.facts().clone();
        let (files, events, marks) = (store::files(tx, &may)?, store::events(tx, &may)?, store::marks(tx, &may)?);
        let letters = store::letters(tx, id)?;
        let me = tx.caller().person_id();
        let people: Vec<PersonId> =
            events.iter().filter_map(|event| event.by).chain(marks.iter().map(|mark| mark.scorer)).collect();
        let names = store::names(tx, &people)?;
        let caller = tx.caller();
        let entry = Entry::new("application.read").on("application", id);
        audit::record(tx, now, entry.allowed_by(caller, &[permission::APPLICATION_HANDLE]))?;
        Ok(Opened {
            scored: marks.iter().any(|mark| Some(mark.scorer) == me),
            may_convert: application.state == State::Successful
                && application.person.is_none()
                && caller.holds_for_all(permission::PEOPLE_ADD),
            application,
            vacancy,
            files,
            events,
            letters,
            marks,
            names,
        })
    })
    .await
}

/// A document as it leaves.
#[derive(Debug)]
pub struct Document {
    /// What is known of it.
    pub file: File,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Hands a document out: one audit entry.
///
/// # Errors
/// [`ApplicationError::Authz`] when there is no such document that the caller may read.
pub async fn download(
    db: &Db,
    caller: &Caller,
    id: ApplicationId,
    file: ApplicationFileId,
    now: Timestamp,
) -> Result<Document, ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleApplication>(tx, id)?;
        let (file, content) = store::fetch(tx, &may, file)?.ok_or(AuthzError::Hidden)?;
        let caller = tx.caller();
        let entry = Entry::new("application.download").on("application", id);
        audit::record(tx, now, entry.allowed_by(caller, &[permission::APPLICATION_HANDLE]))?;
        Ok(Document { file, content })
    })
    .await
}

/// Moves an application to another stage; with `tell`, the applicant gets a letter.
///
/// # Errors
/// [`ApplicationError::Invalid`] for a stage that the vacancy does not have; [`ApplicationError::Changed`];
/// [`ApplicationError::Settled`]; [`ApplicationError::Authz`].
pub async fn move_to(
    db: &Db,
    caller: &Caller,
    id: ApplicationId,
    (revision, stage): (i32, String),
    tell: Option<ByMail>,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleApplication>(tx, id)?;
        let before = may.facts().clone();
        if before.state != State::Open {
            return Err(ApplicationError::Settled);
        }
        let vacancy = authz::may::<HandleVacancy>(tx, before.vacancy)?.facts().clone();
        if !vacancy.draft.stages.contains(&stage) {
            return Err(wrong("stage", "Choose a stage"));
        }
        if stage == before.stage {
            return Ok(());
        }
        if !store::change_stage(tx, &may, revision, &stage)? {
            return Err(ApplicationError::Changed);
        }
        store::note(tx, &may, &format!("Moved from {} to {stage}", before.stage), now)?;
        if let Some(ByMail(by_mail)) = tell {
            let moved = Application { stage: stage.clone(), ..before.clone() };
            let letter = NewLetter { kind: LetterKind::Moved, vacancy: &vacancy.draft.title, by_mail };
            letters::write_in(tx, &moved, &letter, now)?;
        }
        let entry = Entry::new("application.move").on("application", id);
        audit::record(tx, now, entry.changed([STAGE.change(before.stage, stage)]))?;
        Ok(())
    })
    .await
}

/// Whether an e-mail says that there is a letter: there may be no mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByMail(pub bool);

fn wrong(field: &str, message: &str) -> ApplicationError {
    let mut errors = FormErrors::new();
    errors.add(field, message);
    errors.into()
}

/// The caller's marks as they were typed.
#[derive(Debug, Clone, Default)]
pub struct Scored {
    /// By the place of their criterion.
    pub marks: Vec<String>,
    /// A note beside them.
    pub note: String,
}

/// Gives the caller's marks, all at once and for good: from then on they see those of others.
///
/// # Errors
/// [`ApplicationError::Invalid`]; [`ApplicationError::Scored`]; [`ApplicationError::Settled`]; [`ApplicationError::Authz`].
pub async fn score(
    db: &Db,
    caller: &Caller,
    id: ApplicationId,
    typed: Scored,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleApplication>(tx, id)?;
        if may.facts().state != State::Open {
            return Err(ApplicationError::Settled);
        }
        if store::has_scored(tx, &may)? {
            return Err(ApplicationError::Scored);
        }
        let vacancy = authz::may::<HandleVacancy>(tx, may.facts().vacancy)?.facts().clone();
        let marks = rules::check_marks(&vacancy.draft.criteria, &typed.marks)?;
        if marks.is_empty() {
            return Err(wrong("mark-0", "This vacancy has no criteria"));
        }
        let note = Some(typed.note.trim()).filter(|note| !note.is_empty());
        if note.is_some_and(|note| note.chars().count() > 500) {
            return Err(wrong("note", "Use at most 500 characters"));
        }
        for (place, (criterion, mark)) in marks.iter().enumerate() {
            store::add_mark(tx, &may, (criterion, *mark, note.filter(|_note| place == 0)), now)?;
        }
        // That somebody scored, and never how.
        store::note(tx, &may, "Scored", now)?;
        audit::record(tx, now, Entry::new("application.score").on("application", id))?;
        Ok(())
    })
    .await
}

/// A decision as it was typed.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The revision that it was made on.
    pub revision: i32,
    /// Successful or not.
    pub successful: bool,
    /// Why: kept here, never sent.
    pub reason: String,
    /// Whether an e-mail says that there is a letter.
    pub by_mail: bool,
}

/// Decides on an application. The applicant gets a letter in the organisation's words; without success the application
/// is kept for the months of its vacancy and removed then. One that succeeded waits for its applicant to become a person,
/// two years at most.
///
/// # Errors
/// [`ApplicationError::Invalid`] without a reason; [`ApplicationError::Changed`]; [`ApplicationError::Settled`];
/// [`ApplicationError::Authz`].
pub async fn decide(
    db: &Db,
    caller: &Caller,
    id: ApplicationId,
    decision: Decision,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<HandleApplication>(tx, id)?;
        let before = may.facts().clone();
        if before.state != State::Open {
            return Err(ApplicationError::Settled);
        }
        let reason = decision.reason.trim();
        if reason.is_empty() {
            return Err(wrong("reason", "Say why: whoever asks later finds it here"));
        }
        if reason.chars().count() > 1_000 {
            return Err(wrong("reason", "Use at most 1,000 characters"));
        }
        let vacancy = authz::may::<HandleVacancy>(tx, before.vacancy)?.facts().clone();
        let (state, kind) = if decision.successful {
            (State::Successful, LetterKind::Successful)
        } else {
            (State::Unsuccessful, LetterKind::Unsuccessful)
        };
        let today = civil::local(now).date();
        let months = if decision.successful { rules::LONGEST_MONTHS } else { vacancy.draft.keep_months };
        let last = rules::delete_after(today, months);
        if !store::decide(tx, &may, decision.revision, (state, reason, last), now)? {
            return Err(ApplicationError::Changed);
        }
        store::note(tx, &may, &format!("Decided: {}", state.title()), now)?;
        let letter = NewLetter { kind, vacancy: &vacancy.draft.title, by_mail: decision.by_mail };
        letters::write_in(tx, &before, &letter, now)?;
        let entry = Entry::new("application.decide").on("application", id);
        audit::record(tx, now, entry.changed([STATE.change(State::Open.as_str(), state.as_str())]))?;
        Ok(())
    })
    .await
}
