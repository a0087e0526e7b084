//! Who invited a guest, as the newer version of the directory API tells it.

use serde_json::{Value, json};

use crate::harness::Server;

#[tokio::test]
async fn a_guest_leads_to_whoever_invited() {
    let server = Server::start().await;
    let (by_person, _) = server.invite(&server.token_of(&server.inviter), "ana@contoso.example").await;
    let (by_program, _) = server.invite(&server.app_token().await, "ben@contoso.example").await;
    let token = server.token_of(&server.user_admin);
    let inviter = server.get(&token, &format!("/beta/users/{by_person}/invitedBy")).await.expect(200).json;
    assert_eq!(inviter["id"], server.inviter.id.to_string());
    assert_eq!(inviter["@odata.type"], "#microsoft.graph.user");
    let program = server.get(&token, &format!("/beta/users/{by_program}/invitedBy?$select=id")).await;
    let program = program.expect(200).json;
    assert_eq!(program["id"], server.automation.service_principal.id.to_string());
    assert_eq!(program["@odata.type"], "#microsoft.graph.servicePrincipal");

    let expand = "$filter=userType%20eq%20'Guest'&$select=id&$expand=invitedBy($select=id)";
    let all = server.get(&token, &format!("/beta/users?{expand}")).await.expect(200).json;
    let of = |id: &str| -> Value {
        let all = all["value"].as_array().unwrap();
        all.iter().find(|one| one["id"] == id).unwrap()["invitedBy"]["id"].clone()
    };
    assert_eq!(of(&by_person), json!(server.inviter.id.to_string()));
    assert_eq!(of(&by_program), json!(server.automation.service_principal.id.to_string()));

    // Nobody invited a member, and the older version does not know the relation.
    server.get(&token, &format!("/beta/users/{}/invitedBy", server.member.id)).await.expect(404);
    server.get(&token, &format!("/v1.0/users/{by_person}/invitedBy")).await.expect(404);
    server.get(&token, &format!("/v1.0/users/{by_person}?$expand=invitedBy")).await.expect(400);
    // A reset is no other invitation: whoever invited stays the inviter.
    server.reset(&token, &by_person, "ana@contoso.example").await.expect(201);
    let still = server.get(&token, &format!("/beta/users/{by_person}/invitedBy")).await.expect(200).json;
    assert_eq!(still["id"], inviter["id"]);
}
