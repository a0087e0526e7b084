//! Authenticator apps and recovery codes, as people use them in a browser without scripts.

use hospes_actions::second_factors::code_at;
use hospes_domain::access::Role;
use hospes_domain::time::Clock;
use serde_json::json;

use super::{Authenticator, Browser, PASSWORD, Page, Person, Server};

/// The secret a page shows to be typed.
pub fn secret_on(page: &Page) -> String {
    let (_, rest) = page.html.split_once("class=\"secret identifier\"").expect("a secret to type");
    let (_, rest) = rest.split_once('>').unwrap();
    rest.split('<').next().unwrap().to_owned()
}

/// The recovery codes a page shows.
pub fn codes_on(page: &Page) -> Vec<String> {
    let items = page.html.split("<li class=\"identifier\">").skip(1);
    items.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// A member with one authentication method of each kind, by their ids.
#[derive(Clone)]
pub struct Owner {
    pub user: String,
    pub app: String,
    pub passkey: String,
}

impl Server {
    /// A new member who has set up an authenticator app and a passkey.
    pub async fn with_methods(&self, name: &str) -> Owner {
        let person = self.add_person(name, &[]).await;
        let mut browser = Browser::new();
        self.types_password(&mut browser, &person).await;
        self.adds_app(&mut browser).await;
        self.add_passkey(&mut browser, &mut Authenticator::new()).await;
        let user = person.id.to_string();
        let read = async |collection: &str| {
            let path = format!("/v1.0/users/{user}/authentication/{collection}");
            let found = self.get(&self.app_token().await, &path).await.expect(200);
            found.json["value"][0]["id"].as_str().unwrap().to_owned()
        };
        let (app, passkey) = (read("softwareOathMethods").await, read("fido2Methods").await);
        Owner { user, app, passkey }
    }

    /// What the app with that secret shows now.
    pub fn app_code(&self, secret: &str) -> String {
        code_at(secret, self.clock.now()).unwrap()
    }

    /// Six digits that the app does not show around now.
    pub fn wrong_app_code(&self, secret: &str) -> String {
        let near: Vec<String> =
            [-30, 0, 30].map(|aside| code_at(secret, self.clock.now().plus_seconds(aside)).unwrap()).to_vec();
        (0..4).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }

    /// Path of the page Security.
    pub fn security(&self, rest: &str) -> String {
        format!("/{}/security{rest}", self.tenant)
    }

    /// A member who types address and password on the way to My Apps: whatever page follows.
    pub async fn types_password(&self, browser: &mut Browser, person: &Person) -> Page {
        let named = self.name_address(browser, &person.upn).await;
        browser.submit(self, &named.form_to("/password"), &[("password", PASSWORD)]).await
    }

    /// Adds an authenticator app on one's own page: its secret, and the page afterwards.
    pub async fn adds_app(&self, browser: &mut Browser) -> (String, Page) {
        let page = browser.get(self, &self.security("/authenticator")).await;
        assert_eq!(page.status, 200, "{}", page.html);
        let secret = secret_on(&page);
        let code = self.app_code(&secret);
        let form = page.form_to("/security/authenticator");
        let after = browser.submit(self, &form, &[("name", "Phone"), ("code", &code)]).await;
        assert_eq!(after.status, 200, "{}", after.html);
        (secret, after)
    }

    /// A member who has an authenticator app: browser, secret and recovery codes. Half a minute later, so that the app
    /// shows a code that was not used.
    pub async fn with_app(&self, person: &Person) -> (Browser, String, Vec<String>) {
        let mut browser = Browser::new();
        self.types_password(&mut browser, person).await;
        let (secret, page) = self.adds_app(&mut browser).await;
        self.clock.advance(30);
        (browser, secret, codes_on(&page))
    }

    /// A browser in which the password was right, and the page that asks for the second factor.
    pub async fn asked_for_factor(&self, person: &Person) -> (Browser, Page) {
        let mut browser = Browser::new();
        let page = self.types_password(&mut browser, person).await;
        assert!(page.text().contains("Show your second factor"), "{}", page.html);
        (browser, page)
    }

    /// Demands a second factor of the holders of these roles.
    pub async fn demand_factor(&self, roles: &[Role]) {
        let ids: Vec<String> = roles.iter().map(|role| role.id().to_string()).collect();
        let body = json!({ "secondFactorRoles": ids });
        let token = self.live_token(self.tenant, self.admin.id);
        self.patch(&token, "/v1.0/policies/hospes.signInPolicy", body).await.expect(204);
    }
}
