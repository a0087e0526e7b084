//! Sample bodies about applications, their presence, and what they may do on behalf of people.

use serde_json::{Value, json};

use super::samples::{Routed, Samples};

/// The body of a line about applications or memberships; `None` for other lines.
pub fn app_body(route: Routed, samples: &Samples) -> Option<Value> {
    let (method, path) = (route.method, route.path);
    Some(match (method, path) {
        ("POST", "/applications") => json!({
            "displayName": "New app",
            "signInAudience": "AzureADMyOrg",
            "identifierUris": ["api://new-app"],
            "web": { "redirectUris": ["https://new.example/callback"], "homePageUrl": "https://new.example/" },
            "requiredResourceAccess": [{
                "resourceAppId": "00000003-0000-0000-c000-000000000000",
                "resourceAccess": [{ "id": "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "type": "Scope" }],
            }],
        }),
        ("PATCH", path) if path.starts_with("/applications") => {
            json!({ "notes": "Looked after by somebody else", "tags": ["sample"] })
        }
        ("POST", path) if path.ends_with("/addPassword") => {
            json!({ "passwordCredential": { "displayName": "Sample" } })
        }
        ("POST", path) if path.ends_with("/removePassword") => {
            let of_principal = path.starts_with("/servicePrincipals");
            json!({ "keyId": if of_principal { &samples.principal_secret } else { &samples.secret } })
        }
        ("POST", "/servicePrincipals") => json!({ "appId": samples.registered }),
        ("PATCH", path) if path.starts_with("/servicePrincipals") => json!({ "notes": "Asked for by sales" }),
        ("POST", "/oauth2PermissionGrants") => json!({
            "clientId": samples.service_principal,
            "consentType": "AllPrincipals",
            "resourceId": samples.graph,
            "scope": "User.Read",
        }),
        ("PATCH", "/oauth2PermissionGrants/{id}") => json!({ "scope": "User.Read" }),
        ("POST", path) if path.contains("/getMember") => json!({ "securityEnabledOnly": false }),
        ("POST", path) if path.ends_with("/checkMemberGroups") => json!({ "groupIds": [samples.group] }),
        ("POST", path) if path.ends_with("/checkMemberObjects") => json!({ "ids": [samples.group] }),
        _ => return None,
    })
}
