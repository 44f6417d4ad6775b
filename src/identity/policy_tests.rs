//! The verdicts over roles, acts and relations, printed and kept: a change of any shows in review.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::authz::{Person, Reach, Scope};
use crate::identity::roles::BUILT_IN;
use crate::kernel::ids::OrganisationId;

const ME: u128 = 1;
const MY_UNIT: u128 = 10;

/// Somebody with one built-in role; a manager manages unit 10.
fn holder(code: &str) -> Caller {
    let role = BUILT_IN.iter().find(|role| role.code == code).expect("a built-in role");
    let mut permissions = BTreeMap::<String, Reach>::new();
    for (permission, scope) in role.permissions {
        let reach = permissions.entry((*permission).to_owned()).or_default();
        match scope {
            Scope::Own => reach.own = true,
            Scope::Unit | Scope::Below => reach.units = vec![UnitId(Uuid::from_u128(MY_UNIT))],
            Scope::Organisation => reach.organisation = true,
        }
    }
    Caller::Person(Arc::new(Person {
        id: PersonId(Uuid::from_u128(ME)),
        organisation: OrganisationId::NIL,
        organisation_name: String::new(),
        brand_colour: None,
        name: String::new(),
        unit: UnitId(Uuid::from_u128(MY_UNIT)),
        roles: vec![code.to_owned()],
        permissions,
        access_version: 1,
        session: None,
        token: None,
        address: None,
    }))
}

fn facts(id: u128, unit: u128, left: bool, privileged: bool) -> PersonFacts {
    PersonFacts { id: PersonId(Uuid::from_u128(id)), unit: UnitId(Uuid::from_u128(unit)), left, privileged }
}

#[test]
fn the_matrix_of_verdicts_is_the_one_that_was_agreed() {
    let people = [
        ("self", facts(ME, MY_UNIT, false, true)),
        ("same unit", facts(2, MY_UNIT, false, false)),
        ("other unit", facts(3, 11, false, false)),
        ("privileged", facts(4, 11, false, true)),
        ("who left", facts(5, 11, true, false)),
    ];
    type Decide = fn(&Caller, &PersonFacts) -> Verdict;
    let acts: [(&str, Decide); 16] = [
        (ReadPerson::NAME, ReadPerson::decide),
        (EditPerson::NAME, EditPerson::decide),
        (ChangeSignIn::NAME, ChangeSignIn::decide),
        (LinkPassword::NAME, LinkPassword::decide),
        (InvitePerson::NAME, InvitePerson::decide),
        (RecordLeaving::NAME, RecordLeaving::decide),
        (ReadRoles::NAME, ReadRoles::decide),
        (GrantRole::NAME, GrantRole::decide),
        (RequestRole::NAME, RequestRole::decide),
        (RevokeRole::NAME, RevokeRole::decide),
        (ReadSessions::NAME, ReadSessions::decide),
        (EndSessions::NAME, EndSessions::decide),
        (ResetFactors::NAME, ResetFactors::decide),
        (ExplainAccess::NAME, ExplainAccess::decide),
        (ReadHr::NAME, ReadHr::decide),
        (WriteHr::NAME, WriteHr::decide),
    ];
    let mut callers: Vec<(&str, Caller)> = BUILT_IN.iter().map(|role| (role.code, holder(role.code))).collect();
    callers.push(("operator", Caller::system(SystemName::Operator, OrganisationId::NIL)));
    callers.push(("import", Caller::system(SystemName::Import, OrganisationId::NIL)));
    callers.push(("anonymous", Caller::Anonymous { address: None }));
    let mut text = String::new();
    for (who, caller) in &callers {
        writeln!(text, "{who}: add {:?}, list {:?}", AddPerson::decide(caller, &()), ListPeople::decide(caller, &()))
            .expect("write");
        for (act, decide) in acts {
            let verdicts: Vec<String> =
                people.iter().map(|(whom, person)| format!("{whom} {:?}", decide(caller, person))).collect();
            writeln!(text, "  {act:<14} {}", verdicts.join(", ")).expect("write");
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/people-access.txt");
    #[expect(clippy::disallowed_methods, reason = "a switch of the test itself")]
    if std::env::var("WATCHROOM_WRITE_MATRIX").is_ok() {
        std::fs::write(file, &text).expect("write");
    }
    assert_eq!(std::fs::read_to_string(file).expect("the matrix"), text);
}
