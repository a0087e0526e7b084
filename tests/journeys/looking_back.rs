//! An administrator looks back: at the whole log, at one guest, at the mails, and sends a dead letter once more.

use hospes_actions::jobs::{self, End};
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use serde_json::{Value, json};

use crate::harness::{Page, Reply, Server};

const ANA: &str = "ana@contoso.example";
const LOG: &str = "/v1.0/auditLogs/directoryAudits";

fn encoded(filter: &str) -> String {
    filter.replace(' ', "%20")
}

async fn log(server: &Server, filter: &str) -> Vec<Value> {
    let path = format!("{LOG}?$filter={}", encoded(filter));
    let found = server.get(&server.token_of(&server.admin), &path).await.expect(200);
    found.json["value"].as_array().unwrap().clone()
}

fn activities(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["activityDisplayName"].as_str().unwrap()).collect()
}

async fn history(server: &Server, token: &str, id: &str) -> Reply {
    server.get(token, &format!("/v1.0/users/{id}/hospes.history")).await
}

#[tokio::test]
async fn the_log_tells_who_did_what_to_whom() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    let admin = server.token_of(&server.user_admin);
    server.clock.advance(1);
    let change = json!({ "jobTitle": "Auditor", "department": "Finance" });
    server.patch(&admin, &format!("/v1.0/users/{id}"), change).await.expect(204);

    let about = log(&server, &format!("targetResources/any(t: t/id eq '{id}')")).await;
    assert_eq!(activities(&about)[0], "Update user", "the newest is the first");
    let record = &about[0];
    assert_eq!(record["initiatedBy"]["user"]["id"], server.user_admin.id.to_string());
    assert!(
        record["initiatedBy"]["user"]["userPrincipalName"].as_str().unwrap().ends_with("@fabrikam.example")
    );
    assert_eq!(record["initiatedBy"]["app"], Value::Null);
    let target = &record["targetResources"][0];
    assert_eq!((&target["type"], &target["id"]), (&json!("User"), &json!(id)));
    assert!(target["userPrincipalName"].as_str().unwrap().contains("#EXT#"));
    let changed: Vec<_> =
        target["modifiedProperties"].as_array().unwrap().iter().map(|p| p["displayName"].clone()).collect();
    assert!(changed.contains(&json!("jobTitle")) && changed.contains(&json!("department")), "{changed:?}");
    assert_eq!((&record["result"], &record["resultReason"]), (&json!("success"), &json!("")));

    let redeemed =
        log(&server, &format!("initiatedBy/user/id eq '{id}' and category eq 'UserManagement'")).await;
    assert!(activities(&redeemed).contains(&"Redeem external user invite"));
    assert!(redeemed.iter().all(|record| record["initiatedBy"]["user"]["id"] == json!(id)));
    let invited = log(&server, "startsWith(activityDisplayName, 'invite ')").await;
    assert!(!invited.is_empty() && activities(&invited).iter().all(|name| name.starts_with("Invite ")));
    let exact = log(&server, "activityDisplayName eq 'Update user' and result eq 'success'").await;
    assert_eq!(exact.len(), 1);

    let stamp = exact[0]["activityDateTime"].as_str().unwrap();
    let since = log(&server, &format!("activityDateTime ge {stamp}")).await;
    assert_eq!(activities(&since), ["Update user"]);
    let until = log(&server, &format!("activityDateTime le {stamp} and activityDateTime ge {stamp}")).await;
    assert_eq!(activities(&until), ["Update user"]);
    let one = format!("{LOG}/{}", exact[0]["id"].as_str().unwrap());
    let token = server.token_of(&server.admin);
    let read = server.get(&token, &one).await.expect(200).json;
    assert_eq!(read["targetResources"], exact[0]["targetResources"]);
}

#[tokio::test]
async fn a_refused_attempt_is_a_failure_with_its_reason() {
    let server = Server::start().await;
    let (id, _) = server.pending(ANA).await;
    let token = server.token_of(&server.member);
    server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(403);
    let failed = log(&server, "result eq 'failure'").await;
    assert_eq!(activities(&failed), ["Delete user"]);
    assert_eq!(failed[0]["initiatedBy"]["user"]["id"], server.member.id.to_string());
    assert!(!failed[0]["initiatedBy"]["user"]["displayName"].is_null());
    assert!(failed[0]["resultReason"].as_str().unwrap().len() > 20, "{}", failed[0]);
    assert!(
        failed[0]["additionalDetails"]
            .as_array()
            .unwrap()
            .contains(&json!({ "key": "refusal", "value": "not_allowed" }))
    );
}

#[tokio::test]
async fn pages_of_the_log_stay_right_while_it_grows() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    for n in 0..5 {
        server.clock.advance(1);
        server.invite(&admin, &format!("guest{n}@contoso.example")).await;
    }
    let mut path = format!(
        "{LOG}?$top=2&$orderby={}&$filter={}",
        encoded("activityDateTime desc"),
        encoded("activityDisplayName eq 'Invite external user'")
    );
    let mut seen = Vec::new();
    for n in 5.. {
        let page = server.get(&admin, &path).await.expect(200).json;
        seen.extend(page["value"].as_array().unwrap().iter().map(|record| record["id"].clone()));
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        path = next.strip_prefix("https://hospes.example").unwrap().to_owned();
        server.clock.advance(1);
        server.invite(&admin, &format!("guest{n}@contoso.example")).await;
    }
    let all = seen.len();
    seen.sort_by_key(Value::to_string);
    seen.dedup();
    assert_eq!((all, seen.len()), (5, 5), "each of the five that were there, once");
    for (query, part) in [
        ("$filter=initiatedBy/user/nothing%20eq%20'x'", "initiatedBy"),
        ("$filter=targetResources/any(t:%20t/groupType%20eq%20'x')", "targetResources"),
        ("$filter=targetResources/any(t:%20t/id%20eq%20'x')", "identifier"),
        ("$filter=activityDateTime%20ge%20'yesterday'", "activityDateTime"),
        ("$orderby=category", "category"),
    ] {
        let refused = server.get(&admin, &format!("{LOG}?{query}")).await.expect(400);
        assert!(refused.message().contains(part), "{query}: {}", refused.message());
    }
}

#[tokio::test]
async fn whoever_looks_after_guests_sees_the_history_of_each() {
    let server = Server::start().await;
    let (id, _) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    let (other, _) = server.pending("bo@contoso.example").await;
    for person in [&server.helpdesk, &server.user_admin, &server.admin] {
        let told = history(&server, &server.token_of(person), &id).await.expect(200).json;
        let records = told["value"].as_array().unwrap();
        let names = activities(records);
        for activity in ["Invite external user", "Redeem external user invite"] {
            assert!(names.contains(&activity), "{names:?}");
        }
        assert!(
            names.contains(&"Add app role assignment grant to user"),
            "what it was given, too: {names:?}"
        );
        assert!(!told.to_string().contains(&other), "of nobody else");
    }
    for person in [&server.helpdesk, &server.user_admin] {
        let refused = server.get(&server.token_of(person), LOG).await.expect(403);
        let missing = &refused.json["error"]["innerError"]["missingRole"];
        assert!(missing.as_array().unwrap().contains(&json!("Global Reader")), "{missing}");
    }
    // Who was deleted for good still has a history, somebody unknown has none.
    let admin = server.token_of(&server.user_admin);
    server.delete(&admin, &format!("/v1.0/users/{id}")).await.expect(204);
    server.delete(&admin, &format!("/v1.0/directory/deletedItems/{id}")).await.expect(204);
    let told = history(&server, &admin, &id).await.expect(200).json;
    assert!(activities(told["value"].as_array().unwrap()).contains(&"Hard Delete user"));
    history(&server, &admin, "00000000-0000-4000-8000-000000000404").await.expect(404);
    history(&server, &admin, "nobody@fabrikam.example").await.expect(404);
}

#[tokio::test]
async fn what_it_takes_to_invite_again_can_be_read() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let body = json!({
        "invitedUserEmailAddress": ANA, "inviteRedirectUrl": "https://portal.example/start",
        "sendInvitationMessage": true, "invitedUserMessageInfo": { "messageLanguage": "de-DE" },
    });
    let made = server.post(&admin, "/v1.0/invitations", body.clone()).await.expect(201).json;
    let id = made["invitedUser"]["id"].as_str().unwrap();
    server.clock.advance(60);
    server.post(&admin, "/v1.0/invitations", body).await.expect(201);
    let helper = server.token_of(&server.helpdesk);
    let path = format!("/v1.0/users/{id}/hospes.invitations");
    let told = server.get(&helper, &path).await.expect(200).json;
    let [newest, oldest] = told["value"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!((&newest["state"], &oldest["state"]), (&json!("open"), &json!("superseded")));
    assert_eq!((&newest["isUsable"], &oldest["isUsable"]), (&json!(true), &json!(false)));
    assert_eq!(newest["inviteRedirectUrl"], "https://portal.example/start");
    assert_eq!(newest["messageLanguage"], "de-DE");
    assert_eq!(newest["invitedUserEmailAddress"], ANA);
}

#[tokio::test]
async fn i7_a_dead_letter_is_found_and_sent_once_more() {
    let server = Server::start().await;
    let admin = server.token_of(&server.user_admin);
    let (id, _) = server.invite(&admin, ANA).await;
    let leased = jobs::lease(&server.app, 1).await.unwrap().remove(0);
    let end = End::Abandoned("the mail server refused the mail (550)".to_owned());
    assert!(jobs::finish(&server.app, leased, end).await.unwrap());

    let path = format!("/v1.0/hospes.mails?$filter={}", encoded("state eq 'abandoned'"));
    let dead = server.get(&admin, &path).await.expect(200).json;
    let [mail] = dead["value"].as_array().unwrap().as_slice() else { panic!("{dead}") };
    assert_eq!((&mail["recipient"], &mail["kind"]), (&json!(ANA), &json!("invitation")));
    assert_eq!((&mail["userId"], &mail["attempts"]), (&json!(id), &json!(1)));
    assert_eq!(mail["lastError"], "the mail server refused the mail (550)");
    assert_eq!(mail["nextTryDateTime"], Value::Null);
    let mail = format!("/v1.0/hospes.mails/{}", mail["id"].as_str().unwrap());

    // Who reads everything changes nothing.
    let reader = server.add_person("reader", &[Role::GlobalReader]).await;
    let reader = server.token_of(&reader);
    server.get(&reader, &mail).await.expect(200);
    server.post(&reader, &format!("{mail}/retry"), Value::Null).await.expect(403);
    let helper = server.token_of(&server.helpdesk);
    server.post(&helper, &format!("{mail}/retry"), Value::Null).await.expect(204);
    let sent = server.mails().await;
    assert_eq!(sent.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [ANA]);
    let (_, page) = server.walk_to_consent(&sent[0].link().unwrap(), ANA).await;
    assert_eq!(page.status, 200, "its link is good");
    assert_eq!(server.get(&helper, &mail).await.expect(200).json["state"], "sent");
    let refused = server.post(&helper, &format!("{mail}/retry"), Value::Null).await.expect(400);
    assert!(refused.message().contains("Invite the guest again"), "{}", refused.message());
    assert_eq!(server.successes(&id, "Send mail again").await, 1);
}

#[tokio::test]
async fn e4_the_history_of_a_user_is_no_way_into_the_rest_of_the_log() {
    let server = Server::start().await;
    let (ana, _) = server.accepted_guest(ANA).await;
    server.give_access(ObjectId::parse(&ana).unwrap()).await;
    let admin = server.token_of(&server.admin);
    let policy = json!({ "allowInvitesFrom": "adminsAndGuestInviters" });
    server.patch(&admin, "/v1.0/policies/authorizationPolicy", policy).await.expect(204);
    let helpdesk = server.token_of(&server.helpdesk);
    let others = [
        server.group.to_string(),
        server.tenant.to_string(),
        Role::HelpdeskAdministrator.id().to_string(),
        server.portal.service_principal.id.to_string(),
    ];
    for id in others {
        history(&server, &helpdesk, &id).await.expect(404);
    }
    // A permission to read users is not one to read what everybody did.
    let reader = server.token_with(
        server.tenant,
        server.user_admin.id,
        1,
        &[hospes_domain::access::Scope::UserReadWriteAll],
    );
    history(&server, &reader, &ana).await.expect(403);
    // Who was deleted for good is still told of.
    server.delete(&admin, &format!("/v1.0/users/{ana}")).await.expect(204);
    server.delete(&admin, &format!("/v1.0/directory/deletedItems/{ana}")).await.expect(204);
    assert!(
        !history(&server, &helpdesk, &ana).await.expect(200).json["value"].as_array().unwrap().is_empty()
    );
}

#[tokio::test]
async fn what_guests_do_themselves_is_found_by_the_id_of_their_request() {
    let server = Server::start().await;
    let inviter = server.app_token().await;
    let (id, link) = server.invite(&inviter, ANA).await;
    server.mails().await;
    let (mut browser, consent) = server.walk_to_consent(&link, ANA).await;
    let request = |page: &Page| page.headers["request-id"].to_str().unwrap().to_owned();
    let redeemed = browser.submit_once(&server, &consent.form_to("/redeem/consent"), &[]).await;
    let question = browser.get(&server, &format!("/myapps/{}/leave", server.tenant)).await;
    let left = browser.submit_once(&server, &question.form_to("/leave"), &[]).await;
    for (page, activity) in [(redeemed, "Redeem external user invite"), (left, "User left the organisation")]
    {
        let found = log(&server, &format!("correlationId eq '{}'", request(&page))).await;
        let told: Vec<&Value> = found.iter().map(|record| &record["activityDisplayName"]).collect();
        assert!(told.contains(&&json!(activity)), "{activity}: {told:?}");
        assert!(found.iter().all(|record| record["targetResources"][0]["id"] == json!(id)), "{found:?}");
    }
}
