//! What became of the rows: counts, the first rows of each fate for the page, and the file of rejected rows.

use std::fs::File;
use std::io::Write;

use super::error::ImportError;
use super::fate::Reason;
use super::files::Folder;
use super::model::{Report, SampleRow};
use super::reader::Record;
use crate::views::csv_text::{BOM, guarded};

/// Rows of each fate that the page shows.
const SAMPLE_ROWS: usize = 20;
/// Cells of them.
const SAMPLE_CELLS: usize = 6;
/// Characters of a cell.
const SAMPLE_CHARACTERS: usize = 60;

/// Counts rows and keeps what is shown of them.
pub(super) struct Tally<'a> {
    folder: &'a Folder,
    rejected: csv::Writer<File>,
    pub(super) report: Report,
}

/// The first cells of a row, for the page.
pub(super) fn first_cells(record: &Record) -> Vec<String> {
    let shortened = |cell: &str| match cell.char_indices().nth(SAMPLE_CHARACTERS) {
        Some((end, _)) => format!("{}…", cell.get(..end).unwrap_or_default()),
        None => cell.to_owned(),
    };
    record.cells().take(SAMPLE_CELLS).map(|cell| shortened(&cell)).collect()
}

impl<'a> Tally<'a> {
    /// Begins the file of rejected rows: the line, why, and then the row as it stood, so that it can be mended and
    /// uploaded again as it is.
    pub(super) fn begin(folder: &'a Folder, header: &[String]) -> Result<Self, ImportError> {
        let mut file = folder.begin(&folder.rejected())?;
        file.write_all(BOM)?;
        let mut rejected = csv::WriterBuilder::new().flexible(true).from_writer(file);
        let names = ["Line in the file", "Why it was rejected"].into_iter();
        rejected.write_record(names.chain(header.iter().map(String::as_str))).map_err(std::io::Error::from)?;
        Ok(Self { folder, rejected, report: Report::default() })
    }

    /// A row that will be imported and makes `records`.
    pub(super) fn ready(&mut self, line: u64, cells: Vec<String>, records: usize, notes: Vec<String>) {
        self.report.counts.rows += 1;
        self.report.counts.ready += 1;
        self.report.counts.records += i64::try_from(records).unwrap_or(i64::MAX);
        let noted = !notes.is_empty();
        self.report.noted += i64::from(noted);
        let row = SampleRow { line, cells, remarks: notes };
        if noted && self.report.with_notes.len() < SAMPLE_ROWS {
            self.report.with_notes.push(row);
        } else if !noted && self.report.ready.len() < SAMPLE_ROWS {
            self.report.ready.push(row);
        }
    }

    /// A row that was imported before, or stands in the file twice.
    pub(super) fn duplicate(&mut self, line: u64, cells: Vec<String>, remark: String) {
        self.report.counts.rows += 1;
        self.report.counts.duplicate += 1;
        if self.report.duplicate.len() < SAMPLE_ROWS {
            self.report.duplicate.push(SampleRow { line, cells, remarks: vec![remark] });
        }
    }

    /// A row that cannot be imported.
    pub(super) fn rejected(&mut self, record: &Record, reasons: &[Reason]) -> Result<(), ImportError> {
        self.report.counts.rows += 1;
        self.report.counts.rejected += 1;
        let remarks: Vec<String> = reasons.iter().map(Reason::to_string).collect();
        let (line, why) = (record.line().to_string(), remarks.join(" "));
        let head = [line, guarded(&why).into_owned()].into_iter();
        let row = head.chain(record.cells().map(|cell| guarded(&cell).into_owned()));
        self.rejected.write_record(row).map_err(std::io::Error::from)?;
        if self.report.rejected.len() < SAMPLE_ROWS {
            self.report.rejected.push(SampleRow { line: record.line(), cells: first_cells(record), remarks });
        }
        Ok(())
    }

    /// Gives the files their names.
    pub(super) fn finish(mut self) -> Result<Report, ImportError> {
        self.rejected.flush()?;
        self.folder.finish(&self.folder.rejected())?;
        self.folder.write_report(&self.report)?;
        Ok(self.report)
    }
}
