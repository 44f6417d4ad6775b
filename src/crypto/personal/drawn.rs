//! Randomness that was drawn before: HPKE wants a generator that cannot fail, and ours can.

use std::convert::Infallible;

use hpke::rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

/// Gives out the bytes that it was made with, once. HPKE asks for exactly as many as a key has.
pub(super) struct Drawn {
    bytes: Zeroizing<[u8; 32]>,
    used: usize,
}

impl Drawn {
    /// Of bytes from the operating system.
    pub(super) fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self { bytes, used: 0 }
    }

    /// The next bytes. Running dry would be a defect that gives away a secret, so it stops the program instead.
    fn take(&mut self, out: &mut [u8]) {
        let end = self.used.saturating_add(out.len());
        let next = self.bytes.get(self.used..end);
        assert!(next.is_some(), "HPKE asked for more randomness than a key has");
        if let Some(next) = next {
            out.copy_from_slice(next);
        }
        self.used = end;
    }
}

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.take(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.take(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.take(out);
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}
