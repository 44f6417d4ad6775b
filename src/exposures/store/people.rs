//! People whose exposures are read: by functions that name nobody else.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};

use crate::authz::Granted;
use crate::db::{DbError, Tx};
use crate::exposures::model::Subject;
use crate::exposures::policy::FindPeople;
use crate::kernel::ids::{PersonId, UnitId};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    number: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = Bool)]
    gone: bool,
}

fn subject_of(row: Row) -> Subject {
    Subject { id: row.id, name: row.name, number: row.number, unit: row.unit_id, left: row.gone }
}

/// Whose exposures they are: the caller, or somebody whose the caller may read. Facts for a permission.
pub(in crate::exposures) fn subject(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Subject>, DbError> {
    let row: Option<Row> = diesel::sql_query("select id, name, number, unit_id, gone from app_exposure_person($1)")
        .bind::<SqlUuid, _>(id)
        .get_result(tx.conn())
        .optional()?;
    Ok(row.map(subject_of))
}

/// At most twenty people by a part of their name, or by their number or address.
pub(in crate::exposures) fn find<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, FindPeople>,
    text: &str,
) -> Result<Vec<Subject>, DbError> {
    let rows: Vec<Row> = diesel::sql_query("select id, name, number, unit_id, gone from app_exposure_people($1)")
        .bind::<Text, _>(text)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(subject_of).collect())
}
