//! The keys of every tenant, opened and ready, and how they lie in the database.
//!
//! Readers get a snapshot without a lock; a change replaces the tenant's whole entry. Which key signs is a matter of time
//! alone ([`hospes_domain::key_rotation`]), so that every process turns at the same instant. Refuses rows that were moved to
//! another tenant, purpose, id or version: each is sealed for its place. Loading and saving rows is the caller's.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use hospes_domain::ids::TenantId;
use hospes_domain::jose::{Algorithm, KeySet, base64url};
use hospes_domain::link::LinkTicket;
use hospes_domain::time::Time;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{HashKey, KeyError, MasterKey, SealContext, SealKey, SigningKey, certificate, keyed_hash};
use crate::random::{self, Random};

/// What a key of a tenant is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPurpose {
    /// Signs tokens with RS256.
    SignRs256,
    /// Signs tokens with ES256.
    SignEs256,
    /// Vouches for mailed links; the version travels in the link.
    Link,
    /// Keyed hashes of client secrets, session ids, codes and passcodes.
    Hash,
    /// Seals cookies.
    Cookie,
}

impl KeyPurpose {
    /// Every purpose; a tenant has at least one key for each.
    pub const ALL: [Self; 5] = [Self::SignRs256, Self::SignEs256, Self::Link, Self::Hash, Self::Cookie];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignRs256 => "sign-rs256",
            Self::SignEs256 => "sign-es256",
            Self::Link => "link",
            Self::Hash => "hash",
            Self::Cookie => "cookie",
        }
    }

    /// The purpose with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// What keys of this purpose compute (RFC 7518 names).
    pub const fn algorithm(self) -> &'static str {
        match self {
            Self::SignRs256 => "RS256",
            Self::SignEs256 => "ES256",
            Self::Link | Self::Hash => "HS256",
            Self::Cookie => "A256GCM",
        }
    }
}

/// A key as it lies in the database.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKey {
    /// Thumbprint of a signing key, otherwise purpose and version. Unique in the tenant.
    pub kid: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Counts up within a purpose; the highest is used, lower ones still verify.
    pub version: u32,
    /// From when on a signing key signs; it is published before.
    pub signs_from: Time,
    /// The key (PKCS#8 or 32 bytes) under the master key.
    pub sealed: Vec<u8>,
    /// The public part of a signing key, as JSON.
    pub public_jwk: Option<String>,
}

impl SealedKey {
    /// A new random key of 32 bytes for links, hashes or cookies. Links of an older version die when its row goes.
    pub fn new_secret(
        tenant: TenantId,
        purpose: KeyPurpose,
        version: u32,
        master: &MasterKey,
        random: &dyn Random,
    ) -> Self {
        let bytes = Zeroizing::new(random::bytes::<32>(random));
        let kid = format!("{}-{version}", purpose.name());
        Self::seal(tenant, kid, purpose, version, bytes.as_slice(), master, random)
    }

    /// A signing key, ready to store.
    ///
    /// # Errors
    /// [`KeyError::Unreadable`] if the private key cannot be written.
    pub fn of_signing_key(
        tenant: TenantId,
        key: &SigningKey,
        version: u32,
        master: &MasterKey,
        random: &dyn Random,
    ) -> Result<Self, KeyError> {
        let purpose = match key.algorithm() {
            Algorithm::Rs256 => KeyPurpose::SignRs256,
            Algorithm::Es256 => KeyPurpose::SignEs256,
        };
        let row =
            Self::seal(tenant, key.kid().to_owned(), purpose, version, &key.to_pkcs8()?, master, random);
        Ok(Self { public_jwk: Some(key.public_jwk().to_json(key.kid()).to_string()), ..row })
    }

    fn seal(
        tenant: TenantId,
        kid: String,
        purpose: KeyPurpose,
        version: u32,
        value: &[u8],
        master: &MasterKey,
        random: &dyn Random,
    ) -> Self {
        let place = place(purpose, version);
        let context = SealContext { purpose: &place, tenant, key_id: &kid };
        let sealed = master.seal_key().seal(&context, value, random);
        Self { kid, purpose, version, signs_from: Time::default(), sealed, public_jwk: None }
    }

    fn open(&self, tenant: TenantId, master: &MasterKey) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let place = place(self.purpose, self.version);
        master.seal_key().open(&SealContext { purpose: &place, tenant, key_id: &self.kid }, &self.sealed)
    }
}

impl fmt::Debug for SealedKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SealedKey({} version {}, {})", self.purpose.name(), self.version, self.kid)
    }
}

/// What a key is sealed for, beside tenant and id.
fn place(purpose: KeyPurpose, version: u32) -> String {
    format!("{} {version}", purpose.name())
}

/// The signing keys of one algorithm, oldest first, each with the instant from which on it signs. Never empty.
struct Signers(Vec<(Time, SigningKey)>);

impl Signers {
    fn new(keys: Vec<(Time, SigningKey)>, purpose: KeyPurpose) -> Result<Self, KeyError> {
        if keys.is_empty() { Err(KeyError::Missing(purpose.name())) } else { Ok(Self(keys)) }
    }

    /// The newest whose time has come, else the oldest: a clock may be a little behind the one that set the time.
    fn at(&self, now: Time) -> &SigningKey {
        let begun = self.0.iter().rev().find(|(from, _)| *from <= now);
        &begun.unwrap_or(&self.0[0]).1
    }
}

/// All keys of one tenant, parsed.
pub struct TenantKeys {
    tenant: TenantId,
    kids: Vec<String>,
    rs256: Signers,
    es256: Signers,
    verify: KeySet,
    /// Made when it is first asked for: each certificate in it takes a signature.
    jwks: OnceLock<Arc<[u8]>>,
    links: BTreeMap<u32, Zeroizing<[u8; 32]>>,
    link_version: u32,
    hash: HashKey,
    cookie: SealKey,
    factors: SealKey,
}

/// What the key that seals second factors is made for. It is made of the hash key, which is never replaced: a factor is
/// kept for years, a cookie for hours.
const FACTORS: &str = "seal second factors";

impl TenantKeys {
    /// Makes every key of a new tenant. RSA takes up to a few hundred milliseconds of one core, so call it on a
    /// blocking thread, beside other work.
    ///
    /// # Errors
    /// [`KeyError::Generation`].
    pub fn generate(
        tenant: TenantId,
        master: &MasterKey,
        random: &dyn Random,
    ) -> Result<(Self, Vec<SealedKey>), KeyError> {
        let signing = [SigningKey::generate(Algorithm::Rs256)?, SigningKey::generate(Algorithm::Es256)?];
        Self::with_signing_keys(tenant, &signing, master, random)
    }

    /// Like [`Self::generate`] with signing keys that exist already, such as the fixture keys of a test.
    ///
    /// # Errors
    /// [`KeyError::Missing`] unless there is one for each algorithm.
    pub fn with_signing_keys(
        tenant: TenantId,
        signing: &[SigningKey],
        master: &MasterKey,
        random: &dyn Random,
    ) -> Result<(Self, Vec<SealedKey>), KeyError> {
        let mut rows = Vec::with_capacity(KeyPurpose::ALL.len());
        for key in signing {
            rows.push(SealedKey::of_signing_key(tenant, key, 1, master, random)?);
        }
        for purpose in [KeyPurpose::Link, KeyPurpose::Hash, KeyPurpose::Cookie] {
            rows.push(SealedKey::new_secret(tenant, purpose, 1, master, random));
        }
        Ok((Self::open(tenant, &rows, master)?, rows))
    }

    /// Opens the stored keys of a tenant. Of each purpose the highest version is used, of signing keys from its time on;
    /// the other versions of signing and link keys verify, until their rows go.
    ///
    /// # Errors
    /// [`KeyError::Sealed`] for a wrong master key or a changed row, [`KeyError::Missing`] for a missing purpose.
    pub fn open(tenant: TenantId, rows: &[SealedKey], master: &MasterKey) -> Result<Self, KeyError> {
        let mut rows: Vec<&SealedKey> = rows.iter().collect();
        rows.sort_by_key(|row| (row.purpose, row.version));
        let kids = rows.iter().map(|row| row.kid.clone()).collect();
        let (mut rs256, mut es256, mut hash, mut cookie, mut factors) =
            (Vec::new(), Vec::new(), None, None, None);
        let (mut links, mut verify) = (BTreeMap::new(), Vec::new());
        for row in rows {
            let value = row.open(tenant, master)?;
            let (algorithm, slot) = match row.purpose {
                KeyPurpose::SignRs256 => (Algorithm::Rs256, &mut rs256),
                KeyPurpose::SignEs256 => (Algorithm::Es256, &mut es256),
                KeyPurpose::Link => {
                    links.insert(row.version, Zeroizing::new(*thirty_two(&value)?));
                    continue;
                }
                KeyPurpose::Hash => {
                    let key = HashKey::new(thirty_two(&value)?);
                    factors = Some(SealKey::new(&keyed_hash(&key, FACTORS, b"")));
                    hash = Some(key);
                    continue;
                }
                KeyPurpose::Cookie => {
                    cookie = Some(SealKey::new(thirty_two(&value)?));
                    continue;
                }
            };
            let key = SigningKey::from_pkcs8(algorithm, &value)?;
            verify.push(key.verify_key().clone());
            slot.push((row.signs_from, key));
        }
        let missing = |purpose: KeyPurpose| KeyError::Missing(purpose.name());
        Ok(Self {
            tenant,
            kids,
            rs256: Signers::new(rs256, KeyPurpose::SignRs256)?,
            es256: Signers::new(es256, KeyPurpose::SignEs256)?,
            verify: KeySet::new(verify).map_err(|_| KeyError::Unreadable)?,
            jwks: OnceLock::new(),
            link_version: *links.last_key_value().ok_or(missing(KeyPurpose::Link))?.0,
            links,
            hash: hash.ok_or(missing(KeyPurpose::Hash))?,
            cookie: cookie.ok_or(missing(KeyPurpose::Cookie))?,
            factors: factors.ok_or(missing(KeyPurpose::Hash))?,
        })
    }

    /// Whose keys these are.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The ids of all of them, in the order of purpose and version.
    pub(crate) fn kids(&self) -> &[String] {
        &self.kids
    }

    /// The key that signs with this algorithm now.
    pub fn signing(&self, algorithm: Algorithm, now: Time) -> &SigningKey {
        match algorithm {
            Algorithm::Rs256 => self.rs256.at(now),
            Algorithm::Es256 => self.es256.at(now),
        }
    }

    /// The keys that check this tenant's own tokens.
    pub const fn verify_keys(&self) -> &KeySet {
        &self.verify
    }

    /// The published key set, ready to send.
    pub fn jwks_json(&self) -> &Arc<[u8]> {
        self.jwks.get_or_init(|| {
            let keys = self.rs256.0.iter().chain(&self.es256.0).map(|(_, key)| certificate::published(key));
            serde_json::json!({ "keys": keys.collect::<Vec<_>>() }).to_string().into_bytes().into()
        })
    }

    /// The keyed hash under which a secret of this tenant is stored or looked up.
    pub fn keyed_hash(&self, purpose: &str, value: &[u8]) -> [u8; 32] {
        keyed_hash(&self.hash, purpose, value)
    }

    /// What goes into a link for this ticket, under the newest link key.
    pub fn issue_link(&self, purpose: &str, ticket: [u8; 16]) -> LinkTicket {
        LinkTicket::issue(self.link_version, &self.links[&self.link_version], purpose, self.tenant, ticket)
    }

    /// Whether this tenant issued the link for this purpose and has not dropped its key since.
    pub fn link_is_genuine(&self, purpose: &str, link: &LinkTicket) -> bool {
        // An unknown version costs as much as a wrong MAC (threats A1).
        let key = self.links.get(&link.version);
        let genuine = link.is_genuine(key.unwrap_or(&self.links[&self.link_version]), purpose, self.tenant);
        genuine && key.is_some()
    }

    /// Seals the value of a cookie, as text. The cookie's name is authenticated with it.
    pub fn seal_cookie(&self, name: &str, value: &[u8], random: &dyn Random) -> String {
        base64url::encode(self.cookie.seal(&self.cookie_context(name), value, random))
    }

    /// The value of a cookie this tenant sealed under this name.
    pub fn open_cookie(&self, name: &str, text: &str) -> Option<Zeroizing<Vec<u8>>> {
        self.cookie.open(&self.cookie_context(name), &base64url::decode(text)?).ok()
    }

    /// Seals the secret of a second factor for the factor of that id.
    pub fn seal_factor(&self, id: Uuid, secret: &[u8], random: &dyn Random) -> Vec<u8> {
        self.factors.seal(&self.factor_context(&id.to_string()), secret, random)
    }

    /// The secret of the factor of that id.
    ///
    /// # Errors
    /// [`KeyError::Sealed`] for another factor's, and for a changed one.
    pub fn open_factor(&self, id: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.factors.open(&self.factor_context(&id.to_string()), sealed)
    }

    const fn factor_context<'a>(&self, id: &'a str) -> SealContext<'a> {
        SealContext { purpose: "second factor", tenant: self.tenant, key_id: id }
    }

    const fn cookie_context<'a>(&self, name: &'a str) -> SealContext<'a> {
        SealContext { purpose: name, tenant: self.tenant, key_id: "cookie" }
    }
}

impl fmt::Debug for TenantKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "TenantKeys({}, {} published)", self.tenant, self.verify.len())
    }
}

fn thirty_two(value: &[u8]) -> Result<&[u8; 32], KeyError> {
    value.try_into().map_err(|_| KeyError::Unreadable)
}

/// The opened keys of every tenant of this server.
#[derive(Debug, Default)]
pub struct KeyRing(ArcSwap<HashMap<TenantId, Arc<TenantKeys>>>);

impl KeyRing {
    /// Puts a tenant's keys in place of any it had.
    pub fn install(&self, keys: TenantKeys) {
        let keys = Arc::new(keys);
        self.0.rcu(|tenants| {
            let mut tenants = HashMap::clone(tenants);
            tenants.insert(keys.tenant(), Arc::clone(&keys));
            tenants
        });
    }

    /// Forgets a tenant.
    pub fn remove(&self, tenant: TenantId) {
        self.0.rcu(|tenants| {
            let mut tenants = HashMap::clone(tenants);
            tenants.remove(&tenant);
            tenants
        });
    }

    /// A tenant's keys.
    pub fn get(&self, tenant: TenantId) -> Option<Arc<TenantKeys>> {
        self.0.load().get(&tenant).map(Arc::clone)
    }
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
