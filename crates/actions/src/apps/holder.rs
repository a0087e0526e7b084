//! What holds secrets and certificates: an application, or its presence in the tenant. Both sign the same client in, so what
//! holds for one holds for the other. Refuses what nobody signs in as.

use hospes_domain::access::{Actor, Caller};
use hospes_domain::application::{Application, ServicePrincipal};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_store::applications::{self, ClientSecret};
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{client_certificates, client_secrets};
use uuid::Uuid;

use super::owners::Owned;
use super::reach;
use crate::app::Stop;
use crate::audit::Target;

/// What a secret or a certificate is kept at.
pub(super) struct Holder {
    pub(super) target: Target,
    /// What is signed in; the directory API is nobody who signs in.
    application: Option<Application>,
    is_presence: bool,
}

impl Holder {
    /// An application.
    pub(super) fn application(found: Application) -> Self {
        Self { target: Target::application(&found), application: Some(found), is_presence: false }
    }

    /// Its presence.
    pub(super) fn presence(
        tx: &impl Read,
        tenant: TenantId,
        found: &ServicePrincipal,
    ) -> Result<Self, StoreError> {
        let application = applications::by_client(tx, tenant, found.client_id)?;
        Ok(Self { target: Target::service_principal(found), application, is_presence: true })
    }

    /// The caller with a holder that the caller may change.
    pub(super) fn changeable(tx: &impl Read, actor: &Actor, of: Owned) -> Result<(Caller, Self), Stop> {
        Ok(match of {
            Owned::Application(which) => {
                let (caller, found) = super::changeable(tx, actor, which)?;
                (caller, Self::application(found))
            }
            Owned::ServicePrincipal(which) => {
                let (caller, found) = super::changeable_presence(tx, actor, which)?;
                (caller, Self::presence(tx, actor.tenant, &found)?)
            }
        })
    }

    /// The application that is signed in, unless nobody may change how.
    pub(super) fn client(&self) -> Result<&Application, Refusal> {
        let application = self.application.as_ref().ok_or_else(|| {
            let remedy = "Name the service principal of an application that is registered here.";
            Refusal::invalid("id", "Nobody signs in as this service principal.", remedy)
        })?;
        reach::not_built_in(application)?;
        Ok(application)
    }

    pub(super) fn id(&self) -> ObjectId {
        self.target.id
    }

    /// Where its certificates stand.
    pub(super) fn certificates(&self) -> client_certificates::Holder {
        if self.is_presence {
            client_certificates::Holder::Principal(self.id())
        } else {
            client_certificates::Holder::Application(self.id())
        }
    }

    pub(super) fn secrets(&self, tx: &impl Read, tenant: TenantId) -> Result<Vec<ClientSecret>, StoreError> {
        let of =
            if self.is_presence { client_secrets::of_principals } else { client_secrets::of_applications };
        Ok(of(tx, tenant, &[self.id()])?.remove(&self.id()).unwrap_or_default())
    }

    pub(super) fn insert_secret(
        &self,
        tx: &WriteTx<'_>,
        tenant: TenantId,
        secret: &ClientSecret,
    ) -> Result<(), StoreError> {
        let insert =
            if self.is_presence { client_secrets::insert_of_principal } else { client_secrets::insert };
        insert(tx, tenant, self.id(), secret)
    }

    pub(super) fn remove_secret(
        &self,
        tx: &WriteTx<'_>,
        tenant: TenantId,
        key: Uuid,
    ) -> Result<bool, StoreError> {
        let remove =
            if self.is_presence { client_secrets::remove_of_principal } else { client_secrets::remove };
        remove(tx, tenant, self.id(), key)
    }
}
