//! The mobilisation records: one row is one vehicle sent to one incident, and becomes a duty of each of its crew.
//!
//! - A duty begins when the resource was mobilised, and ends when it returned; without that, when it left the
//!   incident; without that, [`ASSUMED_ATTENDANCE`] after it arrived. The last two are noted. A resource that was
//!   turned back has no arrival: its duty ends when it returned or left, and when neither is known the row is refused,
//!   because there is nothing to reckon an end from.
//! - The crew are the people assigned to the call sign on the day in the UK on which it was mobilised.
//! - Turnout, travel and attendance seconds are kept as they stand.
//! - The unit is the station it was sent from, by code and then by name; a station that we do not have is noted, and
//!   the person's own unit is taken.
//! - The kind is that of the incident in the incident file; without the file, or without the incident in it, the duty
//!   is a fire service incident without a category.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::incidents::{Incidents, number_key};
use super::{MissingColumns, columns};
use crate::imports::cells::{Cells, seconds, text_at_most, without_zero_fraction};
use crate::imports::directory::{Directory, Found, KnownPerson};
use crate::imports::fate::{KindPath, NewDuty, Reason, Remarks};
use crate::imports::fields::Field;
use crate::imports::reader::Record;
use crate::imports::rules::{RowRules, bounds};
use crate::imports::when::{self, Settled, Stamp};
use crate::kernel::civil;
use crate::kernel::ids::UnitId;

/// How long a resource is taken to have been at an incident when the file says that it arrived and nothing after:
/// the hour to which the brigade itself rounds a pump's attendance up.
pub const ASSUMED_ATTENDANCE: SignedDuration = SignedDuration::from_hours(1);

/// The type of work that all of them are.
const TYPE: &str = "fire-incident";

/// Where the file has what we read.
#[derive(Debug, Clone, Copy)]
struct Columns {
    incident: usize,
    mobilisation: usize,
    call_sign: usize,
    mobilised: usize,
    arrived: usize,
    left: usize,
    returned: usize,
    turnout: usize,
    travel: usize,
    attendance: usize,
    station_code: usize,
    station_name: usize,
}

/// The rules of a mobilisation file: one row, a duty for each of the crew.
pub struct MobilisationRules<'a> {
    directory: &'a Directory,
    incidents: Option<&'a Incidents>,
    cells: Cells,
    columns: Columns,
    now: Timestamp,
}

/// The times of a row.
struct Span {
    start: Timestamp,
    end: Timestamp,
}

impl<'a> MobilisationRules<'a> {
    /// Rules for a file with this header, joined with the incidents if there are any.
    ///
    /// # Errors
    /// [`MissingColumns`] when it is not the file.
    pub fn new(
        directory: &'a Directory,
        incidents: Option<&'a Incidents>,
        header: &[String],
        now: Timestamp,
    ) -> Result<Self, MissingColumns> {
        let names = [
            "IncidentNumber",
            "ResourceMobilisationId",
            "Resource_Code",
            "DateAndTimeMobilised",
            "DateAndTimeArrived",
            "DateAndTimeLeft",
            "DateAndTimeReturned",
            "TurnoutTimeSeconds",
            "TravelTimeSeconds",
            "AttendanceTimeSeconds",
            "DeployedFromStation_Code",
            "DeployedFromStation_Name",
        ];
        let [
            incident,
            mobilisation,
            call_sign,
            mobilised,
            arrived,
            left,
            returned,
            turnout,
            travel,
            attendance,
            station_code,
            station_name,
        ] = columns("mobilisation file", header, names)?;
        let columns = Columns {
            incident,
            mobilisation,
            call_sign,
            mobilised,
            arrived,
            left,
            returned,
            turnout,
            travel,
            attendance,
            station_code,
            station_name,
        };
        Ok(Self { directory, incidents, cells: Cells::new(header), columns, now })
    }

    fn reason(&self, column: usize, text: impl Into<String>) -> Reason {
        Reason::cell(self.cells.name(column), text)
    }

    /// The instant of a cell, after `start` if that is known; `None` for an empty cell.
    fn time(&self, row: &Record, column: usize, start: Option<Timestamp>) -> Result<Option<Settled>, Reason> {
        let text = row.cell(column);
        if text.is_empty() {
            return Ok(None);
        }
        let settled = match when::parse(&text).map_err(|fault| self.reason(column, format!("{text} {fault}.")))? {
            Stamp::Exact(at) => Ok(Settled { at, twice: false }),
            Stamp::Wall(wall) => match start {
                Some(start) => when::settle_after(wall, start),
                None => when::settle(wall),
            },
            Stamp::Date(_) | Stamp::Time(_) => Err(when::WhenFault::Unknown),
        };
        settled.map(Some).map_err(|fault| self.reason(column, format!("{text} {fault}.")))
    }

    /// When it began and ended, by the rule at the top of this file.
    fn span(&self, row: &Record, remarks: &mut Remarks) -> Option<Span> {
        let at = self.columns;
        let start = match self.time(row, at.mobilised, None) {
            Ok(Some(start)) => start,
            Ok(None) => {
                remarks.reasons.push(self.reason(at.mobilised, "The time of mobilisation is missing. Fill it in."));
                return None;
            }
            Err(reason) => {
                remarks.reasons.push(reason);
                return None;
            }
        };
        if start.twice {
            remarks.notes.push(
                "The clocks went back over the start: it came twice that night. The earlier was taken.".to_owned(),
            );
        }
        let mut later = [None; 3];
        for (slot, column) in later.iter_mut().zip([at.returned, at.left, at.arrived]) {
            match self.time(row, column, Some(start.at)) {
                Ok(found) => *slot = found,
                Err(reason) => remarks.reasons.push(reason),
            }
        }
        let [returned, left, arrived] = later;
        if !remarks.reasons.is_empty() {
            return None;
        }
        let end = match (returned, left, arrived) {
            (Some(returned), _, _) => returned,
            (None, Some(left), _) => {
                remarks.notes.push("No return is given: the duty ends when the resource left the incident.".to_owned());
                left
            }
            (None, None, Some(arrived)) => {
                remarks.notes.push(
                    "Neither leaving nor return is given: the duty is taken to end one hour after the arrival."
                        .to_owned(),
                );
                Settled { at: arrived.at + ASSUMED_ATTENDANCE, twice: arrived.twice }
            }
            (None, None, None) => {
                remarks.reasons.push(self.reason(
                    at.returned,
                    "Neither arrival, leaving nor return is given, so there is nothing to reckon the end from. Fill in one of them.",
                ));
                return None;
            }
        };
        if end.twice {
            remarks.notes.push(
                "The clocks went back over the end: it came twice that night. The earlier that fits was taken."
                    .to_owned(),
            );
        }
        for (field, text) in bounds(start.at, end.at, 0, self.now) {
            remarks.reasons.push(self.reason(if field == Field::Start { at.mobilised } else { at.returned }, text));
        }
        Some(Span { start: start.at, end: end.at })
    }

    /// The station it was sent from; `None` leaves it to the person.
    fn station(&self, row: &Record, remarks: &mut Remarks) -> Option<UnitId> {
        let (code, name) = (row.cell(self.columns.station_code), row.cell(self.columns.station_name));
        for text in [&code, &name] {
            if let (false, Found::One(unit)) = (text.is_empty(), self.directory.unit(text)) {
                return Some(unit);
            }
        }
        let given: Vec<&str> = [code.as_ref(), name.as_ref()].into_iter().filter(|text| !text.is_empty()).collect();
        remarks.notes.push(if given.is_empty() {
            "No station is given: each duty is recorded for the person's own unit.".to_owned()
        } else {
            format!("There is no unit {}: each duty is recorded for the person's own unit. Add it under Units first, if it should be there.", given.join(" "))
        });
        None
    }

    fn kind(&self, number: &str, remarks: &mut Remarks) -> Option<KindPath> {
        let mut codes = vec![TYPE];
        match self.incidents.map(|incidents| incidents.kind(number)) {
            None => {}
            Some(None) => {
                remarks
                    .notes
                    .push(format!("Incident {number} is not in the incident file: its category is not given."));
            }
            Some(Some(kind)) => {
                codes.extend(&kind.codes);
                if let Some(unknown) = &kind.unknown {
                    remarks
                        .notes
                        .push(format!("There is no kind of work for \"{unknown}\": the one above it was taken."));
                }
            }
        }
        let Some(path) = self.directory.path(&codes) else {
            remarks.reasons.push(Reason::row(format!(
                "There is no type of work with the code {TYPE}. Add it under Types of work, then import again."
            )));
            return None;
        };
        let found = 1 + usize::from(path.category_id.is_some()) + usize::from(path.subcategory_id.is_some());
        if found < codes.len() {
            let missing = codes.get(found).copied().unwrap_or_default();
            remarks
                .notes
                .push(format!("There is no kind of work with the code {missing}: the one above it was taken."));
        }
        Some(path)
    }

    /// Who rode on it.
    fn crew(
        &self,
        call_sign: &str,
        start: Timestamp,
        remarks: &mut Remarks,
    ) -> Vec<(&'a KnownPerson, Option<&'a str>)> {
        let day = civil::local(start).date();
        let crew = self.directory.crew(call_sign, day, start);
        if crew.is_empty() {
            let day = day.strftime("%-d %B %Y");
            remarks.reasons.push(self.reason(
                self.columns.call_sign,
                format!("No crew is assigned to {call_sign} on {day}. Assign it under Crews, then import again."),
            ));
        }
        crew
    }

    fn seconds(&self, row: &Record, column: usize, reasons: &mut Vec<Reason>) -> Option<i32> {
        seconds(&row.cell(column)).unwrap_or_else(|text| {
            reasons.push(self.reason(column, text));
            None
        })
    }

    /// A cell that has to hold something, of at most `longest` characters.
    fn needed(&self, row: &Record, column: usize, longest: usize, reasons: &mut Vec<Reason>) -> Option<String> {
        let found = text_at_most(Cow::Borrowed(without_zero_fraction(&row.cell(column))), longest)
            .and_then(|text| text.ok_or_else(|| "The cell is empty. Fill it in.".to_owned()));
        found.map_err(|text| reasons.push(self.reason(column, text))).ok()
    }
}

impl RowRules for MobilisationRules<'_> {
    fn read(&mut self, row: &Record, duties: &mut Vec<NewDuty>, remarks: &mut Remarks) {
        if let Some(fault) = row.fault() {
            remarks.reasons.push(Reason::row(fault));
            return;
        }
        let at = self.columns;
        let mobilisation = self.needed(row, at.mobilisation, 40, &mut remarks.reasons);
        let call_sign = self.needed(row, at.call_sign, 20, &mut remarks.reasons);
        let incident = self.needed(row, at.incident, 40, &mut remarks.reasons);
        let turnout_seconds = self.seconds(row, at.turnout, &mut remarks.reasons);
        let travel_seconds = self.seconds(row, at.travel, &mut remarks.reasons);
        let attendance_seconds = self.seconds(row, at.attendance, &mut remarks.reasons);
        let sound = remarks.reasons.is_empty();
        let span = self.span(row, remarks);
        let crew = match (&call_sign, &span) {
            (Some(call_sign), Some(span)) => self.crew(call_sign, span.start, remarks),
            _ => Vec::new(),
        };
        let (Some(mobilisation), Some(call_sign), Some(incident), Some(span), true) =
            (mobilisation, call_sign, incident, span, sound && remarks.reasons.is_empty())
        else {
            return;
        };
        let station = self.station(row, remarks);
        let Some(kind) = self.kind(number_key(&incident), remarks) else { return };
        let started_on = civil::local(span.start).date();
        duties.extend(crew.into_iter().map(|(person, job_role)| NewDuty {
            person: person.id,
            unit: station.unwrap_or(person.unit),
            started_at: span.start,
            ended_at: span.end,
            started_on,
            break_minutes: 0,
            kind,
            incident_number: Some(incident.clone()),
            job_role: job_role.map(str::to_owned),
            call_sign: Some(call_sign.clone()),
            mileage_tenths: None,
            turnout_seconds,
            travel_seconds,
            attendance_seconds,
            shared_note: None,
            source_key: format!("lfb:{mobilisation}:{}", person.id),
        }));
    }
}

#[cfg(test)]
#[path = "mobilisations_tests.rs"]
mod tests;
