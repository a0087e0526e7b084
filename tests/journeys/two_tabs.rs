//! One person with several tabs of one browser: what was done in one does not make the other lose its way.

use crate::harness::{Browser, PASSWORD, Page, Server};

const BACK: &str = "https://portal.example/callback";

fn request(server: &Server, more: &str) -> String {
    format!(
        "/{}/oauth2/v2.0/authorize?client_id={}&response_type=code&redirect_uri={BACK}&scope=openid{more}",
        server.tenant, server.portal.client_id
    )
}

async fn at_password(server: &Server, browser: &mut Browser, state: &str) -> Page {
    let page = browser.get(server, &request(server, &format!("&state={state}"))).await;
    let page = browser.submit(server, &page.form_to("/address"), &[("address", &server.member.upn)]).await;
    assert!(page.html.contains("name=\"password\""), "{}", page.html);
    page
}

#[tokio::test]
async fn who_signs_in_in_one_tab_goes_on_in_the_other() {
    let server = Server::start().await;
    let mut browser = Browser::new();
    let one = at_password(&server, &mut browser, "one").await;
    let two = at_password(&server, &mut browser, "two").await;
    let early = browser.get(&server, &request(&server, "&state=three")).await;
    let done = browser.submit(&server, &one.form_to("/password"), &[("password", PASSWORD)]).await;
    assert!(done.url.starts_with(BACK) && done.url.contains("state=one"), "{}: {}", done.url, done.html);
    let done = browser.submit(&server, &two.form_to("/password"), &[("password", PASSWORD)]).await;
    assert!(done.url.starts_with(BACK) && done.url.contains("state=two"), "{}: {}", done.url, done.html);
    let typed = [("address", server.member.upn.as_str())];
    let done = browser.submit(&server, &early.form_to("/address"), &typed).await;
    assert!(done.url.starts_with(BACK) && done.url.contains("state=three"), "{}: {}", done.url, done.html);
}

#[tokio::test]
async fn a_form_that_comes_twice_leads_to_where_the_sign_in_is_and_an_answered_one_to_nothing() {
    let server = Server::start().await;
    let mut browser = Browser::new();
    let page = at_password(&server, &mut browser, "s").await;
    let form = page.form_to("/password");
    let first = browser.submit_once(&server, &form, &[("password", PASSWORD)]).await;
    let second = browser.submit_once(&server, &form, &[("password", PASSWORD)]).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (303, 303), "{}", second.html);
    assert_eq!(first.location(), second.location());
    let done = browser.get(&server, &second.location().unwrap()).await;
    assert!(done.url.starts_with(BACK), "{}", done.url);
    // The app has its answer: there is no second one.
    let late = browser.submit(&server, &form, &[("password", PASSWORD)]).await;
    assert_eq!(late.status, 409, "{}", late.html);
    // Another tab asked for another account: the password of the first is not asked for any more.
    let mut other = Browser::new();
    let page = at_password(&server, &mut other, "s").await;
    let form = page.form_to("/password");
    let again =
        crate::harness::Form { action: form.action.replace("/password", "/another-account"), ..form.clone() };
    other.submit(&server, &again, &[]).await;
    let page = other.submit(&server, &form, &[("password", PASSWORD)]).await;
    assert!(page.status == 200 && page.html.contains("/address\""), "{}", page.html);
    assert!(other.session().is_none());
}

#[tokio::test]
async fn who_is_asked_to_choose_an_account_sees_who_is_signed_in_and_goes_on_with_a_click() {
    let server = Server::start().await;
    let mut browser = Browser::new();
    let page = at_password(&server, &mut browser, "first").await;
    browser.submit(&server, &page.form_to("/password"), &[("password", PASSWORD)]).await;
    let page = browser.get(&server, &request(&server, "&prompt=select_account")).await;
    assert!(
        page.text().contains("You are signed in as") && page.text().contains(&server.member.upn),
        "{}",
        page.html
    );
    let done = browser.submit(&server, &page.form_to("/address"), &[]).await;
    assert!(done.url.starts_with(BACK) && done.url.contains("code="), "{}: {}", done.url, done.html);
    let stranger = Browser::new().get(&server, &request(&server, "&prompt=select_account")).await;
    assert!(!stranger.text().contains("You are signed in"), "{}", stranger.html);
}
