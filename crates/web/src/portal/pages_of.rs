//! Where a list of the portal goes on: a sealed place, bound to the organisation and to what the list was asked with. A
//! place that does not fit begins the list anew: people keep addresses.

use axum::response::Response;
use hospes_domain::ids::TenantId;
use hospes_domain::query::{After, Page};
use hospes_domain::refusal::Refusal;

use super::seat::Seat;
use crate::graph::odata::cursor;

/// The pages of one list.
pub(super) struct PagesOf {
    tenant: TenantId,
    key: [u8; 32],
    list: [u8; 32],
}

impl PagesOf {
    /// Of the list that was asked with `fingerprint`.
    pub(super) fn list(seat: &Seat, fingerprint: &str) -> Result<Self, Response> {
        let tenant = seat.desk.tenant.id;
        let keys = seat.web.app.keys(tenant).ok_or_else(|| seat.no(&Refusal::Internal))?;
        let list = keys.keyed_hash("cursor", fingerprint.as_bytes());
        Ok(Self { tenant, key: keys.keyed_hash("cursor", b"portal"), list })
    }

    /// The page behind a place.
    pub(super) fn page(&self, top: u16, place: Option<&str>) -> Page {
        let after = place.and_then(|token| cursor::open(&self.key, self.tenant, &self.list, token).ok());
        Page { top, after }
    }

    /// The place, as an address holds it.
    pub(super) fn place(&self, after: &After) -> String {
        cursor::seal(&self.key, self.tenant, &self.list, after)
    }
}
