//! What a duty is, as it stands in the database, and what of it a reader gets to see.
//!
//! A [`DutyRow`] never leaves the slice: it becomes a [`DutyView`] for one reader, and the view holds no field that
//! the reader may not see.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::authz::{Caller, permission};
use crate::kernel::ids::{DutyId, DutyKindId, PersonId, TimesheetId, UnitId};

/// One entry of the activity log, all of it but its notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRow {
    /// Which one.
    pub id: DutyId,
    /// Whose.
    pub person: PersonId,
    /// For which unit.
    pub unit: UnitId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The Monday of its week in the United Kingdom.
    pub week_start: Date,
    /// Breaks in minutes.
    pub break_minutes: i32,
    /// End minus start minus breaks, in minutes.
    pub worked_minutes: i32,
    /// What it was.
    pub kind: KindPath,
    /// What only the owner and a manager see.
    pub details: Details,
    /// Where it came from: `manual`, `import` or `api`.
    pub source: String,
    /// Grows with each change; an edit names the one that it was made on.
    pub revision: i32,
    /// When it was logged.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: PersonId,
}

/// A type, and perhaps a category and a sub-category below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KindPath {
    /// The type.
    pub type_id: DutyKindId,
    /// The category, if one was chosen.
    pub category: Option<DutyKindId>,
    /// The sub-category, if one was chosen.
    pub subcategory: Option<DutyKindId>,
}

impl KindPath {
    /// The most precise of the three: what a form chooses.
    pub fn deepest(&self) -> DutyKindId {
        self.subcategory.or(self.category).unwrap_or(self.type_id)
    }
}

/// What a duty says beyond when, where and what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// The service's number of the incident.
    pub incident_number: Option<String>,
    /// The role on the job: driver, in charge.
    pub job_role: Option<String>,
    /// The vehicle's call sign.
    pub call_sign: Option<String>,
    /// Tenths of a mile.
    pub mileage_tenths: Option<i32>,
    /// Seconds from alert to leaving.
    pub turnout_seconds: Option<i32>,
    /// Seconds on the way.
    pub travel_seconds: Option<i32>,
    /// Seconds from alert to arrival.
    pub attendance_seconds: Option<i32>,
}

/// The two notes of a duty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// For the owner and their managers.
    pub shared: Option<String>,
    /// For the owner alone.
    pub private: Option<String>,
}

/// How a program marks one attempt to log a duty, so that sending it again makes no second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// SHA-256 of the key that it chose.
    pub key: [u8; 32],
    /// SHA-256 of what it sent.
    pub fingerprint: [u8; 32],
}

/// How much of a duty a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// When it was and what kind of work: what HR sees.
    Hours,
    /// All but the private note: what a manager sees.
    Record,
    /// All of it: what the owner sees.
    Own,
}

impl Sight {
    /// What `caller` sees of a duty of `owner` in `unit`; `None` is nothing.
    pub fn of(caller: &Caller, owner: PersonId, unit: UnitId) -> Option<Self> {
        if caller.reaches(permission::DUTY_READ, owner, unit) {
            return Some(if caller.is(owner) { Self::Own } else { Self::Record });
        }
        caller.reaches(permission::HOURS_READ, owner, unit).then_some(Self::Hours)
    }
}

/// A duty as one reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyView {
    /// Which one.
    pub id: DutyId,
    /// Whose.
    pub person: PersonId,
    /// For which unit.
    pub unit: UnitId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The Monday of its week.
    pub week_start: Date,
    /// Breaks in minutes.
    pub break_minutes: i32,
    /// End minus start minus breaks, in minutes.
    pub worked_minutes: i32,
    /// What it was.
    pub kind: KindPath,
    /// The rest, for the owner and a manager.
    pub record: Option<Record>,
}

/// What the owner and a manager see of a duty, and HR does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Incident, role, call sign, mileage, attendance times.
    pub details: Details,
    /// Where it came from.
    pub source: String,
    /// Which revision this is.
    pub revision: i32,
    /// When it was logged.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: PersonId,
}

impl DutyView {
    /// What somebody with this sight gets of `row`.
    pub fn for_reader(row: DutyRow, sight: Sight) -> Self {
        let record = match sight {
            Sight::Hours => None,
            Sight::Record | Sight::Own => Some(Record {
                details: row.details,
                source: row.source,
                revision: row.revision,
                created_at: row.created_at,
                created_by: row.created_by,
            }),
        };
        Self {
            id: row.id,
            person: row.person,
            unit: row.unit,
            started_at: row.started_at,
            ended_at: row.ended_at,
            week_start: row.week_start,
            break_minutes: row.break_minutes,
            worked_minutes: row.worked_minutes,
            kind: row.kind,
            record,
        }
    }
}

/// What stands beside a duty in lists: how its hours stand, and what is worth knowing of the entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// It was logged later than the organisation's days after its end.
    pub late: bool,
    /// How the timesheet of its period stands, when it was submitted.
    pub sheet: Option<SheetState>,
    /// What happened to it since its hours were submitted.
    pub since: Since,
}

/// How a timesheet stands, as far as a duty cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetState {
    /// It waits for a decision.
    Submitted,
    /// It is approved: the duty is locked.
    Approved,
    /// It is open again, or was taken back.
    Open,
}

/// What happened to a duty since its hours were submitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Since {
    /// Nothing, or they were not.
    #[default]
    Nothing,
    /// It was added.
    Added,
    /// It was changed.
    Changed,
}

/// An approved timesheet, as far as a correction cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockedSheet {
    /// Which.
    pub id: TimesheetId,
    /// Whose.
    pub person: PersonId,
    /// The unit under which it was approved.
    pub unit: UnitId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// One change of a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Which revision it made.
    pub revision: i32,
    /// `changed`, `deleted` or `corrected`.
    pub act: String,
    /// Why, in the words of who did it.
    pub reason: String,
    /// The values that it replaced, by field name; never a note.
    pub before: serde_json::Value,
    /// What they became, where a correction keeps both.
    pub after: Option<serde_json::Value>,
    /// When.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: PersonId,
}

/// Which duties a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The first day on which they start.
    pub from: Option<Date>,
    /// The last day on which they start.
    pub to: Option<Date>,
    /// A type, category or sub-category.
    pub kind: Option<DutyKindId>,
    /// Text in the incident number.
    pub incident: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, newest first.
    pub rows: Vec<T>,
    /// Where the list goes on, when it does.
    pub next: Option<crate::kernel::cursor::Cursor>,
}

/// Minutes worked and duties, by week and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// The Monday of the week.
    pub week_start: Date,
    /// The type.
    pub type_id: DutyKindId,
    /// The category, if any.
    pub category: Option<DutyKindId>,
    /// Minutes worked, of each duty whole.
    pub minutes: i64,
    /// The same, each minute of a person once: in the duty that began first.
    pub once: i64,
    /// How many duties.
    pub duties: i64,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::OrganisationId;

    fn somebody(permissions: &[(&str, Reach)]) -> Caller {
        Caller::Person(Arc::new(Person {
            id: PersonId(uuid::Uuid::from_u128(1)),
            organisation: OrganisationId::NIL,
            organisation_name: String::new(),
            brand_colour: None,
            name: String::new(),
            unit: UnitId::NIL,
            roles: Vec::new(),
            permissions: permissions
                .iter()
                .map(|(code, reach)| ((*code).to_owned(), reach.clone()))
                .collect::<BTreeMap<_, _>>(),
            access_version: 1,
            session: None,
            token: None,
            address: None,
        }))
    }

    #[test]
    fn sight_follows_the_widest_permission_that_reaches_the_duty() {
        let (me, other) = (PersonId(uuid::Uuid::from_u128(1)), PersonId(uuid::Uuid::from_u128(2)));
        let (unit, elsewhere) = (UnitId(uuid::Uuid::from_u128(3)), UnitId(uuid::Uuid::from_u128(4)));
        let own = Reach { own: true, ..Reach::default() };
        let units = Reach { units: vec![unit], ..Reach::default() };
        let all = Reach { organisation: true, ..Reach::default() };
        let member = somebody(&[(permission::DUTY_READ, own)]);
        assert_eq!(Sight::of(&member, me, unit), Some(Sight::Own));
        assert_eq!(Sight::of(&member, other, unit), None);
        let manager = somebody(&[(permission::DUTY_READ, units.clone())]);
        assert_eq!(Sight::of(&manager, other, unit), Some(Sight::Record));
        assert_eq!(Sight::of(&manager, other, elsewhere), None);
        let hr = somebody(&[(permission::HOURS_READ, all.clone())]);
        assert_eq!(Sight::of(&hr, other, unit), Some(Sight::Hours));
        let both = somebody(&[(permission::DUTY_READ, units), (permission::HOURS_READ, all.clone())]);
        assert_eq!(Sight::of(&both, other, unit), Some(Sight::Record));
        assert_eq!(Sight::of(&both, other, elsewhere), Some(Sight::Hours));
        let administrator = somebody(&[(permission::PEOPLE_EDIT, all)]);
        assert_eq!(Sight::of(&administrator, me, unit), None);
        assert_eq!(Sight::of(&Caller::Anonymous { address: None }, me, unit), None);
    }
}
