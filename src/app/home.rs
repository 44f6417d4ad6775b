//! Who is asked for the cards of the first page. A new card is a function and a line in [`SOURCES`].
//!
//! All are asked in one transaction that only reads, each behind a savepoint: one that fails shows as that, and the
//! others stand. A source answers no card to whoever has nothing to do with it; what it counts is what its slice lets the
//! reader see. Cards hold figures and no names, so that looking at them leaves no entry.

mod appliance;
mod hr;
mod rota;
mod team;
mod trim;
mod week;

use std::error::Error;

use actix_web::HttpResponse;
use jiff::Timestamp;
use jiff::civil::Date;

use super::machine::Machine;
use crate::authz::permission;
use crate::db::{DbError, Tx};
use crate::home::{Card, HomePage, Section, Unread};
use crate::http::{Ask, Failure};
use crate::kernel::civil;

/// What sources know besides the transaction.
struct Now {
    /// The time.
    at: Timestamp,
    /// The day in the UK.
    today: Date,
    /// After how many days an account that nobody uses is dormant.
    dormant_days: u16,
    /// How the machine does, for those who look after it.
    machine: Option<Machine>,
}

impl Now {
    /// The first of the last seven days and today.
    fn week_ago(&self) -> Date {
        use jiff::ToSpan;
        self.today.checked_sub(7.days()).unwrap_or(self.today)
    }
}

/// Why a source answered nothing: any slice's error, for the log alone.
struct Failed(Box<dyn Error + Send + Sync>);

impl<E: Error + Send + Sync + 'static> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl Failed {
    /// The error with its causes.
    fn chain(&self) -> String {
        let mut text = self.0.to_string();
        let mut next = self.0.source();
        while let Some(cause) = next {
            text = format!("{text}: {cause}");
            next = cause.source();
        }
        text
    }
}

type Cards = Result<Vec<Card>, Failed>;

/// Who is asked: for which section, about what, and how.
type Source = (Section, &'static str, fn(&mut Tx<'_>, &Now) -> Cards);

/// All that are asked, in the order in which their cards stand.
const SOURCES: &[Source] = &[
    (Section::Week, "Competences", week::competences),
    (Section::Week, "Timesheets", week::timesheets),
    (Section::Week, "CPD", week::cpd),
    (Section::Week, "Claims", week::claims),
    (Section::Week, "Corrections", week::corrections),
    (Section::Week, "Expected duties", rota::own),
    (Section::Week, "Exposures", week::exposures),
    (Section::Week, "Signals", week::signals),
    (Section::Week, "Hours this week", week::hours),
    (Section::Week, "Working time", week::working_time),
    (Section::Team, "Approvals", team::approvals),
    (Section::Team, "Late timesheets", team::late),
    (Section::Team, "Competences", team::competences),
    (Section::Team, "Working time", team::working_time),
    (Section::Team, "On-call cover", rota::gaps),
    (Section::Team, "Absences", team::absences),
    (Section::Team, "Hours of the team", team::hours),
    (Section::Trim, "Caseload", trim::caseload),
    (Section::Hr, "Applications", hr::applications),
    (Section::Hr, "Details", hr::details),
    (Section::Hr, "Claims", hr::claims),
    (Section::Hr, "Payroll", hr::payroll),
    (Section::Hr, "Roles", hr::roles),
    (Section::Hr, "Accounts", hr::accounts),
    (Section::Hr, "Leavers", hr::leavers),
    (Section::Appliance, "E-mail", appliance::mail),
    (Section::Appliance, "Plugins", appliance::plugins),
    (Section::Appliance, "State", appliance::state),
    (Section::Assurance, "Accounts", appliance::oversight),
    (Section::Assurance, "Security log", appliance::security_log),
];

/// Shows the first page of whoever asks.
pub(super) async fn show(ask: &Ask, machine: Option<Machine>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let at = ask.clock().now();
    let today = civil::local(at).date();
    let now = Now { at, today, dormant_days: site.config.oversight.dormant_days, machine };
    let (cards, unread) = site.db.read(ask.caller(), move |tx| Ok::<_, DbError>(asked(tx, &now))).await?;
    let logs = ask.caller().holds(permission::DUTY_LOG);
    ask.page(&HomePage::new((today, logs), cards, &unread, &site.views)?)
}

fn asked(tx: &mut Tx<'_>, now: &Now) -> (Vec<Card>, Vec<Unread>) {
    let (mut cards, mut unread) = (Vec::new(), Vec::new());
    for (section, title, read) in SOURCES {
        match tx.attempt(|tx| read(tx, now)) {
            Ok(mut found) => cards.append(&mut found),
            Err(failed) => {
                let (cause, section_title) = (failed.chain(), section.title());
                tracing::error!(%cause, section = section_title, source = title, "a card could not be read");
                unread.push(Unread { section: *section, title });
            }
        }
    }
    (cards, unread)
}

/// A count as cards take it.
fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// `today`, `1 day`, `12 days`: how long before `now` something happened.
fn for_days(since: Timestamp, now: &Now) -> String {
    let days = civil::local(since).date().until(now.today).map_or(0, |span| i64::from(span.get_days()));
    match days {
        ..=0 => "since today".to_owned(),
        days => format!("for {}", crate::views::format::count(days, "day", "days")),
    }
}

/// Hours with one decimal, as a chart's figures read.
fn in_hours(minutes: i64) -> f64 {
    f64::from(i32::try_from((minutes + 3) / 6).unwrap_or(i32::MAX)) / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Now {
        let at: Timestamp = "2026-11-22T09:00:00Z".parse().expect("a time");
        Now { at, today: civil::local(at).date(), dormant_days: 90, machine: None }
    }

    #[test]
    fn how_long_something_waits_is_said_in_days_of_the_calendar() {
        let ago = |text: &str| for_days(text.parse().expect("a time"), &now());
        assert_eq!(ago("2026-11-22T00:30:00Z"), "since today");
        assert_eq!(ago("2026-11-21T23:30:00Z"), "for 1 day");
        assert_eq!(ago("2026-10-23T09:00:00Z"), "for 30 days");
        assert_eq!(now().week_ago(), jiff::civil::date(2026, 11, 15));
    }

    #[test]
    fn minutes_become_hours_with_one_decimal() {
        assert_eq!([0, 90, 690].map(in_hours), [0.0, 1.5, 11.5]);
    }

    #[test]
    fn every_source_is_named_once_in_its_section() {
        let mut names: Vec<(Section, &str)> =
            SOURCES.iter().map(|(section, title, _read)| (*section, *title)).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
