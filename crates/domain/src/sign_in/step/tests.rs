//! What comes next, for every session, way and consent.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use super::*;
use crate::ids::{ClientId, ObjectId};
use crate::session::{Amr, PASSWORD};
use crate::sign_in::{AppRequest, ClaimsRequest, FLOW_SECONDS, Prompt, ResponseMode};
use uuid::Uuid;

const NOW: Time = Time(1_000_000_000_000);

fn flow(prompt: &str) -> Flow {
    Flow {
        id: Uuid::from_u128(1),
        request: Some(AppRequest {
            client: ClientId(Uuid::from_u128(2)),
            redirect_uri: "https://app.example/cb".into(),
            response_mode: ResponseMode::Query,
            scope: "openid".into(),
            state: None,
            nonce: None,
            code_challenge: None,
            client_info: false,
            device: None,
            claims: ClaimsRequest::default(),
            correlation: None,
        }),
        prompt: Prompt::parse(prompt).unwrap(),
        login_hint: None,
        hinted_home: None,
        address: None,
        return_to: None,
        signed_in_at: None,
        fresh_from: None,
        first: None,
        expires_at: NOW.plus_seconds(FLOW_SECONDS),
    }
}

fn session(at: Time) -> Session {
    Session {
        id: Uuid::from_u128(3),
        user: ObjectId(Uuid::from_u128(4)),
        generation: 1,
        method: PASSWORD.into(),
        amr: Amr::of(PASSWORD),
        sign_in_name: "ada@contoso.example".into(),
        created_at: at,
        expires_at: at.plus_seconds(3600),
        used_at: at,
        address: None,
        browser: None,
    }
}

fn situation(session: Option<&Session>) -> Situation<'_> {
    Situation {
        session,
        first_proven: false,
        need: Need::Nothing,
        way: None,
        new_password: false,
        code_until: None,
        assigned: true,
        for_another: false,
        consent: Consent::Given,
    }
}

fn named(step: &Step) -> &str {
    match step {
        Step::Error(e) => e.error,
        Step::AskAddress => "address",
        Step::AskPassword => "password",
        Step::ChooseNewPassword => "new password",
        Step::SendPasscode => "send",
        Step::AskPasscode => "passcode",
        Step::SignInAtHome(_) => "home",
        Step::AskSecondFactor => "second",
        Step::EnrolSecondFactor => "enrol",
        Step::AskConsent => "consent",
        Step::NeedAdmin => "need admin",
        Step::RedirectWithCode => "code",
        Step::Return => "return",
        Step::Refuse(r) => r.name(),
    }
}

#[test]
fn what_follows_with_and_without_a_session() {
    let ask = || Consent::Ask(Vec::new());
    let admin = || Consent::NeedsAdmin(Vec::new());
    // prompt, signed in, assigned, consent, what follows
    let table = [
        ("", false, true, Consent::Given, "address"),
        ("none", false, true, Consent::Given, "login_required"),
        ("", true, true, Consent::Given, "code"),
        ("none", true, true, Consent::Given, "code"),
        ("login", true, true, Consent::Given, "address"),
        ("select_account", true, true, Consent::Given, "address"),
        ("consent", true, true, Consent::Given, "consent"),
        ("", true, true, ask(), "consent"),
        ("none", true, true, ask(), "consent_required"),
        ("", true, true, admin(), "need admin"),
        ("consent", true, true, admin(), "need admin"),
        ("none", true, true, admin(), "consent_required"),
        ("", false, true, admin(), "address"),
        ("", true, false, admin(), "not_assigned"),
        ("", true, false, Consent::Given, "not_assigned"),
        ("none", true, false, Consent::Given, "interaction_required"),
        ("", true, false, ask(), "not_assigned"),
    ];
    let someone = session(NOW);
    for (prompt, signed_in, assigned, consent, expected) in table {
        let facts =
            Situation { assigned, consent: consent.clone(), ..situation(signed_in.then_some(&someone)) };
        let step = next_step(&flow(prompt), &facts, NOW);
        assert_eq!(
            named(&step),
            expected,
            "prompt {prompt:?}, session {signed_in}, assigned {assigned}, {consent:?}"
        );
    }
}

#[test]
fn f12_an_answer_that_shall_be_about_somebody_else_is_none() {
    let someone = session(NOW);
    // prompt, signed in, signed in within the flow, what follows
    let table = [
        ("none", true, false, "login_required"),
        ("", true, false, "login_required"),
        ("login", true, false, "address"),
        ("login", true, true, "login_required"),
        ("", false, false, "address"),
    ];
    for (prompt, signed_in, here, expected) in table {
        let flow = Flow { signed_in_at: here.then_some(NOW), ..flow(prompt) };
        for (need, assigned) in [(Need::Nothing, true), (Need::Show, true), (Need::Nothing, false)] {
            let facts =
                Situation { for_another: true, need, assigned, ..situation(signed_in.then_some(&someone)) };
            assert_eq!(named(&next_step(&flow, &facts, NOW)), expected, "{prompt:?} {signed_in} {here}");
        }
    }
}

#[test]
fn f13_nothing_follows_before_the_second_factor() {
    let someone = session(NOW);
    // prompt, signed in, first factor proven here, what is lacking, what follows
    let table = [
        ("", true, false, Need::Nothing, "code"),
        ("", true, false, Need::Show, "second"),
        ("", true, false, Need::Enrol, "enrol"),
        ("none", true, false, Need::Show, "50076"),
        ("none", true, false, Need::Enrol, "50079"),
        // A sign-in that has to be new is asked for before its second factor.
        ("login", true, false, Need::Show, "address"),
        ("none", false, false, Need::Show, "50058"),
        ("", false, true, Need::Show, "second"),
        ("", false, true, Need::Enrol, "enrol"),
        ("login", false, true, Need::Show, "second"),
        // Whoever signs in here comes before whoever was signed in.
        ("", true, true, Need::Show, "second"),
        // The first factor alone opens nothing, even when nothing more is asked for by now.
        ("", false, true, Need::Nothing, "address"),
        ("", true, true, Need::Nothing, "address"),
    ];
    for (prompt, signed_in, first_proven, need, expected) in table {
        let facts = Situation { first_proven, need, ..situation(signed_in.then_some(&someone)) };
        let step = next_step(&flow(prompt), &facts, NOW);
        let told = match &step {
            Step::Error(error) => error.code.to_string(),
            other => named(other).to_owned(),
        };
        assert_eq!(told, expected, "{prompt:?} {signed_in} {first_proven} {need:?}");
        let bare = Flow { request: None, ..flow(prompt) };
        let same = next_step(&bare, &facts, NOW);
        assert_eq!(same == Step::Return, expected == "code", "{prompt:?} {need:?}");
    }
}

#[test]
fn a_new_password_is_chosen_after_the_second_factor_and_before_the_session() {
    let someone = session(NOW);
    for (need, expected) in [(Need::Show, "second"), (Need::Enrol, "enrol"), (Need::Nothing, "new password")]
    {
        for session in [None, Some(&someone)] {
            let facts = Situation { first_proven: true, new_password: true, need, ..situation(session) };
            assert_eq!(named(&next_step(&flow(""), &facts, NOW)), expected);
        }
    }
}

#[test]
fn the_typed_address_decides_what_is_asked_next() {
    for (way, code_until, expected) in [
        (Way::Password, None, "password"),
        (Way::Password, Some(NOW), "password"),
        (Way::Passcode, None, "send"),
        (Way::Passcode, Some(NOW), "passcode"),
        (Way::Home(TenantId(Uuid::from_u128(7))), None, "home"),
    ] {
        let facts = Situation { way: Some(way), code_until, ..situation(None) };
        assert_eq!(named(&next_step(&flow(""), &facts, NOW)), expected);
    }
}

#[test]
fn f12_an_older_session_does_not_answer_a_demand_for_a_fresh_one() {
    let (old, fresh) = (session(NOW.plus_seconds(-60)), session(NOW));
    let begun = Flow { signed_in_at: Some(NOW), ..flow("login") };
    assert_eq!(named(&next_step(&begun, &situation(Some(&old)), NOW)), "address");
    assert_eq!(named(&next_step(&begun, &situation(Some(&fresh)), NOW)), "code");
}

#[test]
fn a_session_that_is_older_than_the_app_wants_does_not_answer_it() {
    let old = session(NOW.plus_seconds(-61));
    let wants = |seconds: i64| Flow { fresh_from: Some(NOW.plus_seconds(-seconds)), ..flow("") };
    for (max_age, expected) in [(60, "address"), (61, "code")] {
        assert_eq!(named(&next_step(&wants(max_age), &situation(Some(&old)), NOW)), expected);
    }
    // Not even one that was chosen in this flow.
    let chosen = Flow { signed_in_at: Some(old.created_at), ..wants(60) };
    assert_eq!(named(&next_step(&chosen, &situation(Some(&old)), NOW)), "address");
}

#[test]
fn a_bare_sign_in_returns_and_a_flow_ends_with_its_time() {
    let bare = Flow { request: None, ..flow("") };
    assert_eq!(named(&next_step(&bare, &situation(Some(&session(NOW))), NOW)), "return");
    let late = NOW.plus_seconds(FLOW_SECONDS);
    assert_eq!(named(&next_step(&bare, &situation(None), late)), "sign_in_flow_lost");
}
