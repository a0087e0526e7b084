//! "Sign in with a passkey": what the script asks for, and what it posts. Refuses nothing itself: origin and token are
//! checked by [`PostedForm`], the rest by the verbs.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use hospes_actions::sign_in::{ask_for_passkey, check_passkey};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::csrf::PostedForm;
use super::sign_in::{FlowPath, Problem, Reply, no, place, render};
use super::sign_in_forms::signed_in;
use super::visit::Visit;
use crate::Web;
use crate::http::{Access, Route};

/// What the button posts.
pub const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        path: "/{tenant}/sign-in/{flow}/passkey/options",
        access: Access::Browser,
        handler: || post(options),
    },
    Route {
        method: "POST",
        path: "/{tenant}/sign-in/{flow}/passkey",
        access: Access::Browser,
        handler: || post(passkey),
    },
];

const NOT_TAKEN: &str =
    "This passkey was not taken. Try again, use another one, or sign in with your password.";

/// Options for the browser, which nobody may keep.
pub(super) fn json(options: String) -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], options).into_response()
}

async fn options(State(web): State<Web>, visit: Visit, Path((t, f)): FlowPath, _form: PostedForm) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    match ask_for_passkey(&web.app, &place).await {
        Ok(options) => Ok(json(options)),
        Err(refusal) => Err(no(&web, &visit, &place, &refusal).await),
    }
}

async fn passkey(State(web): State<Web>, visit: Visit, Path((t, f)): FlowPath, form: PostedForm) -> Reply {
    let place = place(&web, &visit, (&t, &f))?;
    match check_passkey(&web.app, &place, form.get("credential")).await {
        Ok(entered) => Ok(signed_in(&web, &visit, &place, &entered)),
        Err(Refusal::SignIn(SignInRefusal::WrongPasskey)) => {
            let problem = Problem { passkey: Some(NOT_TAKEN), ..Problem::default() };
            render(&web, &visit, &place, false, problem).await
        }
        Err(refusal) => Err(no(&web, &visit, &place, &refusal).await),
    }
}
