//! The pages of a sign-in as a browser meets them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod guests;
mod members;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use hospes_actions::app::{App, AppOptions};
use hospes_actions::database::Scratch;
use hospes_actions::keys::{MasterKey, PasswordCost};
use hospes_actions::random::SystemRandom;
use hospes_actions::setup::{
    NewApplication, NewMember, NewTenant, create_member, create_tenant, register_application,
};
use hospes_domain::access::{Actor, Role, Scope, Who};
use hospes_domain::time::{Clock, Time};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use url::form_urlencoded::Serializer;

use crate::WebOptions;

const BASE: &str = "https://hospes.example";
const CALLBACK: &str = "https://app.example/cb?x=y";
const PASSWORD: &str = "correct horse battery";

struct Frozen;

impl Clock for Frozen {
    fn now(&self) -> Time {
        Time(1_800_000_000_000_000)
    }
}

struct Site {
    router: Router,
    tenant: String,
    client: String,
    app: App,
    admin: Actor,
    _scratch: Scratch,
}

impl Site {
    async fn new() -> Self {
        let scratch = Scratch::new("sign-in").unwrap();
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
        let ada = NewMember {
            upn: "ada@contoso.example".to_owned(),
            display_name: "Ada".to_owned(),
            password: Some(PASSWORD.to_owned().into()),
            roles: vec![Role::GuestInviter],
            ..NewMember::default()
        };
        let ada = create_member(&app, tenant, ada).await.unwrap();
        let admin = Actor {
            tenant,
            who: Who::User { id: ada, generation: 1 },
            scopes: [Scope::UserInviteAll].into_iter().collect(),
            client: None,
            grant: None,
            issued_at: Frozen.now(),
            correlation: None,
            request: None,
        };
        let new = NewApplication {
            display_name: "Time sheet".to_owned(),
            redirect_uris: vec![CALLBACK.to_owned()],
            ..NewApplication::default()
        };
        let client = register_application(&app, tenant, new).await.unwrap().client_id.to_string();
        let router = crate::router(app.clone(), WebOptions::default());
        Self { router, tenant: tenant.to_string(), client, app, admin, _scratch: scratch }
    }

    fn authorize(&self, more: &[(&str, &str)]) -> String {
        let usual = [
            ("client_id", self.client.as_str()),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid"),
            ("state", "a b&c"),
        ];
        let query = Serializer::new(String::new()).extend_pairs(usual.iter().chain(more)).finish();
        format!("/contoso.example/oauth2/v2.0/authorize?{query}")
    }
}

/// What came back.
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.html);
        self.header("location")
    }

    fn token(&self) -> String {
        let after = self.html.split("name=\"form_token\" value=\"").nth(1).unwrap();
        after.split('"').next().unwrap().to_owned()
    }
}

/// One person's browser, with the headers real ones send under our referrer policy.
#[derive(Clone, Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    async fn send(&mut self, site: &Site, request: http::request::Builder, body: String) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let request = request
            .header("host", "hospes.example")
            .header("cookie", cookies.join("; "))
            .body(Body::from(body))
            .unwrap();
        let (head, body) = site.router.clone().oneshot(request).await.unwrap().into_parts();
        for cookie in head.headers.get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let html = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Page { status: head.status, headers: head.headers, html }
    }

    async fn get(&mut self, site: &Site, path: &str) -> Page {
        self.send(site, Request::get(path), String::new()).await
    }

    async fn post(&mut self, site: &Site, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("origin", "null");
        self.send(site, request, Serializer::new(String::new()).extend_pairs(fields).finish()).await
    }

    /// Signs Ada in within a flow; the answer to the password.
    async fn signs_in(&mut self, site: &Site, flow: &str) -> Page {
        let page = self.get(site, flow).await;
        let token = page.token();
        let fields = [("form_token", token.as_str()), ("address", "ada@contoso.example")];
        assert_eq!(self.post(site, &format!("{flow}/address"), &fields).await.location(), flow);
        assert!(self.get(site, flow).await.html.contains("type=\"password\""));
        let fields = [("form_token", token.as_str()), ("password", PASSWORD)];
        self.post(site, &format!("{flow}/password"), &fields).await
    }
}
