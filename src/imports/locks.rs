//! Rows that would bring a duty into hours that are approved: they are locked, so the whole row is rejected.
//!
//! Check and commit ask the same question of every duty by itself: does its day lie in an approved period, and is it not
//! known from an earlier import? So a file that is imported again after the hours were approved has duplicates, and no
//! rejected rows.

use std::collections::HashMap;

use jiff::civil::Date;

use super::directory::Directory;
use super::fate::{NewDuty, Reason};
use crate::views::format;

/// First and last day of the approved periods that duties of a batch lie in, by the duties' places in it.
pub(super) type Locked = HashMap<usize, (Date, Date)>;

/// Why a row with this duty is rejected.
pub(super) fn reason(directory: &Directory, duty: &NewDuty, (from, to): (Date, Date)) -> Reason {
    let name = directory
        .person(duty.person)
        .map_or_else(|| "this person".to_owned(), |person| format!("{} {}", person.given_name, person.family_name));
    Reason::row(format!(
        "The hours of {name} from {} to {} are approved and locked. Ask whoever approved them to reopen them and import \
         the row again, or have {name} propose a correction.",
        format::short_date(from),
        format::short_date(to)
    ))
}

/// Takes rows out of a batch that have a locked duty, and says how many. `rows` says how many duties each row has.
pub(super) fn take_out(batch: &mut Vec<NewDuty>, rows: &[usize], locked: &Locked) -> usize {
    if locked.is_empty() {
        return 0;
    }
    let (mut taken, mut first) = (0, 0_usize);
    let mut keep = Vec::with_capacity(batch.len());
    for count in rows {
        let end = first.saturating_add(*count);
        let stays = !(first..end).any(|place| locked.contains_key(&place));
        keep.extend(std::iter::repeat_n(stays, *count));
        taken += usize::from(!stays);
        first = end;
    }
    let mut keep = keep.into_iter();
    batch.retain(|_duty| keep.next().unwrap_or(true));
    taken
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::imports::fate::KindPath;
    use crate::kernel::ids::{DutyKindId, PersonId, UnitId};

    fn duty(key: &str) -> NewDuty {
        let now: Timestamp = "2026-11-16T09:00:00Z".parse().expect("a time");
        NewDuty {
            person: PersonId::new(now),
            unit: UnitId::new(now),
            started_at: now,
            ended_at: now,
            started_on: jiff::civil::date(2026, 11, 16),
            break_minutes: 0,
            kind: KindPath { type_id: DutyKindId::new(now), category_id: None, subcategory_id: None },
            incident_number: None,
            job_role: None,
            call_sign: None,
            mileage_tenths: None,
            turnout_seconds: None,
            travel_seconds: None,
            attendance_seconds: None,
            shared_note: None,
            source_key: key.to_owned(),
        }
    }

    #[test]
    fn one_locked_duty_takes_its_whole_row_out() {
        let week = (jiff::civil::date(2026, 11, 16), jiff::civil::date(2026, 11, 22));
        let mut batch: Vec<NewDuty> = ["a", "b1", "b2", "c"].map(duty).into();
        assert_eq!(take_out(&mut batch, &[1, 2, 1], &Locked::new()), 0);
        assert_eq!(batch.len(), 4);
        assert_eq!(take_out(&mut batch, &[1, 2, 1], &[(2, week)].into()), 1);
        let left: Vec<&str> = batch.iter().map(|duty| duty.source_key.as_str()).collect();
        assert_eq!(left, ["a", "c"]);
    }

    #[test]
    fn the_reason_says_which_days_and_what_to_do() {
        let week = (jiff::civil::date(2026, 11, 16), jiff::civil::date(2026, 11, 22));
        let text = reason(&Directory::default(), &duty("a"), week).to_string();
        assert!(text.starts_with("The hours of this person from 16 Nov 2026 to 22 Nov 2026 are approved"), "{text}");
    }
}
