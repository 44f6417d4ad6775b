//! The state of the appliance, and what those look at who keep watch over access.

use super::{Cards, Now, whole};
use crate::app::machine::{Machine, given_up, looks_after_it};
use crate::db::Tx;
use crate::home::{Card, Section};
use crate::views::format;
use crate::{audit, extensions, notices, oversight};

const APPLIANCE: Section = Section::Appliance;
const ASSURANCE: Section = Section::Assurance;

/// Messages that wait or were given up.
pub(super) fn mail(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(figures) = notices::outbox::figures(tx, now.at)? else { return Ok(Vec::new()) };
    let mut cards = Vec::new();
    if figures.dead > 0 {
        cards.push(
            Card::needs_you(APPLIANCE, "mail-dead", "E-mail given up")
                .counting(figures.dead, ("message", "messages"), "/mail")
                .saying("The mail server refused them for good. Send them again, or let them be."),
        );
    }
    if figures.waiting > 0 {
        let since = figures.oldest_waiting.map(|oldest| format!("The oldest since {}.", format::short_time(oldest)));
        cards.push(
            Card::information(APPLIANCE, "mail-waiting", "E-mail waiting")
                .counting(figures.waiting, ("message", "messages"), "/mail")
                .saying(since.unwrap_or_default()),
        );
    }
    Ok(cards)
}

/// Plugins of which runs went wrong.
pub(super) fn plugins(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let failing = extensions::today::failing(tx, now.at)?;
    let card = |plugin: extensions::today::Failing| {
        Card::needs_you(APPLIANCE, format!("plugin-{}", plugin.plugin), format!("Plugin: {}", plugin.title))
            .counting(
                plugin.runs,
                ("run went wrong", "runs went wrong"),
                format!("/plugins/{}/runs?show=failed", plugin.plugin),
            )
            .saying("Within the last seven days.")
    };
    Ok(failing.into_iter().map(card).collect())
}

/// What is not in order of what the server knows of itself, background work that was given up among it.
pub(super) fn state(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(machine) = now.machine.as_ref().filter(|_machine| looks_after_it(tx.caller())) else {
        return Ok(Vec::new());
    };
    let given_up = given_up(tx)?;
    let troubles = whole(machine.troubles()) + whole(given_up.len());
    let card = if troubles > 0 {
        Card::needs_you(APPLIANCE, "state", "State of the appliance")
            .counting(troubles, ("thing is not in order", "things are not in order"), "/appliance")
            .saying(machine.first_trouble().unwrap_or("Background work was given up.").to_owned())
    } else {
        Card::information(APPLIANCE, "state", "State of the appliance")
            .reading("In order", "", "/appliance")
            .saying(format!("Watchroom {}.", env!("CARGO_PKG_VERSION")))
    };
    Ok(vec![card])
}

/// What an overseer of accounts should put right.
pub(super) fn oversight(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(today) = oversight::today::figures(tx, now.at, now.dormant_days)? else { return Ok(Vec::new()) };
    let mut cards = Vec::new();
    if today.leavers.count > 0 {
        cards.push(
            Card::needs_you(ASSURANCE, "open-leavers", "Leavers not closed")
                .counting(today.leavers.count, ("person", "people"), today.leavers.href)
                .saying("They left, and an account, a session, a role or a token of theirs is open."),
        );
    }
    if today.tokens.count > 0 {
        cards.push(
            Card::needs_you(ASSURANCE, "ending-tokens", "Tokens about to end")
                .counting(today.tokens.count, ("token", "tokens"), today.tokens.href)
                .saying("Programs that use them are refused from then on."),
        );
    }
    if today.no_factor.count > 0 {
        cards.push(
            Card::information(ASSURANCE, "no-factor", "No second factor")
                .counting(today.no_factor.count, ("person", "people"), today.no_factor.href)
                .saying("They sign in with a password alone."),
        );
    }
    Ok(cards)
}

/// What the security log says of today, and whether the audit log is being signed.
pub(super) fn security_log(tx: &mut Tx<'_>, now: &Now) -> Cards {
    let Some(entries) = audit::today::security_entries(tx, now.today)? else { return Ok(Vec::new()) };
    let sealing = match now.machine.as_ref().and_then(Machine::audit_is_good) {
        Some(false) => " The audit log is not being signed.",
        Some(true) => " The audit log is signed.",
        None => "",
    };
    Ok(vec![
        Card::information(ASSURANCE, "security-log", "Security log, today")
            .counting(entries, ("entry", "entries"), format!("/security/log?from={}", now.today))
            .saying(format!("About access and configuration.{sealing}")),
    ])
}
