//! Scripts that send many requests at once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::Server;

fn get(id: &str, url: &str) -> Value {
    json!({ "id": id, "method": "GET", "url": url })
}

fn part<'a>(reply: &'a Value, id: &str) -> &'a Value {
    reply["responses"].as_array().unwrap().iter().find(|part| part["id"] == id).unwrap()
}

#[tokio::test]
async fn each_request_of_a_batch_is_answered_as_if_it_were_alone() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let mia = server.member.id;
    let advanced = "/users?$filter=userType ne 'Guest'&$count=true&$top=2";
    let mut eventual = get("advanced", advanced);
    eventual["headers"] = json!({ "consistencylevel": "eventual" });
    let mut count = get("count", "/users/$count");
    count["headers"] = json!({ "ConsistencyLevel": "eventual" });
    let mut stale = json!({
        "id": "stale", "method": "PATCH", "url": format!("/users/{mia}"), "body": { "jobTitle": "x" },
        "headers": { "If-Match": "W/\"99999\"", "content-type": "application/json" },
    });
    stale["depends_on"] = json!([]);
    let requests = json!([
        get("1", &format!("/users/{mia}?$select=id,displayName")),
        get("absolute", &format!("https://hospes.example/v1.0/users/{mia}")),
        get("beta", &format!("https://hospes.example/beta/users/{mia}?$select=id")),
        get("page", "/users?$top=1&$select=displayName"),
        get("none", "/users/00000000-0000-0000-0000-000000000404"),
        get("nowhere", "/nothing"),
        get("plain", advanced),
        eventual,
        count,
        stale,
        get("name", "/users/mia@fabrikam.example"),
    ]);
    let reply = server.post(&token, "/v1.0/$batch", json!({ "requests": requests })).await.expect(200);
    assert_eq!(reply.headers["odata-version"], "4.0");
    let json = &reply.json;
    let order: Vec<&str> =
        json["responses"].as_array().unwrap().iter().map(|part| part["id"].as_str().unwrap()).collect();
    assert_eq!(order.len(), 11);
    assert_eq!((&order[0], &order[10]), (&"1", &"name"));
    let alone = server.get(&token, &format!("/v1.0/users/{mia}?$select=id,displayName")).await.expect(200);
    assert_eq!(part(json, "1")["body"], alone.json);
    for (name, value) in alone.headers.iter().filter(|(name, _)| !name.as_str().ends_with("request-id")) {
        let told = part(json, "1")["headers"].as_object().unwrap();
        let same = told.iter().find(|(other, _)| other.eq_ignore_ascii_case(name.as_str()));
        // The rest protects pages in a browser.
        if ["content-type", "etag", "cache-control", "odata-version", "x-ms-resource-unit"]
            .contains(&name.as_str())
        {
            assert_eq!(
                same.map(|(_, value)| value.as_str().unwrap()),
                Some(value.to_str().unwrap()),
                "{name}"
            );
        }
    }
    assert_eq!(part(json, "absolute")["body"]["displayName"], "mia");
    let context = part(json, "beta")["body"]["@odata.context"].as_str().unwrap();
    assert!(context.starts_with("https://hospes.example/beta/"), "{context}");
    assert_eq!(part(json, "name")["body"]["id"], mia.to_string());
    assert_eq!(part(json, "none")["status"], 404);
    assert_eq!(part(json, "none")["body"]["error"]["code"], "Request_ResourceNotFound");
    assert_eq!(part(json, "nowhere")["status"], 400);
    assert_eq!(
        (&part(json, "plain")["status"], &part(json, "advanced")["status"]),
        (&json!(400), &json!(200))
    );
    assert!(part(json, "advanced")["body"]["@odata.count"].as_u64().unwrap() > 4);
    // What is no JSON comes in base64.
    let number = part(json, "count");
    assert_eq!((&number["status"], &number["headers"]["Content-Type"]), (&json!(200), &json!("text/plain")));
    let text = STANDARD.decode(number["body"].as_str().unwrap()).unwrap();
    assert!(String::from_utf8(text).unwrap().parse::<u32>().unwrap() > 4);
    assert_eq!(part(json, "stale")["status"], 412);
    // A page leads on, alone and in the next batch.
    let next = part(json, "page")["body"]["@odata.nextLink"].as_str().unwrap();
    let alone = server.get(&token, next.strip_prefix("https://hospes.example").unwrap()).await.expect(200);
    let again = json!({ "requests": [get("next", next)] });
    let again = server.post(&token, "/beta/$batch", again).await.expect(200).json;
    assert_eq!(part(&again, "next")["body"]["value"], alone.json["value"]);
}

#[tokio::test]
async fn a_guest_is_found_by_a_name_as_scripts_write_it_into_json() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let (id, _) = server.accepted_guest("ana@contoso.example").await;
    let upn =
        server.get(&token, &format!("/v1.0/users/{id}")).await.expect(200).json["userPrincipalName"].clone();
    let upn = upn.as_str().unwrap();
    assert!(upn.contains("#EXT#"));
    let requests = json!([
        get("bare", &format!("/users/{upn}")),
        get("encoded", &format!("/users/{}", upn.replace('#', "%23").replace('@', "%40"))),
        get("filter", "/users?$filter=mail eq 'ana@contoso.example'&$select=id"),
    ]);
    let reply = server.post(&token, "/v1.0/%24batch", json!({ "requests": requests })).await.expect(200).json;
    for found in ["bare", "encoded"] {
        assert_eq!(part(&reply, found)["body"]["id"], id, "{}", part(&reply, found));
    }
    assert_eq!(part(&reply, "filter")["body"]["value"][0]["id"], id);
}

#[tokio::test]
async fn what_depends_on_a_request_waits_for_it_and_fails_with_it() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let person = server.add_person("person", &[]).await.id;
    let reference = json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{person}") });
    let join = |id: &str, needs: &[&str]| {
        json!({
            "id": id, "method": "POST", "url": format!("/groups/{}/members/$ref", server.group),
            "headers": { "Content-Type": "application/json" }, "body": reference, "dependsOn": needs,
        })
    };
    let mut seen = get("Seen", &format!("/groups/{}/members?$select=id", server.group));
    seen["dependsOn"] = json!(["JOIN"]);
    let mut behind = get("behind", "/organization");
    behind["dependsOn"] = json!(["again"]);
    let mut last = get("last", "/organization");
    last["dependsOn"] = json!(["behind", "Seen"]);
    let requests = json!([
        last,
        seen,
        join("again", &["join"]),
        behind,
        join("join", &[]),
        get("free", "/organization")
    ]);
    let reply = server.post(&token, "/v1.0/$batch", json!({ "requests": requests })).await.expect(200).json;
    let status = |id: &str| part(&reply, id)["status"].as_u64().unwrap();
    assert_eq!((status("join"), status("Seen"), status("again"), status("free")), (204, 200, 400, 200));
    assert!(part(&reply, "join").get("body").is_none());
    assert_eq!(part(&reply, "Seen")["body"]["value"][0]["id"], person.to_string());
    assert_eq!(
        (status("behind"), status("last")),
        (424, 424),
        "a failure goes on to who waits for who waits"
    );
    assert_eq!(part(&reply, "behind")["body"]["error"]["code"], "FailedDependency");
}

#[tokio::test]
async fn twenty_requests_are_one_batch() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let requests: Vec<Value> = (0..20)
        .map(|n| {
            json!({
                "id": n.to_string(), "method": "POST", "url": "/invitations",
                "headers": { "Content-Type": "application/json" },
                "body": {
                    "invitedUserEmailAddress": format!("guest{n}@contoso.example"),
                    "inviteRedirectUrl": "https://myapps.microsoft.com",
                },
            })
        })
        .collect();
    let reply = server.post(&token, "/v1.0/$batch", json!({ "requests": requests })).await.expect(200).json;
    let made = reply["responses"].as_array().unwrap();
    assert!(made.iter().all(|part| part["status"] == 201), "{reply}");
    let links: std::collections::BTreeSet<&str> =
        made.iter().map(|part| part["body"]["inviteRedeemUrl"].as_str().unwrap()).collect();
    assert_eq!(links.len(), 20);
}

/// OData JSON Format 4.01 section 19.1 names five methods; a part that asks for a head alone is refused, and the others are not.
#[tokio::test]
async fn a_method_that_no_part_has_is_refused_for_that_part() {
    let server = Server::start().await;
    let token = server.app_token().await;
    let steps = ["HEAD", "head", "OPTIONS", "GET", "get"];
    let steps = steps.iter().enumerate().map(
        |(n, method)| json!({ "id": n.to_string(), "method": method, "url": "/organization?$select=id" }),
    );
    let body = json!({ "requests": steps.collect::<Vec<_>>() });
    let answers = server.post(&token, "/v1.0/$batch", body).await.expect(200).json;
    let status = |n: usize| answers["responses"][n]["status"].as_u64().unwrap();
    assert_eq!(
        [status(0), status(1), status(2), status(3), status(4)],
        [400, 400, 400, 200, 200],
        "{answers}"
    );
    let message = answers["responses"][1]["body"]["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("method: ") && message.contains("HEAD"), "{message}");
}
