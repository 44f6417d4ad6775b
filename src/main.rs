//! Watchroom's program: hands the command line to [`watchroom::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    watchroom::cli::run()
}
