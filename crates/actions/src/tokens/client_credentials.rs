//! `client_credentials`: a token for the application itself (RFC 6749 section 4.4). The hot path: one read, one
//! signature. Refuses scopes other than one resource's `.default`, and resources the tenant does not have.

use hospes_domain::application::DIRECTORY_API;
use hospes_domain::ids::{ClientId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::clients;

use super::claims::{Issuing, LIFE_SECONDS};
use super::client::{Claimed, Proven};
use super::scopes::Asked;
use super::{TokenReply, refusals};
use crate::app::App;

pub(super) async fn run(
    app: &App,
    (tenant, name): (TenantId, &str),
    claimed: Claimed,
    scope: Option<&str>,
) -> Result<TokenReply, Refusal> {
    let keys = app.tenant_keys(tenant)?;
    // A bad scope is reported only to a client that proved who it is.
    let resource = resource(app, scope);
    let wanted = resource.clone().unwrap_or(DIRECTORY_API);
    let id = claimed.id;
    let (client, held) = app
        .read(move |tx| {
            let client =
                clients::by_id(tx, tenant, id)?.ok_or_else(|| refusals::unknown_client(&id.to_string()))?;
            let held = clients::holdings(tx, tenant, &[client.principal], wanted)?;
            Ok((client, held))
        })
        .await?;
    let now = app.now();
    let asker = claimed.authenticate(app, (tenant, name), client).await?;
    if asker.proven == Proven::Nothing {
        return Err(refusals::credential_missing());
    }
    let resource = resource?;
    let held =
        held.filter(|held| held.enabled).ok_or_else(|| refusals::unknown_resource(&resource.to_string()))?;
    if held.assignment_required && !held.assigned {
        return Err(refusals::not_assigned());
    }
    let by_certificate = asker.proven == Proven::Certificate;
    let issuing = Issuing { app, keys: &keys, client: &asker.client, at: now, by_certificate };
    Ok(TokenReply {
        access_token: issuing.app_token(resource, &held.roles)?,
        expires_in: LIFE_SECONDS,
        ..TokenReply::default()
    })
}

fn resource(app: &App, scope: Option<&str>) -> Result<ClientId, Refusal> {
    let scope = scope.ok_or_else(|| refusals::parameter_missing("scope"))?;
    Asked::parse(app.public_url(), scope)?.only_default().ok_or_else(refusals::scope_needs_default)
}
