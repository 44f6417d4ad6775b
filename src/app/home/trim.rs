//! What is due in the caseload of a practitioner, and of nobody else.

use super::{Cards, Now, whole};
use crate::db::Tx;
use crate::home::{Card, Section};
use crate::trim;
use crate::views::format;

/// Assessments and follow-ups that are due.
pub(super) fn caseload(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(due) = trim::today::due(tx, now.at)? else { return Ok(Vec::new()) };
    let mut cards = Vec::new();
    if due.assess > 0 {
        let said = match due.assess_free {
            0 => "In cases that you look after.".to_owned(),
            free => format!("{} taken by nobody.", format::count(whole(free), "is", "are")),
        };
        cards.push(
            Card::needs_you(Section::Trim, "trim-assess", "Assessments due")
                .counting(whole(due.assess), ("assessment", "assessments"), "/trim/caseload?show=assess")
                .saying(said),
        );
    }
    if due.follow_up > 0 {
        cards.push(
            Card::needs_you(Section::Trim, "trim-follow-up", "Follow-ups due")
                .counting(whole(due.follow_up), ("follow-up", "follow-ups"), "/trim/caseload?show=follow-up")
                .saying("28 days after the assessment."),
        );
    }
    Ok(cards)
}
