//! Admin consent: an administrator agrees for the whole organisation (reference/tokens-and-sign-in.md section 4). Two
//! addresses, of the newer and the older endpoint, show the same page. Refuses to grant on a link (threats H1): the form
//! repeats the request, which is checked again.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::sign_in::{
    self, AdminConsent, AskedFor, Needed, Parameters, Wish, consent_at_shared_address, consent_for_all,
    refuse_for_all, review,
};
use hospes_actions::sign_ins::{Turned, page_refused};
use hospes_domain::ids::ClientId;
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::{needs_admin, repeated, unprintable};
use hospes_domain::tenant::{Tenant, shared_name};
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
use super::{organisation, which_tenant};
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
        let shared = shared_name(tenant).is_some()
            && which_tenant::only(web).await.map_err(|no| refuse(visit, &no, None))?.is_none();
        let host = if shared { None } else { Some(which_tenant::of_path(web, visit, tenant).await?) };
        let query = query.unwrap_or_default();
        let all = pairs(query.as_bytes());
        let wrong = if query.len() > LONGEST {
            Some((90013, format!("The request is longer than {LONGEST} bytes.")))
        } else {
            repeated(&all).or_else(|| unprintable(&all)).map(|cause| (90013, cause))
        };
        let parameters = Parameters::new(all);
        let owned = |name: &str| parameters.get(name).map(str::to_owned);
        let client = parameters.get("client_id").and_then(|id| id.parse().ok());
        let missing = || (900_144, "The request has no client_id that could be one.".to_owned());
        let client = match (client, wrong) {
            (Some(client), None) => client,
            (client, wrong) => {
                let (code, cause) = wrong.unwrap_or_else(missing);
                let refusal = Refusal::oauth("invalid_request", code, cause);
                if let Some(host) = &host {
                    page_refused(&web.app, turned(visit, host, client), &refusal).await;
                }
                return Err(refuse(visit, &refusal, host.as_ref()));
            }
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
        let host = match host {
            Some(host) => host,
            None => Self::host(web, visit, &wish, &query).await?,
        };
        Ok(Self { host, wish, query, another_account })
    }

    /// The organisation that a request to a shared address means; the administrator is asked if that is not certain.
    async fn host(web: &Web, visit: &Visit, wish: &Wish, query: &str) -> Result<Tenant, Response> {
        let no = |refusal| refuse(visit, &refusal, None);
        let cookies: Vec<&str> = visit.sessions().collect();
        match consent_at_shared_address(&web.app, wish, &cookies).await.map_err(no)? {
            Some(tenant) => web.app.tenant_named(&tenant.to_string()).await.map_err(no),
            None => Err(visit.go(&organisation::for_consent(wish.older, query))),
        }
    }

    fn path(&self, step: &str) -> String {
        let endpoint = if self.wish.older { "adminconsent" } else { "v2.0/adminconsent" };
        format!("/{}/{endpoint}{step}?{}", self.host.id, self.query)
    }

    /// The page of a refusal, on record so that its reference leads somewhere.
    async fn no(&self, web: &Web, visit: &Visit, refusal: Refusal) -> Response {
        page_refused(&web.app, turned(visit, &self.host, Some(self.wish.client)), &refusal).await;
        refuse(visit, &refusal, Some(&self.host))
    }
}

fn turned(visit: &Visit, host: &Tenant, client: Option<ClientId>) -> Turned {
    Turned { tenant: host.id, client, session: visit.session(host.id).map(str::to_owned) }
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
        return match sign_in::begin_again(&web.app, host, &asking.path("")).await {
            Ok(flow) => Ok(enter(web, visit, host, flow)),
            Err(refusal) => Err(asking.no(web, visit, refusal).await),
        };
    }
    let found = match review(&web.app, host, visit.session(host), asking.wish.clone()).await {
        Ok(found) => found,
        Err(refusal) => return Err(asking.no(web, visit, refusal).await),
    };
    let Some(found) = found else {
        return match sign_in::begin(&web.app, host, &asking.path("")).await {
            Ok(flow) => Ok(enter(web, visit, host, flow)),
            Err(refusal) => Err(asking.no(web, visit, refusal).await),
        };
    };
    let policy = policy_towards(Some(&found.redirect_uri));
    if let Some(why) = &found.refused {
        let (rule, refusal) = (why.reason.to_owned(), Refusal::OAuth(needs_admin()));
        page_refused(&web.app, turned(visit, &asking.host, Some(asking.wish.client)), &refusal).await;
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
        on_device: false,
        trace: visit.trace(&Refusal::OAuth(needs_admin())),
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
        Err(refusal) => Err(asking.no(&web, &visit, refusal).await),
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
    match refuse_for_all(&web.app, asking.host.id, asking.wish.clone()).await {
        Ok(answer) => Ok(deliver(&visit, answer)),
        Err(refusal) => Err(asking.no(&web, &visit, refusal).await),
    }
}
