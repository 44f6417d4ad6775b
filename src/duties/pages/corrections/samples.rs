//! Corrections as tests of pages show them.

use serde_json::json;

use super::super::super::corrections::Listed;
use super::super::super::words::samples::{kinds, units};
use super::super::fields::samples as fields;
use super::*;

pub(in crate::duties::pages) fn correction(act: Act) -> Correction {
    let row = fields::row();
    let whole = json!({
        "started_at": "2026-11-20T19:00:00Z", "ended_at": "2026-11-21T07:00:00Z", "unit_id": row.unit.to_string(),
        "break_minutes": 30, "call_sign": null
    });
    Correction {
        id: CorrectionId(uuid::Uuid::from_u128(7)),
        person: row.person,
        unit: row.unit,
        sheet: crate::kernel::ids::TimesheetId::NIL,
        duty: row.id,
        act,
        was: match act {
            Act::Change => json!({"ended_at": "2026-11-21T07:00:00.000000Z", "call_sign": "N12P1"}),
            Act::Remove => whole.clone(),
            Act::Add => json!({}),
        },
        becomes: match act {
            Act::Change => json!({"ended_at": "2026-11-21T08:00:00Z", "call_sign": null}),
            Act::Remove => json!({}),
            Act::Add => whole,
        },
        reason: "Relieved <late>".to_owned(),
        state: State::Proposed,
        proposed_at: "2026-11-21T06:00:00Z".parse().expect("a time"),
        decided_at: None,
        decided_by: None,
        answer: None,
    }
}

fn decided(state: State) -> Correction {
    Correction {
        state,
        decided_at: Some("2026-11-21T09:00:00Z".parse().expect("a time")),
        decided_by: Some("Max <Innes>".to_owned()),
        answer: Some("The log says seven".to_owned()),
        ..correction(Act::Change)
    }
}

pub(super) fn lists() -> Vec<ListPage> {
    let listed = |correction| Listed { correction, who: "Jo <Marsh>".to_owned() };
    let full = Corrections {
        waiting: [Act::Change, Act::Add, Act::Remove].map(|act| listed(correction(act))).into(),
        next: Some(crate::kernel::cursor::Cursor { at: jiff::Timestamp::UNIX_EPOCH, id: uuid::Uuid::nil() }),
        own: vec![decided(State::Refused)],
        decides: true,
        kinds: kinds(),
        units: units(),
    };
    let member = Corrections { decides: false, waiting: Vec::new(), next: None, ..full.clone() };
    let nobody = Corrections { own: Vec::new(), ..member.clone() };
    let since = Some(jiff::civil::date(2026, 11, 16));
    vec![
        ListPage::sample(),
        build(&full, true, None),
        build(&member, false, None),
        build(&nobody, false, None),
        build(&full, false, since),
    ]
}

pub(super) fn opened(correction: Correction, decides: bool) -> Opened {
    let who = decides.then(|| "Jo <Marsh>".to_owned());
    Opened { correction, who, decides, own: !decides, kinds: kinds(), units: units() }
}

pub(super) fn pages() -> Vec<CorrectionPage> {
    let mut errors = FormErrors::new();
    errors.add("answer", "Say why");
    let acts = [Act::Change, Act::Add, Act::Remove];
    let mut all: Vec<CorrectionPage> =
        acts.map(|act| page(&opened(correction(act), true), "", FormErrors::new(), false)).into();
    all.push(page(&opened(correction(Act::Change), true), "x", errors, true));
    all.push(page(&opened(decided(State::Accepted), false), "", FormErrors::new(), false));
    all.push(CorrectionPage::sample());
    all
}
