//! Plans "Back-Channel Logout OP" and "Front-Channel Logout OP": the apps of a session hear of its end.

use hospes_actions::setup::{NewApplication, register_application};
use hospes_actions::{jobs, logout};
use hospes_domain::application::ApplicationSettings;
use hospes_domain::time::Clock;
use serde_json::json;

use super::{CALLBACK, Plan, claims};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A client that wants to hear both ways.
async fn listening() -> Plan {
    let plan = Plan::start().await;
    let settings = ApplicationSettings {
        logout_url: Some("https://portal.example/front".into()),
        back_channel_logout_url: Some("https://portal.example/back".into()),
        ..ApplicationSettings::default()
    };
    let new = NewApplication {
        display_name: "Listener".into(),
        redirect_uris: vec![CALLBACK.into()],
        secret: true,
        settings,
        ..NewApplication::default()
    };
    let made = register_application(&plan.server.app, plan.server.tenant, new).await.unwrap();
    Plan { client: made.client_id.to_string(), secret: made.secret.unwrap(), ..plan }
}

/// The logout tokens that are to be sent now, with where to.
async fn sent(plan: &Plan) -> Vec<(String, String)> {
    let mut sent = Vec::new();
    for job in jobs::lease(&plan.server.app, 8).await.unwrap() {
        let notice = logout::notice(&plan.server.app, &job).await.unwrap();
        sent.extend(notice.map(|notice| (notice.url, notice.token)));
    }
    sent
}

#[tokio::test]
async fn oidcc_backchannel_rp_initiated_logout() {
    let mut plan = listening().await;
    let hint = plan.hint().await;
    let signed_in = claims(&json!(hint));
    assert!(sent(&plan).await.is_empty());
    plan.server.clock.advance(60);
    let page = plan
        .logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", CALLBACK), ("state", "s")])
        .await;
    assert!(page.html.contains("https://portal.example/callback?state=s"), "{}", page.html);
    let told = sent(&plan).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "https://portal.example/back");
    // Back-Channel Logout 1.0 section 2.6, step by step.
    let (header, claimed) = plan.verified(&told[0].1).await;
    assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
    let now = plan.server.clock.now().seconds();
    assert_eq!(claimed["iat"].as_i64(), Some(now));
    assert!(claimed["exp"].as_i64().is_some_and(|exp| exp > now && exp <= now + 120), "{claimed}");
    assert!(claimed["jti"].as_str().is_some_and(|jti| !jti.is_empty()));
    assert_eq!(claimed["events"], json!({ EVENT: {} }));
    assert_eq!((&claimed["sub"], &claimed["sid"]), (&signed_in["sub"], &signed_in["sid"]));
    for absent in ["nonce", "oid", "tid", "email", "name", "scp", "auth_time"] {
        assert!(claimed.get(absent).is_none(), "{absent}: {claimed}");
    }
    assert!(plan.is_out().await);
    assert!(sent(&plan).await.is_empty(), "once");
}

#[tokio::test]
async fn oidcc_frontchannel_rp_initiated_logout() {
    let mut plan = listening().await;
    let hint = plan.hint().await;
    let sid = claims(&json!(hint))["sid"].as_str().unwrap().to_owned();
    let issuer = plan.discovered().await["issuer"].as_str().unwrap().to_owned();
    let query = format!("id_token_hint={hint}&post_logout_redirect_uri={CALLBACK}&state=s");
    let url = format!("/{}/oauth2/v2.0/logout?{query}", plan.server.tenant);
    let page = plan.browser.get_once(&plan.server, &url).await;
    let framed = page.text();
    let (_, frame) = framed.split_once("<iframe src=\"").expect("a frame of the app");
    let frame = url::Url::parse(frame.split('"').next().unwrap()).unwrap();
    assert!(frame.as_str().starts_with("https://portal.example/front?"), "{frame}");
    let told: super::Answer = frame.query_pairs().into_owned().collect();
    assert_eq!((told["iss"].as_str(), told["sid"].as_str()), (issuer.as_str(), sid.as_str()));
    assert!(plan.is_out().await);
}
