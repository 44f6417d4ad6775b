//! What programs get: duties as far as the reader may see them, and the words that they are written in.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{DutyView, Notes, Page, Sight};
use super::super::words::{Kinds, Units};
use crate::authz::Caller;
use crate::kernel::ids::{DutyId, DutyKindId, PersonId, UnitId};

/// How much of a duty the reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Sees {
    /// When it was and what kind of work; the rest is null.
    Hours,
    /// All but the private note.
    Record,
    /// All of it.
    Own,
}

impl From<Sight> for Sees {
    fn from(sight: Sight) -> Self {
        match sight {
            Sight::Hours => Self::Hours,
            Sight::Record => Self::Record,
            Sight::Own => Self::Own,
        }
    }
}

/// A duty, all of it but its notes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Duty {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    id: DutyId,
    /// Whose.
    #[schema(value_type = uuid::Uuid)]
    person_id: PersonId,
    /// For which unit.
    #[schema(value_type = uuid::Uuid)]
    unit_id: UnitId,
    /// When it began.
    #[schema(format = DateTime, example = "2026-11-21T07:00:00Z")]
    started_at: String,
    /// When it ended.
    #[schema(format = DateTime, example = "2026-11-21T19:00:00Z")]
    ended_at: String,
    /// Breaks.
    #[schema(example = 30)]
    break_minutes: i32,
    /// End minus start minus breaks.
    #[schema(example = 690)]
    worked_minutes: i32,
    /// The most precise of the next three: what an edit sends.
    #[schema(value_type = uuid::Uuid)]
    kind_id: DutyKindId,
    /// The type of work.
    #[schema(value_type = uuid::Uuid)]
    type_id: DutyKindId,
    /// The category, if one was chosen.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    category_id: Option<DutyKindId>,
    /// The sub-category, if one was chosen.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    subcategory_id: Option<DutyKindId>,
    /// How much of it you see.
    sees: Sees,
    /// The service's number of the incident.
    #[schema(example = "045512-20112026", required)]
    incident_number: Option<String>,
    /// The role on the job.
    #[schema(example = "Driver", required)]
    job_role: Option<String>,
    /// The vehicle's call sign.
    #[schema(example = "N12P1", required)]
    call_sign: Option<String>,
    /// Tenths of a mile.
    #[schema(example = 125, required)]
    mileage_tenths: Option<i32>,
    /// Where it came from: `manual`, `import` or `api`.
    #[schema(example = "api", required)]
    source: Option<String>,
    /// Grows with each change; an edit names the one that it was made on.
    #[schema(minimum = 1, example = 1, required)]
    revision: Option<i32>,
    /// When it was logged.
    #[schema(format = DateTime, example = "2026-11-21T19:05:12.345678Z", required)]
    created_at: Option<String>,
}

impl Duty {
    /// What the reader sees of `duty`.
    pub(super) fn new(duty: DutyView, own: bool) -> Self {
        let sees = match (&duty.record, own) {
            (None, _) => Sight::Hours,
            (Some(_), false) => Sight::Record,
            (Some(_), true) => Sight::Own,
        };
        let details = duty.record.as_ref().map(|record| record.details.clone()).unwrap_or_default();
        let record = duty.record;
        Self {
            id: duty.id,
            person_id: duty.person,
            unit_id: duty.unit,
            started_at: duty.started_at.to_string(),
            ended_at: duty.ended_at.to_string(),
            break_minutes: duty.break_minutes,
            worked_minutes: duty.worked_minutes,
            kind_id: duty.kind.deepest(),
            type_id: duty.kind.type_id,
            category_id: duty.kind.category,
            subcategory_id: duty.kind.subcategory,
            sees: sees.into(),
            incident_number: details.incident_number,
            job_role: details.job_role,
            call_sign: details.call_sign,
            mileage_tenths: details.mileage_tenths,
            source: record.as_ref().map(|record| record.source.clone()),
            revision: record.as_ref().map(|record| record.revision),
            created_at: record.map(|record| record.created_at.to_string()),
        }
    }

    /// The revision, when the reader sees it.
    pub(super) fn revision(&self) -> Option<i32> {
        self.revision
    }
}

/// A duty with its notes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenedDuty {
    #[serde(flatten)]
    pub(super) duty: Duty,
    /// The note for the owner and their managers.
    #[schema(required)]
    shared_note: Option<String>,
    /// The note for the owner; null for everybody else.
    #[schema(required)]
    private_note: Option<String>,
}

impl OpenedDuty {
    /// `duty` with the notes that the reader may see.
    pub(super) fn new(duty: Duty, notes: Notes) -> Self {
        Self { duty, shared_note: notes.shared, private_note: notes.private }
    }
}

/// A page of duties, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DutyList {
    items: Vec<Duty>,
    /// Send it as `cursor` to get the duties after these; null at the end of the list.
    #[schema(example = "AAZEMS4kYAABkPDw8PBwAIAAAAAAAAAB", required)]
    next_cursor: Option<String>,
}

impl DutyList {
    /// `page` as `reader` sees it.
    pub(super) fn new(page: Page<DutyView>, reader: &Caller) -> Self {
        Self {
            next_cursor: page.next.map(|cursor| cursor.encode()),
            items: page
                .rows
                .into_iter()
                .map(|duty| {
                    let own = reader.is(duty.person);
                    Duty::new(duty, own)
                })
                .collect(),
        }
    }
}

/// A duty that was written, and at which revision it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Saved {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: DutyId,
    /// Its revision.
    #[schema(minimum = 1, example = 1)]
    pub(super) revision: i32,
}

/// The organisation's words: what duties name by id.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Words {
    /// Types, categories and sub-categories of work, each after the one that it is below.
    kinds: Vec<KindWord>,
    /// Units, each after the one that it is below.
    units: Vec<UnitWord>,
}

/// A type, category or sub-category of work.
#[derive(Debug, Serialize, ToSchema)]
struct KindWord {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    id: DutyKindId,
    /// Below which one; null for a type.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    parent_id: Option<DutyKindId>,
    /// Stable within its parent.
    #[schema(example = "drill")]
    code: String,
    /// What people read.
    #[schema(example = "Drill")]
    name: String,
    /// No longer offered for new duties.
    retired: bool,
}

/// A service, area, station or watch.
#[derive(Debug, Serialize, ToSchema)]
struct UnitWord {
    /// Which one.
    #[schema(value_type = uuid::Uuid)]
    id: UnitId,
    /// Below which one; null at the top.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    parent_id: Option<UnitId>,
    /// `service`, `area`, `station` or `watch`.
    #[schema(example = "station")]
    kind: String,
    /// What it is called.
    #[schema(example = "Hillside")]
    name: String,
    /// No longer in use.
    closed: bool,
}

impl Words {
    /// Both, in their order.
    pub(super) fn new(kinds: &Kinds, units: &Units) -> Self {
        let kind = |kind: &super::super::words::Kind| KindWord {
            id: kind.id,
            parent_id: kind.parent,
            code: kind.code.clone(),
            name: kind.name.clone(),
            retired: kind.retired,
        };
        let unit = |(unit, _depth): (&super::super::words::Unit, usize)| UnitWord {
            id: unit.id,
            parent_id: unit.parent,
            kind: unit.kind.clone(),
            name: unit.name.clone(),
            closed: unit.closed,
        };
        Self {
            kinds: kinds.in_order().into_iter().map(kind).collect(),
            units: units.in_order().into_iter().map(unit).collect(),
        }
    }
}
