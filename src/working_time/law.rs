//! The law as dated data: every number of working time, with where it stands and whether somebody has checked it.
//!
//! The formulas in `rules` hold none of these numbers. A change of the law is a new [`RuleSet`] with its own
//! `effective_from`; figures of earlier days keep the set that was in force then.

mod great_britain;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, Time};

pub use great_britain::great_britain;

use super::error::WorkingTimeError;
use super::model::AbsenceKind;
use super::seconds::Seconds;

/// A number of the law with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited<T> {
    /// The number.
    pub value: T,
    /// The provision, judgment or guidance that it is taken from.
    pub source: Cow<'static, str>,
    /// Whether it was checked against that text; shown as "not confirmed" while it was not.
    pub verified: bool,
}

impl<T> Cited<T> {
    /// A number that was checked against its source.
    pub const fn confirmed(value: T, source: &'static str) -> Self {
        Self { value, source: Cow::Borrowed(source), verified: true }
    }

    /// A number that nobody has checked yet.
    pub const fn not_confirmed(value: T, source: &'static str) -> Self {
        Self { value, source: Cow::Borrowed(source), verified: false }
    }
}

/// The law as it stands from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// What the set is called; every figure names it.
    pub version: Arc<str>,
    /// The first day on which it is in force.
    pub effective_from: Date,
    /// Which day decides that it is this set that applies.
    pub basis: Cow<'static, str>,
    /// The weekly limit.
    pub week: WeekLaw,
    /// The agreement to leave the weekly limit.
    pub opt_out: OptOutLaw,
    /// Daily and weekly rest.
    pub rest: RestLaw,
    /// Rest that makes up for rest that was missed.
    pub compensation: CompensationLaw,
    /// Rest breaks.
    pub breaks: BreakLaw,
    /// Night work.
    pub night: NightLaw,
    /// Workers under 18.
    pub young: YoungLaw,
    /// What is ours to choose.
    pub house: HouseRules,
}

/// The weekly limit and how its average is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekLaw {
    /// The limit in each seven days.
    pub limit: Cited<Seconds>,
    /// Weeks of the reference period.
    pub reference_weeks: Cited<i64>,
    /// The same for workers of regulation 21.
    pub reference_weeks_civil_protection: Cited<i64>,
    /// The most weeks that can be agreed.
    pub longest_reference_weeks: Cited<i64>,
    /// The absences whose days are excluded.
    pub excluded: Cited<BTreeSet<AbsenceKind>>,
    /// Which days of an opt-out are excluded.
    pub opted_out_days: Cited<OptedOutDays>,
}

/// Which days of an opt-out count as excluded days. Their hours are left out of A and B either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptedOutDays {
    /// Those on which the person worked, so that as many worked days stand in for them: the average stays neutral, as
    /// article 16(b) of Directive 2003/88 asks.
    Worked,
    /// Every day of the calendar. After a long opt-out this overstates the average of whoever works less than daily.
    Calendar,
}

/// Notice to end an opt-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOutLaw {
    /// Days of notice unless something else was agreed.
    pub notice_days: Cited<i64>,
    /// The longest notice that can be agreed, in months.
    pub longest_notice_months: Cited<i64>,
}

/// Daily and weekly rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestLaw {
    /// Rest without interruption in each `per`.
    pub daily: Cited<Seconds>,
    /// The same under 18.
    pub daily_young: Cited<Seconds>,
    /// The length of time in which the daily rest has to lie, from the start of work.
    pub per: Cited<Seconds>,
    /// Rest without interruption in each 7 days, or twice in each 14 days.
    pub weekly: Cited<Seconds>,
    /// Rest without interruption once in each 14 days.
    pub fortnightly: Cited<Seconds>,
    /// Rest in each 7 days under 18.
    pub weekly_young: Cited<Seconds>,
    /// Whether daily rest may lie within the weekly rest; if not, the weekly one is longer by the daily one.
    pub weekly_may_hold_daily: Cited<bool>,
}

/// Rest that makes up for rest that was missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompensationLaw {
    /// Days in which a missed daily rest should be made up for.
    pub daily_due_days: Cited<i64>,
    /// Days in which a missed weekly rest should be made up for.
    pub weekly_due_days: Cited<i64>,
    /// Days in which a missed break should be made up for.
    pub break_due_days: Cited<i64>,
    /// Whether daily and weekly rest have to be made up for by as many hours on end, not in pieces.
    pub rest_in_one_piece: Cited<bool>,
    /// The same of breaks.
    pub break_in_one_piece: Cited<bool>,
}

/// Rest breaks within the day's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakLaw {
    /// A break is due when the day's work is longer than this.
    pub after: Cited<Seconds>,
    /// The shortest break that counts as one.
    pub length: Cited<Seconds>,
    /// As `after`, under 18.
    pub after_young: Cited<Seconds>,
    /// As `length`, under 18.
    pub length_young: Cited<Seconds>,
}

/// Night work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NightLaw {
    /// When night time begins, before midnight.
    pub from: Cited<Time>,
    /// When it ends, after midnight.
    pub until: Cited<Time>,
    /// Work in night time that makes a day's work a night's work.
    pub hours: Cited<Seconds>,
    /// A night worker is who works a night at least once in so many days of work.
    pub once_in: Cited<i64>,
    /// The average limit in each 24 hours.
    pub limit: Cited<Seconds>,
    /// Weeks of the reference period.
    pub reference_weeks: Cited<i64>,
    /// The limit in any 24 hours with night work of special hazards.
    pub hazard_limit: Cited<Seconds>,
}

/// Workers under 18.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YoungLaw {
    /// The limit in a day.
    pub day: Cited<Seconds>,
    /// The limit in a week from Monday, without averaging or opt-out.
    pub week: Cited<Seconds>,
    /// When the time begins in which they do not work, before midnight.
    pub night_from: Cited<Time>,
    /// When it ends, after midnight.
    pub night_until: Cited<Time>,
}

/// What no law says and we have to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseRules {
    /// The longest that work counts which nobody closed.
    pub longest_open_work: Cited<Seconds>,
    /// Days, the day of the figure included, over which the shortest rest and the longest stretch are looked for.
    pub look_back_days: Cited<i64>,
}

impl RuleSet {
    /// Whether every number can be worked with.
    fn check(&self) -> Result<(), WorkingTimeError> {
        let seconds = |rule: &Cited<Seconds>| rule.value.get();
        let numbers = [
            ("the weekly limit", seconds(&self.week.limit)),
            ("the reference period", self.week.reference_weeks.value),
            ("the reference period of civil protection", self.week.reference_weeks_civil_protection.value),
            ("the longest reference period", self.week.longest_reference_weeks.value),
            ("the notice of an opt-out", self.opt_out.notice_days.value),
            ("the longest notice of an opt-out", self.opt_out.longest_notice_months.value),
            ("the daily rest", seconds(&self.rest.daily)),
            ("the daily rest under 18", seconds(&self.rest.daily_young)),
            ("the time in which daily rest lies", seconds(&self.rest.per)),
            ("the weekly rest", seconds(&self.rest.weekly)),
            ("the fortnightly rest", seconds(&self.rest.fortnightly)),
            ("the weekly rest under 18", seconds(&self.rest.weekly_young)),
            ("the days to make up for daily rest", self.compensation.daily_due_days.value),
            ("the days to make up for weekly rest", self.compensation.weekly_due_days.value),
            ("the days to make up for a break", self.compensation.break_due_days.value),
            ("the work after which a break is due", seconds(&self.breaks.after)),
            ("the break", seconds(&self.breaks.length)),
            ("the work after which a break is due under 18", seconds(&self.breaks.after_young)),
            ("the break under 18", seconds(&self.breaks.length_young)),
            ("the hours of a night's work", seconds(&self.night.hours)),
            ("the share of nights", self.night.once_in.value),
            ("the limit of night work", seconds(&self.night.limit)),
            ("the reference period of night work", self.night.reference_weeks.value),
            ("the limit of hazardous night work", seconds(&self.night.hazard_limit)),
            ("the day's limit under 18", seconds(&self.young.day)),
            ("the week's limit under 18", seconds(&self.young.week)),
            ("the longest open work", seconds(&self.house.longest_open_work)),
            ("the days to look back", self.house.look_back_days.value),
        ];
        if let Some((rule, _number)) = numbers.into_iter().find(|(_rule, number)| *number <= 0) {
            return Err(WorkingTimeError::NotPositive { version: self.version.to_string(), rule });
        }
        let nights = [(&self.night.from, &self.night.until), (&self.young.night_from, &self.young.night_until)];
        if nights.iter().any(|(from, until)| until.value >= from.value) {
            return Err(WorkingTimeError::NightWithoutMidnight { version: self.version.to_string() });
        }
        Ok(())
    }
}

/// The rule sets of all times, each in force until the next one.
#[derive(Debug, Clone)]
pub struct RuleBook {
    /// By `effective_from`.
    sets: Vec<Arc<RuleSet>>,
}

impl RuleBook {
    /// A book of these sets, in any order.
    ///
    /// # Errors
    /// [`WorkingTimeError::NoRules`] without a set; [`WorkingTimeError::RulesTwice`] when two begin on the same day;
    /// [`WorkingTimeError::NotPositive`] and [`WorkingTimeError::NightWithoutMidnight`] for a set that cannot be
    /// worked with.
    pub fn new(mut sets: Vec<RuleSet>) -> Result<Self, WorkingTimeError> {
        if sets.is_empty() {
            return Err(WorkingTimeError::NoRules);
        }
        sets.sort_by_key(|set| set.effective_from);
        for set in &sets {
            set.check()?;
        }
        let twice = sets.iter().zip(sets.iter().skip(1)).find(|(one, next)| one.effective_from == next.effective_from);
        if let Some((one, _next)) = twice {
            return Err(WorkingTimeError::RulesTwice(one.effective_from));
        }
        Ok(Self { sets: sets.into_iter().map(Arc::new).collect() })
    }

    /// The set in force on `day`; `None` before the first one.
    pub fn on(&self, day: Date) -> Option<&Arc<RuleSet>> {
        let begun = self.sets.partition_point(|set| set.effective_from <= day);
        self.sets.get(begun.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn from(day: Date) -> RuleSet {
        RuleSet { version: day.to_string().into(), effective_from: day, ..great_britain() }
    }

    #[test]
    fn a_set_is_in_force_until_the_next_one() {
        let book = RuleBook::new(vec![from(date(2027, 4, 1)), from(date(2003, 4, 6))]).expect("a book");
        let version = |day| book.on(day).map(|set| set.version.to_string());
        assert_eq!(version(date(2003, 4, 5)), None);
        assert_eq!(version(date(2003, 4, 6)).as_deref(), Some("2003-04-06"));
        assert_eq!(version(date(2027, 3, 31)).as_deref(), Some("2003-04-06"));
        assert_eq!(version(date(2027, 4, 1)).as_deref(), Some("2027-04-01"));
    }

    #[test]
    fn a_book_that_cannot_be_worked_with_is_refused() {
        let wrong = |change: fn(&mut RuleSet)| {
            let mut set = great_britain();
            change(&mut set);
            RuleBook::new(vec![set]).map(|_book| ()).expect_err("refused")
        };
        assert_eq!(RuleBook::new(Vec::new()).map(|_book| ()).expect_err("refused"), WorkingTimeError::NoRules);
        let twice = RuleBook::new(vec![great_britain(), great_britain()]).map(|_book| ()).expect_err("refused");
        assert_eq!(twice, WorkingTimeError::RulesTwice(date(2003, 4, 6)));
        let nothing = wrong(|set| set.rest.daily.value = Seconds::ZERO);
        assert!(matches!(nothing, WorkingTimeError::NotPositive { rule: "the daily rest", .. }), "{nothing:?}");
        let daylight = wrong(|set| set.night.until.value = jiff::civil::time(23, 30, 0, 0));
        assert!(matches!(daylight, WorkingTimeError::NightWithoutMidnight { .. }), "{daylight:?}");
    }

    #[test]
    fn what_ships_names_a_source_for_each_number() {
        let set = great_britain();
        assert_eq!(set.week.limit, Cited::confirmed(Seconds::from_hours(48), "WTR 1998, reg 4(1)"));
        assert!(!set.compensation.daily_due_days.verified, "no text of law has a number for it");
    }
}
