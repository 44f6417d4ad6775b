//! One entry, as far as its reader may do something with it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::list::{Tag, tags};
use super::query::{FileRow, Line, PageLink, Written, entry_id, lines, written};
use crate::cpd::model::{Answer, Request};
use crate::cpd::policy::Sight;
use crate::cpd::service::{self, Opened};
use crate::cpd::standards;
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::views::{Crumb, PageContext, format};

/// What became of asking somebody.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Said {
    head: String,
    when: String,
    words: Vec<String>,
}

/// What the one whose entry it is may do with it.
#[derive(Debug, Clone, Serialize)]
struct Acts {
    edit: String,
    attach: String,
    share: String,
    delete: String,
    ask: Option<String>,
    withdraw: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct DetailPage {
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    way: Vec<Crumb>,
    whose: Option<String>,
    tags: Vec<Tag>,
    lines: Vec<Line>,
    written: Vec<Written>,
    duty: Option<PageLink>,
    files: Vec<FileRow>,
    said: Vec<Said>,
    who_reads: &'static str,
    acts: Option<Acts>,
    answer: Option<String>,
}

impl PageContext for DetailPage {
    const TEMPLATE: &'static str = "cpd/detail";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        self.way.clone()
    }

    fn sample() -> Self {
        Self {
            heading: "Trauma update".to_owned(),
            way: vec![Crumb::new("My CPD", "/cpd")],
            whose: None,
            tags: Vec::new(),
            lines: vec![Line::new("When", "20 Nov 2026")],
            written: Vec::new(),
            duty: None,
            files: Vec::new(),
            said: Vec::new(),
            who_reads: "Only you read this entry.",
            acts: None,
            answer: None,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows an entry.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let opened = service::open(db, caller, entry_id(&path)?, now).await?;
    let mut duty = None;
    if let Some(id) = opened.row.draft.duty.filter(|_duty| opened.sight == Sight::Own) {
        let label = service::duty_label(db, caller, id, now).await?;
        duty = label.map(|label| PageLink::new(format!("/duties/{id}"), &label));
    }
    ask.page(&build(&opened, duty, caller.person_id()))
}

fn build(opened: &Opened, duty: Option<PageLink>, me: Option<PersonId>) -> DetailPage {
    let row = &opened.row;
    let own = opened.sight == Sight::Own;
    let open = opened.requests.iter().find(|request| request.state == Answer::Asked);
    let way = match opened.sight {
        Sight::Own => Crumb::new("My CPD", "/cpd"),
        Sight::Shared => Crumb::new("Team CPD", "/team/cpd"),
        Sight::Asked => Crumb::new("CPD to confirm", "/cpd/requests"),
    };
    let texts = standards::of(row.draft.happened_on()).standards.map(|standard| standard.value);
    DetailPage {
        heading: row.draft.title.clone(),
        way: vec![way],
        whose: (!own).then(|| opened.name(row.person).to_owned()),
        tags: if own { tags(row, opened.marks()) } else { Vec::new() },
        lines: lines(row, &texts),
        written: written(row),
        duty,
        files: opened.files.iter().map(FileRow::new).collect(),
        said: opened
            .requests
            .iter()
            .map(|request| said(request, row.revision, opened.name(request.verifier), opened.sight))
            .collect(),
        who_reads: who_reads(opened.sight, row.shared, open.is_some()),
        acts: own.then(|| {
            let href = |act: &str| format!("/cpd/{}/{act}", row.id);
            Acts {
                edit: href("edit"),
                attach: href("evidence"),
                share: href("share"),
                delete: href("delete"),
                ask: open.is_none().then(|| href("ask")),
                withdraw: open.is_some().then(|| href("ask/withdraw")),
            }
        }),
        answer: open
            .filter(|request| Some(request.verifier) == me)
            .map(|request| format!("/cpd/requests/{}", request.id)),
    }
}

const fn who_reads(sight: Sight, shared: bool, asked: bool) -> &'static str {
    match (sight, shared, asked) {
        (Sight::Own, false, false) => "Only you read this entry.",
        (Sight::Own, true, false) => "You and the managers of your unit read this entry.",
        (Sight::Own, false, true) => "You read this entry, and whoever you asked to confirm it until they answer.",
        (Sight::Own, true, true) => {
            "You and the managers of your unit read this entry, and whoever you asked to confirm it until they answer."
        }
        (Sight::Shared, ..) => "It was shared with the managers of the unit. That you opened it is in the audit trail.",
        (Sight::Asked, ..) => "You read it until you answer. That you opened it is in the audit trail.",
    }
}

/// What became of a request about an entry that is at `revision`, in words for who reads it. What the member wrote to
/// whom they asked is between the two.
fn said(request: &Request, revision: i32, name: &str, sight: Sight) -> Said {
    let head = match request.state {
        Answer::Asked if sight == Sight::Asked => "You are asked to confirm it".to_owned(),
        Answer::Asked => format!("{name} is asked to confirm it"),
        Answer::Confirmed if request.confirms(revision) => format!("{name} confirmed it"),
        Answer::Confirmed => format!("{name} confirmed it; it was changed since"),
        Answer::Declined => format!("{name} could not confirm it"),
        Answer::Withdrawn => format!("You no longer ask {name}"),
    };
    let at = request.answered_at.unwrap_or(request.asked_at);
    let message = request.message.as_deref().map(|text| match sight {
        Sight::Own => Some(format!("You wrote: {text}")),
        Sight::Asked => Some(format!("They wrote: {text}")),
        Sight::Shared => None,
    });
    let answer = request.answer.as_deref().map(|text| format!("{name} wrote: {text}"));
    Said {
        head,
        when: format::short_date(civil::local(at).date()),
        words: message.flatten().into_iter().chain(answer).collect(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cpd::paper::samples;

    /// An entry with everything beside it.
    pub(in crate::cpd::pages) fn opened(sight: Sight, state: Answer) -> Opened {
        let mut request = samples::request(state);
        request.answer = Some("Seen <it>".to_owned());
        Opened {
            row: samples::row(),
            sight,
            files: vec![samples::evidence()],
            names: BTreeMap::from([
                (request.verifier, "Morag Innes".to_owned()),
                (request.person, "Jo Marsh".to_owned()),
            ]),
            requests: vec![request],
        }
    }

    pub(super) fn samples() -> Vec<DetailPage> {
        let duty = || Some(PageLink::new("/duties/1".to_owned(), "Chimney fire, 20 Nov 2026"));
        let states = [Answer::Asked, Answer::Confirmed, Answer::Declined, Answer::Withdrawn];
        let mut all: Vec<DetailPage> = states
            .into_iter()
            .map(|state| build(&opened(Sight::Own, state), duty(), Some(samples::row().person)))
            .collect();
        let verifier = Some(samples::request(Answer::Asked).verifier);
        all.push(build(&opened(Sight::Asked, Answer::Asked), None, verifier));
        all.push(build(&opened(Sight::Shared, Answer::Confirmed), None, None));
        all
    }

    #[test]
    fn the_page_stands_for_every_reader() {
        crate::views::testing::check::<DetailPage>();
    }

    #[test]
    fn only_the_member_is_offered_to_change_it() {
        let all = samples();
        let [asked, .., by_verifier, by_manager] = all.as_slice() else { panic!("six pages") };
        assert!(asked.acts.as_ref().is_some_and(|acts| acts.ask.is_none() && acts.withdraw.is_some()));
        assert!(by_verifier.acts.is_none() && by_verifier.answer.is_some() && by_verifier.whose.is_some());
        assert!(by_manager.acts.is_none() && by_manager.answer.is_none());
    }

    #[test]
    fn a_confirmation_is_of_what_the_entry_said_then() {
        let request = samples::request(Answer::Confirmed);
        let head = |revision| said(&request, revision, "Morag Innes", Sight::Own).head;
        assert_eq!(head(2), "Morag Innes confirmed it");
        assert_eq!(head(3), "Morag Innes confirmed it; it was changed since");
    }

    #[test]
    fn a_word_to_a_colleague_is_between_the_two() {
        let words = |sight| {
            let opened = opened(sight, Answer::Asked);
            said(&opened.requests[0], 2, "Morag Innes", sight).words
        };
        assert_eq!(words(Sight::Own), ["You wrote: You ran it", "Morag Innes wrote: Seen <it>"]);
        assert_eq!(words(Sight::Asked)[0], "They wrote: You ran it");
        assert_eq!(words(Sight::Shared), ["Morag Innes wrote: Seen <it>"]);
    }
}
