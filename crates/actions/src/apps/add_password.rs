//! Giving an application a secret, or its presence in the tenant, and taking one away; both sign the same client in. Refuses
//! secrets of programs that cannot keep one (threats F8), more than anybody can look after, and secrets of applications that
//! hold more than the caller could give (E2). The secret is in the answer and nowhere else.

use hospes_domain::access::{Actor, may_reach_application};
use hospes_domain::application::{MAX_CREDENTIALS, NewSecret};
use hospes_domain::refusal::Refusal;
use hospes_store::applications::ClientSecret;
use uuid::Uuid;

use super::credentials::Secret;
use super::holder::Holder;
use super::owners::Owned;
use super::reach;
use crate::app::App;
use crate::audit::{self, Activity};
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
            let application = holder.client()?;
            may_reach_application(&caller, reach::held(tx, tenant, application)?)?;
            if application.public_client {
                let remedy = "Set isFallbackPublicClient to false if it runs on a server of yours.";
                return Err(Refusal::invalid("appId", "A public client cannot keep a secret.", remedy).into());
            }
            let (starts_at, expires_at) = new.life(tx.now())?;
            if holder.secrets(tx, tenant)?.len() >= MAX_CREDENTIALS {
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
            holder.insert_secret(tx, tenant, &stored)?;
            let details = vec![("addedSecret".to_owned(), id.to_string())];
            audit::done(tx, &caller, audit_id, Activity::UpdateCredentials, Some(&holder.target), details)?;
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
        if !holder.remove_secret(tx, tenant, key)? {
            let cause = "There is no secret with this id here.";
            return Err(Refusal::invalid("keyId", cause, "Read passwordCredentials for those it has.").into());
        }
        let details = vec![("removedSecret".to_owned(), key.to_string())];
        Ok(audit::done(tx, &caller, audit_id, Activity::UpdateCredentials, Some(&holder.target), details)?)
    })
    .await
}
