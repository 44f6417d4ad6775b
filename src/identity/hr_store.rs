//! The four tables of what HR holds, one for each set of fields that has a permission of its own.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::hr::{HrFields, HrSets};
use super::policy::{ReadHr, WriteHr};
use crate::authz::Granted;
use crate::db::schema::{hr_contracts, hr_fitness, hr_kin, hr_payroll, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

fn fields(tx: &mut Tx<'_>, id: PersonId, sets: HrSets) -> Result<(HrFields, Option<Timestamp>), DbError> {
    type Contract = (Option<String>, Option<i32>, Option<jiff_diesel::Date>, jiff_diesel::Timestamp);
    type Text = (Option<String>, jiff_diesel::Timestamp);
    let key = (tx.caller().organisation(), id);
    let mut fields = HrFields::default();
    let mut changed = None;
    if sets.contract {
        let columns = (
            hr_contracts::contract_type,
            hr_contracts::contract_minutes_per_week,
            hr_contracts::started_on,
            hr_contracts::changed_at,
        );
        let found: Option<Contract> = hr_contracts::table.find(key).select(columns).first(tx.conn()).optional()?;
        if let Some((contract_type, minutes, started_on, at)) = found {
            fields.contract_type = contract_type;
            fields.contract_minutes_per_week = minutes;
            fields.started_on = started_on.map(|date| date.to_jiff());
            changed = changed.max(Some(at.to_jiff()));
        }
    }
    if sets.payroll {
        let columns = (hr_payroll::payroll_number, hr_payroll::changed_at);
        let found: Option<Text> = hr_payroll::table.find(key).select(columns).first(tx.conn()).optional()?;
        if let Some((number, at)) = found {
            fields.payroll_number = number;
            changed = changed.max(Some(at.to_jiff()));
        }
    }
    if sets.kin {
        let columns = (hr_kin::next_of_kin, hr_kin::changed_at);
        let found: Option<Text> = hr_kin::table.find(key).select(columns).first(tx.conn()).optional()?;
        if let Some((kin, at)) = found {
            fields.next_of_kin = kin;
            changed = changed.max(Some(at.to_jiff()));
        }
    }
    if sets.fitness {
        let columns = (hr_fitness::fitness_note, hr_fitness::changed_at);
        let found: Option<Text> = hr_fitness::table.find(key).select(columns).first(tx.conn()).optional()?;
        if let Some((note, at)) = found {
            fields.fitness_note = note;
            changed = changed.max(Some(at.to_jiff()));
        }
    }
    Ok((fields, changed))
}

/// The fields of `sets`, and when any of them was last changed.
pub(super) fn read<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadHr>,
    sets: HrSets,
) -> Result<(HrFields, Option<Timestamp>), DbError> {
    fields(tx, may.scope(), sets)
}

pub(super) fn before_write<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WriteHr>,
    sets: HrSets,
) -> Result<HrFields, DbError> {
    Ok(fields(tx, may.scope(), sets)?.0)
}

pub(super) fn name_of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadHr>) -> Result<String, DbError> {
    let this = people::table.find((tx.caller().organisation(), may.scope()));
    let (given, family): (String, String) = this.select((people::given_name, people::family_name)).first(tx.conn())?;
    Ok(format!("{given} {family}"))
}

/// Writes the sets among `sets` of which something changed.
pub(super) fn write<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WriteHr>,
    sets: HrSets,
    (before, fields): (&HrFields, &HrFields),
    now: Timestamp,
) -> Result<(), DbError> {
    let (organisation, person, now) = (tx.caller().organisation(), may.scope(), now.to_diesel());
    let contract = |of: &HrFields| (of.contract_type.clone(), of.contract_minutes_per_week, of.started_on);
    if sets.contract && contract(before) != contract(fields) {
        use hr_contracts as t;
        let values = (
            t::contract_type.eq(&fields.contract_type),
            t::contract_minutes_per_week.eq(fields.contract_minutes_per_week),
            t::started_on.eq(fields.started_on.map(ToDiesel::to_diesel)),
            t::changed_at.eq(now),
        );
        diesel::insert_into(t::table)
            .values((t::organisation_id.eq(organisation), t::person_id.eq(person), values))
            .on_conflict((t::organisation_id, t::person_id))
            .do_update()
            .set(values)
            .execute(tx.conn())?;
    }
    if sets.payroll && before.payroll_number != fields.payroll_number {
        use hr_payroll as t;
        let values = (t::payroll_number.eq(&fields.payroll_number), t::changed_at.eq(now));
        diesel::insert_into(t::table)
            .values((t::organisation_id.eq(organisation), t::person_id.eq(person), values))
            .on_conflict((t::organisation_id, t::person_id))
            .do_update()
            .set(values)
            .execute(tx.conn())?;
    }
    if sets.kin && before.next_of_kin != fields.next_of_kin {
        use hr_kin as t;
        let values = (t::next_of_kin.eq(&fields.next_of_kin), t::changed_at.eq(now));
        diesel::insert_into(t::table)
            .values((t::organisation_id.eq(organisation), t::person_id.eq(person), values))
            .on_conflict((t::organisation_id, t::person_id))
            .do_update()
            .set(values)
            .execute(tx.conn())?;
    }
    if sets.fitness && before.fitness_note != fields.fitness_note {
        use hr_fitness as t;
        let values = (t::fitness_note.eq(&fields.fitness_note), t::changed_at.eq(now));
        diesel::insert_into(t::table)
            .values((t::organisation_id.eq(organisation), t::person_id.eq(person), values))
            .on_conflict((t::organisation_id, t::person_id))
            .do_update()
            .set(values)
            .execute(tx.conn())?;
    }
    Ok(())
}
