//! Looking at what was sent: the list of invitations, which the original does not have.

use serde_json::{Value, json};

use crate::harness::Server;

#[tokio::test]
async fn invitations_are_listed_page_by_page_with_where_they_stand() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let (done, _) = server.accepted_guest("done@contoso.example").await;
    let (twice, _) = server.invite(&token, "twice@contoso.example").await;
    server.clock.advance(60);
    server.invite(&token, "twice@contoso.example").await;
    server.invite(&token, "late@contoso.example").await;
    let (mut found, mut path) = (Vec::new(), "/v1.0/invitations?$top=2".to_owned());
    loop {
        let page = server.get(&token, &path).await.expect(200).json;
        assert!(page["value"].as_array().unwrap().len() <= 2);
        found.extend(page["value"].as_array().unwrap().clone());
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        next.strip_prefix("https://hospes.example").unwrap().clone_into(&mut path);
    }
    assert_eq!(found.len(), 4);
    let of = |address: &str, status: &str| {
        found.iter().filter(|i| i["invitedUserEmailAddress"] == address && i["status"] == status).count()
    };
    assert_eq!(of("done@contoso.example", "Completed"), 1, "{found:?}");
    assert_eq!(
        (of("twice@contoso.example", "PendingAcceptance"), of("twice@contoso.example", "Superseded")),
        (1, 1)
    );
    let one = found.iter().find(|i| i["status"] == "Completed").unwrap();
    assert_eq!((&one["invitedUser"]["id"], &one["invitedUserType"]), (&json!(done), &json!("Guest")));
    let id = one["id"].as_str().unwrap();
    let single = server.get(&token, &format!("/v1.0/invitations/{id}")).await.expect(200).json;
    assert_eq!(single["@odata.context"], "https://hospes.example/v1.0/$metadata#invitations/$entity");
    assert_eq!(single["invitedUserEmailAddress"], one["invitedUserEmailAddress"]);
    let some = "/v1.0/invitations?$filter=startsWith(invitedUserEmailAddress,'TWICE')&$select=id,invitedUser";
    let some = server.get(&token, some).await.expect(200).json;
    assert_eq!(some["value"].as_array().unwrap().len(), 2);
    assert_eq!(some["value"][0]["invitedUser"]["id"], twice);
    server.clock.advance(31 * 24 * 3600);
    let token = server.token_of(&server.inviter);
    let late = "/v1.0/invitations?$filter=invitedUserEmailAddress%20eq%20'late@contoso.example'";
    assert_eq!(server.get(&token, late).await.expect(200).json["value"][0]["status"], "Expired");
}

#[tokio::test]
async fn a3_neither_link_nor_words_stand_in_the_list() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let body = json!({
        "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com",
        "invitedUserMessageInfo": { "customizedMessageBody": "Between the two of us", "messageLanguage": "de" },
    });
    let made = server.post(&token, "/v1.0/invitations", body).await.expect(201).json;
    let link = made["inviteRedeemUrl"].as_str().unwrap();
    let secret = link.split("rd=").nth(1).unwrap();
    let id = made["id"].as_str().unwrap();
    for path in ["/v1.0/invitations".to_owned(), format!("/beta/invitations/{id}")] {
        let reply = server.get(&token, &path).await.expect(200);
        assert!(
            !reply.text.contains(secret) && !reply.text.to_lowercase().contains("redeem"),
            "{}",
            reply.text
        );
        assert!(
            !reply.text.contains("Between the two of us") && reply.text.contains("\"de\""),
            "{}",
            reply.text
        );
    }
    for path in [
        format!("/v1.0/invitations/{id}?$select=inviteRedeemUrl"),
        "/v1.0/invitations?$filter=inviteRedeemUrl%20ne%20null".into(),
        "/v1.0/invitations?$orderby=inviteRedeemUrl".into(),
    ] {
        server.get(&token, &path).await.expect(400);
    }
    // Another organisation sees its own only.
    let (other, ada, _) = server.second_tenant("northwind.example").await;
    let stranger = server.token_with(other, ada.id, 1, hospes_domain::access::Scope::ALL);
    assert_eq!(server.get(&stranger, "/v1.0/invitations").await.expect(200).json["value"], json!([]));
    server.get(&stranger, &format!("/v1.0/invitations/{id}")).await.expect(404);
}

#[tokio::test]
async fn identity_providers_are_the_built_in_ones_and_stay_so() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let found = server.get(&token, "/v1.0/identity/identityProviders").await.expect(200).json;
    let kinds: Vec<&Value> =
        found["value"].as_array().unwrap().iter().map(|p| &p["identityProviderType"]).collect();
    assert_eq!(kinds, ["AADSignup", "EmailOTP"]);
    for provider in found["value"].as_array().unwrap() {
        assert_eq!(provider["@odata.type"], "#microsoft.graph.builtInIdentityProvider");
        let path = format!("/beta/identity/identityProviders/{}", provider["id"].as_str().unwrap());
        let one = server.get(&token, &path).await.expect(200).json;
        assert_eq!(one["displayName"], provider["displayName"]);
        for method in ["PATCH", "DELETE"] {
            let reply = server.call(&token, method, &path, json!({ "displayName": "x" })).await.expect(405);
            assert_eq!(reply.message(), "Specified HTTP method is not allowed for the request target.");
            assert_eq!(reply.headers["allow"], "GET, HEAD");
        }
    }
    server.get(&token, "/v1.0/identity/identityProviders/Google-OAUTH").await.expect(404);
    let new = json!({
        "@odata.type": "microsoft.graph.socialIdentityProvider", "displayName": "Google",
        "identityProviderType": "Google", "clientId": "a", "clientSecret": "b",
    });
    server.post(&token, "/v1.0/identity/identityProviders", new).await.expect(405);
}
