//! What an application declares about itself beside name and addresses: stored and shown as a whole, heeded by consent
//! and tokens. Refuses nothing by itself: what may be declared is checked where it is written.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AppRole;
use crate::ids::ClientId;

/// Which memberships tokens tell of (`groupMembershipClaims`, reference/tokens-and-sign-in.md section 5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupClaims {
    /// None.
    #[default]
    None,
    /// `groups`: security groups.
    SecurityGroup,
    /// `wids`: directory roles.
    DirectoryRole,
    /// `groups`: those assigned to the application.
    ApplicationGroup,
    /// Every group, and directory roles.
    All,
}

impl GroupClaims {
    /// The spelling in Graph and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::SecurityGroup => "SecurityGroup",
            Self::DirectoryRole => "DirectoryRole",
            Self::ApplicationGroup => "ApplicationGroup",
            Self::All => "All",
        }
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::SecurityGroup, Self::DirectoryRole, Self::ApplicationGroup, Self::All]
            .into_iter()
            .find(|claims| claims.name() == text)
    }

    /// Whether `groups` is told.
    pub const fn tells_groups(self) -> bool {
        matches!(self, Self::SecurityGroup | Self::ApplicationGroup | Self::All)
    }

    /// Whether `wids` is told to the application itself.
    pub const fn tells_directory_roles(self) -> bool {
        matches!(self, Self::DirectoryRole | Self::All)
    }
}

/// What an application declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApplicationSettings {
    /// `description`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `notes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// `tags`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// `identifierUris`: names of the resource in scopes; unique in the tenant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifier_uris: Vec<String>,
    /// `web.homePageUrl`: where My Apps opens it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_page_url: Option<String>,
    /// `web.logoutUrl`: told in a frame of the sign-out page that a session ended (OIDC Front-Channel Logout 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logout_url: Option<String>,
    /// Told by the server itself (OIDC Back-Channel Logout 1.0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_channel_logout_url: Option<String>,
    /// May sign people in by device code: off unless somebody wants it (threats F11).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub device_code: bool,
    /// `optionalClaims`.
    #[serde(skip_serializing_if = "OptionalClaims::is_empty")]
    pub optional_claims: OptionalClaims,
    /// `requiredResourceAccess`: what `/.default` and admin consent ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required_access: Vec<RequiredAccess>,
    /// `api.oauth2PermissionScopes`: what others may ask of it on behalf of people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exposed_scopes: Vec<ExposedScope>,
    /// `api.requestedAccessTokenVersion`: the first, which tools ask for that know no other. It is said back to them; tokens
    /// are of the second whatever is asked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub first_tokens_requested: bool,
    /// `appRoles`, for the service principal it may get; that has its own rows of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub app_roles: Vec<AppRole>,
}

/// What people wrote about a service principal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PrincipalNotes {
    /// `description`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `notes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// `tags`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

impl PrincipalNotes {
    /// The text that is stored; `None` when nothing was written.
    pub fn to_stored(&self) -> Option<String> {
        if *self == Self::default() { None } else { serde_json::to_string(self).ok() }
    }

    /// Reads that text; `None` for a text this program did not write.
    pub fn from_stored(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

impl ApplicationSettings {
    /// The text that is stored; `None` when nothing is declared.
    pub fn to_stored(&self) -> Option<String> {
        if *self == Self::default() { None } else { serde_json::to_string(self).ok() }
    }

    /// Reads that text; `None` for a text this program did not write.
    pub fn from_stored(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// Claims that tokens carry only for those who ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct OptionalClaims {
    /// In id tokens.
    pub id_token: Vec<OptionalClaim>,
    /// In access tokens for the application.
    pub access_token: Vec<OptionalClaim>,
}

impl OptionalClaims {
    /// Whether none is asked for.
    pub fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.access_token.is_empty()
    }
}

/// One claim asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct OptionalClaim {
    /// Its name, such as `upn`.
    pub name: String,
    /// `essential`: a word for the original's sake, without effect there either.
    pub essential: bool,
    /// Variants, such as `include_externally_authenticated_upn`.
    pub additional_properties: Vec<String>,
}

/// Permissions of one resource that the application needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredAccess {
    /// `resourceAppId`.
    pub resource: ClientId,
    /// Ids of exposed scopes, on behalf of people.
    #[serde(default)]
    pub scopes: Vec<Uuid>,
    /// Ids of app roles, on its own behalf.
    #[serde(default)]
    pub roles: Vec<Uuid>,
}

/// A permission the application offers on behalf of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExposedScope {
    /// Its id.
    pub id: Uuid,
    /// Its name in scopes.
    pub value: String,
    /// Only administrators may grant it (`type` is `Admin`).
    pub admin_only: bool,
    /// Can be granted.
    pub enabled: bool,
    /// `adminConsentDisplayName`.
    pub admin_name: String,
    /// `adminConsentDescription`.
    pub admin_description: String,
    /// `userConsentDisplayName`.
    #[serde(default)]
    pub user_name: Option<String>,
    /// `userConsentDescription`.
    #[serde(default)]
    pub user_description: Option<String>,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn what_is_stored_comes_back() {
        assert_eq!(ApplicationSettings::default().to_stored(), None);
        assert_eq!(ApplicationSettings::from_stored("{}"), Some(ApplicationSettings::default()));
        assert_eq!(ApplicationSettings::from_stored("[1]"), None);
        let settings = ApplicationSettings {
            description: Some("Orders".into()),
            identifier_uris: vec!["api://orders".into()],
            logout_url: Some("https://app.example/out".into()),
            device_code: true,
            first_tokens_requested: true,
            optional_claims: OptionalClaims {
                id_token: vec![OptionalClaim { name: "upn".into(), ..OptionalClaim::default() }],
                access_token: Vec::new(),
            },
            required_access: vec![RequiredAccess {
                resource: crate::application::DIRECTORY_API,
                scopes: vec![Uuid::from_u128(1)],
                roles: Vec::new(),
            }],
            exposed_scopes: vec![ExposedScope {
                id: Uuid::from_u128(2),
                value: "Orders.Read".into(),
                admin_only: false,
                enabled: true,
                admin_name: "Read orders".into(),
                admin_description: "Reads orders.".into(),
                user_name: None,
                user_description: None,
            }],
            ..ApplicationSettings::default()
        };
        let text = settings.to_stored().unwrap();
        assert_eq!(ApplicationSettings::from_stored(&text), Some(settings));
    }

    #[test]
    fn group_claims_are_spelled_as_in_graph() {
        for name in ["None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All"] {
            assert_eq!(GroupClaims::parse(name).unwrap().name(), name);
        }
        assert_eq!(GroupClaims::parse("securitygroup"), None);
    }
}
