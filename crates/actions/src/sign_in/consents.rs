//! What a person has allowed apps to do, and taking it back. Refuses to show or end what an administrator granted for
//! everybody: that is not the person's to end. Taking back works at once (`callers`, `tokens::person`).

use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::RequestedScopes;
use hospes_domain::tenant::Tenant;
use hospes_domain::time::Time;
use hospes_store::engine::Read;
use hospes_store::{permission_grants, tenants};

use super::look::meaning;
use super::{AskedFor, session_hash};
use crate::app::{App, Stop};
use crate::apps;
use crate::audit::{self, Activity};
use crate::sessions::{self, SignedIn};

/// The page of what a person allowed.
#[derive(Clone, Debug)]
pub struct Consents {
    /// The organisation.
    pub tenant: Tenant,
    /// Who is signed in.
    pub person: SignedIn,
    /// The apps, by name.
    pub apps: Vec<Allowed>,
}

/// What one app was allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The app.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// What it may.
    pub permissions: Vec<AskedFor>,
    /// When that was last agreed to.
    pub since: Time,
}

/// What whoever the session cookie stands for has allowed; `None` when nobody of this tenant is signed in.
///
/// # Errors
/// Only failures of the store.
pub async fn consents(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
) -> Result<Option<Consents>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    app.read(move |tx| {
        let Some((session, user)) = sessions::good(tx, tenant, hash, tx.now())? else { return Ok(None) };
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        let mut all: Vec<Allowed> = Vec::new();
        for grant in permission_grants::of_user(tx, tenant, user.id())? {
            let permissions = explained(tx, tenant, grant.resource, &grant.scope)?;
            match all.iter_mut().find(|known| known.client == grant.client) {
                Some(known) => {
                    known.permissions.extend(permissions);
                    known.since = known.since.max(grant.granted_at);
                }
                None => all.push(Allowed {
                    client: grant.client,
                    name: grant.client_name,
                    permissions,
                    since: grant.granted_at,
                }),
            }
        }
        let person = sessions::signed_in(tenant, session, &user, tx.now());
        Ok(Some(Consents { tenant: host, person, apps: all }))
    })
    .await
}

fn explained(
    tx: &impl Read,
    tenant: TenantId,
    resource: ClientId,
    scope: &str,
) -> Result<Vec<AskedFor>, Stop> {
    let wants = RequestedScopes { resource: Some(resource), ..RequestedScopes::default() };
    let facts = apps::facts_of(tx, tenant, &wants)?;
    let names = scope.split_ascii_whitespace();
    Ok(names
        .map(|name| AskedFor {
            name: name.to_owned(),
            meaning: facts.as_ref().and_then(|facts| meaning(&facts.resource, name)),
        })
        .collect())
}

/// Takes back everything the person the page was about allowed an app; `false` when nobody or somebody else is signed in.
/// An app that was allowed nothing has nothing taken.
///
/// # Errors
/// Only failures of the store.
pub async fn revoke_consent(
    app: &App,
    tenant: TenantId,
    session: Option<&str>,
    who: Option<ObjectId>,
    client: ClientId,
) -> Result<bool, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(false) };
    let audit_id = app.new_id();
    app.write(move |tx| {
        let found = sessions::good(tx, tenant, hash, tx.now())?;
        let Some((_, user)) = found.filter(|(_, user)| Some(user.id()) == who) else { return Ok(false) };
        if permission_grants::delete_of(tx, tenant, client, user.id())? > 0 {
            let details = vec![("application".to_owned(), client.to_string())];
            audit::by_guest(tx, &user, audit_id, Activity::RevokeConsent, Ok(()), details)?;
        }
        Ok(true)
    })
    .await
}
