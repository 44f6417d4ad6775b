//! Which groups give which roles. Pure.

use super::model::Rule;
use crate::kernel::ids::{PersonId, RoleId, UnitId};

/// What the rules give somebody who is in `groups`: each role once, in the order of the rules.
///
/// A rule never works for whoever made it: nobody gives themself a role, not by way of a group either.
pub fn wanted(rules: &[Rule], groups: &[String], person: PersonId) -> Vec<(RoleId, Option<UnitId>)> {
    let mut wanted = Vec::new();
    for rule in rules {
        let given = (rule.role, rule.unit);
        if rule.created_by != person && groups.contains(&rule.group) && !wanted.contains(&given) {
            wanted.push(given);
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::kernel::ids::SsoRuleId;

    fn rule(group: &str, role: u128, unit: Option<u128>, by: u128) -> Rule {
        Rule {
            id: SsoRuleId::NIL,
            group: group.to_owned(),
            role: RoleId(Uuid::from_u128(role)),
            unit: unit.map(|unit| UnitId(Uuid::from_u128(unit))),
            created_by: PersonId(Uuid::from_u128(by)),
        }
    }

    fn of(rules: &[Rule], groups: &[&str], person: u128) -> Vec<(u128, Option<u128>)> {
        let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        let wanted = wanted(rules, &groups, PersonId(Uuid::from_u128(person)));
        wanted.into_iter().map(|(role, unit)| (role.0.as_u128(), unit.map(|unit| unit.0.as_u128()))).collect()
    }

    #[test]
    fn a_group_gives_its_roles_and_two_groups_give_one_role_once() {
        let rules = [rule("a", 1, None, 9), rule("a", 2, Some(5), 9), rule("b", 1, None, 9), rule("c", 3, None, 9)];
        assert_eq!(of(&rules, &["a"], 7), [(1, None), (2, Some(5))]);
        assert_eq!(of(&rules, &["b", "a"], 7), [(1, None), (2, Some(5))]);
        assert_eq!(of(&rules, &[], 7), []);
        assert_eq!(of(&rules, &["A", " a"], 7), [], "group names are compared exactly");
    }

    #[test]
    fn a_rule_does_not_work_for_whoever_made_it() {
        let rules = [rule("a", 1, None, 7), rule("a", 2, None, 9)];
        assert_eq!(of(&rules, &["a"], 7), [(2, None)]);
    }
}
