//! What stands around every page: how many notices somebody has not read, and, for whoever looks after e-mail, that it
//! does not get out. Remembered for half a minute, so that a page costs no look at the database for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use super::error::NoticeError;
use super::model::Figures;
use super::policy::ReadOutbox;
use super::{inbox_store, store};
use crate::authz::{self, Caller, permission};
use crate::db::{Db, Tx};
use crate::http::{Bell, Rung};
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::views::format;

/// How long what was found is believed.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// People remembered at most.
const CAPACITY: usize = 20_000;

/// After so long without getting out, mail is somebody's trouble.
const FOR_LONG: SignedDuration = SignedDuration::from_hours(1);

type Known = HashMap<(OrganisationId, PersonId), (Timestamp, Rung)>;

/// The bell of the console.
pub struct Doorbell {
    db: Db,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

impl Doorbell {
    /// One that remembers nothing yet.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock, known: Mutex::default() }
    }

    fn remembered(&self, key: (OrganisationId, PersonId), now: Timestamp) -> Option<Rung> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, rung) = known.get(&key)?;
        (now.duration_since(*at).abs() < FRESH).then(|| rung.clone())
    }

    fn remember(&self, key: (OrganisationId, PersonId), now: Timestamp, rung: Rung) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(key, (now, rung));
    }
}

impl Bell for Doorbell {
    fn look<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Rung> {
        Box::pin(async move {
            let Some(person) = caller.person() else { return Rung::default() };
            let (key, now) = ((person.organisation, person.id), self.clock.now());
            if let Some(rung) = self.remembered(key, now) {
                return rung;
            }
            let (id, reads_mail) = (person.id, caller.holds_for_all(permission::MAIL_READ));
            let found = self.db.read(caller, move |tx| ring(tx, id, reads_mail, now)).await;
            match found {
                Ok(rung) => {
                    self.remember(key, now, rung.clone());
                    rung
                }
                // The page itself says what is wrong, if it needs the database.
                Err(error) => {
                    tracing::warn!(%error, "what stands around a page could not be read");
                    Rung::default()
                }
            }
        })
    }

    fn forget(&self, person: PersonId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|(_organisation, id), _known| *id != person);
    }
}

fn ring(tx: &mut Tx<'_>, person: PersonId, reads_mail: bool, now: Timestamp) -> Result<Rung, NoticeError> {
    let unread = inbox_store::unread(tx, person)?;
    let alarm = if reads_mail {
        let may = authz::may::<ReadOutbox>(tx, ())?;
        alarm(&store::figures(tx, &may, now - SignedDuration::from_hours(1))?, now)
    } else {
        None
    };
    Ok(Rung { unread, alarm })
}

/// What an administrator has to hear on every page of theirs: that messages wait for long, or were given up. Figures of the
/// outbox, not of a process: it says the same after a restart and on every node.
fn alarm(figures: &Figures, now: Timestamp) -> Option<String> {
    let stuck = figures.oldest_tried.filter(|since| now.duration_since(*since) >= FOR_LONG);
    if let Some(since) = stuck {
        return Some(format!("E-mail does not get out: a message has waited since {}.", format::long_time(since)));
    }
    (figures.dead > 0).then(|| {
        let were = if figures.dead == 1 { "was" } else { "were" };
        format!("{} {were} given up.", format::count(figures.dead, "message by e-mail", "messages by e-mail"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_that_waits_for_an_hour_or_was_given_up_is_an_alarm_and_a_busy_server_is_not() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let now = at("2026-11-23T12:00:00Z");
        assert_eq!(alarm(&Figures::default(), now), None);
        let tried = |since: &str| Figures { put_off: 1, oldest_tried: Some(at(since)), ..Figures::default() };
        assert_eq!(alarm(&tried("2026-11-23T11:00:01Z"), now), None);
        let words = alarm(&tried("2026-11-23T11:00:00Z"), now).unwrap_or_default();
        assert!(words.contains("does not get out"), "{words}");
        // What waits for the end of quiet hours was not tried, and is no trouble.
        let waiting = Figures { waiting: 3, oldest_waiting: Some(at("2026-11-22T12:00:00Z")), ..Figures::default() };
        assert_eq!(alarm(&waiting, now), None);
        let dead = Figures { dead: 2, ..Figures::default() };
        assert_eq!(alarm(&dead, now).as_deref(), Some("2 messages by e-mail were given up."));
    }
}
