//! Every row of the fixture, and of the public files when they are beside the project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use uuid::Uuid;

use super::*;
use crate::imports::directory::{CrewSpan, KnownKind};
use crate::imports::presets::{Known, recognise};
use crate::imports::reader::{Limits, Reader};
use crate::imports::text::Surveyor;
use crate::kernel::ids::{DutyKindId, PersonId};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn open(bytes: &[u8]) -> Reader<&[u8]> {
    let mut surveyor = Surveyor::default();
    surveyor.push(bytes);
    Reader::open(bytes, surveyor.finish().expect("text").shape, Limits::default()).expect("header")
}

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/imports").join(name);
    std::fs::read(path).expect("fixture")
}

/// Person 1 drives every `call_signs`, person 2 commands the first of them until the end of 4 May 2026.
fn directory(call_signs: &[String], stations: &[(&str, &str)]) -> Directory {
    let mut directory = Directory::default();
    for (n, (code, name)) in (1_u128..).zip(stations) {
        directory.add_unit(UnitId(id(100 + n)), Some(code), name, true);
    }
    for n in 1..=2 {
        directory.add_person(KnownPerson {
            id: PersonId(id(n)),
            unit: UnitId(id(99)),
            given_name: "Jo".to_owned(),
            family_name: "Marsh".to_owned(),
            employee_number: None,
            email: None,
            left_at: None,
        });
    }
    for call_sign in call_signs {
        let span =
            CrewSpan { person: PersonId(id(1)), job_role: Some("Driver".to_owned()), from: date(2009, 1, 1), to: None };
        directory.add_crew(call_sign, span.clone());
        directory.add_crew(call_sign, span);
    }
    let commander =
        CrewSpan { person: PersonId(id(2)), job_role: None, from: date(2026, 5, 1), to: Some(date(2026, 5, 4)) };
    directory.add_crew(&call_signs[0], commander);
    let kinds = [
        (1, None, 1, "fire-incident"),
        (2, Some(1), 2, "fire"),
        (3, Some(2), 3, "secondary"),
        (4, Some(1), 2, "special-service"),
        (5, Some(4), 3, "rtc"),
        (6, Some(1), 2, "false-alarm"),
    ];
    for (n, parent, level, code) in kinds {
        directory.add_kind(KnownKind {
            id: DutyKindId(id(200 + n)),
            parent: parent.map(|n: u128| DutyKindId(id(200 + n))),
            level,
            code: code.to_owned(),
            name: code.to_owned(),
        });
    }
    directory
}

type Row = (String, Vec<NewDuty>, Remarks);

fn run(mobilisations: &[u8], incidents: Option<&Incidents>, directory: &Directory) -> Vec<Row> {
    let mut reader = open(mobilisations);
    assert_eq!(recognise(reader.header()), Some(Known::Mobilisations));
    let now = "2026-11-22T12:00:00Z".parse().expect("time");
    let mut rules = MobilisationRules::new(directory, incidents, reader.header(), now).expect("columns");
    let mut record = reader.record();
    let mut rows = Vec::new();
    while reader.read(&mut record).expect("memory") {
        let (mut duties, mut remarks) = (Vec::new(), Remarks::default());
        rules.read(&record, &mut duties, &mut remarks);
        assert_eq!(duties.is_empty(), !remarks.reasons.is_empty(), "{remarks:?}");
        rows.push((record.cell(0).into_owned(), duties, remarks));
    }
    rows
}

fn run_fixture() -> Vec<Row> {
    let call_signs: Vec<String> =
        ["Q11", "Q12", "Q13"].iter().flat_map(|code| [format!("{code}1"), format!("{code}2")]).collect();
    let directory = directory(&call_signs, &[("Q11", "Marlbrook"), ("Q12", "Saltings"), ("Q13", "Holt Cross")]);
    let incidents = Incidents::load(open(&fixture("lfb_incidents.csv"))).expect("incidents");
    run(&fixture("lfb_mobilisations.csv"), Some(&incidents), &directory)
}

/// The row of the incident that is the `n`th of the fixture.
fn of(rows: &[Row], n: usize) -> &Row {
    let start = format!("{:06}-", 9000 + n);
    rows.iter().find(|(number, ..)| number.starts_with(&start)).expect("row")
}

#[test]
fn a_mobilisation_is_a_duty_of_each_of_the_crew() {
    let rows = run_fixture();
    let both: Vec<_> = rows.iter().filter(|(_, duties, _)| duties.len() == 2).collect();
    assert!(!both.is_empty(), "someone commanded the first call sign on 4 May");
    let (_, duties, _) = both[0];
    assert_eq!((duties[0].person, duties[1].person), (PersonId(id(1)), PersonId(id(2))));
    assert_eq!((duties[0].job_role.as_deref(), duties[1].job_role.as_deref()), (Some("Driver"), None));
    assert!(duties[0].source_key.starts_with("lfb:7001") && duties[0].source_key.ends_with(&id(1).to_string()));
    for (_, duties, _) in &rows {
        let commanded_late =
            duties.iter().any(|duty| duty.person == PersonId(id(2)) && duty.started_on > date(2026, 5, 4));
        assert!(!commanded_late, "an assignment ends with its last day");
    }
}

#[test]
fn seconds_unit_and_incident_are_kept() {
    let rows = run_fixture();
    let (number, duties, remarks) = of(&rows, 1);
    assert_eq!(remarks.notes, ["There is no kind of work with the code primary-dwelling: the one above it was taken."]);
    let duty = &duties[0];
    assert_eq!(duty.incident_number.as_deref(), Some(number.as_str()));
    assert_eq!(duty.turnout_seconds.zip(duty.travel_seconds).map(|(a, b)| Some(a + b)), Some(duty.attendance_seconds));
    assert!((101..=103).map(|n| UnitId(id(n))).any(|unit| unit == duty.unit));
    let (_, duties, _) = of(&rows, 2);
    let path = duties[0].kind;
    assert_eq!(path.subcategory_id, Some(DutyKindId(id(203))), "a secondary fire");
}

#[test]
fn the_end_is_the_best_that_the_row_knows() {
    let rows = run_fixture();
    let notes = |n| of(&rows, n).2.notes.join(" ");
    assert!(notes(5).contains("ends when the resource left"), "{}", notes(5));
    assert!(notes(6).contains("one hour after the arrival"), "{}", notes(6));
    let (_, duties, _) = of(&rows, 7);
    assert!(!duties.is_empty() && duties[0].attendance_seconds.is_none(), "turned back, and returned");
    let (_, duties, remarks) = of(&rows, 8);
    assert!(duties.is_empty());
    assert!(remarks.reasons[0].text.contains("nothing to reckon the end from"), "{remarks:?}");
}

#[test]
fn a_call_sign_without_crew_is_rejected_with_what_to_do() {
    let rows = run_fixture();
    let (_, _, remarks) = of(&rows, 10);
    let reason = &remarks.reasons[0];
    assert_eq!(reason.column.as_deref(), Some("Resource_Code"));
    assert!(
        reason.text.starts_with("No crew is assigned to Z991 on ") && reason.text.contains("under Crews"),
        "{reason}"
    );
}

#[test]
fn what_is_not_known_is_noted_and_the_duty_kept() {
    let rows = run_fixture();
    let (_, duties, remarks) = of(&rows, 11);
    assert_eq!(duties[0].unit, UnitId(id(99)), "the person's own");
    assert!(remarks.notes.iter().any(|note| note.contains("no unit X99 Nowhere")), "{remarks:?}");
    let (_, duties, remarks) = of(&rows, 12);
    assert_eq!(duties[0].kind.category_id, None);
    assert!(remarks.notes.iter().any(|note| note.contains("not in the incident file")), "{remarks:?}");
    let (_, duties, remarks) = of(&rows, 15);
    assert_eq!(duties[0].kind.category_id, Some(DutyKindId(id(204))));
    assert!(remarks.notes.iter().any(|note| note.contains("Bell tower rescue")), "{remarks:?}");
}

#[test]
fn without_the_incident_file_there_is_no_category() {
    let directory = directory(&["Q111".to_owned()], &[]);
    let rows = run(&fixture("lfb_mobilisations.csv"), None, &directory);
    let kinds: Vec<_> = rows.iter().flat_map(|(_, duties, _)| duties).map(|duty| duty.kind.category_id).collect();
    assert!(!kinds.is_empty() && kinds.iter().all(Option::is_none));
}

#[test]
fn every_row_of_the_fixture_has_its_fate() {
    let rows = run_fixture();
    let rejected = rows.iter().filter(|(_, duties, _)| duties.is_empty()).count();
    assert_eq!((rows.len(), rejected), (18, 2));
}

#[test]
fn a_file_without_its_columns_says_which() {
    let directory = directory(&["Q111".to_owned()], &[]);
    let header = ["ResourceMobilisationId".to_owned(), "Resource_Code".to_owned()];
    let fault = MobilisationRules::new(&directory, None, &header, Timestamp::UNIX_EPOCH).err().expect("refused");
    assert!(fault.to_string().contains("no column IncidentNumber, DateAndTimeMobilised"), "{fault}");
}

/// The public files, when they are beside the project.
fn public(name: &str) -> Option<Vec<u8>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/lfb").join(name);
    std::fs::read(beside).ok()
}

#[test]
fn the_public_files_are_accounted_for_row_by_row() {
    let (Some(mobilisations), Some(incidents)) = (public("mobilisations.csv"), public("incidents.csv")) else {
        println!("skipped: ../shared/data/lfb is not beside the project");
        return;
    };
    let mut crews = BTreeMap::new();
    let mut reader = open(&mobilisations);
    let mut record = reader.record();
    while reader.read(&mut record).expect("memory") {
        crews.insert(record.cell(4).into_owned(), ());
    }
    let call_signs: Vec<String> = crews.into_keys().collect();
    let directory = directory(&call_signs, &[("H27", "Battersea"), ("H21", "Clapham")]);
    let incidents = Incidents::load(open(&incidents)).expect("incidents");
    assert_eq!((incidents.len(), incidents.rejected.len()), (20, 0));
    let rows = run(&mobilisations, Some(&incidents), &directory);
    let duties: usize = rows.iter().map(|(_, duties, _)| duties.len()).sum();
    assert_eq!((rows.len(), duties), (20, 20), "{:?}", rows.iter().map(|row| &row.2.reasons).collect::<Vec<_>>());
}
