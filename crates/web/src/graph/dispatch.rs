//! From a request to its handler: who calls, which line of [`ROUTES`], the body, the answer. Refuses callers
//! without a good token before it says anything about a path, and never reads a cookie (threats H1).

use std::pin::Pin;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use bytes::Bytes;
use hospes_actions::tokens;
use hospes_domain::access::Actor;
use http::HeaderMap;
use http_body_util::BodyExt as _;

use super::ROUTES;
use super::asked::total_only;
use super::cross_origin;
use super::envelope::{self, Around};
use super::error::Fault;
use super::path::{Segment, parse_path};
use super::reply::Reply;
use super::request::{Call, Version, bearer_token};
use super::throttle::{Toll, price};
use crate::Web;
use crate::http::{Access, HttpRefusal, RequestIds, table};

/// What a handler gives.
pub(super) type Answer = Result<Reply, Fault>;

/// One line of the table of contents.
pub struct Route {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path behind the version, with `{id}` for keys.
    pub path: &'static str,
    /// Who may come here at all.
    pub access: Access,
    /// Whether it is there under `/beta` only, as in the original.
    pub beta_only: bool,
    pub(super) handler: Handler,
}

/// What answers a call.
type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// `route!(METHOD, PATH, async handler of Call)`
macro_rules! route {
    ($method:literal, $path:literal, $handler:path) => {
        $crate::graph::dispatch::Route {
            method: $method,
            path: $path,
            access: $crate::http::Access::Bearer,
            beta_only: false,
            handler: |call| Box::pin($handler(call)),
        }
    };
}
pub(super) use route;

/// The same for a line that `/v1.0` does not have.
macro_rules! beta_route {
    ($method:literal, $path:literal, $handler:path) => {
        $crate::graph::dispatch::Route {
            beta_only: true,
            ..$crate::graph::dispatch::route!($method, $path, $handler)
        }
    };
}
pub(super) use beta_route;

/// Both versions of the directory API, and what stands around it.
pub fn routes() -> Router<Web> {
    let around = table(envelope::ROUTES);
    around.route("/v1.0/{*rest}", any(v1)).route("/beta/{*rest}", any(beta))
}

/// The router of `/v1.0`.
pub(super) async fn v1(State(web): State<Web>, request: Request) -> Response {
    entry(web, Version::V1, request).await
}

/// The router of `/beta`.
pub(super) async fn beta(State(web): State<Web>, request: Request) -> Response {
    entry(web, Version::Beta, request).await
}

/// A request behind its version, by itself or out of a batch.
pub(super) struct Single {
    pub(super) version: Version,
    pub(super) method: String,
    /// Raw, behind the version.
    pub(super) path: String,
    /// Raw, behind the question mark.
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

impl Single {
    fn of(version: Version, request: Request) -> Self {
        let (head, body) = request.into_parts();
        Self {
            version,
            method: head.method.to_string(),
            path: head.uri.path().get(version.prefix().len()..).unwrap_or_default().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
        }
    }
}

async fn entry(web: Web, version: Version, request: Request) -> Response {
    if cross_origin::asks_before(request.method(), request.headers()) {
        return cross_origin::before();
    }
    let ids = RequestIds::of(&request);
    let single = Single::of(version, request);
    let reply = match Around::of(&single.path) {
        Some(around) => {
            let answered = around.answer(&web, single, &ids).await;
            answered.unwrap_or_else(|fault| fault.reply(&ids, web.app.now(), web.app.public_url()))
        }
        None => respond(web, single, &ids).await,
    };
    reply.into_response()
}

/// The answer to a request for a line of the table, whatever it is.
pub(super) async fn respond(web: Web, single: Single, ids: &RequestIds) -> Reply {
    let (app, mut toll) = (web.app.clone(), Toll::default());
    let answered = answer(web, single, ids, &mut toll).await;
    toll.onto(answered.unwrap_or_else(|fault| fault.reply(ids, app.now(), app.public_url())))
}

async fn answer(web: Web, single: Single, ids: &RequestIds, toll: &mut Toll) -> Answer {
    let token = bearer_token(&single.headers)?;
    let actor = tokens::bearer(&web.app, token).await?;
    // The log finds a request by either id, as an error names it.
    let actor = Actor { correlation: Some(ids.client()), request: Some(ids.request_id), ..actor };
    let Single { version, method, path, query, headers, body } = single;
    let (template, keys) = template(parse_path(&path)?);
    toll.pay(&web, &actor, price(&method, &template, &query)).await?;
    let route = match find(version, &template, &method) {
        Ok(route) => route,
        Err(fault) => {
            // Every list can be counted, whether or not its `$count` has a line of its own.
            let list = template.strip_suffix("/$count").filter(|_| method == "GET");
            let route = list.and_then(|list| find(version, list, "GET").ok()).ok_or(fault)?;
            let body = Bytes::new();
            let call = Call { web, actor, version, path, keys, query, headers, body };
            return counted(route.handler, call).await;
        }
    };
    let body = match route.method {
        "POST" | "PATCH" | "PUT" => read(body).await?,
        // RFC 9110 section 9.3.1: a body here means nothing.
        _ => Bytes::new(),
    };
    (route.handler)(Call { web, actor, version, path, keys, query, headers, body }).await
}

/// The number of a list, from a page of one with its total.
async fn counted(list: Handler, call: Call) -> Answer {
    let query = total_only(&call)?;
    let reply = list(Call { query, ..call }).await?;
    match reply.total() {
        Some(total) => Ok(Reply::text(total.to_string())),
        None => Err(Fault::http(HttpRefusal::NotFound)),
    }
}

/// The line of the table.
fn find(version: Version, template: &str, method: &str) -> Result<&'static Route, Fault> {
    let mut allowed = Vec::new();
    let there = |route: &&Route| route.path == template && (version == Version::Beta || !route.beta_only);
    for route in ROUTES.iter().filter(there) {
        if route.method == method {
            return Ok(route);
        }
        allowed.push(route.method);
    }
    Err(if allowed.is_empty() { Fault::http(HttpRefusal::NotFound) } else { Fault::method(&allowed) })
}

/// The whole body.
pub(super) async fn read(body: Body) -> Result<Bytes, Fault> {
    // Bounded by the limit that every body has; a caller that hangs up gets this answer nowhere.
    let read = body.collect().await.map_err(|_| Fault::http(HttpRefusal::TooLarge))?;
    Ok(read.to_bytes())
}

/// The path as the table spells it, and its keys from left to right.
fn template(segments: Vec<Segment>) -> (String, Vec<String>) {
    let mut template = String::new();
    let mut keys = Vec::new();
    for segment in segments {
        match segment {
            Segment::Name(name) => template.extend(["/", name]),
            Segment::Cast(kind) => template.extend(["/graph.", kind]),
            Segment::Ref => template.push_str("/$ref"),
            Segment::Count => template.push_str("/$count"),
            Segment::Batch => template.push_str("/$batch"),
            Segment::Key(key) => {
                template.push_str("/{id}");
                keys.push(key);
            }
            Segment::NamedKey { name, value } => {
                template.extend(["(", name, ")"]);
                keys.push(value);
            }
        }
    }
    (template, keys)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn every_spelling_of_a_path_finds_its_line() {
        for (path, expected, keys) in [
            ("/users/x%23EXT%23@y.example", "/users/{id}", vec!["x#EXT#@y.example"]),
            ("/users('a@b.example')", "/users/{id}", vec!["a@b.example"]),
            ("/users/$count", "/users/$count", vec![]),
            (
                "/servicePrincipals(appId='1')/appRoleAssignedTo",
                "/servicePrincipals(appId)/appRoleAssignedTo",
                vec!["1"],
            ),
            ("/groups/1/members/2/$ref", "/groups/{id}/members/{id}/$ref", vec!["1", "2"]),
            ("/groups/1/members/microsoft.graph.user", "/groups/{id}/members/graph.user", vec!["1"]),
        ] {
            let (template, found) = template(parse_path(path).unwrap());
            assert_eq!(
                (template.as_str(), found),
                (expected, keys.into_iter().map(str::to_owned).collect()),
                "{path}"
            );
        }
    }

    #[test]
    fn every_line_of_the_table_can_be_reached_and_stands_once() {
        for (place, route) in ROUTES.iter().enumerate() {
            let path = route
                .path
                .replace("{id}", "x")
                .replace("(appId)", "(appId='x')")
                .replace("(roleTemplateId)", "(roleTemplateId='x')");
            assert_eq!(template(parse_path(&path).unwrap()).0, route.path);
            let twin = ROUTES[..place].iter().any(|r| r.path == route.path && r.method == route.method);
            assert!(!twin, "{} {} stands twice", route.method, route.path);
        }
    }

    #[test]
    fn j7_another_method_is_told_which_ones_there_are() {
        let find = |path, method| find(Version::V1, path, method);
        assert_eq!(find("/users", "PUT").err(), Some(Fault::method(&["GET", "POST"])));
        assert_eq!(find("/users", "get").err(), Some(Fault::method(&["GET", "POST"])));
        assert_eq!(find("/users/nothing", "GET").err(), Some(Fault::http(HttpRefusal::NotFound)));
        assert!(find("/users", "POST").is_ok());
    }

    #[test]
    fn what_is_beta_only_is_not_there_under_v1() {
        let convert = "/users/{id}/convertExternalToInternalMemberUser";
        assert!(find(Version::Beta, convert, "POST").is_ok());
        assert_eq!(find(Version::V1, convert, "POST").err(), Some(Fault::http(HttpRefusal::NotFound)));
    }
}
