//! Threats B and J, as far as owning a domain goes: whoever owns one speaks for the addresses there.

use serde_json::{Value, json};

use crate::harness::{NameServer, Server, Zone};

async fn claim(server: &Server, token: &str, name: &str) -> String {
    server.post(token, "/v1.0/domains", json!({ "id": name })).await.expect(201);
    let records =
        server.get(token, &format!("/v1.0/domains/{name}/verificationDnsRecords")).await.expect(200);
    records.json["value"][0]["text"].as_str().unwrap().to_owned()
}

async fn verify(server: &Server, token: &str, name: &str) -> u16 {
    server.post(token, &format!("/v1.0/domains/{name}/verify"), Value::Null).await.status.as_u16()
}

fn member(upn: &str) -> Value {
    json!({
        "accountEnabled": true, "displayName": "Eve", "mailNickname": "eve", "userPrincipalName": upn,
        "passwordProfile": { "password": "a long enough password", "forceChangePasswordNextSignIn": false },
    })
}

#[tokio::test]
async fn b11_a_mere_claim_opens_nothing() {
    let mut server = Server::start().await;
    let names = NameServer::start();
    server.look_at(&names);
    let token = server.token_of(&server.admin);
    claim(&server, &token, "victim.example").await;
    assert_eq!(verify(&server, &token, "victim.example").await, 400);
    server.post(&token, "/v1.0/users", member("eve@victim.example")).await.expect(400);
    assert!(server.app.tenant_named("victim.example").await.is_err());
    let organization = server.get(&token, "/v1.0/organization").await.expect(200);
    assert!(!organization.text.contains("victim"), "{}", organization.text);
    // Whoever lives there is invited like anybody else.
    server.invite(&token, "ana@victim.example").await;
}

#[tokio::test]
async fn b5_removing_a_domain_ends_what_it_meant_and_a_new_claim_starts_from_nothing() {
    let mut server = Server::start().await;
    let names = NameServer::start();
    server.look_at(&names);
    let token = server.token_of(&server.admin);
    let text = claim(&server, &token, "lapsed.example").await;
    names.publish("lapsed.example", &[&text]);
    assert_eq!(verify(&server, &token, "lapsed.example").await, 200);
    server.delete(&token, "/v1.0/domains/lapsed.example").await.expect(204);
    assert!(server.app.tenant_named("lapsed.example").await.is_err());
    server.post(&token, "/v1.0/users", member("eve@lapsed.example")).await.expect(400);
    // The record that was published once proves nothing any more, neither here nor for another tenant.
    assert_ne!(claim(&server, &token, "lapsed.example").await, text);
    assert_eq!(verify(&server, &token, "lapsed.example").await, 400);
    let (other, admin, _) = server.second_tenant("contoso.example").await;
    let there = server.token_with(other, admin.id, 1, hospes_domain::access::Scope::ALL);
    let theirs = claim(&server, &there, "lapsed.example").await;
    assert_eq!(verify(&server, &there, "lapsed.example").await, 400);
    names.publish("lapsed.example", &[&text, &theirs]);
    assert_eq!(verify(&server, &token, "lapsed.example").await, 400);
    assert_eq!(verify(&server, &there, "lapsed.example").await, 200);
    assert_eq!(server.app.tenant_named("lapsed.example").await.unwrap().id, other);
}

#[tokio::test]
async fn b5_what_others_can_publish_proves_nothing() {
    let mut server = Server::start().await;
    let names = NameServer::start();
    server.look_at(&names);
    let token = server.token_of(&server.admin);
    let text = claim(&server, &token, "shop.victim.example").await;
    // The alias of a hosting company's customer: whoever answers there does not own the alias.
    names.set("shop.victim.example", Zone::Alias("attacker.host.example".into(), text.clone()));
    names.publish("attacker.host.example", &[&text]);
    assert_eq!(verify(&server, &token, "shop.victim.example").await, 400);
    // Nor is it proven by a name below it, by a part of the text, or by the text in another one.
    names.publish("x.shop.victim.example", &[&text]);
    names.publish("shop.victim.example", &[&text[..30], &format!(" {text}"), &text.to_uppercase()]);
    assert_eq!(verify(&server, &token, "shop.victim.example").await, 400);
    names.set("shop.victim.example", Zone::Refused);
    let refused =
        server.post(&token, "/v1.0/domains/shop.victim.example/verify", Value::Null).await.expect(400);
    assert!(refused.message().contains("gave no answer"), "{}", refused.text);
    assert!(server.app.tenant_named("shop.victim.example").await.is_err());
}

#[tokio::test]
async fn b5_two_who_prove_the_same_domain_at_once_are_told_apart() {
    let mut server = Server::start().await;
    let names = NameServer::start();
    server.look_at(&names);
    let here = server.token_of(&server.admin);
    let (other, admin, _) = server.second_tenant("contoso.example").await;
    let there = server.token_with(other, admin.id, 1, hospes_domain::access::Scope::ALL);
    let (one, two) =
        (claim(&server, &here, "both.example").await, claim(&server, &there, "both.example").await);
    names.publish("both.example", &[&one, &two]);
    let (first, second) =
        tokio::join!(verify(&server, &here, "both.example"), verify(&server, &there, "both.example"));
    let mut both = [first, second];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
    let owner = if first == 200 { server.tenant } else { other };
    assert_eq!(server.app.tenant_named("both.example").await.unwrap().id, owner);
}

#[tokio::test]
async fn j9_only_names_that_public_dns_can_have_are_looked_up() {
    let mut server = Server::start().await;
    let names = NameServer::start();
    server.look_at(&names);
    let token = server.token_of(&server.admin);
    let before = server.look().state();
    for name in [
        "localhost",
        "127.0.0.1",
        "2130706433",
        "10.1",
        "[::1]",
        "intranet",
        "a..example",
        "x.example.",
        "*.example",
    ] {
        let refused = server.post(&token, "/v1.0/domains", json!({ "id": name })).await.expect(400);
        assert!(refused.message().starts_with("id: This is not a domain name."), "{name}: {}", refused.text);
    }
    // Nothing is asked for those who may not verify, nor about domains nobody claimed.
    let member = server.token_of(&server.member);
    assert_eq!(verify(&server, &member, "fabrikam.example").await, 403);
    assert_eq!(verify(&server, &token, "nobodys.example").await, 404);
    assert_eq!(verify(&server, &token, "127.0.0.1").await, 404);
    assert_eq!(names.asked(), Vec::<String>::new());
    assert_eq!(server.look().state(), before);
}
