//! Keyset cursors: where a list goes on, as an opaque word in an address.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use uuid::Uuid;

/// The beginning of the year 1, in seconds since 1970.
const YEAR_ONE_S: i64 = -62_135_596_800;

/// The last row seen of a list ordered by an instant and then an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The row's instant, to the microsecond (what Postgres keeps).
    pub at: Timestamp,
    /// The row's id.
    pub id: Uuid,
}

impl Cursor {
    /// The cursor as it stands in an address: 32 characters of base64url.
    pub fn encode(&self) -> String {
        let mut raw = [0_u8; 24];
        let (at, id) = raw.split_at_mut(8);
        at.copy_from_slice(&self.at.as_microsecond().to_be_bytes());
        id.copy_from_slice(self.id.as_bytes());
        BASE64URL_NOPAD.encode(&raw)
    }

    /// Reads what [`Cursor::encode`] wrote; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        let raw = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (at, id) = raw.split_first_chunk::<8>()?;
        let at = Timestamp::from_microsecond(i64::from_be_bytes(*at)).ok()?;
        // Made up by somebody: no row is as old as that, and Postgres would refuse to compare it.
        if at.as_second() < YEAR_ONE_S {
            return None;
        }
        Some(Self { at, id: Uuid::from_slice(id).ok()? })
    }
}

/// A page of a list of which one row more than `limit` was asked for: its rows, and where the next page goes on if that
/// row came.
pub fn page_of<T, C>(mut rows: Vec<T>, limit: usize, cursor: impl FnOnce(&T) -> C) -> (Vec<T>, Option<C>) {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_last| more).map(cursor);
    (rows, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_after_its_last_row_if_there_is_one_more() {
        assert_eq!(page_of(vec![1, 2, 3], 2, |last| *last), (vec![1, 2], Some(2)));
        assert_eq!(page_of(vec![1, 2], 2, |last| *last), (vec![1, 2], None));
        assert_eq!(page_of(Vec::<u8>::new(), 2, |last| *last), (vec![], None));
    }

    #[test]
    fn a_cursor_survives_the_address_bar() {
        let cursor = Cursor { at: "2026-03-29T00:59:59.123456Z".parse().expect("time"), id: Uuid::from_u128(7) };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
    }

    #[test]
    fn a_cursor_from_before_the_calendar_is_none() {
        let cursor = |second| Cursor { at: Timestamp::from_second(second).expect("time"), id: Uuid::from_u128(7) };
        assert!(Cursor::decode(&cursor(YEAR_ONE_S).encode()).is_some());
        assert_eq!(Cursor::decode(&cursor(YEAR_ONE_S - 1).encode()), None);
    }

    #[test]
    fn nonsense_is_no_cursor() {
        for text in ["", "x", "AAAA", "not base64 !", &"A".repeat(40)] {
            assert_eq!(Cursor::decode(text), None, "{text}");
        }
    }
}
