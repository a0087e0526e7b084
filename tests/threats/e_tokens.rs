//! Threats E7 and E8: tokens of another tenant, and of people who are no longer there.

use hospes_domain::access::Scope;
use hospes_domain::time::Clock;
use serde_json::json;

use super::e_directory::guest;
use super::h_pages::PASSWORD;
use crate::harness::{Browser, Page, Reply, Server};

#[tokio::test]
async fn e7_a_token_counts_only_at_the_tenant_that_signed_it() {
    let server = Server::start().await;
    let (other, stranger, _) = server.second_tenant("contoso.example").await;
    let now = server.clock.now().seconds();
    let ours = server.tenant;
    let claims = |tid: String, issuer: String| {
        json!({
            "aud": "00000003-0000-0000-c000-000000000000", "iss": issuer, "iat": now, "nbf": now, "exp": now + 3600, "tid": tid,
            "oid": server.admin.id, "sub": "x", "idtyp": "user", "appid": "14d82eec-204b-4c2f-b7e8-296a70dab67e",
            "azp": "14d82eec-204b-4c2f-b7e8-296a70dab67e", "scp": "User.Read.All Directory.ReadWrite.All", "ver": "2.0", "hsg": 1,
        })
    };
    let issuer = |tenant: &str| format!("https://hospes.example/{tenant}/v2.0");
    let (us, them) = (ours.to_string(), other.to_string());
    // All tenants of a test run share one key pair, so that only the claims stand between them.
    let mut wrong = vec![
        server.sign(ours, &claims(us.clone(), issuer(&them))),
        server.sign(other, &claims(them.clone(), issuer(&us))),
        server.sign(ours, &claims(us.clone(), format!("{}/", issuer(&us)))),
        server.sign(ours, &claims(us.clone(), issuer(&us).replace("https", "http"))),
        server.sign(ours, &claims(us.to_uppercase(), issuer(&us))),
        server.sign(ours, &claims(uuid::Uuid::nil().to_string(), issuer(&us))),
    ];
    for (name, value) in [
        ("aud", json!(server.portal.client_id.to_string())),
        ("aud", json!(["00000003-0000-0000-c000-000000000000", "x"])),
        ("aud", json!("https://graph.microsoft.com/")),
        ("tid", json!(null)),
        ("iss", json!(null)),
        ("exp", json!(now - 3600)),
        ("exp", json!((now + 3600).to_string())),
        ("nbf", json!(now + 3600)),
        ("idtyp", json!("id")),
        ("oid", json!("x")),
    ] {
        let mut changed = claims(us.clone(), issuer(&us));
        changed[name] = value;
        wrong.push(server.sign(ours, &changed));
    }
    let before = server.look().state();
    for token in &wrong {
        let reply = server.get(token, "/v1.0/users").await;
        assert_eq!(reply.status, 401, "{}", reply.text);
        assert_eq!(reply.code(), "InvalidAuthenticationToken");
        assert!(reply.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
        assert_eq!(server.delete(token, &format!("/v1.0/users/{}", server.member.id)).await.status, 401);
    }
    // Rightly made ones see their own tenant and nothing else; an administrator's id of ours means nothing there.
    let theirs = server.token_with(other, stranger.id, 1, Scope::ALL);
    let seen = server.get(&theirs, "/v1.0/users").await.expect(200);
    assert!(!seen.text.contains("fabrikam") && seen.text.contains("contoso.example"));
    let confused = server.token_with(other, server.admin.id, 1, Scope::ALL);
    assert_eq!(server.get(&confused, "/v1.0/users").await.status, 401);
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn e8_a_blocked_or_deleted_user_is_refused_at_the_next_request() {
    for way in ["blocked", "deleted"] {
        let server = Server::start().await;
        let (id, mut browser, token) = guest(&server).await;
        let panel = format!("/myapps/{}", server.tenant);
        assert!(browser.get(&server, &panel).await.url.ends_with(&panel));
        server.get(&token, "/v1.0/me").await.expect(200);
        let admin = server.token_of(&server.admin);
        let path = format!("/v1.0/users/{id}");
        if way == "blocked" {
            server.patch(&admin, &path, json!({ "accountEnabled": false })).await.expect(204);
        } else {
            server.delete(&admin, &path).await.expect(204);
        }
        for path in ["/v1.0/me", "/v1.0/organization", path.as_str()] {
            let reply = server.get(&token, path).await;
            assert_eq!(
                (reply.status.as_u16(), reply.code()),
                (401, "InvalidAuthenticationToken"),
                "{way} {path}"
            );
        }
        let shown = browser.get(&server, &panel).await;
        assert!(shown.url.contains("/sign-in/"), "{way}: the session still opens {}", shown.url);
        if way == "blocked" {
            // What was issued before stays dead when the account is opened again.
            server.patch(&admin, &path, json!({ "accountEnabled": true })).await.expect(204);
            assert_eq!(server.get(&token, "/v1.0/me").await.status, 401);
            assert!(browser.get(&server, &panel).await.url.contains("/sign-in/"));
        }
    }
}

/// The fields of a code or refresh request of the portal.
async fn portal_tokens(server: &Server, fields: &[(&str, &str)]) -> Reply {
    let client = server.portal.client_id.to_string();
    let own = [("client_id", client.as_str()), ("client_secret", server.portal.secret.as_deref().unwrap())];
    server.token_request(&server.tenant.to_string(), &[&own[..], fields].concat()).await
}

#[tokio::test]
async fn e8_a_blocked_or_deleted_users_refresh_token_and_code_are_refused() {
    for way in ["blocked", "deleted"] {
        let server = Server::start().await;
        let mut browser = Browser::new();
        let query = "response_type=code&redirect_uri=https://portal.example/callback&scope=openid%20offline_access&state=s";
        let start =
            format!("/{}/oauth2/v2.0/authorize?client_id={}&{query}", server.tenant, server.portal.client_id);
        let asked = browser.get(&server, &start).await;
        let named =
            browser.submit(&server, &asked.form_to("/address"), &[("address", &server.member.upn)]).await;
        let mut page = browser.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
        if !page.url.starts_with("https://portal.example/") {
            page = browser.submit(&server, &page.form_to("/accept"), &[]).await;
        }
        let code = |page: &Page| {
            let url = url::Url::parse(&page.url).unwrap();
            url.query_pairs()
                .find(|(name, _)| name == "code")
                .unwrap_or_else(|| panic!("no code in {url}"))
                .1
                .into_owned()
        };
        let redirect = ("redirect_uri", "https://portal.example/callback");
        let first = code(&page);
        let tokens =
            portal_tokens(&server, &[("grant_type", "authorization_code"), ("code", &first), redirect])
                .await
                .expect(200);
        let refresh = tokens.json["refresh_token"].as_str().unwrap();
        let later = code(&browser.get(&server, &start).await);

        let path = format!("/v1.0/users/{}", server.member.id);
        let admin = server.token_of(&server.admin);
        if way == "blocked" {
            server.patch(&admin, &path, json!({ "accountEnabled": false })).await.expect(204);
        } else {
            server.delete(&admin, &path).await.expect(204);
        }
        for _ in 0..2 {
            let reply =
                portal_tokens(&server, &[("grant_type", "refresh_token"), ("refresh_token", refresh)])
                    .await
                    .expect(400);
            assert_eq!(reply.json["error"], "invalid_grant", "{way}: {}", reply.text);
            let reply =
                portal_tokens(&server, &[("grant_type", "authorization_code"), ("code", &later), redirect])
                    .await
                    .expect(400);
            assert_eq!(reply.json["error"], "invalid_grant", "{way}: {}", reply.text);
            // What was issued before stays dead when the account is opened again.
            if way == "blocked" {
                server.patch(&admin, &path, json!({ "accountEnabled": true })).await.expect(204);
            }
        }
        assert!(
            browser.get(&server, &start).await.url.contains("/sign-in/"),
            "{way}: the session still gives codes"
        );
    }
}

#[tokio::test]
async fn e8_an_application_whose_service_principal_is_gone_or_unknown_is_refused() {
    let server = Server::start().await;
    let nobody = server.sign(
        server.tenant,
        &json!({
            "aud": "00000003-0000-0000-c000-000000000000", "iss": format!("https://hospes.example/{}/v2.0", server.tenant),
            "iat": server.clock.now().seconds(), "nbf": server.clock.now().seconds(), "exp": server.clock.now().seconds() + 60,
            "tid": server.tenant, "oid": uuid::Uuid::from_u128(99), "sub": "x", "idtyp": "app", "appid": uuid::Uuid::from_u128(98),
            "roles": ["Directory.ReadWrite.All", "User.Read.All"], "ver": "2.0",
        }),
    );
    assert_eq!(server.get(&nobody, "/v1.0/users").await.status, 401);
}
