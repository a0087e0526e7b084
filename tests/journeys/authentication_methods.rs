//! How people sign in, as administrators see it over the directory API, and removing one method of somebody.

use hospes_actions::jobs::MailContent;
use hospes_domain::ids::ObjectId;
use hospes_domain::second_factor::News;
use serde_json::{Value, json};

use crate::harness::{Authenticator, Browser, Owner, Server};

const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";

fn path(user: &str, rest: &str) -> String {
    format!("/v1.0/users/{user}/authentication/{rest}")
}

async fn kinds(server: &Server, user: &str) -> Vec<String> {
    let token = server.app_token().await;
    let found = server.get(&token, &path(user, "methods")).await.expect(200);
    let kind = |method: &Value| {
        let kind = method["@odata.type"].as_str().unwrap();
        let kind = kind.strip_prefix("#microsoft.graph.").unwrap();
        kind.strip_suffix("AuthenticationMethod").unwrap().to_owned()
    };
    found.json["value"].as_array().unwrap().iter().map(kind).collect()
}

#[tokio::test]
async fn the_methods_of_a_user_are_those_of_the_original_without_a_secret() {
    let server = Server::start().await;
    let Owner { user, app, passkey } = server.with_methods("olga").await;
    let token = server.token_of(&server.helpdesk);
    let read = async |rest: &str| server.get(&token, &path(&user, rest)).await.expect(200).json;
    assert_eq!(kinds(&server, &user).await, ["password", "softwareOath", "fido2"]);
    let all = read("methods").await;
    let context = format!("https://hospes.example/v1.0/$metadata#users('{user}')/authentication/methods");
    assert_eq!(all["@odata.context"], context);

    let password = read("passwordMethods").await["value"][0].clone();
    assert_eq!((&password["id"], &password["password"]), (&json!(PASSWORD), &Value::Null));
    assert!(password["createdDateTime"].is_string(), "{password}");
    assert_eq!(read(&format!("passwordMethods/{PASSWORD}")).await["id"], PASSWORD);
    let one = read(&format!("softwareOathMethods/{app}")).await;
    assert_eq!((&one["displayName"], &one["secretKey"]), (&json!("Phone"), &Value::Null));
    assert!(one["createdDateTime"].is_string() && one["lastUsedDateTime"].is_string(), "{one}");
    let one = read(&format!("fido2Methods/{passkey}")).await;
    assert_eq!(
        (&one["displayName"], &one["attestationLevel"]),
        (&json!("Work laptop"), &json!("notAttested"))
    );
    assert_eq!(one["@odata.type"], Value::Null, "the collection says it");
    assert_eq!(
        read(&format!("methods/{passkey}")).await["@odata.type"],
        "#microsoft.graph.fido2AuthenticationMethod"
    );
    let some = read("fido2Methods?$select=displayName").await["value"][0].clone();
    assert_eq!(some, json!({ "displayName": "Work laptop" }));
    for (kept, what) in [("secret", "second_factors"), ("value", "passkeys"), ("public_key", "passkeys")] {
        for row in server.look().rows(&format!("SELECT {kept} FROM {what}")) {
            assert!(!all.to_string().contains(&row[0]), "{kept}");
        }
    }

    // What is of another kind, of somebody else, or nothing at all is not there.
    let other = server.with_methods("otto").await;
    let nonsense = format!("passwordMethods/{app}");
    for rest in [
        format!("fido2Methods/{app}"),
        format!("softwareOathMethods/{}", other.app),
        "methods/nothing".into(),
        nonsense,
    ] {
        server.get(&token, &path(&user, &rest)).await.expect(404);
    }
    server.get(&token, &path(&user, "methods?$top=1")).await.expect(400);
    server.delete(&token, &path(&user, &format!("passwordMethods/{PASSWORD}"))).await.expect(405);
}

#[tokio::test]
async fn everybody_reads_their_own_and_a_guest_has_none() {
    let server = Server::start().await;
    let Owner { user, .. } = server.with_methods("olga").await;
    let token = server.live_token(server.tenant, ObjectId::parse(&user).unwrap());
    for (collection, count) in
        [("methods", 3), ("passwordMethods", 1), ("fido2Methods", 1), ("softwareOathMethods", 1)]
    {
        let found = server.get(&token, &format!("/beta/me/authentication/{collection}")).await.expect(200);
        assert_eq!(found.json["value"].as_array().unwrap().len(), count, "{collection}");
    }
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    assert_eq!(kinds(&server, &guest).await, [] as [String; 0], "the account at home is a binding");
}

#[tokio::test]
async fn an_administrator_removes_a_passkey_that_signs_nobody_in_any_more() {
    let server = Server::start().await;
    let mia = server.member.clone();
    let (mut browser, ..) = server.with_app(&mia).await;
    let mut key = Authenticator::new();
    server.add_passkey(&mut browser, &mut key).await;
    server.mails().await;
    let token = server.token_of(&server.helpdesk);
    let user = mia.id.to_string();
    let found = server.get(&token, &path(&user, "fido2Methods")).await.expect(200);
    let one = path(&user, &format!("fido2Methods/{}", found.json["value"][0]["id"].as_str().unwrap()));
    server.delete(&token, &one).await.expect(204);
    assert_eq!(kinds(&server, &user).await, ["password", "softwareOath"]);
    assert!(!server.greets(&mut browser, &mia.upn).await, "I3: the session may be one of the passkey's");
    let (thief, _) = server.passkey_sign_in(&mut key).await;
    assert_eq!(thief.session(), None);
    let told: Vec<_> = server.mails().await;
    let news = told.iter().filter(|mail| {
        matches!(&mail.content, MailContent::SecurityNotice { news, .. } if *news == News::MethodRemovedByAdministrator)
    });
    assert_eq!(news.map(|mail| mail.to.clone()).collect::<Vec<_>>(), std::slice::from_ref(&mia.upn));
    assert_eq!(server.successes(&user, "Admin deleted security info").await, 1, "I6");
    server.delete(&token, &one).await.expect(404);
}

#[tokio::test]
async fn with_the_last_app_the_recovery_codes_go() {
    let server = Server::start().await;
    let Owner { user, app, passkey } = server.with_methods("olga").await;
    let token = server.app_token().await;
    // The collection says what kind it is.
    server.delete(&token, &path(&user, &format!("softwareOathMethods/{passkey}"))).await.expect(404);
    server.delete(&token, &path(&user, &format!("softwareOathMethods/{app}"))).await.expect(204);
    assert_eq!(kinds(&server, &user).await, ["password", "fido2"]);
    assert_eq!((server.look().count("second_factors"), server.look().count("recovery_codes")), (0, 0));
    assert_eq!(server.look().count("passkeys"), 1);
}

#[tokio::test]
async fn whoever_has_to_register_again_loses_passkeys_too() {
    let server = Server::start().await;
    let Owner { user, .. } = server.with_methods("olga").await;
    let token = server.token_of(&server.helpdesk);
    let path = format!("/v1.0/users/{user}/hospes.removeSecondFactors");
    server.post(&token, &path, Value::Null).await.expect(204);
    assert_eq!(kinds(&server, &user).await, ["password"]);
}

#[tokio::test]
async fn d1_d2_nobody_sees_or_removes_the_methods_of_a_higher_rank_or_removes_their_own() {
    let server = Server::start().await;
    let (mut browser, ..) = server.with_app(&server.admin).await;
    server.add_passkey(&mut browser, &mut Authenticator::new()).await;
    let admin = server.live_token(server.tenant, server.admin.id);
    let user = server.admin.id.to_string();
    let found = server.get(&admin, &path(&user, "fido2Methods")).await.expect(200);
    let one = path(&user, &format!("fido2Methods/{}", found.json["value"][0]["id"].as_str().unwrap()));
    let helpdesk = server.token_of(&server.helpdesk);
    server.get(&helpdesk, &path(&user, "methods")).await.expect(403);
    let before = server.look().count("passkeys");
    // D2: an application reaches nobody who holds a role, whatever it was given.
    for token in [&helpdesk, &server.app_token().await, &admin] {
        server.delete(token, &one).await.expect(403);
        // Whether the method is there is not told either.
        server.delete(token, &path(&user, "fido2Methods/nothing")).await.expect(403);
    }
    assert_eq!(server.look().count("passkeys"), before);
    assert!(server.greets(&mut browser, &server.admin.upn).await, "a refusal ends no session");
    let mut other = Browser::new();
    let page = server.types_password(&mut other, &server.admin).await;
    assert!(page.text().contains("Show your second factor"), "{}", page.html);
}
