//! The endpoints a browser is sent to by an app: authorization (RFC 6749 section 3.1) and the end of
//! a session. Refuses to work on a POST from elsewhere: it becomes the same request by GET, which
//! changes nothing a stranger could want changed.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use hospes_actions::sign_in::{Begun, Parameters, Shared, at_shared_address, authorize};
use hospes_domain::refusal::Refusal;
use url::form_urlencoded;

use crate::Web;
use crate::pages::deliver::deliver;
use crate::pages::error::refuse;
use crate::pages::organisation;
use crate::pages::sign_in::{enter, enter_at};
use crate::pages::sign_out::{pairs, wish};
use crate::pages::visit::Visit;
use crate::pages::which_tenant;

/// `GET …/authorize`.
pub async fn asked(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Response> {
    let no = |refusal| refuse(&visit, &refusal, None);
    let shared = hospes_domain::tenant::shared_name(&tenant).is_some();
    let query = query.unwrap_or_default();
    let parameters = Parameters::new(pairs(query.as_bytes()));
    let tenant = if shared && which_tenant::only(&web).await.map_err(no)?.is_none() {
        let cookies: Vec<&str> = visit.sessions().collect();
        match at_shared_address(&web.app, &parameters, &cookies).await.map_err(no)? {
            Shared::Tenant(tenant) => tenant,
            Shared::Ask => return Ok(visit.go(&organisation::for_request(&query))),
            Shared::Answer(answer) => return Ok(deliver(&visit, answer)),
        }
    } else {
        which_tenant::resolve(&web, &tenant).await.map_err(no)?.id
    };
    match authorize(&web.app, tenant, parameters, visit.session(tenant)).await.map_err(no)? {
        Begun::Flow(flow) => Ok(enter(&web, &visit, tenant, flow)),
        Begun::Home(flow, path) => Ok(enter_at(&web, &visit, (tenant, flow), &path)),
        Begun::Answer(answer) => Ok(deliver(&visit, answer)),
    }
}

/// `POST …/authorize`: cookies do not come with a POST from elsewhere, so the browser asks again.
pub async fn posted(visit: Visit, Path(tenant): Path<String>, body: Bytes) -> Response {
    asked_again(&visit, &tenant, "authorize", &body)
}

/// `GET …/logout`.
pub async fn logout_asked(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Response> {
    wish(&web, &visit, &tenant, pairs(query.unwrap_or_default().as_bytes())).await
}

/// `POST …/logout`, likewise.
pub async fn logout_posted(visit: Visit, Path(tenant): Path<String>, body: Bytes) -> Response {
    asked_again(&visit, &tenant, "logout", &body)
}

/// Longer requests would not fit into an address.
const MAX_REQUEST: usize = 32 * 1024;

fn asked_again(visit: &Visit, tenant: &str, endpoint: &str, body: &[u8]) -> Response {
    let query =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(form_urlencoded::parse(body)).finish();
    if query.len() > MAX_REQUEST {
        let cause = format!("The request is longer than {MAX_REQUEST} bytes.");
        return refuse(visit, &Refusal::oauth("invalid_request", 90013, cause), None);
    }
    let tenant: String = form_urlencoded::byte_serialize(tenant.as_bytes()).collect();
    visit.go(&format!("/{tenant}/oauth2/v2.0/{endpoint}?{query}"))
}
