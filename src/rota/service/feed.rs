//! The calendar feed: one's own token, and the answer to whoever has it.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::calendar::expected_of;
use crate::absences;
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Person, SystemName};
use crate::crypto::{Token, TokenDigest};
use crate::db::Db;
use crate::kernel::civil;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::rota::error::RotaError;
use crate::rota::ical::{self, Event, When};
use crate::rota::policy::KeepOwn;
use crate::rota::port::Reminders;
use crate::rota::rules::{self, Range};
use crate::rota::store;

/// Days back and ahead that a feed holds.
const BACK_DAYS: i32 = 28;
const AHEAD_DAYS: i32 = 182;

/// What the address of a feed says.
#[derive(Debug, Clone)]
pub struct FeedLink {
    /// In which organisation it is.
    pub organisation: OrganisationId,
    /// The secret.
    pub token: Token,
}

impl FeedLink {
    /// Its path, to be shown once. Each call is a place to look at in review.
    pub fn path(&self) -> String {
        format!("/feeds/{}.{}.ics", self.organisation.0.simple(), self.token.reveal())
    }

    /// Reads the last part of [`FeedLink::path`]; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (organisation, token) = text.strip_suffix(".ics")?.split_once('.')?;
        let organisation = OrganisationId(Uuid::try_parse(organisation).ok()?);
        Some(Self { organisation, token: Token::parse(token)? })
    }
}

/// When one's feed was made, if there is one.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn feed(db: &Db, caller: &Caller) -> Result<Option<Timestamp>, RotaError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepOwn>(tx, me)?;
        Ok(store::feed(tx, &may)?)
    })
    .await
}

/// Makes one's feed, or gives it another address: the one before no longer works.
///
/// # Errors
/// [`RotaError::Random`].
pub async fn make_feed(db: &Db, caller: &Caller, now: Timestamp) -> Result<FeedLink, RotaError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepOwn>(tx, me)?;
        let token = Token::random()?;
        let TokenDigest(digest) = token.digest();
        let renewed = store::feed(tx, &may)?.is_some();
        store::set_feed(tx, &may, &digest, now)?;
        let entry = Entry::new("feed.make").on("person", me).about(me).noting("renewed", renewed);
        audit::record(tx, now, entry)?;
        Ok(FeedLink { organisation: tx.caller().organisation(), token })
    })
    .await
}

/// Takes one's feed away: its address stops working at once. `false` when there is none.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn revoke_feed(db: &Db, caller: &Caller, now: Timestamp) -> Result<bool, RotaError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepOwn>(tx, me)?;
        let revoked = store::revoke_feed(tx, &may)?;
        if revoked {
            audit::record(tx, now, Entry::new("feed.revoke").on("person", me).about(me))?;
        }
        Ok(revoked)
    })
    .await
}

/// The calendar that a feed's address stands for: expected and logged duties and days away, each without anything but
/// its time and its type; and whole days that `reminders` knows of, with a link below `base`, the address of this program.
/// Read as its person, with what they may still read.
///
/// # Errors
/// [`RotaError::Authz`] for an address that is unknown or revoked, or whose person may keep none any more.
pub async fn answer(
    db: &Db,
    reminders: Reminders,
    base: String,
    link: &FeedLink,
    now: Timestamp,
) -> Result<String, RotaError> {
    let TokenDigest(digest) = link.token.digest();
    let door = Caller::system(SystemName::Calendar, link.organisation);
    let found = db.read(&door, move |tx| Ok::<_, RotaError>(store::feed_of(tx, &digest)?)).await?;
    let (person, made_at) = found.ok_or(AuthzError::Hidden)?;
    let caller = Caller::Person(Arc::new(Person::unloaded(link.organisation, person)));
    db.read(&caller, move |tx| {
        let may = authz::may::<KeepOwn>(tx, person).map_err(|error| match error {
            AuthzError::Denied(_) | AuthzError::Hidden => AuthzError::Hidden,
            AuthzError::Db(error) => AuthzError::Db(error),
        })?;
        let today = civil::local(now).date();
        let range = Range {
            first: today.checked_sub(BACK_DAYS.days()).unwrap_or(today),
            last: today.checked_add(AHEAD_DAYS.days()).unwrap_or(today),
        };
        let (from, to) = range.span();
        let logged = store::logged(tx, &[person], from, to)?;
        let mut expected = expected_of(tx, may.facts(), range)?;
        let confirmed = store::confirmed(tx, &[person], range.first, range.last)?;
        // What was logged takes the place of what was expected.
        expected.retain(|one| !confirmed.contains(&(person, one.slot, one.day)) && !rules::is_done(one, &logged));
        let mut events: Vec<Event> = expected
            .iter()
            .map(|one| Event {
                uid: format!("{}-{}@watchroom", one.slot, one.day.strftime("%Y%m%d")),
                when: When::Span(one.starts_at, one.ends_at),
                summary: one.form.title().to_owned(),
                url: None,
            })
            .collect();
        events.extend(logged.iter().map(|duty| Event {
            uid: format!("{}@watchroom", duty.id),
            when: When::Span(duty.started_at, duty.ended_at),
            summary: "Duty".to_owned(),
            url: None,
        }));
        for days in absences::days_of(tx, person, range.first, range.last)? {
            events.push(Event {
                uid: format!("away-{}-{}@watchroom", person, days.first.strftime("%Y%m%d")),
                when: When::Days(days.first, days.last),
                // Whoever has the address learns that they are away, and not why.
                summary: "Away".to_owned(),
                url: None,
            });
        }
        let Reminders(find) = reminders;
        events.extend(find(tx, person, range.first, range.last)?.into_iter().map(|reminder| Event {
            uid: format!("notice-{}@watchroom", reminder.id),
            when: When::Days(reminder.day, reminder.day),
            summary: reminder.label.to_owned(),
            url: Some(format!("{base}{}", reminder.path)),
        }));
        Ok(ical::text("Watchroom duties", &events, made_at))
    })
    .await
}
