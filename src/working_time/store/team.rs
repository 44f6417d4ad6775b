//! The latest figures of many people.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date as SqlDate, Integer, Nullable, Text, Uuid as SqlUuid};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::figures::known_standing;
use crate::authz::Granted;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, UnitId};
use crate::working_time::policy::ReadTeam;
use crate::working_time::record::{Kept, Member};

/// Somebody with their latest figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub member: Member,
    /// Their figure; `None` when there is none.
    pub figure: Option<Latest>,
}

/// A figure, as a list shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// The day.
    pub day: Date,
    /// Hundredths of an hour a week.
    pub average: i32,
    /// Seconds a week that are left to the limit.
    pub headroom: i64,
    /// `within`, `over` or `opted-out`.
    pub standing: &'static str,
    /// The shortest rest of the last days, in seconds.
    pub shortest_rest: Option<i32>,
    /// Rest owed, in seconds.
    pub owed: i64,
    /// When the first of it falls due.
    pub due_on: Option<Date>,
}

impl From<&Kept> for Latest {
    fn from(kept: &Kept) -> Self {
        Self {
            day: kept.day,
            average: kept.average,
            headroom: kept.headroom,
            standing: kept.standing,
            shortest_rest: kept.shortest_rest,
            owed: kept.owed,
            due_on: kept.due_on,
        }
    }
}

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
    #[diesel(sql_type = Nullable<SqlDate>)]
    day: Option<jiff_diesel::Date>,
    #[diesel(sql_type = Nullable<Integer>)]
    average: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    headroom: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    standing: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    shortest: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    owed: Option<i64>,
    #[diesel(sql_type = Nullable<SqlDate>)]
    due_on: Option<jiff_diesel::Date>,
}

/// Each person asks for one row by the key, so that the figures of other days are not read.
const STANDINGS: &str = "
    select p.id, p.given_name || ' ' || p.family_name as name, p.employee_number as number, p.unit_id, f.day,
           f.average_hundredths as average, f.headroom_seconds as headroom, f.standing,
           f.shortest_rest_seconds as shortest, f.owed_rest_seconds as owed, f.due_on
      from people p
      left join lateral (
        select w.* from working_time_figures w
         where w.organisation_id = $1 and w.person_id = p.id and w.day <= $3
         order by w.day desc limit 1) f on true
     where p.organisation_id = $1 and p.unit_id = any ($2) and p.left_at is null
     order by p.family_name, p.given_name, p.id";

/// Everybody whose home is one of `units`, by name, with their latest figure.
pub(in crate::working_time) fn standings<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    today: Date,
) -> Result<Vec<Standing>, DbError> {
    let ids: Vec<Uuid> = units.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = diesel::sql_query(STANDINGS)
        .bind::<SqlUuid, _>(tx.caller().organisation().0)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlDate, _>(today.to_diesel())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(standing).collect())
}

fn standing(row: Row) -> Standing {
    let member = Member { id: row.id, name: row.name, number: row.number, unit: row.unit_id, left: false };
    let figure = row.day.map(|day| Latest {
        day: day.to_jiff(),
        average: row.average.unwrap_or(0),
        headroom: row.headroom.unwrap_or(0),
        standing: known_standing(row.standing.as_deref().unwrap_or_default()),
        shortest_rest: row.shortest,
        owed: row.owed.unwrap_or(0),
        due_on: row.due_on.map(jiff_diesel::Date::to_jiff),
    });
    Standing { member, figure }
}
