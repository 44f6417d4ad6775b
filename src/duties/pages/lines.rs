//! A duty line by line: on its own page, and before it is overwritten or deleted.

use serde::Serialize;

use super::super::model::{Details, DutyView, Notes};
use super::super::rules::in_miles;
use super::super::words::{Kinds, Units};
use crate::views::format;

#[derive(Debug, Clone, Serialize)]
struct Text {
    text: String,
}

/// One line of a summary list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    key: Text,
    value: Text,
}

impl Line {
    pub(super) fn new(key: &str, value: impl Into<String>) -> Self {
        Self { key: Text { text: key.to_owned() }, value: Text { text: value.into() } }
    }
}

/// When, where and what: what every reader sees.
pub(super) fn common_lines(duty: &DutyView, kinds: &Kinds, units: &Units) -> Vec<Line> {
    let mut lines = vec![
        Line::new("Start", format::long_time(duty.started_at)),
        Line::new("End", format::long_time(duty.ended_at)),
        Line::new("Hours worked", format::minutes(duty.worked_minutes.into())),
    ];
    if duty.break_minutes > 0 {
        lines.push(Line::new("Breaks", format::minutes(duty.break_minutes.into())));
    }
    lines.push(Line::new("Kind of work", kinds.label(&duty.kind)));
    lines.push(Line::new("Unit", units.label(duty.unit)));
    lines
}

/// Everything the owner wrote, for a look before it is overwritten or deleted.
pub(super) fn all_lines(duty: &DutyView, notes: &Notes, kinds: &Kinds, units: &Units) -> Vec<Line> {
    let mut lines = common_lines(duty, kinds, units);
    lines.extend(duty.record.iter().flat_map(|record| record_lines(&record.details)));
    let note = |key: &str, text: &Option<String>| text.as_ref().map(|text| Line::new(key, text.clone()));
    lines.extend(note("Shared note", &notes.shared));
    lines.extend(note("Private note", &notes.private));
    lines
}

pub(super) fn record_lines(details: &Details) -> Vec<Line> {
    let seconds = |value: i32| match (value / 60, value % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    };
    let text = |key: &str, value: &Option<String>| value.as_ref().map(|value| Line::new(key, value.clone()));
    [
        text("Incident number", &details.incident_number),
        text("Role on the job", &details.job_role),
        text("Call sign", &details.call_sign),
        details.mileage_tenths.map(|tenths| Line::new("Mileage", format!("{} miles", in_miles(tenths)))),
        details.turnout_seconds.map(|value| Line::new("Turnout", seconds(value))),
        details.travel_seconds.map(|value| Line::new("Travel", seconds(value))),
        details.attendance_seconds.map(|value| Line::new("Attendance", seconds(value))),
    ]
    .into_iter()
    .flatten()
    .collect()
}
