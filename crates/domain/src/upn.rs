//! The user principal names of guests: the `#EXT#` rule (reference/user-object.md section 1).
//! Refuses to decide what is free: it yields candidates, the store takes the first that is unique.

use crate::address::Address;

/// Longest local part (before the `@`) of a name Hospes makes, in bytes.
const MAX_LOCAL: usize = 113;
/// How many names are tried before the invitation is refused with a conflict.
pub const MAX_CANDIDATES: u32 = 100;

/// A user principal name and the mail nickname that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestName {
    /// `user_contoso.com#EXT#@fabrikam.example`
    pub upn: String,
    /// The part before the `@`.
    pub mail_nickname: String,
}

/// The `n`-th candidate: the plain name for 0, then `user_contoso.com1#EXT#@…`, `…2#EXT#@…`.
///
/// The number stands before `#EXT#`, so every guest's name still ends in `#EXT#@<initial domain>`.
pub fn candidate(invited: &Address, initial_domain: &str, n: u32) -> GuestName {
    let suffix = if n == 0 { "#EXT#".to_owned() } else { format!("{n}#EXT#") };
    let mut stem = invited.as_str().replace('@', "_");
    stem.truncate(MAX_LOCAL - suffix.len());
    let mail_nickname = format!("{stem}{suffix}");
    GuestName { upn: format!("{mail_nickname}@{initial_domain}"), mail_nickname }
}

/// Whether a member's name is well formed: an address on one of the tenant's domains, without the
/// reserved `#` (reference/user-object.md section 1).
pub fn member_name_is_valid(upn: &str, tenant_domains: &[String]) -> bool {
    Address::parse_name(upn).is_ok_and(|a| tenant_domains.iter().any(|d| d == a.domain()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn the_name_follows_the_ext_rule_and_collisions_get_a_number() {
        let a = Address::parse("user@contoso.example").unwrap();
        assert_eq!(candidate(&a, "fabrikam.example", 0).upn, "user_contoso.example#EXT#@fabrikam.example");
        assert_eq!(candidate(&a, "fabrikam.example", 2).upn, "user_contoso.example2#EXT#@fabrikam.example");
        assert_eq!(candidate(&a, "fabrikam.example", 0).mail_nickname, "user_contoso.example#EXT#");
    }

    #[test]
    fn long_addresses_are_shortened_but_keep_their_mark() {
        let long = format!("{}@{}.example", "a".repeat(64), "b".repeat(60));
        let name = candidate(&Address::parse(&long).unwrap(), "fabrikam.example", 99);
        assert!(name.mail_nickname.len() <= 113 && name.mail_nickname.ends_with("99#EXT#"));
    }

    #[test]
    fn members_live_on_the_tenants_domains() {
        let own = ["fabrikam.example".to_owned()];
        assert!(member_name_is_valid("ana@fabrikam.example", &own));
        assert!(!member_name_is_valid("ana@contoso.example", &own));
        assert!(!member_name_is_valid("a#EXT#@fabrikam.example", &own));
        assert!(member_name_is_valid("$ana@fabrikam.example", &own));
        for odd in ["$@fabrikam.example", "$$a@fabrikam.example", "a$b@fabrikam.example"] {
            assert!(!member_name_is_valid(odd, &own), "{odd}");
        }
    }
}
