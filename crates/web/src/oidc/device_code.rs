//! `/{tenant}/oauth2/v2.0/devicecode`: what a device shows and asks with (RFC 8628 section 3.2, reference/wire-contract.md
//! section 3.6). Refuses a source that asks for too many.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::response::Response;
use hospes_actions::tokens::{self, DeviceReply};
use http_body_util::BodyExt as _;
use serde::Serialize;

use super::{error, form, token};
use crate::Web;
use crate::http::{Dialect, HttpRefusal, Noise, RequestIds, source_of};

/// No `verification_uri_complete`: whoever follows it has compared nothing (threats F11).
#[derive(Serialize)]
struct Wire {
    user_code: String,
    device_code: String,
    verification_uri: String,
    expires_in: i64,
    interval: i64,
    message: String,
}

impl Wire {
    fn new(public_url: &str, reply: DeviceReply) -> Self {
        let DeviceReply { device_code, user_code, expires_in, interval } = reply;
        let verification_uri = format!("{public_url}/devicelogin");
        let message = format!(
            "To sign in, use a web browser to open the page {verification_uri} and enter the code {user_code} to authenticate."
        );
        Self { user_code, device_code, verification_uri, expires_in, interval, message }
    }
}

/// A device asks.
pub(super) async fn answer(State(web): State<Web>, Path(tenant): Path<String>, request: Request) -> Response {
    let ids = RequestIds::of(&request);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let (head, body) = request.into_parts();
    let Ok(body) = Body::collect(body).await else {
        return Dialect::OAuth.refuse(HttpRefusal::TooLarge, &ids, web.app.now());
    };
    let source = peer.and_then(|peer| source_of(peer, &head.headers, &web.options.trusted_proxies));
    let query = head.uri.query().unwrap_or_default();
    let outcome = async {
        let form = form::read(&head.headers, query, &body.to_bytes())?;
        web.sources.room(Noise::DeviceBegun, source, web.app.now())?;
        web.sources.count(Noise::DeviceBegun, source, web.app.now());
        tokens::device_code(&web.app, &tenant, form, source.map(|source| source.to_string())).await
    };
    match outcome.await {
        Ok(reply) => token::json(&Wire::new(web.app.public_url(), reply)),
        Err(refusal) => error::respond(&web, &ids, refusal),
    }
}
