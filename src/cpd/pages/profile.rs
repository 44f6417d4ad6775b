//! The profile: where it stands, and what it looks like.

use std::borrow::Cow;

use actix_web::HttpResponse;
use jiff::civil::Date;
use serde::Serialize;

use super::query::Tabs;
use crate::cpd::paper;
use crate::cpd::profile_rules::{is_long, word_count};
use crate::cpd::service::{self, Overview};
use crate::cpd::standards;
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::views::paper::{Block, Paper, not_shown};
use crate::views::{Crumb, PageContext, format};

/// A part of the profile in the list of what there is to do.
#[derive(Debug, Clone, Serialize)]
struct Part {
    text: &'static str,
    href: &'static str,
    said: String,
    done: bool,
}

#[derive(Debug, Clone, Serialize)]
struct ProfilePage {
    tabs: Tabs,
    period: String,
    parts: Vec<Part>,
    warnings: Vec<String>,
    without_evidence: Option<String>,
    standards: Vec<String>,
}

impl PageContext for ProfilePage {
    const TEMPLATE: &'static str = "cpd/profile";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        "CPD profile".into()
    }

    fn sample() -> Self {
        Self {
            tabs: Tabs::sample("profile"),
            period: "1 Sep 2025 to 31 Aug 2027".to_owned(),
            parts: Vec::new(),
            warnings: Vec::new(),
            without_evidence: None,
            standards: Vec::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows where the profile stands.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let today = civil::local(ask.clock().now()).date();
    let overview = service::overview(&ask.site().db, ask.caller(), today).await?;
    ask.page(&build(&overview, Tabs::new("profile", ask.caller(), overview.waiting), today))
}

fn build(overview: &Overview, tabs: Tabs, today: Date) -> ProfilePage {
    let rules = standards::of(today);
    let profile = &overview.profile;
    let text = |text: &Option<String>, about: usize| {
        let said = word_count(text.as_deref(), about);
        if is_long(text.as_deref(), about) { format!("{said}: rather long") } else { said }
    };
    let (history, statement) = (rules.history_words.value, rules.statement_words.value);
    let form = "/cpd/profile/text";
    let parts = vec![
        Part {
            text: "Practice history",
            href: form,
            said: text(&profile.history, history),
            done: profile.history.is_some(),
        },
        Part {
            text: "Statement",
            href: form,
            said: text(&profile.statement, statement),
            done: profile.statement.is_some(),
        },
        Part {
            text: "Activities and their evidence",
            href: "/cpd/profile/entries",
            said: format!("{}, {} with evidence", entries(overview.chosen), overview.with_evidence),
            done: overview.chosen > 0,
        },
    ];
    let bare = overview.chosen.saturating_sub(overview.with_evidence);
    ProfilePage {
        tabs,
        period: format!("{} to {}", format::short_date(overview.period.0), format::short_date(overview.period.1)),
        parts,
        warnings: if profile.registrant {
            overview.review.warnings.iter().map(|warning| warning.text()).collect()
        } else {
            Vec::new()
        },
        without_evidence: (bare > 0)
            .then(|| format!("Of the chosen activities, {bare} have no file to show for them.")),
        standards: overview
            .review
            .standards
            .iter()
            .zip(&rules.standards)
            .map(|(count, standard)| format!("{}: {}", standard.value, format::count(*count, "entry", "entries")))
            .collect(),
    }
}

fn entries(count: usize) -> String {
    format::count(i64::try_from(count).unwrap_or(i64::MAX), "activity chosen", "activities chosen")
}

#[derive(Debug, Clone, Serialize)]
struct PreviewPage {
    #[serde(skip)]
    heading: String,
    foot: String,
    /// Letters that the PDF shows by a mark.
    missing: Option<String>,
    blocks: Vec<Block>,
}

impl PreviewPage {
    fn new(paper: Paper) -> Self {
        let missing: Vec<String> = not_shown(&paper).into_iter().map(String::from).collect();
        Self {
            missing: (!missing.is_empty()).then(|| missing.join(" ")),
            heading: paper.title,
            foot: paper.foot,
            blocks: paper.blocks,
        }
    }
}

impl PageContext for PreviewPage {
    const TEMPLATE: &'static str = "cpd/preview";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My CPD", "/cpd"), Crumb::new("CPD profile", "/cpd/profile")]
    }

    fn sample() -> Self {
        Self {
            heading: "CPD profile of Jo Marsh".to_owned(),
            foot: "CPD profile of Jo Marsh, made on 22 Nov 2026".to_owned(),
            missing: Some("\u{1f692}".to_owned()),
            blocks: vec![Block::h2("Summary of practice history")],
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::previews()
    }
}

/// Shows the profile as it would be handed in.
pub(super) async fn preview(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let whole = service::whole(&ask.site().db, ask.caller(), civil::local(now).date()).await?;
    ask.page(&PreviewPage::new(paper::paper(&whole, now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpd::model::Profile;
    use crate::cpd::paper::samples;
    use crate::cpd::review_rules;

    const TODAY: Date = jiff::civil::date(2026, 11, 22);

    fn overview(profile: Profile, chosen: usize) -> Overview {
        Overview {
            period: crate::cpd::profile_rules::period(&profile, TODAY),
            profile,
            chosen,
            with_evidence: chosen / 2,
            review: review_rules::review(&[], None, TODAY),
            waiting: 0,
        }
    }

    pub(super) fn samples() -> Vec<ProfilePage> {
        let page = |overview: &Overview| build(overview, Tabs::sample("profile"), TODAY);
        let written = Profile { statement: Some("word ".repeat(2_000)), ..samples::whole().profile };
        let off = Profile { registrant: false, from: Some(TODAY), ..Profile::default() };
        vec![page(&overview(Profile::default(), 0)), page(&overview(written, 3)), page(&overview(off, 2))]
    }

    pub(super) fn previews() -> Vec<PreviewPage> {
        let made = "2026-11-22T09:00:00Z".parse().expect("a time");
        vec![PreviewPage::sample(), PreviewPage::new(paper::paper(&samples::whole(), made))]
    }

    #[test]
    fn the_page_stands_empty_and_written() {
        crate::views::testing::check::<ProfilePage>();
        let pages = samples();
        assert!(pages[0].parts.iter().all(|part| !part.done));
        assert_eq!(pages[1].parts[1].said, "2,000 of about 1,500 words: rather long");
        assert!(pages[1].without_evidence.is_some() && pages[2].warnings.is_empty());
    }

    #[test]
    fn the_preview_stands() {
        crate::views::testing::check::<PreviewPage>();
    }
}
