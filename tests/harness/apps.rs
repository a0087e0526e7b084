//! Applications as scripts make them, and people who sign in to them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::server::PASSWORD;
use super::{Browser, Page, Person, Reply, Server};

/// Where the answers of these applications go.
const CALLBACK: &str = "https://orders.example/callback";

/// An application that was registered over the directory API.
pub struct MadeApp {
    pub id: String,
    pub client: String,
    pub principal: String,
    pub secret: String,
}

impl Server {
    /// Registers a confidential application with these properties, present in the tenant and with a secret.
    pub async fn make_app(&self, name: &str, more: Value) -> MadeApp {
        let admin = self.token_of(&self.admin);
        let mut body = json!({ "displayName": name, "web": { "redirectUris": [CALLBACK] } });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let made = self.post(&admin, "/v1.0/applications", body).await.expect(201).json;
        let presence = json!({ "appId": made["appId"] });
        let present = self.post(&admin, "/v1.0/servicePrincipals", presence).await.expect(201).json;
        let path = format!("/v1.0/applications/{}/addPassword", text(&made["id"]));
        let secret = self.post(&admin, &path, json!({})).await.expect(200).json;
        MadeApp {
            id: text(&made["id"]),
            client: text(&made["appId"]),
            principal: text(&present["id"]),
            secret: text(&secret["secretText"]),
        }
    }

    /// Registers an application that is not present in the tenant yet; its `appId`.
    pub async fn make_bare(&self, name: &str) -> String {
        let made = self
            .post(&self.token_of(&self.admin), "/v1.0/applications", json!({ "displayName": name }))
            .await;
        made.expect(201).json["appId"].as_str().unwrap().to_owned()
    }

    /// The authorization request of an application.
    pub fn request_of(&self, app: &MadeApp, scope: &str, more: &[(&str, &str)]) -> String {
        let query = Serializer::new(String::new())
            .extend_pairs([("client_id", app.client.as_str()), ("response_type", "code")])
            .extend_pairs([("redirect_uri", CALLBACK), ("scope", scope), ("nonce", "n")])
            .extend_pairs(more)
            .finish();
        format!("/{}/oauth2/v2.0/authorize?{query}", self.tenant)
    }

    /// A member signs in on the way to a page: what follows then.
    pub async fn through_password(&self, browser: &mut Browser, start: &str, person: &Person) -> Page {
        let asked = browser.get(self, start).await;
        let named = browser.submit(self, &asked.form_to("/address"), &[("address", &person.upn)]).await;
        browser.submit(self, &named.form_to("/password"), &[("password", PASSWORD)]).await
    }

    /// Exchanges the code in the address of a page.
    pub async fn exchange(&self, app: &MadeApp, page: &Page) -> Reply {
        let code = answer(page, "code");
        self.as_app(app, &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)])
            .await
    }

    /// Exchanges a refresh token.
    pub async fn refresh(&self, app: &MadeApp, token: &str) -> Reply {
        self.as_app(app, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// A token request of an application.
    pub async fn as_app(&self, app: &MadeApp, fields: &[(&str, &str)]) -> Reply {
        let own = [("client_id", app.client.as_str()), ("client_secret", app.secret.as_str())];
        self.token_request(&self.tenant.to_string(), &[&own[..], fields].concat()).await
    }
}

/// A value in the answer of an authorization or consent page.
#[track_caller]
pub fn answer(page: &Page, name: &str) -> String {
    let url = url::Url::parse(&page.url).unwrap_or_else(|_| panic!("{}: {}", page.url, page.html));
    let found = url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    found.unwrap_or_else(|| panic!("no {name} in {url}: {}", page.html))
}

/// What a token says.
pub fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
