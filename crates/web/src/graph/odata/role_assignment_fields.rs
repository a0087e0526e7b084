//! What can be asked of directory role assignments. Refuses, by leaving it out, every other property.

use hospes_domain::query::RoleAssignmentField;

use super::resource::{Field, Kind, Resource, field};

/// Directory role assignments.
pub static ROLE_ASSIGNMENTS: Resource<RoleAssignmentField> =
    Resource { type_name: "microsoft.graph.unifiedRoleAssignment", fields: FIELDS, properties: PROPERTIES };

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const FIELDS: &[Field<RoleAssignmentField>] = &[
    field("principalId", RoleAssignmentField::PrincipalId, Kind::Id, b"D----D--", b'-'),
    field("roleDefinitionId", RoleAssignmentField::RoleDefinitionId, Kind::Id, b"D----D--", b'-'),
];

const PROPERTIES: &[&str] = &[
    "id",
    "appScopeId",
    "condition",
    "directoryScopeId",
    "principalId",
    "principalOrganizationId",
    "roleDefinitionId",
];
