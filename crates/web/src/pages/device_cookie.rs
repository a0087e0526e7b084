//! Who has signed in with this browser before, sealed with the tenant's cookie key: such a browser has tries of its own
//! for the password, so that strangers who guess cannot shut its people out (docs/decisions/0017-passwords.md). It signs
//! nobody in. Refuses more than a few people, and what another tenant sealed.

use hospes_actions::sign_in::{Browser, Entered};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::sign_in::KnownDevice;
use hospes_domain::time::Time;
use http::HeaderMap;
use uuid::Uuid;

use super::cookies;
use super::visit::Visit;
use crate::Web;

/// People who share a browser; the one who has not been here for longest is forgotten.
const MOST: usize = 8;
/// How long a browser is known, in seconds: half a year after its last sign-in.
const SECONDS: i64 = 180 * 24 * 3600;
/// Bytes of one entry: two ids and a time.
const ENTRY: usize = 16 + 16 + 8;

/// What is known of the browser of a visit.
pub fn browser(web: &Web, visit: &Visit, tenant: TenantId) -> Browser {
    Browser { network: visit.network(), devices: devices(web, visit, tenant) }
}

fn devices(web: &Web, visit: &Visit, tenant: TenantId) -> Vec<KnownDevice> {
    let sealed = visit.cookie(&cookies::of_tenant(cookies::DEVICE, tenant));
    let opened = sealed.and_then(|text| web.app.open_cookie(tenant, cookies::DEVICE, text));
    opened.map_or_else(Vec::new, |bytes| bytes.chunks_exact(ENTRY).filter_map(read).collect())
}

fn read(entry: &[u8]) -> Option<KnownDevice> {
    let at = i64::from_be_bytes(entry.get(32..40)?.try_into().ok()?);
    Some(KnownDevice {
        id: Uuid::from_slice(entry.get(..16)?).ok()?,
        user: ObjectId(Uuid::from_slice(entry.get(16..32)?).ok()?),
        password_set_at: Time(at),
    })
}

/// Keeps the session of somebody who has just signed in, and knows the browser from now on.
pub fn entered(web: &Web, visit: &Visit, tenant: TenantId, headers: &mut HeaderMap, entered: &Entered) {
    cookies::set_session(headers, tenant, &entered.session);
    let Some(device) = entered.device else { return };
    let mut all = devices(web, visit, tenant);
    all.retain(|known| known.user != device.user);
    all.insert(0, device);
    all.truncate(MOST);
    let mut bytes = Vec::with_capacity(all.len() * ENTRY);
    for device in all {
        bytes.extend_from_slice(device.id.as_bytes());
        bytes.extend_from_slice(device.user.0.as_bytes());
        bytes.extend_from_slice(&device.password_set_at.0.to_be_bytes());
    }
    if let Some(sealed) = web.app.seal_cookie(tenant, cookies::DEVICE, &bytes) {
        cookies::set_for(headers, &cookies::of_tenant(cookies::DEVICE, tenant), &sealed, SECONDS);
    }
}
