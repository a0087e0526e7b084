//! An authenticator without a device: makes passkeys and signs with them as the script of our pages has it do. It cannot
//! find a key by itself, so it is told which one is meant, and whose it is.

use serde_json::{Value, json};
use webauthn_authenticator_rs::WebauthnAuthenticator as _;
use webauthn_authenticator_rs::softpasskey::SoftPasskey;

use super::server::ORIGIN;
use super::{Browser, Form, Page, Server, forms};

/// Somebody's authenticator with at most one passkey.
pub struct Authenticator {
    soft: SoftPasskey,
    /// The passkey's id.
    pub credential: Value,
    /// Whose it is, as the server named the person.
    pub owner: Value,
    /// Where the browser believes it is.
    pub origin: String,
}

impl Authenticator {
    pub fn new() -> Self {
        let (credential, owner) = (Value::Null, Value::Null);
        Self { soft: SoftPasskey::new(true), credential, owner, origin: ORIGIN.to_owned() }
    }

    /// Makes a passkey for these options of the server; the answer for the form.
    pub fn makes(&mut self, options: &str) -> String {
        let mut options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["publicKey"]["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["publicKey"]["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["publicKey"]["attestation"], "none");
        options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = json!(false);
        self.owner = options["publicKey"]["user"]["id"].clone();
        let asked = serde_json::from_value(options).unwrap();
        let made = self.soft.do_registration(self.origin.parse().unwrap(), asked).unwrap();
        let made = serde_json::to_value(&made).unwrap();
        self.credential = made["rawId"].clone();
        made.to_string()
    }

    /// Signs what the server asks with these options; the answer for the form.
    pub fn signs(&mut self, options: &str) -> String {
        let mut options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["publicKey"]["userVerification"], "required");
        assert_eq!(options["publicKey"]["allowCredentials"], json!([]), "nobody is named");
        options["publicKey"]["allowCredentials"] = json!([{ "type": "public-key", "id": self.credential }]);
        let asked = serde_json::from_value(options).unwrap();
        let signed = self.soft.do_authentication(self.origin.parse().unwrap(), asked).unwrap();
        let mut signed = serde_json::to_value(&signed).unwrap();
        signed["response"]["userHandle"] = self.owner.clone();
        signed.to_string()
    }
}

/// The form that the script shows, and where it asks for options.
pub fn script_form(page: &Page) -> (Form, Form) {
    let tag = page.html.split("<form").find(|part| part.contains("data-passkey=")).unwrap_or_else(|| {
        panic!("no form for passkeys on {}: {}", page.url, page.html);
    });
    let options = tag.split("data-options=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = forms(&format!("<form{tag}")).remove(0);
    let ask = Form { action: options, method: "post".into(), fields: form.fields.clone() };
    (form, ask)
}

impl Server {
    /// Adds a passkey in a browser that is signed in.
    pub async fn add_passkey(&self, browser: &mut Browser, key: &mut Authenticator) -> Page {
        let page = browser.get(self, &format!("/{}/security/passkeys", self.tenant)).await;
        let (form, ask) = script_form(&page);
        let options = browser.submit_once(self, &ask, &[]).await;
        assert_eq!(options.status, 200, "{}", options.html);
        let made = key.makes(&options.html);
        browser.submit(self, &form, &[("name", "Work laptop"), ("credential", &made)]).await
    }

    /// Begins a sign-in to My Apps: the form for the answer, and the options.
    pub async fn asked_for_passkey(&self, browser: &mut Browser) -> (Form, String) {
        let page = browser.get(self, &format!("/myapps/{}", self.tenant)).await;
        let (form, ask) = script_form(&page);
        let options = browser.submit_once(self, &ask, &[]).await;
        assert_eq!(options.status, 200, "{}", options.html);
        (form, options.html)
    }

    /// Signs in with a passkey in a new browser.
    pub async fn passkey_sign_in(&self, key: &mut Authenticator) -> (Browser, Page) {
        let mut browser = Browser::new();
        let (form, options) = self.asked_for_passkey(&mut browser).await;
        let signed = key.signs(&options);
        let page = browser.submit(self, &form, &[("credential", &signed)]).await;
        (browser, page)
    }

    /// Signs a member in with the password everybody has.
    pub async fn member_browser(&self, name: &str) -> Browser {
        let mut browser = Browser::new();
        let page = self.name_address(&mut browser, name).await;
        let page = browser.submit(self, &page.form_to("/password"), &[("password", super::PASSWORD)]).await;
        assert!(page.url.contains("/myapps/"), "{}", page.html);
        browser
    }
}
