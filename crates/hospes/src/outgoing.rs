//! Posting to addresses that others chose: applications and receivers of changes. Refuses what could reach into the operator's
//! own network (threats J9): anything but HTTPS, every address that is not public, and redirects; the address that was
//! looked at is the one that is asked. In development mode this machine itself may be asked, also without TLS.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hospes_actions::subscriptions::{Answering, Post, Receive};
use http::header;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use url::Url;

/// Patience with one address in the worker, whose lease has to outlast it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Patience with an address that is to answer for itself (the original's).
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
/// An answer that repeats a token is no longer than this.
const LONGEST_ANSWER: usize = 1024;

/// Why a post did not arrive.
#[derive(Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It may yet.
    Later(String),
    /// It never will.
    Never(String),
}

/// A client that asks just the addresses that were looked at, with the address to ask. `who` is whose it is, for the log.
///
/// # Errors
/// [`Undelivered`], with words for the log.
pub(crate) async fn pinned(
    url: &str,
    who: &str,
    development: bool,
    patience: Duration,
) -> Result<(Client, Url), Undelivered> {
    let never = |why: String| Undelivered::Never(why);
    let url = Url::parse(url).map_err(|_| never(format!("the address of {who} is none")))?;
    let host = url.host_str().ok_or_else(|| never(format!("the address of {who} has no host")))?.to_owned();
    if url.scheme() != "https" && !(development && url.scheme() == "http") {
        return Err(never(format!("the address of {who} is not HTTPS")));
    }
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let looked = tokio::time::timeout(patience, tokio::net::lookup_host((bare, port))).await;
    let found: Vec<SocketAddr> = match looked {
        Ok(Ok(found)) => found.collect(),
        _ => return Err(Undelivered::Later(format!("the host of {who} cannot be found"))),
    };
    // One private address among public ones is a trap, too.
    if found.is_empty() || !found.iter().all(|address| may_ask(address.ip(), development)) {
        return Err(never(format!("the host of {who} is not a public one")));
    }
    let client = Client::builder()
        .redirect(Policy::none())
        .timeout(patience)
        .no_proxy()
        .resolve_to_addrs(&host, &found)
        .build()
        .map_err(|error| Undelivered::Later(format!("no client could be made: {}", error.without_url())))?;
    Ok((client, url))
}

/// Posts what changed.
///
/// # Errors
/// [`Undelivered`], with words for the log.
pub(crate) async fn tell(post: &Post, development: bool) -> Result<(), Undelivered> {
    let (client, url) = pinned(&post.url, "the receiver", development, PATIENCE).await?;
    let request = client.post(url).header(header::CONTENT_TYPE, "application/json").body(post.body.clone());
    match request.send().await.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => Ok(()),
        // It says that nobody is there any more.
        Ok(StatusCode::GONE) => Err(Undelivered::Never("the receiver is gone (410)".to_owned())),
        Ok(status) => Err(Undelivered::Later(format!("the receiver answered {}", status.as_u16()))),
        Err(error) => {
            Err(Undelivered::Later(format!("the receiver did not answer: {}", error.without_url())))
        }
    }
}

/// Asks addresses over the network.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// Development mode: this machine may be asked.
    pub development: bool,
}

impl Receive for Network {
    fn answers<'a>(&'a self, url: &'a str, token: &'a str) -> Answering<'a> {
        Box::pin(async move {
            let asked =
                tokio::time::timeout(HANDSHAKE_PATIENCE, handshake(url, token, self.development)).await;
            asked.unwrap_or_else(|_| Err("The address did not answer within 10 seconds.".to_owned()))
        })
    }
}

async fn handshake(url: &str, token: &str, development: bool) -> Result<(), String> {
    let (client, mut url) = match pinned(url, "the receiver", development, HANDSHAKE_PATIENCE).await {
        Ok(ready) => ready,
        Err(Undelivered::Later(why) | Undelivered::Never(why)) => return Err(sentence(&why)),
    };
    url.query_pairs_mut().append_pair("validationToken", token);
    let request = client.post(url).header(header::CONTENT_TYPE, "text/plain; charset=utf-8");
    let answer = request.send().await.map_err(|_| "The address did not answer.".to_owned())?;
    if answer.status() != StatusCode::OK {
        return Err(format!("The address answered {}.", answer.status().as_u16()));
    }
    let media = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media.is_some_and(|media| media.to_ascii_lowercase().starts_with("text/plain")) {
        return Err("The answer is not of the media type text/plain.".to_owned());
    }
    if beginning(answer).await.as_deref() == Some(token.as_bytes()) {
        Ok(())
    } else {
        Err("The answer is not the token that was sent.".to_owned())
    }
}

/// What was answered, as far as it can matter.
async fn beginning(mut answer: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.ok()? {
        body.extend_from_slice(&part);
        if body.len() > LONGEST_ANSWER {
            return None;
        }
    }
    Some(body)
}

/// A reason of the log as a sentence.
fn sentence(why: &str) -> String {
    let mut letters = why.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
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

    #[tokio::test]
    async fn j9_a_receiver_inside_the_network_is_not_asked() {
        for url in [
            "https://127.0.0.1:1/x",
            "https://10.0.0.1/x",
            "https://[::1]/x",
            "http://93.184.216.34/x",
            "file:///etc/passwd",
        ] {
            let refused = Network { development: false }.answers(url, "t").await.unwrap_err();
            assert!(refused.ends_with('.'), "{url}: {refused}");
        }
    }
}
