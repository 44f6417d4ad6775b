//! What a vault is made of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::crypto::personal::passkey::LENGTH;
use crate::crypto::personal::{PublicKey, Wrap};
use crate::kernel::ids::PasskeyId;

/// The public side of somebody's vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vault {
    /// What is sealed to.
    pub public: PublicKey,
    /// That the appliance wrote it.
    pub proof: [u8; 32],
}

/// What goes into an authenticator, for the secret that it gives out. Chosen at random for each wrap; no secret itself.
pub type Input = [u8; LENGTH];

/// A passkey of its person's that opens a vault.
#[derive(Debug, Clone)]
pub struct PasskeyWrap {
    /// Which.
    pub passkey: PasskeyId,
    /// Its id at its authenticator.
    pub credential: Vec<u8>,
    /// What its person calls it.
    pub name: String,
    /// Since when it opens this vault.
    pub added_at: Timestamp,
    /// What its authenticator is asked with.
    pub input: Input,
    /// The private key, as it opens it.
    pub wrap: Wrap,
}

/// What was done with a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// It was made.
    SetUp,
    /// It was unlocked with the passphrase.
    Unlocked,
    /// It was unlocked with a passkey.
    UnlockedByPasskey,
    /// Somebody tried with a passphrase, a code or a passkey that was wrong.
    Refused,
    /// The passphrase was changed.
    NewPassphrase,
    /// A new recovery code was made.
    NewCode,
    /// The recovery code was used.
    Recovered,
    /// A passkey opens it from now on.
    PasskeyAdded,
    /// A passkey opens it no longer.
    PasskeyRemoved,
}

impl Deed {
    /// As its person reads it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SetUp => "Set up",
            Self::Unlocked => "Unlocked",
            Self::UnlockedByPasskey => "Unlocked with a passkey",
            Self::Refused => "A wrong passphrase, code or passkey was tried",
            Self::NewPassphrase => "Passphrase changed",
            Self::NewCode => "New recovery code made",
            Self::Recovered => "Recovery code used, passphrase replaced",
            Self::PasskeyAdded => "Passkey added",
            Self::PasskeyRemoved => "Passkey removed",
        }
    }
}

/// A receipt: what was done with a vault, and when. Sealed to its person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// When.
    pub at: Timestamp,
    /// What.
    pub deed: Deed,
    /// From where, without the last part of the address.
    pub from: Option<String>,
}

impl Receipt {
    /// Bytes of a receipt as it is sealed: all alike, so that their length does not tell them apart.
    const LENGTH: usize = 192;

    /// As it is sealed.
    pub(super) fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self).ok()?;
        // JSON does not mind the space behind it.
        (bytes.len() <= Self::LENGTH).then(|| {
            bytes.resize(Self::LENGTH, b' ');
            bytes
        })
    }

    /// Reads what [`Receipt::to_bytes`] wrote.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_are_equally_long_and_come_back() {
        let longest = Some("2001:db8:1234:5678:9abc:def0:1234:xxxx".to_owned());
        for (deed, from) in [(Deed::SetUp, None), (Deed::UnlockedByPasskey, longest), (Deed::Refused, None)] {
            let receipt = Receipt { at: "2026-11-24T09:00:00.123456Z".parse().expect("a time"), deed, from };
            let bytes = receipt.to_bytes().expect("short");
            assert_eq!(bytes.len(), Receipt::LENGTH);
            assert_eq!(Receipt::from_bytes(&bytes), Some(receipt));
        }
    }
}
