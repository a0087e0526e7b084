//! The page of a sign-in: whatever [`look`] says comes next. Refuses flows this browser did not begin
//! (threats F13), and to change anything on GET but to answer the app. Its forms are in
//! [`super::sign_in_forms`].

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::sign_in::{Ask, Page, Place, finish, look};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::{Refusal, SignInRefusal};
use http::StatusCode;
use uuid::Uuid;

use super::deliver::{deliver, policy_towards};
use super::error::refuse;
use super::sign_in_forms as forms;
use super::sign_in_second as second;
use super::view::{
    DeviceConfirm, Done, Form, Host, KnownAccount, Link, NewPassword, Passcode, PasscodeError, PasskeyButton,
    Password, SendPasscode, SignIn,
};
use super::visit::Visit;
use super::words::{self, Moment};
use super::{cookies, flow_cookie, with_script};
use crate::Web;
use crate::http::{Access, Route};

const fn posted(path: &'static str, handler: fn() -> axum::routing::MethodRouter<Web>) -> Route {
    Route { method: "POST", path, access: Access::Browser, handler }
}

/// The pages of a sign-in and what they post.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: "/{tenant}/sign-in/{flow}", access: Access::Browser, handler: || get(show) },
    Route {
        method: "GET",
        path: "/{tenant}/sign-in/{flow}/joined",
        access: Access::Browser,
        handler: || get(joined),
    },
    posted("/{tenant}/sign-in/{flow}/address", || post(forms::address)),
    posted("/{tenant}/sign-in/{flow}/another-account", || post(forms::another_account)),
    posted("/{tenant}/sign-in/{flow}/password", || post(forms::password)),
    posted("/{tenant}/sign-in/{flow}/new-password", || post(forms::new_password)),
    posted("/{tenant}/sign-in/{flow}/send-code", || post(forms::send_code)),
    posted("/{tenant}/sign-in/{flow}/code", || post(forms::code)),
    posted("/{tenant}/sign-in/{flow}/second-factor", || post(second::second_factor)),
    posted("/{tenant}/sign-in/{flow}/enrol", || post(second::enrol)),
    posted("/{tenant}/sign-in/{flow}/accept", || post(forms::accept)),
    posted("/{tenant}/sign-in/{flow}/decline", || post(forms::decline)),
];

const JOINED: &str = "/joined";

/// A page, or the page of a refusal.
pub(super) type Reply = Result<Response, Response>;
/// Tenant and flow of a path.
pub(super) type FlowPath = Path<(String, String)>;

/// What went wrong with the form before.
#[derive(Clone, Copy, Default)]
pub(super) struct Problem<'a> {
    /// What was typed as the address, and why it is none.
    pub address: Option<(&'a str, &'a str)>,
    /// Why the password was not taken.
    pub password: Option<&'a str>,
    /// Why the passkey was not taken.
    pub passkey: Option<&'a str>,
    /// Why the new password was not taken.
    pub new_password: Option<&'a str>,
    /// Why the code was not taken.
    pub code: Option<PasscodeError>,
    /// Whether the app asks for something else than when the person agreed.
    pub changed: bool,
}

impl Problem<'_> {
    fn is_any(&self) -> bool {
        self.address.is_some()
            || self.password.is_some()
            || self.passkey.is_some()
            || self.new_password.is_some()
            || self.code.is_some()
    }
}

/// Path of the page of a flow.
pub fn path_of(tenant: TenantId, flow: Uuid) -> String {
    format!("/{tenant}/sign-in/{flow}")
}

/// Path of the page after a redemption on the way; [`without_joined`] leads from it to the flow.
pub(super) fn joined_path_of(tenant: TenantId, flow: Uuid) -> String {
    format!("{}{JOINED}", path_of(tenant, flow))
}

/// The path of the flow itself, for somebody who did not agree.
pub(super) fn without_joined(path: &str) -> &str {
    path.strip_suffix(JOINED).unwrap_or(path)
}

/// On to the page of a flow that has just begun in this browser.
pub fn enter(web: &Web, visit: &Visit, tenant: TenantId, flow: Uuid) -> Response {
    enter_at(web, visit, (tenant, flow), &path_of(tenant, flow))
}

/// The same where the person signs in elsewhere first: the browser goes to that path and comes back to the flow.
pub fn enter_at(web: &Web, visit: &Visit, (tenant, flow): (TenantId, Uuid), path: &str) -> Response {
    let mut response = visit.go(path);
    if let Some(value) = flow_cookie::with(web, visit, tenant, flow) {
        let name = cookies::of_tenant(cookies::FLOW, tenant);
        cookies::set(response.headers_mut(), &name, &value);
    }
    response
}

/// The flow of a path, if this browser has begun it.
pub(super) fn place(web: &Web, visit: &Visit, (tenant, flow): (&str, &str)) -> Result<Place, Response> {
    let lost = || refuse(visit, &Refusal::SignIn(SignInRefusal::FlowLost), None);
    let tenant = TenantId::parse(tenant).ok_or_else(lost)?;
    let flow = Uuid::try_parse(flow).map_err(|_| lost())?;
    if !flow_cookie::holds(web, visit, tenant, flow) {
        return Err(lost());
    }
    Ok(Place { tenant, flow, session: visit.session(tenant).map(str::to_owned) })
}

/// The page of a refusal, with the organisation's name: this browser has begun a flow there. A form that comes too late,
/// because the flow has gone on in another tab or by a first click, leads to where the flow is now.
pub(super) async fn no(web: &Web, visit: &Visit, place: &Place, refusal: &Refusal) -> Response {
    if *refusal == Refusal::SignIn(SignInRefusal::FlowLost) && look(&web.app, place).await.is_ok() {
        return visit.go(&path_of(place.tenant, place.flow));
    }
    let host = web.app.tenant_named(&place.tenant.to_string()).await.ok();
    refuse(visit, refusal, host.as_ref())
}

async fn show(
    State(web): State<Web>,
    visit: Visit,
    Path((tenant, flow)): FlowPath,
    RawQuery(query): RawQuery,
) -> Reply {
    let place = place(&web, &visit, (&tenant, &flow))?;
    // "Use another account" asks for the address again, whatever was typed before.
    let again = query.as_deref() == Some("account=another");
    render(&web, &visit, &place, again, Problem::default()).await
}

/// The page of a flow as it stands.
pub(super) async fn render(
    web: &Web,
    visit: &Visit,
    place: &Place,
    again: bool,
    problem: Problem<'_>,
) -> Reply {
    let page = match look(&web.app, place).await {
        Ok(page) => page,
        Err(refusal) => return Err(no(web, visit, place, &refusal).await),
    };
    let to = page.app.as_ref().map(|app| app.redirect_uri.clone());
    let policy = policy_towards(to.as_deref());
    let wrong = problem.is_any();
    let status = match (problem.changed, wrong) {
        (true, _) => StatusCode::CONFLICT,
        (_, true) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let passkeys = web.app.has_passkeys();
    // Only the page with the button loads the script.
    let scripted = if passkeys { with_script(&policy) } else { policy.clone() };
    let at = Standing { visit, base: path_of(place.tenant, place.flow), passkeys, page };
    let asks_for_proof =
        matches!(at.page.ask, Ask::Password | Ask::SendPasscode { .. } | Ask::Passcode { .. });
    if (again && asks_for_proof) || problem.address.is_some() || problem.passkey.is_some() {
        return Ok(visit.page_with(status, &at.address(problem), &scripted));
    }
    Ok(match at.page.ask.clone() {
        Ask::Address => visit.page_with(status, &at.address(problem), &scripted),
        Ask::Password => visit.page_with(status, &at.password(problem), &policy),
        Ask::NewPassword => visit.page_with(status, &at.new_password(problem), &policy),
        // A code that is used up leaves its page, with the reason and the button for a new one.
        Ask::SendPasscode { paused_until } if problem.code.is_some() => {
            let now = web.app.now();
            visit.page_with(status, &at.passcode(now, paused_until, problem), &policy)
        }
        Ask::SendPasscode { paused_until } => {
            visit.page_with(status, &at.send_passcode(paused_until), &policy)
        }
        Ask::Passcode { until, new_code_from } => {
            visit.page_with(status, &at.passcode(until, new_code_from, problem), &policy)
        }
        Ask::SecondFactor(showable) => {
            second::ask(web, visit, place, &at.page, showable, second::Wrong::default())
        }
        Ask::Enrol => {
            return second::offer(web, visit, place, &at.page, None, second::Wrong::default()).await;
        }
        Ask::Consent(listing) => visit.page_with(status, &at.consent(listing, problem.changed), &policy),
        Ask::NeedAdmin { resource, asked } => {
            visit.page_with(StatusCode::FORBIDDEN, &at.need_admin(web, place, resource, asked).await, &policy)
        }
        Ask::Device { source, asked_at } => visit.page(status, &at.device(source, asked_at)),
        Ask::Return(path) => visit.go(&path),
        Ask::Nothing => match finish(&web.app, place).await {
            Ok(answer) => deliver(visit, answer),
            Err(refusal) => return Err(refuse(visit, &refusal, Some(&at.page.tenant))),
        },
    })
}

/// A pending guest has accepted on the way to an app: says so, and leads on by a link, because the
/// policy of the redemption's pages does not know the app (threats H4).
async fn joined(State(web): State<Web>, visit: Visit, Path((tenant, flow)): FlowPath) -> Reply {
    let place = place(&web, &visit, (&tenant, &flow))?;
    let page = look(&web.app, &place).await.map_err(|refusal| refuse(&visit, &refusal, None))?;
    let Some(person) = page.signed_in else { return Ok(visit.go(&path_of(place.tenant, place.flow))) };
    let label = page.app.map_or_else(|| "My Apps".to_owned(), |app| app.name);
    let done = Done {
        frame: visit.frame(),
        host: Host {
            name: page.tenant.display_name,
            domain: page.tenant.initial_domain,
            domain_verified: true,
        },
        guest_address: person.sign_in_name,
        sign_in_way: words::way(&person.method).to_owned(),
        next: Link { label, url: path_of(place.tenant, place.flow) },
        foreign_host: None,
        my_apps: Some(format!("/myapps/{}", place.tenant)),
    };
    Ok(visit.page(StatusCode::OK, &done))
}

/// A flow's page about to be drawn.
pub(super) struct Standing<'a> {
    pub visit: &'a Visit,
    base: String,
    /// Whether this server can have passkeys.
    passkeys: bool,
    pub page: Page,
}

impl Standing<'_> {
    pub(super) fn form(&self, step: &str) -> Form {
        self.visit.form(format!("{}/{step}", self.base))
    }

    /// The same, good only for what the page is about.
    pub(super) fn form_about(&self, step: &str, about: &str) -> Form {
        self.visit.form_about(&format!("{}/{step}", self.base), about)
    }

    pub(super) fn app_name(&self) -> Option<String> {
        self.page.app.as_ref().map(|app| app.name.clone())
    }

    fn typed(&self) -> String {
        self.page.address.clone().unwrap_or_default()
    }

    fn passkey(&self, problem: Problem<'_>) -> PasskeyButton {
        PasskeyButton {
            form: self.form("passkey"),
            options: format!("{}/passkey/options", self.base),
            error: problem.passkey.map(str::to_owned),
        }
    }

    fn address(&self, problem: Problem<'_>) -> SignIn {
        let (typed, error) = problem.address.unzip();
        let known = self.page.address.clone().or_else(|| self.page.hint.clone()).unwrap_or_default();
        let account = self.page.signed_in.as_ref().map(|person| KnownAccount {
            name: person.display_name.clone(),
            sign_in_name: person.sign_in_name.clone(),
            form: self.form("address"),
        });
        SignIn {
            frame: self.visit.frame(),
            tenant_name: self.page.tenant.display_name.clone(),
            app_name: self.app_name(),
            account,
            address: typed.map_or(known, str::to_owned),
            error: error.map(str::to_owned),
            form: self.form("address"),
            passkey: self.passkeys.then(|| self.passkey(problem)),
        }
    }

    fn password(&self, problem: Problem<'_>) -> Password {
        Password {
            frame: self.visit.frame(),
            tenant_name: self.page.tenant.display_name.clone(),
            app_name: self.app_name(),
            address: self.typed(),
            error: problem.password.map(str::to_owned),
            form: self.form("password"),
            another_account: format!("{}?account=another", self.base),
        }
    }

    fn new_password(&self, problem: Problem<'_>) -> NewPassword {
        NewPassword {
            frame: self.visit.frame(),
            tenant_name: self.page.tenant.display_name.clone(),
            app_name: self.app_name(),
            address: self.typed(),
            error: problem.new_password.map(str::to_owned),
            form: self.form("new-password"),
            another_account: self.form("another-account"),
        }
    }

    fn send_passcode(&self, paused_until: Option<hospes_domain::time::Time>) -> SendPasscode {
        SendPasscode {
            frame: self.visit.frame(),
            redeeming: false,
            asked_by: self.app_name().unwrap_or_else(|| self.page.tenant.display_name.clone()),
            address: self.typed(),
            paused_until: paused_until.map(Moment),
            send: self.form("send-code"),
            another_account: Some(self.form("another-account")),
        }
    }

    fn passcode(
        &self,
        until: hospes_domain::time::Time,
        new_code_from: Option<hospes_domain::time::Time>,
        problem: Problem<'_>,
    ) -> Passcode {
        Passcode {
            frame: self.visit.frame(),
            redeeming: false,
            address: self.typed(),
            works_until: Moment(until),
            error: problem.code,
            new_code_from: new_code_from.map(Moment),
            sender: None,
            check: self.form("code"),
            resend: self.form("send-code"),
            another_account: Some(self.form("another-account")),
        }
    }

    fn device(&self, source: Option<String>, asked_at: hospes_domain::time::Time) -> DeviceConfirm {
        let person = self.page.signed_in.as_ref();
        DeviceConfirm {
            frame: self.visit.frame(),
            app_name: self.app_name().unwrap_or_default(),
            tenant_name: self.page.tenant.display_name.clone(),
            signed_in_as: person.map(|p| p.sign_in_name.clone()).unwrap_or_default(),
            source,
            asked_at: Moment(asked_at),
            accept: self.form_about("allow-device", &person.map(|p| p.user.to_string()).unwrap_or_default()),
            cancel: self.form("refuse-device"),
        }
    }
}
