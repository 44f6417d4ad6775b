//! The rules of timesheets: which days a period has, what is worth a second look, what a reason must be. Pure.

pub mod period;
pub mod warnings;

use sha2::{Digest as _, Sha256};

use super::model::{Line, Sheet};

/// Characters of a reason at most; the database holds the same limit.
pub const LONGEST_REASON: usize = 500;

/// The longest time for which somebody may be named to decide in one's stead, in days; the database holds the same limit.
pub const LONGEST_DELEGATION_DAYS: i32 = 92;

/// What stands for a sheet as it is shown: another text whenever it moved, or a duty of it was added, changed or removed,
/// or counts for another time.
/// Whoever decides sends it back, so that nobody decides on hours that they have not seen.
pub fn mark(sheet: &Sheet, lines: &[Line]) -> String {
    let mut digest = Sha256::new();
    digest.update(sheet.id.0.as_bytes());
    digest.update(sheet.revision.to_be_bytes());
    for line in lines {
        digest.update(line.duty.0.as_bytes());
        digest.update(line.revision.to_be_bytes());
        digest.update(line.counted_minutes.to_be_bytes());
    }
    data_encoding::HEXLOWER.encode(&digest.finalize()).chars().take(32).collect()
}

/// What duties come to, each minute once, and how many minutes of theirs are at the same time as another duty.
pub fn counted(lines: &[Line]) -> (i32, i32) {
    let sum = |minutes: fn(&Line) -> i32| lines.iter().fold(0_i32, |sum, line| sum.saturating_add(minutes(line)));
    let once = sum(|line| line.counted_minutes);
    (once, sum(|line| line.worked_minutes).saturating_sub(once))
}

/// Checks why somebody returns, reopens or refuses: one line, said.
///
/// # Errors
/// What to do about it, as a sentence without a full stop.
pub fn check_reason(text: &str) -> Result<String, &'static str> {
    match optional_reason(text)? {
        Some(reason) => Ok(reason),
        None => Err("Say why: it is shown to the person, and kept"),
    }
}

/// The same where a reason may be left out.
///
/// # Errors
/// As [`check_reason`].
pub fn optional_reason(text: &str) -> Result<Option<String>, &'static str> {
    let reason: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.chars().any(char::is_control) {
        return Err("Write it without control characters");
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err("Shorten it to 500 characters");
    }
    Ok((!reason.is_empty()).then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_at_most_500_characters() {
        assert_eq!(check_reason("  two\n lines\t here "), Ok("two lines here".to_owned()));
        assert!(check_reason(" \n ").is_err() && check_reason(&"é".repeat(501)).is_err());
        assert!(check_reason("a\u{7}b").is_err());
        assert_eq!(check_reason(&"é".repeat(500)).map(|reason| reason.chars().count()), Ok(500));
        assert_eq!(optional_reason("  "), Ok(None));
    }
}
