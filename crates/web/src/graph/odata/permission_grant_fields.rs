//! What can be asked of grants on behalf of people and of app role assignments. Refuses, by leaving it out, every other property.

use hospes_domain::query::{AppRoleAssignmentField, GrantField};

use super::resource::{Field, Kind, Resource, field};

/// `oauth2PermissionGrants`.
pub static GRANTS: Resource<GrantField> =
    Resource { type_name: "microsoft.graph.oAuth2PermissionGrant", fields: FIELDS, properties: PROPERTIES };

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const FIELDS: &[Field<GrantField>] = &[
    field("clientId", GrantField::ClientId, Kind::Id, b"D----D--", b'-'),
    field("consentType", GrantField::ConsentType, Kind::Text, b"D----D--", b'-'),
    field("principalId", GrantField::PrincipalId, Kind::Id, b"D----D--", b'-'),
    field("resourceId", GrantField::ResourceId, Kind::Id, b"D----D--", b'-'),
    field("scope", GrantField::Scope, Kind::Text, b"D----D--", b'-'),
];

const PROPERTIES: &[&str] = &["id", "clientId", "consentType", "principalId", "resourceId", "scope"];

/// `appRoleAssignments` and `appRoleAssignedTo`.
pub static APP_ROLE_ASSIGNMENTS: Resource<AppRoleAssignmentField> = Resource {
    type_name: "microsoft.graph.appRoleAssignment",
    fields: ASSIGNMENT_FIELDS,
    properties: ASSIGNMENT_PROPERTIES,
};

/// Each letter: eq ne not ge le in startsWith null; then sorting.
#[rustfmt::skip]
const ASSIGNMENT_FIELDS: &[Field<AppRoleAssignmentField>] = &[
    field("principalId", AppRoleAssignmentField::PrincipalId, Kind::Id, b"D----D--", b'-'),
    field("principalDisplayName", AppRoleAssignmentField::PrincipalDisplayName, Kind::Text, b"D----DD-", b'-'),
    field("resourceId", AppRoleAssignmentField::ResourceId, Kind::Id, b"D----D--", b'-'),
];

const ASSIGNMENT_PROPERTIES: &[&str] = &[
    "id",
    "deletedDateTime",
    "appRoleId",
    "createdDateTime",
    "principalDisplayName",
    "principalId",
    "principalType",
    "resourceDisplayName",
    "resourceId",
];
