//! What counts on a day. Pure, and the only place where it is decided.
//!
//! A certificate counts up to its last day and that day included, then through its days of grace. Of several of one
//! kind the one that counts longest decides; one that was ended counts no more, and has no grace.

use jiff::ToSpan;
use jiff::civil::Date;

use super::model::{Certificate, Effect};

/// How many days before the last one people are told. The first of them is when a certificate is said to run out soon.
/// These are the issue's; no law names any.
pub const NOTICE_DAYS: [i64; 3] = [90, 30, 7];

/// Of one kind, what somebody has that counts longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Best {
    /// A certificate that does not run out.
    ForEver,
    /// One whose last day is this.
    Until(Date),
    /// None that counts, but one that was ended.
    Ended,
    /// None.
    Never,
}

impl Best {
    /// Of all certificates of one person and one kind.
    pub fn of<'a>(certificates: impl IntoIterator<Item = &'a Certificate>) -> Self {
        certificates.into_iter().fold(Self::Never, |best, certificate| {
            let this = match (&certificate.ended, certificate.draft.expires_on) {
                (Some(_ended), _) => Self::Ended,
                (None, None) => Self::ForEver,
                (None, Some(last)) => Self::Until(last),
            };
            best.longer(this)
        })
    }

    fn longer(self, other: Self) -> Self {
        match (self, other) {
            (Self::ForEver, _) | (_, Self::ForEver) => Self::ForEver,
            (Self::Until(a), Self::Until(b)) => Self::Until(a.max(b)),
            (until @ Self::Until(_), _) | (_, until @ Self::Until(_)) => until,
            (Self::Ended, _) | (_, Self::Ended) => Self::Ended,
            (Self::Never, Self::Never) => Self::Never,
        }
    }
}

/// How somebody stands with one kind of competence on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It counts; until this day, when it runs out at all.
    Valid(Option<Date>),
    /// It counts and runs out in so many days, 0 being today.
    Ending(Date, i64),
    /// It has run out and still counts: for so many days after today.
    Grace(Date, i64),
    /// It ran out, and its grace is over.
    Lapsed(Date),
    /// It was taken away.
    Withdrawn,
    /// There is none.
    Missing,
}

impl State {
    /// On the day `today`, with so many days of grace.
    pub fn of(best: Best, grace_days: i32, today: Date) -> Self {
        let last = match best {
            Best::ForEver => return Self::Valid(None),
            Best::Ended => return Self::Withdrawn,
            Best::Never => return Self::Missing,
            Best::Until(last) => last,
        };
        let left = days_from(today, last);
        let grace = i64::from(grace_days.max(0));
        match left {
            0.. if left <= NOTICE_DAYS.into_iter().max().unwrap_or(0) => Self::Ending(last, left),
            0.. => Self::Valid(Some(last)),
            _ if left + grace >= 0 => Self::Grace(last, left + grace),
            _ => Self::Lapsed(last),
        }
    }

    /// Whether somebody who is so may do it.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Valid(_) | Self::Ending(..) | Self::Grace(..))
    }

    /// Whether somebody should do something soon.
    pub const fn is_ending(self) -> bool {
        matches!(self, Self::Ending(..) | Self::Grace(..))
    }
}

/// What there is to say of somebody with a kind that they need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// They lack it, and are off the run for it.
    OffTheRun,
    /// Theirs ends within 30 days, or is in its grace.
    Ending,
}

impl Concern {
    /// How many days before its end a certificate concerns whoever plans the training: the second notice.
    pub const DAYS: i64 = 30;

    /// As addresses and the audit trail have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OffTheRun => "off-the-run",
            Self::Ending => "ending",
        }
    }

    /// Reads [`Concern::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::OffTheRun, Self::Ending].into_iter().find(|concern| concern.as_str() == text)
    }

    /// Of somebody who needs a kind with this effect and stands so with it.
    pub const fn of(state: State, effect: Effect) -> Option<Self> {
        match state {
            State::Ending(_, left) if left <= Self::DAYS => Some(Self::Ending),
            State::Grace(..) => Some(Self::Ending),
            State::Valid(_) | State::Ending(..) => None,
            State::Lapsed(_) | State::Withdrawn | State::Missing => match effect {
                Effect::OffTheRun => Some(Self::OffTheRun),
                Effect::Restricted | Effect::None => None,
            },
        }
    }

    /// Certificates that end after this day concern nobody yet.
    pub fn horizon(today: Date) -> Date {
        today.checked_add(Self::DAYS.days()).unwrap_or(today)
    }
}

/// Days from `from` to `to`, less than nothing when `to` is before.
pub fn days_from(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| span.get_days().into())
}

/// What follows for somebody from one kind: nothing unless they need it and it does not count.
pub const fn effect_of(needed: bool, state: State, effect: Effect) -> Effect {
    if needed && !state.counts() { effect } else { Effect::None }
}

/// The notice that is due with so many days left: the shortest that is no shorter. `None`: none yet, or too late.
pub fn notice_due(days_left: i64) -> Option<i64> {
    NOTICE_DAYS.into_iter().filter(|days| (0..=*days).contains(&days_left)).min()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::super::model::{CertificateDraft, Ended};
    use super::*;
    use crate::kernel::ids::{CertificateId, CompetenceKindId, PersonId};

    const TODAY: Date = date(2026, 11, 23);

    fn certificate(expires_on: Option<Date>, ended: bool) -> Certificate {
        Certificate {
            id: CertificateId::NIL,
            person: PersonId::NIL,
            kind: CompetenceKindId::NIL,
            draft: CertificateDraft { awarded_on: date(2025, 1, 1), expires_on, reference: None, awarded_by: None },
            ended: ended.then(|| Ended { on: TODAY, reason: "Failed".to_owned() }),
            recorded_at: Timestamp::UNIX_EPOCH,
            revision: 1,
        }
    }

    #[test]
    fn the_certificate_that_counts_longest_decides() {
        let (early, late) = (Some(date(2026, 1, 1)), Some(date(2027, 1, 1)));
        let best = |all: &[Certificate]| Best::of(all);
        assert_eq!(best(&[]), Best::Never);
        assert_eq!(best(&[certificate(late, false), certificate(early, false)]), Best::Until(date(2027, 1, 1)));
        assert_eq!(best(&[certificate(late, true), certificate(early, false)]), Best::Until(date(2026, 1, 1)));
        assert_eq!(best(&[certificate(None, false), certificate(late, false)]), Best::ForEver);
        assert_eq!(best(&[certificate(None, true)]), Best::Ended);
    }

    #[test]
    fn it_counts_up_to_its_last_day_and_through_its_grace() {
        let state = |last: Date, grace| State::of(Best::Until(last), grace, TODAY);
        assert_eq!(state(date(2027, 2, 22), 0), State::Valid(Some(date(2027, 2, 22))), "91 days");
        assert_eq!(state(date(2027, 2, 21), 0), State::Ending(date(2027, 2, 21), 90));
        assert_eq!(state(TODAY, 0), State::Ending(TODAY, 0), "the last day counts");
        assert_eq!(state(date(2026, 11, 22), 0), State::Lapsed(date(2026, 11, 22)), "the day after does not");
        assert_eq!(state(date(2026, 11, 22), 1), State::Grace(date(2026, 11, 22), 0), "the last day of grace");
        assert_eq!(state(date(2026, 11, 21), 1), State::Lapsed(date(2026, 11, 21)));
        assert_eq!(state(date(2026, 11, 13), 28), State::Grace(date(2026, 11, 13), 18));
        assert_eq!(State::of(Best::ForEver, 0, TODAY), State::Valid(None));
        assert_eq!(State::of(Best::Ended, 300, TODAY), State::Withdrawn, "no grace for what was taken away");
        assert_eq!(State::of(Best::Never, 300, TODAY), State::Missing);
    }

    #[test]
    fn something_follows_only_for_whoever_needs_it_and_lacks_it() {
        let lapsed = State::Lapsed(TODAY);
        assert_eq!(effect_of(true, lapsed, Effect::OffTheRun), Effect::OffTheRun);
        assert_eq!(effect_of(false, lapsed, Effect::OffTheRun), Effect::None);
        assert_eq!(effect_of(true, State::Grace(TODAY, 3), Effect::OffTheRun), Effect::None);
        assert_eq!(effect_of(true, State::Missing, Effect::Restricted), Effect::Restricted);
        assert!(State::Grace(TODAY, 3).is_ending() && !State::Valid(None).is_ending());
    }

    #[test]
    fn whoever_lacks_it_concerns_those_who_plan_and_so_does_what_ends_within_thirty_days() {
        let of = |state| Concern::of(state, Effect::OffTheRun);
        assert_eq!(of(State::Ending(TODAY, 30)), Some(Concern::Ending));
        assert_eq!(of(State::Ending(TODAY, 31)), None);
        assert_eq!(of(State::Grace(TODAY, 0)), Some(Concern::Ending));
        assert_eq!(of(State::Valid(None)), None);
        for state in [State::Lapsed(TODAY), State::Withdrawn, State::Missing] {
            assert_eq!(of(state), Some(Concern::OffTheRun));
            assert_eq!(Concern::of(state, Effect::Restricted), None);
        }
        assert_eq!(Concern::horizon(TODAY), date(2026, 12, 23));
        assert_eq!(Concern::parse(Concern::Ending.as_str()), Some(Concern::Ending));
    }

    #[test]
    fn notices_are_due_at_ninety_thirty_and_seven_days() {
        let due = |days| notice_due(days);
        assert_eq!((due(91), due(90), due(31)), (None, Some(90), Some(90)));
        assert_eq!((due(30), due(8)), (Some(30), Some(30)));
        assert_eq!((due(7), due(0), due(-1)), (Some(7), Some(7), None));
    }

    #[test]
    fn a_day_is_a_day_when_the_clocks_change() {
        assert_eq!(days_from(date(2026, 10, 24), date(2026, 10, 26)), 2);
        assert_eq!(days_from(date(2027, 3, 1), date(2026, 11, 23)), -98);
    }
}
