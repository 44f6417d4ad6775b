//! Rules, the lists that they make, and what these say of somebody.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::kernel::ids::{NetworkRuleId, RoleId};
use crate::kernel::network::{Judgement, NetworkRule, Verdict, judge};

/// Whom a list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Everybody in the organisation.
    Everyone,
    /// The pages of the console.
    Console,
    /// Everybody who has this role.
    Role(RoleId),
}

impl Place {
    /// As the database and forms have it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Console => "console",
            Self::Role(_) => "role",
        }
    }

    /// The role that it is for.
    pub(super) const fn role(self) -> Option<RoleId> {
        match self {
            Self::Role(role) => Some(role),
            Self::Everyone | Self::Console => None,
        }
    }

    pub(super) fn new(place: &str, role: Option<RoleId>) -> Option<Self> {
        match (place, role) {
            ("everyone", None) => Some(Self::Everyone),
            ("console", None) => Some(Self::Console),
            ("role", Some(role)) => Some(Self::Role(role)),
            _ => None,
        }
    }
}

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) id: NetworkRuleId,
    pub(super) place: Place,
    pub(super) rule: NetworkRule,
    pub(super) note: String,
    pub(super) created_at: Timestamp,
    /// Since when it counts for nobody.
    pub(super) off_since: Option<Timestamp>,
}

/// A role, as far as rules need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RoleName {
    pub(super) id: RoleId,
    /// What a signed-in person's list of roles has.
    pub(super) code: String,
    pub(super) name: String,
}

/// The rules of an organisation that count, by list.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    lists: BTreeMap<Place, Vec<NetworkRule>>,
    roles: Vec<RoleName>,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShutOut {
    pub(super) place: Place,
    pub(super) judgement: Judgement,
}

impl Lists {
    /// Those of `rules` that are switched on.
    pub(super) fn new(rules: &[Rule], roles: Vec<RoleName>) -> Self {
        let mut lists: BTreeMap<Place, Vec<NetworkRule>> = BTreeMap::new();
        for rule in rules.iter().filter(|rule| rule.off_since.is_none()) {
            lists.entry(rule.place).or_default().push(rule.rule);
        }
        Self { lists, roles }
    }

    /// What one list says of an address.
    pub(super) fn judge(&self, place: Place, address: Option<IpAddr>) -> Judgement {
        judge(self.lists.get(&place).map_or(&[], Vec::as_slice), address)
    }

    /// Whether somebody with these roles is let in from `address`: the list for everyone, that of each of their roles,
    /// and, on a page of the console, the console's must all let them in.
    pub(super) fn admit(&self, roles: &[String], address: Option<IpAddr>, console: bool) -> Result<(), ShutOut> {
        if self.lists.is_empty() {
            return Ok(());
        }
        let own = self.roles.iter().filter(|role| roles.contains(&role.code)).map(|role| Place::Role(role.id));
        let places = std::iter::once(Place::Everyone).chain(own).chain(console.then_some(Place::Console));
        for place in places {
            let judgement = self.judge(place, address);
            if !judgement.lets_in() {
                return Err(ShutOut { place, judgement });
            }
        }
        Ok(())
    }

    /// The lists that have rules, the one for everyone first, those of roles last.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        self.lists.keys().copied()
    }

    /// What a list is called, as the subject of a sentence.
    pub(super) fn title(&self, place: Place) -> String {
        title(place, &self.roles)
    }
}

/// What a list is called.
pub(super) fn title(place: Place, roles: &[RoleName]) -> String {
    match place {
        Place::Everyone => "Everyone".to_owned(),
        Place::Console => "The console".to_owned(),
        Place::Role(id) => {
            let name = roles.iter().find(|role| role.id == id).map_or("a role", |role| role.name.as_str());
            format!("Role: {name}")
        }
    }
}

/// What a list comes to, in one sentence.
pub(super) fn in_words(place: Place, rules: &[NetworkRule]) -> String {
    let networks = |verdict| {
        let all: Vec<String> =
            rules.iter().filter(|rule| rule.verdict == verdict).map(|rule| rule.network.to_string()).collect();
        listed(&all)
    };
    let (allowed, denied) = (networks(Verdict::Allow), networks(Verdict::Deny));
    let who = match place {
        Place::Everyone => "People are let in",
        Place::Console => "The console's pages open",
        Place::Role(_) => "Whoever has this role is let in",
    };
    match (allowed.is_empty(), denied.is_empty()) {
        (true, true) => format!("{who} from every network."),
        (true, false) => format!("{who} from every network but {denied}."),
        (false, true) => format!("{who} from {allowed}, and from nowhere else."),
        (false, false) => format!("{who} from {allowed}, and from nowhere else; never from {denied}."),
    }
}

/// "a", "a and b", "a, b and c".
fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(place: Place, text: &str, off: bool) -> Rule {
        let (verdict, network) = text.split_once(' ').expect("two words");
        Rule {
            id: NetworkRuleId::NIL,
            place,
            rule: NetworkRule {
                verdict: Verdict::parse(verdict).expect("a verdict"),
                network: network.parse().expect("a network"),
            },
            note: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            off_since: off.then_some(Timestamp::UNIX_EPOCH),
        }
    }

    fn role(number: u128, code: &str) -> RoleName {
        RoleName { id: RoleId(uuid::Uuid::from_u128(number)), code: code.to_owned(), name: code.to_owned() }
    }

    fn lists() -> Lists {
        let hr = role(1, "hr");
        let rules = [
            rule(Place::Everyone, "deny 203.0.113.0/24", false),
            rule(Place::Console, "allow 10.0.0.0/8", false),
            rule(Place::Role(hr.id), "allow 10.1.0.0/16", false),
            rule(Place::Everyone, "allow 192.0.2.1", true),
        ];
        Lists::new(&rules, vec![hr, role(2, "member")])
    }

    fn admitted(roles: &[&str], address: &str, console: bool) -> Result<(), Place> {
        let roles: Vec<String> = roles.iter().map(|&role| role.to_owned()).collect();
        let address = Some(address.parse().expect("an address"));
        lists().admit(&roles, address, console).map_err(|shut_out| shut_out.place)
    }

    #[test]
    fn each_list_that_concerns_somebody_must_let_them_in() {
        assert_eq!(admitted(&["member"], "198.51.100.1", false), Ok(()));
        assert_eq!(admitted(&["member"], "203.0.113.9", false), Err(Place::Everyone));
        assert_eq!(admitted(&["member"], "198.51.100.1", true), Err(Place::Console));
        assert_eq!(admitted(&["member"], "10.9.0.1", true), Ok(()));
        let hr = Place::Role(role(1, "hr").id);
        assert_eq!(admitted(&["hr", "member"], "10.9.0.1", false), Err(hr));
        assert_eq!(admitted(&["hr", "member"], "10.1.0.1", true), Ok(()));
    }

    #[test]
    fn a_list_says_in_a_sentence_what_it_comes_to() {
        let rules: Vec<NetworkRule> = ["allow 10.0.0.0/8", "allow 192.0.2.1", "deny 10.9.0.0/16"]
            .map(|text| rule(Place::Everyone, text, false).rule)
            .into();
        assert_eq!(
            in_words(Place::Everyone, &rules),
            "People are let in from 10.0.0.0/8 and 192.0.2.1/32, and from nowhere else; never from 10.9.0.0/16."
        );
        assert_eq!(
            in_words(Place::Console, &rules[2..]),
            "The console's pages open from every network but 10.9.0.0/16."
        );
        assert_eq!(in_words(Place::Everyone, &[]), "People are let in from every network.");
    }
}
