//! Guests: the mailbox is the identity.

use super::*;

#[tokio::test]
async fn a_pending_guest_redeems_on_the_way_to_the_app() {
    let stage = Stage::new(|_| {}).await;
    let id = stage.invited().await;
    let place = stage.flow(&[("prompt", "login")], None).await;
    let Proven::PendingRedemption { redemption } = stage.proves(&place, GUEST).await.unwrap() else {
        panic!()
    };
    assert_eq!(
        stage.user(id).await.guest.state(),
        State::PendingAcceptance,
        "nothing is bound before consent"
    );
    let redeemed = redeem::accept(stage.app(), place.tenant, redemption, None).await.unwrap();
    let place = Place { session: Some(redeemed.session), ..place };
    let answer = finish(stage.app(), &place).await.unwrap();
    assert!(field(&answer, "code").is_some());
    assert_eq!(stage.user(id).await.sign_in_name(), GUEST);
}

#[tokio::test]
async fn a_guest_signs_in_with_the_bound_mailbox_for_a_day_at_most() {
    let stage = Stage::new(|_| {}).await;
    let id = stage.guest().await;
    let place = stage.flow(&[], None).await;
    let Proven::SignedIn(Entered { session: cookie, .. }) =
        stage.proves(&place, "ANA@contoso.example").await.unwrap()
    else {
        panic!()
    };
    let person = sessions::find(stage.app(), &cookie).await.unwrap().unwrap();
    assert_eq!((person.user, person.sign_in_name.as_str(), person.external), (id, GUEST, true));
    stage.bench.clock.forward(24 * 3600);
    assert!(sessions::find(stage.app(), &cookie).await.unwrap().is_none());
    assert!(stage.bench.audit().await.iter().any(|r| r.activity == "Sign in" && r.target == Some(id)));
}

#[tokio::test]
async fn e5_unknown_addresses_look_the_same_and_get_no_mail() {
    let stage = Stage::new(|_| {}).await;
    let place = stage.flow(&[], None).await;
    let before = stage.mails().await;
    name_address(stage.app(), &place, "stranger@contoso.example").await.unwrap();
    assert_eq!(stage.sees(&place).await, Ask::SendPasscode { paused_until: None });
    for _ in 0..5 {
        send_passcode(stage.app(), &place).await.unwrap();
    }
    assert!(matches!(stage.sees(&place).await, Ask::Passcode { new_code_from: Some(_), .. }));
    assert!(matches!(send_passcode(stage.app(), &place).await, Err(Refusal::TooMany { .. })), "G6");
    let wrong = check_passcode(stage.app(), &place, "00000000").await;
    assert!(matches!(wrong, Err(Refusal::SignIn(SignInRefusal::WrongPasscode { tries_left: 4 }))));
    let digits = stage.digits(&place).await;
    assert!(check_passcode(stage.app(), &place, &digits).await.is_err(), "nobody is signed in by a guess");
    assert_eq!(stage.mails().await, before);
}

#[tokio::test]
async fn g3_a_code_is_worth_nothing_for_another_flow_or_address() {
    let stage = Stage::new(|_| {}).await;
    stage.guest().await;
    let (one, other) = (stage.flow(&[], None).await, stage.flow(&[], None).await);
    for place in [&one, &other] {
        name_address(stage.app(), place, GUEST).await.unwrap();
        send_passcode(stage.app(), place).await.unwrap();
    }
    let digits = stage.digits(&one).await;
    assert!(check_passcode(stage.app(), &other, &digits).await.is_err());
    name_address(stage.app(), &one, "stranger@contoso.example").await.unwrap();
    assert!(check_passcode(stage.app(), &one, &digits).await.is_err());
}

#[tokio::test]
async fn a_waiting_address_signs_in_once_its_mailbox_is_proven() {
    let stage = Stage::new(|_| {}).await;
    let id = stage.guest().await;
    let (tenant, added) = (stage.bench.tenant(), Address::parse("ana@newmail.example").unwrap());
    let binding = stage.user(id).await.guest.binding().unwrap().id;
    let entry = SignInAddress {
        address: added.clone(),
        user: id,
        binding,
        state: AddressState::Waiting,
        added_at: Time::default(),
    };
    stage.app().write(move |tx| Ok(sign_in_addresses::insert(tx, tenant, &entry)?)).await.unwrap();
    let place = stage.flow(&[], None).await;
    assert!(matches!(stage.proves(&place, added.as_str()).await.unwrap(), Proven::SignedIn(_)));
    let now = stage.app().read(move |tx| Ok(sign_in_addresses::find(tx, tenant, &added)?)).await.unwrap();
    assert_eq!(now.unwrap().state, AddressState::Active);
    let activities: Vec<String> = stage.bench.audit().await.into_iter().map(|r| r.activity).collect();
    assert!(activities.contains(&"Confirm sign-in address".to_owned()), "{activities:?}");
}

#[tokio::test]
async fn d5_a_reset_ends_session_flow_and_code_at_once() {
    let stage = Stage::new(|_| {}).await;
    let id = stage.guest().await;
    let place = stage.flow(&[], None).await;
    let Proven::SignedIn(Entered { session: cookie, .. }) = stage.proves(&place, GUEST).await.unwrap() else {
        panic!()
    };
    let waiting = stage.flow(&[], None).await;
    name_address(stage.app(), &waiting, GUEST).await.unwrap();
    send_passcode(stage.app(), &waiting).await.unwrap();
    let digits = stage.digits(&waiting).await;
    let tenant = stage.bench.tenant();
    stage
        .app()
        .write(move |tx| {
            let mut user = users::by_id(tx, tenant, id)?.unwrap();
            let closed = user.guest.reset(tx.now())?.unwrap();
            users::save_guest(tx, &user.guest, user.revision)?;
            bindings::close(tx, tenant, closed.id, Ended::Reset, None)?;
            Ok(())
        })
        .await
        .unwrap();
    assert!(sessions::find(stage.app(), &cookie).await.unwrap().is_none());
    assert!(check_passcode(stage.app(), &waiting, &digits).await.is_err());
    let place = Place { session: Some(cookie), ..place };
    assert!(finish(stage.app(), &place).await.is_err());
}
