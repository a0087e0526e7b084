//! Requests of apps, and members who sign in.

use super::*;

#[tokio::test]
async fn a_member_signs_in_to_an_app_and_to_my_apps() {
    let site = Site::new().await;
    let mut browser = Browser::default();
    let flow = browser.get(&site, &site.authorize(&[])).await.location().to_owned();
    let asked = browser.get(&site, &flow).await;
    assert!(asked.html.contains("Time sheet") && asked.html.contains("Contoso"), "A13: names app and host");
    assert!(
        asked.header("content-security-policy").contains("form-action 'self' https://app.example;"),
        "H4"
    );
    assert_eq!(asked.header("cache-control"), "no-store");
    let before = browser.clone();
    assert_eq!(browser.signs_in(&site, &flow).await.location(), flow);
    assert!(!before.cookies.keys().any(|name| name.starts_with("__Host-hospes-session")), "F13");
    let answer = browser.get(&site, &flow).await.location().to_owned();
    assert!(answer.starts_with("https://app.example/cb?x=y&code="), "{answer}");
    assert!(answer.contains("&state=a+b%26c"), "{answer}");
    let panel = browser.get(&site, &format!("/myapps/{}", site.tenant)).await;
    assert!(panel.html.contains("You are a member of") && panel.html.contains("ada@contoso.example"));
    assert_eq!(browser.get(&site, "/").await.location(), "/myapps");
    let out = format!("/{}/sign-out", site.tenant);
    let token = panel.token();
    let left = browser.post(&site, &out, &[("form_token", &token)]).await;
    assert!(left.html.contains("You are signed out"), "{}", left.html);
    assert!(browser.get(&site, &format!("/myapps/{}", site.tenant)).await.location().contains("/sign-in/"));
}

#[tokio::test]
async fn a13_f13_a_flow_is_worth_nothing_in_another_browser() {
    let site = Site::new().await;
    let flow = Browser::default().get(&site, &site.authorize(&[])).await.location().to_owned();
    let mut victim = Browser::default();
    let page = victim.get(&site, &flow).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.html.contains("lost its place"));
}

#[tokio::test]
async fn h1_forms_of_others_change_nothing() {
    let site = Site::new().await;
    let mut browser = Browser::default();
    let flow = browser.get(&site, &site.authorize(&[])).await.location().to_owned();
    let token = browser.get(&site, &flow).await.token();
    let stranger = Browser::default().get(&site, "/myapps").await;
    let body = |token: &str| format!("form_token={token}&address=ada%40contoso.example");
    for route in crate::pages::ROUTES.iter().copied().flatten().filter(|route| route.method == "POST") {
        let path =
            route.path.replace("{tenant}", &site.tenant).replace("{flow}", flow.rsplit('/').next().unwrap());
        for headers in [
            vec![("sec-fetch-site", "cross-site"), ("origin", BASE)],
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![],
        ] {
            let mut request =
                Request::post(path.as_str()).header("content-type", "application/x-www-form-urlencoded");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let page = browser.send(&site, request, body(&token)).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} with {headers:?}");
        }
        let forged =
            browser.post(&site, &path, &[("form_token", "x"), ("address", "ada@contoso.example")]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN, "{path} without this browser's token");
    }
    assert!(stranger.status.is_redirection());
    assert!(browser.get(&site, &flow).await.html.contains("name=\"address\""), "nothing was noted");
}

#[tokio::test]
async fn e5_known_and_unknown_addresses_get_the_same_pages() {
    let site = Site::new().await;
    for (known, unknown) in
        [("ada@contoso.example", "bob@contoso.example"), ("a@other.example", "b@other.example")]
    {
        let mut pages = Vec::new();
        for address in [known, unknown] {
            let mut browser = Browser::default();
            let flow = browser.get(&site, &site.authorize(&[])).await.location().to_owned();
            let token = browser.get(&site, &flow).await.token();
            browser
                .post(&site, &format!("{flow}/address"), &[("form_token", &token), ("address", address)])
                .await;
            let page = browser.get(&site, &flow).await;
            let id = flow.rsplit('/').next().unwrap().to_owned();
            pages.push(page.html.replace(&token, "").replace(&id, "").replace(address, ""));
        }
        assert_eq!(pages[0], pages[1]);
    }
}

#[tokio::test]
async fn wrong_input_is_answered_on_its_page() {
    let site = Site::new().await;
    let mut browser = Browser::default();
    let flow = browser.get(&site, &site.authorize(&[])).await.location().to_owned();
    let token = browser.get(&site, &flow).await.token();
    let post = async |browser: &mut Browser, step: &str, name: &str, value: &str| {
        browser.post(&site, &format!("{flow}/{step}"), &[("form_token", &token), (name, value)]).await
    };
    let page = post(&mut browser, "address", "address", "ada@").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("value=\"ada@\"") && page.html.contains("role=\"alert\""));
    post(&mut browser, "address", "address", "ada@contoso.example").await;
    let page = post(&mut browser, "password", "password", "wrong").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("do not belong together") && !page.html.contains("wrong\""));
    let again = browser.get(&site, &format!("{flow}?account=another")).await;
    assert!(again.html.contains("name=\"address\""));
    post(&mut browser, "address", "address", "guest@other.example").await;
    assert!(browser.get(&site, &flow).await.html.contains("is a guest here"));
    post(&mut browser, "send-code", "x", "y").await;
    let page = post(&mut browser, "code", "code", "12 34").await;
    assert!(page.html.contains("eight digits. Type all"), "{}", page.html);
    let page = post(&mut browser, "code", "code", "0000 0000").await;
    assert!(page.html.contains("4 tries left"), "{}", page.html);
}

#[tokio::test]
async fn f1_f14_errors_are_pages_or_travel_as_asked() {
    let site = Site::new().await;
    let mut browser = Browser::default();
    let wrong = site.authorize(&[]).replace("app.example", "evil.example");
    let page = browser.get(&site, &wrong).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::BAD_REQUEST, ""));
    assert!(page.html.contains("AADSTS50011"));
    let fragment =
        browser.get(&site, &site.authorize(&[("prompt", "none"), ("response_mode", "fragment")])).await;
    assert!(fragment.location().starts_with("https://app.example/cb?x=y#error=login_required"));
    let form =
        browser.get(&site, &site.authorize(&[("prompt", "none"), ("response_mode", "form_post")])).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(
        form.html.contains("action=\"https://app.example/cb?x=y\"")
            && form.html.contains("value=\"a b&#38;c\""),
        "{}",
        form.html
    );
    assert!(form.header("content-security-policy").contains("form-action 'self' https://app.example;"));
    for tenant in ["nobody.example", "11111111-1111-4111-8111-111111111111"] {
        let page =
            browser.get(&site, &site.authorize(&[]).replace("contoso.example/", &format!("{tenant}/"))).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{tenant}");
    }
    let common = browser.get(&site, &site.authorize(&[]).replace("contoso.example/", "common/")).await;
    assert!(common.location().contains("/sign-in/"), "one organisation: no question which");
    let (path, query) =
        site.authorize(&[]).split_once('?').map(|(p, q)| (p.to_owned(), q.to_owned())).unwrap();
    let posted = browser
        .send(&site, Request::post(&path).header("content-type", "application/x-www-form-urlencoded"), query)
        .await;
    assert!(browser.get(&site, posted.location()).await.location().contains("/sign-in/"));
}

#[tokio::test]
async fn f15_an_app_may_ask_for_signing_out_but_the_person_decides() {
    let site = Site::new().await;
    let mut browser = Browser::default();
    let flow = browser.get(&site, &site.authorize(&[])).await.location().to_owned();
    browser.signs_in(&site, &flow).await;
    let logout = |uri: &str| {
        let query = Serializer::new(String::new())
            .extend_pairs([("post_logout_redirect_uri", uri), ("state", "s")])
            .finish();
        format!("/{}/oauth2/v2.0/logout?{query}", site.tenant)
    };
    let asked = browser.get(&site, &logout(CALLBACK)).await;
    assert!(asked.html.contains("Sign out of"), "{}", asked.html);
    assert!(asked.header("content-security-policy").contains("https://app.example"));
    let action =
        asked.html.split("action=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let token = asked.token();
    let left = browser.post(&site, &action, &[("form_token", &token)]).await;
    assert_eq!(left.location(), "https://app.example/cb?x=y&state=s");
    let foreign = browser.get(&site, &logout("https://evil.example/")).await;
    assert!(!foreign.html.contains("evil.example"));
}

#[test]
fn every_line_of_the_tables_stands_once_and_posts_are_of_browsers() {
    let all: Vec<_> = crate::pages::ROUTES.iter().copied().flatten().collect();
    for (place, route) in all.iter().enumerate() {
        assert!(
            !all[..place].iter().any(|r| r.path == route.path && r.method == route.method),
            "{}",
            route.path
        );
        assert!(route.method != "POST" || route.access == crate::http::Access::Browser);
    }
}
