//! From a request to its handler: who calls, which line of [`ROUTES`], the body, the answer. Refuses callers
//! without a good token before it says anything about a path, and never reads a cookie (threats H1).

use std::pin::Pin;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{any, get};
use bytes::Bytes;
use hospes_actions::tokens;
use hospes_domain::access::Actor;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use http::{HeaderMap, Method};
use http_body_util::BodyExt as _;

use super::ROUTES;
use super::annotations::Annotations;
use super::below;
use super::cross_origin;
use super::envelope::{self, Around};
use super::error::Fault;
use super::etag;
use super::links::{Detour, links, query_of_links};
use super::management;
use super::path::Segment;
use super::reply::Reply;
use super::request::{Call, Key, Version, bearer_token};
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
    let around = around.route(management::BEHIND_A_SLASH, get(management::endpoints));
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
            // The same answer, of which only the head is sent (RFC 9110 section 9.3.2).
            method: if head.method == Method::HEAD { Method::GET } else { head.method }.to_string(),
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
    let without_body = request.method() == Method::HEAD;
    let single = Single::of(version, request);
    let reply = match Around::of(&single.path) {
        Some(around) => {
            let answered = around.answer(&web, single, &ids).await;
            answered.unwrap_or_else(|fault| fault.reply(&ids, web.app.now(), web.app.public_url()))
        }
        None => respond(web, single, &ids).await,
    };
    let response = reply.into_response();
    if without_body { response.map(|_| Body::empty()) } else { response }
}

/// The answer to a request for a version in another letter case, which is no route of its own, or the request.
pub(crate) async fn in_any_case(web: Web, request: Request) -> Result<Response, Box<Request>> {
    let first = request.uri().path().split('/').nth(1).unwrap_or_default();
    let named = |version: &Version| version.prefix()[1..].eq_ignore_ascii_case(first);
    match [Version::V1, Version::Beta].into_iter().find(named) {
        Some(version) => Ok(entry(web, version, request).await),
        None => Err(Box::new(request)),
    }
}

/// The answer to a request for a line of the table, whatever it is.
pub(super) async fn respond(web: Web, single: Single, ids: &RequestIds) -> Reply {
    let (app, mut toll) = (web.app.clone(), Toll::default());
    let root = format!("{}{}", app.public_url(), single.version.prefix());
    let wanted = Annotations::wanted(&single.headers);
    let known = etag::known(&single.method, &single.headers, &single.query);
    let answered = answer(web, single, ids, &mut toll).await;
    let answered = answered.map(|reply| wanted.onto(&root, reply.unless(known.as_deref())));
    let reply = answered.unwrap_or_else(|fault| fault.reply(ids, app.now(), app.public_url()));
    toll.onto(reply)
}

async fn answer(web: Web, single: Single, ids: &RequestIds, toll: &mut Toll) -> Answer {
    let token = bearer_token(&single.headers)?;
    let actor = tokens::bearer(&web.app, token).await?;
    // The log finds a request by either id, as an error names it.
    let actor = Actor { correlation: Some(ids.client()), request: Some(ids.request_id), ..actor };
    let Single { version, method, path, query, headers, body } = single;
    let path = within(path, actor.tenant);
    let (segments, property) = below::parse(&path)?;
    let Asked { template, mut keys, counting } = Asked::of(segments);
    toll.pay(&web, &actor, price(&method, &template, &query)).await?;
    let (mut query, mut links_at) = (query, None);
    let template = match Detour::of(&method, &template, &query)? {
        None => template,
        Some(Detour::One(line, key)) => {
            keys.push(key);
            line
        }
        Some(Detour::List(line)) => {
            query = query_of_links(&query, version.dollar_is_optional());
            links_at = Some(format!("{}{}", web.app.public_url(), version.prefix()));
            line
        }
    };
    let (template, below) = match property {
        // A property is read; the methods of its object are none of its own.
        Some(_) if method != "GET" => return Err(Fault::method(&["GET"])),
        Some(property) => (template, Some(property)),
        None => below::of(&method, template, &mut keys)?,
    };
    if let Some(below) = &below {
        query = below.query(query, version)?;
    }
    if template.contains("(uniqueName)") {
        // A name that clients give to an object; none here has one.
        return Err(Refusal::not_found(keys.first().map_or("", Key::text)).into());
    }
    let route = find(version, &template, &method)?;
    if counting && route.method != "GET" {
        return Err(Fault::method(&["GET"]));
    }
    let body = match route.method {
        "POST" | "PATCH" | "PUT" => read(body).await?,
        // RFC 9110 section 9.3.1: a body here means nothing.
        _ => Bytes::new(),
    };
    let root = format!("{}{}", web.app.public_url(), version.prefix());
    let reply =
        (route.handler)(Call { web, actor, version, path, keys, counting, query, headers, body }).await?;
    let reply = match below {
        Some(below) => below.answer(&root, reply)?,
        None => reply,
    };
    Ok(links_at.map(|root| links(&root, &reply)).unwrap_or(reply))
}

/// The path without the organisation in front of it: older clients write `/v1.0/{tenant id}/users` and
/// `/v1.0/myorganization/users`. Only the organisation of the token is one; another is a name nobody knows.
fn within(path: String, tenant: TenantId) -> String {
    let mut parts = path.splitn(3, '/');
    let (Some(""), Some(first), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return path };
    let own = first.eq_ignore_ascii_case("myorganization") || first.eq_ignore_ascii_case(&tenant.to_string());
    if own { format!("/{rest}") } else { path }
}

/// Whether the table has a line for the template, under any version and method.
pub(super) fn has_line(template: &str) -> bool {
    ROUTES.iter().any(|route| route.path == template)
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

/// Collections whose objects have an `appId`, which serves wherever their id does.
const WITH_APP_ID: &[&str] = &["applications", "servicePrincipals"];

/// What a path asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// As the table spells it.
    pub(super) template: String,
    /// From left to right.
    keys: Vec<Key>,
    /// Whether `/$count` stands behind it: every list can be counted.
    counting: bool,
}

impl Asked {
    /// What segments ask for.
    pub(super) fn of(mut segments: Vec<Segment>) -> Self {
        let counting = segments.pop_if(|last| *last == Segment::Count).is_some();
        let (mut template, mut keys) = (String::new(), Vec::new());
        let mut before = "";
        for segment in segments {
            match segment {
                Segment::Name(name) => {
                    template.extend(["/", name]);
                    before = name;
                }
                Segment::Cast(kind) => template.extend(["/graph.", kind]),
                Segment::Ref => template.push_str("/$ref"),
                Segment::Count => template.push_str("/$count"),
                Segment::Batch => template.push_str("/$batch"),
                Segment::Key(key) => {
                    template.push_str("/{id}");
                    keys.push(Key::Own(key));
                }
                Segment::NamedKey { name: "appId", value } if WITH_APP_ID.contains(&before) => {
                    template.push_str("/{id}");
                    keys.push(Key::App(value));
                }
                Segment::NamedKey { name, value } => {
                    template.extend(["(", name, ")"]);
                    keys.push(Key::Own(value));
                }
            }
        }
        // A role has the id of its template (reference/roles-and-policies.md section 1): its members are one list.
        let by_template = "/directoryRoles(roleTemplateId)/members/";
        let template = template.replace(by_template, "/directoryRoles/{id}/members/");
        Self { template, keys, counting }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::super::path::parse_path;
    use super::*;

    fn asked(path: &str) -> Asked {
        Asked::of(parse_path(path).unwrap())
    }

    fn own(keys: &[&str]) -> Vec<Key> {
        keys.iter().map(|key| Key::Own((*key).to_owned())).collect()
    }

    #[test]
    fn every_spelling_of_a_path_finds_its_line() {
        for (path, template, keys) in [
            ("/users/x%23EXT%23@y.example", "/users/{id}", own(&["x#EXT#@y.example"])),
            ("/users('a@b.example')", "/users/{id}", own(&["a@b.example"])),
            ("/directoryRoles(roleTemplateId='1')", "/directoryRoles(roleTemplateId)", own(&["1"])),
            ("/groups/1/members/2/$ref", "/groups/{id}/members/{id}/$ref", own(&["1", "2"])),
            ("/groups/1/members/microsoft.graph.user", "/groups/{id}/members/graph.user", own(&["1"])),
        ] {
            let expected = Asked { template: template.to_owned(), keys, counting: false };
            assert_eq!(asked(path), expected, "{path}");
        }
    }

    #[test]
    fn an_app_id_serves_wherever_the_id_of_an_application_does() {
        let app = || vec![Key::App("1".to_owned())];
        assert_eq!(asked("/applications(appId='1')/owners").template, "/applications/{id}/owners");
        assert_eq!(asked("/applications(appId='1')/owners").keys, app());
        assert_eq!(asked("/servicePrincipals(appId='1')").keys, app());
        let longer = asked("/servicePrincipals(appId='1')/appRoleAssignedTo/2");
        assert_eq!(longer.keys, [app(), own(&["2"])].concat());
        // Nothing else has one.
        for path in ["/users(appId='1')", "/groups(appId='1')/members"] {
            assert!(find(Version::V1, &asked(path).template, "GET").is_err(), "{path}");
        }
    }

    #[test]
    fn every_list_can_be_counted() {
        for (path, template) in [
            ("/users/$count", "/users"),
            ("/groups/1/members/graph.user/$count", "/groups/{id}/members/graph.user"),
        ] {
            let found = asked(path);
            assert_eq!((found.template.as_str(), found.counting), (template, true), "{path}");
        }
        for no_list in ["/me/$count", "/users/1/$count", "/users/delta/$count", "/$count"] {
            assert!(parse_path(no_list).is_err(), "{no_list}");
        }
    }

    #[test]
    fn the_organisation_of_the_token_may_stand_in_front() {
        let tenant = TenantId::parse("84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f").unwrap();
        for (path, rest) in [
            ("/84D9E4B5-1F6C-4D3A-9D2E-0A1B2C3D4E5F/users/x", "/users/x"),
            ("/myOrganization/users", "/users"),
            ("/84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f", "/84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f"),
            ("/84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e50/users", "/84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e50/users"),
            ("/users/myorganization/memberOf", "/users/myorganization/memberOf"),
        ] {
            assert_eq!(within(path.to_owned(), tenant), rest);
        }
    }

    #[test]
    fn every_line_of_the_table_can_be_reached_and_stands_once() {
        for (place, route) in ROUTES.iter().enumerate() {
            let path = route.path.replace("{id}", "x").replace("(roleTemplateId)", "(roleTemplateId='x')");
            assert_eq!(asked(&path).template, route.path);
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
