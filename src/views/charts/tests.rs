use super::*;
use crate::views::testing::views;

fn chart(kind: ChartKind, labels_title: &str, labels: usize, series: usize) -> Chart {
    Chart {
        kind,
        title: "Hours".to_owned(),
        summary: "Hours rise.".to_owned(),
        labels_title: labels_title.to_owned(),
        labels: (0..labels).map(|n| format!("L{n}")).collect(),
        series: (0..series)
            .map(|s| Series {
                name: format!("S{s}"),
                values: (0..labels).map(|n| Some(float(n + 1) + float(s) * 100.0)).collect(),
            })
            .collect(),
        unit: None,
    }
}

#[test]
fn a_stack_of_many_categories_puts_the_smallest_together_and_loses_nothing() {
    let full = chart(ChartKind::StackedBar, "Unit", 30, 9);
    let (drawn, note) = reduce::reduce(&full);
    assert_eq!((drawn.labels.len(), drawn.series.len()), (12, 6));
    assert_eq!(drawn.labels.last().map(String::as_str), Some("Other (19)"));
    let sum = |chart: &Chart| -> f64 { (0..chart.labels.len()).map(|index| total(chart, index)).sum() };
    assert!((sum(&full) - sum(&drawn)).abs() < 1e-6);
    assert!(note.expect("a note").contains("The table has them all."));
}

#[test]
fn bars_keep_the_largest_in_their_order() {
    let (drawn, note) = reduce::reduce(&chart(ChartKind::Bar, "Unit", 30, 1));
    let expected: Vec<String> = (18..30).map(|n| format!("L{n}")).collect();
    assert_eq!(drawn.labels, expected);
    assert_eq!(note.as_deref(), Some("The chart shows the 12 largest of 30. The table has them all."));
}

#[test]
fn weeks_are_never_left_out() {
    for kind in [ChartKind::Bar, ChartKind::StackedBar, ChartKind::Line] {
        let (drawn, note) = reduce::reduce(&chart(kind, "Week", 52, 2));
        assert_eq!((drawn.labels.len(), note), (52, None));
    }
}

#[test]
fn the_table_beneath_has_every_figure() {
    let html = views().chart(&chart(ChartKind::Bar, "Unit", 30, 8), "c").expect("chart");
    assert_eq!(html.as_str().matches("<tr").count(), 31);
    assert!(html.as_str().contains("Show as a table"));
    assert!(html.as_str().contains(r#"role="img" aria-labelledby="c-wide-title c-wide-desc""#));
    assert!(!html.as_str().contains("style="));
}

#[test]
fn bars_stand_on_the_axis_and_are_as_long_as_their_values() {
    let mut chart = chart(ChartKind::Bar, "Unit", 2, 1);
    chart.series[0].values = vec![Some(10.0), Some(5.0)];
    let svg = draw(&chart, "c", Room::Wide);
    let heights: Vec<f64> = svg
        .split("<rect ")
        .skip(1)
        .map(|rect| {
            rect.split("height=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .expect("height")
                .parse()
                .expect("number")
        })
        .collect();
    assert_eq!(heights.len(), 2);
    assert!((heights[0] - 2.0 * heights[1]).abs() < 0.2, "{heights:?}");
}

#[test]
fn a_gap_in_the_figures_is_a_gap_in_the_line() {
    let mut chart = chart(ChartKind::Line, "Week", 5, 1);
    chart.series[0].values = vec![Some(1.0), Some(2.0), None, Some(4.0), None];
    let svg = draw(&chart, "c", Room::Wide);
    assert_eq!(svg.matches("<polyline").count(), 1);
    assert_eq!(svg.matches("<circle").count(), 3);
}

#[test]
fn odd_charts_are_drawn_without_nonsense() {
    let mut odd = chart(ChartKind::Bar, "Unit", 3, 2);
    odd.series[0].values = vec![None, Some(f64::NAN), Some(-1e300)];
    odd.series[1].values = vec![Some(1e300)];
    odd.labels[0] = "a very long label that nobody could ever want to read to its very end".to_owned();
    let mut charts =
        vec![odd.clone(), chart(ChartKind::Line, "Week", 1, 1), chart(ChartKind::StackedBar, "Day", 400, 6)];
    charts.push(Chart { kind: ChartKind::Line, ..odd.clone() });
    charts.push(Chart { labels: vec![], series: vec![], ..odd });
    for chart in charts {
        for room in [Room::Wide, Room::Narrow] {
            let svg = draw(&chart, "c", room);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
