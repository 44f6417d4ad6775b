//! What people from outside do: read a vacancy, apply, see what became of it, withdraw. Each runs as background work of
//! the organisation that the address names; an applicant has no account.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;

use crate::applications::error::ApplicationError;
use crate::applications::job;
use crate::applications::letters::{self, NewLetter};
use crate::applications::model::{Application, Letter, LetterKind, State, Vacancy};
use crate::applications::policy::Outside;
use crate::applications::rules::{self, TypedApplication};
use crate::applications::store;
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, SystemName};
use crate::cpd::file_rules::{FileKind, safe_name};
use crate::crypto::random;
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{ApplicationId, OrganisationId, VacancyId};
use crate::notices::{NoticeKind, desks};
use crate::views::FormErrors;

fn door(organisation: OrganisationId) -> Caller {
    Caller::system(SystemName::Applications, organisation)
}

/// A vacancy as people from outside see it.
#[derive(Debug, Clone)]
pub struct VacancyPage {
    /// The vacancy.
    pub vacancy: Vacancy,
    /// What the organisation is called.
    pub organisation: String,
    /// Whether it takes applications now.
    pub open: bool,
}

fn advertised_in(tx: &mut Tx<'_>, id: VacancyId, now: Timestamp) -> Result<VacancyPage, ApplicationError> {
    authz::may::<Outside>(tx, ()).map(drop)?;
    let vacancy = store::vacancy(tx, id)?.ok_or(AuthzError::Hidden)?;
    if vacancy.state == crate::applications::model::VacancyState::Draft {
        return Err(AuthzError::Hidden.into());
    }
    let open = vacancy.takes_applications(civil::local(now).date());
    Ok(VacancyPage { open, organisation: store::organisation_name(tx)?, vacancy })
}

/// A vacancy that is or was open.
///
/// # Errors
/// [`ApplicationError::Authz`] when there is none.
pub async fn advertised(
    db: &Db,
    organisation: OrganisationId,
    id: VacancyId,
    now: Timestamp,
) -> Result<VacancyPage, ApplicationError> {
    db.read(&door(organisation), move |tx| advertised_in(tx, id, now)).await
}

/// A document as it came in.
#[derive(Debug)]
pub struct Incoming {
    /// The field of the form.
    pub field: String,
    /// What the sender calls it.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// What an applicant is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What they name when they ask.
    pub reference: String,
    /// What they prove with that it is theirs; only its hash is kept.
    pub code: String,
}

/// Takes an application.
///
/// # Errors
/// [`ApplicationError::Invalid`]; [`ApplicationError::Closed`]; [`ApplicationError::Authz`] when there is no such vacancy.
pub async fn receive(
    db: &Db,
    organisation: OrganisationId,
    id: VacancyId,
    typed: TypedApplication,
    files: Vec<Incoming>,
    by_mail: bool,
    now: Timestamp,
) -> Result<Receipt, ApplicationError> {
    // 40 bits to name one by, 100 bits to open it with.
    let mut reference = BASE32_NOPAD.encode(&random::bytes::<5>()?);
    reference.truncate(8);
    let mut code = BASE32_NOPAD.encode(&random::bytes::<13>()?);
    code.truncate(20);
    db.write(&door(organisation), move |tx| {
        let page = advertised_in(tx, id, now)?;
        let may = authz::may::<Outside>(tx, ())?;
        if !page.open || store::received_for(tx, &may, id)? >= rules::MOST {
            return Err(ApplicationError::Closed);
        }
        let draft = &page.vacancy.draft;
        let mut wrong = match rules::check_application(&typed, &draft.questions) {
            Ok(_whole) => FormErrors::new(),
            Err(errors) => errors,
        };
        let mut kept = Vec::new();
        for file in &files {
            match FileKind::of(&file.content) {
                Some(kind) => kept.push((safe_name(&file.name, kind), kind, &file.content)),
                None => wrong.add(file.field.as_str(), format!("Choose a file that is {}", FileKind::IN_WORDS)),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        let who = rules::check_application(&typed, &draft.questions)?;
        let key = (ApplicationId::new(now), draft.unit);
        let stage = draft.stages.first().cloned().unwrap_or_default();
        let hash = rules::code_digest(&code);
        store::insert(tx, &may, (key.0, id, key.1), &who, (&stage, &reference, &hash), now)?;
        for (name, kind, content) in kept {
            store::add_file(tx, &may, key, (&name, kind.media_type(), content), now)?;
        }
        store::note_outside(tx, &may, key, "Received", now)?;
        let application = store::application(tx, key.0)?.ok_or(AuthzError::Hidden)?;
        let letter = NewLetter { kind: LetterKind::Received, vacancy: &draft.title, by_mail };
        letters::write_in(tx, &application, &letter, now)?;
        desks::those_concerned(tx, NoticeKind::ApplicationArrived, id.0, now)?;
        let entry = Entry::new("application.receive").on("application", key.0);
        audit::record(tx, now, entry.noting("vacancy", id.to_string()))?;
        job::sweep_daily(tx, now)?;
        Ok(Receipt { reference: rules::grouped(&reference, 4), code: rules::grouped(&code, 5) })
    })
    .await
}

/// What an applicant sees of their application.
#[derive(Debug, Clone)]
pub struct Followed {
    /// What they sent.
    pub application: Application,
    /// For which post.
    pub title: String,
    /// What the organisation is called.
    pub organisation: String,
    /// What they were told, the latest first.
    pub letters: Vec<Letter>,
}

fn found(tx: &mut Tx<'_>, reference: &str, code: &str) -> Result<Application, ApplicationError> {
    let may = authz::may::<Outside>(tx, ())?;
    let hash = rules::code_digest(&rules::bare(code));
    store::by_reference(tx, &may, &rules::bare(reference), &hash)?.ok_or(ApplicationError::Unknown)
}

/// Shows an applicant their application.
///
/// # Errors
/// [`ApplicationError::Unknown`] for a reference or a code that is wrong: nobody learns which.
pub async fn follow(
    db: &Db,
    organisation: OrganisationId,
    reference: String,
    code: String,
) -> Result<Followed, ApplicationError> {
    db.read(&door(organisation), move |tx| {
        let application = found(tx, &reference, &code)?;
        let vacancy = store::vacancy(tx, application.vacancy)?.ok_or(AuthzError::Hidden)?;
        let letters = store::letters(tx, application.id)?;
        let organisation = store::organisation_name(tx)?;
        Ok(Followed { application, title: vacancy.draft.title, organisation, letters })
    })
    .await
}

/// Withdraws an application. It is removed after the months of its vacancy, as one without success.
///
/// # Errors
/// [`ApplicationError::Unknown`]; [`ApplicationError::Settled`].
pub async fn withdraw(
    db: &Db,
    organisation: OrganisationId,
    reference: String,
    code: String,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    db.write(&door(organisation), move |tx| {
        let application = found(tx, &reference, &code)?;
        let may = authz::may::<Outside>(tx, ())?;
        let vacancy = store::vacancy(tx, application.vacancy)?.ok_or(AuthzError::Hidden)?;
        let last = rules::delete_after(civil::local(now).date(), vacancy.draft.keep_months);
        if application.state != State::Open || !store::withdraw(tx, &may, application.id, last, now)? {
            return Err(ApplicationError::Settled);
        }
        store::note_outside(tx, &may, (application.id, application.unit), "Withdrawn by the applicant", now)?;
        audit::record(tx, now, Entry::new("application.withdraw").on("application", application.id))?;
        Ok(())
    })
    .await
}
