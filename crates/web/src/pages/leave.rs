//! "Leave this organisation": a guest ends its own place, after one question. Refuses to leave on a link (threats A9, H1),
//! and to take one person's yes for another's.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::sign_in;
use hospes_actions::users::{self, Left};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::sign_in::leave_path;
use hospes_domain::tenant::Tenant;
use http::StatusCode;

use super::csrf::PostedForm;
use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::view;
use super::visit::Visit;
use super::{cookies, my_apps, which_tenant};
use crate::Web;
use crate::http::{Access, Route};

/// Leaving an organisation.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/myapps/{tenant}/leave", access: Access::Browser, handler: || get(ask) },
    Route {
        method: "POST",
        path: "/myapps/{tenant}/leave",
        access: Access::Browser,
        handler: || post(confirmed),
    },
];

/// Path of the question.
pub fn path_of(tenant: TenantId) -> String {
    leave_path(tenant)
}

async fn ask(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let no = |refusal| refuse(&visit, &refusal, Some(&host));
    let asked = users::ask_to_leave(&web.app, host.id, visit.session(host.id)).await.map_err(no)?;
    let Some(asked) = asked else {
        let flow = sign_in::begin(&web.app, host.id, &path_of(host.id)).await.map_err(no)?;
        return Ok(enter(&web, &visit, host.id, flow));
    };
    asked.may.map_err(no)?;
    let page = view::Leave {
        frame: visit.frame(),
        host_name: host.display_name.clone(),
        signed_in_as: asked.person.sign_in_name,
        privacy_statement: host.privacy_url.clone(),
        form: visit.form_about(&path_of(host.id), &asked.person.user.to_string()),
        stay: my_apps::path_of(host.id),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

async fn confirmed(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    form: PostedForm,
) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let (session, who) = (visit.session(host.id), ObjectId::parse(form.about()));
    let left = users::leave(&web.app, host.id, session, who).await;
    match left.map_err(|refusal| refuse(&visit, &refusal, Some(&host)))? {
        // Asked anew: of whoever is signed in now, after a sign-in if nobody is.
        Left::SomebodyElse => Ok(visit.go(&path_of(host.id))),
        Left::Gone => Ok(farewell(&visit, host)),
    }
}

fn farewell(visit: &Visit, host: Tenant) -> Response {
    let (host_name, privacy_statement) = (host.display_name, host.privacy_url);
    let page = view::Left { frame: visit.frame(), host_name, privacy_statement };
    let mut response = visit.page(StatusCode::OK, &page);
    cookies::clear_session(response.headers_mut(), host.id);
    response
}
