//! Giving an application a secret, or its presence in the tenant, and taking one away; both sign the same client in. Refuses secrets of programs that cannot keep one (threats F8),
//! more than anybody can look after, and secrets of applications that hold more than the caller could give (E2). The
//! secret is in the answer and nowhere else.

use hospes_domain::access::{Actor, Caller, may_reach_application};
use hospes_domain::application::{Application, MAX_CREDENTIALS, NewSecret};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_store::applications::{self, ClientSecret};
use hospes_store::client_secrets;
use hospes_store::engine::{Read, StoreError, WriteTx};
use uuid::Uuid;

use super::credentials::Secret;
use super::owners::Owned;
use super::reach;
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::random;

/// What a client secret is hashed for.
pub(crate) const SECRET_PURPOSE: &str = "client-secret";

/// A secret that was just made. No `Debug`: it holds the secret.
#[derive(Clone)]
pub struct FreshSecret {
    /// What is told of it from now on.
    pub secret: Secret,
    /// The secret itself, shown this once.
    pub text: String,
}

/// Adds a secret.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Invalid`].
pub async fn add_password(
    app: &App,
    actor: &Actor,
    of: Owned,
    new: NewSecret,
) -> Result<FreshSecret, Refusal> {
    let text = random::token32(app.random());
    let hash = app.tenant_keys(actor.tenant)?.keyed_hash(SECRET_PURPOSE, text.as_bytes()).to_vec();
    let hint: String = text.chars().take(3).collect();
    let (id, caller_actor, audit_id) = (app.new_id(), actor.clone(), app.new_id());
    let secret = app
        .command(actor, Activity::UpdateCredentials, move |tx| {
            let tenant = caller_actor.tenant;
            let (caller, holder) = Holder::changeable(tx, &caller_actor, of)?;
            let application = holder.application.as_ref().ok_or_else(signs_in_nowhere)?;
            reach::not_built_in(application)?;
            may_reach_application(&caller, reach::held(tx, tenant, application)?)?;
            if application.public_client {
                let remedy = "Set isFallbackPublicClient to false if it runs on a server of yours.";
                return Err(Refusal::invalid("appId", "A public client cannot keep a secret.", remedy).into());
            }
            let (starts_at, expires_at) = new.life(tx.now())?;
            if holder.kept(tx, tenant)? >= MAX_CREDENTIALS {
                let remedy = "Remove one that nobody uses with removePassword.";
                return Err(
                    Refusal::invalid("passwordCredentials", "There are 50 secrets already.", remedy).into()
                );
            }
            let stored = ClientSecret {
                id,
                hash: hash.clone(),
                hint: hint.clone(),
                display_name: new.display_name.clone(),
                starts_at: Some(starts_at),
                expires_at: Some(expires_at),
                created_at: tx.now(),
            };
            holder.insert(tx, tenant, &stored)?;
            let target = holder.target;
            let details = vec![("addedSecret".to_owned(), id.to_string())];
            audit::done(tx, &caller, audit_id, Activity::UpdateCredentials, Some(&target), details)?;
            Ok(Secret::from(stored))
        })
        .await?;
    Ok(FreshSecret { secret, text })
}

/// Takes a secret away; it stops working at once.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`], [`Refusal::Invalid`] if the application has no such secret.
pub async fn remove_password(app: &App, actor: &Actor, of: Owned, key: Uuid) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateCredentials, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, holder) = Holder::changeable(tx, &caller_actor, of)?;
        if !holder.remove(tx, tenant, key)? {
            let cause = "There is no secret with this id here.";
            return Err(Refusal::invalid("keyId", cause, "Read passwordCredentials for those it has.").into());
        }
        let details = vec![("removedSecret".to_owned(), key.to_string())];
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateCredentials, Some(&holder.target), details)?)
    })
    .await
}

/// What a secret is kept at.
struct Holder {
    target: Target,
    /// What the secret signs in; the directory API is nobody who signs in.
    application: Option<Application>,
    is_presence: bool,
}

impl Holder {
    /// The caller with a holder that the caller may change.
    fn changeable(tx: &impl Read, actor: &Actor, of: Owned) -> Result<(Caller, Self), Stop> {
        Ok(match of {
            Owned::Application(which) => {
                let (caller, found) = super::changeable(tx, actor, which)?;
                let target = Target::application(&found);
                (caller, Self { target, application: Some(found), is_presence: false })
            }
            Owned::ServicePrincipal(which) => {
                let (caller, found) = super::changeable_presence(tx, actor, which)?;
                let application = applications::by_client(tx, actor.tenant, found.client_id)?;
                (caller, Self { target: Target::service_principal(&found), application, is_presence: true })
            }
        })
    }

    /// How many there are.
    fn kept(&self, tx: &impl Read, tenant: TenantId) -> Result<usize, StoreError> {
        let ids = [self.target.id];
        let all = if self.is_presence {
            client_secrets::of_principals(tx, tenant, &ids)?
        } else {
            client_secrets::of_applications(tx, tenant, &ids)?
        };
        Ok(all.values().map(Vec::len).sum())
    }

    fn insert(&self, tx: &WriteTx<'_>, tenant: TenantId, secret: &ClientSecret) -> Result<(), StoreError> {
        let insert =
            if self.is_presence { client_secrets::insert_of_principal } else { client_secrets::insert };
        insert(tx, tenant, self.target.id, secret)
    }

    fn remove(&self, tx: &WriteTx<'_>, tenant: TenantId, key: Uuid) -> Result<bool, StoreError> {
        let remove =
            if self.is_presence { client_secrets::remove_of_principal } else { client_secrets::remove };
        remove(tx, tenant, self.target.id, key)
    }
}

fn signs_in_nowhere() -> Refusal {
    let remedy = "Name the service principal of an application that is registered here.";
    Refusal::invalid("id", "Nobody signs in as this service principal.", remedy)
}
