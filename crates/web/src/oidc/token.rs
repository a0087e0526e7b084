//! `/{tenant}/oauth2/v2.0/token`: reads the form, runs the verb, writes the answer (RFC 6749 section 5). Refuses every
//! method but POST; nothing it answers may be stored.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use hospes_actions::tokens::{self, TokenReply};
use http::{HeaderValue, header};
use http_body_util::BodyExt as _;
use serde::Serialize;

use super::{cross_origin, error, form};
use crate::Web;
use crate::http::{Dialect, HttpRefusal, RequestIds};

#[derive(Serialize)]
struct Wire {
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    expires_in: i64,
    ext_expires_in: i64,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
}

impl From<TokenReply> for Wire {
    fn from(reply: TokenReply) -> Self {
        Self {
            token_type: "Bearer",
            scope: reply.scope,
            expires_in: reply.expires_in,
            ext_expires_in: reply.expires_in,
            access_token: reply.access_token,
            refresh_token: reply.refresh_token,
            id_token: reply.id_token,
            client_info: reply.client_info,
        }
    }
}

/// The token endpoint.
pub(super) async fn answer(State(web): State<Web>, Path(tenant): Path<String>, request: Request) -> Response {
    let ids = RequestIds::of(&request);
    let (head, body) = request.into_parts();
    let Ok(body) = Body::collect(body).await else {
        return Dialect::OAuth.refuse(HttpRefusal::TooLarge, &ids, web.app.now());
    };
    let query = head.uri.query().unwrap_or_default();
    let origin = cross_origin::origin(&head.headers);
    let outcome = match form::read(&head.headers, query, &body.to_bytes()) {
        Ok(form) => tokens::token(&web.app, &tenant, form).await,
        Err(refusal) => Err(refusal),
    };
    let mut response = match outcome {
        Ok(reply) => json(&Wire::from(reply)),
        Err(refusal) => error::respond(&web, &ids, refusal),
    };
    let known = cross_origin::is_known(&web, Some(&tenant), origin).await;
    cross_origin::to_page(&mut response, origin, known);
    response
}

/// A JSON answer that nobody may store.
pub(super) fn json(value: &impl Serialize) -> Response {
    // What is written here has text keys only and always serialises.
    let body = serde_json::to_vec(value).unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::PRAGMA, HeaderValue::from_static("no-cache")),
    ];
    (headers, body).into_response()
}
