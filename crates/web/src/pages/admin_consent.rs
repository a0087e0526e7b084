//! Admin consent: an administrator agrees for the whole organisation (reference/tokens-and-sign-in.md section 4). Two
//! addresses, of the newer and the older endpoint, show the same page. Refuses to grant on a link (threats H1): the form
//! repeats the request, which is checked again.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::sign_in::{
    self, AdminConsent, AskedFor, Needed, Parameters, Wish, consent_for_all, refuse_for_all, review,
};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use http::StatusCode;
use url::form_urlencoded;

use super::csrf::PostedForm;
use super::deliver::{deliver, policy_towards};
use super::error::refuse;
use super::sign_in::{Reply, enter};
use super::sign_in_forms as forms;
use super::sign_out::pairs;
use super::view::{self, Another, Scope, Wanted};
use super::visit::Visit;
use super::which_tenant;
use crate::Web;
use crate::http::{Access, Route};

const fn page(path: &'static str, handler: fn() -> axum::routing::MethodRouter<Web>) -> Route {
    Route { method: "GET", path, access: Access::Browser, handler }
}

const fn posted(path: &'static str, handler: fn() -> axum::routing::MethodRouter<Web>) -> Route {
    Route { method: "POST", path, access: Access::Browser, handler }
}

/// Both endpoints and their forms.
pub const ROUTES: &[Route] = &[
    page("/{tenant}/v2.0/adminconsent", || get(show::<false>)),
    page("/{tenant}/adminconsent", || get(show::<true>)),
    posted("/{tenant}/v2.0/adminconsent/accept", || post(accept::<false>)),
    posted("/{tenant}/v2.0/adminconsent/cancel", || post(cancel::<false>)),
    posted("/{tenant}/adminconsent/accept", || post(accept::<true>)),
    posted("/{tenant}/adminconsent/cancel", || post(cancel::<true>)),
];

/// The longest request, in bytes: it travels in addresses.
const LONGEST: usize = 8192;

/// A request with the organisation it is sent to.
struct Asking {
    host: Tenant,
    wish: Wish,
    query: String,
    /// "Sign in with another account" of the page for those who cannot grant it.
    another_account: bool,
}

impl Asking {
    async fn read(
        web: &Web,
        visit: &Visit,
        tenant: &str,
        query: Option<String>,
        older: bool,
    ) -> Result<Self, Response> {
        let host = which_tenant::of_path(web, visit, tenant).await?;
        let no = |code, text: &str| {
            Err(refuse(visit, &Refusal::oauth("invalid_request", code, text), Some(&host)))
        };
        let query = query.unwrap_or_default();
        if query.len() > LONGEST {
            return no(90013, "The request is too long.");
        }
        let all = pairs(query.as_bytes());
        let twice =
            all.iter().enumerate().any(|(at, (name, _))| all[..at].iter().any(|(other, _)| other == name));
        if twice {
            return no(90013, "A parameter is given more than once.");
        }
        let parameters = Parameters::new(all);
        let owned = |name: &str| parameters.get(name).map(str::to_owned);
        let Some(client) = parameters.get("client_id").and_then(|id| id.parse().ok()) else {
            return no(900_144, "The request has no client_id that could be one.");
        };
        let another_account = parameters.get("prompt") == Some("select_account");
        let wish = Wish {
            client,
            redirect_uri: owned("redirect_uri"),
            scope: owned("scope").filter(|_| !older),
            state: owned("state"),
            older,
        };
        // Only what was understood goes on.
        let known = [
            ("client_id", Some(client.to_string())),
            ("redirect_uri", wish.redirect_uri.clone()),
            ("scope", wish.scope.clone()),
            ("state", wish.state.clone()),
        ];
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(known.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))))
            .finish();
        Ok(Self { host, wish, query, another_account })
    }

    fn path(&self, step: &str) -> String {
        let endpoint = if self.wish.older { "adminconsent" } else { "v2.0/adminconsent" };
        format!("/{}/{endpoint}{step}?{}", self.host.id, self.query)
    }

    fn no(&self, visit: &Visit, refusal: &Refusal) -> Response {
        refuse(visit, refusal, Some(&self.host))
    }
}

async fn show<const OLDER: bool>(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Reply {
    render(&web, &visit, Asking::read(&web, &visit, &tenant, query, OLDER).await?, false).await
}

/// The page; `changed` when it comes in answer to a form that agreed to another list.
async fn render(web: &Web, visit: &Visit, asking: Asking, changed: bool) -> Reply {
    let host = asking.host.id;
    if asking.another_account {
        let flow = sign_in::begin_again(&web.app, host, &asking.path("")).await;
        return Ok(enter(web, visit, host, flow.map_err(|refusal| asking.no(visit, &refusal))?));
    }
    let found = review(&web.app, host, visit.session(host), asking.wish.clone()).await;
    let Some(found) = found.map_err(|refusal| asking.no(visit, &refusal))? else {
        let flow = sign_in::begin(&web.app, host, &asking.path("")).await;
        return Ok(enter(web, visit, host, flow.map_err(|refusal| asking.no(visit, &refusal))?));
    };
    let policy = policy_towards(Some(&found.redirect_uri));
    if let Some(why) = &found.refused {
        let rule = why.reason.to_owned();
        let page = need_admin(visit, &asking, rule, found);
        return Ok(visit.page_with(StatusCode::FORBIDDEN, &page, &policy));
    }
    let accept = visit.form_about(&asking.path("/accept"), &found.about());
    let page = view::AdminConsent {
        frame: visit.frame(),
        app_name: found.app_name,
        app_host: hospes_domain::redirect::host(&found.redirect_uri)
            .unwrap_or_else(|| found.redirect_uri.clone()),
        host_name: found.tenant.display_name,
        signed_in_as: found.person.sign_in_name,
        wanted: found.needed.into_iter().map(wanted).collect(),
        changed,
        accept,
        cancel: visit.form(asking.path("/cancel")),
    };
    let status = if changed { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(visit.page_with(status, &page, &policy))
}

/// For those who cannot grant it: whom to ask, and the way back to the application, which hears what it hears on "Cancel".
fn need_admin(visit: &Visit, asking: &Asking, rule: String, found: AdminConsent) -> view::NeedAdmin {
    view::NeedAdmin {
        frame: visit.frame(),
        app_name: found.app_name,
        host_name: found.tenant.display_name,
        signed_in_as: found.person.sign_in_name,
        rule,
        wanted: found.needed.into_iter().map(wanted).collect(),
        another: Another::Path(format!("{}&prompt=select_account", asking.path(""))),
        back: visit.form(asking.path("/cancel")),
    }
}

fn wanted(needed: Needed) -> Wanted {
    let scopes = |asked: Vec<AskedFor>| asked.into_iter().map(forms::scope).collect::<Vec<Scope>>();
    Wanted { resource: needed.resource, on_behalf: scopes(needed.on_behalf), own: scopes(needed.own) }
}

async fn accept<const OLDER: bool>(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    form: PostedForm,
) -> Reply {
    let asking = Asking::read(&web, &visit, &tenant, query, OLDER).await?;
    let (host, wish) = (asking.host.id, asking.wish.clone());
    match consent_for_all(&web.app, host, visit.session(host), wish, form.about()).await {
        Ok(Some(answer)) => Ok(deliver(&visit, answer)),
        // The page asks again, whoever is signed in now.
        Ok(None) => Ok(visit.go(&asking.path(""))),
        Err(Refusal::Stale) => render(&web, &visit, asking, true).await,
        Err(refusal) => Err(asking.no(&visit, &refusal)),
    }
}

async fn cancel<const OLDER: bool>(
    State(web): State<Web>,
    visit: Visit,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    _form: PostedForm,
) -> Reply {
    let asking = Asking::read(&web, &visit, &tenant, query, OLDER).await?;
    let answer = refuse_for_all(&web.app, asking.host.id, asking.wish.clone()).await;
    Ok(deliver(&visit, answer.map_err(|refusal| asking.no(&visit, &refusal))?))
}
