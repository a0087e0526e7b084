//! Threats B where somebody signs in at home: what the two organisations say about each other counts on every path, and
//! what the host issued does not outlive the account at home by much.

use hospes_domain::access::Scope;
use hospes_domain::audit::AuditRecord;
use serde_json::json;

use super::d_sign_ins::{BACK, at_the_app, code, tokens};
use crate::harness::{Browser, Two, everybody, partner};

/// A refresh token of the guest's at the app.
async fn refresh_token(two: &Two, browser: &mut Browser) -> String {
    let code = code(&at_the_app(&two.server, browser).await);
    let grant = [("grant_type", "authorization_code"), ("code", &*code), BACK];
    let issued = tokens(&two.server, &grant).await.expect(200);
    issued.json["refresh_token"].as_str().unwrap().to_owned()
}

fn refresh(token: &str) -> [(&str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}

#[tokio::test]
async fn b11_who_is_in_already_is_out_as_soon_as_the_door_is_shut() {
    let shut_by_host = json!({ "b2bCollaborationInbound": everybody("blocked") });
    let shut_by_home = json!({ "b2bCollaborationOutbound": everybody("blocked") });
    for (by_host, body, number) in [(true, shut_by_host, 500_213), (false, shut_by_home, 500_212)] {
        let two = Two::start().await;
        let (id, mut browser) = two.guest().await;
        let (first, later) =
            (refresh_token(&two, &mut browser).await, code(&at_the_app(&two.server, &mut browser).await));
        let access = two.server.live_token_with(two.server.tenant, id.parse().unwrap(), Scope::ALL);
        two.server.get(&access, "/v1.0/me").await.expect(200);
        let renewed = tokens(&two.server, &refresh(&first)).await.expect(200);
        let renewed = renewed.json["refresh_token"].as_str().unwrap().to_owned();
        let (at, of, token) = if by_host {
            (two.server.tenant, two.home, two.server.token_of(&two.server.admin))
        } else {
            (two.home, two.server.tenant, two.home_token())
        };
        partner(&two.server, &token, of, body).await;
        for grant in
            [vec![("grant_type", "authorization_code"), ("code", &*later), BACK], refresh(&renewed).to_vec()]
        {
            let refused = tokens(&two.server, &grant).await.expect(400);
            assert_eq!(refused.json["error_codes"], json!([number]), "{at}: {}", refused.text);
            assert_eq!(refused.json["error"], "invalid_grant");
        }
        two.server.get(&access, "/v1.0/me").await.expect(401);
        assert!(!two.server.greets(&mut browser, &two.ana.upn).await, "{at}");
        let page = at_the_app(&two.server, &mut browser).await;
        assert!(page.url.contains("/sign-in/"), "{}", page.url);
        // The door opens again, and what was not used up works.
        let path = format!("/v1.0/policies/crossTenantAccessPolicy/partners/{of}");
        two.server.delete(&token, &path).await.expect(204);
        two.server.get(&access, "/v1.0/me").await.expect(200);
        tokens(&two.server, &refresh(&renewed)).await.expect(200);
    }
}

#[tokio::test]
async fn a_refresh_token_of_somebody_from_home_ends_a_day_after_the_sign_in_there() {
    let two = Two::start().await;
    let (_, mut browser) = two.guest().await;
    let first = refresh_token(&two, &mut browser).await;
    two.server.clock.advance(23 * 3600);
    let renewed = tokens(&two.server, &refresh(&first)).await.expect(200);
    two.server.clock.advance(3600);
    let renewed = renewed.json["refresh_token"].as_str().unwrap();
    let refused = tokens(&two.server, &refresh(renewed)).await.expect(400);
    assert_eq!(refused.json["error_codes"], json!([700_082]), "{}", refused.text);
}

/// What the host's log has of refused sign-ins.
async fn refused(two: &Two) -> Vec<AuditRecord> {
    let log = hospes_actions::audit::newest(&two.server.app, two.server.tenant).await.unwrap();
    log.into_iter().filter(|record| record.activity == "Sign in" && !record.success).collect()
}

fn reasons(log: &[AuditRecord]) -> Vec<&str> {
    log.iter().map(|record| record.reason.as_deref().unwrap()).collect()
}

/// Names an address at the host in a browser that is signed in at home already.
async fn knock(two: &Two, browser: &mut Browser, address: &str) -> u16 {
    two.server.name_address(browser, address).await.status.as_u16()
}

#[tokio::test]
async fn a_refusal_to_somebody_who_proved_who_they_are_at_home_is_on_record_so_many_times_a_day() {
    let two = Two::start().await;
    let bob = two.server.add_member_at(two.home, "bob", "contoso.example").await;
    let mut browser = Browser::new();
    two.sign_in(&mut browser, &bob.upn).await;
    for _ in 0..24 {
        assert_eq!(knock(&two, &mut browser, &bob.upn).await, 403);
    }
    let log = refused(&two).await;
    assert_eq!(reasons(&log), vec!["not_a_guest"; 20]);
    assert!(log[0].details.contains(&("subject".to_owned(), bob.id.to_string())), "{:?}", log[0]);
    assert_eq!((log[0].actor, log[0].target), (None, None));
    // A guest who is blocked here, and one whose organisation is shut out.
    let (id, _) = two.guest().await;
    let mut browser = Browser::new();
    two.sign_in(&mut browser, &two.ana.upn).await;
    let token = two.server.token_of(&two.server.admin);
    let path = format!("/v1.0/users/{id}");
    two.server.patch(&token, &path, json!({ "accountEnabled": false })).await.expect(204);
    assert_eq!(knock(&two, &mut browser, &two.ana.upn).await, 403);
    two.server.patch(&token, &path, json!({ "accountEnabled": true })).await.expect(204);
    partner(&two.server, &token, two.home, json!({ "b2bCollaborationInbound": everybody("blocked") })).await;
    assert_eq!(knock(&two, &mut browser, &two.ana.upn).await, 403);
    let log = two.server.audit_of(&id).await;
    let mut found: Vec<_> = log.iter().filter_map(|record| record.reason.as_deref()).collect();
    found.sort_unstable();
    assert_eq!(found, ["disabled", "not_admitted"]);
}

#[tokio::test]
async fn b5_an_account_that_comes_again_and_again_is_recorded_once_a_day() {
    let mut two = Two::start().await;
    let (id, _) = two.guest().await;
    two.make_anew().await;
    let mut browser = Browser::new();
    two.sign_in(&mut browser, &two.ana.upn).await;
    for _ in 0..3 {
        assert_eq!(knock(&two, &mut browser, &two.ana.upn).await, 403);
    }
    let log = two.server.audit_of(&id).await;
    assert_eq!(log.iter().filter(|record| record.reason.as_deref() == Some("identity_changed")).count(), 1);
    two.server.clock.advance(25 * 3600);
    let mut browser = Browser::new();
    two.sign_in(&mut browser, &two.ana.upn).await;
    let log = two.server.audit_of(&id).await;
    assert_eq!(log.iter().filter(|record| record.reason.as_deref() == Some("identity_changed")).count(), 2);
}

/// Proves a domain for a tenant, as its administrator.
async fn prove_domain(two: &Two, token: &str, name: &str) {
    two.server.post(token, "/v1.0/domains", json!({ "id": name })).await.expect(201);
    two.server.post(token, &format!("/v1.0/domains/{name}/verify"), json!(null)).await.expect(200);
}

/// A guest at a domain that the home organisation has proven beside its first one.
async fn guest_at(two: &mut Two, domain: &str) -> String {
    prove_domain(two, &two.home_token(), domain).await;
    two.ana = two.server.add_member_at(two.home, "eva", domain).await;
    two.guest().await.0
}

/// The home organisation gives the domain up: nobody there is named after it any more.
async fn give_up(two: &Two, domain: &str) {
    let (token, path) = (two.home_token(), format!("/v1.0/users/{}", two.ana.id));
    let renamed = json!({ "userPrincipalName": "eva@contoso.example" });
    two.server.patch(&token, &path, renamed).await.expect(204);
    two.server.delete(&token, &format!("/v1.0/domains/{domain}")).await.expect(204);
}

#[tokio::test]
async fn b5_a_domain_that_moved_to_another_organisation_is_flagged_and_a_reset_repairs_it() {
    let mut two = Two::start().await;
    let id = guest_at(&mut two, "moved.example").await;
    give_up(&two, "moved.example").await;
    // Nobody's for a while: the account that was bound still signs in.
    let page = two.server.name_address(&mut Browser::new(), "eva@moved.example").await;
    assert!(page.url.contains(&two.home.to_string()), "{}", page.url);
    let (next, admin, _) = two.server.second_tenant("adatum.example").await;
    let token = two.server.token_with(next, admin.id, 1, Scope::ALL);
    prove_domain(&two, &token, "moved.example").await;
    two.ana = two.server.add_member_at(next, "eva", "moved.example").await;
    two.home = next;
    let mut browser = Browser::new();
    let refused = two.sign_in(&mut browser, "eva@moved.example").await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(refused.text().contains("not the one we know"), "{}", refused.html);
    let admin = two.server.token_of(&two.server.user_admin);
    let bindings = two.server.get(&admin, &format!("/v1.0/users/{id}/hospes.bindings")).await.expect(200);
    assert!(bindings.json["value"][0]["identityChangedDateTime"].is_string(), "{}", bindings.text);
    let log = two.server.audit_of(&id).await;
    assert!(log.iter().any(|record| record.reason.as_deref() == Some("identity_changed")), "{log:?}");
    let link = two.reset(&id, "eva@moved.example").await;
    let mut again = two.redeem(&link, "eva@moved.example").await;
    assert!(two.server.greets(&mut again, "eva@moved.example").await);
}

#[tokio::test]
async fn a_domain_that_the_host_proves_locks_nobody_out_who_redeemed_before() {
    let mut two = Two::start().await;
    let id = guest_at(&mut two, "bought.example").await;
    two.server.accepted_guest("pia@suppliers.example").await;
    let (pending, link) = two.server.invite(&two.server.app_token().await, "tom@suppliers.example").await;
    give_up(&two, "bought.example").await;
    let admin = two.server.token_of(&two.server.admin);
    for domain in ["bought.example", "suppliers.example"] {
        prove_domain(&two, &admin, domain).await;
    }
    let (mut browser, _) = two.server.sign_in("pia@suppliers.example").await;
    assert!(two.server.greets(&mut browser, "pia@suppliers.example").await);
    let mut browser = Browser::new();
    let page = two.server.name_address(&mut browser, "eva@bought.example").await;
    let page = two.at_home(&mut browser, page, "eva@contoso.example").await;
    assert!(page.url.contains("/myapps"), "{}: {}", page.url, page.html);
    // Everybody else there is asked for a password now, and a reset takes another address.
    let page = two.server.name_address(&mut Browser::new(), "nobody@suppliers.example").await;
    assert!(page.html.contains("name=\"password\""), "{}", page.html);
    two.server.clock.advance(60);
    let refused = two.server.reset(&admin, &id, "eva@bought.example").await.expect(400);
    assert!(refused.text.contains("on a domain of this organisation"), "{}", refused.text);
    two.server.redeem(&link, "tom@suppliers.example").await;
    assert_eq!(two.server.state_of(&pending).await, "Accepted");
}
