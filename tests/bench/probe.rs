//! What `make bench` measures Watchroom against: a bare server, and two limits of the machine.
//!
//! `serve` is actix-web, diesel and r2d2 with nothing of the product around them. It runs the statements that the
//! product's routes run, in the same kind of transaction (BEGIN, `app_enter` as the application role, the statements,
//! COMMIT), typed and therefore prepared once per connection, behind the same TLS with the same certificate, and with
//! the same numbers of workers and connections. What it leaves out is everything else: sessions, permissions, rules,
//! CSRF, audit commitments, request ids, logs, figures, pages. So it is the ceiling of the stack, and what the product
//! loses to it is the product's own cost. The benchmark compares the statements of both in `pg_stat_statements`, so a
//! statement that changes there has to change here.
//!
//! `hashes` and `permission-check` measure in this process, without a server, and print one line for the driver.

// As the library: the list of its tables is long.
#![recursion_limit = "256"]
#![expect(clippy::disallowed_methods, reason = "bare on purpose: no pool of permits, no clock handed in")]

#[path = "probe/hashes.rs"]
mod hashes;
#[path = "probe/permission_check.rs"]
mod permission_check;
#[path = "probe/server.rs"]
mod server;
#[path = "probe/statements.rs"]
mod statements;

use clap::{Args, Parser};

/// The product's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What `make bench` measures Watchroom against.
#[derive(Debug, Parser)]
enum Probe {
    /// The bare server.
    Serve(Settings),
    /// Passwords that the processors can hash in a second, with the parameters that Watchroom ships.
    Hashes(hashes::Settings),
    /// Nanoseconds of a permission check, and of the binary search at the bottom of it.
    PermissionCheck,
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Address and port of the HTTPS listener.
    #[arg(long)]
    listen: std::net::SocketAddr,
    /// URL of the application role.
    #[arg(long)]
    url: String,
    /// PEM file: the certificate.
    #[arg(long)]
    certificate: std::path::PathBuf,
    /// PEM file: its key.
    #[arg(long)]
    key: std::path::PathBuf,
    /// Worker threads.
    #[arg(long)]
    workers: usize,
    /// Connections to the database.
    #[arg(long)]
    connections: u32,
    /// Whose rows.
    #[arg(long)]
    organisation: uuid::Uuid,
}

fn main() -> anyhow::Result<()> {
    match Probe::parse() {
        Probe::Serve(settings) => actix_web::rt::System::new().block_on(server::run(settings)),
        Probe::Hashes(settings) => hashes::run(&settings),
        Probe::PermissionCheck => permission_check::run(),
    }
}
