//! Looks whether a domain shows the TXT record that proves a claim. Always outside of transactions. Refuses to follow
//! aliases (whoever answers for the target of a `CNAME` does not own the alias), to add the machine's search domains to a
//! name, and to wait longer than five seconds; nothing is cached, since somebody sits and waits for the new record.

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hospes_domain::domains::{Shown, VerifiedBy};
use tokio::sync::Semaphore;

/// Patience with all name servers together, and with one answer of one of them.
const PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE_WITH_ONE: Duration = Duration::from_secs(2);
/// Tries with each name server.
const TRIES: usize = 2;
/// Looks at the same time; more of them wait in line, within their patience.
const AT_ONCE: usize = 8;
/// An answer has at most 64 KiB (RFC 1035 section 4.2.2); of that so many records are read.
const RECORDS: usize = 256;

/// A look on its way.
pub type Looking<'a> = Pin<Box<dyn Future<Output = Shown> + Send + 'a>>;

/// Where the proof of a domain is looked for. `domain` is a name as `domains::name` gives it.
pub trait TxtRecords: fmt::Debug + Send + Sync {
    /// Whether a TXT record of just this text stands at the domain.
    fn shows<'a>(&'a self, domain: &'a str, text: &'a str) -> Looking<'a>;
}

/// Asks name servers: those of this machine, as its configuration names them at that moment, or one by its address.
#[derive(Debug)]
pub struct NameServers {
    only: Option<SocketAddr>,
    turns: Semaphore,
}

impl NameServers {
    /// Those of this machine.
    pub fn of_this_machine() -> Self {
        Self { only: None, turns: Semaphore::new(AT_ONCE) }
    }

    /// The one at that address.
    pub fn at(address: SocketAddr) -> Self {
        Self { only: Some(address), turns: Semaphore::new(AT_ONCE) }
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.only {
            None => TokioResolver::builder_tokio()?,
            Some(address) => {
                let (mut udp, mut tcp) = (ConnectionConfig::udp(), ConnectionConfig::tcp());
                (udp.port, tcp.port) = (address.port(), address.port());
                let server = NameServerConfig::new(address.ip(), true, vec![udp, tcp]);
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = PATIENCE_WITH_ONE;
        options.attempts = TRIES;
        options.cache_size = 0;
        builder.build()
    }

    async fn ask(&self, domain: &str, text: &str) -> Result<Shown, NetError> {
        let Ok(_turn) = self.turns.acquire().await else { return Ok(Shown::Unanswered) };
        // With the dot at its end a name is whole: no search domain of this machine comes behind it.
        let name = Name::from_ascii(format!("{domain}."))?;
        match self.resolver()?.lookup(name.clone(), RecordType::TXT).await {
            Ok(found) if is_among(&found, &name, text) => Ok(Shown::Yes(VerifiedBy::Dns)),
            Ok(_) => Ok(Shown::No),
            Err(error) if error.is_no_records_found() => Ok(Shown::No),
            Err(error) => Err(error),
        }
    }
}

/// Only records of the name itself count; a long text may come in pieces.
fn is_among(found: &Lookup, name: &Name, text: &str) -> bool {
    found.answers().iter().take(RECORDS).filter(|record| record.name == *name).any(|record| {
        match &record.data {
            RData::TXT(txt) => txt.txt_data.concat() == text.as_bytes(),
            _ => false,
        }
    })
}

impl TxtRecords for NameServers {
    fn shows<'a>(&'a self, domain: &'a str, text: &'a str) -> Looking<'a> {
        Box::pin(async move {
            match tokio::time::timeout(PATIENCE, self.ask(domain, text)).await {
                Ok(Ok(shown)) => shown,
                Ok(Err(error)) => {
                    tracing::warn!(domain, %error, "the name servers gave no answer about TXT records");
                    Shown::Unanswered
                }
                Err(_) => {
                    tracing::warn!(domain, "the name servers gave no answer about TXT records in time");
                    Shown::Unanswered
                }
            }
        })
    }
}

/// Takes the word of whoever runs the server: nobody can publish a record below `.test`, so a development server believes
/// its developer.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperatorsWord;

impl TxtRecords for OperatorsWord {
    fn shows<'a>(&'a self, _: &'a str, _: &'a str) -> Looking<'a> {
        Box::pin(std::future::ready(Shown::Yes(VerifiedBy::Operator)))
    }
}

/// The way of this server to look for proofs; that of this machine's name servers unless another one is chosen.
#[derive(Clone, Debug)]
pub struct Proofs(Arc<dyn TxtRecords>);

impl Proofs {
    /// Another way.
    pub fn by(records: impl TxtRecords + 'static) -> Self {
        Self(Arc::new(records))
    }

    /// Where to look.
    pub fn records(&self) -> &dyn TxtRecords {
        &*self.0
    }
}

impl Default for Proofs {
    fn default() -> Self {
        Self::by(NameServers::of_this_machine())
    }
}
