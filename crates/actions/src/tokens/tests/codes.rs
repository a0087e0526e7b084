//! The exchange of an authorization code.

use super::*;

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let world = World::new().await;
    let code = world.code(world.member, |_| {}).await;
    let reply = world.ask(exchange(&world.portal, &code)).await.ok().unwrap();
    assert_eq!(reply.scope.as_deref(), Some("openid profile User.Read"));
    let info: Value =
        serde_json::from_slice(&base64url::decode(&reply.client_info.unwrap()).unwrap()).unwrap();
    assert_eq!(info, serde_json::json!({ "uid": world.member, "utid": world.tenant }));
    assert!(reply.refresh_token.is_some() && reply.id_token.is_some());
    let actor = crate::tokens::bearer(&world.app, &reply.access_token).await.unwrap();
    assert_eq!((actor.who.id(), actor.scopes.names()), (world.member, "User.Read".to_owned()));
}

/// Threats F4: a replay is refused and ends what came of the code.
#[tokio::test]
async fn f4_a_replay_revokes_the_refresh_tokens_of_the_code() {
    let world = World::new().await;
    let code = world.code(world.member, |_| {}).await;
    let first = world.ask(exchange(&world.portal, &code)).await.ok().unwrap().refresh_token.unwrap();
    let second = world.ask(renew(&world.portal, &first)).await.ok().unwrap().refresh_token.unwrap();
    assert_eq!(world.refused(exchange(&world.portal, &code)).await, 54_005);
    assert_eq!(world.refused(renew(&world.portal, &second)).await, 70_000);
}

#[tokio::test]
async fn f3_f4_a_code_works_only_for_its_client_redirect_uri_and_verifier() {
    let world = World::new().await;
    let other = world.register(NewApplication { secret: true, ..plain("Other") }).await;
    let code = world.code(world.member, |_| {}).await;
    assert_eq!(world.refused(exchange(&other, &code)).await, 70_000);
    assert_eq!(
        world.refused(exchange(&world.portal, &code)).await,
        0,
        "a stranger's try leaves the code alone"
    );

    let bare = world.code(world.member, |c| c.code_challenge = None).await;
    assert_eq!(
        world.refused(exchange(&world.portal, &bare)).await,
        501_481,
        "a verifier without a challenge"
    );
    let bare = world.code(world.member, |c| c.code_challenge = None).await;
    assert_eq!(world.refused(TokenForm { code_verifier: None, ..exchange(&world.portal, &bare) }).await, 0);
    let wrong = VERIFIER.replace('d', "e");
    for (form, expected) in [
        (TokenForm { code_verifier: None, ..exchange(&world.portal, "") }, 501_481),
        (TokenForm { code_verifier: Some(wrong), ..exchange(&world.portal, "") }, 501_481),
        (TokenForm { code_verifier: Some(CHALLENGE.to_owned()), ..exchange(&world.portal, "") }, 501_481),
        (TokenForm { redirect_uri: Some(format!("{REDIRECT}/")), ..exchange(&world.portal, "") }, 500_112),
    ] {
        let code = world.code(world.member, |_| {}).await;
        assert_eq!(world.refused(TokenForm { code: Some(code.clone()), ..form }).await, expected);
        assert_eq!(
            world.refused(exchange(&world.portal, &code)).await,
            54_005,
            "a failed try uses the code up"
        );
    }
    for (form, expected) in [
        (TokenForm { code: None, ..exchange(&world.portal, "") }, 900_144),
        (TokenForm { redirect_uri: None, ..exchange(&world.portal, "x") }, 900_144),
        (exchange(&world.portal, "unknown"), 70_000),
    ] {
        assert_eq!(world.refused(form).await, expected);
    }
}

#[tokio::test]
async fn f4_a_code_lives_a_minute() {
    let world = World::new().await;
    let (in_time, late) = (world.code(world.member, |_| {}).await, world.code(world.member, |_| {}).await);
    world.later(59);
    assert_eq!(world.refused(exchange(&world.portal, &in_time)).await, 0);
    world.later(1);
    assert_eq!(world.refused(exchange(&world.portal, &late)).await, 70_008);
}

/// Threats D5, E8, I3: what happens to the person happens to the code.
#[tokio::test]
async fn d5_e8_a_code_dies_with_the_persons_generation_and_account() {
    let world = World::new().await;
    let reset = world.code(world.member, |c| c.generation = 0).await;
    assert_eq!(world.refused(exchange(&world.portal, &reset)).await, 50_173);
    let gone = world.code(world.app.new_object_id(), |_| {}).await;
    assert_eq!(world.refused(exchange(&world.portal, &gone)).await, 50_173);
    let blocked = world.code(world.member, |_| {}).await;
    world
        .change(world.member, "UPDATE users SET account_enabled = (1 = 0) WHERE tenant_id = $1 AND id = $2")
        .await;
    assert_eq!(world.refused(exchange(&world.portal, &blocked)).await, 50_057);
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_given() {
    let world = World::new().await;
    let code = world.code(world.member, |c| c.scope = "User.Read".to_owned()).await;
    let reply =
        world.ask(TokenForm { client_info: false, ..exchange(&world.portal, &code) }).await.ok().unwrap();
    assert!(reply.id_token.is_none() && reply.refresh_token.is_none() && reply.client_info.is_none());
    let more = world.code(world.member, |c| c.scope = "openid User.Read.All".to_owned()).await;
    assert_eq!(world.refused(exchange(&world.portal, &more)).await, 65_001);
    // The tenant is in the code, so a shared name will do.
    let code = world.code(world.member, |_| {}).await;
    assert_eq!(code_of(token(&world.app, "common", exchange(&world.portal, &code)).await), 0);
}
