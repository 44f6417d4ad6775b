//! What the pages of corrections show.

use super::*;

#[test]
fn the_pages_stand() {
    crate::views::testing::check::<ListPage>();
    crate::views::testing::check::<CorrectionPage>();
}

#[test]
fn both_values_are_said() {
    let page = page(&samples::opened(samples::correction(Act::Change), true), "", FormErrors::new(), false);
    assert_eq!(
        page.values,
        [
            "End: Saturday 21 November 2026, 07:00 \u{2192} Saturday 21 November 2026, 08:00",
            "Call sign: N12P1 \u{2192} empty"
        ]
    );
    assert_eq!(page.heading, "Change a duty");
    let removed = super::page(&samples::opened(samples::correction(Act::Remove), true), "", FormErrors::new(), false);
    assert_eq!(removed.heading, "Remove the duty of 20 Nov 2026, 19:00");
    assert!(removed.values.iter().any(|value| value == "Breaks: 30 min"), "{:?}", removed.values);
}
