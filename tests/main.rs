//! The integration tests: one binary, so that it links once. Real Postgres, the real routes, a clock moved by hand.
//!
//! `routes/` follows the addresses, `rules/` holds what must be true of the whole, `support/` builds the world.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so; clippy knows test functions, but not what they call"
)]
#![expect(unreachable_pub, reason = "a test binary has no outside; `pub` reads better than `pub(crate)` here")]

mod audit;
mod cli;
mod limits;
mod mail;
mod routes;
mod rules;
mod support;
