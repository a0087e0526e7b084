//! The resource that a `scope` is about, as it stands in the directory now: found by id or by one of its names, with what
//! it exposes and which claims it wants. Refuses, as if they were not there, resources that are not present or disabled.

use hospes_domain::application::{DIRECTORY_API, GroupClaims, OptionalClaim, RequiredAccess};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::sign_in::{RequestedScopes, Resource};
use hospes_store::engine::{Read, StoreError};
use hospes_store::{applications, service_principals};

/// A resource as the token endpoint needs it.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// What can be asked of it.
    pub resource: Resource,
    /// Its service principal; none of the directory API, which is asked for nothing that goes by it.
    pub principal: Option<ObjectId>,
    /// Which `groups` its access tokens tell.
    pub group_claims: GroupClaims,
    /// Which optional claims they carry.
    pub claims: Vec<OptionalClaim>,
}

impl Facts {
    fn directory() -> Self {
        let resource = Resource::directory();
        Self { resource, principal: None, group_claims: GroupClaims::None, claims: Vec::new() }
    }

    /// The names of what `needed` says about this resource.
    pub(crate) fn needed(&self, needed: &[RequiredAccess]) -> Vec<String> {
        let own = needed.iter().find(|access| access.resource == self.resource.client);
        own.map(|access| self.resource.names_of(&access.scopes)).unwrap_or_default()
    }
}

/// The resource of a request; `None` when the tenant has no such one.
pub(crate) fn facts_of(
    tx: &impl Read,
    tenant: TenantId,
    wants: &RequestedScopes,
) -> Result<Option<Facts>, StoreError> {
    let client = match (&wants.resource_uri, wants.resource) {
        (Some(uri), _) => applications::named(tx, tenant, uri)?,
        (None, None | Some(DIRECTORY_API)) => return Ok(Some(Facts::directory())),
        (None, client) => client,
    };
    let Some(client) = client else { return Ok(None) };
    let Some(application) = applications::by_client(tx, tenant, client)? else { return Ok(None) };
    let principal = service_principals::by_client(tx, tenant, client)?.filter(|principal| principal.enabled);
    Ok(principal.map(|principal| {
        let mut scopes = application.settings.exposed_scopes;
        scopes.retain(|scope| scope.enabled);
        Facts {
            resource: Resource { client, name: application.display_name, scopes },
            principal: Some(principal.id),
            group_claims: application.group_claims,
            claims: application.settings.optional_claims.access_token,
        }
    }))
}
