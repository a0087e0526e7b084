//! When somebody signed in last (`signInActivity`) and changed the password: what scripts that look for stale guests read and
//! filter by. The log of sign-ins forgets after 30 days; this does not.

use hospes_actions::jobs;
use hospes_domain::access::{Role, Scope};
use serde_json::{Value, json};

use super::sign_ins::lines;
use crate::harness::{Browser, PASSWORD, Server, answer};
use crate::queries::eventually;

const ANA: &str = "ana@contoso.example";
const DAY: i64 = 24 * 3600;

async fn activity(server: &Server, id: &str) -> Value {
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{id}?$select=id,signInActivity");
    server.get(&token, &path).await.expect(200).json["signInActivity"].clone()
}

/// The ids of those who pass, in a plain request.
async fn found(server: &Server, filter: &str) -> Vec<String> {
    let token = server.app_token().await;
    let path = format!("/v1.0/users?$select=id,signInActivity&$filter={}", filter.replace(' ', "%20"));
    let reply = server.get(&token, &path).await.expect(200);
    reply.json["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_kind_of_sign_in_is_remembered_by_itself_and_longer_than_the_log() {
    let server = Server::start().await;
    let id = server.member.id.to_string();
    assert!(activity(&server, &id).await.is_null(), "nobody signed in yet");
    let mut browser = Browser::new();
    let named = server.name_address(&mut browser, &server.member.upn).await;
    browser.submit(&server, &named.form_to("/password"), &[("password", "not it")]).await;
    let tried = activity(&server, &id).await;
    let line = lines(&server, "").await.remove(0);
    assert_eq!(tried["lastSignInDateTime"], line["createdDateTime"], "an attempt counts");
    assert_eq!(tried["lastSignInRequestId"], line["id"]);
    for name in ["lastSuccessfulSignInDateTime", "lastSuccessfulSignInRequestId"] {
        assert!(tried[name].is_null(), "{name}: {tried}");
    }
    assert!(tried["lastNonInteractiveSignInDateTime"].is_null());

    server.clock.advance(60);
    let app = server.make_app("Orders", json!({})).await;
    let start = server.request_of(&app, "openid offline_access", &[]);
    let page = server.through_password(&mut browser, &start, &server.member).await;
    let given = server.exchange(&app, &page).await.expect(200).json;
    let came = activity(&server, &id).await;
    let line = lines(&server, "status/errorCode eq 0").await.remove(0);
    for (name, of) in [("lastSignIn", "createdDateTime"), ("lastSuccessfulSignIn", "createdDateTime")] {
        assert_eq!(came[format!("{name}DateTime")], line[of], "{came}");
        assert_eq!(came[format!("{name}RequestId")], line["id"], "{came}");
    }

    // An app renews what it was given: once in an hour that is a sign-in, without a line of the log.
    server.clock.advance(2 * 3600);
    let logged = lines(&server, "").await.len();
    server.refresh(&app, given["refresh_token"].as_str().unwrap()).await.expect(200);
    let renewed = activity(&server, &id).await;
    assert_eq!(renewed["lastSignInDateTime"], came["lastSignInDateTime"]);
    let silent = renewed["lastNonInteractiveSignInDateTime"].as_str().unwrap();
    assert!(silent > came["lastSignInDateTime"].as_str().unwrap(), "{renewed}");
    assert_eq!(renewed["lastSuccessfulSignInDateTime"], silent);
    assert!(renewed["lastNonInteractiveSignInRequestId"].is_string());
    assert_eq!(lines(&server, "").await.len(), logged);

    // A session that is there signs in to an app without a page.
    server.clock.advance(60);
    let quiet = server.request_of(&app, "openid", &[("prompt", "none")]);
    answer(&browser.get(&server, &quiet).await, "code");
    let again = activity(&server, &id).await;
    assert!(again["lastNonInteractiveSignInDateTime"].as_str().unwrap() > silent, "{again}");

    server.clock.advance(40 * DAY);
    while jobs::sweep(&server.app).await.unwrap() {}
    assert!(lines(&server, "").await.is_empty(), "the log has forgotten");
    assert_eq!(activity(&server, &id).await, again);
}

#[tokio::test]
async fn stale_guests_are_found_by_their_last_sign_in() {
    let server = Server::start().await;
    let (early, _) = server.accepted_guest(ANA).await;
    let first = activity(&server, &early).await["lastSignInDateTime"].as_str().unwrap().to_owned();
    server.clock.advance(100 * DAY);
    let (late, _) = server.accepted_guest("ben@contoso.example").await;
    let (never, _) = server.invite(&server.token_of(&server.inviter), "cho@contoso.example").await;
    let second = activity(&server, &late).await["lastSignInDateTime"].as_str().unwrap().to_owned();
    let (first, second) = (first.as_str(), second.as_str());
    let of = |name: &str, test: &str| format!("signInActivity/{name} {test}");
    let named = |who: &str| match who {
        "early" => vec![early.clone()],
        "late" => vec![late.clone()],
        _ => vec![early.clone(), late.clone()],
    };
    for (filter, wanted) in [
        (of("lastSignInDateTime", &format!("le {first}")), "early"),
        (of("lastSignInDateTime", &format!("ge {second}")), "late"),
        (of("lastSignInDateTime", &format!("eq {second}")), "late"),
        (of("lastSignInDateTime", &format!("le {second}")), "both"),
        (of("lastSuccessfulSignInDateTime", &format!("le {first}")), "early"),
        (format!("userType eq 'Guest' and {}", of("lastSignInDateTime", &format!("le {first}"))), "early"),
        (format!("{} or id eq '{late}'", of("lastSignInDateTime", &format!("le {first}"))), "both"),
    ] {
        let mut wanted = named(wanted);
        wanted.sort();
        let mut found = found(&server, &filter).await;
        found.sort();
        assert_eq!(found, wanted, "{filter}");
    }
    assert!(
        found(&server, &of("lastNonInteractiveSignInDateTime", &format!("le {second}"))).await.is_empty()
    );

    // Who never signed in is older than nothing, and is what the opposite finds.
    let path = format!(
        "/v1.0/users?$count=true&$select=id&$filter=not(signInActivity/lastSignInDateTime%20ge%20{first})"
    );
    let request = http::Request::get(&path)
        .header("authorization", format!("Bearer {}", server.app_token().await))
        .header("consistencylevel", "eventual")
        .body(axum::body::Body::empty())
        .unwrap();
    let reply = server.raw(request).await.expect(200);
    let ids: Vec<&str> =
        reply.json["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&never.as_str()) && !ids.contains(&early.as_str()), "{}", reply.text);
    assert_eq!(reply.json["@odata.count"].as_u64(), Some(ids.len() as u64));

    let token = server.app_token().await;
    for refused in [
        "$orderby=signInActivity/lastSignInDateTime",
        "$filter=signInActivity/lastSignInDateTime%20eq%20null",
    ] {
        server.get(&token, &format!("/v1.0/users?{refused}")).await.expect(400);
    }
}

#[tokio::test]
async fn a_reset_keeps_the_last_sign_in_and_a_purge_ends_it() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let before = activity(&server, &id).await;
    assert!(before["lastSuccessfulSignInDateTime"].is_string());
    let token = server.token_of(&server.admin);
    server.reset(&token, &id, ANA).await.expect(201);
    assert_eq!(activity(&server, &id).await, before);
    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    server.delete(&token, &format!("/v1.0/directory/deletedItems/{id}")).await.expect(204);
    assert_eq!(server.look().count("last_sign_ins"), 0);
}

#[tokio::test]
async fn e4_the_last_sign_ins_are_for_whoever_may_read_the_log() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let most: Vec<Scope> = Scope::ALL.iter().copied().filter(|s| *s != Scope::AuditLogReadAll).collect();
    let without = server.token_with(server.tenant, server.admin.id, 1, &most);
    let unprivileged = server.token_of(&server.member);
    let by = "signInActivity/lastSignInDateTime%20le%202999-01-01";
    for token in [&without, &unprivileged] {
        for path in [
            format!("/users/{id}?$select=signInActivity"),
            "/me?$select=id,signInActivity".to_owned(),
            "/users?$select=id,signInActivity".to_owned(),
            format!("/users?$select=id&$filter={by}"),
            format!("/groups/{}/members/graph.user?$select=id&$count=true&$filter={by}", server.group),
        ] {
            let reply = eventually(&server, token, &format!("/v1.0{path}")).await.expect(403);
            assert_eq!(reply.code(), "Authorization_RequestDenied", "{path}");
        }
        // Whoever does not ask is not refused.
        server.get(token, "/v1.0/users?$select=id").await.expect(200);
    }
}

#[tokio::test]
async fn a_password_says_when_it_was_set_and_who_has_none_does_not() {
    let server = Server::start().await;
    let (guest, _) = server.accepted_guest(ANA).await;
    let token = server.token_of(&server.admin);
    let read = async |id: &str| {
        let path = format!("/v1.0/users/{id}?$select=createdDateTime,lastPasswordChangeDateTime");
        server.get(&token, &path).await.expect(200).json
    };
    let id = server.member.id.to_string();
    let before = read(&id).await;
    assert!(before["lastPasswordChangeDateTime"].is_string(), "{before}");
    assert!(read(&guest).await["lastPasswordChangeDateTime"].is_null());
    server.clock.advance(60);
    let body = json!({ "displayName": "Neo", "userPrincipalName": "neo@fabrikam.example", "mailNickname": "neo",
        "accountEnabled": true, "passwordProfile": { "password": "a long enough sentence 7" } });
    let made = server.post(&token, "/v1.0/users", body).await.expect(201).json;
    let made = read(made["id"].as_str().unwrap()).await;
    assert_eq!(made["lastPasswordChangeDateTime"], made["createdDateTime"]);
    let own = json!({ "currentPassword": PASSWORD, "newPassword": "another long enough sentence" });
    server.post(&server.token_of(&server.member), "/v1.0/me/changePassword", own).await.expect(204);
    let after = read(&id).await;
    assert!(after["lastPasswordChangeDateTime"].as_str() > before["lastPasswordChangeDateTime"].as_str());
    let all = server.get(&token, "/v1.0/users?$select=id,lastPasswordChangeDateTime").await.expect(200).json;
    let all = all["value"].as_array().unwrap();
    let own = all.iter().find(|one| one["id"] == id.as_str()).unwrap();
    assert_eq!(own["lastPasswordChangeDateTime"], after["lastPasswordChangeDateTime"]);
}

const KEPT_BESIDE: &str = "$select=id,signInActivity,lastPasswordChangeDateTime";

/// What a list, an object or a relation that came with it shows of one user beside its row.
fn shown_of(body: &Value, id: &str) -> Option<(Value, Value)> {
    let shown = || (body["signInActivity"].clone(), body["lastPasswordChangeDateTime"].clone());
    match body {
        Value::Array(items) => items.iter().find_map(|item| shown_of(item, id)),
        Value::Object(members) if members.get("id").is_some_and(|own| own == id) => {
            let own = members.contains_key("signInActivity").then(shown);
            own.or_else(|| members.values().find_map(|member| shown_of(member, id)))
        }
        Value::Object(members) => members.values().find_map(|member| shown_of(member, id)),
        _ => None,
    }
}

/// A property that one path knows and another shows empty would be taken for somebody who never signed in.
#[tokio::test]
async fn wherever_a_user_is_shown_the_last_sign_in_is_the_same() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let id = server.member.id.to_string();
    let app = server.make_app("Orders", json!({})).await;
    let start = server.request_of(&app, "openid", &[]);
    server.through_password(&mut Browser::new(), &start, &server.member).await;
    let (report, _) = server.invite(&server.token_of(&server.inviter), ANA).await;
    let (group, role) = (server.group, Role::GuestInviter.id());
    let link = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{id}") });
    for relation in ["members", "owners"] {
        server.post(&token, &format!("/v1.0/groups/{group}/{relation}/$ref"), link.clone()).await.expect(204);
    }
    server.put(&token, &format!("/v1.0/users/{report}/manager/$ref"), link.clone()).await.expect(204);
    server.post(&token, &format!("/v1.0/users/{report}/sponsors/$ref"), link.clone()).await.expect(204);
    server.post(&token, &format!("/v1.0/directoryRoles/{role}/members/$ref"), link).await.expect(204);

    let one = server.get(&token, &format!("/v1.0/users/{id}?{KEPT_BESIDE}")).await.expect(200).json;
    let wanted = shown_of(&one, &id);
    assert!(wanted.as_ref().is_some_and(|(a, b)| a.is_object() && b.is_string()), "{one}");
    let lists = [
        "/users?",
        &format!("/groups/{group}/members?"),
        &format!("/groups/{group}/members/microsoft.graph.user?"),
        &format!("/groups/{group}/members/{id}?"),
        &format!("/groups/{group}/transitiveMembers?"),
        &format!("/groups/{group}/transitiveMembers/microsoft.graph.user?"),
        &format!("/groups/{group}/owners?"),
        &format!("/users/{report}/manager?"),
        &format!("/users/{report}/sponsors?"),
        &format!("/directoryRoles/{role}/members?"),
        &format!("/directoryObjects/{id}?"),
        &format!("/groups/{group}?$expand=members({KEPT_BESIDE})&"),
        &format!("/groups?$expand=owners({KEPT_BESIDE})&"),
        &format!("/users/{report}?$expand=manager({KEPT_BESIDE})&"),
        &format!("/users?$expand=sponsors({KEPT_BESIDE})&$filter=id%20eq%20'{report}'&"),
    ];
    for path in lists {
        let path =
            format!("/v1.0{path}{}", if path.contains("$expand") { "$select=id" } else { KEPT_BESIDE });
        let body = server.get(&token, &path).await.expect(200).json;
        assert_eq!(shown_of(&body, &id), wanted, "{path}: {body}");
    }
    let asked = json!({ "ids": [id] });
    let path = format!("/v1.0/directoryObjects/getByIds?{KEPT_BESIDE}");
    let body = server.post(&token, &path, asked).await.expect(200).json;
    assert_eq!(shown_of(&body, &id), wanted, "{body}");

    // Whoever may not read the log is told so, and not that nobody signed in.
    let most: Vec<Scope> = Scope::ALL.iter().copied().filter(|s| *s != Scope::AuditLogReadAll).collect();
    let without = server.token_with(server.tenant, server.admin.id, 1, &most);
    for path in lists {
        let path =
            format!("/v1.0{path}{}", if path.contains("$expand") { "$select=id" } else { KEPT_BESIDE });
        let refused = server.get(&without, &path).await.expect(403);
        assert_eq!(refused.code(), "Authorization_RequestDenied", "{path}");
    }

    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    for path in ["", "/microsoft.graph.user", &format!("/{id}")] {
        let path = format!("/v1.0/directory/deletedItems{path}?{KEPT_BESIDE}");
        let body = server.get(&token, &path).await.expect(200).json;
        assert_eq!(shown_of(&body, &id), wanted, "{path}: {body}");
    }
}
