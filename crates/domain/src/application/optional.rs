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
    "groups",
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

/// The variant of `groups` that tells them in `roles`.
const AS_ROLES: &str = "emit_as_roles";
/// The variant of `groups` that tells names.
const BY_NAME: &str = "cloud_displayname";

/// How `groups` are told to whoever asks for them (docs/identity-platform/optional-claims.md of the original). Which ones
/// is for `groupMembershipClaims` to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupForm {
    /// As `roles`, in place of the app roles a person has.
    pub as_roles: bool,
    /// By their names, where an administrator has chosen the groups (`ApplicationGroup`): anybody may call a group of
    /// their own what another one is called.
    pub by_name: bool,
}

/// What of a claim cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown<'a> {
    /// The claim of this name.
    Claim(&'a str),
    /// Of the claim, this variant.
    Variant(&'a str, &'a str),
}

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
    /// What of a claim cannot be asked for, if anything.
    pub(super) fn unknown(claim: &OptionalClaim) -> Option<Unknown<'_>> {
        let name = claim.name.as_str();
        if !OPTIONAL_CLAIMS.contains(&name) {
            return Some(Unknown::Claim(name));
        }
        let known = Self::variants(name);
        let mut variants = claim.additional_properties.iter().map(String::as_str);
        variants.find(|variant| !known.contains(variant)).map(|variant| Unknown::Variant(name, variant))
    }

    /// The variants of a claim (`additionalProperties`).
    pub(super) fn variants(name: &str) -> &'static [&'static str] {
        match name {
            "upn" => &[EXTERNAL, WITHOUT_HASH],
            "idtyp" => &["include_user_token"],
            "groups" => &[AS_ROLES, BY_NAME],
            _ => &[],
        }
    }
}

impl OptionalClaim {
    /// Whether `name` is asked for in `claims`.
    pub fn wanted(claims: &[Self], name: &str) -> bool {
        claims.iter().any(|claim| claim.name == name)
    }

    /// How groups are told to whoever asks for these.
    pub fn group_form(claims: &[Self]) -> GroupForm {
        let Some(groups) = claims.iter().find(|claim| claim.name == "groups") else {
            return GroupForm::default();
        };
        let has = |name: &str| groups.additional_properties.iter().any(|variant| variant == name);
        GroupForm { as_roles: has(AS_ROLES), by_name: has(BY_NAME) }
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
        let on_premises = "dns_domain_and_sam_account_name";
        for (name, variants, unknown) in [
            ("upn", &[][..], None),
            ("upn", &[EXTERNAL], None),
            ("upn", &["x"], Some(Unknown::Variant("upn", "x"))),
            ("email", &[], None),
            ("email", &[EXTERNAL], Some(Unknown::Variant("email", EXTERNAL))),
            ("idtyp", &["include_user_token"], None),
            ("groups", &[], None),
            ("groups", &[AS_ROLES, BY_NAME], None),
            ("groups", &[AS_ROLES, on_premises], Some(Unknown::Variant("groups", on_premises))),
            ("ipaddr", &[], Some(Unknown::Claim("ipaddr"))),
            ("Upn", &[], Some(Unknown::Claim("Upn"))),
        ] {
            assert_eq!(OptionalClaims::unknown(&claim(name, variants)), unknown, "{name} {variants:?}");
        }
    }

    #[test]
    fn groups_are_told_in_the_form_that_was_asked_for() {
        let form = |variants: &[&str]| OptionalClaim::group_form(&[claim("groups", variants)]);
        assert_eq!(OptionalClaim::group_form(&[claim("upn", &[])]), GroupForm::default());
        assert_eq!(form(&[]), GroupForm::default());
        assert_eq!(form(&[BY_NAME]), GroupForm { by_name: true, as_roles: false });
        assert_eq!(form(&[AS_ROLES, BY_NAME]), GroupForm { by_name: true, as_roles: true });
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
