//! Explanations: every hour is told, and where it went.

use super::notation::{calendar, hours, read};
use crate::kernel::civil;
use crate::working_time::model::AbsenceKind;
use crate::working_time::rules::{Explanation, Ledger, Part};
use crate::working_time::seconds::Seconds;

fn explain(record: &str) -> Explanation {
    let (calendar, said) = (calendar(), read(record));
    let ledger = Ledger::draw_up(&calendar, &said.person, said.now).expect("a ledger");
    ledger.explain(said.day).expect("an explanation")
}

/// Each line as `1 May 09:00-11:00 turnout 2 h: counts to A`.
fn lines(explanation: &Explanation) -> Vec<String> {
    let clock = |at: jiff::Timestamp| civil::local(at).strftime("%H:%M").to_string();
    let line = explanation.lines.iter().map(|line| {
        let (day, from, until) = (line.day.strftime("%-d %b"), clock(line.span.begins()), clock(line.span.ends()));
        format!("{day} {from}-{until} {} {} h: {}", line.source.name(), hours(line.length), line.part.text())
    });
    line.collect()
}

fn sum(explanation: &Explanation, part: Part) -> Seconds {
    explanation.lines.iter().filter(|line| line.part == part).map(|line| line.length).sum()
}

#[test]
fn overlapping_hours_are_attributed_once() {
    let explanation = explain(
        "primary 2026-05-01 09:00-17:00 break 12:00-13:00; turnout 2026-05-01 11:00-12:30; home 2026-05-01 18:00-08:00",
    );
    assert_eq!(
        lines(&explanation),
        [
            "1 May 09:00-11:00 primary employment 2 h: counts to A",
            "1 May 09:00-12:00 primary employment 1 h: left out: counted already, as other work at the same time",
            "1 May 11:00-12:30 turnout 1.5 h: counts to A",
            "1 May 12:00-13:00 primary employment 1 h: left out: a rest break",
            "1 May 13:00-17:00 primary employment 4 h: counts to A",
            "1 May 18:00-00:00 standby at home 6 h: left out: standby at home does not count in this contract group",
            "2 May 00:00-08:00 standby at home 8 h: left out: standby at home does not count in this contract group",
        ]
    );
    assert_eq!(hours(explanation.figure.average.a), "7.5");
}

#[test]
fn hours_of_b_and_of_an_opt_out_are_told_apart() {
    let explanation = explain(
        "optout 2026-04-30..2026-04-30; shift 2026-04-30 19:00-07:00; leave 2026-05-02; \
         shift 2026-05-03 20:00-02:00; shift 2026-05-05 09:00-17:00",
    );
    assert_eq!(
        lines(&explanation),
        [
            "30 Apr 19:00-00:00 shift 5 h: left out: the weekly limit does not apply, by opt-out",
            "1 May 00:00-07:00 shift 7 h: counts to A",
            "3 May 20:00-00:00 shift 4 h: counts to A",
            // The worked day of the opt-out and the day of leave: two worked days stand in.
            "4 May 00:00-02:00 shift 2 h: counts to B",
            "5 May 09:00-17:00 shift 8 h: counts to B",
        ]
    );
    let average = &explanation.figure.average;
    assert_eq!((average.excluded_days, average.open_days), (2, 0));
    let excluded: Vec<_> = explanation.excluded.iter().map(|day| (day.day.to_string(), day.absence)).collect();
    assert_eq!(excluded, [("2026-04-30".to_owned(), None), ("2026-05-02".to_owned(), Some(AbsenceKind::AnnualLeave))]);
}

#[test]
fn a_group_that_counts_nothing_on_call_still_tells_of_it() {
    let explanation =
        explain("terms protection standby none; home 2026-05-01 18:00-22:00; turnout 2026-05-01 19:00-20:00");
    assert_eq!(
        lines(&explanation),
        [
            "1 May 18:00-22:00 standby at home 4 h: left out: on call does not count in this contract group",
            "1 May 19:00-20:00 turnout 1 h: left out: on call does not count in this contract group",
        ]
    );
}

const WORKED_CHECK: &str = "shift 2026-01-05..2026-01-30 mon-fri 09:00-18:45; leave 2026-02-02..2026-02-06; \
    shift 2026-02-09..2026-05-01 mon-fri 09:00-18:45; shift 2026-05-04..2026-05-15 mon-fri 07:00-19:00";

#[test]
fn the_worked_check_in_words() {
    let explanation = explain(WORKED_CHECK);
    assert_eq!(sum(&explanation, Part::A), Seconds::from_hours(780));
    assert_eq!(sum(&explanation, Part::B), Seconds::from_hours(60));
    assert_eq!(explanation.lines.len(), 85);
    assert_eq!(
        explanation.summary(),
        [
            "A: 780 h worked from 5 Jan 2026 to 3 May 2026.",
            "B: 60 h worked right after that, in place of 5 excluded days.",
            "C: 17 weeks.",
            "(A + B) / C = 49.41 hours a week. That is 1 h 24 min 43 s a week over the limit of 48 h.",
            "Shortest daily rest of the last 7 days: 14 h 15 min, in the 24 hours from 27 Apr 2026, 09:00.",
            "Longest stretch without a break: 9 h 45 min, 1 May 2026, 09:00 to 18:45.",
            "Missed: 5 breaks.",
            "Rules: GB WTR 1998, 2003-04-06.",
        ]
    );
}

#[test]
fn what_is_open_owed_and_not_limited_is_said() {
    let running = explain(&format!("{WORKED_CHECK}; now 2026-05-06 20:00")).summary();
    assert!(
        running.contains(&"B is short of 3 days of work: 49.72 hours a week are to be expected.".to_owned()),
        "{running:?}"
    );
    let owed = explain(
        "terms protection; day 2026-05-02; now 2026-05-02 12:00; start 2026-05-01; shift 2026-05-01 09:00-09:00",
    );
    let summary = owed.summary();
    for sentence in [
        "C: 2 days.",
        "Shortest daily rest of the last 7 days: 0 h, in the 24 hours from 1 May 2026, 09:00.",
        "Missed: 1 daily rest, 1 break.",
        // Eleven hours on end; the break of twenty minutes has been made up for meanwhile.
        "Compensatory rest owed: 11 h, the first of it by 16 May 2026.",
    ] {
        assert!(summary.contains(&sentence.to_owned()), "{sentence} is not in {summary:?}");
    }
    let out = explain("optout 2020-01-06..; shift 2026-05-01 09:00-17:00").summary();
    assert!(out.iter().any(|line| line.ends_with("The limit does not apply: an opt-out stands.")), "{out:?}");
}
