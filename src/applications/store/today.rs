//! How many applications stand in which stage.

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::applications::model::State;
use crate::applications::policy::HandleVacancies;
use crate::authz::Granted;
use crate::db::schema::applications as table;
use crate::db::{DbError, Tx};
use crate::kernel::ids::VacancyId;

/// How many open applications each stage of each vacancy has, as far as the caller handles them.
pub(in crate::applications) fn open_by_stage<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, HandleVacancies>,
) -> Result<Vec<(VacancyId, String, i64)>, DbError> {
    Ok(table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()).and(table::state.eq(State::Open.as_str())))
        .group_by((table::vacancy_id, table::stage))
        .select((table::vacancy_id, table::stage, count_star()))
        .order((table::vacancy_id, table::stage))
        .load(tx.conn())?)
}
