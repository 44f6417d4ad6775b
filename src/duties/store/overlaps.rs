//! What a person's sums count once: the minutes of duties that began while an earlier one went on.

use diesel::prelude::*;
use diesel::sql_types::{Date as SqlDate, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::super::policy::ReadDutiesOf;
use super::list::bounds;
use crate::authz::Granted;
use crate::db::{DbError, Tx};
use crate::kernel::ids::DutyKindId;

/// Minutes of duties that another one of the same person counts already.
#[derive(QueryableByName)]
pub(super) struct Overlap {
    #[diesel(sql_type = SqlDate)]
    pub(super) started_on: jiff_diesel::Date,
    #[diesel(sql_type = SqlDate)]
    pub(super) week_start: jiff_diesel::Date,
    #[diesel(sql_type = SqlUuid)]
    pub(super) type_id: DutyKindId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(super) category_id: Option<DutyKindId>,
    #[diesel(sql_type = Integer)]
    pub(super) minutes: i32,
}

/// Those of the duties that begin on these days; most people have none.
pub(super) fn overlaps<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadDutiesOf>,
    (from, to): (Option<Date>, Option<Date>),
) -> Result<Vec<Overlap>, DbError> {
    let (from, before) = bounds(from, to);
    let told =
        diesel::sql_query("select started_on, week_start, type_id, category_id, minutes from app_overlaps($1, $2, $3)")
            .bind::<SqlUuid, _>(may.scope())
            .bind::<Nullable<Timestamptz>, _>(from.map(ToDiesel::to_diesel))
            .bind::<Nullable<Timestamptz>, _>(before.map(ToDiesel::to_diesel));
    Ok(told.load(tx.conn())?)
}
