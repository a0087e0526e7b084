//! "Passkeys": a member sees, adds and removes them. Refuses guests, and sign-ins that are not recent: those are asked
//! to sign in again before anything is added or removed.

use axum::extract::{Path, State};
use axum::routing::{get, post};
use hospes_actions::passkeys::{self, Added, Look};
use hospes_actions::sign_in;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::passkey::MOST;
use hospes_domain::refusal::{Invalid, Refusal};
use hospes_domain::tenant::Tenant;
use http::StatusCode;
use uuid::Uuid;

use super::csrf::PostedForm;
use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::sign_in_passkey::json;
use super::view::{PasskeyLine, Passkeys};
use super::visit::Visit;
use super::words::Moment;
use super::{CSP, my_apps, which_tenant, with_script};
use crate::Web;
use crate::http::{Access, Route};

const fn posted(path: &'static str, handler: fn() -> axum::routing::MethodRouter<Web>) -> Route {
    Route { method: "POST", path, access: Access::Browser, handler }
}

/// The page and what it posts.
pub const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/{tenant}/security/passkeys",
        access: Access::Browser,
        handler: || get(show),
    },
    posted("/{tenant}/security/passkeys", || post(add)),
    posted("/{tenant}/security/passkeys/options", || post(options)),
    posted("/{tenant}/security/passkeys/again", || post(again)),
    posted("/{tenant}/security/passkeys/{passkey}/remove", || post(remove)),
];

/// Path of the page.
pub fn path_of(tenant: TenantId) -> String {
    format!("/{tenant}/security/passkeys")
}

async fn show(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    page(&web, &visit, host, None).await
}

async fn options(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    form: PostedForm,
) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let (session, who) = (visit.session(host.id), ObjectId::parse(form.about()));
    match passkeys::ask_to_add(&web.app, host.id, session, who).await {
        Ok(Added::Done(options)) => Ok(json(options)),
        Ok(Added::SignInFirst) => Ok(visit.go(&path_of(host.id))),
        Err(refusal) => Err(refuse(&visit, &refusal, Some(&host))),
    }
}

async fn add(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>, form: PostedForm) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let (session, who) = (visit.session(host.id), ObjectId::parse(form.about()));
    let said = (form.get("name"), form.get("credential"));
    match passkeys::add(&web.app, host.id, session, who, said).await {
        Ok(_) => Ok(visit.go(&path_of(host.id))),
        Err(Refusal::Invalid(why)) => page(&web, &visit, host, Some(why)).await,
        Err(refusal) => Err(refuse(&visit, &refusal, Some(&host))),
    }
}

/// "Sign in again": whoever has signed in long ago does so before anything changes.
async fn again(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>, _form: PostedForm) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let flow = sign_in::begin_again(&web.app, host.id, &path_of(host.id)).await;
    Ok(enter(&web, &visit, host.id, flow.map_err(|no| refuse(&visit, &no, Some(&host)))?))
}

async fn remove(
    State(web): State<Web>,
    visit: Visit,
    Path((tenant, passkey)): Path<(String, String)>,
    form: PostedForm,
) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let (session, who) = (visit.session(host.id), ObjectId::parse(form.about()));
    if let Ok(passkey) = Uuid::try_parse(&passkey) {
        let removed = passkeys::remove(&web.app, host.id, session, who, passkey).await;
        removed.map_err(|no| refuse(&visit, &no, Some(&host)))?;
    }
    Ok(visit.go(&path_of(host.id)))
}

async fn page(web: &Web, visit: &Visit, host: Tenant, problem: Option<Invalid>) -> Reply {
    let no = |refusal: Refusal| refuse(visit, &refusal, Some(&host));
    let looked = passkeys::look(&web.app, host.id, visit.session(host.id)).await.map_err(no)?;
    let Some(Look { person, fresh, passkeys }) = looked else {
        let flow = sign_in::begin(&web.app, host.id, &path_of(host.id)).await.map_err(no)?;
        return Ok(enter(web, visit, host.id, flow));
    };
    let (base, who) = (path_of(host.id), person.user.to_string());
    let may_add = fresh && web.app.has_passkeys() && passkeys.len() < MOST;
    let page = Passkeys {
        frame: visit.frame(),
        tenant_name: host.display_name.clone(),
        signed_in_as: person.sign_in_name,
        again: (!fresh).then(|| visit.form(format!("{base}/again"))),
        add: may_add.then(|| visit.form_about(&base, &who)),
        options: format!("{base}/options"),
        error: problem.map(|why| format!("{} {}", why.cause, why.remedy)),
        passkeys: passkeys
            .into_iter()
            .map(|key| PasskeyLine {
                remove: fresh.then(|| visit.form_about(&format!("{base}/{}/remove", key.id), &who)),
                name: key.name,
                added: Moment(key.created_at),
                used: key.last_used_at.map(Moment),
            })
            .collect(),
        my_apps: my_apps::path_of(host.id),
    };
    let status = if page.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let policy = if may_add { with_script(CSP) } else { CSP.to_owned() };
    Ok(visit.page_with(status, &page, &policy))
}
