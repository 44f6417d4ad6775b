//! How often this node refused, since it told the others.

use std::sync::atomic::{AtomicI64, Ordering};

use super::Meter;

/// A number for each meter.
#[derive(Debug, Default)]
pub(super) struct Refusals([AtomicI64; Meter::ALL.len()]);

impl Refusals {
    /// One more.
    pub(super) fn add(&self, meter: Meter) {
        for (count, _meter) in self.0.iter().zip(Meter::ALL).filter(|(_count, of)| *of == meter) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What there is, which begins again at nothing.
    pub(super) fn take(&self) -> [(Meter, i64); Meter::ALL.len()] {
        let mut counts = Meter::ALL.map(|meter| (meter, 0));
        for ((_meter, taken), count) in counts.iter_mut().zip(&self.0) {
            *taken = count.swap(0, Ordering::Relaxed);
        }
        counts
    }

    /// What could not be told is counted on.
    pub(super) fn give_back(&self, counts: &[(Meter, i64)]) {
        for ((_meter, taken), count) in counts.iter().zip(&self.0) {
            count.fetch_add(*taken, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_gone_and_comes_back() {
        let refusals = Refusals::default();
        refusals.add(Meter::Door);
        refusals.add(Meter::Door);
        refusals.add(Meter::Costly);
        let of = |counts: [(Meter, i64); 6]| counts.map(|(_meter, count)| count);
        let taken = refusals.take();
        assert_eq!(of(taken), [0, 2, 0, 0, 0, 1]);
        assert_eq!(of(refusals.take()), [0; 6]);
        refusals.add(Meter::Door);
        refusals.give_back(&taken);
        assert_eq!(of(refusals.take()), [0, 3, 0, 0, 0, 1]);
    }
}
