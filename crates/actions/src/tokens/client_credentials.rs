//! `client_credentials`: a token for the application itself (RFC 6749 section 4.4). The hot path: one read, one
//! signature. Refuses scopes other than one resource's `.default`, and resources the tenant does not have.

use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::RequestedScopes;
use hospes_store::clients::{self, Client, Holdings};
use hospes_store::engine::ReadTx;

use super::claims::{Issuing, LIFE_SECONDS};
use super::client::{Claimed, Proven};
use super::scopes::Asked;
use super::{TokenReply, refusals};
use crate::app::{App, Stop};
use crate::apps::{self, Facts};
use crate::joint::Joint;

pub(super) async fn run(
    app: &App,
    (tenant, name): (TenantId, &str),
    claimed: Claimed,
    scope: Option<&str>,
    claims: Option<&str>,
) -> Result<TokenReply, Refusal> {
    let keys = app.tenant_keys(tenant)?;
    // A bad scope is reported only to a client that proved who it is.
    let resource = resource(app, scope);
    let wanted = resource.clone().unwrap_or_default();
    let claims = super::claims_of(claims)?.unwrap_or_default();
    let id = claimed.id;
    let (client, held) = app.clients_asking().ask(app, (tenant, id, wanted), look_up).await?;
    let now = app.now();
    let asker = claimed.authenticate(app, (tenant, name), client).await?;
    if asker.proven == Proven::Nothing {
        return Err(refusals::credential_missing());
    }
    let resource = resource?;
    let unknown = || refusals::unknown_resource(&name_of(&resource));
    let (facts, held) = held.filter(|(_, held)| held.enabled).ok_or_else(unknown)?;
    if held.assignment_required && !held.assigned {
        return Err(refusals::not_assigned());
    }
    let by_certificate = asker.proven == Proven::Certificate;
    let issuing = Issuing { app, keys: &keys, client: &asker.client, at: now, by_certificate };
    Ok(TokenReply {
        access_token: issuing.app_token(facts.resource.client, &held.roles, &claims)?,
        expires_in: LIFE_SECONDS,
        ..TokenReply::default()
    })
}

type Found = (Client, Option<(Facts, Holdings)>);

/// The clients that ask at this moment, each with what it wants.
pub(crate) type ClientsAsking = Joint<(TenantId, ClientId, RequestedScopes), Found>;

fn look_up(
    tx: &mut ReadTx<'_>,
    (tenant, id, wanted): &(TenantId, ClientId, RequestedScopes),
) -> Result<Found, Stop> {
    let client =
        clients::by_id(tx, *tenant, *id)?.ok_or_else(|| refusals::unknown_client(&id.to_string()))?;
    let facts = apps::facts_of(tx, *tenant, wanted)?;
    let held = match &facts {
        Some(facts) => clients::holdings(tx, *tenant, &[client.principal], facts.resource.client)?,
        None => None,
    };
    Ok((client, facts.zip(held)))
}

/// The resource as the request calls it.
fn name_of(wants: &RequestedScopes) -> String {
    let by_id = wants.resource.map(|client| client.to_string());
    wants.resource_uri.clone().or(by_id).unwrap_or_default()
}

fn resource(app: &App, scope: Option<&str>) -> Result<RequestedScopes, Refusal> {
    let scope = scope.ok_or_else(|| refusals::parameter_missing("scope"))?;
    Asked::parse(app.public_url(), scope)?.only_default().ok_or_else(refusals::scope_needs_default)
}
