//! What load balancers and supervisors ask: whether the process lives, and whether it should get requests. Refuses to
//! say anything about the directory, and to depend on the host that is asked: machines ask by address.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hospes_actions::health::{Unready, check};
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};

use crate::Web;
use crate::http::{Access, Route, table};

const HEALTH: &str = "/health";
const READY: &str = "/ready";
/// When to ask again, in seconds: what keeps a server unready passes quickly or not by itself.
const RETRY_SECONDS: u32 = 2;

/// Both questions.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: HEALTH, access: Access::Public, handler: || get(health) },
    Route { method: "GET", path: READY, access: Access::Public, handler: || get(ready) },
];

/// The routes of this surface.
pub fn routes() -> Router<Web> {
    table(ROUTES)
}

/// Whether a path is one of these questions.
pub(crate) fn is_asked(path: &str) -> bool {
    path == HEALTH || path == READY
}

/// Whether this process still wants requests. Clones are the same process.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on it wants none (threats K15).
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_stopping(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The process answers; nothing else is looked at, so that a slow database does not get it killed.
async fn health() -> Response {
    said(StatusCode::OK, "alive\n")
}

async fn ready(State(web): State<Web>) -> Response {
    if web.options.readiness.is_stopping() {
        return unready("stopping\n");
    }
    match check(&web.app).await {
        Ok(()) => said(StatusCode::OK, "ready\n"),
        Err(Unready::Reads) => unready("reads\n"),
        Err(Unready::Writes) => unready("writes\n"),
    }
}

fn unready(reason: &'static str) -> Response {
    let mut response = said(StatusCode::SERVICE_UNAVAILABLE, reason);
    response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS.into());
    response
}

fn said(status: StatusCode, word: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], word).into_response()
}
