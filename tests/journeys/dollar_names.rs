//! User principal names that begin with a dollar sign, as the original has them (reference/user-object.md section 1): their
//! owners are found by the key in parentheses and sign in with their names.

use serde_json::json;

use crate::harness::{Browser, Server};

#[tokio::test]
async fn whoever_has_such_a_name_is_found_by_it_and_signs_in() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let password = "a long enough sentence 7";
    let body = |upn: &str| {
        json!({ "displayName": "Service desk", "userPrincipalName": upn, "mailNickname": "desk", "accountEnabled": true,
            "passwordProfile": { "password": password, "forceChangePasswordNextSignIn": false } })
    };
    let made = server.post(&token, "/v1.0/users", body("$desk@fabrikam.example")).await.expect(201).json;
    let found = server.get(&token, "/v1.0/users('$desk@fabrikam.example')").await.expect(200).json;
    assert_eq!((&found["id"], &found["userPrincipalName"]), (&made["id"], &json!("$desk@fabrikam.example")));
    let other = json!({ "userPrincipalName": "$front@fabrikam.example" });
    server.patch(&token, "/v1.0/users('$desk@fabrikam.example')", other).await.expect(204);
    let filter = "/v1.0/users?$filter=userPrincipalName%20eq%20'$front@fabrikam.example'";
    let found = server.get(&token, filter).await.expect(200).json;
    assert_eq!(found["value"][0]["id"], made["id"]);
    server.post(&token, "/v1.0/users", body("$FRONT@fabrikam.example")).await.expect(400);
    for bad in
        ["$@fabrikam.example", "$$desk@fabrikam.example", "de$k@fabrikam.example", "$desk@contoso.example"]
    {
        server.post(&token, "/v1.0/users", body(bad)).await.expect(400);
    }

    let mut browser = Browser::new();
    let named = server.name_address(&mut browser, "$front@fabrikam.example").await;
    let home = browser.submit(&server, &named.form_to("/password"), &[("password", password)]).await;
    assert!(home.html.contains("Service desk"), "{}", home.html);
    // Nobody can be written to under such a name: no invitation, and no code elsewhere.
    let invite = json!({ "invitedUserEmailAddress": "$ana@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com" });
    server.post(&token, "/v1.0/invitations", invite).await.expect(400);
    let mut browser = Browser::new();
    let asked = server.name_address(&mut browser, "$ana@contoso.example").await;
    assert_eq!(asked.status, 422, "{}", asked.html);
    assert!(server.mails().await.is_empty());
}
