//! "Security": the ways of signing in of whoever is signed in, and what the person changes about them. Refuses to change
//! anything on GET, and anything at all when the sign-in is older than a few minutes: it leads through a new one first.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::security::{self, Mine};
use hospes_actions::{second_factors::Enrolment, sign_in};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{FRESH_SECONDS, Factor, Kind, MOST_FACTORS};
use hospes_domain::tenant::Tenant;
use http::StatusCode;
use uuid::Uuid;

use super::csrf::PostedForm;
use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::sign_in_second::{Wrong, wrong_field};
use super::view::{EnrolFactor, FactorLine, Link, RecoveryCodes, Security};
use super::visit::Visit;
use super::words::Moment;
use super::{cookies, my_apps, qr, which_tenant};
use crate::Web;
use crate::http::{Access, Route};

/// The page and its forms.
pub const ROUTES: &[Route] = &[
    shown("/{tenant}/security", || get(page)),
    shown("/{tenant}/security/again", || get(again)),
    shown("/{tenant}/security/authenticator", || get(offer)),
    posted("/{tenant}/security/authenticator", || post(add)),
    posted("/{tenant}/security/remove", || post(remove)),
    posted("/{tenant}/security/recovery-codes", || post(renew)),
];

const fn shown(path: &'static str, handler: fn() -> axum::routing::MethodRouter<Web>) -> Route {
    Route { method: "GET", path, access: Access::Browser, handler }
}

const fn posted(path: &'static str, handler: fn() -> axum::routing::MethodRouter<Web>) -> Route {
    Route { method: "POST", path, access: Access::Browser, handler }
}

/// Path of the page of a tenant.
pub fn path_of(tenant: TenantId) -> String {
    format!("/{tenant}/security")
}

/// What the page says after a deed.
const DONE: [(&str, &str); 2] =
    [("added", "The authenticator app was added."), ("removed", "The factor was removed.")];

/// Through a sign-in that is new enough, then to `path`.
async fn sign_in_first(web: &Web, visit: &Visit, host: &Tenant, path: &str) -> Reply {
    let person = security::look(&web.app, host.id, visit.session(host.id)).await.ok().flatten();
    let hint = person.map(|mine| mine.person.sign_in_name);
    let flow = sign_in::begin_fresh(&web.app, host.id, path, FRESH_SECONDS, hint).await;
    let flow = flow.map_err(|no| refuse(visit, &no, Some(host)))?;
    Ok(enter(web, visit, host.id, flow))
}

async fn mine(web: &Web, visit: &Visit, host: &Tenant) -> Result<Option<Mine>, Response> {
    let mine = security::look(&web.app, host.id, visit.session(host.id)).await;
    mine.map_err(|no| refuse(visit, &no, Some(host)))
}

async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let Some(mine) = mine(&web, &visit, &host).await? else {
        let flow = sign_in::begin(&web.app, host.id, &path_of(host.id)).await;
        return Ok(enter(&web, &visit, host.id, flow.map_err(|no| refuse(&visit, &no, Some(&host)))?));
    };
    let said = query.as_deref().and_then(|query| query.strip_prefix("done="));
    let done = DONE.iter().find(|(word, _)| Some(*word) == said).map(|(_, words)| *words);
    Ok(visit.page(StatusCode::OK, &Security { done, ..drawn(&web, &visit, mine) }))
}

fn drawn(web: &Web, visit: &Visit, mine: Mine) -> Security {
    let (tenant, who) = (mine.tenant.id, mine.person.user.to_string());
    let form = |path: &str| visit.form_about(&format!("{}/{path}", path_of(tenant)), &who);
    let may_remove = mine.fresh && !mine.last_stays;
    Security {
        frame: visit.frame(),
        first: my_apps::account(&mine.person.method).to_owned(),
        factors: mine.factors.iter().map(|factor| line(factor, may_remove.then(|| form("remove")))).collect(),
        recovery_codes: mine.recovery_codes,
        demanded: mine.demanded,
        add: (mine.fresh && mine.factors.len() < MOST_FACTORS)
            .then(|| format!("{}/authenticator", path_of(tenant))),
        renew: (mine.fresh && !mine.factors.is_empty()).then(|| form("recovery-codes")),
        again: (!mine.fresh).then(|| format!("{}/again", path_of(tenant))),
        done: None,
        problem: None,
        own: if mine.person.external { Vec::new() } else { my_apps::own_links(web, tenant) },
        my_apps: my_apps::path_of(tenant),
        tenant_name: mine.tenant.display_name,
        sign_in_name: mine.person.sign_in_name,
    }
}

fn line(factor: &Factor, remove: Option<super::view::Form>) -> FactorLine {
    FactorLine {
        id: factor.id.to_string(),
        name: factor.name.clone(),
        kind: kind_name(factor.kind),
        added: Moment(factor.added_at),
        used: factor.used_at.map(Moment),
        remove,
    }
}

/// What a kind of factor is called.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp => "Authenticator app",
        Kind::Recovery => "Recovery code",
    }
}

async fn again(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    sign_in_first(&web, &visit, &host, &path_of(host.id)).await
}

async fn offer(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    offered(&web, &visit, &host, None, Wrong::default()).await
}

/// The page that sets an app up; `again` is the secret of the page before, and the name typed there.
async fn offered(
    web: &Web,
    visit: &Visit,
    host: &Tenant,
    again: Option<(&str, &str)>,
    wrong: Wrong,
) -> Reply {
    let (sealed, name) = again.unzip();
    let path = format!("{}/authenticator", path_of(host.id));
    let Enrolment { url, secret, sealed } =
        match security::offer(&web.app, host.id, visit.session(host.id), sealed).await {
            Ok(Some(enrolment)) => enrolment,
            Ok(None) => return sign_in_first(web, visit, host, &path).await,
            Err(refusal) => return not_done(web, visit, host, &refusal).await,
        };
    let refused = wrong.code.is_some() || wrong.name.is_some();
    let page = EnrolFactor {
        frame: visit.frame(),
        tenant_name: host.display_name.clone(),
        demanded: false,
        qr: qr::svg(&url),
        secret: secret.to_string(),
        sealed,
        name: name.unwrap_or_default().to_owned(),
        name_error: wrong.name,
        code_error: wrong.code,
        form: visit.form(path),
        cancel: Some(path_of(host.id)),
        another_account: None,
    };
    Ok(visit.page(if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page))
}

async fn add(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>, form: PostedForm) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let (sealed, name, session) = (form.get("sealed"), form.get("name"), visit.session(host.id));
    let added = match security::add(&web.app, host.id, session, sealed, name, form.get("code")).await {
        Ok(Some(added)) => added,
        Ok(None) => {
            let path = format!("{}/authenticator", path_of(host.id));
            return sign_in_first(&web, &visit, &host, &path).await;
        }
        Err(Refusal::Invalid(why)) => {
            return offered(&web, &visit, &host, Some((sealed, name)), wrong_field(&why)).await;
        }
        Err(refusal) => return not_done(&web, &visit, &host, &refusal).await,
    };
    let mut response = match added.recovery_codes {
        Some(codes) => {
            let mine = security::look(&web.app, host.id, Some(&added.session)).await.ok().flatten();
            printed(&web, &visit, &host, mine.map(|mine| mine.person.sign_in_name), codes)
        }
        None => visit.go(&format!("{}?done=added", path_of(host.id))),
    };
    cookies::set_session(response.headers_mut(), host.id, &added.session);
    Ok(response)
}

fn printed(web: &Web, visit: &Visit, host: &Tenant, name: Option<String>, codes: Vec<String>) -> Response {
    let page = RecoveryCodes {
        frame: visit.frame(),
        tenant_name: host.display_name.clone(),
        sign_in_name: name.unwrap_or_default(),
        codes,
        at: Moment(web.app.now()),
        next: Link { label: "Back to Security".to_owned(), url: path_of(host.id) },
    };
    visit.page(StatusCode::OK, &page)
}

/// Whether a form was drawn for whoever is signed in now; another person looks first.
fn is_own(mine: Option<&Mine>, form: &PostedForm) -> bool {
    mine.is_none_or(|mine| mine.person.user.to_string() == form.about())
}

async fn remove(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>, form: PostedForm) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    if !is_own(mine(&web, &visit, &host).await?.as_ref(), &form) {
        return Ok(visit.go(&path_of(host.id)));
    }
    let factor = form.get("factor");
    let removed = match Uuid::try_parse(factor) {
        Ok(id) => security::remove(&web.app, host.id, visit.session(host.id), id).await,
        Err(_) => Err(Refusal::not_found(factor)),
    };
    match removed {
        Ok(Some(())) => Ok(visit.go(&format!("{}?done=removed", path_of(host.id)))),
        Ok(None) => sign_in_first(&web, &visit, &host, &path_of(host.id)).await,
        // Removed twice, or in another window: what is there now says so.
        Err(Refusal::NotFound { .. }) => Ok(visit.go(&path_of(host.id))),
        Err(refusal) => not_done(&web, &visit, &host, &refusal).await,
    }
}

async fn renew(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>, form: PostedForm) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let before = mine(&web, &visit, &host).await?;
    if !is_own(before.as_ref(), &form) {
        return Ok(visit.go(&path_of(host.id)));
    }
    match security::renew_recovery_codes(&web.app, host.id, visit.session(host.id)).await {
        Ok(Some(codes)) => {
            Ok(printed(&web, &visit, &host, before.map(|mine| mine.person.sign_in_name), codes))
        }
        Ok(None) => sign_in_first(&web, &visit, &host, &path_of(host.id)).await,
        Err(refusal) => not_done(&web, &visit, &host, &refusal).await,
    }
}

/// The page again, with the reason why nothing was done.
async fn not_done(web: &Web, visit: &Visit, host: &Tenant, refusal: &Refusal) -> Reply {
    let (Refusal::Conflict { cause }, Some(mine)) = (refusal, mine(web, visit, host).await?) else {
        return Err(refuse(visit, refusal, Some(host)));
    };
    let page = Security { problem: Some(cause.clone()), ..drawn(web, visit, mine) };
    Ok(visit.page(StatusCode::CONFLICT, &page))
}
