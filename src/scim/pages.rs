//! The console's page for directories: their tokens, and what to enter there.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::policy::CONFIGURE;
use super::tokens::{self, NewToken, Overview, TokenView};
use super::{ScimError, api};
use crate::http::{Access, Ask, Failure, FlashKind, Posted, Route};
use crate::kernel::ids::{RoleId, ScimTokenId, UnitId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

const CONFIGURES: Access = Access::Needs(CONFIGURE);

/// The routes of the console.
pub static ROUTES: &[Route] = &[
    Route::get("scim.tokens", "/signing-in/directory", CONFIGURES, || web::get().to(list)),
    Route::post("scim.token-make", "/signing-in/directory", CONFIGURES, || web::post().to(make)).step_up(),
    Route::post("scim.token-revoke", "/signing-in/directory/{id}/revoke", CONFIGURES, || web::post().to(revoke)),
];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
struct Nothing {}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    unit: String,
    role: String,
    days: String,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    unit: String,
    state: &'static str,
    colour: &'static str,
    made: String,
    ends: Option<String>,
    used: Option<String>,
    revoke: Option<String>,
}

#[derive(Debug, Serialize)]
struct DirectoryPage {
    address: String,
    people: String,
    groups: String,
    rows: Vec<Row>,
    fresh: Option<String>,
    name: Field,
    unit: Field,
    role: Field,
    days: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl DirectoryPage {
    fn new(overview: &Overview, address: String, now: jiff::Timestamp, typed: &Typed, errors: FormErrors) -> Self {
        let row = |token: &TokenView| {
            let ended = token.expires_at.is_some_and(|end| end <= now);
            let (state, colour) = match (token.revoked_at.is_some(), ended) {
                (true, _) => ("Revoked", "govuk-tag--grey"),
                (false, true) => ("Ended", "govuk-tag--grey"),
                (false, false) => ("Valid", "govuk-tag--green"),
            };
            Row {
                name: token.name.clone(),
                unit: overview.units.path(token.unit),
                state,
                colour,
                made: format::short_time(token.created_at),
                ends: token.expires_at.map(format::short_time),
                used: token.last_used_at.map(format::short_time),
                revoke: (state == "Valid").then(|| format!("/signing-in/directory/{}/revoke", token.id)),
            }
        };
        let units = overview.units.open();
        let units = units.map(|(_depth, unit)| Choice::new(unit.id.to_string(), overview.units.path(unit.id)));
        let roles = overview.roles.iter().filter(|role| !role.for_unit);
        let roles = roles.map(|role| Choice::new(role.id.to_string(), &role.name));
        Self {
            address,
            people: format::count(overview.people, "person", "people"),
            groups: format::count(overview.groups, "group", "groups"),
            rows: overview.tokens.iter().map(row).collect(),
            fresh: None,
            name: Field::new("name", "What is it for?")
                .hint("Such as Microsoft Entra ID.")
                .value(&typed.name)
                .errors(&errors),
            unit: Field::new("unit", "To which unit do people belong whose department is no unit here?")
                .hint("A department is matched with the code of a unit, or with its name.")
                .choices(std::iter::once(Choice::new("", "Choose a unit")).chain(units))
                .choose([&typed.unit])
                .errors(&errors),
            role: Field::new("role", "Which role do people get whose record it makes?")
                .hint("Beside those that their groups give.")
                .choices(std::iter::once(Choice::new("", "None")).chain(roles))
                .choose([&typed.role])
                .errors(&errors),
            days: Field::new("days", "How long does it last?")
                .choices([
                    Choice::new("365", "A year"),
                    Choice::new("90", "90 days"),
                    Choice::new("0", "Until it is revoked"),
                ])
                .choose([if typed.days.is_empty() { "365" } else { &typed.days }])
                .errors(&errors),
            errors,
        }
    }
}

impl PageContext for DirectoryPage {
    const TEMPLATE: &'static str = "scim/directory";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "People from a directory".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Signing in", "/signing-in")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let epoch = jiff::Timestamp::UNIX_EPOCH;
        let token = TokenView {
            id: ScimTokenId::NIL,
            name: "Microsoft Entra ID".to_owned(),
            unit: UnitId::NIL,
            created_at: epoch,
            expires_at: Some(epoch + SignedDuration::from_hours(24)),
            last_used_at: Some(epoch),
            revoked_at: None,
        };
        let revoked = TokenView { revoked_at: Some(epoch), last_used_at: None, expires_at: None, ..token.clone() };
        let overview = Overview { tokens: vec![token, revoked], people: 1, groups: 12, ..Overview::default() };
        let mut errors = FormErrors::new();
        errors.add("name", "Enter what it is for.");
        errors.add("unit", "Choose a unit.");
        let address = "https://watchroom.example.org/scim/v2".to_owned();
        let mut page = Self::new(&overview, address, epoch, &Typed::default(), errors);
        page.fresh =
            Some("wrscim_00000000000000000000000000000007_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned());
        page
    }

    fn samples() -> Vec<Self> {
        let none = Overview::default();
        let epoch = jiff::Timestamp::UNIX_EPOCH;
        vec![
            Self::sample(),
            Self::new(&none, "https://x/scim/v2".to_owned(), epoch, &Typed::default(), FormErrors::new()),
        ]
    }
}

async fn page(ask: &Ask, typed: &Typed, errors: FormErrors) -> Result<DirectoryPage, Failure> {
    let overview = tokens::overview(&ask.site().db, ask.caller()).await?;
    Ok(DirectoryPage::new(&overview, api::base(ask), ask.clock().now(), typed, errors))
}

async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let page = page(&ask, &Typed::default(), FormErrors::new()).await?;
    ask.page(&page)
}

/// Makes a token, and shows it: this once.
async fn make(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    let name = typed.name.trim();
    match name.chars().count() {
        0 => errors.add("name", "Enter what it is for."),
        1..=60 => {}
        _ => errors.add("name", "Use at most 60 characters."),
    }
    let unit = typed.unit.parse::<UnitId>().ok();
    if unit.is_none() {
        errors.add("unit", "Choose a unit.");
    }
    let lifetime = match typed.days.as_str() {
        "365" => Some(SignedDuration::from_hours(365 * 24)),
        "90" => Some(SignedDuration::from_hours(90 * 24)),
        "0" => None,
        _ => {
            errors.add("days", "Choose how long it lasts.");
            None
        }
    };
    if let (Some(unit), true) = (unit, errors.is_empty()) {
        let wanted = NewToken { name: name.to_owned(), unit, role: typed.role.parse::<RoleId>().ok(), lifetime };
        match tokens::make(&ask.site().db, ask.caller(), wanted, ask.clock().now()).await {
            Ok(bearer) => {
                let mut page = page(&ask, &Typed::default(), FormErrors::new()).await?;
                page.fresh = Some(bearer.reveal());
                return ask.page(&page);
            }
            Err(ScimError::Refused(why)) => errors.add("role", why),
            Err(error) => return Err(error.into()),
        }
    }
    let page = page(&ask, &typed, errors).await?;
    ask.page_again(&page)
}

async fn revoke(ask: Ask, id: Path<ScimTokenId>, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    tokens::revoke(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    Ok(ask.redirect_with("/signing-in/directory", FlashKind::Success, "Revoked. It opens nothing any more."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::DirectoryPage>();
    }
}
