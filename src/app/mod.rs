//! Wires everything once from the configuration, and runs it: the only module that knows all the others.

pub mod front;
mod health;
pub mod navigation;
pub mod routes;
pub mod wiring;
