//! The table of what HR holds.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::hr::HrFields;
use super::policy::{ReadHr, WriteHr};
use crate::authz::Granted;
use crate::db::schema::{people, people_hr};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

type Row = (
    Option<String>,
    Option<i32>,
    Option<String>,
    Option<jiff_diesel::Date>,
    Option<String>,
    Option<String>,
    jiff_diesel::Timestamp,
);

fn fields(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<(HrFields, Timestamp)>, DbError> {
    let found: Option<Row> = people_hr::table
        .find((tx.caller().organisation(), id))
        .select((
            people_hr::contract_type,
            people_hr::contract_minutes_per_week,
            people_hr::payroll_number,
            people_hr::started_on,
            people_hr::next_of_kin,
            people_hr::fitness_note,
            people_hr::changed_at,
        ))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|row| {
        let fields = HrFields {
            contract_type: row.0,
            contract_minutes_per_week: row.1,
            payroll_number: row.2,
            started_on: row.3.map(|date| date.to_jiff()),
            next_of_kin: row.4,
            fitness_note: row.5,
        };
        (fields, row.6.to_jiff())
    }))
}

pub(super) fn read<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadHr>,
) -> Result<Option<(HrFields, Timestamp)>, DbError> {
    fields(tx, may.scope())
}

pub(super) fn before_write<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, WriteHr>) -> Result<Option<HrFields>, DbError> {
    Ok(fields(tx, may.scope())?.map(|(fields, _changed_at)| fields))
}

pub(super) fn name_of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadHr>) -> Result<String, DbError> {
    let this = people::table.find((tx.caller().organisation(), may.scope()));
    let (given, family): (String, String) = this.select((people::given_name, people::family_name)).first(tx.conn())?;
    Ok(format!("{given} {family}"))
}

pub(super) fn write<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WriteHr>,
    fields: &HrFields,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = (
        people_hr::contract_type.eq(&fields.contract_type),
        people_hr::contract_minutes_per_week.eq(fields.contract_minutes_per_week),
        people_hr::payroll_number.eq(&fields.payroll_number),
        people_hr::started_on.eq(fields.started_on.map(ToDiesel::to_diesel)),
        people_hr::next_of_kin.eq(&fields.next_of_kin),
        people_hr::fitness_note.eq(&fields.fitness_note),
        people_hr::changed_at.eq(now.to_diesel()),
    );
    let organisation = tx.caller().organisation();
    diesel::insert_into(people_hr::table)
        .values((people_hr::organisation_id.eq(organisation), people_hr::person_id.eq(may.scope()), values))
        .on_conflict((people_hr::organisation_id, people_hr::person_id))
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(())
}
