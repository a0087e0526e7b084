//! One good request for every line of the directory API's table of contents, so that a test of what is wrong with
//! a request changes one thing only.

use hospes_domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::app_samples::app_body;
use super::resource_samples::resource_body;
use super::server::PASSWORD;
use super::tenant_samples::tenant_body;
use super::{Owner, Server};

/// One line of a table of contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Routed {
    pub method: &'static str,
    pub path: &'static str,
}

/// Every line of the directory API.
pub fn graph_routes() -> Vec<Routed> {
    hospes_web::graph::ROUTES.iter().map(|route| Routed { method: route.method, path: route.path }).collect()
}

/// A request that an administrator's token makes succeed.
#[derive(Clone, Debug)]
pub struct Sample {
    pub route: Routed,
    /// With keys filled in, behind the version.
    pub path: String,
    /// Null for methods without one.
    pub body: Value,
}

/// The keys that samples are about.
#[derive(Clone)]
pub struct Samples {
    pub user: String,
    pub group: String,
    pub service_principal: String,
    pub client: String,
    pub application: String,
    pub app_role: Uuid,
    pub app_role_assignment: String,
    pub role_assignment: String,
    /// What the command line may do for everybody.
    pub grant: String,
    /// An application without a service principal.
    pub registered: String,
    /// A secret of the application.
    pub secret: String,
    /// One of the presence itself.
    pub principal_secret: String,
    /// The service principal of the directory API.
    pub graph: String,
    tenant: String,
    pub domain_list: String,
    invited: String,
    /// A deleted user, to be looked at and purged, and another one to be restored.
    pub deleted: [String; 2],
    pub domain: String,
    pub partner: String,
    /// A mail that waits, and the invitation it is about.
    pub mail: String,
    pub invitation: String,
    /// The administrator's.
    subscription: String,
    audit_record: String,
    sign_in: String,
    /// Somebody with an authenticator app and a passkey, who also is the manager of the user, a sponsor, and an owner.
    pub owner: Owner,
    /// Somebody else.
    pub other: String,
    /// Certificates of the application and of its presence, and proofs that one has their key.
    pub key: String,
    pub principal_key: String,
    pub proofs: [String; 4],
    /// Somebody from outside.
    pub external: String,
    /// Who holds a directory role.
    inviter: String,
}

/// Whether a line is there under `/beta` only.
pub fn is_newer(path: &str) -> bool {
    hospes_web::graph::ROUTES.iter().any(|route| route.path == path && route.beta_only)
}

impl Server {
    /// Prepares what the samples speak of. The person they change is the helpdesk's.
    pub async fn samples(&self) -> Samples {
        let user = self.helpdesk.id;
        self.give_access(user).await;
        let token = self.app_token().await;
        let first = async |path: String, tail: &str| {
            let reply = self.get(&token, &path).await;
            let mut found = reply.json["value"].as_array().into_iter().flatten();
            found.find_map(|row| row["id"].as_str()).unwrap_or(tail).to_owned()
        };
        let nobody = Uuid::from_u128(0x404).to_string();
        let deleted = [self.deleted("gone").await, self.deleted("missed").await];
        let portal = &self.portal.service_principal;
        let (admin, domain) = (self.token_of(&self.admin), "sample.example");
        self.post(&admin, "/v1.0/domains", json!({ "id": domain })).await.expect(201);
        let (partner, ..) = self.second_tenant("partner.example").await;
        let partners = "/v1.0/policies/crossTenantAccessPolicy/partners";
        self.post(&admin, partners, json!({ "tenantId": partner })).await.expect(201);
        self.invite(&admin, "mail@contoso.example").await;
        // A program that is refused has a line in the sign-in log.
        let wrong = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.portal.client_id.to_string()),
            ("client_secret", "wrong"),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        self.token_request(&self.tenant.to_string(), &wrong).await.expect(401);
        let graph = "/v1.0/servicePrincipals?$filter=appId%20eq%20'00000003-0000-0000-c000-000000000000'";
        let graph = first(graph.to_owned(), &nobody).await;
        let application =
            first(format!("/v1.0/applications?$filter=appId%20eq%20'{}'", self.portal.client_id), &nobody)
                .await;
        let owner = self.with_methods("owner").await;
        let held =
            format!("/v1.0/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'{user}'");
        let (group, principal) = (self.group.to_string(), portal.id.to_string());
        self.surround(&user.to_string(), &group, &owner, [&application, &principal]).await;
        Samples {
            other: self.member.id.to_string(),
            key: self.certify(&format!("applications/{application}")).await,
            principal_key: self.certify(&format!("servicePrincipals/{}", portal.id)).await,
            proofs: self.proofs(&self.portal.client_id.to_string()),
            external: self.invite(&admin, "external@contoso.example").await.0,
            sign_in: first("/v1.0/auditLogs/signIns".to_owned(), &nobody).await,
            mail: self.mail_to(&admin, "mail@contoso.example").await,
            subscription: self.subscribed(&admin).await,
            invitation: first("/v1.0/invitations".to_owned(), &nobody).await,
            audit_record: first("/v1.0/auditLogs/directoryAudits".to_owned(), &nobody).await,
            app_role_assignment: first(format!("/v1.0/users/{user}/appRoleAssignments"), &nobody).await,
            role_assignment: first(held, &nobody).await,
            application,
            grant: self.granted(&graph).await,
            registered: self.registered().await,
            secret: self.secret("applications").await,
            principal_secret: self.secret("servicePrincipals").await,
            graph,
            user: user.to_string(),
            group: self.group.to_string(),
            service_principal: portal.id.to_string(),
            client: self.portal.client_id.to_string(),
            app_role: portal.app_roles[0].id,
            tenant: self.tenant.to_string(),
            domain_list: self.block_domains(&["blocked.example"]).await,
            invited: "sample@contoso.example".into(),
            deleted,
            domain: domain.into(),
            partner: partner.to_string(),
            owner,
            inviter: self.inviter.id.to_string(),
        }
    }

    /// The application id of one that was just registered.
    pub async fn registered(&self) -> String {
        let body = json!({ "displayName": "Registered" });
        let made = self.post(&self.token_of(&self.admin), "/v1.0/applications", body).await.expect(201);
        made.json["appId"].as_str().unwrap().to_owned()
    }

    /// A grant to the automation, on behalf of everybody.
    async fn granted(&self, graph: &str) -> String {
        let body = json!({
            "clientId": self.automation.service_principal.id, "consentType": "AllPrincipals", "resourceId": graph,
            "scope": "User.Read",
        });
        let token = self.token_of(&self.admin);
        let made = self.post(&token, "/v1.0/oauth2PermissionGrants", body).await;
        if made.status == 201 {
            return made.json["id"].as_str().unwrap().to_owned();
        }
        // Samples may be made twice.
        let client = self.automation.service_principal.id;
        let path = format!("/v1.0/oauth2PermissionGrants?$filter=clientId%20eq%20'{client}'");
        let found = self.get(&token, &path).await.expect(200);
        found.json["value"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The id of a new secret of the portal, made at the application or at its presence.
    pub async fn secret(&self, collection: &str) -> String {
        let path = format!("/v1.0/{collection}(appId='{}')/addPassword", self.portal.client_id);
        let made = self.post(&self.token_of(&self.admin), &path, Value::Null).await.expect(200);
        made.json["keyId"].as_str().unwrap().to_owned()
    }

    /// The id of the newest mail to an address.
    pub async fn mail_to(&self, token: &str, address: &str) -> String {
        let path = format!("/v1.0/hospes.mails?$filter=recipient%20eq%20'{address}'");
        let found = self.get(token, &path).await.expect(200);
        found.json["value"][0]["id"].as_str().unwrap_or_else(|| panic!("no mail to {address}")).to_owned()
    }

    /// The id of a new subscription.
    pub async fn subscribed(&self, token: &str) -> String {
        let made = self.post(token, "/v1.0/subscriptions", subscription()).await.expect(201);
        made.json["id"].as_str().unwrap().to_owned()
    }

    /// The object id of a member who was just deleted.
    async fn deleted(&self, name: &str) -> String {
        let id = self.add_person(name, &[]).await.id.to_string();
        self.delete(&self.app_token().await, &format!("/v1.0/users/{id}")).await.expect(204);
        id
    }
}

impl Samples {
    /// The sample of a line.
    pub fn of(&self, route: Routed) -> Sample {
        let path = match route.path {
            "/directory/deletedItems/{id}/restore" => route.path.replace("{id}", &self.deleted[1]),
            // Somebody else than whom `/users/{id}` is about, so that both can be deleted.
            "/directoryObjects/{id}" if route.method == "DELETE" => route.path.replace("{id}", &self.other),
            // Who holds the role already.
            "/directoryRoles/{id}/members/{id}/$ref" if route.method == "GET" => {
                format!("/directoryRoles/{{id}}/members/{}/$ref", self.inviter)
            }
            template => template.to_owned(),
        };
        let bare = ["/restore", "/retry", "/reauthorize", "Sessions", "Tokens", "SecondFactors"]
            .iter()
            .any(|action| path.ends_with(action));
        let given = || {
            app_body(route, self).or_else(|| resource_body(route, self)).unwrap_or_else(|| self.body(route))
        };
        let body = if bare { Value::Null } else { given() };
        Sample { route, path: self.path(&path), body }
    }

    /// A path of the table with its keys filled in.
    pub fn path(&self, template: &str) -> String {
        let mut before = "";
        let segments = template.split('/').map(|segment| {
            let filled = match segment {
                "{id}" if before == "users" && template.contains("/authentication/") => {
                    self.owner.user.clone()
                }
                "{id}" if before == "users" && is_newer(template) => self.external.clone(),
                "{id}" => self.key(before).to_owned(),
                _ if segment.contains("(roleTemplateId)") => segment
                    .replace("(roleTemplateId)", &format!("(roleTemplateId='{}')", Role::GuestInviter.id())),
                _ => segment.to_owned(),
            };
            before = segment;
            filled
        });
        segments.collect::<Vec<_>>().join("/")
    }

    fn key(&self, collection: &str) -> &str {
        match collection {
            "users" | "members" | "directoryObjects" => &self.user,
            "owners" | "sponsors" => &self.owner.user,
            "groups" => &self.group,
            "servicePrincipals" => &self.service_principal,
            "applications" => &self.application,
            "oauth2PermissionGrants" => &self.grant,
            "appRoleAssignments" | "appRoleAssignedTo" => &self.app_role_assignment,
            "roleAssignments" => &self.role_assignment,
            "roleDefinitions" | "directoryRoles" | "directoryRoleTemplates" => {
                "95e79109-95c0-4d8e-aee3-d01accf2d47b"
            }
            "organization" => &self.tenant,
            "deletedItems" => &self.deleted[0],
            "b2bManagementPolicies" => &self.domain_list,
            "domains" => &self.domain,
            "partners" => &self.partner,
            "hospes.mails" => &self.mail,
            "subscriptions" => &self.subscription,
            "invitations" => &self.invitation,
            "identityProviders" => "EmailOtpSignup-OAUTH",
            "directoryAudits" => &self.audit_record,
            "signIns" => &self.sign_in,
            "passwordMethods" => "28c10230-6103-485e-b985-444c60001490",
            "fido2Methods" => &self.owner.passkey,
            "methods" | "softwareOathMethods" => &self.owner.app,
            other => panic!("no sample key for {other}"),
        }
    }

    fn reference(&self) -> Value {
        json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{}", self.user) })
    }

    fn assignment(&self, principal: &str) -> Value {
        json!({ "principalId": principal, "resourceId": self.service_principal, "appRoleId": self.app_role })
    }

    fn body(&self, route: Routed) -> Value {
        let principal = match route.path {
            "/groups/{id}/appRoleAssignments" => &self.group,
            "/servicePrincipals/{id}/appRoleAssignments" => &self.service_principal,
            _ => &self.user,
        };
        match (route.method, route.path) {
            ("GET" | "DELETE", _) => Value::Null,
            ("POST", "/invitations") => json!({
                "invitedUserEmailAddress": self.invited,
                "invitedUserDisplayName": "Sample",
                "invitedUserType": "Guest",
                "inviteRedirectUrl": "https://myapps.microsoft.com?tenantId=",
                "sendInvitationMessage": true,
                "resetRedemption": false,
                "invitedUserMessageInfo": {
                    "messageLanguage": "en-US",
                    "customizedMessageBody": "Welcome",
                    "ccRecipients": [{ "emailAddress": { "name": "Sam", "address": "sam@contoso.example" } }],
                },
                "invitedUserSponsors": [{ "@odata.type": "#microsoft.graph.user", "id": self.user }],
            }),
            ("POST", "/users") => json!({
                "accountEnabled": true,
                "displayName": "New Person",
                "mailNickname": "new.person",
                "userPrincipalName": "new.person@fabrikam.example",
                "mail": "new.person@fabrikam.example",
                "passwordProfile": { "password": "a long enough password", "forceChangePasswordNextSignIn": false },
                "userType": "Member",
                "usageLocation": "DE",
                "businessPhones": ["+49 30 1"],
            }),
            ("PATCH", "/users/{id}") => json!({
                "displayName": "Hugo Helpful",
                "jobTitle": "Helper",
                "department": null,
                "usageLocation": "DE",
                "mobilePhone": "+49 30 1",
                "businessPhones": ["+49 30 2"],
                "otherMails": ["hugo@contoso.example"],
                "mail": "hugo@fabrikam.example",
                "accountEnabled": true,
                "showInAddressList": true,
                "preferredLanguage": "en-US",
            }),
            ("POST", "/groups") => json!({
                "displayName": "New group",
                "description": "For samples",
                "mailEnabled": false,
                "mailNickname": "newgroup",
                "securityEnabled": true,
                "isAssignableToRole": false,
                "groupTypes": [],
                "members@odata.bind": [format!("https://hospes.example/v1.0/users/{}", self.user)],
            }),
            ("POST", path) if path.ends_with("/$ref") => self.reference(),
            ("POST", path) if path.ends_with("appRoleAssignments") || path.ends_with("appRoleAssignedTo") => {
                self.assignment(principal)
            }
            ("POST", "/roleManagement/directory/roleAssignments") => json!({
                "@odata.type": "#microsoft.graph.unifiedRoleAssignment",
                "principalId": self.user,
                "roleDefinitionId": Role::DirectoryReaders.id(),
                "directoryScopeId": "/",
            }),
            ("POST", "/me/changePassword") => new_password(),
            ("POST", "/subscriptions") => subscription(),
            ("PATCH", "/subscriptions/{id}") => json!({ "expirationDateTime": "2026-11-28T00:00:00Z" }),
            _ => tenant_body(route, &self.partner),
        }
    }
}

fn subscription() -> Value {
    json!({
        "changeType": "created,updated,deleted",
        "resource": "/users",
        "notificationUrl": "https://receiver.example/changes",
        "lifecycleNotificationUrl": "https://receiver.example/lifecycle",
        "expirationDateTime": "2026-11-30T00:00:00Z",
        "clientState": "a secret of the receiver",
        "latestSupportedTlsVersion": "v1_2",
    })
}

fn new_password() -> Value {
    json!({ "currentPassword": PASSWORD, "newPassword": "seven quiet lanterns" })
}
