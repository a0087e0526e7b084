//! The discovery document and the published keys (OpenID Connect Discovery 1.0 section 4, RFC 7517 section 5).
//!
//! Every address is built from the configured public URL (threats H5). Refuses unknown tenants with the error client
//! libraries know, and to list what does not exist.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use hospes_actions::tokens::CLAIMS;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::tenant::shared_name;
use http::{HeaderValue, header};
use serde_json::Value;

use super::{cross_origin, error};
use crate::Web;
use crate::http::RequestIds;

/// The document, with places for the public URL, the host, the tenant of the endpoints, that of the issuer, and the claims.
const DOCUMENT: &str = include_str!("discovery.json");
/// How long others may keep it. New keys are published well before they are used (threats F16).
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Documents that were made once: nothing in them changes while the program runs. As many as there are tenants.
#[derive(Default)]
pub struct Documents(RwLock<HashMap<Authority, Bytes>>);

impl Documents {
    fn of(&self, public_url: &str, authority: Authority) -> Bytes {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&authority).cloned();
        known.unwrap_or_else(|| {
            let made = Bytes::from(fill(public_url, &authority));
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(authority, made.clone());
            made
        })
    }
}

/// Whose document is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Authority {
    One(TenantId),
    /// A shared name.
    Shared(&'static str),
}

async fn authority(web: &Web, name: &str) -> Result<Authority, Refusal> {
    if let Some(shared) = shared_name(name) {
        return Ok(Authority::Shared(shared));
    }
    let id = match TenantId::parse(name) {
        // Every tenant has keys, and they are in memory.
        Some(id) => web.app.keys(id).map(|_| id),
        None => match web.app.tenant_named(name).await {
            Ok(tenant) => Some(tenant.id),
            Err(Refusal::NotFound { .. }) => None,
            Err(other) => return Err(other),
        },
    };
    id.map(Authority::One).ok_or_else(|| {
        let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
        let description =
            format!("Tenant '{name}' not found. Check that you have the correct tenant id or domain name.");
        Refusal::OAuth(OAuthRefusal {
            error: "invalid_tenant",
            code: 90_002,
            description,
            unauthorized: false,
        })
    })
}

/// `/{tenant}/v2.0/.well-known/openid-configuration`
pub(super) async fn document(State(web): State<Web>, Path(name): Path<String>, request: Request) -> Response {
    match authority(&web, &name).await {
        Ok(authority) => cached(web.documents.of(web.app.public_url(), authority)),
        Err(refusal) => error::respond(&web, &RequestIds::of(&request), refusal),
    }
}

/// `/{tenant}/discovery/v2.0/keys`
pub(super) async fn keys(State(web): State<Web>, Path(name): Path<String>, request: Request) -> Response {
    let body = match authority(&web, &name).await {
        Ok(Authority::One(id)) => Ok(web
            .app
            .keys(id)
            .map(|keys| Bytes::from_owner(std::sync::Arc::clone(keys.jwks_json())))
            .unwrap_or_default()),
        Ok(Authority::Shared(_)) => all_keys(&web).await,
        Err(refusal) => Err(refusal),
    };
    match body {
        Ok(body) => cached(body),
        Err(refusal) => error::respond(&web, &RequestIds::of(&request), refusal),
    }
}

/// The keys of every tenant, for applications that take people of any. They compare `tid` with the issuer.
async fn all_keys(web: &Web) -> Result<Bytes, Refusal> {
    let mut all = Vec::new();
    for tenant in web.app.tenants().await? {
        let Some(keys) = web.app.keys(tenant.id) else { continue };
        let set: Value = serde_json::from_slice(keys.jwks_json()).unwrap_or_default();
        all.extend(set["keys"].as_array().cloned().unwrap_or_default());
    }
    Ok(serde_json::json!({ "keys": all }).to_string().into())
}

/// Puts the names into their places; none of them needs escaping in JSON.
fn fill(public_url: &str, authority: &Authority) -> String {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    // The issuer under a shared name is a literal template (reference/wire-contract.md 1.5).
    let (tenant, issuer) = match authority {
        Authority::One(id) => (id.to_string(), id.to_string()),
        Authority::Shared(name) => ((*name).to_owned(), "{tenantid}".to_owned()),
    };
    let claims = CLAIMS.join("\", \"");
    let mut filled = String::with_capacity(DOCUMENT.len() + 1200);
    let mut rest = DOCUMENT;
    while let Some((before, after)) = rest.split_once('<') {
        filled.push_str(before);
        let Some((place, after)) = after.split_once('>') else { break };
        filled.push_str(match place {
            "base" => public_url,
            "host" => host,
            "issuer" => &issuer,
            "claims" => &claims,
            _ => &tenant,
        });
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn cached(body: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CACHE_CONTROL, CACHE_CONTROL),
    ];
    cross_origin::open((headers, body).into_response())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn the_document_names_the_tenant_and_only_the_public_url() {
        let id: TenantId = "11111111-2222-4333-8444-555555555555".parse().unwrap();
        let base = "https://hospes.example:8443";
        let one: Value = serde_json::from_str(&fill(base, &Authority::One(id))).unwrap();
        assert_eq!(one["issuer"], format!("{base}/{id}/v2.0"));
        assert_eq!(one["token_endpoint"], format!("{base}/{id}/oauth2/v2.0/token"));
        assert_eq!(one["jwks_uri"], format!("{base}/{id}/discovery/v2.0/keys"));
        assert_eq!(one["msgraph_host"], "hospes.example:8443");
        let shared: Value = serde_json::from_str(&fill(base, &Authority::Shared("common"))).unwrap();
        assert_eq!(shared["issuer"], format!("{base}/{{tenantid}}/v2.0"));
        assert_eq!(shared["authorization_endpoint"], format!("{base}/common/oauth2/v2.0/authorize"));
        for document in [one, shared] {
            for (name, value) in document.as_object().unwrap() {
                if let Some(address) =
                    value.as_str().filter(|_| name.ends_with("_endpoint") || name.ends_with("_uri"))
                {
                    assert!(address.starts_with(base), "{name}");
                }
            }
        }
    }
}
