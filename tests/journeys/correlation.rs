//! An id leads from what somebody was shown to the line of the log: the one a program gave its request, and ours. Also where
//! nobody was signed in yet (design section 9).

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::sign_ins::{codes, lines, reference};
use crate::harness::{Browser, PASSWORD, Page, Reply, Server};

const CALLED: &str = "11111111-1111-4111-8111-111111111111";

async fn token(server: &Server, query: &str, header: Option<&str>, fields: &[(&str, &str)]) -> Reply {
    let mut request = Request::post(format!("/{}/oauth2/v2.0/token{query}", server.tenant))
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(called) = header {
        request = request.header("client-request-id", called);
    }
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    server.raw(request.body(Body::from(body)).unwrap()).await
}

async fn authorize(server: &Server, browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let query = Serializer::new(String::new()).extend_pairs(fields).finish();
    browser.get(server, &format!("/{}/oauth2/v2.0/authorize?{query}", server.tenant)).await
}

/// Lines with this reference in the portal's log, as the administrator sees them.
async fn found(server: &Server, reference: &str) -> Page {
    let (mut desk, _) = server.at_portal(&server.admin).await;
    let reference: String = url::form_urlencoded::byte_serialize(reference.as_bytes()).collect();
    desk.get(server, &server.portal_path(&format!("/sign-ins?reference={reference}"))).await
}

fn rows(page: &Page) -> usize {
    page.html.matches("<tr>\n<th scope=\"row\">").count()
}

#[tokio::test]
async fn both_ids_of_an_error_find_the_line_of_the_log() {
    let server = Server::start().await;
    let client = server.automation.client_id.to_string();
    let wrong = [
        ("grant_type", "client_credentials"),
        ("client_id", client.as_str()),
        ("client_secret", "guess"),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let in_address = format!("?client-request-id={CALLED}");
    for (query, header) in [("", Some(CALLED)), (in_address.as_str(), None), ("", Some("msal-7"))] {
        let called = header.unwrap_or(CALLED);
        let error = token(&server, query, header, &wrong).await.expect(401).json;
        assert_eq!(error["correlation_id"], called);
        let trace = error["trace_id"].as_str().unwrap();
        let one = lines(&server, &format!("id eq {trace}")).await;
        assert_eq!((codes(&one), one[0]["correlationId"].as_str()), (vec![7_000_215], Some(called)));
        let range =
            format!("id ge {}-0000-000000000000 and id le {}-ffff-ffffffffffff", &trace[..18], &trace[..18]);
        assert_eq!(lines(&server, &range).await.len(), 1, "by its beginning");
        let by_name = lines(&server, &format!("correlationId eq '{called}'")).await;
        assert!(by_name.iter().any(|line| line["id"] == trace), "{by_name:?}");
        assert_eq!(rows(&found(&server, trace).await), 1);
        assert!(rows(&found(&server, called).await) >= 1, "the portal, too");
        server.clock.advance(1);
    }
    let error = token(&server, "", None, &wrong).await.expect(401).json;
    assert_eq!(error["correlation_id"], error["trace_id"], "who calls it nothing gets ours");
    let one = lines(&server, &format!("correlationId eq '{}'", error["trace_id"].as_str().unwrap())).await;
    assert_eq!(one[0]["id"], error["trace_id"]);
}

#[tokio::test]
async fn what_an_app_calls_a_sign_in_stays_with_it_to_the_end() {
    let server = Server::start().await;
    let client = server.portal.client_id.to_string();
    let fields = [
        ("client_id", client.as_str()),
        ("response_type", "code"),
        ("redirect_uri", "https://portal.example/callback"),
        ("scope", "openid"),
        ("client-request-id", CALLED),
    ];
    let mut browser = Browser::new();
    let asked = authorize(&server, &mut browser, &fields).await;
    let named = browser.submit(&server, &asked.form_to("/address"), &[("address", &server.member.upn)]).await;
    browser.submit(&server, &named.form_to("/password"), &[("password", "wrong")]).await;
    browser.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    let of_it = lines(&server, &format!("correlationId eq '{CALLED}'")).await;
    let mut numbers = codes(&of_it);
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 50_126]);
}

#[tokio::test]
async fn a_change_is_found_in_the_audit_log_by_both_ids_of_its_request() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let change = |called: &str, body: Value| {
        Request::patch(format!("/v1.0/users/{}", server.member.id))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("client-request-id", called)
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    let done = server.raw(change("once", json!({ "displayName": "Mia M" }))).await.expect(204);
    let ours = done.headers["request-id"].to_str().unwrap();
    for filter in ["correlationId%20eq%20'once'".to_owned(), format!("id%20eq%20'{ours}'")] {
        let reply = server.get(&token, &format!("/v1.0/auditLogs/directoryAudits?$filter={filter}")).await;
        let found = reply.expect(200).json["value"].as_array().unwrap().clone();
        assert_eq!(found.len(), 1, "{filter}: {found:?}");
        assert_eq!((found[0]["id"].as_str(), found[0]["correlationId"].as_str()), (Some(ours), Some("once")));
    }
    let (mut desk, _) = server.at_portal(&server.admin).await;
    for number in ["once", ours, &ours[..13]] {
        let page = desk.get(&server, &server.portal_path(&format!("/audit?request={number}"))).await;
        assert!(page.text().contains("Update user"), "{number}: {}", page.html);
    }
}

#[tokio::test]
async fn a_refusal_page_before_any_sign_in_names_its_cause_and_is_found_by_its_reference() {
    let server = Server::start().await;
    let client = server.portal.client_id.to_string();
    let nobody = "7d4c8f6e-0000-4000-8000-000000000000";
    let evil = format!("https://evil.example/<b>{}", "x".repeat(400));
    let right = "https://portal.example/callback";
    for (client, to, code) in
        [(client.as_str(), evil.as_str(), 50_011), (nobody, right, 700_016), ("", right, 900_144)]
    {
        let fields =
            [("client_id", client), ("response_type", "code"), ("redirect_uri", to), ("scope", "openid")];
        let page = authorize(&server, &mut Browser::at("192.0.2.9"), &fields).await;
        assert_eq!(page.status, 400, "{}", page.html);
        assert!(page.text().contains(&format!("AADSTS{code}")));
        if code == 50_011 {
            let app = lines(&server, "").await.first().map(|line| line["appDisplayName"].clone()).unwrap();
            for said in
                ["https://evil.example/<b>xxx", app.as_str().unwrap(), client, "register this address"]
            {
                assert!(page.text().contains(said), "{said}: {}", page.html);
            }
            assert!(!page.html.contains("<b>") && !page.html.contains(&"x".repeat(300)), "escaped and cut");
        }
        let shown = found(&server, &reference(&page)).await;
        assert_eq!(rows(&shown), 1, "{}", shown.html);
        for said in [&format!("AADSTS{code}"), "Somebody who was not signed in", "192.0.2.9"] {
            assert!(shown.text().contains(said), "{said}: {}", shown.html);
        }
        server.clock.advance(1);
    }
    let line = &lines(&server, "status/errorCode eq 50011").await[0];
    assert_eq!((line["appId"].as_str(), line["userId"].as_str()), (Some(client.as_str()), Some("")));
    let said = line["status"]["additionalDetails"].as_str().unwrap();
    assert!(said.contains("register it"), "{said}");
    assert!(
        lines(&server, "status/errorCode eq 700016").await[0]["appId"].is_null(),
        "nobody's id is no app's"
    );
}

#[tokio::test]
async fn a_refused_admin_consent_is_found_by_its_reference() {
    let server = Server::start().await;
    let client = server.portal.client_id.to_string();
    let path =
        |to: &str| format!("/{}/v2.0/adminconsent?client_id={client}&redirect_uri={to}", server.tenant);
    let page = Browser::new().get(&server, &path("https://evil.example/")).await;
    assert_eq!(page.status, 400);
    assert_eq!(rows(&found(&server, &reference(&page)).await), 1);
    let twice = format!("{}&state=a&state=b", path("https://portal.example/callback"));
    let page = Browser::new().get(&server, &twice).await;
    assert!(page.text().contains("'state' is given more than once"), "{}", page.html);
    assert_eq!(rows(&found(&server, &reference(&page)).await), 1);
    // Somebody who may not: the line is the person's.
    let start = path("https://portal.example/callback");
    let page = server.through_password(&mut Browser::new(), &start, &server.member).await;
    assert_eq!(page.status, 403, "{}", page.html);
    let shown = found(&server, &reference(&page)).await;
    assert_eq!(rows(&shown), 1);
    assert!(shown.text().contains(&server.member.upn), "{}", shown.html);
}

#[tokio::test]
async fn k14_refused_requests_of_strangers_have_a_bounded_number_of_lines() {
    let server = Server::start().await;
    for n in 0..70 {
        let nobody = format!("7d4c8f6e-0000-4000-8000-{n:012}");
        authorize(&server, &mut Browser::new(), &[("client_id", nobody.as_str())]).await;
    }
    assert_eq!(lines(&server, "").await.len(), 60, "whatever client they name");
}

#[tokio::test]
async fn refused_people_read_the_number_of_the_original_beside_our_name() {
    let server = Server::start().await;
    let mut browser = Browser::new();
    let named = server.name_address(&mut browser, &server.member.upn).await;
    let admin = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.member.id);
    server.patch(&admin, &path, json!({ "accountEnabled": false })).await.expect(204);
    let refused = browser.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    assert!(refused.text().contains("AADSTS50057, disabled"), "{}", refused.html);
    let (_, mut guest) = server.accepted_guest("ana@contoso.example").await;
    server.look().change("UPDATE service_principals SET assignment_required = TRUE");
    let page = crate::threats::d_sign_ins::at_the_app(&server, &mut guest).await;
    assert!(page.text().contains("AADSTS50105, not_assigned"), "{}", page.html);
}
