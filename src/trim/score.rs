//! The ten items of an assessment, each from 0 to 2, and what they come to.
//!
//! That there are ten items from 0 to 2, about the time before, during and after the event, is how TRiM is described; the
//! wording here is ours from what has been published of it, and was not confirmed with who licenses TRiM. It is an aid to a
//! conversation and no diagnosis.

use serde::{Deserialize, Serialize};

use crate::views::FormErrors;

/// How many items there are.
pub const COUNT: usize = 10;

/// What each item says: which part of the time, and the words.
pub const ITEMS: [(&str, &str); COUNT] = [
    ("During", "They felt out of control during the event"),
    ("During", "They thought that they might die or be badly hurt"),
    ("During", "They blame others for what happened"),
    ("During", "They feel guilt or shame about what they did or did not do"),
    ("After", "They were very upset in the days after it"),
    ("After", "They have been under much stress since"),
    ("After", "They have problems with everyday things"),
    ("Before", "They have had difficulty with events before this one"),
    ("After", "They have few people to turn to"),
    ("After", "They have been drinking more, to cope"),
];

/// What the points of an item mean.
pub const POINTS: [(&str, &str); 3] = [("0", "0: not at all"), ("1", "1: somewhat"), ("2", "2: very much")];

/// What was scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// From 0 to 2, in the order of [`ITEMS`].
    pub items: [u8; COUNT],
}

/// The id of the field of an item, counted from 1. All of them are called `item`, and stand in their order.
pub fn field(number: usize) -> String {
    format!("item-{number}")
}

impl Score {
    /// Checks what was typed: all ten, or none.
    ///
    /// # Errors
    /// The items that are missing, when others are there.
    pub fn check(typed: &[String]) -> Result<Option<Self>, FormErrors> {
        if typed.iter().all(|points| points.trim().is_empty()) {
            return Ok(None);
        }
        let mut errors = FormErrors::new();
        let mut items = [0; COUNT];
        let given = typed.iter().map(|points| points.trim()).chain(std::iter::repeat(""));
        for ((number, item), points) in (1..).zip(items.iter_mut()).zip(given) {
            match points.parse::<u8>() {
                Ok(points @ 0..=2) => *item = points,
                _ => errors.add(field(number), "Score this item too, or leave all ten out"),
            }
        }
        if errors.is_empty() { Ok(Some(Self { items })) } else { Err(errors) }
    }

    /// The sum, from 0 to 20.
    pub fn total(&self) -> u32 {
        self.items.iter().copied().map(u32::from).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(points: &[&str]) -> Vec<String> {
        points.iter().map(|points| (*points).to_owned()).collect()
    }

    #[test]
    fn all_ten_are_scored_or_none() {
        assert_eq!(Score::check(&[]), Ok(None));
        assert_eq!(Score::check(&typed(&[""; COUNT])), Ok(None));
        let all = Score::check(&typed(&["2"; COUNT])).expect("scored").expect("a score");
        assert_eq!(all.total(), 20);
        let errors = Score::check(&typed(&["1", "2"])).expect_err("eight are missing");
        assert_eq!(errors.as_slice().len(), 8);
        let mut three = ["0"; COUNT];
        three[4] = "3";
        assert!(Score::check(&typed(&three)).expect_err("too many points").get("item-5").is_some());
    }
}
