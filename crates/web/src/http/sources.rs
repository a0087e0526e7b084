//! Where requests of strangers come from, and how much of one kind a source may do (threats A1, G6). Kept in
//! memory and bounded: it slows noise down and is lost at a restart; what guards an account is counted in the
//! database. Refuses to believe forwarded headers of anybody but the operator's proxies (threats H6): the source is
//! the peer of the connection.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use hospes_domain::proof::{Counter, Limit};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use http::HeaderMap;

use super::TrustedProxies;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Noise {
    /// A redemption link that is not one of ours.
    BadLink,
    /// A code asked for, whether or not one was sent.
    CodeAsked,
    /// A code of the set-up page that was not the one.
    SetupTried,
    /// A device that began to wait for a sign-in.
    DeviceBegun,
    /// A device's code that was not one.
    DeviceTried,
    /// The same in one browser.
    DeviceTriedHere,
}

impl Noise {
    const fn limit(self) -> Limit {
        match self {
            Self::BadLink => Limit { most: 30, seconds: 600 },
            Self::CodeAsked => Limit { most: 60, seconds: 3600 },
            Self::SetupTried => Limit { most: 10, seconds: 600 },
            Self::DeviceBegun => Limit { most: 60, seconds: 600 },
            Self::DeviceTried => Limit { most: 20, seconds: 600 },
            Self::DeviceTriedHere => Limit { most: 5, seconds: 600 },
        }
    }

    /// Under which address it is counted. Who stands for everybody is not counted, but for what nobody does often.
    fn counted(self, source: Option<IpAddr>) -> Option<IpAddr> {
        source.or((self == Self::SetupTried).then_some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
    }
}

/// The most sources remembered; beyond that the windows that are over are forgotten, then all of them.
const MOST: usize = 20_000;

/// The counters of all sources.
#[derive(Debug, Default)]
pub struct Sources(Mutex<HashMap<(Noise, IpAddr), Counter>>);

/// The address a request is counted under: the client that a trusted proxy names, else the peer. A peer on this
/// machine, and a proxy that does not say for whom it speaks, stand for everybody and are not counted.
pub fn source_of(peer: SocketAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> Option<IpAddr> {
    if let Some(client) = proxies.client(peer, headers) {
        return Some(household(client));
    }
    let address = peer.ip().to_canonical();
    if address.is_loopback() || proxies.trusts(address) { None } else { Some(household(address)) }
}

/// The address a request came from, for the records: the client that a trusted proxy names, else the peer; none when a
/// proxy does not say for whom it speaks.
pub fn address_of(peer: SocketAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> Option<IpAddr> {
    let address = peer.ip().to_canonical();
    proxies.client(peer, headers).or((!proxies.trusts(address)).then_some(address))
}

/// Of IPv6 a household has at least a /64.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The network of a source as a text: of IPv4 a /24, which is what neighbours share; of IPv6 the household's /64.
pub fn network_of(source: IpAddr) -> String {
    match household(source) {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => format!("{address}/64"),
    }
}

impl Sources {
    /// Whether a source may still do this; does not count.
    ///
    /// # Errors
    /// [`Refusal::TooMany`] with the seconds to wait.
    pub fn room(&self, noise: Noise, source: Option<IpAddr>, now: Time) -> Result<(), Refusal> {
        let Some(source) = noise.counted(source) else { return Ok(()) };
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counter = seen.get(&(noise, source)).copied().unwrap_or_default();
        counter
            .room(noise.limit(), now)
            .map_err(|retry_after_seconds| Refusal::TooMany { retry_after_seconds })
    }

    /// Counts one; the log hears of a source once a window, when it reaches its limit.
    pub fn count(&self, noise: Noise, source: Option<IpAddr>, now: Time) {
        let Some(source) = noise.counted(source) else { return };
        let limit = noise.limit();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.retain(|(noise, _), counter| now < counter.since.plus_seconds(noise.limit().seconds));
            if seen.len() >= MOST {
                seen.clear();
            }
        }
        let counter = seen.entry((noise, source)).or_default();
        *counter = counter.plus_one(limit, now);
        if counter.count == limit.most {
            tracing::warn!(?noise, %source, "a source has reached its limit");
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const NOW: Time = Time(1_000_000_000_000);

    fn source(text: &str) -> Option<IpAddr> {
        source_of(format!("{text}:443").parse().unwrap(), &HeaderMap::new(), &TrustedProxies::default())
    }

    #[test]
    fn a1_a_source_is_slowed_down_and_others_are_not() {
        let sources = Sources::default();
        let (one, other) = (source("192.0.2.1"), source("192.0.2.2"));
        for _ in 0..30 {
            sources.room(Noise::BadLink, one, NOW).unwrap();
            sources.count(Noise::BadLink, one, NOW);
        }
        assert!(matches!(sources.room(Noise::BadLink, one, NOW), Err(Refusal::TooMany { .. })));
        assert!(sources.room(Noise::BadLink, other, NOW).is_ok());
        assert!(sources.room(Noise::CodeAsked, one, NOW).is_ok());
        assert!(sources.room(Noise::BadLink, one, NOW.plus_seconds(600)).is_ok());
    }

    #[test]
    fn a_household_is_one_source_and_a_proxy_on_this_machine_is_none() {
        assert_eq!(source("[2001:db8::1]"), source("[2001:db8::ffff]"));
        assert_ne!(source("[2001:db8::1]"), source("[2001:db8:0:1::1]"));
        assert_eq!(source("[::ffff:192.0.2.1]"), source("192.0.2.1"));
        assert_eq!((source("127.0.0.1"), source("[::1]"), source("[::ffff:127.0.0.1]")), (None, None, None));
    }

    #[test]
    fn a_network_is_what_neighbours_share() {
        let network = |text: &str| source(text).map(network_of);
        assert_eq!(network("192.0.2.77").as_deref(), Some("192.0.2.0/24"));
        assert_eq!(network("[2001:db8:1:2:3::4]").as_deref(), Some("2001:db8:1:2::/64"));
        assert_eq!(network("127.0.0.1"), None);
    }

    #[test]
    fn h6_a_proxy_that_names_nobody_stands_for_everybody() {
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let peer = |text: &str| SocketAddr::new(text.parse().unwrap(), 443);
        let mut headers = HeaderMap::new();
        assert_eq!(source_of(peer("10.0.0.1"), &headers, &proxies), None);
        headers.insert("x-forwarded-for", "2001:db8::7".parse().unwrap());
        assert_eq!(source_of(peer("10.0.0.1"), &headers, &proxies), source("[2001:db8::1]"));
        assert_eq!(source_of(peer("192.0.2.1"), &headers, &proxies), source("192.0.2.1"));
        let recorded = |text: &str, headers| address_of(peer(text), headers, &proxies).map(|a| a.to_string());
        assert_eq!(recorded("10.0.0.1", &headers).as_deref(), Some("2001:db8::7"));
        assert_eq!(
            recorded("192.0.2.1", &headers).as_deref(),
            Some("192.0.2.1"),
            "a stranger's header is nothing"
        );
        assert_eq!(recorded("10.0.0.1", &HeaderMap::new()), None);
    }

    #[test]
    fn e10_codes_of_the_first_day_are_counted_on_this_machine_too() {
        let sources = Sources::default();
        for _ in 0..10 {
            sources.room(Noise::SetupTried, None, NOW).unwrap();
            sources.count(Noise::SetupTried, None, NOW);
        }
        assert!(sources.room(Noise::SetupTried, None, NOW).is_err());
        assert!(sources.room(Noise::SetupTried, source("192.0.2.1"), NOW).is_ok());
    }

    #[test]
    fn k14_the_memory_is_bounded() {
        let sources = Sources::default();
        for n in 0..=u32::try_from(MOST).unwrap() {
            sources.count(Noise::BadLink, Some(IpAddr::from(n.to_be_bytes())), NOW);
        }
        assert!(sources.0.lock().unwrap().len() <= MOST);
    }
}
