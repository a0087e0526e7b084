//! The exact refusals: which field, what is wrong with it, what to do; and nothing has happened: no user, no mail, no
//! success in the audit log.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::harness::{Reply, Server};

fn invitation() -> Value {
    json!({
        "invitedUserEmailAddress": "ana@contoso.example",
        "inviteRedirectUrl": "https://myapps.microsoft.com",
        "sendInvitationMessage": true,
    })
}

/// The invitation with one place changed; the place is a JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut body = invitation();
    body["invitedUserMessageInfo"] = json!({ "messageLanguage": null, "ccRecipients": [{ "emailAddress": { "name": null, "address": null } }] });
    body["invitedUser"] = json!({});
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
    body
}

async fn raw(server: &Server, token: &str, path: &str, body: impl Into<Body>) -> Reply {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    server.raw(request.body(body.into()).unwrap()).await
}

/// The refusal names the field in its message and as the target of its detail, with a cause and a remedy.
fn names(reply: &Reply, field: &str) {
    assert_eq!(reply.status, 400, "{field}: {}", reply.text);
    assert_eq!(reply.code(), "BadRequest", "{field}");
    let rest = reply.message().strip_prefix(field).unwrap_or_else(|| panic!("{field}: {}", reply.message()));
    let sentences = rest.trim_start_matches(": ").split(". ").filter(|text| !text.trim().is_empty()).count();
    assert!(sentences >= 2, "cause and remedy: {}", reply.message());
    assert_eq!(reply.json["error"]["details"][0]["target"], field, "{}", reply.text);
}

#[tokio::test]
async fn a_body_that_is_not_json_says_where() {
    let server = Server::start().await;
    let token = server.token_of(&server.user_admin);
    let before = server.look().state();
    for (body, told) in [
        ("{\"invitedUserEmailAddress\":", "line 1"),
        ("{\"a\":1,}", "line 1, column 8"),
        ("{\n\n'a':1}", "line 3"),
        ("{\"a\":01}", "JSON"),
        ("{\"a\":\"\\ud800\"}", "JSON"),
        ("", "empty"),
        ("[]", "object"),
        ("\"x\"", "object"),
        ("{\"mail\":\"a\",\"mail\":\"b\"}", "once"),
        ("{\"Mail\":\"a\",\"mail\":\"b\"}", "once"),
        (
            r#"{"invitedUserEmailAddress":"a@b.example","inviteRedirectUrl":"https://a.example","invitedUser":{"id":"a","ID":"b"}}"#,
            "once",
        ),
        (
            r#"{"invitedUserEmailAddress":"a@b.example","inviteRedirectUrl":"https://a.example","other":{"x":1,"x":2}}"#,
            "once",
        ),
    ] {
        let reply = raw(&server, &token, "/v1.0/invitations", body).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (400, "BadRequest"), "{body}: {}", reply.text);
        assert!(reply.message().contains(told), "{body}: {}", reply.message());
    }
    let request = Request::post("/v1.0/invitations")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "text/plain");
    let reply = server.raw(request.body(Body::from(invitation().to_string())).unwrap()).await;
    assert_eq!(reply.status, 415, "{}", reply.text);
    let reply = raw(&server, &token, "/v1.0/invitations", vec![b' '; 1024 * 1024 + 1]).await;
    assert_eq!(reply.status, 413, "{}", reply.text);
    assert_eq!(server.look().state(), before);
}

/// Where something is put, what, and which property the refusal must name.
type Wrong = (&'static str, Value, &'static str);

fn long(n: usize) -> Value {
    Value::from("x".repeat(n))
}

fn wrong_properties() -> Vec<Wrong> {
    vec![
        ("/invitedUserEmailAddress", json!(["a@b.example", "c@d.example"]), "invitedUserEmailAddress"),
        ("/invitedUserEmailAddress", json!({ "address": "a@b.example" }), "invitedUserEmailAddress"),
        ("/invitedUserEmailAddress", json!(7), "invitedUserEmailAddress"),
        ("/invitedUserEmailAddress", json!(null), "invitedUserEmailAddress"),
        ("/invitedUserEmailAddress", json!(""), "invitedUserEmailAddress"),
        ("/invitedUserEmailAddress", json!("no address"), "invitedUserEmailAddress"),
        (
            "/invitedUserEmailAddress",
            json!(format!("{}@contoso.example", "a".repeat(65))),
            "invitedUserEmailAddress",
        ),
        (
            "/invitedUserEmailAddress",
            json!("ana@contoso.example\r\nBcc: eve@evil.example"),
            "invitedUserEmailAddress",
        ),
        ("/inviteRedirectUrl", json!(["https://a.example"]), "inviteRedirectUrl"),
        ("/inviteRedirectUrl", json!(null), "inviteRedirectUrl"),
        ("/inviteRedirectUrl", json!("//evil.example"), "inviteRedirectUrl"),
        ("/inviteRedirectUrl", json!(format!("https://a.example/{}", "x".repeat(2048))), "inviteRedirectUrl"),
        ("/sendInvitationMessage", json!("true"), "sendInvitationMessage"),
        ("/sendInvitationMessage", json!(1), "sendInvitationMessage"),
        ("/resetRedemption", json!("true"), "resetRedemption"),
        ("/resetRedemption", json!([]), "resetRedemption"),
        ("/invitedUserType", json!("Admin"), "invitedUserType"),
        ("/invitedUserType", json!(1), "invitedUserType"),
        ("/invitedUserDisplayName", long(257), "invitedUserDisplayName"),
        ("/invitedUserDisplayName", json!("a\nb"), "invitedUserDisplayName"),
        ("/invitedUserDisplayName", json!("a\u{0}b"), "invitedUserDisplayName"),
        ("/invitedUserDisplayName", json!("a\u{2028}b"), "invitedUserDisplayName"),
    ]
}

fn wrong_inside() -> Vec<Wrong> {
    let info = "invitedUserMessageInfo";
    vec![
        ("/invitedUser", json!("x"), "invitedUser"),
        ("/invitedUser/id", json!(["x"]), "invitedUser.id"),
        ("/invitedUserMessageInfo", json!([]), info),
        (
            "/invitedUserMessageInfo/customizedMessageBody",
            long(2049),
            "invitedUserMessageInfo.customizedMessageBody",
        ),
        (
            "/invitedUserMessageInfo/customizedMessageBody",
            json!({}),
            "invitedUserMessageInfo.customizedMessageBody",
        ),
        (
            "/invitedUserMessageInfo/messageLanguage",
            json!("en-US\r\nX: y"),
            "invitedUserMessageInfo.messageLanguage",
        ),
        ("/invitedUserMessageInfo/ccRecipients", json!({}), "invitedUserMessageInfo.ccRecipients"),
    ]
}

#[tokio::test]
async fn wrong_types_and_long_values_name_the_field() {
    let server = Server::start().await;
    let token = server.token_of(&server.user_admin);
    let (before, successes) = (server.look().state(), server.look().audited("success"));
    for (pointer, value, field) in wrong_properties().into_iter().chain(wrong_inside()) {
        names(&server.post(&token, "/v1.0/invitations", with(pointer, value)).await, field);
    }
    assert_eq!(server.look().state(), before);
    assert_eq!(server.look().audited("success"), successes);
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn a_users_values_are_bounded_and_named() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.member.id);
    let before = server.look().state();
    for (field, value) in [
        ("displayName", long(257)),
        ("displayName", json!("")),
        ("displayName", json!(null)),
        ("displayName", json!(7)),
        ("displayName", json!("a\u{2028}b")),
        ("givenName", long(65)),
        ("surname", long(65)),
        ("jobTitle", long(129)),
        ("companyName", long(65)),
        ("department", long(65)),
        ("employeeId", long(17)),
        ("streetAddress", long(1025)),
        ("postalCode", long(41)),
        ("mobilePhone", long(65)),
        ("usageLocation", json!("DEU")),
        ("jobTitle", json!("a\r\nb")),
        ("city", json!(["x"])),
        ("businessPhones", json!("x")),
        ("businessPhones", json!(["1", "2"])),
        ("otherMails", json!("x")),
        ("otherMails", json!(["no address"])),
        ("mail", json!("a@b@c")),
        ("mail", json!("a@[127.0.0.1]")),
        ("accountEnabled", json!("false")),
        ("userType", json!("Admin")),
        ("passwordProfile", json!("x")),
        ("userPrincipalName", json!("mia@evil.example")),
        ("preferredLanguage", json!("de\r\nX: y")),
        ("noSuchProperty", json!(1)),
    ] {
        let reply =
            server.patch(&token, &path, json!({ "jobTitle": "Harmless", field: value.clone() })).await;
        assert_eq!(reply.status, 400, "{field} {value}: {}", reply.text);
        assert_eq!(reply.code(), "Request_BadRequest", "{field}");
        assert!(reply.message().contains(field), "{field} {value}: {}", reply.message());
    }
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn a_groups_values_are_bounded_and_named() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let before = server.look().state();
    let mut wrong = Vec::new();
    for (field, value) in [
        ("displayName", long(257)),
        ("displayName", json!("")),
        ("displayName", json!("a\r\nb")),
        ("displayName", json!("a\u{2028}b")),
        ("description", long(1025)),
        ("mailNickname", json!("a b")),
        ("mailNickname", long(65)),
        ("securityEnabled", json!("true")),
        ("isAssignableToRole", json!("yes")),
        ("groupTypes", json!("x")),
    ] {
        let mut body = json!({ "displayName": "Group", "mailEnabled": false, "mailNickname": "group", "securityEnabled": true });
        body[field] = value.clone();
        let reply = server.post(&token, "/v1.0/groups", body).await;
        if reply.status != 400 || !reply.message().contains(field) {
            wrong.push(format!("{field} {value}: {} {}", reply.status, reply.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn each_surface_refuses_in_its_own_dialect() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let graph = server.get(&token, "/v1.0/nothing/here").await.expect(400);
    assert!(graph.json["error"]["innerError"]["request-id"].is_string());
    let oauth =
        server.token_request(&server.tenant.to_string(), &[("grant_type", "spells")]).await.expect(400);
    assert_eq!(oauth.json["error"], "unsupported_grant_type");
    assert!(oauth.json["error_description"].as_str().unwrap().starts_with("AADSTS"));
    let large = Request::post(format!("/{}/oauth2/v2.0/token", server.tenant))
        .header("content-type", "application/x-www-form-urlencoded");
    let reply = server.raw(large.body(Body::from("x".repeat(1024 * 1024 + 1))).unwrap()).await.expect(413);
    assert!(reply.json["error"].is_string());
    let page = server.raw(Request::get("/no/such/page").body(Body::empty()).unwrap()).await.expect(404);
    assert!(page.json.is_null());
    // A page that is there, asked with a method it does not have, is refused in words and not with silence.
    for (method, path) in [("POST", "/t/redeem/welcome"), ("GET", "/t/redeem/accept"), ("PUT", "/myapps")] {
        let reply =
            server.raw(Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, 405, "{method} {path}");
        assert!(!reply.text.is_empty(), "{method} {path}");
    }
}

#[tokio::test]
async fn unknown_ids_of_every_spelling_are_one_404() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let before = server.look().state();
    for key in [
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-4000-8000-000000000001",
        "nobody@fabrikam.example",
        "nobody@contoso.example",
        "x",
        "%27",
        "%00",
        "ana_contoso.example%23EXT%23%40fabrikam.example",
        "%F0%9F%92%A5",
        "..%2F..%2Fx",
    ] {
        for (method, body) in
            [("GET", Value::Null), ("PATCH", json!({ "jobTitle": "x" })), ("DELETE", Value::Null)]
        {
            let reply = server.call(&token, method, &format!("/v1.0/users/{key}"), body).await;
            assert!(matches!(reply.status.as_u16(), 400 | 404), "{method} {key}: {}", reply.text);
            if reply.status == 404 {
                assert_eq!(reply.code(), "Request_ResourceNotFound");
                assert!(reply.message().ends_with(
                    "does not exist or one of its queried reference-property objects are not present."
                ));
            }
        }
    }
    assert_eq!(server.look().state(), before);
}
