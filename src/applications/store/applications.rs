//! Applications as those see them who handle them.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;
use serde_json::Value;

use crate::applications::model::{Applicant, Application, Event, File, State};
use crate::applications::policy::{ConvertApplication, HandleApplication, HandleVacancies, HandleVacancy};
use crate::authz::Granted;
use crate::db::schema::{application_events, application_files, applications as table, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ApplicationFileId, ApplicationId, PersonId, UnitId, VacancyId};

pub(super) type Columns = (
    (table::id, table::vacancy_id, table::unit_id, table::reference),
    (table::given_name, table::family_name, table::email, table::phone, table::answers),
    (table::stage, table::state, table::reason, table::received_at),
    (table::person_id, table::delete_after, table::revision),
);

pub(super) const COLUMNS: Columns = (
    (table::id, table::vacancy_id, table::unit_id, table::reference),
    (table::given_name, table::family_name, table::email, table::phone, table::answers),
    (table::stage, table::state, table::reason, table::received_at),
    (table::person_id, table::delete_after, table::revision),
);

pub(super) type Loaded = (
    (ApplicationId, VacancyId, UnitId, String),
    (String, String, String, Option<String>, Value),
    (String, String, Option<String>, jiff_diesel::Timestamp),
    (Option<PersonId>, Option<jiff_diesel::Date>, i32),
);

pub(super) fn row(loaded: Loaded) -> Application {
    let (
        (id, vacancy, unit, reference),
        (given_name, family_name, email, phone, answers),
        (stage, state, reason, received_at),
        (person, delete_after, revision),
    ) = loaded;
    let answers = serde_json::from_value(answers).unwrap_or_default();
    Application {
        id,
        vacancy,
        unit,
        reference,
        who: Applicant { given_name, family_name, email, phone, answers },
        stage,
        state: State::parse(&state),
        reason,
        received_at: received_at.to_jiff(),
        person,
        delete_after: delete_after.map(jiff_diesel::Date::to_jiff),
        revision,
    }
}

/// An application that the caller's row-level policies show: facts for a permission.
pub(in crate::applications) fn application(tx: &mut Tx<'_>, id: ApplicationId) -> Result<Option<Application>, DbError> {
    let this = table::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(row))
}

/// How many applications of each vacancy are open, and how many there are.
pub(in crate::applications) fn counts<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, HandleVacancies>,
) -> Result<BTreeMap<VacancyId, (i64, i64)>, DbError> {
    let rows: Vec<(VacancyId, String, i64)> = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .group_by((table::vacancy_id, table::state))
        .select((table::vacancy_id, table::state, count_star()))
        .load(tx.conn())?;
    let mut counts: BTreeMap<VacancyId, (i64, i64)> = BTreeMap::new();
    for (vacancy, state, number) in rows {
        let (open, all) = counts.entry(vacancy).or_default();
        *open += if State::parse(&state) == State::Open { number } else { 0 };
        *all += number;
    }
    Ok(counts)
}

/// The applications for a vacancy, the first to come first.
pub(in crate::applications) fn list<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleVacancy>,
) -> Result<Vec<Application>, DbError> {
    let rows: Vec<Loaded> = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .filter(table::vacancy_id.eq(may.scope()))
        .select(COLUMNS)
        .order((table::received_at, table::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// The documents of an application.
pub(in crate::applications) fn files<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
) -> Result<Vec<File>, DbError> {
    type Row = (ApplicationFileId, String, String, i64);
    let rows: Vec<Row> = application_files::table
        .filter(application_files::organisation_id.eq(tx.caller().organisation()))
        .filter(application_files::application_id.eq(may.scope()))
        .select((
            application_files::id,
            application_files::file_name,
            application_files::media_type,
            application_files::bytes,
        ))
        .order((application_files::created_at, application_files::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, name, media_type, bytes)| File { id, name, media_type, bytes }).collect())
}

/// One document with its bytes.
pub(in crate::applications) fn fetch<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
    id: ApplicationFileId,
) -> Result<Option<(File, Vec<u8>)>, DbError> {
    let found: Option<(String, String, i64, Vec<u8>)> = application_files::table
        .find((tx.caller().organisation(), id))
        .filter(application_files::application_id.eq(may.scope()))
        .select((
            application_files::file_name,
            application_files::media_type,
            application_files::bytes,
            application_files::content,
        ))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(name, media_type, bytes, content)| (File { id, name, media_type, bytes }, content)))
}

/// How an application went, the first step first.
pub(in crate::applications) fn events<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
) -> Result<Vec<Event>, DbError> {
    type Row = (jiff_diesel::Timestamp, Option<PersonId>, String);
    let rows: Vec<Row> = application_events::table
        .filter(application_events::organisation_id.eq(tx.caller().organisation()))
        .filter(application_events::application_id.eq(may.scope()))
        .select((application_events::at, application_events::by_id, application_events::said))
        .order((application_events::at, application_events::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(at, by, said)| Event { at: at.to_jiff(), by, said }).collect())
}

/// What those people are called whom the caller may see.
pub(in crate::applications) fn names(
    tx: &mut Tx<'_>,
    somebody: &[PersonId],
) -> Result<BTreeMap<PersonId, String>, DbError> {
    let rows: Vec<(PersonId, String, String)> = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::id.eq_any(somebody))
        .select((people::id, people::given_name, people::family_name))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, given, family)| (id, format!("{given} {family}"))).collect())
}

/// Adds a step to the history of an application.
pub(in crate::applications) fn note<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
    said: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(application_events::table)
        .values((
            application_events::organisation_id.eq(tx.caller().organisation()),
            application_events::id.eq(uuid::Uuid::now_v7()),
            application_events::application_id.eq(may.scope()),
            application_events::unit_id.eq(may.facts().unit),
            application_events::at.eq(now.to_diesel()),
            application_events::by_id.eq(tx.caller().person_id()),
            application_events::said.eq(said),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Moves an application that is open and at `revision`; `false` when it is not so any more.
pub(in crate::applications) fn change_stage<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
    revision: i32,
    stage: &str,
) -> Result<bool, DbError> {
    let this = table::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(table::revision.eq(revision).and(table::state.eq(State::Open.as_str())));
    let changed = diesel::update(this)
        .set((table::stage.eq(stage), table::revision.eq(table::revision + 1)))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Decides on an application that is open and at `revision`; `false` when it is not so any more.
pub(in crate::applications) fn decide<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleApplication>,
    revision: i32,
    (state, reason, delete_after): (State, &str, Date),
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = table::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(table::revision.eq(revision).and(table::state.eq(State::Open.as_str())));
    let changed = diesel::update(this)
        .set((
            table::state.eq(state.as_str()),
            table::reason.eq(reason),
            table::decided_by.eq(tx.caller().person_id()),
            table::settled_at.eq(Some(now.to_diesel())),
            table::delete_after.eq(Some(delete_after.to_diesel())),
            table::revision.eq(table::revision + 1),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Says whom a successful applicant became, and until when the application is kept; `false` when it was said before.
pub(in crate::applications) fn convert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ConvertApplication>,
    person: PersonId,
    delete_after: Date,
) -> Result<bool, DbError> {
    let this = table::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(table::person_id.is_null().and(table::state.eq(State::Successful.as_str())));
    let changed = diesel::update(this)
        .set((
            table::person_id.eq(Some(person)),
            table::delete_after.eq(Some(delete_after.to_diesel())),
            table::revision.eq(table::revision + 1),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}
