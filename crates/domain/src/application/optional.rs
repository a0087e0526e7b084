//! Optional claims: which there are, and the forms of a guest's user principal name
//! (reference/tokens-and-sign-in.md section 5). Refuses names that no token here can carry, when they are registered
//! and not when somebody misses them.

use super::{OptionalClaim, OptionalClaims};

/// Every claim that can be asked for. Those that tokens carry anyway are taken, too, so that manifests written for the
/// original need no change.
pub const OPTIONAL_CLAIMS: &[&str] = &[
    "acct",
    "auth_time",
    "ctry",
    "email",
    "family_name",
    "given_name",
    "idtyp",
    "login_hint",
    "preferred_username",
    "sid",
    "upn",
    "verified_primary_email",
    "verified_secondary_email",
    "xms_cc",
    "xms_edov",
    "xms_pl",
];

/// The variant of `upn` for guests: `alice_contoso.example#EXT#@…`.
const EXTERNAL: &str = "include_externally_authenticated_upn";
/// The same with `_` for `#`.
const WITHOUT_HASH: &str = "include_externally_authenticated_upn_without_hash";

/// How the `upn` of a guest is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuestUpn {
    /// Not at all: members only.
    Absent,
    /// As it is, with `#EXT#`.
    AsIs,
    /// With `_EXT_`.
    WithoutHash,
}

impl OptionalClaims {
    /// Whether a name and its variants can be asked for.
    pub(super) fn is_known(claim: &OptionalClaim) -> bool {
        let variants = claim.additional_properties.iter().map(String::as_str);
        OPTIONAL_CLAIMS.contains(&claim.name.as_str())
            && match claim.name.as_str() {
                "upn" => variants.into_iter().all(|name| [EXTERNAL, WITHOUT_HASH].contains(&name)),
                "idtyp" => variants.into_iter().all(|name| name == "include_user_token"),
                _ => claim.additional_properties.is_empty(),
            }
    }
}

impl OptionalClaim {
    /// Whether `name` is asked for in `claims`.
    pub fn wanted(claims: &[Self], name: &str) -> bool {
        claims.iter().any(|claim| claim.name == name)
    }

    /// How the `upn` of a guest is told to whoever asks for these; members always have theirs.
    pub fn upn_of_guests(claims: &[Self]) -> GuestUpn {
        let Some(upn) = claims.iter().find(|claim| claim.name == "upn") else { return GuestUpn::Absent };
        let has = |name: &str| upn.additional_properties.iter().any(|variant| variant == name);
        match (has(WITHOUT_HASH), has(EXTERNAL)) {
            (true, _) => GuestUpn::WithoutHash,
            (false, true) => GuestUpn::AsIs,
            (false, false) => GuestUpn::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(name: &str, variants: &[&str]) -> OptionalClaim {
        let additional_properties = variants.iter().map(|&variant| variant.to_owned()).collect();
        OptionalClaim { name: name.to_owned(), additional_properties, ..OptionalClaim::default() }
    }

    #[test]
    fn only_claims_that_can_be_told_are_known() {
        for (name, variants, known) in [
            ("upn", &[][..], true),
            ("upn", &[EXTERNAL], true),
            ("upn", &["x"], false),
            ("email", &[], true),
            ("email", &[EXTERNAL], false),
            ("idtyp", &["include_user_token"], true),
            ("ipaddr", &[], false),
            ("Upn", &[], false),
        ] {
            assert_eq!(OptionalClaims::is_known(&claim(name, variants)), known, "{name} {variants:?}");
        }
    }

    #[test]
    fn the_name_of_a_guest_is_told_in_the_form_that_was_asked_for() {
        let form = |variants: &[&str]| OptionalClaim::upn_of_guests(&[claim("upn", variants)]);
        assert_eq!(OptionalClaim::upn_of_guests(&[]), GuestUpn::Absent);
        assert_eq!(form(&[]), GuestUpn::Absent);
        assert_eq!(form(&[EXTERNAL]), GuestUpn::AsIs);
        assert_eq!(form(&[WITHOUT_HASH, EXTERNAL]), GuestUpn::WithoutHash);
    }
}
