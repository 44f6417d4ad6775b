//! An answer that is kept until the plugin has read it: raw values, one after the other, as Postgres sent them.
//!
//! Only sums are kept (`rows_store` says why); they are few. Pure.

/// Values row by row: a length and the bytes of each, no bytes and the length [`MISSING`] for one that is missing.
#[derive(Debug, Default)]
pub(super) struct Held {
    bytes: Vec<u8>,
    /// Up to where it has been read.
    at: usize,
}

const MISSING: u32 = u32::MAX;

impl Held {
    /// Keeps a value; `false` when it is too long to be one.
    pub(super) fn push(&mut self, value: Option<&[u8]>) -> bool {
        let Ok(length) = value.map_or(Ok(MISSING), |bytes| u32::try_from(bytes.len())) else { return false };
        self.bytes.extend(length.to_be_bytes());
        self.bytes.extend(value.unwrap_or_default());
        true
    }

    /// Whether everything was read.
    pub(super) fn is_over(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The next value; nothing at the end.
    pub(super) fn next(&mut self) -> Option<Option<&[u8]>> {
        let (length, rest) = self.bytes.get(self.at..)?.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length);
        self.at += 4;
        if length == MISSING {
            return Some(None);
        }
        let value = rest.get(..usize::try_from(length).ok()?)?;
        self.at += value.len();
        Some(Some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_in_their_order_and_missing_ones_as_missing() {
        let mut held = Held::default();
        for value in [Some(b"abc".as_slice()), None, Some(b"".as_slice()), Some(b"d".as_slice())] {
            assert!(held.push(value));
        }
        let mut read = Vec::new();
        while !held.is_over() {
            read.push(held.next().expect("a value").map(<[u8]>::to_vec));
        }
        assert_eq!(read, [Some(b"abc".to_vec()), None, Some(Vec::new()), Some(b"d".to_vec())]);
        assert_eq!(held.next(), None);
    }
}
