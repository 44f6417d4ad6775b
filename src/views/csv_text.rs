//! What every CSV file that people open in a spreadsheet needs: a byte order mark, and no cell that runs as a formula.

use std::borrow::Cow;

/// Put first in the file: without it Excel reads UTF-8 as something else.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// `text` as a cell: what would start a formula gets an apostrophe before it.
///
/// For text alone. Numbers that we write ourselves may start with a minus sign and stay numbers.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A small table as a file, whole in memory: its head, then its rows. Guard what people typed before.
pub fn table<const N: usize>(head: [&str; N], mut rows: impl Iterator<Item = [String; N]>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BOM.to_vec());
    // Writing to memory does not fail; a record is as long as the head.
    let written = (|| {
        writer.write_record(head)?;
        rows.try_for_each(|row| writer.write_record(row))
    })();
    debug_assert!(written.is_ok());
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_starts_a_formula() {
        for text in ["=1+1", "+44", "-2", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        assert_eq!(guarded("a=b"), "a=b");
        assert_eq!(guarded(""), "");
    }
}
