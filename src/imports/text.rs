//! What kind of text a file is: its encoding, its separator, how many rows it seems to have.
//!
//! [`Surveyor`] looks at a file as it streams by (at the upload, or at any read of it) and never holds more of it than
//! its head. It refuses what is not text at all with a sentence that says what to save instead.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Bytes of the head that the separator is sniffed from.
const HEAD_BYTES: usize = 64 * 1024;

/// Rows of the head that the separator is sniffed from.
const HEAD_ROWS: usize = 20;

/// How the file's bytes are letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8; the file is valid from end to end.
    Utf8,
    /// Windows-1252, what older Excel writes in the UK: taken when the file is not UTF-8.
    Windows1252,
}

/// What Windows-1252 has at 0x80 to 0x9F; the five bytes that it leaves open become U+FFFD.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž', '\u{FFFD}', '\u{FFFD}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}', 'ž', 'Ÿ',
];

impl Encoding {
    /// `bytes` as text. Never fails: what is no letter becomes U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Windows1252 => match std::str::from_utf8(bytes) {
                Ok(text) if text.is_ascii() => Cow::Borrowed(text),
                _ => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
            },
        }
    }

    /// What to call it on a page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

fn windows_1252(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        Some(high) => WINDOWS_1252.get(usize::from(high)).copied().unwrap_or(char::from(byte)),
        None => char::from(byte),
    }
}

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Separator {
    const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// Its byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    /// What to call it on a page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
        }
    }
}

/// How to read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// How its bytes are letters.
    pub encoding: Encoding,
    /// What stands between two cells.
    pub separator: Separator,
    /// Bytes before the header row: a byte order mark, an Excel `sep=` line.
    pub skip: u64,
    /// Lines before the header row.
    pub skip_lines: u64,
}

/// What a look at the whole file showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// How to read it.
    pub shape: Shape,
    /// Its size in bytes.
    pub bytes: u64,
    /// Rows below the header: line ends outside quotes, so empty lines count too. For progress, not for accounts.
    pub rows: u64,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Nothing in it.
    #[error("The file is empty. Choose a CSV file with a header row and at least one row below it.")]
    Empty,
    /// A zip container: .xlsx, .ods.
    #[error(
        "This is a spreadsheet workbook, not a CSV file. Open it, choose Save As, \"CSV UTF-8 (comma delimited)\", and upload that file."
    )]
    Workbook,
    /// UTF-16.
    #[error(
        "The file is UTF-16 text, which Watchroom does not read. Open it in your spreadsheet program and save it as \"CSV UTF-8\"."
    )]
    Utf16,
    /// Zero bytes.
    #[error("The file is not text: it holds zero bytes. Upload the CSV file itself, not a program's own format.")]
    Binary,
}

/// Looks at a file as it streams by.
#[derive(Debug, Default)]
pub struct Surveyor {
    head: Vec<u8>,
    /// The beginning of a letter that the next chunk finishes.
    tail: Vec<u8>,
    not_utf8: bool,
    zero: bool,
    quoted: bool,
    bytes: u64,
    line_ends: u64,
    last: Option<u8>,
}

impl Surveyor {
    /// The next bytes of the file, in any portions.
    pub fn push(&mut self, chunk: &[u8]) {
        let room = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend(chunk.iter().take(room));
        self.bytes = self.bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        for byte in chunk {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted && self.last != Some(b'\r') => self.line_ends += 1,
                b'\r' if !self.quoted => self.line_ends += 1,
                0 => self.zero = true,
                _ => {}
            }
            self.last = Some(*byte);
        }
        if !self.not_utf8 {
            self.check(chunk);
        }
    }

    fn check(&mut self, chunk: &[u8]) {
        let joined = (!self.tail.is_empty()).then(|| [self.tail.as_slice(), chunk].concat());
        let bytes = joined.as_deref().unwrap_or(chunk);
        let rest = match std::str::from_utf8(bytes) {
            Ok(_) => Vec::new(),
            Err(error) if error.error_len().is_none() => bytes.get(error.valid_up_to()..).unwrap_or_default().to_vec(),
            Err(_) => {
                self.not_utf8 = true;
                Vec::new()
            }
        };
        self.tail = rest;
    }

    /// What the file is.
    ///
    /// # Errors
    /// [`TextFault`] when it is no text that we read.
    pub fn finish(self) -> Result<Survey, TextFault> {
        if self.head.starts_with(b"PK\x03\x04") || self.head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(TextFault::Workbook);
        }
        if self.head.starts_with(&[0xFF, 0xFE]) || self.head.starts_with(&[0xFE, 0xFF]) {
            return Err(TextFault::Utf16);
        }
        if self.zero {
            return Err(TextFault::Binary);
        }
        let utf8 = !self.not_utf8 && self.tail.is_empty();
        let encoding = if utf8 { Encoding::Utf8 } else { Encoding::Windows1252 };
        let mark = if self.head.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
        let text = self.head.get(mark..).unwrap_or_default();
        if text.iter().all(u8::is_ascii_whitespace) && self.bytes <= u64::try_from(HEAD_BYTES).unwrap_or(u64::MAX) {
            return Err(TextFault::Empty);
        }
        let (declared, line) = declared_separator(text);
        let separator = declared.unwrap_or_else(|| sniff(text));
        let skip_lines = u64::from(declared.is_some());
        let unfinished = u64::from(!matches!(self.last, Some(b'\n' | b'\r')));
        Ok(Survey {
            shape: Shape {
                encoding,
                separator,
                skip: u64::try_from(mark.saturating_add(line)).unwrap_or(0),
                skip_lines,
            },
            bytes: self.bytes,
            rows: self.line_ends.saturating_add(unfinished).saturating_sub(1 + skip_lines),
        })
    }
}

/// Excel's own first line, `sep=;`, and how many bytes it takes.
fn declared_separator(text: &[u8]) -> (Option<Separator>, usize) {
    let line: Vec<u8> = text.iter().copied().take(8).take_while(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let found = match line.as_slice() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', byte] => {
            Separator::ALL.into_iter().find(|one| one.byte() == *byte)
        }
        _ => None,
    };
    let ends = text.iter().skip(line.len()).take(2).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    if found.is_some() { (found, line.len() + ends) } else { (None, 0) }
}

/// The separator that cuts the first rows into the most cells, equally many in each; a comma when none does.
fn sniff(text: &[u8]) -> Separator {
    let score = |separator: Separator| {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator.byte()).from_reader(text);
        let widths: Vec<usize> =
            reader.byte_records().take(HEAD_ROWS).filter_map(Result::ok).map(|record| record.len()).collect();
        let header = widths.first().copied().unwrap_or(0);
        let equal = widths.iter().filter(|width| **width == header).count();
        // A header of one cell was not cut at all.
        if header < 2 { (0, 0) } else { (equal * 100 / widths.len().max(1), header) }
    };
    // Mostly equal rows first, then more cells; the first of the best, so a comma wins a draw.
    let mut best = (Separator::Comma, (0, 0));
    for separator in Separator::ALL {
        let (equal, cells) = score(separator);
        let found = (usize::from(equal >= 50), cells);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn survey(bytes: &[u8]) -> Result<Survey, TextFault> {
        let mut surveyor = Surveyor::default();
        surveyor.push(bytes);
        surveyor.finish()
    }

    #[test]
    fn a_file_of_old_excel_is_windows_1252() {
        let found = survey(b"name,cost\nCaf\xE9,\x80 5\n").expect("text");
        assert_eq!(found.shape.encoding, Encoding::Windows1252);
        assert_eq!(found.shape.encoding.decode(b"Caf\xE9 \x80 5 \x93so\x94"), "Café € 5 “so”");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        let found = survey("\u{FEFF}a,b\n1,2\n".as_bytes()).expect("text");
        assert_eq!((found.shape.skip, found.rows), (3, 1));
    }

    #[test]
    fn the_separator_is_the_one_that_cuts_rows_alike() {
        let of = |text: &str| survey(text.as_bytes()).expect("text").shape.separator;
        assert_eq!(of("a;b\n1,5;2\n3,5;4\n"), Separator::Semicolon);
        assert_eq!(of("a\tb\n1\t2\n"), Separator::Tab);
        assert_eq!(of("a,b\n\"1;2;3;4\",2\n"), Separator::Comma);
        assert_eq!(of("one\ntwo\n"), Separator::Comma);
    }

    #[test]
    fn excels_own_first_line_is_believed_and_skipped() {
        let found = survey(b"sep=;\r\na,b;c\r\n1,1;2\r\n").expect("text");
        assert_eq!((found.shape.separator, found.shape.skip, found.shape.skip_lines), (Separator::Semicolon, 7, 1));
        assert_eq!(found.rows, 1);
    }

    #[test]
    fn what_is_not_text_is_refused_with_what_to_do() {
        assert_eq!(survey(b""), Err(TextFault::Empty));
        assert_eq!(survey(b" \r\n"), Err(TextFault::Empty));
        assert_eq!(survey(b"PK\x03\x04rest"), Err(TextFault::Workbook));
        assert_eq!(survey(b"\xFF\xFEa\0,\0b\0"), Err(TextFault::Utf16));
        assert_eq!(survey(b"a,b\n\0,1\n"), Err(TextFault::Binary));
        assert!(TextFault::Workbook.to_string().contains("CSV UTF-8"));
    }

    #[test]
    fn line_ends_in_quotes_are_not_rows() {
        assert_eq!(survey(b"a,b\n\"1\n2\",3\n4,5").expect("text").rows, 2);
        assert_eq!(survey(b"a,b\r1,2\r3,4\r").expect("text").rows, 2);
    }

    proptest! {
        #[test]
        fn portions_do_not_matter(text in "\\PC{0,80}", raw in proptest::collection::vec(any::<u8>(), 0..40), size in 1_usize..9) {
            for bytes in [text.as_bytes(), &raw] {
                let mut surveyor = Surveyor::default();
                bytes.chunks(size).for_each(|chunk| surveyor.push(chunk));
                prop_assert_eq!(surveyor.finish(), survey(bytes));
            }
        }

        #[test]
        fn utf8_is_recognised(text in "\\PC{1,80}") {
            prop_assume!(!text.trim_ascii().is_empty() && !text.starts_with("PK"));
            prop_assert_eq!(survey(text.as_bytes()).expect("text").shape.encoding, Encoding::Utf8);
        }
    }
}
