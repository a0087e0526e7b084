//! Threats A, the link itself: guessed, forwarded, read by the wrong person, edited, carried elsewhere. Links that
//! are over are in `a_ended_links`, what browsers do with a link in `a_browsers`.

use serde_json::json;
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::harness::{Browser, INVITED, Page, Server, other_than};

const ANA: &str = "ana@contoso.example";
const ORIGIN: &str = "https://hospes.example";

/// The address inside a redeem URL.
fn inner(link: &str) -> Url {
    let outer = Url::parse(link).unwrap();
    let rd = outer.query_pairs().find(|(name, _)| name == "rd").unwrap().1.into_owned();
    Url::parse(&rd).unwrap()
}

fn outer(inner: &str) -> String {
    let encoded: String = byte_serialize(inner.as_bytes()).collect();
    format!("{ORIGIN}/redeem?rd={encoded}")
}

fn part(link: &str, name: &str) -> String {
    inner(link).query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// The link with one parameter of its inner address replaced.
fn with(link: &str, name: &str, value: &str) -> String {
    let mut url = inner(link);
    let kept: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(key, _)| key != name).collect();
    url.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
    outer(url.as_str())
}

/// The ticket with one letter changed.
fn bent(ticket: &str, at: usize) -> String {
    let letter = if &ticket[at..=at] == "A" { "B" } else { "A" };
    format!("{}{letter}{}", &ticket[..at], &ticket[at + 1..])
}

/// What a stranger sees of an answer: all but the ids of the request and this browser's own cookie.
fn seen(page: &Page) -> (u16, String, Vec<(String, String)>) {
    let own = ["request-id", "client-request-id", "set-cookie"];
    let headers = page.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (page.status.as_u16(), page.html.clone(), headers)
}

#[tokio::test]
async fn a1_every_link_that_is_not_ours_gets_the_same_answer() {
    let server = Server::start().await;
    let (other, _, _) = server.second_tenant("contoso.example").await;
    let (id, link) = server.pending("ana@adatum.example").await;
    let ticket = part(&link, "ticket");
    let keys = server.app.keys(server.tenant).unwrap();
    let mut links = vec![
        format!("{ORIGIN}/redeem"),
        format!("{ORIGIN}/redeem?rd="),
        format!("{ORIGIN}/redeem?rd=%00%ff"),
        format!("{ORIGIN}/redeem?rd={}", "x".repeat(10_000)),
        format!("{ORIGIN}/redeem/?tenant={}&ticket=short", server.tenant),
        outer("https://evil.example/redeem/"),
        outer(&format!("{}&ticket={ticket}", inner(&link))),
        with(&link, "ticket", &ticket[..60]),
        with(&link, "ticket", &format!("{ticket}A")),
        with(&link, "tenant", &other.to_string()),
        with(&link, "tenant", "00000000-0000-0000-0000-000000000000"),
        with(&link, "tenant", "fabrikam.example"),
        // A good MAC for a row that does not exist: only a stolen key could make it.
        with(&link, "ticket", &keys.issue_link("redeem", [9; 16]).encode()),
    ];
    // The version, the ticket id and the MAC, each bent.
    links.extend([1, 10, 40, 68].map(|at| with(&link, "ticket", &bent(&ticket, at))));
    let expected = seen(&Browser::new().get(&server, &links[0]).await);
    assert_eq!(expected.0, 404);
    for bad in &links {
        let mut browser = Browser::new();
        let page = browser.get(&server, bad).await;
        assert_eq!(seen(&page), expected, "{bad}");
        assert!(!browser.cookies.contains_key("__Host-hospes-redeem"), "{bad}");
    }
    server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn a1_tickets_hold_128_random_bits_and_a_mac() {
    let server = Server::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for n in 0..20 {
        let (_, link) =
            server.invite(&server.token_of(&server.inviter), &format!("guest{n}@contoso.example")).await;
        let ticket = part(&link, "ticket");
        // 4 bytes of key version, 16 of ticket id, 32 of MAC, in base64url.
        assert_eq!(ticket.len(), 70);
        let id = ticket[6..27].to_owned();
        assert!(seen.insert(id), "a ticket came twice");
    }
}

#[tokio::test]
async fn a1_nothing_at_rest_suffices_to_build_a_link() {
    use base64::Engine as _;
    let server = Server::start().await;
    let (id, link) = server.invite(&server.token_of(&server.inviter), ANA).await;
    let ticket = part(&link, "ticket");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&ticket).unwrap();
    // The row, waiting mail and audit record are written; the ticket's id is in the row, its MAC nowhere.
    assert!(server.is_at_rest(&bytes[4..20]));
    for secret in [ticket.as_bytes(), &ticket.as_bytes()[28..], &bytes[20..], &bytes[20..36]] {
        assert!(!server.is_at_rest(secret), "part of a link is at rest");
    }
    server.mails().await;
    assert!(!server.is_at_rest(&bytes[20..]));
    server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn a2_the_holder_of_a_link_gets_no_further_than_the_code() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut thief = Browser::new();
    let code_page = server.begin(&mut thief, &link).await;
    assert!(code_page.text().contains("a***@contoso.example"));
    assert!(!code_page.text().contains(ANA), "the holder of a link learns the address");
    let mails = server.mails().await;
    assert_eq!(
        mails.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(),
        [ANA],
        "the code goes to the invited mailbox only"
    );
    let code = mails[0].code().unwrap();
    for wrong in [other_than(&code).as_str(), "00000000", "", "12345678901234567890", "' or 1=1"] {
        let page = thief.submit(&server, &code_page.form_to("/redeem/code"), &[("code", wrong)]).await;
        assert_eq!(page.status, 422, "{}", page.html);
    }
    // Jumping ahead: the page of consent, and its form posted without having been shown.
    assert_eq!(thief.get(&server, "/redeem/consent").await.status, 409);
    let mut consent = code_page.form_to("/redeem/code");
    consent.action = "/redeem/consent".into();
    assert_eq!(thief.submit(&server, &consent, &[]).await.status, 409);
    assert!(thief.session().is_none());
    server.assert_still_pending(&id).await;
    // The guest is not hindered.
    server.redeem(&link, ANA).await;
    server.assert_redeemed_once(&id).await;
}

#[tokio::test]
async fn a3_who_invites_cannot_redeem_a_mailbox_of_somebody_else() {
    let server = Server::start().await;
    // Without a mail: only the caller has the link.
    let body = json!({ "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://portal.example/" });
    let made = server.post(&server.app_token().await, "/v1.0/invitations", body).await.expect(201);
    let (id, link) =
        (made.json["invitedUser"]["id"].as_str().unwrap(), made.json["inviteRedeemUrl"].as_str().unwrap());
    assert!(server.mails().await.is_empty(), "no mail was asked for");
    let mut caller = Browser::new();
    let code_page = server.begin(&mut caller, link).await;
    let page = caller.submit(&server, &code_page.form_to("/redeem/code"), &[("code", "00000000")]).await;
    assert_eq!(page.status, 422);
    server.assert_still_pending(id).await;
    assert_eq!(server.mails().await.iter().filter(|m| m.to != ANA).count(), 0);
}

#[tokio::test]
async fn a3_the_link_stands_in_the_create_answer_and_nowhere_else() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (id, link) = server.pending(ANA).await;
    let (ticket, invitation) = (part(&link, "ticket"), part(&link, "user"));
    for path in [
        "/v1.0/invitations".to_owned(),
        format!("/v1.0/invitations/{invitation}"),
        format!("/beta/invitations/{invitation}"),
        format!("/v1.0/users/{id}"),
        format!("/v1.0/users/{id}?$select=id,mail,otherMails,identities,externalUserState"),
        "/v1.0/users?$top=999".to_owned(),
        "/v1.0/auditLogs/directoryAudits?$top=999".to_owned(),
        "/v1.0/hospes.mails?$top=999".to_owned(),
        format!("/v1.0/users/{id}/hospes.history"),
        format!("/v1.0/users/{id}/hospes.invitations"),
    ] {
        let reply = server.get(&token, &path).await;
        assert!(
            !reply.text.contains(&ticket) && !reply.text.contains("inviteRedeemUrl"),
            "{path}: {}",
            reply.text
        );
    }
    let audit = format!("{:?}", hospes_actions::audit::newest(&server.app, server.tenant).await.unwrap());
    assert!(audit.contains(INVITED));
    assert!(!audit.contains(&ticket) && !audit.contains("/redeem"), "{audit}");
    let page = Browser::new().get(&server, &link).await;
    assert!(!page.html.contains(&ticket), "the page repeats the ticket");
}

#[tokio::test]
async fn a4_what_is_written_into_a_link_is_not_believed() {
    let server = Server::start().await;
    let (eve, eves) = server.pending("eve@evil.example").await;
    let (ana, anas) = server.pending(ANA).await;
    let mut claims = inner(&eves);
    claims.query_pairs_mut().extend_pairs([
        ("email", ANA),
        ("user_id", ana.as_str()),
        ("role", "Global Administrator"),
        ("redirect", "https://evil.example"),
    ]);
    // The id beside the ticket is another's, facts are added, the host is another's: all without effect.
    let edited = with(&outer(claims.as_str()), "user", &part(&anas, "user"))
        .replace("hospes.example%2F", "evil.example%2F");
    let mut browser = Browser::new();
    let welcome = browser.get(&server, &edited).await;
    assert_eq!(welcome.status, 200, "{}", welcome.html);
    assert!(welcome.url.starts_with(ORIGIN));
    assert!(welcome.text().contains("e***@evil.example") && !welcome.html.contains("contoso.example"));
    browser.submit(&server, &welcome.form_to("/redeem/accept"), &[]).await;
    assert_eq!(server.mails().await.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(), ["eve@evil.example"]);
    for id in [&ana, &eve] {
        server.assert_still_pending(id).await;
    }
}

#[tokio::test]
async fn a5_a_link_of_another_purpose_or_tenant_opens_nothing() {
    use base64::Engine as _;
    let server = Server::start().await;
    let (other, admin, _) = server.second_tenant("contoso.example").await;
    let (id, link) = server.pending("ana@adatum.example").await;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part(&link, "ticket")).unwrap();
    let row: [u8; 16] = bytes[4..20].try_into().unwrap();
    // The very ticket of an open invitation, vouched for by the very key, for another purpose.
    for purpose in ["approve", "verify", "redeem ", "", "REDEEM"] {
        let ticket = server.app.keys(server.tenant).unwrap().issue_link(purpose, row).encode();
        assert_eq!(
            Browser::new().get(&server, &with(&link, "ticket", &ticket)).await.status,
            404,
            "{purpose}"
        );
    }
    // And vouched for by another tenant of this server, at that tenant and at ours.
    let foreign = server.app.keys(other).unwrap().issue_link("redeem", row).encode();
    let at_ours = with(&link, "ticket", &foreign);
    for bad in [&at_ours, &with(&at_ours, "tenant", &other.to_string())] {
        assert_eq!(Browser::new().get(&server, bad).await.status, 404);
    }
    // A cookie of one step is nothing for another, and one tenant's is nothing under another's name.
    let mut browser = Browser::new();
    server.begin(&mut browser, &link).await;
    let sealed = browser.cookies["__Host-hospes-redeem"].clone();
    let of_tenant = |kind: &str| format!("__Host-hospes-{kind}-{}", server.tenant.0.simple());
    for (name, value, page) in [
        (
            "__Host-hospes-redeem",
            sealed.replace(&server.tenant.to_string(), &other.to_string()),
            "/redeem/code",
        ),
        (&of_tenant("session"), sealed.clone(), "/myapps"),
        (&of_tenant("flow"), sealed.clone(), "/redeem/code"),
    ] {
        let mut browser = Browser::new();
        browser.cookies.insert(name.to_owned(), value);
        let page = browser.get(&server, page).await;
        assert!(
            !page.text().contains("a***@adatum.example") && !page.text().contains("ana@"),
            "{name}: {}",
            page.html
        );
    }
    server.assert_still_pending(&id).await;
    let token = server.token_with(other, admin.id, 1, hospes_domain::access::Scope::ALL);
    assert_eq!(server.get(&token, &format!("/v1.0/users/{id}")).await.status, 404);
}
