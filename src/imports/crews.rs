//! Crews: who rides on which call sign, from which day to which. An import of mobilisations asks for them.

use jiff::Timestamp;
use jiff::civil::Date;

use super::cells::text_at_most;
use super::directory::call_sign_key;
use super::error::ImportError;
use super::policy::ManageCrews;
use super::store;
pub(super) use super::store::Assignment;
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{Caller, Granted, may};
use crate::db::{Db, Tx};
use crate::kernel::ids::{CrewAssignmentId, PersonId};

/// Assignments of one page of the list.
pub const PAGE: usize = 50;

/// First and last day; no last day while it goes on.
type Days = (Date, Option<Date>);

/// Where a page of the list ends.
pub(super) type After = (String, Date, CrewAssignmentId);

/// What somebody typed into the form of an assignment.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The call sign.
    pub call_sign: String,
    /// Employee number or e-mail address.
    pub person: String,
    /// Role on the vehicle; may be empty.
    pub job_role: String,
    /// First day, as `2026-11-22`.
    pub from: String,
    /// Last day; empty while it goes on.
    pub to: String,
}

/// A page of assignments and where the next begins.
///
/// # Errors
/// [`ImportError::Authz`].
pub(super) async fn list(
    db: &Db,
    caller: &Caller,
    call_sign: Option<String>,
    after: Option<After>,
) -> Result<(Vec<Assignment>, Option<After>), ImportError> {
    let (mut found, more) = db
        .read(caller, move |tx| {
            let may = may::<ManageCrews>(tx, ())?;
            let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
            let found = store::assignments(tx, &may, call_sign.as_deref(), after.as_ref(), limit)?;
            let more = found.len() > PAGE;
            Ok::<_, ImportError>((found, more))
        })
        .await?;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| (last.call_sign.clone(), last.from, last.id));
    Ok((found, next))
}

/// Every assignment, for a file; at most 100,000. Taking it is written down.
///
/// # Errors
/// [`ImportError::Authz`].
pub(super) async fn export(db: &Db, caller: &Caller, now: Timestamp) -> Result<Vec<Assignment>, ImportError> {
    db.write(caller, move |tx| {
        let may = may::<ManageCrews>(tx, ())?;
        let found = store::assignments(tx, &may, None, None, 100_000)?;
        let rows = i64::try_from(found.len()).unwrap_or(i64::MAX);
        audit::record(tx, now, Entry::new("crew.export").noting("rows", rows))?;
        Ok(found)
    })
    .await
}

/// One assignment.
///
/// # Errors
/// [`ImportError::Authz`] when there is none.
pub(super) async fn one(db: &Db, caller: &Caller, id: CrewAssignmentId) -> Result<Assignment, ImportError> {
    db.read(caller, move |tx| {
        let may = may::<ManageCrews>(tx, ())?;
        known(tx, &may, id)
    })
    .await
}

fn known<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageCrews>,
    id: CrewAssignmentId,
) -> Result<Assignment, ImportError> {
    store::assignment(tx, may, id)?.ok_or(ImportError::Authz(crate::authz::AuthzError::Hidden))
}

const CALL_SIGN: Field = Field::shown("call_sign");
const JOB_ROLE: Field = Field::shown("job_role");
const FROM: Field = Field::shown("from_date");
const TO: Field = Field::shown("to_date");

/// Puts somebody on a call sign.
///
/// # Errors
/// [`ImportError::Crew`] with the field that is wrong; [`ImportError::Authz`].
pub async fn add(db: &Db, caller: &Caller, typed: Typed, now: Timestamp) -> Result<String, ImportError> {
    db.write(caller, move |tx| {
        let may = may::<ManageCrews>(tx, ())?;
        let call_sign = call_sign_key(&typed.call_sign);
        if call_sign.is_empty() {
            return Err(crew("call_sign", "Enter a call sign, such as H271"));
        }
        if call_sign.chars().count() > 20 {
            return Err(crew("call_sign", "A call sign has at most 20 characters"));
        }
        let person = store::person_by(tx, &may, typed.person.trim())?
            .ok_or_else(|| crew("person", "Enter the employee number or e-mail address of somebody who works here"))?;
        let (job_role, days) = sound(&typed)?;
        refuse_overlap(tx, &may, (&call_sign, person), days, None)?;
        let id = store::assignment_insert(tx, &may, &call_sign, person, job_role.as_deref(), days, now)?;
        let entry = Entry::new("crew.assign").on("crew_assignment", id).about(person).changed([
            CALL_SIGN.change(None::<&str>, call_sign.as_str()),
            JOB_ROLE.change(None::<&str>, job_role),
            FROM.change(None::<&str>, days.0.to_string()),
            TO.change(None::<&str>, days.1.map(|day| day.to_string())),
        ]);
        audit::record(tx, now, entry)?;
        Ok(call_sign)
    })
    .await
}

/// Changes role and days of an assignment.
///
/// # Errors
/// As [`add`].
pub(super) async fn change(
    db: &Db,
    caller: &Caller,
    id: CrewAssignmentId,
    typed: Typed,
    now: Timestamp,
) -> Result<(), ImportError> {
    db.write(caller, move |tx| {
        let may = may::<ManageCrews>(tx, ())?;
        let before = known(tx, &may, id)?;
        let (job_role, days) = sound(&typed)?;
        refuse_overlap(tx, &may, (&before.call_sign, before.person), days, Some(id))?;
        store::assignment_update(tx, &may, id, job_role.as_deref(), days)?;
        let day = |day: Option<Date>| Value::from(day.map(|day| day.to_string()));
        let entry = Entry::new("crew.change").on("crew_assignment", id).about(before.person).changed([
            JOB_ROLE.change(before.job_role, job_role),
            FROM.change(day(Some(before.from)), day(Some(days.0))),
            TO.change(day(before.to), day(days.1)),
        ]);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// Removes an assignment that should never have been; one that is over gets a last day instead.
///
/// # Errors
/// [`ImportError::Authz`].
pub(super) async fn remove(db: &Db, caller: &Caller, id: CrewAssignmentId, now: Timestamp) -> Result<(), ImportError> {
    db.write(caller, move |tx| {
        let may = may::<ManageCrews>(tx, ())?;
        let before = known(tx, &may, id)?;
        store::assignment_delete(tx, &may, id)?;
        let entry = Entry::new("crew.remove").on("crew_assignment", id).about(before.person).changed([
            CALL_SIGN.change(before.call_sign.as_str(), None::<&str>),
            FROM.change(before.from.to_string(), None::<&str>),
        ]);
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// The role and the days, if they can be.
fn sound(typed: &Typed) -> Result<(Option<String>, Days), ImportError> {
    let job_role =
        text_at_most(typed.job_role.trim().into(), 60).map_err(|text| ImportError::Crew("job_role", text))?;
    let day = |text: &str, field, message: &str| text.trim().parse::<Date>().map_err(|_no_date| crew(field, message));
    let from = day(&typed.from, "from", "Enter the first day, such as 22/11/2026")?;
    let to = match typed.to.trim() {
        "" => None,
        text => Some(day(text, "to", "Enter the last day, such as 22/11/2026, or leave it empty")?),
    };
    if to.is_some_and(|to| to < from) {
        return Err(crew("to", "The last day must not be before the first"));
    }
    Ok((job_role, (from, to)))
}

/// One person is on one call sign once on a day, or an import would be unsure of the role.
fn refuse_overlap<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageCrews>,
    (call_sign, person): (&str, PersonId),
    (from, to): Days,
    except: Option<CrewAssignmentId>,
) -> Result<(), ImportError> {
    let spans = store::spans_of(tx, may, call_sign, person)?;
    let taken = spans.into_iter().any(|(id, first, last)| {
        Some(id) != except && to.is_none_or(|to| first <= to) && last.is_none_or(|last| from <= last)
    });
    if taken {
        return Err(crew(
            "from",
            "The person is on this call sign on some of these days already. Change that assignment, or choose other days",
        ));
    }
    Ok(())
}

fn crew(field: &'static str, text: &str) -> ImportError {
    ImportError::Crew(field, text.to_owned())
}
