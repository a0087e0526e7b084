//! The directory API as a script calls it: JSON over HTTPS with a bearer token. Refuses to know more than paths.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::connection::Server;
use super::failure::{Failure, Outcome};

/// An answer of the API.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body; null where there is none.
    pub body: Value,
}

impl Answer {
    /// How to say it in a sentence.
    pub fn shown(&self) -> String {
        let error = &self.body["error"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", self.status.as_u16(), text(&error["code"]), text(&error["message"]))
            .trim_end()
            .to_owned()
    }

    /// A text of the body, empty where it is missing.
    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_default().to_owned()
    }
}

/// One caller of the API.
pub struct Graph<'a> {
    server: &'a Server,
    token: &'a str,
}

impl<'a> Graph<'a> {
    /// With this access token.
    pub fn new(server: &'a Server, token: &'a str) -> Self {
        Self { server, token }
    }

    /// Calls and takes whatever comes.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Outcome<Answer> {
        let address = format!("{}/v1.0{path}", self.server.base_url());
        let mut request = self.server.client().request(method, address).bearer_auth(self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer { status, body })
    }

    /// Calls and insists on success.
    pub async fn done(&self, method: Method, path: &str, body: Option<Value>) -> Outcome<Answer> {
        let answer = self.call(method.clone(), path, body).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        Err(Failure::new(format!("{method} {path} was answered with {}", answer.shown())))
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Outcome<Answer> {
        self.done(Method::GET, path, None).await
    }

    /// Every value of a collection, over all pages.
    pub async fn all(&self, path: &str) -> Outcome<Vec<Value>> {
        let start = format!("{}/v1.0", self.server.base_url());
        let (mut path, mut all) = (path.to_owned(), Vec::new());
        loop {
            let answer = self.get(&path).await?;
            all.extend(answer.body["value"].as_array().cloned().unwrap_or_default());
            let Some(next) =
                answer.body["@odata.nextLink"].as_str().and_then(|next| next.strip_prefix(&start))
            else {
                return Ok(all);
            };
            next.clone_into(&mut path);
        }
    }

    /// A reset of the redemption to this address, as the founding article posts it.
    pub async fn reset(&self, user: &str, address: &str) -> Outcome<Answer> {
        let body = json!({
            "invitedUserEmailAddress": address,
            "sendInvitationMessage": true,
            "invitedUserMessageInfo": {
                "messageLanguage": "en-US",
                "customizedMessageBody": "Your account moved; this brings your access along."
            },
            "inviteRedirectUrl": self.server.setting("HOSPES_SAMPLE_APP_URL")?,
            "invitedUser": { "id": user },
            "resetRedemption": true
        });
        self.call(Method::POST, "/invitations", Some(body)).await
    }
}
