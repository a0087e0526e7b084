//! Posts logout tokens to the servers of applications (OIDC Back-Channel Logout 1.0 section 2.5). Refuses what could reach
//! into the operator's own network (threats J9): anything but HTTPS, every address that is not public, redirects, and answers
//! that take longer than five seconds; the address that was looked at is the one that is asked. In development mode this
//! machine itself may be asked, also without TLS.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hospes_actions::logout::Notice;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use url::Url;

/// Patience with one application.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a notice did not arrive.
#[derive(Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It may yet.
    Later(String),
    /// It never will.
    Never(String),
}

/// Posts one notice.
///
/// # Errors
/// [`Undelivered`], with words for the log.
pub async fn deliver(notice: &Notice, development: bool) -> Result<(), Undelivered> {
    let never = |why: &str| Undelivered::Never(why.to_owned());
    let url = Url::parse(&notice.url).map_err(|_| never("the back-channel logout address is none"))?;
    let host = url.host_str().ok_or_else(|| never("the back-channel logout address has no host"))?.to_owned();
    if url.scheme() != "https" && !(development && url.scheme() == "http") {
        return Err(never("the back-channel logout address is not HTTPS"));
    }
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let looked = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((bare, port))).await;
    let found: Vec<SocketAddr> = match looked {
        Ok(Ok(found)) => found.collect(),
        _ => return Err(Undelivered::Later("the host of the application cannot be found".to_owned())),
    };
    // One private address among public ones is a trap, too.
    if found.is_empty() || !found.iter().all(|address| may_ask(address.ip(), development)) {
        return Err(never("the host of the application is not a public one"));
    }
    let client = Client::builder()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .no_proxy()
        .resolve_to_addrs(&host, &found)
        .build()
        .map_err(|error| Undelivered::Later(format!("no client could be made: {}", error.without_url())))?;
    let sent = client.post(url).form(&[("logout_token", notice.token.as_str())]).send().await;
    match sent.map(|answer| answer.status()) {
        // Section 2.8: 200, and some answer 204. 400 says that the token was not taken, which the same session will hear again.
        Ok(status) if status.is_success() => Ok(()),
        Ok(StatusCode::BAD_REQUEST) => Err(never("the application did not accept the logout token (400)")),
        Ok(status) => Err(Undelivered::Later(format!("the application answered {}", status.as_u16()))),
        Err(error) => {
            Err(Undelivered::Later(format!("the application did not answer: {}", error.without_url())))
        }
    }
}

fn may_ask(address: IpAddr, development: bool) -> bool {
    let address = address.to_canonical();
    is_public(address) || (development && address.is_loopback())
}

/// Whether an address is one of the public network (IANA special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only the global unicast block, without what maps or tunnels other networks, and documentation.
    (a & 0xe000) == 0x2000 && a != 0x2002 && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8)) && a != 0x3fff
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn j9_only_public_addresses_are_asked() {
        let ask = |text: &str, development| may_ask(text.parse().unwrap(), development);
        for public in ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:93.184.216.34"] {
            assert!(ask(public, false), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
        ] {
            assert!(!ask(private, false), "{private}");
        }
        assert!(ask("127.0.0.1", true) && ask("::1", true) && !ask("10.0.0.1", true));
    }

    /// An application on this machine that answers with that status; what it was sent.
    async fn application(status: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/out", listener.local_addr().unwrap());
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            while !heard.ends_with(b"logout_token=a.b.c") {
                let mut part = [0; 1024];
                let read = stream.read(&mut part).await.unwrap();
                assert_ne!(read, 0);
                heard.extend_from_slice(&part[..read]);
            }
            let answer =
                format!("HTTP/1.1 {status}\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8(heard).unwrap()
        });
        (url, heard)
    }

    #[tokio::test]
    async fn an_application_is_told_by_a_form_and_its_answer_decides() {
        for (status, expected) in [
            ("200 OK", None),
            ("204 No Content", None),
            ("400 Bad Request", Some(false)),
            ("503 Service Unavailable", Some(true)),
            ("302 Found", Some(true)),
        ] {
            let (url, heard) = application(status).await;
            let notice = Notice { url, token: "a.b.c".to_owned() };
            let later = match deliver(&notice, true).await {
                Ok(()) => None,
                Err(Undelivered::Later(_)) => Some(true),
                Err(Undelivered::Never(_)) => Some(false),
            };
            assert_eq!(later, expected, "{status}");
            let heard = heard.await.unwrap().to_ascii_lowercase();
            assert!(
                heard.starts_with("post /out") && heard.contains("application/x-www-form-urlencoded"),
                "{heard}"
            );
        }
    }

    #[tokio::test]
    async fn j9_no_address_of_this_machine_or_without_tls_is_asked_in_production() {
        for url in [
            "https://127.0.0.1/out",
            "https://[::1]/out",
            "https://2130706433/out",
            "https://169.254.169.254/latest",
            "http://93.184.216.34/out",
            "file:///etc/passwd",
        ] {
            let notice = Notice { url: url.to_owned(), token: "t".to_owned() };
            let refused = deliver(&notice, false).await;
            assert!(matches!(refused, Err(Undelivered::Never(_))), "{url}: {refused:?}");
        }
    }
}
