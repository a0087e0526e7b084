//! Commands about app roles and directory roles.

use hospes_domain::access::Role;
use serde_json::json;
use uuid::Uuid;

use super::walk::{Walk, remember};

const ROLES: &str = "/roleManagement/directory/roleAssignments";

impl Walk {
    pub async fn change_access(&mut self) {
        match self.dice.below(6) {
            0..=2 => self.assign_an_app_role().await,
            3 => self.assign_a_role().await,
            _ => {
                if let Some(path) = Self::of(&mut self.dice, &self.known.assignments) {
                    let method = if self.dice.one_in(2) { "DELETE" } else { "GET" };
                    self.graph(method, &path, None).await;
                }
            }
        }
    }

    async fn assign_an_app_role(&mut self) {
        let portal = &self.pair.one().portal.service_principal;
        let (resource, role) = (portal.id.to_string(), portal.app_roles[0].id);
        let client = self.pair.one().portal.client_id;
        let role = if self.dice.one_in(3) { Uuid::nil() } else { role };
        let in_group = self.dice.one_in(3);
        let principal = if in_group { self.group() } else { self.user() };
        let path = match self.dice.below(4) {
            0 => format!("/servicePrincipals/{resource}/appRoleAssignedTo"),
            1 => format!("/servicePrincipals(appId='{client}')/appRoleAssignedTo"),
            _ if in_group => format!("/groups/{principal}/appRoleAssignments"),
            _ => format!("/users/{principal}/appRoleAssignments"),
        };
        let new = json!({ "principalId": principal, "resourceId": resource, "appRoleId": role });
        let reply = self.graph("POST", &path, Some(&new)).await;
        if let Some(id) = reply.json["id"].as_str() {
            remember(&mut self.known.assignments, format!("{path}/{id}"));
        }
    }

    async fn assign_a_role(&mut self) {
        let roles = [
            Role::GuestInviter,
            Role::DirectoryReaders,
            Role::HelpdeskAdministrator,
            Role::UserAdministrator,
        ];
        let principal = if self.dice.one_in(4) { self.group() } else { self.user() };
        let new = json!({ "principalId": principal, "roleDefinitionId": self.dice.pick(&roles).id(), "directoryScopeId": "/" });
        let reply = self.graph("POST", ROLES, Some(&new)).await;
        if let Some(id) = reply.json["id"].as_str() {
            remember(&mut self.known.assignments, format!("{ROLES}/{id}"));
        }
    }
}
