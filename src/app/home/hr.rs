//! HR: what waits there.

use super::{Cards, Now, for_days, whole};
use crate::db::Tx;
use crate::home::{Card, Section};
use crate::views::format;
use crate::{applications, claims, details, identity};

const HR: Section = Section::Hr;

/// Claims that can be decided.
pub(super) fn claims(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some((waiting, oldest)) = claims::today::to_decide(tx)? else { return Ok(Vec::new()) };
    let Some(oldest) = oldest else { return Ok(Vec::new()) };
    Ok(vec![
        Card::needs_you(HR, "claims", "Claims to decide")
            .counting(waiting, ("claim waits", "claims wait"), "/claims")
            .saying(format!("The oldest has waited {}.", for_days(oldest, now))),
    ])
}

/// What payroll has not taken.
pub(super) fn payroll(tx: &mut Tx<'_>, _now: &Now) -> Cards {
    let Some((ready, held)) = claims::today::to_pay(tx)? else { return Ok(Vec::new()) };
    if ready == 0 && held == 0 {
        return Ok(Vec::new());
    }
    let said = match held {
        0 => "Approved, and in no payroll run yet.".to_owned(),
        held => format!("{} for hours that were reopened.", format::count(held, "more waits", "more wait")),
    };
    Ok(vec![
        Card::information(HR, "payroll", "Payroll")
            .counting(ready, ("approved claim to take", "approved claims to take"), "/payroll")
            .saying(said),
    ])
}

/// Roles that wait for a second person.
pub(super) fn roles(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let waiting = identity::today::roles_to_decide(tx, now.at)?;
    let card = (waiting > 0).then(|| {
        Card::needs_you(HR, "roles", "Roles to approve")
            .counting(whole(waiting), ("request waits", "requests wait"), "/roles/requests?show=to-decide")
            .saying("A second person has to agree before the role counts.")
    });
    Ok(card.into_iter().collect())
}

/// People who could be invited.
pub(super) fn accounts(tx: &mut Tx<'_>, _now: &Now) -> Cards {
    let others = identity::today::not_invited(tx)?.unwrap_or(0);
    let card = (others > 0).then(|| {
        Card::information(HR, "not-invited", "Without an account")
            .counting(others, ("person", "people"), "/invitations")
            .saying("They have an address, no password, and no invitation.")
    });
    Ok(card.into_iter().collect())
}

/// Who left this month.
pub(super) fn leavers(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let first = now.today.first_of_month();
    let left = identity::today::leavers(tx, first)?.unwrap_or(0);
    let card = (left > 0).then(|| {
        Card::information(HR, "leavers", "Leavers this month")
            .counting(left, ("person left", "people left"), format!("/people?who=left&left_since={first}"))
            .saying("Their accounts, sessions, roles and tokens were closed with that.")
    });
    Ok(card.into_iter().collect())
}

/// Applications that somebody has to move on.
pub(super) fn applications(tx: &mut Tx<'_>, _now: &Now) -> Cards {
    let Some(waiting) = applications::today::waiting(tx)?.filter(|waiting| waiting.open > 0) else {
        return Ok(Vec::new());
    };
    let between = waiting.open - waiting.new - waiting.last;
    let said = format!("{} new, {between} under way, {} in the last stage.", waiting.new, waiting.last);
    Ok(vec![
        Card::needs_you(HR, "applications", "Applications")
            .counting(waiting.open, ("open application", "open applications"), "/vacancies")
            .saying(said),
    ])
}

/// Changes of people's details that wait for a decision.
pub(super) fn details(tx: &mut Tx<'_>, _now: &Now) -> Cards {
    let waiting = details::today::waiting(tx)?.unwrap_or(0);
    let card = (waiting > 0).then(|| {
        Card::needs_you(HR, "details", "Details to approve")
            .counting(whole(waiting), ("change waits", "changes wait"), "/details")
            .saying("What holds stays as it is until somebody decides.")
    });
    Ok(card.into_iter().collect())
}
