//! Everybody's own choice: what they are told by which way, and when they want to be left alone.

use std::borrow::Cow;

use actix_web::HttpResponse;
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::notices::NoticeKind;
use crate::notices::choices::{self, Channel, Choices, Wanted};
use crate::notices::quiet::{MinuteOfDay, Times};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// `<kind>.<way>`, each.
    wanted: Vec<String>,
    quiet_from: String,
    quiet_to: String,
    not_on_duty: Vec<String>,
    digest_day: String,
}

fn value(kind: NoticeKind, way: Channel) -> String {
    format!("{}.{}", kind.code(), way.code())
}

impl Typed {
    fn of(choices: &Choices) -> Self {
        let (from, to) = choices.times.quiet.map(|(from, to)| (from.clock(), to.clock())).unwrap_or_default();
        Self {
            wanted: choices.wanted.iter().map(|(kind, way)| value(*kind, *way)).collect(),
            quiet_from: from,
            quiet_to: to,
            not_on_duty: choices.times.not_on_duty.then(|| "yes".to_owned()).into_iter().collect(),
            digest_day: choices.times.digest_day.to_monday_one_offset().to_string(),
        }
    }

    fn check(&self) -> Result<Choices, FormErrors> {
        let mut errors = FormErrors::new();
        let wanted: Wanted =
            choices::offered().filter(|(kind, way)| self.wanted.contains(&value(*kind, *way))).collect();
        let quiet = match (self.quiet_from.trim(), self.quiet_to.trim()) {
            ("", "") => None,
            (from, to) => {
                let from = time("quiet_from", from, "when the quiet hours begin", &mut errors);
                let to = time("quiet_to", to, "when the quiet hours end", &mut errors);
                from.zip(to)
            }
        };
        if quiet.is_some_and(|(from, to)| from == to) {
            errors.add("quiet_to", "Quiet hours must end at another time than they begin. Leave both empty for none");
        }
        let day = self.digest_day.parse().ok().and_then(|day: i8| Weekday::from_monday_one_offset(day).ok());
        if day.is_none() {
            errors.add("digest_day", "Choose the day of the weekly summary");
        }
        let (Some(digest_day), true) = (day, errors.is_empty()) else { return Err(errors) };
        Ok(Choices { wanted, times: Times { quiet, not_on_duty: !self.not_on_duty.is_empty(), digest_day } })
    }
}

fn time(field: &str, typed: &str, what: &str, errors: &mut FormErrors) -> Option<MinuteOfDay> {
    let found = MinuteOfDay::parse(typed);
    if found.is_none() {
        errors.add(field, format!("Enter {what}, such as 22:00"));
    }
    found
}

#[derive(Debug, Serialize)]
pub(super) struct ChoicesPage {
    kinds: Vec<Field>,
    always: Vec<&'static str>,
    digest_day: Field,
    quiet_from: Field,
    quiet_to: Field,
    on_duty: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl ChoicesPage {
    fn new(typed: &Typed, errors: FormErrors) -> Self {
        let kind = |kind: NoticeKind| {
            let ways = Channel::ALL.into_iter().filter(|way| way.carries(kind));
            let ways = ways.map(|way| Choice::new(value(kind, way), way.label()));
            Some(Field::new("wanted", kind.offer()?).id(kind.code()).choices(ways).choose(&typed.wanted))
        };
        let days = (1..).zip(DAYS).map(|(number, name): (u8, _)| Choice::new(number.to_string(), name));
        let always = NoticeKind::ALL.into_iter().filter(|kind| kind.is_for_everybody());
        Self {
            kinds: NoticeKind::ALL.into_iter().filter_map(kind).collect(),
            always: always.map(NoticeKind::label).collect(),
            digest_day: Field::new("digest_day", "Morning of the weekly summary")
                .hint("One e-mail with a number and a link, if there is anything that you have not read.")
                .choices(days)
                .choose([&typed.digest_day])
                .errors(&errors),
            quiet_from: Field::new("quiet_from", "From").value(&typed.quiet_from).errors(&errors),
            quiet_to: Field::new("quiet_to", "Until").value(&typed.quiet_to).errors(&errors),
            on_duty: Field::new("not_on_duty", "While I am on duty")
                .choices([Choice::new("yes", "Keep what may wait until my duty is over")])
                .choose(&typed.not_on_duty),
            errors,
        }
    }
}

impl PageContext for ChoicesPage {
    const TEMPLATE: &'static str = "mail/choices";

    fn title(&self) -> Cow<'_, str> {
        "Choose your notifications".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Your account", "/account")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let all = Choices { wanted: choices::offered().collect(), times: Times::default() };
        Self::new(&Typed::of(&all), FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let wrong = Typed { quiet_from: "10 pm".to_owned(), ..Typed::default() };
        let errors = wrong.check().err().unwrap_or_default();
        vec![Self::sample(), Self::new(&wrong, errors)]
    }
}

/// Shows what they have chosen.
pub(super) async fn form(ask: Ask) -> Result<HttpResponse, Failure> {
    let mine = choices::mine(&ask.site().db, ask.caller()).await?;
    ask.page(&ChoicesPage::new(&Typed::of(&mine), FormErrors::new()))
}

/// Keeps what they choose.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    match typed.check() {
        Err(errors) => ask.page_again(&ChoicesPage::new(&typed, errors)),
        Ok(chosen) => {
            choices::choose(&ask.site().db, ask.caller(), chosen, ask.clock().now()).await?;
            Ok(ask.redirect_with("/account/notices", FlashKind::Success, "Your choice is kept."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<ChoicesPage>();
    }

    #[test]
    fn what_is_shown_is_what_is_kept() {
        let clock = |text| MinuteOfDay::parse(text).expect("a time");
        let mut wanted: Wanted = choices::offered().collect();
        wanted.remove(&(NoticeKind::HoursApproved, Channel::Email));
        let times =
            Times { quiet: Some((clock("22:00"), clock("07:00"))), not_on_duty: true, digest_day: Weekday::Friday };
        let chosen = Choices { wanted, times };
        assert_eq!(Typed::of(&chosen).check(), Ok(chosen));
    }

    #[test]
    fn half_a_span_and_no_span_are_told_apart() {
        let typed = |from: &str, to: &str| Typed {
            quiet_from: from.to_owned(),
            quiet_to: to.to_owned(),
            digest_day: "1".to_owned(),
            ..Typed::default()
        };
        let wrong = |from, to| typed(from, to).check().err().map(|errors| errors.as_slice().len());
        assert_eq!(wrong("", ""), None);
        assert_eq!(wrong("22:00", ""), Some(1));
        assert_eq!(wrong("22:00", "22:00"), Some(1));
        assert_eq!(wrong("x", "y"), Some(2));
        let switched_on = Typed { wanted: vec!["password-changed.app".to_owned()], ..typed("", "") }.check();
        assert_eq!(switched_on.map(|choices| choices.wanted), Ok(Wanted::new()), "what is not offered is not chosen");
    }
}
