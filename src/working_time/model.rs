//! What the engine is told of a person: their terms, their absences and every piece of work, wherever they did it.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// What a piece of work is called elsewhere: the id of a duty, of a spell of standby, of a shift of another employer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkId(pub Uuid);

impl fmt::Display for WorkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a piece of work comes from.
///
/// The order decides to which of two pieces at the same time a second is attributed: to the one that says most about
/// what the person did. It is counted once whatever the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Called out from on-call, from the alert until released.
    Turnout,
    /// A drill, a course, any training that the service asks for (working time by regulation 2(1)(b)).
    Training,
    /// A rostered shift, overtime included.
    Shift,
    /// Standby at a station or another place that the service names; working time by SIMAP, Jaeger and Dellas.
    StationStandby,
    /// Of an on-call member: the main job elsewhere. The limit is on a worker's working time, from whatever employer.
    PrimaryEmployment,
    /// Of anybody: a second job.
    SecondaryEmployment,
    /// On call at home or wherever one likes; see [`StandbyRule`].
    HomeStandby,
}

impl Source {
    /// Every source, in the order in which they take seconds from each other.
    pub const ALL: [Self; 7] = [
        Self::Turnout,
        Self::Training,
        Self::Shift,
        Self::StationStandby,
        Self::PrimaryEmployment,
        Self::SecondaryEmployment,
        Self::HomeStandby,
    ];

    /// What it is called in an explanation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Turnout => "turnout",
            Self::Training => "training",
            Self::Shift => "shift",
            Self::StationStandby => "standby at the station",
            Self::PrimaryEmployment => "primary employment",
            Self::SecondaryEmployment => "secondary employment",
            Self::HomeStandby => "standby at home",
        }
    }
}

/// The rest breaks of a piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Breaks {
    /// None were taken.
    #[default]
    None,
    /// From when to when each was, in any order; what lies outside the work is nobody's break.
    At(Vec<(Timestamp, Timestamp)>),
    /// So many minutes in all, nobody knows when: taken to be one break in the middle.
    Minutes(u32),
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What it is called elsewhere.
    pub id: WorkId,
    /// Where it comes from.
    pub source: Source,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it is not closed. Then it counts up to now, and never longer than the house rule
    /// `longest_open_work`.
    pub ended_at: Option<Timestamp>,
    /// Its rest breaks.
    pub breaks: Breaks,
}

/// Why somebody was away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AbsenceKind {
    /// Annual leave of regulation 13, or 15B for irregular hours.
    AnnualLeave,
    /// Sick leave.
    Sick,
    /// Maternity, paternity, adoption, shared parental, parental or parental bereavement leave, or neonatal care.
    Family,
    /// Anything else: leave beyond the statutory, time off in lieu, unpaid leave. Counts as hours not worked.
    Other,
}

/// Days on which somebody was away.
///
/// Regulation 4(7) speaks of "days comprised in any period of leave", the government's own example counts the days
/// that would have been worked. Both can be said: one absence for the whole fortnight, or one for each run of rostered
/// days. docs/working-time.md tells which to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// The first day.
    pub first: Date,
    /// The last day, the first one at the earliest.
    pub last: Date,
    /// Why.
    pub kind: AbsenceKind,
}

/// Days on which the agreement not to have the weekly limit applied (regulations 4(1) and 5) stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptOut {
    /// The first day.
    pub first: Date,
    /// The last day; `None` while nobody has given notice.
    pub last: Option<Date>,
}

/// What of on-call counts as working time.
///
/// Time at home counts only if what is asked of the person very significantly limits their free time: CJEU Matzak,
/// C-518/15 (within 8 minutes of the station: counts), MG v Dublin City Council, C-214/20 (within 10 minutes, another
/// job allowed: does not). Which it is, a service decides for each group of contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandbyRule {
    /// Neither standby at home nor turnouts: for volunteers who are no workers. Both stay in the explanation.
    None,
    /// Turnouts, and standby at home not.
    TurnoutOnly,
    /// Every hour on call.
    All,
}

/// How long the reference period of the weekly limit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceWeeks {
    /// What the law says for the worker: regulation 4(3), or 4(5) for civil protection.
    Statutory,
    /// So many weeks by a collective or workforce agreement: regulation 23(b).
    Agreed(i64),
}

/// Where a reference period lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocks {
    /// Any period that ends on the day of the figure: regulation 4(3)(b).
    Rolling,
    /// Successive periods, one of which begins on this day: regulation 4(3)(a).
    Fixed(Date),
}

/// How the weekly rest is given: the employer determines it, regulation 11(1) and (2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeeklyRestRule {
    /// Once in each 7 days.
    EverySevenDays,
    /// Twice in each 14 days.
    TwiceInFourteenDays,
    /// Once, and twice as long, in each 14 days.
    OnceInFourteenDays,
}

/// The terms of a contract group as they hold for a person from one day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// From this day until the day before the next terms.
    pub from: Date,
    /// Whether regulation 21 holds: civil protection services, where continuity of service asks for it.
    pub civil_protection: bool,
    /// How long the reference period is.
    pub reference_weeks: ReferenceWeeks,
    /// Where it lies.
    pub blocks: Blocks,
    /// What of on-call counts.
    pub standby: StandbyRule,
    /// How the weekly rest is given.
    pub weekly_rest: WeeklyRestRule,
    /// Whether breaks are working time: where crews can be called out of their meal at any moment (CJEU XR v Dopravní
    /// podnik, C-107/19), and where a contract says so. Then they neither lower the hours nor interrupt work.
    pub breaks_count: bool,
    /// Whether night work holds special hazards or heavy physical or mental strain: regulation 6(7) and (8).
    pub special_hazards: bool,
}

/// Everything the engine knows of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The first day of the employment.
    pub started_on: Date,
    /// The day on which they become 18, if that is not long ago: the date of birth itself is not needed.
    pub adult_from: Option<Date>,
    /// Their terms, in any order, one at least. Before the first ones those hold too.
    pub terms: Vec<Terms>,
    /// Their opt-outs, in any order.
    pub opt_outs: Vec<OptOut>,
    /// Their absences, in any order.
    pub absences: Vec<Absence>,
    /// Their work, in any order, overlaps and all.
    pub work: Vec<Work>,
}
