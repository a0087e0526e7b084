//! What tests of verbs share: an application on a database of its own, with a clock that stands still and
//! cheap passwords. Refuses to be part of the program.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use hospes_domain::access::{Actor, Role, Scope, Who};
use hospes_domain::audit::AuditRecord;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose::Algorithm;
use hospes_domain::query::{List, Page};
use hospes_domain::tenant::Tenant;
use hospes_domain::time::{Clock, Time};
use hospes_store::audit;
use hospes_store::engine::{Read, Row, StoreError, Value};

use crate::app::{App, AppOptions};
use crate::database::{Database, Scratch};
use crate::keys::{MasterKey, PasswordCost, SigningKey};
use crate::random::SystemRandom;
use crate::setup::{self, NewMember, NewTenant};

/// Stands still unless a test moves it.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::Relaxed))
    }
}

/// An application with its database, which goes when it is dropped.
pub struct Bench {
    pub app: App,
    pub clock: Arc<TestClock>,
    pub tenant: Tenant,
    scratch: Scratch,
    master: String,
}

impl Bench {
    /// With the tenant `fabrikam.example`.
    pub async fn new() -> Self {
        let mut bench = Self::empty().await;
        bench.tenant = setup::create_tenant(&bench.app, new_tenant("fabrikam.example")).await.unwrap();
        bench
    }

    /// Without any tenant.
    pub async fn empty() -> Self {
        let scratch = Scratch::new("actions").unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(1_800_000_000_000_000)));
        let master = MasterKey::generate_text(&SystemRandom).to_string();
        let app = open(&scratch, &clock, &master).await;
        let tenant = Tenant {
            id: TenantId(uuid::Uuid::nil()),
            display_name: String::new(),
            initial_domain: String::new(),
            domains: Vec::new(),
            invites: hospes_domain::access::InvitePolicy::default(),
            guests: hospes_domain::policy::GuestPolicy::default(),
            privacy_url: None,
            created_at: Time::default(),
        };
        Self { app, clock, tenant, scratch, master }
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant.id
    }

    /// Closes the application and opens it again.
    pub async fn reopen(&mut self) {
        self.app.close().await;
        self.app = open(&self.scratch, &self.clock, &self.master).await;
    }

    /// Closes the application and gives its database.
    pub async fn close(&self) -> Database {
        self.app.close().await;
        self.scratch.database()
    }

    /// A member of the tenant with these roles.
    pub async fn member(&self, name: &str, roles: &[Role]) -> ObjectId {
        let new = NewMember {
            upn: format!("{name}@{}", self.tenant.initial_domain),
            display_name: name.to_owned(),
            roles: roles.to_vec(),
            ..NewMember::default()
        };
        setup::create_member(&self.app, self.tenant(), new).await.unwrap()
    }

    /// The newest audit records.
    pub async fn audit(&self) -> Vec<AuditRecord> {
        let tenant = self.tenant();
        self.app.read(move |tx| Ok(audit::newest(tx, tenant, 10)?)).await.unwrap()
    }

    /// A person of the tenant with a token of these permissions.
    pub fn person(&self, id: ObjectId, scopes: &[Scope]) -> Actor {
        self.actor(Who::User { id, generation: 1 }, scopes)
    }

    /// An application of the tenant with a token of these permissions.
    pub fn program(&self, id: ObjectId, scopes: &[Scope]) -> Actor {
        self.actor(Who::App { id }, scopes)
    }

    fn actor(&self, who: Who, scopes: &[Scope]) -> Actor {
        Actor {
            tenant: self.tenant(),
            who,
            scopes: scopes.iter().copied().collect(),
            client: None,
            grant: None,
            issued_at: self.clock.now(),
            correlation: Some("a-test".to_owned()),
            request: None,
        }
    }
}

async fn open(scratch: &Scratch, clock: &Arc<TestClock>, master: &str) -> App {
    App::open(AppOptions {
        database: scratch.database(),
        clock: Arc::<TestClock>::clone(clock),
        random: Arc::new(SystemRandom),
        master: MasterKey::parse(master).unwrap(),
        public_url: "https://hospes.example".to_owned(),
        password_cost: PasswordCost { memory_kib: 64, passes: 1, lanes: 1 },
        leaked_passwords: None,
    })
    .await
    .unwrap()
}

/// A tenant with signing keys that all tests of a run share: making them takes longer than the tests.
pub fn new_tenant(domain: &str) -> NewTenant {
    static KEYS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    const BOTH: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];
    let ders =
        KEYS.get_or_init(|| BOTH.map(|a| SigningKey::generate(a).unwrap().to_pkcs8().unwrap().to_vec()));
    let signing = BOTH.iter().zip(ders).map(|(a, der)| SigningKey::from_pkcs8(*a, der).unwrap()).collect();
    NewTenant {
        display_name: domain.to_owned(),
        initial_domain: domain.to_owned(),
        signing: Some(signing),
        ..NewTenant::default()
    }
}

/// The first page of everything.
pub fn everything<F>() -> List<F> {
    List { filter: None, order: None, page: Page { top: 100, after: None } }
}

/// A reading that counts its statements.
pub struct Counting<'t, R> {
    tx: &'t R,
    statements: Cell<usize>,
}

impl<'t, R: Read> Counting<'t, R> {
    pub fn new(tx: &'t R) -> Self {
        Self { tx, statements: Cell::new(0) }
    }

    /// How many there were so far.
    pub fn statements(&self) -> usize {
        self.statements.get()
    }
}

impl<R: Read> Read for Counting<'_, R> {
    fn now(&self) -> Time {
        self.tx.now()
    }

    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.statements.set(self.statements.get() + 1);
        self.tx.rows(sql, params)
    }
}
