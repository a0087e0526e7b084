//! What each try of the matrix is about: a request that is good in every other way, on things nobody has touched yet, so
//! that whoever may really does it, each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hospes_actions::setup::{NewApplication, Registered, register_application, set_invite_policy};
use hospes_domain::access::{InvitePolicy, Role};
use hospes_domain::policy::GuestAccess;
use serde_json::{Value, json};

use super::matrix_stage_resources::is_around;
use super::matrix_table::Row;
use crate::harness::{Routed, Sample, Samples, Server, domain_policy};

pub struct Stage {
    pub server: Arc<Server>,
    pub(super) base: Samples,
    /// A user, to be read; nobody with a role.
    user: String,
    count: AtomicU32,
    pub(super) admin: String,
}

impl Stage {
    pub async fn new(server: Arc<Server>) -> Self {
        let admin = server.token_of(&server.admin);
        let mut base = server.samples().await;
        let target = server.add_person("target", &[]).await.id;
        server.give_access(target).await;
        let path = format!("/v1.0/users/{target}/appRoleAssignments");
        let assigned = server.get(&admin, &path).await.expect(200).json;
        base.app_role_assignment = text(&assigned["value"][0]["id"]);
        base.user = target.to_string();
        let manager =
            json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{}", base.owner.user) });
        server.put(&admin, &format!("/v1.0/users/{target}/manager/$ref"), manager).await.expect(204);
        let user = base.user.clone();
        Self { server, base, user, count: AtomicU32::new(0), admin }
    }

    /// A request for that row on fresh things.
    pub async fn fresh(&self, row: &Row) -> Sample {
        let route = route(row);
        let mut keys = self.base.clone();
        match (route.method, route.path) {
            ("GET", _) => self.to_read(row, &mut keys).await,
            (_, "/invitations") => return self.invitation(route, row.what).await,
            (_, path) if path.starts_with("/policies/") => return self.policy(route, row.what).await,
            (_, path) if path.starts_with("/hospes.mails/") => keys.mail = self.mail().await,
            _ => self.to_write(row, &mut keys).await,
        }
        let mut sample = keys.of(route);
        self.adapt(&mut sample, row, &keys);
        sample
    }

    pub(super) fn number(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) async fn make(&self, path: &str, body: Value) -> String {
        text(&self.server.post(&self.admin, path, body).await.expect(201).json["id"])
    }

    pub(super) async fn person(&self, roles: &[Role]) -> String {
        self.server.add_person(&format!("person{}", self.number()), roles).await.id.to_string()
    }

    pub(super) async fn group(&self, for_roles: bool) -> String {
        let name = format!("group{}", self.number());
        let body = json!({
            "displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true,
            "isAssignableToRole": for_roles,
        });
        self.make("/v1.0/groups", body).await
    }

    pub(super) async fn registered(&self) -> Registered {
        let new =
            NewApplication { display_name: format!("App {}", self.number()), ..NewApplication::default() };
        register_application(&self.server.app, self.server.tenant, new).await.unwrap()
    }

    async fn application(&self) -> String {
        self.registered().await.service_principal.id.to_string()
    }

    /// Applications, presences and grants that nobody has touched.
    async fn apps_to_write(&self, route: Routed, keys: &mut Samples) {
        let fresh = self.registered().await;
        keys.application = fresh.application.id.to_string();
        keys.service_principal = fresh.service_principal.id.to_string();
        keys.client = fresh.client_id.to_string();
        keys.registered.clone_from(&keys.client);
        match (route.method, route.path) {
            ("POST", "/servicePrincipals") => keys.registered = self.server.registered().await,
            (_, path) if path.ends_with("Key") => {
                keys.key = self.server.certify(&format!("applications/{}", keys.application)).await;
                keys.principal_key =
                    self.server.certify(&format!("servicePrincipals/{}", keys.service_principal)).await;
                keys.proofs = self.server.proofs(&keys.client);
            }
            ("POST", path) if path.ends_with("/removePassword") => {
                for (collection, id, secret) in [
                    ("applications", &keys.application, &mut keys.secret),
                    ("servicePrincipals", &keys.service_principal, &mut keys.principal_secret),
                ] {
                    let path = format!("/v1.0/{collection}/{id}/addPassword");
                    let made = self.server.post(&self.admin, &path, Value::Null).await.expect(200);
                    *secret = text(&made.json["keyId"]);
                }
            }
            (_, "/oauth2PermissionGrants/{id}") => {
                let sample = keys.of(Routed { method: "POST", path: "/oauth2PermissionGrants" });
                keys.grant = self.make("/v1.0/oauth2PermissionGrants", sample.body).await;
            }
            _ => {}
        }
    }

    fn assignment_of(&self, principal: &str) -> Value {
        let portal = &self.base.service_principal;
        json!({ "principalId": principal, "resourceId": portal, "appRoleId": self.base.app_role })
    }

    async fn assigned(&self, principal: &str) -> String {
        let path = format!("/v1.0/servicePrincipals/{}/appRoleAssignedTo", self.base.service_principal);
        self.make(&path, self.assignment_of(principal)).await
    }

    async fn to_read(&self, row: &Row, keys: &mut Samples) {
        let path = route(row).path;
        if path == "/directory/deletedItems/{id}" && !row.what.is_empty() {
            self.deleted(row.what, keys).await;
        } else if path == "/directoryObjects/{id}" {
            keys.user = match row.what {
                "a group" => keys.group.clone(),
                "an application" => keys.service_principal.clone(),
                _ => self.user.clone(),
            };
        } else if path == "/groups/{id}/appRoleAssignments/{id}" {
            keys.group = self.group(false).await;
            keys.app_role_assignment = self.assigned(&keys.group).await;
        } else if path == "/servicePrincipals/{id}/appRoleAssignments/{id}" {
            keys.service_principal = self.application().await;
            keys.app_role_assignment = self.assigned(&keys.service_principal).await;
        }
    }

    async fn to_write(&self, row: &Row, keys: &mut Samples) {
        let route = route(row);
        keys.user = self.person(&[]).await;
        match (route.method, route.path) {
            ("POST", "/domains") => keys.domain = format!("domain{}.example", self.number()),
            (_, path) if path.starts_with("/domains/") => {
                keys.domain = format!("domain{}.example", self.number());
                self.make("/v1.0/domains", json!({ "id": keys.domain })).await;
            }
            (_, path) if path.starts_with("/directory/deletedItems/") => self.deleted(row.what, keys).await,
            ("DELETE", "/directoryObjects/{id}") => {
                keys.other = match row.what {
                    "a group" => self.group(false).await,
                    "an application" => self.application().await,
                    _ => keys.user.clone(),
                }
            }
            (method, path) if is_around(method, path) => self.around(route, row.what, keys).await,
            (_, path) if path.contains("/authentication/") => {
                let owner = self.server.with_methods(&format!("owner{}", self.number())).await;
                keys.owner = owner;
            }
            (_, path) if path.starts_with("/groups/{id}/members/") => {
                keys.group = self.group(!row.what.is_empty()).await;
                if route.method == "DELETE" {
                    let path = format!("/v1.0/groups/{}/members/$ref", keys.group);
                    let member = format!("https://hospes.example/v1.0/directoryObjects/{}", keys.user);
                    self.server.post(&self.admin, &path, json!({ "@odata.id": member })).await.expect(204);
                }
            }
            ("DELETE", "/roleManagement/directory/roleAssignments/{id}") => {
                let body = json!({
                    "principalId": keys.user, "roleDefinitionId": Role::DirectoryReaders.id(), "directoryScopeId": "/",
                });
                keys.role_assignment =
                    self.make("/v1.0/roleManagement/directory/roleAssignments", body).await;
            }
            ("DELETE", "/directoryRoles/{id}/members/{id}/$ref") => {
                let body = json!({
                    "principalId": keys.user, "roleDefinitionId": Role::GuestInviter.id(), "directoryScopeId": "/",
                });
                self.make("/v1.0/roleManagement/directory/roleAssignments", body).await;
            }
            (_, path) if is_about_apps(path) => self.apps_to_write(route, keys).await,
            (method, path) if path.contains("/appRoleAssign") => {
                let principal = match path.split('/').nth(1) {
                    Some("groups") => {
                        keys.group = self.group(false).await;
                        keys.group.clone()
                    }
                    Some("servicePrincipals") if path.contains("/appRoleAssignments") => {
                        keys.service_principal = self.application().await;
                        keys.service_principal.clone()
                    }
                    _ => keys.user.clone(),
                };
                if method == "DELETE" {
                    keys.app_role_assignment = self.assigned(&principal).await;
                }
            }
            _ => {}
        }
    }

    /// Bodies that name what is fresh.
    fn adapt(&self, sample: &mut Sample, row: &Row, keys: &Samples) {
        let number = self.number();
        match (sample.route.method, sample.route.path) {
            ("POST", "/domains") => sample.body = json!({ "id": keys.domain }),
            ("PATCH", "/groups/{id}") if row.what == "members" => {
                let member = format!("https://hospes.example/v1.0/users/{}", keys.user);
                sample.body = json!({ "members@odata.bind": [member] });
            }
            ("POST", path) if path.contains("/convertExternal") => {
                let name = format!("internal{number}@fabrikam.example");
                sample.body["userPrincipalName"] = json!(name);
                sample.body["mail"] = json!(name);
            }
            ("POST", "/users") => {
                for name in ["userPrincipalName", "mail"] {
                    sample.body[name] = json!(format!("new{number}@fabrikam.example"));
                }
                sample.body["mailNickname"] = json!(format!("new{number}"));
            }
            ("PATCH", "/users/{id}") => sample.body = change(row.what, number),
            ("POST", "/applications") => {
                sample.body["identifierUris"] = json!([format!("api://new{number}")]);
            }
            ("POST", path) if path.contains("/appRoleAssign") => {
                let principal = match path.split('/').nth(1) {
                    Some("groups") => &keys.group,
                    Some("servicePrincipals") if path.contains("/appRoleAssignments") => {
                        &keys.service_principal
                    }
                    _ => &keys.user,
                };
                sample.body = self.assignment_of(principal);
            }
            _ => {}
        }
    }

    async fn invitation(&self, route: Routed, what: &str) -> Sample {
        // The clock stands still otherwise, and the tenant's share of invitations would be used up.
        self.server.clock.advance(6);
        let policy = match what {
            "restricted" => InvitePolicy::AdminsAndGuestInviters,
            _ => InvitePolicy::Everyone,
        };
        set_invite_policy(&self.server.app, self.server.tenant, policy).await.unwrap();
        let address = format!("guest{}@contoso.example", self.number());
        let mut body = json!({
            "invitedUserEmailAddress": address, "inviteRedirectUrl": "https://myapps.microsoft.com?tenantId=",
            "sendInvitationMessage": false,
        });
        match what {
            "as a member" => body["invitedUserType"] = json!("Member"),
            "reset" => {
                let (id, _) = self.server.invite(&self.admin, &address).await;
                body["invitedUser"] = json!({ "id": id });
                body["resetRedemption"] = json!(true);
            }
            "convert" => {
                let id = self.person(&[]).await;
                let path = format!("/v1.0/users/{id}");
                self.server.patch(&self.admin, &path, json!({ "mail": address })).await.expect(204);
                body["invitedUser"] = json!({ "id": id });
            }
            _ => {}
        }
        Sample { route, path: route.path.to_owned(), body }
    }

    /// A mail that waits.
    async fn mail(&self) -> String {
        self.server.clock.advance(6);
        set_invite_policy(&self.server.app, self.server.tenant, InvitePolicy::Everyone).await.unwrap();
        let address = format!("mail{}@contoso.example", self.number());
        self.server.invite(&self.admin, &address).await;
        self.server.mail_to(&self.admin, &address).await
    }

    /// Policies are there once, so they are put back.
    async fn policy(&self, route: Routed, what: &str) -> Sample {
        let mut keys = self.base.clone();
        let server = &self.server;
        match (route.method, route.path) {
            ("PATCH", path) if path.contains("/authorizationPolicy") => {
                set_invite_policy(&server.app, server.tenant, InvitePolicy::Everyone).await.unwrap();
                let mut sample = keys.of(route);
                sample.body = if what == "who invites" {
                    json!({ "allowInvitesFrom": "adminsAndGuestInviters" })
                } else {
                    server.set_guest_level(&GuestAccess::Limited.role_id().to_string()).await;
                    json!({ "guestUserRoleId": GuestAccess::SameAsMembers.role_id() })
                };
                return sample;
            }
            (method, path) if path.starts_with("/policies/b2bManagementPolicies") => {
                let listed =
                    server.get(&self.admin, "/beta/policies/b2bManagementPolicies").await.expect(200);
                let there = listed.json["value"][0]["id"].as_str().map(str::to_owned);
                keys.domain_list = match (method, there) {
                    ("POST", Some(id)) => {
                        let path = format!("/beta/policies/b2bManagementPolicies/{id}");
                        server.delete(&self.admin, &path).await.expect(204);
                        id
                    }
                    (_, Some(id)) => id,
                    ("POST", None) => String::new(),
                    (_, None) => server.block_domains(&["blocked.example"]).await,
                };
                let mut sample = keys.of(route);
                if !sample.body.is_null() {
                    sample.body = domain_policy("BlockedDomains", &["blocked.example", "live.com"]);
                }
                return sample;
            }
            (method, path) if path.contains("/partners") => {
                let partner = format!("/v1.0/policies/crossTenantAccessPolicy/partners/{}", keys.partner);
                let there = server.get(&self.admin, &partner).await.status == 200;
                if method == "POST" && there {
                    server.delete(&self.admin, &partner).await.expect(204);
                } else if method != "POST" && !there {
                    let partners = "/v1.0/policies/crossTenantAccessPolicy/partners";
                    let body = json!({ "tenantId": keys.partner });
                    server.post(&self.admin, partners, body).await.expect(201);
                }
            }
            _ => {}
        }
        keys.of(route)
    }
}

/// Whether a line changes applications, their presence or what was granted to them.
fn is_about_apps(path: &str) -> bool {
    let root = path.split(['/', '(']).nth(1).unwrap_or_default();
    ["applications", "servicePrincipals", "oauth2PermissionGrants"].contains(&root)
        && !path.contains("/appRoleAssign")
}

/// The line of the table of contents that a row is about.
pub fn route(row: &Row) -> Routed {
    let (method, path) = row.call.split_once(' ').unwrap();
    Routed { method, path }
}

fn change(what: &str, number: u32) -> Value {
    match what {
        "names" => json!({ "displayName": "Somebody", "jobTitle": "Auditor", "department": null }),
        "mail" => json!({ "mail": format!("mail{number}@fabrikam.example") }),
        "type" => json!({ "userType": "Guest" }),
        "name" => json!({ "userPrincipalName": format!("name{number}@fabrikam.example") }),
        "block" => json!({ "accountEnabled": false }),
        "telephone" => json!({ "mobilePhone": "+49 30 1", "businessPhones": ["+49 30 2"] }),
        "other mails" => json!({ "otherMails": [format!("other{number}@contoso.example")] }),
        "password" => json!({
            "passwordProfile": { "password": "a long enough password", "forceChangePasswordNextSignIn": false },
        }),
        other => panic!("no change called {other}"),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
