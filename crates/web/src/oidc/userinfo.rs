//! `/oidc/userinfo`, GET and POST (OIDC Core section 5.3). Refuses tokens anywhere but in the `Authorization` header or in
//! a posted form (RFC 6750 section 2), and in both.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use hospes_actions::tokens::{self, UserInfo};
use hospes_domain::refusal::Refusal;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use serde::Serialize;
use url::form_urlencoded;

use super::{cross_origin, error, form, token};
use crate::Web;
use crate::http::{Dialect, HttpRefusal, RequestIds};

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
    let token = bearer(request.headers()).map(str::to_owned);
    told(&web, &RequestIds::of(&request), request.headers(), Ok(token)).await
}

/// The same by POST, which may carry the token in its form.
pub(super) async fn posted(State(web): State<Web>, request: Request) -> Response {
    let ids = RequestIds::of(&request);
    let (head, body) = request.into_parts();
    let Ok(body) = Body::collect(body).await else {
        return Dialect::OAuth.refuse(HttpRefusal::TooLarge, &ids, web.app.now());
    };
    let token = in_form(&head.headers, &body.to_bytes());
    told(&web, &ids, &head.headers, token).await
}

/// The one token of a header or a form.
fn in_form(headers: &HeaderMap, body: &[u8]) -> Result<Option<String>, Refusal> {
    let header = bearer(headers).map(str::to_owned);
    if !form::is_form(headers) {
        return Ok(header);
    }
    let mut tokens = form_urlencoded::parse(body).filter(|(name, _)| name == "access_token");
    match (header, tokens.next(), tokens.next()) {
        (header, None, _) => Ok(header),
        (None, Some((_, token)), None) => Ok(Some(token.into_owned())),
        _ => Err(form::malformed("The request carries more than one access token; send exactly one.")),
    }
}

async fn told(
    web: &Web,
    ids: &RequestIds,
    headers: &HeaderMap,
    token: Result<Option<String>, Refusal>,
) -> Response {
    let origin = cross_origin::origin(headers);
    let mut known = false;
    let outcome = match token {
        Ok(Some(token)) => {
            if let Some(origin) = origin {
                known = tokens::is_page_of(&web.app, &token, origin).await.unwrap_or_default();
            }
            tokens::userinfo(&web.app, &token).await.map(Some)
        }
        Ok(None) => Ok(None),
        Err(refusal) => Err(refusal),
    };
    let mut response = match outcome {
        Ok(Some(info)) => token::json(&Wire::from(info)),
        Ok(None) => error::no_token(web, ids),
        Err(refusal) => error::respond(web, ids, refusal),
    };
    cross_origin::to_page(&mut response, origin, known);
    response
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (one, None) = (all.next()?, all.next()) else { return None };
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
