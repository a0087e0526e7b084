//! Threats G: one-time codes by mail, guessed, replayed, carried elsewhere, and used as a mail cannon.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Browser, Page, Server, other_than};

const ANA: &str = "ana@contoso.example";
const BEA: &str = "bea@contoso.example";

/// A browser at the page that asks for the code, and the code.
async fn asked(server: &Server, link: &str, address: &str) -> (Browser, Page, String) {
    let mut browser = Browser::new();
    let page = server.begin(&mut browser, link).await;
    let code = server.code_for(address).await;
    (browser, page, code)
}

async fn type_code(server: &Server, browser: &mut Browser, page: &Page, code: &str) -> Page {
    browser.submit(server, &page.form_to("/code"), &[("code", code)]).await
}

fn assert_over(page: &Page) {
    assert_eq!(page.status, 422, "{}", page.html);
    assert!(!page.text().contains("tries left") && !page.text().contains("1 try left"), "{}", page.text());
}

fn retry_after(page: &http::HeaderMap) -> i64 {
    page.get("retry-after")
        .unwrap_or_else(|| panic!("no Retry-After: {page:?}"))
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn g1_a_code_is_eight_digits_and_has_five_tries() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let (mut browser, page, code) = asked(&server, &link, ANA).await;
    assert_eq!(code.len(), 8);
    assert!(code.bytes().all(|digit| digit.is_ascii_digit()));
    for left in ["4 tries", "3 tries", "2 tries", "1 try"] {
        let wrong = type_code(&server, &mut browser, &page, &other_than(&code)).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains(left), "{left}: {}", wrong.text());
    }
    assert_over(&type_code(&server, &mut browser, &page, &other_than(&code)).await);
    assert_over(&type_code(&server, &mut browser, &page, &code).await);
    server.assert_still_pending(&id).await;
    assert_eq!(server.refusals(&id).await, ["passcode_over", "passcode_over"], "guessing is on record");
}

#[tokio::test]
async fn g1_ten_wrong_codes_an_hour_for_an_address_over_all_browsers() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    for _ in 0..2 {
        let (mut browser, page, code) = asked(&server, &link, ANA).await;
        for _ in 0..5 {
            type_code(&server, &mut browser, &page, &other_than(&code)).await;
        }
    }
    // Another browser, another code, and signing in instead of redeeming: one budget for the mailbox.
    let (mut browser, page, code) = asked(&server, &link, ANA).await;
    assert_eq!(type_code(&server, &mut browser, &page, &code).await.status, 422);
    let mut other = Browser::new();
    let page = server.ask_to_sign_in(&mut other, ANA).await;
    let code = server.code_for(ANA).await;
    assert_eq!(type_code(&server, &mut other, &page, &code).await.status, 422);
    server.assert_still_pending(&id).await;
    // Other mailboxes are not hindered, and this one is not for ever.
    let (bea, beas) = server.pending(BEA).await;
    server.redeem(&beas, BEA).await;
    server.assert_redeemed_once(&bea).await;
    server.clock.advance(3601);
    server.redeem(&link, ANA).await;
    server.assert_redeemed_once(&id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn g2_of_fifty_guesses_at_once_five_are_compared() {
    let server = Arc::new(Server::start().await);
    let (id, link) = server.pending(ANA).await;
    let (mut browser, page, code) = asked(&server, &link, ANA).await;
    let mut running = JoinSet::new();
    for _ in 0..50 {
        let (server, mut copy, form, wrong) =
            (Arc::clone(&server), browser.clone(), page.form_to("/code"), other_than(&code));
        running.spawn(async move { copy.submit_once(&server, &form, &[("code", &wrong)]).await });
    }
    let answers = running.join_all().await;
    let compared =
        answers.iter().filter(|page| page.text().contains("tries") || page.text().contains("1 try")).count();
    assert!(compared <= 5, "{compared} guesses were compared");
    assert!(answers.iter().all(|page| page.status == 422));
    assert_over(&type_code(&server, &mut browser, &page, &code).await);
    server.assert_still_pending(&id).await;
    // Five were counted on the mailbox, not fifty: a new code still works.
    server.redeem(&link, ANA).await;
    server.assert_redeemed_once(&id).await;
}

#[tokio::test]
async fn g3_a_code_works_in_its_own_flow_only() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let (bea, beas) = server.pending(BEA).await;
    let (mut first, first_page, first_code) = asked(&server, &link, ANA).await;
    let (mut second, second_page, second_code) = asked(&server, &link, ANA).await;
    let (_, _, beas_code) = asked(&server, &beas, BEA).await;
    assert_eq!(type_code(&server, &mut first, &first_page, &second_code).await.status, 422);
    assert_eq!(type_code(&server, &mut second, &second_page, &first_code).await.status, 422);
    assert_eq!(type_code(&server, &mut second, &second_page, &beas_code).await.status, 422);
    server.assert_still_pending(&id).await;
    server.assert_still_pending(&bea).await;
    assert_eq!(type_code(&server, &mut first, &first_page, &first_code).await.status, 200);
}

#[tokio::test]
async fn g3_a_code_to_sign_in_redeems_nothing_and_the_other_way_round() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let (mut redeeming, page, code) = asked(&server, &link, ANA).await;
    let mut signing_in = redeeming.clone();
    let sign_in_page = server.ask_to_sign_in(&mut signing_in, ANA).await;
    let sign_in_code = server.code_for(ANA).await;
    assert_eq!(type_code(&server, &mut redeeming, &page, &sign_in_code).await.status, 422);
    assert_eq!(type_code(&server, &mut signing_in, &sign_in_page, &code).await.status, 422);
    server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn g3_a_new_code_ends_the_old_one_and_a_used_one_is_over() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let (mut browser, page, old) = asked(&server, &link, ANA).await;
    server.clock.advance(30);
    let page = browser.submit(&server, &page.form_to("/redeem/code/again"), &[]).await;
    assert_eq!(page.status, 200);
    let new = server.code_for(ANA).await;
    assert_eq!(type_code(&server, &mut browser, &page, &old).await.status, 422);
    let mut copy = browser.clone();
    assert_eq!(type_code(&server, &mut browser, &page, &new).await.status, 200);
    // Pressed twice in the same browser it goes on to where it was, and proves nothing more.
    assert!(type_code(&server, &mut copy, &page, &new).await.url.ends_with("/redeem/consent"));
    let (mut other, other_page, _) = asked(&server, &link, ANA).await;
    assert_eq!(type_code(&server, &mut other, &other_page, &new).await.status, 422);
    server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn g3_no_code_waits_in_the_outbox_once_it_is_over() {
    let server = Server::start().await;
    let (_, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let page = server.begin(&mut browser, &link).await;
    browser.submit(&server, &page.form_to("/redeem/code/again"), &[]).await;
    assert_eq!(server.mails().await.len(), 1, "the mail of a replaced code was sent");
    server.begin(&mut browser, &link).await;
    server.clock.advance(600);
    assert!(server.mails().await.is_empty(), "a dead code was mailed");
}

#[tokio::test]
async fn g4_a_code_lives_ten_minutes() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let (mut late, page, code) = asked(&server, &link, ANA).await;
    let (mut in_time, its_page, its_code) = asked(&server, &link, ANA).await;
    server.clock.advance(599);
    assert_eq!(type_code(&server, &mut in_time, &its_page, &its_code).await.status, 200);
    server.clock.advance(1);
    assert_over(&type_code(&server, &mut late, &page, &code).await);
    server.assert_still_pending(&id).await;
}

#[tokio::test]
async fn g4_the_digits_are_stored_nowhere() {
    let server = Server::start().await;
    let (_, link) = server.pending(ANA).await;
    let (mut browser, page, code) = asked(&server, &link, ANA).await;
    assert!(!server.is_at_rest(code.as_bytes()), "the digits are at rest");
    assert!(!server.is_at_rest(format!("{} {}", &code[..4], &code[4..]).as_bytes()));
    assert_eq!(type_code(&server, &mut browser, &page, &code).await.status, 200);
    assert!(!server.is_at_rest(code.as_bytes()));
}

#[tokio::test]
async fn g6_five_codes_an_hour_for_an_address() {
    let server = Server::start().await;
    let (id, link) = server.pending(ANA).await;
    let mut browser = Browser::new();
    let page = server.begin(&mut browser, &link).await;
    for _ in 0..2 {
        browser.submit(&server, &page.form_to("/redeem/code/again"), &[]).await;
    }
    // Another browser and another way count on the same mailbox.
    server.begin(&mut Browser::new(), &link).await;
    server.ask_to_sign_in(&mut Browser::new(), ANA).await;
    server.mails().await;
    let before = server.look().state();
    let refused = browser.submit_once(&server, &page.form_to("/redeem/code/again"), &[]).await;
    assert_eq!(refused.status, 429, "{}", refused.html);
    let wait = retry_after(&refused.headers);
    assert!((1..=3601).contains(&wait), "{wait}");
    let welcome = Browser::new().get(&server, &link).await;
    assert_eq!(welcome.status, 200, "looking is free");
    let mut fresh = Browser::new();
    let form = fresh.get(&server, &link).await.form_to("/redeem/accept");
    let refused = fresh.submit_once(&server, &form, &[]).await;
    assert_eq!(refused.status, 429);
    retry_after(&refused.headers);
    assert_eq!(server.look().state(), before, "a refused wish left something");
    assert!(server.mails().await.is_empty());
    server.clock.advance(wait);
    server.redeem(&link, ANA).await;
    server.assert_redeemed_once(&id).await;
}

#[tokio::test]
async fn g6_unknown_addresses_cost_the_same_and_send_nothing() {
    let server = Server::start().await;
    server.accepted_guest(ANA).await;
    server.clock.advance(3601);
    let mut pages = Vec::new();
    for address in [ANA, "nobody@contoso.example"] {
        let mut statuses = Vec::new();
        for _ in 0..6 {
            let mut browser = Browser::new();
            let named = server.name_address(&mut browser, address).await;
            let answer = match crate::harness::forms(&named.html)
                .into_iter()
                .find(|f| f.action.ends_with("/send-code"))
            {
                Some(form) => browser.submit(&server, &form, &[]).await,
                None => named,
            };
            statuses.push((answer.status, answer.text().replace(address, "ADDRESS").len()));
        }
        pages.push(statuses);
    }
    let known: Vec<_> = pages[0].iter().map(|(status, _)| *status).collect();
    let unknown: Vec<_> = pages[1].iter().map(|(status, _)| *status).collect();
    assert_eq!(known, unknown);
    let size = |pages: &[(http::StatusCode, usize)]| pages[0].1;
    assert!(size(&pages[0]).abs_diff(size(&pages[1])) < 64, "the pages tell known from unknown: {pages:?}");
    let mails = server.mails().await;
    assert!(mails.iter().all(|mail| mail.to == ANA));
    assert!(mails.len() <= 5);
}

#[tokio::test]
async fn g6_inviting_is_no_mail_cannon() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let body = |send: bool| json!({ "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://p.example/", "sendInvitationMessage": send });
    let mut newest = String::new();
    for _ in 0..5 {
        server.mails().await;
        newest = server.invite(&token, ANA).await.1;
        server.clock.advance(6);
    }
    assert_eq!(server.mails().await.len(), 1);
    let before = server.look().state();
    for token in [&token, &server.app_token().await] {
        let refused = server.post(token, "/v1.0/invitations", body(true)).await.expect(429);
        assert!((1..=3600).contains(&retry_after(&refused.headers)));
        assert!(!refused.code().is_empty());
    }
    assert_eq!(server.look().state(), before, "a refused invitation ended the link before it");
    assert!(server.mails().await.is_empty());
    assert_eq!(Browser::new().get(&server, &newest).await.status, 200);
    // Without a mail there is nothing to bomb with.
    server.post(&token, "/v1.0/invitations", body(false)).await.expect(201);
    server.clock.advance(3600);
    server.post(&token, "/v1.0/invitations", body(true)).await.expect(201);
}

#[tokio::test]
async fn g6_a_tenant_takes_150_invitations_in_five_seconds() {
    let server = Server::start().await;
    let (person, app) = (server.token_of(&server.inviter), server.app_token().await);
    let mut refused = 0;
    for n in 0..153 {
        let body = json!({ "invitedUserEmailAddress": format!("guest{n}@contoso.example"), "inviteRedirectUrl": "https://p.example/" });
        let reply = server.post(if n % 2 == 0 { &person } else { &app }, "/v1.0/invitations", body).await;
        assert_eq!(reply.status.as_u16(), if n < 150 { 201 } else { 429 }, "{n}: {}", reply.text);
        if n >= 150 {
            assert!((1..=6).contains(&retry_after(&reply.headers)));
            refused += 1;
        }
    }
    assert_eq!(refused, 3);
    server.clock.advance(6);
    server.pending(ANA).await;
}
