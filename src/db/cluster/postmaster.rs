//! The one process that is the server: how it is run, and what its pid file says.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use super::account::Account;
use super::leftovers;

/// Makes a process receive a signal when the thread that started it ends, whatever way it ends.
const SETPRIV: &str = "/usr/bin/setpriv";

/// Lines kept for an error message.
const LAST_WORDS: usize = 12;

/// A program and its arguments.
#[derive(Debug, Clone)]
pub(super) struct CommandLine {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
}

/// What Postgres writes into `postmaster.pid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PidFile {
    pub(super) pid: i32,
    pub(super) ready: bool,
}

impl PidFile {
    /// Reads the file; `None` when there is none, or it is being written.
    pub(super) fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        // The eighth line is the state; it says "ready" once connections are taken.
        let ready = lines.nth(6).is_some_and(|state| state.trim() == "ready");
        Some(Self { pid, ready })
    }
}

/// The end of what a server said, for an error message.
#[derive(Debug, Clone, Default)]
pub(super) struct LastWords(Arc<Mutex<VecDeque<String>>>);

impl LastWords {
    fn push(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LAST_WORDS {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// The last lines as one text.
    pub(super) fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
    }
}

/// Starts the server. It gets its own process group, so that Ctrl-C at a terminal reaches Watchroom alone, which then
/// stops things in their order. It is told to stop when the calling thread ends: that thread must outlive it.
pub(super) fn spawn(account: &Account, data: &Path, line: &CommandLine) -> std::io::Result<(Child, LastWords)> {
    let mut command = if Path::new(SETPRIV).exists() {
        let mut command = Command::new(SETPRIV);
        command.args(["--pdeathsig", "INT", "--"]).arg(&line.program);
        command
    } else {
        Command::new(&line.program)
    };
    account.apply(&mut command);
    command.args(&line.arguments);
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(stale) = PidFile::read(data)
        && !leftovers::using(data).contains(&stale.pid)
    {
        // The number in a stale pid file may by now be another process's, in a container even one of our own threads,
        // and Postgres would refuse to start. A process that it takes for its starter's parent it does not mind; it
        // still checks that no shared memory of that earlier run is in use.
        command.env("PG_GRANDPARENT_PID", stale.pid.to_string());
    }
    let mut child = command.spawn()?;
    let words = LastWords::default();
    if let Some(stderr) = child.stderr.take() {
        let words = words.clone();
        std::thread::Builder::new().name("postgres-log".to_owned()).spawn(move || relay(stderr, &words))?;
    }
    Ok((child, words))
}

/// Passes the server's log on until it closes it.
fn relay(stderr: impl Read, words: &LastWords) {
    let mut reader = BufReader::new(stderr);
    let mut raw = Vec::new();
    while reader.read_until(b'\n', &mut raw).is_ok_and(|n| n > 0) {
        let line = String::from_utf8_lossy(&raw).trim_end().to_owned();
        raw.clear();
        // The settings keep statements, values and details out of these lines.
        if line.contains("FATAL:") || line.contains("PANIC:") {
            tracing::error!(target: "watchroom::postgres", "{line}");
        } else {
            tracing::debug!(target: "watchroom::postgres", "{line}");
        }
        words.push(line);
    }
}
