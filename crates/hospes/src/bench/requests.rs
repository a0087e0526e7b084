//! The bytes of the requests that are measured. Refuses to be clever: each is what a client library would send, less
//! the headers nobody reads.

use super::server::PUBLIC_URL;

/// The `Host` of every request.
fn host() -> &'static str {
    PUBLIC_URL.split_once("://").map_or(PUBLIC_URL, |(_, host)| host)
}

/// GET, with a token or without one.
pub fn get(path: &str, bearer: Option<&str>) -> Vec<u8> {
    let authorization = bearer.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let host = host();
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{authorization}ConsistencyLevel: eventual\r\n\r\n")
        .into_bytes()
}

fn post(path: &str, media: &str, more: &str, body: &str) -> Vec<u8> {
    let (host, length) = (host(), body.len());
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n{more}\r\n{body}"
    )
    .into_bytes()
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A form, as clients of the token endpoint send it.
pub fn form(path: &str, body: &str) -> Vec<u8> {
    post(path, FORM, "", body)
}

/// JSON with a token.
pub fn json(path: &str, bearer: &str, body: &str) -> Vec<u8> {
    post(path, "application/json", &format!("Authorization: Bearer {bearer}\r\n"), body)
}

/// A form of a page, as a browser sends it.
pub fn page(path: &str, cookies: &str, body: &str) -> Vec<u8> {
    let more = format!("Cookie: {cookies}\r\nOrigin: {PUBLIC_URL}\r\nSec-Fetch-Site: same-origin\r\n");
    post(path, FORM, &more, body)
}

/// What a minimal handler reads, made as long as the request it is compared with.
pub fn bare(path: &str, line: &str, like: usize) -> Vec<u8> {
    let shorter = post(path, "text/plain", "", line).len() + 1;
    let padding = "x".repeat(like.saturating_sub(shorter));
    post(path, "text/plain", "", &format!("{line}\n{padding}"))
}

/// The form of a grant.
pub fn grant(client: &str, secret: &str, more: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("client_id", client).append_pair("client_secret", secret);
    form.extend_pairs(more);
    form.finish()
}
