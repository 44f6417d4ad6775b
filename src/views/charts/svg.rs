//! Writes the elements of a drawing. Numbers are rounded to a tenth; all text is escaped here and nowhere else.

use std::fmt::Write;

use crate::views::markup::escape;

/// About the width of one character of the charts' 13 px text.
const CHARACTER: f64 = 7.4;

/// About how wide `text` is.
pub(super) fn text_width(text: &str) -> f64 {
    super::float(text.chars().count()) * CHARACTER
}

/// `text` cut with an ellipsis to what fits in `width`.
pub(super) fn fitted(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if text_width(&kept) + 2.0 * CHARACTER > width {
            break;
        }
        kept.push(letter);
    }
    format!("{}\u{2026}", kept.trim_end())
}

/// Where text is held.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in the making.
#[derive(Debug)]
pub(super) struct Svg {
    width: f64,
    /// Set by whoever draws, before [`Svg::finish`].
    pub(super) height: f64,
    body: String,
}

impl Svg {
    pub(super) fn new(width: f64) -> Self {
        Self { width, height: 0.0, body: String::new() }
    }

    fn push(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.body.write_fmt(arguments);
    }

    pub(super) fn line(&mut self, class: &str, [x1, y1, x2, y2]: [f64; 4]) {
        self.push(format_args!(r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#));
    }

    /// A bar in the colour of the series numbered `colour`.
    pub(super) fn bar(&mut self, colour: usize, [x, y, width, height]: [f64; 4]) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        self.push(format_args!(
            r#"<rect class="wr-c-bar wr-fill-{colour}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"/>"#
        ));
    }

    pub(super) fn dot(&mut self, colour: usize, x: f64, y: f64) {
        self.push(format_args!(r#"<circle class="wr-c-dot wr-fill-{colour}" cx="{x:.1}" cy="{y:.1}" r="4"/>"#));
    }

    pub(super) fn polyline(&mut self, colour: usize, points: &[(f64, f64)]) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let points = points.join(" ");
        self.push(format_args!(r#"<polyline class="wr-c-line wr-stroke-{colour}" points="{points}"/>"#));
    }

    pub(super) fn text(&mut self, class: &str, anchor: Anchor, x: f64, y: f64, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escape(text);
        self.push(format_args!(r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{text}</text>"#));
    }

    /// The whole element, an image whose alternative is `title` and `summary`.
    pub(super) fn finish(self, id: &str, kind: &str, title: &str, summary: &str) -> String {
        let Self { width, height, body } = self;
        let (id, title, summary) = (escape(id), escape(title), escape(summary));
        format!(
            r#"<svg class="wr-chart__svg wr-chart__svg--{kind}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" role="img" aria-labelledby="{id}-title {id}-desc" focusable="false"><title id="{id}-title">{title}</title><desc id="{id}-desc">{summary}</desc>{body}</svg>"#
        )
    }
}
