//! What a column of a file can mean, and the guess from its header.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation; labels and hints are in DEFINITIONS")]
pub enum Field {
    EmployeeNumber,
    Email,
    GivenName,
    FamilyName,
    Role,
    Unit,
    Date,
    Start,
    End,
    EndDate,
    Type,
    Category,
    Subcategory,
    IncidentNumber,
    JobRole,
    CallSign,
    BreakMinutes,
    Mileage,
    SharedNote,
    Reference,
}

/// How a field is shown, and the headers that it is guessed from.
#[derive(Debug)]
pub struct Definition {
    /// Which field.
    pub field: Field,
    /// Its name in the mapping step and in file names of form fields.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What may stand in it.
    pub hint: &'static str,
    /// Headers that mean it, in [`words`] form; the first that a file has is taken.
    headers: &'static [&'static str],
}

const fn of(
    field: Field,
    key: &'static str,
    label: &'static str,
    hint: &'static str,
    headers: &'static [&'static str],
) -> Definition {
    Definition { field, key, label, hint, headers }
}

const EMPLOYEE_NUMBER: Definition = of(
    Field::EmployeeNumber,
    "employee_number",
    "Employee number",
    "As it stands on the person's page",
    &[
        "employee number",
        "employee no",
        "employee id",
        "employee",
        "service number",
        "service no",
        "staff number",
        "staff no",
        "staff id",
        "payroll number",
        "payroll no",
        "assignment number",
        "person",
        "number",
        "emp no",
    ],
);
const EMAIL: Definition = of(
    Field::Email,
    "email",
    "E-mail address",
    "",
    &["email", "e mail", "email address", "e mail address", "mail", "work email"],
);
const UNIT: Definition = of(
    Field::Unit,
    "unit",
    "Unit",
    "A unit's code, such as H27, or its name",
    &[
        "unit",
        "unit code",
        "station",
        "station code",
        "base",
        "location",
        "unit name",
        "station name",
        "watch",
        "home unit",
    ],
);

/// What a row of a file of duties can hold.
pub static DUTY: &[Definition] = &[
    EMPLOYEE_NUMBER,
    EMAIL,
    of(
        Field::Date,
        "date",
        "Date",
        "When start and end are times alone",
        &["date", "duty date", "shift date", "day", "date of duty"],
    ),
    of(
        Field::Start,
        "start",
        "Start",
        "Date and time, or a time when there is a date column",
        &[
            "start",
            "started",
            "start time",
            "started at",
            "start date time",
            "start date and time",
            "start datetime",
            "from",
            "time from",
            "on duty",
            "begin",
            "shift start",
            "time on",
            "duty start",
            "start date",
        ],
    ),
    of(
        Field::End,
        "end",
        "End",
        "Date and time, or a time: then it is the first such time after the start",
        &[
            "end",
            "ended",
            "end time",
            "ended at",
            "end date time",
            "end date and time",
            "end datetime",
            "finish",
            "finished",
            "finish time",
            "to",
            "time to",
            "until",
            "off duty",
            "shift end",
            "time off",
            "duty end",
        ],
    ),
    of(Field::EndDate, "end_date", "End date", "When the end is a time alone", &["end date", "finish date", "date to"]),
    UNIT,
    of(
        Field::Type,
        "type",
        "Type",
        "Code or name of a type of work",
        &["type", "duty type", "work type", "activity type", "shift type", "activity", "job type"],
    ),
    of(
        Field::Category,
        "category",
        "Category",
        "Code or name, within the type",
        &["category", "duty category", "activity category", "incident group"],
    ),
    of(
        Field::Subcategory,
        "subcategory",
        "Sub-category",
        "Code or name, within the category",
        &["subcategory", "sub category", "subtype", "sub type", "detail"],
    ),
    of(
        Field::IncidentNumber,
        "incident_number",
        "Incident number",
        "",
        &[
            "incident number",
            "incident no",
            "incident",
            "incident id",
            "incidentnumber",
            "cad",
            "cad number",
            "job number",
            "incident ref",
        ],
    ),
    of(
        Field::JobRole,
        "job_role",
        "Role on the job",
        "",
        &["role on the job", "job role", "role", "position", "riding position", "duty role", "seat"],
    ),
    of(
        Field::CallSign,
        "call_sign",
        "Call sign",
        "",
        &["call sign", "callsign", "appliance", "vehicle", "resource", "resource code"],
    ),
    of(
        Field::BreakMinutes,
        "break_minutes",
        "Breaks",
        "Minutes, or hours and minutes such as 0:30",
        &["break minutes", "breaks", "break", "break mins", "break length", "unpaid break", "meal break"],
    ),
    of(
        Field::Mileage,
        "mileage",
        "Mileage",
        "Miles, with a decimal point",
        &["mileage", "miles", "distance", "distance miles"],
    ),
    of(
        Field::SharedNote,
        "shared_note",
        "Shared note",
        "Managers can read it",
        &["shared note", "note", "notes", "comment", "comments", "remarks", "description"],
    ),
    of(
        Field::Reference,
        "reference",
        "Reference",
        "What the other system calls the row; keeps a second import from making a second duty",
        &["reference", "ref", "external reference", "external id", "source id", "id", "record id", "uid"],
    ),
];

/// What a row of a file of people can hold.
pub static PERSON: &[Definition] = &[
    EMPLOYEE_NUMBER,
    of(
        Field::GivenName,
        "given_name",
        "Given name",
        "",
        &["given name", "first name", "forename", "given names", "firstname", "first names"],
    ),
    of(Field::FamilyName, "family_name", "Family name", "", &["family name", "last name", "surname", "lastname"]),
    EMAIL,
    UNIT,
    of(
        Field::Role,
        "role",
        "Role",
        "member or manager; member when it is left out",
        &["role", "watchroom role", "access role", "access"],
    ),
];

/// Which column holds which field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The column of each field, from 0.
    pub columns: BTreeMap<Field, usize>,
    /// Code of the type of work for rows that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_type: Option<String>,
}

impl Mapping {
    /// The best guess from a header: each column is used once, each field gets the first header that means it.
    pub fn guess(definitions: &[Definition], header: &[String]) -> Self {
        let header: Vec<String> = header.iter().map(|cell| words(cell)).collect();
        let mut columns = BTreeMap::new();
        let mut taken = vec![false; header.len()];
        for definition in definitions {
            let found = definition
                .headers
                .iter()
                .find_map(|wanted| header.iter().zip(&taken).position(|(cell, taken)| !*taken && cell == wanted));
            if let Some(index) = found {
                columns.insert(definition.field, index);
                if let Some(taken) = taken.get_mut(index) {
                    *taken = true;
                }
            }
        }
        Self { columns, default_type: None }
    }

    /// The column of `field`.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.get(&field).copied()
    }

    /// What is missing or does not fit, each with the key of the form field that it belongs to. Nothing: it can run.
    pub fn faults(&self, people: bool, width: usize) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let definitions = if people { PERSON } else { DUTY };
        let has = |field| self.column(field).is_some();
        if !has(Field::EmployeeNumber) && !has(Field::Email) {
            faults.push((
                EMPLOYEE_NUMBER.key,
                "Choose the column with the employee number, or the one with the e-mail address.".to_owned(),
            ));
        }
        let needed: &[Field] =
            if people { &[Field::GivenName, Field::FamilyName, Field::Unit] } else { &[Field::Start, Field::End] };
        for definition in definitions.iter().filter(|definition| needed.contains(&definition.field)) {
            if !has(definition.field) {
                faults.push((definition.key, format!("Choose the column for \"{}\".", definition.label)));
            }
        }
        if !people && !has(Field::Type) && !has(Field::Category) && self.default_type.is_none() {
            faults.push((
                "default_type",
                "Choose the column with the type of work, or one type for all rows.".to_owned(),
            ));
        }
        for (position, definition) in definitions.iter().enumerate() {
            let Some(column) = self.column(definition.field) else { continue };
            if column >= width {
                faults.push((definition.key, format!("The file has no column {}.", column.saturating_add(1))));
            }
            let twin = definitions.iter().take(position).find(|other| self.column(other.field) == Some(column));
            if let Some(twin) = twin {
                faults.push((
                    definition.key,
                    format!("This column is \"{}\" already. Choose another, or none.", twin.label),
                ));
            }
        }
        faults
    }
}

/// A text reduced to its words: lower case, letters and digits, one blank between. What is equal in this form is the
/// same header, code or name.
pub fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn headers_in_other_words_are_understood() {
        let file =
            header(&["Staff No.", "Shift Date", "Time from", "Time to", "Activity", "Miles", "Call-sign", "Colour"]);
        let found = Mapping::guess(DUTY, &file);
        let expected = [
            (Field::EmployeeNumber, 0),
            (Field::Date, 1),
            (Field::Start, 2),
            (Field::End, 3),
            (Field::Type, 4),
            (Field::Mileage, 5),
            (Field::CallSign, 6),
        ];
        assert_eq!(found.columns, expected.into());
        assert_eq!(found.faults(false, file.len()), []);
    }

    #[test]
    fn a_header_is_used_once() {
        let found = Mapping::guess(DUTY, &header(&["Start date", "Start", "End", "End date"]));
        assert_eq!(found.column(Field::Start), Some(1));
        assert_eq!(found.column(Field::EndDate), Some(3));
        let twice = Mapping { columns: [(Field::Start, 0), (Field::End, 0)].into(), default_type: None };
        assert!(twice.faults(false, 1).iter().any(|(key, text)| *key == "end" && text.contains("\"Start\" already")));
    }

    #[test]
    fn what_is_missing_is_said_beside_its_field() {
        let keys: Vec<_> = Mapping::default().faults(false, 3).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["employee_number", "start", "end", "default_type"]);
        let keys: Vec<_> = Mapping::default().faults(true, 3).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["employee_number", "given_name", "family_name", "unit"]);
        let beyond = Mapping { columns: [(Field::Start, 7)].into(), default_type: None };
        assert!(beyond.faults(false, 3).iter().any(|(_, text)| text.contains("no column 8")));
    }

    #[test]
    fn every_synonym_is_in_the_form_that_headers_are_compared_in() {
        for definition in DUTY.iter().chain(PERSON) {
            for header in definition.headers {
                assert_eq!(words(header), *header);
            }
        }
    }
}
