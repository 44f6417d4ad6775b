//! People and how they come in: accounts, passwords, sessions, roles, the first set-up.
//!
//! Owns `people`, the four tables of HR fields, `accounts`, `sessions`, `sign_in_steps`, `roles`, `role_permissions`,
//! `role_grants`, `grant_requests`, `sign_in_directory`, `sign_in_throttle`, `sign_in_rules`, `role_sign_in_rules`,
//! `sign_in_methods`, `sign_in_doors`,
//! `setup_links`, `password_links`, `known_devices`, `totp_secrets`, `passkeys`, `passkey_ceremonies`, `recovery_codes`
//! and `factor_resets`, `planned_moves`. Does not own units (organisation) or what people did (duties).

pub mod access;
mod approval_store;
pub mod approvals;
pub mod devices;
pub mod doors;
pub mod error;
pub mod explain;
mod explain_store;
pub mod factor_door;
pub mod factors;
pub mod forgotten;
mod grant_store;
pub mod grants;
pub mod hr;
mod hr_store;
pub mod invitation_job;
mod invitation_store;
pub mod invitations;
pub mod joining;
mod known_device_store;
mod known_devices;
mod mailed_link_store;
pub mod mailed_links;
pub mod methods;
pub mod move_job;
pub mod moves;
mod moves_policy;
mod moves_store;
pub mod operator;
mod operator_factors;
mod operator_factors_store;
mod operator_store;
pub mod own_password;
pub mod pages;
pub mod password_links;
pub mod password_rules;
mod password_store;
pub mod passwords;
pub mod people;
mod people_store;
mod policy;
pub mod preview_session;
pub mod provisioned;
mod reset_store;
pub mod role_design;
mod role_design_store;
pub mod roles;
mod session_store;
pub mod sessions;
pub mod setup;
mod setup_store;
pub mod sign_in;
pub mod sign_in_rules;
mod sign_in_rules_store;
pub mod step_up;
mod store;
pub mod throttle;
pub mod today;
pub mod vouched;
mod vouched_store;
pub mod welcome;
mod welcome_store;

pub use error::IdentityError;
