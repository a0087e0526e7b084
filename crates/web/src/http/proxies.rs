//! Which peers are proxies of the operator, and so whose word about the client counts (threats H6): of
//! `X-Forwarded-For` the rightmost hop that is not one of them. Refuses to read anything else a proxy may add, to
//! believe whoever is not listed, and to guess at a hop that is no address.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;

/// What proxies append the address of their peer to.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Addresses that share their first bits, as in `10.0.0.0/8`; one address is the same as all its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// The text is not an address with or without a number of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNetwork;

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().map_err(|_| NoNetwork)?,
            Some(_) => return Err(NoNetwork),
            None => all,
        };
        // A network that is nobody's or everybody's is a slip of the pen; to trust everybody is to trust no address.
        if bits == 0 || bits > all { Err(NoNetwork) } else { Ok(Self { address, bits }) }
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(net), IpAddr::V4(one)) => (net.to_bits() ^ one.to_bits()) >> (32 - self.bits) == 0,
            (IpAddr::V6(net), IpAddr::V6(one)) => (net.to_bits() ^ one.to_bits()) >> (128 - self.bits) == 0,
            _ => false,
        }
    }
}

/// The operator's proxies; none unless listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    /// These and no others.
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether none is listed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }

    /// The client a trusted proxy speaks for. `None` when the peer is no proxy of the operator, or when the proxy
    /// does not say: then nobody knows more than the peer.
    pub(super) fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> Option<IpAddr> {
        if !self.trusts(peer.ip()) {
            return None;
        }
        // Read from the right, header lines as well: what stands further left was sent in by somebody.
        let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
        let hops = lines.into_iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut client = None;
        for hop in hops {
            let address = address_of(hop.trim())?;
            client = Some(address);
            if !self.trusts(address) {
                break;
            }
        }
        client
    }
}

/// A hop with or without a port; IPv6 with or without brackets.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address =
        bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn proxies(list: &[&str]) -> TrustedProxies {
        TrustedProxies::new(list.iter().map(|text| text.parse().unwrap()).collect())
    }

    fn client(proxies: &TrustedProxies, peer: &str, lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let peer = SocketAddr::new(peer.parse().unwrap(), 40_000);
        proxies.client(peer, &headers).map(|address| address.to_string())
    }

    #[test]
    fn h6_the_rightmost_hop_that_is_no_proxy_is_the_client() {
        let ours = proxies(&["10.0.0.0/8", "127.0.0.1", "2001:db8::/32"]);
        for (peer, lines, expected) in [
            ("10.1.2.3", &["198.51.100.7"][..], Some("198.51.100.7")),
            ("10.1.2.3", &["203.0.113.9, 198.51.100.7"], Some("198.51.100.7")),
            ("10.1.2.3", &["203.0.113.9, 198.51.100.7, 10.9.9.9"], Some("198.51.100.7")),
            ("10.1.2.3", &["203.0.113.9", "198.51.100.7"], Some("198.51.100.7")),
            ("10.1.2.3", &["198.51.100.7:443"], Some("198.51.100.7")),
            ("::ffff:10.1.2.3", &["::ffff:198.51.100.7"], Some("198.51.100.7")),
            ("2001:db8::1", &["[2001:dba::7]:443"], Some("2001:dba::7")),
            ("127.0.0.1", &["2001:dba::7"], Some("2001:dba::7")),
            ("10.1.2.3", &["10.9.9.9"], Some("10.9.9.9")),
            // The proxy does not say, or says what is no address.
            ("10.1.2.3", &[], None),
            ("10.1.2.3", &["198.51.100.7, unknown"], None),
            ("10.1.2.3", &[""], None),
            // Not a proxy of ours, whatever it says.
            ("192.0.2.1", &["198.51.100.7"], None),
            ("11.0.0.1", &["198.51.100.7"], None),
        ] {
            assert_eq!(client(&ours, peer, lines).as_deref(), expected, "{peer} {lines:?}");
        }
        assert_eq!(client(&proxies(&[]), "127.0.0.1", &["198.51.100.7"]), None);
    }

    #[test]
    fn a_network_is_written_in_one_way() {
        for good in ["10.0.0.0/8", "192.0.2.1", "192.0.2.1/32", "2001:db8::/32", "::1"] {
            assert!(good.parse::<Network>().is_ok(), "{good}");
        }
        for bad in
            ["", "proxy.example", "10.0.0.0/33", "10.0.0.0/0", "::/0", "10.0.0.0/", "10.0.0.0/+8", "::1/129"]
        {
            assert_eq!(bad.parse::<Network>(), Err(NoNetwork), "{bad}");
        }
    }
}
