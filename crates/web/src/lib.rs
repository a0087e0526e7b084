//! How Hospes is reached: the directory API, sign-in, the pages and the mails. Refuses to decide and to see the
//! store: every handler reads a request, calls one verb of `hospes_actions` and writes its answer.

pub mod graph;
pub mod health;
pub mod http;
pub mod mail;
pub mod oidc;
pub mod pages;
pub mod portal;
pub mod powershell;

use std::sync::Arc;

use axum::Router;
use hospes_actions::app::App;
use hospes_actions::dns::Proofs;
use hospes_actions::setup::Door;
use hospes_actions::subscriptions::Receivers;

/// What the surfaces need to know beside the application.
#[derive(Clone, Debug, Default)]
pub struct WebOptions {
    /// Development mode: pages may say what only a developer should read, and nothing is told to browsers that
    /// outlives the session (no `Strict-Transport-Security`).
    pub dev_mode: bool,
    /// The operator's proxies, which may say whom they speak for.
    pub trusted_proxies: http::TrustedProxies,
    /// The set-up page's; shut unless this is a directory's first day.
    pub door: Door,
    /// Where proofs that a domain is somebody's are looked for.
    pub proofs: Proofs,
    /// How addresses are asked whether they want to be told of changes.
    pub receivers: Receivers,
    /// Told when the server stops.
    pub readiness: health::Readiness,
    /// Whether the directory API keeps to the original's limits.
    pub throttling: bool,
}

/// The state of every handler. Clones are the same application.
#[derive(Clone)]
pub struct Web {
    /// The verbs.
    pub app: App,
    /// See [`WebOptions`].
    pub options: Arc<WebOptions>,
    /// How much strangers have asked for, by where they come from.
    pub sources: Arc<http::Sources>,
    /// Discovery documents, as bytes.
    pub documents: Arc<oidc::Documents>,
    /// How much of its limits each application has used up.
    pub buckets: Arc<graph::Buckets>,
}

impl Web {
    fn new(app: App, options: WebOptions) -> Self {
        let options = Arc::new(options);
        Self { app, options, sources: Arc::default(), documents: Arc::default(), buckets: Arc::default() }
    }
}

/// Every surface behind the common HTTP rules of [`http`].
pub fn router(app: App, options: WebOptions) -> Router {
    router_with(app, options, Router::new())
}

/// The same, with routes beside them that only the program knows: those of development mode. They stand behind the
/// same rules.
pub fn router_with(app: App, options: WebOptions, more: Router) -> Router {
    let web = Web::new(app, options);
    let front = if web.options.dev_mode { Router::new() } else { pages::front() };
    let surfaces = Router::new()
        .merge(health::routes())
        .merge(graph::routes())
        .merge(oidc::routes())
        .merge(pages::routes())
        .merge(portal::routes())
        .merge(powershell::routes());
    let routes = surfaces.merge(front);
    let routes = routes.merge(more.with_state(()));
    http::guarded(routes, web)
}
