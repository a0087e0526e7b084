//! Reading a request printed in an article, filling its placeholders, sending it.

use std::path::PathBuf;

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::harness::{Reply, Server};

pub const OLD: &str = "jonas@contoso.example";
pub const NEW: &str = "jonas@adatum.example";
pub const CC: &str = "buyer@fabrikam.example";
pub const MESSAGE: &str = "Your invitation, with the new address";

/// The article itself, which is not part of this repository.
#[expect(clippy::explicit_write, reason = "the test runner hides what a passing test prints with eprintln!")]
pub fn seed(name: &str) -> Option<String> {
    use std::io::Write as _;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/seeds").join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            writeln!(std::io::stderr(), "skipped: {} ({error})", path.display()).unwrap();
            None
        }
    }
}

/// An accepted guest whose `mail` is the new address already, as both articles ask for first.
pub async fn guest(server: &Server) -> String {
    let (id, _) = server.accepted_guest(OLD).await;
    let token = server.token_of(&server.user_admin);
    server.patch(&token, &format!("/v1.0/users/{id}"), json!({ "mail": NEW })).await.expect(204);
    server.mails().await;
    id
}

/// The printed request with its placeholders filled, its host replaced, and every byte of its body as printed.
pub fn request(printed: &str, token: &str, id: &str) -> Request<Body> {
    let filled = printed
        .replace("eyJ0eX...", token)
        .replace("<<external email>>", NEW)
        .replace("<<optional additional notification email>>", CC)
        .replace("<<custom message>>", MESSAGE)
        .replace("<<ID for the user you want to reset>>", id);
    assert!(!filled.contains("<<"), "a placeholder is left");
    let body_at = filled.find("\n{").unwrap() + 1;
    let (head, body) = filled.split_at(body_at);
    let mut lines = head.lines();
    let (method, address) = lines.next().unwrap().trim().split_once(' ').unwrap();
    let path = address.strip_prefix("https://graph.microsoft.com").unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        request = request.header(name, value.trim());
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    assert_eq!(request.headers()["contenttype"], "application/json", "the header is spelled as printed");
    assert!(!request.headers().contains_key("content-type"));
    request
}

/// What the article promises.
pub async fn assert_reset(server: &Server, id: &str, reply: Reply) {
    let made = reply.expect(201).json;
    assert_eq!(made["invitedUser"]["id"], id);
    assert_eq!(made["invitedUserEmailAddress"], NEW);
    assert_eq!(made["resetRedemption"], true);
    assert_eq!(made["sendInvitationMessage"], true);
    assert_eq!(made["status"], "PendingAcceptance");
    assert_eq!(made["inviteRedirectUrl"], "https://myapps.microsoft.com?tenantId=");
    assert_eq!(made["invitedUserMessageInfo"]["customizedMessageBody"], MESSAGE);
    assert_eq!(made["invitedUserMessageInfo"]["messageLanguage"], "en-US");
    assert_eq!(
        made["invitedUserMessageInfo"]["ccRecipients"],
        json!([{ "emailAddress": { "name": null, "address": CC } }])
    );
    let mails = server.mails().await;
    let to = |address: &str| mails.iter().filter(|mail| mail.to == address).collect::<Vec<_>>();
    let link = made["inviteRedeemUrl"].as_str().unwrap();
    assert!(to(NEW).iter().any(|mail| mail.link().as_deref() == Some(link)), "the new address gets the link");
    assert_eq!(to(CC).len(), 1, "the additional address gets its copy");
    assert!(to(CC)[0].link().is_none(), "without the link");
    assert_eq!(to(OLD).len(), 1, "the old address gets notice");
    let token = server.token_of(&server.user_admin);
    let user =
        server.get(&token, &format!("/v1.0/users/{id}?$select=id,mail,externalUserState")).await.expect(200);
    assert_eq!(user.json["externalUserState"], "PendingAcceptance");
    // It is the same person who comes back with the new address.
    let (_, done) = server.redeem(link, NEW).await;
    assert!(done.text().contains(NEW), "{}", done.text());
    let user =
        server.get(&token, &format!("/v1.0/users/{id}?$select=id,externalUserState")).await.expect(200);
    assert_eq!(user.json["externalUserState"], "Accepted");
}
