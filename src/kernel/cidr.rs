//! A network: an address and the number of leading bits that count. A thin cover over `ipnet`, which also takes a bare
//! address, and takes an IPv4 network in IPv6 clothes for what it is.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A network in CIDR notation; a bare address is a network of one. Bits beyond the prefix are nought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr(IpNet);

/// The text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a network such as 10.0.0.0/8, nor an address")]
pub struct NotANetwork(String);

/// Bits of an IPv6 address before the IPv4 address that it maps.
const MAPPED: u8 = 96;

impl Cidr {
    /// Whether `address` lies in this network. An IPv4 address that arrives in IPv6 clothes is taken as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether it holds every address of its kind.
    pub fn is_everything(&self) -> bool {
        self.0.prefix_len() == 0
    }
}

impl FromStr for Cidr {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_no_address) => text.parse::<IpNet>().ok().ok_or_else(|| NotANetwork(text.to_owned()))?,
        };
        let mapped = match network {
            IpNet::V6(v6) if v6.prefix_len() >= MAPPED => {
                v6.addr().to_ipv4_mapped().and_then(|v4| Ipv4Net::new(v4, v6.prefix_len() - MAPPED).ok())
            }
            _ => None,
        };
        Ok(Self(mapped.map_or(network, IpNet::V4).trunc()))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Cidr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cidr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        network.parse::<Cidr>().expect("a network").contains(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_holds_its_own_addresses_only() {
        assert!(holds("10.0.0.0/8", "10.255.0.1"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("192.0.2.7", "192.0.2.7"));
        assert!(!holds("192.0.2.7", "192.0.2.6"));
        assert!(holds("0.0.0.0/0", "203.0.113.9"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!holds("2001:db8::/32", "2001:db9::1"));
        assert!(holds("::/0", "2001:db9::1"));
    }

    #[test]
    fn an_ipv4_address_or_network_in_ipv6_clothes_is_an_ipv4_one() {
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
        assert_eq!("::ffff:192.0.2.7".parse::<Cidr>().expect("a network").to_string(), "192.0.2.7/32");
    }

    #[test]
    fn what_is_beyond_the_prefix_is_nought() {
        assert_eq!(" 10.1.2.3/8 ".parse::<Cidr>().expect("a network").to_string(), "10.0.0.0/8");
        assert_eq!("2001:db8::1/32".parse::<Cidr>(), "2001:db8::/32".parse());
    }

    #[test]
    fn nonsense_is_no_network() {
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "proxy.example.org", "10.0.0.0/8/8"] {
            assert!(text.parse::<Cidr>().is_err(), "{text}");
        }
    }
}
