//! How a fresh PowerShell is connected to this server: two lines with its own address in them. Refuses to list
//! organisations: on a server of several, whoever asks has to name theirs.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use hospes_domain::refusal::Refusal;
use http::StatusCode;

use super::error::refuse;
use super::sign_out::pairs;
use super::view::PowerShell;
use super::visit::Visit;
use super::which_tenant;
use crate::Web;
use crate::http::{Access, Route};
use crate::powershell::{FAMILIAR, FEED};

/// The page.
pub const ROUTES: &[Route] =
    &[Route { method: "GET", path: "/powershell", access: Access::Public, handler: || get(explain) }];

async fn explain(
    State(web): State<Web>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Response> {
    let pairs = pairs(query.unwrap_or_default().as_bytes());
    let typed = pairs.iter().find(|(name, _)| name == "organisation");
    let typed = typed.map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
    let mut error = None;
    let tenant = if typed.is_empty() {
        which_tenant::only(&web).await.map_err(|refusal| refuse(&visit, &refusal, None))?
    } else {
        let domain = typed.rsplit_once('@').map_or(typed.as_str(), |(_, domain)| domain);
        match web.app.tenant_named(domain).await {
            Ok(tenant) => Some(tenant),
            Err(Refusal::NotFound { .. }) => {
                error = Some(
                    "No organisation on this server has that domain. Check it, or ask whoever runs the directory.",
                );
                None
            }
            Err(refusal) => return Err(refuse(&visit, &refusal, None)),
        }
    };
    let base_url = web.app.public_url().to_owned();
    let page = PowerShell {
        frame: visit.frame(),
        feed: format!("{base_url}{}", FEED.path),
        familiar: format!("{base_url}{}", FAMILIAR.path),
        base_url,
        organisation: tenant.map(|tenant| (tenant.display_name, tenant.initial_domain)),
        typed,
        error: error.map(str::to_owned),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(visit.page(status, &page))
}
