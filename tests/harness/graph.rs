//! Calling the directory API as clients do.

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::Server;

/// An answer of the directory API.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
    pub text: String,
}

impl Reply {
    /// `error.code`.
    pub fn code(&self) -> &str {
        self.json["error"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no error code: {} {}", self.status, self.text))
    }

    /// `error.message`.
    pub fn message(&self) -> &str {
        self.json["error"]["message"].as_str().unwrap_or_else(|| panic!("no error message: {}", self.text))
    }

    /// The answer, if its status is that.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

impl Server {
    /// Sends a raw request.
    pub async fn raw(&self, mut request: Request<Body>) -> Reply {
        if !request.headers().contains_key("host") {
            request.headers_mut().insert("host", "hospes.example".parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Reply { status: parts.status, headers: parts.headers, json, text }
    }

    /// A call with a bearer token and, unless null, a JSON body.
    pub async fn call(&self, token: &str, method: &str, path: &str, body: Value) -> Reply {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .header("authorization", format!("Bearer {token}"));
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        self.raw(request.body(body).unwrap()).await
    }

    pub async fn get(&self, token: &str, path: &str) -> Reply {
        self.call(token, "GET", path, Value::Null).await
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Reply {
        self.call(token, "POST", path, body).await
    }

    pub async fn patch(&self, token: &str, path: &str, body: Value) -> Reply {
        self.call(token, "PATCH", path, body).await
    }

    pub async fn put(&self, token: &str, path: &str, body: Value) -> Reply {
        self.call(token, "PUT", path, body).await
    }

    pub async fn delete(&self, token: &str, path: &str) -> Reply {
        self.call(token, "DELETE", path, Value::Null).await
    }

    /// Invites an address with the token and returns (guest's object id, redeem URL).
    pub async fn invite(&self, token: &str, address: &str) -> (String, String) {
        let body = serde_json::json!({
            "invitedUserEmailAddress": address,
            "inviteRedirectUrl": "https://myapps.microsoft.com?tenantId=",
            "sendInvitationMessage": true,
        });
        let made = self.post(token, "/v1.0/invitations", body).await.expect(201);
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        (text(&made.json["invitedUser"]["id"]), text(&made.json["inviteRedeemUrl"]))
    }

    /// Resets a guest to an address that is on the user already; returns the reply.
    pub async fn reset(&self, token: &str, id: &str, address: &str) -> Reply {
        let body = serde_json::json!({
            "invitedUserEmailAddress": address,
            "inviteRedirectUrl": "https://myapps.microsoft.com?tenantId=",
            "sendInvitationMessage": true,
            "invitedUser": {"id": id},
            "resetRedemption": true,
        });
        self.post(token, "/v1.0/invitations", body).await
    }
}
