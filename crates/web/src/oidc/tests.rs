//! The OAuth endpoints over HTTP: statuses, headers and the shape of answers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use hospes_actions::app::{App, AppOptions};
use hospes_actions::database::Scratch;
use hospes_actions::keys::{MasterKey, PasswordCost};
use hospes_actions::random::SystemRandom;
use hospes_actions::setup::{NewApplication, NewTenant, Registered, create_tenant, register_application};
use hospes_domain::ids::TenantId;
use hospes_domain::time::{Clock, Time};
use http::{HeaderMap, Request, StatusCode, request};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::WebOptions;

const BASE: &str = "https://hospes.example";

struct Frozen;

impl Clock for Frozen {
    fn now(&self) -> Time {
        Time(1_800_000_000_000_000)
    }
}

struct Site {
    router: Router,
    tenant: TenantId,
    client: Registered,
    _scratch: Scratch,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

impl Site {
    async fn new() -> Self {
        let scratch = Scratch::new("oidc").unwrap();
        let options = AppOptions {
            database: scratch.database(),
            clock: Arc::new(Frozen),
            random: Arc::new(SystemRandom),
            master: MasterKey::parse(&"A".repeat(43)).unwrap(),
            public_url: BASE.to_owned(),
            password_cost: PasswordCost { memory_kib: 8, passes: 1, lanes: 1 },
            leaked_passwords: None,
        };
        let app = App::open(options).await.unwrap();
        let tenant = NewTenant {
            display_name: "Contoso".to_owned(),
            initial_domain: "contoso.example".to_owned(),
            ..NewTenant::default()
        };
        let tenant = create_tenant(&app, tenant).await.unwrap().id;
        let client =
            NewApplication { display_name: "Robot".to_owned(), secret: true, ..NewApplication::default() };
        let client = register_application(&app, tenant, client).await.unwrap();
        Self { router: crate::router(app, WebOptions::default()), tenant, client, _scratch: scratch }
    }

    async fn send(&self, request: request::Builder, body: String) -> Reply {
        let request = request.header("host", "hospes.example").body(Body::from(body)).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Reply { status: head.status, headers: head.headers, text }
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path), String::new()).await
    }

    async fn token(&self, secret: &str) -> Reply {
        let body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={secret}&scope={BASE}/.default",
            self.client.client_id
        );
        let request = Request::post(format!("/{}/oauth2/v2.0/token", self.tenant))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("client-request-id", "7a1d");
        self.send(request, body).await
    }
}

#[tokio::test]
async fn the_token_endpoint_answers_as_client_libraries_read_it() {
    let site = Site::new().await;
    let reply = site.token(site.client.secret.as_deref().unwrap()).await;
    assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::OK, "no-store"));
    let json = reply.json();
    assert_eq!((&json["token_type"], &json["expires_in"]), (&"Bearer".into(), &3600.into()));
    let token = json["access_token"].as_str().unwrap();
    let info = site
        .send(
            Request::get("/oidc/userinfo").header("authorization", format!("Bearer {token}")),
            String::new(),
        )
        .await;
    assert_eq!((info.status, &info.json()["error"]), (StatusCode::FORBIDDEN, &"insufficient_scope".into()));
}

#[tokio::test]
async fn an_error_carries_everything_a_client_logs() {
    let site = Site::new().await;
    let reply = site.token("wrong").await;
    assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::UNAUTHORIZED, "no-store"));
    assert!(reply.header("www-authenticate").starts_with("Basic "));
    let json = reply.json();
    assert_eq!(
        (&json["error"], &json["error_codes"]),
        (&"invalid_client".into(), &serde_json::json!([7_000_215]))
    );
    assert_eq!(
        (&json["timestamp"], &json["correlation_id"]),
        (&"2027-01-15 08:00:00Z".into(), &"7a1d".into())
    );
    assert_eq!(json["trace_id"], reply.header("request-id"));
    assert_eq!(json["error_uri"], format!("{BASE}/error?code=7000215"));
    let text = json["error_description"].as_str().unwrap();
    assert!(
        text.starts_with("AADSTS7000215: ") && text.contains(" Trace ID: ") && !text.contains("wrong"),
        "{text}"
    );
}

#[tokio::test]
async fn only_a_form_that_is_posted_gets_a_token() {
    let site = Site::new().await;
    let path = format!("/{}/oauth2/v2.0/token", site.tenant);
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        let reply = site.send(Request::builder().method(method).uri(&path), String::new()).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(reply.header("allow"), "POST,OPTIONS", "{method}");
    }
    for method in ["PUT", "DELETE", "OPTIONS"] {
        let authorize = format!("/{}/oauth2/v2.0/authorize", site.tenant);
        let reply = site.send(Request::builder().method(method).uri(authorize), String::new()).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(reply.header("allow"), "GET,HEAD,POST", "{method}");
    }
    let trace = site.send(Request::builder().method("TRACE").uri(&path), String::new()).await;
    assert_eq!(trace.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(trace.header("allow").contains("POST") && !trace.header("allow").contains("TRACE"));
    let json = Request::post(&path).header("content-type", "application/json");
    assert_eq!(site.send(json, "{}".to_owned()).await.json()["error"], "invalid_request");
    let large = Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(site.send(large, "x".repeat(1_100_000)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn every_name_of_a_tenant_leads_to_its_document_and_keys() {
    let site = Site::new().await;
    let issuer = format!("{BASE}/{}/v2.0", site.tenant);
    let id = site.tenant.to_string();
    for (name, issuer) in [
        (id.as_str(), issuer.as_str()),
        ("contoso.example", issuer.as_str()),
        ("common", "https://hospes.example/{tenantid}/v2.0"),
        ("organizations", "https://hospes.example/{tenantid}/v2.0"),
        ("consumers", "https://hospes.example/{tenantid}/v2.0"),
    ] {
        let reply = site.get(&format!("/{name}/v2.0/.well-known/openid-configuration")).await;
        assert_eq!((reply.status, reply.header("cache-control")), (StatusCode::OK, "public, max-age=3600"));
        assert_eq!(reply.json()["issuer"], issuer);
        let keys_at = reply.json()["jwks_uri"].as_str().unwrap().strip_prefix(BASE).unwrap().to_owned();
        let keys = site.get(&keys_at).await.json();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 2, "{name}");
    }
    for unknown in ["nobody.example", "99999999-9999-4999-8999-999999999999", "%22"] {
        let reply = site.get(&format!("/{unknown}/v2.0/.well-known/openid-configuration")).await;
        assert_eq!(
            (reply.status, &reply.json()["error"]),
            (StatusCode::BAD_REQUEST, &"invalid_tenant".into()),
            "{unknown}"
        );
        assert_eq!(reply.json()["error_codes"], serde_json::json!([90_002]));
    }
    let head = site.send(Request::head(format!("/{id}/discovery/v2.0/keys")), String::new()).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn libraries_that_ask_about_the_instance_get_an_answer_about_this_one_only() {
    let site = Site::new().await;
    let ask = |authority: &str| {
        format!("/common/discovery/instance?api-version=1.1&authorization_endpoint={authority}")
    };
    let reply = site.get(&ask("https://hospes.example/contoso.example/oauth2/v2.0/authorize")).await.json();
    let at = "https://hospes.example/contoso.example/v2.0/.well-known/openid-configuration";
    assert_eq!(
        (&reply["tenant_discovery_endpoint"], &reply["metadata"][0]["aliases"][0]),
        (&at.into(), &"hospes.example".into())
    );
    let reply = site.get(&ask("https://evil.example/common/oauth2/v2.0/authorize")).await;
    assert_eq!((reply.status, &reply.json()["error"]), (StatusCode::BAD_REQUEST, &"invalid_instance".into()));
    assert_eq!(
        site.get("/common/userrealm/ada@contoso.example?api-version=1.0").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn userinfo_without_a_good_token_says_how_to_come_back() {
    let site = Site::new().await;
    // Of a token that is not there nothing is wrong (RFC 6750 section 3.1).
    for (request, error) in [
        (Request::get("/oidc/userinfo"), false),
        (Request::post("/oidc/userinfo").header("authorization", "Bearer x.y.z"), true),
    ] {
        let reply = site.send(request, String::new()).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        let told = reply.header("www-authenticate");
        assert!(told.starts_with("Bearer realm="), "{told}");
        assert_eq!(told.contains("error=\"invalid_token\""), error, "{told}");
    }
}
