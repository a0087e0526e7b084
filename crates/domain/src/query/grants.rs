//! What lists of grants can be asked for: permissions, directory roles and app roles. Refuses, by leaving it out, everything
//! else.

/// What a grant on behalf of people can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum GrantField {
    ClientId,
    ConsentType,
    PrincipalId,
    ResourceId,
    Scope,
}

/// What a directory role assignment can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum RoleAssignmentField {
    PrincipalId,
    RoleDefinitionId,
}

/// What an app role assignment can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum AppRoleAssignmentField {
    PrincipalId,
    PrincipalDisplayName,
    ResourceId,
}
