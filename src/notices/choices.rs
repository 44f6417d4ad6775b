//! By which ways somebody hears of what, and when they want to be left alone: their own choice.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::choices_store as store;
use super::error::NoticeError;
use super::kinds::NoticeKind;
use super::quiet::Times;
use crate::audit::{self, Entry, Field};
use crate::authz::Caller;
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::PersonId;

const WANTED: Field = Field::shown("wanted");
// When somebody sleeps is nobody's business.
const QUIET: Field = Field::sensitive("quiet hours");
const NOT_ON_DUTY: Field = Field::sensitive("not on duty");
const DIGEST_DAY: Field = Field::sensitive("day of the summary");

/// A way to hear of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// In the list behind the bell.
    App,
    /// By e-mail, at once.
    Email,
    /// Counted in the weekly summary.
    Digest,
    /// In one's calendar, on the day that it is about.
    Calendar,
}

impl Channel {
    /// All of them, as pages show them.
    pub const ALL: [Self; 4] = [Self::App, Self::Email, Self::Digest, Self::Calendar];

    /// Its name in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Email => "email",
            Self::Digest => "digest",
            Self::Calendar => "calendar",
        }
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::App => "In Watchroom",
            Self::Email => "E-mail at once",
            Self::Digest => "Weekly summary",
            Self::Calendar => "My calendar",
        }
    }

    /// What happens when nobody chose: all but the summary, which would say the same again.
    const fn by_itself(self) -> bool {
        !matches!(self, Self::Digest)
    }

    /// Whether a kind can be heard of by it at all.
    pub const fn carries(self, kind: NoticeKind) -> bool {
        let row = kind.row();
        match self {
            Self::App | Self::Digest => row.in_app.is_some(),
            Self::Email => row.by_mail,
            Self::Calendar => row.has_date,
        }
    }
}

/// What somebody wants to hear of, and by which way.
pub type Wanted = BTreeSet<(NoticeKind, Channel)>;

/// Every pair that there is to choose.
pub fn offered() -> impl Iterator<Item = (NoticeKind, Channel)> {
    let optional = NoticeKind::ALL.into_iter().filter(|kind| kind.is_optional());
    optional.flat_map(|kind| Channel::ALL.into_iter().filter(move |way| way.carries(kind)).map(move |way| (kind, way)))
}

/// What somebody chose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Which notices, by which way.
    pub wanted: Wanted,
    /// And when.
    pub times: Times,
}

/// Whether `person` wants this kind by e-mail, as far as the caller may see.
pub(super) fn wants_mail(tx: &mut Tx<'_>, person: PersonId, kind: NoticeKind) -> Result<bool, DbError> {
    Ok(store::choice(tx, person, kind, Channel::Email)?.unwrap_or(Channel::Email.by_itself()))
}

/// What `person` wants of what there is to choose.
pub(super) fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Wanted, DbError> {
    let made = store::choices(tx, person)?;
    let wanted = |pair: &(NoticeKind, Channel)| {
        let (kind, way) = pair;
        let choice = made.iter().find(|(code, channel, _wanted)| code == kind.code() && channel == way.code());
        choice.map_or(way.by_itself(), |(_code, _channel, wanted)| *wanted)
    };
    Ok(offered().filter(wanted).collect())
}

/// What the caller chose.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn mine(db: &Db, caller: &Caller) -> Result<Choices, NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(Choices::default()) };
    db.read(caller, move |tx| {
        Ok(Choices { wanted: of_person(tx, person)?, times: store::times(tx, person)?.unwrap_or_default() })
    })
    .await
}

/// Sets what the caller wants: each offered pair that is among `chosen.wanted`, and none of the others. What is not
/// offered goes out as before.
///
/// # Errors
/// [`NoticeError::Db`].
pub async fn choose(db: &Db, caller: &Caller, chosen: Choices, now: Timestamp) -> Result<(), NoticeError> {
    let Some(person) = caller.person_id() else { return Ok(()) };
    db.write(caller, move |tx| {
        let before = of_person(tx, person)?;
        for pair in offered().filter(|pair| before.contains(pair) != chosen.wanted.contains(pair)) {
            let ((kind, way), wanted) = (pair, chosen.wanted.contains(&pair));
            store::choose(tx, person, pair, wanted, now)?;
            let entry = Entry::new("notice.choose").on("notice", kind.code()).about(person);
            let entry = entry.noting("way", way.code()).changed([WANTED.change(!wanted, wanted)]);
            audit::record(tx, now, entry)?;
        }
        let (old, new) = (store::times(tx, person)?.unwrap_or_default(), chosen.times);
        if old != new {
            store::set_times(tx, person, &new, now)?;
            let entry = Entry::new("notice.choose").on("notice", "times").about(person).changed([
                QUIET.change(hours(&old), hours(&new)),
                NOT_ON_DUTY.change(old.not_on_duty, new.not_on_duty),
                DIGEST_DAY.change(
                    i64::from(old.digest_day.to_monday_one_offset()),
                    i64::from(new.digest_day.to_monday_one_offset()),
                ),
            ]);
            audit::record(tx, now, entry)?;
        }
        Ok(())
    })
    .await
}

fn hours(times: &Times) -> Option<String> {
    times.quiet.map(|(from, to)| format!("{} to {}", from.clock(), to.clock()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_always_goes_out_is_not_offered_and_a_calendar_only_for_what_has_a_day() {
        let offered: Vec<_> = offered().collect();
        assert!(offered.iter().all(|(kind, _way)| kind.is_optional()));
        assert!(offered.contains(&(NoticeKind::CertificateEnding, Channel::Calendar)));
        assert!(!offered.contains(&(NoticeKind::HoursApproved, Channel::Calendar)));
        assert!(offered.contains(&(NoticeKind::HoursApproved, Channel::Digest)));
    }
}
