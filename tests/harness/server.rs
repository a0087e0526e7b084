//! Starting a server with one tenant and a person of each role.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use hospes_actions::app::{App, AppOptions};
use hospes_actions::database::{Database, Scratch};
use hospes_actions::dns::{OperatorsWord, Proofs};
use hospes_actions::keys::{MasterKey, PasswordCost, SigningKey};
use hospes_actions::setup::{
    NewApplication, NewGroup, NewMember, NewTenant, Registered, add_member, assign_app_role, create_group,
    create_member, create_tenant, register_application,
};
use hospes_actions::subscriptions::{Answering, Receive, Receivers};
use hospes_domain::access::{Role, Scope};
use hospes_domain::application::AppRole;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose::Algorithm;
use hospes_web::{WebOptions, router};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{FrozenClock, SeededRandom};

/// The domain of the tenant under test.
pub const TENANT_DOMAIN: &str = "fabrikam.example";
/// The origin of the server under test.
pub const ORIGIN: &str = "https://hospes.example";
/// Every member's password.
pub const PASSWORD: &str = "correct horse battery";

/// A person of the tenant.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: ObjectId,
    pub upn: String,
}

/// A running server.
pub struct Server {
    pub app: App,
    pub router: Router,
    pub clock: Arc<FrozenClock>,
    pub tenant: TenantId,
    pub admin: Person,
    pub user_admin: Person,
    pub helpdesk: Person,
    pub inviter: Person,
    pub member: Person,
    /// An application with every permission on its own behalf.
    pub automation: Registered,
    /// The app guests use: a confidential client with one app role.
    pub portal: Registered,
    pub group: ObjectId,
    scratch: Scratch,
}

/// Wants to be told of everything, without being asked over a network.
#[derive(Debug)]
struct Willing;

impl Receive for Willing {
    fn answers<'a>(&'a self, _: &'a str, _: &'a str) -> Answering<'a> {
        Box::pin(async { Ok(()) })
    }
}

static COUNT: AtomicU64 = AtomicU64::new(0);

/// Keys are slow to make, so the whole run shares one pair.
fn signing_keys() -> Vec<SigningKey> {
    static KEYS: OnceLock<Vec<(Algorithm, Zeroizing<Vec<u8>>)>> = OnceLock::new();
    let stored = KEYS.get_or_init(|| {
        [Algorithm::Rs256, Algorithm::Es256]
            .map(|a| (a, SigningKey::generate(a).unwrap().to_pkcs8().unwrap()))
            .into_iter()
            .collect()
    });
    stored.iter().map(|(a, der)| SigningKey::from_pkcs8(*a, der).unwrap()).collect()
}

pub(super) fn options(database: Database, clock: &Arc<FrozenClock>, seed: u64) -> AppOptions {
    AppOptions {
        database,
        clock: Arc::clone(clock) as _,
        random: Arc::new(SeededRandom::new(seed)),
        master: MasterKey::parse(&"A".repeat(43)).unwrap(),
        public_url: ORIGIN.to_owned(),
        password_cost: PasswordCost { memory_kib: 8, passes: 1, lanes: 1 },
        leaked_passwords: None,
    }
}

/// Domains are believed, as in development: no test asks the name servers of the machine it runs on.
fn web_options() -> WebOptions {
    WebOptions {
        proofs: Proofs::by(OperatorsWord),
        receivers: Receivers::by(Willing),
        ..WebOptions::default()
    }
}

impl Server {
    /// A fresh server on the engine under test.
    pub async fn start() -> Self {
        Self::start_on(Scratch::new("test").unwrap()).await
    }

    /// A fresh server on a SQLite file, for what only a file can suffer.
    pub async fn on_a_file() -> Self {
        Self::start_on(Scratch::file("test")).await
    }

    /// A fresh server on a SQLite file and one on the server that the environment names, alike to the last byte: both
    /// draw the same random numbers.
    pub async fn twins(seed: u64) -> [Self; 2] {
        let scratch = Scratch::new("twin").unwrap();
        assert!(scratch.is_on_server(), "the second twin lives on PostgreSQL");
        [Self::start_with(Scratch::file("twin"), seed).await, Self::start_with(scratch, seed).await]
    }

    async fn start_on(scratch: Scratch) -> Self {
        Self::start_with(scratch, 1000 + COUNT.fetch_add(1, Ordering::SeqCst)).await
    }

    async fn start_with(scratch: Scratch, seed: u64) -> Self {
        let clock = Arc::new(FrozenClock::new());
        let app = App::open(options(scratch.database(), &clock, seed)).await.unwrap();
        let tenant = new_tenant(&app, "Fabrikam", TENANT_DOMAIN).await;
        let [admin, user_admin, helpdesk, inviter, member] = people(&app, tenant, TENANT_DOMAIN).await;
        let automation = automation(&app, tenant).await;
        let portal = portal(&app, tenant).await;
        let group = NewGroup { display_name: "Spring audit".into(), ..NewGroup::default() };
        let group = create_group(&app, tenant, group).await.unwrap();
        let router = router(app.clone(), web_options());
        Self {
            app,
            router,
            clock,
            tenant,
            admin,
            user_admin,
            helpdesk,
            inviter,
            member,
            automation,
            portal,
            group,
            scratch,
        }
    }

    /// Another tenant on the same server, with an administrator and an automation client.
    pub async fn second_tenant(&self, domain: &str) -> (TenantId, Person, Registered) {
        let tenant = new_tenant(&self.app, "Contoso", domain).await;
        let admin = person(&self.app, tenant, "ada", domain, &[Role::GlobalAdministrator]).await;
        (tenant, admin, automation(&self.app, tenant).await)
    }

    /// A member of another tenant, with a password and the UPN as `mail`.
    pub async fn add_member_at(&self, tenant: TenantId, name: &str, domain: &str) -> Person {
        person(&self.app, tenant, name, domain, &[]).await
    }

    /// Another member with these roles.
    pub async fn add_person(&self, name: &str, roles: &[Role]) -> Person {
        person(&self.app, self.tenant, name, TENANT_DOMAIN, roles).await
    }

    /// Puts somebody into the group and assigns the portal's app role.
    pub async fn give_access(&self, guest: ObjectId) {
        add_member(&self.app, self.tenant, self.group, guest).await.unwrap();
        let (portal, role) = (&self.portal.service_principal, self.portal.service_principal.app_roles[0].id);
        assign_app_role(&self.app, self.tenant, guest, portal.id, role).await.unwrap();
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        assert!(!self.scratch.is_on_server(), "there is no file");
        self.scratch.folder().join("hospes.db")
    }

    /// Where the database stands.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// Stops and starts the server on the same database.
    pub async fn restart(&mut self) {
        self.app.close().await;
        let seed = 9000 + COUNT.fetch_add(1, Ordering::SeqCst);
        self.app = App::open(options(self.scratch.database(), &self.clock, seed)).await.unwrap();
        self.router = router(self.app.clone(), web_options());
    }

    /// Starts again from the database as it stands at this moment: nothing is closed or written down before.
    pub async fn crash(&mut self) {
        let seed = 9000 + COUNT.fetch_add(1, Ordering::SeqCst);
        if self.scratch.is_on_server() {
            // The connections of the first one are still open when the second begins, as after a crash.
            let next = App::open(options(self.scratch.database(), &self.clock, seed)).await.unwrap();
            std::mem::replace(&mut self.app, next).close().await;
        } else {
            let left = Scratch::new("crashed").unwrap();
            std::fs::create_dir_all(left.folder()).unwrap();
            for file in ["hospes.db", "hospes.db-wal"] {
                std::fs::copy(self.scratch.folder().join(file), left.folder().join(file)).unwrap();
            }
            self.app.close().await;
            self.scratch = left;
            self.app = App::open(options(self.scratch.database(), &self.clock, seed)).await.unwrap();
        }
        self.router = router(self.app.clone(), web_options());
    }
}

async fn new_tenant(app: &App, name: &str, domain: &str) -> TenantId {
    let new = NewTenant {
        display_name: name.into(),
        initial_domain: domain.into(),
        privacy_url: Some(format!("https://{domain}/privacy")),
        signing: Some(signing_keys()),
        ..NewTenant::default()
    };
    create_tenant(app, new).await.unwrap().id
}

async fn person(app: &App, tenant: TenantId, name: &str, domain: &str, roles: &[Role]) -> Person {
    let upn = format!("{name}@{domain}");
    let new = NewMember {
        upn: upn.clone(),
        display_name: name.to_owned(),
        mail: Some(upn.clone()),
        password: Some(Zeroizing::new(PASSWORD.to_owned())),
        roles: roles.to_vec(),
        ..NewMember::default()
    };
    Person { id: create_member(app, tenant, new).await.unwrap(), upn }
}

async fn people(app: &App, tenant: TenantId, domain: &str) -> [Person; 5] {
    [
        person(app, tenant, "gloria", domain, &[Role::GlobalAdministrator]).await,
        person(app, tenant, "ursula", domain, &[Role::UserAdministrator]).await,
        person(app, tenant, "hugo", domain, &[Role::HelpdeskAdministrator]).await,
        person(app, tenant, "ingrid", domain, &[Role::GuestInviter]).await,
        person(app, tenant, "mia", domain, &[]).await,
    ]
}

async fn automation(app: &App, tenant: TenantId) -> Registered {
    let new = NewApplication {
        display_name: "Automation".into(),
        secret: true,
        permissions: Scope::ALL.iter().copied().filter(|s| s.app_role_id().is_some()).collect(),
        ..NewApplication::default()
    };
    register_application(app, tenant, new).await.unwrap()
}

async fn portal(app: &App, tenant: TenantId) -> Registered {
    let role = AppRole {
        id: Uuid::from_u128(0xA11),
        value: "Supplier.Read".into(),
        display_name: "Supplier".into(),
        enabled: true,
        ..AppRole::default()
    };
    let new = NewApplication {
        display_name: "Supplier Portal".into(),
        redirect_uris: vec!["https://portal.example/callback".into()],
        home_url: Some("https://portal.example/".into()),
        app_roles: vec![role],
        group_claims: true,
        secret: true,
        ..NewApplication::default()
    };
    register_application(app, tenant, new).await.unwrap()
}
