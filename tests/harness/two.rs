//! A host and a second organisation on the same server, whose people sign in at home.

use hospes_domain::access::Scope;
use hospes_domain::ids::TenantId;
use serde_json::{Value, json};

use super::{Browser, PASSWORD, Page, Person, Server};

/// The second organisation's domain.
pub const HOME_DOMAIN: &str = "contoso.example";

/// The server with a second organisation and a member of it.
pub struct Two {
    pub server: Server,
    pub home: TenantId,
    pub home_admin: Person,
    pub ana: Person,
}

impl Two {
    /// Both, and Ana, who belongs to the second.
    pub async fn start() -> Self {
        let server = Server::start().await;
        let (home, home_admin, _) = server.second_tenant(HOME_DOMAIN).await;
        let ana = server.add_member_at(home, "ana", HOME_DOMAIN).await;
        Self { server, home, home_admin, ana }
    }

    /// The token of the second organisation's administrator.
    pub fn home_token(&self) -> String {
        self.server.token_with(self.home, self.home_admin.id, 1, Scope::ALL)
    }

    /// Types the password on the home organisation's page, after its address if it asks for that.
    pub async fn at_home(&self, browser: &mut Browser, page: Page, address: &str) -> Page {
        let page = if page.html.contains("name=\"password\"") {
            page
        } else {
            browser.submit(&self.server, &page.form_to("/address"), &[("address", address)]).await
        };
        assert!(page.url.contains(&self.home.to_string()), "{}", page.url);
        browser.submit(&self.server, &page.form_to("/password"), &[("password", PASSWORD)]).await
    }

    /// From the link to the consent page.
    pub async fn to_consent(&self, browser: &mut Browser, link: &str, address: &str) -> Page {
        let welcome = browser.get(&self.server, link).await;
        assert!(welcome.text().contains("Sign in with your Contoso account"), "{}", welcome.html);
        let home = browser.submit(&self.server, &welcome.form_to("/redeem/accept"), &[]).await;
        assert!(
            home.url.contains("/redeem/") || home.text().contains(", then <bdi>Fabrikam</bdi> opens"),
            "{}",
            home.html
        );
        self.at_home(browser, home, address).await
    }

    /// Redeems a link at home.
    pub async fn redeem(&self, link: &str, address: &str) -> Browser {
        let mut browser = Browser::new();
        let consent = self.to_consent(&mut browser, link, address).await;
        let done = browser.submit(&self.server, &consent.form_to("/redeem/consent"), &[]).await;
        assert_eq!(done.status, 200, "{}", done.html);
        browser
    }

    /// An accepted guest at the first organisation.
    pub async fn guest(&self) -> (String, Browser) {
        let token = self.server.app_token().await;
        let (id, link) = self.server.invite(&token, &self.ana.upn).await;
        let browser = self.redeem(&link, &self.ana.upn).await;
        (id, browser)
    }

    /// Signs in at the first organisation's My Apps.
    pub async fn sign_in(&self, browser: &mut Browser, address: &str) -> Page {
        let page = self.server.name_address(browser, address).await;
        if page.url.contains("/myapps") { page } else { self.at_home(browser, page, address).await }
    }

    /// A guest of the first organisation, as scripts read it.
    pub async fn user(&self, id: &str) -> Value {
        let token = self.server.app_token().await;
        let what = "id,userPrincipalName,identities,externalUserState,mail";
        self.server.get(&token, &format!("/v1.0/users/{id}?$select={what}")).await.expect(200).json
    }

    /// Deletes the member at home and makes an account with the same address.
    pub async fn make_anew(&mut self) {
        let path = format!("/v1.0/users/{}", self.ana.id);
        self.server.delete(&self.home_token(), &path).await.expect(204);
        let purged = format!("/v1.0/directory/deletedItems/{}", self.ana.id);
        let _ = self.server.delete(&self.home_token(), &purged).await;
        self.ana = self.server.add_member_at(self.home, "ana", HOME_DOMAIN).await;
    }

    /// Both organisations agree that people of the second redeem without a question.
    pub async fn agree(&self) {
        let settings = |side: &str| json!({ "automaticUserConsentSettings": { side: true } });
        let admin = self.server.token_of(&self.server.admin);
        partner(&self.server, &admin, self.home, settings("inboundAllowed")).await;
        partner(&self.server, &self.home_token(), self.server.tenant, settings("outboundAllowed")).await;
    }

    /// What the first organisation decides about the second.
    pub async fn host_says(&self, settings: Value) {
        let token = self.server.token_of(&self.server.admin);
        self.decide(&token, self.home, settings).await;
    }

    /// What the second organisation decides about the first.
    pub async fn home_says(&self, settings: Value) {
        self.decide(&self.home_token(), self.server.tenant, settings).await;
    }

    async fn decide(&self, token: &str, other: TenantId, mut settings: Value) {
        settings["tenantId"] = json!(other);
        let path = "/v1.0/policies/crossTenantAccessPolicy/partners";
        self.server.post(token, path, settings).await.expect(201);
    }

    /// Resets a guest with this address, the same or another; the link.
    pub async fn reset(&self, id: &str, address: &str) -> String {
        self.server.clock.advance(60);
        let token = self.server.token_of(&self.server.user_admin);
        let reset = self.server.reset(&token, id, address).await.expect(201);
        reset.json["inviteRedeemUrl"].as_str().unwrap().to_owned()
    }
}

/// One organisation's settings for the other.
pub async fn partner(server: &Server, token: &str, other: TenantId, body: Value) {
    let path = "/v1.0/policies/crossTenantAccessPolicy/partners";
    let mut body = body;
    body["tenantId"] = json!(other);
    server.post(token, path, body).await.expect(201);
}

/// Everybody with every application, allowed or blocked.
pub fn everybody(access: &str) -> Value {
    json!({
        "usersAndGroups": { "accessType": access, "targets": [{ "target": "AllUsers", "targetType": "user" }] },
        "applications":
            { "accessType": access, "targets": [{ "target": "AllApplications", "targetType": "application" }] },
    })
}
