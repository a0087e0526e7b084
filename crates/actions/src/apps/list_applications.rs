//! Listing and reading registered applications, each with its presence in the tenant and its credentials. Refuses guests
//! without a role the list (threats E4), and everybody the secrets: what is told of one is a hint.

use hospes_domain::access::{Actor, may_list, may_read_application};
use hospes_domain::application::{Application, Certificate, ServicePrincipal};
use hospes_domain::ids::TenantId;
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
        Ok(Self {
            principal: service_principals::by_client(tx, tenant, application.client_id)?,
            secrets: client_secrets::of_application(tx, tenant, application.id)?
                .into_iter()
                .map(Secret::from)
                .collect(),
            certificates: client_certificates::of_application(tx, tenant, application.id)?,
            application,
            publisher: publisher.to_owned(),
        })
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
        let load = |application| Registration::load(tx, actor.tenant, application, &caller.initial_domain);
        let items = items.into_iter().map(load).collect::<Result<_, _>>()?;
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
        may_read_application(&caller, READ_APPLICATIONS)?;
        let found = super::application(tx, actor.tenant, which)?;
        Ok(Registration::load(tx, actor.tenant, found, &caller.initial_domain)?)
    })
    .await
}
