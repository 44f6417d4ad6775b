//! The verbs of signals. Plain values in and out.

mod facts;
mod looking;
mod own;
mod tuning;

pub use looking::look_at_everybody;
pub use own::{Own, Signal, count, own, snooze, switch, tell, told};
pub use tuning::{reset, rule, rules, tune};
