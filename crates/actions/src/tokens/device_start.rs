//! The device authorization endpoint: a device asks for a code to show (RFC 8628 section 3.1). Refuses applications that
//! are not allowed to (threats F11): device codes are off unless somebody wants them; and what no person could agree to,
//! since nobody can tell a device later.

use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::shared_name;
use hospes_store::clients::{self, Client};
use hospes_store::device_codes::{self, DeviceCode, DeviceState, UNDECIDED};

use super::client::Claimed;
use super::scopes::Asked;
use super::{TokenForm, find_client, path_tenant, refusals};
use crate::app::App;
use crate::apps;
use crate::random;
use crate::sign_in::{LENGTH, LETTERS, device_hash, user_code_hash};

/// How long a device code lives.
pub const DEVICE_SECONDS: i64 = 15 * 60;
/// How long a device waits between two questions.
const POLL_SECONDS: i64 = 5;
/// Draws of a user code until one is free.
const DRAWS: usize = 5;

/// What a device shows and asks with. No `Debug`: it holds a code.
pub struct DeviceReply {
    /// What the device asks with.
    pub device_code: String,
    /// What the person types.
    pub user_code: String,
    /// Seconds until both are over.
    pub expires_in: i64,
    /// Seconds between two questions.
    pub interval: i64,
}

/// Answers a device. `source` is the network it asks from, to be shown to whoever types the code.
///
/// # Errors
/// [`Refusal::OAuth`].
pub async fn device_code(
    app: &App,
    name: &str,
    form: TokenForm,
    source: Option<String>,
) -> Result<DeviceReply, Refusal> {
    let claimed = form.credentials.claimed()?;
    let client = claimed.id;
    let scope = form.scope.ok_or_else(|| refusals::parameter_missing("scope"))?;
    let tenant = asked_at(app, name, claimed).await?;
    let asked = Asked::parse(app.public_url(), &scope)?;
    if tenant != UNDECIDED {
        app.read(move |tx| {
            let facts = apps::facts_of(tx, tenant, &asked.wants)?;
            let facts = facts.ok_or_else(|| refusals::unknown_resource(&asked.resource_name()))?;
            Ok(asked.names(&facts.resource).map(drop)?)
        })
        .await?;
    }
    let secret = random::token32(app.random());
    let (hash, now) = (device_hash(&secret), app.now());
    let device = DeviceCode {
        tenant,
        client,
        scope,
        source,
        state: DeviceState::Waiting,
        poll_seconds: POLL_SECONDS,
        polled_at: None,
        created_at: now,
        expires_at: now.plus_seconds(DEVICE_SECONDS),
    };
    for _ in 0..DRAWS {
        let letters = draw(app);
        let (code, device) = (user_code_hash(app, &letters).await?, device.clone());
        if app.write(move |tx| Ok(device_codes::insert(tx, hash, code, &device)?)).await? {
            return Ok(DeviceReply {
                device_code: format!("{tenant}.{secret}"),
                user_code: letters,
                expires_in: DEVICE_SECONDS,
                interval: POLL_SECONDS,
            });
        }
    }
    Err(Refusal::Unavailable { retry_after_seconds: 1 })
}

/// Where the device asks: the organisation of the path, or, under a shared name, nobody knows yet which. A client that
/// could prove who it is has to, so it has to name the organisation.
async fn asked_at(app: &App, name: &str, claimed: Claimed) -> Result<TenantId, Refusal> {
    let id = claimed.id;
    let tenants = app.tenants().await?;
    let tenant = match (shared_name(name), tenants.as_slice()) {
        (None, _) => path_tenant(app, name).await?,
        (Some(_), [only]) => only.id,
        (Some(_), all) => {
            let all: Vec<TenantId> = all.iter().map(|tenant| tenant.id).collect();
            let known = app.glance(move |tx| {
                let mut known = false;
                for tenant in &all {
                    known |=
                        clients::by_id(tx, *tenant, id)?.is_some_and(|client| client.public && may(&client));
                }
                Ok(known)
            });
            return if known.await? { Ok(UNDECIDED) } else { Err(refusals::unknown_client(&id.to_string())) };
        }
    };
    let client = find_client(app, tenant, id).await?;
    let asker = claimed.authenticate(app, (tenant, name), client).await?;
    if asker.owes_proof() {
        return Err(refusals::credential_missing());
    }
    if may(&asker.client) { Ok(tenant) } else { Err(refusals::no_device_codes()) }
}

fn may(client: &Client) -> bool {
    client.settings.device_code && client.enabled
}

/// Nine letters, each as likely as any other: bytes above the last multiple of twenty are drawn again.
fn draw(app: &App) -> String {
    let mut letters = String::with_capacity(LENGTH);
    while letters.len() < LENGTH {
        let [byte] = random::bytes::<1>(app.random());
        if let Some(letter) = (byte < 240).then(|| LETTERS[usize::from(byte) % LETTERS.len()]) {
            letters.push(char::from(letter));
        }
    }
    letters
}
