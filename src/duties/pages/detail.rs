//! One duty, as far as its reader may see it, with its history.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value as Json;

use super::super::corrections::{Act, Correction};
use super::super::model::{Notes, Record, Revision, SheetState, Sight};
use super::super::port::Watch;
use super::super::rules::in_miles;
use super::super::service::{self, Opened};
use super::super::words::{Kinds, Units};
use super::lines::{Line, common_lines, record_lines};
use super::marks::{Tag, tags};
use super::query::duty_id;
use crate::authz::permission;
use crate::http::{Ask, Failure};
use crate::kernel::ids::{DutyKindId, UnitId};
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Event {
    what: String,
    when: String,
    machine: String,
    reason: Option<String>,
    before: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct DetailPage {
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    way: Vec<Crumb>,
    what: String,
    marks: Vec<Tag>,
    /// What to do instead, where the hours are approved.
    locked: Option<String>,
    lines: Vec<Line>,
    shared_note: Option<String>,
    private_note: Option<String>,
    who_sees: String,
    history: Vec<Event>,
    correct_href: Option<String>,
    remove_href: Option<String>,
    note_href: Option<String>,
    claims_href: Option<String>,
    exposures_href: Option<String>,
    edit_href: Option<String>,
    delete_href: Option<String>,
    access_href: String,
}

impl PageContext for DetailPage {
    const TEMPLATE: &'static str = "duties/detail";
    const SECTION: &'static str = "duties";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        self.way.clone()
    }

    fn sample() -> Self {
        Self {
            heading: "Friday 20 November 2026, 19:00".to_owned(),
            way: vec![Crumb::new("My duties", "/duties")],
            what: "Chimney fire".to_owned(),
            marks: Vec::new(),
            locked: None,
            lines: vec![Line::new("Hours", "11 h 30 min")],
            shared_note: Some("Two pumps".to_owned()),
            private_note: Some("Slept badly".to_owned()),
            who_sees: "You and the managers of the unit.".to_owned(),
            history: vec![Event {
                what: "Changed".to_owned(),
                when: "22 Nov 2026, 09:00".to_owned(),
                machine: "2026-11-22T09:00:00Z".to_owned(),
                reason: Some("Wrong end".to_owned()),
                before: vec!["End was 06:00".to_owned()],
            }],
            correct_href: None,
            remove_href: None,
            note_href: None,
            claims_href: Some("/duties/1/claims".to_owned()),
            exposures_href: Some("/duties/1/exposures".to_owned()),
            edit_href: Some("/duties/1/edit".to_owned()),
            delete_href: Some("/duties/1/delete".to_owned()),
            access_href: "/duties/1/access".to_owned(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows a duty.
pub(super) async fn show(ask: Ask, path: Path<String>, watch: Data<Watch>) -> Result<HttpResponse, Failure> {
    let opened = service::open(&ask.site().db, ask.caller(), duty_id(&path)?, ask.clock().now()).await?;
    let broke = service::broken(&ask.site().db, ask.caller(), &watch, opened.duty.id).await?;
    ask.page(&build(opened, broke, |permission| ask.caller().holds(permission)))
}

/// The page of a duty; `holds` says which permissions the reader has, for what they are offered to do.
fn build(opened: Opened, broke: Option<String>, holds: impl Fn(&str) -> bool) -> DetailPage {
    let Opened { duty, sight, notes, revisions, corrections, marks, owner, kinds, units } = opened;
    let own = sight == Sight::Own;
    let locked = marks.sheet == Some(SheetState::Approved);
    let offered = |permission, act, wanted: bool| {
        (own && wanted && holds(permission)).then(|| format!("/duties/{}/{act}", duty.id))
    };
    let way = match &owner {
        _ if own => vec![Crumb::new("My duties", "/duties")],
        Some(name) => vec![Crumb::new("Team", "/team"), Crumb::new(name.clone(), format!("/team/{}", duty.person))],
        None => vec![Crumb::new("Team", "/team")],
    };
    let mut lines = Vec::new();
    lines.extend(owner.filter(|_name| !own).map(|name| Line::new("Person", name)));
    lines.extend(common_lines(&duty, &kinds, &units));
    lines.extend(broke.map(|said| Line::new("Working time", format!("Logged although: {said}"))));
    let mut history = Vec::new();
    if let Some(record) = &duty.record {
        lines.extend(record_lines(&record.details));
        history.extend(corrections.iter().flat_map(|correction| of_correction(correction, &kinds, &units)));
        history.extend(revisions.iter().map(|revision| changed(revision, &kinds, &units)));
        history.push(logged(record));
        // What was proposed, what was changed and when it was logged, in one order: the newest first.
        history.sort_by(|one, other| other.machine.cmp(&one.machine));
    }
    let Notes { shared, private } = notes;
    DetailPage {
        heading: format::long_time(duty.started_at),
        way,
        what: kinds.label(&duty.kind),
        marks: tags(&marks),
        locked: (own && locked).then(|| {
            "The hours of this duty are approved, so it stays as it is. You can propose a correction; whoever approves your hours decides.".to_owned()
        }),
        lines,
        shared_note: shared,
        private_note: private,
        who_sees: match sight {
            Sight::Own => "You see all of this. Managers of the unit see all but the private note; HR sees the times, the unit and the kind of work.",
            Sight::Record => "You see this as a manager: private notes are not shown. That you opened it is in the audit trail.",
            Sight::Hours => "You see the hours only. That you opened it is in the audit trail.",
        }
        .to_owned(),
        history,
        correct_href: offered(permission::TIMESHEET_SUBMIT, "correct", locked),
        remove_href: offered(permission::TIMESHEET_SUBMIT, "propose-removal", locked),
        note_href: offered(permission::DUTY_EDIT, "private-note", locked),
        claims_href: offered(permission::TIMESHEET_SUBMIT, "claims", true),
        exposures_href: offered(permission::EXPOSURE_KEEP, "exposures", true),
        edit_href: offered(permission::DUTY_EDIT, "edit", !locked),
        delete_href: offered(permission::DUTY_DELETE, "delete", !locked),
        access_href: format!("/duties/{}/access", duty.id),
    }
}

fn logged(record: &Record) -> Event {
    let what = match record.source.as_str() {
        "import" => "Imported from a file",
        "api" => "Sent by a program",
        _ => "Logged",
    };
    event(what.to_owned(), record.created_at, None, Vec::new())
}

fn changed(revision: &Revision, kinds: &Kinds, units: &Units) -> Event {
    let what = match revision.act.as_str() {
        "deleted" => "Deleted",
        "corrected" => "Corrected",
        _ => "Changed",
    };
    let before = match &revision.after {
        Some(after) => both(&revision.before, after, kinds, units),
        None => {
            let before = revision.before.as_object().into_iter().flatten();
            before.filter_map(|(name, value)| was(name, value, kinds, units)).collect()
        }
    };
    event(what.to_owned(), revision.changed_at, Some(revision.reason.clone()), before)
}

/// What was proposed, and what became of it.
fn of_correction(correction: &Correction, kinds: &Kinds, units: &Units) -> Vec<Event> {
    let what = match correction.act {
        Act::Change => "Proposed to correct",
        Act::Add => "Proposed to add",
        Act::Remove => "Proposed to remove",
    };
    let values = both(&correction.was, &correction.becomes, kinds, units);
    let proposed = event(what.to_owned(), correction.proposed_at, Some(correction.reason.clone()), values);
    let decided = correction.decided_at.map(|at| {
        let by = correction.decided_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        event(format!("{}{by}", correction.state.label().0), at, correction.answer.clone(), Vec::new())
    });
    decided.into_iter().chain([proposed]).collect()
}

/// Both values of each field, in words: what it was, and what it should become.
pub(super) fn both(was: &Json, becomes: &Json, kinds: &Kinds, units: &Units) -> Vec<String> {
    let becomes = becomes.as_object().into_iter().flatten();
    becomes
        .filter_map(|(field, after)| {
            let (name, after) = value_in_words(field, after, kinds, units)?;
            let before = was.get(field).and_then(|before| value_in_words(field, before, kinds, units));
            Some(match before {
                Some((_name, before)) => format!("{name}: {before} \u{2192} {after}"),
                None => format!("{name}: {after}"),
            })
        })
        .collect()
}

fn event(what: String, at: Timestamp, reason: Option<String>, before: Vec<String>) -> Event {
    Event { what, when: format::long_time(at), machine: format::machine_time(at), reason, before }
}

/// A value that was replaced, in words; `None` for a field of a later version of the program.
fn was(field: &str, value: &Json, kinds: &Kinds, units: &Units) -> Option<String> {
    let (name, value) = value_in_words(field, value, kinds, units)?;
    Some(format!("{name} was {value}"))
}

/// A field's name and its value, in words; `None` for a field of a later version of the program.
fn value_in_words(field: &str, value: &Json, kinds: &Kinds, units: &Units) -> Option<(&'static str, String)> {
    let text = value.as_str();
    let time = || text.and_then(|text| text.parse::<Timestamp>().ok()).map(format::long_time);
    let uuid = || text.and_then(|text| uuid::Uuid::try_parse(text).ok());
    let number = || value.as_i64().and_then(|value| i32::try_from(value).ok());
    let (name, value) = match field {
        "started_at" => ("Start", time()),
        "ended_at" => ("End", time()),
        "kind_id" => (
            "Kind of work",
            uuid().map(|id| kinds.way(DutyKindId(id)).iter().map(|k| k.name.as_str()).collect::<Vec<_>>().join(": ")),
        ),
        "unit_id" => ("Unit", uuid().map(|id| units.label(UnitId(id)))),
        "break_minutes" => ("Breaks", number().map(|minutes| format::minutes(minutes.into()))),
        "incident_number" => ("Incident number", text.map(str::to_owned)),
        "job_role" => ("Role on the job", text.map(str::to_owned)),
        "call_sign" => ("Call sign", text.map(str::to_owned)),
        "mileage_tenths" => ("Mileage", number().map(|tenths| format!("{} miles", in_miles(tenths)))),
        _ => return None,
    };
    Some((name, value.unwrap_or_else(|| "empty".to_owned())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::model::{DutyView, Marks};
    use super::super::super::words::samples::{kinds, units};
    use super::super::fields::samples as fields;
    use super::*;

    fn opened(sight: Sight) -> Opened {
        let row = fields::row();
        let revision = Revision {
            revision: 2,
            act: "changed".to_owned(),
            reason: "Wrong <end>".to_owned(),
            before: json!({
                "ended_at": "2026-11-21T06:00:00Z", "kind_id": row.kind.type_id.to_string(), "unit_id": row.unit.to_string(),
                "break_minutes": 0, "incident_number": null, "mileage_tenths": 35, "of_a_later_version": 1
            }),
            after: None,
            changed_at: "2026-11-22T08:00:00Z".parse().expect("a time"),
            changed_by: row.person,
        };
        Opened {
            corrections: vec![super::super::corrections::samples::correction(Act::Change)],
            marks: Marks::default(),
            notes: if sight == Sight::Own { fields::notes() } else { Notes::default() },
            revisions: vec![revision],
            owner: (sight != Sight::Own).then(|| "Sam Reed".to_owned()),
            kinds: kinds(),
            units: units(),
            duty: DutyView::for_reader(row, sight),
            sight,
        }
    }

    pub(super) fn samples() -> Vec<DetailPage> {
        let mut all = vec![DetailPage::sample()];
        all.extend([Sight::Own, Sight::Record, Sight::Hours].map(|sight| build(opened(sight), None, |_any| true)));
        let broke = Some("The longest rest is <8 h>, and 11 h are due".to_owned());
        all.push(build(locked(), broke, |_any| true));
        all
    }

    fn locked() -> Opened {
        let marks = Marks { late: true, sheet: Some(SheetState::Approved), ..Marks::default() };
        Opened { marks, ..opened(Sight::Own) }
    }

    #[test]
    fn an_approved_duty_is_corrected_and_not_changed_but_its_private_note_is() {
        let page = build(locked(), None, |_any| true);
        assert_eq!((page.edit_href, page.delete_href), (None, None));
        assert_eq!(page.correct_href.as_deref().map(|href| href.ends_with("/correct")), Some(true));
        assert!(page.remove_href.is_some() && page.note_href.is_some() && page.locked.is_some());
        let open = build(opened(Sight::Own), None, |_any| true);
        assert!(open.correct_href.is_none() && open.note_href.is_none() && open.edit_href.is_some());
    }

    #[test]
    fn the_page_stands_for_every_reader() {
        crate::views::testing::check::<DetailPage>();
    }

    #[test]
    fn hours_are_all_that_hr_gets() {
        let page = format!("{:?}", build(opened(Sight::Hours), None, |_any| true));
        for hidden in ["045512", "N12P1", "Driver", "12.5 miles", "1 min 32 s", "Wrong <end>", "/edit", "Logged"] {
            assert!(!page.contains(hidden), "{hidden} in {page}");
        }
        assert!(page.contains("11 h 30 min") && page.contains("Incident: Fire: Chimney fire"), "{page}");
    }

    #[test]
    fn only_what_the_reader_may_do_is_offered() {
        let offered = |sight, held: &[&str]| {
            let page = build(opened(sight), None, |permission| held.contains(&permission));
            (page.edit_href.is_some(), page.delete_href.is_some())
        };
        let both = [permission::DUTY_EDIT, permission::DUTY_DELETE];
        assert_eq!(offered(Sight::Own, &both), (true, true));
        assert_eq!(offered(Sight::Own, &both[..1]), (true, false));
        assert_eq!(offered(Sight::Own, &both[1..]), (false, true));
        assert_eq!(offered(Sight::Own, &[]), (false, false));
        assert_eq!(offered(Sight::Record, &both), (false, false));
    }

    #[test]
    fn replaced_values_are_said_in_words() {
        let history = build(opened(Sight::Own), None, |_any| true).history;
        let before = history.iter().find(|event| event.what == "Changed").expect("a change").before.join("; ");
        assert_eq!(
            before,
            "End was Saturday 21 November 2026, 06:00; Kind of work was Incident; Unit was Hillside, Blue watch; \
             Breaks was 0 min; Incident number was empty; Mileage was 3.5 miles"
        );
    }
}
