//! Slow, greedy and oversized clients, by real sockets; and what `/metrics` says of them.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{OnceLock, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use watchroom::app::listener::{self, Transport};
use watchroom::config::Config;

use crate::support::TestApp;

/// The figures of this test process; other tests count there too, so that only growth says something.
fn figure(name: &str) -> f64 {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().expect("the only recorder"));
    let text = handle.render();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().expect("a number"))
}

/// Whether a figure comes to `least` within ten seconds: what answers counts on a thread of its own.
fn becomes(name: &str, least: f64) -> bool {
    (0..200).any(|_| {
        let there = figure(name) >= least;
        if !there {
            std::thread::sleep(Duration::from_millis(50));
        }
        there
    })
}

/// A server on a port of its own.
struct Running {
    _app: TestApp,
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn with(change: impl FnOnce(&mut Config)) -> Self {
        figure("");
        let app = TestApp::with(|config| {
            config.server.workers = 1;
            config.server.client_timeout_s = 1;
            config.server.shutdown_timeout_s = 1;
            change(config);
        });
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("its number");
        drop(free);
        let (says, said) = mpsc::channel();
        let parts = app.parts.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = listener::listen(&parts, address, Transport::Plain).expect("the port is free");
                says.send(server.handle()).expect("somebody waits");
                server.await.expect("it ends well");
            });
        });
        let handle = said.recv().expect("it starts");
        Self { _app: app, address, handle, thread: Some(thread) }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _stopping = self.handle.stop(false);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

const REQUEST: &[u8] = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Reads one answer with its body; its first line.
fn status(stream: &mut TcpStream) -> Result<String, ErrorKind> {
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while !seen.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof),
            Ok(_) => seen.push(byte[0]),
            Err(error) => return Err(error.kind()),
        }
    }
    let text = String::from_utf8_lossy(&seen).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    stream.read_exact(&mut vec![0; length]).map_err(|error| error.kind())?;
    let text = String::from_utf8_lossy(&seen).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Sends a byte every 100 ms until the other end has closed; how long that took.
fn drip(stream: &mut TcpStream, text: &[u8]) -> Duration {
    let started = Instant::now();
    stream.set_nonblocking(true).expect("it can be asked without waiting");
    for byte in text.iter().cycle() {
        let gone = match stream.write(&[*byte]) {
            Ok(_) => matches!(stream.read(&mut [0; 4_096]), Ok(0)),
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        };
        if gone || started.elapsed() > Duration::from_secs(20) {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    started.elapsed()
}

#[test]
fn a_head_that_drips_in_is_answered_408_and_cut() {
    let server = Running::with(|_| {});
    let before = figure("watchroom_refused_total{status=\"408\"}");
    let mut stream = server.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nX-Slow: ").expect("sent");
    let started = Instant::now();
    assert_eq!(status(&mut stream).as_deref(), Ok("HTTP/1.1 408 Request Timeout"));
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // It is counted once it is sent.
    let counted = || figure("watchroom_refused_total{status=\"408\"}") > before;
    assert!(
        (0..50).any(|_| counted() || {
            std::thread::sleep(Duration::from_millis(100));
            false
        }),
        "it is counted"
    );
}

#[test]
fn a_second_head_on_the_same_connection_may_not_drip_in_either() {
    let server = Running::with(|_| {});
    let before = figure("watchroom_connections_cut_total{why=\"slow-head\"}");
    let mut stream = server.connect();
    stream.write_all(REQUEST).expect("sent");
    assert_eq!(status(&mut stream).as_deref(), Ok("HTTP/1.1 200 OK"));
    let took = drip(&mut stream, b"GET / HTTP/1.1\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert!(figure("watchroom_connections_cut_total{why=\"slow-head\"}") > before);
}

#[test]
fn a_connection_that_is_used_now_and_then_stays_open() {
    let server = Running::with(|_| {});
    let mut stream = server.connect();
    for pause in [2_500, 2_500, 0] {
        stream.write_all(REQUEST).expect("still open");
        assert_eq!(status(&mut stream).as_deref(), Ok("HTTP/1.1 200 OK"));
        std::thread::sleep(Duration::from_millis(pause));
    }
}

#[test]
fn a_body_that_drips_in_is_answered_408_and_cut() {
    let server = Running::with(|_| {});
    let before = figure("watchroom_refused_total{status=\"408\"}");
    let mut stream = server.connect();
    let head = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 100000\r\n\r\nemail=";
    stream.write_all(head.as_bytes()).expect("sent");
    let mut writer = stream.try_clone().expect("two ends");
    let drops = std::thread::spawn(move || {
        while writer.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    let started = Instant::now();
    assert_eq!(status(&mut stream).as_deref(), Ok("HTTP/1.1 408 Request Timeout"));
    assert!((8..16).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
    assert!(figure("watchroom_refused_total{status=\"408\"}") > before);
    drop(stream);
    drops.join().expect("the connection was closed");
}

#[test]
fn heads_and_bodies_have_a_largest_size() {
    let server = Running::with(|config| config.server.head_kib = 16);
    let (heads, bodies) =
        (figure("watchroom_refused_total{status=\"431\"}"), figure("watchroom_refused_total{status=\"413\"}"));
    for kib in [20, 100, 140] {
        let mut stream = server.connect();
        let head =
            format!("GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX-Large: {}\r\n\r\n", "x".repeat(kib * 1024));
        // The end of the largest is sent to a connection that is closed already.
        let _sent = stream.write_all(head.as_bytes());
        let line = status(&mut stream);
        let reset = kib == 140 && line == Err(ErrorKind::ConnectionReset);
        assert!(reset || line.as_deref() == Ok("HTTP/1.1 431 Request Header Fields Too Large"), "{kib} KiB: {line:?}");
    }
    assert!(becomes("watchroom_refused_total{status=\"431\"}", heads + 3.0));
    let mut stream = server.connect();
    let head = format!("GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Fits: {}\r\n\r\n", "x".repeat(12 * 1024));
    stream.write_all(head.as_bytes()).expect("sent");
    assert_eq!(status(&mut stream).as_deref(), Ok("HTTP/1.1 200 OK"));
    let mut stream = server.connect();
    let head = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 300000\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    let _sent = stream.write_all(&vec![b'x'; 300_000]);
    assert_eq!(status(&mut stream).as_deref(), Ok("HTTP/1.1 413 Payload Too Large"));
    assert!(becomes("watchroom_refused_total{status=\"413\"}", bodies + 1.0));
}

#[test]
fn one_connection_too_many_waits_until_another_one_is_closed() {
    let server = Running::with(|config| config.server.max_connections = 4);
    let mut held: Vec<TcpStream> = (0..4).map(|_| server.connect()).collect();
    for stream in &mut held {
        stream.write_all(REQUEST).expect("sent");
        assert_eq!(status(stream).as_deref(), Ok("HTTP/1.1 200 OK"));
    }
    assert!(figure("watchroom_connections") >= 4.0);
    assert!(figure("watchroom_connections_most") > 0.0);
    let mut waiting = server.connect();
    waiting.write_all(REQUEST).expect("the system takes it");
    waiting.set_read_timeout(Some(Duration::from_millis(700))).expect("a timeout");
    let unanswered = status(&mut waiting);
    assert!(matches!(unanswered, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{unanswered:?}");
    held.pop();
    waiting.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    assert_eq!(status(&mut waiting).as_deref(), Ok("HTTP/1.1 200 OK"));
}

#[test]
fn one_address_may_not_hold_all_connections() {
    let server = Running::with(|config| config.server.connections_per_address = 3);
    let before = figure("watchroom_connections_refused_total");
    let mut held: Vec<TcpStream> = (0..3).map(|_| server.connect()).collect();
    for stream in &mut held {
        stream.write_all(REQUEST).expect("sent");
        assert_eq!(status(stream).as_deref(), Ok("HTTP/1.1 200 OK"));
    }
    let mut refused = server.connect();
    let _sent = refused.write_all(REQUEST);
    assert!(matches!(status(&mut refused), Err(ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset)));
    assert!(figure("watchroom_connections_refused_total") > before);
    held.pop();
    // The server has to notice first that one is gone.
    let again = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        let mut stream = server.connect();
        stream.write_all(REQUEST).is_ok() && status(&mut stream).is_ok()
    });
    assert!(again);
}
