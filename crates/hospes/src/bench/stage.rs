//! What has to be there before anything is measured: a directory with guests, clients with tokens, and inputs that can
//! be used once. Refuses to touch a limit of the product: where one allows a tenant so much, there are more tenants.

use hospes_actions::app::App;
use hospes_actions::bench::{
    self, CALLBACK, GuestKind, OPENID_SCOPE, Redeemable, SCOPE, Seeded, VERIFIER, codes, redeemable,
};
use hospes_actions::keys::{KeyError, SigningKey};
use hospes_actions::setup::{NewApplication, NewTenant, create_tenant, register_application};
use hospes_actions::tokens::{Credentials, TokenForm, TokenReply, token};
use hospes_domain::access::Scope;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::jose::Algorithm;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_web::pages::proven_browser;
use zeroize::Zeroizing;

use super::options::BenchOptions;

/// A tenant takes 150 invitations in five seconds: so many tenants for each second of measuring leave room for 12,000
/// a second.
const WRITERS_PER_SECOND: f64 = 400.0;
/// Inputs prepared for each second of measuring; a faster server ends its round early.
const INPUTS_PER_SECOND: f64 = 4000.0;
/// The largest number of clients: each has a chain of refresh tokens.
const CHAINS: usize = 64;
/// What the measured application may do.
const PERMISSIONS: &[Scope] = &[Scope::UserInviteAll, Scope::UserReadWriteAll, Scope::DirectoryReadWriteAll];

/// A client that keeps a secret.
#[derive(Clone)]
pub struct Client {
    /// `client_id`.
    pub id: ClientId,
    /// `client_secret`.
    pub secret: String,
    principal: ObjectId,
}

/// The directory, as it is when nobody has done anything yet.
pub struct Directory {
    /// Its tenant.
    pub tenant: Tenant,
    /// An application that automates, with RS256 tokens.
    pub automation: Client,
    /// The same with ES256.
    pub modern: Client,
    /// An app that people sign in to.
    pub app: Client,
    /// The guests; all but each tenth have redeemed.
    pub guests: Vec<Seeded>,
}

/// A tenant in which is invited and reset.
pub struct Writer {
    /// The tenant.
    pub tenant: TenantId,
    /// A token of its automation.
    pub bearer: String,
}

/// Inputs for all rounds.
pub struct Inputs {
    /// A token of the automation.
    pub bearer: String,
    /// Authorization codes.
    pub codes: Vec<String>,
    /// The first refresh token of each chain.
    pub refresh: Vec<String>,
    /// Redemptions with the cookies and form of their browser.
    pub redeemable: Vec<(Redeemable, String, String)>,
    /// Where is invited.
    pub writers: Vec<Writer>,
    /// Guests to be reset, each with the place of its writer.
    pub resets: Vec<(usize, Seeded)>,
}

/// Fills the directory with its guests; `told` hears how many there are.
pub async fn fill(app: &App, guests: usize, told: impl FnMut(usize)) -> Result<Directory, Refusal> {
    let tenant = app.tenants().await?.into_iter().next().ok_or(Refusal::Internal)?;
    let automation = client(app, tenant.id, "Automation", false).await?;
    let modern = client(app, tenant.id, "Modern automation", true).await?;
    let portal = client(app, tenant.id, "Portal", false).await?;
    let kind = |number: usize| if number % 10 == 9 { GuestKind::Pending } else { GuestKind::Redeemed };
    let guests = bench::guests(app, &tenant, automation.principal, "guest", guests, kind, told).await?;
    Ok(Directory { tenant, automation, modern, app: portal, guests })
}

async fn client(app: &App, tenant: TenantId, name: &str, es256: bool) -> Result<Client, Refusal> {
    let new = NewApplication {
        display_name: name.to_owned(),
        secret: true,
        es256,
        permissions: PERMISSIONS.to_vec(),
        redirect_uris: vec![CALLBACK.to_owned()],
        delegated: vec![Scope::UserRead],
        ..NewApplication::default()
    };
    let made = register_application(app, tenant, new).await?;
    let secret = made.secret.ok_or(Refusal::Internal)?;
    Ok(Client { id: made.client_id, secret, principal: made.service_principal.id })
}

/// Prepares the inputs; `measurements` is how often each of them is measured.
pub async fn prepare(
    app: &App,
    directory: &Directory,
    options: &BenchOptions,
    measurements: usize,
) -> Result<Inputs, Refusal> {
    let tenant = &directory.tenant;
    let one = options.cell().as_secs_f64();
    // At least as many as there are clients, twice.
    let count = whole(one * INPUTS_PER_SECOND).max(2 * CHAINS) * measurements + 1;
    let redeemed: Vec<Seeded> =
        directory.guests.iter().filter(|guest| guest.generation > 1).cloned().collect();
    let redeemed = if redeemed.is_empty() { more(app, directory, "person", CHAINS).await? } else { redeemed };
    let mut all = codes(app, tenant.id, directory.app.id, &redeemed, count + CHAINS).await?;
    let mut refresh = Vec::new();
    for code in all.split_off(count) {
        refresh.push(
            exchanged(app, tenant.id, &directory.app, code).await?.refresh_token.ok_or(Refusal::Internal)?,
        );
    }
    let inviter = directory.automation.principal;
    let pending =
        bench::guests(app, tenant, inviter, "arriving", count, |_| GuestKind::Pending, |_| {}).await?;
    let mut ready = Vec::with_capacity(count);
    for one in redeemable(app, tenant.id, pending).await? {
        let browser = proven_browser(app, tenant.id, one.flow).ok_or(Refusal::Internal)?;
        ready.push((one, browser.cookies, browser.form));
    }
    let (writers, resets) = writers(app, whole(one * WRITERS_PER_SECOND).max(4), count).await?;
    Ok(Inputs {
        bearer: bearer(app, tenant.id, &directory.automation).await?,
        codes: all,
        refresh,
        redeemable: ready,
        writers,
        resets,
    })
}

async fn more(app: &App, directory: &Directory, name: &str, count: usize) -> Result<Vec<Seeded>, Refusal> {
    let inviter = directory.automation.principal;
    bench::guests(app, &directory.tenant, inviter, name, count, |_| GuestKind::Redeemed, |_| {}).await
}

/// Tenants that invite, each with its share of guests to be reset.
async fn writers(
    app: &App,
    count: usize,
    resets: usize,
) -> Result<(Vec<Writer>, Vec<(usize, Seeded)>), Refusal> {
    let (mut writers, mut each) = (Vec::new(), Vec::new());
    let signing = signing_keys()?;
    for number in 0..count {
        let signing = signing.iter().map(|(algorithm, der)| SigningKey::from_pkcs8(*algorithm, der));
        let new = NewTenant {
            display_name: format!("Organisation {number}"),
            initial_domain: format!("organisation{number}.test"),
            signing: Some(signing.collect::<Result<_, _>>().map_err(|_| Refusal::Internal)?),
            ..NewTenant::default()
        };
        let tenant = create_tenant(app, new).await?;
        let automation = client(app, tenant.id, "Automation", false).await?;
        let share = resets / count + usize::from(number < resets % count);
        let kind = |_| GuestKind::Redeemed;
        each.push(
            bench::guests(app, &tenant, automation.principal, "moving", share, kind, |_| {})
                .await?
                .into_iter(),
        );
        writers.push(Writer { tenant: tenant.id, bearer: bearer(app, tenant.id, &automation).await? });
    }
    // In turn, so that no tenant gets many at once.
    let mut mixed = Vec::with_capacity(resets);
    while mixed.len() < resets {
        mixed.extend(
            each.iter_mut().enumerate().filter_map(|(writer, guests)| Some((writer, guests.next()?))),
        );
    }
    Ok((writers, mixed))
}

/// An algorithm with its private key.
type SigningDer = (Algorithm, Zeroizing<Vec<u8>>);

/// Made once: the tenants share them, since making keys is not what is measured.
fn signing_keys() -> Result<Vec<SigningDer>, Refusal> {
    let made = |algorithm| Ok((algorithm, SigningKey::generate(algorithm)?.to_pkcs8()?));
    let made = [Algorithm::Rs256, Algorithm::Es256].into_iter().map(made);
    made.collect::<Result<_, KeyError>>().map_err(|_| Refusal::Internal)
}

async fn bearer(app: &App, tenant: TenantId, client: &Client) -> Result<String, Refusal> {
    let form = TokenForm {
        grant_type: Some("client_credentials".to_owned()),
        scope: Some(SCOPE.to_owned()),
        ..form(client)
    };
    Ok(token(app, &tenant.to_string(), form).await?.access_token)
}

async fn exchanged(
    app: &App,
    tenant: TenantId,
    client: &Client,
    code: String,
) -> Result<TokenReply, Refusal> {
    let form = TokenForm {
        grant_type: Some("authorization_code".to_owned()),
        code: Some(code),
        redirect_uri: Some(CALLBACK.to_owned()),
        code_verifier: Some(VERIFIER.to_owned()),
        scope: Some(OPENID_SCOPE.to_owned()),
        ..form(client)
    };
    token(app, &tenant.to_string(), form).await
}

fn form(client: &Client) -> TokenForm {
    let credentials = Credentials {
        id: Some(client.id.to_string()),
        secret: Some(client.secret.clone()),
        ..Credentials::default()
    };
    TokenForm { credentials, ..TokenForm::default() }
}

/// Numbers of inputs are small and never negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn whole(number: f64) -> usize {
    number.ceil() as usize
}
