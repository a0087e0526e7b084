//! My Apps: the panel of whoever is signed in; everybody else signs in first. Refuses to show anything
//! of another tenant than the path names.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use hospes_actions::{sessions, sign_in};
use hospes_domain::access::UserType;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::session::{HOME, PASSCODE, PASSKEY};
use http::StatusCode;
use url::form_urlencoded;

use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::view::{AppTile, Host, Link, MyApps};
use super::visit::Visit;
use super::{
    change_password, leave, organisation, passkeys, security, sessions as sessions_page, setup, which_tenant,
};
use crate::Web;
use crate::http::{Access, Route};

/// The panel.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: ANY, access: Access::Browser, handler: || get(whose) },
    Route { method: "GET", path: "/myapps/", access: Access::Browser, handler: || get(whose) },
    Route { method: "GET", path: "/myapps/{tenant}", access: Access::Browser, handler: || get(panel) },
];

/// The root of the public site.
pub const FRONT: &[Route] =
    &[Route { method: "GET", path: "/", access: Access::Public, handler: || get(front) }];

/// Path of the panel of whichever organisation this browser is signed in at.
pub const ANY: &str = "/myapps";

/// Path of the panel of a tenant.
pub fn path_of(tenant: TenantId) -> String {
    format!("/myapps/{tenant}")
}

async fn front(State(web): State<Web>, visit: Visit) -> Response {
    visit.go(if web.options.door.is_open() { setup::PATH } else { ANY })
}

/// The panel of the organisation the address names as links to the original's do (`?tenantid=`, in any case of letters;
/// reference/redemption.md section 1), else of the one somebody is signed in to, else of the only one.
async fn whose(State(web): State<Web>, visit: Visit, RawQuery(query): RawQuery) -> Reply {
    let no = |refusal: Refusal| refuse(&visit, &refusal, None);
    if let Some(named) = named(query.as_deref().unwrap_or_default()) {
        let tenant = which_tenant::resolve(&web, &named).await.map_err(no)?;
        return Ok(visit.go(&path_of(tenant.id)));
    }
    for cookie in visit.sessions() {
        if let Some(person) = sessions::find(&web.app, cookie).await.map_err(no)? {
            return Ok(visit.go(&path_of(person.tenant)));
        }
    }
    match which_tenant::only(&web).await.map_err(no)? {
        Some(tenant) => Ok(visit.go(&path_of(tenant.id))),
        None => Ok(visit.go(organisation::FOR_MY_APPS)),
    }
}

/// The organisation a query names; an empty value is none, as in `https://myapps.microsoft.com?tenantId=`.
fn named(query: &str) -> Option<String> {
    let found =
        form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name.eq_ignore_ascii_case("tenantid"));
    found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
}

async fn panel(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let no = |refusal: Refusal| refuse(&visit, &refusal, None);
    let tenant = which_tenant::resolve(&web, &tenant).await.map_err(no)?.id;
    let Some(panel) = sign_in::my_apps(&web.app, tenant, visit.session(tenant)).await.map_err(no)? else {
        let flow = sign_in::begin(&web.app, tenant, &path_of(tenant)).await.map_err(no)?;
        return Ok(enter(&web, &visit, tenant, flow));
    };
    let person = panel.person;
    let page = MyApps {
        frame: visit.frame(),
        host: Host {
            name: panel.tenant.display_name,
            domain: panel.tenant.initial_domain,
            domain_verified: true,
        },
        person_name: person.display_name,
        guest: person.user_type == UserType::Guest,
        security: security_links(&web, tenant, person.external),
        leave: person.external.then(|| leave::path_of(tenant)),
        sign_in_name: person.sign_in_name,
        account: account(&person.method).to_owned(),
        apps: panel.apps.into_iter().map(tile).collect(),
        groups: panel.groups,
        sign_out: visit.form(format!("/{tenant}/sign-out")),
    };
    Ok(visit.page(StatusCode::OK, &page))
}

/// Where people look after the way they sign in; the password and passkeys of guests are where their identity is.
pub fn security_links(web: &Web, tenant: TenantId, external: bool) -> Vec<Link> {
    let link = |label: &str, url| Link { label: label.to_owned(), url };
    let mut links = vec![
        link("Where you\u{2019}re signed in", sessions_page::path_of(tenant)),
        link("Security: how you sign in", security::path_of(tenant)),
        link("Apps you allowed", super::consents::path_of(tenant)),
    ];
    if !external {
        links.extend(own_links(web, tenant));
    }
    links
}

/// What members look after besides.
pub fn own_links(web: &Web, tenant: TenantId) -> Vec<Link> {
    let link = |label: &str, url| Link { label: label.to_owned(), url };
    let mut links = vec![link("Change password", change_password::path_of(tenant))];
    links.extend(web.app.has_passkeys().then(|| link("Passkeys", passkeys::path_of(tenant))));
    links
}

/// What somebody signs in with, by a method of [`hospes_domain::session`].
pub fn account(method: &str) -> &'static str {
    match method {
        PASSCODE => "Code sent to your mailbox",
        HOME => "Account of your organisation",
        PASSKEY => "Passkey",
        _ => "Password",
    }
}

fn tile(app: sign_in::MyApp) -> AppTile {
    let detail = hospes_domain::redirect::host(&app.url).unwrap_or_default();
    AppTile { name: app.name, url: app.url, detail }
}
