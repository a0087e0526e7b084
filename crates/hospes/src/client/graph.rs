//! The directory API as any script calls it: JSON over HTTPS with a bearer token. Refuses redirects, and links to other
//! servers: the token goes nowhere else.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Certificate, Client};
use serde_json::Value;

use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::refusal;

/// No single answer takes longer.
const PATIENCE: Duration = Duration::from_mins(1);
/// What stays itself in a segment and in a value (RFC 3986 section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An answer of the server.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as it came.
    pub bytes: Bytes,
    /// Its body as JSON; null where there is none.
    pub body: Value,
}

impl Answer {
    /// Takes the body along.
    pub async fn of(response: reqwest::Response) -> Outcome<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Self { status, headers, bytes, body })
    }

    /// A header as text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The answer, or why there is none.
    pub fn insist(self) -> Outcome<Self> {
        if self.status.is_success() { Ok(self) } else { Err(refusal::of_graph(&self)) }
    }
}

/// A caller of the API.
pub struct Graph {
    client: Client,
    server: String,
    token: String,
}

impl Graph {
    /// At this server, with this access token.
    pub fn new(client: Client, server: &str, token: String) -> Self {
        Self { client, server: server.to_owned(), token }
    }

    /// Calls and takes whatever comes; `path` begins with the version.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Outcome<Answer> {
        let typed = headers.contains_key(header::CONTENT_TYPE);
        let request = self.client.request(method, self.address(path)).headers(headers);
        let mut request = request.bearer_auth(&self.token);
        if let Some(body) = body {
            if !typed {
                request = request.header(header::CONTENT_TYPE, "application/json");
            }
            request = request.body(body);
        }
        Answer::of(request.send().await?).await
    }

    /// The whole address of a path.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.server)
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Outcome<Answer> {
        let body = body.map(|body| body.to_string().into_bytes());
        self.raw(method, &format!("/v1.0{path}"), HeaderMap::new(), body).await?.insist()
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Outcome<Value> {
        Ok(self.call(Method::GET, path, None).await?.body)
    }

    /// Reads, with the tag of the state that was read.
    pub async fn get_tagged(&self, path: &str) -> Outcome<(Value, Option<String>)> {
        let answer = self.call(Method::GET, path, None).await?;
        let tag = answer.header(header::ETAG).map(str::to_owned);
        Ok((answer.body, tag))
    }

    /// Makes or does something.
    pub async fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        Ok(self.call(Method::POST, path, Some(body)).await?.body)
    }

    /// Does something that needs no body.
    pub async fn act(&self, path: &str) -> Outcome<Value> {
        Ok(self.call(Method::POST, path, None).await?.body)
    }

    /// Changes; with a tag only what has not changed since.
    pub async fn patch(&self, path: &str, body: &Value, tag: Option<&str>) -> Outcome<()> {
        let mut request = self.client.patch(self.address(&format!("/v1.0{path}")));
        if let Some(tag) = tag {
            request = request.header(header::IF_MATCH, tag);
        }
        let response = request.bearer_auth(&self.token).json(body).send().await?;
        Answer::of(response).await?.insist().map(|_| ())
    }

    /// Takes away.
    pub async fn delete(&self, path: &str) -> Outcome<()> {
        self.call(Method::DELETE, path, None).await.map(|_| ())
    }

    /// The values of a collection, page by page until there are `most`; and whether there are more.
    pub async fn list(&self, path: &str, most: Option<usize>) -> Outcome<(Vec<Value>, bool)> {
        let start = format!("{}/v1.0", self.server);
        let (mut path, mut all) = (path.to_owned(), Vec::new());
        loop {
            let mut page = self.get(&path).await?;
            if let Value::Array(values) = page["value"].take() {
                all.extend(values);
            }
            let next = page["@odata.nextLink"].as_str();
            if let Some(most) = most.filter(|&most| all.len() >= most) {
                let more = next.is_some() || all.len() > most;
                all.truncate(most);
                return Ok((all, more));
            }
            let Some(next) = next else { return Ok((all, false)) };
            let Some(next) = next.strip_prefix(&start) else {
                let remedy = "Sign in with the address that the server calls its own.";
                return Err(
                    Failure::new(Exit::Failed, "The next page is said to be elsewhere.").remedy(remedy)
                );
            };
            path = next.to_owned();
        }
    }

    /// All values of a collection.
    pub async fn all(&self, path: &str) -> Outcome<Vec<Value>> {
        Ok(self.list(path, None).await?.0)
    }
}

/// The way to a server. `ca` is the one authority to trust instead of those of the machine.
pub fn connection(server: &str, ca: Option<&Path>) -> Outcome<Client> {
    let mut builder = Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
    if is_this_machine(server) {
        builder = builder.no_proxy();
    }
    if let Some(path) = ca {
        let unusable = |why: String| {
            let message = format!("The authority {} cannot be used.", path.display());
            Failure::new(Exit::Failed, message)
                .caused_by(why)
                .remedy("Sign in again with `hospes login --ca FILE`.")
        };
        let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let authority = Certificate::from_pem(&pem).map_err(|error| unusable(error.to_string()))?;
        builder = builder.tls_certs_only([authority]);
    }
    Ok(builder.build()?)
}

/// Whether nothing that is sent there leaves the machine.
pub fn is_this_machine(server: &str) -> bool {
    url::Url::parse(server).is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}

/// A segment of a path.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A path with these options, the empty ones left out.
pub fn query(path: &str, options: &[(&str, &str)]) -> String {
    let mut whole = path.to_owned();
    for (name, value) in options.iter().filter(|(_, value)| !value.is_empty()) {
        whole.push(if whole.contains('?') { '&' } else { '?' });
        whole.extend([name, "=", &segment(value)]);
    }
    whole
}

/// A text in a filter.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_encoded_and_quotes_doubled() {
        let filter = format!("mail eq {}", quoted("o'hara&b@adatum.test"));
        assert_eq!(
            query("/users", &[("$filter", &filter), ("$top", ""), ("$select", "id")]),
            "/users?$filter=mail%20eq%20%27o%27%27hara%26b%40adatum.test%27&$select=id"
        );
        assert_eq!(segment("ana#EXT#@x"), "ana%23EXT%23%40x");
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for here in ["https://localhost:8443", "http://127.0.0.1", "https://[::1]:1"] {
            assert!(is_this_machine(here), "{here}");
        }
        for other in ["https://localhost.example.org", "https://10.0.0.1", "nonsense"] {
            assert!(!is_this_machine(other), "{other}");
        }
    }
}
