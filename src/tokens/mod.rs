//! Tokens: how programs are let in to the API, for a person or for the organisation.
//!
//! Owns `api_tokens`, their scopes and the log of their uses. A token's text is shown once; its SHA-256 is kept. What a
//! token may do is what its person may do at that moment, cut down to its scopes: here, in the caller that is made of
//! it, and again in the database (`app_limit`). Does not own how a request brings one (`http::bearer`), nor roles.

mod acting;
mod error;
mod export;
pub mod model;
pub mod pages;
mod policy;
pub mod purge;
mod rules;
mod service;
mod store;
pub mod usage;

pub use acting::{Resolver, loader};
pub use error::TokenError;
