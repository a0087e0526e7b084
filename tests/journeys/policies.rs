//! Who may invite, and which domains (reference/roles-and-policies.md sections 2 and 3).

use hospes_actions::audit;
use hospes_domain::access::{InvitePolicy, Role};
use serde_json::{Value, json};

use crate::harness::{Browser, INVITED, Server, domain_policy};

const POLICY: &str = "/v1.0/policies/authorizationPolicy";
const LISTS: &str = "/beta/policies/b2bManagementPolicies";

async fn invite(server: &Server, token: &str, address: &str) -> u16 {
    let body =
        json!({ "invitedUserEmailAddress": address, "inviteRedirectUrl": "https://myapps.microsoft.com" });
    server.post(token, "/v1.0/invitations", body).await.status.as_u16()
}

#[tokio::test]
async fn who_may_invite_is_set_once_and_holds_from_the_next_request_on() {
    let server = Server::start().await;
    let (ana, _) = server.accepted_guest("ana@contoso.example").await;
    let admin = server.token_of(&server.admin);
    let guest = server.token_with(
        server.tenant,
        hospes_domain::ids::ObjectId::parse(&ana).unwrap(),
        2,
        hospes_domain::access::Scope::ALL,
    );
    let read = server.get(&admin, POLICY).await.expect(200).json;
    assert_eq!((&read["id"], &read["allowInvitesFrom"]), (&json!("authorizationPolicy"), &json!("everyone")));
    assert_eq!(read["guestUserRoleId"], "10dae51f-b6af-4016-8d66-8c2a99b929b3");
    assert!(read["@odata.context"].as_str().unwrap().ends_with("#policies/authorizationPolicy/$entity"));
    let callers = [
        ("guest", guest),
        ("member", server.token_of(&server.member)),
        ("inviter", server.token_of(&server.inviter)),
        ("admin", admin.clone()),
        ("app", server.app_token().await),
    ];
    let allowed = [[true; 5], [false, true, true, true, true], [false, false, true, true, true], [false; 5]];
    for (policy, column) in InvitePolicy::ALL.into_iter().zip(allowed) {
        let beta = "/beta/policies/authorizationPolicy/authorizationPolicy";
        server.patch(&admin, beta, json!({ "allowInvitesFrom": policy.name() })).await.expect(204);
        for ((who, token), may) in callers.iter().zip(column) {
            let status = invite(&server, token, &format!("{who}.{}@contoso.example", policy.name())).await;
            assert_eq!(status, if may { 201 } else { 403 }, "{who} under {policy:?}");
        }
    }
    let log = audit::newest(&server.app, server.tenant).await.unwrap();
    let records: Vec<_> = log.iter().filter(|r| r.activity == "Update authorization policy").collect();
    assert_eq!(records.len(), 4, "i6: one record for each change");
    let to_none = [("allowInvitesFrom", "none"), ("allowInvitesFrom.old", "adminsAndGuestInviters")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(records.iter().filter(|record| record.details == to_none).count(), 1);
}

#[tokio::test]
async fn only_those_who_decide_change_a_policy() {
    let server = Server::start().await;
    let list = server.block_domains(&["blocked.example"]).await;
    let privileged = server.add_person("petra", &[Role::PrivilegedRoleAdministrator]).await;
    let provider = server.add_person("pia", &[Role::ExternalIdentityProviderAdministrator]).await;
    let restricted = json!({ "guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b" });
    let nobody = json!({ "allowInvitesFrom": "none" });
    let staying = json!({ "allowExternalIdentitiesToLeave": false });
    let one = format!("{LISTS}/{list}");
    let leaving = "/beta/policies/externalIdentitiesPolicy";
    let before = server.look().state();
    for (who, path, body) in [
        (&server.user_admin, POLICY, &restricted),
        (&server.user_admin, POLICY, &nobody),
        (&privileged, POLICY, &nobody),
        (&provider, POLICY, &restricted),
        (&privileged, leaving, &staying),
        (&server.user_admin, leaving, &staying),
        (&privileged, one.as_str(), &json!({ "displayName": "x" })),
        (&provider, one.as_str(), &json!({ "displayName": "x" })),
        (&server.member, POLICY, &json!({})),
    ] {
        let reply = server.patch(&server.token_of(who), path, body.clone()).await.expect(403);
        assert!(reply.json["error"]["innerError"]["missingRole"].is_array(), "{}", reply.text);
    }
    assert_eq!(server.look().state(), before);
    // Sent as it stands, a value needs no right of its own: whole objects are sent back.
    let whole = json!({ "allowInvitesFrom": "everyone", "guestUserRoleId": restricted["guestUserRoleId"] });
    server.patch(&server.token_of(&privileged), POLICY, whole).await.expect(204);
    server.patch(&server.token_of(&provider), leaving, staying).await.expect(204);
    for (field, value) in
        [("allowedToUseSSPR", json!(true)), ("guestUserRoleId", json!("x")), ("id", json!("y"))]
    {
        let refused =
            server.patch(&server.token_of(&server.admin), POLICY, json!({ field: value })).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], field, "{}", refused.text);
    }
}

#[tokio::test]
async fn scripts_for_the_older_policies_may_say_which_kind_they_mean() {
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let mut body = domain_policy("BlockedDomains", &["blocked.example"]);
    body["type"] = json!("B2BManagementPolicy");
    let made = server.post(&token, LISTS, body.clone()).await.expect(201).json;
    let one = format!("{LISTS}/{}", made["id"].as_str().unwrap());
    server.patch(&token, &one, body.clone()).await.expect(204);
    let before = server.look().state();
    for other in [json!("TokenLifetimePolicy"), json!(6)] {
        body["type"] = other.clone();
        let refused = server.patch(&token, &one, body.clone()).await.expect(400);
        assert_eq!(refused.json["error"]["details"][0]["target"], "type", "{other}: {}", refused.text);
    }
    assert_eq!(server.look().state(), before);
}

#[tokio::test]
async fn a_blocked_domain_is_refused_at_invitation_and_at_each_step_of_a_redemption() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let accepted = server.accepted_guest("ana@contoso.example").await.0;
    let (pending, link) = server.pending("bo@contoso.example").await;
    let (mut browser, code_page, code) = server.walk_to_code(&link, "bo@contoso.example").await;
    let (other, other_link) = server.pending("cleo@contoso.example").await;
    let (mut consenting, consent) = server.walk_to_consent(&other_link, "cleo@contoso.example").await;
    let list = server.block_domains(&["contoso.example"]).await;

    let body = json!({ "invitedUserEmailAddress": "new@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com" });
    let refused = server.post(&admin, "/v1.0/invitations", body).await.expect(400);
    assert_eq!(refused.code(), "BadRequest");
    assert!(refused.message().contains("'contoso.example'"), "{}", refused.message());
    assert_eq!(
        invite(&server, &admin, "new@mail.contoso.example").await,
        201,
        "a domain below is another one"
    );
    assert_eq!(
        invite(&server, &admin, "bo@contoso.example").await,
        400,
        "nor is a pending guest sent another"
    );
    assert_eq!(server.reset(&admin, &accepted, "ana@contoso.example").await.status, 400);

    // Pages say what happened and what helps; nothing is burned on the way.
    let pages = [
        Browser::new().get(&server, &link).await,
        browser.submit(&server, &code_page.form_to("/redeem/code"), &[("code", &code)]).await,
        consenting.submit(&server, &consent.form_to("/redeem/consent"), &[]).await,
    ];
    for page in pages {
        assert_eq!(page.status, 403, "{}", page.html);
        for said in
            ["Guests from contoso.example are not accepted", "another address", "Nothing was accepted"]
        {
            assert!(page.text().contains(said), "{said}: {}", page.html);
        }
    }
    for id in [&pending, &other] {
        server.assert_still_pending(id).await;
        assert_eq!(server.refusals(id).await, ["domain_denied"]);
    }
    // Who has redeemed is not touched.
    let (mut signed_in, _) = server.sign_in("ana@contoso.example").await;
    assert!(server.greets(&mut signed_in, "ana@contoso.example").await);
    let again = json!({ "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com" });
    assert_eq!(server.post(&admin, "/v1.0/invitations", again).await.expect(201).json["status"], "Completed");

    server.delete(&admin, &format!("{LISTS}/{list}")).await.expect(204);
    let consent = consenting.get(&server, &server.step("consent")).await;
    let done = consenting.submit(&server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(done.status, 200, "{}", done.html);
    server.assert_redeemed_once(&other).await;
}

#[tokio::test]
async fn one_list_at_a_time_and_the_other_is_discarded() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    assert_eq!(server.get(&admin, LISTS).await.expect(200).json["value"], json!([]));
    let list = server.block_domains(&["Live.COM", "bücher.example"]).await;
    let one = format!("{LISTS}/{list}");
    let definition = |policy: &Value| -> Value {
        let text = policy["definition"][0].as_str().unwrap();
        let all: Value = serde_json::from_str(text).unwrap();
        all["B2BManagementPolicy"]["InvitationsAllowedAndBlockedDomainsPolicy"].clone()
    };
    let read = server.get(&admin, LISTS).await.expect(200).json["value"][0].clone();
    assert_eq!((&read["id"], &read["isOrganizationDefault"]), (&json!(list), &json!(true)));
    assert_eq!(
        definition(&read),
        json!({ "AllowedDomains": [], "BlockedDomains": ["live.com", "xn--bcher-kva.example"] })
    );
    let second =
        server.post(&admin, LISTS, domain_policy("AllowedDomains", &["contoso.example"])).await.expect(409);
    assert!(second.message().contains(&list), "{}", second.message());

    let switched =
        json!({ "definition": domain_policy("AllowedDomains", &["contoso.example"])["definition"] });
    server.patch(&admin, &one, switched).await.expect(204);
    let read = server.get(&admin, &one).await.expect(200).json;
    assert_eq!(definition(&read), json!({ "AllowedDomains": ["contoso.example"], "BlockedDomains": [] }));
    assert_eq!(read["description"], "Which domains may be invited", "what was not sent stays");
    assert_eq!(invite(&server, &admin, "a@live.com").await, 400);
    assert_eq!(invite(&server, &admin, "a@adatum.example").await, 400);
    assert_eq!(invite(&server, &admin, "a@contoso.example").await, 201);

    let log = audit::newest(&server.app, server.tenant).await.unwrap();
    let updated: Vec<_> = log.iter().filter(|r| r.activity == "Update policy").collect();
    assert_eq!(updated.len(), 1);
    assert_eq!(updated[0].target_name.as_deref(), Some("B2BManagementPolicy"));
    let details = |name: &str| updated[0].details.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert!(
        details("PolicyDetails").contains("contoso.example")
            && details("PolicyDetails.old").contains("live.com")
    );
    let refused =
        log.iter().filter(|r| r.activity == INVITED && r.reason.as_deref() == Some("domain_denied"));
    assert_eq!(refused.count(), 2);
}

#[tokio::test]
async fn a_policy_that_means_nothing_is_refused_and_changes_nothing() {
    let server = Server::start().await;
    let admin = server.token_of(&server.admin);
    let list = server.block_domains(&["live.com"]).await;
    let before = server.look().state();
    let both = json!({ "B2BManagementPolicy": { "InvitationsAllowedAndBlockedDomainsPolicy": { "AllowedDomains": ["a.example"], "BlockedDomains": ["b.example"] } } });
    let many: Vec<String> = (0..3000).map(|n| format!("domain-{n}.example")).collect();
    let many = domain_policy("BlockedDomains", &many.iter().map(String::as_str).collect::<Vec<_>>());
    for (field, value, said) in [
        ("definition", json!([both.to_string()]), "both filled"),
        ("definition", many["definition"].clone(), "25000"),
        (
            "definition",
            domain_policy("BlockedDomains", &["*.live.com"])["definition"].clone(),
            "'*.live.com'",
        ),
        ("definition", json!(["not json"]), "JSON"),
        ("definition", json!([]), "one text"),
        ("definition", json!("x"), "array"),
        ("isOrganizationDefault", json!(false), "in force"),
        ("displayName", json!(""), "emptied"),
        ("description", json!("a\u{202e}b"), "not seen"),
        ("id", json!("00000000-0000-0000-0000-000000000001"), "read-only"),
    ] {
        let refused =
            server.patch(&admin, &format!("{LISTS}/{list}"), json!({ field: value })).await.expect(400);
        assert!(refused.message().contains(said), "{field}: {}", refused.message());
        assert_eq!(refused.json["error"]["details"][0]["target"], field, "{}", refused.text);
    }
    assert_eq!(server.look().state(), before);
}
