//! Applications to join: vacancies with their own questions, stages and criteria, a public form for people from outside,
//! and what those who handle applications do with what comes in.
//!
//! Owns `vacancies` and the tables whose names begin with `application`. An applicant is nobody's account: what they see
//! again, they see by a reference and a code of which only a hash is kept. Whoever succeeds becomes a person by
//! `identity`. Files follow the rules of `cpd` for evidence. No data on equality is asked for or kept.

pub mod error;
pub mod job;
pub mod letters;
pub mod model;
pub mod pages;
pub mod policy;
pub mod rules;
pub mod service;
mod store;
pub mod today;

pub use error::ApplicationError;
