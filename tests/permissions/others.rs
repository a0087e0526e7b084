//! The routes that take no access token: pages and sign-in.

use std::collections::BTreeSet;

use axum::body::Body;
use hospes_domain::access::Scope;
use hospes_web::http::Access;
use http::Request;

use crate::harness::{Browser, Server};

/// Method, path, and what anybody without cookies gets, whatever token is sent along. A POST is sent as an own page
/// would, but without the form token.
const EXPECTED: &[(&str, &str, u16)] = &[
    ("GET", "/redeem", 404),
    ("GET", "/redeem/", 404),
    ("GET", "/{tenant}/redeem/welcome", 409),
    ("POST", "/{tenant}/redeem/accept", 403),
    ("GET", "/{tenant}/redeem/code", 409),
    ("POST", "/{tenant}/redeem/code", 403),
    ("POST", "/{tenant}/redeem/code/again", 403),
    ("GET", "/{tenant}/redeem/consent", 409),
    ("POST", "/{tenant}/redeem/consent", 403),
    ("POST", "/{tenant}/redeem/cancel", 403),
    ("POST", "/{tenant}/redeem/another-account", 403),
    ("GET", "/{tenant}/redeem/account", 409),
    ("POST", "/{tenant}/redeem/account", 403),
    ("POST", "/{tenant}/redeem/mailbox", 403),
    ("GET", "/signed-in-at-home", 409),
    ("GET", "/organisation", 200),
    ("GET", "/{tenant}/redeem/done", 409),
    ("GET", "/{tenant}/redeem/not-me", 409),
    ("POST", "/{tenant}/redeem/not-me", 403),
    ("GET", "/{tenant}/sign-in/{flow}", 409),
    ("GET", "/{tenant}/sign-in/{flow}/joined", 409),
    ("POST", "/{tenant}/sign-in/{flow}/address", 403),
    ("POST", "/{tenant}/sign-in/{flow}/another-account", 403),
    ("POST", "/{tenant}/sign-in/{flow}/password", 403),
    ("POST", "/{tenant}/sign-in/{flow}/new-password", 403),
    ("POST", "/{tenant}/sign-in/{flow}/send-code", 403),
    ("POST", "/{tenant}/sign-in/{flow}/code", 403),
    ("POST", "/{tenant}/sign-in/{flow}/second-factor", 403),
    ("POST", "/{tenant}/sign-in/{flow}/second-factor/passkey/options", 403),
    ("POST", "/{tenant}/sign-in/{flow}/second-factor/passkey", 403),
    ("POST", "/{tenant}/sign-in/{flow}/enrol", 403),
    ("POST", "/{tenant}/sign-in/{flow}/accept", 403),
    ("POST", "/{tenant}/sign-in/{flow}/decline", 403),
    ("POST", "/{tenant}/sign-in/{flow}/allow-device", 403),
    ("POST", "/{tenant}/sign-in/{flow}/refuse-device", 403),
    ("GET", "/devicelogin", 200),
    ("POST", "/devicelogin", 403),
    ("GET", "/{tenant}/device", 200),
    ("POST", "/{tenant}/device", 403),
    ("GET", "/{tenant}/sign-out", 200),
    ("POST", "/{tenant}/sign-out", 403),
    ("POST", "/{tenant}/sign-in/{flow}/passkey/options", 403),
    ("POST", "/{tenant}/sign-in/{flow}/passkey", 403),
    ("GET", "/{tenant}/security/passkeys", 303),
    ("POST", "/{tenant}/security/passkeys", 403),
    ("POST", "/{tenant}/security/passkeys/options", 403),
    ("POST", "/{tenant}/security/passkeys/again", 403),
    ("POST", "/{tenant}/security/passkeys/{passkey}/remove", 403),
    ("GET", "/{tenant}/security/password", 303),
    ("POST", "/{tenant}/security/password", 403),
    ("GET", "/{tenant}/sessions", 303),
    ("POST", "/{tenant}/sessions", 403),
    ("POST", "/{tenant}/sessions/everywhere", 403),
    ("GET", "/{tenant}/consents", 303),
    ("POST", "/{tenant}/consents/{client}/revoke", 403),
    // Without a request there is nothing to agree to.
    ("GET", "/{tenant}/v2.0/adminconsent", 400),
    ("GET", "/{tenant}/adminconsent", 400),
    ("POST", "/{tenant}/v2.0/adminconsent/accept", 403),
    ("POST", "/{tenant}/v2.0/adminconsent/cancel", 403),
    ("POST", "/{tenant}/adminconsent/accept", 403),
    ("POST", "/{tenant}/adminconsent/cancel", 403),
    ("GET", "/myapps", 303),
    ("GET", "/myapps/", 303),
    ("GET", "/myapps/{tenant}", 303),
    ("GET", "/myapps/{tenant}/leave", 303),
    ("POST", "/myapps/{tenant}/leave", 403),
    ("GET", "/{tenant}/security", 303),
    ("GET", "/{tenant}/security/again", 303),
    ("GET", "/{tenant}/security/authenticator", 303),
    ("POST", "/{tenant}/security/authenticator", 403),
    ("POST", "/{tenant}/security/remove", 403),
    ("POST", "/{tenant}/security/recovery-codes", 403),
    ("GET", "/error", 404),
    ("GET", "/setup", 404),
    ("POST", "/setup", 403),
    ("GET", "/portal", 303),
    ("GET", "/portal/{tenant}", 303),
    ("GET", "/portal/{tenant}/search", 303),
    ("GET", "/portal/{tenant}/users", 303),
    ("GET", "/portal/{tenant}/users.csv", 303),
    ("GET", "/portal/{tenant}/users/invite", 303),
    ("POST", "/portal/{tenant}/users/invite", 403),
    ("GET", "/portal/{tenant}/collaboration", 303),
    ("POST", "/portal/{tenant}/collaboration", 403),
    ("GET", "/portal/{tenant}/sign-in-policy", 303),
    ("POST", "/portal/{tenant}/sign-in-policy", 403),
    ("GET", "/portal/{tenant}/users/{user}", 303),
    ("GET", "/portal/{tenant}/audit", 303),
    ("GET", "/portal/{tenant}/audit/{record}", 303),
    ("GET", "/portal/{tenant}/users/{user}/history", 303),
    ("GET", "/portal/{tenant}/users/{user}/history/{record}", 303),
    ("GET", "/portal/{tenant}/sign-ins", 303),
    ("GET", "/portal/{tenant}/users/{user}/sign-ins", 303),
    ("GET", "/portal/{tenant}/users/{user}/authentication-methods", 303),
    ("GET", "/portal/{tenant}/users/{user}/authentication-methods/{method}/remove", 303),
    ("POST", "/portal/{tenant}/users/{user}/authentication-methods/{method}/remove", 403),
    ("GET", "/portal/{tenant}/users/{user}/sessions", 303),
    ("POST", "/portal/{tenant}/users/{user}/sessions", 403),
    ("GET", "/portal/{tenant}/outbox", 303),
    ("GET", "/portal/{tenant}/outbox/{mail}", 303),
    ("POST", "/portal/{tenant}/outbox/{mail}/retry", 403),
    ("GET", "/portal/{tenant}/users/{user}/properties", 303),
    ("GET", "/portal/{tenant}/users/{user}/edit", 303),
    ("POST", "/portal/{tenant}/users/{user}/edit", 403),
    ("GET", "/portal/{tenant}/users/{user}/redemption", 303),
    ("POST", "/portal/{tenant}/users/{user}/resend", 403),
    ("GET", "/portal/{tenant}/users/{user}/reset", 303),
    ("POST", "/portal/{tenant}/users/{user}/reset", 403),
    ("GET", "/portal/{tenant}/users/{user}/block", 303),
    ("POST", "/portal/{tenant}/users/{user}/block", 403),
    ("GET", "/portal/{tenant}/users/{user}/unblock", 303),
    ("POST", "/portal/{tenant}/users/{user}/unblock", 403),
    ("GET", "/portal/{tenant}/users/{user}/revoke-sessions", 303),
    ("POST", "/portal/{tenant}/users/{user}/revoke-sessions", 403),
    ("GET", "/portal/{tenant}/users/{user}/register-again", 303),
    ("POST", "/portal/{tenant}/users/{user}/register-again", 403),
    ("GET", "/portal/{tenant}/users/{user}/delete", 303),
    ("POST", "/portal/{tenant}/users/{user}/delete", 403),
    ("GET", "/portal/{tenant}/users/{user}/groups", 303),
    ("GET", "/portal/{tenant}/users/{user}/groups/add", 303),
    ("POST", "/portal/{tenant}/users/{user}/groups/add", 403),
    ("GET", "/portal/{tenant}/users/{user}/groups/{group}/remove", 303),
    ("POST", "/portal/{tenant}/users/{user}/groups/{group}/remove", 403),
    ("GET", "/portal/{tenant}/users/{user}/applications", 303),
    ("GET", "/portal/{tenant}/users/{user}/applications/add", 303),
    ("POST", "/portal/{tenant}/users/{user}/applications/add", 403),
    ("GET", "/portal/{tenant}/users/{user}/applications/{assignment}/remove", 303),
    ("POST", "/portal/{tenant}/users/{user}/applications/{assignment}/remove", 403),
    ("GET", "/portal/{tenant}/deleted", 303),
    ("GET", "/portal/{tenant}/deleted/{user}/restore", 303),
    ("POST", "/portal/{tenant}/deleted/{user}/restore", 403),
    ("GET", "/portal/{tenant}/deleted/{user}/purge", 303),
    ("POST", "/portal/{tenant}/deleted/{user}/purge", 403),
    ("GET", "/powershell", 200),
    ("GET", "/powershell/hospes.zip", 200),
    ("GET", "/powershell/api/v2", 200),
    ("GET", "/powershell/api/v2/", 200),
    ("GET", "/powershell/api/v2/$metadata", 200),
    ("GET", "/powershell/api/v2/{call}", 404),
    ("GET", "/powershell/api/v2/package/{id}", 404),
    ("GET", "/powershell/api/v2/package/{id}/{version}", 404),
    ("GET", "/powershell/familiar/api/v2", 200),
    ("GET", "/powershell/familiar/api/v2/", 200),
    ("GET", "/powershell/familiar/api/v2/$metadata", 200),
    ("GET", "/powershell/familiar/api/v2/{call}", 404),
    ("GET", "/powershell/familiar/api/v2/package/{id}", 404),
    ("GET", "/powershell/familiar/api/v2/package/{id}/{version}", 404),
    ("GET", "/health", 200),
    ("GET", "/ready", 200),
    ("GET", "/{tenant}/v2.0/.well-known/openid-configuration", 200),
    ("GET", "/{tenant}/.well-known/openid-configuration", 200),
    ("GET", "/{tenant}/discovery/v2.0/keys", 200),
    ("OPTIONS", "/{tenant}/v2.0/.well-known/openid-configuration", 204),
    ("OPTIONS", "/{tenant}/.well-known/openid-configuration", 204),
    ("OPTIONS", "/{tenant}/discovery/v2.0/keys", 204),
    ("GET", "/common/discovery/instance", 400),
    ("GET", "/{tenant}/oauth2/v2.0/authorize", 400),
    ("POST", "/{tenant}/oauth2/v2.0/authorize", 303),
    ("GET", "/{tenant}/oauth2/v2.0/logout", 200),
    ("POST", "/{tenant}/oauth2/v2.0/logout", 303),
    ("POST", "/{tenant}/oauth2/v2.0/token", 400),
    ("OPTIONS", "/{tenant}/oauth2/v2.0/token", 204),
    ("POST", "/{tenant}/oauth2/v2.0/devicecode", 400),
    ("OPTIONS", "/oidc/userinfo", 204),
    ("GET", "/oidc/userinfo", 401),
    ("POST", "/oidc/userinfo", 401),
];

fn routes() -> Vec<(&'static str, &'static str, Access)> {
    let pages = hospes_web::pages::ROUTES
        .iter()
        .chain(hospes_web::portal::ROUTES)
        .flat_map(|table| table.iter())
        .map(|route| (route.method, route.path, route.access));
    pages
        .chain(hospes_web::powershell::ROUTES.iter().map(|route| (route.method, route.path, route.access)))
        .chain(hospes_web::health::ROUTES.iter().map(|route| (route.method, route.path, route.access)))
        .chain(hospes_web::oidc::ROUTES.iter().map(|route| (route.method, route.path, route.access)))
        .collect()
}

#[test]
fn every_page_and_endpoint_stands_in_the_table() {
    let known: BTreeSet<_> = EXPECTED.iter().map(|(method, path, _)| (*method, *path)).collect();
    let there: BTreeSet<_> = routes().into_iter().map(|(method, path, _)| (method, path)).collect();
    assert_eq!(known, there);
    assert_eq!(known.len(), EXPECTED.len(), "a line stands twice");
}

#[tokio::test]
async fn nobody_gets_more_from_a_page_by_sending_a_token() {
    let server = Server::start().await;
    let (other, stranger, _) = server.second_tenant("contoso.example").await;
    let tokens = [
        None,
        Some(server.token_of(&server.admin)),
        Some(server.token_with(server.tenant, server.admin.id, 1, &[])),
        Some(server.token_of(&server.member)),
        Some(server.token_with(other, stranger.id, 1, Scope::ALL)),
        Some("nonsense".to_owned()),
    ];
    let before: Vec<String> =
        server.look().state().into_iter().filter(|row| !row.starts_with("sign_in_flows:")).collect();
    for (method, template, access) in routes() {
        let expected = EXPECTED.iter().find(|(m, p, _)| (*m, *p) == (method, template)).unwrap().2;
        let path = template
            .replace("{tenant}", &server.tenant.to_string())
            .replace("{flow}", &uuid::Uuid::from_u128(7).to_string())
            .replace("{user}", &server.member.id.to_string())
            .replace("{record}", &uuid::Uuid::from_u128(8).to_string())
            .replace("{mail}", &uuid::Uuid::from_u128(9).to_string())
            .replace("{client}", &uuid::Uuid::from_u128(7).to_string())
            .replace("{group}", &server.group.to_string())
            .replace("{assignment}", &uuid::Uuid::from_u128(7).to_string());
        for token in &tokens {
            let mut request = Request::builder()
                .method(method)
                .uri(&path)
                .header("sec-fetch-site", "same-origin")
                .header("origin", "https://hospes.example");
            request = request.header("content-type", "application/x-www-form-urlencoded");
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let page = Browser::new().send(&server, request.body(Body::empty()).unwrap()).await;
            let status = page.status.as_u16();
            if access == Access::Bearer {
                // A good token without `openid` is known and refused; all others are not even known.
                assert!(matches!(status, 200 | 401 | 403), "{method} {template}: {status}");
                assert!(
                    status != 200 || token.as_ref().is_some_and(|token| token.len() > 20),
                    "{method} {template}"
                );
                assert!(token.is_some() || status == expected, "{method} {template}: {status}");
            } else if matches!(template, "/myapps" | "/myapps/") {
                // Two tenants: nobody knows whose.
                assert!(matches!(status, 303 | 404), "{method} {template}: {status}");
            } else {
                assert_eq!(status, expected, "{method} {template}: {}", page.html);
            }
        }
    }
    let after: Vec<String> =
        server.look().state().into_iter().filter(|row| !row.starts_with("sign_in_flows:")).collect();
    assert_eq!(after, before);
}
