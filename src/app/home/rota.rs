//! What the rota brings: to the member what is to be confirmed and comes next, to the manager where cover lacks.

use super::{Cards, Now, whole};
use crate::db::Tx;
use crate::home::{Card, Section};
use crate::kernel::civil;
use crate::rota::model::Expected;
use crate::rota::today;
use crate::views::format;

/// What of one's own is to be confirmed, what comes next, and how much on-call cover one gives.
pub(super) fn own(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(own) = today::own(tx, now.at)? else { return Ok(Vec::new()) };
    let mut cards = Vec::new();
    if let Some(first) = own.to_confirm.first() {
        cards.push(
            Card::needs_you(Section::Week, "to-confirm", "Duties to confirm")
                .counting(whole(own.to_confirm.len()), ("expected duty", "expected duties"), "/calendar?view=open")
                .saying(format!("The first is that of {}.", format::long_date(first.day))),
        );
    }
    cards.extend(own.next.as_ref().map(next));
    if let Some(cover) = own.cover {
        let (given, agreed) = cover;
        let said = format!("{} of {} that you agreed to.", format::minutes(given), format::minutes(agreed.into()));
        let percent = format!("{} %", format::number(today::per_cent(cover)));
        cards.push(
            Card::information(Section::Week, "cover-given", "On-call cover this week")
                .reading(percent, "of what was agreed", "/availability")
                .saying(said),
        );
    }
    Ok(cards)
}

fn next(next: &Expected) -> Card {
    let start = civil::local(next.starts_at).strftime("%a %-d %b %H:%M").to_string();
    let said = format!("{} until {}.", next.form.title(), format::clock(next.ends_at));
    Card::information(Section::Week, "next-duty", "Next duty")
        .reading(start, "", format!("/calendar?view=week&date={}", next.day))
        .saying(said)
}

/// In how many stretches of the next days units are off the run for want of riders.
pub(super) fn gaps(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some((gaps, Some(first))) = today::gaps(tx, now.at)? else { return Ok(Vec::new()) };
    Ok(vec![
        Card::needs_you(Section::Team, "cover-gaps", "Cover gaps")
            .counting(whole(gaps), ("stretch without a crew", "stretches without a crew"), "/cover/gaps")
            .saying(format!("In the next seven days, the first on {}.", format::long_date(first))),
    ])
}
