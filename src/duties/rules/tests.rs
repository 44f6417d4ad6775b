//! The rules by table (the two clock changes, every message) and by property (nothing wrong gets through).

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn now() -> Timestamp {
    at("2026-11-22T09:00:00Z")
}

fn typed(date: &str, start: &str, end: &str) -> Typed {
    Typed {
        date: date.to_owned(),
        start: start.to_owned(),
        end: end.to_owned(),
        kind: uuid::Uuid::from_u128(1).to_string(),
        unit: uuid::Uuid::from_u128(2).to_string(),
        ..Typed::default()
    }
}

fn message(result: &Result<Draft, Faults>, at: At) -> String {
    let faults = result.as_ref().expect_err("something wrong");
    let found = faults.iter().find(|fault| fault.at == at);
    found.unwrap_or_else(|| panic!("nothing at {at:?} in {faults:?}")).message.clone()
}

#[test]
fn an_ordinary_day_shift_is_accepted() {
    let draft = check_typed(&typed("2026-11-21", "07:00", "19:00"), now()).expect("a duty");
    assert_eq!((draft.started_at, draft.ended_at), (at("2026-11-21T07:00:00Z"), at("2026-11-21T19:00:00Z")));
    assert_eq!(draft.started_on(), jiff::civil::date(2026, 11, 21));
    assert_eq!(draft.break_minutes, 0);
}

#[test]
fn a_night_needs_to_be_told_that_it_ended_the_next_day() {
    let mut night = typed("2026-11-20", "19:00", "07:00");
    let refused = check_typed(&night, now());
    assert!(message(&refused, At::End).contains("tick \u{201c}It ended the next day\u{201d}"));
    night.next_day = "yes".to_owned();
    let draft = check_typed(&night, now()).expect("a duty");
    assert_eq!(draft.ended_at, at("2026-11-21T07:00:00Z"));
}

#[test]
fn the_same_time_twice_is_a_day_only_when_said_so() {
    let mut day = typed("2026-11-20", "07:00", "07:00");
    assert!(message(&check_typed(&day, now()), At::End).contains("same as the start"));
    day.next_day = "yes".to_owned();
    let draft = check_typed(&day, now()).expect("24 hours");
    assert_eq!(draft.ended_at.duration_since(draft.started_at), LONGEST);
    day.end = "07:01".to_owned();
    assert!(message(&check_typed(&day, now()), At::End).starts_with("That is 24 h 1 min."));
}

/// Date, start, end, which of two starts, which of two ends, next day; then the two instants or the field that is wrong.
#[test]
fn the_days_on_which_the_clocks_change() {
    type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, bool, Expected);
    enum Expected {
        Span(&'static str, &'static str),
        Wrong(At),
    }
    use Expected::{Span, Wrong};
    let table: &[Row] = &[
        // Forward on 29 March 2026: 01:00 to 02:00 did not happen.
        ("2026-03-29", "01:30", "05:00", "", "", false, Wrong(At::Start)),
        ("2026-03-29", "00:30", "01:30", "", "", false, Wrong(At::End)),
        ("2026-03-29", "00:30", "02:30", "", "", false, Span("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")),
        ("2026-03-28", "19:00", "07:00", "", "", true, Span("2026-03-28T19:00:00Z", "2026-03-29T06:00:00Z")),
        ("2026-03-28", "07:00", "07:00", "", "", true, Span("2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z")),
        ("2026-03-28", "07:00", "08:00", "", "", true, Span("2026-03-28T07:00:00Z", "2026-03-29T07:00:00Z")),
        ("2026-03-28", "07:00", "08:01", "", "", true, Wrong(At::End)),
        // Back on 26 October 2025: 01:00 to 02:00 came twice.
        ("2025-10-26", "01:30", "05:00", "", "", false, Wrong(At::StartTurn)),
        ("2025-10-26", "01:30", "05:00", "first", "", false, Span("2025-10-26T00:30:00Z", "2025-10-26T05:00:00Z")),
        ("2025-10-26", "01:30", "05:00", "second", "", false, Span("2025-10-26T01:30:00Z", "2025-10-26T05:00:00Z")),
        ("2025-10-25", "19:00", "01:30", "", "", true, Wrong(At::EndTurn)),
        ("2025-10-25", "19:00", "01:30", "", "first", true, Span("2025-10-25T18:00:00Z", "2025-10-26T00:30:00Z")),
        ("2025-10-25", "19:00", "01:30", "", "second", true, Span("2025-10-25T18:00:00Z", "2025-10-26T01:30:00Z")),
        ("2025-10-25", "19:00", "07:00", "", "", true, Span("2025-10-25T18:00:00Z", "2025-10-26T07:00:00Z")),
        // An end that is possible only the second time is not asked about.
        ("2025-10-26", "01:30", "01:10", "first", "", false, Span("2025-10-26T00:30:00Z", "2025-10-26T01:10:00Z")),
        ("2025-10-26", "01:30", "01:45", "second", "", false, Span("2025-10-26T01:30:00Z", "2025-10-26T01:45:00Z")),
        ("2025-10-26", "01:30", "01:30", "first", "", false, Span("2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z")),
        ("2025-10-26", "01:30", "01:10", "second", "", false, Wrong(At::End)),
        // That day has 25 hours; a duty still has 24.
        ("2025-10-25", "07:00", "07:00", "", "", true, Wrong(At::End)),
        ("2025-10-25", "07:00", "06:00", "", "", true, Span("2025-10-25T06:00:00Z", "2025-10-26T06:00:00Z")),
        // Summer and winter, for comparison.
        ("2026-07-01", "07:00", "19:00", "", "", false, Span("2026-07-01T06:00:00Z", "2026-07-01T18:00:00Z")),
        (
            "2026-01-01",
            "07:00",
            "19:00",
            "second",
            "first",
            false,
            Span("2026-01-01T07:00:00Z", "2026-01-01T19:00:00Z"),
        ),
    ];
    for (date, start, end, start_turn, end_turn, next_day, expected) in table {
        let case = Typed {
            start_turn: (*start_turn).to_owned(),
            end_turn: (*end_turn).to_owned(),
            next_day: if *next_day { "yes" } else { "" }.to_owned(),
            ..typed(date, start, end)
        };
        let result = check_typed(&case, now());
        match expected {
            Span(start, end) => {
                let draft = result.unwrap_or_else(|faults| panic!("{case:?}: {faults:?}"));
                assert_eq!((draft.started_at, draft.ended_at), (at(start), at(end)), "{case:?}");
            }
            Wrong(field) => {
                let faults = result.expect_err("something wrong");
                assert!(faults.has(*field), "{case:?}: {faults:?}");
                assert_eq!(faults.iter().count(), 1, "{case:?}: {faults:?}");
            }
        }
    }
}

#[test]
fn a_duty_may_end_a_quarter_of_an_hour_ahead_and_no_later() {
    assert!(check_typed(&typed("2026-11-22", "07:00", "09:15"), now()).is_ok());
    let late = check_typed(&typed("2026-11-22", "07:00", "09:16"), now());
    assert!(message(&late, At::End).contains("in the future: it is 09:00 now"));
    let later = check_typed(&typed("2026-11-22", "12:00", "13:00"), now());
    assert!(message(&later, At::Start).contains("in the future"));
    let tomorrow = check_typed(&typed("2026-11-23", "07:00", "13:00"), now());
    assert!(message(&tomorrow, At::Date).contains("in the future"));
}

#[test]
fn everything_wrong_is_said_at_once() {
    let all = Typed {
        kind: "x".to_owned(),
        unit: String::new(),
        breaks: "half an hour".to_owned(),
        mileage: "12.55".to_owned(),
        incident_number: "9".repeat(41),
        job_role: "a\u{7}b".to_owned(),
        call_sign: "E".repeat(21),
        shared_note: "x".repeat(10_001),
        private_note: "a\0b".to_owned(),
        ..typed("", "", "25:00")
    };
    let faults = check_typed(&all, now()).expect_err("all wrong");
    let fields: Vec<&str> = faults.iter().map(|fault| fault.at.in_form()).collect();
    assert_eq!(
        fields,
        [
            "date",
            "start",
            "end",
            "kind",
            "unit",
            "breaks",
            "mileage",
            "incident_number",
            "job_role",
            "call_sign",
            "shared_note",
            "private_note"
        ]
    );
}

#[test]
fn breaks_are_shorter_than_the_duty() {
    let with = |breaks: &str| Typed { breaks: breaks.to_owned(), ..typed("2026-11-21", "07:00", "08:00") };
    assert_eq!(check_typed(&with("59"), now()).expect("a duty").break_minutes, 59);
    assert_eq!(check_typed(&with(" 0 "), now()).expect("a duty").break_minutes, 0);
    assert_eq!(message(&check_typed(&with("60"), now()), At::Breaks), "Breaks must be shorter than the duty, 1 h");
    for wrong in ["-1", "1.5", "1441", "99999999999999999999", "9223372036854775807"] {
        assert!(check_typed(&with(wrong), now()).expect_err(wrong).has(At::Breaks), "{wrong}");
    }
}

#[test]
fn texts_are_trimmed_and_what_is_empty_is_none() {
    let draft = check_typed(
        &Typed {
            call_sign: " e281 ".to_owned(),
            incident_number: "  ".to_owned(),
            shared_note: "one\r\ntwo\n".to_owned(),
            mileage: "12.5".to_owned(),
            ..typed("21/11/2026", "0700", "7.30")
        },
        now(),
    )
    .expect("a duty");
    assert_eq!(draft.call_sign.as_deref(), Some("E281"));
    assert_eq!(draft.incident_number, None);
    assert_eq!(draft.shared_note.as_deref(), Some("one\ntwo"));
    assert_eq!(draft.mileage_tenths, Some(125));
    assert_eq!(in_miles(125), "12.5");
}

#[test]
fn times_and_dates_as_people_write_them() {
    let time = |text| parse_time(text).map(|time| time.strftime("%H:%M").to_string());
    for (text, expected) in [
        ("07:00", "07:00"),
        ("7:00", "07:00"),
        ("0700", "07:00"),
        ("700", "07:00"),
        ("7.05", "07:05"),
        ("7", "07:00"),
        ("23:59:30", "23:59"),
        ("00:00", "00:00"),
    ] {
        assert_eq!(time(text).as_deref(), Some(expected), "{text}");
    }
    for text in ["", "24:00", "12:60", "7:5", "-1:00", "ab", "12:3a", "1234567", "\u{661}:00", "é7"] {
        assert_eq!(time(text), None, "{text}");
    }
    for text in ["2026-11-22", "22/11/2026", "22.11.26", "22-11-2026", "22 11 2026"] {
        assert_eq!(parse_date(text), Some(jiff::civil::date(2026, 11, 22)), "{text}");
    }
    for text in ["", "31/02/2026", "2026-13-01", "22/11", "22/11/202", "a/b/c", "1/2/3/2026"] {
        assert_eq!(parse_date(text), None, "{text}");
    }
}

#[test]
fn a_reason_is_needed() {
    assert!(check_reason("  ").expect_err("none").has(At::Reason));
    assert!(check_reason(&"x".repeat(501)).expect_err("long").has(At::Reason));
    assert_eq!(check_reason(" Wrong day ").expect("a reason"), "Wrong day");
}

#[test]
fn the_api_checks_the_same() {
    let given = |start: &str, end: &str| Given {
        started_at: at(start),
        ended_at: at(end),
        kind: DutyKindId::NIL,
        unit: UnitId::NIL,
        break_minutes: 0,
        mileage_tenths: None,
        incident_number: String::new(),
        job_role: String::new(),
        call_sign: String::new(),
        shared_note: String::new(),
        private_note: String::new(),
        both_right: false,
        despite_breach: false,
    };
    assert!(check_given(given("2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z"), now()).is_ok());
    let wrong = |start, end| check_given(given(start, end), now()).expect_err("wrong");
    assert!(wrong("2026-11-21T07:00:00Z", "2026-11-21T07:00:00Z").has(At::End));
    assert!(wrong("2026-11-21T07:00:00Z", "2026-11-22T07:00:01Z").has(At::End));
    assert!(wrong("2026-11-22T07:00:00Z", "2026-11-22T10:00:00Z").has(At::End));
    assert!(wrong("1969-11-22T07:00:00Z", "1969-11-22T10:00:00Z").has(At::Date));
}

prop_compose! {
    /// Mostly sensible input around both clock changes, with some nonsense.
    fn any_typed()(
        day in prop_oneof![
            Just("2026-03-28".to_owned()), Just("2026-03-29".to_owned()), Just("2025-10-25".to_owned()),
            Just("2025-10-26".to_owned()), "20(1[0-9]|2[0-6])-[01][0-9]-[0-3][0-9]", ".{0,12}"
        ],
        start in prop_oneof![4 => "[0-2][0-9]:[0-5][0-9]", 1 => ".{0,6}"],
        end in prop_oneof![4 => "[0-2][0-9]:[0-5][0-9]", 1 => ".{0,6}"],
        turns in ("(first|second|)", "(first|second|)", "(yes|)"),
        breaks in prop_oneof!["[0-9]{0,4}", ".{0,5}"],
        mileage in prop_oneof!["[0-9]{0,6}(\\.[0-9])?", ".{0,5}"],
        texts in (".{0,50}", ".{0,70}", ".{0,30}", "(?s).{0,80}"),
    ) -> Typed {
        Typed {
            start_turn: turns.0, end_turn: turns.1, next_day: turns.2, breaks, mileage,
            incident_number: texts.0, job_role: texts.1, call_sign: texts.2,
            shared_note: texts.3.clone(), private_note: texts.3,
            ..typed(&day, &start, &end)
        }
    }
}

proptest! {
    #[test]
    fn what_is_accepted_is_what_the_database_accepts(typed in any_typed()) {
        let Ok(draft) = check_typed(&typed, now()) else { return Ok(()) };
        let length = draft.ended_at.duration_since(draft.started_at);
        prop_assert!(length > SignedDuration::ZERO && length <= LONGEST);
        prop_assert!(draft.ended_at <= now() + AHEAD);
        prop_assert!(SignedDuration::from_mins(draft.break_minutes.into()) < length);
        prop_assert!((0..=1440).contains(&draft.break_minutes));
        prop_assert!(draft.mileage_tenths.is_none_or(|tenths| (0..=100_000).contains(&tenths)));
        for (text, longest) in [
            (&draft.incident_number, 40), (&draft.job_role, 60), (&draft.call_sign, 20), (&draft.shared_note, 10_000),
        ] {
            let good = text.as_ref().is_none_or(|text| (1..=longest).contains(&text.chars().count()) && !text.contains('\0'));
            prop_assert!(good, "{text:?}");
        }
    }

    #[test]
    fn the_instants_show_the_times_that_were_typed(typed in any_typed()) {
        let Ok(draft) = check_typed(&typed, now()) else { return Ok(()) };
        let (start, end) = (civil::local(draft.started_at), civil::local(draft.ended_at));
        prop_assert_eq!(Some(start.date()), parse_date(&typed.date));
        prop_assert_eq!(Some(start.time()), parse_time(&typed.start));
        prop_assert_eq!(Some(end.time()), parse_time(&typed.end));
        let days = end.date().duration_since(start.date()).as_hours() / 24;
        prop_assert_eq!(days, i64::from(typed.next_day == "yes"));
    }

    #[test]
    fn miles_come_back_as_they_were_typed(tenths in 0_i32..=100_000) {
        let mut faults = Faults::default();
        prop_assert_eq!(text::miles(&in_miles(tenths), &mut faults), Some(i64::from(tenths)));
    }
}
