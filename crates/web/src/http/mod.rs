//! The HTTP rules that hold on every surface: who is meant (`Host`), how much may be sent, how a request is
//! named, what every answer carries. Refuses, before any handler runs, requests for another host (threats H5; but for
//! the two questions of [`crate::health`]),
//! bodies over 1 MiB and compressed ones (J6), and methods nobody uses (J7); a panic becomes a clean 500.

mod dialect;
mod headers;
mod host;
mod panics;
mod proxies;
mod request_ids;
mod route;
mod sources;

pub use dialect::{Dialect, HttpRefusal};
pub(crate) use panics::caught;
pub use proxies::{Network, NoNetwork, TrustedProxies};
pub use request_ids::RequestIds;
pub(crate) use route::table;
pub use route::{Access, Route};
pub use sources::{Noise, Sources, address_of, network_of, source_of};

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use hospes_actions::origin::{self, Origin};
use hospes_domain::browser;
use hospes_domain::refusal::Refusal;
use http::{HeaderMap, HeaderValue, Method, header};
use http_body_util::Limited;

use crate::pages::error::{refuse, refuse_method};
use crate::pages::visit::Visit;
use crate::{Web, graph, health};

/// The longest request body, in bytes (threats J6).
pub const MAX_BODY: usize = 1024 * 1024;
/// The methods that any route may have.
const USUAL_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
/// The longest path and query, in bytes (threats J2).
pub(crate) const MAX_TARGET: usize = 40 * 1024;

/// The routes behind the common rules, ready to be served.
pub fn guarded(routes: Router<Web>, web: Web) -> Router {
    // A route asked with a method it does not have answers in words too, not with an empty 405.
    routes
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(web.clone(), guard))
        .with_state(web)
}

async fn nothing_here(State(web): State<Web>, visit: Visit, request: Request) -> Response {
    let request = match graph::in_any_case(web.clone(), request).await {
        Ok(answered) => return answered,
        Err(request) => *request,
    };
    match Dialect::of(request.uri().path()) {
        // A program with a wrong version in its address reads no page.
        Dialect::Page if wants_json(request.headers()) => {
            Dialect::Graph.refuse(HttpRefusal::NotFound, &RequestIds::of(&request), web.app.now())
        }
        Dialect::Page => stateless(refuse(&visit, &Refusal::not_found("page"), None)),
        other => other.refuse(HttpRefusal::NotFound, &RequestIds::of(&request), web.app.now()),
    }
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepted = accepted.to_ascii_lowercase();
    accepted.contains("application/json") && !accepted.contains("text/html")
}

async fn wrong_method(State(web): State<Web>, visit: Visit, request: Request) -> Response {
    match Dialect::of(request.uri().path()) {
        Dialect::Page => stateless(refuse_method(&visit)),
        other => other.refuse(HttpRefusal::Method, &RequestIds::of(&request), web.app.now()),
    }
}

/// A page without forms needs no cookie, and whoever asks for nothing in particular gets none.
fn stateless(mut page: Response) -> Response {
    page.headers_mut().remove(header::SET_COOKIE);
    page
}

async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let dialect = Dialect::of(request.uri().path());
    let ids = RequestIds::read(request.headers(), web.app.request_id());
    let ids = if dialect == Dialect::OAuth { ids.or_of(request.uri().query()) } else { ids };
    let asked_by_page = dialect == Dialect::Graph && request.headers().contains_key(header::ORIGIN);
    let now = web.app.now();
    request.extensions_mut().insert(ids.clone());
    let mut response = match check(web.app.public_url(), &request) {
        Ok(()) => {
            let origin = origin_of(&web, &ids, &request);
            let request = request.map(|body| Body::new(Limited::new(body, MAX_BODY)));
            match caught(origin::within(origin, next.run(request))).await {
                Some(response) => response,
                None => dialect.refuse(HttpRefusal::Broken, &ids, now),
            }
        }
        Err(refusal) => {
            let mut response = dialect.refuse(refusal, &ids, now);
            if refusal == HttpRefusal::Method {
                // What no route has; each route names its own (RFC 9110 section 15.5.6).
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(USUAL_METHODS));
            }
            response
        }
    };
    headers::finish(&web, &ids, &mut response);
    if asked_by_page {
        graph::open_to_pages(&mut response);
    }
    response
}

/// Where the request came from, as it goes into the records of sessions and sign-ins.
fn origin_of(web: &Web, ids: &RequestIds, request: &Request) -> Origin {
    let headers = request.headers();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let says = headers.get(header::USER_AGENT).map(|text| String::from_utf8_lossy(text.as_bytes()));
    Origin {
        address: peer.and_then(|peer| address_of(peer.0, headers, &web.options.trusted_proxies)),
        user_agent: says.and_then(|text| browser::bounded(&text)),
        request: ids.request_id,
        correlation: ids.client_request_id.clone(),
    }
}

/// What can be refused without knowing the route. Method-override headers are never looked at.
fn check(public_url: &str, request: &Request) -> Result<(), HttpRefusal> {
    // Load balancers and supervisors ask by address; what they get is the same for every host.
    if !health::is_asked(request.uri().path()) && !host::is_ours(public_url, request) {
        return Err(HttpRefusal::WrongHost);
    }
    let usual = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if !usual.contains(request.method()) {
        return Err(HttpRefusal::Method);
    }
    if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > MAX_TARGET) {
        return Err(HttpRefusal::TargetTooLong);
    }
    let encoded = request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if encoded {
        return Err(HttpRefusal::Compressed);
    }
    if request.body().size_hint().lower() > MAX_BODY as u64 {
        return Err(HttpRefusal::TooLarge);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn verdict(
        change: impl FnOnce(http::request::Builder) -> http::request::Builder,
        body: &'static str,
    ) -> Option<HttpRefusal> {
        let request = http::Request::builder().uri("/v1.0/users").header("host", "hospes.example");
        check("https://hospes.example", &change(request).body(Body::from(body)).unwrap()).err()
    }

    #[test]
    fn h5_j6_j7_what_no_handler_ever_sees() {
        assert_eq!(verdict(|r| r, ""), None);
        assert_eq!(verdict(|r| r.method("TRACE"), ""), Some(HttpRefusal::Method));
        assert_eq!(verdict(|r| r.method("SPY"), ""), Some(HttpRefusal::Method));
        assert_eq!(verdict(|r| r.header("x-http-method-override", "DELETE"), ""), None);
        assert_eq!(verdict(|r| r.header("content-encoding", "gzip"), "x"), Some(HttpRefusal::Compressed));
        assert_eq!(verdict(|r| r.header("content-encoding", "identity"), "x"), None);
        assert_eq!(
            verdict(|r| r.uri(format!("/v1.0/users?{}", "x".repeat(50_000))), ""),
            Some(HttpRefusal::TargetTooLong)
        );
        let large = "x".repeat(MAX_BODY + 1);
        let request = http::Request::builder()
            .uri("/")
            .header("host", "hospes.example")
            .body(Body::from(large))
            .unwrap();
        assert_eq!(check("https://hospes.example", &request), Err(HttpRefusal::TooLarge));
        assert_eq!(check("https://other.example", &request), Err(HttpRefusal::WrongHost));
        let probe = http::Request::builder().uri("/ready").header("host", "10.0.0.7:8080");
        assert_eq!(check("https://hospes.example", &probe.body(Body::empty()).unwrap()), Ok(()));
    }
}
