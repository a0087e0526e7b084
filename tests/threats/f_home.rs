//! Threats F12 and F13 where somebody signs in at home: what an app asks about the age of a sign-in is asked there, too,
//! and what the app hears is the truth (OIDC Core section 3.1.2.1).

use hospes_domain::jose::base64url;
use hospes_domain::time::Clock;
use serde_json::Value;

use super::d_sign_ins::{BACK, code, tokens};
use crate::harness::{Browser, Page, Two};

/// A guest's browser that signed in at the home organisation ten minutes ago, and not at the host.
async fn at_home_for_ten_minutes(two: &Two) -> Browser {
    two.guest().await;
    let mut browser = Browser::new();
    let page = browser.get(&two.server, &format!("/myapps/{}", two.home)).await;
    two.at_home(&mut browser, page, &two.ana.upn).await;
    two.server.clock.advance(600);
    browser
}

/// As far as naming the address, on the way to the app; where the browser is sent then.
async fn to_the_app(two: &Two, browser: &mut Browser, more: &str) -> String {
    let query = "response_type=code&redirect_uri=https://portal.example/callback&scope=openid%20offline_access&state=s";
    let (client, tenant) = (&two.server.portal.client_id, two.server.tenant);
    let url = format!("/{tenant}/oauth2/v2.0/authorize?client_id={client}&{query}{more}");
    let page = browser.get(&two.server, &url).await;
    let named =
        browser.submit_once(&two.server, &page.form_to("/address"), &[("address", &two.ana.upn)]).await;
    named.location().unwrap()
}

async fn auth_time(two: &Two, page: &Page) -> i64 {
    let code = code(page);
    let grant = [("grant_type", "authorization_code"), ("code", &*code), BACK];
    let issued = tokens(&two.server, &grant).await.expect(200);
    let token = issued.json["id_token"].as_str().unwrap();
    let claims = base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["auth_time"].as_i64().unwrap()
}

#[tokio::test]
async fn f12_an_app_hears_when_the_person_signed_in_at_home() {
    let two = Two::start().await;
    let browser = at_home_for_ten_minutes(&two).await;
    let now = two.server.clock.now().seconds();
    for (more, age) in [("", 600), ("&max_age=700", 600), ("&max_age=60", 0), ("&prompt=login", 0)] {
        let mut fresh = browser.without_session(two.server.tenant);
        let to = to_the_app(&two, &mut fresh, more).await;
        let page = fresh.get(&two.server, &to).await;
        let asked = page.html.contains("name=\"password\"") || page.html.contains("name=\"address\"");
        assert_eq!(asked, age == 0, "{more}: {}", page.html);
        let page = if asked { two.at_home(&mut fresh, page, &two.ana.upn).await } else { page };
        assert_eq!(now - auth_time(&two, &page).await, age, "{more}");
    }
}

#[tokio::test]
async fn f12_whoever_takes_the_question_out_of_the_address_gains_nothing() {
    let two = Two::start().await;
    let browser = at_home_for_ten_minutes(&two).await;
    for (more, words) in
        [("&prompt=login", vec!["&prompt=login", "&max_age=0"]), ("&max_age=60", vec!["&max_age=60"])]
    {
        let mut browser = browser.without_session(two.server.tenant);
        let mut to = to_the_app(&two, &mut browser, more).await;
        for word in words {
            assert!(to.contains(word), "{to} lacks {word}");
            to = to.replace(word, "");
        }
        let page = browser.get(&two.server, &to).await;
        assert!(page.status == 403 && page.text().contains("did not sign you in"), "{more}: {}", page.html);
        assert!(!two.server.greets(&mut browser, &two.ana.upn).await, "{more}");
    }
}
