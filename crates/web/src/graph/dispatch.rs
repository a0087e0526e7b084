//! From a request to its handler: who calls, which line of the table, the body, the answer. Refuses callers
//! without a good token before it says anything about a path, and never reads a cookie (threats H1).

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{any, get};
use bytes::Bytes;
use hospes_actions::tokens;
use hospes_domain::access::Actor;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use http::{HeaderMap, Method, header};
use http_body_util::BodyExt as _;

use super::annotations::Annotations;
use super::below;
use super::by_name;
use super::cross_origin;
use super::envelope::{self, Around};
use super::error::Fault;
use super::etag;
use super::lines::{Asked, find};
use super::links::{Detour, links, query_of_links};
use super::management;
use super::reply::Reply;
use super::request::{Call, Key, Version, bearer_token};
use super::throttle::{Toll, price};
use crate::Web;
use crate::http::{HttpRefusal, RequestIds, table};

/// What a handler gives.
pub(super) type Answer = Result<Reply, Fault>;

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
    if without_body { head_of(response) } else { response }
}

/// The same head, which says how long the body is that is left out (RFC 9110 section 8.6).
fn head_of(response: Response) -> Response {
    let length = response.body().size_hint().exact();
    let mut head = response.map(|_| Body::empty());
    if let Some(length) = length.filter(|length| *length > 0) {
        head.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    head
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
    let wanted = Annotations::wanted(&single.headers, &single.query, single.version.dollar_is_optional());
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
    let template = below::of_me(template, &mut keys, &actor)?;
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
    let (body, unknown) = by_name::resolved(&web.app, &actor, body).await?;
    let root = format!("{}{}", web.app.public_url(), version.prefix());
    let call = Call { web, actor, version, path, keys, counting, query, headers, body };
    let reply = (route.handler)(call).await.map_err(|fault| unknown.said(fault))?;
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

/// The whole body.
pub(super) async fn read(body: Body) -> Result<Bytes, Fault> {
    // Bounded by the limit that every body has; a caller that hangs up gets this answer nowhere.
    let read = body.collect().await.map_err(|_| Fault::http(HttpRefusal::TooLarge))?;
    Ok(read.to_bytes())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

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
}
