//! Vacancies.

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use crate::applications::model::{Vacancy, VacancyDraft, VacancyState};
use crate::applications::policy::{HandleVacancies, HandleVacancy};
use crate::authz::Granted;
use crate::db::schema::{applications, vacancies as table};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, UnitId, VacancyId};

type Columns = (
    (table::id, table::unit_id, table::title, table::about, table::closes_on),
    (table::state, table::questions, table::stages, table::criteria),
    (table::keep_months, table::revision),
);

const COLUMNS: Columns = (
    (table::id, table::unit_id, table::title, table::about, table::closes_on),
    (table::state, table::questions, table::stages, table::criteria),
    (table::keep_months, table::revision),
);

type Loaded = ((VacancyId, UnitId, String, String, jiff_diesel::Date), (String, Value, Value, Value), (i16, i32));

fn row(loaded: Loaded) -> Vacancy {
    let ((id, unit, title, about, closes_on), (state, questions, stages, criteria), (keep_months, revision)) = loaded;
    Vacancy {
        id,
        draft: VacancyDraft {
            unit,
            title,
            about,
            closes_on: closes_on.to_jiff(),
            keep_months,
            // Written by us alone; were one damaged, the page would show none of it and could be filled in again.
            questions: serde_json::from_value(questions).unwrap_or_default(),
            stages: serde_json::from_value(stages).unwrap_or_default(),
            criteria: serde_json::from_value(criteria).unwrap_or_default(),
        },
        state: VacancyState::parse(&state),
        revision,
    }
}

/// A vacancy that the caller's row-level policies show: facts for a permission.
pub(in crate::applications) fn vacancy(tx: &mut Tx<'_>, id: VacancyId) -> Result<Option<Vacancy>, DbError> {
    let this = table::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(row))
}

/// All that the caller handles, the last to close first.
pub(in crate::applications) fn vacancies<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, HandleVacancies>,
) -> Result<Vec<Vacancy>, DbError> {
    let rows: Vec<Loaded> = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .select(COLUMNS)
        .order((table::closes_on.desc(), table::id.desc()))
        .limit(500)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// Whether anybody applied.
pub(in crate::applications) fn has_applications<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleVacancy>,
) -> Result<bool, DbError> {
    let of_it = applications::table
        .filter(applications::organisation_id.eq(tx.caller().organisation()))
        .filter(applications::vacancy_id.eq(may.scope()));
    Ok(diesel::select(exists(of_it)).get_result(tx.conn())?)
}

/// Adds a vacancy that takes no applications yet.
pub(in crate::applications) fn add_vacancy<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, HandleVacancies>,
    id: VacancyId,
    draft: &VacancyDraft,
    now: Timestamp,
) -> Result<(), DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    diesel::insert_into(table::table)
        .values((
            table::organisation_id.eq(tx.caller().organisation()),
            table::id.eq(id),
            table::unit_id.eq(draft.unit),
            table::title.eq(&draft.title),
            table::about.eq(&draft.about),
            table::closes_on.eq(draft.closes_on.to_diesel()),
            table::state.eq(VacancyState::Draft.as_str()),
            table::questions.eq(json!(draft.questions)),
            table::stages.eq(json!(draft.stages)),
            table::criteria.eq(json!(draft.criteria)),
            table::keep_months.eq(draft.keep_months),
            table::created_by.eq(by),
            table::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Changes a vacancy that is at `revision`; `false` when it is not so any more.
pub(in crate::applications) fn change_vacancy<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleVacancy>,
    revision: i32,
    draft: &VacancyDraft,
) -> Result<bool, DbError> {
    let this = table::table.find((tx.caller().organisation(), may.scope())).filter(table::revision.eq(revision));
    let changed = diesel::update(this)
        .set((
            table::unit_id.eq(draft.unit),
            table::title.eq(&draft.title),
            table::about.eq(&draft.about),
            table::closes_on.eq(draft.closes_on.to_diesel()),
            table::questions.eq(json!(draft.questions)),
            table::stages.eq(json!(draft.stages)),
            table::criteria.eq(json!(draft.criteria)),
            table::keep_months.eq(draft.keep_months),
            table::revision.eq(table::revision + 1),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Opens or closes a vacancy.
pub(in crate::applications) fn set_state<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HandleVacancy>,
    state: VacancyState,
) -> Result<(), DbError> {
    diesel::update(table::table.find((tx.caller().organisation(), may.scope())))
        .set((table::state.eq(state.as_str()), table::revision.eq(table::revision + 1)))
        .execute(tx.conn())?;
    Ok(())
}
