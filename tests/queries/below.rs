//! What follows from lines of the directory API without being one: properties alone, one object of a relation, casts, and how
//! much an answer says about itself.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};

use super::{encoded, eventually};
use crate::harness::{Reply, Server};

const ROOT: &str = "https://hospes.example/v1.0";

async fn with(server: &Server, token: &str, method: Method, path: &str, header: (&str, &str)) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header(header.0, header.1);
    server.raw(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_property_is_read_alone_with_the_rights_of_its_object() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let token = server.token_of(&server.admin);
    let mia = server.member.id;
    let path = format!("/v1.0/users/{mia}");
    let change = json!({ "jobTitle": "Buyer", "otherMails": ["m@x.example"] });
    server.patch(&token, &path, change).await.expect(204);
    let read = server.get(&token, &format!("{path}/DisplayName")).await.expect(200).json;
    let context = format!("{ROOT}/$metadata#users('{mia}')/displayName");
    assert_eq!(read, json!({ "@odata.context": context, "value": "mia" }));
    let mails = server.get(&token, &format!("{path}/otherMails")).await.expect(200).json;
    assert_eq!(mails["value"], json!(["m@x.example"]));
    let bare = server.get(&token, &format!("{path}/jobTitle/$value")).await.expect(200);
    assert_eq!((bare.text.as_str(), bare.headers["content-type"].to_str().unwrap()), ("Buyer", "text/plain"));
    assert_eq!(server.get(&token, &format!("{path}/accountEnabled/$value")).await.expect(200).text, "true");
    for empty in ["city", "city/$value", "aboutMe"] {
        assert_eq!(server.get(&token, &format!("{path}/{empty}")).await.expect(204).text, "", "{empty}");
    }
    for (object, name) in [
        (format!("/groups/{}", samples.group), "displayName"),
        (format!("/applications/{}", samples.application), "appId"),
        (format!("/applications(appId='{}')", samples.client), "displayName"),
        (format!("/servicePrincipals/{}", samples.service_principal), "servicePrincipalNames"),
        ("/me".to_owned(), "userPrincipalName"),
    ] {
        let whole = server.get(&token, &format!("/v1.0{object}?$select={name}")).await.expect(200).json;
        let alone = server.get(&token, &format!("/beta{object}/{name}")).await.expect(200).json;
        assert_eq!(alone["value"], whole[name], "{object}/{name}");
    }
    // An object stands beside its context.
    let web =
        server.get(&token, &format!("/v1.0/applications/{}/web", samples.application)).await.expect(200);
    assert!(web.json.get("value").is_none() && web.json["redirectUris"].is_array(), "{}", web.text);

    let other = format!("{path}/otherMails/$value");
    assert_eq!(server.get(&token, &other).await.expect(400).code(), "Request_BadRequest");
    let asked = format!("{path}/displayName?$select=id");
    assert_eq!(server.get(&token, &asked).await.expect(400).code(), "Request_UnsupportedQuery");
    let unknown = server.get(&token, &format!("{path}/nothing")).await.expect(400);
    assert_eq!(unknown.message(), "Resource not found for the segment 'nothing'.");
    for (method, body) in [("PATCH", json!({ "jobTitle": "x" })), ("DELETE", Value::Null), ("PUT", json!({}))]
    {
        server.call(&token, method, &format!("{path}/displayName"), body).await.expect(405);
    }
    assert_eq!(server.get(&token, &format!("{path}/jobTitle/$value")).await.expect(200).text, "Buyer");
    // E4: what the object does not show, the property does not either.
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = server.live_token(server.tenant, hospes_domain::ids::ObjectId::parse(&guest).unwrap());
    server.get(&guest, &format!("{path}/jobTitle")).await.expect(204);
    let program =
        server.token_with(server.tenant, server.admin.id, 1, &[hospes_domain::access::Scope::UserRead]);
    for object in [&path, &format!("/v1.0/groups/{}", samples.group)] {
        server.get(&program, object).await.expect(403);
        server.get(&program, &format!("{object}/displayName")).await.expect(403);
    }
}

#[tokio::test]
async fn one_object_of_a_relation_is_read_by_its_id() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let token = server.token_of(&server.admin);
    for (list, set) in [
        (format!("/groups/{}/members", samples.group), "directoryObjects"),
        (format!("/groups/{}/owners", samples.group), "directoryObjects"),
        (format!("/users/{}/memberOf", samples.user), "directoryObjects"),
    ] {
        let all = server.get(&token, &format!("/v1.0{list}")).await.expect(200).json;
        let first = &all["value"][0];
        let id = first["id"].as_str().unwrap();
        let mut one = server.get(&token, &format!("/v1.0{list}/{id}")).await.expect(200).json;
        let context = one.as_object_mut().unwrap().remove("@odata.context").unwrap();
        assert_eq!((&one, context), (first, json!(format!("{ROOT}/$metadata#{set}/$entity"))), "{list}");
        let picked = format!("/v1.0{list}/{id}?$select=id");
        let picked = server.get(&token, &picked).await.expect(200).json;
        assert!(picked.get("displayName").is_none());
        let stranger = format!("/v1.0{list}/84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f");
        assert_eq!(server.get(&token, &stranger).await.expect(404).code(), "Request_ResourceNotFound");
    }
    // A cast behind the key or before it says which kind it is to be; other methods are told that it is only read.
    let member = server
        .get(&token, &format!("/v1.0/groups/{}/members/graph.user", samples.group))
        .await
        .expect(200)
        .json;
    let member = member["value"][0]["id"].as_str().unwrap().to_owned();
    let members = format!("/v1.0/groups/{}/members", samples.group);
    for path in [format!("{members}/{member}/graph.user"), format!("{members}/microsoft.graph.user/{member}")]
    {
        let one = server.get(&token, &path).await.expect(200).json;
        assert_eq!(
            (one["id"].as_str(), &one["@odata.context"]),
            (Some(&*member), &json!(format!("{ROOT}/$metadata#users/$entity")))
        );
    }
    for kind in ["group", "device"] {
        let other = format!("{members}/{member}/graph.{kind}");
        assert_eq!(server.get(&token, &other).await.expect(404).code(), "Request_ResourceNotFound", "{kind}");
    }
    for path in [format!("{members}/{member}"), format!("/v1.0/directoryObjects/{member}/graph.user")] {
        for method in ["DELETE", "PATCH", "POST"] {
            let refused = server.call(&token, method, &path, json!({})).await.expect(405);
            assert!(refused.headers["allow"].to_str().unwrap().starts_with("GET"), "{path}");
        }
    }
    let none = format!("/v1.0/groups/{}/members/abc", samples.group);
    assert_eq!(server.get(&token, &none).await.expect(400).message(), "Invalid object identifier 'abc'.");
}

#[tokio::test]
async fn a_cast_to_what_nobody_is_finds_nobody() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let token = server.token_of(&server.admin);
    let (user, group) = (&samples.user, &samples.group);
    for (path, set) in [
        (format!("/users/{user}/memberOf/graph.administrativeUnit"), "administrativeUnits"),
        ("/me/memberOf/microsoft.graph.administrativeUnit".to_owned(), "administrativeUnits"),
        (format!("/groups/{group}/members/graph.device"), "devices"),
        (format!("/groups/{group}/members/graph.orgContact"), "contacts"),
        ("/directory/deletedItems/microsoft.graph.administrativeUnit".to_owned(), "administrativeUnits"),
        (format!("/users/{user}/directReports/graph.group"), "groups"),
    ] {
        let found = server.get(&token, &format!("/v1.0{path}")).await.expect(200).json;
        assert_eq!(
            found,
            json!({ "@odata.context": format!("{ROOT}/$metadata#{set}"), "value": [] }),
            "{path}"
        );
        assert_eq!(eventually(&server, &token, &format!("/v1.0{path}/$count")).await.expect(200).text, "0");
    }
    // Who made an object is in the log alone: "nobody made any" would be untrue.
    let made = server.get(&token, &format!("/v1.0/users/{user}/createdObjects")).await.expect(400);
    assert_eq!(made.message(), "Resource not found for the segment 'createdObjects'.");
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = server.live_token(server.tenant, hospes_domain::ids::ObjectId::parse(&guest).unwrap());
    server.get(&guest, &format!("/v1.0/users/{user}/memberOf/graph.administrativeUnit")).await.expect(403);

    let reports = format!("/v1.0/users/{}/directReports", samples.owner.user);
    let all = server.get(&token, &reports).await.expect(200).json;
    let same = server.get(&token, &format!("{reports}/microsoft.graph.user")).await.expect(200).json;
    assert_eq!(same["value"], all["value"]);
    assert_eq!(same["@odata.context"], format!("{ROOT}/$metadata#users"));

    let one = format!("/v1.0/directoryObjects/{user}/microsoft.graph.user");
    let one = server.get(&token, &one).await.expect(200).json;
    assert_eq!(
        (&one["id"], &one["@odata.context"]),
        (&json!(user), &json!(format!("{ROOT}/$metadata#users/$entity")))
    );
    server.get(&token, &format!("/v1.0/directoryObjects/{user}/microsoft.graph.group")).await.expect(404);
    let unknown = server.get(&token, &format!("/v1.0/groups/{group}/members/microsoft.graph.nothing")).await;
    assert!(unknown.expect(400).message().contains("'microsoft.graph.nothing'"));
    let with = format!("/v1.0/groups/{group}/members/graph.user?$select=id&$expand=manager($select=id)");
    server.get(&token, &with).await.expect(200);
    let roles = format!("/v1.0/users/{}/memberOf/microsoft.graph.directoryRole", server.admin.id);
    let roles = server.get(&token, &roles).await.expect(200).json;
    assert_eq!(roles["@odata.context"], format!("{ROOT}/$metadata#directoryRoles"));

    let body = json!({ "ids": [user], "types": ["user"] });
    let found = server.post(&token, "/v1.0/users/getByIds", body).await.expect(200).json;
    assert_eq!(found["value"][0]["id"], json!(user));
    for set in ["groups", "applications"] {
        let named = server.get(&token, &format!("/v1.0/{set}(uniqueName='tools')")).await.expect(404);
        assert!(named.message().contains("'tools'"), "{}", named.message());
    }
}

#[tokio::test]
async fn an_answer_says_as_much_about_itself_as_is_asked() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let token = server.token_of(&server.admin);
    let ask = async |level: &str, path: &str| {
        let accept = format!("application/json;odata.metadata={level}");
        let reply = with(&server, &token, Method::GET, &format!("/v1.0{path}"), ("accept", &accept)).await;
        let reply = reply.expect(200);
        let media = reply.headers["content-type"].to_str().unwrap().to_owned();
        assert!(media.starts_with(&format!("application/json;odata.metadata={level};")), "{media}");
        reply.json
    };
    // `$format` says the same, and more than the header.
    for (query, has) in [("json", false), ("application/json;odata.metadata=full", true)] {
        let path = format!("/v1.0/me?%24Format={}", encoded(query));
        let none = ("accept", "application/json;odata.metadata=minimal");
        let reply = with(&server, &token, Method::GET, &path, none).await.expect(200);
        assert_eq!(reply.json["@odata.id"].is_string(), has, "{query}");
    }
    for wrong in ["application/json;odata.metadata=some", "atom", "application/xml", ""] {
        let refused = server.get(&token, &format!("/v1.0/me?$format={}", encoded(wrong))).await.expect(400);
        assert!(refused.message().contains("'$format'"), "{wrong}: {}", refused.message());
    }
    let members = format!("/groups/{}/members?$top=1", samples.group);
    for path in ["/users?$top=1", &members, "/me"] {
        let left = ask("none", path).await.to_string().replace("@odata.nextLink", "");
        assert!(!left.contains("@odata."), "{path}: {left}");
    }
    assert!(ask("none", "/users?$top=1").await["@odata.nextLink"].is_string());
    let link = format!("/groups/{}/members/$ref", samples.group);
    assert!(ask("none", &link).await["value"][0]["@odata.id"].is_string());
    let usual = ask("minimal", "/me").await;
    assert_eq!(usual.get("@odata.type"), None);
    let me = ask("full", "/me").await;
    let id = server.admin.id;
    assert_eq!(me["@odata.type"], "#microsoft.graph.user");
    assert_eq!(me["@odata.id"], format!("{ROOT}/users('{id}')"));
    assert_eq!(me["@odata.editLink"], format!("users('{id}')"));
    let all = ask("full", &members).await;
    let address = all["value"][0]["@odata.id"].as_str().unwrap();
    let path = address.strip_prefix("https://hospes.example").unwrap();
    let found = server.get(&token, path).await.expect(200).json;
    assert_eq!(found["id"], all["value"][0]["id"]);
}

/// What is not heeded is not said to have been (RFC 7240 section 3), and a list has no tag of its own.
#[tokio::test]
async fn preferences_that_nobody_heeds_are_overlooked_and_not_confirmed() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    for wish in ["return=minimal", "odata.maxpagesize=1", "outlook.timezone=\"UTC\"", "respond-async, wait=1"]
    {
        for path in ["/v1.0/users?$top=2", "/v1.0/me", "/v1.0/groups"] {
            let reply = with(&server, &token, Method::GET, path, ("prefer", wish)).await.expect(200);
            assert!(!reply.headers.contains_key("preference-applied"), "{wish} {path}");
            assert_ne!(reply.json["value"].as_array().map(Vec::len), Some(0), "{wish} {path}");
        }
    }
    let minimal = with(&server, &token, Method::GET, "/v1.0/users/delta", ("prefer", "return=minimal")).await;
    assert_eq!(minimal.expect(200).headers["preference-applied"], "return=minimal");
    for path in ["/v1.0/users", "/v1.0/groups"] {
        let tag = ("if-none-match", "*");
        assert_eq!(with(&server, &token, Method::GET, path, tag).await.status, 200, "{path}");
    }
    for path in
        ["/v1.0/users?$skip=1", "/beta/groups?skip=1", "/v1.0/auditLogs/directoryAudits?$top=1&$skip=1"]
    {
        let refused = server.get(&token, path).await.expect(400);
        assert_eq!(refused.code(), "Request_BadRequest");
        assert_eq!(refused.message(), "'$skip' is not supported by the service.");
    }
}

#[tokio::test]
async fn versions_are_found_in_any_case_and_programs_read_no_page() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    for path in ["/V1.0/users?$top=1", "/Beta/users?$top=1", "/BETA/me"] {
        server.get(&token, path).await.expect(200);
    }
    server.get("x", "/V1.0/users").await.expect(401);
    let wrong = with(&server, &token, Method::GET, "/v2.0/users", ("accept", "application/json")).await;
    assert_eq!(wrong.expect(404).code(), "BadRequest");
    let page = with(&server, &token, Method::GET, "/v2.0/users", ("accept", "text/html")).await;
    assert_eq!((page.status.as_u16(), page.json), (404, Value::Null));
}

#[tokio::test]
async fn a_head_is_the_same_answer_without_its_body_and_what_is_known_is_not_sent_again() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let path = format!("/v1.0/users/{}", server.member.id);
    let got = server.get(&token, &path).await.expect(200);
    let head = server.call(&token, "HEAD", &path, Value::Null).await.expect(200);
    assert_eq!((head.text.as_str(), &head.headers["etag"]), ("", &got.headers["etag"]));
    assert_eq!(head.headers["content-length"], got.text.len().to_string().as_str());
    assert_eq!(head.headers["content-type"], got.headers["content-type"]);
    assert_eq!(server.call(&token, "HEAD", "/v1.0/users/nobody", Value::Null).await.expect(404).text, "");
    server.call(&token, "HEAD", "/v1.0/invitations/x/y", Value::Null).await.expect(400);

    let tag = got.headers["etag"].to_str().unwrap();
    for known in [tag, "*", &format!("\"x\", {tag}"), tag.trim_start_matches("W/")] {
        let same = with(&server, &token, Method::GET, &path, ("if-none-match", known)).await.expect(304);
        assert_eq!((same.text.as_str(), &same.headers["etag"]), ("", &got.headers["etag"]), "{known}");
    }
    let more = format!("{path}?$expand=manager");
    with(&server, &token, Method::GET, &more, ("if-none-match", tag)).await.expect(200);
    server.patch(&token, &path, json!({ "jobTitle": "Buyer" })).await.expect(204);
    with(&server, &token, Method::GET, &path, ("if-none-match", tag)).await.expect(200);
}

#[tokio::test]
async fn whatever_can_be_filtered_can_be_searched() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (guest, _) = server.invite(&token, "ana@contoso.example").await;
    let made = server.post(&token, "/v1.0/applications", json!({ "displayName": "Tool" })).await.expect(201);
    let client = made.json["appId"].as_str().unwrap().to_owned();
    let found = async |set: &str, clause: &str| {
        let path = format!("/v1.0/{set}?$select=id&$top=999&$search={}", encoded(&format!("\"{clause}\"")));
        let reply = eventually(&server, &token, &path).await.expect(200);
        let ids =
            reply.json["value"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let alone = [guest.clone()];
    for clause in ["userType:GUE", "creationType:invit", "externalUserState:pending"] {
        assert_eq!(found("users", clause).await, alone, "{clause}");
    }
    assert_eq!(found("users", &format!("id:{}", &guest[..12])).await, alone);
    assert!(found("users", "userType:x").await.is_empty());
    assert!(!found("users", "userType:member").await.contains(&guest));
    let id = made.json["id"].as_str().unwrap();
    for clause in [format!("appId:{}", client.to_uppercase()), format!("appId:{}", &client[..9])] {
        assert_eq!(found("applications", &clause).await, [id], "{clause}");
    }
    let wrong = format!("/v1.0/applications?$search={}", encoded("\"appId:tool\""));
    assert_eq!(eventually(&server, &token, &wrong).await.expect(400).code(), "BadRequest");
}
