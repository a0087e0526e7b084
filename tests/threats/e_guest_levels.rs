//! Threat E4: what guests see of the directory at each of the three levels, on every reading line of the directory API.

use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use hospes_domain::policy::GuestAccess;
use serde_json::{Value, json};
use uuid::Uuid;

mod levels;

use super::e_directory::guest;
use crate::harness::{Browser, Server, graph_routes, is_newer};
use crate::queries::eventually;
use levels::LEVELS;

/// Relations of which all links can be read.
const RELATIONS: &[&str] = &[
    "/directReports",
    "/memberOf",
    "/members",
    "/ownedObjects",
    "/owners",
    "/sponsors",
    "/transitiveMemberOf",
    "/transitiveMembers",
    "/transitiveReports",
];

#[tokio::test]
async fn e4_every_reading_line_obeys_each_level() {
    let server = Server::start().await;
    let samples = server.samples().await;
    let (id, _, token) = guest(&server).await;
    let reading = graph_routes().into_iter().filter(|route| route.method == "GET");
    assert_eq!(reading.count(), LEVELS.len(), "each line that reads says here what guests see of it");
    let mut wrong = Vec::new();
    let columns = GuestAccess::ALL.into_iter().enumerate();
    for (column, level) in columns {
        server.set_guest_level(&level.role_id().to_string()).await;
        for &(template, as_members, limited, restricted) in LEVELS {
            let expected = [as_members, limited, restricted][column];
            let path = samples.path(template);
            // The links of a relation tell who is in it, so they are seen by whoever sees the list.
            let links =
                RELATIONS.iter().any(|name| template.ends_with(name)).then(|| format!("/beta{path}/$ref"));
            let older = (!is_newer(template)).then(|| format!("/v1.0{path}"));
            for path in older.into_iter().chain([format!("/beta{path}")]).chain(links) {
                let reply = eventually(&server, &token, &path).await;
                if reply.status.as_u16() != expected {
                    wrong.push(format!("{level:?} {path}: {} instead of {expected}", reply.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A role given to a guest works fully, whatever the level.
    hospes_actions::setup::assign_role(
        &server.app,
        server.tenant,
        ObjectId::parse(&id).unwrap(),
        Role::DirectoryReaders,
    )
    .await
    .unwrap();
    for &(template, as_members, ..) in LEVELS {
        let reply = eventually(&server, &token, &format!("/beta{}", samples.path(template))).await;
        assert_eq!(reply.status.as_u16(), as_members, "{template}");
    }
}

#[tokio::test]
async fn e4_a_limited_guest_sees_members_of_a_group_by_name_only() {
    let server = Server::start().await;
    let (id, _, token) = guest(&server).await;
    let admin = server.token_of(&server.admin);
    let secrets = json!({ "jobTitle": "Secret title", "mobilePhone": "+49 30 1234" });
    server.patch(&admin, &format!("/v1.0/users/{}", server.member.id), secrets.clone()).await.expect(204);
    server.patch(&admin, &format!("/v1.0/users/{id}"), secrets).await.expect(204);
    for who in [server.member.id, ObjectId::parse(&id).unwrap()] {
        server.give_access(who).await;
    }
    let select = "$select=id,displayName,jobTitle,mobilePhone,identities";
    let path = format!("/v1.0/groups/{}/members?{select}", server.group);
    let members = server.get(&token, &path).await.expect(200).json;
    let of = |wanted: &str| -> Value {
        members["value"].as_array().unwrap().iter().find(|m| m["id"] == wanted).unwrap().clone()
    };
    let mia = of(&server.member.id.to_string());
    assert_eq!(
        (&mia["displayName"], &mia["jobTitle"], &mia["identities"]),
        (&json!("mia"), &Value::Null, &json!([]))
    );
    assert_eq!(of(&id)["jobTitle"], "Secret title", "itself wholly");
    server.set_guest_level(&GuestAccess::SameAsMembers.role_id().to_string()).await;
    let members = server.get(&token, &path).await.expect(200);
    assert_eq!(members.text.matches("Secret title").count(), 2);
    // As members see, not as administrators do.
    let mia = format!("/v1.0/users/{}", server.member.id);
    assert_eq!(server.patch(&token, &mia, json!({ "jobTitle": "x" })).await.status, 403);
}

#[tokio::test]
async fn e4_a_restricted_guest_sees_its_groups_without_names() {
    let server = Server::start().await;
    let (id, mut browser, token) = guest(&server).await;
    server.give_access(ObjectId::parse(&id).unwrap()).await;
    server.set_guest_level(&GuestAccess::Restricted.role_id().to_string()).await;
    let group = server.group.to_string();
    for path in [
        "/v1.0/me/memberOf".to_owned(),
        "/v1.0/me/transitiveMemberOf?$select=id,displayName,description".to_owned(),
        format!("/v1.0/users/{id}/memberOf/graph.group"),
    ] {
        let read = server.get(&token, &path).await.expect(200);
        assert_eq!(read.json["value"][0]["id"], group, "{path}");
        assert_eq!(read.json["value"][0]["displayName"], Value::Null, "{path}");
        assert!(!read.text.contains("Spring"), "{path}: {}", read.text);
    }
    // Neither a filter nor an order tells the name.
    let filter = "/v1.0/me/memberOf?$count=true&$filter=startsWith(displayName,'Spring')";
    let found = eventually(&server, &token, &filter.replace(' ', "%20")).await.expect(200);
    assert_eq!(found.json["value"], json!([]), "{}", found.text);
    for path in [format!("/v1.0/groups/{group}"), format!("/v1.0/directoryObjects/{group}")] {
        let read = server.get(&token, &path).await.expect(200);
        assert_eq!((&read.json["id"], &read.json["displayName"]), (&json!(group), &Value::Null));
        assert!(!read.text.contains("Spring") && !read.text.contains("true"), "{}", read.text);
    }
    server.get(&token, &format!("/v1.0/groups/{group}/members")).await.expect(403);
    // Who answers for it has an id and no name.
    let own = server.get(&token, &format!("/v1.0/users/{id}?$expand=sponsors")).await.expect(200).json;
    let sponsors = server.get(&token, &format!("/v1.0/users/{id}/sponsors")).await.expect(200).json;
    assert_eq!(own["sponsors"], sponsors["value"]);
    for sponsor in sponsors["value"].as_array().unwrap() {
        assert_eq!(sponsor["displayName"], Value::Null);
    }
    let organisation = server.get(&token, "/v1.0/organization").await.expect(200).json;
    assert_eq!(organisation["value"][0]["displayName"], "Fabrikam");
    assert!(organisation["value"][0].get("privacyProfile").is_none());
    // Nor do the pages name them.
    let page = browser.get(&server, &format!("/myapps/{}", server.tenant)).await;
    assert!(
        page.text().contains("Supplier Portal") && !page.text().contains("Spring audit"),
        "{}",
        page.html
    );
    let (other, link) = server.pending("bo@contoso.example").await;
    server.give_access(ObjectId::parse(&other).unwrap()).await;
    let welcome = Browser::new().get(&server, &link).await;
    assert!(welcome.status == 200 && !welcome.text().contains("Spring audit"), "{}", welcome.html);
    server.set_guest_level(&GuestAccess::Limited.role_id().to_string()).await;
    let page = browser.get(&server, &format!("/myapps/{}", server.tenant)).await;
    assert!(page.text().contains("Spring audit"), "{}", page.html);
    assert!(Browser::new().get(&server, &link).await.text().contains("Spring audit"));
}

#[tokio::test]
async fn e4_to_a_restricted_guest_what_is_there_and_what_is_not_look_the_same() {
    let server = Server::start().await;
    let (_, _, token) = guest(&server).await;
    server.set_guest_level(&GuestAccess::Restricted.role_id().to_string()).await;
    let unknown = Uuid::from_u128(0xDEAD).to_string();
    let (mia, group) = (server.member.id.to_string(), server.group.to_string());
    for (there, not_there) in [
        (format!("/v1.0/users/{mia}"), format!("/v1.0/users/{unknown}")),
        ("/v1.0/users/mia@fabrikam.example".into(), "/v1.0/users/nobody@fabrikam.example".into()),
        (format!("/v1.0/users/{mia}/sponsors"), format!("/v1.0/users/{unknown}/sponsors")),
        (format!("/v1.0/users/{mia}/memberOf"), format!("/v1.0/users/{unknown}/memberOf")),
        (format!("/v1.0/groups/{group}"), format!("/v1.0/groups/{unknown}")),
        (format!("/v1.0/groups/{group}/members"), format!("/v1.0/groups/{unknown}/members")),
        (format!("/v1.0/directoryObjects/{mia}"), format!("/v1.0/directoryObjects/{unknown}")),
        (format!("/v1.0/directoryObjects/{group}"), format!("/v1.0/directoryObjects/{unknown}")),
        (
            format!("/v1.0/servicePrincipals/{mia}/appRoleAssignments"),
            format!("/v1.0/servicePrincipals/{unknown}/appRoleAssignments"),
        ),
    ] {
        let mut told = Vec::new();
        for path in [&there, &not_there] {
            let reply = server.get(&token, path).await.expect(403);
            let mut error = reply.json["error"].clone();
            for own in ["request-id", "client-request-id", "date"] {
                error["innerError"][own] = Value::Null;
            }
            told.push(error);
        }
        assert_eq!(told[0], told[1], "{there}");
    }
}

#[tokio::test]
async fn e4_a_restricted_guest_who_invites_does_not_learn_who_is_here() {
    let server = Server::start().await;
    let (_, _, token) = guest(&server).await;
    let (accepted, _) = server.accepted_guest("cleo@contoso.example").await;
    server.pending("bo@contoso.example").await;
    let admin = server.token_of(&server.admin);
    let outside = json!({ "mail": "mia@outside.example" });
    server.patch(&admin, &format!("/v1.0/users/{}", server.member.id), outside).await.expect(204);
    server.set_guest_level(&GuestAccess::Restricted.role_id().to_string()).await;
    server.mails().await;
    let invite = async |address: &str, named: Option<&str>| {
        server.clock.advance(6);
        let mut body = json!({ "invitedUserEmailAddress": address, "inviteRedirectUrl": "https://myapps.microsoft.com" });
        if let Some(id) = named {
            body["invitedUser"] = json!({ "id": id });
        }
        server.post(&token, "/v1.0/invitations", body).await
    };
    let before = server.look().state();
    let mut told = Vec::new();
    for taken in [
        "mia@outside.example",
        "cleo@contoso.example",
        "bo@contoso.example",
        "mia@fabrikam.example",
        "nobody@fabrikam.example",
    ] {
        let refused = invite(taken, None).await.expect(400);
        assert!(!refused.text.contains(&accepted) && !refused.text.contains("#EXT#"), "{}", refused.text);
        let error = &refused.json["error"];
        told.push((error["code"].clone(), error["message"].clone(), error["details"].clone()));
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    let unknown = Uuid::from_u128(0xDEAD).to_string();
    for (id, address) in [(accepted.as_str(), "cleo@contoso.example"), (&unknown, "cleo@contoso.example")] {
        invite(address, Some(id)).await.expect(403);
    }
    for sponsor in [server.member.id.to_string(), unknown.clone()] {
        let body = json!({
            "invitedUserEmailAddress": "free@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com",
            "invitedUserSponsors": [{ "id": sponsor }],
        });
        server.post(&token, "/v1.0/invitations", body).await.expect(403);
    }
    assert_eq!(server.look().state(), before);
    // Those it invites itself are no secret to it.
    let first = invite("new@contoso.example", None).await.expect(201).json;
    let again = invite("new@contoso.example", None).await.expect(201).json;
    assert_eq!(first["invitedUser"], again["invitedUser"]);
    server.redeem(again["inviteRedeemUrl"].as_str().unwrap(), "new@contoso.example").await;
    assert_eq!(invite("new@contoso.example", None).await.expect(201).json["status"], "Completed");
    // Where guests see more, they hear more.
    server.set_guest_level(&GuestAccess::Limited.role_id().to_string()).await;
    assert_eq!(invite("cleo@contoso.example", None).await.expect(201).json["status"], "Completed");
    assert!(invite("mia@outside.example", None).await.expect(400).message().contains("already exists"));
}
