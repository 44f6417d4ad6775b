//! A compact way to write a person down, and the figures that are expected of them.
//!
//! A record is a list of statements separated by `;`. All times are those of the wall clock in the United Kingdom.
//!
//! ```text
//! day 2026-05-03                            the day of the figure (this one, if nothing is said)
//! now 2026-05-03 18:00                      up to when the record is known (else the end of 2026)
//! start 2026-04-20                          the first day of the employment (else 6 January 2020, a Monday)
//! adult 2026-09-01                          the day on which they become 18
//! terms ordinary                            terms that hold from the start; or `terms from 2026-06-01 protection`.
//!     + w17 w26 w52                         reference period agreed, in weeks
//!     + block 2026-01-05                    fixed blocks, one of which begins on this day
//!     + standby none|turnouts|all           what of on-call counts (else turnouts)
//!     + weekly 7|2x14|1x14                  how the weekly rest is given (else 7)
//!     + breaks-count                        breaks are working time
//!     + hazards                             night work holds special hazards
//! leave 2026-02-02..2026-02-06              annual leave; likewise sick, family, other
//! optout 2026-01-05..2026-03-01             or `optout 2026-01-05..` without an end
//! shift 2026-05-01 19:00-07:00 break 60     a shift, with an hour's break at some time; `break 01:00-01:30` at this time
//! shift 2026-05-01 09:00-09:00              until the next day; `09:00-09:00+2` until two days later
//! shift 2026-01-05..2026-05-01 mon-fri 09:00-17:00      the same on each of these days
//! shift 2026-05-03 07:00-                   not closed
//! ```
//!
//! Other work is written `turnout`, `training`, `station`, `home`, `primary` and `second`. Of an hour that comes twice
//! `01:30a` is the first, `01:30b` the second.
//!
//! What is expected is a list of `name=value`, hours as decimals: see [`value`].

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::kernel::civil::{self, Instant};
use crate::working_time::calendar::Calendar;
use crate::working_time::law::{RuleBook, great_britain};
use crate::working_time::model::*;
use crate::working_time::rules::{DayFigure, Ledger, NightStanding, Standing};
use crate::working_time::seconds::Seconds;

/// What a record says.
pub(super) struct Said {
    pub(super) person: Person,
    pub(super) day: Date,
    pub(super) now: Timestamp,
}

/// Two years and more around the days of the cases.
pub(super) fn calendar() -> Calendar {
    let book = RuleBook::new(vec![great_britain()]).expect("a book");
    Calendar::new(&book, date("2024-12-30"), date("2027-03-07")).expect("a calendar")
}

/// Tries every case of a table: its name, the record, what is expected.
pub(super) fn try_all(cases: &[(&str, &str, &str)]) {
    let calendar = calendar();
    let mut wrong = Vec::new();
    for (name, record, expected) in cases {
        let said = read(record);
        let figure = Ledger::draw_up(&calendar, &said.person, said.now)
            .and_then(|ledger| ledger.figure(said.day))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for wanted in expected.split_whitespace() {
            let (key, text) = wanted.split_once('=').unwrap_or_else(|| panic!("{name}: no value in {wanted:?}"));
            let found = value(&figure, key);
            if found != text {
                wrong.push(format!("{name}: {key} is {found}, not {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A figure's value by its short name.
fn value(figure: &DayFigure, key: &str) -> String {
    let (average, rest) = (&figure.average, &figure.rest);
    let night = figure.night.as_ref();
    match key {
        // (A + B) / C: hours, hours, weeks or else days, hours a week.
        "A" => hours(average.a),
        "B" => hours(average.b),
        "C" if average.c_days % 7 == 0 => (average.c_days / 7).to_string(),
        "C" => format!("{}d", average.c_days),
        "avg" => average.average.to_string(),
        "is" => standing(average.standing).to_owned(),
        // Headroom a week; hours left in the period; excluded days; days that B is short of; whether all is settled.
        "room" => hours(average.headroom),
        "left" => hours(average.hours_left),
        "x" => average.excluded_days.to_string(),
        "open" => average.open_days.to_string(),
        "final" => yes(average.is_final()).to_owned(),
        "expected" => average.expected.to_string(),
        "worked" => average.worked.to_string(),
        "unclosed" => figure.unclosed.len().to_string(),
        // The shortest daily rest, missed daily rests / weekly rests / breaks, the longest stretch without a break.
        "short" => rest.shortest.map_or("none".to_owned(), |rest| hours(rest.rest.length())),
        "missed" => format!("{}/{}/{}", rest.missed_daily, rest.missed_weekly, rest.missed_breaks),
        "stretch" => rest.longest_stretch.map_or("none".to_owned(), |stretch| hours(stretch.length())),
        // Compensatory rest owed, and by when.
        "owed" => hours(figure.debt.owed),
        "due" => figure.debt.due_on.map_or("none".to_owned(), |due| due.to_string()),
        // Under 18: hours of the day / of the week / at night.
        "young" => figure.young.map_or("none".to_owned(), |young| {
            format!("{}/{}/{}", hours(young.day), hours(young.week), hours(young.night))
        }),
        "kept" => figure.young.map_or("none", |young| yes(young.is_within())).to_owned(),
        // Night work: standing; nights / days' work; average in 24 hours; worst hazardous 24 hours, `!` if too long.
        "night" => night.map_or("none", |night| night_standing(night.standing)).to_owned(),
        "nights" => night.map_or("none".to_owned(), |night| format!("{}/{}", night.nights, night.days_worked)),
        "navg" => night.map_or("none".to_owned(), |night| hours(night.average)),
        "hazard" => night.map_or("none".to_owned(), |night| {
            let mark = if night.hazardous_over { "!" } else { "" };
            night.hazardous.map_or("none".to_owned(), |worst| format!("{}{mark}", hours(worst)))
        }),
        other => panic!("no value is called {other:?}"),
    }
}

const fn yes(it_is: bool) -> &'static str {
    if it_is { "yes" } else { "no" }
}

const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Within => "within",
        Standing::Over => "over",
        Standing::OptedOut => "out",
    }
}

const fn night_standing(standing: NightStanding) -> &'static str {
    match standing {
        NightStanding::NotANightWorker => "not",
        NightStanding::Within => "within",
        NightStanding::Over => "over",
        NightStanding::Exempt => "exempt",
    }
}

/// Hours as a decimal without idle zeros: `780`, `10.5`, `-1.41`.
pub(super) fn hours(length: Seconds) -> String {
    let hundredths = length.hundredths_of_an_hour();
    let sign = if hundredths < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn date(text: &str) -> Date {
    text.parse().unwrap_or_else(|error| panic!("{text:?} is no date: {error}"))
}

/// Terms as the notation leaves them when it says nothing.
pub(super) const fn plain_terms(from: Date) -> Terms {
    Terms {
        from,
        civil_protection: false,
        reference_weeks: ReferenceWeeks::Statutory,
        blocks: Blocks::Rolling,
        standby: StandbyRule::TurnoutOnly,
        weekly_rest: WeeklyRestRule::EverySevenDays,
        breaks_count: false,
        special_hazards: false,
    }
}

/// Reads a record.
pub(super) fn read(record: &str) -> Said {
    let mut said = Said {
        person: Person {
            started_on: date("2020-01-06"),
            adult_from: None,
            terms: Vec::new(),
            opt_outs: Vec::new(),
            absences: Vec::new(),
            work: Vec::new(),
        },
        day: date("2026-05-03"),
        now: at(date("2026-12-31"), "12:00"),
    };
    for statement in record.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        state(&mut said, words[0], &words[1..]);
    }
    if said.person.terms.is_empty() {
        said.person.terms.push(plain_terms(date("2020-01-06")));
    }
    said
}

fn state(said: &mut Said, verb: &str, words: &[&str]) {
    let person = &mut said.person;
    match verb {
        "day" => said.day = date(words[0]),
        "now" => said.now = at(date(words[0]), words[1]),
        "start" => person.started_on = date(words[0]),
        "adult" => person.adult_from = Some(date(words[0])),
        "terms" => person.terms.push(terms(words)),
        "leave" => person.absences.push(absence(words[0], AbsenceKind::AnnualLeave)),
        "sick" => person.absences.push(absence(words[0], AbsenceKind::Sick)),
        "family" => person.absences.push(absence(words[0], AbsenceKind::Family)),
        "other" => person.absences.push(absence(words[0], AbsenceKind::Other)),
        "optout" => {
            let (first, last) = words[0].split_once("..").expect("two dates");
            let last = Some(last).filter(|last| !last.is_empty()).map(date);
            person.opt_outs.push(OptOut { first: date(first), last });
        }
        "shift" => work(person, Source::Shift, words),
        "turnout" => work(person, Source::Turnout, words),
        "training" => work(person, Source::Training, words),
        "station" => work(person, Source::StationStandby, words),
        "home" => work(person, Source::HomeStandby, words),
        "primary" => work(person, Source::PrimaryEmployment, words),
        "second" => work(person, Source::SecondaryEmployment, words),
        other => panic!("nothing is called {other:?}"),
    }
}

fn absence(range: &str, kind: AbsenceKind) -> Absence {
    let (first, last) = range.split_once("..").unwrap_or((range, range));
    Absence { first: date(first), last: date(last), kind }
}

fn terms(words: &[&str]) -> Terms {
    let mut terms = plain_terms(date("2020-01-06"));
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "from" => terms.from = date(words.next().expect("a date")),
            "ordinary" => {}
            "protection" => terms.civil_protection = true,
            "block" => terms.blocks = Blocks::Fixed(date(words.next().expect("a date"))),
            "standby" => {
                terms.standby = match words.next() {
                    Some("none") => StandbyRule::None,
                    Some("turnouts") => StandbyRule::TurnoutOnly,
                    Some("all") => StandbyRule::All,
                    other => panic!("no standby rule is called {other:?}"),
                }
            }
            "weekly" => {
                terms.weekly_rest = match words.next() {
                    Some("7") => WeeklyRestRule::EverySevenDays,
                    Some("2x14") => WeeklyRestRule::TwiceInFourteenDays,
                    Some("1x14") => WeeklyRestRule::OnceInFourteenDays,
                    other => panic!("no weekly rest is called {other:?}"),
                }
            }
            "breaks-count" => terms.breaks_count = true,
            "hazards" => terms.special_hazards = true,
            weeks => {
                let weeks = weeks.strip_prefix('w').and_then(|weeks| weeks.parse().ok());
                terms.reference_weeks = ReferenceWeeks::Agreed(weeks.unwrap_or_else(|| panic!("no terms: {words:?}")));
            }
        }
    }
    terms
}

/// `DATE[..DATE [WEEKDAYS]] FROM-[UNTIL[+DAYS]] [break MINUTES|FROM-UNTIL]...`
fn work(person: &mut Person, source: Source, words: &[&str]) {
    let (first, last) = words[0].split_once("..").unwrap_or((words[0], words[0]));
    let (weekdays, words) =
        if words[1].contains(':') { (None, &words[1..]) } else { (Some(weekdays(words[1])), &words[2..]) };
    let days = date(first).series(1.day()).take_while(|day| *day <= date(last));
    for day in days.filter(|day| weekdays.as_ref().is_none_or(|weekdays| weekdays.contains(&day.weekday()))) {
        let (from, until) = words[0].split_once('-').expect("two times");
        let ended_at = (!until.is_empty()).then(|| end(day, from, until));
        let number = u128::try_from(person.work.len()).expect("few") + 1;
        let started_at = at(day, from);
        let breaks = breaks(day, started_at, &words[1..]);
        person.work.push(Work { id: WorkId(Uuid::from_u128(number)), source, started_at, ended_at, breaks });
    }
}

fn weekdays(text: &str) -> Vec<Weekday> {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let number = |name: &str| NAMES.iter().position(|known| *known == name).unwrap_or_else(|| panic!("{name:?}"));
    let numbers: Vec<usize> = match text.split_once('-') {
        Some((from, until)) => (number(from)..=number(until)).collect(),
        None => text.split(',').map(number).collect(),
    };
    let weekday = |number: usize| Weekday::from_monday_zero_offset(i8::try_from(number).expect("below 7"));
    numbers.into_iter().map(|number| weekday(number).expect("below 7")).collect()
}

/// The first instant of this time after the start, or that of so many days after the day of the start.
fn end(day: Date, from: &str, until: &str) -> Timestamp {
    let (until, days) = until.split_once('+').unwrap_or((until, "0"));
    let same = at(day.checked_add(days.parse::<i64>().expect("days").days()).expect("a date"), until);
    if same > at(day, from) { same } else { at(day.tomorrow().expect("a date"), until) }
}

fn breaks(day: Date, started_at: Timestamp, words: &[&str]) -> Breaks {
    let mut given = Vec::new();
    for pair in words.chunks(2) {
        assert_eq!(pair[0], "break");
        match pair[1].split_once('-') {
            None => return Breaks::Minutes(pair[1].parse().expect("minutes")),
            Some((from, until)) => {
                // A time before the start is one of the next day.
                let day = if at(day, from) < started_at { day.tomorrow().expect("a date") } else { day };
                given.push((at(day, from), end(day, from, until)));
            }
        }
    }
    if given.is_empty() { Breaks::None } else { Breaks::At(given) }
}

/// A time on a day.
pub(super) fn at(day: Date, time: &str) -> Timestamp {
    let clock = Time::strptime("%H:%M", time.trim_end_matches(['a', 'b']));
    let clock = clock.unwrap_or_else(|error| panic!("{time:?} is no time: {error}"));
    match (civil::instant(day.to_datetime(clock)), time.ends_with('b')) {
        (Instant::One(at), _) | (Instant::Twice(at, _), false) | (Instant::Twice(_, at), true) => at,
        (Instant::Never, _) => panic!("{time} did not happen on {day}"),
    }
}
