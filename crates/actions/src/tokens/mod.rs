//! Tokens: issued at the token endpoint, read back from the `Authorization` header.
//!
//! The token endpoint is a fixed pipeline: authenticate the client, check the scopes, run the grant, reply (design
//! section 6). Refuses password, implicit and on-behalf-of grants. Nothing is signed inside a transaction.

mod assertion;
mod bearer;
mod claims;
mod client;
mod client_credentials;
mod code;
mod device;
mod device_start;
mod pages;
mod person;
mod personal;
mod refresh;
mod refusals;
mod reuse;
mod scopes;
mod userinfo;
mod verified;

#[cfg(test)]
mod tests;

pub(crate) use assertion::usable;
pub use bearer::bearer;
pub use claims::CLAIMS;
pub use client::Credentials;
pub use device_start::{DEVICE_SECONDS, DeviceReply, device_code};
pub use pages::{is_page, is_page_of};
pub use userinfo::{UserInfo, userinfo};

pub(crate) use claims::subject;
pub(crate) use client_credentials::ClientsAsking;
pub(crate) use refusals::client_disabled;
/// The clients that redeem something of a person at this moment.
pub(crate) type ClientsRedeeming = Joint<(TenantId, ClientId), Option<Client>>;
pub(crate) use verified::VerifiedTokens;

use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::jose::base64url;
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::tenant::shared_name;
use hospes_domain::time::Time;
use hospes_store::clients::{self, Client};

use crate::app::App;
use crate::joint::Joint;
use crate::upstream;
use claims::{Issuing, LIFE_SECONDS, Person, SignInFacts};
use client::{Asker, Proven};
use scopes::{Asked, Granted};

/// The issuer of a tenant's tokens; only ever built from the configured public URL (threats H5).
pub fn issuer(public_url: &str, tenant: TenantId) -> String {
    format!("{public_url}/{tenant}/v2.0")
}

/// The form of a token request, without values that are empty. No `Debug`: it holds secrets.
#[derive(Default)]
pub struct TokenForm {
    /// `grant_type`.
    pub grant_type: Option<String>,
    /// `client_id`, `client_secret` and the like, and the `Authorization` header.
    pub credentials: Credentials,
    /// `scope`.
    pub scope: Option<String>,
    /// `claims`.
    pub claims: Option<String>,
    /// `code`.
    pub code: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `code_verifier`.
    pub code_verifier: Option<String>,
    /// `refresh_token`.
    pub refresh_token: Option<String>,
    /// `device_code`.
    pub device_code: Option<String>,
    /// Whether the client wants `client_info`.
    pub client_info: bool,
}

/// What the token endpoint answers (RFC 6749 section 5.1). No `Debug`: it holds tokens.
#[derive(Clone, Default)]
pub struct TokenReply {
    /// The access token.
    pub access_token: String,
    /// Seconds until it expires.
    pub expires_in: i64,
    /// What was granted, in the client's spelling; `None` for applications.
    pub scope: Option<String>,
    /// The refresh token, if `offline_access` was granted.
    pub refresh_token: Option<String>,
    /// The id token, if `openid` was granted.
    pub id_token: Option<String>,
    /// Who signed in, as the client libraries key their caches: base64url of `{"uid","utid"}`.
    pub client_info: Option<String>,
}

/// What the closure of a person's grant decided; tokens are signed from it afterwards.
struct UserGrant {
    at: Time,
    person: Person,
    sign_in: SignInFacts,
    asked: Asked,
    granted: Granted,
    refresh_token: Option<String>,
}

/// Answers a token request to the tenant a path names.
///
/// # Errors
/// [`Refusal::OAuth`] for everything that is the client's or the person's fault.
pub async fn token(app: &App, tenant: &str, form: TokenForm) -> Result<TokenReply, Refusal> {
    let grant_type = form.grant_type.as_deref().ok_or_else(|| refusals::parameter_missing("grant_type"))?;
    let kind = Kind::parse(grant_type)?;
    let claimed = form.credentials.clone().claimed()?;
    let (name, with_client_info) = (tenant, form.client_info);
    if kind == Kind::Device {
        let (tenant, asker, granted) = device::run(app, name, claimed, form).await?;
        return reply(app, tenant, &asker, granted, with_client_info);
    }
    let tenant = tenant_of(app, name, kind, &form).await?;
    if kind == Kind::ClientCredentials {
        return client_credentials::run(
            app,
            (tenant, name),
            claimed,
            form.scope.as_deref(),
            form.claims.as_deref(),
        )
        .await;
    }
    let client = find_client(app, tenant, claimed.id).await?;
    let asker = claimed.authenticate(app, (tenant, name), client).await?;
    let granted = match kind {
        Kind::Code => code::run(app, tenant, &asker, form).await?,
        _ => refresh::run(app, tenant, &asker, form).await?,
    };
    reply(app, tenant, &asker, granted, with_client_info)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    ClientCredentials,
    Code,
    Refresh,
    Device,
}

impl Kind {
    fn parse(grant_type: &str) -> Result<Self, Refusal> {
        match grant_type {
            "client_credentials" => Ok(Self::ClientCredentials),
            "authorization_code" => Ok(Self::Code),
            "refresh_token" => Ok(Self::Refresh),
            "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => Ok(Self::Device),
            other => Err(refusals::unsupported_grant(other)),
        }
    }
}

/// The tenant of a request. The shared names leave it to the code or refresh token, which carries its tenant.
async fn tenant_of(app: &App, name: &str, kind: Kind, form: &TokenForm) -> Result<TenantId, Refusal> {
    if shared_name(name).is_some() {
        let token = match kind {
            Kind::ClientCredentials | Kind::Device => None,
            Kind::Code => form.code.as_deref(),
            Kind::Refresh => form.refresh_token.as_deref(),
        };
        let tenant = token.and_then(split_token).ok_or_else(refusals::tenant_needed)?.0;
        return app.keys(tenant).map(|_| tenant).ok_or_else(|| refusals::no_tenant(name));
    }
    path_tenant(app, name).await
}

/// The tenant that a path names by its id or a domain.
pub(crate) async fn path_tenant(app: &App, name: &str) -> Result<TenantId, Refusal> {
    let tenant = if let Some(id) = TenantId::parse(name) {
        id
    } else {
        app.tenant_named(name)
            .await
            .map_err(|refusal| match refusal {
                Refusal::NotFound { .. } => refusals::no_tenant(name),
                other => other,
            })?
            .id
    };
    // Every tenant has keys, and they are in memory.
    app.keys(tenant).map(|_| tenant).ok_or_else(|| refusals::no_tenant(name))
}

/// A `claims` parameter of a token request, where libraries repeat what they can handle.
fn claims_of(text: Option<&str>) -> Result<Option<ClaimsRequest>, Refusal> {
    text.map(|text| ClaimsRequest::parse(text).ok_or_else(refusals::bad_claims)).transpose()
}

/// Tenant and secret of a code or refresh token.
fn split_token(text: &str) -> Option<(TenantId, &str)> {
    let (name, secret) = text.split_once('.')?;
    // One spelling: a token with a letter changed is another one (threats F7).
    let tenant = TenantId::parse(name).filter(|tenant| tenant.to_string() == name)?;
    Some((tenant, secret))
}

async fn find_client(app: &App, tenant: TenantId, id: ClientId) -> Result<Client, Refusal> {
    let client = if upstream::is_home_sign_in(id) {
        Some(upstream::token_client())
    } else {
        app.clients_redeeming()
            .ask(app, (tenant, id), |tx, (tenant, id)| Ok(clients::by_id(tx, *tenant, *id)?))
            .await?
    };
    client.ok_or_else(|| refusals::unknown_client(&id.to_string()))
}

fn reply(
    app: &App,
    tenant: TenantId,
    asker: &Asker,
    granted: UserGrant,
    client_info: bool,
) -> Result<TokenReply, Refusal> {
    let UserGrant { at, person, sign_in, asked, granted, refresh_token } = granted;
    let keys = app.tenant_keys(tenant)?;
    let by_certificate = asker.proven == Proven::Certificate;
    let issuing = Issuing { app, keys: &keys, client: &asker.client, at, by_certificate };
    let id_token = if asked.wants.openid { Some(issuing.id_token(&asked, &person, &sign_in)?) } else { None };
    let info = || base64url::encode(format!(r#"{{"uid":"{}","utid":"{tenant}"}}"#, person.user.id()));
    Ok(TokenReply {
        access_token: issuing.user_token(&asked, &granted, &person, &sign_in)?,
        expires_in: LIFE_SECONDS,
        scope: Some(granted.echo),
        refresh_token,
        id_token,
        client_info: client_info.then(info),
    })
}
