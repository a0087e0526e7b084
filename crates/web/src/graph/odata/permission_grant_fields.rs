//! What can be asked of grants on behalf of people. Refuses, by leaving it out, every other property.

use hospes_domain::query::GrantField;

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
