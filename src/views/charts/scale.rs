//! From values to places on an axis, with ticks at round numbers; and numbers as words on a chart.

use crate::views::format;

/// An axis from one round number to another; zero is always on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

/// About as many ticks as an axis should have.
const TICKS: f64 = 5.0;

impl Scale {
    /// The smallest scale with round ticks that holds zero and all `values`; 0 to 1 if there is nothing else.
    pub(super) fn around(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((0.0, 0.0), |(low, high): (f64, f64), value| (low.min(value), high.max(value)));
        let span = high - low;
        if !span.is_finite() || span <= f64::MIN_POSITIVE {
            return Self { low: 0.0, high: 1.0, step: 1.0 };
        }
        let step = round_step(span / TICKS);
        Self { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    /// Where `value` lies, 0 at the low end and 1 at the high end.
    pub(super) fn place(self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The round numbers from low to high.
    pub(super) fn ticks(self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round();
        let mut ticks = Vec::new();
        let mut index = 0.0;
        while index <= count {
            let tick = self.low + index * self.step;
            // Adding fractions leaves dust around zero.
            ticks.push(if tick.abs() < self.step / 1e6 { 0.0 } else { tick });
            index += 1.0;
        }
        ticks
    }
}

/// The smallest of 1, 2, 5 and their multiples by ten that is at least `rough`.
fn round_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough * 0.999_999).unwrap_or(10.0);
    factor * power
}

/// A number with thousands and at most two decimals: `1,234.5`.
pub(in crate::views) fn number(value: f64) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:.2e}");
    }
    let text = format!("{:.2}", value.abs());
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals.trim_end_matches('0');
    let whole = whole.parse::<i64>().map_or_else(|_| whole.to_owned(), format::number);
    let sign = if value < 0.0 && text.bytes().any(|digit| matches!(digit, b'1'..=b'9')) { "\u{2212}" } else { "" };
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// A number for an axis or beside a bar, at most about six characters: `950`, `12.5k`, `3M`.
pub(super) fn short(value: f64) -> String {
    for (size, name) in [(1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e4, "k")] {
        if value.abs() >= size {
            let unit = if name == "k" { 1e3 } else { size };
            let scaled = value / unit;
            let places = if scaled.abs() >= 100.0 { 1.0 } else { 10.0 };
            return format!("{}{name}", number((scaled * places).round() / places));
        }
    }
    let places = if value.abs() >= 100.0 { 1.0 } else { 100.0 };
    number((value * places).round() / places)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round_and_hold_the_values() {
        assert_eq!(Scale::around([3.0, 17.0].into_iter()).ticks(), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(Scale::around([-40.0, 95.0].into_iter()).ticks(), [-50.0, 0.0, 50.0, 100.0]);
        assert_eq!(Scale::around([0.0].into_iter()).ticks(), [0.0, 1.0]);
        assert_eq!(Scale::around([f64::NAN, f64::INFINITY].into_iter()).ticks(), [0.0, 1.0]);
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [0.0, 1234.5, -0.001, -2.5, 1e6, 0.126].map(number),
            ["0", "1,234.5", "0", "\u{2212}2.5", "1,000,000", "0.13"]
        );
        assert_eq!(
            [950.4, 9_999.0, 12_500.0, 3e6, 2.25e9, 0.25].map(short),
            ["950", "9,999", "12.5k", "3M", "2.3bn", "0.25"]
        );
    }

    proptest! {
        #[test]
        fn any_values_lie_on_a_scale_of_few_ticks(values in prop::collection::vec(-1e12_f64..1e12, 1..20)) {
            let scale = Scale::around(values.iter().copied());
            let ticks = scale.ticks();
            prop_assert!((2..=8).contains(&ticks.len()), "{ticks:?}");
            prop_assert!(ticks.contains(&0.0));
            let (low, high) = (ticks[0], ticks[ticks.len() - 1]);
            prop_assert!(values.iter().all(|value| (low..=high).contains(value)));
        }
    }
}
