//! The background work of imports: `import.check` and `import.commit`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::ImportError;
use super::files::Folder;
use super::model::State;
use super::policy::DoImport;
use super::{check, commit, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, Person, SystemName, may, permission};
use crate::db::{Db, DbError};
use crate::jobs::{Handler, Job, JobError, Stopping};
use crate::kernel::clock::Clock;
use crate::kernel::ids::{ImportId, OrganisationId, PersonId};

/// The job that checks.
pub const CHECK: &str = "import.check";
/// The job that commits.
pub const COMMIT: &str = "import.commit";

/// After so many tries an import is given up, and says so.
const TRIES: i32 = 4;

/// What somebody reads whose role was taken before the rows were in.
const NO_LONGER: &str = "Whoever asked for this import may no longer import these records, so nothing was imported. Somebody who may can check the rows again and import them.";

/// What the jobs need of the wired program.
#[derive(Clone)]
pub struct Workshop {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The state directory.
    pub state: PathBuf,
    /// Rows checked and written at a time.
    pub batch_rows: usize,
}

/// What a job's payload holds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Payload {
    /// Which import.
    pub(super) import: ImportId,
    /// For whom.
    pub(super) person: PersonId,
    /// Whether that person may give roles.
    pub(super) may_grant: bool,
}

/// One import being worked on.
pub(super) struct Work<'a> {
    pub(super) db: &'a Db,
    pub(super) clock: &'a dyn Clock,
    pub(super) organisation: OrganisationId,
    pub(super) import: ImportId,
    pub(super) batch_rows: usize,
    state: &'a std::path::Path,
    stopping: &'a Stopping,
}

impl Work<'_> {
    /// As whom the work is done.
    pub(super) fn caller(&self) -> Caller {
        Caller::system(SystemName::Import, self.organisation)
    }

    /// Where its files are.
    pub(super) fn folder(&self) -> Folder {
        Folder::of(self.state, self.import)
    }

    /// Fails when the server is stopping.
    pub(super) fn go_on(&self) -> Result<(), ImportError> {
        if self.stopping.is_set() { Err(ImportError::Stopping) } else { Ok(()) }
    }
}

/// The handlers, by the kind of job.
pub fn handlers(workshop: &Workshop) -> BTreeMap<&'static str, Handler> {
    let handler = |kind: &'static str| -> (&'static str, Handler) {
        let workshop = workshop.clone();
        (kind, Arc::new(move |job: &Job, stopping: &Stopping| run(&workshop, job, stopping)))
    };
    [handler(CHECK), handler(COMMIT)].into()
}

fn run(workshop: &Workshop, job: &Job, stopping: &Stopping) -> Result<(), JobError> {
    let payload: Payload = serde_json::from_value(job.payload.clone())
        .map_err(|error| JobError::Never(format!("the payload is malformed: {error}")))?;
    let work = Work {
        db: &workshop.db,
        clock: workshop.clock.as_ref(),
        organisation: job.organisation,
        import: payload.import,
        batch_rows: workshop.batch_rows.max(1),
        state: &workshop.state,
        stopping,
    };
    let outcome = asked(&work, payload.person).and_then(|may_grant| {
        let may_grant = may_grant && payload.may_grant;
        if job.kind == COMMIT {
            commit::commit(&work, payload.person, may_grant)
        } else {
            check::check(&work, may_grant)
        }
    });
    let last = job.attempts >= TRIES;
    match outcome {
        Ok(()) => Ok(()),
        Err(ImportError::Cancelled) => {
            // Whoever cancelled removed the files; a job that was at it may have made new ones since.
            if let Err(error) = work.folder().remove() {
                tracing::warn!(%error, import = %payload.import, "files of a cancelled import could not be removed");
            }
            Ok(())
        }
        Err(ImportError::Stopping) => Err(JobError::Stopping),
        Err(ImportError::NoLonger) => give_up(&work, State::Refused, NO_LONGER),
        Err(ImportError::File(text)) => give_up(&work, State::Failed, &text),
        Err(ImportError::WrongState(text)) => give_up(&work, State::Failed, text),
        Err(error) if last => {
            tracing::error!(error = %crate::http::problem::chain(&error), import = %payload.import, "an import was given up");
            give_up(
                &work,
                State::Failed,
                "Something went wrong on our side; nothing was imported. Check the file again; if it happens again, tell whoever runs this server.",
            )
        }
        Err(error) => Err(JobError::Again(crate::http::problem::chain(&error))),
    }
}

/// Looks again whether whoever asked may import what this import brings, with what they may do now; and whether they may
/// give roles. What they could do when they asked may be a queue and a role ago.
fn asked(work: &Work<'_>, by: PersonId) -> Result<bool, ImportError> {
    let kind = work
        .db
        .read_blocking(&work.caller(), |tx| Ok::<_, ImportError>(may::<DoImport>(tx, work.import)?.facts().kind))?;
    let person = Caller::Person(Arc::new(Person::unloaded(work.organisation, by)));
    let allowed = work.db.read_blocking(&person, |tx| {
        let caller = tx.caller();
        let held = caller.holds_for_all(kind.permission());
        Ok::<_, ImportError>(held.then(|| caller.holds_for_all(permission::ROLE_GRANT)))
    });
    match allowed {
        Ok(Some(may_grant)) => Ok(may_grant),
        Ok(None) | Err(ImportError::Db(DbError::SignedOut)) => Err(ImportError::NoLonger),
        Err(error) => Err(error),
    }
}

/// Leaves the import failed or refused, with a sentence for the page.
fn give_up(work: &Work<'_>, state: State, failure: &str) -> Result<(), JobError> {
    let failed = work.db.write_blocking(&work.caller(), |tx| {
        let may = may::<DoImport>(tx, work.import)?;
        store::end_without(tx, &may, state, failure)?;
        if state == State::Refused {
            let refused = Entry::new("import.refuse").on("import", work.import).noting("reason", "no longer allowed");
            audit::record(tx, work.clock.now(), refused)?;
        }
        Ok::<_, ImportError>(())
    });
    failed.map_err(|error| JobError::Again(error.to_string()))
}
