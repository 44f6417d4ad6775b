//! People and how they come in: accounts, passwords, sessions, roles, the first set-up.
//!
//! Owns `people`, the four tables of HR fields, `accounts`, `sessions`, `roles`, `role_permissions`, `role_grants`,
//! `grant_requests`, `sign_in_directory`, `sign_in_throttle`, `setup_links`, `password_links` and `known_devices`. Does
//! not own units (organisation) or what people did (duties).

pub mod access;
mod approval_store;
pub mod approvals;
pub mod error;
pub mod explain;
mod explain_store;
pub mod forgotten;
mod grant_store;
pub mod grants;
pub mod hr;
mod hr_store;
pub mod invitation_job;
mod invitation_store;
pub mod invitations;
mod known_device_store;
mod known_devices;
mod mailed_link_store;
pub mod mailed_links;
pub mod operator;
mod operator_store;
pub mod own_password;
pub mod pages;
pub mod password_links;
mod password_store;
pub mod passwords;
pub mod people;
mod people_store;
mod policy;
pub mod preview_session;
pub mod role_design;
mod role_design_store;
pub mod roles;
pub mod sessions;
pub mod setup;
mod setup_store;
pub mod sign_in;
mod store;
pub mod throttle;
pub mod welcome;
mod welcome_store;

pub use error::IdentityError;
