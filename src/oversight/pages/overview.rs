//! The figures, each with the way to what is behind it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use super::{csv, times};
use crate::authz::permission::{LIMIT_READ, SECURITY_EXPORT};
use crate::http::{Ask, Failure};
use crate::oversight::model::{List, Overview, Share};
use crate::oversight::{export, service};
use crate::views::{PageContext, format};

/// A figure: what it is, how it stands, and where its list is.
#[derive(Debug, Serialize)]
struct Figure {
    title: &'static str,
    value: String,
    explained: String,
    href: String,
    action: &'static str,
    tag: &'static str,
    tag_classes: &'static str,
}

#[derive(Debug, Serialize)]
struct RoleRow {
    role: String,
    people: String,
    factors: String,
    share: String,
}

#[derive(Debug, Serialize)]
struct OverviewPage {
    figures: Vec<Figure>,
    roles: Vec<RoleRow>,
    may_export: bool,
    may_see_limits: bool,
}

fn percent(share: Share) -> String {
    share.percent().map_or_else(|| "None yet".to_owned(), |percent| format!("{percent}%"))
}

/// Green when nothing is left to do, yellow otherwise.
fn tag(done: bool, open: &'static str) -> (&'static str, &'static str) {
    if done { ("In order", "govuk-tag--green") } else { (open, "govuk-tag--yellow") }
}

impl OverviewPage {
    fn new(overview: Overview, dormant_days: u16, may_export: bool, may_see_limits: bool) -> Self {
        let href = |list: List| format!("/security/lists/{}", list.slug());
        let people = |count| format::count(count, "person", "people");
        let Overview { factors, privileged, by_role, dormant, leavers, tokens } = overview;
        let figure = |title, value, explained, list, action, (tag, tag_classes)| Figure {
            title,
            value,
            explained,
            href: href(list),
            action,
            tag,
            tag_classes,
        };
        let figures = vec![
            figure(
                "Second factor",
                percent(factors),
                format!(
                    "{} of {} who can sign in. Of those who may do more than keep their own records: {} of {}.",
                    format::number(factors.part),
                    people(factors.whole),
                    format::number(privileged.part),
                    format::number(privileged.whole),
                ),
                List::NoFactor,
                "Who has none",
                tag(factors.part == factors.whole, "Incomplete"),
            ),
            figure(
                "Dormant accounts",
                format::number(dormant.part),
                format!(
                    "Of {} that are on: not used for {dormant_days} days, or never since they were opened.",
                    format::count(dormant.whole, "account", "accounts")
                ),
                List::Dormant,
                "Which they are",
                tag(dormant.part == 0, "Look at these"),
            ),
            figure(
                "Leavers not closed",
                format::number(leavers),
                "People who left, and of whom an account, a session, a role or a token is open all the same."
                    .to_owned(),
                List::Leavers,
                "Who they are",
                if leavers == 0 { ("In order", "govuk-tag--green") } else { ("Close these", "govuk-tag--red") },
            ),
            figure(
                "Tokens about to end",
                format::number(tokens),
                "They let programs in for two weeks more at most. Whoever needs one makes a new one before.".to_owned(),
                List::Tokens,
                "Which they are",
                tag(tokens == 0, "Soon over"),
            ),
        ];
        let row = |(role, share): (String, Share)| RoleRow {
            role,
            people: format::number(share.whole),
            factors: format::number(share.part),
            share: percent(share),
        };
        Self { figures, roles: by_role.into_iter().map(row).collect(), may_export, may_see_limits }
    }
}

impl PageContext for OverviewPage {
    const TEMPLATE: &'static str = "oversight/overview";
    const SECTION: &'static str = "security";

    fn title(&self) -> Cow<'_, str> {
        "Security overview".into()
    }

    fn sample() -> Self {
        let share = |part, whole| Share { part, whole };
        let overview = Overview {
            factors: share(41, 50),
            privileged: share(9, 12),
            by_role: vec![("Administrator".to_owned(), share(2, 2)), ("Member <watch>".to_owned(), share(30, 38))],
            dormant: share(3, 52),
            leavers: 1,
            tokens: 2,
        };
        Self::new(overview, 90, true, true)
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self::new(Overview::default(), 30, false, false)]
    }
}

/// Shows the figures.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let overview = service::overview(&ask.site().db, ask.caller(), times(&ask)).await?;
    let may_export = ask.caller().holds_for_all(SECURITY_EXPORT);
    let may_see_limits = ask.caller().holds_for_all(LIMIT_READ);
    ask.page(&OverviewPage::new(overview, ask.site().config.oversight.dormant_days, may_export, may_see_limits))
}

/// Downloads the figures.
pub(super) async fn export(ask: Ask) -> Result<HttpResponse, Failure> {
    let overview = service::export_overview(&ask.site().db, ask.caller(), times(&ask)).await?;
    Ok(csv("security-overview", export::overview(&overview)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_full_and_on_the_first_day() {
        crate::views::testing::check::<super::OverviewPage>();
    }
}
