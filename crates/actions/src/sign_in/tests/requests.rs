//! What an app asks for, and members who sign in to it.

use super::*;

/// The consent page lists these permissions of the directory API.
fn assert_lists(ask: &Ask, names: &[&str]) {
    let Ask::Consent(listing) = ask else { panic!("{ask:?}") };
    let asked = |&name: &&str| AskedFor { name: name.to_owned(), meaning: None };
    assert_eq!(listing.asked, names.iter().map(asked).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_member_signs_in_with_a_password_and_the_app_gets_one_code() {
    let stage = Stage::new(|_| {}).await;
    let place = stage.flow(&[("client_info", "1"), ("nonce", "n")], None).await;
    assert_eq!(stage.sees(&place).await, Ask::Address);
    name_address(stage.app(), &place, "ada@fabrikam.example").await.unwrap();
    assert_eq!(stage.sees(&place).await, Ask::Password);
    assert!(finish(stage.app(), &place).await.is_err());
    let wrong = stage.types(&place, "wrong", Browser::default()).await.err();
    assert_eq!(wrong, Some(Refusal::SignIn(SignInRefusal::WrongPassword)));
    let place = stage.member_signs_in(&place).await;
    assert_eq!(stage.sees(&place).await, Ask::Nothing);
    let answer = finish(stage.app(), &place).await.unwrap();
    assert_eq!((answer.redirect_uri.as_str(), answer.mode), (CALLBACK, ResponseMode::Query));
    assert_eq!(field(&answer, "state"), Some("s&1"));
    assert!(field(&answer, "client_info").is_some());
    // One flow, one answer.
    assert!(finish(stage.app(), &place).await.is_err());
    let code = field(&answer, "code").unwrap().to_owned();
    let hash = code_hash(&stage.app().keys(place.tenant).unwrap(), &code);
    let tenant = place.tenant;
    let (record, first, second) = stage
        .app()
        .write(move |tx| {
            Ok((
                authorization_codes::find(tx, tenant, hash)?,
                authorization_codes::consume(tx, tenant, hash)?,
                authorization_codes::consume(tx, tenant, hash)?,
            ))
        })
        .await
        .unwrap();
    let record = record.unwrap();
    assert_eq!((record.nonce.as_deref(), record.code_challenge.as_deref()), (Some("n"), Some(CHALLENGE)));
    assert_eq!(record.expires_at.seconds_since(stage.app().now()), 60);
    assert!(first && !second, "F4: a code is redeemed once");
    assert!(!format!("{answer:?}").contains(&code), "I9");
}

#[tokio::test]
async fn f1_errors_before_the_redirect_address_is_known_are_pages() {
    let stage = Stage::new(|_| {}).await;
    for wrong in [
        [("redirect_uri", "https://app.example/cb/")],
        [("redirect_uri", "https://evil.example/cb")],
        [("redirect_uri", "")],
        [("client_id", "11111111-1111-4111-8111-111111111111")],
        [("client_id", "nobody")],
        [("client_id", "")],
    ] {
        assert!(stage.ask(&wrong, None).await.is_err(), "{wrong:?}");
    }
    let other = setup::create_tenant(stage.app(), new_tenant("contoso.example")).await.unwrap();
    let pairs = vec![("client_id".to_owned(), stage.registered.client_id.to_string())];
    assert!(authorize(stage.app(), other.id, Parameters::new(pairs), None).await.is_err(), "I8");
}

#[tokio::test]
async fn what_the_app_did_wrong_is_told_to_the_app() {
    let stage = Stage::new(|_| {}).await;
    for (more, error) in [
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("response_type", "code id_token")], "unsupported_response_type"),
        (vec![("response_mode", "web_message")], "invalid_request"),
        (vec![("scope", "User.Fly")], "invalid_scope"),
        (vec![("scope", "")], "invalid_request"),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("code_challenge", "short")], "invalid_request"),
        (vec![("request", "x")], "request_not_supported"),
        (vec![("request_uri", "https://evil.example/x")], "request_uri_not_supported"),
        (vec![("prompt", "none login")], "invalid_request"),
        (vec![("prompt", "create")], "invalid_request"),
        (vec![("max_age", "soon")], "invalid_request"),
        (vec![("nonce", "1"), ("nonce", "2")], "invalid_request"),
        (vec![("prompt", "none")], "login_required"),
        (vec![("whatever", "x"), ("domain_hint", "y")], "page"),
    ] {
        assert_eq!(stage.told(&more, None).await, error, "{more:?}");
    }
    let public = Stage::new(|app| app.public_client = true).await;
    assert_eq!(public.told(&[("code_challenge", "")], None).await, "invalid_request", "F3");
}

#[tokio::test]
async fn f12_prompts_and_hints_never_switch_the_account_silently() {
    let stage = Stage::new(|_| {}).await;
    let place = stage.flow(&[], None).await;
    let place = stage.member_signs_in(&place).await;
    let session = place.session.as_deref();
    for (more, expected) in [
        (vec![("prompt", "none")], "code"),
        (vec![("prompt", "none"), ("login_hint", "ADA@fabrikam.example")], "code"),
        (vec![("prompt", "none"), ("login_hint", "bo@fabrikam.example")], "login_required"),
        (vec![("prompt", "none"), ("id_token_hint", "a.b.c")], "login_required"),
        (vec![("prompt", "none"), ("max_age", "100")], "code"),
        (vec![("prompt", "none"), ("scope", "User.Read")], "consent_required"),
    ] {
        assert_eq!(stage.told(&more, session).await, expected, "{more:?}");
    }
    assert_eq!(stage.sees(&stage.flow(&[], session).await).await, Ask::Nothing);
    for prompt in ["login", "select_account"] {
        assert_eq!(stage.sees(&stage.flow(&[("prompt", prompt)], session).await).await, Ask::Address);
    }
    let chooses = stage.flow(&[("prompt", "select_account")], session).await;
    name_address(stage.app(), &chooses, "ada@fabrikam.example").await.unwrap();
    assert_eq!(stage.sees(&chooses).await, Ask::Nothing);
    stage.bench.clock.forward(101);
    assert_eq!(stage.told(&[("prompt", "none"), ("max_age", "100")], session).await, "login_required");
    let again = stage.flow(&[("max_age", "100")], session).await;
    assert_eq!(stage.sees(&again).await, Ask::Address);
    let again = stage.member_signs_in(&again).await;
    assert_eq!(stage.sees(&again).await, Ask::Nothing);
    assert!(
        sessions::find(stage.app(), session.unwrap()).await.unwrap().is_none(),
        "F13: the old session ended"
    );
}

#[tokio::test]
async fn wrong_passwords_lock_known_and_unknown_addresses_alike() {
    let stage = Stage::new(|_| {}).await;
    for address in ["ada@fabrikam.example", "nobody@fabrikam.example"] {
        let place = stage.flow(&[], None).await;
        name_address(stage.app(), &place, address).await.unwrap();
        assert_eq!(stage.sees(&place).await, Ask::Password, "E5");
        for _ in 0..10 {
            let wrong = stage.types(&place, "wrong", Browser::default()).await.err();
            assert_eq!(wrong, Some(Refusal::SignIn(SignInRefusal::WrongPassword)));
        }
        let locked = stage.types(&place, PASSWORD, Browser::default()).await.err();
        assert!(matches!(locked, Some(Refusal::SignIn(SignInRefusal::Locked { .. }))), "{locked:?}");
    }
    stage.bench.clock.forward(901);
    let place = stage.flow(&[], None).await;
    stage.member_signs_in(&place).await;
}

#[tokio::test]
async fn consent_is_asked_once_and_administrators_are_needed_for_more() {
    let stage = Stage::new(|_| {}).await;
    let place = stage.flow(&[("scope", "openid User.Read")], None).await;
    let place = stage.member_signs_in(&place).await;
    assert_lists(&stage.sees(&place).await, &["User.Read"]);
    let no = stage.flow(&[("scope", "openid User.Read")], place.session.as_deref()).await;
    assert_eq!(field(&answered(decline(stage.app(), &no).await), "error"), Some("access_denied"));
    let about = stage.about(&place).await;
    assert!(field(&answered(stage.agrees(&place).await), "code").is_some());
    let session = place.session.as_deref();
    assert_eq!(stage.told(&[("scope", "User.Read"), ("prompt", "none")], session).await, "code");
    let insists = stage.flow(&[("prompt", "consent")], session).await;
    assert_lists(&stage.sees(&insists).await, &["openid", "profile"]);
    assert!(matches!(accept(stage.app(), &insists, &about).await, Err(Refusal::Stale)), "E2: another page");
    let others = about.replace(about.split(' ').next().unwrap(), "00000000-0000-0000-0000-000000000001");
    assert!(
        matches!(accept(stage.app(), &insists, &others).await, Ok(Decided::Flow)),
        "F13: somebody else's"
    );
    assert!(field(&answered(stage.agrees(&insists).await), "code").is_some());
    let more = stage.flow(&[("scope", "User.Invite.All")], session).await;
    assert!(
        matches!(stage.sees(&more).await, Ask::NeedAdmin { asked, .. } if asked[0].name == "User.Invite.All")
    );
    assert!(finish(stage.app(), &more).await.is_err());
    assert!(matches!(accept(stage.app(), &more, &about).await, Err(Refusal::Stale)));
    assert_eq!(field(&answered(decline(stage.app(), &more).await), "error"), Some("consent_required"));
}

#[tokio::test]
async fn an_app_that_wants_assignment_lets_only_the_assigned_in() {
    let stage = Stage::new(|app| {
        app.assignment_required = true;
        app.home_url = Some("https://app.example/".to_owned());
    })
    .await;
    let place = stage.flow(&[], None).await;
    let place = stage.member_signs_in(&place).await;
    assert_eq!(stage.sees(&place).await, Ask::Nothing);
    let refused = finish(stage.app(), &place).await.unwrap_err();
    assert_eq!(refused, Refusal::SignIn(SignInRefusal::NotAssigned));
    let on_record = stage.bench.audit().await;
    assert!(on_record.iter().any(|r| !r.success && r.reason.as_deref() == Some("not_assigned")));
    let (tenant, session) = (place.tenant, place.session.as_deref());
    let panel = my_apps(stage.app(), tenant, session).await.unwrap().unwrap();
    assert!(panel.apps.is_empty());
    setup::assign_app_role(
        stage.app(),
        tenant,
        panel.person.user,
        stage.registered.service_principal.id,
        DEFAULT_ACCESS,
    )
    .await
    .unwrap();
    assert_eq!(stage.sees(&place).await, Ask::Nothing);
    let panel = my_apps(stage.app(), tenant, session).await.unwrap().unwrap();
    assert_eq!(panel.apps, [MyApp { name: "Time sheet".to_owned(), url: "https://app.example/".to_owned() }]);
    assert!(my_apps(stage.app(), tenant, None).await.unwrap().is_none());
}

#[tokio::test]
async fn f15_signing_out_knows_registered_addresses_only() {
    let stage = Stage::new(|_| {}).await;
    let place = stage.flow(&[], None).await;
    let place = stage.member_signs_in(&place).await;
    let session = place.session.as_deref();
    let wish = |uri: &str| Parameters::new(vec![("post_logout_redirect_uri".to_owned(), uri.to_owned())]);
    let known = leaving(stage.app(), place.tenant, &wish(CALLBACK), session).await.unwrap();
    assert_eq!(known.back, Some((CALLBACK.to_owned(), "Time sheet".to_owned())));
    assert!(known.signed_in.is_some() && !known.certain, "without a hint the person is asked");
    let foreign = leaving(stage.app(), place.tenant, &wish("https://evil.example/"), session).await.unwrap();
    assert_eq!(foreign.back, None);
    sign_out(stage.app(), session.unwrap()).await.unwrap();
    assert!(sessions::find(stage.app(), session.unwrap()).await.unwrap().is_none());
}
