//! What tokens say, exactly (reference/tokens-and-sign-in.md section 5, reference/wire-contract.md section 3.3).
//!
//! `oid` and `sub` derive from the object id and never from the identity, so that applications see the same person
//! after a reset. Refuses to sign inside a transaction: it works on facts that were loaded before.

use std::collections::BTreeMap;

use hospes_domain::access::UserType;
use hospes_domain::address::Address;
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::jose::{Algorithm, base64url};
use hospes_domain::proof::{FROM_OUTSIDE, home_of};
use hospes_domain::refusal::Refusal;
use hospes_domain::session::Amr;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::clients::Client;
use serde::Serialize;
use uuid::Uuid;

use super::scopes::Asked;
use crate::app::App;
use crate::keys::TenantKeys;
use crate::random;

/// How long access and id tokens live.
pub(super) const LIFE_SECONDS: i64 = 3600;
/// More groups than this do not travel in a token; it says where to ask instead.
const MAX_GROUPS: usize = 200;

/// Who issues, to which client, when.
pub(super) struct Issuing<'a> {
    pub(super) app: &'a App,
    pub(super) keys: &'a TenantKeys,
    pub(super) client: &'a Client,
    pub(super) at: Time,
    /// The client proved itself with a certificate.
    pub(super) by_certificate: bool,
}

/// A person as the directory knew it in the closure of the grant.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) user: User,
    /// Security groups, direct and through others, if the client wants to know.
    pub(super) groups: Option<Vec<ObjectId>>,
    /// The member's own addresses, if the client is another organisation of the server.
    pub(super) aliases: Vec<Address>,
    /// Template ids of directory roles.
    pub(super) directory_roles: Vec<Uuid>,
    /// App roles at the client.
    pub(super) client_roles: Vec<String>,
    /// App roles at the resource.
    pub(super) resource_roles: Vec<String>,
}

/// The sign-in an id token tells of.
#[derive(Clone)]
pub(super) struct SignInFacts {
    pub(super) session: Uuid,
    pub(super) auth_time: Time,
    pub(super) amr: Amr,
    pub(super) nonce: Option<String>,
}

/// What both kinds of token have in common.
#[derive(Serialize)]
struct Common<'a> {
    aud: ClientId,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    tid: Uuid,
    oid: ObjectId,
    sub: String,
    ver: &'static str,
    uti: String,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    roles: &'a [String],
}

/// What only people have.
#[derive(Serialize)]
struct Personal<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    xms_edov: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idp: Option<String>,
    acct: u8,
    sid: Uuid,
    /// How the person was proven (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<&'a [ObjectId]>,
    #[serde(rename = "_claim_names", skip_serializing_if = "Option::is_none")]
    claim_names: Option<BTreeMap<&'static str, &'static str>>,
    #[serde(rename = "_claim_sources", skip_serializing_if = "Option::is_none")]
    claim_sources: Option<BTreeMap<&'static str, BTreeMap<&'static str, String>>>,
}

#[derive(Serialize)]
struct IdToken<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    #[serde(flatten)]
    personal: Personal<'a>,
    /// Named as the original names its optional claim.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    verified_secondary_email: Vec<&'a str>,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

#[derive(Serialize)]
struct AccessToken<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    appid: ClientId,
    azp: ClientId,
    azpacr: &'static str,
    app_displayname: &'a str,
    idtyp: &'static str,
    #[serde(flatten)]
    user: Option<UserAccess<'a>>,
}

/// What an access token says about a person.
#[derive(Serialize)]
struct UserAccess<'a> {
    #[serde(flatten)]
    personal: Personal<'a>,
    scp: &'a str,
    wids: &'a [Uuid],
    upn: &'a str,
    /// The sign-in generation, compared for equality on use (threats I3, D5).
    hsg: i64,
}

/// The `sub` of a person at a client: pairwise, and the same as long as the object lives (OIDC Core section 8.1).
pub(crate) fn subject(keys: &TenantKeys, object: ObjectId, client: ClientId) -> String {
    let mut pair = [0; 32];
    pair[..16].copy_from_slice(object.0.as_bytes());
    pair[16..].copy_from_slice(client.0.as_bytes());
    base64url::encode(keys.keyed_hash("subject", &pair))
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

impl Issuing<'_> {
    /// An access token for the client itself (RFC 6749 section 4.4).
    pub(super) fn app_token(&self, resource: ClientId, roles: &[String]) -> Result<String, Refusal> {
        let id = self.client.principal;
        self.sign(&self.access(self.common(resource, id, id.to_string(), roles), "app"))
    }

    /// An access token for a person's use of the client.
    pub(super) fn user_token(
        &self,
        asked: &Asked,
        scp: &str,
        person: &Person,
        sign_in: &SignInFacts,
    ) -> Result<String, Refusal> {
        let resource = asked.resource();
        let user = &person.user;
        let subject = subject(self.keys, user.id(), self.client.id);
        let common = self.common(resource, user.id(), subject, &person.resource_roles);
        let mut personal = self.personal(person, sign_in, resource == self.client.id);
        personal.name = Some(&user.profile.display_name);
        personal.preferred_username = Some(user.sign_in_name());
        let wids = if resource == DIRECTORY_API { person.directory_roles.as_slice() } else { &[] };
        let generation = user.guest.generation();
        let access = UserAccess { personal, scp, wids, upn: &user.upn, hsg: generation };
        self.sign(&AccessToken { user: Some(access), ..self.access(common, "user") })
    }

    /// An id token (OIDC Core section 2).
    pub(super) fn id_token(
        &self,
        asked: &Asked,
        person: &Person,
        sign_in: &SignInFacts,
    ) -> Result<String, Refusal> {
        let user = &person.user;
        let subject = subject(self.keys, user.id(), self.client.id);
        let mut personal = self.personal(person, sign_in, true);
        if asked.wants.profile {
            personal.name = Some(&user.profile.display_name);
            personal.preferred_username = Some(user.sign_in_name());
        }
        if asked.wants.email || user.user_type == UserType::Guest {
            personal.email = email(user).map(|(address, _)| address);
            personal.xms_edov = email(user).and_then(|(_, proven)| proven.then_some(true));
        }
        self.sign(&IdToken {
            common: self.common(self.client.id, user.id(), subject, &person.client_roles),
            personal,
            verified_secondary_email: person.aliases.iter().map(Address::as_str).collect(),
            auth_time: sign_in.auth_time.seconds(),
            nonce: sign_in.nonce.as_deref(),
        })
    }

    fn common<'a>(&self, aud: ClientId, oid: ObjectId, sub: String, roles: &'a [String]) -> Common<'a> {
        let (tenant, now) = (self.keys.tenant(), self.at.seconds());
        Common {
            aud,
            iss: super::issuer(self.app.public_url(), tenant),
            iat: now,
            nbf: now,
            exp: now.saturating_add(LIFE_SECONDS),
            tid: tenant.0,
            oid,
            sub,
            ver: "2.0",
            uti: base64url::encode(random::bytes::<16>(self.app.random())),
            roles,
        }
    }

    fn access<'a>(&'a self, common: Common<'a>, idtyp: &'static str) -> AccessToken<'a> {
        AccessToken {
            common,
            appid: self.client.id,
            azp: self.client.id,
            azpacr: match (self.client.public, self.by_certificate) {
                (true, _) => "0",
                (false, false) => "1",
                (false, true) => "2",
            },
            app_displayname: &self.client.display_name,
            idtyp,
            user: None,
        }
    }

    fn personal<'a>(&self, person: &'a Person, sign_in: &'a SignInFacts, with_groups: bool) -> Personal<'a> {
        let user = &person.user;
        let groups = person.groups.as_deref().filter(|_| with_groups);
        let overage = groups.is_some_and(|groups| groups.len() > MAX_GROUPS);
        let endpoint = || format!("{}/v1.0/users/{}/getMemberObjects", self.app.public_url(), user.id());
        Personal {
            name: None,
            preferred_username: None,
            email: None,
            xms_edov: None,
            idp: user.guest.binding().map(|binding| match home_of(&binding.issuer) {
                Some(home) => super::issuer(self.app.public_url(), home),
                None => binding.issuer.clone(),
            }),
            acct: u8::from(user.user_type == UserType::Guest),
            sid: sign_in.session,
            amr: sign_in.amr.words().collect(),
            groups: groups.filter(|_| !overage),
            claim_names: overage.then(|| BTreeMap::from([("groups", "src1")])),
            claim_sources: overage
                .then(|| BTreeMap::from([("src1", BTreeMap::from([("endpoint", endpoint())]))])),
        }
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String, Refusal> {
        let algorithm = if self.client.es256 { Algorithm::Es256 } else { Algorithm::Rs256 };
        let json = serde_json::to_vec(claims).map_err(|error| broken(&error))?;
        self.keys.signing(algorithm, self.at).sign(&json).map_err(|error| broken(&error))
    }
}

fn broken(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "a token could not be made");
    Refusal::Internal
}
