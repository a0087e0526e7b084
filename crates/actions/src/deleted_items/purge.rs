//! Deleting for good what was deleted before: by hand, or because 30 days are over. Refuses to take the audit log with it.

use hospes_domain::access::Actor;
use hospes_domain::deletion::{Kind, restorable_since};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::engine::{Read, StoreError};
use hospes_store::{applications, deleted_items, groups, service_principals, tenants};
use uuid::Uuid;

use super::kind_of;
use crate::app::App;
use crate::apps::restore::{purge_application, purge_service_principal};
use crate::audit::{self, Activity, Target};
use crate::users;

/// Objects that one transaction removes at most: some ten statements each.
const PURGED_AT_ONCE: usize = 25;

/// Deletes a deleted object for good.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for what is not deleted, or is not of the kind that the caller says.
pub async fn purge(app: &App, actor: &Actor, id: ObjectId, said: Option<Kind>) -> Result<(), Refusal> {
    match kind_of(app, actor, id, said).await? {
        Kind::Group => crate::groups::delete::purge(app, actor, id).await,
        Kind::ServicePrincipal => purge_service_principal(app, actor, id).await,
        Kind::Application => purge_application(app, actor, id).await,
        Kind::User => users::purge(app, actor, id).await,
    }
}

/// Deletes for good what was deleted 30 days ago, a bounded number of objects; whether there may be more.
///
/// # Errors
/// [`Refusal::Unavailable`] when the store cannot write now.
pub async fn purge_due(app: &App) -> Result<bool, Refusal> {
    let audit_ids: Vec<Uuid> = (0..PURGED_AT_ONCE).map(|_| app.new_id()).collect();
    let objects = app
        .write_quietly(move |tx| {
            let before = restorable_since(tx.now());
            let mut audit_ids = audit_ids.iter();
            for tenant in tenants::all(tx)? {
                for (kind, id) in deleted_items::due(tx, tenant.id, before, audit_ids.len())? {
                    let Some(audit_id) = audit_ids.next() else { break };
                    if let Some((activity, target)) = known(tx, tenant.id, kind, id)? {
                        audit::by_itself(tx, tenant.id, *audit_id, activity, &target, Vec::new())?;
                    }
                    deleted_items::purge(tx, tenant.id, kind, id)?;
                }
            }
            Ok(audit_ids.len() == 0)
        })
        .await?;
    Ok(users::purge_due(app).await? || objects)
}

/// What the audit record says of what is purged, however long ago it was deleted.
fn known(
    tx: &impl Read,
    tenant: TenantId,
    kind: Kind,
    id: ObjectId,
) -> Result<Option<(Activity, Target)>, StoreError> {
    let ever = Time(i64::MIN);
    Ok(match kind {
        Kind::User => None,
        Kind::Group => groups::deleted(tx, tenant, id, ever)?
            .map(|found| (Activity::PurgeGroup, Target::group(&found.item))),
        Kind::ServicePrincipal => service_principals::deleted(tx, tenant, id, ever)?
            .map(|found| (Activity::PurgeServicePrincipal, Target::service_principal(&found.item))),
        Kind::Application => applications::deleted(tx, tenant, id, ever)?
            .map(|found| (Activity::PurgeApplication, Target::application(&found.item))),
    })
}
