//! Answers that the published description has no operation for, held to the published types they say they are of; and every
//! property of a type, selected by its name. Refuses types nobody published: those of ours are named here.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::description::{description, misfits};
use super::every_answer::{known, ours};
use crate::harness::{Routed, Server, graph_routes};
use crate::permissions::{Stage, every_row, row_route, send};

/// Collections and the published type of what is in them.
const SETS: &[(&str, &str)] = &[
    ("users", "user"),
    ("groups", "group"),
    ("applications", "application"),
    ("servicePrincipals", "servicePrincipal"),
    ("invitations", "invitation"),
    ("directoryRoles", "directoryRole"),
    ("oauth2PermissionGrants", "oAuth2PermissionGrant"),
    ("domains", "domain"),
    ("appRoleAssignments", "appRoleAssignment"),
    ("auditLogs/directoryAudits", "directoryAudit"),
    ("directoryObjects", "directoryObject"),
    ("policies/authorizationPolicy", "authorizationPolicy"),
    ("policies/crossTenantAccessPolicy", "crossTenantAccessPolicy"),
];

/// The type an answer says it is of, by its `@odata.context`.
fn type_of(context: &str) -> String {
    let fragment = context.split_once('#').map_or(context, |(_, fragment)| fragment);
    let set = fragment.split("/$entity").next().unwrap();
    // What stands in an object, `users('1')/appRoleAssignments`, then what was selected, `users(id)`.
    let set = set.rsplit(")/").next().unwrap().split('(').next().unwrap();
    let last = set.rsplit('/').next().unwrap();
    let known = SETS.iter().find(|(name, _)| *name == set || *name == last);
    known
        .map_or_else(|| set.trim_start_matches("microsoft.graph.").to_owned(), |(_, kind)| (*kind).to_owned())
}

#[test]
fn a_context_names_a_type() {
    for (context, kind) in [
        ("https://x/v1.0/$metadata#users/$entity", "user"),
        ("https://x/v1.0/$metadata#users(id,mail)", "user"),
        ("https://x/v1.0/$metadata#microsoft.graph.passwordCredential", "passwordCredential"),
        ("https://x/v1.0/$metadata#users('1')/appRoleAssignments", "appRoleAssignment"),
    ] {
        assert_eq!(type_of(context), kind);
    }
}

/// What is wrong with an answer of a type; none if the type is not published.
fn wrong(description: &Value, kind: &str, reply: &Value, place: &str) -> Option<Vec<String>> {
    let name = format!("microsoft.graph.{kind}");
    description["components"]["schemas"].get(&name)?;
    let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
    let objects = match reply["value"].as_array() {
        Some(objects) => objects.iter().collect(),
        None => vec![reply],
    };
    let found = objects.into_iter().flat_map(|object| misfits(description, &schema, object, place, true));
    Some(found.filter(|line| !known(line)).collect())
}

/// Types that the description leaves out or that are ours.
const NOT_PUBLISHED: &[&str] = &[
    "$ref",
    "Collection",
    "Edm.Boolean",
    "authentication/fido2Methods",
    "authentication/methods",
    "authentication/passwordMethods",
    "authentication/softwareOathMethods",
    "conversionUserDetails",
    "hospes.mails",
    "policies/b2bManagementPolicies",
    "policies/externalIdentitiesPolicy",
    "policies/hospes.signInPolicy",
    "subscriptions",
    "verificationDnsRecords",
];

#[tokio::test]
async fn answers_beyond_the_description_are_of_published_types() {
    let Some(description) = description() else { return };
    let described: BTreeSet<Routed> = ours(&description).into_iter().map(|(route, _)| route).collect();
    let stage = Stage::new(Arc::new(Server::start().await)).await;
    let server = Arc::clone(&stage.server);
    let (mut found, mut others, mut checked) = (Vec::new(), BTreeSet::new(), 0);
    let mut routes: Vec<Routed> =
        graph_routes().into_iter().filter(|route| !described.contains(route)).collect();
    // What is there to be read is there before something is changed.
    routes.sort_by_key(|route| route.method != "GET");
    for route in routes {
        let row = every_row().find(|row| row_route(row) == route).unwrap();
        let sample = stage.fresh(row).await;
        // Who ends the sign-in of an administrator could ask for nothing after that.
        let ends = ["/me/changePassword", "/me/invalidateAllRefreshTokens", "/me/revokeSignInSessions"];
        let who = if ends.contains(&route.path) { server.member.id } else { server.admin.id };
        let token = server.live_token(server.tenant, who);
        let place = format!("{} {}", route.method, route.path);
        let reply = send(&server, "/beta", Some(&token), &sample).await;
        assert!(reply.status.is_success(), "{place}: {} {}", reply.status, reply.text);
        let Some(context) = reply.json["@odata.context"].as_str() else {
            let silent = reply.text.is_empty() || route.path.ends_with("$count");
            assert!(silent, "{place} says not what it is: {}", reply.text);
            continue;
        };
        assert!(context.starts_with("https://hospes.example/beta/$metadata#"), "{place}: {context}");
        let kind = type_of(context);
        match wrong(&description, &kind, &reply.json, &place) {
            Some(lines) => {
                checked += 1;
                found.extend(lines);
            }
            None => {
                others.insert(kind);
            }
        }
    }
    assert!(found.is_empty(), "of {checked}:\n{}", found.join("\n"));
    assert!(checked > 40, "only {checked}");
    assert_eq!(others.into_iter().collect::<Vec<_>>(), NOT_PUBLISHED);
}

#[tokio::test]
async fn every_property_of_a_type_can_be_selected_and_is_of_its_type() {
    let Some(description) = description() else { return };
    let server = Server::start().await;
    let token = server.token_of(&server.admin);
    let (guest, _) = server.accepted_guest("ana@contoso.example").await;
    for (set, kind) in [
        (format!("users/{guest}"), "user"),
        ("users".to_owned(), "user"),
        ("groups".to_owned(), "group"),
        ("applications".to_owned(), "application"),
        ("servicePrincipals".to_owned(), "servicePrincipal"),
    ] {
        let published =
            &description["components"]["schemas"][format!("microsoft.graph.{kind}")]["properties"];
        let relations: BTreeSet<&str> = BTreeSet::from([
            "appRoleAssignedTo",
            "appRoleAssignments",
            "manager",
            "memberOf",
            "members",
            "oauth2PermissionGrants",
            "ownedObjects",
            "owners",
            "sponsors",
            "transitiveMemberOf",
            "transitiveMembers",
            "directReports",
            "invitedBy",
        ]);
        let single = hospes_web::graph::odata::user_fields::SINGLE_USER_ONLY;
        let names: Vec<&str> = published
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .filter(|name| {
                !name.starts_with('@')
                    && !relations.contains(name)
                    && (set != "users" || !single.contains(name))
            })
            .collect();
        for names in [names.join(","), "*".to_owned()] {
            let reply = server.get(&token, &format!("/v1.0/{set}?$select={names}")).await.expect(200);
            let found = wrong(&description, kind, &reply.json, &set).unwrap();
            assert!(found.is_empty(), "{}", found.join("\n"));
            let one = if set == kind.to_owned() + "s" { &reply.json["value"][0] } else { &reply.json };
            assert!(one.as_object().unwrap().len() >= names.split(',').count(), "{set}: {}", reply.text);
        }
    }
}
