//! Bodies that name objects as their addresses may be written anywhere else: by user principal name, by application id.

use hospes_domain::access::Scope;
use serde_json::{Value, json};

use crate::harness::Server;

const BASE: &str = "https://hospes.example/v1.0";

async fn ids(server: &Server, token: &str, path: &str) -> Vec<String> {
    let found = server.get(token, path).await.expect(200).json;
    let list = found["value"].as_array().unwrap().iter();
    list.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn reference(tail: &str) -> Value {
    json!({ "@odata.id": format!("{BASE}/{tail}") })
}

async fn group(server: &Server, token: &str, more: Value) -> crate::harness::Reply {
    let mut body =
        json!({ "displayName": "G", "mailNickname": "g", "mailEnabled": false, "securityEnabled": true });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    server.post(token, "/v1.0/groups", body).await
}

#[tokio::test]
async fn a_reference_names_people_and_applications_as_an_address_does() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (guest, _) = server.invite(&token, "ana@contoso.example").await;
    let upn = server.get(&token, &format!("/v1.0/users/{guest}")).await.json["userPrincipalName"].clone();
    let upn = upn.as_str().unwrap();
    let made = group(&server, &token, json!({})).await.expect(201).json;
    let path = format!("/v1.0/groups/{}", made["id"].as_str().unwrap());
    let encoded = upn.replace('#', "%23").replace('@', "%40");
    for name in [format!("users/{encoded}"), format!("users/{upn}"), format!("users('{encoded}')")] {
        server.post(&token, &format!("{path}/members/$ref"), reference(&name)).await.expect(204);
        assert_eq!(ids(&server, &token, &format!("{path}/members")).await, [guest.as_str()], "{name}");
        server.post(&token, &format!("{path}/members/$ref"), reference(&name)).await.expect(400);
        server.delete(&token, &format!("{path}/members/{guest}/$ref")).await.expect(204);
    }
    let app = server.make_app("Robot", json!({})).await;
    let principal = format!("servicePrincipals(appId='{}')", app.client);
    for relation in ["members", "owners"] {
        server.post(&token, &format!("{path}/{relation}/$ref"), reference(&principal)).await.expect(204);
        assert!(ids(&server, &token, &format!("{path}/{relation}")).await.contains(&app.principal));
    }
    let mia = server.member.upn.clone();
    let own = format!("/v1.0/users/{guest}");
    server.put(&token, &format!("{own}/manager/$ref"), reference(&format!("users/{mia}"))).await.expect(204);
    server
        .post(&token, &format!("{own}/sponsors/$ref"), reference(&format!("users/{mia}")))
        .await
        .expect(204);
    let manager = server.get(&token, &format!("{own}/manager?$select=id")).await.expect(200).json;
    assert_eq!(manager["id"], server.member.id.to_string());
    // In a batch, too.
    let step = json!({ "id": "1", "method": "POST", "url": format!("{}/members/$ref", &path[5..]),
        "headers": { "Content-Type": "application/json" }, "body": reference(&format!("users/{encoded}")) });
    let batch = server.post(&token, "/v1.0/$batch", json!({ "requests": [step] })).await.expect(200).json;
    assert_eq!(batch["responses"][0]["status"], 204, "{batch}");
}

#[tokio::test]
async fn what_is_bound_is_named_so_too() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let app = server.make_app("Robot", json!({})).await;
    let (mia, hugo) = (&server.member, &server.helpdesk);
    let by_name = |upn: &str| format!("{BASE}/users/{upn}");
    let principal = format!("{BASE}/servicePrincipals(appId='{}')", app.client);
    let bound = json!({ "members@odata.bind": [by_name(&mia.upn), principal], "owners@odata.bind": [by_name(&hugo.upn)] });
    let made = group(&server, &token, bound).await.expect(201).json;
    let path = format!("/v1.0/groups/{}", made["id"].as_str().unwrap());
    let mut members = ids(&server, &token, &format!("{path}/members")).await;
    members.sort();
    let mut expected = vec![mia.id.to_string(), app.principal.clone()];
    expected.sort();
    assert_eq!(members, expected);
    assert_eq!(ids(&server, &token, &format!("{path}/owners")).await, [hugo.id.to_string()]);
    let more = json!({ "members@odata.bind": [by_name(&hugo.upn.to_uppercase())] });
    server.patch(&token, &path, more).await.expect(204);
    assert_eq!(ids(&server, &token, &format!("{path}/members")).await.len(), 3);
    let person = json!({
        "accountEnabled": true, "displayName": "Cyril", "mailNickname": "cyril", "userPrincipalName": "cyril@fabrikam.example",
        "passwordProfile": { "password": "Quite-long-4-you!" },
        "manager@odata.bind": by_name(&mia.upn), "sponsors@odata.bind": [by_name(&hugo.upn)],
    });
    let cyril = server.post(&token, "/v1.0/users", person).await.expect(201).json;
    let sponsors = format!("/v1.0/users/{}/sponsors", cyril["id"].as_str().unwrap());
    assert_eq!(ids(&server, &token, &sponsors).await, [hugo.id.to_string()]);
    // Twice is twice, however it is written.
    let twice = json!({ "members@odata.bind": [by_name(&mia.upn), format!("{BASE}/users/{}", mia.id)] });
    assert!(group(&server, &token, twice).await.expect(400).message().contains("already exist"));
}

#[tokio::test]
async fn e6_a_name_that_nobody_has_is_not_found_and_tells_the_unprivileged_nothing() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let before = server.look().state();
    let members = format!("/v1.0/groups/{}/members/$ref", server.group);
    let unknown = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
    for (tail, name) in [
        ("users/nobody%40fabrikam.example".to_owned(), "nobody@fabrikam.example"),
        (format!("servicePrincipals(appId='{unknown}')"), unknown),
    ] {
        let refused = server.post(&token, &members, reference(&tail)).await.expect(404);
        assert_eq!(refused.code(), "Request_ResourceNotFound");
        assert!(refused.message().contains(&format!("'{name}'")), "{}", refused.text);
        let bound = json!({ "members@odata.bind": [format!("{BASE}/users/{}", server.member.upn), format!("{BASE}/{tail}")] });
        let refused = group(&server, &token, bound).await.expect(404);
        assert!(refused.message().contains(&format!("'{name}'")), "{}", refused.text);
    }
    // A user principal name is one of a user.
    server.post(&token, &members, reference(&format!("groups/{}", server.member.upn))).await.expect(400);
    server.post(&token, &members, reference("users/nobody")).await.expect(400);
    assert_eq!(
        server.look().state().iter().filter(|row| !row.starts_with("audit")).count(),
        before.iter().filter(|row| !row.starts_with("audit")).count()
    );
    // Whoever may not do it hears that, whether there is somebody or not, and whoever they are.
    let (guest, _) = server.invite(&token, "ana@contoso.example").await;
    let outsider = server.live_token_with(server.tenant, guest.parse().unwrap(), &[Scope::GroupReadWriteAll]);
    let (mia, id) = (server.member.upn.clone(), server.member.id);
    for bound in [
        json!([format!("{BASE}/users/{mia}"), format!("{BASE}/users/{id}")]),
        json!([format!("{BASE}/users/nobody@fabrikam.example"), format!("{BASE}/users/{id}")]),
    ] {
        group(&server, &outsider, json!({ "members@odata.bind": bound })).await.expect(403);
    }
}
