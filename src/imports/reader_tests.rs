//! The reader against a writer, against chunks of every size, and against rubbish.

use proptest::prelude::*;

use super::super::text::{Separator, Surveyor};
use super::*;

/// Gives at most `size` bytes at once.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let take = self.0.len().min(self.1).min(to.len());
        to[..take].copy_from_slice(&self.0[..take]);
        self.0 = &self.0[take..];
        Ok(take)
    }
}

fn shape(bytes: &[u8]) -> Shape {
    let mut surveyor = Surveyor::default();
    surveyor.push(bytes);
    surveyor.finish().expect("text").shape
}

fn small() -> Limits {
    Limits { row_bytes: 40, cell_bytes: 20, cells: 4 }
}

/// Line, cells or fault of every row.
fn rows(bytes: &[u8], shape: Shape, limits: Limits, chunk: usize) -> Vec<(u64, Result<Vec<String>, String>)> {
    let mut reader = Reader::open(Drip(bytes, chunk), shape, limits).expect("header");
    let mut record = reader.record();
    let mut rows = Vec::new();
    while reader.read(&mut record).expect("in memory") {
        let row = match record.fault() {
            Some(fault) => Err(fault),
            None => Ok(record.cells().map(Cow::into_owned).collect()),
        };
        rows.push((record.line(), row));
    }
    rows
}

fn read(text: &str) -> Vec<(u64, Result<Vec<String>, String>)> {
    rows(text.as_bytes(), shape(text.as_bytes()), small(), 7)
}

fn good(cells: &[&str]) -> Result<Vec<String>, String> {
    Ok(cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn rows_know_their_lines_whatever_ends_a_line() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a,b", "1,2", "", "\"3\",4", ""].join(end);
        assert_eq!(read(&text), [(2, good(&["1", "2"])), (4, good(&["3", "4"]))], "{end:?}");
    }
}

#[test]
fn a_line_break_in_quotes_stays_in_its_cell() {
    assert_eq!(read("a,b\n\"1\n2\",3\n4,5\n"), [(2, good(&["1\n2", "3"])), (4, good(&["4", "5"]))]);
}

#[test]
fn a_row_of_another_width_is_refused_and_the_next_is_read() {
    let found = read("a,b\n1,2,3\n4,5\n");
    let fault = found[0].1.as_ref().expect_err("too wide");
    assert!(fault.contains("3 cells and the header has 2"), "{fault}");
    assert_eq!(found[1], (3, good(&["4", "5"])));
}

#[test]
fn a_row_over_the_limit_is_refused_and_the_next_is_read() {
    for row in [format!("{},1", "x".repeat(500)), format!("1{}", ",1".repeat(30)), format!("{},1", "y".repeat(25))] {
        let found = read(&format!("a,b\n{row}\n4,5\n"));
        assert_eq!(found.len(), 2, "{row}");
        assert!(found[0].1.is_err());
        assert_eq!(found[1], (3, good(&["4", "5"])));
    }
}

#[test]
fn a_quote_that_is_never_closed_is_pointed_at() {
    let found = read("a,b\n1,\"2\n3,4\n5,6\n");
    assert_eq!(found.len(), 1);
    let fault = found[0].1.clone().err().or_else(|| {
        // Few enough bytes that the rest of the file fits into the last cell: then the row stands as it is.
        found[0].1.as_ref().ok().map(|cells| cells[1].clone())
    });
    assert!(fault.is_some_and(|text| text.contains('3')));
    let long = read(&format!("a,b\n1,\"2\n{}", "3,4\n".repeat(50)));
    let fault = long[0].1.as_ref().expect_err("the rest of the file is no cell");
    assert!(fault.contains("closing quotation mark"), "{fault}");
}

#[test]
fn rows_of_nothing_are_passed_over_and_counted() {
    let text = b"a,b\n,\n 1,2\n , \n";
    let mut reader = Reader::open(&text[..], shape(text), small()).expect("header");
    let mut record = reader.record();
    assert!(reader.read(&mut record).expect("row"));
    assert_eq!((record.line(), record.cell(0).as_ref(), record.cell(9).as_ref()), (3, "1", ""));
    assert!(!reader.read(&mut record).expect("end"));
    assert_eq!(reader.blank_rows(), 2);
}

#[test]
fn a_header_over_the_limit_is_an_error_that_says_so() {
    let text = "x".repeat(100);
    let error = Reader::open(text.as_bytes(), shape(b"a,b\n"), small()).err().expect("refused");
    assert!(error.to_string().contains("header row"), "{error}");
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2_usize..5).prop_flat_map(|width| {
        let cell = prop_oneof!["[a-z0-9][a-z0-9 ]{0,5}", "[\",;\t\r\nåé€'=]{0,6}x"];
        proptest::collection::vec(proptest::collection::vec(cell, width), 1..8)
    })
}

proptest! {
    #[test]
    fn what_a_writer_wrote_is_read_back(
        body in table(),
        separator in prop_oneof![Just(Separator::Comma), Just(Separator::Semicolon), Just(Separator::Tab)],
        crlf: bool,
        mark: bool,
        chunk in 1_usize..40,
    ) {
        let header: Vec<String> = (0..body[0].len()).map(|column| format!("column {column}")).collect();
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut bytes = if mark { vec![0xEF, 0xBB, 0xBF] } else { Vec::new() };
        let mut lines = vec![];
        for row in std::iter::once(&header).chain(&body) {
            lines.push(1 + bytes.iter().filter(|byte| **byte == b'\n').count());
            let mut writer =
                csv::WriterBuilder::new().delimiter(separator.byte()).terminator(end).from_writer(&mut bytes);
            writer.write_record(row).expect("memory");
            writer.flush().expect("memory");
        }
        let shape = Shape { encoding: Encoding::Utf8, separator, skip: if mark { 3 } else { 0 }, skip_lines: 0 };
        let found = rows(&bytes, shape, Limits::default(), chunk);
        let expected: Vec<_> = body.iter().zip(&lines[1..]).map(|(row, line)| (u64::try_from(*line).unwrap_or(0), Ok(row.clone()))).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn rubbish_never_panics_and_chunks_do_not_matter(bytes in proptest::collection::vec(any::<u8>(), 0..300), chunk in 1_usize..9) {
        let shape = Shape { encoding: Encoding::Windows1252, separator: Separator::Comma, skip: 0, skip_lines: 0 };
        let open = |size| Reader::open(Drip(&bytes, size), shape, small()).is_ok();
        prop_assert_eq!(open(chunk), open(4096));
        if open(4096) {
            prop_assert_eq!(rows(&bytes, shape, small(), chunk), rows(&bytes, shape, small(), 4096));
        }
    }
}
