//! Listing service principals, each with what its application declares. Refuses guests without a role (threats E4).

use std::collections::HashMap;

use hospes_domain::access::{Actor, may_list};
use hospes_domain::application::{Application, Certificate, ServicePrincipal};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::query::{Found, List, ServicePrincipalField};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError};
use hospes_store::{applications, client_certificates, client_secrets, service_principals};

use super::credentials::Secret;
use crate::app::App;
use crate::callers;
use crate::directory_objects::READ_APPLICATIONS;

/// The presence of an application in the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The service principal.
    pub principal: ServicePrincipal,
    /// What the application declares; the directory API declares nothing.
    pub application: Option<Application>,
    /// Secrets that were made here and not at the application, without the secrets.
    pub secrets: Vec<Secret>,
    /// Certificates that were given here and not to the application.
    pub certificates: Vec<Certificate>,
    /// The organisation that owns it.
    pub organisation: TenantId,
}

impl Presence {
    /// Without what lets somebody in as it, and without its application: of a deleted one.
    pub(crate) fn bare(tenant: TenantId, principal: ServicePrincipal) -> Self {
        let (secrets, certificates) = (Vec::new(), Vec::new());
        Self { principal, application: None, secrets, certificates, organisation: tenant }
    }

    pub(crate) fn load(
        tx: &impl Read,
        tenant: TenantId,
        principal: ServicePrincipal,
    ) -> Result<Self, StoreError> {
        let mut all = Self::load_all(tx, tenant, vec![principal])?;
        all.pop().ok_or_else(|| StoreError::Corrupt("a service principal was lost".to_owned()))
    }

    /// The same of many, in their order: their applications are read in one piece.
    pub(crate) fn load_all(
        tx: &impl Read,
        tenant: TenantId,
        principals: Vec<ServicePrincipal>,
    ) -> Result<Vec<Self>, StoreError> {
        let clients: Vec<ClientId> = principals.iter().map(|one| one.client_id).collect();
        let declared: HashMap<ClientId, Application> = applications::by_clients(tx, tenant, &clients)?
            .into_iter()
            .map(|application| (application.client_id, application))
            .collect();
        let ids: Vec<ObjectId> = principals.iter().map(|one| one.id).collect();
        let mut secrets = client_secrets::of_principals(tx, tenant, &ids)?;
        let mut certificates = client_certificates::of_principals(tx, tenant, &ids)?;
        let whole = |principal: ServicePrincipal| Self {
            secrets: secrets
                .remove(&principal.id)
                .unwrap_or_default()
                .into_iter()
                .map(Secret::from)
                .collect(),
            certificates: certificates.remove(&principal.id).unwrap_or_default(),
            // Several deleted ones may have been of one application.
            application: declared.get(&principal.client_id).cloned(),
            principal,
            organisation: tenant,
        };
        Ok(principals.into_iter().map(whole).collect())
    }
}

/// One page of the tenant's service principals.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_service_principals(
    app: &App,
    actor: &Actor,
    list: List<ServicePrincipalField>,
    counted: bool,
) -> Result<Found<Presence>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_APPLICATIONS)?;
        let Found { items, next, count } = service_principals::list(tx, actor.tenant, &list, counted)?;
        let items = Presence::load_all(tx, actor.tenant, items)?;
        Ok(Found { items, next, count })
    })
    .await
}
