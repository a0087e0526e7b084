//! Threats E5 and F12: `domain_hint` leads to the sign-in of the organisation whose domain it is. It says nothing of who is a
//! guest, and chooses nobody.

use hospes_domain::application::DIRECTORY_API;

use super::d_sign_ins::{BACK, code, tokens};
use crate::harness::{Browser, HOME_DOMAIN, Page, Two, claims, everybody};

async fn ask(two: &Two, browser: &mut Browser, more: &str) -> Page {
    let client = &two.server.portal.client_id;
    let query = format!("response_type=code&redirect_uri={}&scope=openid&state=s{more}", BACK.1);
    let start = format!("/{}/oauth2/v2.0/authorize?client_id={client}&{query}", two.server.tenant);
    browser.get(&two.server, &start).await
}

fn is_at_home(two: &Two, page: &Page) -> bool {
    page.url.contains(&format!("/{}/sign-in/", two.home))
}

fn asks_for_the_address(two: &Two, page: &Page) -> bool {
    page.url.contains(&format!("/{}/sign-in/", two.server.tenant)) && page.html.contains("/address\"")
}

#[tokio::test]
async fn a_domain_of_another_organisation_leads_straight_to_its_sign_in() {
    let two = Two::start().await;
    let (id, _) = two.guest().await;
    for more in
        ["&domain_hint=contoso.example", "&domain_hint=CONTOSO.example&login_hint=ana@contoso.example"]
    {
        let mut browser = Browser::new();
        let page = ask(&two, &mut browser, more).await;
        assert!(is_at_home(&two, &page), "{more}: {}", page.url);
        assert_eq!(page.html.contains(&two.ana.upn), more.contains("login_hint"), "{}", page.html);
        let page = two.at_home(&mut browser, page, &two.ana.upn).await;
        let answer = [("grant_type", "authorization_code"), ("code", &*code(&page)), BACK];
        let got = tokens(&two.server, &answer).await.expect(200);
        assert_eq!(claims(&got.json["id_token"])["oid"], id.as_str());
        // Who is signed in is not sent anywhere.
        let again = ask(&two, &mut browser, more).await;
        assert!(again.url.starts_with(BACK.1), "{}", again.url);
    }
}

#[tokio::test]
async fn e5_the_hint_leads_the_same_way_whoever_is_a_guest_and_a_stranger_gets_nowhere() {
    let two = Two::start().await;
    let mut browser = Browser::new();
    let nobody_is_a_guest = ask(&two, &mut browser, "&domain_hint=contoso.example").await;
    two.guest().await;
    let mut other = Browser::new();
    let somebody_is = ask(&two, &mut other, "&domain_hint=contoso.example").await;
    assert!(is_at_home(&two, &nobody_is_a_guest) && is_at_home(&two, &somebody_is));
    let bob = two.server.add_member_at(two.home, "bob", HOME_DOMAIN).await;
    let page = two.at_home(&mut other, somebody_is, &bob.upn).await;
    assert!(page.status == 403 && !page.url.starts_with(BACK.1), "{} {}", page.url, page.html);
}

#[tokio::test]
async fn what_names_no_door_is_ignored() {
    let two = Two::start().await;
    let graph = DIRECTORY_API.to_string();
    for hint in [
        "fabrikam.example",
        "nowhere.example",
        "consumers",
        "organizations",
        "x.contoso.example",
        &graph,
        "a@b",
    ] {
        let page = ask(&two, &mut Browser::new(), &format!("&domain_hint={hint}")).await;
        assert!(asks_for_the_address(&two, &page), "{hint}: {} {}", page.url, page.html);
    }
    let chooses = ask(&two, &mut Browser::new(), "&domain_hint=contoso.example&prompt=select_account").await;
    assert!(asks_for_the_address(&two, &chooses), "whoever shall choose is asked: {}", chooses.url);
    let silent = ask(&two, &mut Browser::new(), "&domain_hint=contoso.example&prompt=none").await;
    assert!(silent.url.contains("error=login_required"), "{}", silent.url);
    two.host_says(serde_json::json!({ "b2bCollaborationInbound": everybody("blocked") })).await;
    let shut = ask(&two, &mut Browser::new(), "&domain_hint=contoso.example").await;
    assert!(asks_for_the_address(&two, &shut), "nobody comes in from there: {}", shut.url);
}

#[tokio::test]
async fn f12_the_hint_does_not_keep_anybody_from_another_way_in() {
    let two = Two::start().await;
    let mut browser = Browser::new();
    ask(&two, &mut browser, "&domain_hint=contoso.example").await;
    let rows = two.server.look().rows("SELECT id FROM sign_in_flows WHERE hinted_home IS NOT NULL");
    let flow = uuid::Uuid::try_parse(&rows[0][0]).unwrap();
    // Back by the browser's button: any address can be typed.
    let page = browser.get(&two.server, &format!("/{}/sign-in/{flow}", two.server.tenant)).await;
    assert!(asks_for_the_address(&two, &page), "{} {}", page.url, page.html);
    let upn = two.server.member.upn.clone();
    let page = browser.submit(&two.server, &page.form_to("/address"), &[("address", &upn)]).await;
    let form = page.form_to("/password");
    let page = browser.submit(&two.server, &form, &[("password", crate::harness::PASSWORD)]).await;
    assert!(page.url.starts_with(BACK.1), "{}", page.html);
}
