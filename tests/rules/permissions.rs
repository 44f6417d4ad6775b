//! Every permission, at every scope it may be given at, against every table: what the pages allow is what Postgres
//! allows, and every permission of the catalogue does something.
//!
//! Somebody called Walker has one role, whose permissions are changed from step to step. At each step every act below
//! is tried twice on records that stand in different relations to Walker: through the page, and by raw SQL as the
//! application's role. The two must agree. An act names neither permission nor scope: nothing here repeats a rule.

mod absences;
mod acts;
mod development;
mod exposures;
mod hours;
mod joining;
mod rota;
mod signals;
mod walk;
mod wellbeing;
mod working_time;

use std::collections::BTreeMap;

use watchroom::authz::{CATALOGUE, CatalogueEntry, Scope, permission};
use watchroom::identity::roles::BUILT_IN;

use self::acts::Act;
use self::walk::Walk;

/// Permissions to take away or to see what one may read already, whose rows are opened by those to read; and to invite,
/// whose rows others open too.
const BY_PAGE_ALONE: &[&str] = &[
    permission::DUTY_EXPORT,
    permission::AUDIT_EXPORT,
    permission::REPORT_RUN,
    permission::ROLE_PREVIEW,
    permission::INVITE_SEND,
    // Everybody reads and ends their own, which the page for others does not show.
    permission::SESSION_READ,
    permission::SESSION_REVOKE,
    permission::SECURITY_EXPORT,
    // A token takes the right to give roles beside it.
    permission::SCIM_CONFIGURE,
    permission::CERTIFICATE_EXPORT,
    permission::WORKTIME_EXPORT,
];

/// Permissions that open a table as another one does too, and that other one: they are missed by who lacks both.
const WITHIN: &[(&str, &str)] = &[
    (permission::HOURS_READ, permission::DUTY_READ),
    (permission::ACCOUNT_MANAGE, permission::INVITE_SEND),
    (permission::TIMESHEET_READ, permission::TIMESHEET_APPROVE),
    (permission::CONTACT_READ, permission::DETAIL_APPROVE),
];

const RELATIONS: [&str; 4] = ["own", "same unit", "unit below", "elsewhere"];

/// Everything that the walks try.
fn acts() -> impl Iterator<Item = &'static Act> {
    [
        acts::ACTS,
        absences::ACTS,
        development::ACTS,
        exposures::ACTS,
        hours::ACTS,
        joining::ACTS,
        rota::ACTS,
        signals::ACTS,
        wellbeing::ACTS,
        working_time::ACTS,
    ]
    .into_iter()
    .flatten()
}

/// Everything at its widest, without what is left out.
fn all_but(left_out: &[&str]) -> Vec<(&'static str, Scope)> {
    let widest = CATALOGUE.iter().filter(|entry| !left_out.contains(&entry.code));
    widest
        .flat_map(|entry| {
            let own = entry.scopes.contains(&Scope::Own).then_some((entry.code, Scope::Own));
            let last = entry.scopes.last().map(|scope| (entry.code, *scope));
            own.into_iter().chain(last.filter(|last| Some(*last) != own))
        })
        .collect()
}

/// The catalogue dealt out to so many hands, as cards are.
///
/// A page that asks for one permission where its table asks for another would agree with it in a step that gives, or
/// takes, both at once. So the two walks deal to numbers of hands that have no divisor in common: no two permissions
/// are together in both.
fn dealt(hands: usize) -> impl Iterator<Item = Vec<&'static CatalogueEntry>> {
    assert!(CATALOGUE.len() <= GIVEN * TAKEN, "some two permissions are together in both walks");
    (0..hands).map(move |hand| CATALOGUE.iter().skip(hand).step_by(hands).collect())
}

const GIVEN: usize = 13;
const TAKEN: usize = 17;

fn named(hand: &[&CatalogueEntry]) -> String {
    hand.iter().map(|entry| entry.code).collect::<Vec<_>>().join(", ")
}

#[actix_web::test]
async fn permissions_at_each_scope_open_by_page_what_they_open_by_sql() {
    let walk = Walk::new();
    let mut faults = Vec::new();
    for scope in Scope::ALL {
        let (relations, too_far): (&[usize], &[&str]) = match scope {
            Scope::Own => (&[0, 1, 2, 3], &RELATIONS[1..]),
            Scope::Unit => (&[0, 1, 2, 3], &RELATIONS[2..]),
            Scope::Below => (&[0, 1, 2, 3], &RELATIONS[3..]),
            Scope::Organisation => (&[0, 3], &[]),
        };
        for hand in dealt(GIVEN) {
            let hand: Vec<_> = hand.into_iter().filter(|entry| entry.scopes.contains(&scope)).collect();
            walk.hold(&hand.iter().map(|entry| (entry.code, scope)).collect::<Vec<_>>());
            let step = format!("{} at {}", named(&hand), scope.as_str());
            let yes = walk.try_all(&step, relations, &mut faults).await;
            let beyond = |act: &&String| too_far.iter().any(|relation| act.ends_with(&format!("({relation})")));
            assert_eq!(yes.iter().filter(beyond).collect::<Vec<_>>(), Vec::<&String>::new(), "{step} reaches too far");
            for act in yes.iter().filter(|act| act.starts_with("read its private note")) {
                assert!(act.ends_with("(own)"), "{step} opens a private note: {act}");
            }
        }
    }
    assert!(faults.is_empty(), "page and table disagree:\n{}", faults.join("\n"));
}

#[actix_web::test]
async fn what_permissions_are_taken_away_closes_by_page_what_it_closes_by_sql() {
    let walk = Walk::new();
    let mut faults = Vec::new();
    walk.hold(&all_but(&[]));
    let everything = walk.try_all("everything", &[0, 3], &mut faults).await;
    for hand in dealt(TAKEN) {
        // What opens the same rows goes with it: without it the table would still say yes.
        let wider = |code: &str| WITHIN.iter().find(|(within, _wider)| *within == code).map(|(_within, wider)| *wider);
        let taken: Vec<&str> = hand.iter().flat_map(|entry| [Some(entry.code), wider(entry.code)]).flatten().collect();
        walk.hold(&all_but(&taken));
        let step = format!("all but {}", named(&hand));
        let less = walk.try_all(&step, &[0, 3], &mut faults).await;
        assert!(less.is_subset(&everything), "{step} opens more: {:?}", less.difference(&everything));
    }
    assert!(faults.is_empty(), "page and table disagree:\n{}", faults.join("\n"));
}

#[actix_web::test]
async fn every_permission_is_missed_when_it_is_the_only_one_missing() {
    let walk = Walk::new();
    let mut faults = Vec::new();
    let mut idle = Vec::new();
    let (mut by_table, mut by_page) = (BTreeMap::new(), BTreeMap::new());
    for entry in CATALOGUE {
        let within = WITHIN.iter().find(|(code, _wider)| *code == entry.code).map(|(_code, wider)| *wider);
        let (with, without): (Vec<&str>, Vec<&str>) =
            (within.into_iter().collect(), within.into_iter().chain([entry.code]).collect());
        let missed = if BY_PAGE_ALONE.contains(&entry.code) {
            if !by_page.contains_key(&with) {
                walk.hold(&all_but(&with));
                by_page.insert(with.clone(), walk.try_all("by page", &[0, 3], &mut faults).await);
            }
            walk.hold(&all_but(&without));
            walk.try_all(&format!("all but {}", entry.code), &[0, 3], &mut faults).await != by_page[&with]
        } else {
            if !by_table.contains_key(&with) {
                walk.hold(&all_but(&with));
                by_table.insert(with.clone(), walk.by_table_alone());
            }
            walk.hold(&all_but(&without));
            walk.by_table_alone() != by_table[&with]
        };
        if !missed {
            idle.push(entry.code);
        }
    }
    assert_eq!(idle, Vec::<&str>::new(), "no page and no table asks for these");
    assert!(faults.is_empty(), "page and table disagree:\n{}", faults.join("\n"));
}

#[actix_web::test]
async fn each_built_in_role_opens_by_page_what_it_opens_by_sql() {
    let walk = Walk::new();
    let mut faults = Vec::new();
    let mut told = BTreeMap::new();
    for role in BUILT_IN {
        walk.hold(role.permissions);
        told.insert(role.code, walk.try_all(role.code, &[0, 1, 2, 3], &mut faults).await);
    }
    assert!(faults.is_empty(), "page and table disagree:\n{}", faults.join("\n"));
    let reads = |role: &str, act: &str| told[role].iter().filter(|yes| yes.starts_with(act)).count();
    for never in ["read a contract", "read a payroll", "read next of kin", "read fitness", "change a contract"] {
        // A manager reads their own, as everybody does, and nobody else's.
        assert_eq!(reads("manager", never), usize::from(never.starts_with("read")), "{never}");
    }
    assert_eq!(reads("manager", "read a duty"), 3, "of their unit, their own among them, and below");
}

#[test]
fn what_has_no_table_is_on_a_list() {
    for code in BY_PAGE_ALONE {
        assert!(permission::ALL.contains(code), "{code} is no permission any more");
    }
}
