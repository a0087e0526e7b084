//! Which tokens are taken for a caller.

use serde_json::json;

use super::*;
use crate::tokens::bearer;

async fn cause(world: &World, token: &str) -> &'static str {
    match bearer(&world.app, token).await {
        Ok(_) => "",
        Err(Refusal::NotSignedIn { cause }) => cause,
        Err(other) => panic!("{other:?}"),
    }
}

/// Claims as a good token of the member has them.
fn good(world: &World) -> Value {
    let now = world.app.now().seconds();
    json!({
        "aud": "00000003-0000-0000-c000-000000000000", "iss": format!("{BASE}/{}/v2.0", world.tenant), "iat": now,
        "nbf": now, "exp": now + 3600, "tid": world.tenant, "oid": world.member, "sub": "s", "idtyp": "user",
        "appid": world.portal.client_id, "scp": "User.Read", "hsg": 1,
    })
}

fn sign(world: &World, tenant: TenantId, claims: &Value) -> String {
    let keys = world.app.tenant_keys(tenant).unwrap();
    keys.signing(Algorithm::Rs256, world.app.now()).sign(claims.to_string().as_bytes()).unwrap()
}

/// Threats E7: every tenant has its own keys and issuer, and a token cannot borrow another's.
#[tokio::test]
async fn e7_a_token_of_one_tenant_is_nothing_in_another() {
    let world = World::new().await;
    let other = tenant(&world.app, "other.example", None).await;
    let genuine = good(&world);
    assert_eq!(cause(&world, &sign(&world, world.tenant, &genuine)).await, "");
    let by_other = sign(&world, other, &genuine);
    assert_eq!(cause(&world, &by_other).await, "The signature of the token is not valid.");
    let mut own_issuer = genuine.clone();
    own_issuer["tid"] = json!(other);
    assert_eq!(
        cause(&world, &sign(&world, other, &own_issuer)).await,
        "The token is of another issuer or tenant."
    );
    let mut foreign_issuer = genuine.clone();
    foreign_issuer["iss"] = json!(format!("{BASE}/{other}/v2.0"));
    assert_eq!(
        cause(&world, &sign(&world, world.tenant, &foreign_issuer)).await,
        "The token is of another issuer or tenant."
    );
    let mut nowhere = genuine;
    nowhere["tid"] = json!(Uuid::from_u128(9));
    assert_eq!(
        cause(&world, &sign(&world, other, &nowhere)).await,
        "The token was not issued by this server."
    );
}

/// Threats F7, the half that is not the signature's.
#[tokio::test]
async fn f7_only_access_tokens_for_this_api_in_their_time() {
    let world = World::new().await;
    let now = world.app.now().seconds();
    for (name, value, expected) in [
        ("aud", json!(world.portal.client_id), "The token is for another resource."),
        ("aud", json!("https://graph.microsoft.com"), "The token is for another resource."),
        ("exp", json!(now - 60), "The token has expired."),
        ("exp", json!((now + 60).to_string()), "The token cannot be accepted."),
        ("nbf", json!(now + 61), "The token is not valid yet."),
        ("idtyp", json!("other"), "The token cannot be accepted."),
        ("idtyp", Value::Null, "The token cannot be accepted."),
        ("hsg", json!("1"), "The token cannot be accepted."),
        ("oid", json!("x"), "The token cannot be accepted."),
        ("appid", json!(""), "The token cannot be accepted."),
    ] {
        let mut claims = good(&world);
        claims[name] = value;
        assert_eq!(cause(&world, &sign(&world, world.tenant, &claims)).await, expected, "{name}");
    }
    for name in ["exp", "iss", "aud", "tid", "idtyp", "hsg", "iat", "oid", "appid"] {
        let mut claims = good(&world);
        claims.as_object_mut().unwrap().remove(name);
        assert_ne!(cause(&world, &sign(&world, world.tenant, &claims)).await, "", "{name}");
    }
    let keys = world.app.tenant_keys(world.tenant).unwrap();
    let receipt = keys
        .signing(Algorithm::Rs256, world.app.now())
        .sign_as("hospes-receipt+jws", good(&world).to_string().as_bytes())
        .unwrap();
    assert_ne!(cause(&world, &receipt).await, "");
    for garbage in ["", ".", "..", "a.b.c", "x", &"y".repeat(30_000)] {
        assert_eq!(cause(&world, garbage).await, "The token was not issued by this server.");
    }
}

#[tokio::test]
async fn f7_an_id_token_is_no_access_token() {
    let world = World::new().await;
    let reply = world.signed_in(world.member).await;
    assert_eq!(cause(&world, &reply.id_token.unwrap()).await, "The token is for another resource.");
    assert_eq!(cause(&world, &reply.access_token).await, "");
    let mut claims = good(&world);
    claims.as_object_mut().unwrap().remove("idtyp");
    assert_eq!(cause(&world, &sign(&world, world.tenant, &claims)).await, "This is not an access token.");
}

/// A token that was good a moment ago is looked at again for all that may have changed since.
#[tokio::test]
async fn a_remembered_token_ends_with_its_time_and_with_its_keys() {
    let world = World::new().await;
    let token = sign(&world, world.tenant, &good(&world));
    for _ in 0..2 {
        assert_eq!(cause(&world, &token).await, "");
    }
    let other_end = if token.ends_with('A') { 'Q' } else { 'A' };
    let forged = format!("{}{other_end}", &token[..token.len() - 1]);
    assert_ne!(cause(&world, &forged).await, "");
    world.later(3600 + 60);
    assert_eq!(cause(&world, &token).await, "The token has expired.");

    let fresh = sign(&world, world.tenant, &good(&world));
    assert_eq!(cause(&world, &fresh).await, "");
    let app = &world.app;
    let (replaced, _) = crate::keys::TenantKeys::generate(world.tenant, app.master(), app.random()).unwrap();
    app.ring().install(replaced);
    assert_eq!(cause(&world, &fresh).await, "The signature of the token is not valid.");
}
