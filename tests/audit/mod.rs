//! The audit log on a real Postgres: sequencing, tampering, and who may read it.

mod rights;
mod sequencing;
mod tampering;
mod world;
