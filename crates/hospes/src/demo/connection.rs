//! The way to a running development server: found by its settings file, trusted by its own authority. Refuses
//! every other certificate, and proxies: it talks to this machine only.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use hospes_domain::jose::KeySet;
use reqwest::{Certificate, Client, ClientBuilder};
use serde_json::Value;

use super::failure::{Failure, Outcome};
use crate::dev::env_file::{self, Found};

/// No single answer takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server and what its settings file says.
pub struct Server {
    settings: BTreeMap<String, String>,
    authority: Certificate,
    client: Client,
}

impl Server {
    /// Finds the server whose settings stand in this file.
    pub fn find(file: &Path) -> Outcome<Self> {
        let shown = file.display();
        let found =
            env_file::find(file).map_err(|error| Failure::new(format!("cannot read {shown}: {error}")))?;
        let settings = match found {
            Found::Running(settings) => settings,
            Found::Nothing => {
                return Err(Failure::new(format!(
                    "no development server is running here: there is no {shown}. Start one with `hospes dev`, \
                     or say where it is with --data or --env-file."
                )));
            }
            Found::Stale => {
                return Err(Failure::new(format!(
                    "{shown} is left over from a server that is gone. Start it again with `hospes dev`."
                )));
            }
        };
        let authority = authority(&settings)?;
        let client = builder(&authority).build()?;
        Ok(Self { settings, authority, client })
    }

    /// A setting of the file.
    pub fn setting(&self, name: &str) -> Outcome<&str> {
        let value = self.settings.get(name).map(String::as_str);
        value.ok_or_else(|| Failure::new(format!("the server's settings file does not say {name}")))
    }

    /// Where the server answers, without a slash at the end.
    pub fn base_url(&self) -> &str {
        self.settings.get(env_file::BASE_URL).map_or("", String::as_str)
    }

    /// For interfaces: no cookies, no redirects.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// For browsers: the same trust.
    pub fn client_builder(&self) -> ClientBuilder {
        builder(&self.authority)
    }

    /// The keys an organisation publishes, as any app would fetch them: discovery first.
    pub async fn published_keys(&self, tenant: &str) -> Outcome<(KeySet, String)> {
        let discovery =
            self.json(&format!("{}/{tenant}/v2.0/.well-known/openid-configuration", self.base_url())).await?;
        let text = |name: &str| {
            let value = discovery.get(name).and_then(Value::as_str).map(str::to_owned);
            value.ok_or_else(|| Failure::new(format!("the discovery document has no {name}")))
        };
        let (issuer, address) = (text("issuer")?, text("jwks_uri")?);
        let keys = self.client.get(&address).send().await?.error_for_status()?.bytes().await?;
        let keys = KeySet::from_json(&keys)
            .map_err(|error| Failure::new(format!("the published keys cannot be used: {error}")))?;
        Ok((keys, issuer))
    }

    /// A document.
    pub async fn json(&self, address: &str) -> Outcome<Value> {
        Ok(self.client.get(address).send().await?.error_for_status()?.json().await?)
    }
}

fn authority(settings: &BTreeMap<String, String>) -> Outcome<Certificate> {
    let path = settings.get("HOSPES_CA_FILE").map(String::as_str).unwrap_or_default();
    let unusable = |why: String| Failure::new(format!("cannot use the authority {path}: {why}"));
    let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    Certificate::from_pem(&pem).map_err(|error| unusable(error.to_string()))
}

fn builder(authority: &Certificate) -> ClientBuilder {
    Client::builder()
        .tls_certs_only([authority.clone()])
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
}
