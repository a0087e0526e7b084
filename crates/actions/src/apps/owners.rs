//! Owners of applications and service principals: who looks after them, and what `Application.ReadWrite.OwnedBy` is for.
//! Refuses groups as owners, and guests the list.

use hospes_domain::access::{Actor, Caller, may_list};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Found, List, ObjectField};
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{application_owners, directory_objects};

use super::Which;
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::directory_objects::{DirectoryObject, READ_APPLICATIONS, Type, load_known, page, seen_by};
use crate::groups::owners::ALREADY_OWNER;

/// Most owners, as in the original.
const MOST: usize = 100;

/// Most owners that are named when something is made, as for groups.
const MOST_AT_ONCE: usize = 20;

/// Of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owned {
    /// An application.
    Application(Which),
    /// A service principal.
    ServicePrincipal(Which),
}

impl Owned {
    fn find(self, tx: &impl Read, tenant: TenantId) -> Result<ObjectId, Stop> {
        Ok(match self {
            Self::Application(which) => super::application(tx, tenant, which)?.id,
            Self::ServicePrincipal(which) => super::find(tx, tenant, which)?.id,
        })
    }

    /// The object, of which the caller may see the owners: by a permission to read applications, or because it is one's own.
    fn may_be_listed(self, tx: &impl Read, caller: &Caller) -> Result<ObjectId, Stop> {
        let tenant = caller.actor.tenant;
        if caller.actor.scopes.has_any(READ_APPLICATIONS) {
            may_list(caller, READ_APPLICATIONS)?;
            return self.find(tx, tenant);
        }
        let found = match self {
            Self::Application(which) => super::registered(tx, tenant, which)?.map(|found| found.id),
            Self::ServicePrincipal(which) => super::present(tx, tenant, which)?.map(|found| found.id),
        };
        super::may_read_one(tx, caller, found)?;
        found.ok_or_else(|| Refusal::not_found("owners").into())
    }

    fn changeable(self, tx: &impl Read, actor: &Actor) -> Result<(Caller, Target), Stop> {
        Ok(match self {
            Self::Application(which) => {
                let (caller, found) = super::changeable(tx, actor, which)?;
                (caller, Target::application(&found))
            }
            Self::ServicePrincipal(which) => {
                let (caller, found) = super::changeable_presence(tx, actor, which)?;
                (caller, Target::service_principal(&found))
            }
        })
    }

    fn activity(self, added: bool) -> Activity {
        match (self, added) {
            (Self::Application(_), true) => Activity::AddApplicationOwner,
            (Self::Application(_), false) => Activity::RemoveApplicationOwner,
            (Self::ServicePrincipal(_), true) => Activity::AddServicePrincipalOwner,
            (Self::ServicePrincipal(_), false) => Activity::RemoveServicePrincipalOwner,
        }
    }
}

/// One page of the owners, of one kind if `only` says so; never more than a hundred in all.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn owners(
    app: &App,
    actor: &Actor,
    of: Owned,
    only: Option<PrincipalKind>,
    list: List<ObjectField>,
    counted: bool,
) -> Result<Found<DirectoryObject>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        let caller = callers::load(tx, &actor)?;
        let object = of.may_be_listed(tx, &caller)?;
        let mut owners = owners_of(tx, &caller, object)?;
        owners.retain(|owner| only.is_none_or(|only| owner.is() == Type::from(only)));
        Ok(page(owners, &list, counted))
    })
    .await
}

/// The same, of an object the caller may list the owners of.
pub(crate) fn owners_of(
    tx: &impl Read,
    caller: &Caller,
    object: ObjectId,
) -> Result<Vec<DirectoryObject>, Stop> {
    let owners = application_owners::of(tx, caller.actor.tenant, object)?;
    load_known(tx, caller, &owners, seen_by(caller))
}

/// Refuses owners that the tenant does not have, and groups.
fn may_own(tx: &impl Read, tenant: TenantId, owner: ObjectId, field: &str) -> Result<(), Stop> {
    let known = directory_objects::known(tx, tenant, owner)?.ok_or_else(|| Refusal::not_found(owner))?;
    if known.kind == PrincipalKind::Group {
        let cause = "A group cannot own an application.";
        return Err(Refusal::invalid(field, cause, "Name users or applications.").into());
    }
    Ok(())
}

/// Who looks after something new: whoever makes it, and whom `owners@odata.bind` names.
pub(super) fn owners_of_new(
    tx: &impl Read,
    actor: &Actor,
    bound: &[ObjectId],
) -> Result<Vec<ObjectId>, Stop> {
    let field = "owners@odata.bind";
    if bound.len() > MOST_AT_ONCE {
        let remedy = "Name at most 20 owners here and add the others later.";
        return Err(Refusal::invalid(field, "There are too many references.", remedy).into());
    }
    let mut owners = vec![actor.who.id()];
    for owner in bound {
        may_own(tx, actor.tenant, *owner, field)?;
        if !owners.contains(owner) {
            owners.push(*owner);
        }
    }
    Ok(owners)
}

/// Makes them owners of something new.
pub(super) fn own(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    object: ObjectId,
    owners: &[ObjectId],
) -> Result<(), StoreError> {
    for owner in owners {
        application_owners::insert(tx, tenant, object, *owner)?;
    }
    Ok(())
}

/// Makes a user or service principal of the tenant an owner.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`]; [`Refusal::AlreadyExists`]; [`Refusal::Invalid`] for a group.
pub async fn add_owner(app: &App, actor: &Actor, of: Owned, owner: ObjectId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, of.activity(true), move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, target) = of.changeable(tx, &caller_actor)?;
        may_own(tx, tenant, owner, "owners")?;
        if application_owners::is_owner(tx, tenant, target.id, owner)? {
            return Err(Refusal::AlreadyExists { cause: ALREADY_OWNER.to_owned() }.into());
        }
        if application_owners::of(tx, tenant, target.id)?.len() >= MOST {
            let cause = "There are 100 owners already.";
            return Err(Refusal::invalid("@odata.id", cause, "Remove an owner first.").into());
        }
        application_owners::insert(tx, tenant, target.id, owner)?;
        let details = vec![("owner".to_owned(), owner.to_string())];
        Ok(audit::done(tx, &caller, audit_id, of.activity(true), Some(&target.with(owner)), details)?)
    })
    .await
}

/// Ends somebody's being an owner. The last one may go: administrators look after what nobody owns.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] also for somebody who is none.
pub async fn remove_owner(app: &App, actor: &Actor, of: Owned, owner: ObjectId) -> Result<(), Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, of.activity(false), move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, target) = of.changeable(tx, &caller_actor)?;
        if !application_owners::remove(tx, tenant, target.id, owner)? {
            return Err(Refusal::not_found(owner).into());
        }
        let details = vec![("owner".to_owned(), owner.to_string())];
        Ok(audit::done(tx, &caller, audit_id, of.activity(false), Some(&target.with(owner)), details)?)
    })
    .await
}
