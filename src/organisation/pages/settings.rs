//! The organisation's name and colour.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::named;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::organisation::settings::{self, LEAST_CONTRAST, Settings, contrast_with_white};
use crate::views::form::FieldError;
use crate::views::{Field, FormErrors, PageContext};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    brand_colour: String,
}

#[derive(Debug, Serialize)]
pub(super) struct SettingsPage {
    tab: &'static str,
    name: Field,
    brand_colour: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl SettingsPage {
    fn new(typed: &Typed, errors: FormErrors) -> Self {
        Self {
            tab: "settings",
            name: Field::new("name", "Name of the organisation").value(&typed.name).errors(&errors),
            brand_colour: Field::new("brand_colour", "Colour of the header (optional)")
                .hint("Six hexadecimal digits, such as #12303f. White text stands on it, so it must be dark enough. Leave it empty for Watchroom's own.")
                .value(&typed.brand_colour)
                .errors(&errors),
            errors,
        }
    }
}

impl PageContext for SettingsPage {
    const TEMPLATE: &'static str = "organisation/settings";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Organisation".into()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let typed = Typed { name: String::new(), brand_colour: "#ffcc00".to_owned() };
        let (_settings, errors) = read(&typed);
        Self::new(&typed, errors)
    }
}

/// Shows the settings.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let now = settings::read(&ask.site().db, ask.caller()).await?;
    let typed = Typed { name: now.name, brand_colour: now.brand_colour.unwrap_or_default() };
    ask.page(&SettingsPage::new(&typed, FormErrors::new()))
}

/// Changes them.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let (wanted, errors) = read(&typed);
    if !errors.is_empty() {
        return ask.page_again(&SettingsPage::new(&typed, errors));
    }
    settings::change(&ask.site().db, ask.caller(), wanted, ask.clock().now()).await?;
    ask.site().sessions.forget_organisation(ask.caller().organisation());
    Ok(ask.redirect_with("/organisation", FlashKind::Success, "Settings saved."))
}

fn read(typed: &Typed) -> (Settings, FormErrors) {
    let mut errors = FormErrors::new();
    let name = named(&mut errors, "name", &typed.name, 200, "the name of the organisation");
    let colour = typed.brand_colour.trim().to_lowercase();
    let colour = if colour.is_empty() || colour.starts_with('#') { colour } else { format!("#{colour}") };
    if !colour.is_empty() {
        match contrast_with_white(&colour) {
            None => errors.add("brand_colour", "Enter six hexadecimal digits, such as #12303f."),
            Some(contrast) if contrast < LEAST_CONTRAST => errors.add(
                "brand_colour",
                format!(
                    "Choose a darker colour: white text on this one has a contrast of {contrast:.1} to 1, and people need at least {LEAST_CONTRAST} to 1 to read it."
                ),
            ),
            Some(_enough) => {}
        }
    }
    (Settings { name, brand_colour: Some(colour).filter(|colour| !colour.is_empty()) }, errors)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<super::SettingsPage>();
    }
}
