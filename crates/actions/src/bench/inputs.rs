//! Inputs that can be used once each: authorization codes, and redemptions that wait for the last click. Refuses to
//! shorten what is measured: they are the rows that the steps before would have left.

use aws_lc_rs::digest::{SHA256, digest};
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::jose::base64url;
use hospes_domain::refusal::Refusal;
use hospes_domain::session::{Amr, PASSCODE};
use hospes_store::authorization_codes::{self, CodeRecord};
use hospes_store::{invitations, redemption_flows};
use uuid::Uuid;

use super::directory::{Seeded, proven_flow};
use crate::app::App;
use crate::random;
use crate::sign_in::code_hash;

/// Rows of one transaction.
const BATCH: usize = 2000;
/// Where the codes were sent to.
pub const CALLBACK: &str = "https://app.test/callback";
/// What the people behind the codes signed in for: an id token, a refresh token, and a permission.
pub const OPENID_SCOPE: &str = "openid profile offline_access User.Read";
/// The verifier of every code (RFC 7636 section 4.1).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// `count` authorization codes of `client` for these redeemed guests in turn, good for an hour.
///
/// # Errors
/// Whatever the store refuses.
pub async fn codes(
    app: &App,
    tenant: TenantId,
    client: ClientId,
    guests: &[Seeded],
    count: usize,
) -> Result<Vec<String>, Refusal> {
    let keys = app.tenant_keys(tenant)?;
    let now = app.now();
    let mut codes = Vec::with_capacity(count);
    let mut whose = guests.iter().cycle();
    while codes.len() < count {
        let mut batch = Vec::new();
        for guest in whose.by_ref().take(BATCH.min(count - codes.len())) {
            let code = format!("{tenant}.{}", random::token32(app.random()));
            let record = CodeRecord {
                client,
                user: guest.id,
                generation: guest.generation,
                session: app.new_id(),
                redirect_uri: CALLBACK.to_owned(),
                platform: None,
                scope: OPENID_SCOPE.to_owned(),
                nonce: Some("nonce-of-the-app".to_owned()),
                code_challenge: Some(base64url::encode(digest(&SHA256, VERIFIER.as_bytes()))),
                auth_time: now,
                amr: Amr::of(PASSCODE),
                family: app.new_id(),
                expires_at: now.plus_seconds(3600),
                used: false,
            };
            batch.push((code_hash(&keys, &code), record));
            codes.push(code);
        }
        if batch.is_empty() {
            break;
        }
        app.write_quietly(move |tx| {
            for (hash, record) in &batch {
                authorization_codes::insert(tx, tenant, *hash, record)?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(codes)
}

/// A pending guest whose mailbox is proven: only the consent is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemable {
    /// The guest.
    pub guest: Seeded,
    /// The flow.
    pub flow: Uuid,
}

/// Opens and proves a flow for each of these pending guests.
///
/// # Errors
/// Whatever the store refuses.
pub async fn redeemable(
    app: &App,
    tenant: TenantId,
    guests: Vec<Seeded>,
) -> Result<Vec<Redeemable>, Refusal> {
    let mut all = Vec::with_capacity(guests.len());
    for batch in guests.chunks(BATCH) {
        let (making, batch) = (app.clone(), batch.to_vec());
        let made = app.write_quietly(move |tx| {
            let mut made = Vec::with_capacity(batch.len());
            for guest in &batch {
                let invitation =
                    invitations::by_id(tx, tenant, guest.invitation)?.ok_or(Refusal::Internal)?;
                let flow = proven_flow(&making, &invitation, guest.generation, making.new_id(), tx.now())?;
                redemption_flows::insert(tx, tenant, &flow)?;
                redemption_flows::save(tx, tenant, &flow)?;
                made.push(Redeemable { guest: guest.clone(), flow: flow.record().id });
            }
            Ok(made)
        });
        all.extend(made.await?);
    }
    Ok(all)
}
