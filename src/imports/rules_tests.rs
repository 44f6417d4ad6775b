//! Every fate of a row, and every sentence that leads there.

use jiff::civil::date;
use uuid::Uuid;

use super::super::directory::KnownKind;
use super::super::fields::DUTY;
use super::super::reader::{Limits, Reader};
use super::super::text::Surveyor;
use super::*;
use crate::kernel::ids::{DutyKindId, PersonId};

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(100 + n))
}

fn kind(n: u128) -> DutyKindId {
    DutyKindId(Uuid::from_u128(200 + n))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("time")
}

fn directory() -> Directory {
    let mut directory = Directory::default();
    for (n, number, left) in [(1, "1001", None), (2, "1002", Some(at("2026-02-01T00:00:00Z")))] {
        directory.add_person(KnownPerson {
            id: person(n),
            unit: unit(1),
            given_name: "Jo".to_owned(),
            family_name: "Marsh".to_owned(),
            employee_number: Some(number.to_owned()),
            email: Some(format!("P{n}@Northmoor.example")),
            left_at: left,
        });
    }
    for (n, code, name) in [(1, "N01", "Northmoor"), (2, "N02", "Red Watch"), (3, "N03", "Red Watch")] {
        directory.add_unit(unit(n), Some(code), name, true);
    }
    let kinds = [
        (1, None, 1, "shift", "Shift"),
        (2, Some(1), 2, "day", "Day shift"),
        (3, None, 1, "training", "Training"),
        (4, Some(3), 2, "drill", "Drill or exercise"),
        (5, Some(4), 3, "ba", "Breathing apparatus"),
        (6, Some(3), 2, "day", "Training day"),
    ];
    for (n, parent, level, code, name) in kinds {
        directory.add_kind(KnownKind {
            id: kind(n),
            parent: parent.map(kind),
            level,
            code: code.to_owned(),
            name: name.to_owned(),
        });
    }
    directory
}

/// The duties and remarks of each row of a file.
fn run(file: &str) -> Vec<(Vec<NewDuty>, Remarks)> {
    let mut surveyor = Surveyor::default();
    surveyor.push(file.as_bytes());
    let shape = surveyor.finish().expect("text").shape;
    let mut reader = Reader::open(file.as_bytes(), shape, Limits::default()).expect("header");
    let directory = directory();
    let mapping = Mapping::guess(DUTY, reader.header());
    let mut rules = DutyRules::new(&directory, mapping, reader.header(), at("2026-11-22T12:00:00Z"));
    let mut record = reader.record();
    let mut found = Vec::new();
    while reader.read(&mut record).expect("memory") {
        let (mut duties, mut remarks) = (Vec::new(), Remarks::default());
        rules.read(&record, &mut duties, &mut remarks);
        assert_eq!(duties.is_empty(), !remarks.reasons.is_empty(), "a row becomes duties or has reasons: {remarks:?}");
        found.push((duties, remarks));
    }
    found
}

fn one(header: &str, row: &str) -> (Vec<NewDuty>, Remarks) {
    let mut found = run(&format!("{header}\n{row}\n"));
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// The reasons of a row of employee, start, end and type.
fn reasons(row: &str) -> Vec<String> {
    one("Employee number,Start,End,Type", row).1.reasons.iter().map(Reason::to_string).collect()
}

#[test]
fn a_full_row_becomes_a_duty() {
    let (duties, remarks) = one(
        "Employee number,Start,End,Station,Type,Category,Sub-category,Incident no,Position,Call sign,Breaks,Miles,Notes",
        "1001,01/07/2026 08:00,01/07/2026 18:00,n02,Training,drill,BA,77-01072026,Driver,H271,0:45,12.5,\"Hose, and ladders\"",
    );
    assert_eq!(remarks, Remarks::default());
    let duty = &duties[0];
    assert_eq!((duty.person, duty.unit), (person(1), unit(2)));
    assert_eq!((duty.started_at, duty.ended_at), (at("2026-07-01T07:00:00Z"), at("2026-07-01T17:00:00Z")));
    assert_eq!(duty.started_on, date(2026, 7, 1));
    let path = KindPath { type_id: kind(3), category_id: Some(kind(4)), subcategory_id: Some(kind(5)) };
    assert_eq!(duty.kind, path);
    assert_eq!((duty.break_minutes, duty.mileage_tenths), (45, Some(125)));
    assert_eq!(duty.incident_number.as_deref(), Some("77-01072026"));
    assert_eq!((duty.job_role.as_deref(), duty.call_sign.as_deref()), (Some("Driver"), Some("H271")));
    assert_eq!(duty.shared_note.as_deref(), Some("Hose, and ladders"));
}

#[test]
fn what_is_left_out_has_its_usual_value() {
    let (duties, _) = one("E-mail,Start,End,Category", "p1@northmoor.EXAMPLE,2026-07-01 08:00,2026-07-01 18:00,drill");
    assert_eq!((duties[0].unit, duties[0].break_minutes), (unit(1), 0));
    assert_eq!((duties[0].kind.type_id, duties[0].shared_note.as_deref()), (kind(3), None));
}

#[test]
fn times_beside_a_date_run_over_midnight() {
    let header = "Employee number,Date,Start,End,Type";
    let (duties, _) = one(header, "1001,01/07/2026,18:00,09:00,Shift");
    assert_eq!(duties[0].ended_at, at("2026-07-02T08:00:00Z"));
    let (duties, _) = one(header, "1001,01/07/2026,0800,18:00,Shift");
    assert_eq!(duties[0].ended_at, at("2026-07-01T17:00:00Z"));
    let (duties, _) =
        one("Employee number,Date,Start,End date,End,Type", "1001,01/07/2026,18:00,02/07/2026,09:00,Shift");
    assert_eq!(duties[0].ended_at, at("2026-07-02T08:00:00Z"));
}

#[test]
fn a_night_over_the_change_of_clocks_has_its_true_length() {
    let (duties, _) = one("Employee number,Start,End,Type", "1001,28/03/2026 20:00,29/03/2026 08:00,Shift");
    assert_eq!(duties[0].ended_at.duration_since(duties[0].started_at).as_hours(), 11);
    let (duties, _) = one("Employee number,Start,End,Type", "1001,24/10/2026 20:00,25/10/2026 08:00,Shift");
    assert_eq!(duties[0].ended_at.duration_since(duties[0].started_at).as_hours(), 13);
}

#[test]
fn a_time_that_never_was_is_refused_and_one_that_came_twice_is_noted() {
    let found = reasons("1001,29/03/2026 01:30,29/03/2026 08:00,Shift");
    assert!(found[0].starts_with("Start: 29/03/2026 01:30 never was"), "{found:?}");
    let (duties, remarks) = one("Employee number,Start,End,Type", "1001,25/10/2026 01:30,25/10/2026 08:00,Shift");
    assert_eq!(duties[0].started_at, at("2026-10-25T00:30:00Z"));
    assert!(remarks.notes[0].contains("came twice"), "{remarks:?}");
}

#[test]
fn every_fault_of_a_row_is_told_at_once_with_its_column() {
    let found = reasons("9999,31/02/2026 09:00,soon,Gardening");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("Employee number: Nobody here has the employee number 9999."));
    assert!(found[1].starts_with("Start: 31/02/2026 09:00 is not a day that exists."));
    assert!(found[2].starts_with("Type: No type of work has the code or the name Gardening."));
}

#[test]
fn each_wrong_row_says_what_to_do() {
    let cases = [
        (",01/07/2026 08:00,01/07/2026 18:00,Shift", "names nobody"),
        ("1001,,01/07/2026 18:00,Shift", "The start is missing"),
        ("1001,01/07/2026 08:00,,Shift", "The end is missing"),
        ("1001,01/07/2026,01/07/2026 18:00,Shift", "A date alone"),
        ("1001,08:00,18:00,Shift", "A time alone"),
        ("1001,01/07/2026 18:00,01/07/2026 08:00,Shift", "not after the start"),
        ("1001,01/07/2026 08:00,03/07/2026 08:01,Shift", "48 hours, and the most is 24"),
        ("1001,22/11/2026 08:00,22/11/2026 18:00,Shift", "in the future"),
        ("1001,01/07/2026 08:00,01/07/2026 18:00,", "type of work is missing"),
        ("1002,01/07/2026 08:00,01/07/2026 18:00,Shift", "left on 1 February 2026"),
    ];
    for (row, expected) in cases {
        let found = reasons(row);
        assert!(found.len() == 1 && found[0].contains(expected), "{row}: {found:?}");
    }
}

#[test]
fn the_optional_cells_are_checked_too() {
    let header = "Employee number,Start,End,Type,Sub-category,Unit,Break,Miles,Call sign";
    let row = |rest: &str| {
        let (_, remarks) = one(header, &format!("1001,01/07/2026 08:00,01/07/2026 18:00,Shift,{rest}"));
        remarks.reasons.iter().map(Reason::to_string).collect::<Vec<_>>()
    };
    assert!(row("ba,,,,")[0].contains("needs its category"));
    assert!(row(",Red Watch,,,")[0].contains("Write the unit's code"));
    assert!(row(",N09,,,")[0].contains("No unit has the code or the name N09"));
    assert!(row(",,600,,")[0].starts_with("Break: The breaks are as long as the duty."));
    assert!(row(",,,far,")[0].starts_with("Miles: far is not a number of miles."));
    assert!(row(&format!(",,,,{}", "H".repeat(21)))[0].contains("longer than 20 characters"));
}

#[test]
fn a_category_of_two_types_needs_its_type() {
    let (_, remarks) = one("Employee number,Start,End,Category", "1001,01/07/2026 08:00,01/07/2026 18:00,day");
    assert!(remarks.reasons[0].text.contains("Fill in the type too"), "{remarks:?}");
}

#[test]
fn two_people_in_one_row_are_refused() {
    let (_, remarks) = one(
        "Employee number,E-mail,Start,End,Type",
        "1001,p2@northmoor.example,01/01/2026 08:00,01/01/2026 18:00,Shift",
    );
    assert!(remarks.reasons[0].text.contains("two different people"), "{remarks:?}");
}

#[test]
fn the_same_row_has_the_same_key_however_it_is_written() {
    let header = "Employee number,Start,End,Type,Notes";
    let key = |row| one(header, row).0[0].source_key.clone();
    let first = key("1001,01/07/2026 08:00,01/07/2026 18:00,Shift,one");
    assert_eq!(first, key("1001,2026-07-01T07:00:00Z,1 Jul 2026 18:00:00,shift,other words"));
    assert_ne!(first, key("1001,01/07/2026 08:00,01/07/2026 18:01,Shift,one"));
    let (duties, _) = one("Employee number,Start,End,Type,Ref", "1001,01/07/2026 08:00,01/07/2026 18:00,Shift,A7");
    assert_eq!(duties[0].source_key, format!("csv:A7:{}", person(1)));
}

#[test]
fn a_row_of_the_wrong_width_is_rejected_with_its_width() {
    assert!(reasons("1001,01/07/2026 08:00")[0].contains("2 cells and the header has 4"));
}
