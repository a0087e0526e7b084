//! The entities of the description, with the properties that `$select` knows of each: the same tables, so that neither can
//! promise what the other refuses. Refuses complex types, which are in [`super::types`].

use crate::graph::odata::application_fields::{APPLICATIONS, SERVICE_PRINCIPALS};
use crate::graph::odata::audit_fields::DIRECTORY_AUDITS;
use crate::graph::odata::group_fields::{GROUPS, OBJECTS};
use crate::graph::odata::invitation_fields::INVITATIONS;
use crate::graph::odata::mail_fields::MAILS;
use crate::graph::odata::permission_grant_fields::GRANTS;
use crate::graph::odata::role_assignment_fields::ROLE_ASSIGNMENTS;
use crate::graph::odata::sign_in_fields::{SIGN_INS, SIGN_INS_BETA};
use crate::graph::odata::user_fields::USERS;
use crate::graph::request::Version;
use crate::graph::{
    app_role_assignments, authentication_methods as methods, bindings, cross_tenant, directory_objects,
    domain_lists, domains, identity_providers, invitations, organization, policies, role_assignments,
    sign_in_policy,
};

/// One entity type.
pub(super) struct Entity {
    /// Without its namespace.
    pub(super) name: &'static str,
    /// What it adds to; only the first has none.
    pub(super) base: Option<&'static str>,
    /// Its properties, with those of its base among them or not.
    pub(super) properties: &'static [&'static str],
    /// What identifies it, where that is not the id of its base.
    pub(super) key: Option<&'static str>,
}

const fn plain(name: &'static str, properties: &'static [&'static str]) -> Entity {
    Entity { name, base: Some("entity"), properties, key: None }
}

const fn object(name: &'static str, properties: &'static [&'static str]) -> Entity {
    Entity { name, base: Some("directoryObject"), properties, key: None }
}

/// What only leads to something else.
const CONTAINERS: &[&str] = &[
    "authentication",
    "directory",
    "auditLogRoot",
    "policyRoot",
    "roleManagement",
    "rbacApplication",
    "identityContainer",
];

const SUBSCRIPTION: &[&str] = &[
    "applicationId",
    "changeType",
    "clientState",
    "creatorId",
    "expirationDateTime",
    "latestSupportedTlsVersion",
    "lifecycleNotificationUrl",
    "notificationUrl",
    "resource",
];

/// The entities of the original's namespace; a base stands before what adds to it.
pub(super) fn entities(version: Version) -> Vec<Entity> {
    let mut entities = resources();
    if version == Version::Beta {
        // The newer version of a type has more properties.
        for entity in &mut entities {
            match entity.name {
                "signIn" => entity.properties = SIGN_INS_BETA.properties,
                "unifiedRoleDefinition" => entity.properties = role_assignments::DEFINITION_BETA_PROPERTIES,
                _ => {}
            }
        }
    }
    entities.extend(CONTAINERS.iter().map(|name| plain(name, &[])));
    entities
}

fn resources() -> Vec<Entity> {
    vec![
        Entity { name: "entity", base: None, properties: &["id"], key: Some("id") },
        plain("directoryObject", OBJECTS.properties),
        object("user", USERS.properties),
        object("group", GROUPS.properties),
        object("application", APPLICATIONS.properties),
        object("servicePrincipal", SERVICE_PRINCIPALS.properties),
        object("directoryRole", directory_objects::ROLE_PROPERTIES),
        object("directoryRoleTemplate", &["description", "displayName"]),
        object("organization", organization::PROPERTIES),
        object("appRoleAssignment", app_role_assignments::PROPERTIES),
        plain("oAuth2PermissionGrant", GRANTS.properties),
        plain("unifiedRoleAssignment", ROLE_ASSIGNMENTS.properties),
        plain("unifiedRoleDefinition", role_assignments::DEFINITION_PROPERTIES),
        plain("directoryAudit", DIRECTORY_AUDITS.properties),
        plain("signIn", SIGN_INS.properties),
        plain("invitation", INVITATIONS.properties),
        plain("domain", domains::PROPERTIES),
        plain("domainDnsRecord", domains::RECORD_PROPERTIES),
        object("authorizationPolicy", policies::AUTHORIZATION_PROPERTIES),
        object("externalIdentitiesPolicy", policies::IDENTITIES_PROPERTIES),
        object("b2bManagementPolicy", domain_lists::PROPERTIES),
        object("crossTenantAccessPolicy", cross_tenant::POLICY_PROPERTIES),
        plain("crossTenantAccessPolicyConfigurationDefault", cross_tenant::DEFAULT_PROPERTIES),
        Entity {
            name: "crossTenantAccessPolicyConfigurationPartner",
            base: None,
            properties: cross_tenant::PARTNER_PROPERTIES,
            key: Some("tenantId"),
        },
        plain("identityProviderBase", &["displayName"]),
        Entity {
            name: "builtInIdentityProvider",
            base: Some("identityProviderBase"),
            properties: identity_providers::PROPERTIES,
            key: None,
        },
        plain("authenticationMethod", methods::METHODS.properties),
        Entity {
            name: "passwordAuthenticationMethod",
            base: Some("authenticationMethod"),
            properties: methods::PASSWORDS.properties,
            key: None,
        },
        Entity {
            name: "fido2AuthenticationMethod",
            base: Some("authenticationMethod"),
            properties: methods::PASSKEYS.properties,
            key: None,
        },
        Entity {
            name: "softwareOathAuthenticationMethod",
            base: Some("authenticationMethod"),
            properties: methods::APPS.properties,
            key: None,
        },
        plain("subscription", SUBSCRIPTION),
    ]
}

/// The entities of our own namespace.
pub(super) fn own_entities() -> Vec<Entity> {
    let own = |name, properties| Entity { name, base: Some("graph.entity"), properties, key: None };
    vec![
        own("mail", MAILS.properties),
        own("invitation", invitations::PAST),
        own("binding", bindings::PROPERTIES),
        own("signInPolicy", sign_in_policy::PROPERTIES),
    ]
}
