//! The application: what every verb works with. Refuses to hand out its parts: the store, the clock
//! and the keys are private to the verbs, so that no surface can go round them.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use hospes_domain::access::Actor;
use hospes_domain::ids::{InvitationId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::{StoredKey, Tenant};
use hospes_domain::time::{Clock, Time};
use hospes_store::engine::{Db, DbOptions, ReadTx, Row, StoreError, Value, Verdict, WriteTx};
use hospes_store::tenants;
use tokio::sync::Notify;
use uuid::Uuid;
use webauthn_rs::Webauthn;

use crate::audit::Activity;
use crate::database::Database;
use crate::keys::{KeyPurpose, KeyRing, MasterKey, PasswordCost, Passwords, SealedKey, TenantKeys};
use crate::origin;
use crate::passwords::LeakedPasswords;
use crate::random::{self, Random};
use crate::stop::after_a_decision;
pub(crate) use crate::stop::{Stop, failed};
use crate::tokens::{ClientsAsking, ClientsRedeeming, VerifiedTokens};
use crate::users::Totals;

/// What opening the application needs.
pub struct AppOptions {
    /// Where the directory is kept.
    pub database: Database,
    /// Where "now" comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids and secrets come from.
    pub random: Arc<dyn Random>,
    /// Opens the tenants' keys.
    pub master: MasterKey,
    /// The one origin every link, issuer and endpoint is built from, without a slash at the end.
    pub public_url: String,
    /// How expensive a password is to hash.
    pub password_cost: PasswordCost,
    /// The operator's list of passwords that nobody may choose.
    pub leaked_passwords: Option<LeakedPasswords>,
}

/// Everything a verb needs. Clones are the same application.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    master: MasterKey,
    keys: KeyRing,
    passwords: Passwords,
    leaked_passwords: Option<LeakedPasswords>,
    webauthn: Option<Webauthn>,
    verified: VerifiedTokens,
    clients_asking: ClientsAsking,
    clients_redeeming: ClientsRedeeming,
    totals: Totals,
    public_url: String,
    work: Notify,
}

/// Why the application cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A tenant's keys: the wrong master key, or damaged rows.
    #[error("the keys of tenant {0} cannot be opened: {1}")]
    Keys(TenantId, crate::keys::KeyError),
    /// The password settings.
    #[error(transparent)]
    Passwords(#[from] crate::keys::PasswordError),
}

impl App {
    /// Opens the database and the keys of every tenant in it.
    pub async fn open(options: AppOptions) -> Result<Self, OpenError> {
        let db =
            Db::open(DbOptions { location: options.database.location(), clock: Arc::clone(&options.clock) })?;
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        let app = Self {
            inner: Arc::new(Inner {
                db,
                clock: options.clock,
                random: options.random,
                master: options.master,
                keys: KeyRing::default(),
                passwords: Passwords::new(options.password_cost, workers)?,
                leaked_passwords: options.leaked_passwords,
                webauthn: crate::passkeys::library(&options.public_url),
                verified: VerifiedTokens::default(),
                clients_asking: ClientsAsking::default(),
                clients_redeeming: ClientsRedeeming::default(),
                totals: Totals::default(),
                public_url: options.public_url,
                work: Notify::new(),
            }),
        };
        crate::rotation::load(&app).await?;
        if let Err(refusal) = crate::words::fill(&app).await {
            // Whoever is not in words yet is not found by $search; the next start goes on.
            tracing::warn!(%refusal, "names could not be put into words");
        }
        if let Err(refusal) = crate::setup::complete(&app).await {
            // Nothing that worked stops working; the next start tries again.
            tracing::warn!(%refusal, "new permissions of the directory API could not be added");
        }
        Ok(app)
    }

    /// Opens the keys of a tenant and puts them in place of those it had.
    pub(crate) fn install_keys(
        &self,
        tenant: TenantId,
        rows: &[StoredKey],
    ) -> Result<(), crate::keys::KeyError> {
        let sealed: Vec<SealedKey> = rows.iter().filter_map(to_sealed).collect();
        self.inner.keys.install(TenantKeys::open(tenant, &sealed, &self.inner.master)?);
        Ok(())
    }

    /// Finishes what is queued and closes the database.
    pub async fn close(&self) {
        self.inner.db.close().await;
    }

    /// The public origin, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.inner.public_url
    }

    /// The present instant.
    pub fn now(&self) -> Time {
        self.inner.clock.now()
    }

    /// A fresh id for a request (`request-id`).
    pub fn request_id(&self) -> Uuid {
        self.new_id()
    }

    /// A tenant's keys, if there is such a tenant. Keys never leave the server in any answer.
    pub fn keys(&self, tenant: TenantId) -> Option<Arc<TenantKeys>> {
        self.inner.keys.get(tenant)
    }

    /// A fresh secret of 256 bits as text, for a browser's cookie.
    pub fn draw_secret(&self) -> String {
        random::token32(self.random())
    }

    /// Seals a cookie's value with the tenant's key; `None` without such a tenant.
    pub fn seal_cookie(&self, tenant: TenantId, name: &str, value: &[u8]) -> Option<String> {
        Some(self.keys(tenant)?.seal_cookie(name, value, self.random()))
    }

    /// The value of a cookie that this tenant sealed under this name.
    pub fn open_cookie(
        &self,
        tenant: TenantId,
        name: &str,
        text: &str,
    ) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        self.keys(tenant)?.open_cookie(name, text)
    }

    /// Resolves when there may be work for the job worker.
    pub async fn work_arrived(&self) {
        self.inner.work.notified().await;
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    pub(crate) fn leaked_passwords(&self) -> Option<&LeakedPasswords> {
        self.inner.leaked_passwords.as_ref()
    }

    pub(crate) fn webauthn(&self) -> Option<&Webauthn> {
        self.inner.webauthn.as_ref()
    }

    /// Tokens whose signature needs no second look.
    pub(crate) fn verified(&self) -> &VerifiedTokens {
        &self.inner.verified
    }

    /// How many users each tenant has.
    pub(crate) fn totals(&self) -> &Totals {
        &self.inner.totals
    }

    pub(crate) fn master(&self) -> &MasterKey {
        &self.inner.master
    }

    pub(crate) fn ring(&self) -> &KeyRing {
        &self.inner.keys
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.inner.random
    }

    pub(crate) fn new_id(&self) -> Uuid {
        random::uuid_v4(self.random())
    }

    pub(crate) fn new_object_id(&self) -> ObjectId {
        ObjectId(self.new_id())
    }

    pub(crate) fn new_invitation_id(&self) -> InvitationId {
        InvitationId(self.new_id())
    }

    /// A tenant's keys; a tenant without keys is a defect.
    pub(crate) fn tenant_keys(&self, tenant: TenantId) -> Result<Arc<TenantKeys>, Refusal> {
        self.keys(tenant).ok_or(Refusal::NotFound { id: tenant.to_string() })
    }

    /// Runs a closure that may write; wakes the job worker when it committed.
    pub(crate) async fn write<T, F>(&self, f: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, Stop> + Send + 'static,
    {
        let outcome = self.write_quietly(f).await;
        self.inner.work.notify_one();
        outcome
    }

    /// The same without waking the worker, for what the worker itself writes.
    pub(crate) async fn write_quietly<T, F>(&self, mut f: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, Stop> + Send + 'static,
    {
        let request = origin::current_request();
        let verdict = self
            .inner
            .db
            .write(move |tx| match origin::deciding_for(request, || f(tx)) {
                Ok(done) => Ok(Verdict::Done(done)),
                Err(Stop::Refused(refusal)) => match after_a_decision(tx) {
                    None => Ok(Verdict::Refused(refusal)),
                    Some(error) => Err(error),
                },
                Err(Stop::Failed(error)) => Err(error),
            })
            .await;
        verdict.map_err(failed)?.into_result()
    }

    /// Runs a command of an authenticated caller: a refusal is audited in the same transaction.
    pub(crate) async fn command<T, F>(
        &self,
        actor: &Actor,
        activity: Activity,
        mut f: F,
    ) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnMut(&mut WriteTx<'_>) -> Result<T, Stop> + Send + 'static,
    {
        let (actor, audit_id) = (actor.clone(), self.new_id());
        self.write(move |tx| {
            let outcome = f(tx);
            if let Err(Stop::Refused(refusal)) = &outcome {
                crate::audit::refused(tx, &actor, audit_id, activity, refusal)?;
            }
            outcome
        })
        .await
    }

    /// Runs a declared query for at most one row: no closure and no transaction, where one statement says it all.
    pub(crate) async fn get<T: Send + 'static>(
        &self,
        query: &'static str,
        params: Vec<Value>,
        map: fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, Refusal> {
        self.inner.db.get(query, params, map).await.map_err(failed)
    }

    /// Runs a closure that only reads, before there is anybody to be refused.
    pub(crate) async fn read_rows<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&mut ReadTx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.db.read(f).await
    }

    /// Runs a closure that only reads.
    pub(crate) async fn read<T, F>(&self, mut f: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnMut(&mut ReadTx<'_>) -> Result<T, Stop> + Send + 'static,
    {
        self.inner.db.read(move |tx| told_apart(f(tx))).await.map_err(failed)?
    }

    /// The same for a few point reads, which are over in microseconds.
    pub(crate) async fn glance<T, F>(&self, mut f: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnMut(&mut ReadTx<'_>) -> Result<T, Stop> + Send + 'static,
    {
        self.inner.db.glance(move |tx| told_apart(f(tx))).await.map_err(failed)?
    }

    /// Whether [`App::glance`] answers on the caller's own thread.
    pub(crate) fn reads_at_once(&self) -> bool {
        self.inner.db.reads_at_once()
    }

    /// Clients that want a token for themselves.
    pub(crate) fn clients_asking(&self) -> &ClientsAsking {
        &self.inner.clients_asking
    }

    /// Clients that redeem something of a person.
    pub(crate) fn clients_redeeming(&self) -> &ClientsRedeeming {
        &self.inner.clients_redeeming
    }

    /// Every tenant of this server.
    pub async fn tenants(&self) -> Result<Vec<Tenant>, Refusal> {
        self.read(|tx| Ok(tenants::all(tx)?)).await
    }

    /// Whether nobody has set a directory up here yet.
    pub async fn is_empty(&self) -> Result<bool, Refusal> {
        self.read(|tx| Ok(!tenants::any(tx)?)).await
    }

    /// The tenant a path names: by id or by one of its domains.
    pub async fn tenant_named(&self, name: &str) -> Result<Tenant, Refusal> {
        let (name, id) = (name.to_ascii_lowercase(), TenantId::parse(name));
        self.read(move |tx| {
            let found = match id {
                Some(id) => tenants::by_id(tx, id)?,
                // A path may hold anything, a database only text.
                None if name.contains(char::is_control) => None,
                None => tenants::by_domain(tx, &name)?,
            };
            found.ok_or_else(|| Refusal::not_found(&name).into())
        })
        .await
    }
}

/// A refusal is an answer, and only a failure an error, to the store.
fn told_apart<T>(outcome: Result<T, Stop>) -> Result<Result<T, Refusal>, StoreError> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn to_sealed(row: &StoredKey) -> Option<SealedKey> {
    Some(SealedKey {
        kid: row.kid.clone(),
        purpose: KeyPurpose::from_name(&row.purpose)?,
        version: row.version,
        sealed: row.sealed.clone(),
        public_jwk: row.public_jwk.clone(),
        signs_from: row.signs_from,
    })
}

/// A sealed key as it is stored.
pub(crate) fn to_stored(key: &SealedKey) -> StoredKey {
    StoredKey {
        purpose: key.purpose.name().to_owned(),
        version: key.version,
        kid: key.kid.clone(),
        alg: key.purpose.algorithm().to_owned(),
        sealed: key.sealed.clone(),
        public_jwk: key.public_jwk.clone(),
        signs_from: key.signs_from,
    }
}
