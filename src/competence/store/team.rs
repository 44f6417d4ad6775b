//! The competences of many people: a page of people with what they need and have; what is missing in each unit.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date as SqlDate, Nullable, Uuid as SqlUuid};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::certificates::{COLUMNS, Loaded, row};
use crate::authz::Granted;
use crate::competence::model::{Certificate, Member};
use crate::competence::policy::ReadTeam;
use crate::competence::standing_rules::Best;
use crate::db::schema::{certificates, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CompetenceKindId, PersonId, UnitId};

type MemberRow = (String, String, PersonId, Option<String>, UnitId);

/// A page of the people whose home is one of `units` and who have not left, by name, after the person `after`; and
/// whether there are more. The cursor is an id and not a name, so that no name stands in an address.
pub(in crate::competence) fn members<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    after: Option<PersonId>,
    limit: u16,
) -> Result<(Vec<Member>, bool), DbError> {
    let mut query = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::unit_id.eq_any(units).and(people::left_at.is_null()))
        .select((people::family_name, people::given_name, people::id, people::employee_number, people::unit_id))
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
    let rows: Vec<MemberRow> = query.load(tx.conn())?;
    let more = rows.len() > usize::from(limit);
    let member = |(family, given, id, number, unit): MemberRow| Member {
        id,
        name: format!("{given} {family}"),
        number,
        unit,
        left: false,
    };
    Ok((rows.into_iter().take(limit.into()).map(member).collect(), more))
}

#[derive(QueryableByName)]
struct Needed {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = SqlUuid)]
    kind_id: CompetenceKindId,
}

/// Which kinds each of these people needs.
pub(in crate::competence) fn needed_in<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    people: &[PersonId],
) -> Result<Vec<(PersonId, CompetenceKindId)>, DbError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.0).collect();
    let found: Vec<Needed> = diesel::sql_query("select person_id, kind_id from app_needed_competences($1, null)")
        .bind::<Array<SqlUuid>, _>(ids)
        .load(tx.conn())?;
    Ok(found.into_iter().map(|found| (found.person_id, found.kind_id)).collect())
}

/// All certificates of these people.
pub(in crate::competence) fn of_members<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    people: &[PersonId],
) -> Result<Vec<Certificate>, DbError> {
    let rows: Vec<Loaded> = certificates::table
        .filter(certificates::organisation_id.eq(tx.caller().organisation()))
        .filter(certificates::person_id.eq_any(people))
        .select(COLUMNS)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// These people as far as they have not left, by name; at most 500.
pub(in crate::competence) fn members_of<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    ids: &[PersonId],
) -> Result<Vec<Member>, DbError> {
    let rows: Vec<MemberRow> = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::id.eq_any(ids).and(people::left_at.is_null()))
        .select((people::family_name, people::given_name, people::id, people::employee_number, people::unit_id))
        .order((people::family_name, people::given_name, people::id))
        .limit(500)
        .load(tx.conn())?;
    let member = |(family, given, id, number, unit): MemberRow| Member {
        id,
        name: format!("{given} {family}"),
        number,
        unit,
        left: false,
    };
    Ok(rows.into_iter().map(member).collect())
}

/// Somebody who needs a kind, and has nothing of it that counts long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::competence) struct Shortfall {
    pub(in crate::competence) person: PersonId,
    pub(in crate::competence) unit: UnitId,
    pub(in crate::competence) kind: CompetenceKindId,
    pub(in crate::competence) best: Best,
}

#[derive(QueryableByName)]
struct ShortfallRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = SqlUuid)]
    kind_id: CompetenceKindId,
    #[diesel(sql_type = Bool)]
    ended: bool,
    #[diesel(sql_type = Nullable<SqlDate>)]
    until: Option<jiff_diesel::Date>,
}

/// Person by person what [`GAPS`] adds up, without those who have enough until `$2`. What counts is not decided here.
const SHORTFALLS: &str = "
    with needed as materialized (select n.person_id, n.unit_id, n.kind_id from app_needed_competences(null, $1) n),
    had as (
        select n.person_id, n.unit_id, n.kind_id,
               coalesce(bool_or(c.id is not null and c.ended_on is null and c.expires_on is null), false) as for_ever,
               coalesce(bool_or(c.ended_on is not null), false) as ended,
               max(c.expires_on) filter (where c.ended_on is null) as until
          from needed n
          left join certificates c on c.organisation_id = (select current_setting('app.organisation', true)::uuid)
               and c.person_id = n.person_id and c.kind_id = n.kind_id
         group by n.person_id, n.unit_id, n.kind_id)
    select person_id, unit_id, kind_id, ended, until
      from had where not for_ever and (until is null or until <= $2)";

/// Who of these units needs something and has nothing of it that counts beyond `until`.
pub(in crate::competence) fn shortfalls<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    until: Date,
) -> Result<Vec<Shortfall>, DbError> {
    let units: Vec<Uuid> = units.iter().map(|id| id.0).collect();
    let rows: Vec<ShortfallRow> = diesel::sql_query(SHORTFALLS)
        .bind::<Array<SqlUuid>, _>(units)
        .bind::<SqlDate, _>(until.to_diesel())
        .load(tx.conn())?;
    let short = |row: ShortfallRow| Shortfall {
        person: row.person_id,
        unit: row.unit_id,
        kind: row.kind_id,
        best: match (row.until, row.ended) {
            (Some(until), _) => Best::Until(until.to_jiff()),
            (None, true) => Best::Ended,
            (None, false) => Best::Never,
        },
    };
    Ok(rows.into_iter().map(short).collect())
}

/// So many people of a unit who need a kind and have the same of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::competence) struct Gap {
    pub(in crate::competence) unit: UnitId,
    pub(in crate::competence) kind: CompetenceKindId,
    pub(in crate::competence) best: Best,
    pub(in crate::competence) people: i64,
}

#[derive(QueryableByName)]
struct GapRow {
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = SqlUuid)]
    kind_id: CompetenceKindId,
    #[diesel(sql_type = Bool)]
    for_ever: bool,
    #[diesel(sql_type = Bool)]
    ended: bool,
    #[diesel(sql_type = Nullable<SqlDate>)]
    until: Option<jiff_diesel::Date>,
    #[diesel(sql_type = BigInt)]
    people: i64,
}

/// Of everybody in these units who needs something: what they have of it, added up. What counts is not decided here.
const GAPS: &str = "
    with needed as materialized (select n.person_id, n.unit_id, n.kind_id from app_needed_competences(null, $1) n),
    had as (
        select n.person_id, n.unit_id, n.kind_id,
               coalesce(bool_or(c.id is not null and c.ended_on is null and c.expires_on is null), false) as for_ever,
               coalesce(bool_or(c.ended_on is not null), false) as ended,
               max(c.expires_on) filter (where c.ended_on is null) as until
          from needed n
          left join certificates c on c.organisation_id = (select current_setting('app.organisation', true)::uuid)
               and c.person_id = n.person_id and c.kind_id = n.kind_id
         group by n.person_id, n.unit_id, n.kind_id)
    select unit_id, kind_id, for_ever, ended, until, count(*) as people
      from had group by unit_id, kind_id, for_ever, ended, until";

/// What people of these units have of what they need.
pub(in crate::competence) fn gaps<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
) -> Result<Vec<Gap>, DbError> {
    let units: Vec<Uuid> = units.iter().map(|id| id.0).collect();
    let rows: Vec<GapRow> = diesel::sql_query(GAPS).bind::<Array<SqlUuid>, _>(units).load(tx.conn())?;
    let gap = |row: GapRow| {
        let until: Option<Date> = row.until.map(jiff_diesel::Date::to_jiff);
        let best = match (row.for_ever, until, row.ended) {
            (true, ..) => Best::ForEver,
            (false, Some(until), _) => Best::Until(until),
            (false, None, true) => Best::Ended,
            (false, None, false) => Best::Never,
        };
        Gap { unit: row.unit_id, kind: row.kind_id, best, people: row.people }
    };
    Ok(rows.into_iter().map(gap).collect())
}
