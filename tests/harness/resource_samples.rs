//! Sample bodies about groups, what stands around users, owners and roles, and the objects they speak of.

use hospes_domain::access::Role;
use serde_json::{Value, json};

use super::samples::{Routed, Samples};
use super::{Owner, Server, certificate};

/// The body of such a line; `None` for other lines.
pub fn resource_body(route: Routed, samples: &Samples) -> Option<Value> {
    let reference =
        |id: &str| json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{id}") });
    Some(match (route.method, route.path) {
        ("PATCH", "/me") => json!({ "preferredLanguage": "en-US" }),
        ("PATCH", "/groups/{id}") => json!({
            "displayName": "Spring audit",
            "description": "Who looks at the books in spring",
            "mailNickname": "springaudit",
            "securityEnabled": true,
        }),
        ("PATCH", "/organization/{id}") => {
            json!({ "privacyProfile": { "statementUrl": "https://fabrikam.example/privacy" } })
        }
        ("PUT", "/users/{id}/manager/$ref") => reference(&samples.owner.user),
        ("POST", "/users/{id}/sponsors/$ref") => reference(&samples.other),
        ("POST", path) if path.ends_with("/owners/$ref") => reference(&samples.other),
        ("POST", path) if path.ends_with("/addKey") => json!({
            "keyCredential": certificate(false), "passwordCredential": null,
            "proof": samples.proofs[usize::from(path.starts_with("/servicePrincipals"))],
        }),
        ("POST", path) if path.ends_with("/removeKey") => {
            let of_principal = path.starts_with("/servicePrincipals");
            let (key, proof) = if of_principal { (&samples.principal_key, 2) } else { (&samples.key, 3) };
            json!({ "keyId": key, "proof": samples.proofs[proof] })
        }
        ("POST", "/directoryRoles") => json!({ "roleTemplateId": Role::GuestInviter.id() }),
        ("POST", "/directoryObjects/getByIds") => json!({
            "ids": [samples.user, samples.group, samples.service_principal, samples.application],
            "types": ["user", "group", "servicePrincipal", "application", "directoryObjectPartnerReference"],
        }),
        ("POST", path) if path.ends_with("/convertExternalToInternalMemberUser") => json!({
            "userPrincipalName": "external@fabrikam.example",
            "passwordProfile": { "password": "a long enough password", "forceChangePasswordNextSignIn": true },
            "mail": "external@fabrikam.example",
        }),
        _ => return None,
    })
}

impl Server {
    /// Makes somebody the manager, a sponsor and an owner of what the samples speak of; twice is no harm.
    pub(super) async fn surround(&self, user: &str, group: &str, owner: &Owner, apps: [&str; 2]) {
        let token = self.token_of(&self.admin);
        let reference = |id: &str| json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{id}") });
        for managed in [user, &self.admin.id.to_string()] {
            let manager = format!("/v1.0/users/{managed}/manager/$ref");
            self.put(&token, &manager, reference(&owner.user)).await.expect(204);
        }
        let [application, principal] = apps;
        for path in [
            format!("/v1.0/users/{user}/sponsors/$ref"),
            format!("/v1.0/groups/{group}/owners/$ref"),
            format!("/v1.0/applications/{application}/owners/$ref"),
            format!("/v1.0/servicePrincipals/{principal}/owners/$ref"),
        ] {
            self.post(&token, &path, reference(&owner.user)).await.expect(204);
        }
        // A group keeps one owner.
        let owners = format!("/v1.0/groups/{group}/owners/$ref");
        self.post(&token, &owners, reference(&self.admin.id.to_string())).await;
    }
}
