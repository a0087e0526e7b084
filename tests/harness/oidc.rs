//! Getting tokens: the application's through the token endpoint, people's by signing them directly
//! with the tenant's key, so that a test of the directory API need not walk the sign-in pages.

use axum::body::Body;
use hospes_domain::access::Scope;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose::Algorithm;
use hospes_domain::time::Clock;
use http::Request;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::server::ORIGIN;
use super::{Person, Reply, Server};

/// The client id of the command line tools every tenant knows.
pub const COMMAND_LINE: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

impl Server {
    /// A request to the token endpoint.
    pub async fn token_request(&self, tenant: &str, fields: &[(&str, &str)]) -> Reply {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(format!("/{tenant}/oauth2/v2.0/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.raw(request).await
    }

    /// The automation client's token, from the token endpoint.
    pub async fn app_token(&self) -> String {
        let client = self.automation.client_id.to_string();
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", client.as_str()),
            ("client_secret", self.automation.secret.as_deref().unwrap()),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let reply = self.token_request(&self.tenant.to_string(), &fields).await.expect(200);
        reply.json["access_token"].as_str().unwrap().to_owned()
    }

    /// A delegated token of a member of this tenant with every permission; sign-in generation 1.
    pub fn token_of(&self, person: &Person) -> String {
        self.token_with(self.tenant, person.id, 1, Scope::ALL)
    }

    /// A delegated token of somebody whose sign-in generation is not known, as if just signed in.
    pub fn live_token(&self, tenant: TenantId, user: ObjectId) -> String {
        self.live_token_with(tenant, user, Scope::ALL)
    }

    /// The same with just these permissions.
    pub fn live_token_with(&self, tenant: TenantId, user: ObjectId, scopes: &[Scope]) -> String {
        let id = user.to_string().replace('-', "");
        let people = self.look().rows("SELECT id, sign_in_generation FROM users");
        let generation = people.iter().find(|row| row[0] == id).map(|row| row[1].parse().unwrap());
        self.token_with(tenant, user, generation.unwrap_or_else(|| panic!("nobody is {user}")), scopes)
    }

    /// A delegated token with just these permissions.
    pub fn token_with(&self, tenant: TenantId, user: ObjectId, generation: i64, scopes: &[Scope]) -> String {
        let now = self.clock.now().seconds();
        let scp = scopes.iter().map(|s| s.name()).collect::<Vec<_>>().join(" ");
        self.sign(tenant, &json!({
            "aud": "00000003-0000-0000-c000-000000000000", "iss": format!("{ORIGIN}/{tenant}/v2.0"),
            "iat": now, "nbf": now, "exp": now + 3600, "tid": tenant, "oid": user, "sub": user, "idtyp": "user",
            "appid": COMMAND_LINE, "azp": COMMAND_LINE, "scp": scp, "ver": "2.0", "uti": "test", "hsg": generation,
        }))
    }

    /// Signs claims with a tenant's RS256 key.
    pub fn sign(&self, tenant: TenantId, claims: &Value) -> String {
        let keys = self.app.keys(tenant).unwrap();
        keys.signing(Algorithm::Rs256, self.app.now()).sign(claims.to_string().as_bytes()).unwrap()
    }
}
