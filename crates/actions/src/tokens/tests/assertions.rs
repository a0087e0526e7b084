//! `private_key_jwt` (RFC 7523, threats F9).

use aws_lc_rs::rand::SystemRandom as Entropy;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::RSA_PSS_SHA256;
use serde_json::json;

use super::*;

const THUMBPRINT: [u8; 32] = [7; 32];
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A confidential client without a secret, with the certificate of that key.
async fn certified(world: &World, key: &SigningKey) -> Registered {
    let client = world.register(plain("Robot")).await;
    let (tenant, application, id) = (world.tenant, client.application.id, world.app.new_id());
    let jwk = key.public_jwk().to_json("any").to_string();
    let until = world.app.now().plus_seconds(3600);
    let sql = "INSERT INTO client_certificates (tenant_id, id, application_id, thumbprint, jwk, starts_at, expires_at, created_at, \
               thumbprint_sha1) VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $8)";
    world
        .app
        .write(move |tx| {
            let params = [
                tenant.into(),
                id.into(),
                application.into(),
                THUMBPRINT.into(),
                jwk.as_str().into(),
                Time(0).into(),
                until.into(),
                vec![1_u8; 20].into(),
            ];
            Ok(tx.execute(sql, &params)?)
        })
        .await
        .unwrap();
    client
}

fn assertion_claims(world: &World, client: &Registered, jti: &str) -> Value {
    let (id, now) = (client.client_id, world.app.now().seconds());
    let aud = format!("{BASE}/{}/oauth2/v2.0/token", world.tenant);
    json!({ "iss": id, "sub": id, "aud": aud, "jti": jti, "nbf": now, "iat": now, "exp": now + 600 })
}

fn presented(assertion: String) -> TokenForm {
    TokenForm {
        grant_type: Some("client_credentials".to_owned()),
        credentials: Credentials {
            assertion: Some(assertion),
            assertion_type: Some(TYPE.to_owned()),
            ..Credentials::default()
        },
        scope: Some(GRAPH_DEFAULT.to_owned()),
        ..TokenForm::default()
    }
}

/// A compact JWS with a header of one's own, signed with PKCS#1 or PSS.
fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
    let pair = RsaKeyPair::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    let with: &dyn aws_lc_rs::signature::RsaEncoding =
        if header["alg"] == "PS256" { &RSA_PSS_SHA256 } else { &aws_lc_rs::signature::RSA_PKCS1_SHA256 };
    pair.sign(with, &Entropy::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", base64url::encode(signature))
}

#[tokio::test]
async fn f9_every_way_in_which_the_libraries_name_and_sign_is_taken_once() {
    let world = World::new().await;
    let key = SigningKey::generate(Algorithm::Rs256).unwrap();
    let client = certified(&world, &key).await;
    let thumbprint = base64url::encode(THUMBPRINT);
    let hex = "07".repeat(32);
    for (number, header) in [
        json!({ "alg": "RS256", "typ": "JWT", "x5t#S256": thumbprint }),
        json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint, "x5c": ["MIIB"] }),
        json!({ "alg": "RS256", "typ": "JWT", "x5t": "c2hhLTE" }),
        json!({ "alg": "RS256", "kid": hex }),
        json!({ "alg": "PS256", "kid": thumbprint }),
        json!({ "alg": "RS256" }),
    ]
    .into_iter()
    .enumerate()
    {
        let assertion = signed(&key, &header, &assertion_claims(&world, &client, &format!("j{number}")));
        let reply = world.ask(presented(assertion.clone())).await.ok().unwrap();
        assert_eq!(claims(&reply.access_token)["azpacr"], "2", "{header}");
        assert_eq!(world.refused(presented(assertion)).await, 700_027, "F9: used twice, {header}");
    }
    // openid-client 5 lists both names of the server (RFC 7523 section 3).
    let mut several = assertion_claims(&world, &client, "several");
    let issuer = format!("{BASE}/{}", world.tenant);
    several["aud"] = json!([format!("{issuer}/v2.0"), format!("{issuer}/oauth2/v2.0/token")]);
    let assertion = signed(&key, &json!({ "alg": "RS256", "kid": hex }), &several);
    assert!(world.ask(presented(assertion)).await.is_ok(), "{several}");
    let curve = SigningKey::generate(Algorithm::Es256).unwrap();
    let client = certified(&world, &curve).await;
    let text = assertion_claims(&world, &client, "es").to_string();
    let reply = world.ask(presented(curve.sign(text.as_bytes()).unwrap())).await;
    assert!(reply.is_ok(), "ES256");
}

#[tokio::test]
async fn f9_whatever_is_wrong_with_an_assertion_it_is_refused() {
    let world = World::new().await;
    let (key, other) =
        (SigningKey::generate(Algorithm::Rs256).unwrap(), SigningKey::generate(Algorithm::Rs256).unwrap());
    let client = certified(&world, &key).await;
    let good = json!({ "alg": "RS256", "typ": "JWT", "x5t#S256": base64url::encode(THUMBPRINT) });
    let now = world.app.now().seconds();
    let with = |name: &str, value: Value| {
        let mut claims = assertion_claims(&world, &client, "one");
        claims[name] = value;
        claims
    };
    for wrong in [
        with("iss", json!(world.portal.client_id)),
        with("aud", json!("https://evil.example/token")),
        with("aud", json!([format!("{BASE}/{}/v2.0", world.tenant), "x"])),
        with("exp", json!(now + 1200)),
        with("exp", json!(now - 61)),
        with("exp", json!("soon")),
        with("nbf", json!(now + 300)),
        with("jti", json!("")),
        with("jti", json!("x".repeat(257))),
        with("jti", Value::Null),
    ] {
        assert_eq!(world.refused(presented(signed(&key, &good, &wrong))).await, 700_027, "{wrong}");
    }
    let fine = assertion_claims(&world, &client, "one");
    for header in [
        json!({ "alg": "none", "x5t#S256": base64url::encode(THUMBPRINT) }),
        json!({ "alg": "HS256", "x5t#S256": base64url::encode(THUMBPRINT) }),
        json!({ "alg": "ES256", "x5t#S256": base64url::encode(THUMBPRINT) }),
        json!({ "alg": "RS256", "x5t#S256": base64url::encode([8; 32]) }),
        json!({ "alg": "RS256", "typ": "logout+jwt", "x5t": "x" }),
        json!({ "alg": "RS256", "x5t": "x", "jku": "https://evil.example" }),
        json!({ "alg": "RS256", "x5t": "x", "crit": ["x5t"] }),
    ] {
        assert_eq!(world.refused(presented(signed(&key, &header, &fine))).await, 700_027, "{header}");
    }
    assert_eq!(world.refused(presented(signed(&other, &good, &fine))).await, 700_027, "another key");
    let of_ours = world.app.tenant_keys(world.tenant).unwrap();
    let ours = of_ours.signing(Algorithm::Rs256, world.app.now()).sign(fine.to_string().as_bytes()).unwrap();
    assert_eq!(world.refused(presented(ours)).await, 700_027, "the server's own key is nobody's certificate");
    let mut untyped = presented(signed(&key, &good, &fine));
    untyped.credentials.assertion_type = None;
    assert_eq!(world.refused(untyped).await, 900_144);
    let mut foreign = presented(signed(&key, &good, &fine));
    foreign.credentials.id = Some(world.portal.client_id.to_string());
    assert_eq!(world.refused(foreign).await, 700_027, "another client's id beside it");
    assert!(world.ask(presented(signed(&key, &good, &fine))).await.is_ok(), "nothing of that used it up");
    world.later(4000);
    let late = assertion_claims(&world, &client, "late");
    assert_eq!(
        world.refused(presented(signed(&key, &good, &late))).await,
        700_027,
        "the certificate is over"
    );
}

#[tokio::test]
async fn f9_of_fifty_at_once_one_counts() {
    let world = World::new().await;
    let key = SigningKey::generate(Algorithm::Rs256).unwrap();
    let client = certified(&world, &key).await;
    let text = assertion_claims(&world, &client, "race").to_string();
    let assertion = key.sign(text.as_bytes()).unwrap();
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (app, tenant, form) = (world.app.clone(), world.tenant.to_string(), presented(assertion.clone()));
        tries.spawn(async move { token(&app, &tenant, form).await.is_ok() });
    }
    assert_eq!(tries.join_all().await.into_iter().filter(|good| *good).count(), 1);
}
