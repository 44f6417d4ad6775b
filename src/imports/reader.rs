//! Rows of a CSV file, one at a time, in bounded memory.
//!
//! A row that is too long, too wide, or not as wide as the header is handed on with its [`RowFault`] and reading goes
//! on after it: one bad row never costs the rest of the file. Line numbers are those an editor shows.

use std::borrow::Cow;
use std::io::{self, Read};

use csv_core::ReadRecordResult;

use super::text::{Encoding, Shape};

/// Bytes read from the file at once.
const BUFFER: usize = 64 * 1024;

/// How large rows may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one row.
    pub row_bytes: usize,
    /// Bytes of one cell.
    pub cell_bytes: usize,
    /// Cells of one row.
    pub cells: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { row_bytes: 64 * 1024, cell_bytes: 40 * 1024, cells: 256 }
    }
}

/// Why a row as such cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFault {
    /// More bytes than [`Limits::row_bytes`].
    TooLong(usize),
    /// More cells than [`Limits::cells`].
    TooWide(usize),
    /// A cell with more bytes than [`Limits::cell_bytes`]; which, from 0.
    CellTooLong(usize, usize),
    /// Not as many cells as the header has.
    Width {
        /// Cells of this row.
        found: usize,
        /// Cells of the header.
        expected: usize,
    },
}

impl RowFault {
    /// What to do about it, for a row that runs from line `from` to line `to`.
    pub fn sentence(self, from: u64, to: u64) -> String {
        let quote = if to > from {
            format!(" It runs on to line {to}: check whether a closing quotation mark is missing.")
        } else {
            String::new()
        };
        match self {
            Self::TooLong(limit) => {
                format!("The row is longer than {limit} bytes. Shorten it.{quote}")
            }
            Self::TooWide(limit) => {
                format!("The row has more than {limit} cells. Remove what does not belong to it.{quote}")
            }
            Self::CellTooLong(cell, limit) => {
                format!("Cell {} is longer than {limit} bytes. Shorten it.{quote}", cell.saturating_add(1))
            }
            Self::Width { found, expected } if quote.is_empty() => format!(
                "The row has {found} cells and the header has {expected}. Put quotation marks around cells that contain the separator, and leave no cell out."
            ),
            Self::Width { found, expected } => {
                format!("The row has {found} cells and the header has {expected}.{quote}")
            }
        }
    }
}

/// One row; reused from row to row.
#[derive(Debug, Clone)]
pub struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    used: usize,
    from: u64,
    to: u64,
    fault: Option<RowFault>,
    encoding: Encoding,
}

impl Record {
    /// The line on which it begins, from 1.
    pub fn line(&self) -> u64 {
        self.from
    }

    /// Why it cannot be used, in words; `None` when it can.
    pub fn fault(&self) -> Option<String> {
        self.fault.map(|fault| fault.sentence(self.from, self.to))
    }

    /// How many cells.
    pub fn len(&self) -> usize {
        self.used
    }

    /// Whether nothing was read into it.
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// The cell `index`, from 0, without the blanks around it; empty when there is none.
    pub fn cell(&self, index: usize) -> Cow<'_, str> {
        match self.encoding.decode(self.raw(index)) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// All cells as they stand in the file.
    pub fn cells(&self) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.used).map(|index| self.encoding.decode(self.raw(index)))
    }

    /// A copy of this row alone, without the room for the next one.
    pub fn kept(&self) -> Self {
        let ends = self.ends.get(..self.used).unwrap_or_default().to_vec();
        let bytes = self.bytes.get(..ends.last().copied().unwrap_or(0)).unwrap_or_default().to_vec();
        Self { bytes, ends, ..*self }
    }

    fn raw(&self, index: usize) -> &[u8] {
        if index >= self.used {
            return &[];
        }
        let end = self.ends.get(index).copied().unwrap_or(0);
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Whether every cell is blank, as in the rows that spreadsheets leave at the end.
    fn is_blank(&self) -> bool {
        let end = self.used.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
        self.bytes.get(..end).unwrap_or_default().iter().all(u8::is_ascii_whitespace)
    }
}

/// Reads rows.
pub struct Reader<R> {
    inner: R,
    core: csv_core::Reader,
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    ended: bool,
    line: u64,
    /// The last byte taken was a carriage return, whose line is not counted yet.
    after_return: bool,
    limits: Limits,
    encoding: Encoding,
    header: Vec<String>,
    blank: u64,
}

impl<R: Read> Reader<R> {
    /// Opens a file of this shape and reads its header row.
    ///
    /// # Errors
    /// What the disk says; [`io::ErrorKind::InvalidData`] with a sentence when the header is too long or too wide.
    pub fn open(mut inner: R, shape: Shape, limits: Limits) -> io::Result<Self> {
        io::copy(&mut inner.by_ref().take(shape.skip), &mut io::sink())?;
        let core = csv_core::ReaderBuilder::new().delimiter(shape.separator.byte()).build();
        let mut reader = Self {
            inner,
            core,
            buffer: vec![0; BUFFER],
            at: 0,
            filled: 0,
            ended: false,
            line: 1 + shape.skip_lines,
            after_return: false,
            limits,
            encoding: shape.encoding,
            header: Vec::new(),
            blank: 0,
        };
        let mut record = reader.record();
        if reader.next_record(&mut record)? {
            if let Some(fault) = record.fault() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("The header row cannot be read. {fault}"),
                ));
            }
            reader.header = (0..record.len()).map(|index| record.cell(index).into_owned()).collect();
        }
        Ok(reader)
    }

    /// The header's cells.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Rows that held nothing at all and were passed over.
    pub fn blank_rows(&self) -> u64 {
        self.blank
    }

    /// A record to read into.
    pub fn record(&self) -> Record {
        Record {
            bytes: vec![0; self.limits.row_bytes],
            ends: vec![0; self.limits.cells],
            used: 0,
            from: 0,
            to: 0,
            fault: None,
            encoding: self.encoding,
        }
    }

    /// Reads the next row that is not blank into `record`; `false` at the end of the file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn read(&mut self, record: &mut Record) -> io::Result<bool> {
        while self.next_record(record)? {
            if record.fault.is_none_or(|fault| matches!(fault, RowFault::Width { .. })) && record.is_blank() {
                self.blank += 1;
                continue;
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn next_record(&mut self, record: &mut Record) -> io::Result<bool> {
        record.fault = None;
        record.used = 0;
        self.skip_line_ends()?;
        record.from = self.line;
        let (mut written, mut cells) = (0, 0);
        loop {
            self.fill()?;
            let input = self.buffer.get(self.at..self.filled).unwrap_or_default();
            let output = record.bytes.get_mut(written..).unwrap_or_default();
            let ends = record.ends.get_mut(cells..).unwrap_or_default();
            let (result, taken, wrote, ended) = self.core.read_record(input, output, ends);
            self.line += line_ends(input.get(..taken).unwrap_or_default());
            self.after_return = taken > 0 && input.get(taken - 1) == Some(&b'\r');
            self.at += taken;
            written += wrote;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                // What is over the limit is dropped as it comes, so a row without an end costs no memory.
                ReadRecordResult::OutputFull => {
                    record.fault.get_or_insert(RowFault::TooLong(self.limits.row_bytes));
                    written = 0;
                }
                ReadRecordResult::OutputEndsFull => {
                    record.fault.get_or_insert(RowFault::TooWide(self.limits.cells));
                    cells = 0;
                }
                ReadRecordResult::Record => {
                    record.to = self.line;
                    if record.fault.is_none() {
                        record.used = cells;
                        record.fault = self.fault_of(record);
                    }
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    fn fault_of(&self, record: &Record) -> Option<RowFault> {
        let limit = self.limits.cell_bytes;
        if let Some(long) = (0..record.used).find(|index| record.raw(*index).len() > limit) {
            return Some(RowFault::CellTooLong(long, limit));
        }
        let expected = self.header.len();
        (expected > 0 && record.used != expected).then_some(RowFault::Width { found: record.used, expected })
    }

    /// Line ends between rows: taken here, so that a row's line is that of its first letter.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            self.fill()?;
            match self.buffer.get(self.at).filter(|_| self.at < self.filled) {
                Some(b'\n') => {
                    self.line += 1;
                    self.after_return = false;
                }
                Some(b'\r') => {
                    self.line += u64::from(self.after_return);
                    self.after_return = true;
                }
                _ => {
                    self.line += u64::from(self.after_return);
                    self.after_return = false;
                    return Ok(());
                }
            }
            self.at += 1;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.at >= self.filled && !self.ended {
            self.at = 0;
            self.filled = match self.inner.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.ended = self.filled == 0;
        }
        Ok(())
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
