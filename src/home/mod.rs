//! The first page: what needs somebody today, and the figures that they look at every day, each with the way to exactly
//! what it counts.
//!
//! Owns the cards and the page; no table, and no SQL. What a card says comes from the slices, and the wiring
//! (`app::home`) holds the list of who is asked.

pub mod model;
mod pages;

pub use model::{Card, Section, Unread};
pub use pages::HomePage;
