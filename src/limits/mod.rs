//! How often somebody may ask: requests counted by address, account and token, on this node and with the others.
//!
//! Owns the meters, the book in memory, and the exchange of it through Postgres. Knows neither routes nor pages: the
//! edge says what to count and turns a refusal into an answer.
//!
//! Each key has one number, the instant at which all that was asked under it is worked off at the agreed pace (the
//! generic cell rate algorithm). A request moves it on by one gap; one that would move it further than a burst ahead of
//! now is refused and moves nothing. Counting touches this process's memory alone. From time to time the [`Sharer`]
//! adds what was counted here to what is in the database, for many keys in one statement, and takes over the sum.

mod book;
mod meter;
mod refusals;
mod sharer;
mod store;

use std::net::IpAddr;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use uuid::Uuid;

use book::{Book, Verdict};
pub use meter::Meter;
use meter::Quotas;
use refusals::Refusals;
pub use sharer::Sharer;

use crate::authz::{Caller, SystemName};
use crate::config::RateLimitSettings;
use crate::crypto::Keyring;
use crate::db::{Db, DbError};
use crate::kernel::address::network_of;
use crate::kernel::ids::{OrganisationId, PersonId};

/// Keys exchanged in one transaction.
const BATCH: usize = 1_000;

/// Keys taken over from the database at a start.
const RESTORED: i64 = 50_000;

/// As whom the exchange runs: the table holds keyed hashes and is no organisation's.
const CALLER: Caller = Caller::system(SystemName::Limits, OrganisationId::NIL);

/// Whose requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Everybody at one address; of IPv6, everybody in one /64.
    Address(IpAddr),
    /// One account.
    Account(OrganisationId, PersonId),
    /// One token, by its id.
    Token(Uuid),
}

/// One request too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// By which meter.
    pub meter: Meter,
    /// After how many seconds the next one is let through; at least 1.
    pub wait_s: u64,
}

/// The counting of one node.
pub struct Limits {
    enabled: bool,
    keys: Arc<Keyring>,
    quotas: Quotas,
    book: Book,
    refusals: Refusals,
    wake: OnceLock<SyncSender<sharer::Message>>,
}

impl Limits {
    /// Nothing counted yet.
    pub fn new(settings: &RateLimitSettings, keys: Arc<Keyring>) -> Self {
        let quotas = Quotas::new(settings);
        Self {
            enabled: settings.enabled,
            keys,
            quotas,
            book: Book::default(),
            refusals: Refusals::default(),
            wake: OnceLock::new(),
        }
    }

    /// Whether anything is counted.
    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// Counts one request of `subject` by `meter`. Memory only: no input, no output, no waiting.
    ///
    /// # Errors
    /// [`Refused`], when it is one too many; it is then not counted.
    pub fn take(&self, meter: Meter, subject: Subject, now: Timestamp) -> Result<(), Refused> {
        if !self.enabled {
            return Ok(());
        }
        let quota = self.quotas.of(meter);
        match self.book.take(self.key(meter, subject), quota, now.as_microsecond()) {
            Verdict::Free => Ok(()),
            Verdict::Pressing => {
                self.hurry();
                Ok(())
            }
            Verdict::Wait(micros) => {
                metrics::counter!("watchroom_rate_limited_total", "limit" => meter.as_str()).increment(1);
                self.refusals.add(meter);
                Err(Refused { meter, wait_s: u64::try_from(micros).unwrap_or(0).div_ceil(1_000_000).max(1) })
            }
        }
    }

    /// Adds what was counted here since the last time to what the database holds, and takes over the sum. Only keys of
    /// which a good part of the burst was used are told, unless `all`. Returns how many were. Blocks.
    ///
    /// # Errors
    /// [`DbError`]; then nothing is lost, and the next exchange tells it.
    pub fn exchange(&self, db: &Db, all: bool, now: Timestamp) -> Result<usize, DbError> {
        let mut told = 0;
        loop {
            let due = self.book.due(all, BATCH, now.as_microsecond());
            if due.is_empty() {
                return Ok(told);
            }
            told += due.len();
            let more = due.len() >= BATCH;
            match db.write_blocking(&CALLER, |tx| store::share(tx, &due)) {
                Ok(shared) => self.book.merge(&shared),
                Err(error) => {
                    self.book.give_back(&due);
                    return Err(error);
                }
            }
            if !more {
                return Ok(told);
            }
        }
    }

    /// Adds how often this node refused since it told the last time to what the database holds. Blocks.
    ///
    /// # Errors
    /// [`DbError`]; then nothing is lost, and the next time tells it.
    pub fn tell_refusals(&self, db: &Db, now: Timestamp) -> Result<(), DbError> {
        let counts = self.refusals.take();
        if counts.iter().all(|(_meter, count)| *count == 0) {
            return Ok(());
        }
        db.write_blocking(&CALLER, |tx| store::add_refusals(tx, &counts, now)).inspect_err(|_error| {
            self.refusals.give_back(&counts);
        })
    }

    /// Takes over what this node, or another one, had counted before. Blocks. Returns how many keys there were.
    ///
    /// # Errors
    /// [`DbError`].
    pub fn restore(&self, db: &Db, now: Timestamp) -> Result<usize, DbError> {
        let rows = db.read_blocking(&CALLER, |tx| store::live(tx, now.as_microsecond(), RESTORED))?;
        self.book.merge(&rows);
        Ok(rows.len())
    }

    /// Removes from the database what no longer limits anybody. Blocks.
    ///
    /// # Errors
    /// [`DbError`].
    pub fn prune(&self, db: &Db, now: Timestamp) -> Result<usize, DbError> {
        // A minute more than needed, for nodes whose clocks are not quite in step.
        db.write_blocking(&CALLER, |tx| store::forget(tx, now.as_microsecond() - 60_000_000))
    }

    /// What one subject is counted under: nobody reads an address out of the book or the table.
    fn key(&self, meter: Meter, subject: Subject) -> [u8; 32] {
        let mut message = [0_u8; 40];
        let (kind, parts): (u8, [[u8; 16]; 2]) = match subject {
            Subject::Address(address) => (1, [network_of(address), [0; 16]]),
            Subject::Account(organisation, person) => (2, [*organisation.0.as_bytes(), *person.0.as_bytes()]),
            Subject::Token(token) => (3, [*token.as_bytes(), [0; 16]]),
        };
        let bytes = [meter.number(), kind].into_iter().chain(parts.into_iter().flatten());
        for (place, byte) in message.iter_mut().zip(bytes) {
            *place = byte;
        }
        self.keys.mac("rate-limit", &message)
    }

    /// Asks for an exchange before its time. A second call before it comes changes nothing.
    fn hurry(&self) {
        if let Some(wake) = self.wake.get() {
            // Full means that it has been asked for already.
            let _asked_already = wake.try_send(sharer::Message::Hurry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(settings: &RateLimitSettings) -> (Limits, tempfile::TempDir) {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = Keyring::open_or_create(&dir.path().join("keys")).expect("keys");
        (Limits::new(settings, Arc::new(keys)), dir)
    }

    fn settings() -> RateLimitSettings {
        RateLimitSettings { door_per_minute: 60, door_burst: 3, ..RateLimitSettings::default() }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("a time")
    }

    fn from(text: &str) -> Subject {
        Subject::Address(text.parse().expect("an address"))
    }

    #[test]
    fn a_burst_passes_then_one_by_one_at_the_agreed_pace() {
        let (limits, _dir) = limits(&settings());
        let take = |second| limits.take(Meter::Door, from("192.0.2.7"), at(second)).map_err(|refused| refused.wait_s);
        assert_eq!([take(0), take(0), take(0)], [Ok(()); 3]);
        assert_eq!(take(0), Err(1));
        assert_eq!([take(1), take(1)], [Ok(()), Err(1)]);
        // A refused one costs nothing: after three seconds there are three again.
        assert_eq!([take(4), take(4), take(4), take(4)], [Ok(()), Ok(()), Ok(()), Err(1)]);
    }

    #[test]
    fn one_meter_and_one_subject_leave_the_others_alone() {
        let (limits, _dir) = limits(&settings());
        let take = |meter, subject| limits.take(meter, subject, at(0)).is_ok();
        for _ in 0..3 {
            assert!(take(Meter::Door, from("192.0.2.7")));
        }
        assert!(!take(Meter::Door, from("192.0.2.7")));
        assert!(!take(Meter::Door, from("::ffff:192.0.2.7")), "the same address in other clothes");
        assert!(take(Meter::Door, from("192.0.2.8")));
        assert!(take(Meter::Public, from("192.0.2.7")));
        let (somebody, other) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        for _ in 0..3 {
            assert!(take(Meter::Door, Subject::Account(OrganisationId::NIL, somebody)));
        }
        assert!(!take(Meter::Door, Subject::Account(OrganisationId::NIL, somebody)));
        assert!(take(Meter::Door, Subject::Account(OrganisationId::NIL, other)));
        assert!(take(Meter::Door, Subject::Token(somebody.0)), "a token is not the account with the same id");
    }

    #[test]
    fn a_whole_ipv6_network_is_one_address() {
        let (limits, _dir) = limits(&settings());
        let take = |text| limits.take(Meter::Door, from(text), at(0)).is_ok();
        assert!(take("2001:db8::1") && take("2001:db8::2") && take("2001:db8::ffff:3"));
        assert!(!take("2001:db8::4"));
        assert!(take("2001:db8:0:1::1"), "the next network");
    }

    #[test]
    fn switched_off_nothing_is_ever_refused() {
        let (limits, _dir) = limits(&RateLimitSettings { enabled: false, ..settings() });
        assert!((0..100).all(|_| limits.take(Meter::Door, from("192.0.2.7"), at(0)).is_ok()));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_shut_anybody_out_for_long() {
        let (limits, _dir) = limits(&settings());
        for _ in 0..3 {
            limits.take(Meter::Door, from("192.0.2.7"), at(86_400)).expect("free");
        }
        let refused = limits.take(Meter::Door, from("192.0.2.7"), at(0)).expect_err("it was used a moment ago");
        assert!(refused.wait_s <= 12, "{refused:?}");
    }

    /// The size of what is kept is bounded, whoever asks.
    #[test]
    fn the_book_does_not_grow_without_end() {
        let (limits, _dir) = limits(&settings());
        for number in 0..300_000_u32 {
            let address = IpAddr::V4(std::net::Ipv4Addr::from(number));
            limits.take(Meter::Door, Subject::Address(address), at(0)).expect("its first request");
        }
        assert!(limits.book.len() <= book::MOST, "{}", limits.book.len());
    }
}
