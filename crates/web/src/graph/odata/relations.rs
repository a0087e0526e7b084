//! Which relations each type of object has, by the names of the published description (graph-docs: resources/user.md and its
//! neighbours, "Relationships"), those of the directory alone: what a query may name without misspelling. Refuses to say
//! what comes of one; `$expand` has its own list.

/// The relations of a type, such as `microsoft.graph.user`; of objects of mixed kinds those of every kind.
pub fn of(type_name: &str) -> Vec<&'static str> {
    let all: &[&[&'static str]] = match type_name {
        "microsoft.graph.user" => &[USER],
        "microsoft.graph.group" => &[GROUP],
        "microsoft.graph.application" => &[APPLICATION],
        "microsoft.graph.servicePrincipal" => &[SERVICE_PRINCIPAL],
        "microsoft.graph.directoryRole" => &[ROLE],
        "microsoft.graph.unifiedRoleAssignment" => &[ROLE_ASSIGNMENT],
        "microsoft.graph.directoryObject" => &[USER, GROUP, APPLICATION, SERVICE_PRINCIPAL, ROLE],
        _ => &[],
    };
    all.concat()
}

/// The relation of that name, without regard to letter case, as the type spells it.
pub(super) fn named(name: &str, type_name: &str) -> Option<&'static str> {
    of(type_name).into_iter().find(|relation| relation.eq_ignore_ascii_case(name))
}

const USER: &[&str] = &[
    "appRoleAssignments",
    "authentication",
    "createdObjects",
    "directReports",
    "invitedBy",
    "licenseDetails",
    "manager",
    "memberOf",
    "oauth2PermissionGrants",
    "ownedDevices",
    "ownedObjects",
    "registeredDevices",
    "scopedRoleMemberOf",
    "sponsors",
    "transitiveMemberOf",
    "transitiveReports",
];

const GROUP: &[&str] = &[
    "acceptedSenders",
    "appRoleAssignments",
    "createdOnBehalfOf",
    "memberOf",
    "members",
    "membersWithLicenseErrors",
    "owners",
    "permissionGrants",
    "rejectedSenders",
    "settings",
    "transitiveMemberOf",
    "transitiveMembers",
];

const APPLICATION: &[&str] = &[
    "appManagementPolicies",
    "createdOnBehalfOf",
    "extensionProperties",
    "federatedIdentityCredentials",
    "homeRealmDiscoveryPolicies",
    "owners",
    "synchronization",
    "tokenIssuancePolicies",
    "tokenLifetimePolicies",
];

const SERVICE_PRINCIPAL: &[&str] = &[
    "appManagementPolicies",
    "appRoleAssignedTo",
    "appRoleAssignments",
    "claimsMappingPolicies",
    "createdObjects",
    "delegatedPermissionClassifications",
    "endpoints",
    "federatedIdentityCredentials",
    "homeRealmDiscoveryPolicies",
    "memberOf",
    "oauth2PermissionGrants",
    "ownedObjects",
    "owners",
    "remoteDesktopSecurityConfiguration",
    "synchronization",
    "tokenIssuancePolicies",
    "tokenLifetimePolicies",
    "transitiveMemberOf",
];

const ROLE: &[&str] = &["members", "scopedMembers"];

const ROLE_ASSIGNMENT: &[&str] = &["appScope", "directoryScope", "principal", "roleDefinition"];
