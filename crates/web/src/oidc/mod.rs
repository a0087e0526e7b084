//! Sign-in for applications: OpenID Connect as the v2.0 endpoint of the original speaks it
//! (reference/tokens-and-sign-in.md). [`ROUTES`] is its table of contents: one line per route. Refuses to decide
//! anything: each handler reads a request, calls one verb and writes its answer.

mod authorize;
mod cross_origin;
mod device_code;
mod discovery;
mod error;
mod form;
mod instance;
mod token;
mod userinfo;

pub use discovery::Documents;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get, options, post};

use crate::Web;
pub use crate::http::Route;
use crate::http::{Access, Dialect, HttpRefusal, RequestIds, table};

const fn public(method: &'static str, path: &'static str, handler: fn() -> MethodRouter<Web>) -> Route {
    Route { method, path, access: Access::Public, handler }
}

const fn bearer(method: &'static str, path: &'static str, handler: fn() -> MethodRouter<Web>) -> Route {
    Route { method, path, access: Access::Bearer, handler }
}

/// Every route.
pub const ROUTES: &[Route] = &[
    public("GET", "/{tenant}/v2.0/.well-known/openid-configuration", || get(discovery::document)),
    public("GET", "/{tenant}/.well-known/openid-configuration", || get(discovery::document)),
    public("GET", "/{tenant}/discovery/v2.0/keys", || get(discovery::keys)),
    public("OPTIONS", "/{tenant}/v2.0/.well-known/openid-configuration", || {
        options(cross_origin::before_open)
    }),
    public("OPTIONS", "/{tenant}/.well-known/openid-configuration", || options(cross_origin::before_open)),
    public("OPTIONS", "/{tenant}/discovery/v2.0/keys", || options(cross_origin::before_open)),
    public("GET", "/common/discovery/instance", || get(instance::answer)),
    public("GET", "/{tenant}/oauth2/v2.0/authorize", || get(authorize::asked)),
    public("POST", "/{tenant}/oauth2/v2.0/authorize", || post(authorize::posted)),
    public("GET", "/{tenant}/oauth2/v2.0/logout", || get(authorize::logout_asked)),
    public("POST", "/{tenant}/oauth2/v2.0/logout", || post(authorize::logout_posted)),
    public("POST", "/{tenant}/oauth2/v2.0/token", || post(token::answer)),
    public("OPTIONS", "/{tenant}/oauth2/v2.0/token", || options(cross_origin::before_token)),
    public("POST", "/{tenant}/oauth2/v2.0/devicecode", || post(device_code::answer)),
    bearer("GET", "/oidc/userinfo", || get(userinfo::answer)),
    bearer("POST", "/oidc/userinfo", || post(userinfo::posted)),
    public("OPTIONS", "/oidc/userinfo", || options(cross_origin::before_userinfo)),
];

/// The routes, ready to be served.
pub fn routes() -> Router<Web> {
    table(ROUTES).method_not_allowed_fallback(wrong_method)
}

async fn wrong_method(State(web): State<Web>, request: Request) -> Response {
    let ids = RequestIds::of(&request);
    Dialect::of(request.uri().path()).refuse(HttpRefusal::Method, &ids, web.app.now())
}

#[cfg(test)]
mod tests;
