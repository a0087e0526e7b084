//! What tokens say of a person beyond who it is: name, addresses, memberships and optional claims, as far as the scopes,
//! the registration of the application and the request open it (reference/tokens-and-sign-in.md section 5). Refuses to
//! tell what nobody asked for, and never says of an address that it is proven unless its owner proved it.

use std::collections::BTreeMap;

use hospes_domain::access::UserType;
use hospes_domain::application::{GuestUpn, OptionalClaim};
use hospes_domain::proof::{FROM_OUTSIDE, home_of};
use hospes_domain::user::User;
use serde::Serialize;
use uuid::Uuid;

use super::claims::{Person, SignInFacts};

/// More groups than this do not travel in a token; it says where to ask instead.
const MAX_GROUPS: usize = 200;

/// The groups a token tells of.
#[derive(Clone)]
pub(super) struct Groups {
    /// Their ids, or their names.
    pub(super) told: Vec<String>,
    /// In `roles`, in place of the app roles.
    pub(super) as_roles: bool,
}

impl Groups {
    fn overage(&self) -> bool {
        self.told.len() > MAX_GROUPS
    }

    /// What `roles` holds for a person with these app roles.
    pub(super) fn in_roles<'a>(groups: Option<&'a Self>, roles: &'a [String]) -> &'a [String] {
        groups
            .filter(|groups| groups.as_roles && !groups.overage())
            .map_or(roles, |groups| groups.told.as_slice())
    }
}

/// What only people have.
#[derive(Serialize)]
pub(super) struct Personal<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    idp: Option<String>,
    acct: u8,
    sid: Uuid,
    /// How the person was proven (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<&'a str>,
    #[serde(flatten)]
    told: Details,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<&'a [String]>,
    #[serde(rename = "_claim_names", skip_serializing_if = "Option::is_none")]
    claim_names: Option<BTreeMap<&'static str, &'static str>>,
    #[serde(rename = "_claim_sources", skip_serializing_if = "Option::is_none")]
    claim_sources: Option<BTreeMap<&'static str, BTreeMap<&'static str, String>>>,
}

/// Claims that are told only to those who ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Details {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) xms_edov: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) upn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) login_hint: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) verified_primary_email: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) xms_pl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ctry: Option<String>,
}

/// Which of them are told: by name, and how the user principal name of a guest is spelled.
pub(super) struct Told<'a> {
    optional: &'a [OptionalClaim],
    asked: &'a [String],
    by_scope: Vec<&'static str>,
    with_upn: bool,
}

impl<'a> Told<'a> {
    /// What the registration wants, and what the request asks for one by one.
    pub(super) fn new(optional: &'a [OptionalClaim], asked: &'a [String]) -> Self {
        Self { optional, asked, by_scope: Vec::new(), with_upn: false }
    }

    /// And what the scopes open.
    pub(super) fn with(mut self, names: &[&'static str]) -> Self {
        self.by_scope.extend(names);
        self
    }

    /// With `upn` where it is asked for; access tokens have theirs anyway.
    pub(super) fn with_upn(self) -> Self {
        Self { with_upn: true, ..self }
    }

    fn has(&self, name: &str) -> bool {
        self.by_scope.contains(&name)
            || self.asked.iter().any(|asked| asked == name)
            || OptionalClaim::wanted(self.optional, name)
    }

    /// The user principal name in the form that is asked for.
    fn upn(&self, user: &User) -> Option<String> {
        if !self.with_upn || !self.has("upn") {
            return None;
        }
        if user.guest.binding().is_none() {
            return Some(user.upn.clone());
        }
        match OptionalClaim::upn_of_guests(self.optional) {
            GuestUpn::Absent if self.asked.iter().any(|asked| asked == "upn") => Some(user.upn.clone()),
            GuestUpn::Absent => None,
            GuestUpn::AsIs => Some(user.upn.clone()),
            GuestUpn::WithoutHash => Some(user.upn.replace('#', "_")),
        }
    }

    /// The claims.
    pub(super) fn of(&self, person: &Person) -> Details {
        let user = &person.user;
        let profile = &user.profile;
        let told = |name: &str, value: Option<String>| value.filter(|_| self.has(name));
        let address = email(user);
        let proven = address.is_some_and(|(_, proven)| proven) || person.owned_mail;
        let mail = user.mail.as_ref().map(ToString::to_string).filter(|_| person.owned_mail);
        Details {
            name: told("name", Some(profile.display_name.clone())),
            given_name: told("given_name", profile.given_name.clone()),
            family_name: told("family_name", profile.surname.clone()),
            preferred_username: told("preferred_username", Some(user.sign_in_name().to_owned())),
            email: told("email", address.map(|(address, _)| address.to_owned())),
            // It says something about `email`, so it stands with it only.
            xms_edov: (self.has("email") && self.has("xms_edov") && proven).then_some(true),
            upn: self.upn(user),
            login_hint: told("login_hint", Some(user.sign_in_name().to_owned())),
            verified_primary_email: told("verified_primary_email", mail).into_iter().collect(),
            xms_pl: told("xms_pl", profile.preferred_language.clone()),
            ctry: told("ctry", country(user)),
        }
    }
}

impl<'a> Personal<'a> {
    /// What a token says of a person; beyond 200 groups it names the call that lists them.
    pub(super) fn new(
        public_url: &str,
        person: &Person,
        sign_in: &'a SignInFacts,
        groups: Option<&'a Groups>,
        told: &Told<'_>,
    ) -> Self {
        let user = &person.user;
        let overage = groups.is_some_and(Groups::overage);
        let endpoint = || format!("{public_url}/v1.0/users/{}/getMemberObjects", user.id());
        Self {
            idp: user.guest.binding().map(|binding| match home_of(&binding.issuer) {
                Some(home) => super::issuer(public_url, home),
                None => binding.issuer.clone(),
            }),
            acct: u8::from(user.user_type == UserType::Guest),
            sid: sign_in.session,
            amr: sign_in.amr.words().collect(),
            told: told.of(person),
            groups: groups.filter(|groups| !overage && !groups.as_roles).map(|groups| groups.told.as_slice()),
            claim_names: overage.then(|| BTreeMap::from([("groups", "src1")])),
            claim_sources: overage
                .then(|| BTreeMap::from([("src1", BTreeMap::from([("endpoint", endpoint())]))])),
        }
    }
}

/// The address a client may learn, and whether its owner proved it (`xms_edov`).
pub(super) fn email(user: &User) -> Option<(&str, bool)> {
    match user.guest.binding() {
        // A mailbox was proven, or the owner of the domain vouched for it.
        Some(binding) => {
            let proven = FROM_OUTSIDE.contains(&binding.proof.as_str());
            Some((binding.sign_in_name.as_str(), proven))
        }
        None => user.mail.as_ref().map(|mail| (mail.as_str(), false)),
    }
}

/// Two letters: the country of the address if it is written so, else where services are used.
fn country(user: &User) -> Option<String> {
    let letters = |text: &&String| text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic());
    let profile = &user.profile;
    let found = profile.country.as_ref().filter(letters).or(profile.usage_location.as_ref().filter(letters));
    found.map(|country| country.to_ascii_uppercase())
}
