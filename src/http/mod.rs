//! The edge: routes as data, the life of a request, problems, forms, sessions, uploads.
//!
//! Owns what every page and API of every slice shares; knows no slice. What it must know of them is handed in when
//! the program is wired (`app`): the table of routes, how a session is found, what the navigation holds.
//!
//! A handler takes [`Ask`] (who asks, for what, and how to answer them) and returns `Result<HttpResponse, Failure>`:
//! it parses, calls its slice's service, and shapes the answer.

pub mod ask;
pub mod bearer;
mod body;
pub mod condition;
pub mod connection;
pub mod csrf;
pub mod edge;
pub mod form;
pub mod headers;
pub mod json;
pub mod problem;
mod rate;
pub mod route;
pub mod session;
pub mod site;
mod step_up;
pub mod tls;
pub mod upload;

pub use ask::{Ask, FlashKind};
pub use condition::{IdempotencyKey, IfMatch};
pub use edge::END_PREVIEW;
pub use form::Posted;
pub use json::{JsonBody, QueryOf};
pub use problem::{AsProblem, Failure, FieldProblem, Problem, ProblemBody};
pub use route::{Access, Class, Route};
pub use session::{FoundSession, SessionCookie, SessionFacts, SessionResolver};
pub use site::{Bell, NetworkGate, Rung, Site};
pub use step_up::came_from;
