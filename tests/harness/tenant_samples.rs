//! Sample bodies about the organisation itself: its domains, its policies, and what it says about others.

use serde_json::{Value, json};

use super::Server;
use super::samples::Routed;

/// The body of a line about the organisation.
pub fn tenant_body(route: Routed, partner: &str) -> Value {
    match (route.method, route.path) {
        ("POST", "/domains") => json!({ "id": "new.example" }),
        ("POST", path) if path.ends_with("/verify") || path.ends_with("/resetToSystemDefault") => Value::Null,
        ("PATCH", path) if path.ends_with("/crossTenantAccessPolicy/default") => json!({
            "b2bCollaborationInbound": passage("allowed"),
            "b2bCollaborationOutbound": passage("blocked"),
            "automaticUserConsentSettings": { "inboundAllowed": false, "outboundAllowed": false },
        }),
        ("POST", "/policies/crossTenantAccessPolicy/partners") => json!({
            "tenantId": partner,
            "b2bCollaborationInbound": passage("blocked"),
            "automaticUserConsentSettings": { "inboundAllowed": true, "outboundAllowed": null },
        }),
        ("PATCH", path) if path.ends_with("/partners/{id}") => json!({
            "b2bCollaborationInbound": passage("allowed"),
            "b2bCollaborationOutbound": null,
            "automaticUserConsentSettings": { "inboundAllowed": true },
        }),
        (_, path) if path.starts_with("/policies/") => policy_body(path),
        (method, path) => panic!("no sample body for {method} {path}"),
    }
}

/// Everybody with every application.
fn passage(access: &str) -> Value {
    json!({
        "usersAndGroups": { "accessType": access, "targets": [{ "target": "AllUsers", "targetType": "user" }] },
        "applications":
            { "accessType": access, "targets": [{ "target": "AllApplications", "targetType": "application" }] },
    })
}

/// Changes of policies to what they are, so that the other samples stay good.
fn policy_body(path: &str) -> Value {
    match path {
        "/policies/externalIdentitiesPolicy" => {
            json!({ "allowExternalIdentitiesToLeave": true, "allowDeletedIdentitiesDataRemoval": false })
        }
        path if path.contains("/b2bManagementPolicies") => {
            domain_policy("BlockedDomains", &["blocked.example", "live.com"])
        }
        path if path.contains("/authorizationPolicy") => json!({
            "displayName": "Authorization Policy",
            "allowInvitesFrom": "everyone",
            "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
            "allowedToUseSSPR": false,
            "defaultUserRolePermissions": { "allowedToCreateApps": false, "allowedToReadOtherUsers": true },
        }),
        "/policies/hospes.signInPolicy" => {
            json!({ "displayName": "Sign-in Policy", "secondFactorRoles": [] })
        }
        path => panic!("no sample body for {path}"),
    }
}

/// A policy with one of the two lists filled, as scripts for the original send it.
pub fn domain_policy(list: &str, domains: &[&str]) -> Value {
    let definition =
        json!({ "B2BManagementPolicy": { "InvitationsAllowedAndBlockedDomainsPolicy": { list: domains } } });
    json!({
        "@odata.type": "#microsoft.graph.b2bManagementPolicy",
        "displayName": "B2BManagementPolicy",
        "description": "Which domains may be invited",
        "definition": [definition.to_string()],
        "isOrganizationDefault": true,
    })
}

impl Server {
    /// Makes the tenant's list of domains a block list and returns its id.
    pub async fn block_domains(&self, domains: &[&str]) -> String {
        let body = domain_policy("BlockedDomains", domains);
        let token = self.token_of(&self.admin);
        let made = self.post(&token, "/beta/policies/b2bManagementPolicies", body).await.expect(201);
        made.json["id"].as_str().unwrap().to_owned()
    }

    /// Sets what guests see, by the id of the pseudo-role.
    pub async fn set_guest_level(&self, role_id: &str) {
        let body = json!({ "guestUserRoleId": role_id });
        self.patch(&self.token_of(&self.admin), "/v1.0/policies/authorizationPolicy", body).await.expect(204);
    }
}
