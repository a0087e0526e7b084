//! "Apps you allowed": what a person agreed to, and taking it back. Refuses to take anything back on a link (threats H1).

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::sign_in::{self, Allowed, consents, revoke_consent};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use http::StatusCode;

use super::csrf::PostedForm;
use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::sign_in_forms as forms;
use super::view::{self, AllowedApp};
use super::visit::Visit;
use super::words::Moment;
use super::{my_apps, which_tenant};
use crate::Web;
use crate::http::{Access, Route};

/// The page and its form.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/{tenant}/consents", access: Access::Browser, handler: || get(show) },
    Route {
        method: "POST",
        path: "/{tenant}/consents/{client}/revoke",
        access: Access::Browser,
        handler: || post(revoke),
    },
];

/// Path of the page of a tenant.
pub fn path_of(tenant: TenantId) -> String {
    format!("/{tenant}/consents")
}

async fn show(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let no = |refusal: Refusal| refuse(&visit, &refusal, Some(&host));
    let Some(found) = consents(&web.app, host.id, visit.session(host.id)).await.map_err(no)? else {
        let flow = sign_in::begin(&web.app, host.id, &path_of(host.id)).await.map_err(no)?;
        return Ok(enter(&web, &visit, host.id, flow));
    };
    let page = view::Consents {
        frame: visit.frame(),
        host_name: found.tenant.display_name.clone(),
        signed_in_as: found.person.sign_in_name.clone(),
        apps: found.apps.into_iter().map(|app| allowed(&visit, (host.id, found.person.user), app)).collect(),
        back: my_apps::path_of(host.id),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

fn allowed(visit: &Visit, (tenant, person): (TenantId, ObjectId), app: Allowed) -> AllowedApp {
    AllowedApp {
        since: Moment(app.since),
        scopes: app.permissions.into_iter().map(forms::scope).collect(),
        revoke: visit.form_about(&format!("{}/{}/revoke", path_of(tenant), app.client), &person.to_string()),
        name: app.name,
    }
}

async fn revoke(
    State(web): State<Web>,
    visit: Visit,
    Path((tenant, client)): Path<(String, String)>,
    form: PostedForm,
) -> Result<Response, Response> {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    if let Ok(client) = client.parse::<ClientId>() {
        let (session, who) = (visit.session(host.id), ObjectId::parse(form.about()));
        let revoked = revoke_consent(&web.app, host.id, session, who, client).await;
        revoked.map_err(|refusal| refuse(&visit, &refusal, Some(&host)))?;
    }
    // Shows what is left, or asks to sign in.
    Ok(visit.go(&path_of(host.id)))
}
