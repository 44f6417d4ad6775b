//! What the page of an application shows.

use std::collections::BTreeMap;

use super::super::vacancies::tests::{application, vacancy};
use super::*;
use crate::applications::model::{Application, Event, File, Letter, LetterKind, Mark};

fn opened() -> Opened {
    let scorer = PersonId(uuid::Uuid::from_u128(1));
    let mark = |scorer: PersonId, mark| Mark {
        scorer,
        criterion: "Motivation".to_owned(),
        mark,
        note: Some("Clear".to_owned()),
    };
    Opened {
        application: application(),
        vacancy: vacancy(),
        files: vec![File {
            id: ApplicationFileId::NIL,
            name: "cv.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: 2_000,
        }],
        events: vec![Event { at: jiff::Timestamp::UNIX_EPOCH, by: None, said: "Received".to_owned() }],
        letters: vec![Letter {
            kind: LetterKind::Received,
            body: "Dear Kit".to_owned(),
            state: "sent".to_owned(),
            written_at: jiff::Timestamp::UNIX_EPOCH,
        }],
        marks: vec![mark(scorer, 4), mark(PersonId(uuid::Uuid::from_u128(2)), 1)],
        scored: true,
        names: BTreeMap::from([(scorer, "Max Tester".to_owned())]),
        may_convert: false,
    }
}

pub(super) fn samples() -> Vec<ApplicationPage> {
    let unscored = Opened { scored: false, marks: Vec::new(), ..opened() };
    let settled = Application {
        state: State::Successful,
        reason: Some("The best".to_owned()),
        person: Some(PersonId::NIL),
        ..application()
    };
    let done = Opened { application: settled, may_convert: true, ..opened() };
    let mut errors = FormErrors::new();
    for field in ["mark-0", "note", "outcome", "reason", "stage"] {
        errors.add(field, "Correct it");
    }
    vec![
        build(&opened(), &Typed::default(), FormErrors::new()),
        build(&unscored, &Typed::default(), errors),
        build(&done, &Typed::default(), FormErrors::new()),
    ]
}

#[test]
fn the_page_stands() {
    crate::views::testing::check::<ApplicationPage>();
}

#[test]
fn marks_are_added_up_for_each_scorer_and_over_all_of_them() {
    let scores = samples().swap_remove(0).scores.expect("marks");
    let percents: Vec<&str> = scores.rows.iter().map(|row| row.percent.as_str()).collect();
    assert_eq!((percents, scores.mean.as_deref()), (vec!["80 %", "20 %"], Some("50 %")));
    assert_eq!(scores.rows[1].name, "Somebody", "whom the reader may not see");
}
