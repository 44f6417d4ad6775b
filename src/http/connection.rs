//! Connections: how many there are, from where, and a clock on those that keep us waiting.
//!
//! actix ends a connection whose first request has no head in time, and one that idles. What it leaves open is bounded
//! here: a head that drips in on a connection that has been used before, and an answer that nobody reads. Refusals that
//! actix makes by itself, before there is a request, are seen here as they are written, and counted.

use std::collections::HashMap;
use std::future::Future as _;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How much longer than actix's own clock ours runs: where both would end a connection, actix says 408 first.
const GRACE: Duration = Duration::from_secs(1);

/// All connections of this process.
#[derive(Debug)]
pub struct Connections {
    open: AtomicI64,
    by_address: Mutex<HashMap<IpAddr, u32>>,
    most_per_address: u32,
}

impl Connections {
    /// None yet; at most `most_per_address` from one address.
    pub fn new(most_per_address: u32) -> Arc<Self> {
        Arc::new(Self { open: AtomicI64::new(0), by_address: Mutex::default(), most_per_address })
    }

    /// Counts a connection for as long as the result lives; `None` when its address has too many. Without an address
    /// (a trusted proxy's) it only counts.
    pub fn admit(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Arc<Connection>> {
        let address = address.map(|address| address.to_canonical());
        if let Some(address) = address {
            let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            let count = by_address.entry(address).or_default();
            if *count >= self.most_per_address {
                metrics::counter!("watchroom_connections_refused_total").increment(1);
                return None;
            }
            *count += 1;
        }
        self.open.fetch_add(1, Ordering::Relaxed);
        metrics::gauge!("watchroom_connections").increment(1.0);
        let all = Arc::clone(self);
        Some(Arc::new(Connection { all, address, requests: AtomicU64::new(0), answers: AtomicU64::new(0) }))
    }

    /// How many are open.
    pub fn open(&self) -> i64 {
        self.open.load(Ordering::Relaxed)
    }
}

/// One open connection. The edge marks on it where a request begins and where it is answered.
#[derive(Debug)]
pub struct Connection {
    all: Arc<Connections>,
    address: Option<IpAddr>,
    requests: AtomicU64,
    answers: AtomicU64,
}

impl Connection {
    /// The head of a request is complete; its answer is made when the result is dropped.
    pub fn begin(self: &Arc<Self>) -> Answering {
        self.requests.fetch_add(1, Ordering::Relaxed);
        Answering(Arc::clone(self))
    }

    /// Whether a request is being worked on, and how many there have been.
    fn state(&self) -> (bool, u64) {
        let (requests, answers) = (self.requests.load(Ordering::Relaxed), self.answers.load(Ordering::Relaxed));
        (requests > answers, requests)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.all.open.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("watchroom_connections").decrement(1.0);
        let Some(address) = self.address else { return };
        let mut by_address = self.all.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&address);
            }
        }
    }
}

/// A request that is being worked on.
#[derive(Debug)]
#[must_use = "the request is over when this is dropped"]
pub struct Answering(Arc<Connection>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answers.fetch_add(1, Ordering::Relaxed);
    }
}

/// How long a client may keep us waiting.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request, from its first byte.
    pub head: Duration,
    /// For room to write an answer.
    pub stall: Duration,
}

/// A stream of bytes, already decrypted, with clocks on it.
#[derive(Debug)]
pub struct Watched<IO> {
    io: IO,
    connection: Arc<Connection>,
    patience: Patience,
    /// Runs while a head is incomplete; with the number of requests before it.
    head: Option<(u64, Pin<Box<Sleep>>)>,
    /// Runs while an answer finds no room.
    stall: Option<Pin<Box<Sleep>>>,
    /// Answers of the edge that were seen on their way out.
    written: u64,
}

impl<IO> Watched<IO> {
    /// Watches `io`.
    pub fn new(io: IO, connection: Arc<Connection>, patience: Patience) -> Self {
        Self { io, connection, patience, head: None, stall: None, written: 0 }
    }

    /// The connection that it belongs to.
    pub fn connection(&self) -> Arc<Connection> {
        Arc::clone(&self.connection)
    }

    fn came(&mut self) {
        let (busy, requests) = self.connection.state();
        let running = self.head.as_ref().is_some_and(|(before, _clock)| *before == requests);
        if busy {
            self.head = None;
        } else if !running {
            self.head = Some((requests, Box::pin(tokio::time::sleep(self.patience.head + GRACE))));
        }
    }

    /// The client takes what we write: it is not one that keeps us waiting, whatever it has begun to send meanwhile.
    fn read_on(&mut self) {
        let (_busy, requests) = self.connection.state();
        // A clock of a head that has become a request since is no longer needed.
        if self.head.take().is_some_and(|(before, _clock)| before == requests) {
            self.came();
        }
    }

    /// Whether the client has had long enough for its head.
    fn out_of_time(&mut self, context: &mut Context<'_>) -> bool {
        let Some((before, clock)) = &mut self.head else { return false };
        let (busy, requests) = self.connection.state();
        if busy || *before != requests {
            self.head = None;
            return false;
        }
        clock.as_mut().poll(context).is_ready()
    }

    /// Counts a refusal that actix makes by itself: an answer on its way out that the edge knows nothing of.
    fn goes(&mut self, bytes: &[u8]) {
        let Some(status) = bytes.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3)) else { return };
        let made = self.connection.answers.load(Ordering::Relaxed);
        if made != self.written {
            self.written = made;
            return;
        }
        let status = match status {
            b"400" => "400",
            b"408" => "408",
            b"431" => "431",
            _ => return,
        };
        metrics::counter!("watchroom_refused_total", "status" => status).increment(1);
    }

    /// What waiting for room to write comes to.
    fn stalled<T>(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stall = None;
            return outcome;
        }
        let patience = self.patience.stall;
        let clock = self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        match clock.as_mut().poll(context) {
            Poll::Ready(()) => {
                metrics::counter!("watchroom_connections_cut_total", "why" => "unread-answer").increment(1);
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Watched<IO> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut this.io).poll_read(context, buffer);
        match &outcome {
            Poll::Ready(Ok(())) if buffer.filled().len() > before => this.came(),
            Poll::Pending if this.out_of_time(context) => {
                metrics::counter!("watchroom_connections_cut_total", "why" => "slow-head").increment(1);
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            _ => {}
        }
        outcome
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Watched<IO> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_write(context, bytes);
        if matches!(outcome, Poll::Ready(Ok(_))) {
            this.goes(bytes);
            this.read_on();
        }
        this.stalled(context, outcome)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_flush(context);
        this.stalled(context, outcome)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.io).poll_shutdown(context);
        this.stalled(context, outcome)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const PATIENCE: Patience = Patience { head: Duration::from_millis(1), stall: Duration::from_millis(200) };

    fn watched() -> (Watched<DuplexStream>, DuplexStream, Arc<Connection>) {
        let (ours, theirs) = duplex(64);
        let connection = Connections::new(10).admit(None).expect("admitted");
        (Watched::new(ours, Arc::clone(&connection), PATIENCE), theirs, connection)
    }

    #[test]
    fn connections_are_counted_and_one_address_has_only_so_many() {
        let all = Connections::new(2);
        let [one, other]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().expect("an address"));
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().expect("an address");
        let first = all.admit(Some(one)).expect("the first");
        let _second = all.admit(Some(mapped)).expect("the second");
        assert!(all.admit(Some(one)).is_none());
        let _elsewhere = all.admit(Some(other)).expect("another address");
        let _proxy = all.admit(None).expect("a proxy's");
        assert_eq!(all.open(), 4);
        drop(first);
        assert_eq!(all.open(), 3);
        assert!(all.admit(Some(one)).is_some(), "there is room again");
        assert_eq!(all.by_address.lock().expect("the map").len(), 2);
    }

    #[tokio::test]
    async fn a_head_that_drips_in_is_cut_off() {
        let (mut ours, mut theirs, connection) = watched();
        drop(connection.begin());
        let drip = async {
            while theirs.write_all(b"G").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let read = async {
            let mut buffer = [0; 16];
            loop {
                if let Err(error) = ours.read(&mut buffer).await {
                    return error.kind();
                }
            }
        };
        tokio::select! {
            () = drip => unreachable!("our end is open"),
            kind = read => assert_eq!(kind, io::ErrorKind::TimedOut),
        }
    }

    #[tokio::test]
    async fn a_connection_that_only_idles_is_left_to_its_keep_alive() {
        let (mut ours, mut theirs, connection) = watched();
        theirs.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("room");
        let mut buffer = [0; 64];
        assert!(ours.read(&mut buffer).await.is_ok_and(|bytes| bytes > 0));
        drop(connection.begin());
        assert!(ours.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.is_ok());
        let idle = tokio::time::timeout(GRACE + Duration::from_millis(500), ours.read(&mut buffer)).await;
        assert!(idle.is_err(), "cut off: {idle:?}");
    }

    #[tokio::test]
    async fn a_request_that_is_being_worked_on_has_no_clock_on_its_head() {
        let (mut ours, mut theirs, connection) = watched();
        theirs.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("room");
        let mut buffer = [0; 64];
        assert!(ours.read(&mut buffer).await.is_ok_and(|bytes| bytes > 0));
        let _answering = connection.begin();
        let busy = tokio::time::timeout(GRACE + Duration::from_millis(500), ours.read(&mut buffer)).await;
        assert!(busy.is_err(), "cut off: {busy:?}");
    }

    #[tokio::test]
    async fn an_answer_that_nobody_reads_is_given_up() {
        let (mut ours, _theirs, _connection) = watched();
        let error = ours.write_all(&[b'x'; 1_000]).await.expect_err("there is room for 64 bytes");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn an_answer_that_is_read_slowly_goes_on() {
        let (mut ours, mut theirs, _connection) = watched();
        let read = async {
            let mut buffer = [0; 32];
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_millis(60)).await;
                theirs.read_exact(&mut buffer).await.expect("bytes");
            }
        };
        let (written, ()) = tokio::join!(ours.write_all(&[b'x'; 320]), read);
        assert!(written.is_ok());
    }
}
