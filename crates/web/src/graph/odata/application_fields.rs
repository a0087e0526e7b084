//! What can be asked of applications and service principals. Refuses, by leaving it out, every other
//! property: credentials above all are never filterable.

use hospes_domain::query::{ApplicationField, ServicePrincipalField, Unkept};

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

/// Each letter: eq ne not ge le in startsWith null; then sorting. Those at the end no application has a value of.
#[rustfmt::skip]
const APPLICATION_FIELDS: &[Field<ApplicationField>] = &[
    field("id", ApplicationField::Id, Kind::Id, b"DAA--D--", b'-'),
    field("appId", ApplicationField::AppId, Kind::Id, b"DAA--D--", b'-'),
    field("displayName", ApplicationField::DisplayName, Kind::Text, b"DAA--DDA", b'A').in_words(),
    field("description", ApplicationField::Description, Kind::Text, b"DAADDDDA", b'-').in_words(),
    field("createdDateTime", ApplicationField::CreatedDateTime, Kind::Time, b"DAADDA--", b'A'),
    field("deletedDateTime", ApplicationField::DeletedDateTime, Kind::Time, b"DAADDA--", b'A'),
    field("signInAudience", ApplicationField::SignInAudience, Kind::Text, b"DAA--D--", b'-'),
    field("identifierUris", ApplicationField::IdentifierUris, Kind::Texts, b"D-ADD-D-", b'-'),
    field("tags", ApplicationField::Tags, Kind::Texts, b"D-ADD-D-", b'-'),
    field("owners", ApplicationField::Owners, Kind::Relation, b"--A-----", b'-'),
    field("applicationTemplateId", ApplicationField::Unkept(Unkept::Text), Kind::Text, b"DAA--D-A", b'-'),
    field("uniqueName", ApplicationField::Unkept(Unkept::Text), Kind::Text, b"DAA--D-A", b'-'),
];

/// Likewise.
#[rustfmt::skip]
const SERVICE_PRINCIPAL_FIELDS: &[Field<ServicePrincipalField>] = &[
    field("id", ServicePrincipalField::Id, Kind::Id, b"DAA--D--", b'-'),
    field("appId", ServicePrincipalField::AppId, Kind::Id, b"DAA--D--", b'-'),
    field("displayName", ServicePrincipalField::DisplayName, Kind::Text, b"DAA--DDA", b'A').in_words(),
    field("description", ServicePrincipalField::Description, Kind::Text, b"DAADDDDA", b'-').in_words(),
    field("accountEnabled", ServicePrincipalField::AccountEnabled, Kind::Flag, b"DAA--D--", b'-'),
    field("appRoleAssignmentRequired", ServicePrincipalField::AppRoleAssignmentRequired, Kind::Flag, b"DAA--D--", b'-'),
    field("appOwnerOrganizationId", ServicePrincipalField::AppOwnerOrganizationId, Kind::Id, b"DAA--D--", b'-'),
    field("createdDateTime", ServicePrincipalField::CreatedDateTime, Kind::Time, b"DAADDA--", b'A'),
    field("deletedDateTime", ServicePrincipalField::DeletedDateTime, Kind::Time, b"DAADDA--", b'A'),
    field("servicePrincipalType", ServicePrincipalField::ServicePrincipalType, Kind::Text, b"DAA--D-A", b'-'),
    field("servicePrincipalNames", ServicePrincipalField::ServicePrincipalNames, Kind::Texts, b"D-----D-", b'-'),
    field("tags", ServicePrincipalField::Tags, Kind::Texts, b"D-ADD-D-", b'-'),
    field("owners", ServicePrincipalField::Owners, Kind::Relation, b"--A-----", b'-'),
    field("alternativeNames", ServicePrincipalField::Unkept(Unkept::Collection), Kind::Texts, b"D-ADD-D-", b'-'),
    field("applicationTemplateId", ServicePrincipalField::Unkept(Unkept::Text), Kind::Text, b"DAA--D-A", b'-'),
    field("preferredSingleSignOnMode", ServicePrincipalField::Unkept(Unkept::Text), Kind::Text, b"DAA--D-A", b'-'),
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
