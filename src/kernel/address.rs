//! Network addresses as we keep them: never whole.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address with its last IPv4 octet zeroed, or an IPv6 address cut to its /64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskedAddress(IpAddr);

impl From<IpAddr> for MaskedAddress {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
            }
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }
}

/// What stands for one place on the network: an IPv4 address, or the /64 that an IPv6 address lies in, which one
/// household or one host has all of. As 16 bytes.
pub fn network_of(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).octets()
        }
    }
}

impl fmt::Display for MaskedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => write!(f, "{v4}"),
            IpAddr::V6(v6) => write!(f, "{v6}/64"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        MaskedAddress::from(text.parse::<IpAddr>().expect("an address")).to_string()
    }

    #[test]
    fn the_last_octet_is_gone() {
        assert_eq!(masked("192.0.2.77"), "192.0.2.0");
        assert_eq!(masked("::ffff:192.0.2.77"), "192.0.2.0");
    }

    #[test]
    fn ipv6_keeps_its_network_only() {
        assert_eq!(masked("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    }
}
