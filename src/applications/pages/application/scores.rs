//! The marks of an application, by scorer.

use serde::Serialize;

use crate::applications::model::{Criterion, Mark};
use crate::applications::rules::weighted_percent;
use crate::kernel::ids::PersonId;

#[derive(Debug, Clone, Serialize)]
pub(super) struct ScorerRow {
    pub(super) name: String,
    pub(super) marks: Vec<String>,
    pub(super) note: Option<String>,
    pub(super) percent: String,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Scores {
    pub(super) criteria: Vec<String>,
    pub(super) rows: Vec<ScorerRow>,
    pub(super) mean: Option<String>,
}

pub(super) fn scores(criteria: &[Criterion], marks: &[Mark], name: &dyn Fn(PersonId) -> String) -> Scores {
    let mut scorers: Vec<PersonId> = Vec::new();
    for mark in marks {
        if !scorers.contains(&mark.scorer) {
            scorers.push(mark.scorer);
        }
    }
    let of = |scorer: PersonId, criterion: &str| {
        marks.iter().find(|mark| mark.scorer == scorer && mark.criterion == criterion).map(|mark| mark.mark)
    };
    let percents: Vec<Option<i64>> =
        scorers.iter().map(|scorer| weighted_percent(criteria, |criterion| of(*scorer, criterion))).collect();
    let row = |(scorer, percent): (&PersonId, &Option<i64>)| ScorerRow {
        name: name(*scorer),
        marks: criteria
            .iter()
            .map(|criterion| of(*scorer, &criterion.name).map_or_else(String::new, |mark| mark.to_string()))
            .collect(),
        note: marks.iter().filter(|mark| mark.scorer == *scorer).find_map(|mark| mark.note.clone()),
        percent: percent.map_or_else(String::new, |percent| format!("{percent} %")),
    };
    let whole: Vec<i64> = percents.iter().flatten().copied().collect();
    let number = i64::try_from(whole.len()).unwrap_or(0);
    Scores {
        criteria: criteria.iter().map(|one| format!("{} (weight {})", one.name, one.weight)).collect(),
        rows: scorers.iter().zip(&percents).map(row).collect(),
        mean: (number > 1).then(|| format!("{} %", (whole.iter().sum::<i64>() + number / 2) / number)),
    }
}
