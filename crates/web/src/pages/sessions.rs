//! "Where you're signed in": a person's own sessions, each with a button that ends it, and one that ends all. Refuses to
//! end anything on a link (threats H1), and to show anybody else's.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::sessions::{self, OpenSession};
use hospes_actions::sign_in;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::session::{HOME, PASSCODE, PASSKEY};
use hospes_domain::tenant::Tenant;
use http::StatusCode;
use uuid::Uuid;

use super::csrf::PostedForm;
use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::view::{SessionCard, Sessions, SignedOut};
use super::visit::Visit;
use super::words::Moment;
use super::{cookies, my_apps, which_tenant};
use crate::Web;
use crate::http::{Access, Route};

/// The list and its buttons.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/{tenant}/sessions", access: Access::Browser, handler: || get(show) },
    Route { method: "POST", path: "/{tenant}/sessions", access: Access::Browser, handler: || post(end_one) },
    Route {
        method: "POST",
        path: "/{tenant}/sessions/everywhere",
        access: Access::Browser,
        handler: || post(end_all),
    },
];

/// Path of the list.
pub fn path_of(tenant: TenantId) -> String {
    format!("/{tenant}/sessions")
}

/// How somebody signed in, in a few words; `method` is a word of [`hospes_domain::session`].
pub fn how(method: &str) -> &'static str {
    match method {
        PASSCODE => "Code sent to the mailbox",
        HOME => "Account at home",
        PASSKEY => "Passkey",
        _ => "Password",
    }
}

async fn show(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let no = |refusal| refuse(&visit, &refusal, Some(&host));
    let Some(own) = sessions::own(&web.app, host.id, visit.session(host.id)).await.map_err(no)? else {
        let flow = sign_in::begin(&web.app, host.id, &path_of(host.id)).await.map_err(no)?;
        return Ok(enter(&web, &visit, host.id, flow));
    };
    let page = Sessions {
        frame: visit.frame(),
        host_name: own.tenant.display_name,
        signed_in_as: own.person.sign_in_name.clone(),
        end_all: visit.form_about(&format!("{}/everywhere", path_of(host.id)), &own.person.user.to_string()),
        sessions: own.sessions.into_iter().map(|one| card(one, own.person.session)).collect(),
        end_one: visit.form(path_of(host.id)),
        my_apps: my_apps::path_of(host.id),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

fn card(session: OpenSession, current: Uuid) -> SessionCard {
    SessionCard {
        current: session.id == current,
        id: session.id.to_string(),
        browser: session.browser,
        address: session.address,
        how: how(&session.method),
        since: Moment(session.since),
        used_at: Moment(session.used_at),
        until: Moment(session.until),
    }
}

async fn end_one(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    form: PostedForm,
) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    // What is no id is no session either: nothing is left to end.
    let which = Uuid::try_parse(form.get("session")).unwrap_or_default();
    let ended = sessions::end_own(&web.app, host.id, visit.session(host.id), which).await;
    match ended.map_err(|refusal| refuse(&visit, &refusal, Some(&host)))? {
        Some(true) => Ok(farewell(&visit, host)),
        Some(false) | None => Ok(visit.go(&path_of(host.id))),
    }
}

async fn end_all(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    form: PostedForm,
) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let (session, who) = (visit.session(host.id), ObjectId::parse(form.about()));
    let ended = sessions::end_everywhere(&web.app, host.id, session, who).await;
    if ended.map_err(|refusal| refuse(&visit, &refusal, Some(&host)))? {
        return Ok(farewell(&visit, host));
    }
    Ok(visit.go(&path_of(host.id)))
}

fn farewell(visit: &Visit, host: Tenant) -> Response {
    let page = SignedOut {
        frame: visit.frame(),
        tenant_name: Some(host.display_name),
        return_to: None,
        frames: Vec::new(),
        onward: None,
        sign_in_again: Some(my_apps::path_of(host.id)),
    };
    let mut response = visit.page(StatusCode::OK, &page);
    cookies::clear_session(response.headers_mut(), host.id);
    response
}
