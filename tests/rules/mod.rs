//! What must be true of the whole.

mod access;
mod isolation;
mod migrations;
mod routes;
mod schema;
