//! What the tries about groups, owners, managers, sponsors and deleted objects are about: things nobody has touched yet.

use serde_json::json;

use super::matrix_stage::Stage;
use crate::harness::{Routed, Samples};

/// Whether a line changes a group, or who stands around something.
pub fn is_around(method: &str, path: &str) -> bool {
    let group = path == "/groups/{id}" && matches!(method, "PATCH" | "DELETE");
    let relation = ["/owners/", "/sponsors/", "/manager/"].iter().any(|name| path.contains(name));
    group || (relation && method != "GET") || path.contains("/convertExternal")
}

impl Stage {
    /// Something deleted: a user, a group or an application.
    pub(super) async fn deleted(&self, what: &str, keys: &mut Samples) {
        let (path, id) = match what {
            "a group" => ("groups", self.group(false).await),
            "an application" => ("applications", self.registered().await.application.id.to_string()),
            _ => ("users", self.person(&[]).await),
        };
        self.server.delete(&self.admin, &format!("/v1.0/{path}/{id}")).await.expect(204);
        keys.deleted = [id.clone(), id];
    }

    /// A group, user or application with what the line is to change.
    pub(super) async fn around(&self, route: Routed, what: &str, keys: &mut Samples) {
        let path = route.path;
        let root = path.split('/').nth(1).unwrap_or_default();
        let fresh = self.registered().await;
        keys.application = fresh.application.id.to_string();
        keys.service_principal = fresh.service_principal.id.to_string();
        keys.group = self.group(false).await;
        keys.owner.user = self.person(&[]).await;
        keys.other = self.person(&[]).await;
        if what == "members" || path == "/groups/{id}" {
            return;
        }
        if path.contains("/convertExternal") {
            let address = format!("external{}@contoso.example", self.number());
            keys.external = self.server.invite(&self.admin, &address).await.0;
            // The tenant's share of invitations comes back with time.
            self.server.clock.advance(6);
            return;
        }
        if route.method != "DELETE" {
            return;
        }
        let of = match root {
            "groups" => &keys.group,
            "applications" => &keys.application,
            "servicePrincipals" => &keys.service_principal,
            _ => &keys.user,
        };
        let owner = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{}", keys.owner.user) });
        if path.contains("/manager/") {
            let path = format!("/v1.0/users/{of}/manager/$ref");
            self.server.put(&self.admin, &path, owner).await.expect(204);
            return;
        }
        let relation = if path.contains("/sponsors/") { "sponsors" } else { "owners" };
        let path = format!("/v1.0/{root}/{of}/{relation}/$ref");
        self.server.post(&self.admin, &path, owner).await.expect(204);
        if root == "groups" {
            // A group keeps one owner.
            let other = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{}", keys.other) });
            self.server.post(&self.admin, &path, other).await.expect(204);
        }
    }
}
