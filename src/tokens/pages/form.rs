//! Making a token.

use std::borrow::Cow;

use actix_web::HttpResponse;
use serde::Serialize;

use super::shown;
use crate::crypto::TokenKind;
use crate::http::{Ask, Failure, Posted, Problem};
use crate::kernel::ids::TokenId;
use crate::tokens::model::Offered;
use crate::tokens::rules::{self, Typed};
use crate::tokens::service;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Serialize)]
struct FormPage {
    id: String,
    kind: Option<Field>,
    only_kind: Option<&'static str>,
    name: Field,
    groups: Vec<Field>,
    days: Field,
    networks: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl FormPage {
    fn new(typed: &Typed, kinds: &[TokenKind], offered: &[Offered], longest_days: u16, errors: FormErrors) -> Self {
        let only = if let [only] = kinds { Some(only.as_str()) } else { None };
        Self {
            id: typed.id.clone(),
            kind: only.is_none().then(|| {
                let choice = |kind: &TokenKind| match kind {
                    TokenKind::Personal => Choice::new("personal", "For me")
                        .hint("It acts as you: it can read and log your own duties, if you let it."),
                    TokenKind::Service => Choice::new("service", "For the organisation")
                        .hint("It acts for no person: what you may do with your own records only, it may not."),
                };
                Field::new("kind", "For whom does the program act?")
                    .choices(kinds.iter().map(choice))
                    .choose([&typed.kind])
                    .errors(&errors)
            }),
            only_kind: only,
            name: Field::new("name", "What is it for?")
                .hint("You will know it by this name, like “Rota export on the station computer”.")
                .value(typed.name.as_str())
                .errors(&errors),
            groups: groups(typed, offered, &errors),
            days: Field::new("days", "For how many days?")
                .hint(format!("From 1 to {longest_days}. Shorter is safer: a token can be made anew at any time."))
                .value(typed.days.as_str())
                .errors(&errors),
            networks: Field::new("networks", "From which networks? (optional)")
                .hint("One per line, like 10.20.0.0/16 or 192.0.2.7. Leave it empty to allow any.")
                .value(typed.networks.as_str())
                .errors(&errors),
            errors,
        }
    }
}

/// One group of boxes for each area. The first one is what an error leads to.
fn groups(typed: &Typed, offered: &[Offered], errors: &FormErrors) -> Vec<Field> {
    let mut areas: Vec<(&str, Vec<Choice>)> = Vec::new();
    for one in offered {
        let choice = Choice::new(&one.code, &one.summary);
        match areas.last_mut().filter(|(area, _choices)| *area == one.area) {
            Some((_area, choices)) => choices.push(choice),
            None => areas.push((&one.area, vec![choice])),
        }
    }
    let group = |(number, (area, choices)): (usize, (&str, Vec<Choice>))| {
        let field = Field::new("scopes", area).choices(choices).choose(&typed.scopes);
        if number == 0 { field.errors(errors) } else { field.id(format!("scopes-{number}")) }
    };
    areas.into_iter().enumerate().map(group).collect()
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "tokens/new";

    fn title(&self) -> Cow<'_, str> {
        "Make a token".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account"), Crumb::new("Your tokens", "/account/tokens")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let one = |area: &str, code: &str| Offered {
            code: code.to_owned(),
            area: area.to_owned(),
            summary: format!("Do {code}"),
        };
        let offered = [one("Duties", "duty.log"), one("Duties", "duty.read"), one("People", "people.read")];
        let typed = Typed { scopes: vec!["duty.read".to_owned()], days: "90".to_owned(), ..Typed::default() };
        Self::new(&typed, &[TokenKind::Personal, TokenKind::Service], &offered, 365, FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let offered = [Offered { code: "duty.log".into(), area: "Duties".into(), summary: "Log duties".into() }];
        let typed = Typed { networks: "<nonsense>".to_owned(), ..Typed::default() };
        let again = |kinds: &[TokenKind]| {
            let now = "2026-11-22T09:00:00Z".parse().expect("a time");
            let errors = rules::check(&typed, kinds, &offered, 365, now).expect_err("wrong");
            Self::new(&typed, kinds, &offered, 365, errors)
        };
        vec![Self::sample(), again(&[TokenKind::Personal]), again(&[TokenKind::Personal, TokenKind::Service])]
    }
}

/// Shows the form.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let (kinds, offered) = (service::kinds(ask.caller()), service::offered(&ask.site().db, ask.caller()).await?);
    if kinds.is_empty() {
        return Err(Problem::Forbidden.into());
    }
    let settings = &ask.site().config.tokens;
    let typed = Typed {
        id: TokenId::new(ask.clock().now()).to_string(),
        days: settings.default_days.to_string(),
        ..Typed::default()
    };
    ask.page(&FormPage::new(&typed, &kinds, &offered, settings.longest_days, FormErrors::new()))
}

/// Makes the token and shows its text, or shows the form again.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let (site, now) = (ask.site(), ask.clock().now());
    let kinds = service::kinds(ask.caller());
    if kinds.is_empty() {
        return Err(Problem::Forbidden.into());
    }
    let offered = service::offered(&site.db, ask.caller()).await?;
    let longest = site.config.tokens.longest_days;
    match rules::check(&typed, &kinds, &offered, longest, now) {
        Ok(draft) => {
            let id = typed.id.parse().unwrap_or_else(|_error| TokenId::new(now));
            let name = draft.name.clone();
            let text = service::make(&site.db, ask.caller(), id, draft, now).await?;
            // The daily purge that was asked for waits until tomorrow: nobody has to be woken.
            shown::show(&ask, id, &name, &text, None)
        }
        Err(errors) => ask.page_again(&FormPage::new(&typed, &kinds, &offered, longest, errors)),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_stands_fresh_and_with_its_errors() {
        crate::views::testing::check::<super::FormPage>();
    }
}
