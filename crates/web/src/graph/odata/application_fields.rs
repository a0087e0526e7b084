//! What can be asked of applications and service principals. Refuses, by leaving it out, every other
//! property: credentials above all are never filterable.

use hospes_domain::query::{ApplicationField, ServicePrincipalField};

use super::resource::{Field, Kind, Resource, field};

/// Applications.
pub static APPLICATIONS: Resource<ApplicationField> = Resource {
    type_name: "microsoft.graph.application",
    fields: APPLICATION_FIELDS,
    properties: APPLICATION_PROPERTIES,
};

/// Service principals.
pub static SERVICE_PRINCIPALS: Resource<ServicePrincipalField> = Resource {
    type_name: "microsoft.graph.servicePrincipal",
    fields: SERVICE_PRINCIPAL_FIELDS,
    properties: SERVICE_PRINCIPAL_PROPERTIES,
};

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const APPLICATION_FIELDS: &[Field<ApplicationField>] = &[
    field("id", ApplicationField::Id, Kind::Id, b"DAA--D--", b'-'),
    field("appId", ApplicationField::AppId, Kind::Id, b"DAA--D--", b'-'),
    field("displayName", ApplicationField::DisplayName, Kind::Text, b"DAA--DDA", b'D'),
];

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const SERVICE_PRINCIPAL_FIELDS: &[Field<ServicePrincipalField>] = &[
    field("id", ServicePrincipalField::Id, Kind::Id, b"DAA--D--", b'-'),
    field("appId", ServicePrincipalField::AppId, Kind::Id, b"DAA--D--", b'-'),
    field("displayName", ServicePrincipalField::DisplayName, Kind::Text, b"DAA--DDA", b'D'),
];

/// Every property of the published application type; those Hospes does not keep are null.
const APPLICATION_PROPERTIES: &[&str] = &[
    "id",
    "deletedDateTime",
    "addIns",
    "api",
    "appId",
    "applicationTemplateId",
    "appRoles",
    "authenticationBehaviors",
    "certification",
    "createdByAppId",
    "createdDateTime",
    "defaultRedirectUri",
    "description",
    "disabledByMicrosoftStatus",
    "displayName",
    "groupMembershipClaims",
    "hospes.backChannelLogoutUrl",
    "hospes.deviceCode",
    "hospes.signingAlgorithm",
    "identifierUris",
    "info",
    "isDeviceOnlyAuthSupported",
    "isDisabled",
    "isFallbackPublicClient",
    "keyCredentials",
    "logo",
    "managerApplications",
    "nativeAuthenticationApisEnabled",
    "notes",
    "oauth2RequirePostResponse",
    "optionalClaims",
    "parentalControlSettings",
    "passwordCredentials",
    "publicClient",
    "publisherDomain",
    "requestSignatureVerification",
    "requiredResourceAccess",
    "samlMetadataUrl",
    "serviceManagementReference",
    "servicePrincipalLockConfiguration",
    "signInAudience",
    "spa",
    "tags",
    "tokenEncryptionKeyId",
    "uniqueName",
    "verifiedPublisher",
    "web",
];

/// Every property of the published service principal type; those Hospes does not keep are null.
const SERVICE_PRINCIPAL_PROPERTIES: &[&str] = &[
    "id",
    "deletedDateTime",
    "accountEnabled",
    "addIns",
    "alternativeNames",
    "appDescription",
    "appDisplayName",
    "appId",
    "applicationTemplateId",
    "appOwnerOrganizationId",
    "appRoleAssignmentRequired",
    "appRoles",
    "createdByAppId",
    "createdDateTime",
    "customSecurityAttributes",
    "description",
    "disabledByMicrosoftStatus",
    "displayName",
    "homepage",
    "info",
    "isDisabled",
    "keyCredentials",
    "loginUrl",
    "logoutUrl",
    "notes",
    "notificationEmailAddresses",
    "oauth2PermissionScopes",
    "passwordCredentials",
    "preferredSingleSignOnMode",
    "preferredTokenSigningKeyThumbprint",
    "replyUrls",
    "resourceSpecificApplicationPermissions",
    "samlSingleSignOnSettings",
    "servicePrincipalNames",
    "servicePrincipalType",
    "signInAudience",
    "tags",
    "tokenEncryptionKeyId",
    "verifiedPublisher",
];
