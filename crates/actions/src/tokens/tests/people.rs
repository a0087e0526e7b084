//! What tokens say about people, and what UserInfo adds.

use hospes_domain::access::Role;
use hospes_domain::application::AppRole;

use super::*;
use crate::setup::{NewGroup, assign_app_role, assign_role, create_group};
use crate::tokens::userinfo;

#[tokio::test]
async fn an_id_token_tells_what_was_asked_for() {
    let world = World::new().await;
    let reply = world.signed_in(world.member).await;
    let id = claims(&reply.id_token.unwrap());
    assert_eq!(
        names(&id),
        [
            "acct",
            "amr",
            "aud",
            "auth_time",
            "exp",
            "iat",
            "iss",
            "name",
            "nbf",
            "nonce",
            "oid",
            "preferred_username",
            "sid",
            "sub",
            "tid",
            "uti",
            "ver"
        ]
    );
    assert_eq!(id["aud"], world.portal.client_id.to_string());
    assert_eq!(id["iss"], format!("{BASE}/{}/v2.0", world.tenant));
    assert_eq!((&id["name"], &id["preferred_username"]), (&"Ada".into(), &"ada@contoso.example".into()));
    assert_eq!((&id["nonce"], &id["acct"], &id["ver"]), (&"n-0S6".into(), &0.into(), &"2.0".into()));
    assert_eq!(id["iat"].as_i64().unwrap() - id["auth_time"].as_i64().unwrap(), 5);
    let code = world.code(world.member, |c| (c.scope, c.nonce) = ("openid email".to_owned(), None)).await;
    let other = claims(&world.ask(exchange(&world.portal, &code)).await.ok().unwrap().id_token.unwrap());
    assert_eq!(other["email"], "ada@contoso.example");
    for absent in ["nonce", "name", "preferred_username", "xms_edov", "idp"] {
        assert!(other.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn an_access_token_tells_the_api_who_calls_with_what_rank() {
    let world = World::new().await;
    assign_role(&world.app, world.tenant, world.member, Role::UserAdministrator).await.unwrap();
    let access = claims(&world.signed_in(world.member).await.access_token);
    assert_eq!(access["scp"], "openid profile User.Read");
    assert_eq!(access["wids"], serde_json::json!([Role::UserAdministrator.id()]));
    assert_eq!((&access["idtyp"], &access["hsg"]), (&"user".into(), &1.into()));
    assert_eq!(
        (&access["upn"], &access["app_displayname"]),
        (&"ada@contoso.example".into(), &"Portal".into())
    );
    assert!(access.get("roles").is_none());
}

/// Applications key on `oid` and `sub`, so both outlive a reset (design section 6).
#[tokio::test]
async fn a_guest_is_named_by_the_proven_address_and_stays_the_same_person() {
    let world = World::new().await;
    let guest = world.guest("gil@fabrikam.example").await;
    let before = claims(&world.signed_in(guest).await.id_token.unwrap());
    assert_eq!((&before["acct"], &before["idp"]), (&1.into(), &"mail".into()));
    assert_eq!((&before["email"], &before["xms_edov"]), (&"gil@fabrikam.example".into(), &true.into()));
    assert_eq!(before["preferred_username"], "gil@fabrikam.example");
    assert_eq!(before["oid"], guest.to_string());
    let raise =
        "UPDATE users SET sign_in_generation = sign_in_generation + 1 WHERE tenant_id = $1 AND id = $2";
    world.change(guest, raise).await;
    let code = world.code(guest, |c| c.generation = 2).await;
    let after = claims(&world.ask(exchange(&world.portal, &code)).await.ok().unwrap().id_token.unwrap());
    assert_eq!((&after["sub"], &after["oid"]), (&before["sub"], &before["oid"]));
    let member = claims(&world.signed_in(world.member).await.id_token.unwrap());
    assert_ne!(member["sub"], before["sub"]);
    let other = world.register(NewApplication { secret: true, ..plain("Other") }).await;
    let code = world
        .code(guest, |c| (c.generation, c.client, c.scope) = (2, other.client_id, "openid".to_owned()))
        .await;
    let elsewhere = claims(&world.ask(exchange(&other, &code)).await.ok().unwrap().id_token.unwrap());
    assert_ne!(elsewhere["sub"], before["sub"], "pairwise");
}

#[tokio::test]
async fn groups_and_roles_come_directly_and_through_groups() {
    let world = World::new().await;
    let role = AppRole {
        id: world.app.new_id(),
        value: "Reader".to_owned(),
        display_name: "Reader".to_owned(),
        enabled: true,
        ..AppRole::default()
    };
    let app = NewApplication {
        secret: true,
        group_claims: true,
        assignment_required: true,
        app_roles: vec![role.clone()],
        ..plain("Desk")
    };
    let app = world.register(app).await;
    let desk = |c: &mut CodeRecord| (c.client, c.scope) = (app.client_id, "openid".to_owned());
    let code = world.code(world.member, desk).await;
    assert_eq!(world.refused(exchange(&app, &code)).await, 50_105);
    let group =
        NewGroup { display_name: "Desk".to_owned(), members: vec![world.member], ..NewGroup::default() };
    let group = create_group(&world.app, world.tenant, group).await.unwrap();
    assign_app_role(&world.app, world.tenant, group, app.service_principal.id, role.id).await.unwrap();
    let code = world.code(world.member, desk).await;
    let reply = world.ask(exchange(&app, &code)).await.ok().unwrap();
    let id = claims(&reply.id_token.unwrap());
    assert_eq!((&id["groups"], &id["roles"]), (&serde_json::json!([group]), &serde_json::json!(["Reader"])));
    assert!(claims(&reply.access_token).get("groups").is_none(), "the directory API does not need them");
}

#[tokio::test]
async fn more_than_two_hundred_groups_are_a_link() {
    let world = World::new().await;
    let app = world.register(NewApplication { secret: true, group_claims: true, ..plain("Desk") }).await;
    for number in 0..201 {
        let group = NewGroup {
            display_name: format!("Group {number}"),
            members: vec![world.member],
            ..NewGroup::default()
        };
        create_group(&world.app, world.tenant, group).await.unwrap();
        if number < 199 {
            continue;
        }
        let code =
            world.code(world.member, |c| (c.client, c.scope) = (app.client_id, "openid".to_owned())).await;
        let id = claims(&world.ask(exchange(&app, &code)).await.ok().unwrap().id_token.unwrap());
        if number == 199 {
            assert_eq!(id["groups"].as_array().unwrap().len(), 200);
        } else {
            assert!(id.get("groups").is_none());
            assert_eq!(id["_claim_names"], serde_json::json!({ "groups": "src1" }));
            let endpoint = format!("{BASE}/v1.0/users/{}/getMemberObjects", world.member);
            assert_eq!(id["_claim_sources"], serde_json::json!({ "src1": { "endpoint": endpoint } }));
        }
    }
}

#[tokio::test]
async fn userinfo_says_the_same_sub_and_no_more_than_was_asked_for() {
    let world = World::new().await;
    let guest = world.guest("gil@fabrikam.example").await;
    let reply = world.signed_in(guest).await;
    let info = userinfo(&world.app, &reply.access_token).await.unwrap();
    assert_eq!(info.sub, claims(&reply.id_token.unwrap())["sub"]);
    assert_eq!(
        (info.name.as_deref(), info.given_name.as_deref(), info.email),
        (Some("Gil"), Some("Gil"), None)
    );
    let code = world.code(guest, |c| c.scope = "User.Read".to_owned()).await;
    let without = world.ask(exchange(&world.portal, &code)).await.ok().unwrap().access_token;
    assert!(matches!(userinfo(&world.app, &without).await, Err(Refusal::NotAllowed(_))));
    let app = world.ask(own(&world.portal, GRAPH_DEFAULT)).await.ok().unwrap().access_token;
    assert!(matches!(userinfo(&world.app, &app).await, Err(Refusal::NotAllowed(_))));
    world.change(guest, "UPDATE users SET account_enabled = (1 = 0) WHERE tenant_id = $1 AND id = $2").await;
    assert!(
        matches!(userinfo(&world.app, &reply.access_token).await, Err(Refusal::NotSignedIn { .. })),
        "threats E8"
    );
}
