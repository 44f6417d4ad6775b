//! One person's terms, line by line; and what the kinds of work count as.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::words::{id, uuid};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{DutyKindId, PersonId};
use crate::views::{Choice, Crumb, Field, PageContext, format};
use crate::working_time::mapping::{CountsAs, Kind};
use crate::working_time::service::{self, Sources};

const PATH: &str = "/contract-groups";

#[derive(Debug, Clone, Serialize)]
struct TermsRow {
    from: String,
    day: String,
    group: String,
    employed: String,
    young: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct TermsPage {
    #[serde(skip)]
    name: String,
    action: String,
    number: Option<String>,
    rows: Vec<TermsRow>,
}

impl PageContext for TermsPage {
    const TEMPLATE: &'static str = "working-time/terms";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Contract groups", PATH)]
    }

    fn sample() -> Self {
        let row = |young: Option<&str>| TermsRow {
            from: "1 Jan 2026".to_owned(),
            day: "2026-01-01".to_owned(),
            group: "Wholetime".to_owned(),
            employed: "1 Jan 2020".to_owned(),
            young: young.map(str::to_owned),
        };
        Self {
            name: "Jo <Marsh>".to_owned(),
            action: format!("{PATH}/people/1/remove"),
            number: Some("N1001".to_owned()),
            rows: vec![row(None), row(Some("1 Mar 2027"))],
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { rows: Vec::new(), number: None, ..Self::sample() }]
    }
}

/// Shows somebody's terms.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let (member, lines) = service::lines_of(&ask.site().db, ask.caller(), person).await?;
    ask.page(&TermsPage {
        name: member.name,
        action: format!("{PATH}/people/{person}/remove"),
        number: member.number,
        rows: lines
            .into_iter()
            .map(|(line, group)| TermsRow {
                from: format::short_date(line.from_on),
                day: line.from_on.to_string(),
                group,
                employed: format::short_date(line.employed_on),
                young: line.young_until.map(format::short_date),
            })
            .collect(),
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DayForm {
    day: String,
}

/// Takes a line back.
pub(super) async fn remove(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<DayForm>,
) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    if let Some(day) = crate::duties::rules::parse_date(&form.day) {
        service::take_back(&ask.site().db, ask.caller(), person, day, ask.clock().now()).await?;
        ask.site().queue.wake();
    }
    Ok(ask.redirect_with(&format!("{PATH}/people/{person}"), FlashKind::Success, "The line is removed."))
}

#[derive(Debug, Clone, Serialize)]
struct KindRow {
    name: String,
    depth: bool,
    counts_as: &'static str,
    field: Field,
}

#[derive(Debug, Clone, Serialize)]
struct SourcesPage {
    tab: &'static str,
    rows: Vec<KindRow>,
}

impl PageContext for SourcesPage {
    const TEMPLATE: &'static str = "working-time/sources";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "What kinds of work count as".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Contract groups", PATH)]
    }

    fn sample() -> Self {
        let row = |depth| KindRow {
            name: "Shift: <day>".to_owned(),
            depth,
            counts_as: "Work on shift",
            field: Field::new(if depth { "kind-1" } else { "kind-2" }, "Shift: day"),
        };
        Self { tab: "working-time", rows: vec![row(false), row(true)] }
    }
}

/// Types and categories, each category after its type; sub-categories follow their category.
fn build(sources: &Sources) -> SourcesPage {
    let below =
        |parent: Option<DutyKindId>| sources.kinds.iter().filter(move |kind| kind.parent == parent && !kind.retired);
    let mut rows = Vec::new();
    for kind in below(None) {
        rows.push(row(kind, kind.name.clone(), false, sources));
        for category in below(Some(kind.id)) {
            rows.push(row(category, format!("{}: {}", kind.name, category.name), true, sources));
        }
    }
    SourcesPage { tab: "working-time", rows }
}

fn row(kind: &Kind, name: String, depth: bool, sources: &Sources) -> KindRow {
    let same = if depth { "As its type, or as its code says" } else { "As its code says" };
    let choices = std::iter::once(Choice::new("", same))
        .chain(CountsAs::ALL.into_iter().map(|one| Choice::new(one.as_str(), one.title())));
    let said = kind.said.map_or("", CountsAs::as_str);
    KindRow {
        counts_as: sources.mapping.of(kind.id).title(),
        field: Field::new(format!("kind-{}", kind.id), name.as_str()).choices(choices).choose([said]),
        name,
        depth,
    }
}

/// Shows what the kinds count as.
pub(super) async fn sources(ask: Ask) -> Result<HttpResponse, Failure> {
    let sources = service::sources(&ask.site().db, ask.caller()).await?;
    ask.page(&build(&sources))
}

/// Says what kinds count as.
pub(super) async fn say_sources(
    ask: Ask,
    Posted(form): Posted<BTreeMap<String, String>>,
) -> Result<HttpResponse, Failure> {
    let said = form.iter().filter_map(|(name, value)| {
        let kind = uuid(name.strip_prefix("kind-")?).map(DutyKindId)?;
        let counts_as = CountsAs::parse(value);
        (counts_as.is_some() || value.is_empty()).then_some((kind, counts_as))
    });
    let changed = service::say_sources(&ask.site().db, ask.caller(), said.collect(), ask.clock().now()).await?;
    let to = "/contract-groups/sources";
    if changed == 0 {
        return Ok(ask.redirect_with(to, FlashKind::Notice, "Nothing was changed: it says that already."));
    }
    ask.site().queue.wake();
    let kinds = format::count(i64::try_from(changed).unwrap_or(i64::MAX), "kind", "kinds");
    Ok(ask.redirect_with(
        to,
        FlashKind::Success,
        &format!("{kinds} changed. Everybody\u{2019}s figures are being worked out anew."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_stand_full_and_empty() {
        crate::views::testing::check::<TermsPage>();
        crate::views::testing::check::<SourcesPage>();
    }
}
