//! Threats E4 and J4 for permissions: `User.ReadBasic.All` shows the basic profile of others wherever users are shown, and
//! nothing else of them is learned by picking or sorting by it (learn.microsoft.com/graph/permissions-reference).

use hospes_domain::access::Scope;
use serde_json::{Value, json};

use crate::harness::{Person, Server};
use crate::queries::eventually;

const SECRET: &str = "Secret title";
const BASIC: &[Scope] = &[Scope::UserReadBasicAll, Scope::GroupReadAll];

/// What is not of the basic profile, and is selected all the same.
const MORE: &str = "id,displayName,givenName,surname,mail,userPrincipalName,jobTitle,userType,accountEnabled,otherMails,identities";

/// A member with more in its profile than is basic, in the group; the token of another member.
async fn stage(server: &Server) -> (Person, String) {
    let admin = server.token_of(&server.admin);
    let other = server.add_person("paula", &[]).await;
    let profile = json!({ "jobTitle": SECRET, "givenName": "Paula", "otherMails": ["hidden@x.example"] });
    server.patch(&admin, &format!("/v1.0/users/{}", other.id), profile).await.expect(204);
    server.give_access(other.id).await;
    let token = server.token_with(server.tenant, server.member.id, 1, BASIC);
    (other, token)
}

#[track_caller]
fn is_basic(user: &Value) {
    assert_eq!((&user["displayName"], &user["givenName"]), (&json!("paula"), &json!("Paula")), "{user}");
    assert!(user["userPrincipalName"].is_string() && user["id"].is_string(), "{user}");
    assert_eq!((&user["otherMails"], &user["identities"]), (&json!([]), &json!([])), "{user}");
    for name in ["jobTitle", "userType", "accountEnabled"] {
        assert_eq!(user[name], Value::Null, "{name}");
    }
}

#[tokio::test]
async fn e4_basic_profiles_are_basic_wherever_users_are_shown() {
    let server = Server::start().await;
    let (other, token) = stage(&server).await;
    let (id, group) = (other.id, server.group);
    let of = |body: &Value| -> Value {
        let all = body["value"].as_array().unwrap();
        all.iter().find(|user| user["id"] == id.to_string()).unwrap_or_else(|| panic!("{body}")).clone()
    };
    is_basic(&server.get(&token, &format!("/v1.0/users/{id}?$select={MORE}")).await.expect(200).json);
    is_basic(
        &server.get(&token, &format!("/v1.0/directoryObjects/{id}?$select={MORE}")).await.expect(200).json,
    );
    for path in [
        format!("/v1.0/users?$top=999&$select={MORE}"),
        format!("/v1.0/users?$filter=startsWith(givenName,'Pau')&$select={MORE}"),
        format!("/v1.0/groups/{group}/members?$top=999&$select={MORE}"),
        format!("/v1.0/groups/{group}/members/graph.user?$top=999&$select={MORE}"),
        format!("/v1.0/groups/{group}/transitiveMembers?$top=999&$select={MORE}"),
    ] {
        is_basic(&of(&server.get(&token, &path).await.expect(200).json));
    }
    let expanded = format!("/v1.0/groups/{group}?$expand=members($select={MORE})");
    let expanded = server.get(&token, &expanded).await.expect(200).json;
    is_basic(&of(&json!({ "value": expanded["members"] })));
    let by_ids = json!({ "ids": [id] });
    let found = server.post(&token, &format!("/v1.0/directoryObjects/getByIds?$select={MORE}"), by_ids).await;
    is_basic(&of(&found.expect(200).json));
    let step = json!({ "id": "1", "method": "GET", "url": format!("/users?$top=999&$select={MORE}") });
    let batch = server.post(&token, "/v1.0/$batch", json!({ "requests": [step] })).await.expect(200).json;
    is_basic(&of(&batch["responses"][0]["body"]));
    for path in ["/v1.0/users?$top=999", "/v1.0/users/delta?$top=999"] {
        assert!(!server.get(&token, path).await.expect(200).text.contains(SECRET), "{path}");
    }
}

#[tokio::test]
async fn e4_oneself_is_seen_wholly() {
    let server = Server::start().await;
    let (_, token) = stage(&server).await;
    let (admin, own) = (server.token_of(&server.admin), server.member.id);
    server.patch(&admin, &format!("/v1.0/users/{own}"), json!({ "jobTitle": "Own title" })).await.expect(204);
    assert_eq!(server.get(&token, "/v1.0/me").await.expect(200).json["jobTitle"], "Own title");
    let listed = server.get(&token, "/v1.0/users?$top=999").await.expect(200).text;
    assert!(listed.contains("Own title") && !listed.contains(SECRET));
}

#[tokio::test]
async fn j4_nobody_is_picked_by_what_is_not_seen() {
    let server = Server::start().await;
    let (_, token) = stage(&server).await;
    for query in [
        "users?$filter=jobTitle%20eq%20'Secret%20title'",
        "users?$filter=startsWith(displayName,'p')%20and%20accountEnabled%20eq%20true",
        "users?$filter=userType%20eq%20'Member'",
        "users?$filter=otherMails/any(m:m%20eq%20'hidden@x.example')",
        "users?$orderby=createdDateTime&$count=true",
        "users?$search=%22jobTitle:Secret%22",
        "users/$count?$filter=jobTitle%20eq%20'Secret%20title'",
        &format!(
            "groups/{}/members/graph.user?$count=true&$filter=jobTitle%20eq%20'Secret%20title'",
            server.group
        ),
    ] {
        let refused = eventually(&server, &token, &format!("/v1.0/{query}")).await.expect(403);
        assert_eq!(refused.code(), "Authorization_RequestDenied", "{query}");
    }
    for query in [
        "users?$filter=startsWith(givenName,'Pau')",
        "users?$search=%22displayName:paula%22",
        "users?$orderby=displayName",
        "users/$count",
    ] {
        eventually(&server, &token, &format!("/v1.0/{query}")).await.expect(200);
    }
    // Whoever may read whole users picks by all of them.
    let whole = server.token_with(server.tenant, server.member.id, 1, &[Scope::UserReadAll]);
    server.get(&whole, "/v1.0/users?$filter=jobTitle%20eq%20'Secret%20title'").await.expect(200);
}

#[tokio::test]
async fn e4_who_follows_basic_profiles_hears_of_their_changes_only() {
    let server = Server::start().await;
    let (other, token) = stage(&server).await;
    let admin = server.token_of(&server.admin);
    let user = format!("/v1.0/users/{}", other.id);
    let link =
        |page: &Value| page["@odata.deltaLink"].as_str().unwrap().replace("https://hospes.example", "");
    for select in ["", "&$select=displayName,jobTitle,manager"] {
        let start = format!("/v1.0/users/delta?$deltatoken=latest{select}");
        let next = link(&server.get(&token, &start).await.expect(200).json);
        server.patch(&admin, &user, json!({ "jobTitle": null })).await.expect(204);
        server.patch(&admin, &user, json!({ "jobTitle": SECRET })).await.expect(204);
        let round = server.get(&token, &next).await.expect(200).json;
        assert_eq!(round["value"], json!([]), "{start}");
        let change = json!({ "jobTitle": "Another title", "displayName": "Paula P" });
        server.patch(&admin, &user, change).await.expect(204);
        let round = server.get(&token, &link(&round)).await.expect(200).json;
        let told = &round["value"][0];
        assert_eq!((&told["displayName"], told.get("jobTitle")), (&json!("Paula P"), None), "{start}");
        server.patch(&admin, &user, json!({ "displayName": "paula" })).await.expect(204);
    }
    // A post would say that something changed, whatever it was.
    let subscription = json!({
        "changeType": "updated", "notificationUrl": "https://receiver.example/", "resource": "users",
        "expirationDateTime": "2026-11-30T00:00:00Z",
    });
    server.post(&token, "/v1.0/subscriptions", subscription).await.expect(403);
    // Nor who manages somebody.
    server.get(&token, &format!("{user}/manager")).await.expect(403);
    server.get(&token, "/v1.0/users?$expand=manager").await.expect(403);
}
