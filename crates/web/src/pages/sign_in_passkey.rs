//! "Sign in with a passkey": what the script asks for, and what it posts. Refuses nothing itself: origin, token and flow
//! are checked by [`Posted`], the rest by the verbs.

use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use hospes_actions::sign_in::{ask_for_passkey, check_passkey};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::sign_in::{Problem, Reply};
use super::sign_in_forms::signed_in;
use super::sign_in_posted::Posted;
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

async fn options(at: Posted) -> Reply {
    match ask_for_passkey(&at.web.app, &at.place).await {
        Ok(options) => Ok(json(options)),
        Err(refusal) => Err(at.no(&refusal).await),
    }
}

async fn passkey(at: Posted) -> Reply {
    match check_passkey(&at.web.app, &at.place, at.form.get("credential")).await {
        Ok(entered) => Ok(signed_in(&at, &entered)),
        Err(Refusal::SignIn(SignInRefusal::WrongPasskey)) => {
            at.again(Problem { passkey: Some(NOT_TAKEN), ..Problem::default() }).await
        }
        Err(refusal) => Err(at.no(&refusal).await),
    }
}
