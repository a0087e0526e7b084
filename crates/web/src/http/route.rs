//! How a route is declared, so that a test can walk over all of them. Refuses to route.

use axum::Router;
use axum::routing::MethodRouter;

use crate::Web;

/// Who may come to a route at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Programs with an access token in the `Authorization` header; cookies are never read.
    Bearer,
    /// Browsers; unsafe requests must come from our own pages.
    Browser,
}

/// One line of the table of contents of a surface.
pub struct Route {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path, with `{name}` for what varies.
    pub path: &'static str,
    /// Who may come here at all.
    pub access: Access,
    pub(crate) handler: fn() -> MethodRouter<Web>,
}

/// The router of a table.
pub(crate) fn table(routes: &[Route]) -> Router<Web> {
    routes.iter().fold(Router::new(), |router, route| router.route(route.path, (route.handler)()))
}
