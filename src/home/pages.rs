//! The page: what needs its reader on top, then the figures by section.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use super::model::{Card, Section, Tone, Unread};
use crate::views::{Markup, PageContext, Views, ViewsError, format};

#[derive(Debug, Clone, Serialize)]
struct Shown {
    code: String,
    title: String,
    value: String,
    unit: String,
    sentence: String,
    href: String,
    chart: Option<Markup>,
}

/// A card among those that need the reader: with the section that it belongs to.
#[derive(Debug, Clone, Serialize)]
struct Need {
    section: &'static str,
    card: Shown,
}

#[derive(Debug, Clone, Serialize)]
struct Part {
    title: &'static str,
    cards: Vec<Shown>,
    unread: Vec<&'static str>,
}

/// The first page.
#[derive(Debug, Clone, Serialize)]
pub struct HomePage {
    day: String,
    /// Whether the reader logs duties: the button.
    logs: bool,
    needs: Vec<Need>,
    /// Whether something could not be read, so that "nothing" cannot be said.
    unsure: bool,
    parts: Vec<Part>,
}

impl HomePage {
    /// Of these cards, for somebody who logs duties or not.
    ///
    /// # Errors
    /// [`ViewsError`] only through a defect in a figure's template.
    pub fn new(
        (today, logs): (Date, bool),
        cards: Vec<Card>,
        unread: &[Unread],
        views: &Views,
    ) -> Result<Self, ViewsError> {
        let (needs, rest): (Vec<Card>, Vec<Card>) = cards.into_iter().partition(|card| card.tone == Tone::NeedsYou);
        let mut parts = Vec::new();
        for section in Section::ALL {
            let own = rest.iter().filter(|card| card.section == section);
            let cards = own.map(|card| shown(card, views)).collect::<Result<Vec<Shown>, ViewsError>>()?;
            let unread: Vec<&str> =
                unread.iter().filter(|unread| unread.section == section).map(|unread| unread.title).collect();
            if !cards.is_empty() || !unread.is_empty() {
                parts.push(Part { title: section.title(), cards, unread });
            }
        }
        let mut needed = Vec::new();
        for section in Section::ALL {
            for card in needs.iter().filter(|card| card.section == section) {
                needed.push(Need { section: section.title(), card: shown(card, views)? });
            }
        }
        Ok(Self { day: format::long_date(today), logs, needs: needed, unsure: !unread.is_empty(), parts })
    }
}

fn shown(card: &Card, views: &Views) -> Result<Shown, ViewsError> {
    let chart = card.chart.as_ref().map(|chart| views.chart(chart, &format!("chart-{}", card.code))).transpose()?;
    Ok(Shown {
        code: card.code.clone(),
        title: card.title.clone(),
        value: card.value.clone(),
        unit: card.unit.clone(),
        sentence: card.sentence.clone(),
        href: card.href.clone(),
        chart,
    })
}

impl PageContext for HomePage {
    const TEMPLATE: &'static str = "home/home";
    const SECTION: &'static str = "home";

    fn title(&self) -> Cow<'_, str> {
        "Home".into()
    }

    fn sample() -> Self {
        Self {
            day: "Sunday 22 November 2026".to_owned(),
            logs: true,
            needs: Vec::new(),
            unsure: false,
            parts: Vec::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::views::charts::{Chart, ChartKind, Series};

    fn cards() -> Vec<Card> {
        let chart = Chart {
            kind: ChartKind::Bar,
            title: "Hours by day".to_owned(),
            summary: "12 h in all.".to_owned(),
            labels_title: "Day".to_owned(),
            labels: vec!["Mon".to_owned(), "Tue".to_owned()],
            series: vec![Series { name: "Hours".to_owned(), values: vec![Some(12.0), Some(0.0)] }],
            unit: Some("hours".to_owned()),
        };
        vec![
            Card::information(Section::Team, "team-hours", "Team <hours>").reading("12 h", "", "/team").drawn(None),
            Card::needs_you(Section::Team, "approvals", "Timesheets")
                .counting(1, ("timesheet waits", "timesheets wait"), "/approvals")
                .saying("The oldest waits for 3 days."),
            Card::needs_you(Section::Week, "returned", "Returned to you").counting(
                1_200,
                ("timesheet", "timesheets"),
                "/timesheets?show=returned",
            ),
            Card::information(Section::Week, "week", "Hours")
                .reading("12 h", "this week", "/duties")
                .drawn(Some(chart)),
        ]
    }

    fn page(cards: Vec<Card>, unread: &[Unread]) -> HomePage {
        let views = crate::views::testing::views();
        HomePage::new((date(2026, 11, 22), true), cards, unread, views).expect("a page")
    }

    pub(super) fn samples() -> Vec<HomePage> {
        let unread = [Unread { section: Section::Hr, title: "Claims" }];
        vec![page(cards(), &unread), page(Vec::new(), &[]), page(Vec::new(), &unread), HomePage::sample()]
    }

    #[test]
    fn the_page_stands_full_calm_and_with_a_part_that_could_not_be_read() {
        crate::views::testing::check::<HomePage>();
    }

    #[test]
    fn what_needs_its_reader_stands_on_top_and_the_rest_by_section() {
        let page = page(cards(), &[Unread { section: Section::Hr, title: "Claims" }]);
        let needs: Vec<(&str, &str)> = page.needs.iter().map(|need| (need.section, need.card.code.as_str())).collect();
        assert_eq!(needs, [("My week", "returned"), ("My team", "approvals")]);
        let parts: Vec<&str> = page.parts.iter().map(|part| part.title).collect();
        assert_eq!(parts, ["My week", "My team", "HR"]);
        let figure = |need: &Need| format!("{} {}", need.card.value, need.card.unit);
        assert_eq!(page.needs.iter().map(figure).collect::<Vec<_>>(), ["1,200 timesheets", "1 timesheet waits"]);
        assert!(page.unsure && page.parts[2].unread == ["Claims"] && page.parts[0].cards[0].chart.is_some());
    }
}
