//! The token endpoint and the bearer check as clients see them, on a real store with a clock that is set by hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod applications;
mod assertions;
mod bearing;
mod codes;
mod people;
mod refreshing;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use hospes_domain::access::{Scope, UserType};
use hospes_domain::address::Address;
use hospes_domain::guest::{Binding, Guest, GuestRecord, State};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::jose::{Algorithm, base64url};
use hospes_domain::refusal::Refusal;
use hospes_domain::session::{Amr, PASSWORD};
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::time::{Clock, Time};
use hospes_domain::user::{Profile, User};
use hospes_store::authorization_codes::{self, CodeRecord};
use hospes_store::{bindings, users};
use serde_json::Value;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Credentials, TokenForm, TokenReply, token};
use crate::app::{App, AppOptions};
use crate::database::Scratch;
use crate::keys::{MasterKey, PasswordCost, SigningKey};
use crate::random::SystemRandom;
use crate::setup::{
    NewApplication, NewMember, NewTenant, Registered, create_member, create_tenant, register_application,
};
use crate::sign_in::code_hash;

const BASE: &str = "https://hospes.example";
const REDIRECT: &str = "https://portal.example/done";
const GRAPH_DEFAULT: &str = "https://graph.microsoft.com/.default";
/// Answers [`CHALLENGE`] (RFC 7636 appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const ALL: &str = "openid profile offline_access User.Read";

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }
}

/// A server with one tenant, a member, and a confidential client people sign in to.
struct World {
    app: App,
    clock: Arc<TestClock>,
    tenant: TenantId,
    member: ObjectId,
    portal: Registered,
    _scratch: Scratch,
}

/// Keys are slow to make, so the whole run shares one pair for the first tenants.
fn signing_keys() -> Vec<SigningKey> {
    static KEYS: OnceLock<Vec<(Algorithm, Zeroizing<Vec<u8>>)>> = OnceLock::new();
    let made = || {
        [Algorithm::Rs256, Algorithm::Es256]
            .map(|a| (a, SigningKey::generate(a).unwrap().to_pkcs8().unwrap()))
    };
    KEYS.get_or_init(|| made().into())
        .iter()
        .map(|(a, der)| SigningKey::from_pkcs8(*a, der).unwrap())
        .collect()
}

impl World {
    async fn new() -> Self {
        let scratch = Scratch::new("tokens").unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(1_800_000_000_000_000)));
        let options = AppOptions {
            database: scratch.database(),
            clock: Arc::clone(&clock) as _,
            random: Arc::new(SystemRandom),
            master: MasterKey::parse(&"A".repeat(43)).unwrap(),
            public_url: BASE.to_owned(),
            password_cost: PasswordCost { memory_kib: 8, passes: 1, lanes: 1 },
            leaked_passwords: None,
        };
        let app = App::open(options).await.unwrap();
        let tenant = tenant(&app, "contoso.example", Some(signing_keys())).await;
        let ada = NewMember {
            upn: "ada@contoso.example".to_owned(),
            display_name: "Ada".to_owned(),
            mail: Some("ada@contoso.example".to_owned()),
            ..NewMember::default()
        };
        let member = create_member(&app, tenant, ada).await.unwrap();
        let portal = NewApplication {
            display_name: "Portal".to_owned(),
            redirect_uris: vec![REDIRECT.to_owned()],
            secret: true,
            delegated: vec![Scope::UserRead],
            permissions: vec![Scope::UserInviteAll, Scope::UserReadAll],
            ..NewApplication::default()
        };
        let portal = register_application(&app, tenant, portal).await.unwrap();
        Self { app, clock, tenant, member, portal, _scratch: scratch }
    }

    fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    async fn register(&self, new: NewApplication) -> Registered {
        register_application(&self.app, self.tenant, new).await.unwrap()
    }

    async fn ask(&self, form: TokenForm) -> Result<TokenReply, Refusal> {
        token(&self.app, &self.tenant.to_string(), form).await
    }

    /// The code of that AADSTS number with which a request is refused; 0 when it is granted.
    async fn refused(&self, form: TokenForm) -> u32 {
        code_of(self.ask(form).await)
    }

    /// Puts a guest who redeemed with a passcode into the directory.
    async fn guest(&self, address: &str) -> ObjectId {
        let (id, now) = (self.app.new_object_id(), self.app.now());
        let user = guest(self.tenant, id, address, now);
        let binding = user.guest.binding().cloned().unwrap();
        let tenant = self.tenant;
        self.app
            .write(move |tx| {
                assert!(users::insert(tx, &user, None)?);
                bindings::insert(tx, tenant, id, &binding)?;
                Ok(id)
            })
            .await
            .unwrap()
    }

    /// A code as the authorization endpoint issues it, for the portal.
    async fn code(&self, user: ObjectId, change: impl FnOnce(&mut CodeRecord)) -> String {
        let keys = self.app.tenant_keys(self.tenant).unwrap();
        let code = format!("{}.{}", self.tenant, crate::random::token32(self.app.random()));
        let now = self.app.now();
        let mut record = CodeRecord {
            client: self.portal.client_id,
            user,
            generation: 1,
            session: self.app.new_id(),
            redirect_uri: REDIRECT.to_owned(),
            platform: None,
            scope: ALL.to_owned(),
            nonce: Some("n-0S6".to_owned()),
            code_challenge: Some(CHALLENGE.to_owned()),
            claims: ClaimsRequest::default(),
            auth_time: now.plus_seconds(-5),
            amr: Amr::of(PASSWORD),
            family: self.app.new_id(),
            expires_at: now.plus_seconds(60),
            used: false,
        };
        change(&mut record);
        let (hash, tenant) = (code_hash(&keys, &code), self.tenant);
        self.app.write(move |tx| Ok(authorization_codes::insert(tx, tenant, hash, &record)?)).await.unwrap();
        code
    }

    /// Signs in and exchanges the code.
    async fn signed_in(&self, user: ObjectId) -> TokenReply {
        let code = self.code(user, |_| {}).await;
        self.ask(exchange(&self.portal, &code)).await.ok().unwrap()
    }

    /// Changes a user the way another verb would.
    async fn change(&self, user: ObjectId, sql: &'static str) {
        let tenant = self.tenant;
        self.app.write(move |tx| Ok(tx.execute(sql, &[tenant.into(), user.into()])?)).await.unwrap();
    }
}

async fn tenant(app: &App, domain: &str, signing: Option<Vec<SigningKey>>) -> TenantId {
    let new = NewTenant {
        display_name: "Contoso".to_owned(),
        initial_domain: domain.to_owned(),
        signing,
        ..NewTenant::default()
    };
    create_tenant(app, new).await.unwrap().id
}

fn guest(tenant: TenantId, id: ObjectId, address: &str, now: Time) -> User {
    let sign_in_name = Address::parse(address).unwrap();
    let binding = Binding {
        id: Uuid::from_u128(77),
        issuer: "mail".to_owned(),
        subject: "opaque".to_owned(),
        sign_in_name: sign_in_name.clone(),
        proof: "passcode".to_owned(),
        bound_at: now,
    };
    let record = GuestRecord {
        tenant,
        id,
        state: State::Accepted,
        state_changed_at: Some(now),
        enabled: true,
        deleted_at: None,
        generation: 1,
        sessions_valid_from: now,
        binding: Some(binding),
    };
    User {
        guest: Guest::from_record(record).unwrap(),
        revision: 1,
        user_type: UserType::Guest,
        creation_type: Some("Invitation".to_owned()),
        upn: "gil_fabrikam.example#EXT#@contoso.example".to_owned(),
        mail_nickname: "gil_fabrikam.example#EXT#".to_owned(),
        mail: Some(sign_in_name),
        other_mails: Vec::new(),
        proxy_addresses: Vec::new(),
        profile: Profile {
            display_name: "Gil".to_owned(),
            given_name: Some("Gil".to_owned()),
            ..Profile::default()
        },
        show_in_address_list: false,
        invited_by: None,
        created_at: now,
    }
}

fn credentials(client: &Registered) -> Credentials {
    Credentials {
        id: Some(client.client_id.to_string()),
        secret: client.secret.clone(),
        ..Credentials::default()
    }
}

fn own(client: &Registered, scope: &str) -> TokenForm {
    TokenForm {
        grant_type: Some("client_credentials".to_owned()),
        credentials: credentials(client),
        scope: Some(scope.to_owned()),
        ..TokenForm::default()
    }
}

fn exchange(client: &Registered, code: &str) -> TokenForm {
    TokenForm {
        grant_type: Some("authorization_code".to_owned()),
        credentials: credentials(client),
        code: Some(code.to_owned()),
        redirect_uri: Some(REDIRECT.to_owned()),
        code_verifier: Some(VERIFIER.to_owned()),
        client_info: true,
        ..TokenForm::default()
    }
}

fn renew(client: &Registered, refresh_token: &str) -> TokenForm {
    TokenForm {
        grant_type: Some("refresh_token".to_owned()),
        credentials: credentials(client),
        refresh_token: Some(refresh_token.to_owned()),
        ..TokenForm::default()
    }
}

fn code_of<T>(outcome: Result<T, Refusal>) -> u32 {
    match outcome.err() {
        None => 0,
        Some(Refusal::OAuth(oauth)) => oauth.code,
        Some(other) => panic!("{other:?}"),
    }
}

/// The claims of a token, unchecked.
fn claims(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, number: usize) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').nth(number).unwrap()).unwrap()).unwrap()
}

fn names(claims: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// An application nobody asks about elsewhere.
fn plain(name: &str) -> NewApplication {
    NewApplication { display_name: name.to_owned(), ..NewApplication::default() }
}

const UNKNOWN: ClientId = ClientId(Uuid::from_u128(0x4242));
