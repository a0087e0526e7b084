//! Telling applications that a session has ended: in frames of the sign-out page (OIDC Front-Channel Logout 1.0) and from
//! server to server (OIDC Back-Channel Logout 1.0), also when an administrator, a reset or a deletion ended it. Refuses to tell
//! who did not take part, and to sign inside a transaction: logout tokens are made when they are sent.

use aws_lc_rs::digest::{Context, SHA256};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::jose::{Algorithm, base64url};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::jobs::{self, NewJob};
use hospes_store::session_clients::{self, Participant};
use hospes_store::{clients, tenants};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use uuid::Uuid;

use crate::app::App;
use crate::jobs::{Leased, kinds};
use crate::random;
use crate::tokens::{issuer, subject};

/// An application that cannot be reached for a day is told no more.
const TOLD_SECONDS: i64 = 24 * 3600;
/// How long a logout token lives (OIDC Back-Channel Logout 1.0 section 2.4 asks for two minutes at most).
const TOKEN_SECONDS: i64 = 120;
/// The type of logout tokens, so that none passes for another token.
const TYPE: &str = "logout+jwt";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What is kept of a notice until it is sent.
#[derive(Serialize, Deserialize)]
struct Data {
    session: Uuid,
    client: ClientId,
    user: ObjectId,
}

/// A notice ready to be posted. No `Debug`: it holds a token.
pub struct Notice {
    /// Where to: the address the application declares now.
    pub url: String,
    /// The logout token.
    pub token: String,
}

/// Ends the part of the applications in a session: notices are sent, and the addresses for frames come back.
pub(crate) fn end_session(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    session: Uuid,
    public_url: &str,
) -> Result<Vec<String>, StoreError> {
    let participants = end_unseen(tx, tenant, session)?;
    let issuer = issuer(public_url, tenant);
    let url = |one: &Participant| one.settings.logout_url.as_ref().map(|url| framed(url, &issuer, session));
    Ok(participants.iter().filter_map(url).collect())
}

/// The same where no browser is there to show frames.
pub(crate) fn end_unseen(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    session: Uuid,
) -> Result<Vec<Participant>, StoreError> {
    let participants = session_clients::of_session(tx, tenant, session)?;
    for participant in &participants {
        enqueue(tx, tenant, participant)?;
    }
    session_clients::end_session(tx, tenant, session)?;
    Ok(participants)
}

/// Tells the applications of every session of a user that is worth nothing any more: after whatever raised the sign-in
/// generation, and when the user may not sign in.
pub(crate) fn end_outdated(tx: &WriteTx<'_>, user: &User) -> Result<(), StoreError> {
    let tenant = user.guest.record().tenant;
    let active = user.guest.is_active();
    for participant in session_clients::of_user(tx, tenant, user.id())? {
        if active && participant.generation == user.guest.generation() {
            continue;
        }
        enqueue(tx, tenant, &participant)?;
        session_clients::end_session(tx, tenant, participant.session)?;
    }
    Ok(())
}

fn enqueue(tx: &WriteTx<'_>, tenant: TenantId, participant: &Participant) -> Result<(), StoreError> {
    let Some(url) = &participant.settings.back_channel_logout_url else { return Ok(()) };
    let Participant { session, client, user, .. } = *participant;
    let data = serde_json::to_string(&Data { session, client, user });
    jobs::insert(
        tx,
        tenant,
        &NewJob {
            id: id_of(session, client),
            kind: kinds::BACK_CHANNEL_LOGOUT.to_owned(),
            recipient: hospes_domain::redirect::host(url).unwrap_or_default(),
            language: None,
            data: data.map_err(|error| StoreError::Corrupt(error.to_string()))?,
            subject: Some(user),
            dies_at: tx.now().plus_seconds(TOLD_SECONDS),
        },
    )
}

/// A session ends once, so its notice to an application has one id, however often the closure runs.
fn id_of(session: Uuid, client: ClientId) -> Uuid {
    let mut digest = Context::new(&SHA256);
    digest.update(b"hospes back-channel logout\0");
    digest.update(session.as_bytes());
    digest.update(client.0.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finish().as_ref()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// The address of a frame: who says it, and of which session (OIDC Front-Channel Logout 1.0 section 3).
fn framed(url: &str, issuer: &str, session: Uuid) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("iss", issuer)
        .append_pair("sid", &session.to_string())
        .finish();
    format!("{url}{mark}{query}")
}

#[derive(Serialize)]
struct LogoutToken {
    iss: String,
    sub: String,
    aud: ClientId,
    iat: i64,
    exp: i64,
    jti: String,
    sid: Uuid,
    events: serde_json::Value,
}

/// The notice of a job; `None` for a job of another kind, or when the application does not want to hear any more.
///
/// # Errors
/// What keeps it from being made now.
pub async fn notice(app: &App, leased: &Leased) -> Result<Option<Notice>, Refusal> {
    if leased.kind() != kinds::BACK_CHANNEL_LOGOUT {
        return Ok(None);
    }
    let (tenant, data) = leased.of();
    let Data { session, client, user } = serde_json::from_str(data).map_err(|_| Refusal::Internal)?;
    let found = app
        .read(move |tx| {
            tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
            Ok(clients::by_id(tx, tenant, client)?)
        })
        .await?;
    let Some((client, url)) = found.and_then(|client| {
        let url = client.settings.back_channel_logout_url.clone()?;
        client.enabled.then_some((client, url))
    }) else {
        return Ok(None);
    };
    let (keys, at) = (app.tenant_keys(tenant)?, app.now());
    let now = at.seconds();
    let claims = LogoutToken {
        iss: issuer(app.public_url(), tenant),
        sub: subject(&keys, user, client.id),
        aud: client.id,
        iat: now,
        exp: now.saturating_add(TOKEN_SECONDS),
        jti: base64url::encode(random::bytes::<16>(app.random())),
        sid: session,
        events: serde_json::json!({ EVENT: {} }),
    };
    let algorithm = if client.es256 { Algorithm::Es256 } else { Algorithm::Rs256 };
    let json = serde_json::to_vec(&claims).map_err(|_| Refusal::Internal)?;
    let token = keys.signing(algorithm, at).sign_as(TYPE, &json).map_err(|_| Refusal::Internal)?;
    Ok(Some(Notice { url, token }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_who_and_of_which_session() {
        let session = Uuid::from_u128(7);
        let of = |url: &str| framed(url, "https://hospes.example/t/v2.0", session);
        let query = format!("iss=https%3A%2F%2Fhospes.example%2Ft%2Fv2.0&sid={session}");
        assert_eq!(of("https://app.example/out"), format!("https://app.example/out?{query}"));
        assert_eq!(of("https://app.example/out?x=1"), format!("https://app.example/out?x=1&{query}"));
    }
}
