//! What rows become: duties and people, thousands at a time.
//!
//! The statements are SQL text because they read from arrays (`unnest`), which the query builder cannot say; `COPY FROM`
//! is refused under row-level security. The text is the same for every batch.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::duties;
use crate::db::{DbError, Tx};
use crate::imports::fate::{NewDuty, NewPerson};
use crate::imports::locks::Locked;
use crate::imports::policy::DoImport;
use crate::imports::rules::LONGEST;
use crate::kernel::ids::{DutyId, PersonId, RoleGrantId, UnitId};

/// Which of these source keys are known: of duties that stand, and of deleted ones, which stay deleted.
pub(in crate::imports) fn existing_keys<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, DoImport>,
    keys: &[&str],
) -> Result<Vec<String>, DbError> {
    let found: Vec<Option<String>> = duties::table
        .filter(duties::organisation_id.eq(tx.caller().organisation()))
        .filter(duties::source_key.eq_any(keys))
        .select(duties::source_key)
        .load(tx.conn())?;
    Ok(found.into_iter().flatten().collect())
}

#[derive(QueryableByName)]
struct Overlap {
    #[diesel(sql_type = Integer)]
    place: i32,
}

/// Places in `spans` of those that overlap a duty that the person has already.
pub(in crate::imports) fn overlapping<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, DoImport>,
    spans: &[(PersonId, Timestamp, Timestamp)],
) -> Result<Vec<usize>, DbError> {
    let people: Vec<PersonId> = spans.iter().map(|span| span.0).collect();
    let starts: Vec<_> = spans.iter().map(|span| span.1.to_diesel()).collect();
    let ends: Vec<_> = spans.iter().map(|span| span.2.to_diesel()).collect();
    // No duty is longer than a day, so a part of the index on (person, start) holds all that may overlap. That start is
    // computed here because Postgres uses no bound of the index that it has to compute under row-level security; and
    // each row asks for itself (`lateral`, `limit`), or the whole table would be read for every batch.
    let after: Vec<_> = spans.iter().map(|span| span.1.checked_sub(LONGEST).unwrap_or(span.1).to_diesel()).collect();
    let found: Vec<Overlap> = sql_query(
        "select t.place::int4 as place \
           from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[]) with ordinality \
                as t(person, s, e, after, place), \
                lateral (select 1 from duties d \
                          where d.organisation_id = $1 and d.person_id = t.person and d.deleted_at is null \
                            and d.started_at < t.e and d.started_at > t.after and d.ended_at > t.s limit 1) other",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .bind::<Array<SqlUuid>, _>(people)
    .bind::<Array<Timestamptz>, _>(starts)
    .bind::<Array<Timestamptz>, _>(ends)
    .bind::<Array<Timestamptz>, _>(after)
    .load(tx.conn())?;
    Ok(found.into_iter().filter_map(|row| usize::try_from(row.place).ok()?.checked_sub(1)).collect())
}

#[derive(QueryableByName)]
struct LockedPlace {
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = Date)]
    period_from: jiff_diesel::Date,
    #[diesel(sql_type = Date)]
    period_to: jiff_diesel::Date,
}

/// Which of these duties lie in an approved period and are not known from another import.
pub(in crate::imports) fn locked<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DoImport>,
    duties: &[NewDuty],
) -> Result<Locked, DbError> {
    let found: Vec<LockedPlace> = sql_query(
        "select l.place, l.period_from, l.period_to \
           from app_locked_places($2::uuid[], $3::date[]) l \
          where not exists (select 1 from duties d \
                             where d.organisation_id = $1 and d.source_key = ($4::text[])[l.place] \
                               and d.import_id is distinct from $5)",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .bind::<Array<SqlUuid>, _>(duties.iter().map(|duty| duty.person).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(duties.iter().map(|duty| duty.started_on.to_diesel()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(duties.iter().map(|duty| duty.source_key.as_str()).collect::<Vec<_>>())
    .bind::<SqlUuid, _>(may.scope())
    .load(tx.conn())?;
    let place = |row: &LockedPlace| usize::try_from(row.place).ok()?.checked_sub(1);
    let days = |row: &LockedPlace| (row.period_from.to_jiff(), row.period_to.to_jiff());
    Ok(found.iter().filter_map(|row| Some((place(row)?, days(row)))).collect())
}

const INSERT_DUTIES: &str = "\
    insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, break_minutes, \
                        type_id, category_id, subcategory_id, incident_number, job_role, call_sign, mileage_tenths, \
                        turnout_seconds, travel_seconds, attendance_seconds, source_key, \
                        source, import_id, created_at, created_by, changed_at) \
    select $1, t.*, 'import', $2, $3, $4, $3 \
      from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::timestamptz[], $9::timestamptz[], $10::date[], $11::int4[], \
                  $12::uuid[], $13::uuid[], $14::uuid[], $15::text[], $16::text[], $17::text[], $18::int4[], \
                  $19::int4[], $20::int4[], $21::int4[], $22::text[]) as t \
    on conflict (organisation_id, source_key) where source_key is not null do nothing";

/// Inserts duties, except those whose source key is known. Returns how many were inserted.
pub(in crate::imports) fn insert_duties<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, DoImport>,
    by: PersonId,
    now: Timestamp,
    ids: &[DutyId],
    new: &[NewDuty],
) -> Result<usize, DbError> {
    fn column<'a, T>(new: &'a [NewDuty], of: impl Fn(&'a NewDuty) -> T) -> Vec<T> {
        new.iter().map(of).collect()
    }
    let organisation = tx.caller().organisation();
    let inserted = sql_query(INSERT_DUTIES)
        .bind::<SqlUuid, _>(organisation)
        .bind::<SqlUuid, _>(may.scope())
        .bind::<Timestamptz, _>(now.to_diesel())
        .bind::<SqlUuid, _>(by)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<SqlUuid>, _>(column(new, |duty| duty.person))
        .bind::<Array<SqlUuid>, _>(column(new, |duty| duty.unit))
        .bind::<Array<Timestamptz>, _>(column(new, |duty| duty.started_at.to_diesel()))
        .bind::<Array<Timestamptz>, _>(column(new, |duty| duty.ended_at.to_diesel()))
        .bind::<Array<Date>, _>(column(new, |duty| duty.started_on.to_diesel()))
        .bind::<Array<Integer>, _>(column(new, |duty| duty.break_minutes))
        .bind::<Array<SqlUuid>, _>(column(new, |duty| duty.kind.type_id))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(new, |duty| duty.kind.category_id))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(new, |duty| duty.kind.subcategory_id))
        .bind::<Array<Nullable<Text>>, _>(column(new, |duty| duty.incident_number.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(column(new, |duty| duty.job_role.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(column(new, |duty| duty.call_sign.as_deref()))
        .bind::<Array<Nullable<Integer>>, _>(column(new, |duty| duty.mileage_tenths))
        .bind::<Array<Nullable<Integer>>, _>(column(new, |duty| duty.turnout_seconds))
        .bind::<Array<Nullable<Integer>>, _>(column(new, |duty| duty.travel_seconds))
        .bind::<Array<Nullable<Integer>>, _>(column(new, |duty| duty.attendance_seconds))
        .bind::<Array<Text>, _>(column(new, |duty| duty.source_key.as_str()))
        .execute(tx.conn())?;
    let noted: Vec<(DutyId, &NewDuty, &str)> = ids
        .iter()
        .zip(new)
        .filter_map(|(id, duty)| duty.shared_note.as_deref().map(|note| (*id, duty, note)))
        .collect();
    if !noted.is_empty() {
        // Only notes of duties that were inserted just now.
        sql_query(
            "insert into duty_shared_notes (organisation_id, duty_id, person_id, unit_id, body) \
             select $1, t.id, t.person, t.unit, t.body \
               from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as t(id, person, unit, body) \
              where exists (select 1 from duties d where d.organisation_id = $1 and d.id = t.id)",
        )
        .bind::<SqlUuid, _>(organisation)
        .bind::<Array<SqlUuid>, _>(noted.iter().map(|noted| noted.0).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(noted.iter().map(|noted| noted.1.person).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(noted.iter().map(|noted| noted.1.unit).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(noted.iter().map(|noted| noted.2).collect::<Vec<_>>())
        .execute(tx.conn())?;
    }
    Ok(inserted)
}

/// Inserts people as members, those marked as managers also as managers of their unit.
pub(in crate::imports) fn insert_people<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, DoImport>,
    by: PersonId,
    now: Timestamp,
    new: &[NewPerson],
) -> Result<usize, DbError> {
    let organisation = tx.caller().organisation();
    let ids: Vec<PersonId> = new.iter().map(|_person| PersonId::new(now)).collect();
    let texts = |of: fn(&NewPerson) -> Option<&str>| new.iter().map(of).collect::<Vec<_>>();
    let inserted = sql_query(
        "insert into people (organisation_id, id, unit_id, given_name, family_name, employee_number, email, created_at) \
         select $1, t.*, $2 \
           from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[]) as t",
    )
    .bind::<SqlUuid, _>(organisation)
    .bind::<Timestamptz, _>(now.to_diesel())
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<Array<SqlUuid>, _>(new.iter().map(|person| person.unit).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(texts(|person| Some(&person.given_name)))
    .bind::<Array<Nullable<Text>>, _>(texts(|person| Some(&person.family_name)))
    .bind::<Array<Nullable<Text>>, _>(texts(|person| person.employee_number.as_deref()))
    .bind::<Array<Nullable<Text>>, _>(texts(|person| person.email.as_deref()))
    .execute(tx.conn())?;
    let everybody: Vec<(PersonId, Option<UnitId>)> = ids.iter().map(|id| (*id, None)).collect();
    grant(tx, "member", by, now, &everybody)?;
    let managers: Vec<(PersonId, Option<UnitId>)> = ids
        .iter()
        .zip(new)
        .filter(|(_id, person)| person.manager)
        .map(|(id, person)| (*id, Some(person.unit)))
        .collect();
    grant(tx, "manager", by, now, &managers)?;
    Ok(inserted)
}

/// Gives the built-in role `code` to people, for a unit or as it is.
fn grant(
    tx: &mut Tx<'_>,
    code: &str,
    by: PersonId,
    now: Timestamp,
    to: &[(PersonId, Option<UnitId>)],
) -> Result<(), DbError> {
    sql_query(
        "insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_by, granted_at) \
         select $1, t.id, t.person, r.id, t.unit, $2, $3 \
           from unnest($4::uuid[], $5::uuid[], $6::uuid[]) as t(id, person, unit) \
           join roles r on r.organisation_id = $1 and r.code = $7",
    )
    .bind::<SqlUuid, _>(tx.caller().organisation())
    .bind::<SqlUuid, _>(by)
    .bind::<Timestamptz, _>(now.to_diesel())
    .bind::<Array<SqlUuid>, _>(to.iter().map(|_person| RoleGrantId::new(now)).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(to.iter().map(|to| to.0).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(to.iter().map(|to| to.1).collect::<Vec<_>>())
    .bind::<Text, _>(code)
    .execute(tx.conn())?;
    Ok(())
}
