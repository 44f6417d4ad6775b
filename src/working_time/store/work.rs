//! Everything that figures are made of, of many people at once.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff_diesel::ToDiesel;

use super::declared::job;
use crate::authz::Granted;
use crate::db::schema::{absences, duties, opt_outs, other_employments, people, working_terms};
use crate::db::{DbError, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{ContractGroupId, DutyId, DutyKindId, OptOutId, OtherEmploymentId, PersonId, UnitId};
use crate::working_time::assemble::{Days, OnRecord};
use crate::working_time::model::{Absence, AbsenceKind};
use crate::working_time::policy::KnowWork;
use crate::working_time::record::{Belonging, DutyHours, OptOutRow, OtherJob};

type Records = BTreeMap<PersonId, OnRecord>;

/// What is on record of these people: all that was declared, and the work and absences of `days`. Each has an entry.
pub(in crate::working_time) fn records<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KnowWork>,
    people: &[PersonId],
    days: Days,
) -> Result<Records, DbError> {
    let mut found: Records = people.iter().map(|person| (*person, OnRecord::default())).collect();
    terms(tx, may, people, &mut found)?;
    opted_out(tx, may, people, &mut found)?;
    jobs(tx, may, people, &mut found)?;
    away(tx, may, people, days, &mut found)?;
    hours(tx, may, people, days, &mut found)?;
    Ok(found)
}

fn terms<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    people: &[PersonId],
    found: &mut Records,
) -> Result<(), DbError> {
    type Row = (PersonId, jiff_diesel::Date, ContractGroupId, jiff_diesel::Date, Option<jiff_diesel::Date>);
    let rows: Vec<Row> = working_terms::table
        .filter(working_terms::organisation_id.eq(tx.caller().organisation()))
        .filter(working_terms::person_id.eq_any(people))
        .select((
            working_terms::person_id,
            working_terms::from_on,
            working_terms::group_id,
            working_terms::employed_on,
            working_terms::young_until,
        ))
        .load(tx.conn())?;
    for (person, from_on, group, employed_on, young_until) in rows {
        let line = Belonging {
            from_on: from_on.to_jiff(),
            group,
            employed_on: employed_on.to_jiff(),
            young_until: young_until.map(jiff_diesel::Date::to_jiff),
        };
        found.entry(person).or_default().belongings.push(line);
    }
    Ok(())
}

fn opted_out<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    people: &[PersonId],
    found: &mut Records,
) -> Result<(), DbError> {
    type Row = (PersonId, OptOutId, jiff_diesel::Date, i16, Option<jiff_diesel::Date>, Option<jiff_diesel::Date>);
    let rows: Vec<Row> = opt_outs::table
        .filter(opt_outs::organisation_id.eq(tx.caller().organisation()))
        .filter(opt_outs::person_id.eq_any(people))
        .select((
            opt_outs::person_id,
            opt_outs::id,
            opt_outs::from_on,
            opt_outs::notice_days,
            opt_outs::notice_given_on,
            opt_outs::last_on,
        ))
        .load(tx.conn())?;
    for (person, id, from_on, notice_days, given, last) in rows {
        let row = OptOutRow {
            id,
            from_on: from_on.to_jiff(),
            notice_days,
            notice_given_on: given.map(jiff_diesel::Date::to_jiff),
            last_on: last.map(jiff_diesel::Date::to_jiff),
        };
        found.entry(person).or_default().opt_outs.push(row);
    }
    Ok(())
}

fn jobs<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    people: &[PersonId],
    found: &mut Records,
) -> Result<(), DbError> {
    type Row = (
        PersonId,
        OtherEmploymentId,
        String,
        Option<String>,
        bool,
        serde_json::Value,
        jiff_diesel::Date,
        Option<jiff_diesel::Date>,
    );
    let rows: Vec<Row> = other_employments::table
        .filter(other_employments::organisation_id.eq(tx.caller().organisation()))
        .filter(other_employments::person_id.eq_any(people).and(other_employments::removed_at.is_null()))
        .select((
            other_employments::person_id,
            other_employments::id,
            other_employments::kind,
            other_employments::employer,
            other_employments::drives,
            other_employments::week,
            other_employments::from_on,
            other_employments::to_on,
        ))
        .load(tx.conn())?;
    for (person, id, kind, employer, drives, week, from_on, to_on) in rows {
        let days = (from_on.to_jiff(), to_on.map(jiff_diesel::Date::to_jiff));
        let draft = job(&kind, employer, drives, week, days);
        found.entry(person).or_default().jobs.push(OtherJob { id, draft });
    }
    Ok(())
}

fn away<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    people: &[PersonId],
    days: Days,
    found: &mut Records,
) -> Result<(), DbError> {
    let rows: Vec<(PersonId, String, jiff_diesel::Date, jiff_diesel::Date)> = absences::table
        .filter(absences::organisation_id.eq(tx.caller().organisation()))
        .filter(absences::person_id.eq_any(people).and(absences::withdrawn_at.is_null()))
        .filter(absences::last_on.ge(days.first.to_diesel()))
        .select((absences::person_id, absences::kind, absences::first_on, absences::last_on))
        .load(tx.conn())?;
    for (person, kind, first, last) in rows {
        let kind = match kind.as_str() {
            "annual-leave" => AbsenceKind::AnnualLeave,
            "sick" => AbsenceKind::Sick,
            "family" => AbsenceKind::Family,
            _ => AbsenceKind::Other,
        };
        found.entry(person).or_default().absences.push(Absence { first: first.to_jiff(), last: last.to_jiff(), kind });
    }
    Ok(())
}

fn hours<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    people: &[PersonId],
    days: Days,
    found: &mut Records,
) -> Result<(), DbError> {
    type Row = (
        DutyId,
        PersonId,
        jiff_diesel::Timestamp,
        jiff_diesel::Timestamp,
        i32,
        DutyKindId,
        Option<DutyKindId>,
        Option<DutyKindId>,
    );
    let rows: Vec<Row> = duties::table
        .filter(duties::organisation_id.eq(tx.caller().organisation()))
        .filter(duties::person_id.eq_any(people).and(duties::deleted_at.is_null()))
        .filter(duties::started_at.ge(civil::start_of_day(days.first).to_diesel()))
        .select((
            duties::id,
            duties::person_id,
            duties::started_at,
            duties::ended_at,
            duties::break_minutes,
            duties::type_id,
            duties::category_id,
            duties::subcategory_id,
        ))
        .load(tx.conn())?;
    for (id, person, started_at, ended_at, break_minutes, type_id, category, subcategory) in rows {
        let duty = DutyHours {
            id,
            person,
            started_at: started_at.to_jiff(),
            ended_at: ended_at.to_jiff(),
            break_minutes,
            kind: subcategory.or(category).unwrap_or(type_id),
        };
        found.entry(person).or_default().duties.push(duty);
    }
    Ok(())
}

/// The home unit of each of these people who has not left.
pub(in crate::working_time) fn units_of<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, KnowWork>,
    somebody: &[PersonId],
) -> Result<BTreeMap<PersonId, UnitId>, DbError> {
    let rows: Vec<(PersonId, UnitId)> = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::id.eq_any(somebody).and(people::left_at.is_null()))
        .select((people::id, people::unit_id))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}
