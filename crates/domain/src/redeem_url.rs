//! The shape of the redeem URL (reference/invitations.md section 5): `/redeem?rd=` and an encoded
//! inner address. Refuses to follow the inner address: only tenant and ticket are taken from it.

use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::ids::{InvitationId, TenantId};
use crate::link::LinkTicket;

/// What the MAC of a redeem link is made for.
pub const PURPOSE: &str = "redeem";
/// Longest `rd` that is looked at, in bytes.
const MAX: usize = 2048;

/// The whole link. `user` in the inner address is the invitation's id, as in the original's sample.
pub fn build(public_url: &str, tenant: TenantId, invitation: InvitationId, ticket: &LinkTicket) -> String {
    let inner =
        format!("{public_url}/redeem/?tenant={tenant}&user={invitation}&ticket={}&ver=2.0", ticket.encode());
    let encoded: String = byte_serialize(inner.as_bytes()).collect();
    format!("{public_url}/redeem?rd={encoded}")
}

/// Tenant and ticket of an `rd`; `None` for anything that is not the one form [`build`] writes. Host
/// and other parameters are not looked at: every fact is read from the row (threats A4).
pub fn parse(rd: &str) -> Option<(TenantId, LinkTicket)> {
    if rd.len() > MAX {
        return None;
    }
    let inner = Url::parse(rd).ok()?;
    let one = |name: &str| {
        let mut values = inner.query_pairs().filter(|(k, _)| k == name).map(|(_, v)| v.into_owned());
        let first = values.next()?;
        values.next().is_none().then_some(first)
    };
    Some((TenantId::parse(&one("tenant")?)?, LinkTicket::parse(&one("ticket")?)?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_link_reads_back_and_tricks_do_not() {
        let tenant = TenantId(Uuid::from_u128(1));
        let ticket = LinkTicket::issue(1, &[2; 32], PURPOSE, tenant, [3; 16]);
        let link = build("https://hospes.example", tenant, InvitationId(Uuid::from_u128(4)), &ticket);
        assert!(link.starts_with(
            "https://hospes.example/redeem?rd=https%3A%2F%2Fhospes.example%2Fredeem%2F%3Ftenant%3D"
        ));
        let outer = Url::parse(&link).unwrap();
        let rd = outer.query_pairs().find(|(k, _)| k == "rd").unwrap().1.into_owned();
        assert!(parse(&rd).is_some_and(|(t, l)| t == tenant && l == ticket));
        assert!(parse(&format!("{rd}&ticket=x")).is_none());
        assert!(parse("https://hospes.example/redeem/").is_none());
        assert!(parse("x").is_none());
        assert!(parse(&format!("https://a.example/?x={}", "y".repeat(3000))).is_none());
    }
}
