//! Whether an answer may go to an address: the registered text, byte for byte (threats F1). Refuses
//! prefixes, patterns and clever parsing; only the loopback addresses of public clients vary
//! (RFC 8252 section 7.3).

use crate::application::{Platform, RedirectUri};

/// Longest redirect address looked at, in bytes.
const MAX: usize = 2048;
/// Loopback addresses that a public client may register without a port.
const LOOPBACK: &[&str] = &["http://localhost", "http://127.0.0.1", "http://[::1]"];

/// The platform of the registered address that `requested` is, if it is one.
pub fn redirect_uri_matches(registered: &[RedirectUri], requested: &str) -> Option<Platform> {
    if requested.len() > MAX || requested.bytes().any(|b| b.is_ascii_control() || b == b' ' || b == b'#') {
        return None;
    }
    let exact = registered.iter().find(|known| known.uri == requested);
    let loopback = || {
        registered
            .iter()
            .find(|known| known.platform == Platform::PublicClient && loopback_matches(&known.uri, requested))
    };
    exact.or_else(loopback).map(|known| known.platform)
}

/// A registered loopback address without a port stands for every port; without a path, for every path.
/// `localhost` and `127.0.0.1` do not stand for each other.
fn loopback_matches(known: &str, requested: &str) -> bool {
    LOOPBACK.iter().any(|origin| {
        let (Some(known_path), Some(rest)) = (known.strip_prefix(origin), requested.strip_prefix(origin))
        else {
            return false;
        };
        if !(known_path.is_empty() || known_path.starts_with('/')) {
            return false;
        }
        let Some(path) = after_port(rest) else { return false };
        let plain =
            path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b)) && !path.contains("..");
        plain && (matches!(known_path, "" | "/") || known_path == path)
    })
}

/// What follows `:port`, if there is one; it is empty or begins with a slash.
fn after_port(rest: &str) -> Option<&str> {
    let path = match rest.strip_prefix(':') {
        Some(port) => {
            let digits = port.bytes().take_while(u8::is_ascii_digit).count();
            port[..digits].parse::<u16>().ok()?;
            &port[digits..]
        }
        None => rest,
    };
    (path.is_empty() || path.starts_with('/')).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect_uri_matches(registered: &[&str], public_client: bool, requested: &str) -> bool {
        let platform = if public_client { Platform::PublicClient } else { Platform::Web };
        let registered = RedirectUri::all(platform, registered.iter().map(|&uri| uri.to_owned()));
        super::redirect_uri_matches(&registered, requested).is_some()
    }

    fn registered<const N: usize>(list: &[&'static str; N]) -> [&'static str; N] {
        *list
    }

    #[test]
    fn f1_only_the_registered_text_will_do() {
        let known = registered(&["https://app.example/cb"]);
        for public in [false, true] {
            assert!(redirect_uri_matches(&known, public, "https://app.example/cb"));
            for wrong in [
                "",
                "https://app.example/cb/",
                "https://app.example/cb?x=y",
                "https://app.example/cb#f",
                "https://app.example/cb/../x",
                "https://app.example/cb%2f",
                "https://APP.example/cb",
                "https://app.example:443/cb",
                "https://app.example.evil.example/cb",
                "https://app.example@evil.example/cb",
                "https://app.example\\@evil.example/cb",
                "http://app.example/cb",
                "https://sub.app.example/cb",
                "https://app.example/cb\r\n",
                "javascript:alert(1)",
            ] {
                assert!(!redirect_uri_matches(&known, public, wrong), "{wrong}");
            }
        }
    }

    #[test]
    fn f1_loopback_ports_vary_for_public_clients_only() {
        let known = registered(&["http://localhost"]);
        for good in [
            "http://localhost",
            "http://localhost/",
            "http://localhost:8400",
            "http://localhost:51234/redirect",
        ] {
            assert!(redirect_uri_matches(&known, true, good), "{good}");
        }
        assert!(!redirect_uri_matches(&known, false, "http://localhost:8400"));
        for wrong in [
            "http://127.0.0.1:8400",
            "https://localhost:8400",
            "http://localhost.evil.example",
            "http://localhost:8400@evil.example/",
            "http://localhost:99999/",
            "http://localhost:/",
            "http://localhost:80x",
            "http://localhost:8400/a?b",
            "http://localhost:8400/../x",
            "http://localhost:8400/%2e",
            "http://localhost\\@evil.example",
            "http://localhost@evil.example",
            "http://LOCALHOST:8400",
        ] {
            assert!(!redirect_uri_matches(&known, true, wrong), "{wrong}");
        }
        let with_path = registered(&["http://127.0.0.1/cb"]);
        assert!(redirect_uri_matches(&with_path, true, "http://127.0.0.1:8400/cb"));
        assert!(!redirect_uri_matches(&with_path, true, "http://127.0.0.1:8400/other"));
        assert!(!redirect_uri_matches(
            &registered(&["http://localhost:8400"]),
            true,
            "http://localhost:8401"
        ));
    }
}
