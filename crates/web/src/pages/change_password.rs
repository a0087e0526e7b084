//! "Change password": a member replaces the password, knowing the present one. Refuses guests, whose password is not
//! here, and to take one person's password for another's.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::passwords::{Changed, change_in_session};
use hospes_actions::sessions::{self, SignedIn};
use hospes_actions::sign_in;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::{Invalid, Refusal};
use hospes_domain::tenant::Tenant;
use http::StatusCode;
use zeroize::Zeroizing;

use super::csrf::PostedForm;
use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::sign_in_forms::typed_twice;
use super::view::{ChangePassword, PasswordChanged};
use super::visit::Visit;
use super::{device_cookie, my_apps, which_tenant};
use crate::Web;
use crate::http::{Access, Route};

const PATH: &str = "/{tenant}/security/password";

/// The page and what it posts.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: PATH, access: Access::Browser, handler: || get(show) },
    Route { method: "POST", path: PATH, access: Access::Browser, handler: || post(change) },
];

/// Path of the page.
pub fn path_of(tenant: TenantId) -> String {
    format!("/{tenant}/security/password")
}

async fn show(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    match member(&web, &visit, &host).await? {
        Some(person) => Ok(visit.page(StatusCode::OK, &page(&visit, &host, &person, &Invalid::default()))),
        None => sign_in_first(&web, &visit, &host).await,
    }
}

async fn change(State(web): State<Web>, visit: Visit, Path(tenant): Path<String>, form: PostedForm) -> Reply {
    let host = which_tenant::of_path(&web, &visit, &tenant).await?;
    let Some(person) = member(&web, &visit, &host).await? else {
        return sign_in_first(&web, &visit, &host).await;
    };
    let changed = match typed_twice(&form) {
        Ok(new) => {
            let current = Zeroizing::new(form.get("current").to_owned());
            let (session, who) = (visit.session(host.id), ObjectId::parse(form.about()));
            change_in_session(&web.app, host.id, session, who, (current, new)).await
        }
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(Changed::Done(entered)) => {
            let my_apps = my_apps::path_of(host.id);
            let page = PasswordChanged { frame: visit.frame(), tenant_name: host.display_name, my_apps };
            let mut response = visit.page(StatusCode::OK, &page);
            device_cookie::entered(&web, &visit, host.id, response.headers_mut(), &entered);
            Ok(response)
        }
        Ok(Changed::SomebodyElse) => Ok(visit.go(&path_of(host.id))),
        Err(Refusal::Invalid(why)) => {
            Ok(visit.page(StatusCode::UNPROCESSABLE_ENTITY, &page(&visit, &host, &person, &why)))
        }
        Err(refusal) => Err(refuse(&visit, &refusal, Some(&host))),
    }
}

/// The member who is signed in at the organisation.
pub(super) async fn member(web: &Web, visit: &Visit, host: &Tenant) -> Result<Option<SignedIn>, Response> {
    let no = |refusal: Refusal| refuse(visit, &refusal, Some(host));
    let Some(cookie) = visit.session(host.id) else { return Ok(None) };
    let found = sessions::find(&web.app, cookie).await.map_err(no)?;
    match found.filter(|person| person.tenant == host.id) {
        Some(person) if person.external => {
            let remedy = "Look after your account where you have it.";
            Err(no(Refusal::invalid("", "You sign in here with an account from elsewhere.", remedy)))
        }
        person => Ok(person),
    }
}

async fn sign_in_first(web: &Web, visit: &Visit, host: &Tenant) -> Reply {
    let flow = sign_in::begin(&web.app, host.id, &path_of(host.id)).await;
    Ok(enter(web, visit, host.id, flow.map_err(|refusal| refuse(visit, &refusal, Some(host)))?))
}

fn page(visit: &Visit, host: &Tenant, person: &SignedIn, why: &Invalid) -> ChangePassword {
    let said = format!("{} {}", why.cause, why.remedy);
    let of_present = why.field == "currentPassword";
    let error = (!why.cause.is_empty()).then_some(said);
    ChangePassword {
        frame: visit.frame(),
        tenant_name: host.display_name.clone(),
        signed_in_as: person.sign_in_name.clone(),
        current_error: error.clone().filter(|_| of_present),
        error: error.filter(|_| !of_present),
        form: visit.form_about(&path_of(host.id), &person.user.to_string()),
        stay: my_apps::path_of(host.id),
    }
}
