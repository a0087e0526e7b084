//! Listing and reading registered applications, each with its presence in the tenant and its credentials. Refuses guests
//! without a role the list (threats E4), and everybody the secrets: what is told of one is a hint.

use std::collections::HashMap;

use hospes_domain::access::{Actor, may_list};
use hospes_domain::application::{Application, Certificate, ServicePrincipal};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::query::{ApplicationField, Found, List};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError};
use hospes_store::{applications, client_certificates, client_secrets, service_principals};

use super::Which;
use super::credentials::Secret;
use crate::app::App;
use crate::callers;
use crate::directory_objects::READ_APPLICATIONS;

/// An application with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The application.
    pub application: Application,
    /// Its presence in the tenant.
    pub principal: Option<ServicePrincipal>,
    /// Its secrets, without the secrets.
    pub secrets: Vec<Secret>,
    /// Its certificates.
    pub certificates: Vec<Certificate>,
    /// The domain of the organisation that publishes it.
    pub publisher: String,
}

impl Registration {
    /// Without what lets somebody in as it: of a deleted one, and for whoever may not read applications.
    pub(crate) fn bare(application: Application, publisher: &str) -> Self {
        Self {
            application,
            principal: None,
            secrets: Vec::new(),
            certificates: Vec::new(),
            publisher: publisher.to_owned(),
        }
    }

    /// With everything that is kept of it now.
    pub(crate) fn load(
        tx: &impl Read,
        tenant: TenantId,
        application: Application,
        publisher: &str,
    ) -> Result<Self, StoreError> {
        let mut all = Self::load_all(tx, tenant, vec![application], publisher)?;
        all.pop().ok_or_else(|| StoreError::Corrupt("an application was lost".to_owned()))
    }

    /// The same of many, in their order: what belongs to them is read in one piece.
    pub(crate) fn load_all(
        tx: &impl Read,
        tenant: TenantId,
        applications: Vec<Application>,
        publisher: &str,
    ) -> Result<Vec<Self>, StoreError> {
        let ids: Vec<ObjectId> = applications.iter().map(|one| one.id).collect();
        let clients: Vec<ClientId> = applications.iter().map(|one| one.client_id).collect();
        let mut secrets = client_secrets::of_applications(tx, tenant, &ids)?;
        let mut certificates = client_certificates::of_applications(tx, tenant, &ids)?;
        let mut principals: HashMap<ClientId, ServicePrincipal> =
            service_principals::by_clients(tx, tenant, &clients)?
                .into_iter()
                .map(|principal| (principal.client_id, principal))
                .collect();
        let whole = |application: Application| Self {
            principal: principals.remove(&application.client_id),
            secrets: secrets
                .remove(&application.id)
                .unwrap_or_default()
                .into_iter()
                .map(Secret::from)
                .collect(),
            certificates: certificates.remove(&application.id).unwrap_or_default(),
            application,
            publisher: publisher.to_owned(),
        };
        Ok(applications.into_iter().map(whole).collect())
    }
}

/// One page of the tenant's applications.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list_applications(
    app: &App,
    actor: &Actor,
    list: List<ApplicationField>,
    counted: bool,
) -> Result<Found<Registration>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        may_list(&caller, READ_APPLICATIONS)?;
        let Found { items, next, count } = applications::list(tx, actor.tenant, &list, counted)?;
        let items = Registration::load_all(tx, actor.tenant, items, &caller.initial_domain)?;
        Ok(Found { items, next, count })
    })
    .await
}

/// One application.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get_application(app: &App, actor: &Actor, which: Which) -> Result<Registration, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let found = super::registered(tx, actor.tenant, which)?;
        super::may_read_one(tx, &caller, found.as_ref().map(|application| application.id))?;
        let found = found.ok_or_else(|| Refusal::not_found(which))?;
        Ok(Registration::load(tx, actor.tenant, found, &caller.initial_domain)?)
    })
    .await
}
