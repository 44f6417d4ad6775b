//! The fields that a new exposure and a corrected one have in common.

use serde::Serialize;

use crate::exposures::model::{Decontaminated, History, Laundered, Ppe, Route};
use crate::exposures::rules::Typed;
use crate::views::{Choice, Field, FormErrors};

#[derive(Debug, Clone, Serialize)]
pub(super) struct ExposureFields {
    happened_on: Field,
    incident: Field,
    agents: Field,
    route: Field,
    minutes: Field,
    position: Field,
    ppe: Field,
    ba_minutes: Field,
    decontaminated: Field,
    laundered: Field,
    how: Field,
    symptoms: Field,
    advice: Field,
}

fn choices<T: Copy>(all: &[T], code: fn(T) -> &'static str, title: fn(T) -> &'static str) -> Vec<Choice> {
    all.iter().map(|one| Choice::new(code(*one), title(*one))).collect()
}

/// With what leaves it open: radios cannot be taken back otherwise.
fn or_not_said(choices: Vec<Choice>) -> Vec<Choice> {
    choices.into_iter().chain([Choice::new("", "I do not know, or it does not apply")]).collect()
}

impl ExposureFields {
    pub(super) fn new(typed: &Typed, errors: &FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(errors);
        Self {
            happened_on: field("happened_on", "Date", &typed.happened_on),
            incident: field("incident", "Incident number (optional)", &typed.incident),
            agents: field("agents", "What was it? (optional)", &typed.agents)
                .hint("One or several, with commas between them: Smoke, Asbestos. They are counted by name"),
            route: Field::new("route", "How did it reach you? (optional)")
                .choices(choices(Route::ALL, Route::as_str, Route::title))
                .choose(&typed.route)
                .errors(errors),
            minutes: field("minutes", "How long, in minutes (optional)", &typed.minutes),
            position: field("position", "How near, and in which role? (optional)", &typed.position)
                .hint("Like: in the compartment, team of two; or 50 m downwind, pump operator"),
            ppe: Field::new("ppe", "What did you wear? (optional)")
                .choices(choices(Ppe::ALL, Ppe::as_str, Ppe::title))
                .choose(&typed.ppe)
                .errors(errors),
            ba_minutes: field("ba_minutes", "Minutes in breathing apparatus (optional)", &typed.ba_minutes)
                .hint("All wears of this job together. They are summed over your whole service"),
            decontaminated: Field::new("decontaminated", "Were you decontaminated? (optional)")
                .choices(or_not_said(choices(Decontaminated::ALL, Decontaminated::as_str, Decontaminated::title)))
                .choose([&typed.decontaminated])
                .errors(errors),
            laundered: Field::new("laundered", "What became of your PPE? (optional)")
                .choices(or_not_said(choices(Laundered::ALL, Laundered::as_str, Laundered::title)))
                .choose([&typed.laundered])
                .errors(errors),
            how: field("how", "How did it happen? (optional)", &typed.how)
                .hint("A seal that slipped, a glove that tore, smoke in the cab. Name no patient"),
            symptoms: field("symptoms", "Symptoms (optional)", &typed.symptoms),
            advice: field("advice", "What did a medical professional advise? (optional)", &typed.advice),
        }
    }
}

/// An exposure as it would have been typed.
pub(super) fn typed_of(history: &History) -> Typed {
    let (draft, details) = (&history.now.draft, &history.now.draft.details);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    Typed {
        version: history.now.number.to_string(),
        kind: history.exposure.kind.as_str().to_owned(),
        duty: history.exposure.duty.map(|duty| duty.to_string()).unwrap_or_default(),
        happened_on: draft.happened_on.to_string(),
        incident: text(&details.incident),
        agents: details.agents.join(", "),
        route: details.route.iter().map(|route| route.as_str().to_owned()).collect(),
        minutes: number(details.minutes),
        position: text(&details.position),
        ppe: details.ppe.iter().map(|ppe| ppe.as_str().to_owned()).collect(),
        ba_minutes: number(draft.ba_minutes),
        decontaminated: details.decontaminated.map(Decontaminated::as_str).unwrap_or_default().to_owned(),
        laundered: details.laundered.map(Laundered::as_str).unwrap_or_default().to_owned(),
        symptoms: text(&draft.health.symptoms),
        advice: text(&draft.health.advice),
        how: text(&details.how),
        stands: if history.now.confirmed { "yes" } else { "no" }.to_owned(),
        ..Typed::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::rules::{self, samples};

    #[test]
    fn an_exposure_typed_again_is_the_same_exposure() {
        for history in samples::histories() {
            let again = rules::check(&typed_of(&history), jiff::civil::date(2026, 11, 23));
            assert_eq!(again, Ok(history.now.draft));
        }
    }
}
