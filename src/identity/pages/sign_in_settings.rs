//! What the organisation asks of sign-ins, and each role on top.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::config::SessionSettings;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::sign_in_rules::{self, OrganisationRules, RoleChoice, RoleRules};
use crate::kernel::ids::RoleId;
use crate::views::form::{Choice, FieldError};
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    max_sessions: String,
    passkey_alone: Option<String>,
    short_with_factor: Option<String>,
}

#[derive(Debug, Serialize)]
struct RoleRow {
    id: String,
    name: String,
    factor: String,
    asked: bool,
    idle: String,
    absolute: String,
}

#[derive(Debug, Serialize)]
pub(super) struct RulesPage {
    tab: &'static str,
    max_sessions: Field,
    passkey_alone: Field,
    short_with_factor: Field,
    roles: Vec<RoleRow>,
    #[serde(skip)]
    errors: FormErrors,
}

fn ticked(name: &str, label: &str, hint: &str, on: bool) -> Field {
    let choice = Choice::new("yes", label).hint(hint);
    Field::new(name, label).choices([choice]).choose(on.then_some("yes"))
}

impl RulesPage {
    fn new(typed: &Typed, roles: Vec<RoleRules>, settings: &SessionSettings, errors: FormErrors) -> Self {
        let minutes = |own: Option<i32>, appliance: u32| match own {
            Some(own) => format::minutes(i64::from(own).min(i64::from(appliance))),
            None => format::minutes(i64::from(appliance)),
        };
        let row = |role: RoleRules| RoleRow {
            id: role.role.to_string(),
            asked: role.factor_since.is_some(),
            factor: match role.factor_since {
                Some(_since) if role.grace_days == 0 => "Asked for at once".to_owned(),
                Some(_since) => {
                    format!("Asked for, {} of grace", format::count(i64::from(role.grace_days), "day", "days"))
                }
                None => "Left to each person".to_owned(),
            },
            idle: minutes(role.idle_minutes, settings.idle_minutes),
            absolute: minutes(role.absolute_minutes, settings.absolute_minutes),
            name: role.name,
        };
        Self {
            tab: "sign-in",
            max_sessions: Field::new("max_sessions", "Sessions that one person may have at once")
                .hint("From 1 to 100. The one that was unused for longest ends when another begins.")
                .value(&typed.max_sessions)
                .errors(&errors),
            passkey_alone: ticked(
                "passkey_alone",
                "A passkey alone signs in",
                "It is a device and a PIN, finger or face in one, so it needs no password beside it.",
                typed.passkey_alone.is_some(),
            ),
            short_with_factor: ticked(
                "short_with_factor",
                "8 characters are enough for a password beside a second factor",
                "Otherwise 12. Passwords that are tried first are refused either way.",
                typed.short_with_factor.is_some(),
            ),
            roles: roles.into_iter().map(row).collect(),
            errors,
        }
    }
}

impl PageContext for RulesPage {
    const TEMPLATE: &'static str = "identity/sign-in-rules";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Signing in".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("max_sessions", COUNT);
        let role = |name: &str, since: Option<jiff::Timestamp>| RoleRules {
            role: RoleId::NIL,
            name: name.to_owned(),
            factor_since: since,
            grace_days: 14,
            idle_minutes: Some(10),
            absolute_minutes: None,
        };
        let typed =
            Typed { max_sessions: "many".to_owned(), passkey_alone: Some("yes".to_owned()), ..Typed::default() };
        let roles = vec![role("Administrator", Some(jiff::Timestamp::UNIX_EPOCH)), role("Member", None)];
        Self::new(&typed, roles, &SessionSettings::default(), errors)
    }
}

const COUNT: &str = "Enter a number from 1 to 100.";

/// Shows what is asked.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let (rules, roles) = sign_in_rules::read(&ask.site().db, ask.caller()).await?;
    let yes = |on: bool| on.then(|| "yes".to_owned());
    let typed = Typed {
        max_sessions: rules.max_sessions.to_string(),
        passkey_alone: yes(rules.passkey_alone),
        short_with_factor: yes(rules.short_with_factor),
    };
    ask.page(&RulesPage::new(&typed, roles, &ask.site().config.sign_in.session, FormErrors::new()))
}

/// Changes what is asked of everybody.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let Some(max_sessions) = number(&typed.max_sessions, 1, 100) else {
        let mut errors = FormErrors::new();
        errors.add("max_sessions", COUNT);
        let (_rules, roles) = sign_in_rules::read(&site.db, ask.caller()).await?;
        return ask.page_again(&RulesPage::new(&typed, roles, &site.config.sign_in.session, errors));
    };
    let rules = OrganisationRules {
        max_sessions,
        passkey_alone: typed.passkey_alone.is_some(),
        short_with_factor: typed.short_with_factor.is_some(),
    };
    sign_in_rules::change(&site.db, ask.caller(), rules, ask.clock().now()).await?;
    Ok(ask.redirect_with("/sign-in-rules", FlashKind::Success, "Saved."))
}

fn number(text: &str, least: i32, most: i32) -> Option<i32> {
    text.trim().parse().ok().filter(|number| (least..=most).contains(number))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RoleTyped {
    factor: Option<String>,
    grace_days: String,
    idle_minutes: String,
    absolute_minutes: String,
}

#[derive(Debug, Serialize)]
pub(super) struct RoleRulesPage {
    id: String,
    name: String,
    factor: Field,
    grace_days: Field,
    idle_minutes: Field,
    absolute_minutes: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl RoleRulesPage {
    fn new(role: &RoleRules, typed: &RoleTyped, settings: &SessionSettings, errors: FormErrors) -> Self {
        let limit = |name: &str, label: &str, what: &str, appliance: u32, value: &str| {
            Field::new(name, label)
                .hint(format!(
                    "{what} Leave it empty for the appliance's limit, {appliance} minutes; no role can have more."
                ))
                .value(value)
                .errors(&errors)
        };
        Self {
            id: role.role.to_string(),
            name: role.name.clone(),
            factor: ticked(
                "factor",
                "People with this role need a second factor",
                "Whoever has none is led to set one up when they sign in.",
                typed.factor.is_some(),
            ),
            grace_days: Field::new("grace_days", "Days in which they may still sign in without one")
                .hint("From 0 to 90, from today or from when they were given the role.")
                .value(&typed.grace_days)
                .errors(&errors),
            idle_minutes: limit(
                "idle_minutes",
                "Minutes after which an unused session ends",
                "Of several roles the strictest counts.",
                settings.idle_minutes,
                &typed.idle_minutes,
            ),
            absolute_minutes: limit(
                "absolute_minutes",
                "Minutes after which any session ends",
                "Counted from the sign-in.",
                settings.absolute_minutes,
                &typed.absolute_minutes,
            ),
            errors,
        }
    }
}

impl PageContext for RoleRulesPage {
    const TEMPLATE: &'static str = "identity/sign-in-rules-role";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Signing in as {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Signing in", "/sign-in-rules")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let role = RoleRules {
            role: RoleId::NIL,
            name: "Administrator".to_owned(),
            factor_since: None,
            grace_days: 14,
            idle_minutes: None,
            absolute_minutes: None,
        };
        let typed = RoleTyped { grace_days: "x".to_owned(), factor: Some("yes".to_owned()), ..RoleTyped::default() };
        let (_choice, errors) = read(&typed);
        Self::new(&role, &typed, &SessionSettings::default(), errors)
    }
}

fn read(typed: &RoleTyped) -> (RoleChoice, FormErrors) {
    let mut errors = FormErrors::new();
    let grace_days = number(&typed.grace_days, 0, 90);
    if grace_days.is_none() {
        errors.add("grace_days", "Enter a number of days from 0 to 90.");
    }
    let mut limit = |field: &str, text: &str, most: i32| {
        if text.trim().is_empty() {
            return None;
        }
        let minutes = number(text, 1, most);
        if minutes.is_none() {
            errors.add(field, format!("Enter a number of minutes from 1 to {most}, or nothing."));
        }
        minutes
    };
    let idle_minutes = limit("idle_minutes", &typed.idle_minutes, 10_080);
    let absolute_minutes = limit("absolute_minutes", &typed.absolute_minutes, 43_200);
    let choice = RoleChoice {
        factor: typed.factor.is_some(),
        grace_days: grace_days.unwrap_or(RoleRules::GRACE_DAYS),
        idle_minutes,
        absolute_minutes,
    };
    (choice, errors)
}

async fn find(ask: &Ask, role: RoleId) -> Result<RoleRules, Failure> {
    let (_rules, roles) = sign_in_rules::read(&ask.site().db, ask.caller()).await?;
    roles.into_iter().find(|known| known.role == role).ok_or_else(|| Problem::NotFound.into())
}

/// Shows what a role asks for.
pub(super) async fn role_form(ask: Ask, role: Path<RoleId>) -> Result<HttpResponse, Failure> {
    let role = find(&ask, *role).await?;
    let text = |minutes: Option<i32>| minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
    let typed = RoleTyped {
        factor: role.factor_since.map(|_since| "yes".to_owned()),
        grace_days: role.grace_days.to_string(),
        idle_minutes: text(role.idle_minutes),
        absolute_minutes: text(role.absolute_minutes),
    };
    ask.page(&RoleRulesPage::new(&role, &typed, &ask.site().config.sign_in.session, FormErrors::new()))
}

/// Changes it.
pub(super) async fn role_submit(
    ask: Ask,
    role: Path<RoleId>,
    Posted(typed): Posted<RoleTyped>,
) -> Result<HttpResponse, Failure> {
    let known = find(&ask, *role).await?;
    let (choice, errors) = read(&typed);
    let site = ask.site();
    if !errors.is_empty() {
        return ask.page_again(&RoleRulesPage::new(&known, &typed, &site.config.sign_in.session, errors));
    }
    sign_in_rules::change_role(&site.db, ask.caller(), *role, choice, ask.clock().now()).await?;
    Ok(ask.redirect_with("/sign-in-rules", FlashKind::Success, &format!("Saved for {}.", known.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<RulesPage>();
        check::<RoleRulesPage>();
    }

    #[test]
    fn nothing_but_numbers_in_their_limits_is_taken() {
        let typed = |grace: &str, idle: &str| RoleTyped {
            grace_days: grace.to_owned(),
            idle_minutes: idle.to_owned(),
            ..RoleTyped::default()
        };
        assert!(read(&typed("0", "")).1.is_empty());
        assert!(read(&typed(" 90 ", "10080")).1.is_empty());
        for (grace, idle) in [("91", ""), ("-1", ""), ("", ""), ("x", ""), ("7", "0"), ("7", "10081"), ("7", "1e9")] {
            assert!(!read(&typed(grace, idle)).1.is_empty(), "{grace} {idle}");
        }
    }
}
