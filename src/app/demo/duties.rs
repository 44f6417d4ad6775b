//! What the people of Northmoor did in the last eight weeks: two days, two nights, four off, and calls in between.
//!
//! Nothing is drawn by chance: the same day always gives the same duties.

use anyhow::Context;
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan};

use super::Tell;
use super::people::Crew;
use crate::authz::Caller;
use crate::duties::port::Watch;
use crate::duties::rules::Draft;
use crate::duties::service::{self, Source};
use crate::duties::words::Kinds;
use crate::http::Site;
use crate::identity::sessions;
use crate::kernel::civil::{self, Instant};
use crate::kernel::ids::{DutyId, DutyKindId, OrganisationId, UnitId};

/// How far back the demonstration goes (days).
const DAYS: i32 = 56;

/// After how many people's duties a line says how far it is.
const TOLD_EVERY: i32 = 5;

/// Type, category and sub-category of a call, by code, and the minutes it took.
const CALLS: &[(&str, &str, &str, i64)] = &[
    ("fire-incident", "false-alarm", "apparatus", 25),
    ("fire-incident", "fire", "secondary", 50),
    ("fire-incident", "special-service", "rtc", 95),
    ("fire-incident", "special-service", "entry-exit", 30),
    ("fire-incident", "false-alarm", "good-intent", 20),
    ("fire-incident", "fire", "primary-dwelling", 140),
    ("fire-incident", "special-service", "lift-release", 35),
];

/// The kinds that the demonstration uses.
struct Words {
    day: DutyKindId,
    night: DutyKindId,
    drill: DutyKindId,
    visit: DutyKindId,
    calls: Vec<(DutyKindId, i64)>,
}

/// Logs the duties, each as the person who did it, and tells now and then how many people's are done.
pub(super) async fn log_all(
    site: &Site,
    organisation: OrganisationId,
    crews: &[Crew],
    tell: Tell<'_>,
) -> anyhow::Result<()> {
    let now = site.clock.now();
    let today = civil::local(now).date();
    for (number, crew) in (0_i32..).zip(crews) {
        if number > 0 && number % TOLD_EVERY == 0 {
            tell(&format!("  {number} of {} people", crews.len()));
        }
        let caller = Caller::Person(std::sync::Arc::new(sessions::unknown(organisation, crew.person, None, None)));
        let (kinds, _units) = service::words(&site.db, &caller).await?;
        let words = Words::find(&kinds)?;
        for draft in (0..DAYS).rev().flat_map(|ago| day(number, ago, today, crew.unit, &words)) {
            if draft.ended_at < now {
                let logged = draft.ended_at.min(now);
                service::log(&site.db, &Watch::nobody(), &caller, DutyId::new(logged), draft, Source::Manual, now)
                    .await
                    .context("a duty of the demonstration was refused")?;
            }
        }
    }
    Ok(())
}

impl Words {
    fn find(kinds: &Kinds) -> anyhow::Result<Self> {
        let find = |codes: &[&str]| {
            let mut parent = None;
            for code in codes {
                let found = kinds.in_order().into_iter().find(|kind| kind.parent == parent && kind.code == *code);
                parent = Some(found.with_context(|| format!("no kind of work is called {code}"))?.id);
            }
            parent.context("no code was given")
        };
        let calls = CALLS
            .iter()
            .map(|(kind, category, sub, minutes)| Ok((find(&[kind, category, sub])?, *minutes)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Self {
            day: find(&["shift", "day"])?,
            night: find(&["shift", "night"])?,
            drill: find(&["training", "drill"])?,
            visit: find(&["fire-work", "home-fire-safety"])?,
            calls,
        })
    }
}

/// What somebody did on the day that was `ago` days before today; people change over every other day.
fn day(number: i32, ago: i32, today: Date, unit: UnitId, words: &Words) -> Vec<Draft> {
    let Ok(date) = today.checked_sub(ago.days()) else { return Vec::new() };
    let turn = (ago + number * 2).rem_euclid(8);
    let mut duties = Vec::new();
    let mut add = |kind, from: i8, minutes: i64, break_minutes, inside: bool| {
        duties.extend(draft(date.at(from, 0, 0, 0), minutes, kind, unit, break_minutes, inside));
    };
    match turn {
        7 | 6 => {
            add(words.day, 9, 9 * 60, 60, false);
            let call = usize::try_from(ago + number).unwrap_or(0);
            if let Some((kind, minutes)) = words.calls.get(call % (words.calls.len() + 2)) {
                add(*kind, 13, *minutes, 0, true);
            }
        }
        5 | 4 => add(words.night, 18, 15 * 60, 0, false),
        1 if ago % 3 == 0 => add(words.drill, 10, 120, 0, false),
        2 if number % 4 == 0 => add(words.visit, 14, 90, 0, false),
        _ => {}
    }
    duties
}

fn draft(
    start: DateTime,
    minutes: i64,
    kind: DutyKindId,
    unit: UnitId,
    break_minutes: i32,
    inside: bool,
) -> Option<Draft> {
    let at = |wall: DateTime| -> Option<Timestamp> {
        match civil::instant(wall) {
            Instant::One(at) | Instant::Twice(at, _) => Some(at),
            Instant::Never => None,
        }
    };
    let day = start.date();
    Some(Draft {
        started_at: at(start)?,
        ended_at: at(start.checked_add(minutes.minutes()).ok()?)?,
        break_minutes,
        kind,
        unit,
        mileage_tenths: None,
        incident_number: inside.then(|| format!("N{:02}{:03}", day.year() % 100, day.day_of_year())),
        job_role: inside.then(|| "Firefighter".to_owned()),
        call_sign: None,
        shared_note: None,
        private_note: None,
        both_right: inside,
        despite_breach: true,
    })
}
