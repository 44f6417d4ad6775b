//! The fields of a duty's form, as the pages for logging and for changing show them.

use jiff::Timestamp;
use serde::Serialize;

use super::super::model::{DutyRow, Notes};
use super::super::rules::{At, Faults, Typed, in_miles};
use super::super::service::Offered;
use super::super::words::Kinds;
use crate::kernel::civil;
use crate::kernel::ids::DutyKindId;
use crate::views::{Choice, Field, FormErrors};

/// Kinds of work that the list offers first.
const LATELY: usize = 5;

/// One choice of the select of kinds.
#[derive(Debug, Clone, Serialize)]
pub(super) struct KindChoice {
    id: String,
    name: String,
    selected: bool,
}

/// Choices under one heading.
#[derive(Debug, Clone, Serialize)]
pub(super) struct KindGroup {
    label: String,
    choices: Vec<KindChoice>,
}

/// All fields of the form.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DutyFields {
    date: Field,
    start: Field,
    start_turn: Option<Field>,
    end: Field,
    end_turn: Option<Field>,
    next_day: Field,
    both_right: Option<Field>,
    breach: Option<Field>,
    kinds: Vec<KindGroup>,
    kind_chosen: bool,
    kind_error: Option<String>,
    unit: Field,
    breaks: Field,
    incident_number: Field,
    job_role: Field,
    call_sign: Field,
    mileage: Field,
    shared_note: Field,
    private_note: Field,
    call_signs: Vec<String>,
    job_roles: Vec<String>,
    more_open: bool,
    /// What the fields that are folded away are about.
    more: &'static str,
    /// Whether the notes are among them.
    notes: bool,
}

impl DutyFields {
    /// The fields with what was typed, what is offered, and what is wrong. `kept` is the kind that the duty has.
    pub(super) fn new(typed: &Typed, offered: &Offered, kept: Option<DutyKindId>, errors: &FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(errors);
        let turn = |name: &str, chosen: &str| {
            (errors.get(name).is_some() || !chosen.is_empty()).then(|| {
                Field::new(name, "Which of the two?")
                    .choices([
                        Choice::new("first", "The first, before the clocks went back"),
                        Choice::new("second", "The second, an hour later"),
                    ])
                    .choose([chosen])
                    .errors(errors)
            })
        };
        let tick = |name: &str, label: &str, text: &str, value: &str| {
            Field::new(name, label).choices([Choice::new("yes", text)]).choose([value]).errors(errors)
        };
        let optional = [
            (&typed.incident_number, "incident_number"),
            (&typed.mileage, "mileage"),
            (&typed.shared_note, "shared_note"),
            (&typed.private_note, "private_note"),
        ];
        let more_open = optional.iter().any(|(text, name)| !text.is_empty() || errors.get(name).is_some());
        let both_right = errors.get("both_right").is_some() || !typed.both_right.is_empty();
        let breach = errors.get("breach").is_some() || !typed.breach.is_empty();
        Self {
            date: field("date", "Date on which it started", &typed.date),
            start: field("start", "Start", &typed.start),
            start_turn: turn("start_turn", &typed.start_turn),
            end: field("end", "End", &typed.end),
            end_turn: turn("end_turn", &typed.end_turn),
            next_day: tick("next_day", "Did it end the next day?", "It ended the next day", &typed.next_day),
            both_right: both_right
                .then(|| tick("both_right", "Another duty at the same time", "Both are right", &typed.both_right)),
            breach: breach.then(|| tick("breach", "Working time and rest", "It was so: log it anyway", &typed.breach)),
            kinds: kinds(typed, offered, kept),
            kind_chosen: offered.kinds.get(chosen(typed)).is_some(),
            kind_error: errors.get("kind").map(str::to_owned),
            unit: Field::new("unit", "Unit").choices(units(typed, offered)).choose([&typed.unit]).errors(errors),
            breaks: field("breaks", "Breaks", &typed.breaks),
            incident_number: field("incident_number", "Incident number", &typed.incident_number),
            job_role: field("job_role", "Role on the job", &typed.job_role).hint("Such as driver, in charge or BA1"),
            call_sign: field("call_sign", "Call sign", &typed.call_sign),
            mileage: field("mileage", "Mileage", &typed.mileage),
            shared_note: field("shared_note", "Shared note", &typed.shared_note)
                .hint("You and your managers can read this"),
            private_note: field("private_note", "Private note", &typed.private_note)
                .hint("Only you can read this, whatever somebody's role is"),
            call_signs: distinct(offered, |row| row.details.call_sign.as_deref()),
            job_roles: distinct(offered, |row| row.details.job_role.as_deref()),
            more_open,
            more: "Incident number, mileage and notes",
            notes: true,
        }
    }

    /// Without the notes, which are no part of a correction.
    pub(super) fn without_notes(mut self) -> Self {
        self.more = "Incident number and mileage";
        self.notes = false;
        self
    }
}

fn chosen(typed: &Typed) -> DutyKindId {
    super::query::uuid(&typed.kind).map_or(DutyKindId::NIL, DutyKindId)
}

/// The kinds used lately first, then all of them under their headings; the chosen one is marked once.
fn kinds(typed: &Typed, offered: &Offered, kept: Option<DutyKindId>) -> Vec<KindGroup> {
    let mut chosen = Some(chosen(typed));
    let mut choice = |id: DutyKindId, name: String| KindChoice {
        id: id.to_string(),
        name,
        selected: chosen.take_if(|chosen| *chosen == id).is_some(),
    };
    let mut lately: Vec<DutyKindId> = Vec::new();
    for row in &offered.recent {
        let id = row.kind.deepest();
        let usable = offered.kinds.get(id).is_some_and(|kind| !kind.retired);
        if usable && !lately.contains(&id) && lately.len() < LATELY {
            lately.push(id);
        }
    }
    let mut groups = Vec::new();
    if !lately.is_empty() {
        let choices = lately.into_iter().map(|id| choice(id, whole_name(&offered.kinds, id))).collect();
        groups.push(KindGroup { label: "Used lately".to_owned(), choices });
    }
    for group in offered.kinds.groups(kept) {
        let choices = group.kinds.into_iter().map(|(id, name)| choice(id, name)).collect();
        groups.push(KindGroup { label: group.label, choices });
    }
    groups
}

/// `Chimney fire (Fire service incident: Fire)`: the most precise word first, which is what a narrow screen shows.
fn whole_name(kinds: &Kinds, id: DutyKindId) -> String {
    let names: Vec<&str> = kinds.way(id).iter().map(|kind| kind.name.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, above)) => format!("{last} ({})", above.join(": ")),
        None => String::new(),
    }
}

fn units(typed: &Typed, offered: &Offered) -> Vec<Choice> {
    let mut choices = Vec::new();
    if typed.unit.is_empty() {
        choices.push(Choice::new("", "Choose a unit"));
    }
    for (unit, depth) in offered.units.in_order() {
        let id = unit.id.to_string();
        if !unit.closed || id == typed.unit {
            choices.push(Choice::new(id, format!("{}{}", "\u{a0}\u{a0}".repeat(depth), offered.units.label(unit.id))));
        }
    }
    choices
}

fn distinct(offered: &Offered, value: impl Fn(&DutyRow) -> Option<&str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in offered.recent.iter().filter_map(value) {
        if !all.iter().any(|known| known == text) && all.len() < 8 {
            all.push(text.to_owned());
        }
    }
    all
}

/// A duty as it would have been typed.
pub(super) fn typed_of(row: &DutyRow, notes: &Notes) -> Typed {
    let (start, end) = (civil::local(row.started_at), civil::local(row.ended_at));
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Typed {
        date: start.strftime("%Y-%m-%d").to_string(),
        start: start.strftime("%H:%M").to_string(),
        start_turn: turn_of(row.started_at),
        end: end.strftime("%H:%M").to_string(),
        end_turn: turn_of(row.ended_at),
        next_day: if end.date() > start.date() { "yes" } else { "" }.to_owned(),
        kind: row.kind.deepest().to_string(),
        unit: row.unit.to_string(),
        breaks: if row.break_minutes == 0 { String::new() } else { row.break_minutes.to_string() },
        mileage: row.details.mileage_tenths.map(in_miles).unwrap_or_default(),
        incident_number: text(&row.details.incident_number),
        job_role: text(&row.details.job_role),
        call_sign: text(&row.details.call_sign),
        shared_note: text(&notes.shared),
        private_note: text(&notes.private),
        both_right: String::new(),
        breach: String::new(),
    }
}

/// Which of two, when the wall clock showed this time twice; empty on all other days.
fn turn_of(at: Timestamp) -> String {
    match civil::instant(civil::local(at).datetime()) {
        civil::Instant::Twice(first, _) => if first == at { "first" } else { "second" }.to_owned(),
        civil::Instant::One(_) | civil::Instant::Never => String::new(),
    }
}

/// What is wrong, as the form shows it.
pub(super) fn errors_of(faults: &Faults) -> FormErrors {
    let mut errors = FormErrors::new();
    for fault in faults.iter() {
        errors.add(fault.at.in_form(), fault.message.clone());
    }
    errors
}

/// Whether a fault is about the reason: the rest may still be checked.
pub(super) fn merge(first: Faults, second: Option<Faults>) -> Faults {
    let mut all = first;
    if let Some(second) = second {
        all.extend(second);
    }
    all
}

/// The field for why somebody changes or deletes a duty.
pub(super) fn reason_field(reason: &str, errors: &FormErrors) -> Field {
    Field::new(At::Reason.in_form(), "Why?")
        .hint("Kept in the duty's history and in the audit trail")
        .value(reason)
        .errors(errors)
}

#[cfg(test)]
pub(super) mod samples {
    use jiff::civil::date;

    use super::super::super::model::{Details, KindPath};
    use super::super::super::words::samples::{id, kinds, units};
    use super::*;
    use crate::kernel::ids::{DutyId, PersonId, UnitId};

    pub(in crate::duties) fn row() -> DutyRow {
        DutyRow {
            id: DutyId(uuid::Uuid::from_u128(1)),
            person: PersonId(uuid::Uuid::from_u128(2)),
            unit: UnitId(uuid::Uuid::from_u128(4)),
            started_at: "2026-11-20T19:00:00Z".parse().expect("a time"),
            ended_at: "2026-11-21T07:00:00Z".parse().expect("a time"),
            week_start: date(2026, 11, 16),
            break_minutes: 30,
            worked_minutes: 690,
            kind: KindPath { type_id: id(1), category: Some(id(11)), subcategory: Some(id(111)) },
            details: Details {
                incident_number: Some("045512-20112026".to_owned()),
                job_role: Some("Driver".to_owned()),
                call_sign: Some("N12P1".to_owned()),
                mileage_tenths: Some(125),
                turnout_seconds: Some(92),
                travel_seconds: Some(310),
                attendance_seconds: Some(402),
            },
            source: "manual".to_owned(),
            revision: 2,
            created_at: "2026-11-21T07:10:00Z".parse().expect("a time"),
            created_by: PersonId(uuid::Uuid::from_u128(2)),
        }
    }

    pub(in crate::duties) fn notes() -> Notes {
        Notes { shared: Some("Two pumps".to_owned()), private: Some("Slept badly <after>".to_owned()) }
    }

    pub(in crate::duties) fn offered() -> Offered {
        Offered { kinds: kinds(), units: units(), recent: vec![row()] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_kind_is_marked_once_though_it_stands_twice() {
        let (row, offered) = (samples::row(), samples::offered());
        let groups = kinds(&typed_of(&row, &Notes::default()), &offered, None);
        let marked = groups.iter().flat_map(|group| &group.choices).filter(|choice| choice.selected).count();
        let all = groups.iter().flat_map(|group| &group.choices);
        let same = all.filter(|choice| choice.id == row.kind.deepest().to_string()).count();
        assert_eq!((marked, same), (1, 2));
        assert_eq!(groups[0].choices[0].name, "Chimney fire (Incident: Fire)");
    }

    #[test]
    fn a_duty_typed_again_is_the_same_duty() {
        use super::super::super::rules::check_typed;
        let row = samples::row();
        let now = "2026-11-22T09:00:00Z".parse().expect("a time");
        let draft = check_typed(&typed_of(&row, &samples::notes()), now).expect("a duty");
        assert_eq!((draft.started_at, draft.ended_at), (row.started_at, row.ended_at));
        assert_eq!(draft.mileage_tenths, row.details.mileage_tenths);
        assert_eq!(draft.private_note, samples::notes().private);
    }

    #[test]
    fn the_hour_that_came_twice_is_remembered_as_first_or_second() {
        assert_eq!(turn_of("2025-10-26T00:30:00Z".parse().expect("a time")), "first");
        assert_eq!(turn_of("2025-10-26T01:30:00Z".parse().expect("a time")), "second");
        assert_eq!(turn_of("2025-10-26T02:30:00Z".parse().expect("a time")), "");
    }
}
