//! What people are called on pages about hours.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};

use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

/// Somebody as pages about hours name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Given and family name.
    pub name: String,
    /// Employee number.
    pub number: Option<String>,
}

/// The names of some people.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<PersonId, Named>);

impl Names {
    /// What `person` is called; "Somebody" where the caller may not see their hours (any more).
    pub fn of(&self, person: PersonId) -> Named {
        self.0.get(&person).cloned().unwrap_or_else(|| Named { name: "Somebody".to_owned(), number: None })
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    employee_number: Option<String>,
}

/// Names of those of `people` whose hours the caller may see.
///
/// # Errors
/// [`DbError`] when the database cannot be asked.
pub fn names(tx: &mut Tx<'_>, people: Vec<PersonId>) -> Result<Names, DbError> {
    let rows: Vec<Row> = diesel::sql_query("select id, name, employee_number from app_hours_people($1)")
        .bind::<Array<SqlUuid>, _>(people)
        .load(tx.conn())?;
    let named = |row: Row| (row.id, Named { name: row.name, number: row.employee_number });
    Ok(Names(rows.into_iter().map(named).collect()))
}
