//! Refresh tokens: rotated, replayed, retried, revoked.

use super::*;
use hospes_store::audit;

async fn first(world: &World) -> String {
    world.signed_in(world.member).await.refresh_token.unwrap()
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_its_successor() {
    let world = World::new().await;
    let mut token = first(&world).await;
    for _ in 0..3 {
        world.later(3600);
        let reply = world.ask(renew(&world.portal, &token)).await.ok().unwrap();
        let next = reply.refresh_token.unwrap();
        assert_ne!(next, token);
        assert!(crate::tokens::bearer(&world.app, &reply.access_token).await.is_ok());
        assert!(
            claims(&reply.id_token.unwrap()).get("nonce").is_none(),
            "a nonce belongs to the request that had it"
        );
        token = next;
    }
}

/// Threats F5: a lost answer can be asked for again, a stolen token ends the family.
#[tokio::test]
async fn f5_a_retry_gets_the_same_successor_and_a_reuse_revokes_the_family() {
    let world = World::new().await;
    let old = first(&world).await;
    let next = world.ask(renew(&world.portal, &old)).await.ok().unwrap().refresh_token;
    world.later(10);
    assert_eq!(world.ask(renew(&world.portal, &old)).await.ok().unwrap().refresh_token, next);
    world.later(1);
    assert_eq!(world.refused(renew(&world.portal, &old)).await, 70_000);
    assert_eq!(world.refused(renew(&world.portal, &next.unwrap())).await, 70_000);
    let tenant = world.tenant;
    let records = world.app.read(move |tx| Ok(audit::newest(tx, tenant, 99)?)).await.unwrap();
    let told = records.iter().filter(|record| record.activity == "Revoke tokens after reuse").count();
    assert_eq!(told, 1, "the administrator is told once");
}

#[tokio::test]
async fn f5_once_the_successor_is_used_the_old_one_is_a_reuse_even_at_once() {
    let world = World::new().await;
    let old = first(&world).await;
    let next = world.ask(renew(&world.portal, &old)).await.ok().unwrap().refresh_token.unwrap();
    let last = world.ask(renew(&world.portal, &next)).await.ok().unwrap().refresh_token.unwrap();
    assert_eq!(world.refused(renew(&world.portal, &old)).await, 70_000);
    assert_eq!(world.refused(renew(&world.portal, &last)).await, 70_000);
}

/// Threats F6: nobody else's token, and nothing nobody consented to; the token itself stays good.
#[tokio::test]
async fn f6_a_refresh_token_is_for_its_client_and_for_what_was_consented_to() {
    let world = World::new().await;
    let other = world.register(NewApplication { secret: true, ..plain("Other") }).await;
    let token = first(&world).await;
    assert_eq!(world.refused(renew(&other, &token)).await, 70_000);
    let scoped = |scope: &str| TokenForm { scope: Some(scope.to_owned()), ..renew(&world.portal, &token) };
    assert_eq!(world.refused(scoped("User.ReadWrite.All")).await, 65_001);
    assert_eq!(world.refused(scoped("User.Fly")).await, 70_011);
    assert_eq!(world.refused(scoped(&format!("{UNKNOWN}/.default"))).await, 500_011);
    // For another application nobody can consent yet; for itself an application needs no consent.
    let elsewhere = format!("api://{}/.default openid", other.client_id);
    assert_eq!(world.refused(scoped(&elsewhere)).await, 65_001);
    let itself = format!("api://{}/.default openid", world.portal.client_id);
    let reply = world.ask(scoped(&itself)).await.ok().unwrap();
    assert_eq!(claims(&reply.access_token)["aud"], world.portal.client_id.to_string());
    assert_eq!(reply.scope, Some(format!("openid profile api://{}/.default", world.portal.client_id)));
    for bad in ["", "x", "x.y", &format!("{}.x", world.tenant), &token[1..]] {
        assert_eq!(world.refused(renew(&world.portal, bad)).await, 70_000, "{bad}");
    }
}

/// Threats D5, E8.
#[tokio::test]
async fn d5_e8_a_refresh_token_dies_with_the_persons_generation_and_account() {
    let world = World::new().await;
    let token = first(&world).await;
    world
        .change(world.member, "UPDATE users SET account_enabled = (1 = 0) WHERE tenant_id = $1 AND id = $2")
        .await;
    assert_eq!(world.refused(renew(&world.portal, &token)).await, 50_057);
    world
        .change(world.member, "UPDATE users SET account_enabled = (1 = 1) WHERE tenant_id = $1 AND id = $2")
        .await;
    let raise =
        "UPDATE users SET sign_in_generation = sign_in_generation + 1 WHERE tenant_id = $1 AND id = $2";
    world.change(world.member, raise).await;
    assert_eq!(world.refused(renew(&world.portal, &token)).await, 50_173);
}

#[tokio::test]
async fn who_proved_a_mailbox_proves_it_again_after_a_day() {
    let world = World::new().await;
    let guest = world.guest("gil@fabrikam.example").await;
    let (of_guest, of_member) = (world.signed_in(guest).await.refresh_token.unwrap(), first(&world).await);
    world.later(23 * 3600);
    let of_guest = world.ask(renew(&world.portal, &of_guest)).await.ok().unwrap().refresh_token.unwrap();
    world.later(3600);
    assert_eq!(world.refused(renew(&world.portal, &of_guest)).await, 700_082);
    world.later(80 * 24 * 3600);
    let of_member = world.ask(renew(&world.portal, &of_member)).await.ok().unwrap().refresh_token.unwrap();
    world.later(90 * 24 * 3600);
    assert_eq!(world.refused(renew(&world.portal, &of_member)).await, 700_082);
}

/// Threats E7: another tenant's token is nothing here, whoever holds it.
#[tokio::test]
async fn e7_a_refresh_token_is_for_its_tenant() {
    let world = World::new().await;
    let other = tenant(&world.app, "other.example", Some(signing_keys())).await;
    let twin = NewApplication { client_id: Some(world.portal.client_id), secret: true, ..plain("Portal") };
    let twin = register_application(&world.app, other, twin).await.unwrap();
    let token = first(&world).await;
    assert_eq!(code_of(super::token(&world.app, "other.example", renew(&twin, &token)).await), 70_000);
    assert_eq!(code_of(super::token(&world.app, "common", renew(&world.portal, &token)).await), 0);
}
