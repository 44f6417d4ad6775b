//! Bodies that come in too slowly: a client that sends a byte now and then would hold a connection, a handler and
//! perhaps a file for as long as it likes, for actix has no clock on a body.
//!
//! Only time spent waiting for the client counts; a handler that is busy with what it has (a disk, say) is no fault of
//! the client's.

use std::cell::Cell;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep};

/// Over how much waiting the pace is measured.
pub(super) const WINDOW: Duration = Duration::from_secs(10);

/// Whether a body was given up.
pub(super) type GivenUp = Rc<Cell<bool>>;

/// Puts a clock on the body of `request`, if it has one and there is a pace to hold. The result says, once the request
/// is answered, whether the body was given up.
pub(super) fn watch(request: &mut ServiceRequest, bytes_per_s: u32, window: Duration) -> Option<GivenUp> {
    let headers = request.headers();
    let empty = headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0");
    if bytes_per_s == 0 || (empty && headers.get(header::TRANSFER_ENCODING).is_none()) {
        return None;
    }
    let given_up = GivenUp::default();
    let paced = Paced {
        body: request.take_payload(),
        window,
        enough: u64::from(bytes_per_s) * u64::try_from(window.as_millis()).unwrap_or(u64::MAX) / 1_000,
        bytes: 0,
        waited: Duration::ZERO,
        waiting: None,
        given_up: Rc::clone(&given_up),
    };
    request.set_payload(Payload::Stream { payload: Box::pin(paced) });
    Some(given_up)
}

struct Paced {
    body: Payload,
    window: Duration,
    /// Bytes that must have come within one window.
    enough: u64,
    /// Bytes that came in this window.
    bytes: u64,
    /// How much of this window has been waited for, up to the last chunk.
    waited: Duration,
    /// Since when the next chunk is waited for, and the end of the window if none comes.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    given_up: GivenUp,
}

impl Paced {
    fn give_up(&mut self) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.given_up.set(true);
        self.body = Payload::None;
        Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_next(context) {
            Poll::Ready(Some(Ok(chunk))) => {
                if let Some((since, _end)) = this.waiting.take() {
                    this.waited += since.elapsed();
                }
                this.bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                if this.bytes >= this.enough {
                    (this.bytes, this.waited) = (0, Duration::ZERO);
                } else if this.waited >= this.window {
                    return this.give_up();
                }
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(end) => Poll::Ready(end),
            Poll::Pending => {
                let left = this.window.saturating_sub(this.waited);
                let (_since, end) =
                    this.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
                match end.as_mut().poll(context) {
                    Poll::Ready(()) => this.give_up(),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use futures_util::{StreamExt, stream};

    use super::*;

    /// Short, so that the tests are: at 10,000 bytes a second, 2,000 bytes are enough for one window.
    const SHORT: Duration = Duration::from_millis(200);

    fn millis(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// A request whose body comes in chunks of `size` bytes, one every `pause`, `chunks` of them.
    fn dripping(size: usize, pause: Duration, chunks: usize) -> (ServiceRequest, Option<GivenUp>) {
        let drips = stream::unfold(0, move |sent| async move {
            if sent == chunks {
                return None;
            }
            tokio::time::sleep(pause).await;
            Some((Ok(Bytes::from(vec![b'x'; size])), sent + 1))
        });
        let mut request = TestRequest::post().insert_header((header::CONTENT_LENGTH, size * chunks)).to_srv_request();
        request.set_payload(Payload::Stream { payload: Box::pin(drips) });
        let given_up = watch(&mut request, 10_000, SHORT);
        (request, given_up)
    }

    async fn received(mut request: ServiceRequest) -> Result<usize, PayloadError> {
        let (mut body, mut bytes) = (request.take_payload(), 0);
        while let Some(chunk) = body.next().await {
            bytes += chunk?.len();
        }
        Ok(bytes)
    }

    #[actix_web::test]
    async fn a_slow_body_is_given_up_when_the_window_ends() {
        let (request, given_up) = dripping(1, millis(20), 10_000);
        let started = Instant::now();
        assert!(received(request).await.is_err());
        assert!(given_up.is_some_and(|it| it.get()));
        assert!((SHORT..SHORT * 20).contains(&started.elapsed()), "{:?}", started.elapsed());
    }

    #[actix_web::test]
    async fn a_body_that_stops_is_given_up_too() {
        let (request, given_up) = dripping(10, Duration::from_secs(3_600), 2);
        assert!(received(request).await.is_err());
        assert!(given_up.is_some_and(|it| it.get()));
    }

    #[actix_web::test]
    async fn a_body_at_a_modest_pace_arrives_however_long_it_takes() {
        let (request, given_up) = dripping(2_000, millis(20), 40);
        assert_eq!(received(request).await.ok(), Some(2_000 * 40));
        assert!(given_up.is_some_and(|it| !it.get()));
    }

    #[actix_web::test]
    async fn only_waiting_for_the_client_counts() {
        let (mut request, given_up) = dripping(100, millis(1), 8);
        let mut body = request.take_payload();
        while let Some(chunk) = body.next().await {
            assert!(chunk.is_ok());
            // The disk is slow today.
            tokio::time::sleep(millis(60)).await;
        }
        assert!(given_up.is_some_and(|it| !it.get()));
    }

    #[actix_web::test]
    async fn a_request_without_a_body_has_no_clock_and_neither_has_one_without_a_pace() {
        let mut request = TestRequest::get().to_srv_request();
        assert!(watch(&mut request, 1_024, SHORT).is_none());
        let mut request = TestRequest::post().insert_header((header::CONTENT_LENGTH, 5)).to_srv_request();
        assert!(watch(&mut request, 0, SHORT).is_none());
    }
}
