//! The world that a test acts in: a fresh database, the wired program, and clients with names.

mod app;
mod authenticator;
mod client;
mod postgres;
mod raw;
mod smtp;
mod world;

pub use app::{PASSWORD, TestApp};
pub use authenticator::{Authenticator, Given};
pub use client::{Answer, Client};
pub use postgres::TestDatabase;
pub use smtp::{Asks, MailServer};
pub use world::{Context, Somebody};
