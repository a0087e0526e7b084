//! Which sign-in flows this browser has begun, sealed with the tenant's cookie key: a flow's id in an
//! address is worth nothing in another browser (threats A13, F13). Refuses more than a few at a time.

use hospes_domain::ids::TenantId;
use uuid::Uuid;

use super::cookies;
use super::visit::Visit;
use crate::Web;

/// Windows in which somebody signs in at the same time; the oldest is forgotten.
const MOST: usize = 8;

/// The flows of this browser at a tenant, newest first.
fn flows(web: &Web, visit: &Visit, tenant: TenantId) -> Vec<Uuid> {
    let sealed = visit
        .cookie(&cookies::of_tenant(cookies::FLOW, tenant))
        .and_then(|text| text.split_once('.'))
        .filter(|(of, _)| TenantId::parse(of) == Some(tenant))
        .and_then(|(_, sealed)| web.app.open_cookie(tenant, cookies::FLOW, sealed));
    sealed.map_or_else(Vec::new, |bytes| {
        bytes.chunks_exact(16).filter_map(|id| Uuid::from_slice(id).ok()).collect()
    })
}

/// Whether this browser has begun that flow.
pub fn holds(web: &Web, visit: &Visit, tenant: TenantId, flow: Uuid) -> bool {
    flows(web, visit, tenant).contains(&flow)
}

/// The cookie's value with one more flow.
pub fn with(web: &Web, visit: &Visit, tenant: TenantId, flow: Uuid) -> Option<String> {
    let mut all = flows(web, visit, tenant);
    all.retain(|f| *f != flow);
    all.insert(0, flow);
    all.truncate(MOST);
    let bytes: Vec<u8> = all.iter().flat_map(|id| id.into_bytes()).collect();
    Some(format!("{tenant}.{}", web.app.seal_cookie(tenant, cookies::FLOW, &bytes)?))
}
