//! By address.

mod access;
mod account;
mod api_duties;
mod audit;
mod competences;
mod cpd;
pub mod duties;
mod factors;
mod imports;
mod kinds;
mod network;
mod people;
mod plugins;
mod roles;
mod scim;
mod security;
mod security_log;
mod set_up;
mod sign_in;
mod sign_in_rules;
mod sso;
mod step_up;
mod team;
pub mod tokens;
mod units;
