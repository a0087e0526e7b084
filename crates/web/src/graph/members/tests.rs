//! Groups, memberships, applications and roles as clients see them, over the real router and a real file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use hospes_actions::app::{App, AppOptions};
use hospes_actions::database::Scratch;
use hospes_actions::keys::{MasterKey, PasswordCost};
use hospes_actions::random::SystemRandom;
use hospes_actions::setup::{self, NewApplication, NewMember, NewTenant};
use hospes_domain::access::{Role, Scope};
use hospes_domain::application::{AppRole, DIRECTORY_API};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose::Algorithm;
use hospes_domain::time::{Clock, Time};
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::{WebOptions, router};

const ORIGIN: &str = "https://hospes.example";

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time(1_800_000_000_000_000)
    }
}

struct Server {
    app: App,
    router: Router,
    tenant: TenantId,
    _scratch: Scratch,
}

impl Server {
    async fn start() -> Self {
        let scratch = Scratch::new("members").unwrap();
        let app = App::open(AppOptions {
            database: scratch.database(),
            clock: Arc::new(Still),
            random: Arc::new(SystemRandom),
            master: MasterKey::parse(&MasterKey::generate_text(&SystemRandom)).unwrap(),
            public_url: ORIGIN.to_owned(),
            password_cost: PasswordCost { memory_kib: 64, passes: 1, lanes: 1 },
            leaked_passwords: None,
        })
        .await
        .unwrap();
        let new = NewTenant {
            display_name: "Fabrikam".into(),
            initial_domain: "fabrikam.example".into(),
            ..NewTenant::default()
        };
        let tenant = setup::create_tenant(&app, new).await.unwrap().id;
        Self { router: router(app.clone(), WebOptions::default()), app, tenant, _scratch: scratch }
    }

    async fn person(&self, name: &str, roles: &[Role]) -> ObjectId {
        let new = NewMember {
            upn: format!("{name}@fabrikam.example"),
            display_name: name.to_owned(),
            roles: roles.to_vec(),
            ..NewMember::default()
        };
        setup::create_member(&self.app, self.tenant, new).await.unwrap()
    }

    fn token(&self, id: ObjectId, scopes: &[Scope]) -> String {
        let (now, tenant) = (Still.now().seconds(), self.tenant.to_string());
        let claims = json!({
            "aud": DIRECTORY_API.to_string(), "iss": format!("{ORIGIN}/{tenant}/v2.0"), "tid": tenant,
            "oid": id.to_string(), "sub": id.to_string(), "appid": "14d82eec-204b-4c2f-b7e8-296a70dab67e", "idtyp": "user", "hsg": 1,
            "scp": scopes.iter().map(|s| s.name()).collect::<Vec<_>>().join(" "),
            "iat": now, "nbf": now, "exp": now + 3600, "ver": "2.0",
        });
        let keys = self.app.keys(self.tenant).unwrap();
        keys.signing(Algorithm::Rs256, Still.now()).sign(claims.to_string().as_bytes()).unwrap()
    }

    async fn call(&self, token: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        let path = path.strip_prefix(ORIGIN).unwrap_or(path);
        let path = if path.starts_with("/v1.0") { path.to_owned() } else { format!("/v1.0{path}") };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "hospes.example")
            .header("consistencylevel", "eventual")
            .header("authorization", format!("Bearer {token}"));
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

fn ids(list: &Value) -> Vec<&str> {
    list["value"].as_array().unwrap().iter().map(|object| object["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_group_is_made_filled_listed_and_emptied() {
    let server = Server::start().await;
    let admin = server.token(server.person("admin", &[Role::UserAdministrator]).await, Scope::ALL);
    let ana = server.person("ana", &[Role::GuestInviter]).await.to_string();
    let body = json!({ "displayName": "Partners", "mailNickname": "partners", "mailEnabled": false, "securityEnabled": true });
    let (status, made) = server.call(&admin, "POST", "/groups", body).await;
    assert_eq!(
        (status, made["@odata.context"].as_str()),
        (201, Some("https://hospes.example/v1.0/$metadata#groups/$entity"))
    );
    let group = made["id"].as_str().unwrap().to_owned();

    let reference = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/users/{ana}") });
    let path = format!("/groups/{group}/members/$ref");
    assert_eq!(server.call(&admin, "POST", &path, reference.clone()).await, (204, Value::Null));
    let (status, twice) = server.call(&admin, "POST", &path, reference).await;
    let message = twice["error"]["message"].as_str().unwrap();
    assert_eq!((status, twice["error"]["code"].as_str()), (400, Some("Request_BadRequest")));
    assert!(message.contains("One or more added object references already exist"), "{message}");
    let unknown = Uuid::from_u128(9).to_string();
    let (status, none) = server.call(&admin, "POST", &path, json!({ "@odata.id": unknown })).await;
    assert_eq!((status, none["error"]["code"].as_str()), (404, Some("Request_ResourceNotFound")));

    let members = format!("/groups/{group}/members");
    for path in [
        &members,
        &format!("{members}/microsoft.graph.user"),
        &format!("{members}?$filter=id%20eq%20'{ana}'&$count=true"),
    ] {
        let (status, found) = server.call(&admin, "GET", path, Value::Null).await;
        assert_eq!((status, ids(&found)), (200, vec![ana.as_str()]), "{path}");
        assert_eq!(found["value"][0]["@odata.type"], "#microsoft.graph.user");
    }
    let (_, selected) =
        server.call(&admin, "GET", &format!("{members}?$select=id,displayName,mail"), Value::Null).await;
    assert_eq!(
        selected["value"][0],
        json!({ "@odata.type": "#microsoft.graph.user", "id": ana, "displayName": "ana", "mail": null })
    );
    let (_, groups) = server.call(&admin, "GET", &format!("{members}/graph.group"), Value::Null).await;
    assert!(ids(&groups).is_empty());

    let (_, of) = server.call(&admin, "GET", "/users/ana@fabrikam.example/memberOf", Value::Null).await;
    let kinds: Vec<_> =
        of["value"].as_array().unwrap().iter().map(|o| o["@odata.type"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&"#microsoft.graph.group") && kinds.contains(&"#microsoft.graph.directoryRole"));
    let (status, object) =
        server.call(&admin, "GET", &format!("/directoryObjects/{group}"), Value::Null).await;
    assert_eq!((status, object["@odata.type"].as_str()), (200, Some("#microsoft.graph.group")));

    let one = format!("/groups/{group}/members/{ana}/$ref");
    assert_eq!(server.call(&admin, "DELETE", &one, Value::Null).await.0, 204);
    assert_eq!(server.call(&admin, "DELETE", &one, Value::Null).await.0, 404);
}

#[tokio::test]
async fn lists_go_on_where_the_page_before_ended() {
    let server = Server::start().await;
    let admin = server.token(server.person("admin", &[Role::GroupsAdministrator]).await, Scope::ALL);
    for name in ["c", "a", "b"] {
        let body = json!({ "displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true });
        assert_eq!(server.call(&admin, "POST", "/groups", body).await.0, 201);
    }
    let mut path = "/groups?$top=2&$orderby=displayName&$select=displayName&$count=true".to_owned();
    let mut names = Vec::new();
    let mut counts = Vec::new();
    loop {
        let (status, page) = server.call(&admin, "GET", &path, Value::Null).await;
        assert_eq!(status, 200, "{page}");
        names.extend(
            page["value"].as_array().unwrap().iter().map(|g| g["displayName"].as_str().unwrap().to_owned()),
        );
        counts.push(page["@odata.count"].clone());
        match page["@odata.nextLink"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!((names.concat(), counts), ("abc".to_owned(), vec![json!(3), Value::Null]));
    for (path, code) in [
        ("/groups?$select=nothing", "BadRequest"),
        ("/groups?$filter=visibility%20eq%20'x'", "Request_UnsupportedQuery"),
        ("/groups?$expand=drive", "Request_UnsupportedQuery"),
    ] {
        let (status, no) = server.call(&admin, "GET", path, Value::Null).await;
        assert_eq!((status, no["error"]["code"].as_str()), (400, Some(code)), "{path}");
    }
}

#[tokio::test]
async fn app_roles_are_assigned_as_terraform_and_the_sdks_do() {
    let server = Server::start().await;
    let admin = server.token(server.person("admin", &[Role::UserAdministrator]).await, Scope::ALL);
    let ana = server.person("ana", &[]).await.to_string();
    let role = AppRole {
        id: Uuid::from_u128(5),
        value: "Reader".into(),
        display_name: "Reader".into(),
        enabled: true,
        ..AppRole::default()
    };
    let new = NewApplication {
        display_name: "Files".into(),
        app_roles: vec![role.clone()],
        ..NewApplication::default()
    };
    let app = setup::register_application(&server.app, server.tenant, new).await.unwrap();
    let (resource, client) = (app.service_principal.id.to_string(), app.client_id);
    let body = json!({ "principalId": ana, "resourceId": resource, "appRoleId": role.id.to_string() });

    let at_app = format!("/servicePrincipals(appId='{client}')/appRoleAssignedTo");
    let (status, made) = server.call(&admin, "POST", &at_app, body.clone()).await;
    assert_eq!(
        (status, made["principalType"].as_str(), made["resourceDisplayName"].as_str()),
        (201, Some("User"), Some("Files"))
    );
    let (status, twice) =
        server.call(&admin, "POST", &format!("/users/{ana}/appRoleAssignments"), body.clone()).await;
    let message = twice["error"]["message"].as_str().unwrap();
    assert!(
        status == 400 && message.contains("Permission being assigned already exists on the object"),
        "{message}"
    );
    let mut unknown = body.clone();
    unknown["appRoleId"] = Uuid::from_u128(6).to_string().into();
    let (status, no) = server.call(&admin, "POST", &at_app, unknown).await;
    let message = no["error"]["message"].as_str().unwrap();
    assert!(status == 400 && message.contains("Not a valid reference update"), "{message}");
    let mut other = body;
    other["principalId"] = Uuid::from_u128(7).to_string().into();
    assert_eq!(server.call(&admin, "POST", &format!("/users/{ana}/appRoleAssignments"), other).await.0, 400);

    let id = made["id"].as_str().unwrap();
    for path in [
        at_app.clone(),
        format!("/servicePrincipals/{resource}/appRoleAssignedTo"),
        format!("/users/{ana}/appRoleAssignments"),
    ] {
        let (status, found) = server.call(&admin, "GET", &path, Value::Null).await;
        assert_eq!((status, ids(&found)), (200, vec![id]), "{path}");
    }
    let (_, found) = server
        .call(&admin, "GET", &format!("/servicePrincipals?$filter=appId%20eq%20'{client}'"), Value::Null)
        .await;
    assert_eq!(ids(&found), [resource.as_str()]);
    let (_, found) = server
        .call(&admin, "GET", &format!("/applications?$filter=appId%20eq%20'{client}'"), Value::Null)
        .await;
    assert_eq!(found["value"][0]["displayName"], "Files");
    let one = format!("/servicePrincipals/{resource}/appRoleAssignedTo/{id}");
    assert_eq!(server.call(&admin, "DELETE", &one, Value::Null).await.0, 204);
    assert_eq!(server.call(&admin, "DELETE", &one, Value::Null).await.0, 404);
}

#[tokio::test]
async fn directory_roles_are_assigned_and_found() {
    let server = Server::start().await;
    let admin = server.token(server.person("admin", &[Role::GlobalAdministrator]).await, Scope::ALL);
    let ana = server.person("ana", &[]).await.to_string();
    let body = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleAssignment", "principalId": ana,
        "roleDefinitionId": Role::GuestInviter.id().to_string(), "directoryScopeId": "/",
    });
    let assignments = "/roleManagement/directory/roleAssignments";
    let (status, made) = server.call(&admin, "POST", assignments, body.clone()).await;
    assert_eq!((status, made["directoryScopeId"].as_str()), (201, Some("/")));
    let (_, found) = server
        .call(&admin, "GET", &format!("{assignments}?$filter=principalId%20eq%20'{ana}'"), Value::Null)
        .await;
    assert_eq!(ids(&found), [made["id"].as_str().unwrap()]);
    let definitions =
        "/roleManagement/directory/roleDefinitions?$filter=displayName%20eq%20'Guest%20Inviter'";
    let (_, found) = server.call(&admin, "GET", definitions, Value::Null).await;
    assert_eq!(ids(&found), [Role::GuestInviter.id().to_string()]);

    let unprivileged = server.token(server.person("mia", &[]).await, Scope::ALL);
    assert_eq!(server.call(&unprivileged, "POST", assignments, body).await.0, 403);
    let without = server.token(server.person("max", &[]).await, &[Scope::UserRead]);
    for path in ["/groups", "/servicePrincipals", "/applications", assignments] {
        assert_eq!(server.call(&without, "GET", path, Value::Null).await.0, 403, "{path}");
    }
    assert_eq!(server.call(&without, "GET", "/me/memberOf", Value::Null).await.0, 200);
}
