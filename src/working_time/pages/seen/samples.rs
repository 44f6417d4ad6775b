//! Pages with everything on them, with nothing, and calm: for looking at them without a database.

use jiff::civil::date;

use super::*;
use crate::kernel::ids::{DutyId, OptOutId, OtherEmploymentId, UnitId};
use crate::working_time::record::{JobDraft, Member, OptOutRow, OtherJob, Week};

fn seen() -> Seen {
    let at = jiff::Timestamp::UNIX_EPOCH;
    let owed =
        |kind: &str, due_on| Owed { kind: kind.to_owned(), from: at, until: at, amount: 9_000, owed: 3_600, due_on };
    let more = More {
        limit: 48 * 3_600,
        open_days: 2,
        missed: [1, 2, 1],
        look_back: 7,
        young_within: Some(false),
        night: Some(("over".to_owned(), 30_000)),
        debts: vec![
            owed("daily", date(2026, 11, 20)),
            owed("weekly", date(2026, 12, 20)),
            owed("break", date(2026, 12, 1)),
        ],
        ..More::default()
    };
    Seen {
        member: Member {
            id: PersonId::NIL,
            name: "Jo <Marsh>".to_owned(),
            number: Some("N1001".to_owned()),
            unit: UnitId::NIL,
            left: false,
        },
        figure: Some(Kept {
            day: date(2026, 11, 22),
            first_on: date(2026, 5, 25),
            last_on: date(2026, 11, 22),
            a: 4_000_000,
            b: 60,
            c_days: 182,
            average: 4_941,
            headroom: -5_076,
            standing: "over",
            shortest_rest: Some(30_600),
            owed: 9_000,
            due_on: Some(date(2026, 12, 1)),
            longest_stretch: Some(43_200),
            rule_version: "GB <WTR>".to_owned(),
            more: Some(more),
        }),
        history: Vec::new(),
        waiting: true,
        marks: vec![(DutyId::NIL, at, "The <rest> was short".to_owned())],
        opt_outs: vec![
            OptOutRow {
                id: OptOutId::NIL,
                from_on: date(2026, 1, 1),
                notice_days: 7,
                notice_given_on: None,
                last_on: None,
            },
            OptOutRow {
                id: OptOutId::NIL,
                from_on: date(2026, 1, 1),
                notice_days: 7,
                notice_given_on: Some(date(2026, 11, 20)),
                last_on: Some(date(2026, 11, 27)),
            },
        ],
        jobs: [JobKind::Primary, JobKind::Secondary]
            .map(|kind| OtherJob {
                id: OtherEmploymentId::NIL,
                draft: JobDraft {
                    kind,
                    employer: None,
                    drives: true,
                    week: Week([Some((540, 480)); 7]),
                    from_on: date(2026, 1, 1),
                    to_on: None,
                },
            })
            .into(),
    }
}

pub(super) fn page(own: bool) -> PersonPage {
    build(&seen(), own, None, date(2026, 11, 22))
}

pub(super) fn pages(own: bool) -> Vec<PersonPage> {
    let nothing =
        Seen { figure: None, waiting: false, marks: Vec::new(), opt_outs: Vec::new(), jobs: Vec::new(), ..seen() };
    let mut calm = seen();
    if let Some(kept) = calm.figure.as_mut() {
        (kept.standing, kept.average, kept.headroom) = ("within", 3_800, 36_000);
        kept.more = Some(More { limit: 172_800, night: Some(("exempt".to_owned(), 1)), ..More::default() });
    }
    let today = date(2026, 11, 22);
    vec![page(own), build(&nothing, own, None, today), build(&calm, own, None, today)]
}
