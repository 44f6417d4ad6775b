//! Keys, hashes, and the mathematics of a log that cannot be rewritten unseen.
//!
//! Owns: the appliance's keyring, keyed hashes and random tokens, boxes that only a person can open, the RFC 6962 Merkle
//! tree, its C2SP tiles on disk and its signed checkpoints. Knows no database, no slice and no web framework; `audit` and
//! `vault` put these parts to work.

pub mod api_token;
pub mod checkpoint;
pub mod keyring;
pub mod merkle;
pub mod personal;
pub mod random;
mod sealed;
pub mod tile_tree;
pub mod tiles;
pub mod token;

pub use api_token::{ApiToken, NotAToken, TokenKind};
pub use keyring::{KeyError, Keyring};
pub use merkle::Hash;
pub use random::RandomError;
pub use token::{Token, TokenDigest, same};
