//! The token endpoint and what reads tokens: every grant, right and wrong.

use url::form_urlencoded::Serializer;

use super::pair::Ask;
use super::walk::{Walk, remember};
use crate::harness::Reply;

impl Walk {
    /// The automation client's token.
    pub async fn application_token(&mut self) -> String {
        let automation = &self.pair.one().automation;
        let (client, secret) = (automation.client_id.to_string(), automation.secret.clone().unwrap());
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &client),
            ("client_secret", &secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let reply = self.token_request(&fields).await;
        reply.json["access_token"].as_str().unwrap_or_else(|| panic!("no token: {}", reply.text)).to_owned()
    }

    pub async fn ask_for_tokens(&mut self) {
        let portal = &self.pair.one().portal;
        let (client, secret) = (portal.client_id.to_string(), portal.secret.clone().unwrap());
        let secret = if self.dice.one_in(10) { "wrong".to_owned() } else { secret };
        let grant = self.dice.below(10);
        let code = if grant < 4 { self.code_of_a_sign_in() } else { String::new() };
        let refresh = Self::of(&mut self.dice, &self.known.refresh_tokens).unwrap_or_else(|| "x".to_owned());
        let mut fields = vec![("client_id", client.as_str()), ("client_secret", &secret)];
        match grant {
            0..=3 => fields.extend([
                ("grant_type", "authorization_code"),
                ("code", &code),
                (
                    "redirect_uri",
                    self.dice.pick(&[
                        "https://portal.example/callback",
                        "https://portal.example/callback",
                        "https://portal.example/",
                    ]),
                ),
            ]),
            4..=6 => {
                fields.extend([("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
                if self.dice.one_in(3) {
                    fields.push((
                        "scope",
                        self.dice.pick(&["openid", "openid offline_access", "openid profile email"]),
                    ));
                }
            }
            7 => fields.extend([
                ("grant_type", "client_credentials"),
                ("scope", "https://graph.microsoft.com/.default"),
            ]),
            8 => {
                let token = Self::of(&mut self.dice, &self.known.access_tokens).unwrap_or_default();
                return self.read_as_the_app(&token).await;
            }
            _ => fields.push(("grant_type", self.dice.pick(&["password", "", "implicit"]))),
        }
        let reply = self.token_request(&fields).await;
        for (list, name) in [
            (&mut self.known.refresh_tokens, "refresh_token"),
            (&mut self.known.access_tokens, "access_token"),
        ] {
            if let Some(token) = reply.json[name].as_str() {
                remember(list, token.to_owned());
            }
        }
    }

    /// Mostly one that was not used yet: the second use of a code ends everything it gave.
    fn code_of_a_sign_in(&mut self) -> String {
        let codes = &mut self.known.authorization_codes;
        let code = if self.dice.one_in(8) { codes.last().cloned() } else { codes.pop() };
        code.unwrap_or_else(|| "x".to_owned())
    }

    async fn token_request(&mut self, fields: &[(&str, &str)]) -> Reply {
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let path = format!("/{}/oauth2/v2.0/token", self.pair.one().tenant);
        self.pair.call(&Ask { method: "POST", path, headers, body }).await
    }

    async fn read_as_the_app(&mut self, token: &str) {
        let tenant = self.pair.one().tenant;
        let path = match self.dice.below(4) {
            0 => format!("/{tenant}/v2.0/.well-known/openid-configuration"),
            1 => format!("/{tenant}/discovery/v2.0/keys"),
            _ => "/oidc/userinfo".to_owned(),
        };
        let headers = vec![("authorization", format!("Bearer {token}"))];
        self.pair.call(&Ask { method: "GET", path, headers, body: String::new() }).await;
    }
}
