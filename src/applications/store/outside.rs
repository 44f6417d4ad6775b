//! What the public form writes and reads, and what the background removes.

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;
use serde_json::json;

use super::applications::{COLUMNS, Loaded, row};
use crate::applications::model::{Applicant, Application, State};
use crate::applications::policy::Outside;
use crate::authz::Granted;
use crate::db::schema::{application_events, application_files, applications as table};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ApplicationFileId, ApplicationId, PersonId, UnitId, VacancyId};

/// How many applications came for a vacancy.
pub(in crate::applications) fn received_for<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    vacancy: VacancyId,
) -> Result<i64, DbError> {
    Ok(table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .filter(table::vacancy_id.eq(vacancy))
        .select(count_star())
        .first(tx.conn())?)
}

/// Writes down an application.
pub(in crate::applications) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    (id, vacancy, unit): (ApplicationId, VacancyId, UnitId),
    who: &Applicant,
    (stage, reference, code_hash): (&str, &str, &[u8; 32]),
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(table::table)
        .values((
            (table::organisation_id.eq(tx.caller().organisation()), table::id.eq(id)),
            (table::vacancy_id.eq(vacancy), table::unit_id.eq(unit)),
            (table::reference.eq(reference), table::code_hash.eq(code_hash.as_slice())),
            (table::given_name.eq(&who.given_name), table::family_name.eq(&who.family_name)),
            (table::email.eq(&who.email), table::phone.eq(&who.phone)),
            (table::answers.eq(json!(who.answers)), table::stage.eq(stage)),
            (table::state.eq(State::Open.as_str()), table::received_at.eq(now.to_diesel())),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps a document of an application.
pub(in crate::applications) fn add_file<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    (application, unit): (ApplicationId, UnitId),
    (name, media_type, content): (&str, &str, &[u8]),
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(application_files::table)
        .values((
            application_files::organisation_id.eq(tx.caller().organisation()),
            application_files::id.eq(ApplicationFileId::new(now)),
            application_files::application_id.eq(application),
            application_files::unit_id.eq(unit),
            application_files::file_name.eq(name),
            application_files::media_type.eq(media_type),
            application_files::bytes.eq(i64::try_from(content.len()).unwrap_or(i64::MAX)),
            application_files::content.eq(content),
            application_files::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Adds a step of the applicant's to the history.
pub(in crate::applications) fn note_outside<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    (application, unit): (ApplicationId, UnitId),
    said: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(application_events::table)
        .values((
            application_events::organisation_id.eq(tx.caller().organisation()),
            application_events::id.eq(uuid::Uuid::now_v7()),
            application_events::application_id.eq(application),
            application_events::unit_id.eq(unit),
            application_events::at.eq(now.to_diesel()),
            application_events::by_id.eq(None::<PersonId>),
            application_events::said.eq(said),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The application with this reference and this hash of its code.
pub(in crate::applications) fn by_reference<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    reference: &str,
    code_hash: &[u8; 32],
) -> Result<Option<Application>, DbError> {
    let found: Option<Loaded> = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .filter(table::reference.eq(reference).and(table::code_hash.eq(code_hash.as_slice())))
        .select(COLUMNS)
        .first(tx.conn())
        .optional()?;
    Ok(found.map(row))
}

/// Withdraws an application that is open; `false` when it is not.
pub(in crate::applications) fn withdraw<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    id: ApplicationId,
    delete_after: Date,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = table::table.find((tx.caller().organisation(), id)).filter(table::state.eq(State::Open.as_str()));
    let changed = diesel::update(this)
        .set((
            table::state.eq(State::Withdrawn.as_str()),
            table::settled_at.eq(Some(now.to_diesel())),
            table::delete_after.eq(Some(delete_after.to_diesel())),
            table::revision.eq(table::revision + 1),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Removes what is kept no longer, with all that belongs to it; how many applications.
pub(in crate::applications) fn sweep<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    today: Date,
) -> Result<usize, DbError> {
    let old = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .filter(table::delete_after.lt(Some(today.to_diesel())));
    Ok(diesel::delete(old).execute(tx.conn())?)
}

/// Whether there is any application.
pub(in crate::applications) fn any<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, Outside>) -> Result<bool, DbError> {
    let all = table::table.filter(table::organisation_id.eq(tx.caller().organisation()));
    Ok(diesel::select(exists(all)).get_result(tx.conn())?)
}
