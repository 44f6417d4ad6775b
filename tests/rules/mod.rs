//! What must be true of the whole.

mod migrations;
mod schema;
