//! The answer of the home tenant: whose flow it belongs to, and who it says that was. Refuses answers nobody asked for,
//! answers given twice, and tokens that do not fit the request or tell of an older sign-in than it allows (threats B6, B7,
//! B8).

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::jose;
use hospes_domain::proof::{Expected, HOME_SIGN_IN, HomeIdentity};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::time::Time;
use hospes_store::tenants;
use hospes_store::upstream_sign_ins::{self, Purpose};
use uuid::Uuid;

use super::{nonce, redirect_uri, verifier};
use crate::app::App;
use crate::tokens::{self, Credentials, TokenForm};

/// Longer id tokens are not looked at.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Where an answer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// A sign-in flow.
    SignIn(Uuid),
    /// A redemption flow.
    Redemption(Uuid),
}

/// A browser that came back from a home tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The tenant that asked.
    pub host: TenantId,
    /// The flow that goes on.
    pub flow: Answered,
    /// The guest whom the typed address meant when the browser was sent, with the sign-in generation then.
    pub(crate) guest: Option<(ObjectId, i64)>,
    fresh_from: Option<Time>,
    id: Uuid,
    home: TenantId,
}

fn failed() -> Refusal {
    Refusal::SignIn(SignInRefusal::UpstreamFailed)
}

/// Finds what a `state` belongs to. The caller makes sure that this browser holds the flow before anything else.
pub async fn arrival(app: &App, state: &str) -> Result<Arrival, Refusal> {
    let lost = || Refusal::SignIn(SignInRefusal::FlowLost);
    let (host, id) = state.split_once('.').ok_or_else(lost)?;
    let host = TenantId::parse(host).ok_or_else(lost)?;
    let id = Uuid::try_parse(id).map_err(|_| lost())?;
    let sent = app.glance(move |tx| Ok(upstream_sign_ins::find(tx, host, id)?)).await?.ok_or_else(lost)?;
    let flow = match sent.purpose {
        Purpose::SignIn => Answered::SignIn(sent.flow),
        Purpose::Redeem => Answered::Redemption(sent.flow),
    };
    Ok(Arrival { host, flow, guest: sent.guest, fresh_from: sent.fresh_from, id, home: sent.home })
}

/// Exchanges the code for the id token and reads who signed in. Good for one answer, whatever it is.
pub async fn identify(app: &App, arrival: Arrival, code: Option<String>) -> Result<HomeIdentity, Refusal> {
    let Arrival { host, id, home, fresh_from, .. } = arrival;
    let first = app.write(move |tx| Ok(upstream_sign_ins::consume(tx, host, id)?)).await?;
    if !first {
        return Err(Refusal::SignIn(SignInRefusal::FlowLost));
    }
    let keys = app.tenant_keys(host)?;
    let form = TokenForm {
        grant_type: Some("authorization_code".to_owned()),
        credentials: Credentials { id: Some(HOME_SIGN_IN.to_string()), ..Credentials::default() },
        code: Some(code.ok_or_else(failed)?),
        redirect_uri: Some(redirect_uri(app.public_url())),
        code_verifier: Some(verifier(&keys, id)),
        ..TokenForm::default()
    };
    let reply = tokens::token(app, &home.to_string(), form).await.map_err(|refusal| match refusal {
        Refusal::OAuth(_) => failed(),
        other => other,
    })?;
    let token = reply.id_token.ok_or_else(failed)?;
    let issuer = tokens::issuer(app.public_url(), home);
    let domains = app.glance(move |tx| Ok(tenants::by_id(tx, home)?.map(|tenant| tenant.domains))).await?;
    let (nonce, domains) = (nonce(&keys, id), domains.ok_or_else(failed)?);
    let expected = Expected { home, issuer: &issuer, nonce: &nonce, domains: &domains, fresh_from };
    let claims = jose::verify(&token, app.tenant_keys(home)?.verify_keys(), MAX_TOKEN_BYTES)
        .and_then(|jws| jws.claims())
        .map_err(|_| failed())?;
    HomeIdentity::from_id_token(&claims, &expected, app.now())
}
