//! Unpredictable bytes, from the operating system and nowhere else.
//!
//! Not an argument like the clock: what is made of these bytes is secret, so no test may know it in advance.

/// The operating system gave no random bytes; nothing secret may be made without them.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct RandomError(#[from] getrandom::Error);

/// `N` unpredictable bytes.
///
/// # Errors
/// [`RandomError`] when the operating system has none to give.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut out = [0_u8; N];
    getrandom::fill(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        assert_ne!(bytes::<32>().expect("random"), bytes::<32>().expect("random"));
    }
}
