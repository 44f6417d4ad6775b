//! What stands beside a duty, as tags.

use serde::Serialize;

use super::super::model::{Marks, SheetState, Since};

/// A word with the colour of its tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Tag {
    text: &'static str,
    colour: &'static str,
}

/// The tags of a duty: what is worth knowing of the entry, then how its hours stand.
pub(super) fn tags(marks: &Marks) -> Vec<Tag> {
    let late = marks.late.then_some(("Late entry", "govuk-tag--yellow"));
    let since = match marks.since {
        Since::Nothing => None,
        Since::Added => Some(("Added after submission", "govuk-tag--orange")),
        Since::Changed => Some(("Changed after submission", "govuk-tag--orange")),
    };
    let sheet = match marks.sheet {
        Some(SheetState::Submitted) => Some(("Hours submitted", "govuk-tag--blue")),
        Some(SheetState::Approved) => Some(("Hours approved", "govuk-tag--green")),
        Some(SheetState::Open) | None => None,
    };
    [late, since, sheet].into_iter().flatten().map(|(text, colour)| Tag { text, colour }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_duty_has_no_tag_and_others_say_what_is_with_them() {
        let texts = |marks: Marks| tags(&marks).iter().map(|tag| tag.text).collect::<Vec<_>>();
        assert_eq!(texts(Marks::default()), Vec::<&str>::new());
        assert_eq!(texts(Marks { sheet: Some(SheetState::Open), ..Marks::default() }), Vec::<&str>::new());
        let all = Marks { late: true, sheet: Some(SheetState::Approved), since: Since::Changed };
        assert_eq!(texts(all), ["Late entry", "Changed after submission", "Hours approved"]);
    }
}
