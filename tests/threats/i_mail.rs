//! Threats I: what invitation mails say, and what the directory API refuses to put into one. How letters
//! become bytes (I3, and the headers of I4) is tested beside the mailer.

use serde_json::{Value, json};

use crate::harness::{Sent, Server, difference};

const ANA: &str = "ana@contoso.example";
const BEA: &str = "bea@adatum.example";
const EVE: &str = "eve@evil.example";

fn body(info: &Value) -> Value {
    json!({
        "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://portal.example/", "sendInvitationMessage": true,
        "invitedUserMessageInfo": info,
    })
}

async fn letters_of(server: &Server, token: &str, info: &Value) -> Vec<Sent> {
    server.post(token, "/v1.0/invitations", body(info)).await.expect(201);
    server.letters().await
}

#[tokio::test]
async fn i1_the_message_is_text_in_a_marked_block() {
    let server = Server::start().await;
    let tricks = "Hi {{1111*1111}} ${1111*1111} <%= 1111*1111 %> {% raw %} #{7}\n<a href=\"https://evil.example\">Accept</a><script>alert(1)</script>\nhttps://evil.example/redeem\n\nAccept invitation:\nhttps://evil.example/again & \"more\" 'quotes'";
    let token = server.token_of(&server.inviter);
    let letters = letters_of(&server, &token, &json!({ "customizedMessageBody": tricks })).await;
    let mail = &letters[0].letter.mail;
    // As text: every line of it is marked as a quotation, behind the name of who wrote it.
    assert!(mail.text.contains("Message from ingrid"), "{}", mail.text);
    for line in tricks.lines() {
        assert!(mail.text.contains(&format!("> {line}").trim_end().to_owned()), "{line:?} in {}", mail.text);
    }
    assert!(!mail.text.lines().any(|line| line.trim_start().starts_with("https://evil.example")));
    // As HTML: nothing of it is markup, evaluated or made a link.
    assert!(
        mail.html.contains("{{1111*1111}} ${1111*1111}") && !mail.html.contains("1234321"),
        "{}",
        mail.html
    );
    for markup in ["<script", "<a href=\"https://evil", "href=\"https://evil", "<%="] {
        assert!(!mail.html.contains(markup), "{markup} in {}", mail.html);
    }
    assert!(!mail.subject.contains("evil"));
}

#[tokio::test]
async fn i1_names_are_text_everywhere() {
    let server = Server::start().await;
    let markup = "<a href=\"https://evil.example\">{{1111*1111}}</a><img src=x onerror=alert(1)>";
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.inviter.id);
    server.patch(&token, &path, json!({ "displayName": markup })).await.expect(204);
    let mut body = body(&json!({ "ccRecipients": [{ "emailAddress": { "name": markup, "address": BEA } }] }));
    body["invitedUserDisplayName"] = json!(markup);
    let made = server.post(&server.token_of(&server.inviter), "/v1.0/invitations", body).await.expect(201);
    let letters = server.letters().await;
    assert_eq!(letters.len(), 2);
    for letter in &letters {
        let html = &letter.letter.mail.html;
        assert!(
            !html.contains("<img") && !html.contains("href=\"https://evil") && !html.contains("1234321"),
            "{html}"
        );
    }
    let link = made.json["inviteRedeemUrl"].as_str().unwrap();
    let page = crate::harness::Browser::new().get(&server, link).await;
    assert!(
        page.text().contains("{{1111*1111}}")
            && !page.html.contains("<img")
            && !page.html.contains("href=\"https://evil"),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn i1_a_message_has_at_most_2048_characters() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let before = server.look().state();
    let long = "ä".repeat(2049);
    let refused = server
        .post(&token, "/v1.0/invitations", body(&json!({ "customizedMessageBody": long })))
        .await
        .expect(400);
    assert!(refused.text.contains("customizedMessageBody"), "{}", refused.text);
    let after = server.look().state();
    assert!(after == before, "{}", difference(&before, &after));
    let fits = "ä".repeat(2048);
    let letters = letters_of(&server, &token, &json!({ "customizedMessageBody": fits })).await;
    assert!(letters[0].letter.mail.text.contains(&fits));
}

#[tokio::test]
async fn i2_line_ends_and_controls_are_refused_and_nothing_happens() {
    let server = Server::start().await;
    let (token, admin) = (server.token_of(&server.inviter), server.token_of(&server.admin));
    let before = server.look().state();
    let inviter = format!("/v1.0/users/{}", server.inviter.id);
    for end in ["\r\n", "\n", "\r", "\0", "\u{2028}", "\u{2029}", "\u{85}", "\u{b}", "\u{1b}"] {
        let evil = format!("Ana{end}Bcc: eve@evil.example");
        let mut named = body(&json!({}));
        named["invitedUserDisplayName"] = json!(evil);
        let mut addressed = body(&json!({}));
        addressed["invitedUserEmailAddress"] = json!(format!("ana@contoso.example{end}"));
        let mut redirected = body(&json!({}));
        redirected["inviteRedirectUrl"] = json!(format!("https://portal.example/{end}x"));
        let bodies = [
            ("invitedUserDisplayName", named),
            ("invitedUserEmailAddress", addressed),
            ("inviteRedirectUrl", redirected),
            ("messageLanguage", body(&json!({ "messageLanguage": format!("en{end}US") }))),
            (
                "name",
                body(&json!({ "ccRecipients": [{ "emailAddress": { "name": evil, "address": BEA } }] })),
            ),
            (
                "address",
                body(
                    &json!({ "ccRecipients": [{ "emailAddress": { "address": format!("bea{end}@adatum.example") } }] }),
                ),
            ),
        ];
        for (place, body) in bodies {
            let reply = server.post(&token, "/v1.0/invitations", body).await;
            assert_eq!(reply.status, 400, "{place} with {end:?}: {}", reply.text);
            assert!(!reply.text.contains(end) || end == "\n", "the refusal repeats it: {}", reply.text);
        }
        for name in ["displayName", "givenName", "companyName"] {
            let reply = server.patch(&admin, &inviter, json!({ name: evil })).await;
            assert_eq!(reply.status, 400, "{name} with {end:?}: {}", reply.text);
        }
    }
    let after = server.look().state();
    assert!(after == before, "{}", difference(&before, &after));
    assert!(server.letters().await.is_empty());
}

#[tokio::test]
async fn i3_a_message_with_dots_and_line_ends_is_one_quoted_block() {
    let server = Server::start().await;
    let message = "first\r\n.\r\nMAIL FROM:<eve@evil.example>\n.\n..\nlast";
    let token = server.token_of(&server.inviter);
    let letters = letters_of(&server, &token, &json!({ "customizedMessageBody": message })).await;
    assert_eq!(letters.len(), 1);
    let text = &letters[0].letter.mail.text;
    for line in ["> first", "> .", "> MAIL FROM:<eve@evil.example>", "> ..", "> last"] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    assert!(!text.lines().any(|line| line == "." || line.starts_with("MAIL")), "{text}");
    assert!(!text.contains('\r'));
}

#[tokio::test]
async fn i3_no_kind_of_line_end_leaves_the_quotation() {
    let server = Server::start().await;
    for end in ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}"] {
        let message = format!("Hi{end}Accept invitation:{end}https://evil.example/");
        let info = json!({ "customizedMessageBody": message });
        let letters = letters_of(&server, &server.token_of(&server.inviter), &info).await;
        let text = &letters[0].letter.mail.text;
        assert!(text.lines().any(|line| line == "> https://evil.example/"), "{end:?}: {text}");
        assert_eq!(text.matches("evil.example").count(), 1);
        assert!(!text.contains(['\u{2028}', '\u{2029}', '\r']));
    }
}

#[tokio::test]
async fn i3_nul_and_escapes_in_a_message_are_refused() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    for control in ["\0", "\u{1b}[31m", "\u{8}", "\u{7f}"] {
        let info = json!({ "customizedMessageBody": format!("a{control}b") });
        server.post(&token, "/v1.0/invitations", body(&info)).await.expect(400);
    }
    assert!(server.letters().await.is_empty());
}

#[tokio::test]
async fn i4_the_organisation_is_the_sender_and_answers_go_to_the_inviter() {
    let server = Server::start().await;
    let letters =
        letters_of(&server, &server.token_of(&server.inviter), &json!({ "customizedMessageBody": "Hello" }))
            .await;
    assert_eq!(letters[0].letter.from_name, "Fabrikam", "never a name somebody chose for himself");
    assert_eq!(letters[0].letter.reply_to.as_deref(), Some("ingrid@fabrikam.example"));
    assert!(letters[0].letter.mail.text.contains("ingrid"));
    // An application has no mailbox to answer to, and its message is sent all the same.
    let letters =
        letters_of(&server, &server.app_token().await, &json!({ "customizedMessageBody": "From the app" }))
            .await;
    assert_eq!(letters[0].letter.from_name, "Fabrikam");
    assert_eq!(letters[0].letter.reply_to, None);
    assert!(letters[0].letter.mail.text.contains("> From the app"));
}

#[tokio::test]
async fn i4_answers_go_to_proven_mailboxes_only() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    // An address outside that nobody has proven: shown nowhere, answered to never.
    server
        .patch(&admin, &format!("/v1.0/users/{}", server.inviter.id), json!({ "mail": EVE }))
        .await
        .expect(204);
    let letters =
        letters_of(&server, &server.token_of(&server.inviter), &json!({ "customizedMessageBody": "Hello" }))
            .await;
    assert_eq!(letters[0].letter.reply_to, None, "Reply-To named an address that nobody has proven");
    assert!(!letters[0].all().contains(EVE));

    // A guest who invites is answered at the mailbox that was proven when redeeming.
    let (bea, _) = server.accepted_guest(BEA).await;
    let bea = hospes_domain::ids::ObjectId::parse(&bea).unwrap();
    server.clock.advance(3600);
    let guest = server.token_with(server.tenant, bea, 2, hospes_domain::access::Scope::ALL);
    let letters = letters_of(&server, &guest, &json!({ "customizedMessageBody": "Hello" })).await;
    assert_eq!(letters[0].letter.reply_to.as_deref(), Some(BEA));
}

#[tokio::test]
async fn i5_only_the_first_copy_is_mailed_and_it_holds_no_link() {
    let server = Server::start().await;
    let to = |address: &str| json!({ "emailAddress": { "name": "Somebody", "address": address } });
    let many: Vec<Value> =
        std::iter::once(to(BEA)).chain((0..50).map(|n| to(&format!("victim{n}@evil.example")))).collect();
    let info = json!({ "ccRecipients": many, "customizedMessageBody": "Hello" });
    let made =
        server.post(&server.token_of(&server.inviter), "/v1.0/invitations", body(&info)).await.expect(201);
    let letters = server.letters().await;
    let mut recipients: Vec<_> = letters.iter().map(|letter| letter.to.as_str()).collect();
    recipients.sort_unstable();
    assert_eq!(recipients, [ANA, BEA]);
    let link = made.json["inviteRedeemUrl"].as_str().unwrap();
    let ticket = link.split("ticket%3D").nth(1).unwrap().split('%').next().unwrap();
    for letter in &letters {
        let mine = letter.to == ANA;
        assert_eq!(letter.all().contains(ticket), mine, "{}", letter.to);
        assert_eq!(letter.all().contains("/redeem"), mine, "{}", letter.to);
    }
    let copy = letters.iter().find(|letter| letter.to == BEA).unwrap();
    assert!(copy.letter.mail.text.contains(ANA), "the copy says who was invited");
    server.assert_still_pending(made.json["invitedUser"]["id"].as_str().unwrap()).await;
}

#[tokio::test]
async fn i5_a_copy_to_the_guest_or_to_nobody_is_no_second_mail() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    for cc in [
        json!([{ "emailAddress": { "name": "Ana", "address": ANA } }]),
        json!([{ "emailAddress": { "name": "Ana", "address": "ANA@Contoso.Example" } }]),
        json!([{ "emailAddress": { "name": null, "address": null } }]),
        json!([]),
        Value::Null,
    ] {
        let letters = letters_of(&server, &token, &json!({ "ccRecipients": cc })).await;
        assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [ANA], "{cc}");
    }
}

#[tokio::test]
async fn i5_no_mail_to_the_guest_means_no_copy_either() {
    let server = Server::start().await;
    let mut body = body(&json!({ "ccRecipients": [{ "emailAddress": { "address": BEA } }] }));
    body["sendInvitationMessage"] = json!(false);
    server.post(&server.token_of(&server.inviter), "/v1.0/invitations", body).await.expect(201);
    assert!(server.letters().await.is_empty());
}

#[tokio::test]
async fn i5_copies_do_not_bomb_a_stranger() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    for (to, most) in [(BEA, 5), ("boss@fabrikam.example", 8)] {
        let mut copies = 0;
        for n in 0..8 {
            let mut body = body(&json!({ "ccRecipients": [{ "emailAddress": { "address": to } }] }));
            body["invitedUserEmailAddress"] = json!(format!("guest{n}@contoso.example"));
            server.post(&token, "/v1.0/invitations", body).await.expect(201);
            let letters = server.letters().await;
            assert!(
                letters.iter().any(|letter| letter.to.starts_with("guest")),
                "the guest is told all the same"
            );
            copies += letters.iter().filter(|letter| letter.to == to).count();
        }
        assert_eq!(copies, most, "{to}");
        server.clock.advance(3601);
    }
}
