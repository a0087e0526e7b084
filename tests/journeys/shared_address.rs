//! Apps that sign people in at `common` and `organizations` of a server with two organisations: which one is meant is
//! found out by what the request and this browser's sessions say, and asked only where a page is allowed (OpenID Connect
//! Core 1.0 section 3.1.2.1; threats E5, F1, F12, F15).

use std::collections::BTreeMap;

use url::form_urlencoded::{Serializer, parse};

use crate::harness::{Browser, Page, Person, Two};

/// A public client that both organisations know.
const COMMAND_LINE: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
const BACK: &str = "http://localhost:53683/";

/// A request of that client to a shared address; what is given here is added or replaces the usual.
pub fn request(name: &str, given: &[(&str, &str)]) -> String {
    let mut all = BTreeMap::from([
        ("client_id", COMMAND_LINE),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("scope", "openid"),
        ("state", "s"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ]);
    all.extend(given.iter().copied());
    format!("/{name}/oauth2/v2.0/authorize?{}", Serializer::new(String::new()).extend_pairs(all).finish())
}

fn told(page: &Page) -> BTreeMap<String, String> {
    assert!(page.url.starts_with(BACK), "no answer but {}: {}", page.url, page.html);
    parse(page.url.split_once(['?', '#']).unwrap().1.as_bytes()).into_owned().collect()
}

impl Two {
    /// Signs a member of either organisation in at its My Apps.
    async fn signed_in(&self, browser: &mut Browser, at: hospes_domain::ids::TenantId, who: &Person) {
        let page = browser.get(&self.server, &format!("/myapps/{at}")).await;
        let page = browser.submit(&self.server, &page.form_to("/address"), &[("address", &who.upn)]).await;
        let password = [("password", crate::harness::PASSWORD)];
        let page = browser.submit(&self.server, &page.form_to("/password"), &password).await;
        assert!(page.url.contains("/myapps/"), "{}", page.html);
    }

    /// An id token of that member for the client, and what the browser is by then.
    async fn id_token(&self, browser: &mut Browser, at: hospes_domain::ids::TenantId) -> String {
        let page = browser.get(&self.server, &request(&at.to_string(), &[])).await;
        let page = if page.url.starts_with(BACK) {
            page
        } else {
            browser.submit(&self.server, &page.form_to("/accept"), &[]).await
        };
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", COMMAND_LINE),
            ("code", &*told(&page)["code"]),
            ("redirect_uri", BACK),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ];
        let reply = self.server.token_request(&at.to_string(), &fields).await.expect(200);
        reply.json["id_token"].as_str().unwrap().to_owned()
    }

    async fn open(&self, browser: &mut Browser, name: &str, given: &[(&str, &str)]) -> Page {
        browser.get(&self.server, &request(name, given)).await
    }
}

#[tokio::test]
async fn a_request_that_allows_no_page_gets_none() {
    let two = Two::start().await;
    let mut browser = Browser::new();
    let silent = [("prompt", "none")];
    for name in ["common", "organizations"] {
        let nobody = told(&two.open(&mut browser, name, &silent).await);
        assert_eq!((&*nobody["error"], &*nobody["state"]), ("login_required", "s"));
        // The issuer of the shared discovery document, to the letter (RFC 9207 section 2.4).
        assert_eq!(nobody["iss"], "https://hospes.example/{tenantid}/v2.0");
    }
    two.signed_in(&mut browser, two.server.tenant, &two.server.member).await;
    two.id_token(&mut browser, two.server.tenant).await;
    let one = told(&two.open(&mut browser, "common", &silent).await);
    assert!(one.contains_key("code") && one["iss"].contains(&two.server.tenant.to_string()), "{one:?}");
    // Somebody else is named: the app hears that, and not who is signed in.
    let other = [("prompt", "none"), ("login_hint", "nobody@elsewhere.example")];
    assert_eq!(told(&two.open(&mut browser, "common", &other).await)["error"], "login_required");

    two.signed_in(&mut browser, two.home, &two.ana).await;
    let home_token = two.id_token(&mut browser, two.home).await;
    let several = told(&two.open(&mut browser, "common", &silent).await);
    assert_eq!(several["error"], "interaction_required");
    assert!(several["error_description"].starts_with("AADSTS16000: "), "{several:?}");
    for (hint, value, at) in [
        ("login_hint", two.ana.upn.as_str(), two.home),
        ("login_hint", two.server.member.upn.as_str(), two.server.tenant),
        ("domain_hint", "contoso.example", two.home),
        ("id_token_hint", home_token.as_str(), two.home),
    ] {
        let one = told(&two.open(&mut browser, "common", &[("prompt", "none"), (hint, value)]).await);
        assert!(one.contains_key("code") && one["iss"].contains(&at.to_string()), "{hint}: {one:?}");
    }
}

#[tokio::test]
async fn e5_the_domain_of_a_name_or_the_one_session_spares_the_question() {
    let two = Two::start().await;
    let mut browser = Browser::new();
    let hinted = two.open(&mut browser, "common", &[("login_hint", &two.ana.upn)]).await;
    assert!(hinted.url.contains(&format!("/{}/sign-in/", two.home)), "{}", hinted.url);
    assert!(hinted.text().contains(&two.ana.upn), "{}", hinted.html);
    // A guest's name and one that is nobody's look alike.
    let token = two.server.app_token().await;
    two.server.invite(&token, "gina@elsewhere.example").await;
    for name in ["gina@elsewhere.example", "nobody@elsewhere.example", "not a name"] {
        let page = two.open(&mut browser, "common", &[("login_hint", name)]).await;
        assert!(page.url.contains("/organisation?"), "{name}: {}", page.url);
    }
    two.signed_in(&mut browser, two.server.tenant, &two.server.member).await;
    let one = two.open(&mut browser, "organizations", &[]).await;
    assert!(!one.url.contains("/organisation?"), "{}", one.url);
    let choosing = two.open(&mut browser, "common", &[("prompt", "select_account")]).await;
    assert!(choosing.url.contains("/organisation?"), "{}", choosing.url);
}

#[tokio::test]
async fn f1_what_no_organisation_knows_is_refused_on_a_page_and_what_one_knows_is_not_asked() {
    let two = Two::start().await;
    let portal = two.server.portal.client_id.to_string();
    for given in [
        [("redirect_uri", "https://evil.example/cb"), ("prompt", "login")],
        [("redirect_uri", "https://evil.example/cb"), ("prompt", "none")],
        [("client_id", "7d2b3c52-0000-4000-8000-000000000000"), ("prompt", "none")],
        [("client_id", "nonsense"), ("prompt", "none")],
        [("client_id", ""), ("prompt", "none")],
        [("client_id", &portal), ("prompt", "none")],
    ] {
        let page = Browser::new().get(&two.server, &request("common", &given)).await;
        assert_eq!(page.status, 400, "{given:?}: {}", page.html);
        assert!(page.url.contains("/common/") && page.text().contains("AADSTS"), "{given:?}: {}", page.url);
    }
    let only = [("client_id", portal.as_str()), ("redirect_uri", "https://portal.example/callback")];
    let page = Browser::new().get(&two.server, &request("common", &only)).await;
    assert!(page.url.contains(&format!("/{}/sign-in/", two.server.tenant)), "{}", page.url);
    // What is wrong beyond that, the app hears without a question to the person.
    let wrong = two.open(&mut Browser::new(), "common", &[("response_type", "token")]).await;
    assert_eq!(told(&wrong)["error"], "unsupported_response_type");
}

#[tokio::test]
async fn f15_signing_out_at_common_is_of_the_hints_organisation_or_of_all_after_a_question() {
    let two = Two::start().await;
    let logout = |query: &str| format!("/common/oauth2/v2.0/logout?{query}");
    let back = format!(
        "client_id={COMMAND_LINE}&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A53683%2F&state=x"
    );
    let nobody = Browser::new().get(&two.server, &logout("")).await;
    assert!(nobody.status == 200 && nobody.text().contains("You are signed out"), "{}", nobody.html);

    let mut browser = Browser::new();
    two.signed_in(&mut browser, two.server.tenant, &two.server.member).await;
    let hint = two.id_token(&mut browser, two.server.tenant).await;
    let asked = browser.get(&two.server, &logout("")).await;
    assert!(asked.html.contains(&format!("/{}/sign-out", two.server.tenant)), "{}", asked.html);
    two.signed_in(&mut browser, two.home, &two.ana).await;
    let sessions = |browser: &Browser| browser.cookies.keys().filter(|name| name.contains("session")).count();
    assert_eq!(sessions(&browser), 2);

    // A link asks, and names each.
    let asked = browser.get(&two.server, &logout(&back)).await;
    for name in ["Fabrikam", "Contoso", &two.ana.upn, &two.server.member.upn] {
        assert!(asked.text().contains(name), "{name}: {}", asked.html);
    }
    assert_eq!(sessions(&browser), 2, "a link signed the person out");
    // The id token of one signs out of that one, as it does at its own address.
    let mut other = browser.clone();
    let gone = other.get(&two.server, &logout(&format!("id_token_hint={hint}&{back}"))).await;
    assert_eq!((gone.url.as_str(), sessions(&other)), ("http://localhost:53683/?state=x", 1));

    let elsewhere = logout("post_logout_redirect_uri=https://evil.example/");
    let asked = other.get(&two.server, &elsewhere).await;
    assert!(!asked.html.contains("evil.example"), "{}", asked.html);

    let mut both = Browser::new();
    two.signed_in(&mut both, two.server.tenant, &two.server.member).await;
    two.signed_in(&mut both, two.home, &two.ana).await;
    let asked = both.get(&two.server, &logout(&back)).await;
    let stolen = both.clone();
    let gone = both.submit(&two.server, &asked.form_to("/sign-out"), &[]).await;
    assert_eq!((gone.url.as_str(), sessions(&both)), ("http://localhost:53683/?state=x", 0));
    for at in [two.server.tenant, two.home] {
        let page = stolen.clone().get(&two.server, &format!("/myapps/{at}")).await;
        assert!(page.url.contains("/sign-in/"), "the session at {at} has not ended: {}", page.url);
    }
}

#[tokio::test]
async fn admin_consent_at_a_shared_address_finds_the_organisation_or_asks() {
    let two = Two::start().await;
    let query = format!("client_id={COMMAND_LINE}&redirect_uri=http%3A%2F%2Flocalhost%3A53683%2F&state=s");
    for (address, own) in [
        (format!("/organizations/v2.0/adminconsent?{query}&scope=User.Read"), "/v2.0/adminconsent"),
        (format!("/common/adminconsent?{query}"), "/adminconsent"),
    ] {
        let mut browser = Browser::new();
        let asked = browser.get(&two.server, &address).await;
        assert!(asked.status == 200 && asked.url.contains("/organisation?"), "{}", asked.url);
        let form = asked.filled("/organisation", &[("name", "contoso.example")]);
        let sign_in = browser.submit(&two.server, &form, &[]).await;
        assert!(sign_in.url.contains(&format!("/{}/sign-in/", two.home)), "{}", sign_in.url);
        let page = browser
            .submit(&two.server, &sign_in.form_to("/address"), &[("address", &two.home_admin.upn)])
            .await;
        let password = [("password", crate::harness::PASSWORD)];
        let consent = browser.submit(&two.server, &page.form_to("/password"), &password).await;
        assert!(consent.url.contains(&format!("/{}{own}?", two.home)), "{}", consent.url);
        assert!(consent.url.contains("state=s"), "{}", consent.url);
        // Signed in at one, nothing is asked.
        let again = browser.get(&two.server, &address).await;
        assert!(
            again.html.contains("/accept") && again.html.contains(&two.home.to_string()),
            "{}",
            again.html
        );
    }
    for wrong in ["redirect_uri=https%3A%2F%2Fevil.example%2F", "redirect_uri=x"] {
        let address = format!("/common/adminconsent?client_id={COMMAND_LINE}&{wrong}");
        let page = Browser::new().get(&two.server, &address).await;
        assert!(page.status == 400 && page.text().contains("AADSTS50011"), "{}", page.html);
    }
}
