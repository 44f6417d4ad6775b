//! A vault of somebody's own: a key pair whose private half opens only by what they alone know.
//!
//! Owns the tables whose names begin with `vault_`, and the keys that are unlocked for a while in this process's
//! memory. What is sealed in it belongs to other slices: they seal to a public key that the appliance vouches for
//! ([`Vaults::vouched`]), and open with the key that its person unlocked ([`pages::opened`]). Nothing here writes to the
//! audit trail, for who reads that could count; what was done is kept as receipts that the person alone reads.

pub mod error;
pub mod model;
pub mod pages;
mod passkey_store;
pub mod passkeys;
pub mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod unlocked;

pub use error::VaultError;
pub use passkeys::Passkeys;
pub use unlocked::{SessionKey, Vaults};
