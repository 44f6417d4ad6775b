//! Wires everything once from the configuration, and runs it: the only module that knows all the others.

pub mod api;
pub mod database;
pub mod demo;
pub mod front;
mod health;
mod home;
pub mod listener;
pub mod logging;
mod machine;
mod metrics;
pub mod navigation;
pub mod openapi;
mod preview;
mod redirect;
pub mod routes;
pub mod serve;
pub mod wiring;
