//! Signing out, also at the wish of an app (OpenID Connect RP-Initiated Logout 1.0). Refuses to send
//! the browser anywhere but to a registered address, to sign out on a stranger's link without asking (threats F15), and
//! control characters in what is kept for the question.

use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::engine::{Read, StoreError};
use hospes_store::{applications, redirect_uris, tenants};

use super::{Parameters, hint, lost, session_hash};
use crate::app::App;
use crate::logout;
use crate::sessions::{self, SignedIn};

/// What a request to sign out amounts to.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// The organisation.
    pub tenant: Tenant,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// An app proved, with an id token of this person, that the wish is genuine: no question.
    pub certain: bool,
    /// An app proved, with an id token that it got here, that it asks: the browser goes back to it, also when the session
    /// is over by itself (OpenID Connect RP-Initiated Logout 1.0 section 2).
    pub by_app: bool,
    /// Where the browser may go afterwards, and the name of the app there.
    pub back: Option<(String, String)>,
}

/// Looks at a request to sign out; changes nothing.
pub async fn leaving(
    app: &App,
    tenant: TenantId,
    parameters: &Parameters,
    session: Option<&str>,
) -> Result<Leaving, Refusal> {
    parameters.nothing_unprintable().map_err(Refusal::OAuth)?;
    let hinted = parameters.single("id_token_hint").and_then(|token| hint::read(app, tenant, token));
    let named = parameters.single("client_id").map(|id| id.parse().ok());
    // An address is the app's that asks; two apps, or one nobody knows, ask for nothing.
    let (client, agreed) = match (hinted.map(|hinted| hinted.client), named) {
        (Some(client), None | Some(None)) => (Some(client), named.is_none()),
        (client, Some(named)) => {
            (named, named.is_some() && client.is_none_or(|client| Some(client) == named))
        }
        (None, None) => (None, true),
    };
    let back = parameters.single("post_logout_redirect_uri").filter(|_| agreed).map(str::to_owned);
    let hash = session_hash(app, tenant, session);
    app.read(move |tx| {
        let host = tenants::by_id(tx, tenant)?.ok_or_else(lost)?;
        let found = match hash {
            // Also whoever owes a second factor by now: signing out opens nothing.
            Some(hash) => sessions::alive(tx, tenant, hash, tx.now())?,
            None => None,
        };
        let back = match &back {
            Some(uri) => returns_to(tx, tenant, uri, client)?.map(|name| (uri.clone(), name)),
            None => None,
        };
        let signed_in = found.map(|(session, user)| sessions::signed_in(tenant, session, &user, tx.now()));
        let certain =
            agreed && signed_in.as_ref().is_some_and(|s| hinted.map(|hinted| hinted.person) == Some(s.user));
        Ok(Leaving { tenant: host, signed_in, certain, by_app: agreed && hinted.is_some(), back })
    })
    .await
}

/// The application that has registered the address. Installed programs listen on any port there, too (RFC 8252 section
/// 7.3), if they say who they are.
fn returns_to(
    tx: &impl Read,
    tenant: TenantId,
    uri: &str,
    client: Option<ClientId>,
) -> Result<Option<String>, StoreError> {
    if let Some(name) = redirect_uris::registered_by(tx, tenant, uri, client)? {
        return Ok(Some(name));
    }
    let Some(client) = client else { return Ok(None) };
    let known = applications::by_client(tx, tenant, client)?;
    Ok(known.filter(|known| known.platform_of(uri).is_some()).map(|known| known.display_name))
}

/// Ends the browser's session. The addresses that applications of this session want opened in frames.
pub async fn sign_out(app: &App, session: &str) -> Result<Vec<String>, Refusal> {
    let Some((tenant, hash)) = sessions::key(app, session) else { return Ok(Vec::new()) };
    let public_url = app.public_url().to_owned();
    app.write(move |tx| {
        let Some(found) = hospes_store::sessions::find(tx, tenant, hash)? else { return Ok(Vec::new()) };
        hospes_store::sessions::end(tx, tenant, hash)?;
        Ok(logout::end_session(tx, tenant, found.id, &public_url)?)
    })
    .await
}
