//! The list of vacancies, and what came for one.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::civil::Date;
use serde::Serialize;

use super::words::{Nothing, id, public_path};
use crate::applications::model::{Application, State, Vacancy, VacancyState};
use crate::applications::service::{self, Listed, Queue};
use crate::authz::permission::APPLICATION_HANDLE;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, VacancyId};
use crate::organisation::UnitTree;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    title: String,
    unit: String,
    state: &'static str,
    colour: &'static str,
    closes: String,
    open: String,
    all: String,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    rows: Vec<Row>,
    words: bool,
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "applications/vacancies";
    const SECTION: &'static str = "vacancies";

    fn title(&self) -> Cow<'_, str> {
        "Vacancies".into()
    }

    fn sample() -> Self {
        Self { rows: Vec::new(), words: true }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let listed = Listed { vacancy: tests::vacancy(), open: 2, all: 3 };
        let row = |listed: Listed| row(&listed, &UnitTree::default(), Date::constant(2026, 11, 23));
        vec![Self::sample(), Self { rows: vec![row(listed)], words: false }]
    }
}

/// What the state of a vacancy means today.
fn state_of(vacancy: &Vacancy, today: Date) -> (&'static str, &'static str) {
    match vacancy.state {
        VacancyState::Draft => ("Draft", "govuk-tag--grey"),
        VacancyState::Open if vacancy.takes_applications(today) => ("Open", "govuk-tag--green"),
        VacancyState::Open => ("Past its last day", "govuk-tag--yellow"),
        VacancyState::Closed => ("Closed", "govuk-tag--grey"),
    }
}

fn row(listed: &Listed, units: &UnitTree, today: Date) -> Row {
    let draft = &listed.vacancy.draft;
    let (state, colour) = state_of(&listed.vacancy, today);
    Row {
        href: format!("/vacancies/{}", listed.vacancy.id),
        title: draft.title.clone(),
        unit: units.path(draft.unit),
        state,
        colour,
        closes: format::short_date(draft.closes_on),
        open: listed.open.to_string(),
        all: listed.all.to_string(),
    }
}

/// Lists the vacancies.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let today = civil::local(ask.clock().now()).date();
    let (listed, units) = service::list(&ask.site().db, ask.caller()).await?;
    let rows = listed.iter().map(|listed| row(listed, &units, today)).collect();
    ask.page(&ListPage { rows, words: ask.caller().holds_for_all(APPLICATION_HANDLE) })
}

#[derive(Debug, Clone, Serialize)]
struct Applied {
    href: String,
    name: String,
    reference: String,
    received: String,
    stage: String,
    state: &'static str,
    colour: &'static str,
    again: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Stage {
    name: String,
    count: String,
}

#[derive(Debug, Clone, Serialize)]
struct QueuePage {
    href: String,
    unit: String,
    state: &'static str,
    colour: &'static str,
    closes: String,
    public: Option<String>,
    may_open: bool,
    may_close: bool,
    stages: Vec<Stage>,
    rows: Vec<Applied>,
    #[serde(skip)]
    heading: String,
}

impl PageContext for QueuePage {
    const TEMPLATE: &'static str = "applications/queue";
    const SECTION: &'static str = "vacancies";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Vacancies", "/vacancies")]
    }

    fn sample() -> Self {
        Self {
            href: "/vacancies/1".to_owned(),
            unit: "Harbour".to_owned(),
            state: "Draft",
            colour: "govuk-tag--grey",
            closes: "31 Dec 2026".to_owned(),
            public: None,
            may_open: true,
            may_close: false,
            stages: Vec::new(),
            rows: Vec::new(),
            heading: "Firefighter".to_owned(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::queues()
    }
}

fn build(queue: &Queue, organisation: OrganisationId, today: Date) -> QueuePage {
    let vacancy = &queue.vacancy;
    let (state, colour) = state_of(vacancy, today);
    let all = &queue.applications;
    let in_stage = |name: &String| {
        let count = all.iter().filter(|one| one.state == State::Open && one.stage == *name).count();
        Stage { name: name.clone(), count: count.to_string() }
    };
    let applied = |one: &Application| Applied {
        href: format!("/applications/{}", one.id),
        name: one.name(),
        reference: crate::applications::rules::grouped(&one.reference, 4),
        received: format::short_time(one.received_at),
        stage: one.stage.clone(),
        state: one.state.title(),
        colour: one.state.colour(),
        again: all.iter().filter(|other| other.who.email == one.who.email).count() > 1,
    };
    QueuePage {
        href: format!("/vacancies/{}", vacancy.id),
        unit: queue.unit.clone(),
        state,
        colour,
        closes: format::short_date(vacancy.draft.closes_on),
        public: (vacancy.state != VacancyState::Draft).then(|| public_path(organisation, vacancy.id)),
        may_open: vacancy.state != VacancyState::Open,
        may_close: vacancy.state == VacancyState::Open,
        stages: vacancy.draft.stages.iter().map(in_stage).collect(),
        rows: all.iter().map(applied).collect(),
        heading: vacancy.draft.title.clone(),
    }
}

/// Lists what came for a vacancy.
pub(super) async fn queue(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let queue = service::queue(&ask.site().db, ask.caller(), id(&path, VacancyId)?, now).await?;
    ask.page(&build(&queue, ask.caller().organisation(), civil::local(now).date()))
}

/// Opens a vacancy.
pub(super) async fn open(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    set(&ask, id(&path, VacancyId)?, true).await
}

/// Closes a vacancy.
pub(super) async fn close(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    set(&ask, id(&path, VacancyId)?, false).await
}

async fn set(ask: &Ask, id: VacancyId, open: bool) -> Result<HttpResponse, Failure> {
    service::set_open(&ask.site().db, ask.caller(), id, open, ask.clock().now()).await?;
    let text = if open {
        "The vacancy is open: people may apply until its last day."
    } else {
        "The vacancy is closed: nobody can apply any more."
    };
    Ok(ask.redirect_with(&format!("/vacancies/{id}"), FlashKind::Success, text))
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::applications::model::{Answer, Applicant, Criterion, VacancyDraft};
    use crate::applications::rules::parse_question;
    use crate::kernel::ids::{ApplicationId, UnitId};

    pub(in crate::applications::pages) fn vacancy() -> Vacancy {
        let question = |line: &str| parse_question(line).expect("a question");
        Vacancy {
            id: VacancyId(uuid::Uuid::from_u128(3)),
            draft: VacancyDraft {
                unit: UnitId::NIL,
                title: "Firefighter <on-call>".to_owned(),
                about: "You live near.\n\nYou turn out.".to_owned(),
                closes_on: date(2026, 12, 31),
                keep_months: 6,
                questions: vec![
                    question("Why? | long"),
                    question("Do you drive? | yes or no"),
                    question("When? | choice: Days, Nights | optional"),
                ],
                stages: vec!["Received".to_owned(), "Interview".to_owned()],
                criteria: vec![Criterion { name: "Motivation".to_owned(), weight: 2 }],
            },
            state: VacancyState::Open,
            revision: 1,
        }
    }

    pub(in crate::applications::pages) fn application() -> Application {
        Application {
            id: ApplicationId(uuid::Uuid::from_u128(5)),
            vacancy: vacancy().id,
            unit: UnitId::NIL,
            reference: "ABCDEFGH".to_owned(),
            who: Applicant {
                given_name: "Kit".to_owned(),
                family_name: "<Vane>".to_owned(),
                email: "kit@example.org".to_owned(),
                phone: Some("01632 960000".to_owned()),
                answers: vec![Answer { question: "Why?".to_owned(), answer: "To help".to_owned() }],
            },
            stage: "Received".to_owned(),
            state: State::Open,
            reason: None,
            received_at: jiff::Timestamp::UNIX_EPOCH,
            person: None,
            delete_after: None,
            revision: 1,
        }
    }

    pub(super) fn queues() -> Vec<QueuePage> {
        let queue =
            Queue { vacancy: vacancy(), unit: "Harbour".to_owned(), applications: vec![application(), application()] };
        let empty = Queue { applications: Vec::new(), ..queue.clone() };
        [&queue, &empty].map(|queue| build(queue, OrganisationId::NIL, date(2026, 11, 23))).into()
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<ListPage>();
        crate::views::testing::check::<QueuePage>();
    }

    #[test]
    fn a_second_application_of_one_address_is_marked() {
        assert!(queues()[0].rows.iter().all(|row| row.again));
    }
}
