//! The WHO-5 Well-Being Index: five statements about the last two weeks.
//!
//! World Health Organization, 1998 (WHO Regional Office for Europe; Psychiatric Research Unit, Mental Health Centre North
//! Zealand, Hillerød). WHO publishes it under CC BY-NC-SA 3.0 IGO; whether the organisation's use keeps to that is the
//! organisation's to confirm, which `docs/wellbeing.md` says. Scoring after Topp CW, Østergaard SD, Søndergaard S, Bech P.
//! The WHO-5 Well-Being Index: a systematic review of the literature. Psychother Psychosom 2015;84:167-176: the sum of
//! the answers times four. It is a screen and no diagnosis.

use serde::{Deserialize, Serialize};

/// What stands under the statements and under every result.
pub const SOURCE: &str = "WHO-5 Well-Being Index, World Health Organization 1998. Developed at the Psychiatric Research Unit, Mental Health Centre North Zealand, Hillerød, Denmark. Published by WHO under the licence CC BY-NC-SA 3.0 IGO. It is a screen, not a diagnosis.";

/// The five statements, in their order.
pub const STATEMENTS: [&str; 5] = [
    "I have felt cheerful and in good spirits",
    "I have felt calm and relaxed",
    "I have felt active and vigorous",
    "I woke up feeling fresh and rested",
    "My daily life has been filled with things that interest me",
];

/// What can be answered, with its points.
pub const ANSWERS: [(u8, &str); 6] = [
    (5, "All of the time"),
    (4, "Most of the time"),
    (3, "More than half of the time"),
    (2, "Less than half of the time"),
    (1, "Some of the time"),
    (0, "At no time"),
];

/// Scores up to this one are low.
pub const LOW: u8 = 50;

/// Scores up to this one are very low.
pub const VERY_LOW: u8 = 28;

/// Five answers, each 0 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[u8; 5]", into = "[u8; 5]")]
pub struct Answers([u8; 5]);

/// An answer that is not between 0 and 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an answer is not between 0 and 5")]
pub struct OutOfRange;

impl TryFrom<[u8; 5]> for Answers {
    type Error = OutOfRange;

    fn try_from(points: [u8; 5]) -> Result<Self, OutOfRange> {
        if points.iter().all(|points| *points <= 5) { Ok(Self(points)) } else { Err(OutOfRange) }
    }
}

impl From<Answers> for [u8; 5] {
    fn from(answers: Answers) -> Self {
        answers.0
    }
}

/// What a score says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    /// 28 or less.
    VeryLow,
    /// 29 to 50.
    Low,
    /// More than 50.
    Usual,
}

impl Band {
    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::VeryLow => "Very low",
            Self::Low => "Low",
            Self::Usual => "Not low",
        }
    }

    /// What it might be good to do.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::VeryLow => {
                "A score of 28 or less means that the last two weeks were very hard on you. Please talk to somebody: your GP, occupational health, or one of those named on the support page."
            }
            Self::Low => {
                "A score of 50 or less means that you have felt low for two weeks. It may help to talk about it, and to answer again in two weeks."
            }
            Self::Usual => "Your score is above 50. If you feel worse than that, trust the feeling and not the number.",
        }
    }
}

impl Answers {
    /// The score: 0, the worst, to 100.
    pub fn score(self) -> u8 {
        self.0.iter().sum::<u8>().saturating_mul(4)
    }

    /// What the score says.
    pub fn band(self) -> Band {
        match self.score() {
            0..=VERY_LOW => Band::VeryLow,
            29..=LOW => Band::Low,
            _ => Band::Usual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(points: [u8; 5]) -> Answers {
        Answers::try_from(points).expect("answers")
    }

    #[test]
    fn the_score_is_four_times_the_sum() {
        for (points, score, band) in [
            ([0; 5], 0, Band::VeryLow),
            ([5; 5], 100, Band::Usual),
            ([1, 1, 1, 2, 2], 28, Band::VeryLow),
            ([2, 2, 2, 1, 1], 32, Band::Low),
            ([3, 3, 2, 2, 2], 48, Band::Low),
            ([3, 3, 3, 2, 2], 52, Band::Usual),
        ] {
            assert_eq!((answers(points).score(), answers(points).band()), (score, band), "{points:?}");
        }
    }

    #[test]
    fn no_other_answer_is_taken() {
        assert_eq!(Answers::try_from([6, 0, 0, 0, 0]), Err(OutOfRange));
        assert!(serde_json::from_str::<Answers>("[0,1,2,3,6]").is_err());
        assert_eq!(serde_json::from_str::<Answers>("[0,1,2,3,5]").expect("answers"), answers([0, 1, 2, 3, 5]));
    }
}
