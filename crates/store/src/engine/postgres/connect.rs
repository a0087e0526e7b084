//! Making connections. Refuses servers that would break a promise: too old, not UTF-8, a certificate nobody
//! vouches for; and tells the operator about one that may lose acknowledged writes.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::{Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::StoreError;
use super::error::{from_driver, is_tls};
use super::options::PostgresOptions;

/// How long callers wait for a server that went away (threats K6: it is back within ten seconds).
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The oldest version whose SQL and behaviour are tested.
const OLDEST: i32 = 140_000;

/// What every connection is set to. Waiting for a lock, or on us, must end by itself; acknowledged means stored. Every statement
/// has an index to go by and a plan that depends on no value, as on a file: reading a whole table would also lock all of it
/// against every writer, since that is what the server's check of SERIALIZABLE remembers of it.
const SETTINGS: &str = "SET default_transaction_isolation = 'read committed'; \
    SET lock_timeout = '10s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'; \
    SET jit = off; SET client_min_messages = warning; SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// The work of a connection.
pub(super) type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A server and what is needed to reach it.
pub(super) struct Server {
    pub(super) options: PostgresOptions,
    tls: OnceLock<MakeRustlsConnect>,
}

impl Server {
    pub(super) fn new(options: PostgresOptions) -> Arc<Self> {
        Arc::new(Self { options, tls: OnceLock::new() })
    }

    /// Connects. The second part is the connection's own work: it must be polled, and ends with the connection.
    pub(super) async fn connect(&self) -> Result<(Client, Driver), StoreError> {
        if self.options.encrypted {
            let tls = self.tls()?;
            let (client, connection) =
                self.options.config.connect(tls).await.map_err(|error| self.unreachable(&error))?;
            return Ok((client, Box::pin(drive(connection))));
        }
        let (client, connection) =
            self.options.config.connect(NoTls).await.map_err(|error| self.unreachable(&error))?;
        Ok((client, Box::pin(drive(connection))))
    }

    /// Tries again for a while when the server does not answer or is just starting.
    pub(super) async fn connect_patiently(&self) -> Result<(Client, Driver), StoreError> {
        let mut last = StoreError::Unreachable(self.options.name.clone());
        let trying = async {
            let mut pause = FIRST_PAUSE;
            loop {
                match self.connect().await {
                    Err(error @ StoreError::Unreachable(_)) => last = error,
                    settled => return settled,
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        };
        match tokio::time::timeout(PATIENCE, trying).await {
            Ok(settled) => settled,
            Err(_) => Err(last),
        }
    }

    /// Prepares a fresh connection; its driver must be running.
    pub(super) async fn settle(&self, client: &Client) -> Result<(), StoreError> {
        client.batch_execute(SETTINGS).await.map_err(|error| from_driver(&error))
    }

    /// Refuses what no later connection could work with; once, at start.
    pub(super) async fn examine(&self, client: &Client) -> Result<(), StoreError> {
        let sql = "SELECT current_setting('server_version_num')::int4, current_setting('server_version'), \
                   current_setting('server_encoding'), current_setting('fsync')";
        let row = client.query_one(sql, &[]).await.map_err(|error| from_driver(&error))?;
        let (number, version, encoding, fsync): (i32, &str, &str, &str) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        if number < OLDEST {
            let needed = OLDEST / 10_000;
            return Err(self
                .options
                .trouble(format!("it is PostgreSQL {version}; Hospes needs {needed} or newer")));
        }
        if encoding != "UTF8" {
            return Err(self
                .options
                .trouble(format!("the database is encoded in {encoding}; create one with ENCODING 'UTF8'")));
        }
        if fsync == "off" {
            tracing::warn!(server = %self.options.name, "fsync is off on the PostgreSQL server: a power cut may lose acknowledged writes");
        }
        Ok(())
    }

    fn unreachable(&self, error: &tokio_postgres::Error) -> StoreError {
        match from_driver(error) {
            StoreError::Unreachable(reason) if !is_tls(error) => {
                StoreError::Unreachable(format!("{}: {reason}", self.options.name))
            }
            _ => self.options.trouble(match error.as_db_error() {
                Some(cause) => cause.message().to_owned(),
                None => error.source().map_or_else(|| error.to_string(), ToString::to_string),
            }),
        }
    }

    /// Loads the trusted authorities at the first encrypted connection: a machine without any must still start.
    fn tls(&self) -> Result<MakeRustlsConnect, StoreError> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| self.options.trouble(error.to_string()))?;
        let config = match &self.options.authority {
            None => builder
                .with_platform_verifier()
                .map_err(|error| self.options.trouble(format!("no authority is trusted: {error}")))?
                .with_no_client_auth(),
            Some(file) => {
                let bad = |reason: String| {
                    self.options
                        .trouble(format!("cannot use the authorities in {}: {reason}", file.display()))
                };
                let mut roots = RootCertStore::empty();
                for certificate in CertificateDer::pem_file_iter(file).map_err(|e| bad(e.to_string()))? {
                    let certificate = certificate.map_err(|e| bad(e.to_string()))?;
                    roots.add(certificate).map_err(|e| bad(e.to_string()))?;
                }
                if roots.is_empty() {
                    return Err(bad("there is no certificate in it".to_owned()));
                }
                builder.with_root_certificates(roots).with_no_client_auth()
            }
        };
        Ok(self.tls.get_or_init(|| MakeRustlsConnect::new(config)).clone())
    }
}

/// Callers learn of a connection's end from their own statements; here it is only worth a line for a developer.
async fn drive(connection: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection to PostgreSQL ended");
    }
}
