//! Lengths that tell little: what is sealed is filled up to one of a few sizes.

use zeroize::Zeroizing;

/// The sizes, in bytes, that a padded text may have.
const SIZES: [usize; 4] = [4_096, 16_384, 65_536, 262_144];

/// Bytes of the length in front.
const HEAD: usize = 4;

/// Most bytes that can be padded.
pub const MOST: usize = 262_144 - HEAD;

/// There is more than the largest size holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is more than {MOST} bytes to seal")]
pub struct TooLong;

/// `plain` with its length in front and zeros behind, in the smallest size that holds it.
pub(super) fn pad(plain: &[u8]) -> Result<Zeroizing<Vec<u8>>, TooLong> {
    let needed = plain.len().checked_add(HEAD).ok_or(TooLong)?;
    let size = SIZES.into_iter().find(|size| *size >= needed).ok_or(TooLong)?;
    let length = u32::try_from(plain.len()).ok().ok_or(TooLong)?;
    let mut padded = Zeroizing::new(Vec::with_capacity(size));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(plain);
    padded.resize(size, 0);
    Ok(padded)
}

/// What [`pad`] was given; `None` when that is not how it was made.
pub(super) fn strip(padded: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    let (head, rest) = padded.split_first_chunk::<HEAD>()?;
    let length = usize::try_from(u32::from_be_bytes(*head)).ok()?;
    let (plain, fill) = rest.split_at_checked(length)?;
    fill.iter().all(|byte| *byte == 0).then(|| Zeroizing::new(plain.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back_and_shows_only_its_size() {
        for (length, size) in
            [(0, 4_096), (1, 4_096), (4_092, 4_096), (4_093, 16_384), (40_000, 65_536), (MOST, 262_144)]
        {
            let plain = vec![7; length];
            let padded = pad(&plain).expect("fits");
            assert_eq!(padded.len(), size, "{length}");
            assert_eq!(strip(padded).expect("ours").as_slice(), plain, "{length}");
        }
        assert_eq!(pad(&vec![7; MOST + 1]).err(), Some(TooLong));
    }

    #[test]
    fn what_was_not_padded_is_refused() {
        for wrong in [vec![], vec![0, 0, 0], vec![0, 0, 0, 9, 1], vec![0, 0, 0, 1, 1, 1]] {
            assert!(strip(Zeroizing::new(wrong)).is_none());
        }
    }
}
