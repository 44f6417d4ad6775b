//! What a duty adds to the sum of its person: each minute counts once, in the duty that began first. The database counts
//! the same (`app_counted_minutes`).

use jiff::Timestamp;

use super::super::model::Line;

/// Minutes of a duty that are at the same time as duties that began before it. Between instants, so a night on which the
/// clocks change has as many as went by.
pub fn covered_minutes(started: Timestamp, ended: Timestamp, covered_until: Option<Timestamp>) -> i32 {
    let until = covered_until.map_or(started, |until| until.min(ended));
    let minutes = until.duration_since(started).as_mins().max(0);
    i32::try_from(minutes).unwrap_or(i32::MAX)
}

/// What a duty adds to the sum, in minutes: what was worked, without the minutes that count in an earlier duty already.
/// Never less than nothing: a break does not take minutes from another duty.
pub fn counted_minutes(line: &Line) -> i32 {
    (line.worked_minutes - covered_minutes(line.started_at, line.ended_at, line.covered_until)).max(0)
}

/// What duties come to, each minute once, and how many minutes of theirs are at the same time as another duty.
pub fn counted(lines: &[Line]) -> (i32, i32) {
    let sum = |minutes: fn(&Line) -> i32| lines.iter().fold(0_i32, |sum, line| sum.saturating_add(minutes(line)));
    let once = sum(counted_minutes);
    (once, sum(|line| line.worked_minutes).saturating_sub(once))
}

#[cfg(test)]
mod tests {
    use super::super::warnings::samples::line;
    use super::*;

    /// Lines in the order in which they began, each knowing until when the earlier ones go on.
    fn lines(spans: &[(&str, &str, i32)]) -> Vec<Line> {
        let mut covered_until: Option<Timestamp> = None;
        let mut all = Vec::new();
        for (number, (start, end, breaks)) in (1..).zip(spans) {
            let line = line(number, start, end);
            let worked_minutes = line.worked_minutes - breaks;
            let next = covered_until.max(Some(line.ended_at));
            all.push(Line { covered_until, break_minutes: *breaks, worked_minutes, ..line });
            covered_until = next;
        }
        all
    }

    #[test]
    fn a_call_during_a_shift_counts_once_and_a_break_stays_a_break() {
        let shift = ("2026-11-16T09:00:00Z", "2026-11-16T18:00:00Z", 60);
        let call = ("2026-11-16T12:00:00Z", "2026-11-16T13:30:00Z", 0);
        assert_eq!(counted(&lines(&[shift, call])), (8 * 60, 90));
        assert_eq!(counted(&lines(&[shift, shift])), (8 * 60, 8 * 60), "the same duty twice");
        let after = ("2026-11-16T17:00:00Z", "2026-11-16T20:00:00Z", 0);
        assert_eq!(counted(&lines(&[shift, call, after])), (10 * 60, 90 + 60));
        let touching = ("2026-11-16T18:00:00Z", "2026-11-16T19:00:00Z", 0);
        assert_eq!(counted(&lines(&[shift, touching])), (9 * 60, 0));
        assert_eq!(counted(&[]), (0, 0));
    }

    #[test]
    fn three_at_once_count_once() {
        let spans = [
            ("2026-11-16T09:00:00Z", "2026-11-16T18:00:00Z", 0),
            ("2026-11-16T10:00:00Z", "2026-11-16T12:00:00Z", 0),
            ("2026-11-16T11:00:00Z", "2026-11-16T19:00:00Z", 0),
        ];
        assert_eq!(counted(&lines(&spans)), (10 * 60, 2 * 60 + 7 * 60));
    }

    #[test]
    fn nights_on_which_the_clocks_change_have_the_minutes_that_went_by() {
        // 25 October 2026, 01:30 to 01:30: the hour that comes twice.
        let autumn =
            [("2026-10-24T19:00:00Z", "2026-10-25T08:00:00Z", 0), ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", 0)];
        assert_eq!(counted(&lines(&autumn)), (13 * 60, 60));
        // 28 March 2027, 00:30 to 02:30 on the clock: one hour.
        let spring =
            [("2027-03-27T20:00:00Z", "2027-03-28T07:00:00Z", 0), ("2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z", 0)];
        assert_eq!(counted(&lines(&spring)), (11 * 60, 60));
    }

    proptest::proptest! {
        #[test]
        fn without_breaks_the_sum_is_the_time_on_duty_whatever_overlaps(
            mut spans in proptest::collection::vec((0_i64..10_000, 1_i64..1_440), 0..12),
        ) {
            spans.sort_unstable();
            let at = |minute: i64| Timestamp::from_second(1_800_000_000 + minute * 60).expect("a time").to_string();
            let texts: Vec<(String, String)> =
                spans.iter().map(|(start, lasts)| (at(*start), at(start + lasts))).collect();
            let spans_of: Vec<(&str, &str, i32)> =
                texts.iter().map(|(start, end)| (start.as_str(), end.as_str(), 0)).collect();
            let covered: std::collections::BTreeSet<i64> =
                spans.iter().flat_map(|(start, lasts)| *start..start + lasts).collect();
            let (once, twice) = counted(&lines(&spans_of));
            proptest::prop_assert_eq!(i64::from(once), i64::try_from(covered.len()).expect("a number"));
            proptest::prop_assert_eq!(i64::from(once + twice), spans.iter().map(|(_start, lasts)| lasts).sum::<i64>());
        }
    }
}
