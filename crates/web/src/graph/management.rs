//! The few answers that Azure CLI, Azure PowerShell and Terraform want of a management service before they use the
//! directory API (reference/wire-contract.md sections 5, 6 and 9). Refuses to manage anything: there is one tenant to a
//! token, and no subscription in it.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use hospes_actions::organization::organization;
use hospes_actions::tokens;
use hospes_domain::access::Actor;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use http::HeaderMap;
use serde_json::{Value, json};

use super::error::Fault;
use super::reply::Reply;
use super::request::bearer_token;
use crate::Web;
use crate::http::RequestIds;

pub(super) const ENDPOINTS: &str = "/metadata/endpoints";
pub(super) const TENANTS: &str = "/tenants";
pub(super) const SUBSCRIPTIONS: &str = "/subscriptions";
/// The first as Azure CLI asks for it: behind an address that ends in a slash, as it is told to write addresses.
pub(super) const BEHIND_A_SLASH: &str = "//metadata/endpoints";

/// Whether a path is of this part, for the language of refusals that come before it.
pub(crate) fn is_management(path: &str) -> bool {
    let path = path.strip_prefix('/').filter(|rest| rest.starts_with('/')).unwrap_or(path);
    [ENDPOINTS, TENANTS, SUBSCRIPTIONS].contains(&path)
}

/// Where everything is. The same document for every `api-version`: section 6 says what is read of it.
pub(super) async fn endpoints(State(web): State<Web>) -> Response {
    Reply::ok(document(web.app.public_url())).into_response()
}

fn document(base: &str) -> Value {
    let slash = format!("{base}/");
    json!({
        "name": "Hospes",
        "portal": base,
        "graph": base,
        "graphAudience": base,
        "resourceManager": slash,
        "microsoftGraphResourceId": slash,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [slash],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "suffixes": {},
        "gallery": base,
        "batch": base,
        "media": base,
        "sqlManagement": base,
        "vmImageAliasDoc": base,
        "activeDirectoryDataLake": base,
    })
}

/// The tenant of the token.
pub(super) async fn tenants(
    State(web): State<Web>,
    Extension(ids): Extension<RequestIds>,
    headers: HeaderMap,
) -> Response {
    told(&web, &ids, tenant_of(&web, &headers).await)
}

/// None: a sign-in without this answer fails.
pub(super) async fn subscriptions(
    State(web): State<Web>,
    Extension(ids): Extension<RequestIds>,
    headers: HeaderMap,
) -> Response {
    told(&web, &ids, caller(&web, &headers).await.map(|_| json!({ "value": [] })))
}

/// Its name and domains are told to whoever may read the organisation: a token for nothing but the management service
/// still learns where it is.
async fn tenant_of(web: &Web, headers: &HeaderMap) -> Result<Value, Refusal> {
    let (actor, found) = caller(web, headers).await?;
    let id = actor.tenant.to_string();
    let mut tenant = json!({ "id": format!("{TENANTS}/{id}"), "tenantId": id, "tenantCategory": "Home" });
    if let Some(found) = found {
        tenant["displayName"] = found.display_name.into();
        tenant["defaultDomain"] = found.initial_domain.into();
        tenant["domains"] = found.domains.into();
    }
    Ok(json!({ "value": [tenant] }))
}

/// Who asks, and the organisation as far as it may be read. Reading it finds out whether the token is still good.
async fn caller(web: &Web, headers: &HeaderMap) -> Result<(Actor, Option<Tenant>), Refusal> {
    let actor = tokens::bearer(&web.app, bearer_token(headers)?).await?;
    match organization(&web.app, &actor).await {
        Ok((tenant, _)) => Ok((actor, Some(tenant))),
        Err(refusal) if refusal.is_lack_of_rights() => Ok((actor, None)),
        Err(refusal) => Err(refusal),
    }
}

fn told(web: &Web, ids: &RequestIds, answered: Result<Value, Refusal>) -> Response {
    match answered {
        Ok(body) => Reply::ok(body).into_response(),
        Err(refusal) => Fault::from(refusal).into_response(ids, web.app.now(), web.app.public_url()),
    }
}
