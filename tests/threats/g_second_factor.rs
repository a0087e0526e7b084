//! Threats G1, G2, F13, I3 and D5 at the second factor: guessing it, using it twice, getting in without it.

use std::sync::Arc;

use hospes_actions::sign_in::{Place, Shown, show_second_factor};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Browser, PASSWORD, Server};

const ANA: &str = "ana@contoso.example";

fn flow_of(url: &str) -> Uuid {
    let (_, rest) = url.split_once("/sign-in/").unwrap_or_else(|| panic!("{url}"));
    Uuid::try_parse(rest.split(['/', '?']).next().unwrap()).unwrap()
}

#[tokio::test]
async fn g1_g2_fifty_guesses_at_once_are_five_tries_and_a_right_code_counts_once() {
    let server = Arc::new(Server::start().await);
    let mia = server.member.clone();
    let (_, secret, _) = server.with_app(&mia).await;
    let at = |flow| Place { tenant: server.tenant, flow, session: None };

    // Fifty times the right code, in fifty sign-ins.
    let code = server.app_code(&secret);
    let mut tries = Vec::new();
    for _ in 0..50 {
        let (_, page) = server.asked_for_factor(&mia).await;
        let (server, place, code) = (Arc::clone(&server), at(flow_of(&page.url)), code.clone());
        tries.push(tokio::spawn(async move {
            show_second_factor(&server.app, &place, Shown::App(code)).await.is_ok()
        }));
    }
    let mut right = 0;
    for attempt in tries {
        right += usize::from(attempt.await.unwrap());
    }
    assert_eq!(right, 1, "a code works once");

    // Fifty wrong ones in one sign-in.
    server.clock.advance(3601);
    let (_, page) = server.asked_for_factor(&mia).await;
    let wrong = server.wrong_app_code(&secret);
    let mut tries = Vec::new();
    for _ in 0..50 {
        let (server, place, wrong) = (Arc::clone(&server), at(flow_of(&page.url)), wrong.clone());
        tries.push(tokio::spawn(async move {
            show_second_factor(&server.app, &place, Shown::App(wrong)).await.unwrap_err()
        }));
    }
    let mut compared = 0;
    for attempt in tries {
        let refusal = attempt.await.unwrap();
        compared += usize::from(matches!(
            refusal,
            Refusal::SignIn(SignInRefusal::WrongSecondFactor { .. } | SignInRefusal::SecondFactorOver)
        ));
        assert!(matches!(refusal, Refusal::SignIn(_)), "{refusal:?}");
    }
    assert_eq!(compared, 50);
    let code = server.app_code(&secret);
    let late = show_second_factor(&server.app, &at(flow_of(&page.url)), Shown::App(code)).await;
    assert_eq!(late, Err(Refusal::SignIn(SignInRefusal::SecondFactorOver)), "even the right one");
    let counted = server.look().rows("SELECT name, count FROM counters");
    let fails = counted.iter().find(|row| row[0].starts_with("second-factor:authenticator:")).unwrap();
    assert_eq!(fails[1], "5", "no more were compared");
}

#[tokio::test]
async fn g1_ten_wrong_codes_in_an_hour_pause_the_app_but_lock_nobody_out() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let (_, secret, codes) = server.with_app(&mia).await;
    for round in 0..2 {
        let (mut browser, page) = server.asked_for_factor(&mia).await;
        let form = page.form_to("/second-factor");
        for n in 1..=5 {
            let wrong = server.wrong_app_code(&secret);
            let answer = browser.submit_once(&server, &form, &[("code", &wrong)]).await;
            let expected = if n == 5 { 429 } else { 422 };
            assert_eq!(answer.status.as_u16(), expected, "{round} {n}: {}", answer.html);
        }
    }
    let (mut browser, page) = server.asked_for_factor(&mia).await;
    let form = page.form_to("/second-factor");
    let code = server.app_code(&secret);
    let paused = browser.submit_once(&server, &form, &[("code", &code)]).await;
    assert_eq!(paused.status, 429, "{}", paused.html);
    assert!(paused.headers.contains_key("retry-after"));
    // What cannot be a code costs nothing, and a recovery code has its own tries.
    let unreadable = browser.submit_once(&server, &form, &[("code", "12")]).await;
    assert_eq!(unreadable.status, 422);
    let answer = browser.submit_once(&server, &form, &[("recovery", &codes[0])]).await;
    assert_eq!(answer.status, 303, "{}", answer.html);
    assert!(server.greets(&mut browser, &mia.upn).await);
    server.clock.advance(3600);
    let (mut browser, page) = server.asked_for_factor(&mia).await;
    let code = server.app_code(&secret);
    browser.submit(&server, &page.form_to("/second-factor"), &[("code", &code)]).await;
    assert!(server.greets(&mut browser, &mia.upn).await, "an hour later the app works again");
}

#[tokio::test]
async fn f13_nothing_in_a_browser_opens_anything_before_the_second_factor() {
    let server = Server::start().await;
    let hugo = server.helpdesk.clone();
    let (_, secret, _) = server.with_app(&hugo).await;
    // Somebody plants the cookies of a sign-in that was begun elsewhere.
    let mut planted = Browser::new();
    let page = planted.get(&server, &format!("/myapps/{}", server.tenant)).await;
    let mut victim = planted.clone();
    let named = victim.submit(&server, &page.form_to("/address"), &[("address", &hugo.upn)]).await;
    let asked = victim.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    assert_eq!(victim.session(), None);
    assert_ne!(flow_of(&asked.url), flow_of(&page.url), "the sign-in goes on under another id");
    for path in [format!("/myapps/{}", server.tenant), server.portal_path(""), server.security("")] {
        let led = victim.get(&server, &path).await;
        assert!(led.url.contains("/sign-in/") && led.html.contains("/address\""), "{path}: {}", led.url);
    }
    // The planted cookies know nothing of what was proven since, whatever is typed there.
    let code = server.app_code(&secret);
    let mut form = asked.form_to("/second-factor");
    let stolen = planted.submit_once(&server, &form, &[("code", &code)]).await;
    assert_eq!(stolen.status, 409, "{}", stolen.html);
    form.action = form.action.replace(&flow_of(&asked.url).to_string(), &flow_of(&page.url).to_string());
    let stolen = planted.submit_once(&server, &form, &[("code", &code)]).await;
    assert_eq!(stolen.status, 409, "{}", stolen.html);
    assert_eq!(planted.session(), None);
    let in_at_last = victim.submit(&server, &asked.form_to("/second-factor"), &[("code", &code)]).await;
    assert!(in_at_last.url.contains("/myapps/") && victim.session().is_some(), "{}", in_at_last.html);
}

#[tokio::test]
async fn i3_d5_e8_the_first_factor_is_worth_nothing_after_a_revocation_a_block_or_a_removal() {
    for way in ["revoke", "block", "register again", "time", "nothing"] {
        let server = Server::start().await;
        let mia = server.member.clone();
        let (_, secret, _) = server.with_app(&mia).await;
        let (mut browser, page) = server.asked_for_factor(&mia).await;
        let (token, user) = (server.token_of(&server.admin), format!("/v1.0/users/{}", mia.id));
        match way {
            "revoke" => {
                server.post(&token, &format!("{user}/revokeSignInSessions"), Value::Null).await.expect(200);
            }
            "block" => {
                for enabled in [false, true] {
                    server.patch(&token, &user, json!({ "accountEnabled": enabled })).await.expect(204);
                }
            }
            "register again" => {
                server
                    .post(&token, &format!("{user}/hospes.removeSecondFactors"), Value::Null)
                    .await
                    .expect(204);
            }
            "time" => server.clock.advance(3600),
            _ => {}
        }
        let code = server.app_code(&secret);
        browser.submit(&server, &page.form_to("/second-factor"), &[("code", &code)]).await;
        assert_eq!(browser.session().is_some(), way == "nothing", "{way}");
    }
}

#[tokio::test]
async fn d5_a_reset_ends_the_factors_enrolled_here_and_so_does_a_deletion_for_good() {
    let server = Server::start().await;
    let (id, mut browser) = server.accepted_guest(ANA).await;
    let (secret, _) = server.adds_app(&mut browser).await;
    let preview = server.at_portal_page(&server.user_admin, &format!("/users/{id}/reset")).await.1;
    assert!(preview.text().contains("Second factors and recovery codes"), "{}", preview.html);
    let token = server.token_of(&server.user_admin);
    let reset = server.reset(&token, &id, ANA).await.expect(201);
    assert_eq!((server.look().count("second_factors"), server.look().count("recovery_codes")), (0, 0));
    assert!(!server.greets(&mut browser, ANA).await);
    server.mails().await;
    let link = reset.json["inviteRedeemUrl"].as_str().unwrap();
    let (mut again, _) = server.redeem(link, ANA).await;
    assert!(server.greets(&mut again, ANA).await, "nothing of before is asked for: {secret}");

    server.adds_app(&mut again).await;
    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    assert_eq!(server.look().count("second_factors"), 1, "a restored user has them again");
    server.delete(&token, &format!("/v1.0/directory/deletedItems/{id}")).await.expect(204);
    assert_eq!((server.look().count("second_factors"), server.look().count("recovery_codes")), (0, 0));
}

#[tokio::test]
async fn f13_a_secret_drawn_for_one_person_is_no_factor_of_another() {
    let server = Server::start().await;
    let (mut hugo, mut mia) = (Browser::new(), Browser::new());
    server.types_password(&mut hugo, &server.helpdesk).await;
    server.types_password(&mut mia, &server.member).await;
    let of_hugo = hugo.get(&server, &server.security("/authenticator")).await;
    let own = mia.get(&server, &server.security("/authenticator")).await;
    let secret = crate::harness::secret_on(&of_hugo);
    let sealed =
        of_hugo.form_to("/authenticator").fields.iter().find(|(k, _)| k == "sealed").unwrap().1.clone();
    let code = server.app_code(&secret);
    let fields = [("sealed", sealed.as_str()), ("code", code.as_str())];
    mia.submit_once(&server, &own.form_to("/authenticator"), &fields).await;
    let broken = [("sealed", "AAAA"), ("code", code.as_str())];
    mia.submit_once(&server, &own.form_to("/authenticator"), &broken).await;
    assert_eq!(server.look().count("second_factors"), 0);
}
