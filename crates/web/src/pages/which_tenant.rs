//! Which organisation a path names. Refuses to guess: a shared name means one only where the server
//! has one.

use axum::response::Response;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::{Tenant, shared_name};

use super::error::refuse;
use super::visit::Visit;
use crate::Web;

/// The tenant of a path segment: an id, one of its domains, or a shared name on a server of one tenant.
pub async fn resolve(web: &Web, name: &str) -> Result<Tenant, Refusal> {
    if shared_name(name).is_some() {
        return only(web).await?.ok_or_else(|| {
            Refusal::oauth(
                "invalid_request",
                50059,
                "The address does not say which organisation is meant; put its id or domain in place of the shared name.",
            )
        });
    }
    web.app.tenant_named(name).await.map_err(|refusal| match refusal {
        Refusal::NotFound { .. } => Refusal::oauth(
            "invalid_request",
            90002,
            "The organisation named in the address is not on this server.",
        ),
        other => other,
    })
}

/// The same for a page; the page of the refusal where there is none.
pub async fn of_path(web: &Web, visit: &Visit, name: &str) -> Result<Tenant, Response> {
    resolve(web, name).await.map_err(|no| refuse(visit, &no, None))
}

/// The tenant of a server that has exactly one.
pub async fn only(web: &Web) -> Result<Option<Tenant>, Refusal> {
    let mut all = web.app.tenants().await?;
    Ok(if all.len() == 1 { all.pop() } else { None })
}
