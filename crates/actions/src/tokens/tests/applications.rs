//! Applications on their own behalf, and how every client proves who it is.

use hospes_domain::application::{AppRole, DIRECTORY_API};
use hospes_store::applications::{self, ClientSecret};

use super::*;
use crate::setup::assign_app_role;

#[tokio::test]
async fn an_application_gets_a_token_with_its_permissions_that_the_directory_api_accepts() {
    let world = World::new().await;
    for scope in [GRAPH_DEFAULT, "https://hospes.example/.default", "https://hospes.example//.default"] {
        let reply = world.ask(own(&world.portal, scope)).await.ok().unwrap();
        assert!(reply.refresh_token.is_none() && reply.id_token.is_none() && reply.client_info.is_none());
        let claims = claims(&reply.access_token);
        let id = world.portal.service_principal.id.to_string();
        assert_eq!(
            names(&claims),
            [
                "app_displayname",
                "appid",
                "aud",
                "azp",
                "azpacr",
                "exp",
                "iat",
                "idtyp",
                "iss",
                "nbf",
                "oid",
                "roles",
                "sub",
                "tid",
                "uti",
                "ver"
            ]
        );
        assert_eq!(claims["aud"], DIRECTORY_API.to_string());
        assert_eq!(claims["iss"], format!("{BASE}/{}/v2.0", world.tenant));
        assert_eq!((&claims["idtyp"], &claims["azpacr"]), (&"app".into(), &"1".into()));
        assert_eq!((&claims["oid"], &claims["sub"]), (&id.clone().into(), &id.into()));
        assert_eq!(claims["roles"], serde_json::json!(["User.Invite.All", "User.Read.All"]));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
        let actor = crate::tokens::bearer(&world.app, &reply.access_token).await.unwrap();
        assert_eq!(actor.client, Some(world.portal.client_id));
        assert_eq!(actor.scopes.names(), "User.Invite.All User.Read.All");
    }
}

#[tokio::test]
async fn the_tenant_may_be_named_by_its_domain_but_not_left_open() {
    let world = World::new().await;
    for (name, expected) in [
        ("contoso.example", 0),
        ("CONTOSO.example", 0),
        ("nobody.example", 90_002),
        ("99999999-9999-4999-8999-999999999999", 90_002),
        ("common", 9_001_023),
        ("organizations", 9_001_023),
    ] {
        assert_eq!(
            code_of(token(&world.app, name, own(&world.portal, GRAPH_DEFAULT)).await),
            expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn another_application_is_a_resource_with_its_own_roles_and_algorithm() {
    let world = World::new().await;
    let role = AppRole {
        id: world.app.new_id(),
        value: "Orders.Read".to_owned(),
        display_name: "Read".to_owned(),
        enabled: true,
        ..AppRole::default()
    };
    let api = world.register(NewApplication { app_roles: vec![role.clone()], ..plain("Orders") }).await;
    let caller = world.register(NewApplication { secret: true, es256: true, ..plain("Caller") }).await;
    let scope = format!("api://{}/.default", api.client_id);
    let before = world.ask(own(&caller, &scope)).await.ok().unwrap();
    assert!(claims(&before.access_token).get("roles").is_none());
    assign_app_role(&world.app, world.tenant, caller.service_principal.id, api.service_principal.id, role.id)
        .await
        .unwrap();
    let after = world.ask(own(&caller, &scope)).await.ok().unwrap();
    assert_eq!(claims(&after.access_token)["roles"], serde_json::json!(["Orders.Read"]));
    assert_eq!(claims(&after.access_token)["aud"], api.client_id.to_string());
    assert_eq!(part(&after.access_token, 0)["alg"], "ES256");
    let cause = crate::tokens::bearer(&world.app, &after.access_token).await.unwrap_err();
    assert_eq!(cause, Refusal::NotSignedIn { cause: "The token is for another resource." });
}

/// msal4j asks for what is for people with every request, also where there is nobody.
#[tokio::test]
async fn what_only_people_get_is_overlooked_in_the_scope_of_an_application() {
    let world = World::new().await;
    for scope in [
        "openid profile offline_access https://graph.microsoft.com/.default",
        "https://graph.microsoft.com/.default email",
    ] {
        let reply = world.ask(own(&world.portal, scope)).await.ok().unwrap();
        assert_eq!((reply.id_token, reply.refresh_token), (None, None), "{scope}");
        assert_eq!(claims(&reply.access_token)["idtyp"], "app", "{scope}");
    }
}

#[tokio::test]
async fn f8_a_client_proves_who_it_is_in_exactly_one_way() {
    let world = World::new().await;
    let open = world.register(NewApplication { public_client: true, ..plain("Tool") }).await;
    let good = credentials(&world.portal);
    let (id, secret) = (good.id.clone().unwrap(), good.secret.clone().unwrap());
    let basic = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
    let none = Credentials::default;
    let cases = [
        (good.clone(), 0),
        (Credentials { basic: basic(&id, &secret), ..none() }, 0),
        (Credentials { basic: basic(&id, &secret), id: Some(id.clone()), ..none() }, 0),
        (
            Credentials { basic: basic(&id, &secret), id: Some(open.client_id.to_string()), ..none() },
            7_000_217,
        ),
        (Credentials { basic: basic(&id, &secret), ..good.clone() }, 7_000_217),
        (Credentials { assertion: Some("x".to_owned()), ..good.clone() }, 7_000_217),
        (Credentials { assertion: Some("x".to_owned()), id: Some(id.clone()), ..none() }, 900_144),
        (Credentials { basic: basic(&id, ""), ..none() }, 7_000_215),
        (Credentials { secret: Some(format!("{secret}x")), ..good.clone() }, 7_000_215),
        (Credentials { secret: Some(secret[1..].to_owned()), ..good.clone() }, 7_000_215),
        (Credentials { secret: None, ..good.clone() }, 7_000_218),
        (Credentials { id: None, ..good.clone() }, 900_144),
        (Credentials { id: Some(UNKNOWN.to_string()), ..good.clone() }, 700_016),
        (Credentials { id: Some("portal".to_owned()), ..good.clone() }, 700_016),
        (Credentials { id: Some(open.client_id.to_string()), ..good.clone() }, 700_025),
        (Credentials { id: Some(open.client_id.to_string()), ..none() }, 7_000_218),
    ];
    for (number, (credentials, expected)) in cases.into_iter().enumerate() {
        let form = TokenForm { credentials, ..own(&world.portal, GRAPH_DEFAULT) };
        assert_eq!(world.refused(form).await, expected, "case {number}");
    }
    let Err(Refusal::OAuth(wrong)) = world
        .ask(TokenForm {
            credentials: Credentials { secret: Some("x".to_owned()), ..good },
            ..own(&world.portal, GRAPH_DEFAULT)
        })
        .await
    else {
        panic!("granted")
    };
    assert!(wrong.unauthorized && wrong.error == "invalid_client");
}

#[tokio::test]
async fn a_secret_ends_when_it_expires_and_a_client_when_it_is_disabled() {
    let world = World::new().await;
    let keys = world.app.tenant_keys(world.tenant).unwrap();
    let client = world.register(plain("Timed")).await;
    let expires_at = Some(world.app.now().plus_seconds(100));
    let hash = keys.keyed_hash("client-secret", b"timed").to_vec();
    let stored = ClientSecret {
        id: world.app.new_id(),
        hash,
        hint: "tim".to_owned(),
        display_name: None,
        starts_at: None,
        expires_at,
        created_at: world.app.now(),
    };
    let (tenant, application) = (world.tenant, client.application.id);
    world
        .app
        .write(move |tx| Ok(applications::insert_secret(tx, tenant, application, &stored)?))
        .await
        .unwrap();
    let client = Registered { secret: Some("timed".to_owned()), ..client };
    assert_eq!(world.refused(own(&client, GRAPH_DEFAULT)).await, 0);
    world.later(100);
    assert_eq!(world.refused(own(&client, GRAPH_DEFAULT)).await, 7_000_222);
    let off = "UPDATE service_principals SET enabled = (1 = 0) WHERE tenant_id = $1 AND id = $2";
    world.change(world.portal.service_principal.id, off).await;
    assert_eq!(world.refused(own(&world.portal, GRAPH_DEFAULT)).await, 7_000_112);
}

#[tokio::test]
async fn scopes_and_grants_that_cannot_be_are_refused_with_their_own_code() {
    let world = World::new().await;
    let unknown = format!("{UNKNOWN}/.default");
    for (scope, expected) in [
        ("User.Read", 1_002_012),
        ("https://graph.microsoft.com/User.Read.All", 1_002_012),
        ("openid profile offline_access", 1_002_012),
        ("openid https://graph.microsoft.com/User.Read.All", 1_002_012),
        ("https://graph.microsoft.com/User.Fly", 70_011),
        (" ", 70_011),
        ("https://graph.windows.net/.default", 500_011),
        (unknown.as_str(), 500_011),
    ] {
        assert_eq!(world.refused(own(&world.portal, scope)).await, expected, "{scope}");
    }
    let with = |grant: Option<&str>| TokenForm {
        grant_type: grant.map(str::to_owned),
        ..own(&world.portal, GRAPH_DEFAULT)
    };
    assert_eq!(world.refused(with(None)).await, 900_144);
    // Threats F14.
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "CLIENT_CREDENTIALS"]
    {
        assert_eq!(world.refused(with(Some(grant))).await, 70_003, "{grant}");
    }
    assert_eq!(world.refused(TokenForm { scope: None, ..own(&world.portal, "") }).await, 900_144);
    let wrong_secret = Credentials { secret: Some("x".to_owned()), ..credentials(&world.portal) };
    let form = TokenForm { credentials: wrong_secret, ..own(&world.portal, "User.Read") };
    assert_eq!(world.refused(form).await, 7_000_215, "a stranger learns nothing about scopes");
}
