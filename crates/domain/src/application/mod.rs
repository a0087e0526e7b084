//! Applications, their service principals, app roles and who has them, as plain data. Refuses secrets:
//! a client secret exists here only as its keyed hash.

mod check;
mod credentials;
mod edit;
mod optional;
mod settings;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use check::{check_home_page, check_redirect_uris};
pub use credentials::{Certificate, MAX_CREDENTIALS, NewSecret, SECRET_YEARS};
pub use edit::{ApplicationEdit, PrincipalEdit, Shape};
pub use optional::{GroupForm, GuestUpn, OPTIONAL_CLAIMS};

pub use settings::{
    ApplicationSettings, ExposedScope, GroupClaims, OptionalClaim, OptionalClaims, PrincipalNotes,
    RequiredAccess,
};

use crate::ids::{ClientId, ObjectId, TenantId};
use crate::sign_in::redirect_uri_matches;
use crate::time::Time;

/// The directory API itself, as every client of the original knows it (reference/wire-contract.md 1.6).
pub const DIRECTORY_API: ClientId = ClientId(uuid::uuid!("00000003-0000-0000-c000-000000000000"));
/// What the directory API is called beside its id: scripts look it up by that.
pub const DIRECTORY_API_URI: &str = "https://graph.microsoft.com";
/// The Azure CLI, likewise.
pub const AZURE_CLI: ClientId = ClientId(uuid::uuid!("04b07795-8ddb-461a-bbee-02f9e1bf7b46"));
/// Graph PowerShell and the other command line tools of the original's directory API, likewise.
pub const GRAPH_COMMAND_LINE: ClientId = ClientId(uuid::uuid!("14d82eec-204b-4c2f-b7e8-296a70dab67e"));
/// Applications of the original that are present in every tenant and are nobody's here.
pub const OF_THE_ORIGINAL: [ClientId; 3] = [DIRECTORY_API, AZURE_CLI, GRAPH_COMMAND_LINE];
/// The organisation of the original that they belong to, as every tenant of it knows it: whoever asks for what their own
/// organisation owns leaves them out by it.
pub const ORIGINALS_TENANT: TenantId = TenantId(uuid::uuid!("f8cdef31-a31e-4b4a-93e4-5f571e91255a"));
/// The app role of an assignment to an application that has no roles.
pub const DEFAULT_ACCESS: Uuid = Uuid::nil();

/// A registered application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The object id.
    pub id: ObjectId,
    /// Raised by every change.
    pub revision: i64,
    /// `appId`.
    pub client_id: ClientId,
    /// `displayName`.
    pub display_name: String,
    /// A program that cannot keep a secret.
    pub public_client: bool,
    /// Tokens are signed with ES256 instead of RS256.
    pub es256: bool,
    /// Which `groups` claims are issued (`groupMembershipClaims`).
    pub group_claims: GroupClaims,
    /// Exact redirect URIs; `http://localhost` stands for any port and path for public clients.
    pub redirect_uris: Vec<RedirectUri>,
    /// What else it declares.
    pub settings: ApplicationSettings,
    /// Who registered it; nobody if the operator did.
    pub created_by: Option<ObjectId>,
    /// When it was registered.
    pub created_at: Time,
}

impl Application {
    /// Where a registered redirect address belongs, if it is one of the application's.
    pub fn platform_of(&self, requested: &str) -> Option<Platform> {
        redirect_uri_matches(&self.redirect_uris, requested)
    }
}

/// The id of a grant on behalf of people, made of what it is about, so that the same grant has the same id
/// (RFC 9562 section 5.8). No `user` stands for everybody.
pub fn grant_id(client: ClientId, resource: ClientId, user: Option<ObjectId>) -> Uuid {
    let user = user.map_or(Uuid::nil(), |user| user.0);
    let whole = [client.0.into_bytes(), resource.0.into_bytes(), user.into_bytes()].concat();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest(&SHA256, &whole).as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What kind of program waits at a redirect address (`web`, `spa` and `publicClient` of an application in Graph).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// A server that keeps a secret.
    Web,
    /// A page in a browser: PKCE, cross-origin calls, no secret, refresh tokens of a day.
    Spa,
    /// An installed program: PKCE, loopback addresses of any port, no secret.
    PublicClient,
}

impl Platform {
    /// The spelling in Graph and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Spa => "spa",
            Self::PublicClient => "publicClient",
        }
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Web, Self::Spa, Self::PublicClient].into_iter().find(|platform| platform.name() == text)
    }
}

/// A registered redirect address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RedirectUri {
    /// The exact text.
    pub uri: String,
    /// What waits there.
    pub platform: Platform,
}

impl RedirectUri {
    /// Addresses of one platform.
    pub fn all(platform: Platform, uris: impl IntoIterator<Item = String>) -> Vec<Self> {
        uris.into_iter().map(|uri| Self { uri, platform }).collect()
    }
}

/// An application's presence in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePrincipal {
    /// The object id.
    pub id: ObjectId,
    /// Raised by every change.
    pub revision: i64,
    /// `appId`.
    pub client_id: ClientId,
    /// `displayName`.
    pub display_name: String,
    /// Where My Apps opens it (`homepage`).
    pub home_url: Option<String>,
    /// Only assigned people may sign in (`appRoleAssignmentRequired`).
    pub assignment_required: bool,
    /// `accountEnabled`.
    pub enabled: bool,
    /// The roles it knows.
    pub app_roles: Vec<AppRole>,
    /// What people wrote about it.
    pub notes: PrincipalNotes,
    /// Who made it present; nobody if the operator did.
    pub created_by: Option<ObjectId>,
    /// When it appeared.
    pub created_at: Time,
}

/// A role an application knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRole {
    /// Its id.
    pub id: Uuid,
    /// What tokens say; empty for a role of which they say nothing (`appRole.value` may be null in the original).
    pub value: String,
    /// What people read.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Who can have it.
    pub for_whom: RoleFor,
    /// Can be assigned.
    pub enabled: bool,
}

impl AppRole {
    /// What it is called where there is room for one name.
    pub fn name(&self) -> &str {
        if self.value.is_empty() { &self.display_name } else { &self.value }
    }
}

/// Who can have an app role (`allowedMemberTypes`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoleFor {
    /// People, groups and programs.
    #[default]
    Both,
    /// People and groups.
    Users,
    /// Programs, as an application permission.
    Applications,
}

impl RoleFor {
    /// Whether people and groups can have it.
    pub const fn users(self) -> bool {
        !matches!(self, Self::Applications)
    }

    /// Whether principals of that kind can have it.
    pub const fn fits(self, kind: PrincipalKind) -> bool {
        match kind {
            PrincipalKind::User | PrincipalKind::Group => self.users(),
            PrincipalKind::ServicePrincipal => self.applications(),
        }
    }

    /// Whether programs can have it.
    pub const fn applications(self) -> bool {
        !matches!(self, Self::Users)
    }
}

/// What an app role is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// A person.
    User,
    /// A group and so its members.
    Group,
    /// An application.
    ServicePrincipal,
}

impl PrincipalKind {
    /// The spelling in Graph (`principalType`) and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::ServicePrincipal => "ServicePrincipal",
        }
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Group, Self::ServicePrincipal].into_iter().find(|k| k.name() == text)
    }
}

/// Who has which app role where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRoleAssignment {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub principal: ObjectId,
    /// What kind of object that is.
    pub principal_kind: PrincipalKind,
    /// Name of the principal now.
    pub principal_name: String,
    /// The service principal of the application.
    pub resource: ObjectId,
    /// Its name now.
    pub resource_name: String,
    /// The role; [`DEFAULT_ACCESS`] for none.
    pub app_role: Uuid,
    /// When.
    pub created_at: Time,
}
