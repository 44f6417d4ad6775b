//! Watchroom's program: hands the command line to [`watchroom::cli`].

fn main() {}
