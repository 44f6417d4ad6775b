//! Claims for HR: those that can be decided first.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::super::model::Seen;
use super::super::service::{self, Listed, Which};
use super::{PageLink, cursor};
use crate::authz::permission;
use crate::duties::words::Units;
use crate::http::{Ask, Failure};
use crate::views::{PageContext, format};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct QueueQuery {
    show: String,
    after: String,
}

impl QueueQuery {
    fn which(&self) -> Which {
        match self.show.as_str() {
            "early" => Which::Early,
            "decided" => Which::Decided,
            _ => Which::Ready,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
struct Tab {
    href: &'static str,
    text: &'static str,
    current: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    number: Option<String>,
    unit: String,
    day: String,
    kind: &'static str,
    amount: String,
    basis: Option<String>,
    changed: bool,
    state: &'static str,
    colour: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct QueuePage {
    tabs: Vec<Tab>,
    ready: bool,
    decided: bool,
    rows: Vec<Row>,
    payroll: bool,
    previous: Option<PageLink>,
    next: Option<PageLink>,
}

impl PageContext for QueuePage {
    const TEMPLATE: &'static str = "claims/queue";
    const SECTION: &'static str = "claims";

    fn title(&self) -> Cow<'_, str> {
        "Claims".into()
    }

    fn sample() -> Self {
        let listed = Listed { claims: Vec::new(), next: None, units: Units::default() };
        build(&QueueQuery::default(), &listed, false)
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows them.
pub(super) async fn show(ask: Ask, query: Query<QueueQuery>) -> Result<HttpResponse, Failure> {
    let after = cursor(&query.after)?;
    let listed = service::list(&ask.site().db, ask.caller(), query.which(), after).await?;
    ask.page(&build(&query, &listed, ask.caller().holds(permission::PAYROLL_EXPORT)))
}

fn build(query: &QueueQuery, listed: &Listed, payroll: bool) -> QueuePage {
    let which = query.which();
    let tab = |href, text, of| Tab { href, text, current: which == of };
    let own = match which {
        Which::Ready => "/claims",
        Which::Early => "/claims?show=early",
        Which::Decided => "/claims?show=decided",
    };
    let more = |after: &str| format!("{own}{}after={after}", if which == Which::Ready { '?' } else { '&' });
    QueuePage {
        tabs: vec![
            tab("/claims", "To decide", Which::Ready),
            tab("/claims?show=early", "Hours not approved yet", Which::Early),
            tab("/claims?show=decided", "Decided", Which::Decided),
        ],
        ready: which == Which::Ready,
        decided: which == Which::Decided,
        rows: listed.claims.iter().map(|seen| row(seen, &listed.units)).collect(),
        payroll,
        previous: (!query.after.is_empty())
            .then(|| PageLink { href: own.to_owned(), text: Some("First claims".to_owned()) }),
        next: listed.next.map(|next| PageLink { href: more(&next.encode()), text: Some("More claims".to_owned()) }),
    }
}

fn row(seen: &Seen, units: &Units) -> Row {
    let claim = &seen.claim;
    let (state, colour) = claim.state.label();
    Row {
        href: format!("/claims/{}", claim.id),
        name: seen.who.clone(),
        number: seen.number.clone(),
        unit: units.label(claim.unit),
        day: format::short_date(claim.day),
        kind: claim.kind.title(),
        amount: claim.kind.in_words(claim.amount),
        basis: basis(seen),
        changed: seen.facts.is_some_and(|facts| facts.revision != claim.duty_revision),
        state,
        colour,
    }
}

/// What the duty itself says, to compare a claim with: hours, or miles.
pub(super) fn basis(seen: &Seen) -> Option<String> {
    use super::super::rules::Kind;
    let claim = &seen.claim;
    match (claim.kind, claim.basis) {
        (Kind::Mileage, 0) => Some("The duty says no mileage".to_owned()),
        (Kind::Mileage, tenths) => Some(format!("The duty says {}", Kind::Mileage.in_words(tenths))),
        (Kind::Overtime | Kind::Disturbance, _) => {
            seen.facts.map(|facts| format!("The duty lasted {}", format::minutes(facts.worked_minutes.into())))
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::super::model::{ClaimFacts, State};
    use super::super::super::rules::Kind;
    use super::super::of_duty::tests::claim;
    use super::*;
    use crate::kernel::cursor::Cursor;

    pub(in crate::claims::pages) fn seen(kind: Kind, state: State) -> Seen {
        Seen {
            claim: claim(kind, 60, state),
            facts: Some(ClaimFacts {
                started_at: "2026-11-16T09:00:00Z".parse().expect("a time"),
                ended_at: "2026-11-16T18:00:00Z".parse().expect("a time"),
                worked_minutes: 540,
                revision: 2,
                gone: false,
                hours_approved: true,
            }),
            who: "Jo <Marsh>".to_owned(),
            number: Some("N0004".to_owned()),
        }
    }

    pub(super) fn samples() -> Vec<QueuePage> {
        let full = Listed {
            claims: vec![seen(Kind::Overtime, State::Waiting), seen(Kind::Mileage, State::Approved)],
            next: Some(Cursor { at: jiff::Timestamp::UNIX_EPOCH, id: uuid::Uuid::nil() }),
            units: Units::default(),
        };
        let none = Listed { claims: Vec::new(), next: None, units: Units::default() };
        let query = |show: &str| QueueQuery { show: show.to_owned(), after: "x".to_owned() };
        vec![
            QueuePage::sample(),
            build(&QueueQuery::default(), &full, true),
            build(&query("decided"), &full, true),
            build(&query("early"), &none, false),
        ]
    }

    #[test]
    fn the_list_stands_in_each_of_its_three_parts() {
        crate::views::testing::check::<QueuePage>();
        let full = &samples()[1];
        assert!(full.rows[0].changed && full.rows[0].basis.as_deref() == Some("The duty lasted 9 h"));
        assert_eq!(full.rows[1].basis.as_deref(), Some("The duty says 54 miles"));
        assert!(samples()[2].next.as_ref().is_some_and(|next| next.href.starts_with("/claims?show=decided&after=")));
    }
}
