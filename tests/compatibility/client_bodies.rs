//! Bodies as client libraries and command lines build them (reference/invitations.md section 2).

use serde_json::{Value, json};

use super::article::{NEW, OLD, guest};
use crate::harness::Server;

/// `New-MgInvitation -InvitedUser $user` sends what was read before, whole.
#[tokio::test]
async fn a_whole_user_object_stands_for_its_id() {
    let server = Server::start().await;
    let id = guest(&server).await;
    let token = server.token_of(&server.user_admin);
    for select in [
        "",
        "?$select=id,displayName,mail,otherMails,identities,userType,externalUserState,createdDateTime,passwordProfile,proxyAddresses",
    ] {
        let mut user = server.get(&token, &format!("/v1.0/users/{id}{select}")).await.expect(200).json;
        user["@odata.type"] = "#microsoft.graph.user".into();
        user["AdditionalProperties"] = json!({ "x": [1, null] });
        let body = json!({
            "InvitedUserEmailAddress": NEW,
            "SendInvitationMessage": true,
            "InviteRedirectUrl": "https://myapps.microsoft.com",
            "ResetRedemption": true,
            "InvitedUser": user,
        });
        let made = server.post(&token, "/v1.0/invitations", body).await.expect(201).json;
        assert_eq!(made["invitedUser"]["id"], Value::from(id.as_str()));
    }
    let now = server.get(&token, &format!("/v1.0/users/{id}?$select=userType")).await.expect(200).json;
    assert_eq!(now["userType"], "Guest", "nothing inside invitedUser is written");
}

#[tokio::test]
async fn an_annotated_invited_user_is_taken() {
    let server = Server::start().await;
    let id = guest(&server).await;
    let token = server.token_of(&server.helpdesk);
    let body = json!({
        "@odata.type": "#microsoft.graph.invitation",
        "invitedUserEmailAddress": NEW,
        "inviteRedirectUrl": "https://myapps.microsoft.com",
        "invitedUser@odata.type": "#microsoft.graph.user",
        "invitedUser": { "@odata.type": "#microsoft.graph.user", "id": id, "backingStore": {} },
        "resetRedemption": true,
        "sendInvitationMessage": false,
    });
    let made = server.post(&token, "/v1.0/invitations", body).await.expect(201).json;
    assert_eq!(made["invitedUser"]["id"], Value::from(id.as_str()));
    assert!(
        server.mails().await.iter().all(|mail| mail.to == OLD),
        "no invitation is mailed, only the notice"
    );
}

#[tokio::test]
async fn property_names_match_without_case() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let body = json!({
        "INVITEDUSEREMAILADDRESS": "ana@contoso.example",
        "InviteRedirectUrl": "https://myapps.microsoft.com",
        "sendinvitationmessage": true,
        "InvitedUserMessageInfo": {
            "MessageLanguage": "en-US",
            "CustomizedMessageBody": "Hello",
            "CcRecipients": [{ "EmailAddress": { "Name": "Bo", "Address": "bo@fabrikam.example" } }],
        },
    });
    let made = server.post(&token, "/v1.0/invitations", body).await.expect(201).json;
    assert_eq!(
        made["invitedUserMessageInfo"]["ccRecipients"][0]["emailAddress"]["address"],
        "bo@fabrikam.example"
    );
    let mut to: Vec<String> = server.mails().await.into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, ["ana@contoso.example", "bo@fabrikam.example"]);
}

/// Clients copy the shape of an earlier answer, nulls and all.
#[tokio::test]
async fn an_answer_can_be_sent_again() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    let first = json!({ "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com" });
    let mut made = server.post(&token, "/beta/invitations", first).await.expect(201).json;
    assert_eq!(
        made["invitedUserMessageInfo"]["ccRecipients"],
        json!([{ "emailAddress": { "name": null, "address": null } }])
    );
    made["invitedUserEmailAddress"] = "bea@contoso.example".into();
    made["invitedUser"] = json!({});
    made["sendInvitationMessage"] = true.into();
    let again = server.post(&token, "/beta/invitations", made.clone()).await.expect(201).json;
    assert_ne!(again["id"], made["id"], "the id is the server's");
    let mails = server.mails().await;
    assert_eq!(mails.len(), 1, "a null address is no additional recipient");
    assert_eq!(mails[0].to, "bea@contoso.example");
}

#[tokio::test]
async fn nulls_and_unknown_history_are_ignored() {
    let server = Server::start().await;
    let token = server.token_of(&server.inviter);
    for extra in [
        json!({ "invitedUser": null, "resetRedemption": null, "invitedUserType": null, "invitedUserMessageInfo": null }),
        json!({ "invitedUserMessageInfo": { "ccRecipients": null, "customizedMessageBody": null, "messageLanguage": null } }),
        json!({ "invitedUserMessageInfo": { "ccRecipients": [] } }),
        json!({ "invitedUserMessageInfo": { "ccRecipients": [null] } }),
        json!({ "invitedUserMessageInfo": { "ccRecipients": [{ "emailAddress": null }] } }),
        json!({ "invitedToGroups": [] }),
        json!({ "invitedUserSponsors": null }),
    ] {
        let mut body = json!({ "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com" });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let reply = server.post(&token, "/v1.0/invitations", body).await;
        assert_eq!(reply.status, 201, "{extra}: {}", reply.text);
    }
}

/// Terraform's older library sends an object with its id; what says the same as the address changes nothing.
#[tokio::test]
async fn the_id_of_the_address_may_stand_in_a_change() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let id = guest(&server).await;
    let principal = server.portal.service_principal.id.to_string();
    let filter = format!("/v1.0/applications?$filter=appId%20eq%20'{}'", server.portal.client_id);
    let application = server.get(&token, &filter).await.expect(200).json["value"][0]["id"].clone();
    let application = application.as_str().unwrap().to_owned();
    for (path, id, name, value) in [
        ("users", id.clone(), "companyName", "Contoso"),
        ("groups", server.group.to_string(), "description", "Who delivers"),
        ("applications", application, "description", "Orders"),
        ("servicePrincipals", principal, "notes", "Orders"),
    ] {
        let path = format!("/v1.0/{path}/{id}");
        server.patch(&token, &path, json!({ "id": id.to_uppercase(), name: value })).await.expect(204);
        let read = server.get(&token, &format!("{path}?$select={name}")).await.expect(200).json;
        assert_eq!(read[name], value);
        let other = json!({ "id": "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f", name: "x" });
        let refused = server.patch(&token, &path, other).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], "id", "{path}");
    }
    let mia = server.token_of(&server.member);
    let body = json!({ "id": server.member.id, "preferredLanguage": "en-US" });
    server.patch(&mia, "/v1.0/me", body).await.expect(204);
}
