//! Plan "Config OP": the discovery document says what is true.

use base64::Engine as _;

use super::Plan;
use crate::harness::Browser;

#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    let plan = Plan::start().await;
    let told = plan.discovered().await;
    let issuer = told["issuer"].as_str().unwrap();
    let origin = issuer.split_once("://").unwrap().1.split('/').next().unwrap();
    for required in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
        "device_authorization_endpoint",
    ] {
        let address = told[required].as_str().unwrap_or_else(|| panic!("no {required}: {told}"));
        assert!(address.starts_with(&format!("https://{origin}/")), "{required}: {address}");
    }
    let has = |name: &str, value: &str| {
        let listed = told[name].as_array().unwrap_or_else(|| panic!("no {name}: {told}"));
        assert!(listed.iter().any(|v| v == value), "{name} lacks {value}: {listed:?}");
    };
    has("response_types_supported", "code");
    has("subject_types_supported", "pairwise");
    has("id_token_signing_alg_values_supported", "RS256");
    has("scopes_supported", "openid");
    has("code_challenge_methods_supported", "S256");
    for mode in ["query", "fragment", "form_post"] {
        has("response_modes_supported", mode);
    }
    for grant in [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
    ] {
        has("grant_types_supported", grant);
    }
    for method in ["client_secret_post", "client_secret_basic", "private_key_jwt"] {
        has("token_endpoint_auth_methods_supported", method);
    }
    for claim in hospes_domain::sign_in::REQUESTABLE {
        has("claims_supported", claim);
    }
    for flag in [
        "claims_parameter_supported",
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
        "frontchannel_logout_supported",
        "frontchannel_logout_session_supported",
    ] {
        assert_eq!(told[flag], true, "{flag}");
    }
    for absent in ["none", "HS256"] {
        let listed = told["id_token_signing_alg_values_supported"].as_array().unwrap();
        assert!(!listed.iter().any(|v| v == absent), "{absent} must not be offered");
    }
}

#[tokio::test]
async fn every_claim_that_is_told_is_in_the_document() {
    let mut plan = Plan::start().await;
    let all: serde_json::Map<_, _> = hospes_domain::sign_in::REQUESTABLE
        .iter()
        .map(|name| ((*name).to_owned(), serde_json::Value::Null))
        .collect();
    let wanted = serde_json::json!({ "id_token": all, "userinfo": all }).to_string();
    let got = plan
        .signed_in(&[("scope", "openid profile email offline_access"), ("claims", wanted.as_str())])
        .await;
    let tokens = plan.exchange(&got).await;
    let bearer = tokens["access_token"].as_str().unwrap();
    let info = plan.server.get(bearer, "/oidc/userinfo").await.expect(200).json;
    let supported = plan.discovered().await["claims_supported"].clone();
    for told in [super::claims(&tokens["id_token"]), info] {
        for name in told.as_object().unwrap().keys() {
            assert!(
                supported.as_array().unwrap().iter().any(|known| known == name),
                "{name} is told and not listed"
            );
        }
    }
}

#[tokio::test]
async fn the_published_keys_have_ids_uses_and_no_private_part() {
    let plan = Plan::start().await;
    let path = format!("/{}/discovery/v2.0/keys", plan.server.tenant);
    let page = Browser::new().get_once(&plan.server, &path).await;
    let told: serde_json::Value = serde_json::from_str(&page.html).unwrap();
    let keys = told["keys"].as_array().unwrap();
    assert!(keys.iter().any(|key| key["kty"] == "RSA") && keys.iter().any(|key| key["kty"] == "EC"));
    for key in keys {
        assert!(key["kid"].is_string() && key["use"] == "sig", "{key}");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private} is published");
        }
    }
}

/// As the original publishes them: libraries made for it, social-auth-core among them, take the key from `x5c` and from
/// nowhere else (RFC 7517 sections 4.7 and 4.8).
#[tokio::test]
async fn published_rsa_keys_carry_their_certificate() {
    let plan = Plan::start().await;
    for of in [plan.server.tenant.to_string(), "common".to_owned()] {
        let page = Browser::new().get_once(&plan.server, &format!("/{of}/discovery/v2.0/keys")).await;
        let told: serde_json::Value = serde_json::from_str(&page.html).unwrap();
        let key = told["keys"].as_array().unwrap().iter().find(|key| key["kty"] == "RSA").unwrap();
        let der = base64::engine::general_purpose::STANDARD.decode(key["x5c"][0].as_str().unwrap()).unwrap();
        let certificate = hospes_domain::jose::X509::read(&der).unwrap();
        let same = certificate.key.to_json(key["kid"].as_str().unwrap());
        assert!(same["n"] == key["n"] && same["e"] == key["e"], "{key}");
        assert_eq!(key["x5t"], hospes_domain::jose::base64url::encode(certificate.sha1));
    }
}
