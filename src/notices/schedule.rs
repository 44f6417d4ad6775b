//! When a message is tried again, and when it is given up. Pure.

use jiff::{SignedDuration, Timestamp};

use crate::mail::Verdict;

/// After so many hand-overs without an answer a message is given up: each may have been a delivery.
pub(super) const UNCONFIRMED: i32 = 3;

/// What happens to a message that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Again at this time.
    Again(Timestamp),
    /// It is laid aside.
    GiveUp,
}

/// What is known of the message when the decision falls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tries {
    /// Conversations begun, this one included.
    pub(super) attempts: i32,
    /// Hand-overs without an answer, this one included.
    pub(super) unconfirmed: i32,
    /// When it was written.
    pub(super) created_at: Timestamp,
    /// How long it may be tried.
    pub(super) patience: SignedDuration,
}

/// When to try again.
///
/// Greylisting ("later") is met with the pauses that such servers expect: a minute, then five. A server that is away is
/// tried more often, at first after seconds, never more than five minutes apart, so that the outbox empties by itself
/// soon after it is back.
pub(super) fn next(verdict: Verdict, tries: Tries, now: Timestamp) -> Next {
    const LATER: &[i64] = &[60, 300, 600, 1_200, 1_800, 3_600];
    const AWAY: &[i64] = &[5, 15, 30, 60, 120, 300];
    let pauses = match verdict {
        Verdict::Never => return Next::GiveUp,
        Verdict::Unknown if tries.unconfirmed >= UNCONFIRMED => return Next::GiveUp,
        Verdict::Later | Verdict::Unknown => LATER,
        Verdict::ServerTrouble | Verdict::BrokenOff => AWAY,
    };
    let index = usize::try_from(tries.attempts.max(1) - 1).unwrap_or(0).min(pauses.len() - 1);
    let at = now + SignedDuration::from_secs(pauses.get(index).copied().unwrap_or(300));
    if at > tries.created_at + tries.patience { Next::GiveUp } else { Next::Again(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(attempts: i32, unconfirmed: i32) -> Tries {
        Tries { attempts, unconfirmed, created_at: Timestamp::UNIX_EPOCH, patience: SignedDuration::from_hours(48) }
    }

    fn pause(verdict: Verdict, attempts: i32) -> i64 {
        match next(verdict, tries(attempts, 0), Timestamp::UNIX_EPOCH) {
            Next::Again(at) => at.as_second(),
            Next::GiveUp => -1,
        }
    }

    #[test]
    fn a_server_that_is_away_is_tried_soon_and_then_every_five_minutes() {
        assert_eq!([1, 2, 6, 7, 400].map(|n| pause(Verdict::ServerTrouble, n)), [5, 15, 300, 300, 300]);
    }

    #[test]
    fn greylisting_is_waited_out() {
        assert_eq!([1, 2, 3, 6, 60].map(|n| pause(Verdict::Later, n)), [60, 300, 600, 3_600, 3_600]);
    }

    #[test]
    fn a_refusal_is_final_and_patience_ends() {
        assert_eq!(pause(Verdict::Never, 1), -1);
        let late = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(48);
        for verdict in [Verdict::Later, Verdict::ServerTrouble, Verdict::BrokenOff, Verdict::Unknown] {
            assert_eq!(next(verdict, tries(1, 1), late), Next::GiveUp, "{verdict:?}");
        }
    }

    #[test]
    fn a_message_that_is_never_confirmed_goes_out_three_times_at_most() {
        assert!(matches!(next(Verdict::Unknown, tries(2, 2), Timestamp::UNIX_EPOCH), Next::Again(_)));
        assert_eq!(next(Verdict::Unknown, tries(3, UNCONFIRMED), Timestamp::UNIX_EPOCH), Next::GiveUp);
    }
}
