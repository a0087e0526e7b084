//! `/oidc/userinfo`, GET and POST (OIDC Core section 5.3). Refuses tokens anywhere but in the `Authorization` header.

use axum::extract::{Request, State};
use axum::response::Response;
use hospes_actions::tokens::{self, UserInfo};
use hospes_domain::refusal::Refusal;
use http::{HeaderMap, header};
use serde::Serialize;

use super::{error, token};
use crate::Web;
use crate::http::RequestIds;

#[derive(Serialize)]
struct Wire {
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
}

impl From<UserInfo> for Wire {
    fn from(info: UserInfo) -> Self {
        let UserInfo { sub, name, given_name, family_name, email, preferred_username } = info;
        Self { sub, name, given_name, family_name, email, preferred_username }
    }
}

/// Who the token speaks for.
pub(super) async fn answer(State(web): State<Web>, request: Request) -> Response {
    let ids = RequestIds::of(&request);
    let outcome = match bearer(request.headers()) {
        Some(token) => tokens::userinfo(&web.app, token).await,
        None => Err(Refusal::NotSignedIn { cause: "The request has no access token." }),
    };
    match outcome {
        Ok(info) => token::json(&Wire::from(info)),
        Err(refusal) => error::respond(&web, &ids, refusal),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (one, None) = (all.next()?, all.next()) else { return None };
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
