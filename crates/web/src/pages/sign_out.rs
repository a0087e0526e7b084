//! Signing out: by a button, or because an app asks (OpenID Connect RP-Initiated Logout 1.0). Refuses
//! to sign out on a link without asking, unless the app proves whose session it means (threats F15),
//! and to send the browser to an address nobody registered.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::sign_in::{self, Leaving, Parameters, leaving};
use http::StatusCode;
use url::form_urlencoded;

use super::csrf::PostedForm;
use super::deliver::{csp_with_frames, policy_towards};
use super::error::refuse;
use super::sign_in::Reply;
use super::sign_out_of_all::{self, Of};
use super::view::{Link, SignOut, SignedOut};
use super::visit::Visit;
use super::{cookies, my_apps, which_tenant};
use crate::Web;
use crate::http::{Access, Route};

/// Signing out of an organisation.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/{tenant}/sign-out", access: Access::Browser, handler: || get(ask) },
    Route {
        method: "POST",
        path: "/{tenant}/sign-out",
        access: Access::Browser,
        handler: || post(confirmed),
    },
];

async fn ask(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    wish(&web, &visit, &tenant, pairs(query.unwrap_or_default().as_bytes())).await
}

async fn confirmed(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    _form: PostedForm,
) -> Reply {
    let parameters = Parameters::new(pairs(query.unwrap_or_default().as_bytes()));
    match sign_out_of_all::meant(&web, &visit, &tenant, &parameters).await? {
        Of::One(tenant) => {
            let wish = looked_up(&web, &visit, &tenant, &parameters).await?;
            leave(&web, &visit, wish, &parameters).await
        }
        Of::All(all) => sign_out_of_all::leave(&web, &visit, &all, &parameters).await,
    }
}

/// The decoded pairs of a query or a form.
pub fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// A wish to sign out, from a link or an app: done at once if it is certainly the person's app, or
/// nobody is signed in; otherwise a question.
pub async fn wish(web: &Web, visit: &Visit, tenant: &str, pairs: Vec<(String, String)>) -> Reply {
    let parameters = Parameters::new(pairs);
    let tenant = match sign_out_of_all::meant(web, visit, tenant, &parameters).await? {
        Of::One(tenant) => tenant,
        Of::All(all) => return Ok(sign_out_of_all::ask(visit, &all, &parameters)),
    };
    let wish = looked_up(web, visit, &tenant, &parameters).await?;
    let Some(person) = wish.signed_in.as_ref().filter(|_| !wish.certain) else {
        return leave(web, visit, wish, &parameters).await;
    };
    let id = wish.tenant.id;
    let page = SignOut {
        frame: visit.frame(),
        tenant_name: wish.tenant.display_name.clone(),
        signed_in_as: person.sign_in_name.clone(),
        form: visit.form(confirm_at(&id.to_string(), wish.back.is_some(), &parameters)),
        stay: my_apps::path_of(id),
    };
    let policy = policy_towards(wish.back.as_ref().map(|(uri, _)| uri.as_str()));
    Ok(visit.page_with(StatusCode::OK, &page, &policy))
}

/// Where the answer to the question goes, with what the app asked for if it will be heard.
pub(super) fn confirm_at(tenant: &str, back: bool, parameters: &Parameters) -> String {
    let mut action = format!("/{tenant}/sign-out");
    let kept: Vec<(&str, &str)> = ["client_id", "post_logout_redirect_uri", "state"]
        .into_iter()
        .filter_map(|name| parameters.get(name).map(|value| (name, value)))
        .filter(|_| back)
        .collect();
    if !kept.is_empty() {
        action.push('?');
        action.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish());
    }
    action
}

async fn looked_up(
    web: &Web,
    visit: &Visit,
    tenant: &str,
    parameters: &Parameters,
) -> Result<Leaving, Response> {
    let no = |refusal| refuse(visit, &refusal, None);
    let tenant = which_tenant::resolve(web, tenant).await.map_err(no)?;
    leaving(&web.app, tenant.id, parameters, visit.session(tenant.id)).await.map_err(no)
}

async fn leave(web: &Web, visit: &Visit, wish: Leaving, parameters: &Parameters) -> Reply {
    let frames = match (&wish.signed_in, visit.session(wish.tenant.id)) {
        (Some(_), Some(cookie)) => {
            sign_in::sign_out(&web.app, cookie).await.map_err(|refusal| refuse(visit, &refusal, None))?
        }
        _ => Vec::new(),
    };
    let was_in = wish.signed_in.is_some();
    let goes_back = was_in || wish.by_app;
    let left = Left { page: signed_out(visit, &wish), goes_back, back: wish.back.as_ref(), frames };
    let mut response = after(visit, left, parameters);
    if was_in {
        cookies::clear_session(response.headers_mut(), wish.tenant.id);
    }
    Ok(response)
}

/// What is left when sessions have ended.
pub(super) struct Left<'a> {
    /// The page that says so.
    pub(super) page: SignedOut,
    /// Whether the browser goes back to the app by itself: somebody was signed in, or the app proved that it asks.
    pub(super) goes_back: bool,
    /// Where the browser may go, and the name of the app there.
    pub(super) back: Option<&'a (String, String)>,
    /// Addresses of apps that hear of it in frames.
    pub(super) frames: Vec<String>,
}

/// On to the app, or a page.
pub(super) fn after(visit: &Visit, left: Left<'_>, parameters: &Parameters) -> Response {
    let Left { page, goes_back, back, frames } = left;
    let onward = back.map(|(uri, _)| with_state(uri, parameters.get("state")));
    // Other apps hear of it in frames, so the person has to stay for a moment (OIDC Front-Channel Logout 1.0).
    if !frames.is_empty() {
        let policy = csp_with_frames(frames.iter().map(String::as_str));
        return visit.page_with(StatusCode::OK, &SignedOut { frames, onward, ..page }, &policy);
    }
    match onward {
        // A mere link of a stranger, with nothing to confirm, leads to a page and not away.
        Some(to) if goes_back => visit.go(&to),
        _ => visit.page(StatusCode::OK, &page),
    }
}

fn signed_out(visit: &Visit, wish: &Leaving) -> SignedOut {
    SignedOut {
        frame: visit.frame(),
        tenant_name: Some(wish.tenant.display_name.clone()),
        return_to: wish.back.as_ref().map(|(uri, name)| Link { label: name.clone(), url: uri.clone() }),
        sign_in_again: Some(my_apps::path_of(wish.tenant.id)),
        frames: Vec::new(),
        onward: None,
    }
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return uri.to_owned() };
    let mark = if uri.contains('?') { '&' } else { '?' };
    let state: String = form_urlencoded::byte_serialize(state.as_bytes()).collect();
    format!("{uri}{mark}state={state}")
}
