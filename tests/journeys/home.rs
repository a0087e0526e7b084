//! Guests whose organisation is on the same server: they sign in at home, and what counts is the account there
//! (reference/reset-redemption.md section 7, threats B1, B4, B5, B6, I3).

use serde_json::{Value, json};

use crate::harness::{Browser, HOME_DOMAIN as DOMAIN, PASSWORD, Two, everybody as all};

#[tokio::test]
async fn a_member_of_another_organisation_redeems_and_signs_in_at_home() {
    let two = Two::start().await;
    let (id, mut browser) = two.guest().await;
    let user = two.user(&id).await;
    assert_eq!(user["externalUserState"], "Accepted");
    assert_eq!(
        user["identities"][0],
        json!({ "signInType": "federated", "issuer": "ExternalAzureAD", "issuerAssignedId": null })
    );
    assert!(two.server.greets(&mut browser, &two.ana.upn).await);
    let token = two.server.app_token().await;
    let filter = "$filter=identities/any(c:c/issuer%20eq%20'ExternalAzureAD')&$select=id";
    let found = two.server.get(&token, &format!("/v1.0/users?{filter}")).await.expect(200).json;
    assert_eq!(found["value"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["value"][0]["id"], id);
    // No code was mailed, and none can be asked for: the owner of the domain speaks for the address.
    assert!(two.server.mails().await.iter().all(|mail| mail.code().is_none()));
    let mut elsewhere = Browser::new();
    let page = two.sign_in(&mut elsewhere, &two.ana.upn).await;
    assert!(page.url.contains("/myapps") && page.text().contains(&two.ana.upn), "{}", page.html);
    assert!(page.text().contains("Account of your organisation"));
    // One sign-in at home serves both organisations, and signing out here does not sign out there.
    let at_home = elsewhere.get(&two.server, &format!("/myapps/{}", two.home)).await;
    assert!(at_home.url.contains("/myapps") && at_home.text().contains("ana"), "{}", at_home.html);
}

#[tokio::test]
async fn b1_a_colleague_cannot_use_the_invitation() {
    let two = Two::start().await;
    let bob = two.server.add_member_at(two.home, "bob", DOMAIN).await;
    let token = two.server.app_token().await;
    let (id, link) = two.server.invite(&token, &two.ana.upn).await;
    let mut browser = Browser::new();
    let welcome = browser.get(&two.server, &link).await;
    let page = browser.submit(&two.server, &welcome.form_to("/redeem/accept"), &[]).await;
    // The page at home has the invited address in it; the colleague uses another account.
    let again = browser.get(&two.server, &format!("{}?account=another", page.url)).await;
    let refused = two.at_home(&mut browser, again, &bob.upn).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(refused.text().contains("a***@contoso.example"), "{}", refused.html);
    two.server.assert_still_pending(&id).await;
    // The right person at the same machine is asked for a password again and gets in.
    let home = browser.submit(&two.server, &refused.form_to("/redeem/another-account"), &[]).await;
    let consent = two.at_home(&mut browser, home, &two.ana.upn).await;
    let done = browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(done.status, 200, "{}", done.html);
    assert_eq!(two.user(&id).await["externalUserState"], "Accepted");
}

#[tokio::test]
async fn situation_2_b5_an_account_made_anew_is_refused_flagged_and_repaired_by_a_reset() {
    let mut two = Two::start().await;
    let (id, mut old) = two.guest().await;
    let before = two.user(&id).await;
    two.make_anew().await;
    let mut browser = Browser::new();
    let refused = two.sign_in(&mut browser, &two.ana.upn).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(refused.text().contains("not the one we know"), "{}", refused.html);
    // The administrator sees it, in the history and in the log.
    let token = two.server.token_of(&two.server.user_admin);
    let path = format!("/v1.0/users/{id}/hospes.bindings");
    let bindings = two.server.get(&token, &path).await.expect(200).json;
    assert!(bindings["value"][0]["identityChangedDateTime"].is_string(), "{bindings}");
    let log = two.server.audit_of(&id).await;
    assert!(log.iter().any(|record| record.reason.as_deref() == Some("identity_changed")), "{log:?}");
    // A reset with the unchanged address repairs it.
    two.server.clock.advance(60);
    let reset = two.server.reset(&token, &id, &two.ana.upn).await.expect(201);
    assert!(!two.server.greets(&mut old, &two.ana.upn).await, "I3");
    let link = reset.json["inviteRedeemUrl"].as_str().unwrap().to_owned();
    let mut again = two.redeem(&link, &two.ana.upn).await;
    assert!(two.server.greets(&mut again, &two.ana.upn).await);
    let after = two.user(&id).await;
    assert_eq!((&after["id"], &after["userPrincipalName"]), (&before["id"], &before["userPrincipalName"]));
    let bindings = two.server.get(&token, &path).await.expect(200).json;
    assert_eq!(bindings["value"].as_array().unwrap().len(), 2);
    assert!(bindings["value"][0]["identityChangedDateTime"].is_null());
    assert_ne!(bindings["value"][0]["subject"], bindings["value"][1]["subject"], "the key of the account");
}

#[tokio::test]
async fn situation_1_from_a_passcode_to_the_organisations_account_and_back() {
    let two = Two::start().await;
    let (id, _) = two.server.accepted_guest("ana@adatum.example").await;
    let token = two.server.token_of(&two.server.user_admin);
    for (address, at_home) in [(two.ana.upn.as_str(), true), ("ana@adatum.example", false)] {
        two.server.clock.advance(60);
        let path = format!("/v1.0/users/{id}");
        two.server.patch(&token, &path, json!({ "mail": address })).await.expect(204);
        let reset = two.server.reset(&token, &id, address).await.expect(201);
        let link = reset.json["inviteRedeemUrl"].as_str().unwrap().to_owned();
        two.server.mails().await;
        let mut browser = if at_home {
            two.redeem(&link, address).await
        } else {
            two.server.redeem(&link, address).await.0
        };
        assert!(two.server.greets(&mut browser, address).await);
        let issuer = if at_home { "ExternalAzureAD" } else { "mail" };
        assert_eq!(two.user(&id).await["identities"][0]["issuer"], issuer);
    }
    // The account at home is nobody here any more.
    let mut browser = Browser::new();
    let refused = two.sign_in(&mut browser, &two.ana.upn).await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    assert!(refused.text().contains("no guest here"), "{}", refused.html);
}

#[tokio::test]
async fn a_pending_guest_who_signs_in_at_home_is_led_to_the_consent() {
    let two = Two::start().await;
    let token = two.server.app_token().await;
    let (id, _) = two.server.invite(&token, &two.ana.upn).await;
    let mut browser = Browser::new();
    let consent = two.sign_in(&mut browser, &two.ana.upn).await;
    let joined = browser.submit(&two.server, &consent.form_to("/redeem/consent"), &[]).await;
    assert_eq!(joined.status, 200, "{}", joined.html);
    assert_eq!(two.user(&id).await["externalUserState"], "Accepted");
    assert!(two.server.greets(&mut browser, &two.ana.upn).await);
}

#[tokio::test]
async fn who_is_blocked_at_home_cannot_sign_in_here_any_more() {
    let two = Two::start().await;
    two.guest().await;
    let path = format!("/v1.0/users/{}", two.ana.id);
    two.server.patch(&two.home_token(), &path, json!({ "accountEnabled": false })).await.expect(204);
    let mut browser = Browser::new();
    let page = two.sign_in(&mut browser, &two.ana.upn).await;
    assert!(page.status == 403 && !page.url.contains("/myapps"), "{}", page.html);
    assert!(!two.server.greets(&mut browser, &two.ana.upn).await);
}

#[tokio::test]
async fn b6_an_answer_counts_once_and_only_in_the_browser_that_asked() {
    let two = Two::start().await;
    let (_, _) = two.guest().await;
    let mut browser = Browser::new();
    let page = two.server.name_address(&mut browser, &two.ana.upn).await;
    let form = page.form_to("/password");
    let mut answer = browser.submit_once(&two.server, &form, &[("password", PASSWORD)]).await;
    let mut back = answer.location().unwrap();
    for _ in 0..5 {
        if back.contains("/signed-in-at-home") {
            break;
        }
        answer = browser.get_once(&two.server, &back).await;
        back = answer.location().unwrap();
    }
    assert!(back.contains("/signed-in-at-home?code="), "{back}");
    let stolen = Browser::new().get(&two.server, &back).await;
    assert_eq!(stolen.status, 409, "{}", stolen.html);
    // The thief's try has not used it up.
    let page = browser.get(&two.server, &back).await;
    assert!(page.url.contains("/myapps"), "{}", page.html);
    let replayed = browser.get(&two.server, &back).await;
    assert_eq!(replayed.status, 409, "{}", replayed.html);
}

#[tokio::test]
async fn the_shared_address_asks_which_organisation_is_meant() {
    let two = Two::start().await;
    let mut browser = Browser::new();
    let page = browser.get(&two.server, &super::shared_address::request("common", &[])).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert!(page.url.contains("/organisation"), "{}", page.url);
    let chosen = format!("{}&name=nowhere.example", page.url);
    let unknown = browser.get(&two.server, &chosen).await;
    assert_eq!(unknown.status, 422, "{}", unknown.html);
    // A guest names the organisation that invited, and signs in there.
    let chosen = format!("{}&name=fabrikam.example", page.url);
    let sign_in = browser.get(&two.server, &chosen).await;
    assert!(sign_in.url.contains(&format!("/{}/sign-in/", two.server.tenant)), "{}", sign_in.url);
    assert!(sign_in.text().contains("Microsoft Graph Command Line Tools"), "{}", sign_in.html);
    // A member types the address, which is not asked for again.
    let chosen = format!("{}&name=mia%40fabrikam.example", page.url);
    let sign_in = browser.get(&two.server, &chosen).await;
    assert!(sign_in.text().contains("mia@fabrikam.example"), "{}", sign_in.html);
    let apps = browser.get(&two.server, "/myapps").await;
    assert!(apps.url.contains("/organisation"), "{}", apps.url);
    let apps = browser.get(&two.server, "/organisation?name=contoso.example").await;
    assert!(apps.url.contains(&format!("/{}/sign-in/", two.home)), "{}", apps.url);
}

#[tokio::test]
async fn links_to_my_apps_name_the_organisation_as_the_originals_do() {
    let two = Two::start().await;
    let (host, home) = (two.server.tenant.to_string(), two.home.to_string());
    for (link, tenant) in [
        (format!("/myapps?tenantid={host}"), &host),
        (format!("/myapps/?tenantId={}", home.to_uppercase()), &home),
        ("/myapps?x=1&TENANTID=Fabrikam.Example".to_owned(), &host),
        (format!("/myapps/{DOMAIN}"), &home),
    ] {
        let page = Browser::new().get(&two.server, &link).await;
        assert!(page.url.contains(&format!("/{tenant}/sign-in/")), "{link}: {}", page.url);
    }
    for link in ["/myapps?tenantId=", "/myapps/", "/myapps/?tenantid=%20"] {
        let page = Browser::new().get(&two.server, link).await;
        assert!(page.url.ends_with("/organisation"), "{link}: {}", page.url);
    }
    let nowhere = Browser::new().get(&two.server, "/myapps?tenantid=nowhere.example").await;
    assert!(nowhere.status.is_client_error() && !nowhere.url.contains("sign-in"), "{}", nowhere.html);
    // Whoever is signed in at one organisation still gets to the other.
    let (_, mut browser) = two.guest().await;
    let page = browser.get(&two.server, &format!("/myapps?tenantid={home}")).await;
    assert!(page.url.contains(&home), "{}", page.url);
}

#[tokio::test]
async fn a_deleted_guest_frees_its_identity_and_a_restore_takes_it_back() {
    let two = Two::start().await;
    let (old, _) = two.guest().await;
    let token = two.server.token_of(&two.server.user_admin);
    let delete = async |id: &str| two.server.delete(&token, &format!("/v1.0/users/{id}")).await.expect(204);
    let restore = async |id: &str| {
        two.server.post(&token, &format!("/v1.0/directory/deletedItems/{id}/restore"), Value::Null).await
    };
    delete(&old).await;
    // Invited again, the person is somebody new here, at the same account.
    let (new, mut browser) = two.guest().await;
    assert_ne!(old, new);
    assert!(two.server.greets(&mut browser, &two.ana.upn).await);
    restore(&old).await.expect(409);
    delete(&new).await;
    let restored = restore(&old).await.expect(200);
    assert_eq!(restored.json["id"], old);
    assert_eq!(two.user(&old).await["identities"][0]["issuer"], "ExternalAzureAD");
    let mut browser = Browser::new();
    let page = two.sign_in(&mut browser, &two.ana.upn).await;
    assert!(page.url.contains("/myapps"), "{}", page.html);
    restore(&new).await.expect(409);
}

#[tokio::test]
async fn with_both_sides_agreed_an_invitation_is_redeemed_without_a_question() {
    let two = Two::start().await;
    let inbound = json!({ "automaticUserConsentSettings": { "inboundAllowed": true } });
    two.host_says(inbound).await;
    let token = two.server.app_token().await;
    let (id, link) = two.server.invite(&token, &two.ana.upn).await;
    // One side alone changes nothing.
    let mut browser = Browser::new();
    let consent = two.to_consent(&mut browser, &link, &two.ana.upn).await;
    assert!(consent.url.ends_with("/redeem/consent"), "{}", consent.url);
    let outbound = json!({ "automaticUserConsentSettings": { "outboundAllowed": true } });
    two.home_says(outbound).await;
    let mut browser = Browser::new();
    let done = two.to_consent(&mut browser, &link, &two.ana.upn).await;
    assert!(done.url.ends_with("/redeem/done"), "{}: {}", done.url, done.html);
    assert_eq!(two.user(&id).await["externalUserState"], "Accepted");
    assert!(two.server.greets(&mut browser, &two.ana.upn).await);
    // On the way to an app, too.
    let bob = two.server.add_member_at(two.home, "bob", DOMAIN).await;
    let (id, _) = two.server.invite(&token, &bob.upn).await;
    let mut browser = Browser::new();
    let page = two.sign_in(&mut browser, &bob.upn).await;
    assert!(page.url.contains("/myapps") && page.text().contains(&bob.upn), "{}", page.html);
    assert_eq!(two.user(&id).await["externalUserState"], "Accepted");
}

#[tokio::test]
async fn b11_an_organisation_that_is_shut_out_is_so_at_every_door() {
    for (which, body) in [
        ("host", json!({ "b2bCollaborationInbound": all("blocked") })),
        ("home", json!({ "b2bCollaborationOutbound": all("blocked") })),
    ] {
        let two = Two::start().await;
        let (_, mut guest) = two.guest().await;
        let bob = two.server.add_member_at(two.home, "bob", DOMAIN).await;
        let token = two.server.app_token().await;
        let (pending, link) = two.server.invite(&token, &bob.upn).await;
        match which {
            "host" => two.host_says(body).await,
            _ => two.home_says(body).await,
        }
        // Inviting, redeeming, signing in.
        let body = json!({
            "invitedUserEmailAddress": format!("carla@{DOMAIN}"), "inviteRedirectUrl": "https://portal.example/",
        });
        let refused = two.server.post(&token, "/v1.0/invitations", body).await.expect(400);
        assert!(refused.text.contains("invitedUserEmailAddress"), "{which}: {}", refused.text);
        let mut browser = Browser::new();
        let welcome = browser.get(&two.server, &link).await;
        let page = browser.submit(&two.server, &welcome.form_to("/redeem/accept"), &[]).await;
        assert!(page.status == 403 && page.text().contains("do not share access"), "{which}: {}", page.html);
        two.server.assert_still_pending(&pending).await;
        let mut browser = Browser::new();
        let page = two.sign_in(&mut browser, &two.ana.upn).await;
        assert!(page.status == 403 && page.text().contains("do not share access"), "{which}: {}", page.html);
        // Who is in already is out at once.
        assert!(!two.server.greets(&mut guest, &two.ana.upn).await);
    }
}
