//! Slice: from which networks people may come, for everyone, for the console and for each role.
//!
//! Owns the rules, their pages, and the gate that the edge asks about every request of somebody who is signed in. What
//! a list says of an address is `kernel::network`, which also serves lists kept elsewhere.

mod error;
pub mod gate;
mod model;
pub mod operator;
pub mod pages;
mod policy;
mod service;
mod store;

pub use error::NetworkError;
