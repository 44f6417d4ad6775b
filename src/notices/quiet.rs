//! When somebody is left alone, and on which morning their summary comes. Pure.
//!
//! Times are those of the clock on the wall in the United Kingdom. Quiet hours are a span of instants for each day on
//! which they begin: from the first moment at which the clock shows the one time to the first at which it shows the
//! other. A time that the clocks go forward over is the moment at which they do.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use crate::kernel::civil::{self, Instant};

/// Minutes after midnight on the wall clock, 0 to 1439.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinuteOfDay(i16);

impl MinuteOfDay {
    /// From a number of minutes; `None` when the day has no such minute.
    pub fn new(minutes: i16) -> Option<Self> {
        (0..1_440).contains(&minutes).then_some(Self(minutes))
    }

    /// From what people type: `22:00`, `7:30`, `22.00` or `2200`.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (hours, minutes) = match typed.split_once([':', '.']) {
            Some(parts) => parts,
            None => typed.split_at_checked(typed.len().checked_sub(2)?)?,
        };
        let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(hours) || !digits(minutes) || minutes.len() != 2 {
            return None;
        }
        let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then_some(Self(hours * 60 + minutes))
    }

    /// As a number.
    pub fn minutes(self) -> i16 {
        self.0
    }

    /// As the clock shows it: `07:30`.
    pub fn clock(self) -> String {
        format!("{:02}:{:02}", self.0 / 60, self.0 % 60)
    }

    /// The first moment of `date` at which the clock shows it, or has gone over it.
    fn on(self, date: Date) -> Timestamp {
        let (hour, minute) = (i8::try_from(self.0 / 60).unwrap_or(0), i8::try_from(self.0 % 60).unwrap_or(0));
        match civil::instant(date.at(hour, minute, 0, 0)) {
            Instant::One(at) | Instant::Twice(at, _) => at,
            Instant::Never => {
                let midnight = civil::start_of_day(date);
                civil::zone().following(midnight).next().map_or(midnight, |change| change.timestamp())
            }
        }
    }
}

/// When somebody wants to hear of what may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Quiet from one time to the other; over midnight when the second is the earlier. Never the same time twice.
    pub quiet: Option<(MinuteOfDay, MinuteOfDay)>,
    /// Not while on duty.
    pub not_on_duty: bool,
    /// The day of the weekly summary.
    pub digest_day: Weekday,
}

impl Default for Times {
    fn default() -> Self {
        Self { quiet: None, not_on_duty: false, digest_day: Weekday::Monday }
    }
}

/// The end of the quiet hours that `now` lies in, if it does.
fn quiet_until((from, to): (MinuteOfDay, MinuteOfDay), now: Timestamp) -> Option<Timestamp> {
    let today = civil::local(now).date();
    let begins = [today.yesterday().ok(), Some(today)];
    let spans = begins.into_iter().flatten().map(|day| {
        let last = if to > from { day } else { day.tomorrow().unwrap_or(day) };
        (from.on(day), to.on(last))
    });
    spans.into_iter().filter(|(start, end)| *start <= now && now < *end).map(|(_start, end)| end).max()
}

/// Until when a message that may wait waits: past a duty that lasts until `on_duty_until`, if they want that, and past
/// the quiet hours that it is then. `None`: it goes at once. Whether another duty has begun by then is asked again then.
pub fn wait_until(times: &Times, on_duty_until: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let after_duty = on_duty_until.filter(|end| times.not_on_duty && *end > now).unwrap_or(now);
    let release = times.quiet.and_then(|quiet| quiet_until(quiet, after_duty)).unwrap_or(after_duty);
    (release > now).then_some(release)
}

/// The hour at which summaries are written.
const MORNING: MinuteOfDay = MinuteOfDay(8 * 60);

/// The next time that it is eight in the morning.
pub fn next_morning(now: Timestamp) -> Timestamp {
    let today = civil::local(now).date();
    let this = MORNING.on(today);
    if this > now { this } else { today.tomorrow().map_or(this, |tomorrow| MORNING.on(tomorrow)) }
}

/// The morning whose summary is to be written now: the latest one of their day, unless it was written (`last`) or all that
/// waits came after it (`oldest`). So a morning on which the appliance was off is made up for, and none comes twice.
pub fn digest_due(day: Weekday, last: Option<Date>, oldest: Timestamp, now: Timestamp) -> Option<Date> {
    let today = civil::local(now).date();
    let back = i64::from(today.weekday().since(day));
    let latest = today.checked_sub(back.days()).ok()?;
    let latest = if MORNING.on(latest) <= now { latest } else { latest.checked_sub(7.days()).ok()? };
    (last.is_none_or(|last| last < latest) && oldest < MORNING.on(latest)).then_some(latest)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn clock(text: &str) -> MinuteOfDay {
        MinuteOfDay::parse(text).expect("a time of day")
    }

    fn quiet(from: &str, to: &str) -> Times {
        Times { quiet: Some((clock(from), clock(to))), ..Times::default() }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (typed, minutes) in [("22:00", 1_320), (" 7:30 ", 450), ("07.30", 450), ("2200", 1_320), ("730", 450)] {
            assert_eq!(MinuteOfDay::parse(typed).map(MinuteOfDay::minutes), Some(minutes), "{typed}");
        }
        for typed in ["", "7", "24:00", "12:60", "7:3", "ten", "1:234", "+7:30", "é:00", "12345"] {
            assert_eq!(MinuteOfDay::parse(typed), None, "{typed}");
        }
        assert_eq!(clock("7:05").clock(), "07:05");
    }

    #[test]
    fn a_night_is_waited_out_on_days_with_and_without_a_change_of_the_clocks() {
        let cases = [
            // from, to, now, until
            ("22:00", "07:00", "2026-11-22T21:59:59Z", None),
            ("22:00", "07:00", "2026-11-22T22:00:00Z", Some("2026-11-23T07:00:00Z")),
            ("22:00", "07:00", "2026-11-23T06:59:59Z", Some("2026-11-23T07:00:00Z")),
            ("22:00", "07:00", "2026-11-23T07:00:00Z", None),
            // In summer the clock is an hour ahead of UTC.
            ("22:00", "07:00", "2026-07-01T21:00:00Z", Some("2026-07-02T06:00:00Z")),
            // The night on which the clocks go forward is eight hours long, the one on which they go back ten.
            ("22:00", "07:00", "2026-03-28T22:00:00Z", Some("2026-03-29T06:00:00Z")),
            ("22:00", "07:00", "2026-10-24T21:00:00Z", Some("2026-10-25T07:00:00Z")),
            // An end that the clocks go over is the moment at which they do: 01:00 UTC.
            ("22:00", "01:30", "2026-03-29T00:15:00Z", Some("2026-03-29T01:00:00Z")),
            ("22:00", "01:30", "2026-03-29T01:00:00Z", None),
            // A beginning that they go over, likewise.
            ("01:30", "06:00", "2026-03-29T00:59:59Z", None),
            ("01:30", "06:00", "2026-03-29T01:00:00Z", Some("2026-03-29T05:00:00Z")),
            // An end that comes twice: the first one. The hour that comes again is not quiet again.
            ("22:00", "01:30", "2026-10-25T00:10:00Z", Some("2026-10-25T00:30:00Z")),
            ("22:00", "01:30", "2026-10-25T01:10:00Z", None),
            // A beginning that comes twice: from the first one on, without a gap.
            ("01:30", "06:00", "2026-10-25T00:30:00Z", Some("2026-10-25T06:00:00Z")),
            ("01:30", "06:00", "2026-10-25T01:10:00Z", Some("2026-10-25T06:00:00Z")),
            // By day.
            ("09:00", "17:00", "2026-11-23T12:00:00Z", Some("2026-11-23T17:00:00Z")),
            ("09:00", "17:00", "2026-11-23T17:00:00Z", None),
        ];
        for (from, to, now, until) in cases {
            assert_eq!(wait_until(&quiet(from, to), None, at(now)), until.map(at), "{from} to {to} at {now}");
        }
    }

    #[test]
    fn a_duty_is_waited_out_when_they_want_that_and_then_the_quiet_hours_that_it_ends_in() {
        let (now, end) = (at("2026-11-23T19:00:00Z"), at("2026-11-23T23:00:00Z"));
        assert_eq!(wait_until(&Times::default(), Some(end), now), None);
        let on_duty = Times { not_on_duty: true, ..Times::default() };
        assert_eq!(wait_until(&on_duty, Some(end), now), Some(end));
        assert_eq!(wait_until(&on_duty, Some(now), now), None);
        assert_eq!(wait_until(&on_duty, None, now), None);
        let both = Times { not_on_duty: true, ..quiet("22:00", "07:00") };
        assert_eq!(wait_until(&both, Some(end), now), Some(at("2026-11-24T07:00:00Z")));
        // A duty that outlasts the night.
        let late = at("2026-11-24T09:00:00Z");
        assert_eq!(wait_until(&both, Some(late), at("2026-11-23T23:30:00Z")), Some(late));
    }

    #[test]
    fn the_summary_comes_on_its_morning_once_and_late_rather_than_never() {
        let monday = date(2026, 11, 23);
        let (before, eight) = (at("2026-11-20T12:00:00Z"), at("2026-11-23T08:00:00Z"));
        assert_eq!(digest_due(Weekday::Monday, None, before, eight), Some(monday));
        assert_eq!(digest_due(Weekday::Monday, Some(monday), before, eight), None);
        assert_eq!(digest_due(Weekday::Monday, None, before, at("2026-11-23T07:59:59Z")), None);
        // The appliance was off on Monday.
        assert_eq!(
            digest_due(Weekday::Monday, Some(date(2026, 11, 16)), before, at("2026-11-25T08:00:00Z")),
            Some(monday)
        );
        // What came since waits for its own morning.
        assert_eq!(digest_due(Weekday::Monday, None, at("2026-11-23T09:00:00Z"), at("2026-11-24T08:00:00Z")), None);
        // Moving the day from Monday to Wednesday brings no second one before Wednesday.
        assert_eq!(digest_due(Weekday::Wednesday, Some(monday), before, at("2026-11-24T08:00:00Z")), None);
        let wednesday = date(2026, 11, 25);
        assert_eq!(digest_due(Weekday::Wednesday, Some(monday), before, at("2026-11-25T08:00:00Z")), Some(wednesday));
        // In summer eight o'clock is seven in UTC.
        assert_eq!(
            digest_due(Weekday::Monday, None, at("2026-06-28T12:00:00Z"), at("2026-06-29T07:00:00Z")),
            Some(date(2026, 6, 29))
        );
    }

    #[test]
    fn the_morning_is_eight_oclock_in_winter_and_in_summer() {
        assert_eq!(next_morning(at("2026-11-22T07:59:00Z")), at("2026-11-22T08:00:00Z"));
        assert_eq!(next_morning(at("2026-11-22T08:00:00Z")), at("2026-11-23T08:00:00Z"));
        assert_eq!(next_morning(at("2026-07-01T06:59:00Z")), at("2026-07-01T07:00:00Z"));
        assert_eq!(next_morning(at("2026-10-24T12:00:00Z")), at("2026-10-25T08:00:00Z"));
    }

    fn instants() -> impl Strategy<Value = Timestamp> {
        // Two years by the minute, with four changes of the clocks among them.
        let first = at("2026-01-01T00:00:00Z");
        (0_i64..2 * 366 * 1_440).prop_map(move |minutes| first + SignedDuration::from_mins(minutes))
    }

    fn spans() -> impl Strategy<Value = (MinuteOfDay, MinuteOfDay)> {
        (0_i16..1_440, 1_i16..1_440).prop_map(|(from, length)| {
            let to = (from + length) % 1_440;
            (MinuteOfDay::new(from).expect("a minute"), MinuteOfDay::new(to).expect("a minute"))
        })
    }

    proptest! {
        #[test]
        fn nobody_waits_for_ever_and_the_end_is_an_end(quiet in spans(), now in instants()) {
            let times = Times { quiet: Some(quiet), ..Times::default() };
            if let Some(until) = wait_until(&times, None, now) {
                prop_assert!(until > now);
                prop_assert!(until.duration_since(now) < SignedDuration::from_hours(25));
                // At its end it is over: a message that was put off goes. Only where the clocks go forward over the whole
                // pause between two quiet spans do they meet.
                let over = wait_until(&times, None, until).is_none();
                prop_assert!(over || civil::start_of_day(civil::local(until).date()).duration_since(until).as_hours() > -3);
            }
        }

        #[test]
        fn on_an_ordinary_day_it_is_quiet_whenever_the_clock_says_so(quiet in spans(), now in instants()) {
            let local = civil::local(now);
            let changes = |days: i64| {
                let day = local.date().checked_add(days.days()).expect("a day");
                civil::start_of_day(day.tomorrow().expect("a day")).duration_since(civil::start_of_day(day)).as_hours() != 24
            };
            prop_assume!(!(-1..=1).any(changes));
            let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
            let (from, to) = (quiet.0.minutes(), quiet.1.minutes());
            let shown = if from < to { from <= minute && minute < to } else { minute >= from || minute < to };
            let times = Times { quiet: Some(quiet), ..Times::default() };
            prop_assert_eq!(wait_until(&times, None, now).is_some(), shown);
        }

        #[test]
        fn a_summary_that_was_written_is_never_due_again(day in 1_i8..=7, now in instants(), later in 0_i64..6 * 1_440) {
            let day = Weekday::from_monday_one_offset(day).expect("a weekday");
            let oldest = now - SignedDuration::from_hours(24 * 8);
            if let Some(due) = digest_due(day, None, oldest, now) {
                prop_assert_eq!(due.weekday(), day);
                prop_assert_eq!(digest_due(day, Some(due), oldest, now), None);
                let again = digest_due(day, Some(due), oldest, now + SignedDuration::from_mins(later));
                prop_assert!(again.is_none_or(|again| again > due));
            }
        }
    }
}
