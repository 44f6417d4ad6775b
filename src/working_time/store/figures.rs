//! The kept figures, whose have to be made again, and the marks on duties.
//!
//! Writing is SQL text because it reads from arrays (`unnest`), which the query builder cannot say; `COPY FROM` is
//! refused under row-level security. The text is the same for every batch.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date as SqlDate, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{working_time_changes, working_time_figures, working_time_marks};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, PersonId, UnitId};
use crate::working_time::policy::KnowWork;
use crate::working_time::record::Kept;

/// A row to be kept.
#[derive(Debug, Clone)]
pub(in crate::working_time) struct NewRow {
    pub(in crate::working_time) person: PersonId,
    pub(in crate::working_time) unit: UnitId,
    pub(in crate::working_time) kept: Kept,
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
}

/// Takes up to `limit` lines that say whose figures have to be made again; others may take others meanwhile. What is
/// taken is back when the transaction fails.
pub(in crate::working_time) fn take<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    limit: i32,
) -> Result<Vec<PersonId>, DbError> {
    let taken: Vec<Taken> = diesel::sql_query(
        "delete from working_time_changes where organisation_id = $1 and id = any (array( \
             select c.id from working_time_changes c where c.organisation_id = $1 \
              order by c.id limit $2 for update skip locked)) returning person_id",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation().0)
    .bind::<Integer, _>(limit)
    .load(tx.conn())?;
    let mut people: Vec<PersonId> = taken.into_iter().map(|taken| taken.person_id).collect();
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

#[derive(QueryableByName)]
struct Noted {
    #[diesel(sql_type = BigInt)]
    people: i64,
}

/// Notes that everybody's figures have to be made again; how many people that are. The database asks who may.
pub(in crate::working_time) fn recompute_all(tx: &mut Tx<'_>) -> Result<i64, DbError> {
    let noted: Noted = diesel::sql_query("select app_working_time_all() as people").get_result(tx.conn())?;
    Ok(noted.people)
}

/// How many people wait for their figures to be made again, of those whom the caller may know of.
pub(in crate::working_time) fn waiting(tx: &mut Tx<'_>, person: Option<PersonId>) -> Result<i64, DbError> {
    use diesel::dsl::count;
    let mut query = working_time_changes::table
        .filter(working_time_changes::organisation_id.eq(tx.caller().organisation()))
        .select(count(working_time_changes::person_id).aggregate_distinct())
        .into_boxed();
    if let Some(person) = person {
        query = query.filter(working_time_changes::person_id.eq(person));
    }
    Ok(query.first(tx.conn())?)
}

/// Rows that are written where they differ from what is kept.
const WRITE: &str = "
    insert into working_time_figures (organisation_id, person_id, day, unit_id, first_on, last_on, a_seconds, b_seconds,
        c_days, average_hundredths, headroom_seconds, standing, shortest_rest_seconds, owed_rest_seconds, due_on,
        longest_stretch_seconds, rule_version, more)
    select $1, t.* from unnest($2::uuid[], $3::date[], $4::uuid[], $5::date[], $6::date[], $7::int8[], $8::int8[],
        $9::int4[], $10::int4[], $11::int8[], $12::text[], $13::int4[], $14::int8[], $15::date[], $16::int4[],
        $17::text[], $18::jsonb[]) as t
    on conflict (organisation_id, person_id, day) do update
       set unit_id = excluded.unit_id, first_on = excluded.first_on, last_on = excluded.last_on,
           a_seconds = excluded.a_seconds, b_seconds = excluded.b_seconds, c_days = excluded.c_days,
           average_hundredths = excluded.average_hundredths, headroom_seconds = excluded.headroom_seconds,
           standing = excluded.standing, shortest_rest_seconds = excluded.shortest_rest_seconds,
           owed_rest_seconds = excluded.owed_rest_seconds, due_on = excluded.due_on,
           longest_stretch_seconds = excluded.longest_stretch_seconds, rule_version = excluded.rule_version,
           more = excluded.more
     where (working_time_figures.unit_id, working_time_figures.first_on, working_time_figures.last_on,
            working_time_figures.a_seconds, working_time_figures.b_seconds, working_time_figures.c_days,
            working_time_figures.standing, working_time_figures.shortest_rest_seconds,
            working_time_figures.owed_rest_seconds, working_time_figures.due_on,
            working_time_figures.longest_stretch_seconds, working_time_figures.rule_version, working_time_figures.more)
           is distinct from
           (excluded.unit_id, excluded.first_on, excluded.last_on, excluded.a_seconds, excluded.b_seconds,
            excluded.c_days, excluded.standing, excluded.shortest_rest_seconds, excluded.owed_rest_seconds,
            excluded.due_on, excluded.longest_stretch_seconds, excluded.rule_version, excluded.more)";

/// Writes rows, those in order that several writers at once do not wait for each other in a circle.
pub(in crate::working_time) fn write<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    rows: &[NewRow],
) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let of = |value: fn(&NewRow) -> uuid::Uuid| -> Vec<uuid::Uuid> { rows.iter().map(value).collect() };
    let days = |value: fn(&Kept) -> Date| -> Vec<jiff_diesel::Date> {
        rows.iter().map(|row| value(&row.kept).to_diesel()).collect()
    };
    let long = |value: fn(&Kept) -> i64| -> Vec<i64> { rows.iter().map(|row| value(&row.kept)).collect() };
    let short = |value: fn(&Kept) -> i32| -> Vec<i32> { rows.iter().map(|row| value(&row.kept)).collect() };
    let maybe =
        |value: fn(&Kept) -> Option<i32>| -> Vec<Option<i32>> { rows.iter().map(|row| value(&row.kept)).collect() };
    let due: Vec<Option<jiff_diesel::Date>> = rows.iter().map(|row| row.kept.due_on.map(ToDiesel::to_diesel)).collect();
    let more: Vec<Option<serde_json::Value>> =
        rows.iter().map(|row| row.kept.more.as_ref().and_then(|more| serde_json::to_value(more).ok())).collect();
    Ok(diesel::sql_query(WRITE)
        .bind::<SqlUuid, _>(organisation.0)
        .bind::<Array<SqlUuid>, _>(of(|row| row.person.0))
        .bind::<Array<SqlDate>, _>(days(|kept| kept.day))
        .bind::<Array<SqlUuid>, _>(of(|row| row.unit.0))
        .bind::<Array<SqlDate>, _>(days(|kept| kept.first_on))
        .bind::<Array<SqlDate>, _>(days(|kept| kept.last_on))
        .bind::<Array<BigInt>, _>(long(|kept| kept.a))
        .bind::<Array<BigInt>, _>(long(|kept| kept.b))
        .bind::<Array<Integer>, _>(short(|kept| kept.c_days))
        .bind::<Array<Integer>, _>(short(|kept| kept.average))
        .bind::<Array<BigInt>, _>(long(|kept| kept.headroom))
        .bind::<Array<Text>, _>(rows.iter().map(|row| row.kept.standing).collect::<Vec<_>>())
        .bind::<Array<Nullable<Integer>>, _>(maybe(|kept| kept.shortest_rest))
        .bind::<Array<BigInt>, _>(long(|kept| kept.owed))
        .bind::<Array<Nullable<SqlDate>>, _>(due)
        .bind::<Array<Nullable<Integer>>, _>(maybe(|kept| kept.longest_stretch))
        .bind::<Array<Text>, _>(rows.iter().map(|row| row.kept.rule_version.as_str()).collect::<Vec<_>>())
        .bind::<Array<Nullable<Jsonb>>, _>(more)
        .execute(tx.conn())?)
}

/// Removes rows of days before somebody was employed, and all of those for whom no group holds (`None`).
pub(in crate::working_time) fn clear<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    firsts: &[(PersonId, Option<Date>)],
) -> Result<(), DbError> {
    let ids: Vec<uuid::Uuid> = firsts.iter().map(|(person, _first)| person.0).collect();
    let days: Vec<Option<jiff_diesel::Date>> =
        firsts.iter().map(|(_person, first)| first.map(ToDiesel::to_diesel)).collect();
    diesel::sql_query("select app_clear_figures($1, $2)")
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Nullable<SqlDate>>, _>(days)
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets the figures of days before `day`.
pub(in crate::working_time) fn forget<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    day: Date,
) -> Result<usize, DbError> {
    let old = working_time_figures::table
        .filter(working_time_figures::organisation_id.eq(tx.caller().organisation()))
        .filter(working_time_figures::day.lt(day.to_diesel()));
    Ok(diesel::delete(old).execute(tx.conn())?)
}

type Row = (
    (jiff_diesel::Date, jiff_diesel::Date, jiff_diesel::Date, i64, i64, i32, i32, i64, String),
    (Option<i32>, i64, Option<jiff_diesel::Date>, Option<i32>, String, Option<serde_json::Value>),
);

/// The latest kept figure of somebody up to a day. Row-level security says whose the caller reads.
pub(in crate::working_time) fn latest(tx: &mut Tx<'_>, person: PersonId, today: Date) -> Result<Option<Kept>, DbError> {
    let found: Option<Row> = working_time_figures::table
        .filter(working_time_figures::organisation_id.eq(tx.caller().organisation()))
        .filter(working_time_figures::person_id.eq(person).and(working_time_figures::day.le(today.to_diesel())))
        .order(working_time_figures::day.desc())
        .select((
            (
                working_time_figures::day,
                working_time_figures::first_on,
                working_time_figures::last_on,
                working_time_figures::a_seconds,
                working_time_figures::b_seconds,
                working_time_figures::c_days,
                working_time_figures::average_hundredths,
                working_time_figures::headroom_seconds,
                working_time_figures::standing,
            ),
            (
                working_time_figures::shortest_rest_seconds,
                working_time_figures::owed_rest_seconds,
                working_time_figures::due_on,
                working_time_figures::longest_stretch_seconds,
                working_time_figures::rule_version,
                working_time_figures::more,
            ),
        ))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(kept))
}

fn kept(((day, first_on, last_on, a, b, c_days, average, headroom, standing), rest): Row) -> Kept {
    let (shortest_rest, owed, due_on, longest_stretch, rule_version, more) = rest;
    Kept {
        day: day.to_jiff(),
        first_on: first_on.to_jiff(),
        last_on: last_on.to_jiff(),
        a,
        b,
        c_days,
        average,
        headroom,
        standing: known_standing(&standing),
        shortest_rest,
        owed,
        due_on: due_on.map(jiff_diesel::Date::to_jiff),
        longest_stretch,
        rule_version,
        more: more.and_then(|more| serde_json::from_value(more).ok()),
    }
}

/// The word that we have for a standing; the database holds no other.
pub(super) fn known_standing(text: &str) -> &'static str {
    match text {
        "over" => "over",
        "opted-out" => "opted-out",
        _ => "within",
    }
}

/// The averages of somebody since a day, in order: day, hundredths of an hour a week.
pub(in crate::working_time) fn history(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Date,
) -> Result<Vec<(Date, i32)>, DbError> {
    let rows: Vec<(jiff_diesel::Date, i32)> = working_time_figures::table
        .filter(working_time_figures::organisation_id.eq(tx.caller().organisation()))
        .filter(working_time_figures::person_id.eq(person).and(working_time_figures::day.ge(since.to_diesel())))
        .order(working_time_figures::day)
        .select((working_time_figures::day, working_time_figures::average_hundredths))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(day, average)| (day.to_jiff(), average)).collect())
}

/// Keeps that a duty of the caller's was logged although it breaks something.
pub(in crate::working_time) fn mark(
    tx: &mut Tx<'_>,
    person: PersonId,
    duty: DutyId,
    said: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let said: String = said.chars().take(1_000).collect();
    diesel::insert_into(working_time_marks::table)
        .values((
            working_time_marks::organisation_id.eq(tx.caller().organisation()),
            working_time_marks::duty_id.eq(duty),
            working_time_marks::person_id.eq(person),
            working_time_marks::unit_id.eq(UnitId::NIL),
            working_time_marks::said.eq(&said),
            working_time_marks::marked_at.eq(now.to_diesel()),
        ))
        .on_conflict((working_time_marks::organisation_id, working_time_marks::duty_id))
        .do_update()
        .set((working_time_marks::said.eq(&said), working_time_marks::marked_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}

/// What was said of a duty that was logged although it breaks something.
pub(in crate::working_time) fn marked(tx: &mut Tx<'_>, duty: DutyId) -> Result<Option<String>, DbError> {
    let this = working_time_marks::table.find((tx.caller().organisation(), duty)).select(working_time_marks::said);
    Ok(this.first(tx.conn()).optional()?)
}

/// The latest marks of somebody: which duty, when, what was said.
pub(in crate::working_time) fn marks_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    limit: i64,
) -> Result<Vec<(DutyId, Timestamp, String)>, DbError> {
    let rows: Vec<(DutyId, jiff_diesel::Timestamp, String)> = working_time_marks::table
        .filter(working_time_marks::organisation_id.eq(tx.caller().organisation()))
        .filter(working_time_marks::person_id.eq(person))
        .order((working_time_marks::marked_at.desc(), working_time_marks::duty_id))
        .limit(limit)
        .select((working_time_marks::duty_id, working_time_marks::marked_at, working_time_marks::said))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(duty, at, said)| (duty, at.to_jiff(), said)).collect())
}
