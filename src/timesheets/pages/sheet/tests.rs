//! What the page of a sheet shows whom.

use super::*;

pub(super) fn others() -> Vec<SheetPage> {
    let mut errors = FormErrors::new();
    errors.add("reason", "Say why");
    let mut all: Vec<SheetPage> = [State::Submitted, State::Approved, State::Returned]
        .map(|state| page(&samples::opened(state), "", FormErrors::new()))
        .into();
    all.push(page(&samples::opened(State::Submitted), "", errors));
    all
}

pub(super) fn pages() -> Vec<SheetPage> {
    let mut open = SheetPage { heading: "16 to 22 November 2026".to_owned(), ..SheetPage::sample() };
    open.submit = Some(SubmitForm {
        href: "/timesheets/period/2026-11-16".to_owned(),
        done: Some(Field::new("done", "Done?").choices([crate::views::Choice::new("yes", "No more duties")])),
        due: "To be submitted by Wednesday.".to_owned(),
    });
    open.withdraw_href = Some("/timesheets/1/withdraw".to_owned());
    open.add_href = Some("/corrections/new?sheet=1".to_owned());
    vec![SheetPage { heading: "November 2026".to_owned(), ..SheetPage::sample() }, open]
}

#[test]
fn the_page_stands_for_whoever_decides_and_whoever_submits() {
    crate::views::testing::check::<SheetPage>();
    crate::views::testing::check::<OthersPage>();
}

#[test]
fn what_is_offered_follows_state_and_right() {
    let offered = |state, right| {
        let mut opened = samples::opened(state);
        opened.row.right = right;
        let page = page(&opened, "", FormErrors::new());
        (page.decide.is_some(), page.reopen_href.is_some())
    };
    let stands_in = Some(Right::InStead(crate::kernel::ids::DelegationId::NIL));
    assert_eq!(offered(State::Submitted, Some(Right::Own)), (true, false));
    assert_eq!(offered(State::Submitted, stands_in), (true, false));
    assert_eq!(offered(State::Submitted, None), (false, false));
    assert_eq!(offered(State::Approved, Some(Right::Own)), (false, true));
    assert_eq!(offered(State::Approved, stands_in), (false, false));
    assert_eq!(offered(State::Returned, Some(Right::Own)), (false, false));
}

#[test]
fn whoever_may_not_open_the_duties_gets_no_link_to_them() {
    let page = page(&samples::opened(State::Returned), "", FormErrors::new());
    assert!(page.rows.iter().all(|row| row.href.is_none()) && !page.rows.is_empty());
}
