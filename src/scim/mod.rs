//! Provisioning by a directory (SCIM 2.0, RFC 7643 and 7644): people come, change and leave as it says, and its groups
//! give the roles that rules in the console say.
//!
//! Owns the `scim_*` tables, the interface at `/scim/v2` and the console's page for its tokens. Who people are is
//! identity's (`identity::provisioned`, `identity::vouched`), and the rules are sso's.

pub mod api;
mod error;
pub mod filter;
mod groups;
pub mod pages;
pub mod patch;
mod policy;
pub mod query;
mod roles;
pub mod schema;
mod store;
mod token_store;
pub mod tokens;
mod users;

pub use error::ScimError;
