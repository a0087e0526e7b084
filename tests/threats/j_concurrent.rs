//! Threats J12: two people change one object. Without a condition the last one to write a property wins, and no other
//! property is lost; with `If-Match` whoever has read an older state is told so.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};

/// Everything of a user that clients can read.
const ALL: &str = "id,displayName,givenName,surname,jobTitle,mail,otherMails,proxyAddresses,userPrincipalName,mailNickname,userType,accountEnabled,\
    externalUserState,externalUserStateChangeDateTime,identities,businessPhones,mobilePhone,companyName,department,employeeId,employeeType,city,\
    country,usageLocation,officeLocation,streetAddress,state,postalCode,preferredLanguage,showInAddressList,signInSessionsValidFromDateTime";

async fn conditional(server: &Server, method: &str, path: &str, if_match: &str, body: Value) -> Reply {
    let token = server.token_of(&server.admin);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("if-match", if_match);
    server.raw(request.body(Body::from(body.to_string())).unwrap()).await
}

fn tag(reply: &Reply) -> String {
    reply.headers["etag"].to_str().unwrap().to_owned()
}

async fn read(server: &Server, path: &str) -> Reply {
    let token = server.token_of(&server.admin);
    server.get(&token, &format!("{path}?$select={ALL}")).await.expect(200)
}

#[tokio::test]
async fn j12_a_change_that_rests_on_an_older_state_is_refused() {
    let server = Server::start().await;
    let path = format!("/v1.0/users/{}", server.member.id);
    let first = tag(&read(&server, &path).await);
    assert!(first.starts_with("W/\""), "{first}");
    let changed =
        conditional(&server, "PATCH", &path, &first, json!({ "jobTitle": "Auditor" })).await.expect(204);
    let second = tag(&changed);
    assert_eq!(tag(&read(&server, &path).await), second, "the answer has the tag of what was written");
    assert_ne!(first, second);

    let before = server.look().state();
    for method in ["PATCH", "DELETE"] {
        let stale =
            conditional(&server, method, &path, &first, json!({ "jobTitle": "Nobody" })).await.expect(412);
        assert_eq!(stale.code(), "Request_PreconditionFailed");
        let other =
            conditional(&server, method, &path, "\"of-another-server\"", json!({ "jobTitle": "Nobody" }))
                .await;
        assert_eq!(other.status, 412);
        for malformed in ["7", "\"7", "*, W/\"7\"", ""] {
            let refused = conditional(&server, method, &path, malformed, json!({ "jobTitle": "Nobody" }))
                .await
                .expect(400);
            assert!(refused.message().contains("If-Match"), "{}", refused.message());
        }
    }
    assert_eq!(server.look().state(), before, "a refused change has left something");

    let several = format!("{first}, {second}");
    conditional(&server, "PATCH", &path, &several, json!({ "jobTitle": null })).await.expect(204);
    conditional(&server, "PATCH", &path, "*", json!({ "jobTitle": "Anybody" })).await.expect(204);
    let last = tag(&read(&server, &path).await);
    conditional(&server, "DELETE", &path, &last, Value::Null).await.expect(204);
    conditional(&server, "PATCH", &path, "*", json!({ "jobTitle": "Gone" })).await.expect(404);
}

#[tokio::test]
async fn j12_whoever_may_not_change_the_user_learns_nothing_from_a_condition() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = hospes_domain::ids::ObjectId::parse(&id).unwrap();
    let token = server.token_with(server.tenant, guest, 2, hospes_domain::access::Scope::ALL);
    let others = server.get(&token, &format!("/v1.0/users/{}", server.member.id)).await.expect(200);
    assert!(!others.headers.contains_key("etag"), "a tag tells of changes that a guest does not see");
    assert!(server.get(&token, "/v1.0/me").await.expect(200).headers.contains_key("etag"));
    let path = format!("/v1.0/users/{}", server.admin.id);
    for tag in ["*", "W/\"1\"", "W/\"99\""] {
        let token = server.token_of(&server.member);
        let request =
            Request::patch(&path).header("authorization", format!("Bearer {token}")).header("if-match", tag);
        let refused = server.raw(request.body(Body::from(r#"{"jobTitle":"x"}"#)).unwrap()).await;
        assert_eq!(refused.status, 403, "{tag}");
    }
}

#[tokio::test]
async fn j12_of_many_who_have_read_the_same_state_one_writes() {
    let server = Server::start().await;
    let path = format!("/v1.0/users/{}", server.member.id);
    for round in 0..4 {
        let seen = tag(&read(&server, &path).await);
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|who| json!({ "jobTitle": format!("{who}{round}") }));
        let ask = |body| conditional(&server, "PATCH", &path, &seen, body);
        let (a, b, c, d) = tokio::join!(ask(a), ask(b), ask(c), ask(d));
        let mut statuses = [a, b, c, d].map(|reply| reply.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 412, 412, 412]);
    }
}

#[tokio::test]
async fn j12_changes_of_different_properties_at_once_all_survive() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.member.id);
    for round in 0..6 {
        let value = format!("round {round}");
        let mails = vec![format!("round{round}@contoso.example")];
        let ask = |body: Value| server.patch(&token, &path, body);
        let replies = tokio::join!(
            ask(json!({ "jobTitle": value })),
            ask(json!({ "city": value, "country": value })),
            ask(json!({ "otherMails": mails })),
            ask(json!({ "accountEnabled": round % 2 == 0 })),
            ask(json!({ "mobilePhone": value })),
        );
        for reply in <[Reply; 5]>::from(replies) {
            reply.expect(204);
        }
        let user = read(&server, &path).await.json;
        for name in ["jobTitle", "city", "country", "mobilePhone"] {
            assert_eq!(user[name], value, "{name} of round {round} was lost");
        }
        assert_eq!((&user["otherMails"], &user["accountEnabled"]), (&json!(mails), &json!(round % 2 == 0)));
    }
}

#[tokio::test]
async fn j12_whatever_can_be_seen_to_change_changes_the_tag() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (id, link) = server.invite(&token, "ana@contoso.example").await;
    server.mails().await;
    let path = format!("/v1.0/users/{id}");
    let mut before = read(&server, &path).await;
    let mut changed = async |what: &str| {
        let after = read(&server, &path).await;
        assert_ne!(after.json, before.json, "{what} shows nothing");
        assert_ne!(tag(&after), tag(&before), "{what} keeps the tag");
        before = after;
    };
    server.clock.advance(60);
    server.redeem(&link, "ana@contoso.example").await;
    changed("redeeming").await;
    for body in [
        json!({ "displayName": "Ana" }),
        json!({ "otherMails": ["ana@adatum.example"] }),
        json!({ "mail": "ana.b@contoso.example" }),
        json!({ "businessPhones": ["+49 30 1"] }),
        json!({ "userType": "Member" }),
        json!({ "mailNickname": "ana" }),
        json!({ "showInAddressList": true }),
        json!({ "preferredLanguage": "de" }),
        json!({ "accountEnabled": false }),
        json!({ "accountEnabled": true }),
    ] {
        server.clock.advance(60);
        server.patch(&token, &path, body.clone()).await.expect(204);
        changed(&body.to_string()).await;
    }
    let reset = server.reset(&token, &id, "ana@adatum.example").await.expect(201);
    changed("a reset").await;
    server.mails().await;
    server.clock.advance(60);
    server.redeem(reset.json["inviteRedeemUrl"].as_str().unwrap(), "ana@adatum.example").await;
    changed("redeeming again").await;
}

#[tokio::test]
async fn j12_a_presence_keeps_its_tag_until_something_it_shows_changes() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let app = server.make_app("orders", json!({})).await;
    let presence = format!("/v1.0/servicePrincipals/{}", app.principal);
    for (change, shown) in [
        (json!({ "notes": "for the sales team" }), false),
        (json!({ "isFallbackPublicClient": true }), false),
        (json!({ "displayName": "orders" }), false),
        (json!({ "displayName": "Orders" }), true),
        (json!({ "description": "Orders of partners" }), true),
        (json!({ "web": { "redirectUris": ["https://orders.example/elsewhere"] } }), true),
        (json!({ "web": { "homePageUrl": "https://orders.example/" } }), true),
    ] {
        let before = server.get(&token, &presence).await.expect(200);
        server.patch(&token, &format!("/v1.0/applications/{}", app.id), change.clone()).await.expect(204);
        let after = server.get(&token, &presence).await.expect(200);
        assert_eq!(before.json != after.json, shown, "{change}");
        assert_eq!(tag(&before) != tag(&after), shown, "{change}");
    }
}
