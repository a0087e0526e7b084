//! Threats K14: what strangers and time could pile up without end.

use hospes_actions::jobs;
use serde_json::json;

use crate::harness::{Browser, Server};

const DAY: i64 = 24 * 3600;

fn count(server: &Server, table: &str) -> i64 {
    server.look().count(table)
}

/// Names somebody and goes one step further, as strangers with a list of addresses do.
async fn try_one(server: &Server, address: &str) {
    let mut browser = Browser::new();
    let page = server.name_address(&mut browser, address).await;
    if address.ends_with("fabrikam.example") {
        browser.submit(server, &page.form_to("/password"), &[("password", "a guess")]).await;
    } else {
        browser.submit(server, &page.form_to("/send-code"), &[]).await;
    }
}

#[tokio::test]
async fn k14_addresses_that_strangers_try_leave_nothing_behind() {
    let server = Server::start().await;
    for n in 0..10 {
        try_one(&server, &format!("nobody{n}@fabrikam.example")).await;
        try_one(&server, &format!("nobody{n}@contoso.example")).await;
    }
    assert!(count(&server, "counters") >= 20, "each address has counters of its own");
    server.clock.advance(3 * DAY);
    while jobs::sweep(&server.app).await.unwrap() {}
    try_one(&server, "nobody@contoso.example").await;
    assert_eq!(count(&server, "counters"), 1, "only the newest is still worth anything");
    assert_eq!(count(&server, "passcodes"), 1);
    assert_eq!(count(&server, "sign_in_flows"), 1);
}

#[tokio::test]
async fn k14_mails_that_were_sent_are_forgotten_after_a_month() {
    let server = Server::start().await;
    let token = server.app_token().await;
    server.invite(&token, "ana@contoso.example").await;
    assert_eq!(server.mails().await.len(), 1);
    server.clock.advance(31 * DAY);
    let token = server.app_token().await;
    server.invite(&token, "bea@contoso.example").await;
    assert_eq!(server.mails().await.len(), 1);
    jobs::sweep(&server.app).await.unwrap();
    assert_eq!(count(&server, "jobs"), 1, "the job of a month ago is gone");
}

#[tokio::test]
async fn k14_a_user_has_fifty_other_addresses_at_most() {
    let server = Server::start().await;
    let token = server.token_of(&server.user_admin);
    let many: Vec<String> = (0..51).map(|n| format!("ana{n}@contoso.example")).collect();
    let before = server.look().state();
    let new = json!({
        "userPrincipalName": "ana@fabrikam.example", "displayName": "Ana", "otherMails": many, "accountEnabled": true, "mailNickname": "ana",
        "passwordProfile": { "password": "a long enough password" },
    });
    server.post(&token, "/v1.0/users", new).await.expect(400);
    let path = format!("/v1.0/users/{}", server.member.id);
    server.patch(&token, &path, json!({ "otherMails": many })).await.expect(400);
    assert_eq!(server.look().state(), before);
    server.patch(&token, &path, json!({ "otherMails": many[..50] })).await.expect(204);
}
