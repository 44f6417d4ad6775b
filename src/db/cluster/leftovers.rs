//! Processes of an earlier run that still use the data folder.
//!
//! Whoever calls this holds the cluster's lock, so no Watchroom is alive that would want them.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::ClusterError;
use super::postmaster;

/// How long processes get after they were told to go at once.
const LAST_GRACE: Duration = Duration::from_secs(5);

/// Stops what still runs on `data`, and waits until it is gone.
pub(super) fn clear(data: &Path, patience: Duration) -> Result<(), ClusterError> {
    let found = using(data);
    if found.is_empty() {
        return Ok(());
    }
    tracing::warn!(processes = found.len(), "stopping what an earlier run left behind on the private database");
    let orphan = postmaster::PidFile::read(data).map(|file| file.pid).filter(|pid| found.contains(pid));
    match orphan {
        // Fast shutdown: it ends its own children and writes everything.
        Some(pid) => send(pid, Signal::SIGINT),
        // The postmaster is gone: its children would end by themselves once they notice; this makes them notice.
        None => found.iter().for_each(|pid| send(*pid, Signal::SIGQUIT)),
    }
    if gone(data, patience) {
        return Ok(());
    }
    using(data).iter().for_each(|pid| send(*pid, Signal::SIGQUIT));
    if gone(data, LAST_GRACE) {
        return Ok(());
    }
    let pids = using(data).iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
    Err(ClusterError::Leftover { path: data.to_owned(), pids })
}

/// Ids of the Postgres processes that work in `data`.
pub(super) fn using(data: &Path) -> Vec<i32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    ids.filter(|pid| works_in(*pid, data)).collect()
}

/// Whether process `pid` is a Postgres of `data`: it stands in that folder, or its command line names it where the
/// folder of a process of another account may not be read.
fn works_in(pid: i32, data: &Path) -> bool {
    let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) else { return false };
    let mut words = line.split(|byte| *byte == 0);
    let first = words.next().unwrap_or_default();
    if !first.ends_with(b"/postgres") && !first.starts_with(b"postgres: ") {
        return false;
    }
    match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(folder) => folder == data,
        Err(_) => words.any(|word| word == data.as_os_str().as_bytes()),
    }
}

fn gone(data: &Path, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    while !using(data).is_empty() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    true
}

fn send(pid: i32, signal: Signal) {
    if let Err(errno) = kill(Pid::from_raw(pid), signal) {
        tracing::debug!(pid, %signal, %errno, "a leftover process could not be signalled");
    }
}
