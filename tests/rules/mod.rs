//! What must be true of the whole.

mod access;
mod accounts;
mod api;
mod asvs;
mod decisions;
mod fields;
mod isolation;
mod layers;
mod log;
mod migrations;
mod pages_at_scale;
mod permissions;
mod policies;
mod raw;
mod raw_walk;
mod routes;
mod schema;
mod step_up;
