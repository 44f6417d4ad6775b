//! The tables of the rota.

mod assignments;
mod availability;
mod calendar;
mod feeds;
mod patterns;
mod rostered;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Uuid as SqlUuid};

pub(super) use assignments::{assign, assigned_now, assignment, assignments_for, end, find};
pub(super) use availability::{
    apply, contract, cover, cover_of_units, drop_contract, needs, off_between, set_contract, set_need,
};
pub(super) use calendar::{confirm_id, confirmed, duty_is_live, everybody, logged, replace_confirmed, team};
pub(super) use feeds::{feed, feed_of, revoke_feed, set_feed};
pub(super) use patterns::{add_pattern, add_slot, pattern, patterns, remove_slot, retire_pattern, slots, slots_of_all};
pub(super) use rostered::{days_away, rostered, worked_seconds};

use super::model::Member;
use crate::db::schema::people;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, UnitId};

/// Somebody, as far as the caller may know them: facts for a permission.
pub(super) fn member(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Member>, DbError> {
    type Row = (String, String, UnitId, Option<jiff_diesel::Timestamp>);
    let this = people::table.find((tx.caller().organisation(), id));
    let found: Option<Row> = this
        .select((people::given_name, people::family_name, people::unit_id, people::left_at))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(given, family, unit, left_at)| Member {
        id,
        name: format!("{given} {family}"),
        unit,
        left: left_at.is_some(),
    }))
}

#[derive(QueryableByName)]
struct OwnUnit {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    unit: Option<UnitId>,
}

/// The caller's home unit: facts for a permission.
pub(super) fn own_unit(tx: &mut Tx<'_>) -> Result<Option<UnitId>, DbError> {
    let found: OwnUnit = diesel::sql_query("select app_own_unit() as unit").get_result(tx.conn())?;
    Ok(found.unit)
}
