//! What tokens say, exactly (reference/tokens-and-sign-in.md section 5, reference/wire-contract.md section 3.3).
//!
//! `oid` and `sub` derive from the object id and never from the identity, so that applications see the same person
//! after a reset. Refuses to sign inside a transaction: it works on facts that were loaded before.

use hospes_domain::access::UserType;
use hospes_domain::address::Address;
use hospes_domain::application::{DIRECTORY_API, OptionalClaim};
use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::jose::{Algorithm, base64url};
use hospes_domain::refusal::Refusal;
use hospes_domain::session::Amr;
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::clients::Client;
use serde::Serialize;
use uuid::Uuid;

use super::personal::{Groups, Personal, Told};
use super::scopes::{Asked, Granted};
use crate::app::App;
use crate::keys::TenantKeys;
use crate::random;

/// How long access and id tokens live.
pub(super) const LIFE_SECONDS: i64 = 3600;

/// Every claim that an id token or UserInfo can tell, for the discovery document (OpenID Connect Discovery 1.0 section 3,
/// `claims_supported`). A test compares it with both.
pub const CLAIMS: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "nonce",
    "amr",
    "oid",
    "tid",
    "sid",
    "idp",
    "acct",
    "ver",
    "uti",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "email",
    "xms_edov",
    "upn",
    "login_hint",
    "verified_primary_email",
    "verified_secondary_email",
    "xms_pl",
    "ctry",
    "groups",
    "roles",
    "wids",
];

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
    /// The groups the client wants to know of, direct and through others.
    pub(super) groups: Option<Groups>,
    /// The member's own addresses, if the client is another organisation of the server.
    pub(super) aliases: Vec<Address>,
    /// Whether `mail` is on a domain the organisation owns.
    pub(super) owned_mail: bool,
    /// Template ids of directory roles.
    pub(super) directory_roles: Vec<Uuid>,
    /// App roles at the client.
    pub(super) client_roles: Vec<String>,
    /// App roles at the resource.
    pub(super) resource_roles: Vec<String>,
    /// The groups the resource wants to know of.
    pub(super) resource_groups: Option<Groups>,
    /// Optional claims the resource wants.
    pub(super) resource_claims: Vec<OptionalClaim>,
    /// Whether the resource wants directory roles.
    pub(super) resource_tells_roles: bool,
}

/// The sign-in an id token tells of.
#[derive(Clone)]
pub(super) struct SignInFacts {
    /// What everything that came of one code or device code has in common.
    pub(super) family: Uuid,
    pub(super) session: Uuid,
    pub(super) auth_time: Time,
    pub(super) amr: Amr,
    pub(super) nonce: Option<String>,
    /// Claims the client asked for one by one.
    pub(super) claims: ClaimsRequest,
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

#[derive(Serialize)]
struct IdToken<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    #[serde(flatten)]
    personal: Personal<'a>,
    /// Named as the original names its optional claim.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    verified_secondary_email: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[Uuid]>::is_empty")]
    wids: &'a [Uuid],
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
    /// What the client said it can handle: claims challenges.
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    xms_cc: &'static [&'static str],
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
    /// The grant, which ends when its code or a refresh token comes twice (threats F4, F5).
    hgr: Uuid,
    /// Claims that UserInfo tells beyond what the scopes open.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    hui: &'a [String],
}

/// The `sub` of a person at a client: pairwise, and the same as long as the object lives (OIDC Core section 8.1).
pub(crate) fn subject(keys: &TenantKeys, object: ObjectId, client: ClientId) -> String {
    let mut pair = [0; 32];
    pair[..16].copy_from_slice(object.0.as_bytes());
    pair[16..].copy_from_slice(client.0.as_bytes());
    base64url::encode(keys.keyed_hash("subject", &pair))
}

impl Issuing<'_> {
    /// An access token for the client itself (RFC 6749 section 4.4).
    pub(super) fn app_token(
        &self,
        resource: ClientId,
        roles: &[String],
        claims: &ClaimsRequest,
    ) -> Result<String, Refusal> {
        let id = self.client.principal;
        self.sign(&self.access(self.common(resource, id, id.to_string(), roles), "app", claims))
    }

    /// An access token for a person's use of the client.
    pub(super) fn user_token(
        &self,
        asked: &Asked,
        granted: &Granted,
        person: &Person,
        sign_in: &SignInFacts,
    ) -> Result<String, Refusal> {
        let resource = granted.resource;
        let user = &person.user;
        let subject = subject(self.keys, user.id(), self.client.id);
        let groups = person.resource_groups.as_ref();
        let roles = Groups::in_roles(groups, &person.resource_roles);
        let common = self.common(resource, user.id(), subject, roles);
        let mut told = Told::new(&person.resource_claims, &[]).with(&["name", "preferred_username"]);
        if asked.wants.openid && asked.wants.email && resource == self.client.id {
            told = told.with(&["email"]);
        }
        let personal = Personal::new(self.app.public_url(), person, sign_in, groups, &told);
        let tells_roles = resource == DIRECTORY_API || person.resource_tells_roles;
        let wids = if tells_roles { person.directory_roles.as_slice() } else { &[] };
        let access = UserAccess {
            personal,
            scp: &granted.scp,
            wids,
            upn: &user.upn,
            hsg: user.guest.generation(),
            hgr: sign_in.family,
            hui: if asked.wants.openid { &sign_in.claims.userinfo } else { &[] },
        };
        self.sign(&AccessToken { user: Some(access), ..self.access(common, "user", &sign_in.claims) })
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
        let mut told = Told::new(&self.client.settings.optional_claims.id_token, &sign_in.claims.id_token);
        if asked.wants.profile {
            told = told.with(&["name", "preferred_username", "given_name", "family_name"]);
        }
        if asked.wants.email || user.user_type == UserType::Guest {
            told = told.with(&["email", "xms_edov"]);
        }
        let tells_roles = self.client.group_claims.tells_directory_roles();
        self.sign(&IdToken {
            common: self.common(
                self.client.id,
                user.id(),
                subject,
                Groups::in_roles(person.groups.as_ref(), &person.client_roles),
            ),
            personal: Personal::new(
                self.app.public_url(),
                person,
                sign_in,
                person.groups.as_ref(),
                &told.with_upn(),
            ),
            verified_secondary_email: person.aliases.iter().map(Address::as_str).collect(),
            wids: if tells_roles { &person.directory_roles } else { &[] },
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

    fn access<'a>(
        &'a self,
        common: Common<'a>,
        idtyp: &'static str,
        claims: &ClaimsRequest,
    ) -> AccessToken<'a> {
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
            xms_cc: if claims.challenges { &["cp1"] } else { &[] },
            user: None,
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
