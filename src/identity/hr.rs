//! What HR holds about a person: read by HR and by the person, written by HR, and audited without its values.

use jiff::Timestamp;
use jiff::civil::Date;

use super::policy::{HrSet, ReadHr, WriteHr};
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

impl HrFields {
    /// The fields of these sets; nothing in the others.
    fn within(self, sets: HrSets) -> Self {
        Self {
            contract_type: self.contract_type.filter(|_| sets.contract),
            contract_minutes_per_week: self.contract_minutes_per_week.filter(|_| sets.contract),
            payroll_number: self.payroll_number.filter(|_| sets.payroll),
            started_on: self.started_on.filter(|_| sets.contract),
            next_of_kin: self.next_of_kin.filter(|_| sets.kin),
            fitness_note: self.fitness_note.filter(|_| sets.fitness),
        }
    }
}

/// Which of the four sets of fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HrSets {
    /// Type and hours of the contract, first day of work.
    pub contract: bool,
    /// Payroll number.
    pub payroll: bool,
    /// Next of kin.
    pub kin: bool,
    /// Fitness for duty.
    pub fitness: bool,
}

impl HrSets {
    /// All of them.
    pub const ALL: Self = Self { contract: true, payroll: true, kin: true, fitness: true };

    fn of(which: impl Fn(HrSet) -> bool) -> Self {
        Self {
            contract: which(HrSet::Contract),
            payroll: which(HrSet::Payroll),
            kin: which(HrSet::Kin),
            fitness: which(HrSet::Fitness),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Their names, for the audit trail.
    fn names(self) -> Vec<&'static str> {
        let named =
            [(self.contract, "contract"), (self.payroll, "payroll"), (self.kin, "kin"), (self.fitness, "fitness")];
        named.into_iter().filter(|(held, _name)| *held).map(|(_held, name)| name).collect()
    }
}

/// The fields of somebody, with their name.
#[derive(Debug, Clone)]
pub struct HrView {
    /// Whose.
    pub name: String,
    /// What is held, in the sets that the caller reads; nothing in the others.
    pub fields: HrFields,
    /// When any of that was last changed; `None` when nothing was ever written.
    pub changed_at: Option<Timestamp>,
    /// Which sets the caller reads.
    pub reads: HrSets,
    /// Which sets the caller changes.
    pub writes: HrSets,
    /// Whether it is the caller's own.
    pub own: bool,
}

/// Reads what HR holds about somebody. Reading another person's leaves an entry.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn read(db: &Db, caller: &Caller, id: PersonId, now: Timestamp) -> Result<HrView, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadHr>(tx, id)?;
        let name = hr_store::name_of(tx, &may)?;
        let (caller, person) = (tx.caller(), *may.facts());
        let reads = HrSets::of(|set| set.reads(caller, &person));
        let writes = HrSets::of(|set| set.writes(caller, &person));
        let (fields, changed_at) = hr_store::read(tx, &may, reads)?;
        let own = caller.person_id() == Some(id);
        if !own {
            let entry = Entry::new("hr.read").on("person", id).about(id).noting("sets", reads.names());
            audit::record(tx, now, entry.allowed_by(caller, &HrSet::READS))?;
        }
        Ok(HrView { name, fields, changed_at, reads, writes, own })
    })
    .await
}

/// Writes what HR holds about somebody, in the sets that the caller changes; fields of the others are left as they
/// are. The entry names the fields that changed, and no value.
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
        let (caller, person) = (tx.caller(), *may.facts());
        let sets = HrSets::of(|set| set.writes(caller, &person));
        let before = hr_store::before_write(tx, &may, sets)?;
        let fields = fields.within(sets);
        if before == fields {
            return Ok(());
        }
        hr_store::write(tx, &may, sets, (&before, &fields), now)?;
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
