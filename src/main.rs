//! Watchroom's program: hands the command line to [`watchroom::cli`].

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A page is made of thousands of short strings: the C library's allocator took a quarter of the time of one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    watchroom::cli::run()
}
