//! Between the plugin's thread and the port's.
//!
//! The plugin runs on a thread of its own and asks through a channel; the thread that started the run answers from the
//! port, which may borrow a transaction. So a plugin that waits for the database can still be stopped at its deadline,
//! the next batch is fetched while the plugin works on the one before, and what passes here is what would pass to
//! a process.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Instant;

use super::port::{Batch, Handle, Port, PortError, Query};
use super::run::Stop;

/// What the plugin's side asks.
#[derive(Debug)]
enum Ask {
    Open(Box<Query>),
    Next { handle: Handle, max_rows: u32 },
    Close(Handle),
}

/// What the port's side answers; nothing to a close.
#[derive(Debug)]
enum Answer {
    Opened(Result<Handle, PortError>),
    Batch(Result<Option<Batch>, PortError>),
}

/// The plugin's end.
#[derive(Debug)]
pub(super) struct Caller {
    asks: Sender<Ask>,
    answers: Receiver<Answer>,
    deadline: Instant,
}

/// The port's end.
#[derive(Debug)]
pub(super) struct Server {
    asks: Receiver<Ask>,
    answers: Sender<Answer>,
    deadline: Instant,
}

/// Both ends; nothing is waited for beyond `deadline`.
pub(super) fn bridge(deadline: Instant) -> (Caller, Server) {
    let (ask, asks) = channel();
    let (answer, answers) = channel();
    (Caller { asks: ask, answers, deadline }, Server { asks, answers: answer, deadline })
}

fn left(deadline: Instant) -> std::time::Duration {
    deadline.saturating_duration_since(Instant::now())
}

impl Caller {
    fn wait(&self) -> Result<Answer, Stop> {
        self.answers.recv_timeout(left(self.deadline)).map_err(|error| match error {
            RecvTimeoutError::Timeout => Stop::Deadline,
            RecvTimeoutError::Disconnected => Stop::gone(),
        })
    }

    fn ask(&self, ask: Ask) -> Result<(), Stop> {
        // Fails only when the port's side is gone, which the error says well enough.
        self.asks.send(ask).or(Err(Stop::gone()))
    }

    pub(super) fn open(&self, query: Query) -> Result<Result<Handle, PortError>, Stop> {
        self.ask(Ask::Open(Box::new(query)))?;
        match self.wait()? {
            Answer::Opened(opened) => Ok(opened),
            Answer::Batch(_) => Err(Stop::gone()),
        }
    }

    pub(super) fn next(&self, handle: Handle, max_rows: u32) -> Result<Result<Option<Batch>, PortError>, Stop> {
        self.ask(Ask::Next { handle, max_rows })?;
        match self.wait()? {
            Answer::Batch(batch) => Ok(batch),
            Answer::Opened(_) => Err(Stop::gone()),
        }
    }

    pub(super) fn close(&self, handle: Handle) -> Result<(), Stop> {
        self.ask(Ask::Close(handle))
    }
}

impl Server {
    /// Answers until the plugin's side is gone.
    pub(super) fn serve(self, port: &mut dyn Port) {
        let mut ahead: BTreeMap<Handle, Result<Option<Batch>, PortError>> = BTreeMap::new();
        while let Ok(ask) = self.asks.recv() {
            match ask {
                Ask::Open(query) => {
                    let opened = port.open(&query, left(self.deadline));
                    if self.answers.send(Answer::Opened(opened)).is_err() {
                        return;
                    }
                }
                Ask::Next { handle, max_rows } => {
                    let batch = match ahead.remove(&handle) {
                        Some(batch) => batch,
                        None => port.next_batch(handle, max_rows, left(self.deadline)),
                    };
                    // A batch that is not full is the last.
                    let more = batch.as_ref().is_ok_and(|batch| batch.as_ref().is_some_and(|b| b.rows == max_rows));
                    let over = batch.as_ref().is_ok_and(Option::is_some) && !more;
                    if self.answers.send(Answer::Batch(batch)).is_err() {
                        return;
                    }
                    if more && Instant::now() < self.deadline {
                        ahead.insert(handle, port.next_batch(handle, max_rows, left(self.deadline)));
                    } else if over {
                        ahead.insert(handle, Ok(None));
                    }
                }
                Ask::Close(handle) => {
                    ahead.remove(&handle);
                    port.close(handle);
                }
            }
        }
    }
}
