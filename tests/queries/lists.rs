//! What lists answer beside the random questions: counts, casts, relations, names that change, objects of other kinds.

use hospes_domain::access::Scope;
use serde_json::{Value, json};

use super::{encoded, eventually};
use crate::harness::{Reply, Server};

pub(super) async fn found(server: &Server, token: &str, path: &str) -> Vec<String> {
    let reply = eventually(server, token, path).await.expect(200);
    let mut names: Vec<String> = reply.json["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["displayName"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

pub(super) fn searched(set: &str, clause: &str) -> String {
    format!("/v1.0/{set}?$search={}", encoded(&format!("\"{clause}\"")))
}

async fn person(server: &Server, token: &str, name: &str) -> String {
    let letters = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let upn = format!("{letters}@fabrikam.example");
    let body = json!({ "displayName": name, "userPrincipalName": upn, "department": "Sales", "mailNickname": letters,
        "accountEnabled": true, "passwordProfile": { "password": "a long enough password" } });
    server.post(token, "/v1.0/users", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_name_is_found_as_it_is_now() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let id = person(&server, &token, "Greta Old Smith").await;
    let path = format!("/v1.0/users/{id}");
    let (old, new) = (searched("users", "displayName:old"), searched("users", "displayName:SMI new"));
    assert_eq!(found(&server, &token, &old).await, ["Greta Old Smith"]);
    assert!(found(&server, &token, &new).await.is_empty());
    server.patch(&token, &path, json!({ "displayName": "Greta New Smith" })).await.expect(204);
    assert!(found(&server, &token, &old).await.is_empty());
    assert_eq!(found(&server, &token, &new).await, ["Greta New Smith"]);

    server.delete(&token, &path).await.expect(204);
    assert!(found(&server, &token, &new).await.is_empty());
    let counted = eventually(&server, &token, &new.replace("users?", "users/$count?")).await.expect(200);
    assert_eq!(counted.text, "0");
    let gone = new.replace("/users?", "/directory/deletedItems/graph.user?");
    assert_eq!(found(&server, &token, &gone).await, ["Greta New Smith"]);
    server.post(&token, &format!("/v1.0/directory/deletedItems/{id}/restore"), Value::Null).await.expect(200);
    assert_eq!(found(&server, &token, &new).await, ["Greta New Smith"]);
    server.delete(&token, &path).await.expect(204);
    server.delete(&token, &format!("/v1.0/directory/deletedItems/{id}")).await.expect(204);
    let left = server.look().rows("SELECT word FROM search_words WHERE word = 'smith'");
    assert!(left.is_empty(), "a purged name has no words");
}

#[tokio::test]
async fn a_search_needs_the_header_and_no_count_and_goes_with_a_filter() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let plain = server.get(&token, &searched("users", "displayName:mia")).await;
    assert_eq!((plain.status.as_u16(), plain.code()), (400, "Request_UnsupportedQuery"));
    assert_eq!(
        plain.message(),
        "Request with $search query parameter only works through MSGraph with a special request header: \
         'ConsistencyLevel: eventual'"
    );
    let search = searched("users", "displayName:mia");
    assert_eq!(found(&server, &token, &search).await, ["mia"]);
    for (filter, expected) in [("accountEnabled eq true", 1), ("accountEnabled ne true", 0)] {
        let path = format!("{search}&$filter={}&$orderby=displayName", encoded(filter));
        assert_eq!(found(&server, &token, &path).await.len(), expected, "{filter}");
    }
    let other = server.second_tenant("northwind.example").await;
    let foreign = server.live_token(other.0, other.1.id);
    assert!(found(&server, &foreign, &search).await.is_empty(), "another organisation finds nobody");
}

#[tokio::test]
async fn groups_applications_and_service_principals_are_searched() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let group = json!({ "displayName": "TaxTeam 2026", "description": "People of the YearEnd", "mailNickname": "tax",
        "mailEnabled": false, "securityEnabled": true });
    let made = server.post(&token, "/v1.0/groups", group).await.expect(201);
    for (clause, expected) in [
        ("displayName:team tax", 1),
        ("displayName:taxteam", 1),
        ("displayName:2026", 1),
        ("displayName:026", 0),
        ("description:end", 1),
        ("description:people year", 1),
        ("mailNickname:TAX", 1),
        ("mail:tax", 0),
    ] {
        assert_eq!(found(&server, &token, &searched("groups", clause)).await.len(), expected, "{clause}");
    }
    let path = format!("/v1.0/groups/{}", made.json["id"].as_str().unwrap());
    server
        .patch(&token, &path, json!({ "displayName": "LegalTeam", "description": "None" }))
        .await
        .expect(204);
    for (clause, expected) in [("displayName:tax", 0), ("displayName:legal team", 1), ("description:end", 0)]
    {
        assert_eq!(found(&server, &token, &searched("groups", clause)).await.len(), expected, "{clause}");
    }
    let app =
        json!({ "displayName": "Order Desk", "description": "Takes orders", "tags": ["WindowsApp", "b"] });
    let made = server.post(&token, "/v1.0/applications", app).await.expect(201);
    let app_id = made.json["appId"].as_str().unwrap().to_owned();
    let principal = json!({ "appId": app_id, "tags": ["WindowsAzureActiveDirectoryIntegratedApp"] });
    let made_principal = server.post(&token, "/v1.0/servicePrincipals", principal).await.expect(201);
    for (path, expected) in [
        (searched("applications", "displayName:desk"), 1),
        (searched("applications", "description:orders"), 1),
        (searched("servicePrincipals", "displayName:order d"), 1),
        (filtered("applications", "tags/any(t:t eq 'windowsapp')"), 1),
        (filtered("applications", "tags/any(t:startsWith(t,'win'))"), 1),
        (filtered("applications", "not tags/any(t:t eq 'b') and displayName eq 'Order Desk'"), 0),
        (filtered("applications", "tags/$count eq 2"), 1),
        (filtered("servicePrincipals", "tags/any(t:t eq 'WindowsAzureActiveDirectoryIntegratedApp')"), 1),
        (filtered("servicePrincipals", &format!("servicePrincipalNames/any(n:n eq '{app_id}')")), 1),
        (
            filtered(
                "servicePrincipals",
                "displayName eq 'Order Desk' and servicePrincipalType eq 'Application'",
            ),
            1,
        ),
        (filtered("servicePrincipals", "displayName eq 'Order Desk' and accountEnabled eq false"), 0),
    ] {
        assert_eq!(found(&server, &token, &path).await.len(), expected, "{path}");
    }
    // What is changed is found by what it is now, and what is gone is not found.
    let id = made.json["id"].as_str().unwrap();
    server.patch(&token, &format!("/v1.0/applications/{id}"), json!({ "tags": [] })).await.expect(204);
    assert!(found(&server, &token, &filtered("applications", "tags/any(t:t eq 'b')")).await.is_empty());
    server.delete(&token, &format!("/v1.0/applications/{id}")).await.expect(204);
    assert!(found(&server, &token, &searched("applications", "displayName:desk")).await.is_empty());
    let principal = made_principal.json["id"].as_str().unwrap();
    assert_eq!(server.get(&token, &format!("/v1.0/servicePrincipals/{principal}")).await.status, 404);
}

fn filtered(set: &str, filter: &str) -> String {
    format!("/v1.0/{set}?$count=true&$filter={}", encoded(filter))
}

fn number(reply: &Reply) -> i64 {
    assert_eq!((reply.status.as_u16(), reply.headers["content-type"].to_str().unwrap()), (200, "text/plain"));
    reply.text.parse().unwrap()
}

#[tokio::test]
async fn every_list_that_counts_counts_what_it_lists() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let ana = person(&server, &token, "Ana Li").await;
    let group = server.group;
    let member = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{ana}") });
    server.post(&token, &format!("/v1.0/groups/{group}/members/$ref"), member).await.expect(204);
    for list in [
        "/users".to_owned(),
        "/groups".into(),
        "/applications".into(),
        "/servicePrincipals".into(),
        format!("/groups/{group}/members"),
        format!("/groups/{group}/members/microsoft.graph.user"),
        format!("/users/{ana}/memberOf"),
        format!("/users/{ana}/memberOf/microsoft.graph.group"),
        format!("/users/{ana}/transitiveMemberOf"),
        format!("/users/{ana}/transitiveMemberOf/graph.group"),
        "/me/memberOf".into(),
        "/me/transitiveMemberOf".into(),
        "/directory/deletedItems/microsoft.graph.user".into(),
        "/directory/deletedItems".into(),
        format!("/groups/{group}/transitiveMembers"),
        format!("/groups/{group}/transitiveMembers/microsoft.graph.user"),
        format!("/users/{ana}/ownedObjects"),
        format!("/users/{ana}/directReports"),
        "/me/transitiveMemberOf/graph.group".into(),
    ] {
        let path = format!("/v1.0{list}");
        let all = eventually(&server, &token, &format!("{path}?$top=999&$count=true")).await.expect(200);
        let listed = i64::try_from(all.json["value"].as_array().unwrap().len()).unwrap();
        assert_eq!(all.json["@odata.count"], listed, "{list}");
        assert_eq!(number(&eventually(&server, &token, &format!("{path}/$count")).await), listed, "{list}");
        let plain = server.get(&token, &format!("{path}/$count")).await;
        assert_eq!(
            (plain.status.as_u16(), plain.code(), plain.message()),
            (400, "Request_BadRequest", "$count is not currently supported."),
            "{list}"
        );
        // Without the header the parameter is overlooked.
        let plain = server.get(&token, &format!("{path}?$count=true")).await.expect(200);
        assert!(plain.json["@odata.count"].is_null(), "{list}");
    }
    let some = format!("/v1.0/users/$count?$filter={}", encoded("startsWith(displayName,'an')"));
    assert_eq!(number(&eventually(&server, &token, &some).await), 1);
    let some = format!("/v1.0/groups/$count?$search={}", encoded("\"displayName:audit\""));
    assert_eq!(number(&eventually(&server, &token, &some).await), 1);
    for (filter, expected) in [("startsWith(displayName,'an')", 1), ("startsWith(displayName,'x')", 0)] {
        let some = format!("/v1.0/groups/{group}/transitiveMembers/$count?$filter={}", encoded(filter));
        assert_eq!(number(&eventually(&server, &token, &some).await), expected);
    }
    // Of lists that are always whole as well; of what is no list there is no number.
    let owners = format!("/v1.0/groups/{group}/owners/$count");
    assert_eq!(number(&eventually(&server, &token, &owners).await), 0);
    assert_eq!(eventually(&server, &token, "/v1.0/policies/authorizationPolicy/$count").await.status, 400);
}

#[tokio::test]
async fn a_cast_is_asked_as_its_kind_and_tells_guests_nothing_more() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    let guest = hospes_domain::ids::ObjectId::parse(&guest).unwrap();
    let bo = person(&server, &token, "Bo Sales").await;
    for id in [guest.to_string(), bo.clone()] {
        let member = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{id}") });
        server.post(&token, &format!("/v1.0/groups/{}/members/$ref", server.group), member).await.expect(204);
    }
    let members = format!("groups/{}/members/microsoft.graph.user", server.group);
    let asked = |filter: &str| filtered(&members, filter);
    assert_eq!(found(&server, &token, &asked("department eq 'sales'")).await, ["Bo Sales"]);
    assert_eq!(found(&server, &token, &asked("userType ne 'Guest'")).await, ["Bo Sales"]);
    assert_eq!(found(&server, &token, &searched(&members, "displayName:sal")).await, ["Bo Sales"]);
    let by_id =
        format!("/v1.0/groups/{}/members?$filter={}", server.group, encoded(&format!("id eq '{bo}'")));
    assert_eq!(server.get(&token, &by_id).await.expect(200).json["value"][0]["id"], bo);
    let own = format!("users/{bo}/memberOf/microsoft.graph.group");
    assert_eq!(
        found(&server, &token, &filtered(&own, "securityEnabled eq true and startsWith(displayName,'spr')"))
            .await,
        ["Spring audit"]
    );
    assert!(found(&server, &token, &filtered(&own, "isAssignableToRole eq true")).await.is_empty());

    let of_guest = server.live_token(server.tenant, guest);
    assert_eq!(found(&server, &of_guest, &asked("startsWith(displayName,'bo')")).await, ["Bo Sales"]);
    for hidden in ["department eq 'sales'", "accountEnabled eq true", "not (jobTitle eq 'x')"] {
        let reply = eventually(&server, &of_guest, &asked(hidden)).await;
        assert_eq!(reply.status, 403, "{hidden}: {}", reply.text);
    }
    let sorted = format!("/v1.0/{members}?$count=true&$orderby=createdDateTime");
    assert_eq!(eventually(&server, &of_guest, &sorted).await.status, 403);
}

#[tokio::test]
async fn relations_come_with_objects_and_lists() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let bo = person(&server, &token, "Bo").await;
    let member = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{bo}") });
    let group = server.group;
    server.post(&token, &format!("/v1.0/groups/{group}/members/$ref"), member).await.expect(204);

    let one =
        server.get(&token, &format!("/v1.0/users/{bo}?$select=id&$expand=memberOf,appRoleAssignments")).await;
    let one = one.expect(200).json;
    assert_eq!(one["memberOf"][0]["@odata.type"], "#microsoft.graph.group");
    assert_eq!(
        (&one["memberOf"][0]["displayName"], &one["appRoleAssignments"], &one["displayName"]),
        (&json!("Spring audit"), &json!([]), &Value::Null)
    );
    assert_eq!(
        one["@odata.context"],
        "https://hospes.example/v1.0/$metadata#users(id,memberOf(),appRoleAssignments())/$entity"
    );
    let list =
        format!("/v1.0/groups?$expand=members($select=id,displayName),owners&$filter=id%20eq%20'{group}'");
    let list = server.get(&token, &list).await.expect(200).json;
    let found = &list["value"][0];
    assert_eq!(
        found["members"],
        json!([{ "@odata.type": "#microsoft.graph.user", "id": bo, "displayName": "Bo" }])
    );
    assert_eq!(
        list["@odata.context"],
        "https://hospes.example/v1.0/$metadata#groups(members(id,displayName),owners())"
    );

    let guest = server.invite(&token, "ana@contoso.example").await.0;
    let read =
        server.get(&token, &format!("/v1.0/users/{guest}?$expand=sponsors($select=id)")).await.expect(200);
    assert_eq!(read.json["sponsors"][0]["id"], server.admin.id.to_string());
    assert!(read.json["sponsors"][0]["displayName"].is_null());
    let principal = server.portal.service_principal.id;
    let path = format!("/v1.0/servicePrincipals/{principal}?$expand=appRoleAssignedTo");
    assert!(server.get(&token, &path).await.expect(200).json["appRoleAssignedTo"].is_array());

    let advanced = eventually(&server, &token, "/v1.0/groups?$count=true&$expand=members").await;
    assert_eq!((advanced.status.as_u16(), advanced.code()), (400, "Request_UnsupportedQuery"));
    // Whoever may not see a relation gets none of the answer.
    let reader = server.token_with(server.tenant, server.admin.id, 1, &[Scope::UserReadAll]);
    server.get(&reader, &format!("/v1.0/users/{bo}?$expand=memberOf")).await.expect(200);
    let denied = server.get(&reader, &format!("/v1.0/users/{bo}?$expand=appRoleAssignments")).await;
    assert_eq!(denied.status, 403, "{}", denied.text);
}

/// E6: a token of paging serves the list and the organisation it was made for, and goes on behind the last row whatever
/// comes and goes.
#[tokio::test]
async fn pages_of_a_search_stay_right_while_people_come_and_go() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    for name in ["Zed a", "Zed c", "Zed d", "Zed e"] {
        person(&server, &token, name).await;
    }
    let path = format!("{}&$orderby=displayName&$top=2&$count=true", searched("users", "displayName:zed"));
    let first = eventually(&server, &token, &path).await.expect(200).json;
    assert_eq!(first["@odata.count"], 4);
    person(&server, &token, "Zed b").await;
    let last = first["value"][1]["id"].as_str().unwrap();
    server.delete(&token, &format!("/v1.0/users/{last}")).await.expect(204);
    let next =
        first["@odata.nextLink"].as_str().unwrap().strip_prefix("https://hospes.example").unwrap().to_owned();
    assert_eq!(found(&server, &token, &next).await, ["Zed d", "Zed e"]);
    let (other, ada, _) = server.second_tenant("northwind.example").await;
    let foreign = server.live_token(other, ada.id);
    for (token, path) in [
        (&foreign, next.clone()),
        (&token, next.replace("zed", "ze")),
        (&token, next.replace("users?", "groups?")),
        (&token, format!("{next}x")),
    ] {
        assert_eq!(eventually(&server, token, &path).await.status, 400, "{path}");
    }
}

/// A directory from before there were words is searched as any other once it is opened.
#[tokio::test]
async fn names_from_before_are_put_into_words_when_the_directory_is_opened() {
    let mut server = Server::start().await;
    let token = server.token_of(&server.admin);
    let id = person(&server, &token, "Ärger MacLeod").await;
    server
        .patch(&token, &format!("/v1.0/users/{id}"), json!({ "officeLocation": "Öst 2" }))
        .await
        .expect(204);
    server.look().change("DELETE FROM search_words");
    server.look().change("UPDATE users SET office_location_key = NULL");
    let group = format!("/v1.0/groups/{}", server.group);
    server.patch(&token, &group, json!({ "description": "Die BÜCHER" })).await.expect(204);
    let body = json!({ "displayName": "Gone", "description": "Alte BÜCHER", "mailEnabled": false,
        "mailNickname": "gone", "securityEnabled": true });
    let gone = server.post(&token, "/v1.0/groups", body).await.expect(201).json;
    server.delete(&token, &format!("/v1.0/groups/{}", gone["id"].as_str().unwrap())).await.expect(204);
    for table in ["groups", "deleted_groups"] {
        server.look().change(&format!("UPDATE {table} SET description_key = NULL"));
    }
    for kind in ["User", "Group", "Application", "ServicePrincipal", "DeletedGroup"] {
        server
            .look()
            .change(&format!("INSERT INTO words_to_fill (tenant_id, kind) SELECT id, '{kind}' FROM tenants"));
    }
    let search = searched("users", "displayName:leod är");
    assert!(found(&server, &token, &search).await.is_empty());
    server.restart().await;
    assert_eq!(found(&server, &token, &search).await, ["Ärger MacLeod"]);
    assert_eq!(
        found(&server, &token, &filtered("users", "officeLocation eq 'öST 2'")).await,
        ["Ärger MacLeod"]
    );
    let books = filtered("groups", "description eq 'die bücher'");
    assert_eq!(found(&server, &token, &books).await, ["Spring audit"]);
    let old = filtered("directory/deletedItems/graph.group", "startsWith(description,'alte')");
    assert_eq!(found(&server, &token, &old).await, ["Gone"]);
    assert_eq!(found(&server, &token, &searched("groups", "displayName:audit")).await.len(), 1);
    assert!(!found(&server, &token, &searched("applications", "displayName:a")).await.is_empty());
    assert!(!found(&server, &token, &searched("servicePrincipals", "displayName:a")).await.is_empty());
}
