//! What the logs are asked for by scripts, as the documentation of the original spells it; and how much comes at once.

use serde_json::{Value, json};

use crate::harness::{Browser, PASSWORD, Server, answer};

async fn asked(server: &Server, log: &str, filter: &str) -> Vec<Value> {
    let token = server.token_of(&server.admin);
    let filter = filter.replace(' ', "%20").replace('\'', "%27");
    let reply = server.get(&token, &format!("/v1.0/auditLogs/{log}?$filter={filter}")).await;
    assert_eq!(reply.status.as_u16(), 200, "{filter}: {}", reply.text);
    reply.json["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn sign_ins_are_found_by_what_is_kept_and_nothing_by_what_is_not() {
    let server = Server::start().await;
    let mut browser = Browser::at("192.0.2.7");
    let named = server.name_address(&mut browser, &server.member.upn).await;
    browser.submit(&server, &named.form_to("/password"), &[("password", PASSWORD)]).await;
    let app = server.make_app("Graph Orders", json!({})).await;
    let start = server.request_of(&app, "openid", &[]);
    answer(&browser.get(&server, &start).await, "code");
    let all = asked(&server, "signIns", "status/errorCode eq 0").await;
    assert!(all.len() >= 2, "{all:?}");
    let name = all[0]["userDisplayName"].as_str().unwrap().to_owned();
    let own = server.tenant.to_string();
    for (filter, some) in [
        ("startsWith(appDisplayName,'graph')".to_owned(), true),
        ("appDisplayName eq 'GRAPH ORDERS'".to_owned(), true),
        ("appDisplayName eq 'Nothing'".to_owned(), false),
        ("startsWith(resourceDisplayName,'graph o')".to_owned(), true),
        (format!("resourceId eq '{}'", app.client), true),
        ("resourceId eq '00000003-0000-0000-c000-000000000000'".to_owned(), false),
        (format!("userDisplayName eq '{name}'"), true),
        (format!("startswith(userDisplayName,'{}')", &name[..2].to_lowercase()), true),
        ("ipAddress eq '192.0.2.7'".to_owned(), true),
        ("startsWith(ipAddress,'192.0.')".to_owned(), true),
        ("ipAddress eq '192.0.2.8'".to_owned(), false),
        ("clientAppUsed eq 'browser'".to_owned(), true),
        ("clientAppUsed eq 'IMAP4'".to_owned(), false),
        ("conditionalAccessStatus eq 'notApplied'".to_owned(), true),
        ("conditionalAccessStatus eq 'failure'".to_owned(), false),
        ("isInteractive eq true".to_owned(), true),
        ("riskState eq 'none'".to_owned(), true),
        ("riskState eq 'atRisk' or riskLevelAggregated eq 'high'".to_owned(), false),
        (format!("homeTenantId eq '{own}' and resourceTenantId eq '{own}'"), true),
        ("location/city eq 'Redmond'".to_owned(), false),
        ("startsWith(location/countryOrRegion,'US')".to_owned(), false),
        ("deviceDetail/operatingSystem eq 'Windows 10'".to_owned(), false),
        ("riskEventTypes_v2/any(r:r eq 'leakedCredentials')".to_owned(), false),
        ("servicePrincipalId eq null".to_owned(), true),
        ("startsWith(servicePrincipalName,'Graph')".to_owned(), false),
    ] {
        assert_eq!(!asked(&server, "signIns", &filter).await.is_empty(), some, "{filter}");
    }
    let silent = asked(&server, "signIns", "isInteractive eq false").await;
    let loud = asked(&server, "signIns", "not(isInteractive eq false)").await;
    assert_eq!(
        silent.len() + loud.len(),
        asked(&server, "signIns", "createdDateTime ge 2020-01-01").await.len()
    );
}

#[tokio::test]
async fn audit_records_are_found_by_the_name_of_what_they_are_about() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let body = json!({ "displayName": "Night Shift", "mailEnabled": false, "mailNickname": "night", "securityEnabled": true });
    let made = server.post(&token, "/v1.0/groups", body).await.expect(201).json;
    let id = made["id"].as_str().unwrap();
    let member = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{}", server.member.id) });
    server.post(&token, &format!("/v1.0/groups/{id}/members/$ref"), member).await.expect(204);
    let path = format!("/v1.0/users/{}?$select=displayName", server.member.id);
    let name = server.get(&token, &path).await.expect(200).json["displayName"].as_str().unwrap().to_owned();
    let (newly, lower) = ("targetResources/any(t:t/displayName eq 'night shift')", name.to_lowercase());
    for (filter, count) in [
        (newly.to_owned(), 2),
        ("targetResources/any(t:startswith(t/displayName,'Night'))".to_owned(), 2),
        ("targetResources/any(t: startsWith(t/displayName, 'Nights'))".to_owned(), 0),
        (format!("{newly} and targetResources/any(t:t/id eq '{id}')"), 2),
        (format!("targetResources/any(t:t/displayName eq '{lower}')"), 1),
    ] {
        assert_eq!(asked(&server, "directoryAudits", &filter).await.len(), count, "{filter}");
    }
    let other = "/v1.0/auditLogs/directoryAudits?$filter=targetResources/any(t:t/type%20eq%20'User')";
    server.get(&token, other).await.expect(400);
}

#[tokio::test]
async fn a_thousand_lines_of_a_log_come_at_once() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    for n in 0..130 {
        let body = json!({ "jobTitle": format!("Auditor {n}") });
        server.patch(&token, &format!("/v1.0/users/{}", server.member.id), body).await.expect(204);
    }
    for log in ["auditLogs/signIns", "auditLogs/directoryAudits"] {
        for query in ["$top=1000", "$top=1"] {
            server.get(&token, &format!("/v1.0/{log}?{query}")).await.expect(200);
        }
        let refused = server.get(&token, &format!("/v1.0/{log}?$top=1001")).await.expect(400);
        assert!(refused.message().contains("between 1 and 1000"), "{}", refused.message());
    }
    let whole = server.get(&token, "/v1.0/auditLogs/directoryAudits").await.expect(200).json;
    assert!(whole["value"].as_array().unwrap().len() >= 130 && whole["@odata.nextLink"].is_null());
    server.get(&token, "/v1.0/users?$top=1000").await.expect(400);
}
