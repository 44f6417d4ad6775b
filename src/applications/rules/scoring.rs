//! Marks, and what they add up to.

use crate::applications::model::Criterion;
use crate::views::FormErrors;

/// The highest mark.
pub const HIGHEST: i16 = 5;

/// The sum of one scorer's marks as a share of the highest possible, in per cent, rounded; `None` unless every criterion
/// has a mark.
pub fn weighted_percent(criteria: &[Criterion], mark_of: impl Fn(&str) -> Option<i16>) -> Option<i64> {
    let weights: i64 = criteria.iter().map(|one| one.weight).sum();
    let mut sum = 0_i64;
    for criterion in criteria {
        sum += criterion.weight * i64::from(mark_of(&criterion.name)?);
    }
    let highest = weights * i64::from(HIGHEST);
    (highest > 0).then(|| (sum * 100 + highest / 2) / highest)
}

/// The marks of a form, one for each criterion, in their order.
///
/// # Errors
/// What is wrong, at `mark-0`, `mark-1` and so on.
pub fn check_marks(criteria: &[Criterion], typed: &[String]) -> Result<Vec<(String, i16)>, FormErrors> {
    let mut errors = FormErrors::new();
    let mut marks = Vec::new();
    for (place, criterion) in criteria.iter().enumerate() {
        let mark = typed.get(place).and_then(|mark| mark.trim().parse::<i16>().ok());
        match mark.filter(|mark| (0..=HIGHEST).contains(mark)) {
            Some(mark) => marks.push((criterion.name.clone(), mark)),
            None => {
                errors.add(format!("mark-{place}"), format!("Choose a mark from 0 to {HIGHEST} for {}", criterion.name))
            }
        }
    }
    if errors.is_empty() { Ok(marks) } else { Err(errors) }
}
