//! What the lines of the route table mean to the description: sets, singletons, navigation, actions, functions. Refuses a
//! route it has no word for by describing it as plainly as it can; a test names such routes.

use std::collections::{BTreeMap, BTreeSet};

/// What stands at the root: name, type, and whether it is a set.
const ROOTS: &[(&str, &str, bool)] = &[
    ("applications", "application", true),
    ("directoryObjects", "directoryObject", true),
    ("directoryRoleTemplates", "directoryRoleTemplate", true),
    ("directoryRoles", "directoryRole", true),
    ("domains", "domain", true),
    ("groups", "group", true),
    ("invitations", "invitation", true),
    ("oauth2PermissionGrants", "oAuth2PermissionGrant", true),
    ("organization", "organization", true),
    ("servicePrincipals", "servicePrincipal", true),
    ("subscriptions", "subscription", true),
    ("users", "user", true),
    ("auditLogs", "auditLogRoot", false),
    ("directory", "directory", false),
    ("identity", "identityContainer", false),
    ("me", "user", false),
    ("policies", "policyRoot", false),
    ("roleManagement", "roleManagement", false),
];

/// What an entity leads to: name, type, and whether it is many.
const LINKS: &[(&str, &str, bool)] = &[
    ("appRoleAssignedTo", "appRoleAssignment", true),
    ("appRoleAssignments", "appRoleAssignment", true),
    ("authentication", "authentication", false),
    ("authorizationPolicy", "authorizationPolicy", false),
    ("b2bManagementPolicies", "b2bManagementPolicy", true),
    ("crossTenantAccessPolicy", "crossTenantAccessPolicy", false),
    ("default", "crossTenantAccessPolicyConfigurationDefault", false),
    ("deletedItems", "directoryObject", true),
    ("directReports", "directoryObject", true),
    ("directory", "rbacApplication", false),
    ("directoryAudits", "directoryAudit", true),
    ("externalIdentitiesPolicy", "externalIdentitiesPolicy", false),
    ("fido2Methods", "fido2AuthenticationMethod", true),
    ("identityProviders", "identityProviderBase", true),
    ("invitedBy", "directoryObject", false),
    ("manager", "directoryObject", false),
    ("memberOf", "directoryObject", true),
    ("members", "directoryObject", true),
    ("methods", "authenticationMethod", true),
    ("oauth2PermissionGrants", "oAuth2PermissionGrant", true),
    ("ownedObjects", "directoryObject", true),
    ("owners", "directoryObject", true),
    ("partners", "crossTenantAccessPolicyConfigurationPartner", true),
    ("passwordMethods", "passwordAuthenticationMethod", true),
    ("roleAssignments", "unifiedRoleAssignment", true),
    ("roleDefinitions", "unifiedRoleDefinition", true),
    ("signIns", "signIn", true),
    ("softwareOathMethods", "softwareOathAuthenticationMethod", true),
    ("sponsors", "directoryObject", true),
    ("transitiveMemberOf", "directoryObject", true),
    ("transitiveMembers", "directoryObject", true),
    ("transitiveReports", "directoryObject", true),
    ("verificationDnsRecords", "domainDnsRecord", true),
];

/// Links that are in the directory by themselves, whatever leads to them.
const FREE: &[&str] = &["directoryObject", "appRoleAssignment"];

/// A name and a type.
type Named = (&'static str, &'static str);
/// Name, parameters, and what comes back.
type Deed = (&'static str, &'static [Named], &'static str);

/// What can be done: name, parameters, and what comes back. Ours are named with their namespace.
const OPERATIONS: &[Deed] = &[
    (
        "addKey",
        &[
            ("keyCredential", "graph.keyCredential"),
            ("passwordCredential", "graph.passwordCredential"),
            ("proof", "Edm.String"),
        ],
        "graph.keyCredential",
    ),
    ("addPassword", &[("passwordCredential", "graph.passwordCredential")], "graph.passwordCredential"),
    ("changePassword", &[("currentPassword", "Edm.String"), ("newPassword", "Edm.String")], ""),
    ("checkMemberGroups", &[("groupIds", "Collection(Edm.String)")], "Collection(Edm.String)"),
    ("checkMemberObjects", &[("ids", "Collection(Edm.String)")], "Collection(Edm.String)"),
    (
        "getByIds",
        &[("ids", "Collection(Edm.String)"), ("types", "Collection(Edm.String)")],
        "Collection(graph.directoryObject)",
    ),
    ("getMemberGroups", &[("securityEnabledOnly", "Edm.Boolean")], "Collection(Edm.String)"),
    ("getMemberObjects", &[("securityEnabledOnly", "Edm.Boolean")], "Collection(Edm.String)"),
    ("convertExternalToInternalMemberUser", &[], "graph.user"),
    ("invalidateAllRefreshTokens", &[], "Edm.Boolean"),
    ("reauthorize", &[], ""),
    ("removeKey", &[("keyId", "Edm.Guid"), ("proof", "Edm.String")], ""),
    ("removePassword", &[("keyId", "Edm.Guid")], ""),
    ("resetToSystemDefault", &[], ""),
    ("restore", &[], "graph.directoryObject"),
    ("revokeSignInSessions", &[], "Edm.Boolean"),
    ("verify", &[], "graph.domain"),
    ("hospes.bindings", &[], "Collection(hospes.binding)"),
    ("hospes.history", &[], "Collection(graph.directoryAudit)"),
    ("hospes.invitations", &[], "Collection(hospes.invitation)"),
    ("hospes.removeSecondFactors", &[], ""),
    ("hospes.signInPolicy", &[], "hospes.signInPolicy"),
];

/// An action or function, and what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Operation {
    /// With its namespace if that is ours.
    pub(super) name: &'static str,
    pub(super) is_function: bool,
    /// The type it is called on, as `graph.user` or `Collection(graph.user)`.
    pub(super) bound_to: String,
}

impl Operation {
    fn known(&self) -> Option<&'static Deed> {
        OPERATIONS.iter().find(|(name, ..)| *name == self.name)
    }

    /// Names and types.
    pub(super) fn parameters(&self) -> &'static [Named] {
        self.known().map_or(&[], |(_, parameters, _)| parameters)
    }

    /// The type that comes back; empty for nothing.
    pub(super) fn returns(&self) -> String {
        match (self.name, self.known()) {
            ("delta", _) => self.bound_to.clone(),
            (_, Some((.., returns))) => (*returns).to_owned(),
            _ => String::new(),
        }
    }
}

/// The surface, as the routes show it.
#[derive(Debug, Default)]
pub(super) struct Surface {
    /// Sets with their types.
    pub(super) sets: BTreeMap<&'static str, &'static str>,
    /// Single things with their types.
    pub(super) singletons: BTreeMap<&'static str, &'static str>,
    /// What each type leads to: name, type, whether many.
    pub(super) links: BTreeMap<&'static str, BTreeSet<(&'static str, &'static str, bool)>>,
    pub(super) operations: BTreeSet<Operation>,
    /// Routes that have a name nobody knows here.
    pub(super) strange: Vec<&'static str>,
}

impl Surface {
    pub(super) fn of(routes: impl Iterator<Item = (&'static str, &'static str)>) -> Self {
        let mut surface = Self::default();
        for (method, path) in routes {
            if surface.walk(method, path).is_none() {
                surface.strange.push(path);
            }
        }
        surface
    }

    /// Whether a route leads to something of this type.
    pub(super) fn has(&self, kind: &str) -> bool {
        let linked = || self.links.values().flatten().any(|(_, other, _)| *other == kind);
        self.sets.values().chain(self.singletons.values()).any(|other| *other == kind) || linked()
    }

    /// Whether something at a link is only there.
    pub(super) fn is_contained(&self, kind: &str) -> bool {
        !FREE.contains(&kind) && !self.sets.values().any(|other| *other == kind)
    }

    fn walk(&mut self, method: &str, path: &'static str) -> Option<()> {
        let mut steps = path.split('/').skip(1).peekable();
        let root = steps.next()?.split('(').next()?;
        let (name, mut kind, mut many) = *ROOTS.iter().find(|(known, ..)| *known == root)?;
        if many {
            self.sets.insert(name, kind)
        } else {
            self.singletons.insert(name, kind)
        };
        many &= !path.starts_with(&format!("/{name}("));
        for step in steps {
            match step {
                "{id}" => many = false,
                "$ref" | "$count" => {}
                cast if cast.starts_with("graph.") => {}
                step => match LINKS.iter().find(|(known, ..)| *known == step) {
                    // An older spelling of the same policy: it leads to itself.
                    Some((_, target, _)) if *target == kind && step == kind => {}
                    Some(link) => {
                        self.links.entry(kind).or_default().insert(*link);
                        (kind, many) = (link.1, link.2);
                    }
                    None => return self.operation(method, step, (kind, many)),
                },
            }
        }
        Some(())
    }

    fn operation(&mut self, method: &str, name: &'static str, (kind, many): (&str, bool)) -> Option<()> {
        let bound_to = if many { format!("Collection(graph.{kind})") } else { format!("graph.{kind}") };
        // What is ours and can be changed by its name is read by it, too.
        let is_function = method == "GET";
        let operation = Operation { name, is_function, bound_to };
        let known = name == "delta" || operation.known().is_some();
        if is_function || method == "POST" {
            self.operations.insert(operation);
        }
        known.then_some(())
    }
}
