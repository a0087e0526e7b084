//! The admin portal: server-rendered pages that call the same verbs as the directory API. Refuses to decide who may do
//! what (the verbs do), and to need a script.

mod applications;
mod audit;
mod audit_query;
mod collaboration;
mod deed_words;
mod deeds;
mod deleted;
mod download;
mod edit;
mod error;
mod form;
mod groups;
mod happened;
mod home;
mod invite;
mod invite_done;
mod invite_form;
mod invite_steps;
mod list_address;
mod other_emails;
mod outbox;
mod pages_of;
mod redemption;
mod reset;
mod reset_words;
mod restore;
mod search;
mod seat;
mod sessions;
mod sign_in_policy;
mod sign_ins;
mod sign_ins_query;
mod tessera;
mod user;
mod users;
mod users_query;
pub mod view;

pub use error::spelled;
pub(crate) use seat::path_of;

use axum::Router;
use axum::response::Response;
use axum::routing::MethodRouter;

use crate::Web;
use crate::http::{Access, Route, table};

/// The tables of contents of the portal, one per file.
pub const ROUTES: &[&[Route]] = &[
    home::ROUTES,
    search::ROUTES,
    users::ROUTES,
    download::ROUTES,
    user::ROUTES,
    edit::ROUTES,
    redemption::ROUTES,
    reset::ROUTES,
    audit::ROUTES,
    sign_ins::ROUTES,
    outbox::ROUTES,
    deeds::ROUTES,
    groups::ROUTES,
    sessions::ROUTES,
    applications::ROUTES,
    deleted::ROUTES,
    restore::ROUTES,
    invite::ROUTES,
    collaboration::ROUTES,
    sign_in_policy::ROUTES,
];

/// Every page of the portal.
pub fn routes() -> Router<Web> {
    ROUTES.iter().fold(Router::new(), |router, routes| router.merge(table(routes)))
}

const fn shown(path: &'static str, handler: fn() -> MethodRouter<Web>) -> Route {
    Route { method: "GET", path, access: Access::Browser, handler }
}

const fn posted(path: &'static str, handler: fn() -> MethodRouter<Web>) -> Route {
    Route { method: "POST", path, access: Access::Browser, handler }
}

/// A page, or the page of a refusal.
type Reply = Result<Response, Response>;
