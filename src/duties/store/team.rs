//! The hours of many people: one statement for a page of people, one for their sums, one for the units' sums.

use diesel::dsl::{count_star, sum};
use diesel::prelude::*;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::super::model::Sum;
use super::super::policy::ReadTeam;
use super::list::bounds;
use crate::authz::Granted;
use crate::db::schema::{duties, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyKindId, PersonId, UnitId};

/// Somebody of the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::duties) struct Member {
    /// Who.
    pub(in crate::duties) id: PersonId,
    /// Their family name.
    pub(in crate::duties) family: String,
    /// Their given name.
    pub(in crate::duties) given: String,
    /// Their home unit.
    pub(in crate::duties) unit: UnitId,
}

/// A person's minutes in one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::duties) struct PersonSum {
    /// Who.
    pub(in crate::duties) person: PersonId,
    /// The Monday.
    pub(in crate::duties) week_start: Date,
    /// Minutes worked.
    pub(in crate::duties) minutes: i64,
    /// How many duties.
    pub(in crate::duties) duties: i64,
}

/// One page of the people whose home is one of `units` and who had not left before `from`, by name, after the person
/// `after`. The cursor is an id and not a name, so that no name stands in an address.
pub(in crate::duties) fn people_page<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    from: Date,
    after: Option<PersonId>,
    limit: u16,
) -> Result<(Vec<Member>, bool), DbError> {
    let (from, _) = bounds(Some(from), None);
    let still_there =
        people::left_at.is_null().or(people::left_at.assume_not_null().ge(from.unwrap_or_default().to_diesel()));
    let mut query = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::unit_id.eq_any(units))
        .filter(still_there)
        .select((people::family_name, people::given_name, people::id, people::unit_id))
        .order((people::family_name, people::given_name, people::id))
        .limit(i64::from(limit) + 1)
        .into_boxed();
    let last: Option<(String, String)> = match after {
        Some(id) => people::table
            .find((tx.caller().organisation(), id))
            .select((people::family_name, people::given_name))
            .first(tx.conn())
            .optional()?,
        None => None,
    };
    if let (Some((family, given)), Some(id)) = (last, after) {
        query = query.filter(people::family_name.ge(family.clone())).filter(
            people::family_name
                .gt(family)
                .or(people::given_name.gt(given.clone()).or(people::given_name.eq(given).and(people::id.gt(id)))),
        );
    }
    type Row = (String, String, PersonId, UnitId);
    let rows: Vec<Row> = query.load(tx.conn())?;
    let more = rows.len() > usize::from(limit);
    let member = |(family, given, id, unit)| Member { id, family, given, unit };
    Ok((rows.into_iter().take(limit.into()).map(member).collect(), more))
}

/// What `people` worked for `units` in each week, in one statement.
pub(in crate::duties) fn sums_of_people<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    people: &[PersonId],
    units: &[UnitId],
    (from, to): (Date, Date),
) -> Result<Vec<PersonSum>, DbError> {
    let (start, end) = bounds(Some(from), Some(to));
    type Row = (PersonId, jiff_diesel::Date, Option<i64>, i64);
    let rows: Vec<Row> = duties::table
        .filter(duties::organisation_id.eq(tx.caller().organisation()))
        .filter(duties::person_id.eq_any(people).and(duties::unit_id.eq_any(units)))
        .filter(duties::started_at.ge(start.unwrap_or_default().to_diesel()))
        .filter(duties::started_at.lt(end.unwrap_or_default().to_diesel()))
        .filter(duties::deleted_at.is_null())
        .group_by((duties::person_id, duties::week_start))
        .select((duties::person_id, duties::week_start, sum(duties::worked_minutes), count_star()))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(person, week_start, minutes, duties)| PersonSum {
            person,
            week_start: week_start.to_jiff(),
            minutes: minutes.unwrap_or(0),
            duties,
        })
        .collect())
}

/// What was worked for `units`, by week and category, whoever did it.
pub(in crate::duties) fn sums_of_units<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    (from, to): (Date, Date),
) -> Result<Vec<Sum>, DbError> {
    let (start, end) = bounds(Some(from), Some(to));
    type Row = (jiff_diesel::Date, DutyKindId, Option<DutyKindId>, Option<i64>, i64);
    let rows: Vec<Row> = duties::table
        .filter(duties::organisation_id.eq(tx.caller().organisation()))
        .filter(duties::unit_id.eq_any(units))
        .filter(duties::started_at.ge(start.unwrap_or_default().to_diesel()))
        .filter(duties::started_at.lt(end.unwrap_or_default().to_diesel()))
        .filter(duties::deleted_at.is_null())
        .group_by((duties::week_start, duties::type_id, duties::category_id))
        .select((duties::week_start, duties::type_id, duties::category_id, sum(duties::worked_minutes), count_star()))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(week_start, type_id, category, minutes, duties)| Sum {
            week_start: week_start.to_jiff(),
            type_id,
            category,
            minutes: minutes.unwrap_or(0),
            // Of a unit's hours: each duty whole, by what it was.
            once: minutes.unwrap_or(0),
            duties,
        })
        .collect())
}
