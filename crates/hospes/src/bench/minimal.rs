//! The limits: handlers that do one thing only, behind the same HTTP stack. Each answers with as many bytes as the
//! operation it is compared with. Refuses to check anything a directory would check.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use hospes_actions::bench::{Limits, Rows};
use hospes_domain::ids::{InvitationId, ObjectId, TenantId};
use http::{HeaderValue, StatusCode, header};
use std::sync::Arc;

use super::error::BenchError;

/// Every answer is a part of this.
const MOST_BYTES: usize = 256 * 1024;
/// What a token's header and claims come to.
const SIGNED_BYTES: usize = 700;

struct Minimal {
    store: Limits,
    bytes: Bytes,
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    claims: Vec<u8>,
}

/// The routes of all limits.
///
/// # Errors
/// No keys.
pub fn router(store: Limits) -> Result<Router, BenchError> {
    let no_keys = |_| BenchError::Server("no signing keys".to_owned());
    let minimal = Minimal {
        store,
        bytes: Bytes::from(vec![b'x'; MOST_BYTES]),
        rsa: RsaKeyPair::generate(KeySize::Rsa2048).map_err(no_keys)?,
        ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(no_keys)?,
        claims: vec![b'c'; SIGNED_BYTES],
    };
    Ok(Router::new()
        .route("/plain/{bytes}", get(plain))
        .route("/sign/rs256/{bytes}", post(sign_rs256))
        .route("/sign/es256/{bytes}", post(sign_es256))
        .route("/commit/{bytes}", post(commit))
        .route("/commit-alone/{bytes}", post(commit_alone))
        .route("/user/{tenant}/{id}/{bytes}", get(user))
        .with_state(Arc::new(minimal)))
}

impl Minimal {
    fn answer(&self, bytes: usize) -> Response {
        let body = self.bytes.slice(..bytes.min(MOST_BYTES));
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))], body)
            .into_response()
    }
}

async fn plain(State(minimal): State<Arc<Minimal>>, Path(bytes): Path<usize>) -> Response {
    minimal.answer(bytes)
}

async fn sign_rs256(State(minimal): State<Arc<Minimal>>, Path(bytes): Path<usize>, _form: Bytes) -> Response {
    let mut signature = vec![0; minimal.rsa.public_modulus_len()];
    match minimal.rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &minimal.claims, &mut signature) {
        Ok(()) => minimal.answer(bytes),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn sign_es256(State(minimal): State<Arc<Minimal>>, Path(bytes): Path<usize>, _form: Bytes) -> Response {
    match minimal.ec.sign(&SystemRandom::new(), &minimal.claims) {
        Ok(_) => minimal.answer(bytes),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn commit(State(minimal): State<Arc<Minimal>>, Path(bytes): Path<usize>, body: String) -> Response {
    let Some((tenant, rows)) = rows(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    answer(&minimal, bytes, minimal.store.commit(tenant, rows).await.is_ok())
}

async fn commit_alone(
    State(minimal): State<Arc<Minimal>>,
    Path(bytes): Path<usize>,
    body: String,
) -> Response {
    let Some((tenant, rows)) = rows(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    answer(&minimal, bytes, minimal.store.commit_alone(tenant, rows).await.is_ok())
}

async fn user(
    State(minimal): State<Arc<Minimal>>,
    Path((tenant, id, bytes)): Path<(TenantId, ObjectId, usize)>,
) -> Response {
    answer(&minimal, bytes, minimal.store.user(tenant, id).await.is_ok_and(|found| found.is_some()))
}

fn answer(minimal: &Minimal, bytes: usize, good: bool) -> Response {
    if good { minimal.answer(bytes) } else { StatusCode::INTERNAL_SERVER_ERROR.into_response() }
}

/// `kind tenant …`, with what the rows need, parted by spaces. What follows a line end only makes up the size.
fn rows(body: &str) -> Option<(TenantId, Rows)> {
    let mut words = body.split('\n').next()?.split(' ');
    let kind = words.next()?;
    let tenant: TenantId = words.next()?.parse().ok()?;
    let mut object = || words.next()?.parse::<ObjectId>().ok();
    let rows = match kind {
        "invitation" | "invitation+mail" => {
            Rows::Invitation { mail: kind.ends_with("mail"), address: words.next()?.to_owned() }
        }
        "redemption" => Rows::Redemption {
            user: object()?,
            invitation: InvitationId(object()?.0),
            flow: object()?.0,
            address: words.next()?.to_owned(),
        },
        "reset" => Rows::Reset { user: object()?, address: words.next()?.to_owned() },
        _ => return None,
    };
    Some((tenant, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_one_line() {
        let (one, two) = ("11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-666666666666");
        let found = rows(&format!("redemption {one} {two} {one} {two} a@b.test\npadding"));
        let Some((tenant, Rows::Redemption { user, address, .. })) = found else { panic!("a redemption") };
        assert_eq!(
            (tenant.to_string(), user.to_string(), address.as_str()),
            (one.into(), two.into(), "a@b.test")
        );
        assert!(rows(&format!("invitation {one}")).is_none());
        assert!(rows("nothing").is_none());
    }
}
