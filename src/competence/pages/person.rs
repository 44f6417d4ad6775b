//! How one person stands: one's own page, and a manager's look at somebody.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use super::words::{Tag, effect_tag, effect_words, id, state_day, state_tag};
use crate::competence::model::{Certificate, Effect};
use crate::competence::service::{self, KindStanding, Standing};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct CertificateRow {
    awarded: String,
    until: String,
    by: Option<String>,
    reference: Option<String>,
    ended: Option<String>,
    edit: Option<String>,
    end: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct KindRow {
    name: String,
    tag: Tag,
    day: Option<String>,
    follows: Option<String>,
    why: String,
    certificates: Vec<CertificateRow>,
}

/// What is asked of one's own page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnQuery {
    show: String,
}

/// The page of somebody, as a manager reads it.
#[derive(Debug, Clone, Serialize)]
struct PersonPage {
    #[serde(skip)]
    heading: String,
    unit: String,
    /// What alone is shown, in words.
    only: Option<&'static str>,
    warning: Option<String>,
    restricted: Option<String>,
    needed: Vec<KindRow>,
    others: Vec<KindRow>,
    record: Option<String>,
    need: Option<String>,
    noted: bool,
}

impl PageContext for PersonPage {
    const TEMPLATE: &'static str = "competences/person";
    const SECTION: &'static str = "team-competences";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Team competences", "/team/competences")]
    }

    fn sample() -> Self {
        Self {
            heading: "Jo Marsh".to_owned(),
            unit: "Hillside, Blue watch".to_owned(),
            only: None,
            warning: None,
            restricted: None,
            needed: Vec::new(),
            others: Vec::new(),
            record: None,
            need: None,
            noted: true,
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// The same, as one reads one's own.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
struct OwnPage(PersonPage);

impl PageContext for OwnPage {
    const TEMPLATE: &'static str = "competences/person";
    const SECTION: &'static str = "competences";

    fn title(&self) -> Cow<'_, str> {
        "My competences".into()
    }

    fn sample() -> Self {
        Self(PersonPage { noted: false, ..PersonPage::sample() })
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::own_samples()
    }
}

/// Shows one's own.
pub(super) async fn own(ask: Ask, query: Query<OwnQuery>) -> Result<HttpResponse, Failure> {
    let today = civil::local(ask.clock().now()).date();
    let mut standing = service::own(&ask.site().db, ask.caller(), today).await?;
    let only = match query.show.as_str() {
        "lacking" => Some("Only what you need and lack."),
        "ending" => Some("Only what ends within 90 days or is in its grace."),
        _ => None,
    };
    standing.kinds.retain(|kind| match query.show.as_str() {
        "lacking" => kind.is_lacking(),
        "ending" => kind.state.is_ending(),
        _ => true,
    });
    ask.page(&OwnPage(PersonPage { only, ..build(&standing, true) }))
}

/// Shows somebody's.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let standing = service::of(&ask.site().db, ask.caller(), person, ask.clock().now()).await?;
    let own = ask.caller().is(person);
    let page = build(&standing, own);
    if own { ask.page(&OwnPage(page)) } else { ask.page(&page) }
}

fn build(standing: &Standing, own: bool) -> PersonPage {
    let writes = standing.may_write && !own;
    let member = &standing.member;
    let of = |effect: Effect| {
        let names: Vec<&str> =
            standing.kinds.iter().filter(|one| one.effect == effect).map(|one| one.kind.draft.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let who = if own { "You are".to_owned() } else { format!("{} is", member.name) };
    let rows = |needed: bool| {
        let all = standing.kinds.iter().filter(move |one| one.needed == needed);
        all.map(|one| row(one, writes)).collect()
    };
    PersonPage {
        heading: member.name.clone(),
        unit: standing.unit.clone(),
        only: None,
        warning: of(Effect::OffTheRun)
            .map(|names| format!("{who} off the run: not available for operations until this is put right. {names}")),
        restricted: of(Effect::Restricted).map(|names| format!("{who} restricted, for the lack of: {names}")),
        needed: rows(true),
        others: rows(false),
        record: writes.then(|| format!("/team/competences/{}/record", member.id)),
        need: writes.then(|| format!("/team/competences/{}/need", member.id)),
        noted: !own,
    }
}

fn row(one: &KindStanding, writes: bool) -> KindRow {
    let draft = &one.kind.draft;
    let why = match (&one.exception, one.needed, one.kind.retired) {
        (Some(exception), true, _) => format!("Needed by this person: {}", exception.reason),
        (Some(exception), false, _) => format!("Not needed by this person: {}", exception.reason),
        (None, true, _) => "Needed by everybody of this unit or role".to_owned(),
        (None, false, true) => "No longer asked for".to_owned(),
        (None, false, false) => "Not asked for in this unit and role".to_owned(),
    };
    KindRow {
        name: draft.name.clone(),
        tag: state_tag(one.state, one.needed),
        day: state_day(one.state),
        follows: effect_tag(one.effect).map(|_follows| effect_words(draft)),
        why,
        certificates: one.certificates.iter().map(|certificate| certificate_row(certificate, writes)).collect(),
    }
}

fn certificate_row(certificate: &Certificate, writes: bool) -> CertificateRow {
    let draft = &certificate.draft;
    let offered =
        |act: &str| (writes && certificate.ended.is_none()).then(|| format!("/certificates/{}/{act}", certificate.id));
    CertificateRow {
        awarded: format::short_date(draft.awarded_on),
        until: draft.expires_on.map_or_else(|| "does not run out".to_owned(), format::short_date),
        by: draft.awarded_by.clone(),
        reference: draft.reference.clone(),
        ended: certificate.ended.as_ref().map(|ended| format!("{}: {}", format::short_date(ended.on), ended.reason)),
        edit: offered("edit"),
        end: offered("end"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::samples;
    use super::*;

    pub(super) fn samples() -> Vec<PersonPage> {
        let full = samples::standing();
        let empty = Standing { kinds: Vec::new(), effect: Effect::None, may_write: false, ..full.clone() };
        let unasked = Standing { may_write: true, ..empty.clone() };
        [&full, &empty, &unasked].map(|standing| build(standing, false)).into()
    }

    pub(super) fn own_samples() -> Vec<OwnPage> {
        let full = samples::standing();
        let empty = Standing { kinds: Vec::new(), effect: Effect::None, may_write: false, ..full.clone() };
        let only = Some("Only what you need and lack.");
        let all = [&full, &empty].map(|standing| build(standing, true));
        all.iter().flat_map(|page| [page.clone(), PersonPage { only, ..page.clone() }]).map(OwnPage).collect()
    }

    #[test]
    fn the_page_stands_for_a_manager() {
        crate::views::testing::check::<PersonPage>();
    }

    #[test]
    fn the_page_stands_for_oneself() {
        crate::views::testing::check::<OwnPage>();
    }

    #[test]
    fn being_off_the_run_is_said_and_nobody_records_their_own() {
        let (own, by_manager) = (&own_samples()[0].0, &samples()[0]);
        let warning = own.warning.as_deref().expect("a warning");
        assert!(warning.starts_with("You are off the run") && warning.ends_with("Breathing apparatus"), "{warning}");
        assert!(own.record.is_none() && own.need.is_none());
        assert!(own.needed.iter().chain(&own.others).flat_map(|row| &row.certificates).all(|row| row.edit.is_none()));
        assert!(by_manager.warning.as_deref().is_some_and(|text| text.starts_with("Jo <Marsh> is off the run")));
        let ended = &by_manager.needed[0].certificates[0];
        assert!(ended.edit.is_none() && ended.ended.is_some(), "what was ended is not changed");
        assert!(by_manager.needed[1].certificates[0].end.is_some() && by_manager.record.is_some());
    }
}
