//! The secret part of a mailed link: a ticket id and the proof that this server issued it (design section 5, Links).
//!
//! A link carries no facts. Tenant and purpose go into the MAC but not into the ticket: whoever checks it says which
//! tenant and purpose the request is about, so a link of one flow or tenant is worthless in another (threats A4, A5).
//! Everything else (state, expiry, use) is read from the row the ticket names. Holding a genuine link proves nothing
//! about a person.

use std::fmt;

use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key, verify};

use crate::ids::TenantId;
use crate::jose::base64url;

/// What the MAC is made for, so that a link key can never vouch for anything but links.
const DOMAIN: &[u8] = b"hospes link 1\0";

/// The HMAC-SHA256 of purpose, tenant and ticket under one version of the tenant's link key.
pub fn link_mac(key: &[u8; 32], purpose: &str, tenant: TenantId, ticket: [u8; 16]) -> [u8; 32] {
    let mut mac = Context::with_key(&Key::new(HMAC_SHA256, key));
    mac.update(&message(purpose, tenant, ticket));
    let mut bytes = [0; 32];
    bytes.copy_from_slice(mac.sign().as_ref());
    bytes
}

/// Whether `mac` is the MAC of these values; takes the same time whatever differs.
pub fn verify_link_mac(
    key: &[u8; 32],
    purpose: &str,
    tenant: TenantId,
    ticket: [u8; 16],
    mac: &[u8; 32],
) -> bool {
    verify(&Key::new(HMAC_SHA256, key), &message(purpose, tenant, ticket), mac).is_ok()
}

/// The fixed-length parts come first, so no two different inputs give the same message.
fn message(purpose: &str, tenant: TenantId, ticket: [u8; 16]) -> Vec<u8> {
    [DOMAIN, tenant.0.as_bytes(), &ticket, purpose.as_bytes()].concat()
}

/// What a link carries: which key vouches for it, which row it names, and the MAC.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LinkTicket {
    /// Version of the tenant's link key.
    pub version: u32,
    /// The ticket id of the row.
    pub ticket: [u8; 16],
    /// See [`link_mac`].
    pub mac: [u8; 32],
}

/// Length of the text form: 52 bytes in base64url.
const TEXT_LENGTH: usize = 70;

impl LinkTicket {
    /// Makes the ticket that goes into a link.
    pub fn issue(version: u32, key: &[u8; 32], purpose: &str, tenant: TenantId, ticket: [u8; 16]) -> Self {
        Self { version, ticket, mac: link_mac(key, purpose, tenant, ticket) }
    }

    /// Whether this server issued the ticket for this purpose and tenant, given the key of [`Self::version`].
    pub fn is_genuine(&self, key: &[u8; 32], purpose: &str, tenant: TenantId) -> bool {
        verify_link_mac(key, purpose, tenant, self.ticket, &self.mac)
    }

    /// The text in the link: base64url of version (big endian), ticket and MAC, 70 characters.
    pub fn encode(&self) -> String {
        base64url::encode([self.version.to_be_bytes().as_slice(), &self.ticket, &self.mac].concat())
    }

    /// Reads the text of a link; `None` for anything but the one form that [`Self::encode`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_LENGTH {
            return None;
        }
        let bytes: [u8; 52] = base64url::decode_exact(text)?;
        let (version, rest) = bytes.split_first_chunk::<4>()?;
        let (ticket, rest) = rest.split_first_chunk::<16>()?;
        let mac = rest.first_chunk::<32>()?;
        Some(Self { version: u32::from_be_bytes(*version), ticket: *ticket, mac: *mac })
    }
}

impl fmt::Debug for LinkTicket {
    /// Neither ticket nor MAC may reach a log (threats I9).
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LinkTicket(version {})", self.version)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use uuid::Uuid;

    const KEY: [u8; 32] = [7; 32];
    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn issued() -> LinkTicket {
        LinkTicket::issue(3, &KEY, "redeem", TENANT, [9; 16])
    }

    #[test]
    fn a_link_is_genuine_only_for_its_key_purpose_tenant_and_ticket() {
        let link = LinkTicket::parse(&issued().encode()).unwrap();
        assert_eq!(link, issued());
        assert!(link.is_genuine(&KEY, "redeem", TENANT));
        assert!(!link.is_genuine(&[8; 32], "redeem", TENANT));
        assert!(!link.is_genuine(&KEY, "approve", TENANT));
        assert!(!link.is_genuine(&KEY, "redeem2", TENANT));
        assert!(!link.is_genuine(&KEY, "redeem", TenantId(Uuid::from_u128(2))));
        assert!(!LinkTicket { ticket: [8; 16], ..link }.is_genuine(&KEY, "redeem", TENANT));
        for place in 0..32 {
            let mut mac = link.mac;
            mac[place] ^= 1;
            assert!(!LinkTicket { mac, ..link }.is_genuine(&KEY, "redeem", TENANT));
        }
    }

    #[test]
    fn only_one_text_means_a_link() {
        let text = issued().encode();
        assert_eq!(text.len(), TEXT_LENGTH);
        for wrong in [
            String::new(),
            text[1..].to_owned(),
            format!("{text}="),
            format!("{text} "),
            format!("{}+", &text[..69]),
            format!("{}é", &text[..68]),
            "A".repeat(71),
            "A".repeat(100_000),
        ] {
            assert_eq!(LinkTicket::parse(&wrong), None, "{wrong}");
        }
        // The last character carries two bits; its four unused ones must be zero.
        let readable = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            .chars()
            .filter(|last| LinkTicket::parse(&format!("{}{last}", &text[..69])).is_some())
            .count();
        assert_eq!(readable, 4);
    }

    #[test]
    fn a_link_does_not_show_in_logs() {
        assert_eq!(format!("{:?}", issued()), "LinkTicket(version 3)");
    }
}
