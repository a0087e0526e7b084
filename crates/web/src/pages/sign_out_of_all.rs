//! Signing out at a shared address (`common`, `organizations`) of a server with several organisations: of the one whose
//! id token comes with the wish, else of all that this browser is signed in at. Refuses what [`super::sign_out`] refuses:
//! to sign out on a link without asking (threats F15), and to send the browser to an address nobody registered.

use axum::response::Response;
use hospes_actions::sign_in::{self, LeavingAll, Parameters, issuer_of_hint, leaving_all};
use hospes_domain::ids::TenantId;
use hospes_domain::tenant::shared_name;
use http::StatusCode;

use super::deliver::policy_towards;
use super::error::refuse;
use super::sign_in::Reply;
use super::sign_out::{self, Left};
use super::view::{Link, SignOutOfAll, SignedOut};
use super::visit::Visit;
use super::{cookies, my_apps, which_tenant};
use crate::Web;

/// What a wish to sign out at an address comes to.
pub(super) enum Of {
    /// One organisation, or a name the rest of this server takes for one.
    One(String),
    /// All that the browser is signed in at, or none.
    All(LeavingAll),
}

/// Which organisations the name in an address means.
pub(super) async fn meant(
    web: &Web,
    visit: &Visit,
    name: &str,
    parameters: &Parameters,
) -> Result<Of, Response> {
    let no = |refusal| refuse(visit, &refusal, None);
    if shared_name(name).is_none() || which_tenant::only(web).await.map_err(no)?.is_some() {
        return Ok(Of::One(name.to_owned()));
    }
    if let Some(tenant) = issuer_of_hint(&web.app, parameters).await.map_err(no)? {
        return Ok(Of::One(tenant.to_string()));
    }
    let cookies: Vec<&str> = visit.sessions().collect();
    let all = leaving_all(&web.app, parameters, &cookies).await.map_err(no)?;
    Ok(match all.places.as_slice() {
        [(one, _)] => Of::One(one.tenant.id.to_string()),
        _ => Of::All(all),
    })
}

/// The question, or the page of somebody who is signed in nowhere.
pub(super) fn ask(visit: &Visit, all: &LeavingAll, parameters: &Parameters) -> Response {
    if all.places.is_empty() {
        return visit.page(StatusCode::OK, &signed_out(visit, all));
    }
    let page = SignOutOfAll {
        frame: visit.frame(),
        places: all
            .places
            .iter()
            .filter_map(|(place, _)| {
                let person = place.signed_in.as_ref()?;
                Some((place.tenant.display_name.clone(), person.sign_in_name.clone()))
            })
            .collect(),
        form: visit.form(sign_out::confirm_at("common", all.back.is_some(), parameters)),
        stay: my_apps::ANY.to_owned(),
    };
    let policy = policy_towards(all.back.as_ref().map(|(uri, _)| uri.as_str()));
    visit.page_with(StatusCode::OK, &page, &policy)
}

/// Signs out of each.
pub(super) async fn leave(web: &Web, visit: &Visit, all: &LeavingAll, parameters: &Parameters) -> Reply {
    let mut frames = Vec::new();
    for (_, cookie) in &all.places {
        frames.extend(sign_in::sign_out(&web.app, cookie).await.map_err(|no| refuse(visit, &no, None))?);
    }
    let left = Left {
        page: signed_out(visit, all),
        goes_back: !all.places.is_empty(),
        back: all.back.as_ref(),
        frames,
    };
    let mut response = sign_out::after(visit, left, parameters);
    let tenants = all.places.iter().map(|(place, _)| place.tenant.id);
    tenants.for_each(|tenant: TenantId| cookies::clear_session(response.headers_mut(), tenant));
    Ok(response)
}

fn signed_out(visit: &Visit, all: &LeavingAll) -> SignedOut {
    SignedOut {
        frame: visit.frame(),
        tenant_name: None,
        return_to: all.back.as_ref().map(|(uri, name)| Link { label: name.clone(), url: uri.clone() }),
        sign_in_again: Some(my_apps::ANY.to_owned()),
        frames: Vec::new(),
        onward: None,
    }
}
