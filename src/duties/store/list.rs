//! A person's duties, by key, and what they add up to.

use diesel::dsl::{count_star, sum};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jiff_diesel::ToDiesel;

use super::super::model::{DutyRow, Filter, Page, Sum};
use super::super::policy::ReadDutiesOf;
use super::overlaps::{Overlap, overlaps};
use super::{COLUMNS, Loaded, row};
use crate::authz::Granted;
use crate::db::schema::duties;
use crate::db::{DbError, Tx};
use crate::kernel::civil;
use crate::kernel::cursor::{Cursor, page_of};
use crate::kernel::ids::{DutyKindId, OrganisationId, PersonId};

pub(super) type Wanted = Box<dyn BoxableExpression<duties::table, Pg, SqlType = Bool>>;

/// The instants between which a duty starts that starts on these days.
pub(super) fn bounds(from: Option<Date>, to: Option<Date>) -> (Option<Timestamp>, Option<Timestamp>) {
    let after = to.and_then(|to| to.checked_add(1.day()).ok());
    (from.map(civil::start_of_day), after.map(civil::start_of_day))
}

pub(super) fn wanted(organisation: OrganisationId, person: PersonId, filter: &Filter) -> Wanted {
    let mut all: Wanted = Box::new(
        duties::organisation_id.eq(organisation).and(duties::person_id.eq(person)).and(duties::deleted_at.is_null()),
    );
    let (from, before) = bounds(filter.from, filter.to);
    if let Some(from) = from {
        all = Box::new(all.and(duties::started_at.ge(from.to_diesel())));
    }
    if let Some(before) = before {
        all = Box::new(all.and(duties::started_at.lt(before.to_diesel())));
    }
    if let Some(kind) = filter.kind {
        let category = duties::category_id.is_not_null().and(duties::category_id.assume_not_null().eq(kind));
        let sub = duties::subcategory_id.is_not_null().and(duties::subcategory_id.assume_not_null().eq(kind));
        all = Box::new(all.and(duties::type_id.eq(kind).or(category).or(sub)));
    }
    if let Some(text) = &filter.incident {
        let number = duties::incident_number.assume_not_null().ilike(containing(text));
        all = Box::new(all.and(duties::incident_number.is_not_null().and(number)));
    }
    all
}

/// A pattern for "contains this text".
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// One page, newest first, after `after`.
pub(in crate::duties) fn page<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadDutiesOf>,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page<DutyRow>, DbError> {
    let mut wanted = wanted(tx.caller().organisation(), may.scope(), filter);
    if let Some(Cursor { at, id }) = after {
        let at = at.to_diesel();
        let id = crate::kernel::ids::DutyId(id);
        // The first condition bounds the look at the index, the rest decides between equal instants.
        let later = duties::started_at.lt(at).or(duties::id.lt(id));
        wanted = Box::new(wanted.and(duties::started_at.le(at)).and(later));
    }
    let rows: Vec<Loaded> = duties::table
        .filter(wanted)
        .select(COLUMNS)
        .order((duties::started_at.desc(), duties::id.desc()))
        .limit(i64::from(limit) + 1)
        .load(tx.conn())?;
    let rows: Vec<DutyRow> = rows.into_iter().map(row).collect();
    let (rows, next) = page_of(rows, limit.into(), |last| Cursor { at: last.started_at, id: last.id.0 });
    Ok(Page { rows, next })
}

/// What was worked on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::duties) struct DaySum {
    pub(in crate::duties) day: Date,
    pub(in crate::duties) minutes: i64,
    pub(in crate::duties) duties: i64,
}

/// Minutes, each once, and duties by the day on which they started.
pub(in crate::duties) fn sums_by_day<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadDutiesOf>,
    (from, to): (Date, Date),
) -> Result<Vec<DaySum>, DbError> {
    let filter = Filter { from: Some(from), to: Some(to), ..Filter::default() };
    let rows: Vec<(jiff_diesel::Date, Option<i64>, i64)> = duties::table
        .filter(wanted(tx.caller().organisation(), may.scope(), &filter))
        .group_by(duties::started_on)
        .select((duties::started_on, sum(duties::worked_minutes), count_star()))
        .load(tx.conn())?;
    let lost = overlaps(tx, may, (Some(from), Some(to)))?;
    let of = |(day, minutes, duties): (jiff_diesel::Date, Option<i64>, i64)| {
        let day = day.to_jiff();
        let lost = lost.iter().filter(|lost| lost.started_on.to_jiff() == day).map(|lost| i64::from(lost.minutes));
        DaySum { day, minutes: minutes.unwrap_or(0) - lost.sum::<i64>(), duties }
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Minutes and duties by week and category.
pub(in crate::duties) fn sums<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadDutiesOf>,
    filter: &Filter,
) -> Result<Vec<Sum>, DbError> {
    type Row = (jiff_diesel::Date, DutyKindId, Option<DutyKindId>, Option<i64>, i64);
    let rows: Vec<Row> = duties::table
        .filter(wanted(tx.caller().organisation(), may.scope(), filter))
        .group_by((duties::week_start, duties::type_id, duties::category_id))
        .select((duties::week_start, duties::type_id, duties::category_id, sum(duties::worked_minutes), count_star()))
        .load(tx.conn())?;
    // Of some of the duties each counts whole: what it overlaps may not be among them.
    let whole = filter.kind.is_some() || filter.incident.is_some();
    let lost = if whole { Vec::new() } else { overlaps(tx, may, (filter.from, filter.to))? };
    let of = |(week_start, type_id, category, minutes, duties): Row| {
        let (week_start, minutes) = (week_start.to_jiff(), minutes.unwrap_or(0));
        let here = |lost: &&Overlap| {
            lost.week_start.to_jiff() == week_start && (lost.type_id, lost.category_id) == (type_id, category)
        };
        let once = minutes - lost.iter().filter(here).map(|lost| i64::from(lost.minutes)).sum::<i64>();
        Sum { week_start, type_id, category, minutes, once, duties }
    };
    Ok(rows.into_iter().map(of).collect())
}

/// The latest duties, to offer their values again.
pub(in crate::duties) fn recent<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadDutiesOf>,
    limit: u16,
) -> Result<Vec<DutyRow>, DbError> {
    Ok(page(tx, may, &Filter::default(), None, limit)?.rows)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_looked_for_is_no_pattern() {
        assert_eq!(super::containing("12%_\\"), "%12\\%\\_\\\\%");
    }
}
