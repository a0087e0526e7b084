//! The address of one request of a batch: behind the version of the batch, or absolute on our own host, as clients write it
//! that have followed a link before (reference/wire-contract.md 1.15). Refuses other hosts (threats J5) and batches inside a
//! batch.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::graph::request::Version;

/// What an address in JSON may hold as it is and one in a request line may not. `#` is among it: nothing here has
/// fragments, and sign-in names of guests have one.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Version, path behind it, and query, as a request of its own would have them; or why not, after "url".
pub(super) fn read(
    text: &str,
    version: Version,
    public_url: &str,
) -> Result<(Version, String, String), String> {
    if text.is_empty() {
        return Err("is missing.".to_owned());
    }
    if text.chars().any(char::is_control) || text.contains('\\') || text.starts_with("//") {
        return Err("is no address.".to_owned());
    }
    let (rest, absolute) = match behind_host(text, public_url)? {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.trim_start_matches('/');
    let (version, path) = match versioned(path) {
        Some(found) => found,
        None if absolute => {
            return Err("is not of the directory API: it begins with /v1.0 or /beta.".to_owned());
        }
        None => (version, path),
    };
    let first = path.split('/').next().unwrap_or_default();
    let first = percent_decode_str(first).decode_utf8_lossy();
    if first.eq_ignore_ascii_case("$batch") {
        return Err("is that of a batch; a batch holds none.".to_owned());
    }
    let encoded = |text: &str| utf8_percent_encode(text, UNSAFE).to_string();
    Ok((version, format!("/{}", encoded(path)), encoded(query)))
}

/// What stands behind the host of an absolute address; none for a relative one.
fn behind_host<'a>(text: &'a str, public_url: &str) -> Result<Option<&'a str>, String> {
    let Some((scheme, behind)) = text.split_once("://") else { return Ok(None) };
    // A colon and slashes may stand in a query, too.
    if scheme.contains(['/', '?', '#']) {
        return Ok(None);
    }
    let other = || "is of another host; only this server's own addresses are called.".to_owned();
    let (Ok(asked), Ok(ours)) = (Url::parse(text), Url::parse(public_url)) else { return Err(other()) };
    let nobody = asked.username().is_empty() && asked.password().is_none();
    if asked.origin() != ours.origin() || !nobody {
        return Err(other());
    }
    let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
    Ok(Some(behind.get(end..).unwrap_or_default()))
}

fn versioned(path: &str) -> Option<(Version, &str)> {
    [Version::V1, Version::Beta].into_iter().find_map(|version| {
        let rest = path.strip_prefix(version.prefix().trim_start_matches('/'))?;
        if rest.is_empty() { Some((version, "")) } else { rest.strip_prefix('/').map(|rest| (version, rest)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "https://hospes.example";

    #[test]
    fn relative_and_own_absolute_addresses_are_the_same() {
        for text in [
            "/users?$top=5",
            "users?$top=5",
            "/v1.0/users?$top=5",
            "https://hospes.example/v1.0/users?$top=5",
            "HTTPS://Hospes.Example:443/v1.0/users?$top=5",
        ] {
            let read = read(text, Version::V1, OURS);
            assert_eq!(read, Ok((Version::V1, "/users".to_owned(), "$top=5".to_owned())), "{text}");
        }
        let beta = read("https://hospes.example/beta/me", Version::V1, OURS);
        assert_eq!(beta, Ok((Version::Beta, "/me".to_owned(), String::new())));
        assert_eq!(read("/me", Version::Beta, OURS).map(|(version, ..)| version), Ok(Version::Beta));
    }

    #[test]
    fn what_json_may_hold_becomes_what_a_request_may() {
        let read =
            read("/users/a_b#EXT#@x?$filter=startsWith(displayName,'A Ü')&u=https://y", Version::V1, OURS);
        let query = "$filter=startsWith(displayName,'A%20%C3%9C')&u=https://y".to_owned();
        assert_eq!(read, Ok((Version::V1, "/users/a_b%23EXT%23@x".to_owned(), query)));
        let kept = super::read("/users/a%23b", Version::V1, OURS);
        assert_eq!(kept.map(|(_, path, _)| path), Ok("/users/a%23b".to_owned()));
    }

    #[test]
    fn j5_other_hosts_and_batches_are_no_address() {
        for text in [
            "",
            "https://graph.microsoft.com/v1.0/users",
            "http://hospes.example/v1.0/users",
            "https://hospes.example:8443/v1.0/users",
            "https://hospes.example@evil.example/v1.0/users",
            "https://a@hospes.example/v1.0/users",
            "https://hospes.example.evil.example/v1.0/users",
            "https://hospes.example/oauth2/x",
            "https://hospes.example/v1.0x/users",
            "file:///v1.0/users",
            "//evil.example/v1.0/users",
            "\\\\evil.example\\users",
            "/users\n",
            "/$batch",
            "$batch",
            "/%24BATCH",
            "/v1.0/$batch/",
            "https://hospes.example/beta/$batch?x",
        ] {
            assert!(read(text, Version::V1, OURS).is_err(), "{text}");
        }
    }
}
