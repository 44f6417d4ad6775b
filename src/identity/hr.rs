//! What HR holds about a person: read by HR and by the person, written by HR, and audited without its values.

use jiff::Timestamp;
use jiff::civil::Date;

use super::policy::{ReadHr, WriteHr};
use super::{IdentityError, hr_store};
use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller};
use crate::db::Db;
use crate::kernel::ids::PersonId;

const CONTRACT_TYPE: Field = Field::sensitive("contract_type");
const CONTRACT_MINUTES: Field = Field::sensitive("contract_minutes_per_week");
const PAYROLL_NUMBER: Field = Field::sensitive("payroll_number");
const STARTED_ON: Field = Field::sensitive("started_on");
const NEXT_OF_KIN: Field = Field::sensitive("next_of_kin");
const FITNESS_NOTE: Field = Field::sensitive("fitness_note");

/// The fields; each may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HrFields {
    /// Whole-time, on-call, bank, ...
    pub contract_type: Option<String>,
    /// Hours of the contract, in minutes per week.
    pub contract_minutes_per_week: Option<i32>,
    /// Payroll number.
    pub payroll_number: Option<String>,
    /// First day of work.
    pub started_on: Option<Date>,
    /// Whom to call.
    pub next_of_kin: Option<String>,
    /// Fitness for duty, as HR words it.
    pub fitness_note: Option<String>,
}

/// The fields of somebody, with their name.
#[derive(Debug, Clone)]
pub struct HrView {
    /// Whose.
    pub name: String,
    /// What is held.
    pub fields: HrFields,
    /// When it was last changed; `None` when nothing was ever written.
    pub changed_at: Option<Timestamp>,
    /// Whether the caller may change it.
    pub may_write: bool,
    /// Whether it is the caller's own.
    pub own: bool,
}

/// Reads what HR holds about somebody. Reading another person's leaves an entry.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn read(db: &Db, caller: &Caller, id: PersonId, now: Timestamp) -> Result<HrView, IdentityError> {
    db.write(caller, move |tx| {
        use crate::authz::{Permission, Verdict};
        let may = authz::may::<ReadHr>(tx, id)?;
        let name = hr_store::name_of(tx, &may)?;
        let found = hr_store::read(tx, &may)?;
        let may_write = WriteHr::decide(tx.caller(), may.facts()) == Verdict::Allow;
        let own = tx.caller().person_id() == Some(id);
        if !own {
            audit::record(tx, now, Entry::new("hr.read").on("person", id).about(id))?;
        }
        let (fields, changed_at) = found.map(|(fields, at)| (fields, Some(at))).unwrap_or_default();
        Ok(HrView { name, fields, changed_at, may_write, own })
    })
    .await
}

/// Writes what HR holds about somebody. The entry names the fields that changed, and no value.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn write(
    db: &Db,
    caller: &Caller,
    id: PersonId,
    fields: HrFields,
    now: Timestamp,
) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WriteHr>(tx, id)?;
        let before = hr_store::before_write(tx, &may)?.unwrap_or_default();
        if before == fields {
            return Ok(());
        }
        hr_store::write(tx, &may, &fields, now)?;
        let text = |date: Option<Date>| date.map(|date| date.to_string());
        let changes = [
            CONTRACT_TYPE.change(before.contract_type, fields.contract_type),
            CONTRACT_MINUTES.change(before.contract_minutes_per_week, fields.contract_minutes_per_week),
            PAYROLL_NUMBER.change(before.payroll_number, fields.payroll_number),
            STARTED_ON.change(text(before.started_on), text(fields.started_on)),
            NEXT_OF_KIN.change(before.next_of_kin, fields.next_of_kin),
            FITNESS_NOTE.change(before.fitness_note, fields.fitness_note),
        ];
        audit::record(tx, now, Entry::new("hr.write").on("person", id).about(id).changed(changes))?;
        Ok(())
    })
    .await
}
