//! The verbs of the command line, by the real binary.

mod user;
