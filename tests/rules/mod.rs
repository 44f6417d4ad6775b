//! What must be true of the whole.

mod access;
mod api;
mod isolation;
mod log;
mod migrations;
mod policies;
mod routes;
mod schema;
