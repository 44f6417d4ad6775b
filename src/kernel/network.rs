//! Lists of networks that are let in or kept out, and what such a list says of an address.

use std::net::IpAddr;

use super::cidr::Cidr;

/// What a rule does with its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Lets it in, and with it shuts out everything that no rule of the list lets in.
    Allow,
    /// Keeps it out, whatever else lets it in.
    Deny,
}

impl Verdict {
    /// As the database and forms have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }

    /// Reads what [`Verdict::as_str`] says; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Allow, Self::Deny].into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// One line of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkRule {
    /// What it does.
    pub verdict: Verdict,
    /// With whom.
    pub network: Cidr,
}

/// What a list says of an address, and which line said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// It is let in: nobody is shut out except those that a rule names.
    Open,
    /// It is let in by this network.
    Allowed(Cidr),
    /// It is kept out by this network.
    Denied(Cidr),
    /// It is kept out: it lies in none of the networks that are let in.
    NotListed,
}

impl Judgement {
    /// Whether it is let in.
    pub const fn lets_in(self) -> bool {
        matches!(self, Self::Open | Self::Allowed(_))
    }
}

/// What `rules` say of `address`: a network that is kept out wins; then, if any network is let in, it must be one of
/// those. An address that is not known lies in no network. The order of the rules does not matter.
pub fn judge(rules: &[NetworkRule], address: Option<IpAddr>) -> Judgement {
    let holds = |rule: &&NetworkRule| address.is_some_and(|address| rule.network.contains(address));
    let of = |verdict| rules.iter().filter(move |rule| rule.verdict == verdict);
    if let Some(rule) = of(Verdict::Deny).find(holds) {
        Judgement::Denied(rule.network)
    } else if let Some(rule) = of(Verdict::Allow).find(holds) {
        Judgement::Allowed(rule.network)
    } else if of(Verdict::Allow).next().is_some() {
        Judgement::NotListed
    } else {
        Judgement::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(texts: &[&str]) -> Vec<NetworkRule> {
        let rule = |text: &&str| {
            let (verdict, network) = text.split_once(' ').expect("two words");
            NetworkRule {
                verdict: Verdict::parse(verdict).expect("a verdict"),
                network: network.parse().expect("a network"),
            }
        };
        texts.iter().map(rule).collect()
    }

    fn judged(texts: &[&str], address: &str) -> Judgement {
        judge(&rules(texts), Some(address.parse().expect("an address")))
    }

    fn network(text: &str) -> Cidr {
        text.parse().expect("a network")
    }

    #[test]
    fn a_list_without_rules_lets_everybody_in() {
        assert_eq!(judged(&[], "203.0.113.9"), Judgement::Open);
        assert_eq!(judge(&[], None), Judgement::Open);
    }

    #[test]
    fn a_denied_network_is_kept_out_and_nobody_else() {
        let list = ["deny 203.0.113.0/24"];
        assert_eq!(judged(&list, "203.0.113.9"), Judgement::Denied(network("203.0.113.0/24")));
        assert_eq!(judged(&list, "::ffff:203.0.113.9"), Judgement::Denied(network("203.0.113.0/24")));
        assert_eq!(judged(&list, "198.51.100.1"), Judgement::Open);
        assert_eq!(judged(&list, "2001:db8::1"), Judgement::Open);
    }

    #[test]
    fn one_allowed_network_shuts_everybody_else_out() {
        let list = ["allow 10.0.0.0/8"];
        assert_eq!(judged(&list, "10.1.2.3"), Judgement::Allowed(network("10.0.0.0/8")));
        assert_eq!(judged(&list, "198.51.100.1"), Judgement::NotListed);
        assert_eq!(judged(&list, "2001:db8::1"), Judgement::NotListed);
        assert_eq!(judge(&rules(&list), None), Judgement::NotListed);
    }

    #[test]
    fn denied_beats_allowed_in_whatever_order_they_stand() {
        let mut list = ["deny 10.9.0.0/16", "allow 10.0.0.0/8", "allow 10.9.9.0/24"];
        for _ in 0..3 {
            list.rotate_left(1);
            assert_eq!(judged(&list, "10.9.9.9"), Judgement::Denied(network("10.9.0.0/16")));
            assert!(judged(&list, "10.8.0.1").lets_in());
        }
    }
}
