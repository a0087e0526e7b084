//! What is fuzzed, and what an answer must never be.

use axum::body::Body;
use axum::http::{Method, Request};
use hospes_domain::access::Scope;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;

use crate::harness::{Reply, Server};

/// What an input is.
#[derive(Clone, Copy)]
pub enum Target {
    /// Two letters that choose a collection and an option, then the value of that option.
    Query,
    /// The body of a batch.
    Batch,
    /// A letter that chooses a route, then its body.
    Body,
    /// A letter that chooses where it is presented, then a token.
    Token,
    /// The parameter of a link to redeem.
    Link,
}

impl Target {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "query" => Self::Query,
            "batch" => Self::Batch,
            "body" => Self::Body,
            "token" => Self::Token,
            "link" => Self::Link,
            _ => return None,
        })
    }
}

/// Collections with different properties, and what hangs on one object.
const COLLECTIONS: &[&str] = &[
    "users",
    "groups",
    "applications",
    "servicePrincipals",
    "invitations",
    "auditLogs/signIns",
    "auditLogs/directoryAudits",
    "oauth2PermissionGrants",
    "roleManagement/directory/roleAssignments",
    "directory/deletedItems/microsoft.graph.user",
    "users/delta",
    "groups/delta",
    "users/{user}/memberOf",
    "users/{user}/memberOf/microsoft.graph.group",
    "groups/{group}/members",
    "groups/{group}/transitiveMembers/microsoft.graph.user",
    "users/$count",
    "users/{user}",
    "domains",
    "directoryRoles",
];

/// The options of a query. The last is a whole query string.
const OPTIONS: &[&str] =
    &["$filter", "$search", "$orderby", "$expand", "$select", "$skiptoken", "$deltatoken", ""];

/// Routes that read a body. What they make is bounded by how long the fuzzer runs.
const BODIES: &[(&str, &str)] = &[
    ("POST", "invitations"),
    ("POST", "users"),
    ("PATCH", "users/{user}"),
    ("POST", "groups"),
    ("PATCH", "groups/{group}"),
    ("POST", "groups/{group}/members/$ref"),
    ("POST", "applications"),
    ("PATCH", "applications(appId='{app}')"),
    ("PATCH", "servicePrincipals(appId='{app}')"),
    ("POST", "users/{user}/getMemberGroups"),
    ("POST", "directoryObjects/getByIds"),
    ("POST", "subscriptions"),
    ("PATCH", "policies/authorizationPolicy"),
    ("PATCH", "policies/crossTenantAccessPolicy/default"),
    ("POST", "oauth2PermissionGrants"),
    ("POST", "users/{user}/appRoleAssignments"),
];

/// What may not stand in an address as it is.
const ADDRESS: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'#').add(b'{').add(b'}').add(b'|');

/// A server with somebody who may read and somebody who may do everything.
pub struct Stage {
    server: Server,
    reader: String,
    admin: String,
}

impl Stage {
    pub async fn new() -> Self {
        let server = Server::start().await;
        server.give_access(server.member.id).await;
        let admin = server.token_of(&server.admin);
        let reads = [Scope::DirectoryReadAll, Scope::AuditLogReadAll, Scope::PolicyReadAll];
        let reader = server.token_with(server.tenant, server.admin.id, 1, &reads);
        Self { server, reader, admin }
    }

    /// Sends one input and judges the answer.
    pub async fn run(&self, target: Target, data: &[u8]) {
        match target {
            Target::Query => self.query(data).await,
            Target::Batch => self.batch(data).await,
            Target::Body => self.body(data).await,
            Target::Token => self.token(data).await,
            Target::Link => self.link(data).await,
        }
    }

    async fn query(&self, data: &[u8]) {
        let [collection, option, value @ ..] = data else { return };
        let path = self.filled(pick(COLLECTIONS, *collection));
        let option = place(*option);
        let (name, advanced) = (OPTIONS[usize::from(option / 2) % OPTIONS.len()], option % 2 == 1);
        let mut asked = if name.is_empty() {
            percent_encode(value, ADDRESS).to_string()
        } else {
            format!("{name}={}", percent_encode(value, NON_ALPHANUMERIC))
        };
        let mut request = Request::get("/");
        if advanced {
            asked.push_str("&$count=true");
            request = request.header("consistencylevel", "eventual");
        }
        let version = if collection.is_ascii_lowercase() { "v1.0" } else { "beta" };
        let Ok(request) = request
            .uri(format!("/{version}/{path}?{asked}"))
            .header("authorization", format!("Bearer {}", self.reader))
            .body(Body::empty())
        else {
            return;
        };
        let reply = self.server.raw(request).await;
        judge(&reply);
        assert!(
            matches!(reply.status.as_u16(), 200 | 400 | 403 | 404 | 410 | 414),
            "{}: {}",
            reply.status,
            reply.text
        );
    }

    async fn batch(&self, data: &[u8]) {
        let reply = self.send(&self.reader, &Method::POST, "$batch", data).await;
        judge(&reply);
        for part in reply.json["responses"].as_array().into_iter().flatten() {
            assert!(part["status"].as_u64().is_some_and(|status| status < 500), "{part}");
        }
    }

    async fn body(&self, data: &[u8]) {
        let [route, body @ ..] = data else { return };
        let (method, path) = pick(BODIES, *route);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        judge(&self.send(&self.admin, &method, &self.filled(path), body).await);
    }

    async fn token(&self, data: &[u8]) {
        let [letter, token @ ..] = data else { return };
        let text = percent_encode(token, NON_ALPHANUMERIC);
        let form = match place(*letter) % 4 {
            0 => {
                let Ok(request) = Request::get("/v1.0/me")
                    .header("authorization", [b"Bearer ", token].concat())
                    .body(Body::empty())
                else {
                    return;
                };
                let reply = self.server.raw(request).await;
                judge(&reply);
                return assert_eq!(reply.status, 401, "{}", reply.text);
            }
            1 => format!("grant_type=refresh_token&refresh_token={text}"),
            2 => format!("grant_type=authorization_code&code={text}&redirect_uri=https%3A%2F%2Fx.example%2F"),
            _ => format!(
                "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_assertion={text}\
                 &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            ),
        };
        let form = format!("client_id={}&{form}", self.server.portal.client_id);
        let request = Request::post(format!("/{}/oauth2/v2.0/token", self.server.tenant))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let reply = self.server.raw(request).await;
        assert!(matches!(reply.status.as_u16(), 400 | 401 | 429), "{}: {}", reply.status, reply.text);
        assert!(reply.json["error"].is_string(), "{}", reply.text);
    }

    async fn link(&self, data: &[u8]) {
        let request = Request::get(format!("/redeem?rd={}", percent_encode(data, NON_ALPHANUMERIC)));
        let reply = self.server.raw(request.body(Body::empty()).unwrap()).await;
        assert!(reply.status.is_client_error(), "nobody can make a link: {}", reply.status);
    }

    async fn send(&self, token: &str, method: &Method, path: &str, body: &[u8]) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1.0/{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_vec()))
            .unwrap();
        self.server.raw(request).await
    }

    fn filled(&self, path: &str) -> String {
        path.replace("{user}", &self.server.member.id.to_string())
            .replace("{group}", &self.server.group.to_string())
            .replace("{app}", &self.server.portal.client_id.to_string())
    }
}

/// The place of a letter, so that seeds can be written by hand: `a` is the first.
fn place(letter: u8) -> u8 {
    letter.wrapping_sub(b'a')
}

fn pick<T: Copy>(all: &[T], letter: u8) -> T {
    all[usize::from(place(letter)) % all.len()]
}

/// A refusal says what and why, in words that can be shown.
fn judge(reply: &Reply) {
    assert!(!reply.status.is_server_error(), "{}: {}", reply.status, reply.text);
    if reply.status.is_client_error() {
        let error = &reply.json["error"];
        let message = error["message"].as_str().unwrap_or_default();
        assert!(error["code"].as_str().is_some_and(|code| !code.is_empty()), "{}", reply.text);
        assert!(!message.is_empty() && !message.chars().any(char::is_control), "{}", reply.text);
    } else if reply.json == Value::Null {
        assert!(reply.text.is_empty() || reply.text.parse::<u64>().is_ok(), "{}", reply.text);
    }
}
