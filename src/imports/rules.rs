//! From a row of a mapped file to a duty, or to the reasons why not.
//!
//! Pure: a row, the directory and the present instant go in, values and sentences come out. All reasons of a row are
//! given at once, so that a file is corrected once. The bounds are those of the table `duties`.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::cells::{Cells, decimal_tenths, minutes, text_at_most};
use super::directory::{Directory, Found, KnownPerson};
use super::fate::{KindPath, NewDuty, Reason, Remarks};
use super::fields::{Field, Mapping};
use super::reader::Record;
use super::when::{self, Settled, Stamp, WhenFault};
use crate::kernel::civil;
use crate::kernel::ids::UnitId;

/// Longest duty.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// Makes duties of rows; each row may make none or several, which are pushed to `duties`.
pub trait RowRules {
    /// Reads one row.
    fn read(&mut self, row: &Record, duties: &mut Vec<NewDuty>, remarks: &mut Remarks);
}

/// The rules of a mapped file: one row, one duty.
pub struct DutyRules<'a> {
    directory: &'a Directory,
    cells: Cells,
    mapping: Mapping,
    now: Timestamp,
    /// Type, category and sub-category as written, and what they came to: most rows repeat a few.
    kinds: HashMap<(String, String, String), Result<KindPath, Reason>>,
}

impl<'a> DutyRules<'a> {
    /// Rules for a file with this header. `now` is the present: no duty lies after it.
    pub fn new(directory: &'a Directory, mapping: Mapping, header: &[String], now: Timestamp) -> Self {
        Self { directory, cells: Cells::new(header), mapping, now, kinds: HashMap::new() }
    }

    fn text<'r>(&self, row: &'r Record, field: Field) -> Cow<'r, str> {
        self.mapping.column(field).map_or(Cow::Borrowed(""), |column| row.cell(column))
    }

    fn reason(&self, field: Field, text: impl Into<String>) -> Reason {
        match self.mapping.column(field) {
            Some(column) => Reason::cell(self.cells.name(column), text),
            None => Reason::row(text),
        }
    }

    fn person(&self, row: &Record) -> Result<&'a KnownPerson, Reason> {
        let (number, email) = (self.text(row, Field::EmployeeNumber), self.text(row, Field::Email));
        let by_number = self.directory.by_number(&number).filter(|_| !number.is_empty());
        let by_email = self.directory.by_email(&email).filter(|_| !email.is_empty());
        match (by_number, by_email) {
            (Some(one), Some(other)) if one.id != other.id => Err(self.reason(
                Field::EmployeeNumber,
                format!("{number} and {email} are two different people. Correct one of the two cells."),
            )),
            (Some(person), _) => Ok(person),
            // A number that is not known is never overruled by an address: the row may be about somebody else.
            (None, _) if !number.is_empty() => Err(self.reason(
                Field::EmployeeNumber,
                format!(
                    "Nobody here has the employee number {number}. Add the person under People, or correct the number."
                ),
            )),
            (None, Some(person)) => Ok(person),
            (None, None) if !email.is_empty() => Err(self.reason(
                Field::Email,
                format!(
                    "Nobody here has the e-mail address {email}. Add the person under People, or correct the address."
                ),
            )),
            (None, None) => {
                let field = if self.mapping.column(Field::EmployeeNumber).is_some() {
                    Field::EmployeeNumber
                } else {
                    Field::Email
                };
                Err(self.reason(field, "The row names nobody. Fill in the employee number or the e-mail address."))
            }
        }
    }

    fn unit(&self, row: &Record, person: Option<&KnownPerson>) -> Result<Option<UnitId>, Reason> {
        let text = self.text(row, Field::Unit);
        if text.is_empty() {
            return Ok(person.map(|person| person.unit));
        }
        match self.directory.unit(&text) {
            Found::One(unit) => Ok(Some(unit)),
            Found::None => Err(self.reason(
                Field::Unit,
                format!("No unit has the code or the name {text}. Add it under Units, or correct the cell."),
            )),
            Found::Several => {
                Err(self
                    .reason(Field::Unit, format!("Several units are called {text}. Write the unit's code instead.")))
            }
        }
    }

    fn stamp(&self, row: &Record, field: Field) -> Result<Option<Stamp>, Reason> {
        let text = self.text(row, field);
        if text.is_empty() {
            return Ok(None);
        }
        when::parse(&text).map(Some).map_err(|fault| self.reason(field, format!("{text} {fault}.")))
    }

    fn start(&self, row: &Record) -> Result<Settled, Reason> {
        let settled = |wall| when::settle(wall).map_err(|fault| self.fault(row, Field::Start, fault));
        match self.stamp(row, Field::Start)? {
            None => Err(self.reason(Field::Start, "The start is missing. Fill it in.")),
            Some(Stamp::Exact(at)) => Ok(Settled { at, twice: false }),
            Some(Stamp::Wall(wall)) => settled(wall),
            Some(Stamp::Time(time)) => match self.stamp(row, Field::Date)? {
                Some(Stamp::Date(date)) => settled(date.to_datetime(time)),
                Some(Stamp::Wall(wall)) => settled(wall.date().to_datetime(time)),
                _ => Err(self.reason(
                    Field::Start,
                    "A time alone is not enough. Write the date too, or map a column with dates.",
                )),
            },
            Some(Stamp::Date(_)) => {
                Err(self
                    .reason(Field::Start, "A date alone is not enough. Write the time too, such as 31/01/2026 18:30."))
            }
        }
    }

    fn end(&self, row: &Record, start: Timestamp) -> Result<Settled, Reason> {
        let settled = |wall| when::settle_after(wall, start).map_err(|fault| self.fault(row, Field::End, fault));
        match self.stamp(row, Field::End)? {
            None => Err(self.reason(
                Field::End,
                "The end is missing. Fill it in; a duty that still goes on is imported when it is over.",
            )),
            Some(Stamp::Exact(at)) => Ok(Settled { at, twice: false }),
            Some(Stamp::Wall(wall)) => settled(wall),
            Some(Stamp::Time(time)) => match self.stamp(row, Field::EndDate)? {
                Some(Stamp::Date(date)) => settled(date.to_datetime(time)),
                Some(Stamp::Wall(wall)) => settled(wall.date().to_datetime(time)),
                Some(_) => Err(self.reason(Field::EndDate, "Write a date here, such as 31/01/2026.")),
                None => {
                    // The first such time after the start: the same day, or the next.
                    let day = civil::local(start).date();
                    let same = settled(day.to_datetime(time))?;
                    if same.at > start {
                        return Ok(same);
                    }
                    day.tomorrow()
                        .map_err(|_end_of_time| self.fault(row, Field::End, WhenFault::NoSuchDay))
                        .and_then(|next| settled(next.to_datetime(time)))
                }
            },
            Some(Stamp::Date(_)) => {
                Err(self
                    .reason(Field::End, "A date alone is not enough. Write the time too, such as 31/01/2026 18:30."))
            }
        }
    }

    fn fault(&self, row: &Record, field: Field, fault: WhenFault) -> Reason {
        self.reason(field, format!("{} {fault}.", self.text(row, field)))
    }

    fn kind(&mut self, row: &Record) -> Result<KindPath, Reason> {
        let key = [Field::Type, Field::Category, Field::Subcategory].map(|field| self.text(row, field).into_owned());
        let [a, b, c] = key;
        let key = (a, b, c);
        if let Some(known) = self.kinds.get(&key) {
            return known.clone();
        }
        let found = self.resolve(&key.0, &key.1, &key.2);
        // A column that names a different kind in each row is a wrong column; it must not fill the memory.
        if self.kinds.len() < 10_000 {
            self.kinds.insert(key, found.clone());
        }
        found
    }

    fn resolve(&self, type_text: &str, category_text: &str, sub_text: &str) -> Result<KindPath, Reason> {
        let directory = self.directory;
        let type_named = |text: &str| {
            directory.type_named(text).ok_or_else(|| {
                self.reason(Field::Type, format!("No type of work has the code or the name {text}. Add it under Types of work, or correct the cell."))
            })
        };
        let below = |parent, text: &str, field| {
            if text.is_empty() {
                return Ok(None);
            }
            directory.kind_below(parent, text).map(Some).ok_or_else(|| {
                let parent = directory.kind_name(parent);
                self.reason(field, format!("\"{parent}\" has nothing with the code or the name {text}. Add it under Types of work, or correct the cell."))
            })
        };
        let (type_id, category_id) = match (type_text, self.mapping.default_type.as_deref()) {
            ("", _) if !category_text.is_empty() => match directory.category_named(category_text) {
                Found::One(category) => {
                    let parent = directory
                        .kind_parent(category)
                        .ok_or_else(|| Reason::row("The category belongs to no type."))?;
                    (parent, Some(category))
                }
                Found::None => {
                    return Err(self.reason(Field::Category, format!("No category has the code or the name {category_text}. Add it under Types of work, or correct the cell.")));
                }
                Found::Several => {
                    return Err(self.reason(
                        Field::Category,
                        format!("Several types have a category {category_text}. Fill in the type too."),
                    ));
                }
            },
            ("", Some(code)) => (type_named(code)?, None),
            ("", None) => return Err(self.reason(Field::Type, "The type of work is missing. Fill it in.")),
            (text, _) => {
                let type_id = type_named(text)?;
                (type_id, below(type_id, category_text, Field::Category)?)
            }
        };
        let subcategory_id = match category_id {
            Some(category) => below(category, sub_text, Field::Subcategory)?,
            None if sub_text.is_empty() => None,
            None => {
                return Err(self.reason(Field::Subcategory, "A sub-category needs its category. Fill in the category."));
            }
        };
        Ok(KindPath { type_id, category_id, subcategory_id })
    }

    fn optional(&self, row: &Record, field: Field, longest: usize, reasons: &mut Vec<Reason>) -> Option<String> {
        text_at_most(self.text(row, field), longest).unwrap_or_else(|text| {
            reasons.push(self.reason(field, text));
            None
        })
    }
}

/// Keeps the value of `found`, or its reason.
fn keep<T>(found: Result<T, Reason>, reasons: &mut Vec<Reason>) -> Option<T> {
    found.map_err(|reason| reasons.push(reason)).ok()
}

impl RowRules for DutyRules<'_> {
    fn read(&mut self, row: &Record, duties: &mut Vec<NewDuty>, remarks: &mut Remarks) {
        let Remarks { reasons, notes } = remarks;
        if let Some(fault) = row.fault() {
            reasons.push(Reason::row(fault));
            return;
        }
        let person = keep(self.person(row), reasons);
        let unit = keep(self.unit(row, person), reasons).flatten();
        let start = keep(self.start(row), reasons);
        let end = start.and_then(|start| keep(self.end(row, start.at), reasons));
        let kind = keep(self.kind(row), reasons);
        let break_minutes = minutes(&self.text(row, Field::BreakMinutes)).unwrap_or_else(|text| {
            reasons.push(self.reason(Field::BreakMinutes, text));
            0
        });
        let mileage_tenths = decimal_tenths(&self.text(row, Field::Mileage)).unwrap_or_else(|text| {
            reasons.push(self.reason(Field::Mileage, text));
            None
        });
        let incident_number = self.optional(row, Field::IncidentNumber, 40, reasons);
        let job_role = self.optional(row, Field::JobRole, 60, reasons);
        let call_sign = self.optional(row, Field::CallSign, 20, reasons);
        let shared_note = self.optional(row, Field::SharedNote, 10_000, reasons);
        let reference = self.optional(row, Field::Reference, 100, reasons);
        if let (Some(start), Some(end)) = (start, end) {
            let bounds = bounds(start.at, end.at, break_minutes, self.now);
            reasons.extend(bounds.into_iter().map(|(field, text)| self.reason(field, text)));
            for (settled, field) in [(start, "start"), (end, "end")] {
                if settled.twice {
                    notes.push(format!("The clocks went back over the {field}: it came twice that night, and the file does not say which is meant. The earlier that fits was taken."));
                }
            }
            if let Some(left) = person.and_then(|person| person.left_at).filter(|left| *left <= start.at) {
                let day = civil::local(left).date().strftime("%-d %B %Y");
                reasons.push(self.reason(Field::Start, format!("The person left on {day}, before this duty. Correct the date here, or the day of leaving under People.")));
            }
        }
        let (Some(person), Some(unit), Some(start), Some(end), Some(kind), true) =
            (person, unit, start, end, kind, reasons.is_empty())
        else {
            return;
        };
        let mut duty = NewDuty {
            person: person.id,
            unit,
            started_at: start.at,
            ended_at: end.at,
            started_on: civil::local(start.at).date(),
            break_minutes,
            kind,
            incident_number,
            job_role,
            call_sign,
            mileage_tenths,
            turnout_seconds: None,
            travel_seconds: None,
            attendance_seconds: None,
            shared_note,
            source_key: String::new(),
        };
        duty.source_key = source_key(&duty, reference.as_deref());
        duties.push(duty);
    }
}

/// What is wrong with the times of a duty, with the field that it is about.
pub fn bounds(start: Timestamp, end: Timestamp, break_minutes: i32, now: Timestamp) -> Vec<(Field, String)> {
    let mut found = Vec::new();
    let length = end.duration_since(start);
    if length <= SignedDuration::ZERO {
        found.push((Field::End, "The end is not after the start. Correct one of the two.".to_owned()));
    } else if length > LONGEST {
        found.push((
            Field::End,
            format!(
                "The duty would last {} hours, and the most is 24. Correct the times, or cut it into several duties.",
                length.as_hours()
            ),
        ));
    } else if SignedDuration::from_mins(i64::from(break_minutes)) >= length {
        found.push((Field::BreakMinutes, "The breaks are as long as the duty. Correct them.".to_owned()));
    }
    if start > now || end > now {
        found.push((Field::Start, "The duty lies in the future. Import it when it is over.".to_owned()));
    }
    found
}

/// What the row is known by: the other system's reference, or else what makes the duty this duty and no other.
fn source_key(duty: &NewDuty, reference: Option<&str>) -> String {
    if let Some(reference) = reference {
        return format!("csv:{reference}:{}", duty.person);
    }
    let mut hash = Sha256::new();
    let kind = [Some(duty.kind.type_id), duty.kind.category_id, duty.kind.subcategory_id];
    hash.update(duty.person.0.as_bytes());
    hash.update(duty.started_at.as_second().to_be_bytes());
    hash.update(duty.ended_at.as_second().to_be_bytes());
    for id in kind {
        hash.update(id.map_or([0; 16], |id| *id.0.as_bytes()));
    }
    for text in [&duty.incident_number, &duty.call_sign] {
        hash.update(text.as_deref().unwrap_or_default().as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    format!("row:{}", data_encoding::HEXLOWER.encode(digest.get(..16).unwrap_or_default()))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
