//! The four tables of what HR holds, one for each set of fields that has a permission of its own.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::hr::{HrFields, HrSets};
use super::policy::{ReadHr, WriteHr};
use crate::authz::Granted;
use crate::db::schema::{hr_contracts, hr_fitness, hr_kin, hr_payroll, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{OrganisationId, PersonId};

/// A set of fields as its table has it. The four tables differ in their columns alone.
trait Set: Sized + PartialEq {
    /// What of the fields stands in it.
    fn of(fields: &HrFields) -> Self;

    /// Puts what stands in it among the fields.
    fn fill(self, fields: &mut HrFields);

    /// Somebody's row, and when it was last changed.
    fn load(tx: &mut Tx<'_>, key: Key) -> Result<Option<(Self, jiff_diesel::Timestamp)>, DbError>;

    /// Writes somebody's row, whether there was one or not.
    fn save(self, tx: &mut Tx<'_>, key: Key, now: Timestamp) -> Result<(), DbError>;
}

type Key = (OrganisationId, PersonId);

macro_rules! sets {
    ($($set:ident = $table:ident { $($field:ident: $kept:ty),+ })*) => {$(
        #[derive(Queryable, Selectable, Insertable, AsChangeset, PartialEq)]
        #[diesel(table_name = $table, treat_none_as_null = true)]
        struct $set {
            $($field: Option<$kept>,)+
        }

        impl Set for $set {
            fn of(fields: &HrFields) -> Self {
                Self { $($field: fields.$field.clone().map(Into::into),)+ }
            }

            fn fill(self, fields: &mut HrFields) {
                $(fields.$field = self.$field.map(Into::into);)+
            }

            fn load(tx: &mut Tx<'_>, key: Key) -> Result<Option<(Self, jiff_diesel::Timestamp)>, DbError> {
                let row = $table::table.find(key).select((Self::as_select(), $table::changed_at));
                Ok(row.first(tx.conn()).optional()?)
            }

            fn save(self, tx: &mut Tx<'_>, (organisation, person): Key, now: Timestamp) -> Result<(), DbError> {
                let key = ($table::organisation_id.eq(organisation), $table::person_id.eq(person));
                let at = $table::changed_at.eq(now.to_diesel());
                diesel::insert_into($table::table)
                    .values((key, &self, at))
                    .on_conflict(($table::organisation_id, $table::person_id))
                    .do_update()
                    .set((&self, at))
                    .execute(tx.conn())?;
                Ok(())
            }
        }
    )*};
}

sets! {
    Contract = hr_contracts {
        contract_type: String,
        contract_minutes_per_week: i32,
        started_on: jiff_diesel::Date
    }
    Payroll = hr_payroll { payroll_number: String }
    Kin = hr_kin { next_of_kin: String }
    Fitness = hr_fitness { fitness_note: String }
}

/// Adds a set to the fields; when it was last changed.
fn add<S: Set>(tx: &mut Tx<'_>, key: Key, fields: &mut HrFields) -> Result<Option<Timestamp>, DbError> {
    let Some((set, at)) = S::load(tx, key)? else { return Ok(None) };
    set.fill(fields);
    Ok(Some(at.to_jiff()))
}

fn fields(tx: &mut Tx<'_>, id: PersonId, sets: HrSets) -> Result<(HrFields, Option<Timestamp>), DbError> {
    let key = (tx.caller().organisation(), id);
    let mut fields = HrFields::default();
    let changed = [
        if sets.contract { add::<Contract>(tx, key, &mut fields)? } else { None },
        if sets.payroll { add::<Payroll>(tx, key, &mut fields)? } else { None },
        if sets.kin { add::<Kin>(tx, key, &mut fields)? } else { None },
        if sets.fitness { add::<Fitness>(tx, key, &mut fields)? } else { None },
    ];
    Ok((fields, changed.into_iter().flatten().max()))
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
    change: (&HrFields, &HrFields),
    now: Timestamp,
) -> Result<(), DbError> {
    let key = (tx.caller().organisation(), may.scope());
    if sets.contract {
        save_changed::<Contract>(tx, key, change, now)?;
    }
    if sets.payroll {
        save_changed::<Payroll>(tx, key, change, now)?;
    }
    if sets.kin {
        save_changed::<Kin>(tx, key, change, now)?;
    }
    if sets.fitness {
        save_changed::<Fitness>(tx, key, change, now)?;
    }
    Ok(())
}

fn save_changed<S: Set>(
    tx: &mut Tx<'_>,
    key: Key,
    (before, after): (&HrFields, &HrFields),
    now: Timestamp,
) -> Result<(), DbError> {
    let set = S::of(after);
    if set == S::of(before) { Ok(()) } else { set.save(tx, key, now) }
}
