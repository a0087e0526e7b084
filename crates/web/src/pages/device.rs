//! The page where somebody types the code that a device shows (RFC 8628 section 3.3), and the question whether the device may
//! sign in. Refuses to be hurried: no address carries a code, the question comes after the sign-in and says who asks
//! from where, and only so many codes are tried (threats F11).

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::sign_in::{self, Typed, begin_device};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use http::StatusCode;

use super::csrf::PostedForm;
use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::sign_in_posted::Posted;
use super::view::{DeviceCode, DeviceDone};
use super::visit::Visit;
use super::which_tenant;
use crate::Web;
use crate::http::{Access, Noise, Route};

const PATH: &str = "/devicelogin";

/// The page, for any organisation and for one, and the answers.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: PATH, access: Access::Browser, handler: || get(ask) },
    Route { method: "POST", path: PATH, access: Access::Browser, handler: || post(typed) },
    Route { method: "GET", path: "/{tenant}/device", access: Access::Browser, handler: || get(ask_at) },
    Route { method: "POST", path: "/{tenant}/device", access: Access::Browser, handler: || post(typed_at) },
    Route {
        method: "POST",
        path: "/{tenant}/sign-in/{flow}/allow-device",
        access: Access::Browser,
        handler: || post(allow),
    },
    Route {
        method: "POST",
        path: "/{tenant}/sign-in/{flow}/refuse-device",
        access: Access::Browser,
        handler: || post(turn_away),
    },
];

const WRONG: &str =
    "No device waits with this code here. Check it on the device; codes end after 15 minutes.";
const NO_ORGANISATION: &str = "No organisation on this server has that domain. Check it and try again.";

async fn ask(visit: Visit) -> Response {
    visit.page(StatusCode::OK, &page(&visit, PATH.to_owned(), Asked::default()))
}

async fn ask_at(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let tenant = which_tenant::of_path(&web, &visit, &tenant).await?;
    Ok(visit.page(StatusCode::OK, &page(&visit, path_at(tenant.id), Asked::default())))
}

async fn typed(State(web): State<Web>, visit: Visit, form: PostedForm) -> Reply {
    let named = form.get("organisation").trim();
    let domain = named.rsplit_once('@').map_or(named, |(_, domain)| domain);
    let at = match domain {
        "" => None,
        domain => match web.app.tenant_named(domain).await {
            Ok(tenant) => Some(tenant.id),
            Err(Refusal::NotFound { .. }) => {
                let asked = Asked {
                    code: form.get("user_code"),
                    organisation: Some(named),
                    error: Some(NO_ORGANISATION),
                };
                return Ok(
                    visit.page(StatusCode::UNPROCESSABLE_ENTITY, &page(&visit, PATH.to_owned(), asked))
                );
            }
            Err(refusal) => return Err(refuse(&visit, &refusal, None)),
        },
    };
    look_up(&web, &visit, (at, PATH.to_owned()), form.get("user_code")).await
}

async fn typed_at(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    form: PostedForm,
) -> Reply {
    let tenant = which_tenant::of_path(&web, &visit, &tenant).await?.id;
    look_up(&web, &visit, (Some(tenant), path_at(tenant)), form.get("user_code")).await
}

/// Begins the sign-in, or asks again.
async fn look_up(web: &Web, visit: &Visit, (at, action): (Option<TenantId>, String), code: &str) -> Reply {
    let no = |refusal: Refusal| refuse(visit, &refusal, None);
    visit.may(Noise::DeviceTried).map_err(no)?;
    visit.may_here(Noise::DeviceTriedHere).map_err(no)?;
    match begin_device(&web.app, at, code).await {
        Ok(Typed::Flow(tenant, flow)) => Ok(enter(web, visit, tenant, flow)),
        Ok(Typed::WhichOrganisation) => {
            let asked = Asked { code, organisation: Some(""), error: None };
            Ok(visit.page(StatusCode::OK, &page(visit, action, asked)))
        }
        Err(Refusal::OAuth(_)) => {
            visit.note(Noise::DeviceTried);
            visit.note_here(Noise::DeviceTriedHere);
            let asked = Asked { code, organisation: None, error: Some(WRONG) };
            Ok(visit.page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, action, asked)))
        }
        Err(refusal) => Err(no(refusal)),
    }
}

/// What stands in the form.
#[derive(Clone, Copy, Default)]
struct Asked<'a> {
    code: &'a str,
    organisation: Option<&'a str>,
    error: Option<&'a str>,
}

fn page(visit: &Visit, action: String, asked: Asked<'_>) -> DeviceCode {
    DeviceCode {
        frame: visit.frame(),
        code: asked.code.chars().filter(|c| !c.is_control()).take(40).collect(),
        organisation: asked.organisation.map(|name| name.chars().take(254).collect()),
        error: asked.error.map(str::to_owned),
        form: visit.form(action),
    }
}

fn path_at(tenant: TenantId) -> String {
    format!("/{tenant}/device")
}

async fn allow(at: Posted) -> Reply {
    match sign_in::allow_device(&at.web.app, &at.place, ObjectId::parse(at.form.about())).await {
        Ok(Some(name)) => Ok(done(&at.visit, name, true)),
        Ok(None) => Ok(at.onward()),
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

async fn turn_away(at: Posted) -> Reply {
    match sign_in::refuse_device(&at.web.app, &at.place).await {
        Ok(name) => Ok(done(&at.visit, name, false)),
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

/// The last page: nothing is left to do here.
pub(super) fn done(visit: &Visit, app_name: String, allowed: bool) -> Response {
    visit.page(StatusCode::OK, &DeviceDone { frame: visit.frame(), app_name, allowed })
}
