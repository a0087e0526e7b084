//! Threats B12 to B16: how addresses are read. One strict parser everywhere; whatever two programs could
//! read differently is refused, and what differs is never folded into one.

use serde_json::{Value, json};

use crate::harness::{Browser, Reply, Server, difference};

const ANA: &str = "ana@contoso.example";

fn body(address: &Value) -> Value {
    json!({ "invitedUserEmailAddress": address, "inviteRedirectUrl": "https://portal.example/", "sendInvitationMessage": true })
}

async fn invite(server: &Server, address: &str) -> Reply {
    server.post(&server.token_of(&server.inviter), "/v1.0/invitations", body(&json!(address))).await
}

/// Every surface that takes an address refuses each of these, and nothing happens.
async fn assert_refused_everywhere(bad: &[&str]) {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let admin = server.token_of(&server.admin);
    let before = server.look().state();
    for address in bad {
        let reply = invite(&server, address).await.expect(400);
        assert!(
            reply.message().contains("mail") || reply.text.contains("invitedUserEmailAddress"),
            "{}",
            reply.text
        );
        let cc = json!({
            "invitedUserEmailAddress": "bea@contoso.example", "inviteRedirectUrl": "https://portal.example/",
            "invitedUserMessageInfo": { "ccRecipients": [{ "emailAddress": { "address": address } }] },
        });
        server.post(&admin, "/v1.0/invitations", cc).await.expect(400);
        for change in [json!({ "mail": address }), json!({ "otherMails": [address] })] {
            server.patch(&admin, &format!("/v1.0/users/{id}"), change).await.expect(400);
        }
    }
    let after = server.look().state();
    assert!(after == before, "{}", difference(&before, &after));
    for address in bad {
        let page = server.name_address(&mut Browser::new(), address).await;
        assert_eq!(page.status, 422, "{address:?}: {}", page.html);
    }
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn b12_letters_that_only_look_or_fold_alike_are_refused() {
    assert_refused_everywhere(&[
        "an\u{131}@contoso.example",   // dotless i
        "\u{17f}am@contoso.example",   // long s
        "\u{212a}ate@contoso.example", // Kelvin sign
        "ana@contoso.examp\u{212a}e",
        "ana@conto\u{17f}o.example",
        "ana\u{ff20}contoso.example",  // full-width @
        "ana@\u{ff43}ontoso.example",  // full-width c
        "ana@contoso\u{ff0e}example",  // full-width dot
        "ana@contoso\u{3002}example",  // ideographic dot
        "ana\u{200b}@contoso.example", // zero width
        "ana@con\u{200d}toso.example",
        "ana@con\u{ad}toso.example",   // soft hyphen
        "\u{202e}ana@contoso.example", // bidi override
        "ana@\u{2066}contoso.example",
        "ana\u{0}@contoso.example",
        "ana@contoso.example\u{7f}",
        "ana@contoso.\u{378}xample", // unassigned
        "ána@contoso.example",
        "ana\u{301}@contoso.example",
    ])
    .await;
}

#[tokio::test]
async fn b12_letter_case_is_one_mailbox_and_mail_goes_to_the_stored_spelling() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let again = invite(&server, "ANA@Contoso.EXAMPLE").await.expect(201);
    assert_eq!(again.json["invitedUser"]["id"], id, "a second guest for the same mailbox");
    server.mails().await;
    let page = server.ask_to_sign_in(&mut Browser::new(), "ANA@Contoso.EXAMPLE").await;
    assert_eq!(page.status, 200);
    let mails = server.mails().await;
    assert_eq!(mails.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(), [ANA]);
    assert_eq!(server.bound(&id).await, 1);
}

#[tokio::test]
async fn b13_foreign_domains_are_kept_as_a_labels() {
    let server = Server::start().await;
    let made = invite(&server, "jürgen@bücher.example").await;
    made.expect(400); // The local part is not ASCII.
    let made = invite(&server, "juergen@Bücher.example").await.expect(201);
    let id = made.json["invitedUser"]["id"].as_str().unwrap();
    assert_eq!(server.user(id, "mail").await["mail"], "juergen@xn--bcher-kva.example");
    assert_eq!(server.mails().await[0].to, "juergen@xn--bcher-kva.example");
    let same = invite(&server, "juergen@xn--bcher-kva.example").await.expect(201);
    assert_eq!(same.json["invitedUser"]["id"], id, "one mailbox, however it is written");
    // Greek and Cyrillic twins of a Latin name are other domains, and shown as what they are.
    let twin = invite(&server, "ana@c\u{43e}ntoso.example").await.expect(201);
    let twin_id = twin.json["invitedUser"]["id"].as_str().unwrap();
    let (real, _) = server.pending(ANA).await;
    assert_ne!(twin_id, real);
    let link = twin.json["inviteRedeemUrl"].as_str().unwrap();
    let page = Browser::new().get(&server, link).await;
    assert!(page.text().contains("@xn--") && !page.text().contains('\u{43e}'), "{}", page.text());
}

#[tokio::test]
async fn b13_labels_that_do_not_come_back_the_same_are_refused() {
    assert_refused_everywhere(&[
        "ana@xn--example.example",
        "ana@xn--.example",
        "ana@xn--a.example",
        "ana@xn--contoso-.example",
        "ana@xn--a-ecp.ru\u{2c}b.example",
        "ana@XN--BCHER-KV.example\u{e4}\u{308}",
        "ana@xn--ls8h=.example",
    ])
    .await;
}

#[tokio::test]
async fn b14_tricks_of_syntax_are_refused() {
    assert_refused_everywhere(&[
        "ana",
        "@contoso.example",
        "ana@",
        "a@b@c.example",
        "ana@contoso.example@evil.example",
        "\"ana\"@contoso.example",
        "\"ana@evil.example\"@contoso.example",
        "ana(comment)@contoso.example",
        "ana@(comment)contoso.example",
        "=?utf-8?q?ana=40evil.example=3e=00?=@contoso.example",
        "@relay.example:ana@contoso.example",
        "relay!ana@contoso.example",
        "ana%evil.example@contoso.example",
        "ana@[127.0.0.1]",
        "ana@[IPv6:::1]",
        "ana@127.0.0.1",
        "Ana <ana@contoso.example>",
        "ana@contoso.example, eve@evil.example",
        "ana@contoso.example;eve@evil.example",
        "ana@contoso.example\r\nBcc: eve@evil.example",
        ".ana@contoso.example",
        "ana.@contoso.example",
        "a..na@contoso.example",
        "ana@contoso",
        "ana@.contoso.example",
        "ana@contoso..example",
        "ana@contoso.example.",
        "ana@-contoso.example",
        "ana@con_toso.example",
        "ana\\@contoso.example",
    ])
    .await;
    let server = Server::start().await;
    for (long, status) in [(64, 201), (65, 400), (10_000, 400)] {
        invite(&server, &format!("{}@contoso.example", "a".repeat(long))).await.expect(status);
    }
    // White space around an address is not forgiven by the API; a form forgives what was pasted.
    for padded in [" ana@contoso.example", "ana@contoso.example\t", "ana @contoso.example"] {
        invite(&server, padded).await.expect(400);
    }
}

#[tokio::test]
async fn b15_plus_and_dots_are_mailboxes_of_their_own() {
    let server = Server::start().await;
    let addresses = [
        "an.a@contoso.example",
        ANA,
        "ana+x@contoso.example",
        "ana+y@contoso.example",
        "o'ana@contoso.example",
    ];
    let mut ids = Vec::new();
    for address in addresses {
        let (id, _) = server.pending(address).await;
        assert_eq!(server.user(&id, "mail").await["mail"], address);
        ids.push(id);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), addresses.len(), "two addresses were folded into one guest");
}

#[tokio::test]
async fn b15_an_invitation_to_a_plus_address_is_not_redeemed_by_the_plain_one() {
    let server = Server::start().await;
    let (id, link) = server.pending("ana+x@contoso.example").await;
    let mut browser = Browser::new();
    let code_page = server.begin(&mut browser, &link).await;
    assert_eq!(
        server.mails().await.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(),
        ["ana+x@contoso.example"]
    );
    // Whoever has only the plain mailbox has only codes of his own.
    let (_, plain) = server.pending(ANA).await;
    let mut own = Browser::new();
    server.begin(&mut own, &plain).await;
    let code = server.code_for(ANA).await;
    let page = browser.submit(&server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
    assert_eq!(page.status, 422);
    server.assert_still_pending(&id).await;
    // Nor does the plain address find that guest when signing in.
    server.ask_to_sign_in(&mut Browser::new(), "an.a@contoso.example").await;
    assert!(server.mails().await.is_empty());
}

#[tokio::test]
async fn b16_an_address_is_one_text_named_once() {
    use axum::body::Body;
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let before = server.look().state();
    for wrong in [
        json!([ANA, "eve@evil.example"]),
        json!([ANA]),
        json!({ "address": ANA }),
        json!(1),
        json!(true),
        Value::Null,
        json!(""),
    ] {
        server.post(&token, "/v1.0/invitations", body(&wrong)).await.expect(400);
    }
    for twice in [
        r#"{"invitedUserEmailAddress":"ana@contoso.example","invitedUserEmailAddress":"eve@evil.example","inviteRedirectUrl":"https://p.example/"}"#,
        r#"{"invitedUserEmailAddress":"ana@contoso.example","InvitedUserEmailAddress":"eve@evil.example","inviteRedirectUrl":"https://p.example/"}"#,
        r#"{"invitedUserEmailAddress":"ana@contoso.example","invitedUserEmail\u0041ddress":"eve@evil.example","inviteRedirectUrl":"https://p.example/"}"#,
        r#"{"invitedUserEmailAddress":"ana@contoso.example","inviteRedirectUrl":"https://p.example/","invitedUserMessageInfo":{"ccRecipients":[{"emailAddress":{"address":"a@b.example","address":"c@d.example"}}]}}"#,
    ] {
        let request = http::Request::post("/v1.0/invitations")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Body::from(twice))
            .unwrap();
        server.raw(request).await.expect(400);
    }
    let after = server.look().state();
    assert!(after == before, "{}", difference(&before, &after));
    assert!(server.mails().await.is_empty());
}
