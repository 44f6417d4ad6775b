//! What the page of an import shows, in each of its states.

use std::borrow::Cow;

use serde::Serialize;

use super::list::{becomes, records, state_words};
use crate::imports::model::{Counts, Import, Kind, Preset, Report, SampleRow, State};
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Figure {
    label: &'static str,
    value: String,
}

#[derive(Debug, Clone, Serialize)]
struct Sample {
    heading: String,
    remarks: &'static str,
    header: Vec<String>,
    rows: Vec<SampleRow>,
    more: Option<String>,
}

/// An import.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShowPage {
    id: String,
    #[serde(skip)]
    file_name: String,
    becomes: &'static str,
    state: &'static str,
    state_colour: &'static str,
    uploaded: String,
    size: String,
    second: Option<String>,
    progress: Option<String>,
    failure: Option<String>,
    outcome: Option<String>,
    /// Whether the people who came in can be invited.
    invite: bool,
    needs_columns: bool,
    columns_classes: Option<&'static str>,
    can_check_again: bool,
    commit: Option<String>,
    nothing_ready: bool,
    can_discard: bool,
    rejected_href: Option<String>,
    figures: Vec<Figure>,
    samples: Vec<Sample>,
}

/// How far a job is, in words.
pub(super) fn progress(import: &Import) -> String {
    let verb = if import.state == State::Committing { "Imported" } else { "Checked" };
    let (done, total) = (format::number(import.rows_done), format::number(import.rows_total.max(import.rows_done)));
    if import.rows_done == 0 { "Waiting to begin".to_owned() } else { format!("{verb} {done} of {total} rows") }
}

impl ShowPage {
    /// The page of `import`, with the result of its check if there is one.
    pub(super) fn new(import: &Import, report: Option<Report>) -> Self {
        let (state, state_colour) = state_words(import.state);
        let counts = import.counts;
        let checked = matches!(import.state, State::Checked | State::Committed);
        let report = report.filter(|_| checked || import.state == State::Committing);
        let mapped = import.preset == Preset::Csv;
        let stopped = matches!(import.state, State::Failed | State::Refused);
        Self {
            id: import.id.to_string(),
            file_name: import.file_name.clone(),
            becomes: becomes(import.kind, import.preset),
            state,
            state_colour,
            uploaded: format::long_time(import.created_at),
            size: format::size(u64::try_from(import.file_bytes).unwrap_or(0)),
            second: import.setup.second.as_ref().map(|second| second.file_name.clone()),
            progress: import.state.is_running().then(|| progress(import)),
            failure: import.failure.clone().filter(|_| stopped),
            outcome: outcome(import),
            needs_columns: mapped && (stopped || matches!(import.state, State::Uploaded | State::Checked)),
            invite: import.kind == Kind::People && import.state == State::Committed,
            columns_classes: (import.state != State::Uploaded).then_some("govuk-button--secondary"),
            can_check_again: (import.state == State::Checked || stopped)
                && !(mapped && import.setup.mapping.columns.is_empty()),
            commit: (import.state == State::Checked && counts.ready > 0)
                .then(|| format!("Import {}", records(import.kind, counts.records))),
            nothing_ready: import.state == State::Checked && counts.ready == 0,
            can_discard: !import.state.is_final(),
            rejected_href: (checked && counts.rejected > 0).then(|| format!("/imports/{}/rejected.csv", import.id)),
            figures: if report.is_some() { figures(import.kind, counts, report.as_ref()) } else { Vec::new() },
            samples: report.map(|report| samples(import, report)).unwrap_or_default(),
        }
    }
}

fn outcome(import: &Import) -> Option<String> {
    match import.state {
        State::Committed => {
            let when = import.finished_at.map(format::long_time).unwrap_or_default();
            Some(format!("{} imported on {when}.", records(import.kind, import.counts.records)))
        }
        State::Discarded => {
            Some("This import was thrown away. Nothing of it was imported, and its files are removed.".to_owned())
        }
        State::Uploaded | State::Checking | State::Checked | State::Committing | State::Failed | State::Refused => None,
    }
}

fn figures(kind: Kind, counts: Counts, report: Option<&Report>) -> Vec<Figure> {
    let figure = |label, value: i64| Figure { label, value: format::number(value) };
    let mut figures = vec![
        figure("Rows", counts.rows),
        figure("Ready", counts.ready),
        figure(if kind == Kind::People { "Here already" } else { "Imported before" }, counts.duplicate),
        figure("Rejected", counts.rejected),
        figure(if kind == Kind::People { "People" } else { "Duties" }, counts.records),
    ];
    if let Some(report) = report {
        if report.noted > 0 {
            figures.push(figure("Ready, with a note", report.noted));
        }
        if report.blank > 0 {
            figures.push(figure("Empty rows passed over", i64::try_from(report.blank).unwrap_or(i64::MAX)));
        }
        if let Some((incidents, _)) = &report.incidents {
            figures.push(figure("Incidents in the second file", i64::try_from(*incidents).unwrap_or(i64::MAX)));
        }
    }
    figures
}

fn samples(import: &Import, report: Report) -> Vec<Sample> {
    let Report { counts, rejected, with_notes, duplicate, ready, noted, incidents, .. } = report;
    let header: Vec<String> = import.setup.header.iter().take(6).cloned().collect();
    let unused: Vec<SampleRow> = incidents
        .into_iter()
        .flat_map(|(_, rows)| rows)
        .map(|(line, why)| SampleRow { line, cells: Vec::new(), remarks: vec![why] })
        .collect();
    let unused_count = i64::try_from(unused.len()).unwrap_or(0);
    let table = |heading: &str, remarks, header: &[String], mut rows: Vec<SampleRow>, total: i64| {
        let shown = i64::try_from(rows.len()).unwrap_or(0);
        for row in &mut rows {
            row.cells.resize(header.len(), String::new());
        }
        (shown > 0).then(|| Sample {
            heading: heading.to_owned(),
            remarks,
            header: header.to_vec(),
            rows,
            more: (total > shown).then(|| format!("The first {shown} of {}.", format::number(total))),
        })
    };
    [
        table("Rejected rows", "Why", &header, rejected, counts.rejected),
        table("Rows of the incident file that could not be read", "Why", &[], unused, unused_count),
        table("Ready rows with a note", "Note", &header, with_notes, noted),
        table(
            if import.kind == Kind::People { "People who are here already" } else { "Rows imported before" },
            "Note",
            &header,
            duplicate,
            counts.duplicate,
        ),
        table("Ready rows", "Note", &header, ready, counts.ready.saturating_sub(noted)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl PageContext for ShowPage {
    const TEMPLATE: &'static str = "imports/show";
    const SECTION: &'static str = "imports";

    fn title(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.file_name)
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Imports", "/imports")]
    }

    fn sample() -> Self {
        Self::new(&example(State::Checked), Some(example_report()))
    }

    fn samples() -> Vec<Self> {
        let states = [
            State::Uploaded,
            State::Checking,
            State::Committing,
            State::Committed,
            State::Failed,
            State::Refused,
            State::Discarded,
        ];
        let mut samples = vec![Self::sample()];
        samples.extend(states.map(|state| Self::new(&example(state), Some(example_report()))));
        samples
            .push(Self::new(&Import { counts: Counts::default(), ..example(State::Checked) }, Some(Report::default())));
        samples
    }
}

/// An import for the examples.
fn example(state: State) -> Import {
    use crate::imports::fields::Mapping;
    use crate::imports::model::Setup;
    use crate::imports::text::{Encoding, Separator, Shape, Survey};
    use crate::kernel::ids::{ImportId, PersonId};
    let shape = Shape { encoding: Encoding::Utf8, separator: Separator::Comma, skip: 0, skip_lines: 0 };
    Import {
        id: ImportId::NIL,
        kind: Kind::Duties,
        preset: Preset::Csv,
        state,
        file_name: "rota-november.csv".to_owned(),
        file_sha256: vec![0; 32],
        file_bytes: 123_456,
        setup: Setup {
            survey: Survey { shape, bytes: 123_456, rows: 1204 },
            header: ["Staff No", "Start", "End"].map(str::to_owned).into(),
            mapping: Mapping { columns: [(crate::imports::fields::Field::Start, 1)].into(), default_type: None },
            second: None,
        },
        rows_total: 1204,
        rows_done: 500,
        counts: Counts { rows: 1204, ready: 1200, duplicate: 3, rejected: 1, records: 1200 },
        failure: Some("The file is no longer here. Upload it again.".to_owned()),
        created_by: PersonId::NIL,
        created_at: jiff::Timestamp::UNIX_EPOCH,
        finished_at: Some(jiff::Timestamp::UNIX_EPOCH),
    }
}

/// A result for the examples.
fn example_report() -> Report {
    let row = |line, remark: &str| SampleRow {
        line,
        cells: ["1001", "01/07/2026 08:00", "01/07/2026 18:00"].map(str::to_owned).into(),
        remarks: if remark.is_empty() { Vec::new() } else { vec![remark.to_owned()] },
    };
    Report {
        counts: Counts { rows: 1204, ready: 1200, duplicate: 3, rejected: 1, records: 1200 },
        blank: 2,
        noted: 1,
        ready: vec![row(2, ""), row(3, "")],
        with_notes: vec![row(4, "It overlaps a duty that the person has already.")],
        duplicate: vec![row(5, "It was imported before.")],
        rejected: vec![row(6, "Start: the start is missing. Fill it in.")],
        incidents: Some((20, vec![(3, "The incident number is missing. Fill it in.".to_owned())])),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_in_every_state() {
        crate::views::testing::check::<super::ShowPage>();
    }
}
