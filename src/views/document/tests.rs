use std::borrow::Cow;

use jiff::civil::date;
use serde::Serialize;

use super::*;
use crate::plugin_host::document::{ChartKind, Series};
use crate::views::PageContext;
use crate::views::testing::{check, views};

const NASTY: &str = r#"</svg></table><script>alert(1)</script>"'&"#;

fn column(title: &str, kind: ColumnKind) -> Column {
    Column { title: title.to_owned(), kind }
}

fn chart(kind: ChartKind, title: &str, labels_title: &str, labels: &[&str], series: &[(&str, &[f64])]) -> Block {
    Block::Chart(Chart {
        kind,
        title: title.to_owned(),
        summary: "Blue watch worked the longest hours, most of them on incidents and drills.".to_owned(),
        labels_title: labels_title.to_owned(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        series: series
            .iter()
            .map(|(name, values)| Series {
                name: (*name).to_owned(),
                values: values.iter().copied().map(Some).collect(),
            })
            .collect(),
        unit: Some("hours".to_owned()),
    })
}

fn table(columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Block {
    Block::Table(Table { caption: "Hours by unit".to_owned(), columns, rows })
}

fn report() -> Document {
    let weeks = ["5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov"];
    let figure = |label: &str, value, unit: Option<&str>| Figure {
        label: label.to_owned(),
        value,
        unit: unit.map(str::to_owned),
    };
    Document {
        title: "Hours summary".to_owned(),
        subtitle: Some("1 October to 22 November 2026, Hillside and all units below".to_owned()),
        blocks: vec![
            Block::Figures {
                items: vec![
                    figure("All hours", Cell::Minutes(740_730), None),
                    figure("Duties", Cell::Integer(12_040), Some("duties")),
                    figure("Mean length", Cell::Minutes(372), None),
                    figure("Incidents a day", Cell::Number(7.25), None),
                ],
            },
            Block::Heading { level: 2, text: "Week by week".to_owned() },
            Block::Paragraph { text: "Weeks begin on Monday.".to_owned() },
            chart(
                ChartKind::StackedBar,
                "Hours a week, by category",
                "Week",
                &weeks,
                &[
                    ("Incidents", &[120.0, 132.0, 101.0, 134.0, 190.0, 230.0, 210.0]),
                    ("Training", &[80.0, 62.0, 91.0, 84.0, 60.0, 40.0, 70.0]),
                    ("Prevention", &[40.0, 32.0, 51.0, 54.0, 30.0, 20.0, 35.0]),
                    ("Station duties", &[320.0, 302.0, 301.0, 334.0, 290.0, 330.0, 310.0]),
                ],
            ),
            chart(
                ChartKind::Bar,
                "Hours by unit",
                "Unit",
                &["Hillside Blue watch", "Hillside Red watch", "Harbour", "Control"],
                &[("Hours", &[1210.5, 1100.0, 640.25, 90.0])],
            ),
            chart(
                ChartKind::Bar,
                "Day and night",
                "Unit",
                &["Hill", "Port", "Moor"],
                &[("Day", &[10.0, 12.5, -3.0]), ("Night", &[7.0, 3.0, 9.0])],
            ),
            chart(
                ChartKind::Line,
                "Turnout",
                "Week",
                &weeks,
                &[
                    ("Day", &[62.0, 64.0, 61.0, 70.0, 66.0, 63.0, 60.0]),
                    ("Night", &[92.0, 94.0, 91.0, 99.0, 97.0, 93.0, 90.0]),
                ],
            ),
            Block::Heading { level: 2, text: "Unit by unit".to_owned() },
            table(
                vec![
                    column("Unit", ColumnKind::Text),
                    column("Hours", ColumnKind::Minutes),
                    column("Duties", ColumnKind::Integer),
                    column("Last duty", ColumnKind::Instant),
                    column("Complete", ColumnKind::Boolean),
                ],
                vec![
                    vec![
                        Cell::Text("Hillside Blue watch".to_owned()),
                        Cell::Minutes(72_630),
                        Cell::Integer(1200),
                        Cell::Instant("2026-11-21T19:00:00Z".parse().expect("time")),
                        Cell::Boolean(true),
                    ],
                    vec![
                        Cell::Text("Harbour".to_owned()),
                        Cell::Minutes(38_415),
                        Cell::Integer(640),
                        Cell::Empty,
                        Cell::Boolean(false),
                    ],
                ],
            ),
        ],
    }
}

#[derive(Serialize)]
struct ReportPage {
    content: Markup,
}

impl PageContext for ReportPage {
    const TEMPLATE: &'static str = "_kit/report";
    const SECTION: &'static str = "plugins";

    fn title(&self) -> Cow<'_, str> {
        "Hours summary".into()
    }

    fn sample() -> Self {
        Self { content: views().document(&report()).expect("document") }
    }
}

#[test]
fn a_report_is_a_sound_page() {
    check::<ReportPage>();
}

#[test]
fn whatever_a_plugin_writes_is_text() {
    let text = || NASTY.to_owned();
    let document = Document {
        title: text(),
        subtitle: Some(text()),
        blocks: vec![
            Block::Heading { level: 2, text: text() },
            Block::Paragraph { text: text() },
            Block::Figures { items: vec![Figure { label: text(), value: Cell::Text(text()), unit: Some(text()) }] },
            table(vec![column(NASTY, ColumnKind::Text)], vec![vec![Cell::Text(text())]]),
            chart(ChartKind::Bar, NASTY, NASTY, &[NASTY, "b"], &[(NASTY, &[1.0, 2.0]), (NASTY, &[1.0, 2.0])]),
            chart(ChartKind::StackedBar, NASTY, NASTY, &[NASTY], &[(NASTY, &[1.0])]),
            chart(ChartKind::Line, NASTY, NASTY, &[NASTY, NASTY], &[(NASTY, &[1.0, 2.0])]),
        ],
    };
    let html = views().document(&document).expect("document");
    assert!(!html.as_str().contains("<script"), "{}", html.as_str());
    assert_eq!(html.as_str().matches("</svg>").count(), html.as_str().matches("<svg").count());
    let seen = scraper::Html::parse_fragment(html.as_str());
    assert_eq!(seen.select(&scraper::Selector::parse("script").expect("selector")).count(), 0);
    assert!(html.as_str().matches("&lt;script&gt;").count() > 12);
}

#[test]
fn csv_of_one_table_is_its_header_and_rows() {
    let cells = vec![
        Cell::Text("=cmd()".to_owned()),
        Cell::Minutes(-30),
        Cell::Number(1.5),
        Cell::Date(date(2026, 11, 22)),
        Cell::Instant("2026-07-01T07:00:00Z".parse().expect("time")),
        Cell::Boolean(true),
        Cell::Empty,
    ];
    let columns = vec![
        column("@Unit", ColumnKind::Text),
        column("Hours", ColumnKind::Minutes),
        column("Mean", ColumnKind::Number),
        column("Day", ColumnKind::Date),
        column("At", ColumnKind::Instant),
        column("Done", ColumnKind::Boolean),
        column("Note", ColumnKind::Text),
    ];
    let document = Document { title: "x".to_owned(), subtitle: None, blocks: vec![table(columns, vec![cells])] };
    let file = String::from_utf8(csv(&document).expect("csv")).expect("UTF-8");
    assert_eq!(
        file,
        "\u{feff}'@Unit,Hours (minutes),Mean,Day,At,Done,Note\r\n'=cmd(),-30,1.5,2026-11-22,2026-07-01T08:00:00+01:00,yes,\r\n"
    );
}

#[test]
fn csv_of_a_whole_report_names_each_part() {
    let file = String::from_utf8(csv(&report()).expect("csv")).expect("UTF-8");
    let expected = "\u{feff}Key figures\r\nFigure,Value,Unit\r\nAll hours,740730,minutes\r\nDuties,12040,duties\r\n";
    assert!(file.starts_with(expected), "{file}");
    assert!(file.contains("\r\n\r\n\"Hours a week, by category\"\r\nWeek,Incidents,Training,Prevention,Station duties\r\n5 Oct,120,80,40,320\r\n"));
    assert_eq!(file.matches("\r\n\r\n").count(), 5);
}

#[test]
fn a_long_table_is_cut_on_the_page_and_says_so() {
    let rows = (0..1500).map(|row| vec![Cell::Integer(row)]).collect();
    let document = Document {
        title: "x".to_owned(),
        subtitle: None,
        blocks: vec![table(vec![column("N", ColumnKind::Integer)], rows)],
    };
    let html = views().document(&document).expect("document");
    assert!(html.as_str().contains("500 more rows are not shown here"));
    assert_eq!(html.as_str().matches("<tr").count(), MOST_ROWS + 1);
    assert_eq!(csv(&document).expect("csv").iter().filter(|byte| **byte == b'\n').count(), 1501);
}
