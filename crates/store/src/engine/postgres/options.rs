//! The address of a PostgreSQL server as an operator writes it. Refuses what would weaken the connection without
//! being noticed: encryption that falls back to none, options it does not know. Never shows the password.

use std::error::Error as _;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::super::StoreError;
use super::WRITERS;
use super::lookup::LINES;

/// A server that does not answer in this time is not there.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// A peer that vanished without a word is given up after this long.
const SILENCE: Duration = Duration::from_secs(10);

/// So that somebody looks up, writes and reads.
const FEWEST: usize = LINES + WRITERS + 1;

/// A PostgreSQL database: where it is, as whom, and how many connections to keep.
#[derive(Clone)]
pub struct PostgresOptions {
    pub(super) config: Box<Config>,
    pub(super) encrypted: bool,
    pub(super) authority: Option<PathBuf>,
    /// The schema that the address asks for; made if it is missing.
    pub(super) schema: Option<String>,
    /// For messages: host, port and database, never the password.
    pub(super) name: String,
    pub(super) connections: usize,
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresOptions").field(&self.name).finish()
    }
}

impl PostgresOptions {
    /// Reads `postgres://user@host:port/database?sslmode=…`.
    ///
    /// `password` goes before one in the address. `authority` is a PEM file with the authorities to trust instead of
    /// the machine's. Without `sslmode` the connection is encrypted and the certificate checked, except to this
    /// machine itself. `connections` is how many are kept at most; at least one for each thing they are for.
    ///
    /// Errors: [`StoreError::Connect`] naming the part that cannot be used.
    pub fn parse(
        address: &str,
        password: Option<&str>,
        authority: Option<PathBuf>,
        connections: usize,
    ) -> Result<Self, StoreError> {
        let (plain, mode) = split_ssl_mode(address).map_err(unusable)?;
        let mut config: Config = plain.parse().map_err(|error: tokio_postgres::Error| {
            // The error's own text names the option; the address with its password stays out.
            unusable(error.source().map_or_else(|| "it is not an address".to_owned(), ToString::to_string))
        })?;
        if let Some(password) = password {
            config.password(password);
        }
        if config.get_hosts().is_empty() {
            return Err(unusable("the host is missing"));
        }
        if config.get_dbname().is_none() {
            return Err(unusable("the database is missing after the host: postgres://user@host/database"));
        }
        let encrypted = match mode.as_deref() {
            None => !config.get_hosts().iter().all(is_this_machine),
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(other) => {
                return Err(unusable(format!(
                    "sslmode={other} may end up unencrypted without saying so; use verify-full or disable"
                )));
            }
        };
        // A standby cannot write: with several hosts named, the one that can is found.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        config.connect_timeout(CONNECT_PATIENCE).tcp_user_timeout(SILENCE).keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("hospes");
        }
        let name = describe(&config);
        let schema = config.get_options().and_then(schema_in).map(str::to_owned);
        Ok(Self {
            schema,
            config: Box::new(config),
            encrypted,
            authority,
            name,
            connections: connections.max(FEWEST),
        })
    }

    /// The same database, with a schema of its own.
    pub(super) fn with_schema(&self, schema: &str) -> Self {
        let mut other = self.clone();
        other.config.options(format!("-csearch_path={schema}"));
        other.schema = Some(schema.to_owned());
        other
    }

    pub(super) fn trouble(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Connect { server: self.name.clone(), reason: reason.into() }
    }
}

fn unusable(reason: impl Into<String>) -> StoreError {
    StoreError::Connect { server: "as it is written".to_owned(), reason: reason.into() }
}

/// Takes `sslmode` out of the address: the driver knows neither `verify-full` nor an absent one.
fn split_ssl_mode(address: &str) -> Result<(String, Option<String>), &'static str> {
    if !address.starts_with("postgres://") && !address.starts_with("postgresql://") {
        return Err("it must begin with postgres://");
    }
    let Some((front, query)) = address.split_once('?') else { return Ok((address.to_owned(), None)) };
    let mut mode = None;
    let mut rest = Vec::new();
    for pair in query.split('&') {
        match pair.strip_prefix("sslmode=") {
            Some(value) => mode = Some(value.to_owned()),
            None => rest.push(pair),
        }
    }
    let question = if rest.is_empty() { "" } else { "?" };
    Ok((format!("{front}{question}{}", rest.join("&")), mode))
}

/// The name in `-csearch_path=name`, if it is one that needs no quotes.
fn schema_in(options: &str) -> Option<&str> {
    let (_, rest) = options.split_once("search_path=")?;
    let name = rest.split_ascii_whitespace().next()?;
    let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
    (!name.starts_with(|first: char| first.is_ascii_digit()) && name.bytes().all(plain)).then_some(name)
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn describe(config: &Config) -> String {
    let ports = config.get_ports();
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(place, host)| {
            let port = ports.get(place).or(ports.first()).copied().unwrap_or(5432);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                #[cfg(unix)]
                Host::Unix(folder) => format!("{}:{port}", folder.display()),
            }
        })
        .collect();
    format!("{}/{}", hosts.join(","), config.get_dbname().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn parse(address: &str) -> Result<PostgresOptions, StoreError> {
        PostgresOptions::parse(address, None, None, 8)
    }

    #[test]
    fn a_server_elsewhere_is_reached_encrypted_and_this_machine_plainly() {
        for (address, encrypted) in [
            ("postgres://hospes@db.example/hospes", true),
            ("postgresql://hospes@db.example:6432/hospes?sslmode=verify-full", true),
            ("postgres://hospes@db.example/hospes?sslmode=disable", false),
            ("postgres://hospes@127.0.0.1/hospes", false),
            ("postgres://hospes@[::1]/hospes", false),
            ("postgres://hospes@localhost,db.example/hospes", true),
            ("postgres://hospes@localhost/hospes?sslmode=require&application_name=x", true),
        ] {
            assert_eq!(parse(address).unwrap().encrypted, encrypted, "{address}");
        }
    }

    #[test]
    fn somebody_always_reads() {
        let fewest = PostgresOptions::parse("postgres://hospes@localhost/hospes", None, None, 1).unwrap();
        assert!(fewest.connections > LINES + WRITERS);
    }

    #[test]
    fn what_cannot_be_used_is_named_without_the_password() {
        for (address, word) in [
            ("mysql://hospes:hush@db.example/hospes", "begin with postgres://"),
            ("postgres://hospes:hush@db.example", "database is missing"),
            ("postgres://hospes:hush@db.example/hospes?sslmode=prefer", "sslmode=prefer"),
            ("postgres://hospes:hush@db.example/hospes?colour=red", "colour"),
            ("postgres://hospes:hush@db.example:many/hospes", "port"),
        ] {
            let message = parse(address).unwrap_err().to_string();
            assert!(message.contains(word), "{message}");
            assert!(!message.contains("hush"), "{message}");
        }
    }

    #[test]
    fn a_schema_is_read_from_the_options() {
        let schema =
            |options: &str| parse(&format!("postgres://hospes@localhost/hospes{options}")).unwrap().schema;
        assert_eq!(schema("?options=-csearch_path%3Dguests").as_deref(), Some("guests"));
        assert_eq!(schema("?options=-c%20search_path%3Dguests%20-cjit%3Doff").as_deref(), Some("guests"));
        assert_eq!(schema("?options=-csearch_path%3Da,b"), None);
        assert_eq!(schema(""), None);
    }

    #[test]
    fn the_password_never_shows() {
        let options =
            PostgresOptions::parse("postgres://hospes:hush@db.example/guests", Some("quiet"), None, 8)
                .unwrap();
        assert_eq!(format!("{options:?}"), "PostgresOptions(\"db.example:5432/guests\")");
        assert_eq!(options.config.get_password(), Some(&b"quiet"[..]));
    }
}
