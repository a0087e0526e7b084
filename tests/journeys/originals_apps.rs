//! Applications of the original that are present in every tenant: found by the names scripts know them by, and left out by
//! whoever asks for what the own organisation owns.

use serde_json::Value;

use crate::harness::Server;

const ORIGINAL: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

async fn names(server: &Server, filter: &str) -> Vec<String> {
    let token = server.token_of(&server.admin);
    let filter = filter.replace(' ', "%20");
    let reply = server.get(&token, &format!("/v1.0/servicePrincipals?$filter={filter}")).await;
    assert_eq!(reply.status.as_u16(), 200, "{filter}: {}", reply.text);
    let name = |one: &Value| one["displayName"].as_str().unwrap().to_owned();
    let mut names: Vec<String> = reply.json["value"].as_array().unwrap().iter().map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_directory_api_is_found_by_its_address() {
    let server = Server::start().await;
    for filter in [
        "servicePrincipalNames/any(c:c eq 'https://graph.microsoft.com')",
        "servicePrincipalNames/any(c:startswith(c,'https://graph.micro'))",
        "servicePrincipalNames/any(c:c eq '00000003-0000-0000-c000-000000000000')",
    ] {
        assert_eq!(names(&server, filter).await, ["Microsoft Graph"], "{filter}");
    }
    assert!(names(&server, "servicePrincipalNames/any(c:c eq 'https://graph.windows.net')").await.is_empty());
    let token = server.token_of(&server.admin);
    let path = "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')";
    let found = server.get(&token, path).await.expect(200).json;
    assert!(
        found["servicePrincipalNames"].as_array().unwrap().contains(&"https://graph.microsoft.com".into())
    );
}

#[tokio::test]
async fn what_we_own_leaves_the_originals_applications_out() {
    let server = Server::start().await;
    let theirs = names(&server, &format!("appOwnerOrganizationId eq '{ORIGINAL}'")).await;
    assert_eq!(theirs, ["Azure CLI", "Microsoft Graph", "Microsoft Graph Command Line Tools"]);
    let ours = names(&server, &format!("appOwnerOrganizationId eq {}", server.tenant)).await;
    assert!(!ours.is_empty() && ours.iter().all(|name| !theirs.contains(name)), "{ours:?}");
    let both = format!("appOwnerOrganizationId in ('{ORIGINAL}','{}')", server.tenant);
    assert_eq!(names(&server, &both).await.len(), ours.len() + theirs.len());
    let other = "appOwnerOrganizationId eq '11111111-1111-4111-8111-111111111111'";
    assert!(names(&server, other).await.is_empty());
    let token = server.token_of(&server.admin);
    let path = "/v1.0/servicePrincipals?$select=displayName,appOwnerOrganizationId";
    let all = server.get(&token, path).await.expect(200).json;
    for one in all["value"].as_array().unwrap() {
        let originals = theirs.iter().any(|name| one["displayName"] == name.as_str());
        let owner = if originals { ORIGINAL.to_owned() } else { server.tenant.to_string() };
        assert_eq!(one["appOwnerOrganizationId"], owner, "{one}");
    }
}
