//! The rules, tried.

use jiff::civil::date;

use super::form::*;
use super::letters::*;
use super::retention::*;
use super::scoring::*;
use super::vacancy::*;
use crate::applications::model::{Criterion, LetterKind};
use crate::kernel::ids::UnitId;

fn typed() -> TypedVacancy {
    TypedVacancy {
        unit: UnitId::NIL.to_string(),
        title: "Firefighter, on-call".to_owned(),
        about: "At Harbour".to_owned(),
        closes_on: "2026-12-31".to_owned(),
        keep_months: "6".to_owned(),
        questions: "Why do you apply? | long\nDo you drive? | Yes or no\nWhen? | choice: Days, Nights | optional"
            .to_owned(),
        stages: USUAL_STAGES.to_owned(),
        criteria: USUAL_CRITERIA.to_owned(),
        revision: String::new(),
    }
}

#[test]
fn a_vacancy_that_was_written_down_is_read_again() {
    let draft = check_vacancy(&typed(), date(2026, 11, 24)).expect("a vacancy");
    assert_eq!(draft.questions[2].choices, ["Days", "Nights"]);
    assert!(draft.questions[0].required && !draft.questions[2].required);
    let again = check_vacancy(&TypedVacancy::of(&draft, 1), date(2026, 11, 24)).expect("the same");
    assert_eq!(again, draft);
}

#[test]
fn everything_that_is_wrong_is_said_at_its_field() {
    let wrong = TypedVacancy {
        closes_on: "2026-11-23".to_owned(),
        questions: "Why? | loud".to_owned(),
        stages: "Only one".to_owned(),
        criteria: "Motivation | 11\nTeam\nteam".to_owned(),
        ..TypedVacancy::default()
    };
    let errors = check_vacancy(&wrong, date(2026, 11, 24)).expect_err("wrong");
    for field in ["unit", "title", "about", "closes_on", "keep_months", "questions", "stages", "criteria"] {
        assert!(errors.get(field).is_some(), "{field}");
    }
}

#[test]
fn an_application_answers_what_is_asked_and_nothing_else_is_kept() {
    let questions = check_vacancy(&typed(), date(2026, 11, 24)).expect("a vacancy").questions;
    let mut application = TypedApplication {
        given_name: "Kit".to_owned(),
        family_name: "Vane".to_owned(),
        email: " Kit.Vane@Example.org ".to_owned(),
        phone: String::new(),
        answers: vec!["To help".to_owned(), "Maybe".to_owned(), String::new(), "More".to_owned()],
    };
    let errors = check_application(&application, &questions).expect_err("maybe is no answer");
    assert_eq!(errors.as_slice().len(), 1);
    assert!(errors.get("answer-1").is_some());
    application.answers[1] = "No".to_owned();
    let kept = check_application(&application, &questions).expect("an application");
    assert_eq!((kept.email.as_str(), kept.answers.len(), kept.phone), ("kit.vane@example.org", 2, None));
}

#[test]
fn addresses_that_no_message_reaches_are_refused() {
    for good in ["a@b.example", "kit.vane+jobs@mail.example.org"] {
        assert!(plausible_email(good), "{good}");
    }
    for bad in [
        "",
        "a",
        "@b.example",
        "a@b",
        "a@.example",
        "a@b.example.",
        "a b@c.example",
        "a@b.example,c@d.example",
        "a@b@c.example",
    ] {
        assert!(!plausible_email(bad), "{bad}");
    }
}

#[test]
fn marks_are_weighed_and_only_a_whole_set_counts() {
    let criteria: Vec<Criterion> =
        [("A", 1), ("B", 2), ("C", 2)].map(|(name, weight)| Criterion { name: name.to_owned(), weight }).into();
    let marks = check_marks(&criteria, &["5".to_owned(), "3".to_owned(), "0".to_owned()]).expect("marks");
    let of = |name: &str| marks.iter().find(|(known, _mark)| known == name).map(|(_name, mark)| *mark);
    // (1 x 5 + 2 x 3 + 2 x 0) / (5 x 5) = 11 / 25
    assert_eq!(weighted_percent(&criteria, of), Some(44));
    assert_eq!(weighted_percent(&criteria, |name| of(name).filter(|_mark| name != "C")), None);
    assert_eq!(weighted_percent(&[], |_name| Some(5)), None);
    let errors = check_marks(&criteria, &["6".to_owned(), "-1".to_owned()]).expect_err("no marks");
    assert_eq!(errors.as_slice().len(), 3);
}

proptest::proptest! {
    #[test]
    fn a_better_mark_never_lowers_the_sum_and_all_highest_marks_are_the_whole(
        weights in proptest::collection::vec(1_i64..=10, 1..=12),
        marks in proptest::collection::vec(0_i16..=HIGHEST, 12),
        better in 0_usize..12,
    ) {
        let criteria: Vec<Criterion> =
            weights.iter().enumerate().map(|(place, weight)| Criterion { name: place.to_string(), weight: *weight }).collect();
        let sum = |marks: &[i16]| {
            weighted_percent(&criteria, |name| name.parse::<usize>().ok().and_then(|place| marks.get(place).copied()))
        };
        let mut raised = marks.clone();
        raised[better] = HIGHEST;
        let (before, after) = (sum(&marks).expect("whole"), sum(&raised).expect("whole"));
        proptest::prop_assert!((0..=100).contains(&before) && before <= after);
        proptest::prop_assert_eq!(sum(&[HIGHEST; 12]), Some(100));
        proptest::prop_assert_eq!(sum(&[0; 12]), Some(0));
    }

    #[test]
    fn whatever_is_typed_as_a_question_is_read_or_refused_and_what_is_read_is_written_the_same(line in "\\PC{0,60}") {
        if let Ok(question) = parse_question(line.trim()) {
            proptest::prop_assert_eq!(parse_question(&write_question(&question)), Ok(question));
        }
    }

    #[test]
    fn the_words_of_a_letter_are_never_longer_than_the_database_takes(body in "\\PC{0,200}", name in "\\PC{0,200}") {
        proptest::prop_assert!(fill(&body, &name, &name, &name, &name).chars().count() <= 4_000);
    }
}

#[test]
fn an_application_is_kept_for_months_of_the_calendar() {
    assert_eq!(delete_after(date(2026, 8, 31), 6), date(2027, 2, 28));
    assert_eq!(delete_after(date(2026, 11, 24), 6), date(2027, 5, 24));
}

#[test]
fn a_code_is_the_same_however_it_is_typed() {
    assert_eq!(bare(" abcd-EF 23\n"), "ABCDEF23");
    assert_eq!(grouped("ABCDEFGHIJ", 4), "ABCD-EFGH-IJ");
    assert_eq!(code_digest(&bare(&grouped("ABCDEFGH", 4))), code_digest("ABCDEFGH"));
}

#[test]
fn the_words_of_a_letter_name_what_they_may_and_no_marks() {
    assert!(check_words("Dear {name}, about {vacancy}").is_ok());
    for wrong in ["", "You got {marks}", "{reason}", "open {name"] {
        assert!(check_words(wrong).is_err(), "{wrong}");
    }
    assert_eq!(fill("{name}: {stage}!", "{stage}", "x", "Sift", "y"), "{stage}: Sift!");
    for kind in LetterKind::ALL {
        assert!(check_words(kind.usual()).is_ok(), "{kind:?}");
    }
}
