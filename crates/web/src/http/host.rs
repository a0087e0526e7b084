//! Whether a request is for this server (threats H5). Refuses every host but that of the public URL: nothing is
//! ever built from a `Host` header, and forwarded headers are not read.

use axum::extract::Request;
use http::header;

/// Whether the request names the host and port of `public_url`, once and without contradiction.
pub fn is_ours(public_url: &str, request: &Request) -> bool {
    let Some(ours) = authority(public_url) else { return false };
    let mut named = request.headers().get_all(header::HOST).iter();
    let (header, None) = (named.next(), named.next()) else { return false };
    // HTTP/2 names it as the address's authority, HTTP/1.1 in the header; who names it twice must agree.
    let header = match header.map(|host| host.to_str()) {
        Some(Ok(host)) => Some(host),
        Some(Err(_)) => return false,
        None => None,
    };
    let uri = request.uri().authority().map(http::uri::Authority::as_str);
    let mut names = header.into_iter().chain(uri).peekable();
    names.peek().is_some() && names.all(|name| same(name, ours))
}

fn authority(url: &str) -> Option<(&str, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let usual = if scheme.eq_ignore_ascii_case("http") { 80 } else { 443 };
    split(rest.split('/').next()?, usual)
}

/// Host and port; `[::1]:8443` keeps its brackets.
fn split(authority: &str, usual: u16) -> Option<(&str, u16)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => Some((host, port.parse().ok()?)),
        _ => Some((authority, usual)),
    }
}

fn same(name: &str, (host, port): (&str, u16)) -> bool {
    // A client leaves the port out when it is the usual one of the scheme, which 443 and 80 both may be.
    let usual = if port == 80 { 80 } else { 443 };
    split(name, usual).is_some_and(|(other, number)| other.eq_ignore_ascii_case(host) && number == port)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use axum::body::Body;

    use super::*;

    fn asked(public_url: &str, hosts: &[&str], uri: &str) -> bool {
        let mut request = http::Request::builder().uri(uri);
        for host in hosts {
            request = request.header("host", *host);
        }
        is_ours(public_url, &request.body(Body::empty()).unwrap())
    }

    #[test]
    fn h5_only_the_public_host_is_served() {
        let (plain, port) = ("https://hospes.example", "https://localhost:8443");
        assert!(asked(plain, &["hospes.example"], "/"));
        assert!(asked(plain, &["HOSPES.example:443"], "/"));
        assert!(asked(port, &["localhost:8443"], "/"));
        assert!(asked(port, &[], "https://localhost:8443/x"));
        assert!(asked("http://[::1]:8080", &["[::1]:8080"], "/"));
        for (ours, hosts, uri) in [
            (plain, &["evil.example"][..], "/"),
            (plain, &["hospes.example:8443"], "/"),
            (plain, &["hospes.example", "hospes.example"], "/"),
            (plain, &["hospes.example.evil.example"], "/"),
            (plain, &["hospes.example:"], "/"),
            (plain, &[""], "/"),
            (plain, &[], "/"),
            (plain, &["hospes.example"], "https://evil.example/"),
            (port, &["localhost"], "/"),
        ] {
            assert!(!asked(ours, hosts, uri), "{hosts:?} {uri}");
        }
    }
}
