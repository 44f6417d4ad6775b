//! Making a person of a successful applicant, and inviting them: one deed.

use std::sync::Arc;

use jiff::Timestamp;

use crate::applications::error::ApplicationError;
use crate::applications::model::{Application, State};
use crate::applications::policy::{ConvertApplication, HandleApplication, HandleVacancy};
use crate::applications::{job, rules, store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::crypto::Keyring;
use crate::db::Db;
use crate::identity::joining;
use crate::identity::people::Details;
use crate::kernel::civil;
use crate::kernel::ids::{ApplicationId, PersonId, UnitId};
use crate::organisation::{self, UnitTree};

/// What is asked beside what the applicant sent.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Their home unit.
    pub unit: UnitId,
    /// Their employee number, if they have one already.
    pub employee_number: Option<String>,
    /// Whether they get an account and an invitation by e-mail.
    pub invite: bool,
}

/// A successful applicant for whoever may make a person of them, and all units.
///
/// # Errors
/// [`ApplicationError::Settled`] when they are one already or did not succeed; [`ApplicationError::Authz`].
pub async fn to_convert(
    db: &Db,
    caller: &Caller,
    id: ApplicationId,
) -> Result<(Application, UnitTree), ApplicationError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ConvertApplication>(tx, id)?;
        let application = may.facts().clone();
        if application.state != State::Successful || application.person.is_some() {
            return Err(ApplicationError::Settled);
        }
        Ok((application, organisation::units::tree_in(tx)?))
    })
    .await
}

/// Adds the applicant as a person, invites them if that is wanted, and links the two. From then on the application is kept
/// for the months of its vacancy, and removed: their record as a person stays.
///
/// # Errors
/// [`ApplicationError::Identity`] for an address or a number that is somebody else's, or a closed unit;
/// [`ApplicationError::Settled`]; [`ApplicationError::Authz`].
pub async fn convert(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: ApplicationId,
    wanted: Wanted,
    now: Timestamp,
) -> Result<PersonId, ApplicationError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| {
        let may = authz::may::<ConvertApplication>(tx, id)?;
        let application = may.facts().clone();
        if application.state != State::Successful || application.person.is_some() {
            return Err(ApplicationError::Settled);
        }
        let details = Details {
            given_name: application.who.given_name,
            family_name: application.who.family_name,
            employee_number: wanted.employee_number,
            email: Some(application.who.email),
            phone: application.who.phone,
            unit: wanted.unit,
        };
        let person = joining::join_in(tx, &keys, &details, wanted.invite, now)?;
        let handle = authz::may::<HandleApplication>(tx, id)?;
        let vacancy = authz::may::<HandleVacancy>(tx, application.vacancy)?;
        let last = rules::delete_after(civil::local(now).date(), vacancy.facts().draft.keep_months);
        if !store::convert(tx, &may, person, last)? {
            return Err(ApplicationError::Settled);
        }
        job::sweep_daily(tx, now)?;
        store::note(tx, &handle, "Became a person of the organisation", now)?;
        let entry = Entry::new("application.convert").on("application", id).about(person);
        audit::record(tx, now, entry.noting("invited", wanted.invite))?;
        Ok(person)
    })
    .await
}
