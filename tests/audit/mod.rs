//! The audit log on a real Postgres: sequencing, tampering, and who may read it.

mod killed;
mod rights;
mod scale;
mod sequencing;
mod tampering;
mod world;
