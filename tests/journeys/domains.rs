//! A domain from the claim to the end of its use, proven by a record at a real name server.

use serde_json::json;

use crate::harness::{NameServer, Server};

#[tokio::test]
async fn a_domain_is_claimed_proven_used_and_given_up() {
    let mut server = Server::start().await;
    let names = NameServer::start();
    server.look_at(&names);
    let token = server.token_of(&server.admin);

    let made = server.post(&token, "/v1.0/domains", json!({ "id": "Suppliers.Example" })).await.expect(201);
    assert_eq!(made.headers["location"], "https://hospes.example/v1.0/domains/suppliers.example");
    assert_eq!((&made.json["id"], &made.json["isVerified"]), (&json!("suppliers.example"), &json!(false)));
    let path = "/v1.0/domains/suppliers.example";
    let records = server.get(&token, &format!("{path}/verificationDnsRecords")).await.expect(200);
    let record = &records.json["value"][0];
    assert_eq!(record["@odata.type"], "#microsoft.graph.domainDnsTxtRecord");
    assert_eq!((&record["recordType"], &record["label"]), (&json!("Txt"), &json!("suppliers.example")));
    let text = record["text"].as_str().unwrap();
    assert!(text.starts_with("hospes-verification="), "{text}");

    let verify = format!("{path}/verify");
    let early = server.post(&token, &verify, json!(null)).await.expect(400);
    assert!(
        early.message().contains(text) && early.message().contains("suppliers.example"),
        "{}",
        early.text
    );
    names.publish("suppliers.example", &["v=spf1 -all", &format!("{text}x")]);
    server.post(&token, &verify, json!(null)).await.expect(400);
    names.publish("suppliers.example", &["v=spf1 -all", text]);
    let verified = server.post(&token, &verify, json!(null)).await.expect(200);
    assert_eq!(verified.json["isVerified"], true);
    assert_eq!(names.asked(), ["suppliers.example"; 3], "each name whole, and once a try");
    server.post(&token, &verify, json!(null)).await.expect(200);

    let organization = server.get(&token, "/v1.0/organization").await.expect(200);
    assert!(organization.text.contains("suppliers.example"), "{}", organization.text);
    server.get(&token, "/suppliers.example/v2.0/.well-known/openid-configuration").await.expect(200);
    let person = json!({
        "accountEnabled": true, "displayName": "Sue", "mailNickname": "sue", "userPrincipalName": "sue@suppliers.example",
        "passwordProfile": { "password": "a long enough password", "forceChangePasswordNextSignIn": false },
    });
    let sue = server.post(&token, "/v1.0/users", person).await.expect(201).json["id"].clone();
    let sue = format!("/v1.0/users/{}", sue.as_str().unwrap());

    let needed = server.delete(&token, path).await.expect(409);
    assert!(needed.message().contains("User principal names end in suppliers.example"), "{}", needed.text);
    let initial = server.delete(&token, "/v1.0/domains/fabrikam.example").await.expect(409);
    assert!(initial.message().contains("initial domain"), "{}", initial.text);
    server.patch(&token, &sue, json!({ "userPrincipalName": "sue@fabrikam.example" })).await.expect(204);
    server.delete(&token, path).await.expect(204);
    server.get(&token, path).await.expect(404);
    let listed = server.get(&token, "/v1.0/domains?$select=id").await.expect(200);
    assert_eq!(listed.json["value"], json!([{ "id": "fabrikam.example" }]));
}

#[tokio::test]
async fn a_list_of_domains_is_always_whole() {
    let server = Server::start().await;
    let token = server.token_of(&server.member);
    for query in ["$filter=isVerified%20eq%20true", "$top=1", "$orderby=id", "$expand=domainNameReferences"] {
        let refused = server.get(&token, &format!("/v1.0/domains?{query}")).await.expect(400);
        assert!(refused.message().contains("support"), "{query}: {}", refused.text);
    }
}
