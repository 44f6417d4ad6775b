//! Exposures as CSV: one line for each version, so that nothing that was ever said is left out.

use super::model::{Decontaminated, History, Laundered, Ppe, Route, Version};
use crate::kernel::civil;
use crate::views::csv_text::{guarded, table};

const HEAD: [&str; 21] = [
    "Exposure",
    "Version",
    "In force",
    "Counts",
    "Kind",
    "Date",
    "Incident",
    "Duty",
    "Agents",
    "Route",
    "Minutes",
    "Distance and role",
    "PPE worn",
    "BA minutes",
    "Decontaminated",
    "PPE laundered",
    "How it happened",
    "Symptoms",
    "Health advice",
    "Reason for correction",
    "Recorded",
];

/// The whole file.
pub(super) fn csv(all: &[History]) -> Vec<u8> {
    let lines = all.iter().flat_map(|history| {
        std::iter::once((history, &history.now, true))
            .chain(history.before.iter().map(move |one| (history, one, false)))
    });
    table(HEAD, lines.map(|(history, version, in_force)| line(history, version, in_force)))
}

fn line(history: &History, version: &Version, in_force: bool) -> [String; 21] {
    let (draft, details) = (&version.draft, &version.draft.details);
    let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    let text = |text: Option<&str>| guarded(text.unwrap_or_default()).into_owned();
    let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        history.exposure.id.to_string(),
        version.number.to_string(),
        yes(in_force),
        yes(version.confirmed),
        history.exposure.kind.title().to_owned(),
        draft.happened_on.to_string(),
        text(details.incident.as_deref()),
        history.exposure.duty.map(|duty| duty.to_string()).unwrap_or_default(),
        guarded(&details.agents.join("; ")).into_owned(),
        details.route.iter().map(|route| Route::title(*route)).collect::<Vec<_>>().join("; "),
        number(details.minutes),
        text(details.position.as_deref()),
        details.ppe.iter().map(|ppe| Ppe::title(*ppe)).collect::<Vec<_>>().join("; "),
        number(draft.ba_minutes),
        details.decontaminated.map(Decontaminated::title).unwrap_or_default().to_owned(),
        details.laundered.map(Laundered::title).unwrap_or_default().to_owned(),
        text(details.how.as_deref()),
        text(draft.health.symptoms.as_deref()),
        text(draft.health.advice.as_deref()),
        text(version.reason.as_deref()),
        civil::local(version.recorded_at).strftime("%Y-%m-%d %H:%M").to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposures::rules::samples;

    #[test]
    fn every_version_is_a_line_and_no_cell_is_a_formula() {
        let mut all = samples::histories();
        if let Some(first) = all.first_mut() {
            first.now.draft.details.how = Some("=1+1".to_owned());
        }
        let text = String::from_utf8(csv(&all)).expect("text");
        assert_eq!(text.lines().count(), 5, "a head, two versions of one, and two more: {text}");
        assert!(text.contains("'=1+1") && text.contains(",2,yes,yes,") && text.contains(",1,no,yes,"), "{text}");
        assert!(text.contains("Longer <in> there") && text.contains("Cough <dry>"), "{text}");
    }
}
