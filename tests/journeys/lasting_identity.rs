//! An app knows a guest by `oid` and `sub`, whatever becomes of the identity behind them: an account at home, a mailbox, another
//! account at home of the same name, a deletion that was taken back. By every grant that a person has part in.

use serde_json::{Value, json};

use crate::harness::{Browser, Server, Two, claims};
use crate::threats::d_sign_ins::{BACK, at_the_app, code, tokens};

/// Who the guest is to the app, by every token and answer of a sign-in and its renewal.
async fn told(server: &Server, browser: &mut Browser) -> Vec<(Value, Value)> {
    let code = code(&at_the_app(server, browser).await);
    let first =
        tokens(server, &[("grant_type", "authorization_code"), ("code", &code), BACK]).await.expect(200).json;
    let refresh = first["refresh_token"].as_str().unwrap();
    let second =
        tokens(server, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.expect(200).json;
    let mut found = Vec::new();
    for answer in [&first, &second] {
        for kind in ["id_token", "access_token"] {
            let token = claims(&answer[kind]);
            found.push((token["oid"].clone(), token["sub"].clone()));
        }
        let info = server.get(answer["access_token"].as_str().unwrap(), "/oidc/userinfo").await.expect(200);
        found.push((found[0].0.clone(), info.json["sub"].clone()));
    }
    found
}

/// The provider that a token names.
async fn idp(server: &Server, browser: &mut Browser) -> Value {
    let code = code(&at_the_app(server, browser).await);
    let got =
        tokens(server, &[("grant_type", "authorization_code"), ("code", &code), BACK]).await.expect(200);
    claims(&got.json["id_token"])["idp"].clone()
}

#[tokio::test]
async fn oid_and_sub_survive_resets_between_home_and_mailbox_and_a_new_account_at_home() {
    let mut two = Two::start().await;
    let (id, mut browser) = two.guest().await;
    let home = json!(format!("https://hospes.example/{}/v2.0", two.home));
    let before = told(&two.server, &mut browser).await;
    assert!(before.iter().all(|(oid, sub)| *oid == json!(id) && sub == &before[0].1), "{before:?}");
    assert_eq!(idp(&two.server, &mut browser).await, home);

    let upn = two.ana.upn.clone();
    let link = two.reset(&id, &upn).await;
    let mut again = two.redeem(&link, &upn).await;
    assert_eq!(told(&two.server, &mut again).await, before, "the same account redeemed again");

    let mailbox = "ana@adatum.example";
    let path = format!("/v1.0/users/{id}");
    let admin = two.server.token_of(&two.server.user_admin);
    two.server.patch(&admin, &path, json!({ "mail": mailbox })).await.expect(204);
    let link = two.reset(&id, mailbox).await;
    two.server.mails().await;
    let (mut by_mail, _) = two.server.redeem(&link, mailbox).await;
    assert_eq!(told(&two.server, &mut by_mail).await, before, "from home to a mailbox");
    assert_eq!(idp(&two.server, &mut by_mail).await, "mail");

    two.make_anew().await;
    let admin = two.server.token_of(&two.server.user_admin);
    two.server.patch(&admin, &path, json!({ "mail": upn })).await.expect(204);
    let link = two.reset(&id, &upn).await;
    let mut anew = two.redeem(&link, &upn).await;
    assert_eq!(told(&two.server, &mut anew).await, before, "from a mailbox to another account at home");
    assert_eq!(idp(&two.server, &mut anew).await, home);

    let admin = two.server.token_of(&two.server.user_admin);
    two.server.delete(&admin, &path).await.expect(204);
    let restore = format!("/v1.0/directory/deletedItems/{id}/restore");
    two.server.post(&admin, &restore, Value::Null).await.expect(200);
    let mut restored = Browser::new();
    two.sign_in(&mut restored, &upn).await;
    assert_eq!(told(&two.server, &mut restored).await, before, "deleted and restored");
}
