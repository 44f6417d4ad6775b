//! What must be true of the whole.

mod isolation;
mod migrations;
mod schema;
