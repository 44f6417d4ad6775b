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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::columns::Batch;
    use super::super::port::Shape;
    use super::*;

    /// Gives full batches until `left` is used up, and writes down what it was asked.
    struct Counting {
        left: u32,
        asked: Vec<&'static str>,
    }

    impl Port for Counting {
        fn open(&mut self, _: &Query, _: Duration) -> Result<Handle, PortError> {
            self.asked.push("open");
            Ok(Handle(7))
        }

        fn next_batch(&mut self, _: Handle, max_rows: u32, _: Duration) -> Result<Option<Batch>, PortError> {
            self.asked.push("next");
            let rows = self.left.min(max_rows);
            self.left -= rows;
            Ok((rows > 0).then_some(Batch { rows, columns: Vec::new() }))
        }

        fn close(&mut self, _: Handle) {
            self.asked.push("close");
        }
    }

    fn query() -> Query {
        Query {
            data_set: "duties".into(),
            shape: Shape::Rows { columns: Vec::new() },
            filters: Vec::new(),
            order: Vec::new(),
            limit: None,
            period: None,
            output: Vec::new(),
        }
    }

    fn talk(left: u32, batches: usize) -> (Vec<Option<u32>>, Vec<&'static str>) {
        let (caller, server) = bridge(Instant::now() + Duration::from_secs(10));
        let mut port = Counting { left, asked: Vec::new() };
        let guest = std::thread::spawn(move || {
            let handle = caller.open(query()).expect("alive").expect("opened");
            let next = || caller.next(handle, 10).expect("alive").expect("read").map(|batch| batch.rows);
            let seen = (0..batches).map(|_| next()).collect();
            caller.close(handle).expect("alive");
            seen
        });
        server.serve(&mut port);
        (guest.join().expect("joins"), port.asked)
    }

    #[test]
    fn one_batch_is_fetched_ahead_and_no_more() {
        let (seen, asked) = talk(100, 1);
        assert_eq!(seen, [Some(10)]);
        assert_eq!(asked, ["open", "next", "next", "close"]);
    }

    #[test]
    fn a_short_batch_is_the_last_and_the_port_is_not_asked_again() {
        let (seen, asked) = talk(15, 3);
        assert_eq!(seen, [Some(10), Some(5), None]);
        assert_eq!(asked, ["open", "next", "next", "close"]);
    }

    #[test]
    fn a_guest_does_not_wait_beyond_its_deadline() {
        let (caller, server) = bridge(Instant::now() + Duration::from_millis(20));
        assert_eq!(caller.open(query()).expect_err("nobody answers"), Stop::Deadline);
        drop(server);
        assert!(matches!(caller.open(query()), Err(Stop::Host(_))));
    }
}
