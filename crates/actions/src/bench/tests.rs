#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use hospes_domain::guest::State;
use hospes_domain::ids::ObjectId;
use hospes_store::{invitations, users};
use uuid::Uuid;

use super::*;
use crate::random::SystemRandom;
use crate::redeem;
use crate::setup::{NewApplication, register_application};
use crate::testing::Bench;
use crate::tokens::{Credentials, TokenForm, token};
use hospes_domain::access::Scope;

const INVITER: ObjectId = ObjectId(Uuid::from_u128(9));

fn every_third(number: usize) -> GuestKind {
    if number.is_multiple_of(3) { GuestKind::Pending } else { GuestKind::Redeemed }
}

#[tokio::test]
async fn guests_in_bulk_are_guests_like_any_other() {
    let bench = Bench::new().await;
    let mut heard = Vec::new();
    let told = |count| heard.push(count);
    let made = guests(&bench.app, &bench.tenant, INVITER, "guest", 40, every_third, told).await.unwrap();
    assert_eq!((made.len(), heard), (40, vec![40]));
    let (tenant, seeded) = (bench.tenant(), made.clone());
    let found = bench.app.read(move |tx| {
        let one = |seeded: &Seeded| {
            let user = users::by_id(tx, tenant, seeded.id)?.unwrap();
            Ok((user, invitations::by_id(tx, tenant, seeded.invitation)?.unwrap()))
        };
        Ok(seeded.iter().map(one).collect::<Result<Vec<_>, hospes_store::engine::StoreError>>()?)
    });
    for (number, (user, invitation)) in found.await.unwrap().into_iter().enumerate() {
        let redeemed = every_third(number) == GuestKind::Redeemed;
        assert_eq!(user.guest.state() == State::Accepted, redeemed);
        assert_eq!(user.guest.binding().is_some(), redeemed);
        assert_eq!(user.guest.generation(), made[number].generation);
        assert_eq!((user.mail.as_ref(), invitation.user), (Some(&invitation.address), user.id()));
        assert_eq!(user.proxy_addresses, [format!("SMTP:{}", invitation.address)]);
    }
    // A name that is taken leaves nothing of its batch behind.
    assert!(guests(&bench.app, &bench.tenant, INVITER, "guest", 40, every_third, |_| {}).await.is_err());
}

#[tokio::test]
async fn inputs_are_what_the_steps_before_would_have_left() {
    let bench = Bench::new().await;
    let (app, tenant) = (&bench.app, bench.tenant());
    let client = register_application(
        app,
        tenant,
        NewApplication {
            display_name: "Portal".into(),
            secret: true,
            redirect_uris: vec![CALLBACK.into()],
            delegated: vec![Scope::UserRead],
            ..NewApplication::default()
        },
    );
    let client = client.await.unwrap();
    let made = guests(app, &bench.tenant, INVITER, "guest", 6, every_third, |_| {}).await.unwrap();
    let (pending, redeemed): (Vec<_>, Vec<_>) = made.into_iter().partition(|guest| guest.generation == 1);
    for code in codes(app, tenant, client.client_id, &redeemed, 5).await.unwrap() {
        let form = TokenForm {
            grant_type: Some("authorization_code".into()),
            credentials: Credentials {
                id: Some(client.client_id.to_string()),
                secret: client.secret.clone(),
                ..Credentials::default()
            },
            code: Some(code),
            redirect_uri: Some(CALLBACK.into()),
            code_verifier: Some(VERIFIER.into()),
            ..TokenForm::default()
        };
        let reply = token(app, &tenant.to_string(), form).await.unwrap();
        assert!(reply.id_token.is_some() && reply.refresh_token.is_some(), "two signatures and a rotation");
    }
    for ready in redeemable(app, tenant, pending).await.unwrap() {
        assert_eq!(redeem::accept(app, tenant, ready.flow, None).await.unwrap().user, ready.guest.id);
    }
}

#[tokio::test]
async fn limits_write_and_read_rows_on_an_engine_of_their_own() {
    let bench = Bench::new().await;
    let made = guests(&bench.app, &bench.tenant, INVITER, "guest", 4, every_third, |_| {}).await.unwrap();
    let ready = redeemable(&bench.app, bench.tenant(), vec![made[0].clone()]).await.unwrap().remove(0);
    let limits =
        Limits::open(bench.close().await, Arc::clone(&bench.clock) as _, Arc::new(SystemRandom)).unwrap();
    let tenant = bench.tenant();
    for mail in [true, false] {
        let address = format!("new{mail}@guests.test");
        limits.commit(tenant, Rows::Invitation { address, mail }).await.unwrap();
    }
    limits
        .commit_alone(tenant, Rows::Invitation { address: "alone@guests.test".into(), mail: false })
        .await
        .unwrap();
    let address = |number: usize| made[number].address.to_string();
    let redemption = Rows::Redemption {
        user: ready.guest.id,
        invitation: ready.guest.invitation,
        flow: ready.flow,
        address: address(0),
    };
    limits.commit(tenant, redemption).await.unwrap();
    limits.commit(tenant, Rows::Reset { user: made[1].id, address: address(1) }).await.unwrap();
    assert!(limits.user(tenant, made[2].id).await.unwrap().unwrap().contains("#EXT#"));
    assert_eq!(limits.user(tenant, INVITER).await.unwrap(), None);
    limits.close().await;
}
