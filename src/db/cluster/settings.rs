//! The server's settings: what must be so is on its command line, where no file can change it; what is tuning is in a
//! file that the operator may overrule in `local.conf`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::ClusterError;
use super::account::Account;
use super::binaries::Binaries;
use super::endpoint::{APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER};
use super::layout::Layout;
use super::postmaster::CommandLine;
use crate::config::EmbeddedSettings;

/// Connections beyond Watchroom's own: migrations, backups, a person with psql, Postgres's own reserve.
const SPARE_CONNECTIONS: u16 = 24;

/// What differs from one cluster to another.
#[derive(Debug, Clone)]
pub(super) struct Tuning {
    /// Survives a power cut. Not so for tests.
    pub(super) durable: bool,
    max_connections: u16,
    shared_buffers_mib: u64,
}

impl Tuning {
    /// For data that is to last.
    pub(super) fn lasting(settings: &EmbeddedSettings, connections: u16) -> Self {
        let shared_buffers_mib = match settings.shared_buffers_mib {
            0 => (memory_mib() / 4).clamp(128, 4096),
            chosen => u64::from(chosen),
        };
        Self { durable: true, max_connections: connections.saturating_add(SPARE_CONNECTIONS), shared_buffers_mib }
    }

    /// For tests.
    pub(super) fn throwaway() -> Self {
        Self { durable: false, max_connections: 100, shared_buffers_mib: 128 }
    }
}

/// Memory of this machine, or of the control group that we are held in (MiB).
fn memory_mib() -> u64 {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = info
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kib| kib / 1024));
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max").unwrap_or_default();
    let group = group.trim().parse::<u64>().ok().map(|bytes| bytes / (1024 * 1024));
    total.into_iter().chain(group).min().unwrap_or(1024)
}

/// How to run the server of `layout`.
pub(super) fn command_line(layout: &Layout, binaries: &Binaries) -> CommandLine {
    let mut arguments: Vec<OsString> = vec!["-D".into(), layout.data.clone().into()];
    let mut set = |name: &str, value: &Path| {
        let mut setting = OsString::from(format!("{name}="));
        setting.push(value);
        arguments.extend(["-c".into(), setting]);
    };
    set("config_file", &layout.conf);
    set("hba_file", &layout.hba);
    set("ident_file", &layout.ident);
    set("listen_addresses", Path::new(""));
    set("port", Path::new("5432"));
    // A list of folders, in which a name in double quotes may hold anything.
    set("unix_socket_directories", Path::new(&quoted(&layout.socket_dir.to_string_lossy())));
    set("unix_socket_permissions", Path::new("0700"));
    // Nothing that people typed gets into the log: no statements, no values, no details of errors.
    set("logging_collector", Path::new("off"));
    set("log_destination", Path::new("stderr"));
    set("log_min_messages", Path::new("log"));
    set("log_min_error_statement", Path::new("panic"));
    set("log_error_verbosity", Path::new("terse"));
    set("log_statement", Path::new("none"));
    CommandLine { program: binaries.program("postgres"), arguments }
}

/// Writes the three files that the server reads.
pub(super) fn write(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    tuning: &Tuning,
) -> Result<(), ClusterError> {
    let files = [(&layout.conf, conf(binaries, tuning)), (&layout.hba, hba(tuning)), (&layout.ident, ident(account))];
    for (path, text) in files {
        let text = format!("# Written by Watchroom at every start; changes here are lost.\n{text}");
        fs::write(path, text).map_err(|source| ClusterError::Folder { path: path.clone(), source })?;
    }
    Ok(())
}

fn conf(binaries: &Binaries, tuning: &Tuning) -> String {
    let buffers = tuning.shared_buffers_mib;
    let cache = buffers.saturating_mul(2);
    // Debian builds with lz4; who built their own server may have left it out.
    let compression = if binaries.debian { "lz4" } else { "on" };
    let mut text = format!(
        "cluster_name = 'watchroom'\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         max_connections = {}\n\
         shared_buffers = {buffers}MB\n\
         effective_cache_size = {cache}MB\n\
         work_mem = 16MB\n\
         maintenance_work_mem = 128MB\n\
         wal_compression = {compression}\n\
         checkpoint_timeout = 15min\n\
         max_wal_size = 4GB\n\
         random_page_cost = 1.1\n\
         jit = off\n\
         log_line_prefix = ''\n\
         log_checkpoints = off\n",
        tuning.max_connections
    );
    if !tuning.durable {
        text.push_str("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_wal_size = 1GB\n");
    }
    text.push_str("include_if_exists = 'local.conf'\n");
    text
}

fn hba(tuning: &Tuning) -> String {
    if !tuning.durable {
        return "local all all trust\nlocal replication all trust\n".to_owned();
    }
    format!(
        "local {DATABASE} {OWNER_ROLE},{APP_ROLE} peer map=watchroom\n\
         local all {SUPERUSER} peer map=watchroom\n\
         local replication {SUPERUSER} peer map=watchroom\n"
    )
}

fn ident(account: &Account) -> String {
    let mut text = String::new();
    for system in account.may_connect() {
        for role in [OWNER_ROLE, APP_ROLE, SUPERUSER] {
            if writeln!(text, "watchroom {} {role}", quoted(system)).is_err() {
                // Writing to a String does not fail.
                break;
            }
        }
    }
    text
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
